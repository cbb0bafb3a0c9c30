#include "sense/themes/leiden.hpp"

#include "sense/model/model_for_tests.hpp"
#include "sense/near/random.hpp"
#include "text/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace moothall::sense {

namespace {

using testing::ElementsAre;

// Groups of `size` nodes each, tied within and to the next by one edge.
Graph ring_of_cliques(std::size_t cliques, std::size_t size)
{
    std::vector<Edge> edges;
    const auto node = [&](std::size_t clique, std::size_t member) {
        return static_cast<std::uint32_t>(clique % cliques * size + member);
    };
    for (std::size_t clique = 0; clique < cliques; ++clique) {
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = i + 1; j < size; ++j)
                edges.push_back({node(clique, i), node(clique, j), 1});
        edges.push_back({node(clique, 0), node(clique + 1, 1), 1});
    }
    return {cliques * size, edges};
}

Graph random_graph(std::size_t nodes, std::size_t edges, std::uint64_t seed)
{
    Random random(seed);
    std::vector<Edge> drawn;
    for (std::size_t i = 0; i < edges; ++i)
        drawn.push_back({static_cast<std::uint32_t>(random.below(nodes)),
                         static_cast<std::uint32_t>(random.below(nodes)),
                         static_cast<double>(1 + random.below(5))});
    return {nodes, drawn};
}

LeidenSettings with(double resolution, std::uint64_t seed = 1)
{
    LeidenSettings settings;
    settings.resolution = resolution;
    settings.seed = seed;
    settings.rounds_max = 10;
    return settings;
}

void expect_connected(const Graph& graph, const Grouping& grouping)
{
    std::vector<bool> seen(graph.nodes());
    std::set<std::uint32_t> met;
    for (std::uint32_t first = 0; first < graph.nodes(); ++first) {
        if (seen[first]) continue;
        const auto group = grouping.group_of[first];
        EXPECT_TRUE(met.insert(group).second) << "group " << group << " falls into pieces";
        std::vector<std::uint32_t> open = {first};
        seen[first] = true;
        while (!open.empty()) {
            const auto node = open.back();
            open.pop_back();
            for (const auto& arc : graph.arcs(node))
                if (!seen[arc.to] && grouping.group_of[arc.to] == group) {
                    seen[arc.to] = true;
                    open.push_back(arc.to);
                }
        }
    }
}

} // namespace

TEST(Leiden, reaches_the_modularity_that_igraph_and_leidenalg_reach)
{
    const auto text = read_text(source_file("src/sense/themes/testdata/leiden_golden.json"));
    const auto golden = Json::parse(text);
    ASSERT_TRUE(golden) << golden.error().sentence;
    const auto graphs = golden->find("graphs");
    ASSERT_EQ(graphs.size(), 2U);
    for (std::size_t g = 0; g < graphs.size(); ++g) {
        std::vector<Edge> edges;
        const auto listed = graphs.at(g).find("edges");
        for (std::size_t i = 0; i < listed.size(); ++i)
            edges.push_back({static_cast<std::uint32_t>(*listed.at(i).at(0).integer()),
                             static_cast<std::uint32_t>(*listed.at(i).at(1).integer()),
                             *listed.at(i).at(2).number()});
        const Graph graph(static_cast<std::size_t>(*graphs.at(g).find("nodes").integer()), edges);
        const auto best = graphs.at(g).find("best");
        for (std::size_t i = 0; i < best.size(); ++i) {
            const auto resolution = *best.at(i).find("resolution").number();
            const auto wanted = *best.at(i).find("modularity").number();
            SCOPED_TRACE(testing::Message() << "graph " << g << ", resolution " << resolution);
            auto highest = -1.0;
            for (std::uint64_t seed = 1; seed <= 20; ++seed) {
                const auto found = leiden(graph, with(resolution, seed));
                const auto reached = modularity(graph, *found, resolution);
                EXPECT_GT(reached, wanted - 0.012) << "seed " << seed;
                highest = std::max(highest, reached);
            }
            EXPECT_GT(highest, wanted - 5e-4);
            EXPECT_LT(highest, wanted + 2e-3) << "theirs was the best of 70 runs";
        }
    }
}

TEST(Leiden, finds_the_cliques_of_a_ring)
{
    const auto graph = ring_of_cliques(12, 6);
    const auto found = leiden(graph, with(1));
    EXPECT_EQ(found->groups, 12U);
    for (std::size_t node = 0; node < graph.nodes(); ++node)
        EXPECT_EQ(found->group_of[node], found->group_of[node / 6 * 6]);
}

TEST(Leiden, gives_the_same_groups_for_a_seed)
{
    const auto graph = random_graph(500, 2000, 4);
    EXPECT_EQ(leiden(graph, with(2, 9))->group_of, leiden(graph, with(2, 9))->group_of);
}

