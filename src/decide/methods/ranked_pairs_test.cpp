#include "decide/methods/ranked_pairs.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace moothall::decide::methods {
namespace {

std::vector<RankingBallots> invent_ballots_with_ties(std::mt19937& generator, std::size_t options)
{
    std::vector<RankingBallots> ballots(1 + generator() % 9);
    for (auto& ballot : ballots) {
        std::vector<Option> order(options);
        std::iota(order.begin(), order.end(), Option{0});
        std::shuffle(order.begin(), order.end(), generator);
        order.resize(generator() % (options + 1));
        for (const auto option : order) {
            if (ballot.ranking.empty() || generator() % 4 != 0) ballot.ranking.emplace_back();
            ballot.ranking.back().push_back(option);
        }
        ballot.count = 1 + static_cast<std::int64_t>(generator() % 5);
    }
    return ballots;
}

TEST(RankedPairs, tennessee_chooses_nashville)
{
    // Wikipedia, "Ranked pairs": Memphis 0, Nashville 1, Chattanooga 2, Knoxville 3.
    const std::vector<RankingBallots> ballots{{{{0}, {1}, {2}, {3}}, 42},
                                              {{{1}, {2}, {3}, {0}}, 26},
                                              {{{2}, {3}, {1}, {0}}, 15},
                                              {{{3}, {2}, {1}, {0}}, 17}};
    const auto result = count_ranked_pairs(ballots, TieOrder::as_listed(4));
    EXPECT_EQ(result.ranking, (std::vector<Option>{1, 2, 3, 0}));
    EXPECT_EQ(result.condorcet_winner, 1U);
    EXPECT_EQ(result.table.preferring(1, 0), 58);
    EXPECT_EQ(result.table.preferring(2, 3), 83);
    ASSERT_EQ(result.pairs.size(), 6U);
    EXPECT_EQ(result.pairs[0].winner, 2U);
    EXPECT_EQ(result.pairs[0].loser, 3U);
    EXPECT_TRUE(std::all_of(result.pairs.begin(), result.pairs.end(),
                            [](const RankedPair& pair) { return pair.locked; }));
}

TEST(RankedPairs, the_weakest_of_a_circle_is_left_out_and_says_so)
{
    // 0 beats 1 by 6, 1 beats 2 by 4, 2 beats 0 by 2.
    const std::vector<RankingBallots> ballots{
        {{{0}, {1}, {2}}, 4}, {{{1}, {2}, {0}}, 3}, {{{2}, {0}, {1}}, 3}};
    const auto result = count_ranked_pairs(ballots, TieOrder::as_listed(3));
    EXPECT_FALSE(result.condorcet_winner.has_value());
    EXPECT_EQ(result.ranking, (std::vector<Option>{0, 1, 2}));
    ASSERT_EQ(result.pairs.size(), 3U);
    EXPECT_TRUE(result.pairs[0].locked);
    EXPECT_TRUE(result.pairs[1].locked);
    EXPECT_FALSE(result.pairs[2].locked);
    EXPECT_EQ(result.pairs[2].winner, 2U);
    EXPECT_EQ(result.pairs[2].loser, 0U);
}

TEST(RankedPairs, options_left_out_of_a_ballot_share_its_last_place)
{
    const std::vector<RankingBallots> ballots{{{{2}}, 1}};
    const PairwiseTable table(ballots, 3);
    EXPECT_EQ(table.preferring(2, 0), 1);
    EXPECT_EQ(table.preferring(2, 1), 1);
    EXPECT_EQ(table.preferring(0, 1), 0);
    EXPECT_EQ(table.preferring(1, 0), 0);
}

TEST(RankedPairs, an_even_pair_goes_by_the_tie_order_and_says_so)
{
    const std::vector<RankingBallots> ballots{{{{0}, {1}}, 1}, {{{1}, {0}}, 1}};
    const auto result = count_ranked_pairs(ballots, TieOrder({1, 0}));
    EXPECT_EQ(result.ranking, (std::vector<Option>{1, 0}));
    ASSERT_EQ(result.pairs.size(), 2U);
    EXPECT_TRUE(result.pairs[0].is_even());
    EXPECT_TRUE(result.pairs[0].tied);
    EXPECT_TRUE(result.pairs[0].locked);
    EXPECT_FALSE(result.pairs[1].locked);
}

TEST(RankedPairs, a_condorcet_winner_wins_and_a_pareto_loser_never_does)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 2 + seed % 5;
        const auto ballots = invent_ballots_with_ties(generator, options);
        const auto result = count_ranked_pairs(ballots, TieOrder::by_lot(options, seed));
        if (result.condorcet_winner) RC_ASSERT(result.ranking.front() == *result.condorcet_winner);
        const auto winner = result.ranking.front();
        std::int64_t voters = 0;
        for (const auto& ballot : ballots) voters += ballot.count;
        for (Option other = 0; other < options; ++other)
            if (other != winner) RC_ASSERT(result.table.preferring(other, winner) < voters);
    }));
}

TEST(RankedPairs, the_order_agrees_with_every_pair_that_was_locked_in)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 2 + seed % 5;
        const auto result = count_ranked_pairs(invent_ballots_with_ties(generator, options),
                                               TieOrder::by_lot(options, seed));
        const auto place = [&](Option option) {
            return std::find(result.ranking.begin(), result.ranking.end(), option) -
                   result.ranking.begin();
        };
        for (const auto& pair : result.pairs)
            RC_ASSERT((place(pair.winner) < place(pair.loser)) == pair.locked);
    }));
}

TEST(RankedPairs, neither_the_order_of_ballots_nor_the_names_of_options_matter)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 2 + seed % 5;
        auto ballots = invent_ballots_with_ties(generator, options);
        const auto ties = TieOrder::by_lot(options, seed);
        const auto result = count_ranked_pairs(ballots, ties);

        std::vector<RankingBallots> one_by_one;
        for (const auto& ballot : ballots)
            for (std::int64_t copy = 0; copy < ballot.count; ++copy)
                one_by_one.push_back({ballot.ranking, 1});
        std::shuffle(one_by_one.begin(), one_by_one.end(), generator);
        RC_ASSERT(count_ranked_pairs(one_by_one, ties).ranking == result.ranking);

        const auto name = TieOrder::by_lot(options, seed + 1).order();
        const auto renamed = [&](std::vector<Option> of) {
            for (auto& option : of) option = name[option];
            return of;
        };
        for (auto& ballot : ballots)
            for (auto& place : ballot.ranking) place = renamed(place);
        RC_ASSERT(count_ranked_pairs(ballots, TieOrder(renamed(ties.order()))).ranking ==
                  renamed(result.ranking));
    }));
}

TEST(RankedPairs, raising_the_winner_on_a_ballot_does_not_make_it_lose)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 2 + seed % 5;
        auto ballots = invent_ballots_with_ties(generator, options);
        const auto ties = TieOrder::by_lot(options, seed);
        const auto winner = count_ranked_pairs(ballots, ties).ranking.front();
        auto& ranking = ballots[seed % ballots.size()].ranking;
        for (auto& place : ranking) std::erase(place, winner);
        std::erase_if(ranking, [](const auto& place) { return place.empty(); });
        ranking.insert(ranking.begin(), {winner});
        RC_ASSERT(count_ranked_pairs(ballots, ties).ranking.front() == winner);
    }));
}

} // namespace
} // namespace moothall::decide::methods
