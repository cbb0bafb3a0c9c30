#include "write/lines/difference.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace moothall::write {

namespace {

using Lines = std::vector<std::string_view>;

Lines split(std::string_view text)
{
    Lines lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

/// The same line has the same number: comparing is then as cheap as of numbers.
class Numbers {
public:
    std::vector<int> of(const Lines& lines)
    {
        std::vector<int> numbers;
        numbers.reserve(lines.size());
        for (const auto line : lines)
            numbers.push_back(
                known_.try_emplace(line, static_cast<int>(known_.size())).first->second);
        return numbers;
    }

private:
    std::unordered_map<std::string_view, int> known_;
};

/// The furthest that a path with so many changes came on each diagonal k = x - y, from -d to d.
class Reach {
public:
    explicit Reach(int changes) : changes_(changes), furthest_(size_of(changes), 0) {}
    int& operator[](int diagonal) { return furthest_[place_of(diagonal)]; }
    int operator[](int diagonal) const { return furthest_[place_of(diagonal)]; }

private:
    static std::size_t size_of(int changes) { return 2 * static_cast<std::size_t>(changes) + 1; }
    std::size_t place_of(int diagonal) const
    {
        return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(diagonal) + changes_);
    }
    int changes_;
    std::vector<int> furthest_;
};

/// Whether a path on `diagonal` with `changes` changes comes from the one above: by a line put in.
bool comes_down(const Reach& before, int diagonal, int changes)
{
    if (diagonal == -changes) return true;
    if (diagonal == changes) return false;
    return before[diagonal - 1] < before[diagonal + 1];
}

/// Which of the lines of `one` and `other` are common, as the steps from their beginning to their
/// end; none when there are too many changes.
std::optional<std::vector<Change>> find_shortest(const std::vector<int>& one,
                                                 const std::vector<int>& other, int changes_max)
{
    const auto end_x = static_cast<int>(one.size());
    const auto end_y = static_cast<int>(other.size());
    std::vector<Reach> trail; // trail[d]: before the step with d + 1 changes
    const int most = std::min(end_x + end_y, changes_max);
    bool there = false;
    for (int changes = 0; changes <= most && !there; ++changes) {
        Reach reach(changes);
        for (int diagonal = -changes; diagonal <= changes && !there; diagonal += 2) {
            int x = 0;
            if (changes > 0) {
                const auto& before = trail.back();
                // Diagonals beyond the end of a text are never used again, and hold any number.
                const bool down = comes_down(before, diagonal, changes);
                const int from = down ? diagonal + 1 : diagonal - 1;
                const bool known = from >= 1 - changes && from <= changes - 1;
                x = known ? before[from] + (down ? 0 : 1) : 0;
            }
            int y = x - diagonal;
            while (x < end_x && y >= 0 && y < end_y &&
                   one[static_cast<std::size_t>(x)] == other[static_cast<std::size_t>(y)]) {
                ++x;
                ++y;
            }
            reach[diagonal] = x;
            there = x >= end_x && y >= end_y;
        }
        trail.push_back(std::move(reach));
    }
    if (!there) return {};

    std::vector<Change> steps;
    int x = end_x;
    int y = end_y;
    for (auto changes = static_cast<int>(trail.size()) - 1; changes > 0; --changes) {
        const auto& before = trail[static_cast<std::size_t>(changes) - 1];
        const int diagonal = x - y;
        const bool down = comes_down(before, diagonal, changes);
        const int from_x = before[down ? diagonal + 1 : diagonal - 1];
        const int from_y = from_x - (down ? diagonal + 1 : diagonal - 1);
        for (; x > from_x && y > from_y; --x, --y) steps.push_back(Change::kept);
        steps.push_back(down ? Change::put_in : Change::taken_out);
        x = from_x;
        y = from_y;
    }
    for (; x > 0; --x) steps.push_back(Change::kept);
    std::ranges::reverse(steps);
    return steps;
}

/// Within a run of changes what was taken out comes first.
void take_out_first(std::vector<Change>& steps)
{
    for (auto run = steps.begin(); run != steps.end();) {
        run = std::find_if(run, steps.end(), [](Change step) { return step != Change::kept; });
        const auto end = std::find(run, steps.end(), Change::kept);
        const auto taken = std::count(run, end, Change::taken_out);
        std::fill(run, run + taken, Change::taken_out);
        std::fill(run + taken, end, Change::put_in);
        run = end;
    }
}

} // namespace

std::vector<Change> find_steps(const std::vector<std::string_view>& before,
                               const std::vector<std::string_view>& after, int changes_max)
{
    const auto shorter = std::min(before.size(), after.size());
    std::size_t begin = 0;
    while (begin < shorter && before[begin] == after[begin]) ++begin;
    std::size_t end = 0;
    while (end < shorter - begin &&
           before[before.size() - 1 - end] == after[after.size() - 1 - end])
        ++end;

    Numbers numbers;
    const auto middle = [&](const Lines& lines) {
        return numbers.of(Lines(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                                lines.end() - static_cast<std::ptrdiff_t>(end)));
    };
    const auto before_middle = middle(before);
    const auto after_middle = middle(after);
    std::vector<Change> steps(begin, Change::kept);
    if (auto found = find_shortest(before_middle, after_middle, changes_max)) {
        steps.insert(steps.end(), found->begin(), found->end());
    } else {
        steps.insert(steps.end(), before_middle.size(), Change::taken_out);
        steps.insert(steps.end(), after_middle.size(), Change::put_in);
    }
    steps.insert(steps.end(), end, Change::kept);
    take_out_first(steps);
    return steps;
}

std::vector<Line> find_difference(std::string_view before, std::string_view after, int changes_max)
{
    const auto one = split(before);
    const auto other = split(after);
    std::vector<Line> lines;
    std::size_t x = 0;
    std::size_t y = 0;
    for (const auto step : find_steps(one, other, changes_max)) {
        lines.push_back({step, std::string(step == Change::put_in ? other[y] : one[x])});
        if (step != Change::put_in) ++x;
        if (step != Change::taken_out) ++y;
    }
    return lines;
}

Hunks find_hunks(const std::vector<Line>& lines, std::size_t around)
{
    Hunks found;
    std::size_t shown = 0; // up to where lines were shown or left out
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].change == Change::kept) continue;
        const auto from = std::max(shown, i - std::min(i, around));
        if (found.hunks.empty() || from > shown)
            found.hunks.push_back({static_cast<std::int64_t>(from - shown), {}});
        auto& hunk = found.hunks.back().lines;
        const auto until = std::min(lines.size(), i + around + 1);
        // Up to the next change only: it brings its own lines.
        for (shown = from; shown < until; ++shown) {
            if (shown > i && lines[shown].change != Change::kept) break;
            hunk.push_back(lines[shown]);
        }
    }
    found.left_out = static_cast<std::int64_t>(lines.size() - shown);
    return found;
}

} // namespace moothall::write
