#include "sense/model/kernels.hpp"

#include <algorithm>
#include <bit>

#if defined(__x86_64__)
#define MOOTHALL_X86 1
#include <immintrin.h>
// The sums of a tile stay in registers only when the loops over it are unrolled; g++ does not at
// -O2.
#if defined(__clang__)
#define MOOTHALL_UNROLL _Pragma("unroll")
#else
#define MOOTHALL_UNROLL _Pragma("GCC unroll 4")
#endif
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

__attribute__((target("avx2"))) std::int32_t dot_avx2(const std::int8_t* left,
                                                      const std::int8_t* right, std::size_t stride)
{
    auto sums = _mm256_setzero_si256();
    for (std::size_t i = 0; i < stride; i += 16)
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(widened(left + i), widened(right + i)));
    auto half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0b01001110));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0b10110001));
    return _mm_cvtsi128_si32(half);
}

// The four totals of four registers, by adding while transposing: a sum across one register costs
// as much as this.
__attribute__((target("avx2"))) __m128i totals(const __m256i (&sums)[4])
{
    const auto first = _mm256_add_epi32(_mm256_unpacklo_epi32(sums[0], sums[1]),
                                        _mm256_unpackhi_epi32(sums[0], sums[1]));
    const auto second = _mm256_add_epi32(_mm256_unpacklo_epi32(sums[2], sums[3]),
                                         _mm256_unpackhi_epi32(sums[2], sums[3]));
    const auto both = _mm256_add_epi32(_mm256_unpacklo_epi64(first, second),
                                       _mm256_unpackhi_epi64(first, second));
    return _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
}

constexpr std::size_t tile = 4; // rows and columns whose sums stay in registers together

// The rows of a tile; where fewer are left, the last stands in and its sums are not written.
struct TileRows {
    TileRows(const std::int8_t* first, std::size_t rows, std::size_t stride)
        : count(std::min(tile, rows))
    {
        MOOTHALL_UNROLL
        for (std::size_t k = 0; k < tile; ++k) at[k] = first + std::min(k, count - 1) * stride;
    }
    const std::int8_t* at[tile];
    std::size_t count;
};

__attribute__((target("sse2"))) void write_totals(__m128i sums, std::size_t count,
                                                  std::int32_t* out)
{
    if (count == tile) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), sums);
        return;
    }
    std::int32_t values[tile];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(values), sums);
    std::copy_n(values, count, out);
}

__attribute__((target("avx2"))) void dots_avx2(const std::int8_t* left, std::size_t left_count,
                                               const std::int8_t* right, std::size_t right_count,
                                               std::size_t stride, std::int32_t* out)
{
    for (std::size_t j = 0; j < right_count; j += tile) {
        const TileRows columns(right + j * stride, right_count - j, stride);
        for (std::size_t i = 0; i < left_count; i += 2) {
            const auto* first = left + i * stride;
            const auto* second = i + 1 < left_count ? first + stride : first;
            __m256i first_sums[tile];
            __m256i second_sums[tile];
            MOOTHALL_UNROLL
            for (std::size_t c = 0; c < tile; ++c)
                first_sums[c] = second_sums[c] = _mm256_setzero_si256();
            for (std::size_t at = 0; at < stride; at += 16) {
                const auto first_values = widened(first + at);
                const auto second_values = widened(second + at);
                MOOTHALL_UNROLL
                for (std::size_t c = 0; c < tile; ++c) {
                    const auto values = widened(columns.at[c] + at);
                    first_sums[c] =
                        _mm256_add_epi32(first_sums[c], _mm256_madd_epi16(first_values, values));
                    second_sums[c] =
                        _mm256_add_epi32(second_sums[c], _mm256_madd_epi16(second_values, values));
                }
            }
            write_totals(totals(first_sums), columns.count, out + i * right_count + j);
            if (second != first)
                write_totals(totals(second_sums), columns.count, out + (i + 1) * right_count + j);
        }
    }
}

#define MOOTHALL_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2")))

MOOTHALL_AVX512 __m512i loaded(const std::int8_t* from)
{
    return _mm512_loadu_si512(from);
}

// The masked form with a full mask: g++ 12 warns of the plain one and of a cast (GCC bug 105593).
MOOTHALL_AVX512 __m128i totals(const __m512i (&sums)[4])
{
    __m256i halves[4];
    MOOTHALL_UNROLL
    for (std::size_t k = 0; k < 4; ++k)
        halves[k] = _mm256_add_epi32(_mm512_maskz_extracti64x4_epi64(0xFF, sums[k], 0),
                                     _mm512_maskz_extracti64x4_epi64(0xFF, sums[k], 1));
    return totals(halves);
}

