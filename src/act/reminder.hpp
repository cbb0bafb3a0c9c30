#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

namespace moothall::act {

/// Reminds those who promised: two days before the last day, and on it; each once for the day that
/// holds now, and not of what was promised or moved within that time, for they just said so. What
/// is past its day is told to all whom it concerns (note_overdue). A chore; a bounded number, gives
/// how many.
std::int64_t remind(store::Database& database, Id organisation, Time now, IdSource& ids);

} // namespace moothall::act
