#include "sense/themes/themes.hpp"

#include "base/invariant.hpp"
#include "sense/themes/resolution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace moothall::sense {

namespace {

// A theme of two is a coincidence.
constexpr std::size_t size_min = 3;
// Cosine to the nearest three below which a text is about something else; chosen by looking at the
// farthest texts of BANKING77 and HWU64 (about one in a thousand there).
constexpr float cosine_min = 0.31F;
constexpr std::size_t near_counted = 3;
// More themes than this need a table of contents.
constexpr std::size_t themes_without_parents_max = 50;

bool is_far(const NeighbourLists& lists, std::size_t point)
{
    const auto neighbours = lists.of(point);
    if (neighbours.empty()) return true;
    const auto counted = std::min(near_counted, neighbours.size());
    auto sum = 0.0F;
    for (std::size_t i = 0; i < counted; ++i) sum += neighbours[i].similarity;
    return sum < cosine_min * static_cast<float>(counted);
}

// The groups as they were, as a start for the nodes of now; what was in none begins alone.
Grouping start_from(const Themes& previous, const TextSpace& space,
                    const std::vector<std::uint32_t>& node_of, std::size_t nodes)
{
    constexpr auto nobody = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> group_of(nodes, nobody);
    std::vector<std::uint32_t> first_of(previous.themes.size(), nobody); // names groups by nodes
    for (std::size_t text = 0; text < previous.theme_of.size(); ++text) {
        const auto theme = previous.theme_of[text];
        const auto node = node_of[space.point_of()[text]];
        if (theme == no_theme || group_of[node] != nobody) continue;
        auto& first = first_of[static_cast<std::size_t>(theme)];
        if (first == nobody) first = node;
        group_of[node] = first;
    }
    for (std::uint32_t node = 0; node < nodes; ++node)
        if (group_of[node] == nobody) group_of[node] = node;
    return numbered_by_size(group_of);
}

std::optional<ResolvedGrouping> group(const TextSpace& space, const Graph& graph,
                                      const SettledWishes& wishes, const ThemeSettings& settings)
{
    if (settings.previous != nullptr && settings.rebuild == Rebuild::gently) {
        const auto start = start_from(*settings.previous, space, wishes.node_of, wishes.nodes);
        LeidenSettings leiden_settings;
        leiden_settings.resolution = settings.previous->resolution;
        leiden_settings.seed = settings.seed;
        leiden_settings.rounds_max = 1;
        leiden_settings.start = &start;
        leiden_settings.apart = wishes.apart;
        if (settings.progress)
            leiden_settings.go_on = [&] { return settings.progress("themes", 0) == Continue::yes; };
        auto grouping = leiden(graph, leiden_settings);
        if (!grouping) return std::nullopt;
        return ResolvedGrouping{std::move(*grouping), settings.previous->resolution};
    }
    ResolutionSearch search;
    search.seed = settings.seed;
    search.threads = settings.threads;
    search.apart = wishes.apart;
    search.progress = settings.progress;
    return group_at_best_resolution(graph, space.points(), wishes.node_of, search);
}

// Groups of themes, about 1.2 · √themes of them: few enough to read, each with enough in it.
Grouping parents_of(const Graph& theme_graph, std::uint64_t seed)
{
    const auto wanted = 1.2 * std::sqrt(static_cast<double>(theme_graph.nodes()));
    auto low = 0.05;
    auto high = 50.0;
    std::optional<Grouping> best;
    for (int step = 0; step < 10; ++step) {
        LeidenSettings settings;
        settings.resolution = std::sqrt(low * high);
        settings.seed = seed;
        auto found = *leiden(theme_graph, settings);
        const auto off = [&](const Grouping& grouping) {
            return std::abs(static_cast<double>(grouping.groups) - wanted);
        };
        (static_cast<double>(found.groups) > wanted ? high : low) = settings.resolution;
        if (!best || off(found) < off(*best)) best = std::move(found);
    }
    return *best;
}

void keep_ids(Themes& themes, const Themes& previous)
{
    themes.next_id = previous.next_id;
    const auto matches = matched_groups(previous.theme_of, previous.themes.size(), themes.theme_of,
                                        themes.themes.size());
    for (std::size_t i = 0; i < matches.size(); ++i)
        if (matches[i]) themes.themes[i].id = previous.themes[*matches[i]].id;

    const auto parent_by_text = [](const Themes& of) {
        std::vector<std::int32_t> parents;
        for (const auto theme : of.theme_of)
            parents.push_back(
                theme == no_theme ? no_theme : of.themes[static_cast<std::size_t>(theme)].parent);
        return parents;
    };
    const auto parent_matches = matched_groups(parent_by_text(previous), previous.parents.size(),
                                               parent_by_text(themes), themes.parents.size());
    for (std::size_t i = 0; i < parent_matches.size(); ++i)
        if (parent_matches[i]) themes.parents[i] = previous.parents[*parent_matches[i]];
}

} // namespace

