#pragma once

#include "sense/living.hpp"
#include "sense/themes/text_space.hpp"

#include <map>
#include <span>
#include <string_view>
#include <vector>

/// The table of contents of a run: which themes belong under one name.
namespace moothall::sense {

struct AreasOutcome {
    std::vector<NamedTheme> made;
    std::vector<NamedTheme> changed;
    std::map<Id, Id> parts; // theme and area, where that changed; no area: of none any more
};

/// What a run knows when its themes are settled.
struct SettledThemes {
    const Before& before;
    const std::map<Id, NamedTheme>& areas; // as they stand
    const Themes& found;
    const std::vector<Id>& theme_of_group;
    const std::vector<Id>& theme_of_text;
    std::span<const std::string_view> texts;
    const TextSpace& space;
};
AreasOutcome find_areas(const SettledThemes& settled, IdSource& ids, Id everyone, Time now);

/// Writes it, but for what people changed meanwhile.
void save_areas(store::Transaction& transaction, Id organisation, const AreasOutcome& outcome,
                const std::map<Id, NamedTheme>& as_read);

} // namespace moothall::sense
