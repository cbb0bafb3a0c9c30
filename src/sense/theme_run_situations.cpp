#include "sense/theme_run_situations.hpp"

#include "sense/near/points.hpp"

#include <algorithm>

namespace moothall::sense {

namespace {

// Chosen by hand on the voices of living_test.cpp: what speaks of something else lies below 0.25,
// what people would put there mostly above 0.35.
constexpr float situation_near_min = 0.35F;

/// The centre of each situation: its own words, which weigh as much as all that people put into it.
Points centres_of(const Situations& situations, const std::vector<VoiceText>& voices,
                  const TextSpace& space)
{
    const auto dimension = space.points().dimension();
    std::unordered_map<Id, std::vector<float>> sums;
    for (std::size_t i = 0; i < voices.size(); ++i) {
        const auto placement = situations.placements.find(voices[i].voice);
        if (placement == situations.placements.end() || !placement->second.second) continue;
        auto& sum = sums[placement->second.first];
        sum.resize(dimension);
        space.points().add_to(sum, space.point_of()[i]);
    }
    Points centres(dimension);
    for (const auto& [situation, words] : situations.written) {
        Points parts(dimension);
        parts.add(space.model().embed(words));
        if (const auto sum = sums.find(situation); sum != sums.end()) parts.add(sum->second);
        std::vector<float> centre(dimension);
        for (std::size_t part = 0; part < parts.size(); ++part) parts.add_to(centre, part);
        centres.add(centre);
    }
    return centres;
}

} // namespace

Situations read_situations(store::Transaction& transaction, Id organisation)
{
    Situations situations;
    for (const auto& row : transaction.query(R"sql(
             SELECT h.theme_id, t.title FROM theme h
             JOIN thing t ON t.org_id = h.org_id AND t.thing_id = h.theme_id
             JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
             WHERE h.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND h.lens = 'situation'
               AND h.merged_into = 0 AND h.ended_us = 0 AND c.visibility = 'public'
             ORDER BY h.theme_id )sql",
                                             organisation))
        situations.written.emplace_back(row.id(0), row.string(1));
    if (situations.written.empty()) return situations;
    for (const auto& row : transaction.query(
             "SELECT voice_id, theme_id, put_by <> 0 FROM theme_voice WHERE org_id = ?1 AND lens = "
             "'situation'",
             organisation))
        situations.placements.emplace(row.id(0), std::pair(row.id(1), row.truth(2)));
    for (const auto& row : transaction.query(
             "SELECT voice_id, theme_id FROM theme_apart WHERE org_id = ?1", organisation))
        situations.apart.emplace(row.id(0), row.id(1));
    return situations;
}

std::vector<Suggestion> suggest_situations(const Situations& situations,
                                           const std::vector<VoiceText>& voices,
                                           const TextSpace& space)
{
    std::vector<Suggestion> suggestions;
    if (situations.written.empty()) return suggestions;
    const auto centres = centres_of(situations, voices, space);
    for (std::size_t i = 0; i < voices.size(); ++i) {
        const auto voice = voices[i].voice;
        const auto placement = situations.placements.find(voice);
        const bool known = placement != situations.placements.end();
        if (known && placement->second.second) continue;
        Suggestion nearest{voice, Id{}, 0};
        auto most = situation_near_min;
        for (std::size_t at = 0; at < situations.written.size(); ++at) {
            const auto near = Points::similarity(centres, at, space.points(), space.point_of()[i]);
            if (near < most || situations.apart.contains({voice, situations.written[at].first}))
                continue;
            most = near;
            nearest = {voice, situations.written[at].first, static_cast<double>(near)};
        }
        if (nearest.situation != (known ? placement->second.first : Id{}))
            suggestions.push_back(nearest);
    }
    return suggestions;
}

} // namespace moothall::sense
