#pragma once

#include <cstdint>

namespace moothall::store {

/// The first half of the advisory locks by which servers of one database know each other; the
/// second is a server's node number. A lock belongs to one database of PostgreSQL.
inline constexpr std::int64_t node_locks = 0x6d6f6f74; // "moot"

} // namespace moothall::store
