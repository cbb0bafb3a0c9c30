#include "decide/opinions/principal_axes.hpp"

#include "decide/opinions/small_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

/// Principal components of sparse votes.
///
/// Wanted are the two leading eigenvectors of C = Zᵀ Z, where Z are the centred votes. C is never
/// made: it has statements² entries and takes votes² operations a person, while C v costs two
/// passes over the votes. We span a block Krylov space {Q, CQ, C²Q, …} with four vectors, take the
/// best approximations in it (Rayleigh-Ritz), and start again from these until their residual is
/// rounding error: a restarted block Lanczos method (G. H. Golub and R. Underwood, "The block
/// Lanczos method for computing eigenvalues", Mathematical Software III, 1977; Golub and Van Loan,
/// "Matrix Computations", 4th edition, section 10.3.6). Four vectors and not two, because what
/// decides how fast it converges is then the gap to the fifth eigenvalue, and because an axis
/// shared by two equal eigenvalues does not stop it. The basis is kept orthogonal to rounding
/// error, so none of Lanczos' ghosts appear.
///
/// Cost: 8 passes over the votes a round; two or three rounds for real conversations (100,000
/// people with 2.9 million votes: 0.2 s), one when votes changed little since the last time. Known
/// limit: two equal leading eigenvalues leave the direction of the axes undetermined; what comes
/// out is then still the same for the same votes.
namespace moothall::decide::opinions {

namespace {

constexpr std::size_t width = 4;
constexpr std::size_t depth = 8;             // powers of C in one round
constexpr std::size_t axis_rounds_max = 200; // enough for a gap of 0.01 %

using Vectors = std::vector<std::vector<double>>;

/// SplitMix64, from a statement's hash and the number of the vector, in [-1, 1).
double start_value(std::uint64_t hash, std::size_t vector)
{
    auto z = hash + (vector + 1) * 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    return static_cast<double>(z >> 11) * 0x1p-52 - 1;
}

Vectors first_block(std::size_t columns, std::span<const std::uint64_t> hashes,
                    const PrincipalAxes& before)
{
    Vectors block(width, std::vector<double>(columns));
    for (std::size_t w = 0; w < width; ++w)
        for (std::size_t column = 0; column < columns; ++column) {
            // A statement that is new since then starts with a little of everything.
            const bool known = (column + 1) * width <= before.block.size();
            block[w][column] =
                known ? before.block[column * width + w]
                      : start_value(hashes[column], w) * (before.block.empty() ? 1.0 : 1e-3);
        }
    return block;
}

struct Krylov {
    Vectors basis;  // orthonormal
    Vectors images; // C times each
};

/// Spans Q, CQ, … C^depth Q, as far as these have anything new.
Krylov span_krylov(const CentredVotes& votes, Vectors block)
{
    Krylov krylov;
    const auto columns = votes.columns();
    std::vector<double> in(columns * width);
    std::vector<double> out(columns * width);
    for (std::size_t power = 0; power < depth; ++power) {
        const auto known = krylov.basis.size();
        for (auto& vector : block)
            if (orthonormalise(vector, krylov.basis)) krylov.basis.push_back(vector);
        const auto fresh = krylov.basis.size() - known;
        if (fresh == 0) break; // the space is closed: what it holds is exact
        std::fill(in.begin(), in.end(), 0.0);
        for (std::size_t w = 0; w < fresh; ++w)
            for (std::size_t column = 0; column < columns; ++column)
                in[column * width + w] = krylov.basis[known + w][column];
        votes.multiply_both<width>(in, out);
        block.assign(fresh, std::vector<double>(columns));
        for (std::size_t w = 0; w < fresh; ++w)
            for (std::size_t column = 0; column < columns; ++column)
                block[w][column] = out[column * width + w];
        krylov.images.insert(krylov.images.end(), block.begin(), block.end());
    }
    return krylov;
}

std::vector<double> combine(const Vectors& vectors, std::span<const double> weights)
{
    std::vector<double> sum(vectors.front().size(), 0.0);
    for (std::size_t v = 0; v < vectors.size(); ++v)
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weights[v] * vectors[v][i];
    return sum;
}

} // namespace

bool turn_to_positive(std::vector<double>& direction)
{
    const auto largest =
        std::max_element(direction.begin(), direction.end(),
                         [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (largest == direction.end() || *largest >= 0) return false;
    for (double& loading : direction) loading = -loading;
    return true;
}

PrincipalAxes find_principal_axes(const CentredVotes& votes,
                                  std::span<const std::uint64_t> statement_hashes,
                                  const PrincipalAxes& before)
{
    const auto columns = votes.columns();
    PrincipalAxes axes;
    for (auto& direction : axes.direction) direction.assign(columns, 0.0);
    auto block = first_block(columns, statement_hashes, before);

    for (std::size_t round = 0; round < axis_rounds_max; ++round) {
        const auto krylov = span_krylov(votes, std::exchange(block, {}));
        const auto size = krylov.basis.size();
        if (size == 0) break; // nobody differs from anybody

        std::vector<double> small(size * size);
        for (std::size_t row = 0; row < size; ++row)
            for (std::size_t column = row; column < size; ++column)
                small[row * size + column] = small[column * size + row] =
                    dot(krylov.basis[row], krylov.images[column]);
        const auto eigen = eigen_of_symmetric(std::move(small), size);
        const double strongest = std::max(eigen.values.front(), 0.0);

        block.clear();
        double residual = 0;
        for (std::size_t at = 0; at < std::min(size, width); ++at) {
            const auto weights = std::span(eigen.vectors).subspan(at * size, size);
            block.push_back(combine(krylov.basis, weights));
            if (at >= axes.direction.size()) continue;
            const auto image = combine(krylov.images, weights);
            double squares = 0;
            for (std::size_t i = 0; i < columns; ++i) {
                const double off = image[i] - eigen.values[at] * block[at][i];
                squares += off * off;
            }
            residual = std::max(residual, std::sqrt(squares));
            // An axis along which nobody stands apart is rounding error with a direction.
            const bool real = eigen.values[at] > 1e-13 * strongest;
            axes.strength[at] = real ? eigen.values[at] : 0;
            axes.direction[at] = real ? block[at] : std::vector<double>(columns, 0.0);
        }
        // The error of an axis is the residual over its gap to the next eigenvalue: at 1e-12 a gap
        // of a millionth still leaves six digits.
        if (strongest == 0 || residual <= 1e-12 * strongest) break;
    }

    axes.block.assign(columns * width, 0.0);
    for (std::size_t w = 0; w < block.size(); ++w)
        for (std::size_t column = 0; column < columns; ++column)
            axes.block[column * width + w] = block[w][column];
    for (auto& direction : axes.direction) turn_to_positive(direction);
    return axes;
}

} // namespace moothall::decide::opinions