// VNNI multiplies unsigned by signed bytes: 128 is added to the left side (by flipping the highest
// bit) and 128 times the sum of the right side is taken off again.
MOOTHALL_AVX512 void dots_avx512(const std::int8_t* left, std::size_t left_count,
                                 const std::int8_t* right, std::size_t right_count,
                                 std::size_t stride, std::int32_t* out)
{
    const auto flip = _mm512_set1_epi8(static_cast<char>(-128));
    const auto ones = _mm512_set1_epi8(1);
    for (std::size_t j = 0; j < right_count; j += tile) {
        const TileRows columns(right + j * stride, right_count - j, stride);
        __m512i column_sums[tile];
        MOOTHALL_UNROLL
        for (std::size_t c = 0; c < tile; ++c) {
            column_sums[c] = _mm512_setzero_si512();
            for (std::size_t at = 0; at < stride; at += 64)
                column_sums[c] =
                    _mm512_dpbusd_epi32(column_sums[c], ones, loaded(columns.at[c] + at));
        }
        const auto correction = _mm_slli_epi32(totals(column_sums), 7);
        for (std::size_t i = 0; i < left_count; i += tile) {
            const TileRows rows(left + i * stride, left_count - i, stride);
            __m512i sums[tile][tile];
            MOOTHALL_UNROLL
            for (std::size_t r = 0; r < tile; ++r) MOOTHALL_UNROLL
            for (std::size_t c = 0; c < tile; ++c) sums[r][c] = _mm512_setzero_si512();
            for (std::size_t at = 0; at < stride; at += 64) {
                const __m512i values[tile] = {
                    loaded(columns.at[0] + at), loaded(columns.at[1] + at),
                    loaded(columns.at[2] + at), loaded(columns.at[3] + at)};
                MOOTHALL_UNROLL
                for (std::size_t r = 0; r < tile; ++r) {
                    const auto flipped = _mm512_xor_si512(loaded(rows.at[r] + at), flip);
                    MOOTHALL_UNROLL
                    for (std::size_t c = 0; c < tile; ++c)
                        sums[r][c] = _mm512_dpbusd_epi32(sums[r][c], flipped, values[c]);
                }
            }
            MOOTHALL_UNROLL
            for (std::size_t r = 0; r < tile; ++r) {
                if (r == rows.count) break;
                write_totals(_mm_sub_epi32(totals(sums[r]), correction), columns.count,
                             out + (i + r) * right_count + j);
            }
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

__attribute__((target("avx2"))) std::size_t
collect_near_avx2(const std::int32_t* products, const float* scales, float scale, float threshold,
                  const float* thresholds, std::size_t count, std::uint32_t* hits,
                  std::size_t& found)
{
    const auto row_scale = _mm256_set1_ps(scale);
    const auto row_threshold = _mm256_set1_ps(threshold);
    std::size_t j = 0;
    for (; j + 8 <= count; j += 8) {
        const auto product =
            _mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(products + j)));
        const auto similarity =
            _mm256_mul_ps(product, _mm256_mul_ps(row_scale, _mm256_loadu_ps(scales + j)));
        const auto lower = _mm256_min_ps(row_threshold, _mm256_loadu_ps(thresholds + j));
        auto mask =
            static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(similarity, lower, _CMP_GT_OQ)));
        for (; mask != 0; mask &= mask - 1)
            hits[found++] =
                static_cast<std::uint32_t>(j + static_cast<std::size_t>(std::countr_zero(mask)));
    }
    return j;
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

std::size_t collect_near(const std::int32_t* products, const float* scales, float scale,
                         float threshold, const float* thresholds, std::size_t count,
                         std::uint32_t* hits)
{
    std::size_t found = 0;
    std::size_t j = 0;
#ifdef MOOTHALL_X86
    if (best_instructions() != Instructions::any)
        j = collect_near_avx2(products, scales, scale, threshold, thresholds, count, hits, found);
#endif
    for (; j < count; ++j)
        if (static_cast<float>(products[j]) * (scale * scales[j]) >
            std::min(threshold, thresholds[j]))
            hits[found++] = static_cast<std::uint32_t>(j);
    return found;
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
