#include "decide/opinions/small_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace moothall::decide::opinions {

Eigen eigen_of_symmetric(std::vector<double> matrix, std::size_t size)
{
    std::vector<double> vectors(size * size, 0.0);
    for (std::size_t i = 0; i < size; ++i) vectors[i * size + i] = 1;
    const auto entry = [&](std::size_t row, std::size_t column) -> double& {
        return matrix[row * size + column];
    };
    double norm = 0;
    for (const double value : matrix) norm += value * value;

    constexpr int sweeps_max = 60; // never met: convergence is quadratic
    for (int sweep = 0; sweep < sweeps_max; ++sweep) {
        double off_diagonal = 0;
        for (std::size_t p = 0; p < size; ++p)
            for (std::size_t q = p + 1; q < size; ++q) off_diagonal += entry(p, q) * entry(p, q);
        if (off_diagonal <= 1e-34 * norm) break;
        for (std::size_t p = 0; p < size; ++p)
            for (std::size_t q = p + 1; q < size; ++q) {
                if (entry(p, q) == 0) continue;
                const double theta = (entry(q, q) - entry(p, p)) / (2 * entry(p, q));
                const double tangent =
                    (theta >= 0 ? 1.0 : -1.0) / (std::abs(theta) + std::hypot(theta, 1.0));
                const double cosine = 1 / std::hypot(tangent, 1.0);
                const double sine = tangent * cosine;
                for (std::size_t i = 0; i < size; ++i) {
                    const double at_p = entry(i, p);
                    const double at_q = entry(i, q);
                    entry(i, p) = cosine * at_p - sine * at_q;
                    entry(i, q) = sine * at_p + cosine * at_q;
                }
                for (std::size_t i = 0; i < size; ++i) {
                    const double at_p = entry(p, i);
                    const double at_q = entry(q, i);
                    entry(p, i) = cosine * at_p - sine * at_q;
                    entry(q, i) = sine * at_p + cosine * at_q;
                }
                for (std::size_t i = 0; i < size; ++i) {
                    double& of_p = vectors[p * size + i];
                    double& of_q = vectors[q * size + i];
                    const double at_p = of_p;
                    of_p = cosine * at_p - sine * of_q;
                    of_q = sine * at_p + cosine * of_q;
                }
            }
    }

    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return entry(a, a) != entry(b, b) ? entry(a, a) > entry(b, b) : a < b;
    });
    Eigen eigen;
    eigen.vectors.reserve(size * size);
    for (const auto at : order) {
        eigen.values.push_back(entry(at, at));
        for (std::size_t i = 0; i < size; ++i) eigen.vectors.push_back(vectors[at * size + i]);
    }
    return eigen;
}

double dot(std::span<const double> a, std::span<const double> b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

bool orthonormalise(std::vector<double>& vector, std::span<const std::vector<double>> basis)
{
    const double before = std::sqrt(dot(vector, vector));
    for (int pass = 0; pass < 2; ++pass)
        for (const auto& other : basis) {
            const double along = dot(vector, other);
            for (std::size_t i = 0; i < vector.size(); ++i) vector[i] -= along * other[i];
        }
    const double left = std::sqrt(dot(vector, vector));
    if (left <= 1e-13 * before || left == 0) {
        std::fill(vector.begin(), vector.end(), 0.0);
        return false;
    }
    for (double& element : vector) element /= left;
    return true;
}

} // namespace moothall::decide::opinions
