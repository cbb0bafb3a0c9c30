#pragma once

#include "decide/shares/integer.hpp"

#include <compare>
#include <string>

namespace moothall::decide::shares {

/// An exact fraction. It is reduced only when somebody reads it, because most are never read.
class Fraction {
public:
    Fraction() : denominator_(1) {}
    Fraction(std::int64_t whole) // NOLINT(google-explicit-constructor): a number is a number
        : numerator_(whole), denominator_(1)
    {
    }
    /// The denominator must not be zero.
    Fraction(Integer numerator, Integer denominator);

    const Integer& numerator() const { return numerator_; }
    /// Always positive.
    const Integer& denominator() const { return denominator_; }
    int sign() const { return numerator_.sign(); }

    /// In lowest terms.
    Fraction reduced() const;
    /// "numerator/denominator" in lowest terms; a whole number stands alone.
    std::string text() const;
    /// Wrong by at most 4 units of 2^-53 relative to the value.
    double approximate() const { return ratio(numerator_, denominator_); }
    /// The largest whole number that is not larger.
    Integer floor() const;

    friend Fraction operator+(const Fraction& left, const Fraction& right);
    friend Fraction operator-(const Fraction& left, const Fraction& right);
    friend Fraction operator*(const Fraction& left, const Fraction& right);
    /// `right` must not be zero.
    friend Fraction operator/(const Fraction& left, const Fraction& right);
    friend std::strong_ordering operator<=>(const Fraction& left, const Fraction& right);
    friend bool operator==(const Fraction& left, const Fraction& right)
    {
        return (left <=> right) == std::strong_ordering::equal;
    }

private:
    Integer numerator_;
    Integer denominator_;
};

} // namespace moothall::decide::shares
