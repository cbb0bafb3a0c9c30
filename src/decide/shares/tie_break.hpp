#pragma once

#include "decide/shares/election.hpp"

#include <cstdint>
#include <optional>
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

std::string_view to_text(TieBreak::Rule rule);
std::optional<TieBreak::Rule> tie_break_rule_of(std::string_view text);

/// The number that a project draws: splitmix64 over the FNV-1a hash of its id plus the seed.
/// Anybody can draw it again; ids are published before the seed is.
std::uint64_t lot_of(std::string_view id, std::uint64_t seed);

/// By project: its place in the order in which ties are broken; no two are equal.
std::vector<std::uint32_t> tie_ranks(const Election& election, const Supporters& supporters,
                                     const TieBreak& tie_break);

} // namespace moothall::decide::shares
