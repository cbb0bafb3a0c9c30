#include "decide/opinions/opinions.hpp"

#include "decide/opinions/grouping.hpp"
#include "decide/opinions/invented_votes.hpp"
#include "decide/opinions/read_votes.hpp"
#include "text/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>

namespace moothall::decide::opinions {
namespace {

using Partition = std::set<std::set<std::string>>;

Partition partition_of(const VoteTable& votes, const Opinions& opinions)
{
    std::map<std::int32_t, std::set<std::string>> groups;
    for (std::size_t person = 0; person < votes.participants(); ++person)
        if (opinions.group_of[person] >= 0)
            groups[opinions.group_of[person]].insert(votes.participant_id(person));
    Partition partition;
    for (auto& [group, members] : groups) partition.insert(std::move(members));
    return partition;
}

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Conversation {
    std::string name;
    VoteTable votes;
    Json expected; // of red-dwarf 0.4.0
};

std::vector<Conversation> read_conversations()
{
    std::vector<Conversation> all;
    const char* const folder = std::getenv("MOOTHALL_DATA");
    if (folder == nullptr) return all;
    const auto polis = std::filesystem::path(folder) / "polis";
    if (!std::filesystem::exists(polis)) return all;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(polis))
        if (entry.is_directory()) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        const auto matrix = read_file(path / "matrix.csv");
        CsvReader matrix_reader(matrix);
        auto votes = read_votes(matrix_reader);
        EXPECT_TRUE(votes.has_value()) << path;
        const auto listed = read_file(path / "statements.csv");
        CsvReader statements_reader(listed);
        const auto statements = read_statements(statements_reader);
        EXPECT_TRUE(statements.has_value()) << path;
        EXPECT_FALSE(are_signs_reversed(*votes, *statements)) << path;
        moderate(*votes, *statements);
        const auto name = path.filename().string();
        const auto text =
            read_file(std::filesystem::path(folder) / "expected" / "polis" / (name + ".json"));
        auto expected = Json::parse(text);
        EXPECT_TRUE(expected.has_value()) << path;
        all.push_back({name, *std::move(votes), expected->find("reddwarf")});
    }
    return all;
}

/// The real conversations, which may not be published with the source.
const std::vector<Conversation>& conversations()
{
    static const auto all = read_conversations();
    return all;
}

#define NEED_CONVERSATIONS(all)                                                                    \
    if ((all).empty())                                                                             \
    GTEST_SKIP() << "left out: MOOTHALL_DATA names no folder with polis/ and expected/polis/"

TEST(CompatibleOpinions, are_red_dwarfs_on_every_real_conversation)
{
    const auto& all = conversations();
    NEED_CONVERSATIONS(all);
    for (const auto& [name, votes, expected] : all) {
        SCOPED_TRACE(name);
        const auto found = find_opinions(votes, {.mode = Mode::compatible});

        const auto places = expected.find("projection");
        ASSERT_EQ(places.size(), votes.participants());
        for (std::size_t axis = 0; axis < 2; ++axis) {
            double as_is = 0;
            double mirrored = 0;
            for (std::size_t person = 0; person < votes.participants(); ++person) {
                const double theirs = *places.find(votes.participant_id(person)).at(axis).number();
                const auto& point = found.map.people[person];
                const double ours = axis == 0 ? point.x : point.y;
                as_is = std::max(as_is, std::abs(ours - theirs));
                mirrored = std::max(mirrored, std::abs(ours + theirs));
            }
            EXPECT_LT(std::min(as_is, mirrored), 1e-6);
        }

        // The very same labels, which is more than an adjusted Rand index of 1.
        const auto labels = expected.find("labels");
        std::size_t grouped = 0;
        for (std::size_t person = 0; person < votes.participants(); ++person) {
            const auto label = labels.find(votes.participant_id(person)).integer();
            EXPECT_EQ(found.group_of[person], label.value_or(-1));
            grouped += label.has_value();
        }
        EXPECT_EQ(grouped, labels.size());
        EXPECT_NEAR(found.silhouette, *expected.find("silhouette").number(), 1e-6);

        for (std::size_t group = 0; group < found.groups.size(); ++group) {
            const auto theirs = expected.find("repness").find(std::to_string(group));
            const auto& ours = found.groups[group].represented_by;
            ASSERT_EQ(ours.size(), theirs.size());
            for (std::size_t at = 0; at < ours.size(); ++at) {
                EXPECT_EQ(votes.statement_id(ours[at].statement),
                          std::to_string(*theirs.at(at).find("tid").integer()));
                EXPECT_EQ(ours[at].direction == Direction::agree ? "agree" : "disagree",
                          *theirs.at(at).find("repful-for").string());
                EXPECT_NEAR(ours[at].repness, *theirs.at(at).find("repness").number(), 1e-9);
                EXPECT_NEAR(ours[at].repness_test, *theirs.at(at).find("repness-test").number(),
                            1e-9);
                EXPECT_NEAR(ours[at].probability, *theirs.at(at).find("p-success").number(), 1e-9);
            }
        }
        const auto check = [&](const std::vector<ConsensusStatement>& ours, const Json& theirs) {
            ASSERT_EQ(ours.size(), theirs.size());
            for (std::size_t at = 0; at < ours.size(); ++at)
                EXPECT_EQ(votes.statement_id(ours[at].statement),
                          std::to_string(*theirs.at(at).find("tid").integer()));
        };
        check(found.consensus.agree, expected.find("consensus").find("agree"));
        check(found.consensus.disagree, expected.find("consensus").find("disagree"));
        const auto informed = expected.find("group_aware_consensus").find("agree");
        ASSERT_EQ(found.consensus.group_informed.size(), informed.size());
        for (const auto& one : found.consensus.group_informed)
            EXPECT_NEAR(one.agree, *informed.find(votes.statement_id(one.statement)).number(),
                        1e-8);
    }
}

