#pragma once

#include <functional>
#include <string_view>

namespace moothall::sense {

enum class Continue : std::uint8_t { yes, no };

/// Told from time to time which step is under way and how much of it is done, from 0 to 1; answers
/// whether to go on. May be called from any of the engine's threads, by one at a time.
using Progress = std::function<Continue(std::string_view step, double share)>;

} // namespace moothall::sense
