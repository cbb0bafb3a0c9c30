#pragma once

#include <cstddef>

namespace moothall::files {

struct WallLimits {
    std::size_t memory_bytes; // of addresses
    unsigned cpu_seconds;
};

/// Takes from this process, for good, all that reading a picture does not need: files, network,
/// other processes, more memory and time than said. False when the system does not let it: then
/// nothing may be decoded.
///
/// Under a sanitizer, which needs much of that itself, only time is taken.
bool put_up_walls(const WallLimits& limits);

} // namespace moothall::files
