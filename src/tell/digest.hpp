#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Letters that come by the clock: what a person was told in a day or a week, and the monthly
/// report.
namespace moothall::tell {

/// When the letters of an organisation leave, from its settings "time_zone" and "letters_hour".
struct LetterTimes {
    std::string zone = "UTC";
    int hour = 7; // of the clocks there
};
inline constexpr std::string_view zone_setting = "time_zone";
inline constexpr std::string_view hour_setting = "letters_hour";
LetterTimes find_letter_times(store::Transaction& transaction, Id organisation);

/// The newest moment, not after `now`, at which a round of letters was due: "daily", "weekly" (on
/// Mondays) or "report" (on the first of the month).
Time newest_round(std::string_view kind, Time now, const LetterTimes& times);

/// Writes the letters of rounds that are due: a bounded number of people, and goes on next time
/// where it stopped. Gives how many people it looked at: 0 when nothing is left. A round that a
/// stopped server missed is made up for once, not for each day that it missed.
std::int64_t send_rounds(store::Database& database, Id organisation, Time now, IdSource& ids);

} // namespace moothall::tell
