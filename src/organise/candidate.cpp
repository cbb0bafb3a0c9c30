#include "organise/candidate.hpp"

#include "organise/who_knows.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::organise {

namespace {

constexpr int voices_looked_at = 50;
constexpr std::int64_t weight_of_chosen = 5; // chosen by hand: an answer that helped counts much

struct Found {
    Candidate candidate;
    std::int64_t score = 0;
    bool evidence_chosen = false;
};

std::vector<hear::Voice> find_voices(store::Transaction& transaction, const Viewer& viewer,
                                     std::string_view topic)
{
    hear::VoiceQuery query;
    query.query = clip(topic, 200);
    query.limit = voices_looked_at;
    auto exact = hear::list_voices(transaction, query, viewer);
    std::vector<hear::Voice> voices;
    if (exact) voices = std::move(exact->voices);
    // A topic is said in other words than the voices were: then any of its words may be the one.
    if (voices.size() < 5)
        for (auto& voice : hear::find_similar(transaction, query.query, viewer, voices_looked_at))
            if (std::ranges::find(voices, voice.id, &hear::Voice::id) == voices.end())
                voices.push_back(std::move(voice));
    return voices;
}

} // namespace

std::vector<Candidate> find_candidates(store::Transaction& transaction, const sense::Engine* engine,
                                       const Viewer& viewer, std::string_view topic, int limit)
{
    if (normalise_line(topic).empty()) return {};
    std::vector<Candidate> known;
    for (auto& knower : find_knowers(transaction, engine, viewer, topic, limit)) {
        const auto& reason = knower.reasons.front();
        known.push_back(
            {knower.person, knower.answers, knower.accepted, reason.title, reason.path});
    }
    if (!known.empty()) return known;
    const auto voices = find_voices(transaction, viewer, topic);
    if (voices.empty()) return {};
    std::vector<Id> ids;
    std::unordered_map<Id, const hear::Voice*> voice_of;
    for (const auto& voice : voices) {
        ids.push_back(voice.id);
        voice_of[voice.id] = &voice;
    }
    std::unordered_map<Id, Found> found;
    for (const auto& row : transaction.query(store::Sql(R"sql(
                 SELECT t.author_id, p.name, r.subject_id, r.reply_id
                 FROM reply r CROSS JOIN thing t CROSS JOIN person p
                 WHERE r.org_id = ?1 AND t.org_id = ?1 AND p.org_id = ?1 AND r.subject_id IN_IDS(?3)
                   AND t.thing_id = r.reply_id AND p.person_id = t.author_id AND t.author_id <> ?2
                   AND p.state = 'active' AND t.state = 'visible'
                   AND NOT EXISTS (SELECT 1 FROM who_knows_hidden h WHERE h.org_id = ?1 AND h.person_id = p.person_id)
                   AND )sql") + people::seen + " ORDER BY r.reply_id DESC LIMIT 1000",
                                             viewer.organisation, viewer.person,
                                             store::IdList{ids})) {
        const auto* voice = voice_of.at(row.id(2));
        // Who asked is not who knows.
        if (voice->author.id == row.id(0)) continue;
        const bool chosen = voice->answer == row.id(3);
        auto& one = found[row.id(0)];
        one.candidate.person = {row.id(0), row.string(1)};
        ++one.candidate.answers;
        if (chosen) ++one.candidate.chosen;
        one.score += chosen ? weight_of_chosen : 1;
        if (one.candidate.evidence.empty() || (chosen && !one.evidence_chosen)) {
            one.candidate.evidence = voice->title;
            one.candidate.evidence_path =
                record::path_of("voice", voice->id) + "#" + row.id(3).text();
            one.evidence_chosen = chosen;
        }
    }
    std::vector<Found> ordered;
    for (auto& [id, one] : found) ordered.push_back(std::move(one));
    std::ranges::sort(ordered, [](const Found& a, const Found& b) {
        return a.score != b.score ? a.score > b.score
                                  : a.candidate.person.id < b.candidate.person.id;
    });
    std::vector<Candidate> candidates;
    for (auto& one : ordered) {
        if (std::ssize(candidates) == limit) break;
        candidates.push_back(std::move(one.candidate));
    }
    return candidates;
}

} // namespace moothall::organise
