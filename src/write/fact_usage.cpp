#include "write/fact_usage.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::write {

namespace {

constexpr std::chrono::days shortest_year{28};
constexpr double striking = 3;
constexpr double factor_max = 999;

double use_a_day(const MeterReading& from, const MeterReading& to)
{
    return static_cast<double>(to.amount - from.amount) /
           static_cast<double>((to.day - from.day).count());
}

} // namespace

std::string UsageNote::text() const
{
    switch (kind) {
    case below:
        return "below";
    case above:
        return "above";
    case more:
        return "more:" + std::to_string(factor);
    case none:
        break;
    }
    return {};
}

UsageNote UsageNote::parse(std::string_view text)
{
    if (text == "below") return {below, 0};
    if (text == "above") return {above, 0};
    constexpr std::string_view much = "more:";
    if (!text.starts_with(much)) return {};
    UsageNote note{more, 0};
    text.remove_prefix(much.size());
    std::from_chars(text.data(), text.data() + text.size(), note.factor);
    return note;
}

Neighbours find_neighbours(const std::map<std::chrono::sys_days, std::int64_t>& readings,
                           std::chrono::sys_days day)
{
    const auto reading_of = [](const auto& known) {
        return MeterReading{known.first, known.second};
    };
    Neighbours found;
    if (const auto next = readings.upper_bound(day); next != readings.end())
        found.next = reading_of(*next);
    const auto here = readings.lower_bound(day);
    if (here == readings.begin()) return found;
    found.previous = reading_of(*std::prev(here));
    const auto back = readings.upper_bound(found.previous->day - year_at_least);
    found.year_back = reading_of(back == readings.begin() ? *back : *std::prev(back));
    return found;
}

UsageNote note_usage(const Neighbours& neighbours, const MeterReading& reading)
{
    const auto& [previous, year_back, next] = neighbours;
    if (previous && reading.amount < previous->amount) return {UsageNote::below, 0};
    if (next && reading.amount > next->amount) return {UsageNote::above, 0};
    if (!previous || !year_back || reading.day <= previous->day ||
        previous->day - year_back->day < shortest_year)
        return {};
    const auto before = use_a_day(*year_back, *previous);
    if (before <= 0) return {};
    const auto factor = use_a_day(*previous, reading) / before;
    if (factor < striking) return {};
    return {UsageNote::more, static_cast<std::int64_t>(std::min(factor, factor_max))};
}

} // namespace moothall::write
