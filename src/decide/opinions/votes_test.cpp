#include "decide/opinions/votes.hpp"

#include "decide/opinions/centred_votes.hpp"
#include "decide/opinions/invented_votes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

namespace moothall::decide::opinions {
namespace {

using Cells = std::map<std::pair<std::string, std::string>, int>;

Cells cells_of(const VoteTable& table)
{
    Cells cells;
    for (std::size_t person = 0; person < table.participants(); ++person) {
        const auto row = table.row(person);
        EXPECT_TRUE(std::is_sorted(row.statements.begin(), row.statements.end()));
        for (std::size_t at = 0; at < row.votes.size(); ++at)
            cells[{table.participant_id(person), table.statement_id(row.statements[at])}] =
                row.votes[at];
    }
    return cells;
}

TEST(VoteTable, the_last_vote_of_a_pair_counts)
{
    VoteTableBuilder builder;
    builder.add("ada", "trams", Vote::agree);
    builder.add("bo", "trams", Vote::agree);
    builder.add("ada", "trams", Vote::disagree);
    const auto table = std::move(builder).build();
    EXPECT_EQ(table.votes(), 2U);
    EXPECT_EQ(cells_of(table), (Cells{{{"ada", "trams"}, -1}, {{"bo", "trams"}, 1}}));
}

TEST(VoteTable, the_latest_vote_counts_where_times_are_known)
{
    VoteTableBuilder builder;
    builder.add("ada", "trams", Vote::agree, 0);
    builder.add("bo", "trams", Vote::disagree, 200);
    builder.add("bo", "trams", Vote::pass, 100);
    const auto table = std::move(builder).build();
    EXPECT_EQ(cells_of(table), (Cells{{{"ada", "trams"}, 1}, {{"bo", "trams"}, -1}}));
}

TEST(VoteTable, ids_are_sorted_by_value_when_all_are_numbers)
{
    VoteTableBuilder builder;
    for (const auto* id : {"10", "9", "-3", "007", "7", "123456789012345678901234567890"})
        builder.add(id, "b", Vote::agree);
    builder.add("9", "10", Vote::agree);
    const auto table = std::move(builder).build();
    std::vector<std::string> ids;
    for (std::size_t at = 0; at < table.participants(); ++at)
        ids.push_back(table.participant_id(at));
    EXPECT_EQ(ids, (std::vector<std::string>{"-3", "007", "7", "9", "10",
                                             "123456789012345678901234567890"}));
    EXPECT_EQ(table.statement_id(0), "10");
    EXPECT_EQ(table.statement_id(1), "b");
}

TEST(VoteTable, a_table_grown_vote_by_vote_equals_one_that_was_built)
{
    EXPECT_TRUE(rc::check([] {
        const auto votes =
            *rc::gen::container<std::vector<std::tuple<int, int, int>>>(rc::gen::tuple(
                rc::gen::inRange(0, 8), rc::gen::inRange(0, 8), rc::gen::inRange(-1, 2)));
        VoteTable grown;
        for (int id = 0; id < 8; ++id) {
            grown.add_participant(std::to_string(id));
            grown.add_statement(std::to_string(id));
        }
        VoteTableBuilder builder;
        for (const auto& [participant, statement, vote] : votes) {
            grown.set_vote(static_cast<std::size_t>(participant),
                           static_cast<std::size_t>(statement), static_cast<Vote>(vote));
            builder.add(std::to_string(participant), std::to_string(statement),
                        static_cast<Vote>(vote));
        }
        RC_ASSERT(cells_of(grown) == cells_of(std::move(builder).build()));
    }));
}

TEST(VoteTable, the_order_of_votes_asks_neither_for_ids_nor_for_the_order_of_a_file)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        auto votes = invent_votes(seed % 1000, 12, 5);
        const auto table = table_of(votes);
        // Others get the same rows under other names, in another order of lines.
        std::mt19937 generator(seed);
        std::vector<int> names(12);
        for (int at = 0; at < 12; ++at) names[static_cast<std::size_t>(at)] = at + 100;
        std::shuffle(names.begin(), names.end(), generator);
        for (auto& vote : votes)
            vote.participant =
                std::to_string(names[static_cast<std::size_t>(std::stoi(vote.participant))]);
        std::shuffle(votes.begin(), votes.end(), generator);
        const auto shuffled = table_of(votes);

        const auto rows_in_order = [](const VoteTable& of) {
            std::vector<std::vector<int>> rows;
            for (const auto person : order_by_votes(of)) {
                const auto row = of.row(person);
                auto& all = rows.emplace_back();
                for (std::size_t at = 0; at < row.votes.size(); ++at) {
                    all.push_back(static_cast<int>(row.statements[at]));
                    all.push_back(row.votes[at]);
                }
            }
            return rows;
        };
        RC_ASSERT(rows_in_order(table) == rows_in_order(shuffled));
    }));
}

} // namespace
} // namespace moothall::decide::opinions
