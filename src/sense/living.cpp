#include "sense/living.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace moothall::sense {

namespace {

std::unordered_map<Id, std::int32_t> places_of(const std::vector<Standing>& themes)
{
    std::unordered_map<Id, std::int32_t> places;
    for (const auto& theme : themes)
        places.emplace(theme.theme, static_cast<std::int32_t>(places.size()));
    return places;
}

std::vector<std::int32_t> groups_before(const Before& before)
{
    const auto places = places_of(before.themes);
    std::vector<std::int32_t> groups;
    for (const Id theme : before.theme_of) {
        const auto place = places.find(theme);
        groups.push_back(place == places.end() ? no_theme : place->second);
    }
    return groups;
}

} // namespace

std::vector<Wish> wishes_of(const Before& before)
{
    std::vector<Wish> wishes;
    std::unordered_map<Id, std::uint32_t> first; // of those that people put into a theme
    std::unordered_map<Id, std::uint32_t> place;
    for (std::uint32_t i = 0; i < before.voices.size(); ++i) {
        place.emplace(before.voices[i], i);
        if (!before.put_by_people[i] || !before.theme_of[i]) continue;
        const auto [known, is_first] = first.emplace(before.theme_of[i], i);
        if (!is_first) wishes.push_back({Wish::Kind::together, known->second, i});
    }
    for (const auto& [voice, theme] : before.apart) {
        const auto which = place.find(voice);
        const auto other = first.find(theme);
        if (which != place.end() && other != first.end() && which->second != other->second)
            wishes.push_back({Wish::Kind::apart, which->second, other->second});
    }
    return wishes;
}

Themes previous_of(const Before& before, double resolution)
{
    Themes previous;
    previous.theme_of = groups_before(before);
    previous.resolution = resolution;
    for (const auto& theme : before.themes)
        previous.themes.push_back({static_cast<std::uint64_t>(theme.theme.value), 0, no_theme});
    // Ids of ours have 63 bits: those the engine makes are told apart by the 64th.
    previous.next_id = std::uint64_t{1} << 63U;
    return previous;
}

std::vector<Id> themes_of_groups(const Before& before, const Themes& found)
{
    const auto old_of = groups_before(before);
    const auto matches =
        matched_groups(old_of, before.themes.size(), found.theme_of, found.themes.size());
    std::vector<std::map<std::int32_t, std::size_t>> shared(found.themes.size());
    for (std::size_t i = 0; i < found.theme_of.size(); ++i)
        if (found.theme_of[i] != no_theme && old_of[i] != no_theme)
            ++shared[static_cast<std::size_t>(found.theme_of[i])][old_of[i]];
    std::vector<Id> themes(found.themes.size());
    for (std::size_t group = 0; group < themes.size(); ++group) {
        if (matches[group]) {
            themes[group] = before.themes[*matches[group]].theme;
            continue;
        }
        std::size_t all = 0;
        std::size_t most = 0;
        std::int32_t mostly = no_theme;
        for (const auto& [old, members] : shared[group]) {
            all += members;
            if (members > most) {
                most = members;
                mostly = old;
            }
        }
        if (mostly == no_theme || most * 2 <= all) continue;
        const auto& theme = before.themes[static_cast<std::size_t>(mostly)];
        // Most of the group, too: three old voices among a hundred new ones make no theme of it.
        if (theme.by_hand && most * 2 > found.themes[group].size) themes[group] = theme.theme;
    }
    return themes;
}

std::vector<Id> areas_of_parents(const Before& before, const Themes& found)
{
    const auto places = places_of(before.areas);
    std::vector<std::int32_t> old_of;
    std::vector<std::int32_t> new_of;
    for (std::size_t i = 0; i < before.voices.size(); ++i) {
        const auto part = before.parts.find(before.theme_of[i]);
        const auto place =
            part == before.parts.end() ? places.end() : places.find(part->second.area);
        old_of.push_back(place == places.end() ? no_theme : place->second);
        const auto group = found.theme_of[i];
        new_of.push_back(group == no_theme ? no_theme
                                           : found.themes[static_cast<std::size_t>(group)].parent);
    }
    std::vector<Id> areas;
    for (const auto& match :
         matched_groups(old_of, before.areas.size(), new_of, found.parents.size()))
        areas.push_back(match ? before.areas[*match].theme : Id{});
    return areas;
}

std::map<Id, Id> parts_after(const Before& before, const Themes& found,
                             const std::vector<Id>& theme_of_group,
                             const std::vector<Id>& area_of_parent)
{
    std::map<Id, Id> parts;
    for (std::size_t group = 0; group < found.themes.size(); ++group) { // the largest first
        const auto parent = found.themes[group].parent;
        const auto said = before.parts.find(theme_of_group[group]);
        if (parent == no_theme || (said != before.parts.end() && said->second.put_by)) continue;
        parts.emplace(theme_of_group[group], area_of_parent[static_cast<std::size_t>(parent)]);
    }
    return parts;
}

std::vector<Id> placed(const Before& before, const Themes& found,
                       const std::vector<Id>& theme_of_group, const Admits& admits)
{
    std::vector<Id> themes(before.voices.size());
    for (std::size_t i = 0; i < before.voices.size(); ++i) {
        if (before.put_by_people[i]) {
            themes[i] = before.theme_of[i];
            continue;
        }
        if (found.theme_of[i] == no_theme) continue;
        const auto theme = theme_of_group[static_cast<std::size_t>(found.theme_of[i])];
        if (before.apart.contains({before.voices[i], theme})) continue;
        if (!admits || admits(i, theme)) themes[i] = theme;
    }
    return themes;
}

} // namespace moothall::sense
