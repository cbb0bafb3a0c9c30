#include "decide/shares/elections_for_tests.hpp"
#include "decide/shares/explanation.hpp"
#include "decide/shares/greedy.hpp"
#include "decide/shares/what_it_takes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace moothall::decide::shares {
namespace {

constexpr ElectionSizes sizes{6, 10, 30, 100};

Options draw_options(BallotKind kind)
{
    Options options;
    options.utility = *rc::gen::elementOf(utilities_of(kind));
    options.completion = *rc::gen::element(Completion::none, Completion::greedy, Completion::add1,
                                           Completion::add1_greedy);
    return options;
}

bool is_selected(const Outcome& outcome, std::uint32_t project)
{
    return std::ranges::find(outcome.selected, project) != outcome.selected.end();
}

TEST(EqualSharesProperty, each_voter_pays_at_most_her_share_and_payments_make_the_cost)
{
    check("payments", [] {
        const auto kind = draw_kind();
        const auto election = draw_election(kind, sizes).build();
        const auto outcome = equal_shares(election, draw_options(kind));
        std::vector<Fraction> paid(outcome.rounds.size());
        std::vector<std::int64_t> payers(outcome.rounds.size());
        for (std::size_t voter = 0; voter < election.voter_count(); ++voter) {
            const auto account = account_of_voter(election, outcome, election.ballot_of(voter));
            RC_ASSERT(account.share == outcome.share);
            RC_ASSERT(account.left.sign() >= 0);
            Fraction spent = 0;
            for (const auto& payment : account.payments) {
                RC_ASSERT(payment.amount.sign() > 0);
                RC_ASSERT(payment.others == outcome.rounds[payment.round].payers - 1);
                spent = spent + payment.amount;
                paid[payment.round] = paid[payment.round] + payment.amount;
                ++payers[payment.round];
            }
            RC_ASSERT(spent + account.left == account.share);
        }
        for (std::size_t at = 0; at < outcome.rounds.size(); ++at) {
            const auto cost = election.projects()[outcome.rounds[at].project].cost;
            RC_ASSERT(paid[at] == Fraction(cost));
            if (cost > 0) RC_ASSERT(payers[at] == outcome.rounds[at].payers);
        }
    });
}

TEST(EqualSharesProperty, nothing_costs_more_than_the_budget_and_nothing_is_taken_twice)
{
    check("cost", [] {
        const auto kind = draw_kind();
        const auto election = draw_election(kind, sizes).build();
        const auto outcome = equal_shares(election, draw_options(kind));
        std::int64_t cost = 0;
        for (const auto project : outcome.selected) {
            cost += election.projects()[project].cost;
            RC_ASSERT(std::ranges::count(outcome.selected, project) == 1);
        }
        RC_ASSERT(cost == outcome.cost);
        RC_ASSERT(cost <= election.budget());
    });
}

TEST(EqualSharesProperty, losers_cannot_be_paid_by_their_supporters)
{
    check("losers", [] {
        const auto kind = draw_kind();
        const auto election = draw_election(kind, sizes).build();
        auto options = draw_options(kind);
        options.completion = Completion::none;
        const auto outcome = equal_shares(election, options);
        for (std::uint32_t at = 0; at < election.projects().size(); ++at) {
            const auto account = account_of_project(election, outcome, at);
            const auto cost = election.projects()[at].cost;
            RC_ASSERT((account.fate != Fate::lost) == is_selected(outcome, at));
            if (account.fate != Fate::lost || cost == 0) continue;
            RC_ASSERT(account.money_left < Fraction(cost));
            Fraction left = 0;
            for (std::size_t voter = 0; voter < election.voter_count(); ++voter)
                for (const auto& mark : election.marks(election.ballot_of(voter)))
                    if (mark.project == at && is_support(mark, options.utility))
                        left = left +
                               account_of_voter(election, outcome, election.ballot_of(voter)).left;
            RC_ASSERT(left == account.money_left);
        }
    });
}

TEST(EqualSharesProperty, the_order_of_voters_and_projects_changes_nothing)
{
    check("permutations", [] {
        const auto kind = draw_kind();
        auto drawn = draw_election(kind, sizes);
        const auto options = draw_options(kind);
        const auto election = drawn.build();
        std::vector<std::uint32_t> place(drawn.projects.size());
        for (std::uint32_t at = 0; at < place.size(); ++at) place[at] = at;
        for (std::size_t at = place.size(); at > 1; --at)
            std::swap(place[at - 1],
                      place[static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(at) - 1))]);
        auto shuffled = drawn;
        for (std::size_t at = 0; at < place.size(); ++at)
            shuffled.projects[place[at]] = drawn.projects[at];
        for (auto& ballot : shuffled.ballots)
            for (auto& mark : ballot) mark.project = place[mark.project];
        std::ranges::reverse(shuffled.ballots);
        const auto again = shuffled.build();
        RC_ASSERT(ids(election, equal_shares(election, options).selected) ==
                  ids(again, equal_shares(again, options).selected));
        RC_ASSERT(ids(election, greedy(election, options).selected) ==
                  ids(again, greedy(again, options).selected));
    });
}

