#include "sense/themes/graph.hpp"

#include "base/invariant.hpp"
#include "sense/near/threads.hpp"

#include <algorithm>
#include <numeric>

namespace moothall::sense {

namespace {

// Sorts the arcs of one node by their ends and adds up those to the same end; returns how many
// remain.
std::size_t merge_arcs(std::span<Graph::Arc> arcs)
{
    std::ranges::sort(arcs, [](const auto& left, const auto& right) {
        return left.to < right.to || (left.to == right.to && left.weight < right.weight);
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < arcs.size();) {
        const auto to = arcs[i].to;
        double weight = 0;
        for (; i < arcs.size() && arcs[i].to == to; ++i)
            weight += static_cast<double>(arcs[i].weight);
        arcs[kept++] = {to, static_cast<float>(weight)};
    }
    return kept;
}

} // namespace

Graph::Graph(std::size_t nodes, std::span<const Edge> edges) : starts_(nodes + 1)
{
    std::vector<double> inside(nodes);
    for (const auto& edge : edges) {
        invariant(edge.from < nodes && edge.to < nodes, "an edge joins nodes of its graph");
        invariant(edge.weight >= 0, "an edge weighs nothing or more");
        if (edge.from == edge.to) {
            inside[edge.from] += edge.weight;
        } else {
            ++starts_[edge.from + 1];
            ++starts_[edge.to + 1];
        }
    }
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    arcs_.resize(starts_.back());
    auto next = starts_;
    for (const auto& edge : edges) {
        if (edge.from == edge.to) continue;
        arcs_[next[edge.from]++] = {edge.to, static_cast<float>(edge.weight)};
        arcs_[next[edge.to]++] = {edge.from, static_cast<float>(edge.weight)};
    }
    finish(std::move(inside));
}

void Graph::finish(std::vector<double> inside)
{
    std::size_t kept = 0;
    for (std::size_t node = 0; node < nodes(); ++node) {
        const auto first = starts_[node];
        const auto count = merge_arcs(std::span(arcs_).subspan(first, starts_[node + 1] - first));
        std::copy_n(arcs_.begin() + static_cast<std::ptrdiff_t>(first), count,
                    arcs_.begin() + static_cast<std::ptrdiff_t>(kept));
        starts_[node] = kept;
        kept += count;
    }
    starts_.back() = kept;
    arcs_.resize(kept);
    inside_ = std::move(inside);
    strengths_.assign(nodes(), 0);
    total_strength_ = 0;
    for (std::size_t node = 0; node < nodes(); ++node) {
        auto strength = 2 * inside_[node];
        for (const auto& arc : arcs(node)) strength += static_cast<double>(arc.weight);
        strengths_[node] = strength;
        total_strength_ += strength;
    }
}

Graph Graph::grouped(std::span<const std::uint32_t> group_of, std::size_t groups) const
{
    invariant(group_of.size() == nodes(), "every node belongs to a group");
    // The members of each group, so that its arcs are gathered in one place.
    std::vector<std::size_t> member_starts(groups + 1);
    for (const auto group : group_of) ++member_starts[group + 1];
    std::partial_sum(member_starts.begin(), member_starts.end(), member_starts.begin());
    std::vector<std::uint32_t> members(nodes());
    auto next = member_starts;
    for (std::size_t node = 0; node < nodes(); ++node)
        members[next[group_of[node]]++] = static_cast<std::uint32_t>(node);

    Graph result;
    result.starts_.assign(1, 0);
    result.inside_.assign(groups, 0);
    std::vector<double> weight_to(groups);
    std::vector<std::uint32_t> reached;
    for (std::size_t group = 0; group < groups; ++group) {
        auto& inside = result.inside_[group];
        for (auto m = member_starts[group]; m < member_starts[group + 1]; ++m) {
            const auto node = members[m];
            inside += inside_[node];
            for (const auto& arc : arcs(node)) {
                const auto other = group_of[arc.to];
                if (other == group) {
                    inside += static_cast<double>(arc.weight) / 2; // met from both ends
                    continue;
                }
                if (weight_to[other] == 0) reached.push_back(other);
                weight_to[other] += static_cast<double>(arc.weight);
            }
        }
        std::ranges::sort(reached);
        for (const auto other : reached) {
            if (weight_to[other] > 0)
                result.arcs_.push_back({other, static_cast<float>(weight_to[other])});
            weight_to[other] = 0;
        }
        reached.clear();
        result.starts_.push_back(result.arcs_.size());
    }
    result.strengths_.assign(groups, 0);
    for (std::size_t node = 0; node < nodes(); ++node)
        result.strengths_[group_of[node]] += strengths_[node];
    result.total_strength_ = total_strength_;
    return result;
}

Graph graph_of(const NeighbourLists& lists, const WordVectors* words,
               const std::vector<std::uint32_t>& node_of, std::size_t nodes, unsigned threads)
{
    invariant(node_of.size() == lists.size(), "every point belongs to a node");
    constexpr auto word_share = 0.8F;
    constexpr std::size_t points_per_batch = 1024;
    // The weight of each entry of each list; 0 where there is no edge or the other end draws it.
    std::vector<float> weights(lists.size() * lists.neighbours_max());
    const auto weigh = [&](std::uint32_t point) {
        auto* weight = weights.data() + point * lists.neighbours_max();
        for (const auto& neighbour : lists.of(point)) {
            auto& here = *weight++;
            const auto mutual = std::ranges::any_of(
                lists.of(neighbour.index), [&](const auto& entry) { return entry.index == point; });
            if (mutual && neighbour.index < point) continue;
            auto near = neighbour.similarity;
            if (words != nullptr)
                near = (near + word_share * words->similarity(point, neighbour.index)) /
                       (1 + word_share);
            if (near <= 0) continue;
            const auto sum = near * (mutual ? 2.0F : 1.0F);
            here = sum * sum;
        }
    };
    for_each_index((lists.size() + points_per_batch - 1) / points_per_batch, threads,
                   [&](std::size_t batch) {
                       const auto last = std::min(lists.size(), (batch + 1) * points_per_batch);
                       for (auto point = batch * points_per_batch; point < last; ++point)
                           weigh(static_cast<std::uint32_t>(point));
                   });
    const auto for_each_edge = [&](const auto& visit) {
        for (std::size_t point = 0; point < lists.size(); ++point) {
            const auto* weight = weights.data() + point * lists.neighbours_max();
            for (const auto& neighbour : lists.of(point)) {
                if (*weight > 0) visit(node_of[point], node_of[neighbour.index], *weight);
                ++weight;
            }
        }
    };

    Graph graph;
    graph.starts_.assign(nodes + 1, 0);
    std::vector<double> inside(nodes);
    for_each_edge([&](std::uint32_t from, std::uint32_t to, float weight) {
        if (from == to) {
            inside[from] += static_cast<double>(weight);
        } else {
            ++graph.starts_[from + 1];
            ++graph.starts_[to + 1];
        }
    });
    std::partial_sum(graph.starts_.begin(), graph.starts_.end(), graph.starts_.begin());
    graph.arcs_.resize(graph.starts_.back());
    auto next = graph.starts_;
    for_each_edge([&](std::uint32_t from, std::uint32_t to, float weight) {
        if (from == to) return;
        graph.arcs_[next[from]++] = {to, weight};
        graph.arcs_[next[to]++] = {from, weight};
    });
    graph.finish(std::move(inside));
    return graph;
}

} // namespace moothall::sense
