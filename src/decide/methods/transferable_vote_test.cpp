#include "decide/methods/transferable_vote.hpp"

#include "decide/methods/sorted_for_tests.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace moothall::decide::methods {
namespace {

Ranking strict(std::initializer_list<int> options)
{
    Ranking ranking;
    for (const int option : options) ranking.push_back({static_cast<Option>(option)});
    return ranking;
}

TEST(TransferableVote, food_for_a_party_of_twenty)
{
    // Wikipedia, "Single transferable vote": oranges 0, pears 1, chocolate 2, strawberries 3,
    // sweets 4; three places.
    const std::vector<RankingBallots> ballots{{strict({0}), 4},    {strict({1, 0}), 2},
                                              {strict({2, 3}), 8}, {strict({2, 4}), 4},
                                              {strict({3}), 1},    {strict({4}), 1}};
    const auto result = count_transferable_vote(ballots, TieOrder::as_listed(5), 3);
    EXPECT_EQ(result.ballots, 20);
    EXPECT_EQ(result.quota, 6);
    EXPECT_EQ(result.elected, (std::vector<Option>{2, 0, 3}));
    ASSERT_EQ(result.stages.size(), 5U);
    EXPECT_EQ(result.stages[0].elected, (std::vector<Option>{2}));
    // Half of the twelve votes for chocolate go on: 4 to strawberries, 2 to sweets.
    EXPECT_EQ(result.stages[1].kind, StageKind::surplus);
    EXPECT_EQ(result.stages[1].totals,
              (std::vector<std::int64_t>{400'000, 200'000, 600'000, 500'000, 300'000}));
    // Pears are out and elect oranges; sweets are out and their voters name nobody else.
    EXPECT_EQ(result.stages[2].of, 1U);
    EXPECT_EQ(result.stages[2].elected, (std::vector<Option>{0}));
    EXPECT_EQ(result.stages[3].of, 4U);
    EXPECT_EQ(result.stages[3].not_transferable, 300'000);
    EXPECT_EQ(result.stages[4].kind, StageKind::last_places);
}

TEST(TransferableVote, a_tie_goes_by_the_latest_stage_at_which_they_differed)
{
    // J. Lundell, Droop (github.com/jklundell/droop), test/blt/scotland/weak-defeat.blt and its
    // reference count: at the second stage 1 and 2 have 3 votes each, but 1 had 2 before.
    const std::vector<RankingBallots> ballots{{strict({0, 1}), 1},
                                              {strict({1}), 2},
                                              {strict({2}), 3},
                                              {strict({3}), 4},
                                              {strict({4}), 5}};
    const auto result = count_transferable_vote(ballots, TieOrder({0, 1, 2, 3, 4}), 2);
    EXPECT_EQ(result.quota, 6);
    EXPECT_EQ(result.stages[1].of, 0U);
    EXPECT_EQ(result.stages[2].of, 1U);
    EXPECT_EQ(result.stages[2].tied, (std::vector<Option>{1, 2}));
    EXPECT_EQ(result.stages[2].tie_break, TieBreak::earlier_stage);
    EXPECT_EQ(result.stages[3].of, 2U);
    EXPECT_EQ(sorted(result.elected), (std::vector<Option>{3, 4}));
}

/// The ballots of the steering committee election of the Green Party of the United States, 24 July
/// 2005, as published with Droop (test/blt/SC.blt): options 0 to 12, four places.
std::vector<RankingBallots> steering_committee()
{
    const std::vector<const char*> rows{"7 8 9 11 12",
                                        "7 8 9 11 12",
                                        "13 7 5 4 2 1",
                                        "5 13 2 7 4 1",
                                        "13 4 1 2",
                                        "4 2 13 1 3",
                                        "4 13 2 7",
                                        "7 8 12 1 13 9 2 4 11 5",
                                        "1 13 3 4 7 5 2",
                                        "4 1 13 7 3 5 2",
                                        "4 1 13 7 3 5 2",
                                        "1 4 13 2 7 5 3 9 8 12 11",
                                        "7 1 8 9 13 3 2 4 12 5 11",
                                        "7 8 9 11 12",
                                        "7 1 8 9 13 3 2 4 12 5 11",
                                        "7 8 9 11 12",
                                        "7 8 9 11 12",
                                        "7 8 9 11 12",
                                        "5 1 13 3 2 4 7",
                                        "7 8 9 3 12 2 13 5 1 4",
                                        "3 13 1 2",
                                        "3 13 1 2",
                                        "4 7 13 5",
                                        "4 5 13 3 2 1",
                                        "7 8 9 11 12",
                                        "7 9 8 12 11 2 13",
                                        "7 8 9 11 12",
                                        "7 8 9 11 12",
                                        "4 3 13 1",
                                        "4 3 13 1",
                                        "13 3 4 1 7 2 5",
                                        "3 13 4 1 7 2 5",
                                        "13 3 4 1 2 5 7",
                                        "13 1 4 2 5 3 7",
                                        "13 4 3 1 2 5",
                                        "3 13 1 4 2 7 5",
                                        "4 3 13 8",
                                        "4 3 13 1",
                                        "1 4 13 7",
                                        "1 4 13 7",
                                        "7 3 4 13 1 5",
                                        "9 11 8 7",
                                        "7 8 9 11 12",
                                        "13 3 5 2",
                                        "4 5 2 3 13",
                                        "13 5 2 4 1 3 7",
                                        "13 5 2 1 7 3 8",
                                        "7 8 9 12 11",
                                        "7 8 4 9 12",
                                        "13 4 7 2 8",
                                        "4 13 2 7 1 8",
                                        "7 8 11 9 12",
                                        "8 4 7 11 13 9",
                                        "7 4 2 13",
                                        "13 1 7 4",
                                        "4 1 2 13 9 5",
                                        "1 4 13 5 3 2",
                                        "7 5 4 8 11 2 13 1 3 9 12",
                                        "4 8 7 5 13 2 1 3 9",
                                        "3 4 7 2 12 13 8 1 5",
                                        "7 8 9 11 12",
                                        "7 8 11 9",
                                        "7 8 11 9",
                                        "7 8 9 11 12",
                                        "7 8 9 11 12",
                                        "7 8 9 11 12",
                                        "13 2 4 7 5 1",
                                        "7 8 9 11 12",
                                        "7 8 9 11",
                                        "7 8 9 11 12",
                                        "2 7 8 12 13 11 1 5 9",
                                        "4 7 8 2",
                                        "4 13 5 2 1 3",
                                        "13 4 7 3 1 5 8 2 9",
                                        "4 3 13 1 7",
                                        "13 4 1 3",
                                        "4 1 13 3 2 7 8",
                                        "2 4 13 5",
                                        "2 3 4 1 13 7",
                                        "3 1 4 13",
                                        "4 3 1 2 11",
                                        "3 1 4 13 2 7",
                                        "4 1 2 8 3",
                                        "4 1 5 13 2 3",
                                        "4 1 5 13 2 3",
                                        "7 8 9 11 12",
                                        "7 8 9 11 12",
                                        "13 7 3 2 5 4 1",
                                        "13 5 7 2 4 1",
                                        "7 8 9 11 12",
                                        "1 13 3 7 2 4 5",
                                        "13 1 2 7 4 5 3",
                                        "13 1 2 7 4 5 3",
                                        "3 1 4 2 13 7 9 5 8"};
    std::vector<RankingBallots> ballots;
    for (const std::string_view row : rows) {
        auto& ballot = ballots.emplace_back();
        std::size_t number = 0;
        for (const char c : std::string(row) + ' ') {
            if (c != ' ') {
                number = number * 10 + static_cast<std::size_t>(c - '0');
                continue;
            }
            ballot.ranking.push_back({number - 1});
            number = 0;
        }
    }
    return ballots;
}

TEST(TransferableVote, a_real_count_agrees_with_another_counter_to_the_fifth_decimal)
{
    // Droop's reference count by the Scottish rules (test/ref/dump/SC-scotland-fixed-p5-d5.txt).
    // Its lot put those without a vote out in the order 5, 9, 10, 11.
    const TieOrder ties({0, 1, 2, 3, 4, 6, 7, 8, 12, 11, 10, 9, 5});
    const auto result = count_transferable_vote(steering_committee(), ties, 4);
    EXPECT_EQ(result.ballots, 94);
    EXPECT_EQ(result.quota, 19);
    EXPECT_EQ(result.elected, (std::vector<Option>{6, 3, 12, 2}));

    struct Expected {
        std::size_t stage;
        Option of;
        std::vector<std::int64_t> totals;
        std::int64_t not_transferable; // of all stages so far
    };
    const std::vector<Expected> expected{
        {1,
         6,
         {684848, 342424, 842424, 2200000, 242424, 0, 1900000, 1245448, 142424, 0, 0, 0, 1800000},
         0},
        {2,
         3,
         {780300, 356060, 924240, 1900000, 269696, 0, 1900000, 1272720, 142424, 0, 0, 0, 1854544},
         0},
        {7,
         8,
         {780300, 356060, 924240, 1900000, 269696, 0, 1900000, 1415144, 0, 0, 0, 0, 1854544},
         0},
        {8, 4, {880300, 369696, 924240, 1900000, 0, 0, 1900000, 1457568, 0, 0, 0, 0, 1968180}, 0},
        {9,
         12,
         {901084, 395360, 945496, 1900000, 0, 0, 1900000, 1457568, 0, 0, 0, 0, 1900000},
         472},
        {10, 1, {936448, 0, 1059132, 1900000, 0, 0, 1900000, 1561032, 0, 0, 0, 0, 1900000}, 143368},
        {11, 0, {0, 0, 1662204, 1900000, 0, 0, 1900000, 1659988, 0, 0, 0, 0, 1900000}, 377788},
        {12, 7, {0, 0, 1859172, 1900000, 0, 0, 1900000, 0, 0, 0, 0, 0, 1900000}, 1840808},
    };
    ASSERT_EQ(result.stages.size(), 14U);
    for (const auto& one : expected) {
        SCOPED_TRACE(one.stage);
        EXPECT_EQ(result.stages[one.stage].of, one.of);
        EXPECT_EQ(result.stages[one.stage].totals, one.totals);
        const auto still_there =
            std::accumulate(one.totals.begin(), one.totals.end(), std::int64_t{0});
        std::int64_t gone = 0;
        for (std::size_t at = 0; at <= one.stage; ++at) gone += result.stages[at].not_transferable;
        EXPECT_EQ(still_there + gone, 94 * vote_units);
        // Droop counts what rounding down lost only where a ballot names nobody any more.
        EXPECT_GE(gone, one.not_transferable);
        EXPECT_LT(gone - one.not_transferable, 100);
    }
    EXPECT_EQ(result.stages[3].of, 5U);
    EXPECT_EQ(result.stages[3].tie_break, TieBreak::tie_order);
    EXPECT_EQ(result.stages[3].tied, (std::vector<Option>{5, 9, 10, 11}));
    EXPECT_EQ(result.stages[13].kind, StageKind::last_places);
}

std::vector<RankingBallots> invent_ballots(std::mt19937& generator, std::size_t options)
{
    std::vector<RankingBallots> ballots(1 + generator() % 12);
    for (auto& ballot : ballots) {
        std::vector<Option> order(options);
        std::iota(order.begin(), order.end(), Option{0});
        std::shuffle(order.begin(), order.end(), generator);
        order.resize(generator() % (options + 1));
        for (const auto option : order) ballot.ranking.push_back({option});
        ballot.count = 1 + static_cast<std::int64_t>(generator() % 20);
    }
    return ballots;
}

TEST(TransferableVote, no_vote_appears_or_vanishes_and_all_places_are_filled)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 1 + seed % 7;
        const std::size_t places = 1 + seed % 4;
        const auto ballots = invent_ballots(generator, options);
        const auto result =
            count_transferable_vote(ballots, TieOrder::by_lot(options, seed), places);
        RC_ASSERT(result.elected.size() == std::min(options, places));
        std::int64_t gone = 0;
        for (std::size_t at = 0; at < result.stages.size(); ++at) {
            const auto& stage = result.stages[at];
            RC_ASSERT(stage.not_transferable >= 0);
            gone += stage.not_transferable;
            RC_ASSERT(std::accumulate(stage.totals.begin(), stage.totals.end(), gone) ==
                      result.ballots * vote_units);
            if (at == 0) continue;
            const auto& before = result.stages[at - 1].totals;
            auto after = before;
            for (const auto& transfer : stage.transfers) {
                after[transfer.to] += transfer.units;
                after[*stage.of] -= transfer.units;
            }
            if (stage.of) after[*stage.of] -= stage.not_transferable;
            RC_ASSERT(after == stage.totals);
        }
    }));
}

TEST(TransferableVote, neither_the_order_of_ballots_nor_the_names_of_options_matter)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 2 + seed % 6;
        const std::size_t places = 1 + seed % 3;
        auto ballots = invent_ballots(generator, options);
        const auto ties = TieOrder::by_lot(options, seed);
        const auto result = count_transferable_vote(ballots, ties, places);

