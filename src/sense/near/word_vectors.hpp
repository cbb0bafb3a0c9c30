#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace moothall::sense {

/// Texts as weighted bags of the pieces they are made of, to see which words two texts share.
///
/// A piece weighs (1 + ln count) · idf, idf = ln((1 + texts) / (1 + texts with it)) + 1, and each
/// bag has length one (Salton and Buckley, "Term-weighting approaches in automatic text retrieval",
/// 1988).
class WordVectors {
public:
    /// `rows` are those of Model::tokenize.
    void add(std::span<const std::int32_t> rows);
    /// Weighs all texts added so far. Those added later are weighed by what was known here.
    void weigh();

    std::size_t size() const { return starts_.size() - 1; }
    /// No piece of it is known, as of an empty text.
    bool says_nothing(std::size_t text) const { return of(text).empty(); }
    /// The cosine of two bags, in [0, 1].
    float similarity(std::size_t left, std::size_t right) const;

private:
    struct Entry {
        std::int32_t row;
        float weight; // a count until it is weighed
    };
    void weigh_text(std::size_t text);
    std::span<const Entry> of(std::size_t text) const
    {
        return {entries_.data() + starts_[text], starts_[text + 1] - starts_[text]};
    }

    std::vector<std::size_t> starts_ = {0};
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> texts_with_;
    std::size_t weighed_texts_ = 0;
    bool weighed_ = false;
};

} // namespace moothall::sense
