#pragma once

#include "base/time.hpp"

#include <string>
#include <string_view>

/// Clocks on people's walls, for what is to happen at an hour of theirs.
namespace moothall {

/// Whether a name is one of the IANA time zone database: "Europe/Helsinki", "UTC". Offsets such as
/// "+03:00" are none: they know nothing of summer.
bool is_time_zone(std::string_view name);

/// The day that a calendar on a wall of that zone shows. An unknown zone is read as UTC.
Date local_date(Time time, const std::string& zone);

/// The moment at which the clocks of that zone show an hour of a day. Where that hour is left out
/// in spring it is the moment of the change; where it comes twice in autumn, the first.
Time at_local_hour(Date date, int hour, const std::string& zone);

} // namespace moothall
