#include "decide/opinions/grouping.hpp"

#include "decide/opinions/silhouette.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

/// Opinion groups that are a function of the votes.
///
/// Polis and red-dwarf run k-means from one beginning: the first people in x. Which way the axis
/// points is arbitrary, and turning it changed red-dwarf's groups in 7 of 9 conversations we tried
/// and their number in 3. Polis moreover begins each time from where it was, so that the same votes
/// give other groups after a restart. Here:
///
/// 1. The points come in an order made from the votes alone, and their axes are turned into a
///    direction made from the points alone (turn_axes). From then on all is the same, to the last
///    bit, whatever the order and ids of people and the signs of the axes were.
/// 2. k-means runs from red-dwarf's beginning under all four signs of the axes and from 6 to 20
///    beginnings by k-means++ with a fixed seed, for 2 to 5 groups. Groups that would be too small
///    go to their neighbours.
/// 3. The grouping with the best mean silhouette wins; fewer groups on a tie. As red-dwarf's own
///    grouping is among the candidates, the result is at least as good wherever red-dwarf makes no
///    group of one.
/// 4. Whoever is then nearer to another group's people than to her own moves over (settle).
///
/// Up to `all_people_max` people every candidate gets the exact silhouette, beyond that red-dwarf's
/// and those that look best by the rough one. Beyond `exact_people_max` people the search
/// is done on a sample (the first in the order of votes, which is as good as drawn by lot) and what
/// it finds is carried over to everybody by running k-means on from there.
///
/// Cost: some 50 runs of k-means and people² distances: 4 ms for 400 people, 0.1 s for 5,000, 0.5 s
/// for 20,000; from a sample of 10,000 0.2 s for 100,000. Known limit: where red-dwarf sets one
/// person far out apart from everybody else, it reports a silhouette that no grouping without a
/// group of one reaches.
namespace moothall::decide::opinions {

namespace {

// Chosen by hand. In five real conversations more draws found nothing better; the fewer people, the
// less a draw costs and the more a single person weighs.
constexpr std::size_t draws_max = 20;
constexpr std::size_t draws_min = 6;
constexpr std::size_t people_drawn_from = 8'000; // draws times people, in between
constexpr std::size_t all_people_max = 500;
constexpr std::size_t finalists_for_each_count = 3;
constexpr double tie = 1e-12;

/// Turns both axes so that the sum of cubes (the side with the longer tail) is positive, or, on a
/// perfect balance, the first person who is not in the middle. Mirrored points end up the same.
std::vector<Point> turn_axes(std::span<const Point> points, Point& sign)
{
    const auto sign_of = [&](auto coordinate) {
        double cubes = 0;
        for (const auto& point : points) {
            const double value = coordinate(point);
            cubes += value * value * value;
        }
        if (cubes != 0) return cubes < 0 ? -1.0 : 1.0;
        for (const auto& point : points)
            if (coordinate(point) != 0) return coordinate(point) < 0 ? -1.0 : 1.0;
        return 1.0;
    };
    sign = {sign_of([](Point p) { return p.x; }), sign_of([](Point p) { return p.y; })};
    std::vector<Point> turned(points.begin(), points.end());
    for (auto& point : turned) point = {point.x * sign.x, point.y * sign.y};
    return turned;
}

/// Numbers the groups from the largest; of two equally large ones the one whose first person comes
/// first. Makes equal groupings the same.
void number_groups(Grouping& grouping)
{
    const auto sizes = group_sizes(grouping);
    const auto count = sizes.size();
    std::vector<std::size_t> first(count, grouping.group.size());
    for (std::size_t i = grouping.group.size(); i-- > 0;) first[grouping.group[i]] = i;
    std::vector<std::uint8_t> order(count);
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    std::sort(order.begin(), order.end(), [&](std::uint8_t a, std::uint8_t b) {
        return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : first[a] < first[b];
    });
    std::vector<std::uint8_t> number(count);
    std::vector<Point> centres(count);
    for (std::size_t at = 0; at < count; ++at) {
        number[order[at]] = static_cast<std::uint8_t>(at);
        centres[at] = grouping.centres[order[at]];
    }
    for (auto& group : grouping.group) group = number[group];
    grouping.centres = std::move(centres);
}

/// All different groupings that the beginnings lead to, those from red-dwarf's four first.
class Candidates {
public:
    Candidates(std::span<const Point> points, const GroupingSettings& settings)
        : points_(points), settings_(settings)
    {
        const auto most = std::min(settings.groups_max, points.size());
        for (std::size_t count = 2; count <= most; ++count)
            for (const auto mirror : {Mirror::none, Mirror::x, Mirror::y, Mirror::both})
                add_from(first_points(points, count, mirror));
        from_first_points_ = groupings_.size();
        const auto draws = std::clamp(people_drawn_from / points.size(), draws_min, draws_max);
        for (std::size_t count = 2; count <= most; ++count)
            for (std::size_t draw = 0; draw < draws; ++draw)
                add_from(spread_points(points, count, settings.seed + draw));
    }

    std::vector<Grouping>& groupings() { return groupings_; }

