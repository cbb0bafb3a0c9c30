#include "decide/shares/decimal.hpp"

namespace moothall::decide::shares {

namespace {

constexpr std::size_t exponent_digits_max = 4;

/// Reads "e-3" and the like; none unless it is the whole text.
std::optional<std::int64_t> read_exponent(std::string_view text)
{
    if (!text.starts_with('e') && !text.starts_with('E')) return {};
    text.remove_prefix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.size() > exponent_digits_max) return {};
    std::int64_t exponent = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return {};
        exponent = exponent * 10 + (c - '0');
    }
    return negative ? -exponent : exponent;
}

} // namespace

DecimalReading read_decimal(std::string_view text, DecimalComma comma)
{
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::string digits; // without leading zeros
    std::int64_t decimals = 0;
    bool in_fraction = false;
    bool any = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c >= '0' && c <= '9') {
            any = true;
            if (!digits.empty() || c != '0') digits.push_back(c);
            if (in_fraction) ++decimals;
        } else if (!in_fraction && (c == '.' || (c == ',' && comma == DecimalComma::accepted))) {
            in_fraction = true;
        } else {
            break;
        }
    }
    if (!any) return {};
    if (at < text.size()) {
        const auto exponent = read_exponent(text.substr(at));
        if (!exponent) return {};
        decimals -= *exponent;
    }
    while (decimals > 0 && !digits.empty() && digits.back() == '0') {
        digits.pop_back();
        --decimals;
    }
    if (digits.empty()) return {Decimal{}, {}};
    for (; decimals < 0 && digits.size() <= digits_max; ++decimals) digits.push_back('0');
    if (digits.size() > digits_max || decimals > decimals_max)
        return {std::nullopt, NoDecimal::too_long};
    std::int64_t value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return {Decimal{negative ? -value : value, static_cast<int>(decimals)}, {}};
}

std::optional<std::int64_t> scaled(const Decimal& number, int decimals, std::int64_t max)
{
    std::int64_t value = number.digits;
    for (int at = number.decimals; at < decimals; ++at) {
        if (value > max / 10 || value < -max / 10) return {};
        value *= 10;
    }
    if (value > max || value < -max) return {};
    return value;
}

std::int64_t power_of_ten(int exponent)
{
    std::int64_t power = 1;
    for (int at = 0; at < exponent; ++at) power *= 10;
    return power;
}

std::string decimal_text(std::int64_t amount, int decimals)
{
    const auto unit = power_of_ten(decimals);
    std::string text = amount < 0 ? "-" : "";
    text += std::to_string(amount < 0 ? -(amount / unit) : amount / unit);
    auto rest = amount % unit;
    if (rest < 0) rest = -rest;
    if (rest == 0) return text;
    auto digits = std::to_string(rest);
    digits.insert(0, static_cast<std::size_t>(decimals) - digits.size(), '0');
    while (digits.back() == '0') digits.pop_back();
    return text + "." + digits;
}

} // namespace moothall::decide::shares
