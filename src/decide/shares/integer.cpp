#include "decide/shares/integer.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace moothall::decide::shares {

namespace {

using Limb = std::uint64_t;
using Limbs = std::vector<Limb>;
__extension__ using TwoLimbs = unsigned __int128; // both our compilers have it on 64-bit machines

constexpr int limb_bits = 64;
constexpr Limb decimal_chunk = 10'000'000'000'000'000'000U; // 10^19, the largest in a limb
constexpr std::size_t decimal_chunk_digits = 19;

Limb low(TwoLimbs value)
{
    return static_cast<Limb>(value);
}
Limb high(TwoLimbs value)
{
    return static_cast<Limb>(value >> limb_bits);
}

/// The magnitude, also of the smallest int64, whose negation overflows.
Limb magnitude_of(std::int64_t value)
{
    const auto bits = static_cast<Limb>(value);
    return value < 0 ? ~bits + 1 : bits;
}

void trim_zeros(Limbs& limbs)
{
    while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
}

std::strong_ordering compare_magnitudes(const Limbs& left, const Limbs& right)
{
    if (left.size() != right.size()) return left.size() <=> right.size();
    for (std::size_t at = left.size(); at-- > 0;)
        if (left[at] != right[at]) return left[at] <=> right[at];
    return std::strong_ordering::equal;
}

void add_magnitude(Limbs& to, const Limbs& other)
{
    if (to.size() < other.size()) to.resize(other.size());
    Limb carry = 0;
    for (std::size_t at = 0; at < to.size(); ++at) {
        if (at >= other.size() && carry == 0) return;
        const TwoLimbs sum = TwoLimbs{to[at]} + (at < other.size() ? other[at] : 0) + carry;
        to[at] = low(sum);
        carry = high(sum);
    }
    if (carry != 0) to.push_back(carry);
}

/// to = larger - smaller; `to` may be either of them.
void subtract_magnitude(Limbs& to, const Limbs& larger, const Limbs& smaller)
{
    const std::size_t smaller_size = smaller.size(); // `to` may be `smaller`, and grows
    const std::size_t size = larger.size();
    to.resize(size);
    Limb borrow = 0;
    for (std::size_t at = 0; at < size; ++at) {
        const TwoLimbs difference =
            TwoLimbs{larger[at]} - (at < smaller_size ? smaller[at] : 0) - borrow;
        to[at] = low(difference);
        borrow = high(difference) != 0 ? 1 : 0;
    }
    trim_zeros(to);
}

void multiply_magnitude(Limbs& limbs, Limb factor)
{
    Limb carry = 0;
    for (auto& limb : limbs) {
        const TwoLimbs product = TwoLimbs{limb} * factor + carry;
        limb = low(product);
        carry = high(product);
    }
    if (carry != 0) limbs.push_back(carry);
}

/// Divides in place and answers the remainder.
Limb divide_magnitude(Limbs& limbs, Limb divisor)
{
    TwoLimbs remainder = 0;
    for (std::size_t at = limbs.size(); at-- > 0;) {
        const TwoLimbs part = remainder << limb_bits | limbs[at];
        limbs[at] = low(part / divisor);
        remainder = part % divisor;
    }
    trim_zeros(limbs);
    return low(remainder);
}

Limbs shifted_left(const Limbs& limbs, int shift, std::size_t size)
{
    Limbs result(size);
    for (std::size_t at = 0; at < limbs.size(); ++at) {
        const TwoLimbs part = TwoLimbs{limbs[at]} << shift;
        result[at] |= low(part);
        if (at + 1 < size) result[at + 1] |= high(part);
    }
    return result;
}

/// Knuth's algorithm D. `remainder` holds the dividend and keeps what is left; the divisor has at
/// least two limbs and is not larger than the dividend.
Limbs divide_long(Limbs& remainder, const Limbs& divisor)
{
    // D1: the divisor's top bit is set, so that a guessed digit is at most two too large.
    const int shift = std::countl_zero(divisor.back());
    const Limbs scaled = shifted_left(divisor, shift, divisor.size());
    Limbs rest = shifted_left(remainder, shift, remainder.size() + 1);
    const std::size_t size = scaled.size();
    const std::size_t digits = rest.size() - size;
    Limbs quotient(digits);
    const Limb top = scaled[size - 1];
    const Limb second = scaled[size - 2];
    for (std::size_t digit = digits; digit-- > 0;) {
        // D3: guess the digit from the leading limbs.
        const TwoLimbs leading = TwoLimbs{rest[digit + size]} << limb_bits | rest[digit + size - 1];
        TwoLimbs guess = leading / top;
        TwoLimbs left = leading % top;
        while (high(guess) != 0 || guess * second > (left << limb_bits | rest[digit + size - 2])) {
            --guess;
            left += top;
            if (high(left) != 0) break;
        }
        // D4: subtract guess * divisor.
        Limb carry = 0;
        Limb borrow = 0;
        for (std::size_t at = 0; at < size; ++at) {
            const TwoLimbs product = guess * scaled[at] + carry;
            carry = high(product);
            const TwoLimbs difference = TwoLimbs{rest[digit + at]} - low(product) - borrow;
            rest[digit + at] = low(difference);
            borrow = high(difference) != 0 ? 1 : 0;
        }
        const TwoLimbs difference = TwoLimbs{rest[digit + size]} - carry - borrow;
        rest[digit + size] = low(difference);
        if (high(difference) != 0) {
            // D6: the guess was one too large; add the divisor back. Rare: about 2 in 2^64.
            --guess;
            Limb back = 0;
            for (std::size_t at = 0; at < size; ++at) {
                const TwoLimbs sum = TwoLimbs{rest[digit + at]} + scaled[at] + back;
                rest[digit + at] = low(sum);
                back = high(sum);
            }
            rest[digit + size] += back;
        }
        quotient[digit] = low(guess);
    }
    // D8: undo the shift.
    remainder.assign(size, 0);
    for (std::size_t at = 0; at < size; ++at) {
        const TwoLimbs part = TwoLimbs{rest[at + 1]} << limb_bits | rest[at];
        remainder[at] = low(part >> shift);
    }
    trim_zeros(remainder);
    trim_zeros(quotient);
    return quotient;
}

/// The leading 64 bits as a number in [2^63, 2^64), and the power of two that it is to be
/// multiplied by. Cutting the rest off makes it too small by less than 2^-63 of itself.
std::pair<Limb, std::int64_t> leading_bits(const Limbs& limbs)
{
    const int shift = std::countl_zero(limbs.back());
    Limb leading = limbs.back() << shift;
    if (shift > 0 && limbs.size() > 1) leading |= limbs[limbs.size() - 2] >> (limb_bits - shift);
    return {leading, static_cast<std::int64_t>(limbs.size() - 1) * limb_bits - shift};
}

} // namespace

