#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace moothall {

/// Microseconds since 1970, UTC. In tables it is the int64 of a column named `*_us`.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Date = std::chrono::year_month_day;

/// RFC 3339 in UTC with milliseconds: 2026-05-03T09:30:00.000Z.
std::string to_rfc3339(Time time);
/// Reads RFC 3339 with any offset, or a plain date (midnight UTC), or "2025-07-21 03:37:03" (UTC).
std::optional<Time> parse_time(std::string_view text);
/// YYYY-MM-DD.
std::string to_text(Date date);
std::optional<Date> parse_date(std::string_view text);
/// When what lasts until a day ends: its last minute, in UTC; none for what is no date.
std::optional<Time> parse_last_minute(std::string_view day);

/// Tells the time. Tests set it and move it; the product reads the system's clock.
class Clock {
public:
    Time now() const;
    /// Stops the clock at `time`; from then on only advance() moves it.
    void set(Time time) { fixed_us_ = time.time_since_epoch().count(); }
    void advance(std::chrono::microseconds by) { fixed_us_ += by.count(); }

private:
    std::atomic<std::int64_t> fixed_us_{0}; // 0: the system's clock
};

} // namespace moothall
