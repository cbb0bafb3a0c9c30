#include "sense/model/kernels.hpp"

#include <algorithm>

#if defined(__x86_64__)
#define MOOTHALL_X86 1
#include <immintrin.h>
#endif

namespace moothall::sense {

namespace {

std::int32_t dot_any(const std::int8_t* left, const std::int8_t* right, std::size_t stride)
{
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < stride; ++i) sum += left[i] * right[i];
    return sum;
}

void dots_any(const std::int8_t* left, std::size_t left_count, const std::int8_t* right,
              std::size_t right_count, std::size_t stride, std::int32_t* out)
{
    for (std::size_t i = 0; i < left_count; ++i)
        for (std::size_t j = 0; j < right_count; ++j)
            out[i * right_count + j] = dot_any(left + i * stride, right + j * stride, stride);
}

#ifdef MOOTHALL_X86

__attribute__((target("avx2"))) __m256i widened(const std::int8_t* from)
{
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

__attribute__((target("avx2"))) std::int32_t total(__m256i sums)
{
    auto half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0b01001110));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0b10110001));
    return _mm_cvtsi128_si32(half);
}

__attribute__((target("avx2"))) std::int32_t dot_avx2(const std::int8_t* left,
                                                      const std::int8_t* right, std::size_t stride)
{
    auto sums = _mm256_setzero_si256();
    for (std::size_t i = 0; i < stride; i += 16)
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(widened(left + i), widened(right + i)));
    return total(sums);
}

// Four rows against two keep eight sums in registers, so that each load serves several products.
__attribute__((target("avx2"))) void dots_avx2(const std::int8_t* left, std::size_t left_count,
                                               const std::int8_t* right, std::size_t right_count,
                                               std::size_t stride, std::int32_t* out)
{
    std::size_t i = 0;
    for (; i + 4 <= left_count; i += 4) {
        const auto* rows = left + i * stride;
        std::size_t j = 0;
        for (; j + 2 <= right_count; j += 2) {
            const auto* columns = right + j * stride;
            __m256i sums[4][2];
            for (auto& pair : sums) pair[0] = pair[1] = _mm256_setzero_si256();
            for (std::size_t at = 0; at < stride; at += 16) {
                const auto first = widened(columns + at);
                const auto second = widened(columns + stride + at);
                for (std::size_t row = 0; row < 4; ++row) {
                    const auto values = widened(rows + row * stride + at);
                    sums[row][0] = _mm256_add_epi32(sums[row][0], _mm256_madd_epi16(values, first));
                    sums[row][1] =
                        _mm256_add_epi32(sums[row][1], _mm256_madd_epi16(values, second));
                }
            }
            for (std::size_t row = 0; row < 4; ++row)
                for (std::size_t column = 0; column < 2; ++column)
                    out[(i + row) * right_count + j + column] = total(sums[row][column]);
        }
        for (; j < right_count; ++j)
            for (std::size_t row = 0; row < 4; ++row)
                out[(i + row) * right_count + j] =
                    dot_avx2(rows + row * stride, right + j * stride, stride);
    }
    for (; i < left_count; ++i)
        for (std::size_t j = 0; j < right_count; ++j)
            out[i * right_count + j] = dot_avx2(left + i * stride, right + j * stride, stride);
}

#define MOOTHALL_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

MOOTHALL_AVX512 __m512i loaded(const std::int8_t* from)
{
    return _mm512_loadu_si512(from);
}

