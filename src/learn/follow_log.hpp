#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

namespace moothall::learn {

/// Works through the events since the last time and brings the clock up to them. Does a bounded
/// number; gives how many events it saw. Safe to be called by several nodes at once, and to be
/// repeated: each voice is looked at as it stands now, and only what differs is counted.
std::int64_t follow_log(store::Database& database, Id organisation, Time now);

} // namespace moothall::learn
