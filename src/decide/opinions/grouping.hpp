#pragma once

#include "decide/opinions/kmeans.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace moothall::decide::opinions {

struct GroupingSettings {
    std::size_t groups_max = 5;
    /// Smaller groups are never made: one person's opinion is not a group's, and to show it as one
    /// would show whose it is.
    std::size_t smallest = 2;
    std::uint64_t seed = 1;
    /// Up to so many people the silhouette is exact; beyond, it is that of a sample.
    std::size_t exact_people_max = 20'000;
    std::size_t sample_people = 10'000;
};

struct BestGrouping {
    Grouping grouping;
    double silhouette = 0;
    bool sampled = false; // the silhouette is that of a sample
};

/// The stable grouping: the best of many beginnings (see grouping.cpp). `points` must be in the
/// order of order_by_votes(): then nothing but how people voted has a say, nor have the signs of
/// the axes. Groups are numbered from the largest. None when there are not two groups to be had.
std::optional<BestGrouping> find_stable_grouping(std::span<const Point> points,
                                                 const GroupingSettings& settings);

/// red-dwarf's: k-means from the first points in x, for 2 to `groups_max` groups, the best
/// silhouette, fewer groups on a tie. Its groups may hold one person. `points` are in the order of
/// the ids. None where red-dwarf fails.
std::optional<BestGrouping> find_compatible_grouping(std::span<const Point> points,
                                                     std::size_t groups_max);

} // namespace moothall::decide::opinions
