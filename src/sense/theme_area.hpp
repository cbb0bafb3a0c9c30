#pragma once

#include "sense/theme.hpp"

#include <map>
#include <optional>
#include <vector>

/// Areas: themes that gather others, their sub-themes, where there are more than anybody reads
/// down. The engine finds them; people name and merge them and say what is part of which.
namespace moothall::sense {

/// Where a theme stands in the table of contents.
struct PartOf {
    Id area;   // none: by itself
    Id put_by; // none: the engine
};
std::optional<PartOf> find_part(store::Transaction& transaction, Id organisation, Id theme);
/// Of all themes.
std::map<Id, PartOf> list_parts(store::Transaction& transaction, Id organisation);
/// The themes of an area, whoever looks.
std::vector<Id> list_parts_of(store::Transaction& transaction, Id organisation, Id area);
/// None: nobody says anything of it.
void put_part(store::Transaction& transaction, Id organisation, Id theme,
              const std::optional<PartOf>& part);

/// An area with those of its themes that were asked about. Its figures are theirs added up, but for
/// people and circles, who may speak in several.
struct ThemesOfArea {
    NamedTheme area; // without an id: of the themes that are part of none
    std::vector<NamedTheme> themes;
};
/// Themes of topic that the viewer sees, by area: areas come in the order of their first theme,
/// those by themselves last. An area of which the viewer sees no theme is not there for her.
std::vector<ThemesOfArea> gather_in_areas(store::Transaction& transaction, const Viewer& viewer,
                                          std::vector<NamedTheme> themes);
/// One area with the themes that the viewer sees.
ThemesOfArea find_themes_of_area(store::Transaction& transaction, const NamedTheme& area,
                                 ThemeSort sort, const Viewer& viewer, Time now);

} // namespace moothall::sense