Integer::Integer(std::int64_t value) : negative_(value < 0)
{
    if (value != 0) limbs_.push_back(magnitude_of(value));
}

std::optional<Integer> Integer::parse(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.empty()) return {};
    Integer number;
    while (!text.empty()) {
        const auto chunk = text.substr(0, decimal_chunk_digits);
        Limb value = 0;
        Limb scale = 1;
        for (const char c : chunk) {
            if (c < '0' || c > '9') return {};
            value = value * 10 + static_cast<Limb>(c - '0');
            scale *= 10;
        }
        multiply_magnitude(number.limbs_, scale);
        if (value != 0) add_magnitude(number.limbs_, Limbs{value});
        text.remove_prefix(chunk.size());
    }
    number.negative_ = negative && !number.limbs_.empty();
    return number;
}

std::string Integer::text() const
{
    if (limbs_.empty()) return "0";
    Limbs rest = limbs_;
    std::string reversed;
    while (!rest.empty()) {
        Limb chunk = divide_magnitude(rest, decimal_chunk);
        for (std::size_t digit = 0; digit < decimal_chunk_digits; ++digit, chunk /= 10) {
            if (rest.empty() && chunk == 0) break;
            reversed.push_back(static_cast<char>('0' + chunk % 10));
        }
    }
    if (negative_) reversed.push_back('-');
    return {reversed.rbegin(), reversed.rend()};
}

std::size_t Integer::bits() const
{
    if (limbs_.empty()) return 0;
    return limbs_.size() * limb_bits - static_cast<std::size_t>(std::countl_zero(limbs_.back()));
}

std::optional<std::int64_t> Integer::to_int64() const
{
    if (limbs_.empty()) return 0;
    constexpr Limb largest = std::numeric_limits<std::int64_t>::max();
    if (limbs_.size() > 1 || limbs_[0] > largest + (negative_ ? 1 : 0)) return {};
    return static_cast<std::int64_t>(negative_ ? ~limbs_[0] + 1 : limbs_[0]);
}

void Integer::trim()
{
    trim_zeros(limbs_);
    if (limbs_.empty()) negative_ = false;
}

Integer& Integer::operator+=(const Integer& other)
{
    if (other.limbs_.empty()) return *this;
    if (limbs_.empty()) return *this = other;
    if (negative_ == other.negative_) {
        if (this == &other) return *this *= 2;
        add_magnitude(limbs_, other.limbs_);
        return *this;
    }
    if (compare_magnitudes(limbs_, other.limbs_) >= 0) {
        subtract_magnitude(limbs_, limbs_, other.limbs_);
    } else {
        subtract_magnitude(limbs_, other.limbs_, limbs_);
        negative_ = other.negative_;
    }
    trim();
    return *this;
}

Integer& Integer::operator-=(const Integer& other)
{
    if (this == &other) return *this = Integer();
    // a - b = -(-a + b); negate() leaves zero alone, which is right on both ends.
    negate();
    *this += other;
    return negate();
}

