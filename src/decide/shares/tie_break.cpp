#include "decide/shares/tie_break.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <set>
#include <tuple>
#include <utility>

namespace moothall::decide::shares {

std::string_view to_text(TieBreak::Rule rule)
{
    switch (rule) {
    case TieBreak::Rule::lexicographic:
        return "lexicographic";
    case TieBreak::Rule::cheapest_most_votes_lot:
        return "cheapest-most-votes-lot";
    }
    invariant(false, "every rule has a name");
    return {};
}

std::optional<TieBreak::Rule> tie_break_rule_of(std::string_view text)
{
    for (const auto rule : {TieBreak::Rule::lexicographic, TieBreak::Rule::cheapest_most_votes_lot})
        if (to_text(rule) == text) return rule;
    return {};
}

std::uint64_t lot_of(std::string_view id, std::uint64_t seed)
{
    // FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) and splitmix64 (S. Vigna).
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : id)
        hash = (hash ^ static_cast<unsigned char>(c)) * std::uint64_t{0x100000001b3};
    hash += seed + 0x9e3779b97f4a7c15U;
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebU;
    return hash ^ hash >> 31;
}

void note_tie(std::vector<Tie>& ties, std::uint32_t project, std::vector<std::uint32_t> equal,
              const std::vector<bool>& is_selected, std::span<const std::uint32_t> ranks)
{
    std::erase_if(equal, [&](std::uint32_t at) { return is_selected[at]; });
    if (equal.empty()) return;
    std::ranges::sort(equal, {}, [&](std::uint32_t at) { return ranks[at]; });
    ties.push_back({project, std::move(equal)});
}

void keep_last(std::vector<Tie>& ties)
{
    std::set<std::uint32_t> named;
    for (auto& tie : std::views::reverse(ties))
        std::erase_if(tie.lost, [&](std::uint32_t at) { return !named.insert(at).second; });
    std::erase_if(ties, [](const Tie& tie) { return tie.lost.empty(); });
}

std::vector<std::uint32_t> tie_ranks(const Election& election, const Supporters& supporters,
                                     const TieBreak& tie_break)
{
    const auto& projects = election.projects();
    std::vector<std::uint32_t> order(projects.size());
    std::iota(order.begin(), order.end(), 0U);
    if (tie_break.rule == TieBreak::Rule::lexicographic) {
        std::ranges::sort(order, {},
                          [&](std::uint32_t at) -> const std::string& { return projects[at].id; });
    } else {
        std::ranges::sort(order, {}, [&](std::uint32_t at) {
            return std::tuple(projects[at].cost, -supporters.votes[at],
                              lot_of(projects[at].id, tie_break.seed),
                              std::string_view(projects[at].id));
        });
    }
    std::vector<std::uint32_t> ranks(projects.size());
    for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
    return ranks;
}

} // namespace moothall::decide::shares
