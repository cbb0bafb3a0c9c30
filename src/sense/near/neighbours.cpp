#include "sense/near/neighbours.hpp"

#include "base/invariant.hpp"
#include "sense/model/kernels.hpp"
#include "sense/near/cells.hpp"
#include "sense/near/threads.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <mutex>
#include <numeric>

namespace moothall::sense {

namespace {

constexpr std::size_t tile_rows = 256; // rows of a tile: two sides and their products fit the cache
constexpr std::size_t points_per_cell = 400;
constexpr std::size_t votes_per_point = 6;

bool is_nearer(const Neighbour& left, const Neighbour& right)
{
    return left.similarity > right.similarity ||
           (left.similarity == right.similarity && left.index < right.index);
}

// Multiplies blocks of rows with each other and keeps what is near.
//
// A list is written only while the lock of its row's tile_rows is held. What ends up in a list does
// not depend on the order of the offers, since no two neighbours rank the same.
class Tiles {
public:
    /// `names` maps rows of `rows` to the points that the lists are about.
    Tiles(const Points& rows, const std::vector<std::uint32_t>& names, NeighbourLists& lists)
        : rows_(rows), names_(names), lists_(lists), thresholds_(rows.size()),
          locks_(rows.size() / tile_rows + 1)
    {
        for (std::size_t row = 0; row < rows.size(); ++row)
            thresholds_[row] = lower(lists.threshold(names[row]));
    }

    struct Range {
        std::size_t first;
        std::size_t last;
    };
    /// All pairs of one row of `left` and one of `right`. The two are the same or do not overlap,
    /// and neither crosses a multiple of `tile_rows`.
    void multiply(Range left, Range right)
    {
        thread_local std::vector<std::int32_t> products;
        thread_local std::array<std::uint32_t, tile_rows> hits;
        const auto left_count = left.last - left.first;
        const auto right_count = right.last - right.first;
        products.resize(tile_rows * tile_rows);
        dots(rows_.row(left.first), left_count, rows_.row(right.first), right_count, rows_.stride(),
             products.data());

        auto& left_lock = locks_[left.first / tile_rows];
        auto& right_lock = locks_[right.first / tile_rows];
        const auto one_block = &left_lock == &right_lock;
        std::unique_lock first(left_lock, std::defer_lock);
        std::unique_lock second(right_lock, std::defer_lock);
        if (one_block) {
            first.lock();
        } else {
            std::lock(first, second);
        }
        for (std::size_t i = 0; i < left_count; ++i) {
            const auto row = left.first + i;
            const auto scale = rows_.scales()[row];
            if (scale == 0) continue;
            const auto skipped = left.first == right.first ? i + 1 : 0; // each pair once
            const auto* row_products = products.data() + i * right_count;
            const auto found =
                collect_near(row_products + skipped, rows_.scales() + right.first + skipped, scale,
                             thresholds_[row], thresholds_.data() + right.first + skipped,
                             right_count - skipped, hits.data());
            for (std::size_t h = 0; h < found; ++h) {
                const auto j = skipped + hits[h];
                const auto other = right.first + j;
                const auto other_scale = rows_.scales()[other];
                if (other_scale == 0) continue;
                const auto similarity = static_cast<float>(row_products[j]) * (scale * other_scale);
                offer(row, other, similarity);
                offer(other, row, similarity);
            }
        }
    }

private:
    // collect_near keeps what is above the threshold; a lower index gets in at the threshold too.
    static float lower(float threshold)
    {
        return std::nextafter(threshold, -std::numeric_limits<float>::infinity());
    }
    void offer(std::size_t row, std::size_t other, float similarity)
    {
        if (similarity <= thresholds_[row]) return;
        lists_.offer(names_[row], {names_[other], similarity});
        thresholds_[row] = lower(lists_.threshold(names_[row]));
    }

