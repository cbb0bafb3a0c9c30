#pragma once

#include "sense/themes/graph.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace moothall::sense {

/// Which group each node belongs to: groups count from 0 without gaps, the largest first (of the
/// same size: the one with the lowest node).
struct Grouping {
    std::vector<std::uint32_t> group_of;
    std::size_t groups = 0;
};

struct LeidenSettings {
    /// Above 1 finds more and smaller groups, below 1 fewer and larger ones.
    double resolution = 1;
    std::uint64_t seed = 1;
    /// How often the whole is run on its own result; it ends earlier when nothing changes.
    int rounds_max = 3;
    /// Where to begin instead of every node by itself.
    const Grouping* start = nullptr;
    /// Pairs of nodes that must never share a group.
    std::span<const std::pair<std::uint32_t, std::uint32_t>> apart;
    /// Asked now and then; ends the work early when it answers false.
    std::function<bool()> go_on;
};

/// Groups the nodes so that much more weight lies within groups than chance would put there.
///
/// The Leiden algorithm: V. A. Traag, L. Waltman and N. J. van Eck, "From Louvain to Leiden:
/// guaranteeing well-connected communities", Scientific Reports 9, 2019, 5233, algorithm A.2. What
/// is maximised is modularity with a resolution (Reichardt and Bornholdt, "Statistical mechanics of
/// community detection", 2006): for each group the weight within it, less the resolution times the
/// weight that would be there if the same strengths met by chance.
///
/// The same graph and settings give the same groups on every machine. Nothing when `go_on` said no.
/// About O(edges) for each of a handful of levels. Groups are connected, unless `start` was not.
std::optional<Grouping> leiden(const Graph& graph, const LeidenSettings& settings);

/// The quality that leiden() maximises, at most 1: modularity when `resolution` is 1.
double modularity(const Graph& graph, const Grouping& grouping, double resolution);

/// Names groups anew so that they count from 0 without gaps, the largest first.
Grouping numbered_by_size(std::span<const std::uint32_t> group_of);

} // namespace moothall::sense
