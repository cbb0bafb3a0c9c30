#pragma once

#include "sense/near/progress.hpp"
#include "sense/themes/text_space.hpp"
#include "sense/themes/wishes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace moothall::sense {

/// Of a text that belongs nowhere.
inline constexpr std::int32_t no_theme = -1;

struct Theme {
    /// Kept over rebuilds for as long as most of the theme stays together.
    std::uint64_t id = 0;
    std::size_t size = 0;           // texts, copies counted
    std::int32_t parent = no_theme; // place in Themes::parents; none where there are no parents
};

/// What many texts mean together.
struct Themes {
    /// The theme of each text, by its place in `themes`, or no_theme.
    std::vector<std::int32_t> theme_of;
    std::vector<Theme> themes; // the largest first
    std::vector<std::uint64_t>
        parents;               // ids; empty up to some 50 themes, which need no table of contents
    double resolution = 1;     // that was found to suit the texts
    std::uint64_t next_id = 1; // ids are never used twice
    std::vector<std::size_t> overruled; // wishes that contradict later ones

    std::size_t unassigned() const;
    /// The texts of each theme, in order.
    std::vector<std::vector<std::uint32_t>> members() const;
};

/// What becomes of themes found before.
enum class Rebuild : std::uint8_t {
    afresh, // everything is grouped anew, at the resolution that suits now; themes keep their ids
    gently, // begins from the groups as they were and only moves what fits better elsewhere
};

struct ThemeSettings {
    std::uint64_t seed = 1;
    unsigned threads = 1;
    /// Oldest first, about texts by their place.
    std::span<const Wish> wishes;
    /// The themes of the first texts of the space, when there were any.
    const Themes* previous = nullptr;
    Rebuild rebuild = Rebuild::gently;
    Progress progress;
};

/// Finds the themes of all texts of a space. Nothing when `progress` said no.
///
/// The nearest neighbours make a graph, Leiden's algorithm groups it at the resolution that suits
/// (group_at_best_resolution); texts far from all others, and groups of fewer than three texts,
/// stay unassigned unless people put them together. The order of the texts changes nothing but the
/// order of members; a copy changes nothing but the size of its theme.
std::optional<Themes> find_themes(const TextSpace& space, const ThemeSettings& settings);

/// The theme that a text of the space would join, judged by its neighbours; used for one that was
/// added since the themes were found. no_theme when it is far from all of them.
std::int32_t theme_by_neighbours(const TextSpace& space, const Themes& themes, std::size_t text);

/// Which old group goes on in each new one, or none: those that share most members, each old one
/// once, and only when they share at least half of the smaller. `old_of` may be shorter: members
/// beyond it are new. Negative is no group.
std::vector<std::optional<std::size_t>> matched_groups(std::span<const std::int32_t> old_of,
                                                       std::size_t old_groups,
                                                       std::span<const std::int32_t> new_of,
                                                       std::size_t new_groups);

} // namespace moothall::sense