TEST(StableOpinions, hold_together_at_least_as_well_as_red_dwarfs_on_every_real_conversation)
{
    const auto& all = conversations();
    NEED_CONVERSATIONS(all);
    for (const auto& [name, votes, expected] : all) {
        SCOPED_TRACE(name);
        const auto found = find_opinions(votes);
        EXPECT_FALSE(found.silhouette_sampled);
        EXPECT_GE(found.silhouette, *expected.find("silhouette").number() - 1e-9);
        for (const auto& group : found.groups) EXPECT_GE(group.size, 2U);
    }
}

/// The same votes with other ids for people and other lines in the file.
VoteTable shuffled(const VoteTable& votes, std::uint32_t seed)
{
    std::mt19937 generator(seed);
    std::vector<std::size_t> name(votes.participants());
    for (std::size_t at = 0; at < name.size(); ++at) name[at] = at;
    std::shuffle(name.begin(), name.end(), generator);
    std::vector<InventedVote> lines;
    for (std::size_t person = 0; person < votes.participants(); ++person) {
        const auto row = votes.row(person);
        for (std::size_t at = 0; at < row.votes.size(); ++at)
            lines.push_back({std::to_string(name[person]), votes.statement_id(row.statements[at]),
                             static_cast<Vote>(row.votes[at])});
    }
    std::shuffle(lines.begin(), lines.end(), generator);
    auto table = table_of(lines);
    for (std::size_t at = 0; at < votes.statements(); ++at)
        if (votes.is_moderated_out(at))
            table.moderate_out(*table.find_statement(votes.statement_id(at)));
    return table;
}

/// For each person of `votes` her id in shuffled(votes, seed).
std::map<std::string, std::string> new_names(const VoteTable& votes, std::uint32_t seed)
{
    std::mt19937 generator(seed);
    std::vector<std::size_t> name(votes.participants());
    for (std::size_t at = 0; at < name.size(); ++at) name[at] = at;
    std::shuffle(name.begin(), name.end(), generator);
    std::map<std::string, std::string> names;
    for (std::size_t person = 0; person < name.size(); ++person)
        names[std::to_string(name[person])] = votes.participant_id(person);
    return names;
}

Partition renamed_back(const Partition& partition, const std::map<std::string, std::string>& names)
{
    Partition back;
    for (const auto& group : partition) {
        std::set<std::string> members;
        for (const auto& member : group) members.insert(names.at(member));
        back.insert(std::move(members));
    }
    return back;
}

TEST(StableOpinions, ask_neither_for_the_order_of_rows_nor_for_ids_on_every_real_conversation)
{
    const auto& all = conversations();
    NEED_CONVERSATIONS(all);
    for (const auto& [name, votes, expected] : all) {
        SCOPED_TRACE(name);
        const auto found = find_opinions(votes);
        const auto other = shuffled(votes, 1);
        const auto again = find_opinions(other);
        EXPECT_EQ(renamed_back(partition_of(other, again), new_names(votes, 1)),
                  partition_of(votes, found));
        EXPECT_EQ(again.silhouette, found.silhouette) << "to the last bit";
        ASSERT_EQ(again.groups.size(), found.groups.size());
        for (std::size_t group = 0; group < found.groups.size(); ++group)
            EXPECT_EQ(again.groups[group].size, found.groups[group].size);
    }
}

TEST(StableOpinions, do_not_ask_which_way_an_axis_points_on_every_real_conversation)
{
    const auto& all = conversations();
    NEED_CONVERSATIONS(all);
    for (const auto& [name, votes, expected] : all) {
        SCOPED_TRACE(name);
        const auto map = draw_map(votes);
        std::vector<Point> places;
        for (const auto person : order_by_votes(votes))
            if (votes.row(person).votes.size() >= 7) places.push_back(map.people[person]);
        const auto found = find_stable_grouping(places, {});
        ASSERT_TRUE(found.has_value());
        for (const Point sign : {Point{-1, 1}, Point{1, -1}, Point{-1, -1}}) {
            auto mirrored = places;
            for (auto& place : mirrored) place = {place.x * sign.x, place.y * sign.y};
            const auto again = find_stable_grouping(mirrored, {});
            ASSERT_TRUE(again.has_value());
            EXPECT_EQ(again->grouping.group, found->grouping.group);
        }
    }
}

