#include "sense/themes/leiden.hpp"

#include "base/invariant.hpp"
#include "sense/near/random.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace moothall::sense {

namespace {

using Pair = std::pair<std::uint32_t, std::uint32_t>;

constexpr std::uint32_t no_node = std::numeric_limits<std::uint32_t>::max();

// Below this share of a node's strength a gain is rounding, and following it could go on for ever.
constexpr double gain_min = 1e-9;

// For each node those that it must not share a group with.
class Foes {
public:
    Foes(std::size_t nodes, std::span<const Pair> apart)
    {
        if (apart.empty()) return;
        starts_.assign(nodes + 1, 0);
        for (const auto& [left, right] : apart) {
            ++starts_[left + 1];
            ++starts_[right + 1];
        }
        std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
        others_.resize(starts_.back());
        auto next = starts_;
        for (const auto& [left, right] : apart) {
            others_[next[left]++] = right;
            others_[next[right]++] = left;
        }
    }
    std::span<const std::uint32_t> of(std::uint32_t node) const
    {
        if (starts_.empty()) return {};
        return std::span(others_).subspan(starts_[node], starts_[node + 1] - starts_[node]);
    }

private:
    std::vector<std::size_t> starts_;
    std::vector<std::uint32_t> others_;
};

// The weight from one node to each group around it. Groups are named by numbers below the count of
// nodes, so a plain array is enough; only what was touched is cleared.
class WeightsAround {
public:
    explicit WeightsAround(std::size_t groups) : weight_(groups, 0) {}

    void add(std::uint32_t group, double weight)
    {
        if (weight_[group] == 0) reached_.push_back(group);
        weight_[group] += weight;
    }
    double to(std::uint32_t group) const { return weight_[group]; }
    const std::vector<std::uint32_t>& reached() const { return reached_; }
    void clear()
    {
        for (const auto group : reached_) weight_[group] = 0;
        reached_.clear();
    }

private:
    std::vector<double> weight_;
    std::vector<std::uint32_t> reached_;
};

class Search {
public:
    Search(const LeidenSettings& settings, Random& random) : settings_(settings), random_(random) {}

    bool stopped() const { return stopped_; }

    // Algorithm A.2, lines 14-27: visits nodes in a queue, moves each to where the gain is
    // greatest, and visits again only those whose neighbours moved away.
    void move_nodes(const Graph& graph, const Foes& foes, std::vector<std::uint32_t>& group_of)
    {
        const auto nodes = graph.nodes();
        const auto factor = settings_.resolution / graph.total_strength();
        std::vector<double> strength_of(nodes, 0);
        std::vector<std::uint32_t> size_of(nodes, 0);
        for (std::size_t node = 0; node < nodes; ++node) {
            strength_of[group_of[node]] += graph.strength(node);
            ++size_of[group_of[node]];
        }
        std::vector<std::uint32_t> empty;
        for (auto group = static_cast<std::uint32_t>(nodes); group-- > 0;)
            if (size_of[group] == 0) empty.push_back(group);

        auto queue = random_order(nodes);
        std::vector<bool> queued(nodes, true);
        std::size_t waiting = nodes;
        WeightsAround around(nodes);
        std::vector<std::uint32_t> closed; // groups of foes
        for (std::size_t head = 0; waiting > 0; head = head + 1 == nodes ? 0 : head + 1) {
            if (head % 4096 == 0 && asked_to_stop()) return;
            const auto node = queue[head];
            --waiting;
            queued[node] = false;
            const auto old_group = group_of[node];
            const auto strength = graph.strength(node);
            for (const auto& arc : graph.arcs(node))
                around.add(group_of[arc.to], static_cast<double>(arc.weight));
            closed.clear();
            for (const auto foe : foes.of(node)) closed.push_back(group_of[foe]);
            const auto is_closed = [&](std::uint32_t group) {
                return std::ranges::find(closed, group) != closed.end();
            };

            strength_of[old_group] -= strength;
            if (--size_of[old_group] == 0) empty.push_back(old_group);
            auto best_group = old_group;
            auto best_gain = is_closed(old_group) ? -std::numeric_limits<double>::infinity()
                                                  : around.to(old_group) -
                                                        factor * strength * strength_of[old_group];
            best_gain += gain_min * strength;
            if (best_gain < 0) {
                best_group = empty.back();
                best_gain = 0;
            }
            for (const auto group : around.reached()) {
                const auto gain = around.to(group) - factor * strength * strength_of[group];
                if (gain > best_gain && group != old_group && !is_closed(group)) {
                    best_group = group;
                    best_gain = gain;
                }
            }
            around.clear();

            strength_of[best_group] += strength;
            // An empty group is only ever taken from the end, where the one just left lies too.
            if (size_of[best_group]++ == 0) empty.pop_back();
            if (best_group == old_group) continue;
            group_of[node] = best_group;
            for (const auto& arc : graph.arcs(node)) {
                if (queued[arc.to] || group_of[arc.to] == best_group) continue;
                // The queue is a ring of as many places as nodes, and no node waits in it twice.
                queue[(head + 1 + waiting) % nodes] = arc.to;
                queued[arc.to] = true;
                ++waiting;
            }
        }
    }