    const Points& rows_;
    const std::vector<std::uint32_t>& names_;
    NeighbourLists& lists_;
    std::vector<float> thresholds_;
    std::vector<std::mutex> locks_;
};

// Cuts a range of rows at multiples of `tile_rows`.
std::vector<Tiles::Range> blocks_of(std::size_t first, std::size_t last)
{
    std::vector<Tiles::Range> ranges;
    while (first < last) {
        const auto end = std::min(last, (first / tile_rows + 1) * tile_rows);
        ranges.push_back({first, end});
        first = end;
    }
    return ranges;
}

class Reporter {
public:
    Reporter(const Progress& progress, std::size_t total) : progress_(progress), total_(total) {}

    bool stopped() const { return stopped_; }
    void add(std::size_t done)
    {
        if (!progress_) return;
        const std::lock_guard lock(mutex_);
        done_ += done;
        if (!stopped_ && progress_("neighbours", static_cast<double>(done_) /
                                                     static_cast<double>(total_)) == Continue::no)
            stopped_ = true;
    }

private:
    const Progress& progress_;
    std::size_t total_;
    std::size_t done_ = 0;
    std::mutex mutex_;
    std::atomic<bool> stopped_{false};
};

std::vector<std::uint32_t> own_names(std::size_t count)
{
    std::vector<std::uint32_t> names(count);
    std::iota(names.begin(), names.end(), 0U);
    return names;
}

bool find_among_all(const Points& points, const NeighbourSearch& search, NeighbourLists& lists)
{
    const auto names = own_names(points.size());
    Tiles tiles(points, names, lists);
    const auto blocks = blocks_of(0, points.size());
    Reporter reporter(search.progress, blocks.size() * (blocks.size() + 1) / 2);
    for_each_index(blocks.size(), search.threads, [&](std::size_t b) {
        for (auto other = b; other < blocks.size() && !reporter.stopped(); ++other)
            tiles.multiply(blocks[b], blocks[other]);
        reporter.add(blocks.size() - b);
    });
    return !reporter.stopped();
}

// The cells whose rows are multiplied with those of each cell: itself and those that most of its
// points have among their nearest. Listed once for each pair, at the lower cell.
std::vector<std::vector<std::uint32_t>> cells_to_search(std::size_t cells, std::size_t searched,
                                                        std::span<const std::uint32_t> nearest,
                                                        std::size_t votes, const Points& centres,
                                                        unsigned threads)
{
    std::vector<std::vector<std::uint32_t>> wanted(cells);
    const auto near_centres = nearest_centres(centres, centres, searched, threads);
    const auto per_centre = near_centres.size() / cells;
    std::vector<std::vector<std::uint32_t>> voted(cells);
    for (std::size_t at = 0; at < nearest.size(); at += votes)
        for (std::size_t v = 1; v < votes; ++v) voted[nearest[at]].push_back(nearest[at + v]);
    for (std::size_t cell = 0; cell < cells; ++cell) {
        auto& votes_here = voted[cell];
        std::ranges::sort(votes_here);
        std::vector<std::pair<std::size_t, std::uint32_t>> counted; // votes, most first
        for (std::size_t i = 0; i < votes_here.size();) {
            auto end = i;
            while (end < votes_here.size() && votes_here[end] == votes_here[i]) ++end;
            counted.emplace_back(end - i, votes_here[i]);
            i = end;
        }
        std::ranges::sort(counted, [](const auto& left, const auto& right) {
            return left.first > right.first ||
                   (left.first == right.first && left.second < right.second);
        });
        std::vector<std::uint32_t> chosen = {static_cast<std::uint32_t>(cell)};
        const auto choose = [&](std::uint32_t other) {
            if (chosen.size() < searched && std::ranges::find(chosen, other) == chosen.end())
                chosen.push_back(other);
        };
        for (const auto& [count, other] : counted) choose(other);
        for (std::size_t i = 0; i < per_centre; ++i) choose(near_centres[cell * per_centre + i]);
        for (const auto other : chosen)
            wanted[std::min<std::size_t>(cell, other)].push_back(
                std::max(static_cast<std::uint32_t>(cell), other));
    }
    for (auto& others : wanted) {
        std::ranges::sort(others);
        const auto repeated = std::ranges::unique(others);
        others.erase(repeated.begin(), repeated.end());
    }
    return wanted;
}

bool find_in_near_cells(const Points& points, const NeighbourSearch& search, NeighbourLists& lists)
{
    const Cells cells(points, points.size() / points_per_cell, search.threads);
    const auto votes = std::min(votes_per_point, cells.size());
    const auto nearest = nearest_centres(points, cells.centres(), votes, search.threads);

    // Rows are laid out cell after cell, so that tiles are blocks of memory.
    std::vector<std::size_t> starts(cells.size() + 1);
    for (std::size_t i = 0; i < points.size(); ++i) ++starts[nearest[i * votes] + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<std::uint32_t> names(points.size());
    auto next = starts;
    for (std::size_t i = 0; i < points.size(); ++i)
        names[next[nearest[i * votes]]++] = static_cast<std::uint32_t>(i);
    Points rows(points.dimension());
    rows.reserve(points.size());
    for (const auto name : names) rows.add(points, name);

    const auto wanted = cells_to_search(cells.size(), search.cells_searched, nearest, votes,
                                        cells.centres(), search.threads);
    Tiles tiles(rows, names, lists);
    Reporter reporter(search.progress, cells.size());
    for_each_index(cells.size(), search.threads, [&](std::size_t cell) {
        const auto here = blocks_of(starts[cell], starts[cell + 1]);
        for (const auto other : wanted[cell]) {
            if (reporter.stopped()) return;
            const auto there = blocks_of(starts[other], starts[other + 1]);
            for (std::size_t i = 0; i < here.size(); ++i)
                for (auto j = other == cell ? i : 0; j < there.size(); ++j)
                    tiles.multiply(here[i], there[j]);
        }
        reporter.add(1);
    });
    return !reporter.stopped();
}

} // namespace

void NeighbourLists::resize(std::size_t points)
{
    invariant(points <= std::numeric_limits<std::uint32_t>::max(), "indices have 32 bits");
    neighbours_.resize(points * neighbours_max_);
    counts_.resize(points);
}

void NeighbourLists::offer(std::size_t point, Neighbour neighbour)
{
    auto* list = neighbours_.data() + point * neighbours_max_;
    auto& count = counts_[point];
    if (count == neighbours_max_) {
        if (count == 0 || !is_nearer(neighbour, list[count - 1])) return;
    } else {
        ++count;
    }
    auto at = std::size_t{count} - 1;
    for (; at > 0 && is_nearer(neighbour, list[at - 1]); --at) list[at] = list[at - 1];
    list[at] = neighbour;
}

std::optional<NeighbourLists> find_neighbours(const Points& points, const NeighbourSearch& search)
{
    NeighbourLists lists(search.neighbours_max);
    lists.resize(points.size());
    if (points.size() == 0) return lists;
    const auto finished = points.size() <= search.exact_points_max
                              ? find_among_all(points, search, lists)
                              : find_in_near_cells(points, search, lists);
    if (!finished) return std::nullopt;
    return lists;
}

void extend_neighbours(NeighbourLists& lists, const Points& points, unsigned threads)
{
    const auto first_new = lists.size();
    invariant(first_new <= points.size(), "lists are extended by points that were added");
    lists.resize(points.size());
    const auto names = own_names(points.size());
    Tiles tiles(points, names, lists);
    const auto old_blocks = blocks_of(0, first_new);
    const auto new_blocks = blocks_of(first_new, points.size());
    for_each_index(new_blocks.size(), threads, [&](std::size_t b) {
        for (const auto& other : old_blocks) tiles.multiply(other, new_blocks[b]);
        for (auto other = b; other < new_blocks.size(); ++other)
            tiles.multiply(new_blocks[b], new_blocks[other]);
    });
}

} // namespace moothall::sense
