#include "decide/opinions/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

/// Lloyd's algorithm: S. P. Lloyd, "Least squares quantization in PCM", IEEE Transactions on
/// Information Theory 28(2), 1982, method I. Each point goes to its nearest centre, each centre to
/// the mean of its points, until nothing moves. Every round makes the sum of squared distances
/// smaller, so it ends; where, depends on where it began, so callers begin several times
/// (spread_points) or as another program does (first_points).
///
/// Cost: rounds · people · groups; on maps of opinions some ten rounds. Limits: groups come out
/// round and about as wide as each other, and how many there are has to be asked (grouping.cpp
/// chooses by silhouette).
namespace moothall::decide::opinions {

namespace {

constexpr std::size_t move_rounds_max = 300;
constexpr double tolerance = 1e-4;

double squared_distance(Point a, Point b)
{
    return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

/// Labels every point with its nearest centre, the first of those equally near. Compares |c|² - 2pc
/// like scikit-learn, which leaves |p|² out, so that the same near ties fall the same way.
void label(std::span<const Point> points, std::span<const Point> centres,
           std::vector<std::uint8_t>& labels)
{
    constexpr std::size_t groups_max = 16;
    double square[groups_max]; // NOLINT: filled up to centres.size()
    const auto count = std::min(centres.size(), groups_max);
    for (std::size_t c = 0; c < count; ++c)
        square[c] = centres[c].x * centres[c].x + centres[c].y * centres[c].y;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point p = points[i];
        double best = square[0] - 2 * (p.x * centres[0].x + p.y * centres[0].y);
        std::uint8_t at = 0;
        for (std::size_t c = 1; c < count; ++c) {
            const double value = square[c] - 2 * (p.x * centres[c].x + p.y * centres[c].y);
            const bool nearer = value < best;
            at = nearer ? static_cast<std::uint8_t>(c) : at;
            best = nearer ? value : best;
        }
        labels[i] = at;
    }
}

struct Sums {
    std::vector<Point> sum;
    std::vector<double> count;
};

Sums sum_by_group(std::span<const Point> points, std::span<const std::uint8_t> labels,
                  std::size_t groups)
{
    Sums sums{std::vector<Point>(groups), std::vector<double>(groups, 0.0)};
    for (std::size_t i = 0; i < points.size(); ++i) {
        sums.sum[labels[i]].x += points[i].x;
        sums.sum[labels[i]].y += points[i].y;
        sums.count[labels[i]] += 1;
    }
    return sums;
}

/// Gives each empty group the person who is farthest from her centre, farthest first.
void refill_empty_groups(std::span<const Point> points, std::span<const Point> centres,
                         std::span<const std::uint8_t> labels, Sums& sums)
{
    std::vector<std::size_t> empty;
    for (std::size_t c = 0; c < sums.count.size(); ++c)
        if (sums.count[c] == 0) empty.push_back(c);
    if (empty.empty()) return;
    std::vector<std::size_t> order(points.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto distance = [&](std::size_t i) {
        return squared_distance(points[i], centres[labels[i]]);
    };
    const auto wanted = std::min(empty.size(), order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted),
                      order.end(), [&](std::size_t a, std::size_t b) {
                          const double of_a = distance(a);
                          const double of_b = distance(b);
                          return of_a != of_b ? of_a > of_b : a > b;
                      });
    if (distance(order.front()) == 0) return; // fewer different places than groups
    for (std::size_t at = 0; at < wanted; ++at) {
        const auto person = order[at];
        auto& from = sums.sum[labels[person]];
        from.x -= points[person].x;
        from.y -= points[person].y;
        sums.count[labels[person]] -= 1;
        sums.sum[empty[at]] = points[person];
        sums.count[empty[at]] = 1;
    }
}

std::vector<Point> averages(const Sums& sums)
{
    const auto largest = static_cast<std::size_t>(
        std::max_element(sums.count.begin(), sums.count.end()) - sums.count.begin());
    std::vector<Point> centres(sums.sum);
    for (std::size_t c = 0; c < centres.size(); ++c) {
        if (sums.count[c] <= 0) continue;
        const double share = 1 / sums.count[c];
        centres[c].x *= share;
        centres[c].y *= share;
    }
    for (std::size_t c = 0; c < centres.size(); ++c)
        if (sums.count[c] <= 0) centres[c] = centres[largest];
    return centres;
}

Point mean_of(std::span<const Point> points)
{
    Point mean;
    for (const auto& point : points) {
        mean.x += point.x;
        mean.y += point.y;
    }
    mean.x /= static_cast<double>(points.size());
    mean.y /= static_cast<double>(points.size());
    return mean;
}

Point mirrored(Point point, Mirror mirror)
{
    if (mirror == Mirror::x || mirror == Mirror::both) point.x = -point.x;
    if (mirror == Mirror::y || mirror == Mirror::both) point.y = -point.y;
    return point;
}

} // namespace

std::vector<std::size_t> group_sizes(const Grouping& grouping)
{
    std::vector<std::size_t> sizes(grouping.centres.size(), 0);
    for (const auto group : grouping.group) ++sizes[group];
    return sizes;
}

Grouping run_kmeans(std::span<const Point> points, std::vector<Point> centres)
{
    // Distances are taken around the middle, where doubles are finest.
    const Point middle = mean_of(points);
    std::vector<Point> around(points.begin(), points.end());
    double variance = 0;
    for (auto& point : around) {
        point.x -= middle.x;
        point.y -= middle.y;
        variance += point.x * point.x + point.y * point.y;
    }
    variance /= 2 * static_cast<double>(points.size());
    for (auto& centre : centres) {
        centre.x -= middle.x;
        centre.y -= middle.y;
    }

    Grouping grouping;
    grouping.group.assign(points.size(), 0);
    std::vector<std::uint8_t> before(points.size(), 255);
    bool settled = false;
    for (std::size_t round = 0; round < move_rounds_max; ++round) {
        label(around, centres, grouping.group);
        auto sums = sum_by_group(around, grouping.group, centres.size());
        refill_empty_groups(around, centres, grouping.group, sums);
        const auto moved_to = averages(sums);
        double moved = 0;
        for (std::size_t c = 0; c < centres.size(); ++c)
            moved += squared_distance(moved_to[c], centres[c]);
        centres = moved_to;
        if (grouping.group == before) {
            settled = true;
            break;
        }
        if (moved <= tolerance * variance) break;
        before = grouping.group;
    }
    if (!settled) label(around, centres, grouping.group);

    for (std::size_t i = 0; i < around.size(); ++i)
        grouping.inertia += squared_distance(around[i], centres[grouping.group[i]]);
    grouping.centres = std::move(centres);
    for (auto& centre : grouping.centres) {
        centre.x += middle.x;
        centre.y += middle.y;
    }
    return grouping;
}

std::optional<std::vector<Point>> first_points(std::span<const Point> points, std::size_t count,
                                               Mirror mirror)
{
    const auto before = [](Point a, Point b) { return a.x != b.x ? a.x < b.x : a.y < b.y; };
    std::vector<Point> first;
    while (first.size() < count) {
        std::optional<Point> next;
        for (const auto& point : points) {
            const auto seen = mirrored(point, mirror);
            if (!first.empty() && !before(first.back(), seen)) continue;
            if (!next || before(seen, *next)) next = seen;
        }
        if (!next) return {};
        first.push_back(*next);
    }
    for (auto& point : first) point = mirrored(point, mirror);
    return first;
}

std::optional<std::vector<Point>> spread_points(std::span<const Point> points, std::size_t count,
                                                std::uint64_t seed)
{
    std::mt19937_64 generator(seed);
    // Not std::uniform_real_distribution: each library has its own.
    const auto draw = [&] { return static_cast<double>(generator() >> 11) * 0x1p-53; };
    std::vector<Point> chosen;
    if (points.empty()) return {};
    chosen.push_back(points[static_cast<std::size_t>(draw() * static_cast<double>(points.size()))]);
    std::vector<double> distance(points.size(), std::numeric_limits<double>::infinity());
    while (chosen.size() < count) {
        double total = 0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            distance[i] = std::min(distance[i], squared_distance(points[i], chosen.back()));
            total += distance[i];
        }
        if (total <= 0) return {};
        double left = draw() * total;
        std::size_t at = 0;
        std::size_t farther = 0; // the last one that is no start already, for rounding's sake
        for (; at < points.size(); ++at) {
            if (distance[at] > 0) farther = at;
            left -= distance[at];
            if (left < 0 && distance[at] > 0) break;
        }
        chosen.push_back(points[at < points.size() ? at : farther]);
    }
    return chosen;
}

void assign_to_nearest(std::span<const Point> points, Grouping& grouping)
{
    grouping.group.assign(points.size(), 0);
    label(points, grouping.centres, grouping.group);
}

void centre_groups(std::span<const Point> points, Grouping& grouping)
{
    grouping.centres = averages(sum_by_group(points, grouping.group, grouping.centres.size()));
    grouping.inertia = 0;
    for (std::size_t i = 0; i < points.size(); ++i)
        grouping.inertia += squared_distance(points[i], grouping.centres[grouping.group[i]]);
}

void dissolve_small_groups(std::span<const Point> points, Grouping& grouping, std::size_t smallest)
{
    while (grouping.centres.size() > 1) {
        const auto sizes = group_sizes(grouping);
        const auto least = std::min_element(sizes.begin(), sizes.end());
        if (*least >= smallest) return;
        grouping.centres.erase(grouping.centres.begin() + (least - sizes.begin()));
        assign_to_nearest(points, grouping);
        centre_groups(points, grouping);
    }
}

} // namespace moothall::decide::opinions
