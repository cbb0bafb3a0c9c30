#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The values of facts: read strictly, and kept in one way of writing each, so that two that mean
/// the same are the same. Data in, result out.
namespace moothall::write {

enum class FactType : std::uint8_t {
    text,    // one line
    number,  // with a unit
    date,    // a day
    address, // street, postcode, town, country
    choice,  // one of those of its kind
    reading, // of a meter: a number for each day it was read on
};
std::string_view to_text(FactType type); // text | number | date | address | choice | reading
std::optional<FactType> fact_type_of(std::string_view text);
/// Whether values of the type are numbers, with a unit.
inline bool is_number(FactType type)
{
    return type == FactType::number || type == FactType::reading;
}

/// Numbers are kept in millionths: exact, so that a meter's 0.1 is 0.1 and two can be compared.
inline constexpr std::int64_t millionths = 1'000'000;

/// Reads "12", "-3.5", "1 234,5"; none for anything that is no plain number, has more than six
/// digits after the point, or is 10^12 or more. So neither NaN nor 1e999 comes in.
std::optional<std::int64_t> parse_amount(std::string_view text);
/// "1234.5": what parse_amount() reads.
std::string text_of_amount(std::int64_t amount);
/// How many digits stand after the point.
int digits_of_amount(std::int64_t amount);

struct Address {
    std::string street; // with the number of the house
    std::string postcode;
    std::string town;
    std::string country;
};
/// As it is kept: its parts on a line each.
std::string text_of_address(const Address& address);
Address address_of(std::string_view text);
/// On one line, without what is missing.
std::string one_line(const Address& address);

/// A value as it is kept: what `text` says, and of a number also how much that is.
struct FactValue {
    std::string text; // empty: taken out
    std::int64_t amount = 0;
};
/// Reads what somebody wrote. The refusal names the field "value".
Result<FactValue> read_fact_value(FactType type, const std::vector<std::string>& choices,
                                  std::string_view written);
/// Of an address in its parts; all empty: taken out.
Result<FactValue> read_address(const Address& written);

/// The day on which a meter was read: not before 1900, and not after tomorrow (it may be tomorrow
/// already where she lives). The refusal names the field "taken_on".
Result<Date> read_reading_day(std::string_view written, Time now);

} // namespace moothall::write
