#include "decide/methods/totals.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>
#include <set>

namespace moothall::decide::methods {
namespace {

TEST(Ties, a_lot_is_the_same_everywhere_and_every_order_is_drawn)
{
    EXPECT_EQ(TieOrder::by_lot(5, 42).order(), TieOrder::by_lot(5, 42).order());
    std::set<std::vector<Option>> drawn;
    for (std::uint64_t seed = 0; seed < 200; ++seed)
        drawn.insert(TieOrder::by_lot(3, seed).order());
    EXPECT_EQ(drawn.size(), 6U);
}

TEST(Totals, the_tie_order_decides_between_equals_and_only_there)
{
    const std::vector<std::optional<Option>> ballots{0, 1, 1, 2, 2, {}};
    const auto result = count_single_choice(ballots, TieOrder({2, 0, 1}));
    EXPECT_EQ(result.totals, (std::vector<std::int64_t>{1, 2, 2}));
    EXPECT_EQ(result.ranking, (std::vector<Option>{2, 1, 0}));
    EXPECT_EQ(result.leaders, (std::vector<Option>{2, 1}));
    EXPECT_EQ(result.winners, (std::vector<Option>{2}));
    EXPECT_EQ(result.tied_for_last_place, (std::vector<Option>{2, 1}));
    EXPECT_EQ(result.blank, 1);
    EXPECT_FALSE(result.has_majority(2));

    const auto two = count_single_choice(ballots, TieOrder({2, 0, 1}), 2);
    EXPECT_EQ(two.winners, (std::vector<Option>{2, 1}));
    EXPECT_TRUE(two.tied_for_last_place.empty()) << "both are in, whoever is first";
}

TEST(Totals, a_majority_is_of_those_who_chose)
{
    const std::vector<std::optional<Option>> ballots{1, 1, 0, {}, {}};
    const auto result = count_single_choice(ballots, TieOrder::as_listed(2));
    EXPECT_TRUE(result.has_majority(1));
    EXPECT_FALSE(result.has_majority(0));
}

TEST(Totals, nobody_wins_where_all_ballots_are_blank)
{
    const std::vector<std::vector<Option>> ballots{{}, {}};
    const auto result = count_approval(ballots, TieOrder::as_listed(3));
    EXPECT_TRUE(result.winners.empty());
    EXPECT_EQ(result.leaders.size(), 3U);
    EXPECT_EQ(result.blank, 2);
    EXPECT_TRUE(count_approval({}, TieOrder::as_listed(3)).winners.empty());
}

TEST(Totals, scores_show_how_many_gave_how_much)
{
    const std::vector<std::vector<Score>> ballots{{{0, 5}, {1, 0}}, {{0, 2}}, {{1, 5}}, {}};
    const auto result = count_score(ballots, 5, TieOrder::as_listed(2));
    EXPECT_EQ(result.totals, (std::vector<std::int64_t>{7, 5}));
    EXPECT_EQ(result.supporters, (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(result.scores[0], (std::vector<std::int64_t>{0, 0, 1, 0, 0, 1}));
    EXPECT_EQ(result.scores[1], (std::vector<std::int64_t>{1, 0, 0, 0, 0, 1}));
    EXPECT_EQ(result.blank, 1);
    EXPECT_EQ(result.winners, (std::vector<Option>{0}));
}

TEST(Totals, a_recount_in_any_order_gives_the_same_tally)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 1 + seed % 6;
        std::vector<std::vector<Score>> scores(generator() % 12);
        std::vector<std::vector<Option>> approvals(scores.size());
        for (std::size_t at = 0; at < scores.size(); ++at)
            for (Option option = 0; option < options; ++option) {
                if (generator() % 2 == 0) continue;
                scores[at].push_back({option, static_cast<std::int32_t>(generator() % 6)});
                approvals[at].push_back(option);
            }
        const auto ties = TieOrder::by_lot(options, seed);
        const auto scored = count_score(scores, 5, ties, 2);
        const auto approved = count_approval(approvals, ties, 2);
        std::shuffle(scores.begin(), scores.end(), generator);
        std::shuffle(approvals.begin(), approvals.end(), generator);
        const auto scored_again = count_score(scores, 5, ties, 2);
        const auto approved_again = count_approval(approvals, ties, 2);
        RC_ASSERT(scored_again.totals == scored.totals);
        RC_ASSERT(scored_again.ranking == scored.ranking);
        RC_ASSERT(scored_again.winners == scored.winners);
        RC_ASSERT(approved_again.totals == approved.totals);
        RC_ASSERT(approved_again.winners == approved.winners);
        // What the voters gave is what the tally holds.
        std::int64_t given = 0;
        for (const auto& ballot : scores)
            for (const auto& score : ballot) given += score.points;
        std::int64_t counted = 0;
        for (const auto total : scored.totals) counted += total;
        RC_ASSERT(given == counted);
    }));
}

TEST(Totals, one_more_approval_for_the_winner_keeps_it_winning)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t options = 2 + seed % 5;
        std::vector<std::vector<Option>> ballots(1 + generator() % 9);
        for (auto& ballot : ballots)
            for (Option option = 0; option < options; ++option)
                if (generator() % 2 == 0) ballot.push_back(option);
        const auto ties = TieOrder::by_lot(options, seed);
        const auto before = count_approval(ballots, ties);
        RC_PRE(!before.winners.empty());
        ballots.push_back(before.winners);
        RC_ASSERT(count_approval(ballots, ties).winners == before.winners);
    }));
}

} // namespace
} // namespace moothall::decide::methods
