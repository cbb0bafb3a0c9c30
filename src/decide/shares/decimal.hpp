#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace moothall::decide::shares {

/// Costs and points are written as decimals and counted as whole numbers of a smallest unit; they
/// are never doubles.
inline constexpr int decimals_max = 12;
inline constexpr std::size_t digits_max = 18; // fit 64 bits

/// digits * 10^-decimals, with as few decimals as the number needs.
struct Decimal {
    std::int64_t digits = 0;
    int decimals = 0; // 0 to decimals_max
};

enum class DecimalComma : std::uint8_t { refused, accepted };
enum class NoDecimal : std::uint8_t { no_number, too_long };

struct DecimalReading {
    std::optional<Decimal> decimal;
    NoDecimal why = NoDecimal::no_number; // when there is none
};

/// Reads sign, digits, a fraction and an exponent (as spreadsheets write large numbers), and
/// nothing around them.
DecimalReading read_decimal(std::string_view text, DecimalComma comma);

/// The number in units of 10^-decimals (no fewer than it has); none when it would pass `max` either
/// way.
std::optional<std::int64_t> scaled(const Decimal& number, int decimals, std::int64_t max);

std::int64_t power_of_ten(int exponent);

/// Smallest units as people write them: 325 with two decimals is "3.25".
std::string decimal_text(std::int64_t amount, int decimals);

} // namespace moothall::decide::shares
