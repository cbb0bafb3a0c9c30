#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace moothall::sense {

/// What people said about two texts: that they belong to one theme, or that they do not.
///
/// Every correction comes down to these. Merging two themes puts a text of each together with all
/// the others; moving a text puts it together with one of its new theme and apart from one of the
/// old; splitting a theme puts the parts together and one of each apart.
struct Wish {
    enum class Kind : std::uint8_t { together, apart };

    Kind kind;
    std::uint32_t left;
    std::uint32_t right;
};

/// Wishes made consistent.
struct SettledWishes {
    /// The node of each point: points that must be together share one. Nodes count from 0 in the
    /// order of their lowest points.
    std::vector<std::uint32_t> node_of;
    std::size_t nodes = 0;
    /// Nodes that must not share a theme.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;
    /// Wishes that contradict later ones, by their place in the list. A text and its copy cannot be
    /// kept apart either.
    std::vector<std::size_t> overruled;
};

/// Brings `wishes`, oldest first, into one shape; where they contradict each other the latest
/// holds. `point_of` names the point of each text. Nearly O(points + wishes²) for the apart ones.
SettledWishes settle(std::span<const Wish> wishes, std::span<const std::uint32_t> point_of,
                     std::size_t points);

} // namespace moothall::sense
