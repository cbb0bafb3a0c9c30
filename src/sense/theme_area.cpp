#include "sense/theme_area.hpp"

#include "people/people.hpp"
#include "sense/theme_figures.hpp"
#include "sense/theme_store.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::sense {

namespace {

std::map<Id, NamedTheme> list_areas(store::Transaction& transaction, const Viewer& viewer)
{
    std::map<Id, NamedTheme> areas;
    for (const auto& row : transaction.query(store::Sql(R"sql(
                 SELECT h.theme_id, t.title, t.circle_id, t.author_id, t.created_us, t.changed_us, h.words,
                     h.by_hand, h.typical_id
                 FROM theme h CROSS JOIN thing t
                 WHERE h.org_id = ?1 AND t.org_id = ?1 AND h.lens = 'area' AND h.merged_into = 0
                   AND h.ended_us = 0 AND t.thing_id = h.theme_id AND )sql") +
                                                 people::seen,
                                             viewer.organisation, viewer.person)) {
        auto area = read_listed_theme(row);
        area.lens = area_lens;
        areas.emplace(area.id, std::move(area));
    }
    return areas;
}

/// Who speaks in two themes is one: people and circles are not added up.
void add_theme(ThemesOfArea& to, NamedTheme theme)
{
    auto figures = theme.figures;
    figures.people = 0;
    figures.circles = 0;
    add_figures(to.area.figures, figures);
    to.themes.push_back(std::move(theme));
}

} // namespace

std::optional<PartOf> find_part(store::Transaction& transaction, Id organisation, Id theme)
{
    auto rows = transaction.query(
        "SELECT area_id, put_by FROM theme_part WHERE org_id = ?1 AND theme_id = ?2", organisation,
        theme);
    if (!rows.next()) return {};
    return PartOf{rows->id(0), rows->id(1)};
}

std::map<Id, PartOf> list_parts(store::Transaction& transaction, Id organisation)
{
    std::map<Id, PartOf> parts;
    for (const auto& row : transaction.query(
             "SELECT theme_id, area_id, put_by FROM theme_part WHERE org_id = ?1", organisation))
        parts.emplace(row.id(0), PartOf{row.id(1), row.id(2)});
    return parts;
}

std::vector<Id> list_parts_of(store::Transaction& transaction, Id organisation, Id area)
{
    std::vector<Id> themes;
    for (const auto& row : transaction.query(R"sql(
             SELECT theme_id FROM theme_part WHERE org_id = ?1 AND area_id = ?2 ORDER BY theme_id )sql",
                                             organisation, area))
        themes.push_back(row.id(0));
    return themes;
}

void put_part(store::Transaction& transaction, Id organisation, Id theme,
              const std::optional<PartOf>& part)
{
    if (!part) {
        transaction.execute("DELETE FROM theme_part WHERE org_id = ?1 AND theme_id = ?2",
                            organisation, theme);
        return;
    }
    transaction.execute(R"sql(
        INSERT INTO theme_part (org_id, theme_id, area_id, put_by) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (org_id, theme_id) DO UPDATE
        SET area_id = excluded.area_id, put_by = excluded.put_by )sql",
                        organisation, theme, part->area, part->put_by);
}

std::vector<ThemesOfArea> gather_in_areas(store::Transaction& transaction, const Viewer& viewer,
                                          std::vector<NamedTheme> themes)
{
    auto areas = list_areas(transaction, viewer);
    std::vector<ThemesOfArea> gathered;
    ThemesOfArea others;
    std::unordered_map<Id, std::size_t> place;
    const auto parts =
        areas.empty() ? std::map<Id, PartOf>() : list_parts(transaction, viewer.organisation);
    for (auto& theme : themes) {
        const auto part = parts.find(theme.id);
        const auto area = part == parts.end() ? areas.end() : areas.find(part->second.area);
        if (area == areas.end()) {
            add_theme(others, std::move(theme));
            continue;
        }
        const auto [at, is_first] = place.emplace(area->first, gathered.size());
        if (is_first) gathered.push_back({area->second, {}});
        add_theme(gathered[at->second], std::move(theme));
    }
    if (!others.themes.empty()) gathered.push_back(std::move(others));
    return gathered;
}

ThemesOfArea find_themes_of_area(store::Transaction& transaction, const NamedTheme& area,
                                 ThemeSort sort, const Viewer& viewer, Time now)
{
    const auto parts = list_parts_of(transaction, viewer.organisation, area.id);
    ThemesOfArea gathered{area, {}};
    gathered.area.figures = {};
    for (auto& theme : list_themes(transaction, "topic", sort, viewer, now))
        if (std::ranges::binary_search(parts, theme.id)) add_theme(gathered, std::move(theme));
    return gathered;
}

} // namespace moothall::sense
