#include "decide/shares/fraction.hpp"

#include "base/invariant.hpp"

#include <utility>

namespace moothall::decide::shares {

Fraction::Fraction(Integer numerator, Integer denominator)
    : numerator_(std::move(numerator)), denominator_(std::move(denominator))
{
    invariant(denominator_.sign() != 0, "a fraction has a denominator");
    if (denominator_.sign() < 0) {
        numerator_.negate();
        denominator_.negate();
    }
}

Fraction Fraction::reduced() const
{
    const Integer divisor = greatest_common_divisor(numerator_, denominator_);
    return {Integer::divide(numerator_, divisor).quotient,
            Integer::divide(denominator_, divisor).quotient};
}

std::string Fraction::text() const
{
    const Fraction lowest = reduced();
    if (lowest.denominator_ == Integer(1)) return lowest.numerator_.text();
    return lowest.numerator_.text() + "/" + lowest.denominator_.text();
}

Integer Fraction::floor() const
{
    auto [quotient, remainder] = Integer::divide(numerator_, denominator_);
    if (remainder.sign() < 0) quotient -= 1;
    return quotient;
}

Fraction operator+(const Fraction& left, const Fraction& right)
{
    // In one run of equal shares the denominator of a later price is a multiple of an earlier
    // one's; using that keeps the numbers small.
    if (left.denominator_ > right.denominator_) return right + left;
    const auto [factor, rest] = Integer::divide(right.denominator_, left.denominator_);
    if (rest.sign() == 0) return {left.numerator_ * factor + right.numerator_, right.denominator_};
    return {left.numerator_ * right.denominator_ + right.numerator_ * left.denominator_,
            left.denominator_ * right.denominator_};
}

Fraction operator-(const Fraction& left, const Fraction& right)
{
    return left + Fraction(-right.numerator_, right.denominator_);
}

Fraction operator*(const Fraction& left, const Fraction& right)
{
    return {left.numerator_ * right.numerator_, left.denominator_ * right.denominator_};
}

Fraction operator/(const Fraction& left, const Fraction& right)
{
    return {left.numerator_ * right.denominator_, left.denominator_ * right.numerator_};
}

std::strong_ordering operator<=>(const Fraction& left, const Fraction& right)
{
    return left.numerator_ * right.denominator_ <=> right.numerator_ * left.denominator_;
}

} // namespace moothall::decide::shares
