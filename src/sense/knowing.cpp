#include "sense/knowing.hpp"

#include <algorithm>
#include <cmath>

namespace moothall::sense {

namespace {

/// The weight of a moment: twice as much for each year, so that half of it is left after one.
double weight_of(Time at)
{
    constexpr double year_days = 365;
    const auto since = at - Time{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}};
    const auto days = std::chrono::duration<double, std::ratio<86400>>(since).count();
    return std::exp2(std::clamp(days / year_days, -50.0, 500.0));
}

} // namespace

Knowing::Knowing(const LoadedModel& table) : who_knows_(table.model) {}

std::uint32_t Knowing::number_of(Id person)
{
    const auto [at, is_new] =
        people_numbers_.emplace(person, static_cast<std::uint32_t>(people_.size()));
    if (is_new) people_.push_back(person);
    return at->second;
}

void Knowing::put(const Evidence& one)
{
    const std::unique_lock lock(mutex_);
    const auto text =
        who_knows_.add(number_of(one.person), one.text, one.weight * weight_of(one.at));
    entries_.push_back({one.source, one.about, one.person, one.circle, one.is_public, false});
    texts_of_[one.source].push_back(text);
    if (one.about && one.about != one.source) texts_of_[one.about].push_back(text);
}

void Knowing::forget(const std::vector<Id>& things)
{
    const std::unique_lock lock(mutex_);
    for (const Id thing : things) {
        const auto found = texts_of_.find(thing);
        if (found == texts_of_.end()) continue;
        for (const auto text : found->second) {
            if (entries_[text].gone) continue;
            entries_[text].gone = true;
            ++gone_;
        }
        texts_of_.erase(found);
    }
}

std::vector<Knowing::Found> Knowing::find(std::string_view question, std::size_t people,
                                          std::size_t evidence_of_each, const Viewer& viewer) const
{
    const std::shared_lock lock(mutex_);
    std::vector<Found> found;
    for (const auto& knower : who_knows_.find(
             question, people,
             [&](std::uint32_t text) {
                 const auto& entry = entries_[text];
                 return !entry.gone && entry.person != viewer.person &&
                        (entry.is_public || viewer.role_in(entry.circle) != Role::none);
             },
             evidence_of_each)) {
        Found one{people_[knower.person], knower.nearest, {}};
        for (std::size_t i = 0; i < knower.texts.size(); ++i)
            one.evidence.emplace_back(entries_[knower.texts[i]].source, knower.worths[i]);
        found.push_back(std::move(one));
    }
    return found;
}

std::size_t Knowing::size() const
{
    const std::shared_lock lock(mutex_);
    return entries_.size() - gone_;
}

bool Knowing::is_worn() const
{
    constexpr std::size_t worth_it = 10'000;
    const std::shared_lock lock(mutex_);
    return gone_ > worth_it && gone_ * 2 > entries_.size();
}

} // namespace moothall::sense
