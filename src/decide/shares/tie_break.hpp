#pragma once

#include "decide/shares/election.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace moothall::decide::shares {

/// Who goes first when two projects are exactly equal. It is said before the vote.
struct TieBreak {
    enum class Rule : std::uint8_t {
        /// The smaller id, compared as text: "10" before "9". What pabutools does.
        lexicographic,
        /// The cheaper one, then the one with more votes, then by lot: the advice of
        /// https://equalshares.net/implementation (ties are under 1 % of elections).
        cheapest_most_votes_lot,
    };
    Rule rule = Rule::lexicographic;
    /// Of the lot. Equal seeds draw equal lots, whatever the order of the projects.
    std::uint64_t seed = 0;
};

/// Where the rule of ties had a say in who won: had one of `lost` gone before `project`, it would
/// have been bought. Whoever lost is named at the last tie that it was in.
struct Tie {
    std::uint32_t project = 0;
    std::vector<std::uint32_t> lost; // as the rule orders them
};
/// Of those that were equal to `project` when it was taken, the ones that were not `selected` in
/// the end; adds nothing to `ties` when there are none.
void note_tie(std::vector<Tie>& ties, std::uint32_t project, std::vector<std::uint32_t> equal,
              const std::vector<bool>& is_selected, std::span<const std::uint32_t> ranks);
/// Of what lost in several ties, only the last one counts.
void keep_last(std::vector<Tie>& ties);

std::string_view to_text(TieBreak::Rule rule);
std::optional<TieBreak::Rule> tie_break_rule_of(std::string_view text);

/// The number that a project draws: splitmix64 over the FNV-1a hash of its id plus the seed.
/// Anybody can draw it again; ids are published before the seed is.
std::uint64_t lot_of(std::string_view id, std::uint64_t seed);

/// By project: its place in the order in which ties are broken; no two are equal.
std::vector<std::uint32_t> tie_ranks(const Election& election, const Supporters& supporters,
                                     const TieBreak& tie_break);

} // namespace moothall::decide::shares
