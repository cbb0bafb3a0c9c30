#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// What strikes one in a meter's reading. It is said beside the reading and never refuses it: who
/// reads the meter knows better than a rule.
namespace moothall::write {

struct MeterReading {
    std::chrono::sys_days day;
    std::int64_t amount = 0; // in millionths of the unit
};

/// The readings that one is held against.
struct Neighbours {
    std::optional<MeterReading> previous; // the last one before it
    std::optional<MeterReading>
        year_back;                    // the last one 300 days or more before that, else the first
    std::optional<MeterReading> next; // the first one after it
};

/// Of one among all that are known of a meter.
Neighbours find_neighbours(const std::map<std::chrono::sys_days, std::int64_t>& readings,
                           std::chrono::sys_days day);
/// From the reading before back to the one that begins its year, at the least.
inline constexpr std::chrono::days year_at_least{300};

struct UsageNote {
    enum Kind : std::uint8_t {
        none,
        below, // less than the one before: was the meter changed?
        above, // more than the one after it
        more,  // much more was used a day than in the year before
    };
    Kind kind = none;
    std::int64_t factor = 0; // of `more`: how many times as much, rounded down

    std::string text() const; // below | above | more:3, empty: none
    static UsageNote parse(std::string_view text);
};

/// Holds the use a day since the reading before against the use a day in the year up to that one.
///
/// Three times as much is worth a word. The number is chosen by hand, so that a cold winter stays
/// below it and a leak or a slipped digit is above; notes that nobody heeds would speak for a
/// higher one. A year that is known for less than four weeks says nothing.
UsageNote note_usage(const Neighbours& neighbours, const MeterReading& reading);

} // namespace moothall::write