std::size_t Themes::unassigned() const
{
    return static_cast<std::size_t>(std::ranges::count(theme_of, no_theme));
}

std::vector<std::vector<std::uint32_t>> Themes::members() const
{
    std::vector<std::vector<std::uint32_t>> result(themes.size());
    for (std::uint32_t text = 0; text < theme_of.size(); ++text)
        if (theme_of[text] != no_theme)
            result[static_cast<std::size_t>(theme_of[text])].push_back(text);
    return result;
}

std::optional<Themes> find_themes(const TextSpace& space, const ThemeSettings& settings)
{
    if (settings.previous != nullptr)
        invariant(settings.previous->theme_of.size() <= space.texts(),
                  "texts are only added to a space");
    const auto points = space.points().size();
    auto wishes = settle(settings.wishes, space.point_of(), points);
    const auto graph = graph_of(space.neighbours(), &space.words(), wishes.node_of, wishes.nodes,
                                settings.threads);
    auto found = group(space, graph, wishes, settings);
    if (!found) return std::nullopt;

    // Texts for each point, points for each node: copies and what people put together carry weight.
    std::vector<std::size_t> copies(points);
    for (const auto point : space.point_of()) ++copies[point];
    std::vector<std::size_t> node_points(wishes.nodes);
    for (const auto node : wishes.node_of) ++node_points[node];

    const auto& grouping = found->grouping;
    std::vector<std::size_t> sizes(grouping.groups);
    std::vector<bool> by_people(grouping.groups);
    std::vector<std::int32_t> group_of(points, no_theme);
    for (std::size_t point = 0; point < points; ++point) {
        const auto node = wishes.node_of[point];
        const auto in = grouping.group_of[node];
        if (space.points().says_nothing(point) && space.words().says_nothing(point)) continue;
        if (node_points[node] == 1 && copies[point] < size_min && is_far(space.neighbours(), point))
            continue;
        group_of[point] = static_cast<std::int32_t>(in);
        sizes[in] += copies[point];
        if (node_points[node] > 1) by_people[in] = true;
    }
    std::vector<std::uint32_t> order; // of the groups that become themes
    for (std::uint32_t in = 0; in < grouping.groups; ++in)
        if (sizes[in] >= size_min || (by_people[in] && sizes[in] > 1)) order.push_back(in);
    std::ranges::sort(order, [&](auto left, auto right) {
        return sizes[left] > sizes[right] || (sizes[left] == sizes[right] && left < right);
    });

    Themes themes;
    themes.resolution = found->resolution;
    themes.overruled = std::move(wishes.overruled);
    std::vector<std::int32_t> place_of(grouping.groups, no_theme);
    for (const auto in : order) {
        place_of[in] = static_cast<std::int32_t>(themes.themes.size());
        themes.themes.push_back({0, sizes[in], no_theme});
    }
    themes.theme_of.reserve(space.texts());
    for (const auto point : space.point_of())
        themes.theme_of.push_back(group_of[point] == no_theme
                                      ? no_theme
                                      : place_of[static_cast<std::size_t>(group_of[point])]);

    if (themes.themes.size() > themes_without_parents_max) {
        // The graph of themes; groups that are none become nodes without a say.
        const auto groups = graph.grouped(grouping.group_of, grouping.groups);
        std::vector<Edge> edges;
        for (std::size_t in = 0; in < groups.nodes(); ++in)
            for (const auto& arc : groups.arcs(in))
                if (arc.to > in && place_of[in] != no_theme && place_of[arc.to] != no_theme)
                    edges.push_back({static_cast<std::uint32_t>(place_of[in]),
                                     static_cast<std::uint32_t>(place_of[arc.to]),
                                     static_cast<double>(arc.weight)});
        const auto parents = parents_of(Graph(themes.themes.size(), edges), settings.seed);
        themes.parents.assign(parents.groups, 0);
        for (std::size_t i = 0; i < themes.themes.size(); ++i)
            themes.themes[i].parent = static_cast<std::int32_t>(parents.group_of[i]);
    }

    if (settings.previous != nullptr) keep_ids(themes, *settings.previous);
    for (auto& theme : themes.themes)
        if (theme.id == 0) theme.id = themes.next_id++;
    for (auto& parent : themes.parents)
        if (parent == 0) parent = themes.next_id++;
    return themes;
}

