#pragma once

#include "base/time.hpp"

#include <string>
#include <variant>
#include <vector>

/// Dates as calendars read them (iCalendar, RFC 5545).
namespace moothall::tell {

struct CalendarEntry {
    std::string id;              // stays the same for ever, in all the world
    std::variant<Date, Time> at; // a whole day, or a moment
    std::string title;
    std::string text;
    std::string url;
    Time changed;
};

struct Calendar {
    std::string name;
    std::string url;      // its own
    std::string language; // "fi"
    std::vector<CalendarEntry> entries;
};

/// Lines end in CRLF and are folded at 75 octets, never inside a character. A calendar that did not
/// change is the same byte for byte.
std::string to_icalendar(const Calendar& calendar);

} // namespace moothall::tell
