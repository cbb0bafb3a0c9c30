#include "decide/opinions/grouping.hpp"

#include "decide/opinions/silhouette.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace moothall::decide::opinions {
namespace {

/// People around a few centres; some exactly where another is.
std::vector<Point> invent_points(std::uint32_t seed, std::size_t people)
{
    std::mt19937 generator(seed);
    const auto draw = [&] { return static_cast<double>(generator()) / 4294967296.0 - 0.5; };
    std::vector<Point> centres(1 + seed % 5);
    for (auto& centre : centres) centre = {10 * draw(), 5 * draw()};
    std::vector<Point> points;
    for (std::size_t at = 0; at < people; ++at) {
        if (at > 0 && generator() % 10 == 0) {
            points.push_back(points[generator() % at]);
            continue;
        }
        const auto& centre = centres[generator() % centres.size()];
        points.push_back({centre.x + 3 * draw() * draw(), centre.y + 3 * draw() * draw()});
    }
    return points;
}

double distance(Point a, Point b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

/// Straight from Rousseeuw's definition.
double plain_silhouette(std::span<const Point> points, const Grouping& grouping)
{
    const auto sizes = group_sizes(grouping);
    double total = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (sizes[grouping.group[i]] < 2) continue;
        std::vector<double> sums(sizes.size(), 0.0);
        for (std::size_t j = 0; j < points.size(); ++j)
            sums[grouping.group[j]] += distance(points[i], points[j]);
        const auto own = grouping.group[i];
        const double inside = sums[own] / static_cast<double>(sizes[own] - 1);
        double outside = std::numeric_limits<double>::infinity();
        for (std::size_t group = 0; group < sizes.size(); ++group)
            if (group != own && sizes[group] > 0)
                outside = std::min(outside, sums[group] / static_cast<double>(sizes[group]));
        if (std::max(inside, outside) > 0) total += (outside - inside) / std::max(inside, outside);
    }
    return total / static_cast<double>(points.size());
}

Grouping random_grouping(std::uint32_t seed, std::size_t people, std::size_t groups)
{
    std::mt19937 generator(seed);
    Grouping grouping;
    grouping.centres.resize(groups);
    for (std::size_t at = 0; at < people; ++at)
        grouping.group.push_back(static_cast<std::uint8_t>(generator() % groups));
    return grouping;
}

TEST(Silhouette, is_the_one_of_its_definition_for_any_number_of_groupings_at_once)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        const auto points = invent_points(seed, 20 + seed % 60);
        std::vector<Grouping> groupings;
        for (std::uint32_t at = 0; at < 8; ++at)
            groupings.push_back(random_grouping(seed + at, points.size(), 2 + at % 4));
        std::vector<const Grouping*> all;
        for (const auto& grouping : groupings) all.push_back(&grouping);
        const auto found = silhouettes(points, all);
        for (std::size_t at = 0; at < groupings.size(); ++at)
            RC_ASSERT(std::abs(found[at] - plain_silhouette(points, groupings[at])) < 1e-12);
    }));
}

TEST(Silhouette, there_is_none_for_a_single_group_or_for_groups_of_one_only)
{
    const std::vector<Point> points{{0, 0}, {1, 0}, {2, 0}};
    const Grouping together{{0, 0, 0}, std::vector<Point>(1), 0};
    const Grouping alone{{0, 1, 2}, std::vector<Point>(3), 0};
    const std::vector<const Grouping*> both{&together, &alone};
    for (const double value : silhouettes(points, both)) EXPECT_TRUE(std::isnan(value));
}

TEST(Silhouette, settling_never_lowers_it_and_reports_what_it_reached)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        const auto points = invent_points(seed, 20 + seed % 80);
        const auto beginning = spread_points(points, 3, seed);
        RC_PRE(beginning.has_value());
        auto grouping = run_kmeans(points, *beginning);
        const double before = plain_silhouette(points, grouping);
        const auto sizes_before = group_sizes(grouping);
        const double after = settle(points, grouping, 2);
        RC_ASSERT(after >= before - 1e-12);
        RC_ASSERT(std::abs(after - plain_silhouette(points, grouping)) < 1e-9);
        const auto sizes = group_sizes(grouping);
        for (std::size_t group = 0; group < sizes.size(); ++group)
            RC_ASSERT(sizes[group] >= std::min<std::size_t>(2, sizes_before[group]));
    }));
}

TEST(KMeans, leaves_everybody_with_the_nearest_centre)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        const auto points = invent_points(seed, 10 + seed % 100);
        const auto beginning = first_points(points, 2 + seed % 4);
        RC_PRE(beginning.has_value());
        const auto grouping = run_kmeans(points, *beginning);
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double own = distance(points[i], grouping.centres[grouping.group[i]]);
            for (const auto& centre : grouping.centres)
                RC_ASSERT(own <= distance(points[i], centre) + 1e-9);
        }
    }));
}

