#pragma once

#include "sense/near/points.hpp"

#include <cstdint>
#include <vector>

namespace moothall::sense {

/// Points divided among centres: each belongs to the cell of the nearest centre.
///
/// Spherical k-means on a sample (Dhillon and Modha, "Concept decompositions for large sparse text
/// data using clustering", 2001) with starts taken evenly from the points, so without chance. Cells
/// only narrow down where to look: they need not mean anything, only be of like size and compact.
class Cells {
public:
    /// Divides `points` (those that say something) into about `cells` cells.
    Cells(const Points& points, std::size_t cells, unsigned threads);

    std::size_t size() const { return centres_.size(); }
    const Points& centres() const { return centres_; }
    /// The `count` nearest cells of a point, nearest first.
    std::vector<std::uint32_t> nearest(const Points& points, std::size_t index,
                                       std::size_t count) const;

private:
    Points centres_;
};

/// For each point in [first, last) its `count` nearest rows of `centres`, nearest first, one after
/// the other. A point that says nothing gets the first ones.
std::vector<std::uint32_t> nearest_centres(const Points& points, const Points& centres,
                                           std::size_t count, unsigned threads);

} // namespace moothall::sense
