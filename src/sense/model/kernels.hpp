#pragma once

#include <cstddef>
#include <cstdint>

namespace moothall::sense {

/// The inner loops of the engine, each written three times: for any processor, for AVX2 and for
/// AVX-512 with VNNI. The fastest that this processor knows is chosen once, at the first call.
///
/// All three give the same bits: whole-number sums do not depend on their order, and the sums of
/// floats keep one order (eight running sums, multiplied and added without fusing). So themes do
/// not change when the hall moves to another machine.

/// sum[i] += scale * row[i] for i in [0, size).
void add_scaled(float* sum, const std::int8_t* row, float scale, std::size_t size);

/// Sum of squares, as eight interleaved running sums.
float sum_of_squares(const float* values, std::size_t size);

/// `stride` of the functions below is a multiple of this; what is beyond the dimension holds zeros.
inline constexpr std::size_t stride_unit = 64;

std::int32_t dot(const std::int8_t* left, const std::int8_t* right, std::size_t stride);

/// out[i * right_count + j] = dot of the i-th left and the j-th right row.
///
/// Meant for blocks that fit the cache, some 64 to 256 rows a side.
void dots(const std::int8_t* left, std::size_t left_count, const std::int8_t* right,
          std::size_t right_count, std::size_t stride, std::int32_t* out);

/// Writes to `hits` each j in [0, count) whose similarity, float(products[j]) * (scale *
/// scales[j]), is above `threshold` or above thresholds[j], and returns how many there are.
///
/// Nearest neighbours are looked for both ways at once: j may be near to the row at hand, or the
/// row at hand near to j. Almost none is, and this finds them eight at a time.
std::size_t collect_near(const std::int32_t* products, const float* scales, float scale,
                         float threshold, const float* thresholds, std::size_t count,
                         std::uint32_t* hits);

/// The kinds of processor told apart; the tests compare them with each other.
enum class Instructions : std::uint8_t { any, avx2, avx512 };
Instructions best_instructions();
/// dots() by the loops for one kind of processor, which this one has to be.
void dots_with(Instructions instructions, const std::int8_t* left, std::size_t left_count,
               const std::int8_t* right, std::size_t right_count, std::size_t stride,
               std::int32_t* out);

} // namespace moothall::sense