TEST(KMeans, begins_with_the_first_different_points_in_x_then_y)
{
    const std::vector<Point> points{{2, 0}, {1, 5}, {1, 4}, {1, 4}, {3, 0}};
    const auto first = first_points(points, 3);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ((*first)[0].y, 4);
    EXPECT_EQ((*first)[1].y, 5);
    EXPECT_EQ((*first)[2].x, 2);
    const auto mirrored = first_points(points, 1, Mirror::x);
    EXPECT_EQ(mirrored->front().x, 3);
    EXPECT_FALSE(first_points(points, 5).has_value());
}

TEST(KMeans, small_groups_dissolve_into_their_neighbours)
{
    const std::vector<Point> points{{0, 0}, {0, 1}, {10, 0}, {10, 1}, {13, 0}};
    Grouping grouping{{0, 0, 1, 1, 2}, {{0, 0.5}, {10, 0.5}, {13, 0}}, 0};
    dissolve_small_groups(points, grouping, 2);
    EXPECT_EQ(grouping.group, (std::vector<std::uint8_t>{0, 0, 1, 1, 1}));
    EXPECT_DOUBLE_EQ(grouping.centres[1].x, 11);
}

std::vector<std::uint8_t> stable_groups(std::span<const Point> points)
{
    const auto best = find_stable_grouping(points, {});
    return best ? best->grouping.group : std::vector<std::uint8_t>{};
}

TEST(StableGrouping, does_not_ask_which_way_the_axes_point)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        const auto points = invent_points(seed, 5 + seed % 40);
        const auto expected = stable_groups(points);
        for (const Point sign : {Point{-1, 1}, Point{1, -1}, Point{-1, -1}}) {
            auto mirrored = points;
            for (auto& point : mirrored) point = {point.x * sign.x, point.y * sign.y};
            RC_ASSERT(stable_groups(mirrored) == expected);
        }
    }));
}

TEST(StableGrouping, has_no_group_of_one_and_beats_red_dwarfs_wherever_that_has_none)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        const auto points = invent_points(seed, 6 + seed % 60);
        const auto stable = find_stable_grouping(points, {});
        RC_PRE(stable.has_value());
        const auto sizes = group_sizes(stable->grouping);
        RC_ASSERT(*std::min_element(sizes.begin(), sizes.end()) >= 2U);
        RC_ASSERT(std::is_sorted(sizes.rbegin(), sizes.rend()));
        RC_ASSERT(std::abs(stable->silhouette - plain_silhouette(points, stable->grouping)) < 1e-9);
        const auto compatible = find_compatible_grouping(points, 5);
        RC_PRE(compatible.has_value());
        const auto theirs = group_sizes(compatible->grouping);
        if (*std::min_element(theirs.begin(), theirs.end()) >= 2)
            RC_ASSERT(stable->silhouette >= compatible->silhouette - 1e-12);
    }));
}

TEST(StableGrouping, people_in_the_same_place_are_in_the_same_group)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        const auto points = invent_points(seed, 10 + seed % 60);
        const auto groups = stable_groups(points);
        RC_PRE(!groups.empty());
        for (std::size_t a = 0; a < points.size(); ++a)
            for (std::size_t b = 0; b < a; ++b)
                if (points[a].x == points[b].x && points[a].y == points[b].y)
                    RC_ASSERT(groups[a] == groups[b]);
    }));
}

TEST(StableGrouping, finds_camps_in_a_sample_when_there_are_too_many_people)
{
    std::vector<Point> points;
    std::mt19937 generator(7);
    const auto draw = [&] { return static_cast<double>(generator()) / 4294967296.0 - 0.5; };
    for (int at = 0; at < 3000; ++at)
        points.push_back({(at % 3) * 4.0 + draw(), (at % 3 == 1) * 3.0 + draw()});
    GroupingSettings settings;
    settings.exact_people_max = 1000;
    settings.sample_people = 500;
    const auto best = find_stable_grouping(points, settings);
    ASSERT_TRUE(best.has_value());
    EXPECT_TRUE(best->sampled);
    ASSERT_EQ(best->grouping.centres.size(), 3U);
    for (std::size_t at = 3; at < points.size(); ++at)
        EXPECT_EQ(best->grouping.group[at], best->grouping.group[at % 3]);
}

TEST(StableGrouping, makes_none_of_too_few_or_of_people_in_one_place)
{
    const std::vector<Point> three{{0, 0}, {1, 1}, {5, 5}};
    EXPECT_FALSE(find_stable_grouping(three, {}).has_value());
    const std::vector<Point> one_place(50, Point{2, 3});
    EXPECT_FALSE(find_stable_grouping(one_place, {}).has_value());
    const std::vector<Point> two_pairs{{0, 0}, {0, 1}, {9, 9}, {9, 8}};
    EXPECT_EQ(stable_groups(two_pairs), (std::vector<std::uint8_t>{0, 0, 1, 1}));
}

} // namespace
} // namespace moothall::decide::opinions
