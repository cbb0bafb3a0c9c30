#include "sense/near/word_vectors.hpp"

#include <algorithm>
#include <cmath>

namespace moothall::sense {

void WordVectors::add(std::span<const std::int32_t> rows)
{
    std::vector<std::int32_t> sorted(rows.begin(), rows.end());
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < sorted.size();) {
        auto end = i;
        while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
        entries_.push_back({sorted[i], static_cast<float>(end - i)});
        i = end;
    }
    starts_.push_back(entries_.size());
    if (weighed_) weigh_text(size() - 1);
}

void WordVectors::weigh()
{
    texts_with_.clear();
    for (const auto& entry : entries_) {
        const auto row = static_cast<std::size_t>(entry.row);
        if (row >= texts_with_.size()) texts_with_.resize(row + 1);
        ++texts_with_[row];
    }
    weighed_texts_ = size();
    weighed_ = true;
    for (std::size_t text = 0; text < size(); ++text) weigh_text(text);
}

void WordVectors::weigh_text(std::size_t text)
{
    double squares = 0;
    for (auto at = starts_[text]; at < starts_[text + 1]; ++at) {
        auto& entry = entries_[at];
        const auto row = static_cast<std::size_t>(entry.row);
        const auto with = row < texts_with_.size() ? texts_with_[row] : 0U;
        const auto rarity =
            std::log((1.0 + static_cast<double>(weighed_texts_)) / (1.0 + with)) + 1.0;
        const auto weight = (1.0 + std::log(static_cast<double>(entry.weight))) * rarity;
        entry.weight = static_cast<float>(weight);
        squares += weight * weight;
    }
    if (!(squares > 0)) return;
    const auto factor = static_cast<float>(1.0 / std::sqrt(squares));
    for (auto at = starts_[text]; at < starts_[text + 1]; ++at) entries_[at].weight *= factor;
}

float WordVectors::similarity(std::size_t left, std::size_t right) const
{
    const auto a = of(left);
    const auto b = of(right);
    float sum = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a[i].row == b[j].row) {
            sum += a[i++].weight * b[j++].weight;
        } else if (a[i].row < b[j].row) {
            ++i;
        } else {
            ++j;
        }
    }
    return sum;
}

} // namespace moothall::sense