Integer operator*(const Integer& left, const Integer& right)
{
    Integer product;
    if (left.limbs_.empty() || right.limbs_.empty()) return product;
    product.limbs_.assign(left.limbs_.size() + right.limbs_.size(), 0);
    for (std::size_t i = 0; i < left.limbs_.size(); ++i) {
        Limb carry = 0;
        for (std::size_t j = 0; j < right.limbs_.size(); ++j) {
            const TwoLimbs sum =
                TwoLimbs{left.limbs_[i]} * right.limbs_[j] + product.limbs_[i + j] + carry;
            product.limbs_[i + j] = low(sum);
            carry = high(sum);
        }
        product.limbs_[i + right.limbs_.size()] = carry;
    }
    product.negative_ = left.negative_ != right.negative_;
    product.trim();
    return product;
}

Integer& Integer::operator*=(const Integer& other)
{
    return *this = *this * other;
}

Integer& Integer::operator*=(std::int64_t factor)
{
    if (factor == 0) {
        limbs_.clear(); // keeps the capacity
        negative_ = false;
        return *this;
    }
    multiply_magnitude(limbs_, magnitude_of(factor));
    if (factor < 0) negate();
    return *this;
}

Integer& Integer::add_product(const Integer& number, std::int64_t factor)
{
    if (factor == 0 || number.limbs_.empty()) return *this;
    if (this == &number) return *this += number * Integer(factor);
    const Limb scale = magnitude_of(factor);
    const bool product_negative = number.negative_ != (factor < 0);
    const std::size_t size = std::max(limbs_.size(), number.limbs_.size()) + 1;
    if (limbs_.empty()) negative_ = product_negative;
    limbs_.resize(size);
    Limb carry = 0;
    if (negative_ == product_negative) {
        for (std::size_t at = 0; at < size; ++at) {
            const Limb limb = at < number.limbs_.size() ? number.limbs_[at] : 0;
            const TwoLimbs sum = TwoLimbs{limb} * scale + limbs_[at] + carry;
            limbs_[at] = low(sum);
            carry = high(sum);
        }
    } else {
        Limb borrow = 0;
        for (std::size_t at = 0; at < size; ++at) {
            const Limb limb = at < number.limbs_.size() ? number.limbs_[at] : 0;
            const TwoLimbs product = TwoLimbs{limb} * scale + carry;
            carry = high(product);
            const TwoLimbs difference = TwoLimbs{limbs_[at]} - low(product) - borrow;
            limbs_[at] = low(difference);
            borrow = high(difference) != 0 ? 1 : 0;
        }
        if (borrow != 0) {
            // The product was larger: what stands here is the two's complement of the result.
            Limb add = 1;
            for (auto& limb : limbs_) {
                limb = ~limb + add;
                add = add != 0 && limb == 0 ? 1 : 0;
            }
            negative_ = product_negative;
        }
    }
    trim();
    return *this;
}

std::strong_ordering operator<=>(const Integer& left, const Integer& right)
{
    if (left.sign() != right.sign()) return left.sign() <=> right.sign();
    return left.negative_ ? compare_magnitudes(right.limbs_, left.limbs_)
                          : compare_magnitudes(left.limbs_, right.limbs_);
}

Integer::Division Integer::divide(const Integer& dividend, const Integer& divisor)
{
    invariant(!divisor.limbs_.empty(), "nothing is divided by zero");
    Division division;
    division.remainder = dividend;
    if (compare_magnitudes(dividend.limbs_, divisor.limbs_) < 0) return division;
    if (divisor.limbs_.size() == 1) {
        division.quotient.limbs_ = dividend.limbs_;
        const Limb rest = divide_magnitude(division.quotient.limbs_, divisor.limbs_[0]);
        division.remainder.limbs_.assign(rest == 0 ? 0 : 1, rest);
    } else {
        division.quotient.limbs_ = divide_long(division.remainder.limbs_, divisor.limbs_);
    }
    division.quotient.negative_ = dividend.negative_ != divisor.negative_;
    division.quotient.trim();
    division.remainder.trim();
    return division;
}

// Cutting both numbers to 64 bits and rounding those to 53 errs by less than (1 + 2^-10) units of
// 2^-53 each; the division rounds once more: less than 3.01 units together, and ldexp is exact.
double ratio(const Integer& numerator, const Integer& denominator)
{
    invariant(!denominator.limbs_.empty(), "nothing is divided by zero");
    if (numerator.limbs_.empty()) return 0;
    const auto [above, above_exponent] = leading_bits(numerator.limbs_);
    const auto [below, below_exponent] = leading_bits(denominator.limbs_);
    const double size = std::ldexp(static_cast<double>(above) / static_cast<double>(below),
                                   static_cast<int>(std::clamp<std::int64_t>(
                                       above_exponent - below_exponent, -100'000, 100'000)));
    return numerator.negative_ != denominator.negative_ ? -size : size;
}

Integer greatest_common_divisor(Integer left, Integer right)
{
    if (left.sign() < 0) left.negate();
    if (right.sign() < 0) right.negate();
    while (right.sign() != 0) {
        Integer rest = Integer::divide(left, right).remainder;
        left = std::move(right);
        right = std::move(rest);
    }
    return left;
}

} // namespace moothall::decide::shares
