#include "sense/similar/similar.hpp"

#include "base/invariant.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace moothall::sense {

namespace {

constexpr double meaning_share = 0.6;
constexpr std::size_t title_bytes_max = 200;
constexpr std::size_t texts_per_cell = 400;
constexpr std::size_t cells_searched = 10;
constexpr std::size_t by_words_max = 200;
constexpr std::size_t sample_size = 1'000; // texts by which mean and deviation are estimated

struct Spread {
    double mean = 0;
    double deviation = 0;

    double standing(double value) const
    {
        return deviation > 1e-9 ? (value - mean) / deviation : 0;
    }
};

/// Of `count` numbers, of which those that are not listed are 0.
template <class Range, class Value>
Spread spread_of(const Range& range, std::size_t count, const Value& value)
{
    double sum = 0;
    double squares = 0;
    for (const auto& entry : range) {
        const auto number = static_cast<double>(value(entry));
        sum += number;
        squares += number * number;
    }
    if (count == 0) return {};
    const auto mean = sum / static_cast<double>(count);
    return {mean, std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean))};
}

/// The `limit` with the most words in common among those that `counts` admits, in no order. Whether
/// somebody may see a text is asked only of what would be kept.
template <class Counts>
std::vector<std::uint32_t> most_in_common(const WordIndex::Scores& words, std::size_t limit,
                                          const Counts& counts)
{
    std::vector<std::uint32_t> kept; // a heap, the least on top
    const auto is_better = [&](std::uint32_t left, std::uint32_t right) {
        return words.of[left] > words.of[right] ||
               (words.of[left] == words.of[right] && left < right);
    };
    for (const auto text : words.found) {
        if (kept.size() == limit) {
            if (!is_better(text, kept.front()) || !counts(text)) continue;
            std::ranges::pop_heap(kept, is_better);
            kept.back() = text;
        } else {
            if (!counts(text)) continue;
            kept.push_back(text);
        }
        std::ranges::push_heap(kept, is_better);
    }
    return kept;
}

std::string joined(std::string_view title, std::string_view body)
{
    std::string whole(title);
    if (!body.empty()) {
        whole += " — ";
        whole += body;
    }
    return whole;
}

} // namespace

std::string title_of(std::string_view text)
{
    const auto dash = text.find(" — ");
    const auto line = text.find('\n');
    const auto end = std::min(dash, line);
    if (end != std::string_view::npos && end > 0 && end <= title_bytes_max)
        return std::string(text.substr(0, end));
    return first_sentence(text);
}

SimilarTexts::SimilarTexts(const Model& model, std::string language, std::size_t texts_compared_max)
    : model_(&model), words_(std::move(language)), titles_(model.dimension()),
      wholes_(model.dimension()), texts_compared_max_(texts_compared_max)
{
}

SimilarTexts::Query SimilarTexts::read(std::string_view title, std::string_view body) const
{
    Query query{Points(model_->dimension()), Points(model_->dimension()), {}};
    const auto whole = joined(title, body);
    query.title.add(model_->embed(title));
    query.whole.add(body.empty() ? model_->embed(title) : model_->embed(whole));
    const auto title_stems = words_.stems(title);
    query.stems = words_.stems(whole);
    query.stems.insert(query.stems.end(), title_stems.begin(), title_stems.end());
    query.stems.insert(query.stems.end(), title_stems.begin(), title_stems.end());
    return query;
}

std::uint32_t SimilarTexts::add(std::string_view title, std::string_view body)
{
    const auto query = read(title, body);
    const auto text = static_cast<std::uint32_t>(removed_.size());
    titles_.add(query.title, 0);
    wholes_.add(query.whole, 0);
    words_.add(query.stems);
    removed_.push_back(false);
    if (cells_) texts_in_cell_[cells_->nearest(wholes_, text, 1).front()].push_back(text);
    divide_when_large();
    return text;
}

void SimilarTexts::remove(std::uint32_t text)
{
    invariant(text < removed_.size(), "only a text that is there can be removed");
    removed_[text] = true;
}

