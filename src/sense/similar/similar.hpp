#pragma once

#include "sense/model/model.hpp"
#include "sense/near/cells.hpp"
#include "sense/near/points.hpp"
#include "sense/similar/word_index.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::sense {

/// What a text without a title of its own is called: what stands before the first " — " or line
/// break, or its first sentence.
std::string title_of(std::string_view text);

struct Match {
    std::uint32_t text;
    /// How far it stands out among all texts, in standard deviations; only to be compared within
    /// one answer.
    double score;
    /// Why: the mean cosine of titles and of whole texts, and the BM25 score of the words.
    double meaning;
    double words;
};

/// Which texts say what another says: for "has this been said before?" while somebody types.
///
/// Two measures are taken of every text and each is made comparable by its mean and deviation over
/// all texts: the cosine of the titles plus that of the whole texts, and BM25 with the words of
/// titles counted three times. Their sum, 0.6 to 0.4, was best on marked duplicates of Meta Stack
/// Exchange: recall at 5 of 0.57, against 0.48 and 0.42 by either alone.
///
/// Up to `texts_compared_max` texts all points are compared; beyond, those in the nearest cells and
/// those with most words in common. Finding is safe from many threads while nobody adds.
class SimilarTexts {
public:
    /// `model` must outlive this. `language` is that of most texts, for stems and stop words.
    SimilarTexts(const Model& model, std::string language, std::size_t texts_compared_max = 20'000);

    /// Adds a text and answers its number, counting from 0. `body` may be empty.
    std::uint32_t add(std::string_view title, std::string_view body);
    /// From now on this text is not found.
    void remove(std::uint32_t text);
    std::size_t size() const { return removed_.size(); }

    /// The `limit` most similar, the best first. `may_see` says which texts the asking person may
    /// see; the others do not show. Texts with nothing in common are left out.
    std::vector<Match> find(std::string_view title, std::string_view body, std::size_t limit,
                            const std::function<bool(std::uint32_t)>& may_see = {}) const;

private:
    struct Query {
        Points title;
        Points whole;
        std::vector<std::string> stems;
    };
    Query read(std::string_view title, std::string_view body) const;
    float meaning(const Query& query, std::uint32_t text) const;
    void divide_when_large();
    std::vector<std::uint32_t> candidates(const Query& query, const WordIndex::Scores& words,
                                          const std::function<bool(std::uint32_t)>& may_see) const;

    const Model* model_;
    WordIndex words_;
    Points titles_;
    Points wholes_;
    std::vector<bool> removed_;
    std::size_t texts_compared_max_;
    std::optional<Cells> cells_;
    std::vector<std::vector<std::uint32_t>> texts_in_cell_;
    std::size_t divided_at_ = 0; // how many texts there were when the cells were made
};

} // namespace moothall::sense