    // Algorithm A.2, lines 28-49: within each group begins anew with every node by itself and
    // merges only what is well connected. The best merge is taken each time (theta towards 0 in
    // line 43): igraph, which draws lots there, reaches the same quality on our texts, and the
    // exponential function is not the same on every machine.
    std::vector<std::uint32_t> refine(const Graph& graph, std::span<const std::uint32_t> group_of)
    {
        const auto nodes = graph.nodes();
        const auto factor = settings_.resolution / graph.total_strength();
        std::vector<double> group_strength(nodes, 0);
        for (std::size_t node = 0; node < nodes; ++node)
            group_strength[group_of[node]] += graph.strength(node);

        std::vector<std::uint32_t> refined(nodes);
        std::iota(refined.begin(), refined.end(), 0U);
        std::vector<double> strength_of(nodes); // of the refined groups
        std::vector<double> outward(nodes, 0);  // from each to the rest of its whole group
        std::vector<bool> alone(nodes, true);
        for (std::size_t node = 0; node < nodes; ++node) {
            strength_of[node] = graph.strength(node);
            for (const auto& arc : graph.arcs(node))
                if (group_of[arc.to] == group_of[node])
                    outward[node] += static_cast<double>(arc.weight);
        }
        const auto is_well_connected = [&](std::uint32_t part, std::uint32_t group) {
            return outward[part] >=
                   factor * strength_of[part] * (group_strength[group] - strength_of[part]);
        };

        WeightsAround around(nodes);
        for (const auto node : random_order(nodes)) {
            const auto group = group_of[node];
            if (!alone[node] || !is_well_connected(node, group)) continue;
            for (const auto& arc : graph.arcs(node))
                if (group_of[arc.to] == group)
                    around.add(refined[arc.to], static_cast<double>(arc.weight));
            auto best = node;
            auto best_gain = 0.0;
            for (const auto part : around.reached()) {
                const auto gain =
                    around.to(part) - factor * graph.strength(node) * strength_of[part];
                if (gain > best_gain && is_well_connected(part, group)) {
                    best = part;
                    best_gain = gain;
                }
            }
            if (best != node) {
                alone[node] = alone[best] = false;
                refined[node] = best;
                // The part is named by one of its nodes, which is thereby not alone any more.
                outward[best] += outward[node] - 2 * around.to(best);
                strength_of[best] += graph.strength(node);
            }
            around.clear();
        }
        return refined;
    }

private:
    std::vector<std::uint32_t> random_order(std::size_t nodes)
    {
        std::vector<std::uint32_t> order(nodes);
        std::iota(order.begin(), order.end(), 0U);
        random_.shuffle(order);
        return order;
    }
    bool asked_to_stop()
    {
        if (settings_.go_on && !settings_.go_on()) stopped_ = true;
        return stopped_;
    }

