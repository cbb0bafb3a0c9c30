// Looking themes up, with the figures of the viewer.

#include "base/words.hpp"
#include "people/people.hpp"
#include "sense/theme.hpp"
#include "sense/theme_area.hpp"
#include "sense/theme_figures.hpp"
#include "sense/theme_store.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

namespace moothall::sense {

namespace {

// More than anybody reads; a hall of a million voices has some five hundred.
constexpr int themes_max = 1000;

// What a trend compares.
constexpr std::int64_t weeks_late = 4;
constexpr std::int64_t weeks_early = 12;

constexpr std::array<std::pair<ThemeSort, std::string_view>, 6> sort_words{
    {{ThemeSort::people, "people"},
     {ThemeSort::rising, "rising"},
     {ThemeSort::pressing, "pressing"},
     {ThemeSort::circles, "circles"},
     {ThemeSort::newest, "newest"},
     {ThemeSort::paying, "paying"}}};

// ?1 organisation, ?2 viewer. What all see, and what her closed circles add.
constexpr store::SqlLiteral counts_seen = R"sql(
    n.org_id = ?1 AND (n.circle_id = 0 OR n.circle_id IN
        (SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)) )sql";
constexpr store::SqlLiteral count_columns = R"sql(
    n.theme_id, n.voices, n.people, n.circles, n.support, n.vital, n.important, n.first_us, n.last_us,
    n.weeks_from, n.weeks )sql";

ThemeFigures read_figures(const store::Row& row)
{
    ThemeFigures figures;
    figures.voices = row.integer(1);
    figures.people = row.integer(2);
    figures.circles = row.integer(3);
    figures.support = row.integer(4);
    figures.vital = row.integer(5);
    figures.important = row.integer(6);
    figures.first = row.time(7);
    figures.last = row.time(8);
    figures.weeks_from = row.integer(9);
    figures.weeks = read_weeks(row.text(10));
    return figures;
}

/// How pressing: what is vital to somebody counts twice what is important.
std::int64_t pressing(const ThemeFigures& figures)
{
    return 2 * figures.vital + figures.important;
}

} // namespace

std::optional<ThemeSort> theme_sort_of(std::string_view text)
{
    return value_of(sort_words, text);
}

std::string_view to_text(ThemeSort sort)
{
    return sort_words[static_cast<std::size_t>(sort)].second;
}

Pace pace_of(const ThemeFigures& figures, Time now)
{
    // Weeks are whole ones, so that a Monday morning is no fall.
    const auto end = week_of(now) + 1;
    Pace pace;
    for (std::size_t i = 0; i < figures.weeks.size(); ++i) {
        const auto week = figures.weeks_from + static_cast<std::int64_t>(i);
        if (week >= end - weeks_late && week < end) pace.late += figures.weeks[i];
        if (week >= end - weeks_late - weeks_early && week < end - weeks_late)
            pace.early += figures.weeks[i];
    }
    return pace;
}

double growth(const ThemeFigures& figures, Time now)
{
    // Half a voice is added to either side, so that one voice after none is not endless growth.
    const auto pace = pace_of(figures, now);
    return (static_cast<double>(pace.late) / weeks_late + 0.5) /
           (static_cast<double>(pace.early) / weeks_early + 0.5);
}

Result<NamedTheme> find_theme(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    auto theme = load_theme(transaction, viewer.organisation, id);
    if (!theme) return Refusal::not_found();
    if (const auto part = find_part(transaction, viewer.organisation, id)) theme->area = part->area;
    for (const auto& row :
         transaction.query(store::Sql("SELECT ") + count_columns + " FROM theme_count n WHERE " +
                               counts_seen + " AND n.theme_id = ?3 ORDER BY n.circle_id",
                           viewer.organisation, viewer.person, id))
        add_figures(theme->figures, read_figures(row));
    if (theme->is_area())
        theme->figures = find_themes_of_area(transaction, *theme, ThemeSort::newest, viewer, Time{})
                             .area.figures;
    return *std::move(theme);
}

