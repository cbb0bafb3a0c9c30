#include "sense/similar/word_index.hpp"

#include "base/invariant.hpp"
#include "sense/themes/stop_words.hpp"
#include "text/language.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace moothall::sense {

std::vector<std::string> WordIndex::stems(std::string_view text) const
{
    std::vector<std::string> result;
    for (const auto word : words(text)) {
        const auto folded = fold(word);
        if (!is_stop_word(language_, folded)) result.push_back(stem(language_, folded));
    }
    return result;
}

void WordIndex::add(std::span<const std::string> stems)
{
    constexpr std::uint32_t texts_max = std::uint32_t{1} << 26U;
    constexpr std::uint32_t count_max = 63;
    invariant(lengths_.size() < texts_max, "a text's number has 26 bits");
    const auto text = static_cast<std::uint32_t>(lengths_.size());
    std::map<std::string_view, std::uint32_t> counts;
    for (const auto& stem_text : stems) ++counts[stem_text];
    for (const auto& [stem_text, count] : counts)
        postings_[std::string(stem_text)].push_back(
            {.text = text & (texts_max - 1), .count = std::min(count, count_max) & count_max});
    lengths_.push_back(static_cast<std::uint32_t>(stems.size()));
    total_length_ += stems.size();
}

void WordIndex::score(std::span<const std::string> query, Scores& scores) const
{
    constexpr auto k1 = 1.2F;
    constexpr auto b = 0.75F;
    for (const auto text : scores.found) scores.of[text] = 0;
    scores.found.clear();
    scores.of.resize(std::max(scores.of.size(), size()));
    if (size() == 0) return;
    const auto texts = static_cast<double>(size());
    const auto mean_length =
        std::max(1.0F, static_cast<float>(static_cast<double>(total_length_) / texts));
    std::vector<std::string_view> distinct(query.begin(), query.end());
    std::ranges::sort(distinct);
    const auto repeated = std::ranges::unique(distinct);
    distinct.erase(repeated.begin(), repeated.end());
    for (const auto stem_text : distinct) {
        const auto found = postings_.find(std::string(stem_text));
        if (found == postings_.end()) continue;
        const auto with = static_cast<double>(found->second.size());
        const auto rarity = static_cast<float>(std::log(1 + (texts - with + 0.5) / (with + 0.5)));
        for (const auto& posting : found->second) {
            const auto count = static_cast<float>(posting.count);
            const auto length = static_cast<float>(lengths_[posting.text]) / mean_length;
            auto& score = scores.of[posting.text];
            if (score == 0) scores.found.push_back(posting.text);
            score += rarity * count * (k1 + 1) / (count + k1 * (1 - b + b * length));
        }
    }
}

} // namespace moothall::sense