    const LeidenSettings& settings_;
    Random& random_;
    bool stopped_ = false;
};

// Names groups 0, 1, … in the order in which they are met; returns how many there are.
std::size_t renumber(std::vector<std::uint32_t>& group_of)
{
    std::vector<std::uint32_t> names(group_of.size(), no_node);
    std::uint32_t next = 0;
    for (auto& group : group_of) {
        if (names[group] == no_node) names[group] = next++;
        group = names[group];
    }
    return next;
}

std::vector<Pair> pairs_between(std::span<const Pair> pairs,
                                const std::vector<std::uint32_t>& group_of)
{
    std::vector<Pair> result;
    for (const auto& [left, right] : pairs) result.emplace_back(group_of[left], group_of[right]);
    std::ranges::sort(result);
    const auto repeated = std::ranges::unique(result);
    result.erase(repeated.begin(), repeated.end());
    return result;
}

// One run over all levels, from `group_of` to a better grouping.
void run_once(const Graph& graph, const LeidenSettings& settings, Search& search,
              std::vector<std::uint32_t>& group_of)
{
    std::vector<std::uint32_t> place(graph.nodes()); // of each node in the present level's graph
    std::iota(place.begin(), place.end(), 0U);
    std::vector<Pair> apart(settings.apart.begin(), settings.apart.end());
    auto level_groups = group_of;
    Graph aggregate;
    const auto* level = &graph;
    while (true) {
        search.move_nodes(*level, Foes(level->nodes(), apart), level_groups);
        const auto groups = renumber(level_groups);
        for (std::size_t node = 0; node < place.size(); ++node)
            group_of[node] = level_groups[place[node]];
        if (groups == level->nodes() || search.stopped()) return;

        auto parts = search.refine(*level, level_groups);
        auto part_count = renumber(parts);
        if (part_count == level->nodes()) { // nothing merged: go up with the groups themselves
            parts = level_groups;
            part_count = groups;
        }
        std::vector<std::uint32_t> next_groups(part_count);
        for (std::size_t node = 0; node < parts.size(); ++node)
            next_groups[parts[node]] = level_groups[node];
        for (auto& at : place) at = parts[at];
        apart = pairs_between(apart, parts);
        aggregate = level->grouped(parts, part_count);
        level = &aggregate;
        level_groups = std::move(next_groups);
    }
}

} // namespace

std::optional<Grouping> leiden(const Graph& graph, const LeidenSettings& settings)
{
    const auto nodes = graph.nodes();
    std::vector<std::uint32_t> group_of(nodes);
    if (settings.start != nullptr) {
        invariant(settings.start->group_of.size() == nodes, "the start groups the same nodes");
        group_of = settings.start->group_of;
        // A group is named by one of the numbers of the nodes, so that there is always a free name.
        renumber(group_of);
    } else {
        std::iota(group_of.begin(), group_of.end(), 0U);
    }
    for (const auto& [left, right] : settings.apart)
        invariant(left < nodes && right < nodes && left != right,
                  "two different nodes are kept apart");
    if (!(graph.total_strength() > 0)) {
        std::iota(group_of.begin(), group_of.end(), 0U);
        return numbered_by_size(group_of);
    }

    Random random(settings.seed);
    Search search(settings, random);
    for (int round = 0; round < settings.rounds_max; ++round) {
        const auto before = group_of;
        run_once(graph, settings, search, group_of);
        if (search.stopped()) return std::nullopt;
        renumber(group_of);
        if (group_of == before) break;
    }
    return numbered_by_size(group_of);
}

double modularity(const Graph& graph, const Grouping& grouping, double resolution)
{
    const auto total = graph.total_strength();
    if (!(total > 0)) return 0;
    std::vector<double> strength(grouping.groups, 0);
    double within = 0; // both directions
    for (std::size_t node = 0; node < graph.nodes(); ++node) {
        const auto group = grouping.group_of[node];
        strength[group] += graph.strength(node);
        within += 2 * graph.inside(node);
        for (const auto& arc : graph.arcs(node))
            if (grouping.group_of[arc.to] == group) within += static_cast<double>(arc.weight);
    }
    double expected = 0;
    for (const auto value : strength) expected += value / total * (value / total);
    return within / total - resolution * expected;
}

Grouping numbered_by_size(std::span<const std::uint32_t> group_of)
{
    Grouping grouping{{group_of.begin(), group_of.end()}, 0};
    grouping.groups = renumber(grouping.group_of);
    std::vector<std::size_t> sizes(grouping.groups);
    for (const auto group : grouping.group_of) ++sizes[group];
    std::vector<std::uint32_t> order(grouping.groups);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](auto left, auto right) {
        return sizes[left] > sizes[right] || (sizes[left] == sizes[right] && left < right);
    });
    std::vector<std::uint32_t> names(grouping.groups);
    for (std::size_t i = 0; i < order.size(); ++i) names[order[i]] = static_cast<std::uint32_t>(i);
    for (auto& group : grouping.group_of) group = names[group];
    return grouping;
}

} // namespace moothall::sense
