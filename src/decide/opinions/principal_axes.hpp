#pragma once

#include "decide/opinions/centred_votes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace moothall::decide::opinions {

/// The two directions in which people differ most.
struct PrincipalAxes {
    /// Unit length, one number a statement; all 0 when there is no such direction left.
    std::array<std::vector<double>, 2> direction;
    /// The sum of squares along each.
    std::array<double, 2> strength{0, 0};
    /// Where a later search may begin: width 4, as CentredVotes has it.
    std::vector<double> block;
};

/// Finds them to rounding error, starting from `before` when the votes changed little since (empty:
/// from `statement_hashes`, a start that hangs on the statements' ids and nothing else).
///
/// The sign of each axis is scikit-learn's: its largest loading is positive.
PrincipalAxes find_principal_axes(const CentredVotes& votes,
                                  std::span<const std::uint64_t> statement_hashes,
                                  const PrincipalAxes& before = {});

/// Turns an axis so that its first largest loading is positive. True when it was turned.
bool turn_to_positive(std::vector<double>& direction);

} // namespace moothall::decide::opinions
