#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "record/record.hpp"
#include "store/database.hpp"

/// What act/ does when a steward hides a promise or a call-out, or shows it again.
namespace moothall::act {

/// Keeps the kept-rate and the number of open call-outs right. Nobody hides her own promise or what
/// calls her out: another steward does.
Result<void> follow_moderation(store::Transaction& transaction, const Viewer& viewer,
                               const record::Thing& before, const record::Thing& after);

} // namespace moothall::act
