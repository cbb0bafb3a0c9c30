#include "tell/icalendar.hpp"

#include <cstdio>
#include <string_view>

namespace moothall::tell {

namespace {

constexpr std::size_t line_octets_max = 75;

/// RFC 5545, section 3.3.11. Control characters have no place in a text.
std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)
            out += c;
    }
    return out;
}

bool goes_on(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; // within a character of UTF-8
}

void add_line(std::string& out, std::string_view name, std::string_view value)
{
    const auto line = std::string(name) + ':' + std::string(value);
    std::string_view rest = line;
    auto room = line_octets_max;
    while (rest.size() > room) {
        auto cut = room;
        while (goes_on(rest[cut])) --cut;
        out.append(rest.substr(0, cut)).append("\r\n ");
        rest.remove_prefix(cut);
        room = line_octets_max - 1; // the space that goes before is counted
    }
    out.append(rest).append("\r\n");
}

std::string day_text(Date date)
{
    char text[16]{};
    std::snprintf(text, sizeof text, "%04d%02u%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

std::string moment_text(Time time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    char text[16]{};
    std::snprintf(text, sizeof text, "T%02d%02d%02dZ", static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return day_text(Date{day}) + text;
}

} // namespace

std::string to_icalendar(const Calendar& calendar)
{
    std::string out;
    add_line(out, "BEGIN", "VCALENDAR");
    add_line(out, "VERSION", "2.0");
    add_line(out, "PRODID", "-//Moothall//Moothall//EN");
    add_line(out, "CALSCALE", "GREGORIAN");
    add_line(out, "NAME;LANGUAGE=" + calendar.language, escaped(calendar.name)); // RFC 7986
    add_line(out, "X-WR-CALNAME", escaped(calendar.name));
    add_line(out, "SOURCE;VALUE=URI", calendar.url);
    add_line(out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    for (const auto& entry : calendar.entries) {
        add_line(out, "BEGIN", "VEVENT");
        add_line(out, "UID", escaped(entry.id));
        // Without METHOD this is when what the calendar says of it last changed (section 3.8.7.2).
        add_line(out, "DTSTAMP", moment_text(entry.changed));
        if (const auto* day = std::get_if<Date>(&entry.at))
            add_line(out, "DTSTART;VALUE=DATE", day_text(*day));
        else
            add_line(out, "DTSTART", moment_text(std::get<Time>(entry.at)));
        add_line(out, "SUMMARY", escaped(entry.title));
        if (!entry.text.empty()) add_line(out, "DESCRIPTION", escaped(entry.text));
        add_line(out, "URL", entry.url);
        add_line(out, "TRANSP", "TRANSPARENT"); // nobody is busy because of it
        add_line(out, "END", "VEVENT");
    }
    add_line(out, "END", "VCALENDAR");
    return out;
}

} // namespace moothall::tell
