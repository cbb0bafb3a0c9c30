#include "decide/shares/decimal.hpp"

#include <gtest/gtest.h>

namespace moothall::decide::shares {
namespace {

std::string read(std::string_view text, DecimalComma comma = DecimalComma::accepted)
{
    const auto [decimal, why] = read_decimal(text, comma);
    if (decimal) return decimal_text(decimal->digits, decimal->decimals);
    return why == NoDecimal::too_long ? "too long" : "no number";
}

TEST(Decimal, is_read_exactly)
{
    EXPECT_EQ(read("400000.0"), "400000");
    EXPECT_EQ(read("3.25"), "3.25");
    EXPECT_EQ(read("3,250"), "3.25");
    EXPECT_EQ(read("-0.050"), "-0.05");
    EXPECT_EQ(read("+007"), "7");
    EXPECT_EQ(read(".5"), "0.5");
    EXPECT_EQ(read("5."), "5");
    EXPECT_EQ(read("1.5e3"), "1500");
    EXPECT_EQ(read("15E-1"), "1.5");
    EXPECT_EQ(read("0e9999"), "0");
    EXPECT_EQ(read("999999999999999999"), "999999999999999999");
    EXPECT_EQ(read("0.123456789"), "0.123456789");
}

TEST(Decimal, anything_else_is_none)
{
    for (const char* text : {"", "-", ".", "1.2.3", "1,000,000", "1 000", "0x10", "1e", "1e5.0",
                             "1e99999", "nan", "inf", "ten", "1;2"})
        EXPECT_EQ(read(text), "no number") << text;
    EXPECT_EQ(read("1,5", DecimalComma::refused), "no number");
    for (const char* text : {"1000000000000000000", "1e18", "0.1234567891234", "1e-13"})
        EXPECT_EQ(read(text), "too long") << text;
}

TEST(Decimal, is_scaled_within_bounds)
{
    EXPECT_EQ(scaled({325, 2}, 4, 1'000'000), 32'500);
    EXPECT_EQ(scaled({-325, 2}, 2, 325), -325);
    EXPECT_FALSE(scaled({326, 2}, 2, 325));
    EXPECT_FALSE(scaled({999'999'999'999'999'999, 0}, 9, std::int64_t{1} << 62));
}

} // namespace
} // namespace moothall::decide::shares
