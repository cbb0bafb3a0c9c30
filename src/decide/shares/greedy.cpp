#include "decide/shares/greedy.hpp"

#include <algorithm>
#include <compare>

/// What uses the money best goes first: G. B. Dantzig, "Discrete-variable extremum problems",
/// Operations Research 5(2), 1957, on the knapsack. Most cities count so, with votes times cost as
/// the use, by which cost cancels and votes alone decide (D. Peters, G. Pierczyński, P. Skowron,
/// "Proportional participatory budgeting with additive utilities", NeurIPS 2021, section 1, shows
/// what it does to minorities: 51 of 100 voters may take all).
///
/// Densities are compared as exact fractions. Cost: one sort of the projects. Limits: it is not the
/// best that the money could buy (one large project may displace two better ones), and it knows
/// nothing of who was served already.
namespace moothall::decide::shares {

namespace {

__extension__ using Product = __int128;

/// Total utility for the money, as an exact fraction; one over zero stands for infinity.
struct Density {
    std::int64_t utility;
    std::int64_t money;
};

std::strong_ordering operator<=>(const Density& left, const Density& right)
{
    // Utilities stay under 2^53 and money under 2^62, so the products fit 128 bits.
    return Product{left.utility} * right.money <=> Product{right.utility} * left.money;
}

/// The sum over all voters, opponents (negative points) included: here they can only take away.
std::vector<std::int64_t> total_points(const Election& election)
{
    std::vector<std::int64_t> totals(election.projects().size());
    for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot)
        for (const auto& mark : election.marks(ballot))
            totals[mark.project] += mark.points * election.voters_of(ballot);
    return totals;
}

} // namespace

Taken take_greedily(const Election& election, const Supporters& supporters,
                    std::span<const std::uint32_t> ranks, std::span<const std::uint32_t> taken,
                    std::int64_t votes_min)
{
    const auto& projects = election.projects();
    const auto totals = supporters.weighted ? total_points(election) : supporters.weight;
    const auto density_of = [&](std::uint32_t at) -> Density {
        const auto cost = projects[at].cost;
        if (supporters.utility == Utility::cost) // utility = votes * cost, so cost cancels
            return cost > 0 ? Density{totals[at], 1} : Density{0, 1};
        // pabutools knows of Borda no sum of its own, and takes what is free first, wanted or not.
        if (supporters.utility == Utility::borda && cost == 0) return {1, 0};
        if (totals[at] <= 0) return {0, 1};
        return {cost > 0 ? totals[at] : 1, cost};
    };

    std::int64_t left = election.budget();
    std::vector<bool> is_taken(projects.size());
    for (const auto at : taken) {
        is_taken[at] = true;
        left -= projects[at].cost;
    }
    struct Candidate {
        std::uint32_t project;
        Density density;
    };
    std::vector<Candidate> candidates;
    for (std::uint32_t at = 0; at < projects.size(); ++at)
        if (!is_taken[at] && supporters.votes[at] >= votes_min)
            candidates.push_back({at, density_of(at)});
    std::ranges::sort(candidates, [&](const Candidate& a, const Candidate& b) {
        const auto order = b.density <=> a.density;
        if (order != 0) return order < 0;
        return ranks[a.project] < ranks[b.project];
    });

    Taken added;
    struct Chance {
        std::size_t candidate;
        std::int64_t left; // before it was taken
    };
    std::vector<Chance> chances;
    for (std::size_t at = 0; at < candidates.size(); ++at) {
        const auto project = candidates[at].project;
        if (projects[project].cost > left) continue;
        chances.push_back({at, left});
        left -= projects[project].cost;
        added.projects.push_back(project);
        is_taken[project] = true;
    }
    for (const auto& [first, before] : chances) {
        std::vector<std::uint32_t> equal;
        for (auto at = first + 1; at < candidates.size(); ++at) {
            if (candidates[at].density <=> candidates[first].density != 0) break;
            const auto project = candidates[at].project;
            if (projects[project].cost <= before) equal.push_back(project);
        }
        note_tie(added.ties, candidates[first].project, std::move(equal), is_taken, ranks);
    }
    return added;
}

} // namespace moothall::decide::shares