        std::vector<RankingBallots> one_by_one;
        for (const auto& ballot : ballots)
            for (std::int64_t copy = 0; copy < ballot.count; ++copy)
                one_by_one.push_back({ballot.ranking, 1});
        std::shuffle(one_by_one.begin(), one_by_one.end(), generator);
        const auto recount = count_transferable_vote(one_by_one, ties, places);
        RC_ASSERT(recount.elected == result.elected);
        RC_ASSERT(recount.stages.size() == result.stages.size());
        for (std::size_t at = 0; at < result.stages.size(); ++at)
            RC_ASSERT(recount.stages[at].totals == result.stages[at].totals);

        const auto name = TieOrder::by_lot(options, seed + 1).order();
        for (auto& ballot : ballots)
            for (auto& place : ballot.ranking) place.front() = name[place.front()];
        auto order = ties.order();
        for (auto& option : order) option = name[option];
        auto elected = result.elected;
        for (auto& option : elected) option = name[option];
        RC_ASSERT(count_transferable_vote(ballots, TieOrder(order), places).elected == elected);
    }));
}

TEST(TransferableVote, a_group_with_a_quota_for_each_of_its_options_gets_them_all)
{
    // Proportionality for solid coalitions, by the quota of the count.
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 3 + seed % 4;
        const std::size_t places = 1 + seed % 3;
        const std::size_t group = 1 + seed % std::min(options, places);
        auto ballots = invent_ballots(generator, options);
        std::int64_t others = 0;
        for (const auto& ballot : ballots) others += ballot.count;
        // As many as it takes, all of whom put options 0 … group-1 first, in any order.
        const auto members = (others + 1) * static_cast<std::int64_t>(group) + 1;
        for (std::int64_t voter = 0; voter < members * 3; ++voter) {
            std::vector<Option> first(group);
            std::iota(first.begin(), first.end(), Option{0});
            std::shuffle(first.begin(), first.end(), generator);
            Ranking ranking;
            for (const auto option : first) ranking.push_back({option});
            ballots.push_back({ranking, 1});
        }
        const auto result =
            count_transferable_vote(ballots, TieOrder::by_lot(options, seed), places);
        if (members * 3 < static_cast<std::int64_t>(group) * result.quota + 1) return;
        for (Option option = 0; option < group; ++option)
            RC_ASSERT(std::find(result.elected.begin(), result.elected.end(), option) !=
                      result.elected.end());
    }));
}

} // namespace
} // namespace moothall::decide::methods