/// Extended justified representation, by trying every set T of projects: among those who all want
/// T and whose shares pay for it, somebody gets as much as T would have given her. D. Peters, G.
/// Pierczyński, P. Skowron, arXiv 2008.13276, definitions 2 and 3.
void assert_justified(const Election& election, Utility utility, const Outcome& outcome)
{
    const auto& projects = election.projects();
    const auto gain = [&](std::uint32_t at) {
        return utility == Utility::cost ? projects[at].cost : std::int64_t{1};
    };
    for (std::uint32_t set = 1; set < 1U << projects.size(); ++set) {
        std::int64_t cost = 0;
        std::int64_t promised = 0;
        for (std::uint32_t at = 0; at < projects.size(); ++at)
            if ((set >> at & 1) != 0) {
                cost += projects[at].cost;
                promised += gain(at);
            }
        std::int64_t neglected = 0;
        for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot) {
            std::uint32_t wanted = 0;
            std::int64_t got = 0;
            std::int64_t one_more = 0;
            for (const auto& mark : election.marks(ballot)) {
                wanted |= 1U << mark.project;
                if (is_selected(outcome, mark.project))
                    got += gain(mark.project);
                else
                    one_more = std::max(one_more, gain(mark.project));
            }
            if ((wanted & set) != set) continue;
            // Cardinality: the full promise. Cost: up to one project, which must bring more.
            const bool satisfied = utility == Utility::cardinality
                                       ? got >= promised
                                       : got >= promised || got + one_more > promised;
            if (!satisfied) neglected += election.voters_of(ballot);
        }
        RC_ASSERT(neglected == 0 || neglected * election.budget() <
                                        cost * static_cast<std::int64_t>(election.voter_count()));
    }
}

TEST(EqualSharesProperty, groups_that_agree_get_what_their_shares_pay_for)
{
    check("extended justified representation", [] {
        auto drawn = draw_election(BallotKind::approval, sizes);
        RC_PRE(!drawn.ballots.empty());
        const auto election = drawn.build();
        for (const auto utility : {Utility::cardinality, Utility::cost}) {
            Options options;
            options.utility = utility;
            assert_justified(election, utility, equal_shares(election, options));
            options.completion = Completion::greedy; // only adds
            assert_justified(election, utility, equal_shares(election, options));
        }
    });
}

TEST(EqualSharesProperty, a_winner_that_gets_cheaper_still_wins)
{
    check("discounts", [] {
        const auto kind = draw_kind();
        const auto election = draw_election(kind, sizes).build();
        auto options = draw_options(kind);
        options.completion = Completion::none;
        const auto outcome = equal_shares(election, options);
        const auto by_greedy = greedy(election, options);
        for (std::uint32_t at = 0; at < election.projects().size(); ++at) {
            if (election.projects()[at].cost < 2) continue;
            const auto cheaper = election.with_cost(at, draw(1, election.projects()[at].cost - 1));
            if (is_selected(outcome, at))
                RC_ASSERT(is_selected(equal_shares(cheaper, options), at));
            if (is_selected(by_greedy, at)) RC_ASSERT(is_selected(greedy(cheaper, options), at));
        }
    });
}

TEST(EqualSharesProperty, more_votes_do_not_hurt_a_winner_of_the_greedy_rule)
{
    check("votes", [] {
        const auto election = draw_election(BallotKind::approval, sizes).build();
        const auto outcome = most_votes(election, {});
        for (const auto project : outcome.selected)
            RC_ASSERT(is_selected(most_votes(election.with_more_votes(project, draw(1, 3), 1), {}),
                                  project));
    });
}

TEST(EqualSharesProperty, what_a_loser_would_have_needed_makes_it_win)
{
    check("what it takes", [] {
        const auto kind = draw_kind();
        const auto election = draw_election(kind, sizes).build();
        const auto options = draw_options(kind);
        const auto outcome = equal_shares(election, options);
        std::int64_t points = 1;
        for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot)
            for (const auto& mark : election.marks(ballot)) points = std::max(points, mark.points);
        for (std::uint32_t at = 0; at < election.projects().size(); ++at) {
            if (is_selected(outcome, at)) continue;
            const auto needed = what_it_takes(election, outcome, at);
            const auto old_cost = election.projects()[at].cost;
            if (needed.cost) {
                RC_ASSERT(*needed.cost > 0 && *needed.cost < old_cost);
                RC_ASSERT(
                    is_selected(equal_shares(election.with_cost(at, *needed.cost), options), at));
                const auto step = old_cost > election.money_unit() ? election.money_unit() : 1;
                const auto dearer = *needed.cost + step;
                if (dearer < old_cost)
                    RC_ASSERT(
                        !is_selected(equal_shares(election.with_cost(at, dearer), options), at));
            }
            if (needed.more_voters) {
                const auto wins_with = [&](std::int64_t more) {
                    return is_selected(
                        equal_shares(election.with_more_votes(at, more, points), options), at);
                };
                RC_ASSERT(wins_with(*needed.more_voters));
                RC_ASSERT(!wins_with(*needed.more_voters - 1));
            }
        }
    });
}

TEST(EqualSharesProperty, effective_votes_are_what_all_supporters_pay_in_units_of_the_largest)
{
    check("effective votes", [] {
        const auto kind = draw_kind();
        const auto election = draw_election(kind, sizes).build();
        Options options;
        options.utility = *rc::gen::element(Utility::cost, Utility::cardinality);
        const auto outcome = equal_shares(election, options);
        std::map<std::size_t, Fraction> largest;
        for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot)
            for (const auto& payment : account_of_voter(election, outcome, ballot).payments)
                largest[payment.round] = std::max(largest[payment.round], payment.amount);
        for (const auto& [round, amount] : largest) {
            const auto& project = election.projects()[outcome.rounds[round].project];
            RC_ASSERT(effective_votes(election, outcome, outcome.rounds[round]) ==
                      Fraction(project.cost) / amount);
        }
    });
}

} // namespace
} // namespace moothall::decide::shares
