#include "sense/who_knows/who_knows.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace moothall::sense {

namespace {

constexpr int sharpness = 9;
// Below, a text says nothing about the question, and should not be shown as a reason.
constexpr double told_min = 0.2;

double sharpened(double cosine)
{
    double power = 1;
    for (int i = 0; i < sharpness; ++i) power *= cosine;
    return power;
}

} // namespace

double recency(double age_days, double half_life_days)
{
    invariant(half_life_days > 0, "a half-life is longer than no time");
    return std::exp2(-std::max(0.0, age_days) / half_life_days);
}

WhoKnows::WhoKnows(const Model& model) : model_(&model), points_(model.dimension()) {}

std::uint32_t WhoKnows::add(std::uint32_t person, std::string_view text, double weight)
{
    invariant(weight >= 0, "a text counts for nothing or more");
    points_.add(model_->embed(text));
    person_of_.push_back(person);
    weights_.push_back(weight);
    return static_cast<std::uint32_t>(person_of_.size() - 1);
}

std::vector<Knower> WhoKnows::find(std::string_view question, std::size_t limit,
                                   const std::function<bool(std::uint32_t)>& may_see,
                                   std::size_t texts_max) const
{
    Points asked(model_->dimension());
    asked.add(model_->embed(question));
    struct Evidence {
        double score = 0;
        double nearest = 0;
        std::vector<std::pair<double, std::uint32_t>>
            texts; // negative worth, so that the best sort first
    };
    std::map<std::uint32_t, Evidence> people;
    for (std::uint32_t text = 0; text < person_of_.size(); ++text) {
        if (may_see && !may_see(text)) continue;
        const auto cosine = static_cast<double>(Points::similarity(asked, 0, points_, text));
        if (cosine < told_min) continue;
        const auto worth = weights_[text] * sharpened(cosine);
        if (worth <= 0) continue;
        auto& evidence = people[person_of_[text]];
        evidence.score += worth;
        evidence.nearest = std::max(evidence.nearest, cosine);
        evidence.texts.emplace_back(-worth, text);
    }
    std::vector<Knower> knowers;
    for (auto& [person, evidence] : people) {
        std::ranges::sort(evidence.texts);
        Knower knower{person, evidence.score, {}, {}, evidence.nearest};
        for (const auto& [worth, text] : evidence.texts) {
            if (knower.texts.size() == texts_max) break;
            knower.texts.push_back(text);
            knower.worths.push_back(-worth);
        }
        knowers.push_back(std::move(knower));
    }
    std::ranges::sort(knowers, [](const auto& left, const auto& right) {
        return left.score > right.score ||
               (left.score == right.score && left.person < right.person);
    });
    if (knowers.size() > limit) knowers.resize(limit);
    return knowers;
}

} // namespace moothall::sense