TEST(Leiden, leaves_every_group_in_one_piece)
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto graph = random_graph(300, 500, seed);
        for (const auto resolution : {0.5, 1.0, 5.0})
            expect_connected(graph, *leiden(graph, with(resolution, seed)));
    }
}

TEST(Leiden, never_ends_worse_than_where_it_began)
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto graph = random_graph(200, 700, seed);
        Random random(seed);
        std::vector<std::uint32_t> groups(graph.nodes());
        for (auto& group : groups) group = static_cast<std::uint32_t>(random.below(15));
        const auto start = numbered_by_size(groups);
        auto settings = with(1.5, seed);
        settings.start = &start;
        EXPECT_GE(modularity(graph, *leiden(graph, settings), 1.5),
                  modularity(graph, start, 1.5) - 1e-9);
    }
}

TEST(Leiden, stays_where_it_is_when_nothing_is_better)
{
    const auto graph = ring_of_cliques(10, 5);
    const auto first = *leiden(graph, with(1));
    auto settings = with(1, 77);
    settings.start = &first;
    EXPECT_EQ(leiden(graph, settings)->group_of, first.group_of);
}

TEST(Leiden, keeps_apart_what_must_not_meet_also_when_it_began_together)
{
    const auto graph = ring_of_cliques(6, 6);
    const auto free = *leiden(graph, with(1));
    ASSERT_EQ(free.group_of[0], free.group_of[3]);
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> apart = {{0, 3}, {3, 4}, {9, 30}};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        auto settings = with(0.2 * static_cast<double>(seed), seed);
        settings.apart = apart;
        if (seed % 2 == 0) settings.start = &free;
        const auto found = *leiden(graph, settings);
        for (const auto& [left, right] : apart)
            EXPECT_NE(found.group_of[left], found.group_of[right]);
    }
}

TEST(Leiden, ends_early_when_told_to)
{
    auto settings = with(1);
    settings.go_on = [] { return false; };
    EXPECT_FALSE(leiden(random_graph(200, 600, 3), settings).has_value());
}

TEST(Leiden, takes_graphs_without_edges_and_without_nodes)
{
    EXPECT_EQ(leiden(Graph(), with(1))->groups, 0U);
    const auto lonely = leiden(Graph(3, {}), with(1));
    EXPECT_EQ(lonely->groups, 3U);
    EXPECT_EQ(modularity(Graph(3, {}), *lonely, 1), 0);
}

TEST(Leiden, numbers_groups_by_size)
{
    const std::vector<std::uint32_t> groups = {4, 2, 2, 0, 2, 0, 3};
    const auto numbered = numbered_by_size(groups);
    EXPECT_EQ(numbered.groups, 4U);
    EXPECT_THAT(numbered.group_of, ElementsAre(2, 0, 0, 1, 0, 1, 3));
}

TEST(Graph, adds_up_edges_and_keeps_the_weight_when_grouped)
{
    const std::vector<Edge> edges = {{0, 1, 1}, {1, 0, 2}, {1, 2, 4}, {2, 2, 5}, {3, 2, 1}};
    const Graph graph(4, edges);
    ASSERT_EQ(graph.arcs(1).size(), 2U);
    EXPECT_EQ(graph.arcs(1)[0].weight, 3);
    EXPECT_EQ(graph.inside(2), 5);
    EXPECT_EQ(graph.strength(2), 15);
    EXPECT_EQ(graph.total_strength(), 2 * 13);

    const std::vector<std::uint32_t> groups = {0, 0, 1, 1};
    const auto grouped = graph.grouped(groups, 2);
    EXPECT_EQ(grouped.inside(0), 3);
    EXPECT_EQ(grouped.inside(1), 6);
    ASSERT_EQ(grouped.arcs(0).size(), 1U);
    EXPECT_EQ(grouped.arcs(0)[0].weight, 4);
    EXPECT_EQ(grouped.total_strength(), graph.total_strength());
    EXPECT_EQ(grouped.strength(0) + grouped.strength(1), graph.total_strength());
}

TEST(Graph, weighs_neighbours_of_each_other_four_times)
{
    NeighbourLists lists(2);
    lists.resize(3);
    lists.offer(0, {1, 0.5F});
    lists.offer(1, {0, 0.5F});
    lists.offer(2, {1, 0.5F});
    lists.offer(2, {0, -0.5F});
    const auto graph = graph_of(lists, nullptr, {0, 1, 2}, 3, 1);
    ASSERT_EQ(graph.arcs(1).size(), 2U);
    EXPECT_FLOAT_EQ(graph.arcs(1)[0].weight, 1.0F);
    EXPECT_FLOAT_EQ(graph.arcs(1)[1].weight, 0.25F);
    EXPECT_EQ(graph.arcs(2).size(), 1U) << "what points away is no neighbour";
    const auto together = graph_of(lists, nullptr, {0, 1, 1}, 2, 1);
    EXPECT_FLOAT_EQ(static_cast<float>(together.inside(1)), 0.25F);
}

} // namespace moothall::sense