std::int32_t theme_by_neighbours(const TextSpace& space, const Themes& themes, std::size_t text)
{
    const auto point = space.point_of()[text];
    if (is_far(space.neighbours(), point)) return no_theme;
    // One text of each neighbouring point stands for it; the themes may not know all texts yet.
    std::map<std::uint32_t, float> weight_of_point;
    for (const auto& neighbour : space.neighbours().of(point))
        weight_of_point[neighbour.index] = neighbour.similarity * neighbour.similarity;
    weight_of_point[point] =
        static_cast<float>(space.neighbours().neighbours_max()); // a copy decides
    std::map<std::int32_t, float> votes;
    for (std::size_t other = 0; other < themes.theme_of.size(); ++other) {
        const auto at = weight_of_point.find(space.point_of()[other]);
        if (at == weight_of_point.end()) continue;
        votes[themes.theme_of[other]] += at->second;
        weight_of_point.erase(at);
    }
    auto best = no_theme;
    auto most = 0.0F;
    for (const auto& [theme, votes_for] : votes)
        if (votes_for > most) {
            best = theme;
            most = votes_for;
        }
    return best;
}

std::vector<std::optional<std::size_t>> matched_groups(std::span<const std::int32_t> old_of,
                                                       std::size_t old_groups,
                                                       std::span<const std::int32_t> new_of,
                                                       std::size_t new_groups)
{
    invariant(old_of.size() <= new_of.size(), "members are only added");
    std::vector<std::size_t> old_sizes(old_groups);
    std::vector<std::size_t> new_sizes(new_groups);
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> shared;
    for (std::size_t i = 0; i < old_of.size(); ++i) {
        if (old_of[i] >= 0) ++old_sizes[static_cast<std::size_t>(old_of[i])];
        if (new_of[i] >= 0) ++new_sizes[static_cast<std::size_t>(new_of[i])];
        if (old_of[i] >= 0 && new_of[i] >= 0)
            ++shared[{static_cast<std::size_t>(old_of[i]), static_cast<std::size_t>(new_of[i])}];
    }
    struct Overlap {
        std::size_t members;
        std::size_t old_group;
        std::size_t new_group;
    };
    std::vector<Overlap> overlaps;
    for (const auto& [groups, members] : shared)
        if (members * 2 >= std::min(old_sizes[groups.first], new_sizes[groups.second]))
            overlaps.push_back({members, groups.first, groups.second});
    std::ranges::sort(overlaps, [](const auto& left, const auto& right) {
        return std::tuple(right.members, left.old_group, left.new_group) <
               std::tuple(left.members, right.old_group, right.new_group);
    });
    std::vector<bool> used(old_groups);
    std::vector<std::optional<std::size_t>> match(new_groups);
    for (const auto& overlap : overlaps) {
        if (used[overlap.old_group] || match[overlap.new_group]) continue;
        used[overlap.old_group] = true;
        match[overlap.new_group] = overlap.old_group;
    }
    return match;
}

} // namespace moothall::sense
