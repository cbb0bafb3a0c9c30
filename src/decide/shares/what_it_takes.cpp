#include "decide/shares/what_it_takes.hpp"

#include "base/invariant.hpp"
#include "decide/shares/add_one.hpp"
#include "decide/shares/greedy.hpp"
#include "decide/shares/purchase_run.hpp"
#include "decide/shares/tie_break.hpp"

#include <algorithm>
#include <utility>

// WHAT A LOSER WOULD HAVE NEEDED
//
// Measures "cost reduction" and "singleton addition" of N. Boehmer and others, "Evaluation of
// Project Performance in Participatory Budgeting", IJCAI 2024 (arXiv 2312.14723): at which cost, or
// with how many more voters who want nothing else, would it have won?
//
// Both are a search for an edge on a line of numbers, by running the rule again with the number
// changed. Bisection alone takes 20 to 40 whole runs of add1, each of which is dozens of runs of
// equal shares: 15 s for each loser with 100,000 voters. So:
//
// 1. The election is copied once, without names; a trial changes one cost, or one ballot's count,
//    in place. Who supports what stays, and so does the memory of the runs.
// 2. A guess stands in for add1: the step at which it ends is looked for around the step at which
//    it ended last time (leaping and bisecting, as if spending rose with every step), a handful of
//    single runs instead of a walk from the first step. A guess bisects; it decides nothing.
// 3. Where the guess sees the edge, both of its sides are asked the whole rule. When it agrees, as
//    it does nearly always, that is two runs of it; else the search goes on from there with the
//    whole rule, in leaps and then by bisection.
//
// Cost: some hundred single runs and about two of add1 for each of the two numbers; memory of a
// copy of the marks.

namespace moothall::decide::shares {

namespace {

constexpr std::int64_t more_voters_factor_max = 64;
constexpr std::int64_t leap = 4; // by which the search outward grows: chosen by hand

/// An election with one voter more, who wants only one project.
struct Added {
    Election election;
    std::size_t ballot = 0; // hers
    std::int64_t had = 0;   // others who cast the same
};

Added add_voter(const Election& election, std::uint32_t project, std::int64_t points)
{
    auto changed = election.with_more_votes(project, 1, points);
    const auto ballot = changed.ballot_of(changed.voter_count() - 1);
    const auto had = changed.voters_of(ballot) - 1;
    return {changed.without_names(), ballot, had};
}

/// An election of which one number is changed again and again.
class Trial {
public:
    Trial(Election election, const Outcome& outcome, std::uint32_t project, const Pause& pause)
        : election_(std::move(election)), options_(outcome.options), project_(project),
          pause_(pause), supporters_(list_supporters(election_, options_.utility)),
          ranks_(tie_ranks(election_, supporters_, options_.tie_break)),
          run_(election_, supporters_, ranks_), last_end_(outcome.increments)
    {
    }
    Trial(const Trial&) = delete; // its run looks at its other members
    Trial& operator=(const Trial&) = delete;

    void set_cost(std::int64_t cost)
    {
        election_.set_cost(project_, cost);
        if (options_.utility == Utility::cost) supporters_.value[project_] = cost;
        renew_ranks();
    }
    void set_voters(std::size_t ballot, std::int64_t voters, std::int64_t weight)
    {
        const auto more = voters - election_.voters_of(ballot);
        election_.set_voters(ballot, voters);
        supporters_.votes[project_] += more;
        supporters_.weight[project_] += more * (supporters_.weighted ? weight : 1);
        renew_ranks();
    }

    /// By the whole rule.
    bool wins()
    {
        if (is_free()) return true;
        std::int64_t runs = 0;
        if (adds_one()) {
            rest();
            last_end_ = add_one_by_one(election_, supporters_, run_, runs);
        } else {
            look(0);
        }
        return is_selected();
    }
    /// Nearly always the same, much sooner.
    bool seems_to_win()
    {
        if (is_free()) return true;
        if (adds_one())
            find_end();
        else
            look(0);
        return is_selected();
    }

private:
    enum class Step : std::uint8_t { goes_on, ends, overspends };

    bool adds_one() const
    {
        return options_.completion == Completion::add1 ||
               options_.completion == Completion::add1_greedy;
    }
    void rest() const
    {
        if (pause_) pause_();
    }
    bool is_free() const
    {
        return options_.utility != Utility::cost && election_.projects()[project_].cost == 0 &&
               supporters_.weight[project_] > 0;
    }
    void renew_ranks()
    {
        // In place: the run looks at them.
        std::ranges::copy(tie_ranks(election_, supporters_, options_.tie_break), ranks_.begin());
    }
    Step look(std::int64_t increments)
    {
        rest();
        run_.run(increments);
        if (run_.cost() > election_.budget()) return Step::overspends;
        return is_exhaustive(election_, supporters_, run_) ? Step::ends : Step::goes_on;
    }
    /// Leaves in `run_` the one that add1 seems to end with.
    void find_end()
    {
        constexpr std::int64_t unknown = -1;
        std::int64_t fits = unknown;
        std::int64_t too_much = unknown;
        std::int64_t stride = 1;
        auto at = last_end_;
        while (true) {
            const auto step = look(at);
            last_end_ = at;
            if (step == Step::ends) return;
            (step == Step::goes_on ? fits : too_much) = at;
            if (fits != unknown && too_much != unknown) {
                if (too_much - fits == 1) break;
                at = fits + (too_much - fits) / 2;
            } else {
                at = too_much == unknown ? at + stride : std::max<std::int64_t>(0, at - stride);
                stride *= leap;
            }
        }
        if (last_end_ != fits) look(fits);
        last_end_ = fits;
    }
    bool is_selected() const
    {
        std::vector<std::uint32_t> bought;
        for (std::uint32_t at = 0; at < election_.projects().size(); ++at)
            if (election_.projects()[at].cost == 0 && options_.utility != Utility::cost &&
                supporters_.weight[at] > 0)
                bought.push_back(at);
        for (const auto& purchase : run_.purchases()) bought.push_back(purchase.project);
        if (std::ranges::find(bought, project_) != bought.end()) return true;
        if (options_.completion != Completion::greedy &&
            options_.completion != Completion::add1_greedy)
            return false;
        const auto added =
            take_greedily(election_, supporters_, ranks_, bought, options_.completion_votes_min);
        return std::ranges::find(added.projects, project_) != added.projects.end();
    }

