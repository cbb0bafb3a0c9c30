#include "sense/theme_run_areas.hpp"

#include "sense/theme_store.hpp"
#include "sense/themes/labels.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace moothall::sense {

namespace {

// Areas are found above some fifty themes (themes/themes.cpp). Once they are there they stay a
// little longer, so that a theme more or less does not turn the page over and back.
constexpr std::size_t themes_min = 40;

} // namespace

AreasOutcome find_areas(const SettledThemes& settled, IdSource& ids, Id everyone, Time now)
{
    AreasOutcome outcome;
    const auto& [before, areas, found, theme_of_group, theme_of_text, texts, space] = settled;
    if (found.parents.empty() && found.themes.size() > themes_min) return outcome;

    auto area_of_parent = areas_of_parents(before, found);
    for (auto& area : area_of_parent)
        if (!area) area = ids.next(now);
    const auto parts = parts_after(before, found, theme_of_group, area_of_parent);
    for (const auto& [theme, part] : before.parts)
        if (!part.put_by && part.area && !parts.contains(theme)) outcome.parts.emplace(theme, Id{});
    const std::set<Id> filled(theme_of_text.begin(), theme_of_text.end());
    for (const auto& [theme, area] : parts) {
        const auto known = before.parts.find(theme);
        if (!filled.contains(theme)) continue; // people let nobody in: there is no such theme
        if (known == before.parts.end() || known->second.area != area)
            outcome.parts.emplace(theme, area);
    }

    std::vector<Id> order;
    std::unordered_map<Id, std::int32_t> place;
    std::vector<std::int32_t> place_of;
    for (const Id theme : theme_of_text) {
        const auto part = parts.find(theme);
        const auto said = before.parts.find(theme);
        const bool by_people = said != before.parts.end() && said->second.put_by;
        const auto area = part != parts.end() ? part->second : by_people ? said->second.area : Id{};
        if (!area) {
            place_of.push_back(no_theme);
            continue;
        }
        const auto [known, is_new] = place.emplace(area, static_cast<std::int32_t>(order.size()));
        if (is_new) order.push_back(area);
        place_of.push_back(known->second);
    }
    const auto labels =
        label_groups(texts, place_of, order.size(), space.points(), space.point_of());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& label = labels[i];
        const auto known = areas.find(order[i]);
        NamedTheme area;
        if (known != areas.end()) {
            area = known->second;
        } else {
            if (std::ranges::find(area_of_parent, order[i]) == area_of_parent.end())
                continue; // ended or merged
            area.id = order[i];
            area.lens = area_lens;
            area.circle = everyone;
            area.created = now;
        }
        if (!area.by_hand && !label.label.empty())
            area.title = clip(label.label, theme_title_characters_max);
        if (area.title.empty()) continue; // its texts say nothing that could be a name
        if (!area.by_hand || area.words.empty()) area.words = label.keywords;
        if (known == areas.end()) {
            area.changed = now;
            outcome.made.push_back(std::move(area));
        } else if (area.title != known->second.title || area.words != known->second.words) {
            area.changed = now;
            outcome.changed.push_back(std::move(area));
        }
    }
    for (const auto& [id, area] : areas) {
        if (area.by_hand || place.contains(id)) continue;
        auto ended = area;
        ended.ended = true;
        ended.changed = now;
        outcome.changed.push_back(std::move(ended));
    }
    return outcome;
}

void save_areas(store::Transaction& transaction, Id organisation, const AreasOutcome& outcome,
                const std::map<Id, NamedTheme>& as_read)
{
    for (const auto& area : outcome.made) insert_theme(transaction, organisation, area);
    for (const auto& area : outcome.changed) {
        const auto now_there = load_theme(transaction, organisation, area.id);
        if (now_there && now_there->changed == as_read.at(area.id).changed)
            update_theme(transaction, organisation, area);
    }
    for (const auto& [theme, area] : outcome.parts) {
        const auto now_there = find_part(transaction, organisation, theme);
        if (now_there && now_there->put_by) continue;
        put_part(transaction, organisation, theme,
                 area ? std::optional(PartOf{area, Id{}}) : std::nullopt);
    }
}

} // namespace moothall::sense
