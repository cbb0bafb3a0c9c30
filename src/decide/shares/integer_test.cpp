#include "decide/shares/elections_for_tests.hpp"
#include "decide/shares/fraction.hpp"
#include "decide/shares/integer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace moothall::decide::shares {
namespace {

/// Integers of up to ten limbs, many of whose limbs are 0 or all ones: carries live there.
rc::Gen<Integer> any_integer()
{
    const auto limb = rc::gen::oneOf(
        rc::gen::arbitrary<std::int64_t>(),
        rc::gen::element<std::int64_t>(0, 1, -1, std::numeric_limits<std::int64_t>::max(),
                                       std::numeric_limits<std::int64_t>::min()));
    return rc::gen::map(
        rc::gen::pair(rc::gen::resize(10, rc::gen::container<std::vector<std::int64_t>>(limb)),
                      rc::gen::arbitrary<bool>()),
        [](const std::pair<std::vector<std::int64_t>, bool>& parts) {
            Integer two_to_64 = Integer(std::int64_t{1} << 32) * Integer(std::int64_t{1} << 32);
            Integer number;
            for (const auto part : parts.first) number = number * two_to_64 + Integer(part);
            return parts.second ? -number : number;
        });
}

Integer number(const std::string& digits)
{
    return Integer::parse(digits).value();
}

TEST(Integer, reads_and_writes_decimal_digits)
{
    for (const char* digits :
         {"0", "7", "-7", "18446744073709551615", "18446744073709551616",
          "100000000000000000000000000000000000000", "-9223372036854775808",
          "10000000000000000000000000000000000000000000000000000000000000000000000001"})
        EXPECT_EQ(number(digits).text(), digits);
    EXPECT_EQ(number("-0").text(), "0");
    EXPECT_EQ(number("0000000000000000000000000000000012").text(), "12");
    for (const char* bad : {"", "-", "1a", "+1", " 1", "1 ", "0x10"})
        EXPECT_FALSE(Integer::parse(bad)) << bad;
    check("what is written can be read", [] {
        const Integer n = *any_integer();
        RC_ASSERT(Integer::parse(n.text()) == n);
    });
}

TEST(Integer, agrees_with_known_results)
{
    // 2^200 and 3^100, computed with Python.
    Integer two = 1;
    for (int i = 0; i < 200; ++i) two *= 2;
    EXPECT_EQ(two.text(), "1606938044258990275541962092341162602522202993782792835301376");
    EXPECT_EQ(two.bits(), 201U);
    Integer three = 1;
    for (int i = 0; i < 100; ++i) three *= 3;
    EXPECT_EQ(three.text(), "515377520732011331036461129765621272702107522001");
    const auto [quotient, remainder] = Integer::divide(two, three);
    EXPECT_EQ(quotient.text(), "3117982410207");
    EXPECT_EQ(remainder.text(), "485474658062875558680597653734966805650575837169");
}

TEST(Integer, keeps_the_smallest_number_of_64_bits)
{
    const auto smallest = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(Integer(smallest).to_int64(), smallest);
    EXPECT_EQ(Integer(smallest).text(), "-9223372036854775808");
    EXPECT_FALSE((-Integer(smallest)).to_int64());
    EXPECT_EQ((Integer(-3) *= smallest).text(), "27670116110564327424");
}

TEST(Integer, is_a_ring)
{
    check("addition and multiplication obey the laws of a ring", [] {
        const Integer a = *any_integer();
        const Integer b = *any_integer();
        const Integer c = *any_integer();
        RC_ASSERT(a + b == b + a);
        RC_ASSERT((a + b) + c == a + (b + c));
        RC_ASSERT(a * b == b * a);
        RC_ASSERT(a * (b + c) == a * b + a * c);
        RC_ASSERT(a - b == -(b - a));
        RC_ASSERT((a - b) + b == a);
        RC_ASSERT((a - a).sign() == 0);
        Integer twice = a;
        twice += twice;
        RC_ASSERT(twice == a * Integer(2));
    });
}

TEST(Integer, adds_products_in_place)
{
    check("add_product is addition of a product", [] {
        const Integer a = *any_integer();
        const Integer b = *any_integer();
        const auto factor = *rc::gen::arbitrary<std::int64_t>();
        Integer sum = a;
        RC_ASSERT(sum.add_product(b, factor) == a + b * Integer(factor));
        // A sum that cancels is the case in which the sign turns.
        Integer none = b * Integer(factor);
        RC_ASSERT(none.add_product(b, factor == std::numeric_limits<std::int64_t>::min() ? factor
                                                                                         : -factor)
                      .sign() ==
                  (factor == std::numeric_limits<std::int64_t>::min() ? b.sign() * -1 : 0));
        Integer self = a;
        RC_ASSERT(self.add_product(self, 3) == a * Integer(4));
    });
}

TEST(Integer, divides_so_that_quotient_times_divisor_and_remainder_make_the_dividend)
{
    check("division with remainder", [] {
        const Integer divisor = *any_integer();
        RC_PRE(divisor.sign() != 0);
        const Integer factor = *any_integer();
        const Integer dividend = factor * divisor + *any_integer();
        const auto [quotient, remainder] = Integer::divide(dividend, divisor);
        RC_ASSERT(quotient * divisor + remainder == dividend);
        const auto size = [](Integer n) { return n.sign() < 0 ? -n : n; };
        RC_ASSERT(size(remainder) < size(divisor));
        RC_ASSERT(remainder.sign() == 0 || remainder.sign() == dividend.sign());
    });
}

TEST(Integer, is_ordered_like_its_differences)
{
    check("order", [] {
        const Integer a = *any_integer();
        const Integer b = *any_integer();
        RC_ASSERT((a < b) == ((a - b).sign() < 0));
        RC_ASSERT((a == b) == ((a - b).sign() == 0));
    });
}

TEST(Integer, has_a_ratio_within_the_promised_error)
{
    check("ratio", [] {
        const Integer above = *any_integer();
        const Integer below = *any_integer();
        RC_PRE(above.sign() != 0 && below.sign() != 0);
        const double approximation = ratio(above, below);
        RC_PRE(std::isnormal(approximation));
        // Take the double apart: approximation = mantissa * 2^exponent, both whole.
        int exponent = 0;
        const auto mantissa =
            static_cast<std::int64_t>(std::ldexp(std::frexp(approximation, &exponent), 53));
        exponent -= 53;
        Fraction exact(mantissa);
        for (; exponent > 0; --exponent) exact = exact * Fraction(2);
        for (; exponent < 0; ++exponent)
            exact = Fraction(exact.numerator(), exact.denominator() * 2);
        Fraction error = exact / Fraction(above, below) - Fraction(1);
        if (error.sign() < 0) error = Fraction(0) - error;
        RC_ASSERT(error <= Fraction(4, std::int64_t{1} << 53));
    });
}

TEST(Fraction, is_written_in_lowest_terms)
{
    EXPECT_EQ(Fraction(6, 4).text(), "3/2");
    EXPECT_EQ(Fraction(6, -4).text(), "-3/2");
    EXPECT_EQ(Fraction(8, 4).text(), "2");
    EXPECT_EQ(Fraction(0, 4).text(), "0");
    EXPECT_EQ(Fraction(-7, 2).floor().text(), "-4");
    EXPECT_EQ(Fraction(7, 2).floor().text(), "3");
}

TEST(Fraction, is_a_field)
{
    check("laws of a field", [] {
        const auto any = [] {
            const Integer below = *any_integer();
            RC_PRE(below.sign() != 0);
            return Fraction(*any_integer(), below);
        };
        const Fraction a = any();
        const Fraction b = any();
        RC_ASSERT((a + b) - b == a);
        RC_ASSERT(a.reduced() == a);
        if (b.sign() != 0) RC_ASSERT((a * b) / b == a);
        RC_ASSERT((a < b) == ((b - a).sign() > 0));
    });
}

} // namespace
} // namespace moothall::decide::shares