    Election election_;
    const Options options_;
    const std::uint32_t project_;
    const Pause& pause_;
    Supporters supporters_;
    std::vector<std::uint32_t> ranks_;
    PurchaseRun run_;
    std::int64_t last_end_;
};

using Asked = std::function<bool(std::int64_t)>;

/// Looks between a number that seems to win and one that surely loses for a winning one beside
/// which, on that side, stands a losing one. None when it finds no winning one on its way.
std::optional<std::int64_t> find_edge(std::int64_t winning, std::int64_t losing, const Asked& seems,
                                      const Asked& wins)
{
    const auto bisect = [](std::int64_t won, std::int64_t lost, const Asked& asked) {
        while (std::max(won, lost) - std::min(won, lost) > 1) {
            const auto middle = won + (lost - won) / 2;
            (asked(middle) ? won : lost) = middle;
        }
        return won;
    };
    const std::int64_t outward = losing > winning ? 1 : -1;
    const auto is_at_or_past = [outward](std::int64_t at, std::int64_t end) {
        return (end - at) * outward <= 0;
    };
    auto at = bisect(winning, losing, seems);
    if (wins(at)) {
        for (std::int64_t stride = 1;; stride *= leap) {
            const auto next = at + outward * stride;
            if (is_at_or_past(next, losing)) return bisect(at, losing, wins);
            if (!wins(next)) return bisect(at, next, wins);
            at = next;
        }
    }
    for (std::int64_t stride = 1; at != winning; stride *= leap) {
        auto next = at - outward * stride;
        if (!is_at_or_past(next, winning)) next = winning;
        if (wins(next)) return bisect(next, at, wins);
        at = next;
    }
    return {};
}

std::optional<std::int64_t> find_winning_cost(const Election& election, const Outcome& outcome,
                                              std::uint32_t project, const Pause& pause)
{
    const auto cost = election.projects()[project].cost;
    // Whole units of money are what people talk about; below one there is only the smallest unit.
    const auto step = cost > election.money_unit() ? election.money_unit() : 1;
    const auto losing = (cost + step - 1) / step;
    if (losing <= 1) return {};
    Trial trial(election.without_names(), outcome, project, pause);
    const auto found = find_edge(
        1, losing,
        [&](std::int64_t steps) {
            trial.set_cost(steps * step);
            return trial.seems_to_win();
        },
        [&](std::int64_t steps) {
            trial.set_cost(steps * step);
            return trial.wins();
        });
    if (!found) return {};
    return *found * step;
}

std::optional<std::int64_t> find_more_voters(const Election& election, const Outcome& outcome,
                                             std::uint32_t project, const Pause& pause)
{
    std::int64_t points = 1;
    for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot)
        for (const auto& mark : election.marks(ballot)) points = std::max(points, mark.points);
    const auto voters = static_cast<std::int64_t>(election.voter_count());
    // Their points must not pass what can be added up exactly.
    const auto supporters = list_supporters(election, outcome.options.utility);
    std::int64_t room = Election::points_sum_max;
    for (const auto weight : supporters.weight) room -= std::min(weight, room);
    const auto most =
        std::min(std::max<std::int64_t>(voters, 1) * more_voters_factor_max, room / points);
    auto added = add_voter(election, project, points);
    const auto ballot = added.ballot;
    const auto had = added.had;
    Trial trial(std::move(added.election), outcome, project, pause);
    const Asked seems = [&](std::int64_t more) {
        trial.set_voters(ballot, had + more, points);
        return trial.seems_to_win();
    };
    const Asked wins = [&](std::int64_t more) {
        trial.set_voters(ballot, had + more, points);
        return trial.wins();
    };
    for (std::int64_t winning = 1; winning <= most; winning *= 2) {
        // The last one is not left to a guess.
        const bool last = winning > most / 2;
        if (!last && !seems(winning)) continue;
        if (const auto found = find_edge(winning, 0, seems, wins)) return found;
    }
    return {};
}

} // namespace

WhatItTakes what_it_takes(const Election& election, const Outcome& outcome, std::uint32_t project,
                          const Pause& pause)
{
    invariant(std::ranges::find(outcome.selected, project) == outcome.selected.end(),
              "only a loser can be told what it would take");
    return {find_winning_cost(election, outcome, project, pause),
            find_more_voters(election, outcome, project, pause)};
}

} // namespace moothall::decide::shares
