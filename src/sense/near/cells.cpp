#include "sense/near/cells.hpp"

#include "base/invariant.hpp"
#include "sense/model/kernels.hpp"
#include "sense/near/threads.hpp"

#include <algorithm>

namespace moothall::sense {

namespace {

constexpr std::size_t points_at_once =
    64; // points whose products with all centres are taken at once
constexpr std::size_t sample_per_cell = 48;
constexpr int rounds = 6; // moves of the centres; more hardly move them

} // namespace

std::vector<std::uint32_t> nearest_centres(const Points& points, const Points& centres,
                                           std::size_t count, unsigned threads)
{
    invariant(centres.size() > 0, "there is at least one centre");
    count = std::min(count, centres.size());
    std::vector<std::uint32_t> nearest(points.size() * count);
    for_each_index(
        (points.size() + points_at_once - 1) / points_at_once, threads, [&](std::size_t b) {
            const auto first = b * points_at_once;
            const auto rows = std::min(points_at_once, points.size() - first);
            std::vector<std::int32_t> products(rows * centres.size());
            dots(points.row(first), rows, centres.row(0), centres.size(), points.stride(),
                 products.data());
            std::vector<std::pair<float, std::uint32_t>> best;
            for (std::size_t i = 0; i < rows; ++i) {
                // The scale of the point itself does not change which centre is nearest.
                best.clear();
                for (std::size_t c = 0; c < centres.size(); ++c) {
                    const auto near =
                        -static_cast<float>(products[i * centres.size() + c]) * centres.scales()[c];
                    if (best.size() == count && near >= best.back().first) continue;
                    if (best.size() == count) best.pop_back();
                    const std::pair entry(near, static_cast<std::uint32_t>(c));
                    best.insert(std::ranges::upper_bound(best, entry), entry);
                }
                for (std::size_t c = 0; c < count; ++c)
                    nearest[(first + i) * count + c] = best[c].second;
            }
        });
    return nearest;
}

Cells::Cells(const Points& points, std::size_t cells, unsigned threads)
    : centres_(points.dimension())
{
    std::vector<std::size_t> speaking;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (!points.says_nothing(i)) speaking.push_back(i);
    if (speaking.empty()) {
        centres_.add(std::vector<float>(points.dimension()));
        return;
    }
    cells = std::clamp<std::size_t>(cells, 1, speaking.size());
    const auto wanted = std::min(speaking.size(), cells * sample_per_cell);
    Points sample(points.dimension());
    sample.reserve(wanted);
    for (std::size_t i = 0; i < wanted; ++i)
        sample.add(points, speaking[i * speaking.size() / wanted]);
    for (std::size_t c = 0; c < cells; ++c) centres_.add(sample, c * wanted / cells);

    std::vector<float> sums(cells * points.dimension());
    std::vector<std::size_t> sizes(cells);
    for (int round = 0; round < rounds; ++round) {
        const auto nearest = nearest_centres(sample, centres_, 1, threads);
        std::ranges::fill(sums, 0.0F);
        std::ranges::fill(sizes, 0U);
        for (std::size_t i = 0; i < wanted; ++i) {
            const std::size_t cell = nearest[i];
            ++sizes[cell];
            sample.add_to({sums.data() + cell * points.dimension(), points.dimension()}, i);
        }
        for (std::size_t c = 0; c < cells; ++c)
            if (sizes[c] > 0)
                centres_.replace(c, {sums.data() + c * points.dimension(), points.dimension()});
    }
}

std::vector<std::uint32_t> Cells::nearest(const Points& points, std::size_t index,
                                          std::size_t count) const
{
    Points one(points.dimension());
    one.add(points, index);
    return nearest_centres(one, centres_, count, 1);
}

} // namespace moothall::sense
