#include "decide/opinions/opinion_map.hpp"
#include "decide/opinions/small_matrix.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

/// scikit-learn's PCA with svd_solver="auto" and random_state=0, as red-dwarf calls it.
///
/// For small or very tall matrices it is exact. For all others it is randomised (N. Halko, P.-G.
/// Martinsson, J. A. Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011,
/// algorithms 4.4 and 5.1): twelve Gaussian vectors, a fixed number of power iterations, and what
/// they span is taken for the truth. On real conversations that is off by up to 3e-4 on the map,
/// enough to move people between groups, so whoever wants red-dwarf's groups must draw the same
/// vectors. NumPy's legacy generator is the Mersenne twister (std::mt19937) with Marsaglia's polar
/// method, which we repeat below. What follows depends on the span alone, so that we may
/// orthonormalise where scikit-learn takes an LU factorisation; rounding then differs by some
/// 1e-11.
///
/// Known limit: where two people with the same votes stand first in x, red-dwarf's groups hang on
/// the rounding errors of LAPACK, which nobody can repeat.
namespace moothall::decide::opinions {

namespace {

constexpr std::size_t drawn = 12; // 2 components and 10 to spare

/// numpy.random.RandomState(seed).normal()
class NumpyNormal {
public:
    explicit NumpyNormal(std::uint32_t seed) : generator_(seed) {}

    double next()
    {
        if (kept_) {
            kept_ = false;
            return spare_;
        }
        double a = 0;
        double b = 0;
        double square = 0;
        do {
            a = 2 * uniform() - 1;
            b = 2 * uniform() - 1;
            square = a * a + b * b;
        } while (square >= 1 || square == 0);
        const double factor = std::sqrt(-2 * std::log(square) / square);
        spare_ = factor * a;
        kept_ = true;
        return factor * b;
    }

private:
    double uniform()
    {
        const auto high = generator_() >> 5;
        const auto low = generator_() >> 6;
        return (static_cast<double>(high) * 67108864 + static_cast<double>(low)) / 9007199254740992;
    }

    std::mt19937 generator_;
    double spare_ = 0;
    bool kept_ = false;
};

/// Makes the twelve columns of `block` orthonormal; those that add nothing become 0.
void orthonormalise_block(std::vector<double>& block)
{
    const auto rows = block.size() / drawn;
    std::vector<std::vector<double>> basis;
    for (std::size_t w = 0; w < drawn; ++w) {
        std::vector<double> vector(rows);
        for (std::size_t row = 0; row < rows; ++row) vector[row] = block[row * drawn + w];
        if (orthonormalise(vector, basis)) basis.push_back(vector);
        for (std::size_t row = 0; row < rows; ++row) block[row * drawn + w] = vector[row];
    }
}

void draw_randomised(OpinionMap& map, const CentredVotes& votes)
{
    // The method works on the matrix or on its transpose, whichever is taller.
    const bool transposed = votes.rows() < votes.columns();
    const auto tall = transposed ? votes.columns() : votes.rows();
    const auto short_side = transposed ? votes.rows() : votes.columns();
    const auto to_tall = [&](std::span<const double> in, std::span<double> out) {
        if (transposed)
            votes.multiply_transposed<drawn>(in, out);
        else
            votes.multiply<drawn>(in, out);
    };
    const auto to_short = [&](std::span<const double> in, std::span<double> out) {
        if (transposed)
            votes.multiply<drawn>(in, out);
        else
            votes.multiply_transposed<drawn>(in, out);
    };

    NumpyNormal normal(0);
    std::vector<double> in_short(short_side * drawn);
    for (double& value : in_short) value = normal.next();
    std::vector<double> in_tall(tall * drawn);
    const int iterations = 2 < 0.1 * static_cast<double>(short_side) ? 7 : 4;
    for (int iteration = 0; iteration < iterations; ++iteration) {
        to_tall(in_short, in_tall);
        orthonormalise_block(in_tall);
        to_short(in_tall, in_short);
        orthonormalise_block(in_short);
    }
    to_tall(in_short, in_tall);
    orthonormalise_block(in_tall);
    to_short(in_tall, in_short); // the matrix within the span: twelve rows of scikit-learn's B

    std::vector<double> gram(drawn * drawn, 0.0);
    for (std::size_t row = 0; row < short_side; ++row)
        for (std::size_t a = 0; a < drawn; ++a)
            for (std::size_t b = 0; b < drawn; ++b)
                gram[a * drawn + b] += in_short[row * drawn + a] * in_short[row * drawn + b];
    const auto eigen = eigen_of_symmetric(std::move(gram), drawn);

    // Singular value s, vector u on the tall side and v on the short one: B = u s vᵀ.
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const double strength = std::max(eigen.values[axis], 0.0);
        const auto weights = std::span(eigen.vectors).subspan(axis * drawn, drawn);
        const auto combine = [&](const std::vector<double>& block, std::size_t rows) {
            std::vector<double> sum(rows, 0.0);
            for (std::size_t row = 0; row < rows; ++row)
                for (std::size_t w = 0; w < drawn; ++w)
                    sum[row] += weights[w] * block[row * drawn + w];
            return sum;
        };
        const double s = std::sqrt(strength);
        auto u = combine(in_tall, tall);
        auto sv = combine(in_short, short_side);
        map.axes.strength[axis] = strength;
        auto& direction = map.axes.direction[axis];
        std::vector<double> places;
        if (transposed) {
            direction = std::move(u);
            places = std::move(sv);
        } else {
            direction = std::move(sv);
            for (double& loading : direction) loading = s > 0 ? loading / s : 0;
            places = std::move(u);
            for (double& place : places) place *= s;
        }
        const double sign = turn_to_positive(direction) ? -1 : 1;
        for (std::size_t person = 0; person < places.size(); ++person) {
            const double place = sign * votes.scale(person) * places[person];
            (axis == 0 ? map.people[person].x : map.people[person].y) = place;
        }
    }
}

} // namespace

OpinionMap draw_compatible_map(const VoteTable& votes)
{
    std::vector<std::uint32_t> people(votes.participants());
    std::iota(people.begin(), people.end(), 0U);
    const CentredVotes centred(votes, people);
    const auto rows = centred.rows();
    const auto columns = centred.columns();

    OpinionMap map;
    map.centre = centred.centre();
    map.people.assign(rows, {});
    for (auto& direction : map.axes.direction) direction.assign(columns, 0.0);
    const auto short_side = std::min(rows, columns);
    if (short_side >= 2) {
        const bool tall_and_narrow = columns <= 1000 && rows >= 10 * columns;
        const bool small = std::max(rows, columns) <= 500;
        if (tall_and_narrow || small || short_side < 3) {
            std::vector<std::uint64_t> hashes(columns);
            for (std::size_t at = 0; at < columns; ++at) hashes[at] = votes.statement_hash(at);
            map.axes = find_principal_axes(centred, hashes);
            place_people(map, centred, people);
        } else {
            draw_randomised(map, centred);
        }
    }
    place_statements(map, centred, votes);
    return map;
}

} // namespace moothall::decide::opinions
