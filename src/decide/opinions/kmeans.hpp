#pragma once

#include "decide/opinions/opinion_map.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace moothall::decide::opinions {

/// People on the map put into groups.
struct Grouping {
    std::vector<std::uint8_t> group; // of each point
    std::vector<Point> centres;
    double inertia = 0; // sum of squared distances to the own centre
};

std::vector<std::size_t> group_sizes(const Grouping& grouping);

/// Lloyd's k-means from `centres`, as scikit-learn runs it: at most 300 rounds, until no label
/// changes or the centres move less than 1e-4 times the mean variance; a centre that lost all its
/// people starts anew at the person who is farthest from hers. O(rounds · people · groups).
Grouping run_kmeans(std::span<const Point> points, std::vector<Point> centres);

/// The first `count` different points by x, then y, after mirroring: how Polis and red-dwarf begin.
/// None when there are fewer.
enum class Mirror : std::uint8_t { none, x, y, both };
std::optional<std::vector<Point>> first_points(std::span<const Point> points, std::size_t count,
                                               Mirror mirror = Mirror::none);

/// k-means++ (D. Arthur and S. Vassilvitskii, SODA 2007): each next start is drawn with a chance
/// that grows with the square of its distance to those before. Depends on the points in their
/// order and on the seed.
std::optional<std::vector<Point>> spread_points(std::span<const Point> points, std::size_t count,
                                                std::uint64_t seed);

/// Each point to its nearest centre.
void assign_to_nearest(std::span<const Point> points, Grouping& grouping);

/// Puts the centres into the middle of their people and sums up the inertia.
void centre_groups(std::span<const Point> points, Grouping& grouping);

/// Puts the people of groups smaller than `smallest` into the nearest of the others, until none is
/// left that small.
void dissolve_small_groups(std::span<const Point> points, Grouping& grouping, std::size_t smallest);

} // namespace moothall::decide::opinions