std::vector<NamedTheme> list_themes(store::Transaction& transaction, std::string_view lens,
                                    ThemeSort sort, const Viewer& viewer, Time now)
{
    std::vector<NamedTheme> themes;
    std::unordered_map<Id, std::size_t> place;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
                 SELECT h.theme_id, t.title, t.circle_id, t.author_id, t.created_us, t.changed_us, h.words,
                     h.by_hand, h.typical_id, coalesce(p.area_id, 0)
                 FROM theme h CROSS JOIN thing t
                 LEFT JOIN theme_part p ON p.org_id = ?1 AND p.theme_id = h.theme_id
                 WHERE h.org_id = ?1 AND t.org_id = ?1 AND h.lens = ?3 AND h.merged_into = 0 AND h.ended_us = 0
                   AND t.thing_id = h.theme_id AND )sql") +
                               people::seen + " ORDER BY h.theme_id DESC LIMIT ?4",
                           viewer.organisation, viewer.person, lens, themes_max)) {
        auto theme = read_listed_theme(row);
        theme.lens = lens;
        theme.area = row.id(9);
        place.emplace(theme.id, themes.size());
        themes.push_back(std::move(theme));
    }
    for (const auto& row : transaction.query(store::Sql("SELECT ") + count_columns + R"sql(
             FROM theme h CROSS JOIN theme_count n
             WHERE h.org_id = ?1 AND h.lens = ?3 AND h.merged_into = 0 AND h.ended_us = 0
               AND n.theme_id = h.theme_id AND )sql" +
                                                 counts_seen + " ORDER BY n.theme_id, n.circle_id",
                                             viewer.organisation, viewer.person, lens))
        if (const auto found = place.find(row.id(0)); found != place.end())
            add_figures(themes[found->second].figures, read_figures(row));
    std::erase_if(themes, [](const NamedTheme& theme) {
        return theme.figures.voices == 0 && !theme.by_hand;
    });

    // Of equal ones the newest comes first.
    switch (sort) {
    case ThemeSort::people:
    case ThemeSort::paying:
        std::ranges::sort(themes, std::ranges::greater{}, [](const NamedTheme& theme) {
            return std::tuple(theme.figures.people, theme.figures.voices, theme.id);
        });
        break;
    case ThemeSort::rising:
        std::ranges::sort(themes, std::ranges::greater{}, [&](const NamedTheme& theme) {
            return std::tuple(growth(theme.figures, now), theme.id);
        });
        break;
    case ThemeSort::pressing:
        std::ranges::sort(themes, std::ranges::greater{}, [](const NamedTheme& theme) {
            return std::tuple(pressing(theme.figures), theme.figures.people, theme.id);
        });
        break;
    case ThemeSort::circles:
        std::ranges::sort(themes, std::ranges::greater{}, [](const NamedTheme& theme) {
            return std::tuple(theme.figures.circles, theme.figures.people, theme.id);
        });
        break;
    case ThemeSort::newest:
        std::ranges::sort(themes, std::ranges::greater{}, &NamedTheme::id);
        break;
    }
    return themes;
}

std::int64_t count_themes(store::Transaction& transaction, std::string_view lens,
                          const Viewer& viewer)
{
    auto rows = transaction.query(store::Sql(R"sql(
        SELECT count(*)
        FROM theme h CROSS JOIN theme_count n CROSS JOIN thing t
        WHERE h.org_id = ?1 AND n.org_id = ?1 AND t.org_id = ?1 AND h.lens = ?3 AND h.merged_into = 0
          AND h.ended_us = 0 AND n.theme_id = h.theme_id AND n.circle_id = 0 AND n.voices > 0
          AND t.thing_id = h.theme_id AND )sql") +
                                      people::seen,
                                  viewer.organisation, viewer.person, lens);
    rows.next();
    return rows->integer(0);
}

std::vector<ThemeOfVoice> find_themes_of(store::Transaction& transaction, Id voice,
                                         const Viewer& viewer)
{
    std::vector<ThemeOfVoice> themes;
    if (!people::find_seen(transaction, voice, viewer)) return themes;
    for (const auto& row : transaction.query(store::Sql(R"sql(
                 SELECT tv.theme_id, t.title, tv.lens, tv.put_by <> 0 FROM theme_voice tv CROSS JOIN thing t
                 WHERE tv.org_id = ?1 AND t.org_id = ?1 AND tv.voice_id = ?3 AND t.thing_id = tv.theme_id AND )sql") +
                                                 people::seen + " ORDER BY tv.lens DESC",
                                             viewer.organisation, viewer.person, voice))
        themes.push_back({row.id(0), row.string(1), row.string(2), row.truth(3)});
    return themes;
}

std::vector<Id> list_typical(store::Transaction& transaction, Id theme, const Viewer& viewer,
                             int limit)
{
    std::vector<Id> voices;
    for (const auto& row : transaction.query(
             store::Sql(R"sql(
                 SELECT tv.voice_id FROM theme_voice tv CROSS JOIN thing t
                 WHERE tv.org_id = ?1 AND t.org_id = ?1 AND tv.theme_id = ?3 AND t.thing_id = tv.voice_id
                   AND t.state = 'visible' AND )sql") +
                 people::seen + " ORDER BY tv.nearness DESC, tv.voice_id DESC LIMIT ?4",
             viewer.organisation, viewer.person, theme, limit))
        voices.push_back(row.id(0));
    return voices;
}

} // namespace moothall::sense
