#include "decide/opinions/silhouette.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <numeric>
#ifdef __x86_64__
#include <immintrin.h>
#endif

/// The exact silhouette of several groupings at once.
///
/// All the time goes into the distances between all pairs, mostly square roots. So we take each
/// distance once: people are sorted by cell, a cell being those whom every grouping puts together.
/// For every person we need the sum of her distances to each cell, and any grouping's sums are sums
/// of these. Each pair of cells is visited once and its distances are added on both sides, four at
/// a time: in one step where the processor has AVX2, in two of SSE2 elsewhere, with the same sums
/// to the last bit. That is some 1 or 2 ns a pair: 20,000 people take 0.2 or 0.4 s, where pairwise
/// passes for each number of groups took 4 s.
///
/// Memory: people times cells doubles; groupings are taken in batches so that there are at most
/// `cells_max` cells.
namespace moothall::decide::opinions {

namespace {

constexpr std::size_t cells_max = 160;

struct Cells {
    std::vector<std::uint32_t> order; // people by cell
    std::vector<std::size_t> begin;   // one more than cells
    // The group of each cell in each grouping: [grouping][cell].
    std::vector<std::vector<std::uint8_t>> group;
};

/// Splits people by all the groupings, as far as the cells stay few. `taken` says how many
/// groupings (at least one) found room.
Cells split(std::size_t people, std::span<const Grouping* const> groupings, std::size_t& taken)
{
    std::vector<std::uint32_t> cell(people, 0);
    std::size_t cells = 1;
    for (taken = 0; taken < groupings.size(); ++taken) {
        std::map<std::pair<std::uint32_t, std::uint8_t>, std::uint32_t> finer;
        std::vector<std::uint32_t> next(people);
        const auto& group = groupings[taken]->group;
        for (std::size_t i = 0; i < people; ++i)
            next[i] =
                finer.try_emplace({cell[i], group[i]}, static_cast<std::uint32_t>(finer.size()))
                    .first->second;
        if (taken > 0 && finer.size() > cells_max) break;
        cell = std::move(next);
        cells = finer.size();
    }

    Cells result;
    result.order.resize(people);
    std::iota(result.order.begin(), result.order.end(), 0U);
    std::sort(result.order.begin(), result.order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return cell[a] != cell[b] ? cell[a] < cell[b] : a < b;
    });
    result.begin.assign(cells + 1, 0);
    for (const auto of : cell) ++result.begin[of + 1];
    std::partial_sum(result.begin.begin(), result.begin.end(), result.begin.begin());
    for (std::size_t g = 0; g < taken; ++g) {
        auto& of_cell = result.group.emplace_back(cells);
        for (std::size_t c = 0; c < cells; ++c)
            of_cell[c] = groupings[g]->group[result.order[result.begin[c]]];
    }
    return result;
}

constexpr std::size_t lanes = 4;

/// Adds the distances from (x, y) to the points [from, to) into `sums` and returns their total.
/// Four totals side by side, so that two or four points are taken at once with the same order of
/// adding.
double add_distances_anywhere(double x, double y, const double* xs, const double* ys,
                              double* __restrict sums, std::size_t from, std::size_t to)
{
    std::array<double, lanes> totals = {};
    std::size_t j = from;
    for (; j + lanes <= to; j += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const double dx = xs[j + lane] - x;
            const double dy = ys[j + lane] - y;
            const double distance = __builtin_sqrt(dx * dx + dy * dy);
            totals[lane] += distance;
            sums[j + lane] += distance;
        }
    }
    for (; j < to; ++j) {
        const double distance = std::sqrt((xs[j] - x) * (xs[j] - x) + (ys[j] - y) * (ys[j] - y));
        totals[0] += distance;
        sums[j] += distance;
    }
    return (totals[0] + totals[1]) + (totals[2] + totals[3]);
}

using AddDistances = decltype(&add_distances_anywhere);