// The cells are made anew each time the texts have doubled, so adding stays cheap on the whole.
void SimilarTexts::divide_when_large()
{
    if (size() <= texts_compared_max_ || size() < 2 * divided_at_) return;
    divided_at_ = size();
    cells_.emplace(wholes_, size() / texts_per_cell, 1U);
    texts_in_cell_.assign(cells_->size(), {});
    const auto nearest = nearest_centres(wholes_, cells_->centres(), 1, 1);
    for (std::uint32_t text = 0; text < size(); ++text)
        texts_in_cell_[nearest[text]].push_back(text);
}

float SimilarTexts::meaning(const Query& query, std::uint32_t text) const
{
    return (Points::similarity(query.title, 0, titles_, text) +
            Points::similarity(query.whole, 0, wholes_, text)) /
           2;
}

std::vector<std::uint32_t>
SimilarTexts::candidates(const Query& query, const WordIndex::Scores& words,
                         const std::function<bool(std::uint32_t)>& may_see) const
{
    std::vector<std::uint32_t> found;
    if (!cells_) {
        found.resize(size());
        std::iota(found.begin(), found.end(), 0U);
        return found;
    }
    auto cells = cells_->nearest(query.whole, 0, cells_searched);
    for (const auto cell : cells_->nearest(query.title, 0, cells_searched))
        if (std::ranges::find(cells, cell) == cells.end()) cells.push_back(cell);
    std::vector<bool> is_found(size());
    for (const auto cell : cells)
        for (const auto text : texts_in_cell_[cell]) {
            found.push_back(text);
            is_found[text] = true;
        }
    // What somebody may not see takes no place of what she may.
    const auto by_words = most_in_common(words, by_words_max, [&](std::uint32_t text) {
        return !is_found[text] && !removed_[text] && (!may_see || may_see(text));
    });
    found.insert(found.end(), by_words.begin(), by_words.end());
    return found;
}

std::vector<Match> SimilarTexts::find(std::string_view title, std::string_view body,
                                      std::size_t limit,
                                      const std::function<bool(std::uint32_t)>& may_see) const
{
    const auto query = read(title, body);
    thread_local WordIndex::Scores in_common;
    words_.score(query.stems, in_common);
    const auto& word_scores = in_common.of;
    std::vector<std::uint32_t> sample;
    const auto sampled = std::min(size(), sample_size);
    for (std::size_t i = 0; i < sampled; ++i)
        sample.push_back(static_cast<std::uint32_t>(i * size() / sampled));
    const auto meanings =
        spread_of(sample, sampled, [&](auto text) { return meaning(query, text); });
    const auto words =
        spread_of(in_common.found, size(), [&](auto text) { return word_scores[text]; });

    std::vector<Match> matches;
    const auto compared = candidates(query, in_common, may_see);
    for (std::size_t i = 0; i < compared.size(); ++i) {
        // They lie all over the memory, and waiting for it is most of what this costs.
        constexpr std::size_t ahead = 12;
        if (i + ahead < compared.size()) {
            titles_.prefetch(compared[i + ahead]);
            wholes_.prefetch(compared[i + ahead]);
        }
        const auto text = compared[i];
        if (removed_[text] || (may_see && !may_see(text))) continue;
        const auto near = static_cast<double>(meaning(query, text));
        const auto word_score = static_cast<double>(word_scores[text]);
        if (near <= 0 && word_score <= 0) continue;
        matches.push_back({text,
                           meaning_share * meanings.standing(near) +
                               (1 - meaning_share) * words.standing(word_score),
                           near, word_score});
    }
    const auto shown = std::min(limit, matches.size());
    std::ranges::partial_sort(matches, matches.begin() + static_cast<std::ptrdiff_t>(shown),
                              [](const auto& left, const auto& right) {
                                  return left.score > right.score ||
                                         (left.score == right.score && left.text < right.text);
                              });
    matches.resize(shown, Match{});
    return matches;
}

} // namespace moothall::sense
