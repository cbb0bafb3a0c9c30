#pragma once

#include "decide/shares/election.hpp"
#include "decide/shares/tie_break.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace moothall::decide::shares {

struct Taken {
    std::vector<std::uint32_t> projects; // in order
    std::vector<Tie> ties;
};

/// Takes the remaining projects by total utility for the money, ties by `ranks`, skipping what no
/// longer fits; `taken` is what has been bought already. Answers what it added.
///
/// From nothing this is the rule that most cities use; with cost as utility it goes by votes.
/// After equal shares it is their "utilitarian completion". Projects that nobody wants come last,
/// also free ones (by Borda these come first, as in pabutools); `votes_min` leaves out those with
/// fewer voters. O(m log m).
Taken take_greedily(const Election& election, const Supporters& supporters,
                    std::span<const std::uint32_t> ranks, std::span<const std::uint32_t> taken,
                    std::int64_t votes_min = 0);

} // namespace moothall::decide::shares
