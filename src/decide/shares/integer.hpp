#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall::decide::shares {

/// A whole number of any size.
///
/// Prices in the method of equal shares are fractions whose denominators multiply from round to
/// round: 900 bits after the forty purchases of a large city. This class does what such prices
/// need, mostly products by 64-bit numbers, and does it in place so that a run that is repeated
/// a thousand times allocates only once. Sign and magnitude, 64-bit limbs, schoolbook
/// multiplication; division as in D. E. Knuth, "The Art of Computer Programming", vol. 2, 4.3.1,
/// algorithm D. GMP would do, but its licence (LGPL) would bind the static binary.
class Integer {
public:
    Integer() = default;
    Integer(std::int64_t value); // NOLINT(google-explicit-constructor): a number is a number

    /// Reads an optional minus and decimal digits; none for anything else.
    static std::optional<Integer> parse(std::string_view text);
    /// Decimal digits, with a minus when negative.
    std::string text() const;

    /// -1, 0 or 1.
    int sign() const { return limbs_.empty() ? 0 : (negative_ ? -1 : 1); }
    /// Bits of the magnitude; 0 for zero.
    std::size_t bits() const;
    /// The value when it fits.
    std::optional<std::int64_t> to_int64() const;

    Integer& operator+=(const Integer& other);
    Integer& operator-=(const Integer& other);
    Integer& operator*=(const Integer& other);
    Integer& operator*=(std::int64_t factor);
    /// Adds `number * factor` without a temporary.
    Integer& add_product(const Integer& number, std::int64_t factor);
    Integer& negate()
    {
        negative_ = !negative_ && !limbs_.empty();
        return *this;
    }

    friend Integer operator+(Integer left, const Integer& right)
    {
        return std::move(left += right);
    }
    friend Integer operator-(Integer left, const Integer& right)
    {
        return std::move(left -= right);
    }
    friend Integer operator*(const Integer& left, const Integer& right);
    friend Integer operator-(Integer number) { return std::move(number.negate()); }
    friend std::strong_ordering operator<=>(const Integer& left, const Integer& right);
    friend bool operator==(const Integer& left, const Integer& right) = default;

    struct Division;
    /// Quotient rounded towards zero, and the remainder, which has the sign of `dividend`.
    /// `divisor` must not be zero.
    static Division divide(const Integer& dividend, const Integer& divisor);

    /// numerator / denominator as a double; the denominator must not be zero.
    ///
    /// The error is at most 4 units of 2^-53 relative to the result (see the .cpp), as long as the
    /// result is a normal double.
    friend double ratio(const Integer& numerator, const Integer& denominator);

private:
    void trim();

    std::vector<std::uint64_t> limbs_; // least first; the last one is not zero
    bool negative_ = false;            // never set for zero
};

struct Integer::Division {
    Integer quotient;
    Integer remainder;
};

double ratio(const Integer& numerator, const Integer& denominator);

/// Never negative; of zero and zero it is zero.
Integer greatest_common_divisor(Integer left, Integer right);

} // namespace moothall::decide::shares
