#include "text/time_zone.hpp"

#include "base/invariant.hpp"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <memory>

namespace moothall {

namespace {

using std::chrono::milliseconds;

std::unique_ptr<icu::TimeZone> zone_named(std::string_view name)
{
    return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(
        icu::UnicodeString::fromUTF8({name.data(), static_cast<std::int32_t>(name.size())})));
}

} // namespace

bool is_time_zone(std::string_view name)
{
    constexpr std::size_t longest = 64;
    if (name == "UTC") return true;
    // Names with a slash only: others are abbreviations, of which some mean several zones.
    if (name.size() > longest || name.find('/') == std::string_view::npos) return false;
    const auto wanted =
        icu::UnicodeString::fromUTF8({name.data(), static_cast<std::int32_t>(name.size())});
    UErrorCode error = U_ZERO_ERROR;
    UBool is_of_the_system = false;
    icu::UnicodeString canonical;
    icu::TimeZone::getCanonicalID(wanted, canonical, is_of_the_system, error);
    return U_SUCCESS(error) && is_of_the_system != 0;
}

Date local_date(Time time, const std::string& zone)
{
    const auto at = std::chrono::floor<milliseconds>(time);
    std::int32_t raw = 0;
    std::int32_t summer = 0;
    UErrorCode error = U_ZERO_ERROR;
    if (is_time_zone(zone))
        zone_named(zone)->getOffset(static_cast<UDate>(at.time_since_epoch().count()), 0, raw,
                                    summer, error);
    invariant(U_SUCCESS(error), "ICU knows the offset of a zone that it has");
    return Date{std::chrono::floor<std::chrono::days>(at + milliseconds(raw + summer))};
}

Time at_local_hour(Date date, int hour, const std::string& zone)
{
    const auto wall = std::chrono::sys_days(date) + std::chrono::hours(hour);
    std::int32_t raw = 0;
    std::int32_t summer = 0;
    UErrorCode error = U_ZERO_ERROR;
    const auto named = is_time_zone(zone) ? zone_named(zone) : nullptr;
    if (const auto* rules = dynamic_cast<const icu::BasicTimeZone*>(named.get()))
        rules->getOffsetFromLocal(
            static_cast<UDate>(
                std::chrono::duration_cast<milliseconds>(wall.time_since_epoch()).count()),
            UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw, summer, error);
    invariant(U_SUCCESS(error), "ICU knows the offset of a zone that it has");
    return Time(wall) - milliseconds(raw + summer);
}

} // namespace moothall
