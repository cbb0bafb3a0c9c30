#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace moothall::decide::opinions {

/// The eigenvalues of a small symmetric matrix, falling, and their unit eigenvectors.
struct Eigen {
    std::vector<double> values;
    std::vector<double> vectors; // vector number v has its element i at [v * size + i]
};

/// Jacobi's cyclic method (Golub and Van Loan, "Matrix Computations", 4th edition, section 8.5):
/// slower than others and as exact as doubles allow, also for small eigenvalues. O(size³) a sweep,
/// some 8 sweeps; meant for sizes up to 50. `matrix` is row by row.
Eigen eigen_of_symmetric(std::vector<double> matrix, std::size_t size);

double dot(std::span<const double> a, std::span<const double> b);

/// Takes the parts along the (orthonormal) `basis` out of `vector`, twice, because once leaves
/// rounding errors behind (Golub and Van Loan, section 5.2), and makes its length 1. False, and
/// the vector 0, when less than a rounding error of it is left.
bool orthonormalise(std::vector<double>& vector, std::span<const std::vector<double>> basis);

} // namespace moothall::decide::opinions
