#pragma once

#include "decide/opinions/kmeans.hpp"

#include <span>
#include <vector>

namespace moothall::decide::opinions {

/// How well each grouping of the same points holds together, in [-1, 1].
///
/// A person's silhouette is (b - a) / max(a, b), where a is her mean distance to the others of her
/// group and b to the nearest other group; 0 in a group of one. The mean over all people is given
/// (P. J. Rousseeuw, "Silhouettes", Journal of Computational and Applied Mathematics 20, 1987).
/// Exact; O(people²) distances, taken once for all groupings. Not a number for one with fewer than
/// two groups, as scikit-learn has it.
std::vector<double> silhouettes(std::span<const Point> points,
                                std::span<const Grouping* const> groupings);

/// Moves whoever is nearer, on average, to the people of another group than to those of her own
/// over to them, as long as that raises the mean silhouette and leaves `smallest` behind; answers
/// the mean silhouette. k-means looks at centres only and so gives a wide group too little and a
/// tight one too much. Centres and inertia follow. O(people²) distances, then people for each move.
double settle(std::span<const Point> points, Grouping& grouping, std::size_t smallest);

/// The silhouette with distances to the groups' centres instead of their people: O(people ·
/// groups), and close enough to tell which groupings deserve the exact one.
double rough_silhouette(std::span<const Point> points, const Grouping& grouping);

} // namespace moothall::decide::opinions