#ifdef __x86_64__
/// The same, four points in one step. Without FMA, which would round differently.
[[gnu::target("avx2")]] double add_distances_avx2(double x, double y, const double* xs,
                                                  const double* ys, double* __restrict sums,
                                                  std::size_t from, std::size_t to)
{
    std::array<double, lanes> totals = {};
    const auto all_x = _mm256_set1_pd(x);
    const auto all_y = _mm256_set1_pd(y);
    auto total = _mm256_setzero_pd();
    std::size_t j = from;
    for (; j + lanes <= to; j += lanes) {
        const auto dx = _mm256_sub_pd(_mm256_loadu_pd(xs + j), all_x);
        const auto dy = _mm256_sub_pd(_mm256_loadu_pd(ys + j), all_y);
        const auto distance =
            _mm256_sqrt_pd(_mm256_add_pd(_mm256_mul_pd(dx, dx), _mm256_mul_pd(dy, dy)));
        total = _mm256_add_pd(total, distance);
        _mm256_storeu_pd(sums + j, _mm256_add_pd(_mm256_loadu_pd(sums + j), distance));
    }
    _mm256_storeu_pd(totals.data(), total);
    for (; j < to; ++j) {
        const double distance = std::sqrt((xs[j] - x) * (xs[j] - x) + (ys[j] - y) * (ys[j] - y));
        totals[0] += distance;
        sums[j] += distance;
    }
    return (totals[0] + totals[1]) + (totals[2] + totals[3]);
}
#endif

AddDistances add_distances_here()
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) return add_distances_avx2;
#endif
    return add_distances_anywhere;
}

/// The sum of every person's distances to every cell: [cell * people + person], people by cell.
std::vector<double> distance_sums(std::span<const Point> points, const Cells& cells)
{
    const auto people = points.size();
    const auto count = cells.begin.size() - 1;
    std::vector<double> xs(people);
    std::vector<double> ys(people);
    for (std::size_t i = 0; i < people; ++i) {
        xs[i] = points[cells.order[i]].x;
        ys[i] = points[cells.order[i]].y;
    }
    std::vector<double> sums(count * people, 0.0);
    static const AddDistances add_distances = add_distances_here();
    for (std::size_t a = 0; a < count; ++a) {
        double* to_a = sums.data() + a * people;
        for (std::size_t b = a; b < count; ++b) {
            double* to_b = sums.data() + b * people;
            for (auto i = cells.begin[a]; i < cells.begin[a + 1]; ++i) {
                const auto from = a == b ? i + 1 : cells.begin[b];
                to_b[i] += add_distances(xs[i], ys[i], xs.data(), ys.data(), to_a, from,
                                         cells.begin[b + 1]);
            }
        }
    }
    return sums;
}

/// A person's mean distances: to the rest of her own group and to the nearest other group.
struct MeanDistances {
    double inside = 0;
    double outside = std::numeric_limits<double>::infinity();
    std::size_t nearest = 0;

    double silhouette() const
    {
        const double larger = std::max(inside, outside);
        return larger > 0 ? (outside - inside) / larger : 0;
    }
};

/// From the sums of distances to each group; the own group has at least two people.
MeanDistances means_of(std::span<const double> to_group, std::span<const std::size_t> sizes,
                       std::size_t own)
{
    MeanDistances means;
    means.inside = to_group[own] / static_cast<double>(sizes[own] - 1);
    for (std::size_t other = 0; other < sizes.size(); ++other) {
        if (other == own || sizes[other] == 0) continue;
        const double mean = to_group[other] / static_cast<double>(sizes[other]);
        if (mean >= means.outside) continue;
        means.outside = mean;
        means.nearest = other;
    }
    return means;
}

double silhouette_of(const Grouping& grouping, std::size_t grouping_at, const Cells& cells,
                     std::span<const double> sums)
{
    const auto people = grouping.group.size();
    const auto sizes = group_sizes(grouping);
    const auto used =
        std::count_if(sizes.begin(), sizes.end(), [](std::size_t size) { return size > 0; });
    if (used < 2 || static_cast<std::size_t>(used) >= people)
        return std::numeric_limits<double>::quiet_NaN();
    const auto count = cells.begin.size() - 1;
    double total = 0;
    std::vector<double> to_group(sizes.size());
    for (std::size_t cell = 0; cell < count; ++cell) {
        const auto own = cells.group[grouping_at][cell];
        if (sizes[own] < 2) continue;
        for (auto i = cells.begin[cell]; i < cells.begin[cell + 1]; ++i) {
            std::fill(to_group.begin(), to_group.end(), 0.0);
            for (std::size_t other = 0; other < count; ++other)
                to_group[cells.group[grouping_at][other]] += sums[other * people + i];
            total += means_of(to_group, sizes, own).silhouette();
        }
    }
    return total / static_cast<double>(people);
}

