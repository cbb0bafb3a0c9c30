#pragma once

#include "sense/near/points.hpp"
#include "sense/near/progress.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace moothall::sense {

struct Neighbour {
    std::uint32_t index;
    float similarity;

    bool operator==(const Neighbour&) const = default;
};

/// The nearest neighbours of each point, nearest first; of two as near, the lower index first.
class NeighbourLists {
public:
    explicit NeighbourLists(std::size_t neighbours_max) : neighbours_max_(neighbours_max) {}

    std::size_t size() const { return counts_.size(); }
    std::size_t neighbours_max() const { return neighbours_max_; }
    std::span<const Neighbour> of(std::size_t point) const
    {
        return {neighbours_.data() + point * neighbours_max_, counts_[point]};
    }

    void resize(std::size_t points);
    /// Above this similarity (or at it with a lower index) a point still gets into the list.
    float threshold(std::size_t point) const
    {
        return counts_[point] < neighbours_max_
                   ? -std::numeric_limits<float>::infinity()
                   : neighbours_[(point + 1) * neighbours_max_ - 1].similarity;
    }
    void offer(std::size_t point, Neighbour neighbour);

private:
    std::size_t neighbours_max_;
    std::vector<Neighbour> neighbours_;
    std::vector<std::uint32_t> counts_;
};

struct NeighbourSearch {
    std::size_t neighbours_max = 15;
    unsigned threads = 1;
    /// Up to so many points every pair is looked at; beyond, only pairs in near cells. Chosen by
    /// hand: at this many the whole takes some two seconds of one core with AVX-512.
    std::size_t exact_points_max = 40'000;
    /// How many cells are searched around each, its own included.
    std::size_t cells_searched = 32;
    Progress progress;
};

/// The neighbours of every point that says something; none for the others. Nothing when `progress`
/// said no. The same points give the same lists, whatever the number of threads.
///
/// Why not HNSW (Malkov and Yashunin, 2018; hnswlib): pairs of rows multiplied block by block keep
/// the processor's widest units busy and the cache warm, which walking a graph does not. With rows
/// of 192 bytes, looking at all pairs of 100,000 texts takes less time than building that graph, is
/// exact, and does not depend on the order in which threads come by. Beyond, the points are
/// divided into cells around some centres (as in inverted file indexes; Jégou, Douze and Schmid,
/// "Product quantization for nearest neighbor search", 2011, section IV), and only the cells that
/// the points of a cell have as their nearest are multiplied with it. Cost: O(points² · dimension)
/// at first, then O(points · cells_searched · points per cell · dimension).
std::optional<NeighbourLists> find_neighbours(const Points& points, const NeighbourSearch& search);

/// Extends `lists`, which covers the first points, by the rest of them: the new get their
/// neighbours and become neighbours of the old. Exact. O(new points · points · dimension).
void extend_neighbours(NeighbourLists& lists, const Points& points, unsigned threads);

} // namespace moothall::sense
