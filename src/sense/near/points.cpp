#include "sense/near/points.hpp"

#include "base/invariant.hpp"
#include "sense/model/kernels.hpp"

#include <algorithm>
#include <cmath>

namespace moothall::sense {

Points::Points(std::size_t dimension)
    : dimension_(dimension), stride_((dimension + stride_unit - 1) / stride_unit * stride_unit)
{
    invariant(dimension > 0, "a point has at least one number");
}

void Points::reserve(std::size_t points)
{
    values_.reserve(points * stride_);
    scales_.reserve(points);
}

/// By a quarter at a time: twice as much, as a vector takes by itself, may leave half of it unused.
void Points::make_room()
{
    if (values_.size() + stride_ <= values_.capacity()) return;
    constexpr std::size_t points_min = 64;
    reserve(size() + std::max(points_min, size() / 4));
}

void Points::add(std::span<const float> point)
{
    make_room();
    values_.resize(values_.size() + stride_);
    scales_.push_back(0);
    write(size() - 1, point);
}

void Points::add(const Points& other, std::size_t index)
{
    invariant(other.dimension_ == dimension_, "points of one space have one dimension");
    invariant(&other != this, "growing moves the row that is copied");
    make_room();
    const auto* row = other.row(index);
    values_.insert(values_.end(), row, row + stride_);
    scales_.push_back(other.scales_[index]);
}

void Points::replace(std::size_t index, std::span<const float> point)
{
    invariant(index < size(), "only a point that is there can be replaced");
    write(index, point);
}

void Points::write(std::size_t index, std::span<const float> point)
{
    invariant(point.size() == dimension_, "points of one space have one dimension");
    auto* row = values_.data() + index * stride_;
    auto greatest = 0.0F;
    bool finite = true; // std::max() would pass over a NaN
    for (const auto value : point) {
        finite = finite && std::isfinite(value);
        greatest = std::max(greatest, std::abs(value));
    }
    if (!finite || !(greatest > 1e-30F)) {
        std::fill_n(row, stride_, std::int8_t{0});
        scales_[index] = 0;
        return;
    }
    // 127 steps on each side of nought, so that -128 never occurs and negating stays exact.
    const auto factor = 127.0F / greatest;
    std::int32_t squares = 0;
    for (std::size_t i = 0; i < dimension_; ++i) {
        const auto scaled = point[i] * factor;
        const auto rounded = static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5F : scaled + 0.5F);
        row[i] = static_cast<std::int8_t>(std::clamp(rounded, -127, 127));
        squares += rounded * rounded;
    }
    scales_[index] = static_cast<float>(1.0 / std::sqrt(static_cast<double>(squares)));
}

float Points::similarity(std::size_t left, std::size_t right) const
{
    return similarity(*this, left, *this, right);
}

float Points::similarity(const Points& left, std::size_t left_index, const Points& right,
                         std::size_t right_index)
{
    invariant(left.dimension_ == right.dimension_, "points of one space have one dimension");
    const auto product = dot(left.row(left_index), right.row(right_index), left.stride_);
    return static_cast<float>(product) * (left.scales_[left_index] * right.scales_[right_index]);
}

void Points::add_to(std::span<float> sum, std::size_t index) const
{
    invariant(sum.size() == dimension_, "points of one space have one dimension");
    add_scaled(sum.data(), row(index), scales_[index], dimension_);
}

} // namespace moothall::sense
