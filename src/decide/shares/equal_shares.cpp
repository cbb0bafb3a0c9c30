#include "decide/shares/equal_shares.hpp"

#include "base/invariant.hpp"
#include "decide/shares/add_one.hpp"
#include "decide/shares/greedy.hpp"
#include "decide/shares/purchase_run.hpp"

#include <algorithm>
#include <utility>

// Completions of the method of equal shares (purchase_run.cpp has the method and why it is exact).
//
// What equal shares leave over goes by add1 (add_one.cpp), greedily (greedy.cpp), or both.
//
// The guarantee of the method, extended justified representation (up to one project for utilities
// other than approvals), is proved for the method alone; completions only add projects to an
// outcome (greedy) or change it (add1).

namespace moothall::decide::shares {

namespace {

/// Free projects that somebody gains from are bought before all others, in the order of ties. Under
/// the utility cost nobody gains from what costs nothing.
std::vector<std::uint32_t> list_free(const Election& election, const Supporters& supporters,
                                     const std::vector<std::uint32_t>& ranks)
{
    std::vector<std::uint32_t> free;
    if (supporters.utility == Utility::cost) return free;
    for (std::uint32_t at = 0; at < election.projects().size(); ++at)
        if (election.projects()[at].cost == 0 && supporters.weight[at] > 0) free.push_back(at);
    std::ranges::sort(free, {}, [&](std::uint32_t at) { return ranks[at]; });
    return free;
}

} // namespace

std::string_view to_text(Completion completion)
{
    switch (completion) {
    case Completion::none:
        return "none";
    case Completion::add1:
        return "add1";
    case Completion::greedy:
        return "greedy";
    case Completion::add1_greedy:
        return "add1-greedy";
    }
    invariant(false, "every completion has a name");
    return {};
}

std::optional<Completion> completion_of(std::string_view text)
{
    for (const auto completion :
         {Completion::none, Completion::add1, Completion::greedy, Completion::add1_greedy})
        if (to_text(completion) == text) return completion;
    return {};
}

Outcome equal_shares(const Election& election, const Options& options)
{
    invariant(can_give(election.kind(), options.utility), "the ballots give this utility");
    const auto supporters = list_supporters(election, options.utility);
    const auto ranks = tie_ranks(election, supporters, options.tie_break);
    const bool add1 =
        options.completion == Completion::add1 || options.completion == Completion::add1_greedy;
    const bool greedily =
        options.completion == Completion::greedy || options.completion == Completion::add1_greedy;

    PurchaseRun run(election, supporters, ranks);
    Outcome outcome;
    outcome.options = options;
    if (add1 && election.voter_count() > 0) {
        outcome.increments = add_one_by_one(election, supporters, run, outcome.runs);
    } else {
        run.run(0);
        outcome.runs = 1;
    }

    for (const auto project : list_free(election, supporters, ranks))
        outcome.rounds.push_back(
            {project, 0, supporters.votes[project], supporters.votes[project]});
    const auto free_count = static_cast<std::uint32_t>(outcome.rounds.size());
    for (std::size_t at = 0; at < run.purchases().size(); ++at) {
        const auto& purchase = run.purchases()[at];
        outcome.rounds.push_back(
            {purchase.project, run.price(at), purchase.payers, purchase.payers_with_rest});
    }
    for (const auto& round : outcome.rounds) outcome.selected.push_back(round.project);
    outcome.cost = run.cost();
    outcome.emptied_by = run.emptied_by();
    for (auto& round : outcome.emptied_by)
        if (round != Outcome::never) round += free_count;
    const auto voters = static_cast<std::int64_t>(election.voter_count());
    if (voters > 0)
        outcome.share =
            Fraction(Integer(election.budget()) + Integer(election.money_unit()) *
                                                      Integer(outcome.increments) * Integer(voters),
                     voters);

    if (greedily) {
        auto taken = take_greedily(election, supporters, ranks, outcome.selected,
                                   options.completion_votes_min);
        outcome.completed = std::move(taken.projects);
        outcome.ties = std::move(taken.ties);
        for (const auto project : outcome.completed) {
            outcome.selected.push_back(project);
            outcome.cost += election.projects()[project].cost;
        }
    }
    std::vector<Tie> ties;
    std::vector<bool> is_selected(election.projects().size());
    for (const auto project : outcome.selected) is_selected[project] = true;
    for (const auto& purchase : run.purchases())
        note_tie(ties, purchase.project, purchase.equal, is_selected, ranks);
    outcome.ties.insert(outcome.ties.begin(), ties.begin(), ties.end());
    keep_last(outcome.ties);
    return outcome;
}

Outcome greedy(const Election& election, const Options& options)
{
    invariant(can_give(election.kind(), options.utility), "the ballots give this utility");
    const auto supporters = list_supporters(election, options.utility);
    const auto ranks = tie_ranks(election, supporters, options.tie_break);
    Outcome outcome;
    outcome.options = options;
    auto taken = take_greedily(election, supporters, ranks, {}, options.completion_votes_min);
    outcome.selected = std::move(taken.projects);
    outcome.ties = std::move(taken.ties);
    keep_last(outcome.ties);
    for (const auto project : outcome.selected) outcome.cost += election.projects()[project].cost;
    return outcome;
}

Fraction rho(const Election& election, const Outcome& outcome, const Round& round)
{
    switch (outcome.options.utility) {
    case Utility::cost:
        if (election.projects()[round.project].cost == 0) return 0;
        return round.price / Fraction(election.projects()[round.project].cost);
    case Utility::points:
        return round.price * Fraction(election.points_unit(), election.money_unit());
    case Utility::cardinality:
    case Utility::borda:
        break;
    }
    return round.price / Fraction(election.money_unit());
}

Fraction effective_votes(const Election& election, const Outcome& outcome, const Round& round)
{
    const auto& project = election.projects()[round.project];
    if (round.price.sign() == 0) return round.payers;
    Fraction votes = Fraction(project.cost) / round.price;
    if (outcome.options.utility == Utility::points) return votes / Fraction(election.points_unit());
    return votes;
}

} // namespace moothall::decide::shares
