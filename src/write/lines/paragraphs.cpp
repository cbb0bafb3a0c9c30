#include "write/lines/paragraphs.hpp"

#include "text/unicode.hpp"
#include "write/lines/difference.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace moothall::write {

namespace {

constexpr double share_min = 0.4;
/// All with all is a square: beyond this, what stands in another place counts as new.
constexpr std::size_t pairs_max = 20'000;

using Words = std::vector<std::string>;

Words words_of(std::string_view text)
{
    const auto folded = fold(text);
    Words found;
    for (const auto word : words(folded)) found.emplace_back(word);
    std::ranges::sort(found);
    return found;
}

/// How much of both is common: L. R. Dice, "Measures of the amount of ecologic association between
/// species", Ecology 26(3), 1945. Words that stand twice count twice.
double share_of(const Words& one, const Words& other)
{
    if (one.empty() || other.empty()) return 0;
    std::size_t common = 0;
    for (auto x = one.begin(), y = other.begin(); x != one.end() && y != other.end();) {
        if (*x == *y) {
            ++common;
            ++x;
            ++y;
        } else {
            ++(*x < *y ? x : y);
        }
    }
    return 2 * static_cast<double>(common) / static_cast<double>(one.size() + other.size());
}

struct Pair {
    double share;
    std::size_t before;
    std::size_t after;
};

class Matching {
public:
    Matching(const std::vector<Paragraph>& before, const std::vector<std::string>& after)
        : before_(before), after_(after), taken_(before.size(), false), found_(after.size()),
          before_words_(before.size()), after_words_(after.size())
    {
    }

    void take(std::size_t before, std::size_t after)
    {
        taken_[before] = true;
        found_[after] = before;
    }

    /// The same text in another place.
    void find_moved()
    {
        std::unordered_map<std::string_view, std::size_t> places;
        for (std::size_t i = before_.size(); i-- > 0;)
            if (!taken_[i] && !before_[i].text.empty()) places[before_[i].text] = i;
        for (std::size_t j = 0; j < after_.size(); ++j) {
            if (found_[j]) continue;
            const auto place = places.find(after_[j]);
            if (place == places.end()) continue;
            take(place->second, j);
            places.erase(place);
        }
    }

    /// Those alike within a part of both texts, the most alike first.
    void find_alike(std::size_t from, std::size_t until, std::size_t after_from,
                    std::size_t after_until)
    {
        std::vector<std::size_t> left;
        std::vector<std::size_t> right;
        for (auto i = from; i < until; ++i)
            if (!taken_[i]) left.push_back(i);
        for (auto j = after_from; j < after_until; ++j)
            if (!found_[j]) right.push_back(j);
        if (left.size() * right.size() > pairs_max) return;
        std::vector<Pair> pairs;
        for (const auto i : left)
            for (const auto j : right)
                if (const auto share = share_of(before_words(i), after_words(j));
                    share >= share_min)
                    pairs.push_back({share, i, j});
        std::ranges::sort(pairs, [](const Pair& one, const Pair& other) {
            return std::tuple(-one.share, one.before, one.after) <
                   std::tuple(-other.share, other.before, other.after);
        });
        for (const auto& pair : pairs)
            if (!taken_[pair.before] && !found_[pair.after]) take(pair.before, pair.after);
    }

    std::optional<std::size_t> found(std::size_t after) const { return found_[after]; }

private:
    const Words& before_words(std::size_t i)
    {
        if (!before_words_[i]) before_words_[i] = words_of(before_[i].text);
        return *before_words_[i];
    }
    const Words& after_words(std::size_t j)
    {
        if (!after_words_[j]) after_words_[j] = words_of(after_[j]);
        return *after_words_[j];
    }

    const std::vector<Paragraph>& before_;
    const std::vector<std::string>& after_;
    std::vector<bool> taken_;
    std::vector<std::optional<std::size_t>> found_;
    std::vector<std::optional<Words>> before_words_;
    std::vector<std::optional<Words>> after_words_;
};

} // namespace

std::vector<std::int64_t> follow_paragraphs(const std::vector<Paragraph>& before,
                                            const std::vector<std::string>& after,
                                            std::int64_t& next)
{
    std::vector<std::string_view> one;
    for (const auto& paragraph : before) one.push_back(paragraph.text);
    const auto steps = find_steps(one, {after.begin(), after.end()});
    Matching matching(before, after);
    std::size_t x = 0;
    std::size_t y = 0;
    for (const auto step : steps) {
        if (step == Change::kept) matching.take(x, y);
        if (step != Change::put_in) ++x;
        if (step != Change::taken_out) ++y;
    }
    matching.find_moved();
    x = y = 0;
    for (std::size_t i = 0; i < steps.size();) {
        const auto from = x;
        const auto after_from = y;
        for (; i < steps.size() && steps[i] != Change::kept; ++i)
            ++(steps[i] == Change::taken_out ? x : y);
        matching.find_alike(from, x, after_from, y);
        for (; i < steps.size() && steps[i] == Change::kept; ++i) {
            ++x;
            ++y;
        }
    }
    matching.find_alike(0, before.size(), 0, after.size());
    std::vector<std::int64_t> ids;
    for (std::size_t j = 0; j < after.size(); ++j)
        ids.push_back(matching.found(j) ? before[*matching.found(j)].id : next++);
    return ids;
}

} // namespace moothall::write