// VNNI multiplies unsigned by signed bytes: 128 is added to the left side (by flipping the highest
// bit) and 128 times the sum of the right side is taken off again.
MOOTHALL_AVX512 void dots_avx512(const std::int8_t* left, std::size_t left_count,
                                 const std::int8_t* right, std::size_t right_count,
                                 std::size_t stride, std::int32_t* out)
{
    const auto flip = _mm512_set1_epi8(static_cast<char>(-128));
    const auto ones = _mm512_set1_epi8(1);
    constexpr std::size_t side = 4;
    for (std::size_t j = 0; j < right_count; j += side) {
        const auto columns = std::min(side, right_count - j);
        const std::int8_t* column[side];
        std::int32_t correction[side];
        for (std::size_t k = 0; k < side; ++k) {
            column[k] = right + (j + std::min(k, columns - 1)) * stride;
            auto sums = _mm512_setzero_si512();
            for (std::size_t at = 0; at < stride; at += 64)
                sums = _mm512_dpbusd_epi32(sums, ones, loaded(column[k] + at));
            correction[k] = 128 * _mm512_reduce_add_epi32(sums);
        }
        for (std::size_t i = 0; i < left_count; i += side) {
            const auto rows = std::min(side, left_count - i);
            const std::int8_t* row[side];
            for (std::size_t k = 0; k < side; ++k)
                row[k] = left + (i + std::min(k, rows - 1)) * stride;
            __m512i sums[side][side];
            for (auto& line : sums)
                for (auto& sum : line) sum = _mm512_setzero_si512();
            for (std::size_t at = 0; at < stride; at += 64) {
                const __m512i values[side] = {loaded(column[0] + at), loaded(column[1] + at),
                                              loaded(column[2] + at), loaded(column[3] + at)};
                for (std::size_t r = 0; r < side; ++r) {
                    const auto flipped = _mm512_xor_si512(loaded(row[r] + at), flip);
                    for (std::size_t c = 0; c < side; ++c)
                        sums[r][c] = _mm512_dpbusd_epi32(sums[r][c], flipped, values[c]);
                }
            }
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t c = 0; c < columns; ++c)
                    out[(i + r) * right_count + j + c] =
                        _mm512_reduce_add_epi32(sums[r][c]) - correction[c];
        }
    }
}

__attribute__((target("avx2"))) std::size_t add_scaled_avx2(float* sum, const std::int8_t* row,
                                                            float scale, std::size_t size)
{
    const auto factor = _mm256_set1_ps(scale);
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        const auto bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(row + i));
        const auto values = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
        _mm256_storeu_ps(sum + i,
                         _mm256_add_ps(_mm256_loadu_ps(sum + i), _mm256_mul_ps(values, factor)));
    }
    return i;
}

#endif

} // namespace

Instructions best_instructions()
{
#ifdef MOOTHALL_X86
    static const auto best = [] {
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni"))
            return Instructions::avx512;
        return __builtin_cpu_supports("avx2") ? Instructions::avx2 : Instructions::any;
    }();
    return best;
#else
    return Instructions::any;
#endif
}

void add_scaled(float* sum, const std::int8_t* row, float scale, std::size_t size)
{
    std::size_t i = 0;
#ifdef MOOTHALL_X86
    if (best_instructions() != Instructions::any) i = add_scaled_avx2(sum, row, scale, size);
#endif
    for (; i < size; ++i) sum[i] += scale * static_cast<float>(row[i]);
}

float sum_of_squares(const float* values, std::size_t size)
{
    float sums[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8)
        for (std::size_t lane = 0; lane < 8; ++lane)
            sums[lane] += values[i + lane] * values[i + lane];
    for (; i < size; ++i) sums[0] += values[i] * values[i];
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
           ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

std::int32_t dot(const std::int8_t* left, const std::int8_t* right, std::size_t stride)
{
#ifdef MOOTHALL_X86
    if (best_instructions() != Instructions::any) return dot_avx2(left, right, stride);
#endif
    return dot_any(left, right, stride);
}

void dots_with(Instructions instructions, const std::int8_t* left, std::size_t left_count,
               const std::int8_t* right, std::size_t right_count, std::size_t stride,
               std::int32_t* out)
{
    if (left_count == 0 || right_count == 0) return;
#ifdef MOOTHALL_X86
    if (instructions == Instructions::avx512)
        return dots_avx512(left, left_count, right, right_count, stride, out);
    if (instructions == Instructions::avx2)
        return dots_avx2(left, left_count, right, right_count, stride, out);
#endif
    static_cast<void>(instructions);
    dots_any(left, left_count, right, right_count, stride, out);
}

void dots(const std::int8_t* left, std::size_t left_count, const std::int8_t* right,
          std::size_t right_count, std::size_t stride, std::int32_t* out)
{
    dots_with(best_instructions(), left, left_count, right, right_count, stride, out);
}

} // namespace moothall::sense
