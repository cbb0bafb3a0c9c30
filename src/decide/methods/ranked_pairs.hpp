#pragma once

#include "decide/methods/ballots.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace moothall::decide::methods {

/// How many voters prefer each option to each other.
class PairwiseTable {
public:
    PairwiseTable(std::span<const RankingBallots> ballots, std::size_t options);

    std::size_t options() const { return options_; }
    std::int64_t preferring(Option a, Option b) const { return preferring_[a * options_ + b]; }
    /// By how many more voters `a` is preferred to `b`; negative when `b` is to `a`.
    std::int64_t margin(Option a, Option b) const { return preferring(a, b) - preferring(b, a); }
    /// The option that a majority prefers to each other one, if there is one.
    std::optional<Option> condorcet_winner() const;

private:
    std::size_t options_;
    std::vector<std::int64_t> preferring_;
};

/// One comparison, in the order in which it was looked at.
struct RankedPair {
    Option winner;
    Option loser;
    std::int64_t voters_for;
    std::int64_t voters_against;
    /// Nobody's majority: as many for as against. Then the tie order says which side is looked at
    /// first.
    bool is_even() const { return voters_for == voters_against; }
    /// Another pair has the same margin, so that the tie order decided which came first.
    bool tied;
    /// It counts. Else it contradicted what had been locked in before: `loser` is ranked above
    /// `winner` already, by stronger majorities.
    bool locked;
};

struct RankedPairsResult {
    PairwiseTable table;
    std::vector<RankedPair> pairs;
    std::vector<Option> ranking; // all options, the winner first
    std::optional<Option> condorcet_winner;
};

/// Tideman's ranked pairs: see ranked_pairs.cpp.
RankedPairsResult count_ranked_pairs(std::span<const RankingBallots> ballots, const TieOrder& ties);

} // namespace moothall::decide::methods