    /// Which of them deserve the exact silhouette.
    std::vector<const Grouping*> finalists() const
    {
        std::vector<const Grouping*> chosen;
        const auto exact_for_all = points_.size() <= all_people_max;
        for (std::size_t at = 0; at < groupings_.size(); ++at)
            if (exact_for_all || at < from_first_points_) chosen.push_back(&groupings_[at]);
        if (exact_for_all) return chosen;

        struct Rated {
            std::size_t at;
            double silhouette;
        };
        std::vector<Rated> others;
        for (auto at = from_first_points_; at < groupings_.size(); ++at)
            others.push_back({at, rough_silhouette(points_, groupings_[at])});
        std::sort(others.begin(), others.end(), [](const Rated& a, const Rated& b) {
            return a.silhouette != b.silhouette ? a.silhouette > b.silhouette : a.at < b.at;
        });
        std::vector<std::size_t> room(settings_.groups_max + 1, finalists_for_each_count);
        for (const auto& other : others) {
            auto& left = room[groupings_[other.at].centres.size()];
            if (left == 0) continue;
            --left;
            chosen.push_back(&groupings_[other.at]);
        }
        return chosen;
    }

private:
    void add_from(std::optional<std::vector<Point>> beginning)
    {
        if (!beginning) return;
        auto grouping = run_kmeans(points_, *std::move(beginning));
        const auto sizes = group_sizes(grouping);
        if (*std::min_element(sizes.begin(), sizes.end()) < settings_.smallest) {
            dissolve_small_groups(points_, grouping, settings_.smallest);
            if (grouping.centres.size() < 2) return;
            // Their people in their neighbours' groups, and what k-means makes of it from there.
            auto further = run_kmeans(points_, grouping.centres);
            dissolve_small_groups(points_, further, settings_.smallest);
            if (further.centres.size() >= 2) add(std::move(further));
        }
        add(std::move(grouping));
    }

    void add(Grouping grouping)
    {
        number_groups(grouping);
        for (const auto& known : groupings_)
            if (known.group == grouping.group) return;
        groupings_.push_back(std::move(grouping));
    }

    std::span<const Point> points_;
    GroupingSettings settings_;
    std::vector<Grouping> groupings_;
    std::size_t from_first_points_ = 0;
};

/// The grouping with the best silhouette: fewer groups, then less inertia on a tie.
std::optional<std::size_t> best_of(std::span<const Grouping* const> groupings,
                                   std::span<const double> silhouettes_of)
{
    std::optional<std::size_t> best;
    for (std::size_t at = 0; at < groupings.size(); ++at) {
        if (std::isnan(silhouettes_of[at])) continue;
        if (!best) {
            best = at;
            continue;
        }
        const double better = silhouettes_of[at] - silhouettes_of[*best];
        const auto count = groupings[at]->centres.size();
        const auto best_count = groupings[*best]->centres.size();
        const bool wins_tie = count != best_count
                                  ? count < best_count
                                  : groupings[at]->inertia < groupings[*best]->inertia;
        if (better > tie || (better > -tie && wins_tie)) best = at;
    }
    return best;
}

} // namespace

std::optional<BestGrouping> find_stable_grouping(std::span<const Point> points,
                                                 const GroupingSettings& settings)
{
    if (points.size() < 2 * settings.smallest) return {};
    Point sign;
    const auto turned = turn_axes(points, sign);
    const bool sampled = turned.size() > settings.exact_people_max;
    const auto sample = std::span(turned).first(sampled ? settings.sample_people : turned.size());

    Candidates candidates(sample, settings);
    const auto finalists = candidates.finalists();
    const auto rated = silhouettes(sample, finalists);
    const auto winner = best_of(finalists, rated);
    if (!winner) return {};

    BestGrouping best{*finalists[*winner], rated[*winner], sampled};
    if (sampled) {
        best.grouping = run_kmeans(turned, best.grouping.centres);
        dissolve_small_groups(turned, best.grouping, settings.smallest);
    } else {
        best.silhouette = settle(turned, best.grouping, settings.smallest);
    }
    number_groups(best.grouping);
    for (auto& centre : best.grouping.centres) centre = {centre.x * sign.x, centre.y * sign.y};
    return best;
}

std::optional<BestGrouping> find_compatible_grouping(std::span<const Point> points,
                                                     std::size_t groups_max)
{
    std::vector<Grouping> groupings;
    for (std::size_t count = 2; count <= groups_max; ++count)
        if (const auto beginning = first_points(points, count))
            groupings.push_back(run_kmeans(points, *beginning));
    if (groupings.empty()) return {};
    std::vector<const Grouping*> candidates;
    for (const auto& grouping : groupings) candidates.push_back(&grouping);
    const auto rated = silhouettes(points, candidates);
    std::size_t best = 0;
    for (std::size_t at = 1; at < groupings.size(); ++at)
        if (std::isnan(rated[best]) ? !std::isnan(rated[at]) : rated[at] > rated[best]) best = at;
    return BestGrouping{groupings[best], rated[best], false};
}

} // namespace moothall::decide::opinions
