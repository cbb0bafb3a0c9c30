#pragma once

#include "base/time.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::web {

/// Writes dates by one of Unicode's patterns ("d MMMM y"), with ICU's names of months.
///
/// ICU's own formatter makes a calendar for each call (some 2 µs, and a page of a list has a
/// hundred dates); this one has read the pattern before and only joins strings. Gregorian calendar,
/// UTC. Knows the fields d, M, MM, MMM, MMMM, LLLL, y, H, HH and mm; a test holds it to ICU's
/// formatter.
class DatePattern {
public:
    DatePattern() = default;
    /// The best pattern of a locale for a skeleton such as "dMMMMy".
    DatePattern(const char* locale, const char* skeleton);
    std::string write(Time time) const;

private:
    struct Piece {
        char field = 0; // 0: literal text
        bool padded = false;
        std::string text;
    };
    std::vector<Piece> pieces_;
    std::array<std::string, 12> months_; // as the pattern wants them: of a date, or standing alone
};

/// "4 hours ago", "in 3 days", "19 hours": made by ICU once for each number that occurs.
class Durations {
public:
    Durations() = default;
    explicit Durations(const char* locale);

    const std::string& ago(std::chrono::microseconds length) const { return at(ago_, length); }
    const std::string& ahead(std::chrono::microseconds length) const { return at(ahead_, length); }
    const std::string& plain(std::chrono::microseconds length) const { return at(plain_, length); }

private:
    enum Unit { minutes, hours, days, months, years, unit_count };
    using Table = std::array<std::vector<std::string>, unit_count>; // [unit][number - 1]
    static const std::string& at(const Table& table, std::chrono::microseconds length);

    Table ago_, ahead_, plain_;
};

} // namespace moothall::web
