#pragma once

#include "decide/shares/election.hpp"
#include "decide/shares/equal_shares.hpp"
#include "decide/shares/fraction.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace moothall::decide::shares {

/// One payment of one voter.
struct Payment {
    std::size_t round = 0; // in Outcome::rounds
    std::uint32_t project = 0;
    Fraction amount; // in smallest units of money; more than nothing
    /// "You and 412 others paid."
    std::int64_t others = 0;
};

/// Where a voter's share went.
struct VoterAccount {
    Fraction share;
    std::vector<Payment> payments; // in the order of the rounds
    Fraction left;
};

/// The account of every voter who cast this (distinct) ballot. Free projects and what the greedy
/// completion added are nobody's payment.
VoterAccount account_of_voter(const Election& election, const Outcome& outcome, std::size_t ballot);

enum class Fate : std::uint8_t {
    bought,    // with shares
    free,      // taken at once because it costs nothing and somebody gains from it
    completed, // added by the greedy completion, or taken by the greedy rule
    lost,
};

/// Why a project won or lost.
struct ProjectAccount {
    Fate fate = Fate::lost;
    std::int64_t votes = 0; // voters who support it
    /// When bought: in Outcome::rounds, which says what each paid and how many paid.
    std::optional<std::size_t> round;
    Fraction effective_votes;
    /// What its supporters still have at the end, all together: when it lost, less than its cost.
    Fraction money_left;
    std::int64_t supporters_with_money = 0;
};

ProjectAccount account_of_project(const Election& election, const Outcome& outcome,
                                  std::uint32_t project);

/// By votes alone, skipping what no longer fits: what the loudest want.
Outcome most_votes(const Election& election, const Options& options);

/// How far a selection reaches.
struct Reach {
    std::int64_t voters_with_any = 0;  // who support at least one selected project
    std::int64_t voters_with_none = 0; // who support something, but nothing that was selected
    std::int64_t wants_met = 0;        // selected projects over all their supporters
};

Reach reach_of(const Election& election, Utility utility, std::span<const std::uint32_t> selected);

} // namespace moothall::decide::shares
