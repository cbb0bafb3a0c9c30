#include "sense/themes/resolution.hpp"

#include "base/invariant.hpp"
#include "sense/near/cells.hpp"
#include "sense/near/threads.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

namespace moothall::sense {

namespace {

// What an octave away from the expected resolution must gain in silhouette, squared: chosen on the
// parts named in the header; half or twice as much changes the V-measure by 0.002.
constexpr double penalty_per_square_octave = 0.005;

// In half octaves from the expected resolution. Few texts can be of few or many kinds; with many
// there is less doubt, and a try costs more.
struct Span {
    int first;
    int last;
};
Span tried_around(std::size_t points)
{
    return points <= 5'000 ? Span{-7, 3} : Span{-3, 1};
}

} // namespace

double silhouette(const Points& points, std::span<const std::uint32_t> group_of, std::size_t groups,
                  unsigned threads, std::size_t points_max)
{
    invariant(group_of.size() == points.size(), "every point belongs to a group");
    if (points.size() == 0 || groups < 2) return 0;
    const auto dimension = points.dimension();
    std::vector<float> sums(groups * dimension);
    for (std::size_t i = 0; i < points.size(); ++i)
        points.add_to({sums.data() + group_of[i] * dimension, dimension}, i);
    const auto sum_of = [&](std::size_t group) {
        return std::span<const float>(sums.data() + group * dimension, dimension);
    };
    Points centres(dimension);
    centres.reserve(groups);
    std::vector<double> squares(groups);
    for (std::size_t group = 0; group < groups; ++group) {
        const auto sum = sum_of(group);
        centres.add(sum);
        for (const auto value : sum)
            squares[group] += static_cast<double>(value) * static_cast<double>(value);
    }
    const auto asked = std::min(points.size(), points_max);
    Points sample(dimension);
    sample.reserve(asked);
    std::vector<std::uint32_t> own(asked);
    for (std::size_t i = 0; i < asked; ++i) {
        const auto index = i * points.size() / asked;
        sample.add(points, index);
        own[i] = group_of[index];
    }
    const auto nearest = nearest_centres(sample, centres, 2, threads);
    double total = 0;
    std::size_t counted = 0;
    std::vector<float> point(dimension);
    for (std::size_t i = 0; i < asked; ++i) {
        if (sample.says_nothing(i)) continue;
        ++counted;
        const auto other = nearest[i * 2] == own[i] ? nearest[i * 2 + 1] : nearest[i * 2];
        const auto other_near = static_cast<double>(Points::similarity(sample, i, centres, other));
        // The own centre without this point: its sum less the point, whose length is one.
        std::ranges::fill(point, 0.0F);
        sample.add_to(point, i);
        double product = 0;
        const auto sum = sum_of(own[i]);
        for (std::size_t d = 0; d < dimension; ++d)
            product += static_cast<double>(sum[d]) * static_cast<double>(point[d]);
        const auto rest = squares[own[i]] - 2 * product + 1;
        const auto own_near = rest > 1e-6 ? (product - 1) / std::sqrt(rest) : 0.0;
        const auto farthest = 1 - std::min(own_near, other_near);
        if (farthest > 1e-9) total += (own_near - other_near) / farthest;
    }
    return counted == 0 ? 0 : total / static_cast<double>(counted);
}

double expected_resolution(std::size_t points)
{
    return 8 * std::pow(static_cast<double>(std::max<std::size_t>(points, 1)) / 10'000, 0.3);
}

std::optional<ResolvedGrouping> group_at_best_resolution(const Graph& graph, const Points& points,
                                                         std::span<const std::uint32_t> node_of,
                                                         const ResolutionSearch& search)
{
    const auto expected = expected_resolution(points.size());
    const auto span =
        points.size() > search.tried_points_max ? Span{0, 0} : tried_around(points.size());
    const auto tries = static_cast<std::size_t>(span.last - span.first) + 1;
    struct Try {
        std::optional<Grouping> grouping;
        double resolution = 0;
        double worth = 0;
    };
    std::vector<Try> tried(tries);
    std::atomic<std::size_t> finished{0};
    std::atomic<bool> stopped{false};
    std::mutex mutex;
    const auto go_on = [&] {
        if (!search.progress) return true;
        const std::lock_guard lock(mutex);
        const auto share = static_cast<double>(finished) / static_cast<double>(tries);
        if (!stopped && search.progress("themes", share) == Continue::no) stopped = true;
        return !stopped;
    };
    for_each_index(tries, search.threads, [&](std::size_t i) {
        const auto octaves = (static_cast<double>(i) + span.first) / 2;
        LeidenSettings settings;
        settings.resolution = expected * std::exp2(octaves);
        settings.seed = search.seed;
        settings.apart = search.apart;
        settings.go_on = go_on;
        auto& here = tried[i];
        here.resolution = settings.resolution;
        here.grouping = leiden(graph, settings);
        if (!here.grouping) return;
        if (tries > 1) {
            std::vector<std::uint32_t> group_of(points.size());
            for (std::size_t point = 0; point < points.size(); ++point)
                group_of[point] = here.grouping->group_of[node_of[point]];
            here.worth = silhouette(points, group_of, here.grouping->groups, 1) -
                         penalty_per_square_octave * octaves * octaves;
        }
        ++finished;
    });
    if (stopped) return std::nullopt;
    const auto best = std::ranges::max_element(tried, {}, &Try::worth);
    return ResolvedGrouping{std::move(*best->grouping), best->resolution};
}

} // namespace moothall::sense
