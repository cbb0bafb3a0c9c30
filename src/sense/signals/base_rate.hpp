#pragma once

#include <cstdint>

/// What a week is compared with. Chosen on made streams of BANKING77 and HWU64 (seeds 0 to 15 of
/// bench/sense/streams.cpp), and measured on others (bench/README.md).
namespace moothall::sense {

inline constexpr std::int64_t week_days = 7;  // that are counted: each weekday once
inline constexpr std::int64_t base_days = 56; // before, with which they are compared
inline constexpr std::int64_t base_days_min = 14;
inline constexpr std::int64_t quiet_days = 21; // after which a rise is a new one
inline constexpr std::uint32_t count_min = 5;
inline constexpr double base_prior = 1; // added to the base count: what never came may come once

} // namespace moothall::sense
