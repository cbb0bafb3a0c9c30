#pragma once

#include "sense/theme_area.hpp"
#include "sense/theme_store.hpp"
#include "sense/themes/themes.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

/// What the engine found, brought together with what people said. Pure: no rows, no clock.
namespace moothall::sense {

/// A theme as it stands before a run.
struct Standing {
    Id theme;
    bool by_hand = false;
};

/// What is known of the voices of a run, by their place.
struct Before {
    std::vector<Id> voices;
    std::vector<Id> theme_of; // none: in no theme
    std::vector<bool> put_by_people;
    std::set<std::pair<Id, Id>> apart; // voice and theme
    std::vector<Standing> themes;
    std::vector<Standing> areas;
    std::map<Id, PartOf> parts;
};

/// Wishes of the engine: voices that people put into one theme belong together, and a voice that
/// they took out apart from those.
std::vector<Wish> wishes_of(const Before& before);

/// The groups as they were, for the engine to begin from.
Themes previous_of(const Before& before, double resolution);

/// Which theme each group goes on in; none: a new one. Each old theme goes on in the group that
/// shares most with it (matched_groups), and further groups whose voices were mostly in one theme
/// that people made, named or merged go on in it too: what people put together the engine does not
/// tear apart.
std::vector<Id> themes_of_groups(const Before& before, const Themes& found);

/// The theme of each voice after the run: what people put stays, what they took out stays out.
/// `theme_of_group` names new themes too; `admits` may keep the voice at a place out of a theme.
using Admits = std::function<bool(std::size_t place, Id theme)>;
std::vector<Id> placed(const Before& before, const Themes& found,
                       const std::vector<Id>& theme_of_group, const Admits& admits = {});

/// Which area each parent goes on in; none: a new one.
std::vector<Id> areas_of_parents(const Before& before, const Themes& found);

/// Of which area each theme is a part after the run, where the engine has a say: what people said
/// stays. `area_of_parent` names new areas too.
std::map<Id, Id> parts_after(const Before& before, const Themes& found,
                             const std::vector<Id>& theme_of_group,
                             const std::vector<Id>& area_of_parent);

} // namespace moothall::sense