/// Everybody's sums of distances to each group, kept up as people move between groups.
class Settling {
public:
    Settling(std::span<const Point> points, const Grouping& grouping)
        : points_(points), group_(grouping.group), sizes_(group_sizes(grouping)),
          sums_(points.size() * sizes_.size())
    {
        std::size_t taken = 0;
        const Grouping* const only = &grouping;
        const auto cells = split(points.size(), std::span(&only, 1), taken);
        const auto by_cell = distance_sums(points, cells);
        for (std::size_t cell = 0; cell + 1 < cells.begin.size(); ++cell)
            for (std::size_t at = 0; at < points.size(); ++at)
                sums_[cells.order[at] * sizes_.size() + cells.group[0][cell]] =
                    by_cell[cell * points.size() + at];
    }

    std::span<const std::uint8_t> group() const { return group_; }
    const std::vector<std::size_t>& sizes() const { return sizes_; }

    MeanDistances means(std::size_t person) const
    {
        return means_of(std::span(sums_).subspan(person * sizes_.size(), sizes_.size()), sizes_,
                        group_[person]);
    }

    double silhouette() const
    {
        double total = 0;
        for (std::size_t person = 0; person < points_.size(); ++person)
            if (sizes_[group_[person]] > 1) total += means(person).silhouette();
        return total / static_cast<double>(points_.size());
    }

    void move(std::size_t person, std::size_t to)
    {
        const auto from = group_[person];
        for (std::size_t other = 0; other < points_.size(); ++other) {
            const double dx = points_[other].x - points_[person].x;
            const double dy = points_[other].y - points_[person].y;
            const double distance = std::sqrt(dx * dx + dy * dy);
            sums_[other * sizes_.size() + from] -= distance;
            sums_[other * sizes_.size() + to] += distance;
        }
        --sizes_[from];
        ++sizes_[to];
        group_[person] = static_cast<std::uint8_t>(to);
    }

private:
    std::span<const Point> points_;
    std::vector<std::uint8_t> group_;
    std::vector<std::size_t> sizes_;
    std::vector<double> sums_; // [person * groups + group]
};

} // namespace

std::vector<double> silhouettes(std::span<const Point> points,
                                std::span<const Grouping* const> groupings)
{
    std::vector<double> means;
    while (means.size() < groupings.size()) {
        std::size_t taken = 0;
        const auto cells = split(points.size(), groupings.subspan(means.size()), taken);
        const auto sums = distance_sums(points, cells);
        for (std::size_t at = 0; at < taken; ++at)
            means.push_back(silhouette_of(*groupings[means.size()], at, cells, sums));
    }
    return means;
}

double settle(std::span<const Point> points, Grouping& grouping, std::size_t smallest)
{
    constexpr int rounds_max = 20; // chosen by hand: most are done after three
    Settling settling(points, grouping);
    double best = settling.silhouette();
    for (int round = 0; round < rounds_max; ++round) {
        struct Move {
            std::size_t person;
            std::size_t to;
        };
        std::vector<Move> moves;
        std::vector<std::size_t> leaving(settling.sizes().size(), 0);
        for (std::size_t person = 0; person < points.size(); ++person) {
            const auto own = settling.group()[person];
            if (settling.sizes()[own] < 2) continue;
            const auto means = settling.means(person);
            if (means.outside >= means.inside) continue;
            moves.push_back({person, means.nearest});
            ++leaving[own];
        }
        // All or none leave a group: people in the same place must stay together.
        std::erase_if(moves, [&](const Move& move) {
            const auto own = settling.group()[move.person];
            return settling.sizes()[own] - leaving[own] < std::max<std::size_t>(smallest, 1);
        });
        if (moves.empty()) break;
        for (const auto& move : moves) settling.move(move.person, move.to);
        const double now = settling.silhouette();
        if (now <= best) break;
        best = now;
        grouping.group.assign(settling.group().begin(), settling.group().end());
    }
    centre_groups(points, grouping);
    return best;
}

double rough_silhouette(std::span<const Point> points, const Grouping& grouping)
{
    double total = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        double inside = 0;
        double outside = std::numeric_limits<double>::infinity();
        for (std::size_t c = 0; c < grouping.centres.size(); ++c) {
            const double dx = points[i].x - grouping.centres[c].x;
            const double dy = points[i].y - grouping.centres[c].y;
            const double distance = std::sqrt(dx * dx + dy * dy);
            if (c == grouping.group[i])
                inside = distance;
            else
                outside = std::min(outside, distance);
        }
        const double larger = std::max(inside, outside);
        if (larger > 0) total += (outside - inside) / larger;
    }
    return total / static_cast<double>(points.size());
}

} // namespace moothall::decide::opinions
