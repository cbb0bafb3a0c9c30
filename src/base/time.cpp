#include "base/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace moothall {

using namespace std::chrono;

Time Clock::now() const
{
    if (const auto fixed = fixed_us_.load()) return Time{microseconds{fixed}};
    return time_point_cast<microseconds>(system_clock::now());
}

std::string to_text(Date date)
{
    std::array<char, 48> buffer{};
    const auto length =
        std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string to_rfc3339(Time time)
{
    const auto day = floor<days>(time);
    const hh_mm_ss clock{floor<milliseconds>(time - day)};
    std::array<char, 48> buffer{};
    const auto length = std::snprintf(
        buffer.data(), buffer.size(), "T%02d:%02d:%02d.%03dZ",
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return to_text(Date{day}) + std::string(buffer.data(), static_cast<std::size_t>(length));
}

namespace {

/// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits) return {};
    int value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return {};
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Date> take_date(std::string_view& text)
{
    const auto y = take_number(text, 4);
    if (!y || !take(text, '-')) return {};
    const auto m = take_number(text, 2);
    if (!m || !take(text, '-')) return {};
    const auto d = take_number(text, 2);
    if (!d) return {};
    const Date date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return {};
    return date;
}

std::optional<microseconds> take_offset(std::string_view& text)
{
    if (text.empty() || take(text, 'Z') || take(text, 'z')) return microseconds{0};
    const bool minus = text.front() == '-';
    if (text.front() != '+' && !minus) return {};
    text.remove_prefix(1);
    const auto h = take_number(text, 2);
    if (!h || *h > 23) return {};
    take(text, ':');
    const auto m = text.empty() ? std::optional<int>{0} : take_number(text, 2);
    if (!m || *m > 59) return {};
    const microseconds offset = hours{*h} + minutes{*m};
    return minus ? -offset : offset;
}

} // namespace

std::optional<Date> parse_date(std::string_view text)
{
    auto date = take_date(text);
    if (!text.empty()) return {};
    return date;
}

std::optional<Time> parse_last_minute(std::string_view day)
{
    const auto date = parse_date(day);
    if (!date) return {};
    return Time{sys_days{*date} + days{1}} - minutes{1};
}

std::optional<Time> parse_time(std::string_view text)
{
    const auto date = take_date(text);
    if (!date) return {};
    Time time{sys_days{*date}};
    if (text.empty()) return time;
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return {};
    const auto h = take_number(text, 2);
    if (!h || !take(text, ':')) return {};
    const auto m = take_number(text, 2);
    if (!m) return {};
    int s = 0;
    if (take(text, ':')) {
        const auto seconds_read = take_number(text, 2);
        if (!seconds_read) return {};
        s = *seconds_read;
    }
    if (*h > 23 || *m > 59 || s > 60) return {};
    microseconds fraction{0};
    if (take(text, '.') || take(text, ',')) {
        std::int64_t scale = 100'000;
        bool any = false;
        while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
            fraction += microseconds{(text.front() - '0') * scale};
            scale /= 10;
            any = true;
            text.remove_prefix(1);
        }
        if (!any) return {};
    }
    take(text, ' ');
    if (text == "UTC") text = {};
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return {};
    return time + hours{*h} + minutes{*m} + seconds{s} + fraction - *offset;
}

} // namespace moothall
