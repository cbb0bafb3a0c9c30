#include "web/dates.hpp"

#include "base/invariant.hpp"
#include "web/icu_text.hpp"

#include <unicode/dtfmtsym.h>
#include <unicode/dtptngen.h>
#include <unicode/measfmt.h>
#include <unicode/measunit.h>
#include <unicode/reldatefmt.h>

#include <algorithm>
#include <memory>
#include <span>

namespace moothall::web {

using namespace std::chrono;

namespace {

void check(UErrorCode status)
{
    invariant(U_SUCCESS(status), "ICU has the data of our languages");
}

std::string two_digits(unsigned value)
{
    return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

} // namespace

DatePattern::DatePattern(const char* locale, const char* skeleton)
{
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale where(locale);
    const std::unique_ptr<icu::DateTimePatternGenerator> generator(
        icu::DateTimePatternGenerator::createInstance(where, status));
    check(status);
    const auto pattern = to_utf8(generator->getBestPattern(skeleton, status));
    const icu::DateFormatSymbols symbols(where, status);
    check(status);

    bool quoted = false;
    for (std::size_t at = 0; at < pattern.size();) {
        const char c = pattern[at];
        const bool is_field = !quoted && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
        if (c == '\'') {
            quoted = !quoted;
            ++at;
        } else if (is_field) {
            const auto end = std::min(pattern.find_first_not_of(c, at), pattern.size());
            const auto length = end - at;
            invariant(std::string_view("dMLyHm").find(c) != std::string_view::npos,
                      "the pattern has only fields that we write");
            const bool named = (c == 'M' || c == 'L') && length >= 3;
            if (named) {
                std::int32_t count = 0;
                const auto* names = symbols.getMonths(
                    count,
                    c == 'L' ? icu::DateFormatSymbols::STANDALONE : icu::DateFormatSymbols::FORMAT,
                    length == 3 ? icu::DateFormatSymbols::ABBREVIATED
                                : icu::DateFormatSymbols::WIDE);
                for (std::size_t month = 0; month < months_.size(); ++month)
                    months_[month] = to_utf8(std::span(names, months_.size())[month]);
            }
            pieces_.push_back({named ? 'N' : (c == 'L' ? 'M' : c), length == 2, {}});
            at = end;
        } else {
            if (pieces_.empty() || pieces_.back().field != 0) pieces_.push_back({});
            pieces_.back().text += c;
            ++at;
        }
    }
}

std::string DatePattern::write(Time time) const
{
    const auto midnight = floor<std::chrono::days>(time);
    const Date date{midnight};
    const hh_mm_ss clock{floor<std::chrono::minutes>(time - midnight)};
    const auto number_of = [&](char field) -> unsigned {
        switch (field) {
        case 'd':
            return static_cast<unsigned>(date.day());
        case 'M':
            return static_cast<unsigned>(date.month());
        case 'H':
            return static_cast<unsigned>(clock.hours().count());
        default:
            return static_cast<unsigned>(clock.minutes().count());
        }
    };
    std::string out;
    for (const auto& piece : pieces_) {
        switch (piece.field) {
        case 0:
            out += piece.text;
            break;
        case 'N':
            out += months_[static_cast<unsigned>(date.month()) - 1];
            break;
        case 'y':
            out += std::to_string(static_cast<int>(date.year()));
            break;
        default: {
            const auto value = number_of(piece.field);
            out += piece.padded ? two_digits(value) : std::to_string(value);
        }
        }
    }
    return out;
}

namespace {

/// How far each unit is counted before the next takes over.
constexpr std::array<int, 5> counted_to{59, 47, 59, 23, 99};

} // namespace

Durations::Durations(const char* locale)
{
    constexpr std::array<URelativeDateTimeUnit, unit_count> units{
        UDAT_REL_UNIT_MINUTE, UDAT_REL_UNIT_HOUR, UDAT_REL_UNIT_DAY, UDAT_REL_UNIT_MONTH,
        UDAT_REL_UNIT_YEAR};
    const auto measure_of = [](std::size_t unit) {
        UErrorCode status = U_ZERO_ERROR;
        switch (unit) {
        case minutes:
            return icu::MeasureUnit::createMinute(status);
        case hours:
            return icu::MeasureUnit::createHour(status);
        case days:
            return icu::MeasureUnit::createDay(status);
        case months:
            return icu::MeasureUnit::createMonth(status);
        default:
            return icu::MeasureUnit::createYear(status);
        }
    };
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale where(locale);
    const icu::RelativeDateTimeFormatter relative(where, status);
    const icu::MeasureFormat measure(where, UMEASFMT_WIDTH_WIDE, status);
    check(status);

    for (std::size_t unit = 0; unit < unit_count; ++unit) {
        for (int number = 1; number <= counted_to[unit]; ++number) {
            icu::UnicodeString past, future, plain;
            relative.formatNumeric(-number, units[unit], past, status);
            relative.formatNumeric(number, units[unit], future, status);
            const icu::Measure amount(icu::Formattable(number), measure_of(unit), status);
            icu::FieldPosition position;
            measure.formatMeasures(&amount, 1, plain, position, status);
            check(status);
            ago_[unit].push_back(to_utf8(past));
            ahead_[unit].push_back(to_utf8(future));
            plain_[unit].push_back(to_utf8(plain));
        }
    }
}

const std::string& Durations::at(const Table& table, microseconds length)
{
    // The mean Gregorian month and year: 30.436875 and 365.2425 days.
    constexpr std::array<std::int64_t, unit_count> seconds{60, 3600, 86'400, 2'629'746, 31'556'952};
    const auto whole =
        std::max<std::int64_t>(duration_cast<std::chrono::seconds>(length).count(), 0);
    std::size_t unit = minutes;
    std::int64_t number = 0;
    for (; unit < unit_count; ++unit) {
        number = (whole + seconds[unit] / 2) / seconds[unit];
        if (number <= counted_to[unit]) break;
    }
    unit = std::min<std::size_t>(unit, years);
    number = std::clamp<std::int64_t>(number, 1, counted_to[unit]);
    return table[unit][static_cast<std::size_t>(number - 1)];
}

} // namespace moothall::web
