#include "decide/tally/box_export.hpp"

#include "decide/receipts/ballot_box.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>

namespace moothall::decide {
namespace {

using ::testing::HasSubstr;

Rules rules_of(Method method)
{
    Rules rules;
    rules.method = method;
    if (chooses(method)) rules.options = {"Buses", "Trams", "Bicycles", "Ferries"};
    if (method == Method::transferable_vote) rules.places = 2;
    rules.electorates = {{30, {1, 2}, {1, 10}}, {30, {2, 3}, {0, 1}}};
    return rules;
}

Choice any_choice(const Rules& rules)
{
    Choice choice;
    const auto options = rules.options.size();
    switch (rules.method) {
    case Method::consent:
        choice.answer =
            *rc::gen::element<std::string>("consent", "stand-aside", "objection", "consent");
        break;
    case Method::yes_no:
        choice.answer = *rc::gen::element<std::string>("yes", "no", "abstain");
        break;
    case Method::single_choice:
        if (*rc::gen::inRange(0, 4) > 0) choice.single = *rc::gen::inRange<Option>(0, options);
        break;
    case Method::approval:
        for (Option option = 0; option < options; ++option)
            if (*rc::gen::arbitrary<bool>()) choice.approved.push_back(option);
        break;
    case Method::score:
        for (Option option = 0; option < options; ++option)
            choice.scores.push_back({option, *rc::gen::inRange(0, rules.score_most + 1)});
        break;
    case Method::ranked_pairs:
    case Method::transferable_vote:
        for (Option option = 0; option < options; ++option)
            if (*rc::gen::arbitrary<bool>()) choice.ranking.push_back({option});
        break;
    case Method::equal_shares: // any_box() makes none: budget_test.cpp has properties of its own
        break;
    }
    return choice;
}

BoxExport any_box()
{
    BoxExport box;
    box.decision = "0am4example00";
    box.title = "How we get across the river";
    box.rules = rules_of(*rc::gen::element(Method::consent, Method::yes_no, Method::single_choice,
                                           Method::approval, Method::score, Method::ranked_pairs,
                                           Method::transferable_vote));
    box.rules.ties = *rc::gen::element(TieRule::as_listed, TieRule::by_lot);
    box.circles = {"0am4company00", "0am4customers"};
    const auto ballots = *rc::gen::inRange(0, 25);
    for (int at = 0; at < ballots; ++at)
        box.ballots.push_back(write_ballot(box.rules, box.decision,
                                           *rc::gen::inRange<std::size_t>(0, 2),
                                           any_choice(box.rules), "code" + std::to_string(at)));
    box.root = receipts::to_hex(receipts::BallotBox(box.ballots).root());
    box.result =
        to_json(box.rules, count_box(box.rules, box.decision, box.ballots, box.root).value());
    return box;
}

TEST(Tally, a_ranking_passes_whatever_the_order_of_the_options_is)
{
    EXPECT_TRUE(rc::check([] {
        // Five rank some of the options, with equal places; then the same under other numbers.
        const auto options = std::size_t{3};
        std::vector<Option> renamed(options);
        std::iota(renamed.begin(), renamed.end(), Option{0});
        std::vector<Choice> choices(5);
        for (auto& choice : choices) {
            std::vector<std::vector<Option>> places(options);
            for (Option option = 0; option < options; ++option)
                places[*rc::gen::inRange<std::size_t>(0, options)].push_back(option);
            std::erase_if(places, [](const auto& place) { return place.empty(); });
            choice.ranking = places;
        }
        const auto count = [&](const std::vector<Option>& names) {
            Rules rules;
            rules.method = Method::ranked_pairs;
            rules.options.assign(options, "");
            for (Option option = 0; option < options; ++option)
                rules.options[names[option]] = std::string(1, static_cast<char>('A' + option));
            rules.electorates = {{5, {1, 2}, {0, 1}}};
            std::vector<std::string> ballots;
            for (std::size_t at = 0; at < choices.size(); ++at) {
                auto choice = choices[at];
                for (auto& place : choice.ranking)
                    for (auto& option : place) option = names[option];
                ballots.push_back(
                    write_ballot(rules, "0am4example00", 0, choice, std::to_string(at)));
            }
            const auto root = receipts::to_hex(receipts::BallotBox(ballots).root());
            const auto result = count_box(rules, "0am4example00", ballots, root).value();
            const auto& winners = result.electorates.front().winners;
            return std::pair{winners.empty() ? std::string() : rules.options[winners.front()],
                             result.passes()};
        };
        const auto as_named = count(renamed);
        std::ranges::reverse(renamed);
        const auto turned = count(renamed);
        // Where a rule of ties chose, another may win; the same winner passes by the same votes.
        if (as_named.first == turned.first) RC_ASSERT(as_named.second == turned.second);
    }));
}

TEST(Tally, what_was_published_counts_the_same_again)
{
    EXPECT_TRUE(rc::check([] {
        const auto box = any_box();
        const auto again = recount(parse_box(to_json(box)).value()).value();
        RC_ASSERT(again.agrees());
    }));
}

TEST(Tally, the_order_of_the_ballots_does_not_matter)
{
    EXPECT_TRUE(rc::check([] {
        const auto box = any_box();
        auto shuffled = box.ballots;
        std::ranges::reverse(shuffled);
        RC_ASSERT(
            to_json(box.rules, count_box(box.rules, box.decision, shuffled, box.root).value()) ==
            box.result);
    }));
}

TEST(Tally, passes_exactly_when_each_electorate_passes_and_all_chose_the_same)
{
    EXPECT_TRUE(rc::check([] {
        const auto box = any_box();
        const auto count = count_box(box.rules, box.decision, box.ballots, box.root).value();
        bool each = true;
        for (const auto& electorate : count.electorates) each = each && electorate.passes();
        if (count.passes()) RC_ASSERT(each);
        if (each && !chooses(box.rules.method)) RC_ASSERT(count.passes());
        if (count.passes() && chooses(box.rules.method))
            for (auto electorate : count.electorates) {
                auto winners = count.winners;
                std::ranges::sort(winners);
                std::ranges::sort(electorate.winners);
                RC_ASSERT(winners == electorate.winners);
            }
    }));
}

TEST(Tally, a_ballot_that_is_changed_added_or_taken_out_is_found)
{
    EXPECT_TRUE(rc::check([] {
        auto box = any_box();
        RC_PRE(box.ballots.size() > 1);
        const auto at = *rc::gen::inRange<std::size_t>(0, box.ballots.size());
        if (*rc::gen::arbitrary<bool>())
            box.ballots.erase(box.ballots.begin() + static_cast<std::ptrdiff_t>(at));
        else
            box.ballots[at] =
                write_ballot(box.rules, box.decision, 0, any_choice(box.rules), "another code");
        const auto again = recount(box);
        RC_ASSERT(!again || !again->same_root);
    }));
}

TEST(Tally, a_box_with_more_ballots_than_people_is_refused)
{
    auto rules = rules_of(Method::yes_no);
    rules.electorates[0].members = 1;
    std::vector<std::string> ballots;
    for (const auto* code : {"a", "b"})
        ballots.push_back(write_ballot(rules, "d", 0, Choice::of_answer("yes"), code));
    const auto refused = count_box(rules, "d", ballots, "");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().sentence, HasSubstr("more ballots"));
    EXPECT_FALSE(count_box(rules, "another", ballots, ""));
    EXPECT_FALSE(count_box(rules, "d", {"{}"}, ""));
    EXPECT_FALSE(count_box(rules, "d", {"no json"}, ""));
}

TEST(Tally, half_as_a_threshold_is_more_than_half_and_two_thirds_are_met_exactly)
{
    const auto passes = [](Share threshold, int yes, int no) {
        Rules rules = rules_of(Method::yes_no);
        rules.electorates = {{100, threshold, {0, 1}}};
        std::vector<Ballot> ballots;
        for (int at = 0; at < yes; ++at) ballots.push_back({0, Choice::of_answer("yes")});
        for (int at = 0; at < no; ++at) ballots.push_back({0, Choice::of_answer("no")});
        return count_ballots(rules, ballots, 0).passes();
    };
    EXPECT_FALSE(passes({1, 2}, 5, 5));
    EXPECT_TRUE(passes({1, 2}, 6, 5));
    EXPECT_TRUE(passes({2, 3}, 6, 3));
    EXPECT_FALSE(passes({2, 3}, 6, 4));
    EXPECT_FALSE(passes({0, 1}, 0, 0));
}

TEST(Tally, equal_choices_are_written_the_same_however_they_were_said)
{
    const auto rules = rules_of(Method::approval);
    Choice one;
    one.approved = {2, 0};
    Choice other;
    other.approved = {0, 2};
    EXPECT_EQ(write_ballot(rules, "d", 0, one, "x"), write_ballot(rules, "d", 0, other, "x"));
    const auto points = rules_of(Method::score);
    Choice said;
    said.scores = {{1, 0}, {2, 3}};
    Choice left_out;
    left_out.scores = {{2, 3}};
    EXPECT_EQ(write_ballot(points, "d", 0, said, "x"), write_ballot(points, "d", 0, left_out, "x"));
}

/// docs/check-receipt.py with what a voter downloaded: her ballots, and the published box.
TEST(Tally, a_voter_checks_her_receipt_offline_against_the_published_box)
{
    if (std::system("python3 -c '' 2>/dev/null") != 0) GTEST_SKIP() << "left out: no python3";
    const auto folder = std::filesystem::path(::testing::TempDir()) / "moothall-check";
    std::filesystem::create_directories(folder);
    const auto accepts = [&](const std::string& receipt, const std::string& box) {
        std::ofstream(folder / "receipt.txt", std::ios::binary) << receipt;
        std::ofstream(folder / "box.json", std::ios::binary) << box;
        const auto command = "python3 " MOOTHALL_SOURCE_DIR "/docs/check-receipt.py " +
                             (folder / "receipt.txt").string() + " " +
                             (folder / "box.json").string() + " >/dev/null 2>&1";
        return std::system(command.c_str()) == 0;
    };
    BoxExport box;
    box.decision = "0am4example00";
    box.rules = rules_of(Method::approval);
    box.circles = {"0am4company00", "0am4customers"};
    Choice choice;
    choice.approved = {1, 3};
    for (const auto* code : {"a", "b", "c", "d", "e"})
        box.ballots.push_back(write_ballot(box.rules, box.decision, 1, choice, code));
    box.root = receipts::to_hex(receipts::BallotBox(box.ballots).root());
    const auto published = to_json(box);
    EXPECT_TRUE(accepts(box.ballots[3] + "\n" + box.ballots[0] + "\n", published));
    const auto proof = receipts::BallotBox(box.ballots).receipt(4);
    EXPECT_TRUE(accepts(receipts::to_json(proof, box.ballots[4]), published));
    EXPECT_FALSE(accepts(write_ballot(box.rules, box.decision, 1, choice, "f") + "\n", published));
    auto forged = box;
    forged.ballots.pop_back();
    EXPECT_FALSE(accepts(box.ballots[0] + "\n", to_json(forged)));
    std::filesystem::remove_all(folder);
}

TEST(Shares, are_read_exactly)
{
    EXPECT_EQ(to_text(*parse_share("0.6")), "3/5");
    EXPECT_EQ(to_text(*parse_share("60 %")), "3/5");
    EXPECT_EQ(to_text(*parse_share("2/3")), "2/3");
    EXPECT_EQ(to_text(*parse_share("0")), "0/1");
    EXPECT_EQ(to_text(*parse_share("1")), "1/1");
    for (const auto* bad : {"", "2", "-1", "101%", "3/2", "1/0", "one half", "0.5.1", "1/2/3", "."})
        EXPECT_FALSE(parse_share(bad)) << bad;
}

TEST(Choices, that_do_not_fit_are_refused_with_their_field)
{
    const auto field = [](Method method, const char* json) {
        const auto choice = read_choice(rules_of(method), Json::parse(json).value());
        return choice ? std::string("accepted") : choice.error().field;
    };
    EXPECT_EQ(field(Method::yes_no, R"({"choice":"yes"})"), "accepted");
    EXPECT_EQ(field(Method::yes_no, R"({"choice":"maybe"})"), "choice");
    EXPECT_EQ(field(Method::yes_no, R"({"choice":["yes"]})"), "choice");
    EXPECT_EQ(field(Method::consent, R"({"choice":"stand_aside"})"), "accepted");
    EXPECT_EQ(field(Method::single_choice, R"({"choice":"Trams"})"), "accepted");
    EXPECT_EQ(field(Method::single_choice, R"({"choice":null})"), "accepted");
    EXPECT_EQ(field(Method::single_choice, R"({"choice":"Planes"})"), "choice");
    EXPECT_EQ(field(Method::single_choice, R"({})"), "choice");
    EXPECT_EQ(field(Method::approval, R"({"approve":[]})"), "accepted");
    EXPECT_EQ(field(Method::approval, R"({"approve":["Trams","Trams"]})"), "approve");
    EXPECT_EQ(field(Method::approval, R"({"approve":"Trams"})"), "approve");
    EXPECT_EQ(field(Method::score, R"({"scores":{"Trams":5}})"), "accepted");
    EXPECT_EQ(field(Method::score, R"({"scores":{"Trams":6}})"), "scores");
    EXPECT_EQ(field(Method::score, R"({"scores":{"Trams":1.5}})"), "scores");
    EXPECT_EQ(field(Method::ranked_pairs, R"({"ranking":[["Trams","Buses"],"Ferries"]})"),
              "accepted");
    EXPECT_EQ(field(Method::transferable_vote, R"({"ranking":[["Trams","Buses"]]})"), "ranking");
    EXPECT_EQ(field(Method::ranked_pairs, R"({"ranking":["Trams","Trams"]})"), "ranking");
}

TEST(Shares, of_a_voter_add_up_to_the_cent)
{
    rc::check("payments and what is left are the share", [] {
        Rules rules;
        rules.method = Method::equal_shares;
        rules.budget.ballot = shares::BallotKind::approval;
        const auto parts = *rc::gen::inRange<std::int64_t>(2, 97);
        const auto rounds = *rc::gen::inRange<std::int64_t>(1, 7);
        JsonWriter json;
        json.begin_object().key("budget").begin_object();
        json.field("share", std::to_string(*rc::gen::inRange<std::int64_t>(1, 100'000)) + "/" +
                                std::to_string(parts));
        json.key("rounds").begin_array();
        Choice choice;
        for (std::int64_t at = 0; at < rounds; ++at) {
            rules.options.push_back(std::to_string(at + 1));
            rules.budget.costs.push_back(100);
            choice.approved.push_back(static_cast<Option>(at));
            json.begin_object().field("project", rules.options.back()).field("payers", 3);
            json.field("price", std::to_string(*rc::gen::inRange<std::int64_t>(1, 30'000)) + "/" +
                                    std::to_string(*rc::gen::inRange<std::int64_t>(2, 97)));
            json.end_object();
        }
        json.end_array().end_object().end_object();
        const auto share = share_of_voter(rules, Json::parse(json.take()).value(), choice);
        RC_ASSERT(share.has_value());
        std::int64_t paid = 0;
        for (const auto& payment : share->payments) paid += payment.cents;
        RC_ASSERT(paid == share->paid_cents);
        RC_ASSERT(paid + share->left_cents == share->cents);
        RC_ASSERT(share->left_cents >= 0);
    });
}

} // namespace
} // namespace moothall::decide
