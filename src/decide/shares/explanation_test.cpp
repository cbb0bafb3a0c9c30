#include "decide/shares/explanation.hpp"
#include "decide/shares/what_it_takes.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace moothall::decide::shares {
namespace {

/// Nine of ten want the arena and its lights; one wants the trees.
Election town()
{
    Election election(
        {BallotKind::approval, 1000, 0, 0},
        {{"arena", "", 800}, {"lights", "", 300}, {"trees", "", 100}, {"statue", "", 150}});
    for (int voter = 0; voter < 9; ++voter)
        election.add_ballot("fan " + std::to_string(voter), {{0, 1}, {1, 1}});
    election.add_ballot("gardener", {{2, 1}, {3, 1}});
    return election;
}

std::uint32_t project(const Election& election, const char* id)
{
    return election.find_project(id).value();
}

TEST(Explanation, a_voter_sees_where_her_share_went)
{
    const auto election = town();
    const auto outcome = equal_shares(election, {});
    const auto fan = account_of_voter(election, outcome,
                                      election.ballot_of(election.find_voter("fan 3").value()));
    EXPECT_EQ(fan.share.text(), "100");
    ASSERT_EQ(fan.payments.size(), 1U);
    EXPECT_EQ(fan.payments[0].project, project(election, "arena"));
    EXPECT_EQ(fan.payments[0].amount.text(), "800/9");
    EXPECT_EQ(fan.payments[0].others, 8);
    EXPECT_EQ(fan.left.text(), "100/9");
    const auto gardener = account_of_voter(
        election, outcome, election.ballot_of(election.find_voter("gardener").value()));
    ASSERT_EQ(gardener.payments.size(), 1U);
    EXPECT_EQ(gardener.payments[0].amount.text(), "100");
    EXPECT_EQ(gardener.payments[0].others, 0);
    EXPECT_EQ(gardener.left.sign(), 0);
}

TEST(Explanation, a_project_hears_why_it_won_or_lost)
{
    const auto election = town();
    const auto outcome = equal_shares(election, {});
    const auto arena = account_of_project(election, outcome, project(election, "arena"));
    EXPECT_EQ(arena.fate, Fate::bought);
    EXPECT_EQ(arena.round, 0U);
    EXPECT_EQ(arena.effective_votes.text(), "9");
    EXPECT_EQ(arena.votes, 9);
    const auto lights = account_of_project(election, outcome, project(election, "lights"));
    EXPECT_EQ(lights.fate, Fate::lost);
    EXPECT_FALSE(lights.round);
    EXPECT_EQ(lights.money_left.text(), "100");
    EXPECT_EQ(lights.supporters_with_money, 9);
    const auto statue = account_of_project(election, outcome, project(election, "statue"));
    EXPECT_EQ(statue.money_left.sign(), 0);
    EXPECT_EQ(statue.supporters_with_money, 0);
    EXPECT_EQ(statue.votes, 1);
}

TEST(Explanation, a_loser_hears_what_it_would_have_taken)
{
    const auto election = town();
    const auto outcome = equal_shares(election, {});
    const auto lights = what_it_takes(election, outcome, project(election, "lights"));
    EXPECT_EQ(lights.cost, 100); // what its supporters have left
    // With ten votes they go before the arena, which has nine.
    EXPECT_EQ(lights.more_voters, 1);
    const auto statue = what_it_takes(election, outcome, project(election, "statue"));
    EXPECT_EQ(statue.cost, 100); // it ties with the trees, and its id goes first
    EXPECT_EQ(statue.more_voters, 1);
}

TEST(Explanation, a_search_for_what_it_would_have_taken_can_be_ended)
{
    const auto election = town();
    const auto outcome = equal_shares(election, {});
    int runs = 0;
    EXPECT_THROW(what_it_takes(election, outcome, project(election, "statue"),
                               [&] {
                                   if (++runs == 3) throw std::runtime_error("enough");
                               }),
                 std::runtime_error);
    EXPECT_EQ(runs, 3);
}

TEST(Explanation, completion_and_free_projects_are_nobodys_payment)
{
    Election election({BallotKind::approval, 100, 0, 0},
                      {{"free", "", 0}, {"shared", "", 40}, {"extra", "", 60}});
    election.add_ballot("1", {{0, 1}, {1, 1}});
    election.add_ballot("2", {{2, 1}});
    Options options;
    options.utility = Utility::cardinality;
    options.completion = Completion::greedy;
    const auto outcome = equal_shares(election, options);
    EXPECT_EQ(outcome.selected, (std::vector<std::uint32_t>{0, 1, 2}));
    EXPECT_EQ(outcome.completed, (std::vector<std::uint32_t>{2}));
    EXPECT_EQ(account_of_project(election, outcome, 0).fate, Fate::free);
    EXPECT_EQ(account_of_project(election, outcome, 0).effective_votes.text(), "1");
    EXPECT_EQ(account_of_project(election, outcome, 1).fate, Fate::bought);
    EXPECT_EQ(account_of_project(election, outcome, 2).fate, Fate::completed);
    EXPECT_EQ(account_of_voter(election, outcome, 0).payments.size(), 1U);
    EXPECT_TRUE(account_of_voter(election, outcome, 1).payments.empty());
}

TEST(Explanation, the_greedy_completion_may_leave_out_what_hardly_anybody_wants)
{
    Election election({BallotKind::approval, 100, 0, 0},
                      {{"a", "", 40}, {"nobody's", "", 10}, {"one's", "", 60}});
    election.add_ballot("1", {{0, 1}});
    election.add_ballot("2", {{0, 1}});
    election.add_ballot("3", {{2, 1}});
    Options options;
    options.completion = Completion::greedy;
    EXPECT_EQ(equal_shares(election, options).selected, (std::vector<std::uint32_t>{0, 2}));
    options.completion_votes_min = 2;
    EXPECT_EQ(equal_shares(election, options).selected, (std::vector<std::uint32_t>{0}));
    EXPECT_EQ(greedy(election, options).selected, (std::vector<std::uint32_t>{0}));
}

TEST(Explanation, selections_are_compared_by_whom_they_reach)
{
    const auto election = town();
    const auto fair = equal_shares(election, {});
    const auto loudest = most_votes(election, {});
    const auto of_fair = reach_of(election, Utility::cost, fair.selected);
    EXPECT_EQ(of_fair.voters_with_any, 10);
    EXPECT_EQ(of_fair.voters_with_none, 0);
    EXPECT_EQ(of_fair.wants_met, 10);
    EXPECT_EQ(loudest.selected, (std::vector<std::uint32_t>{0, 3})); // the lights do not fit
    EXPECT_EQ(reach_of(election, Utility::cost, std::vector<std::uint32_t>{0}).voters_with_none, 1);
}

TEST(TieBreak, follows_the_rule_that_was_announced)
{
    Election election({BallotKind::approval, 100, 0, 0},
                      {{"9", "", 10}, {"10", "", 20}, {"b", "", 10}, {"a", "", 10}});
    election.add_ballot("1", {{0, 1}});
    const auto supporters = list_supporters(election, Utility::cost);
    EXPECT_EQ(tie_ranks(election, supporters, {}), (std::vector<std::uint32_t>{1, 0, 3, 2}));
    TieBreak lot{TieBreak::Rule::cheapest_most_votes_lot, 1};
    const auto ranks = tie_ranks(election, supporters, lot);
    EXPECT_EQ(ranks[0], 0U); // cheap, and has a vote
    EXPECT_EQ(ranks[1], 3U); // dear
    // The lot is drawn anew with each seed; equal seeds draw alike.
    EXPECT_EQ(tie_ranks(election, supporters, lot), ranks);
    bool changed = false;
    for (lot.seed = 2; lot.seed < 20; ++lot.seed)
        changed = changed || tie_ranks(election, supporters, lot) != ranks;
    EXPECT_TRUE(changed);
    // Computed with Python, so that anybody can check a draw.
    EXPECT_EQ(lot_of("a", 1), 13906159068427031964U);
}

} // namespace
} // namespace moothall::decide::shares
