#pragma once

#include "sense/model/model.hpp"
#include "sense/near/points.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace moothall::sense {

/// Who can help with a question, judged by what people wrote.
struct Knower {
    std::uint32_t person;
    double score; // only to be compared within one answer
    /// Their texts that speak for them, the strongest first; at most three unless more were asked
    /// for.
    std::vector<std::uint32_t> texts;
    std::vector<double> worths; // of these texts; the score is the sum over all of them
    double nearest = 0;         // the cosine of the nearest one
};

/// How much an old text counts: half for each `half_life_days`. A text from the future counts once.
double recency(double age_days, double half_life_days = 365);

/// Finds who knows about something.
///
/// A person's score is the sum over their texts of the cosine to the question, to the ninth power:
/// with texts as experts' evidence (K. Balog, L. Azzopardi and M. de Rijke, "Formal models for
/// expert finding in enterprise corpora", 2006, model 2), sharpened so that one close text counts
/// for more than many that share a few words. Powers from 8 to 12 find the right person first in
/// 0.74 to 0.75 of the questions made from BANKING77, the fourth in 0.68.
///
/// It serves the person who asks: nothing here counts or compares people without a question.
class WhoKnows {
public:
    /// `model` must outlive this.
    explicit WhoKnows(const Model& model);

    /// Adds what a person wrote, and answers its number, counting from 0. `weight` is its recency,
    /// say; 0 or more.
    std::uint32_t add(std::uint32_t person, std::string_view text, double weight = 1);

    /// The `limit` people who know most, the best first. `may_see` says which texts the asking
    /// person may see: only those count.
    std::vector<Knower> find(std::string_view question, std::size_t limit,
                             const std::function<bool(std::uint32_t text)>& may_see = {},
                             std::size_t texts_max = 3) const;

private:
    const Model* model_;
    Points points_;
    std::vector<std::uint32_t> person_of_;
    std::vector<double> weights_;
};

} // namespace moothall::sense