TEST(StableOpinions, ask_neither_for_the_order_of_rows_nor_for_ids)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        const auto votes = table_of(invent_votes(seed % 5000, 10 + seed % 50, 8 + seed % 12));
        const auto other = shuffled(votes, seed);
        RC_ASSERT(renamed_back(partition_of(other, find_opinions(other)), new_names(votes, seed)) ==
                  partition_of(votes, find_opinions(votes)));
    }));
}

TEST(StableOpinions, never_make_a_group_of_one_and_place_nobody_who_voted_too_little)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        const auto votes = table_of(invent_votes(seed % 5000, 3 + seed % 40, 2 + seed % 12));
        const auto found = find_opinions(votes);
        std::size_t grouped = 0;
        for (std::size_t person = 0; person < votes.participants(); ++person) {
            if (found.group_of[person] < 0) continue;
            ++grouped;
            RC_ASSERT(votes.row(person).votes.size() >=
                      std::min<std::size_t>(7, votes.statements()));
        }
        std::size_t sizes = 0;
        for (const auto& group : found.groups) {
            RC_ASSERT(group.size >= 2U);
            sizes += group.size;
        }
        RC_ASSERT(sizes == grouped);
        RC_ASSERT(found.groups.size() != 1U);
    }));
}

TEST(StableOpinions, find_two_camps_and_what_parts_them)
{
    VoteTableBuilder builder;
    for (int person = 0; person < 40; ++person)
        for (int statement = 0; statement < 10; ++statement) {
            const bool first_camp = person < 25;
            const bool shared = statement >= 6;
            builder.add(std::to_string(person), std::to_string(statement),
                        shared || first_camp ? Vote::agree : Vote::disagree);
        }
    builder.add("99", "0", Vote::agree);
    const auto votes = std::move(builder).build();
    const auto found = find_opinions(votes);
    ASSERT_EQ(found.groups.size(), 2U);
    EXPECT_EQ(found.groups[0].size, 25U);
    EXPECT_EQ(found.groups[1].size, 15U);
    EXPECT_EQ(found.group_of[*votes.find_participant("99")], -1) << "one vote is too little";
    for (const auto& one : found.groups[1].represented_by)
        if (one.direction == Direction::disagree) EXPECT_LT(one.statement, 6U);
    EXPECT_EQ(found.consensus.agree.size(), 5U);
    EXPECT_NEAR(found.silhouette, 1, 1e-9);
}

TEST(StableOpinions, of_a_conversation_without_enough_people_there_is_a_map_and_no_group)
{
    const auto votes = table_of(invent_votes(1, 3, 10));
    const auto found = find_opinions(votes);
    EXPECT_TRUE(found.groups.empty());
    EXPECT_EQ(found.map.people.size(), 3U);
    EXPECT_TRUE(std::all_of(found.group_of.begin(), found.group_of.end(),
                            [](std::int32_t group) { return group == -1; }));
    EXPECT_EQ(find_opinions({}).map.people.size(), 0U);
}

TEST(FollowedOpinions, draw_the_map_that_a_new_start_would_and_keep_people_in_their_groups)
{
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
        auto votes = table_of(invent_votes(seed, 120, 25));
        auto followed = find_opinions(votes);
        const auto groups = followed.groups.size();
        for (std::size_t step = 0; step < 20; ++step) {
            const auto before = followed;
            const auto person = (seed * 31 + step * 17) % votes.participants();
            votes.set_vote(person, (seed + step * 5) % 25,
                           step % 2 == 0 ? Vote::agree : Vote::disagree);
            followed = follow_opinions(votes, before);
            EXPECT_TRUE(followed.provisional);
            std::size_t moved = 0;
            for (std::size_t at = 0; at < votes.participants(); ++at)
                moved += followed.group_of[at] != before.group_of[at];
            if (followed.groups.size() == groups) EXPECT_LE(moved, 6U) << "one vote moves few";
            for (const auto& group : followed.groups) EXPECT_GE(group.size, 2U);
        }
        const auto anew = find_opinions(votes);
        for (std::size_t axis = 0; axis < 2; ++axis) {
            double as_is = 0;
            double mirrored = 0;
            for (std::size_t person = 0; person < votes.participants(); ++person) {
                const auto place = [&](const Opinions& of) {
                    return axis == 0 ? of.map.people[person].x : of.map.people[person].y;
                };
                as_is = std::max(as_is, std::abs(place(followed) - place(anew)));
                mirrored = std::max(mirrored, std::abs(place(followed) + place(anew)));
            }
            EXPECT_LT(std::min(as_is, mirrored), 1e-6);
        }
    }
}

} // namespace
} // namespace moothall::decide::opinions
