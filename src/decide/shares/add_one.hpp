#pragma once

#include "decide/shares/election.hpp"
#include "decide/shares/purchase_run.hpp"

#include <cstdint>

namespace moothall::decide::shares {

/// Does no project that somebody supports fit into what a run left over?
bool is_exhaustive(const Election& election, const Supporters& supporters, const PurchaseRun& run);

/// Runs add1; the run that is left in `run` is the one that stands. Answers how many increments it
/// gave, and adds to `runs`. There must be voters.
std::int64_t add_one_by_one(const Election& election, const Supporters& supporters,
                            PurchaseRun& run, std::int64_t& runs);

} // namespace moothall::decide::shares
