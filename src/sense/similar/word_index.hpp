#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace moothall::sense {

/// Finds texts by their words: Okapi BM25 with k1 = 1.2 and b = 0.75 (S. Robertson and H. Zaragoza,
/// "The probabilistic relevance framework: BM25 and beyond", 2009, section 3).
///
/// Words are compared by their stem in one language; stop words do not count.
class WordIndex {
public:
    explicit WordIndex(std::string language) : language_(std::move(language)) {}

    /// The stems of what is said in `text`, in order.
    std::vector<std::string> stems(std::string_view text) const;

    /// Adds the next text, numbered from 0. Stems given twice count twice.
    void add(std::span<const std::string> stems);

    std::size_t size() const { return lengths_.size(); }
    /// What texts have in common with a query, to be used again for the next: filling a million
    /// zeros would take longer than most questions do.
    struct Scores {
        std::vector<float> of;            // by text; 0 without a word in common
        std::vector<std::uint32_t> found; // those with one
    };
    /// The score of every text. A stem given twice counts once. `scores` is empty, or from here.
    void score(std::span<const std::string> query, Scores& scores) const;

private:
    /// One for each word of each text, which is most of what is kept, so it has four bytes. What
    /// holds a word 63 times and what holds it more often have the same score to a hundredth.
    struct Posting {
        std::uint32_t text : 26;
        std::uint32_t count : 6;
    };

    std::string language_;
    std::unordered_map<std::string, std::vector<Posting>> postings_;
    std::vector<std::uint32_t> lengths_;
    std::uint64_t total_length_ = 0;
};

} // namespace moothall::sense
