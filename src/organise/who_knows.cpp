#include "organise/who_knows.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "sense/sense.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::organise {

namespace {

// Both held to the rule of sight in one question to the database, which is most of the cost; the
// worth of evidence falls so fast that what comes after these changes no order.
constexpr std::size_t people_looked_at = 12;
constexpr std::size_t evidence_looked_at = 8; // of each
constexpr std::size_t reasons_shown = 3;
// Below this cosine people see no connection: found by hand on the sample.
constexpr double near_min = 0.4;
// What is worth less than this share of her strongest evidence is counted, and not shown.
constexpr double shown_share_min = 0.1;

/// A thing that shows something, as far as the viewer may see it.
struct Seen {
    std::string kind;
    Ground reason;
};

/// Those of the evidence that the viewer sees, by the one rule of sight.
std::unordered_map<Id, Seen> look_at(store::Transaction& transaction, const Viewer& viewer,
                                     const std::vector<Id>& sources)
{
    std::unordered_map<Id, Seen> seen;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT t.thing_id, t.kind, t.title, coalesce(s.thing_id, 0), coalesce(s.kind, ''), coalesce(s.title, ''),
                    coalesce(v.answer_id, 0) = t.thing_id
             FROM thing t LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = t.subject_id
             LEFT JOIN voice v ON v.org_id = ?1 AND v.voice_id = t.subject_id
             WHERE t.org_id = ?1 AND t.thing_id IN_IDS(?3) AND t.state = 'visible'
               AND (t.subject_id = 0 OR s.state = 'visible') AND )sql") +
                               people::seen,
                           viewer.organisation, viewer.person, store::IdList{sources})) {
        Seen one;
        one.kind = row.string(1);
        one.reason.title = row.string(2);
        one.reason.path = record::path_of(one.kind, row.id(0));
        if (one.kind == "reply") {
            one.reason.kind = row.truth(6) ? Ground::Kind::answer : Ground::Kind::reply;
            one.reason.title = row.string(5);
            one.reason.path = record::path_of(row.text(4), row.id(3)) + "#" + row.id(0).text();
        } else if (one.kind == "request") {
            one.reason.kind = Ground::Kind::request;
        } else if (one.kind == "commitment") {
            one.reason.kind = Ground::Kind::promise;
        } else if (one.kind == "skill") {
            one.reason.kind = Ground::Kind::skill;
        } else if (one.kind == "component") {
            one.reason.kind = Ground::Kind::code;
        }
        seen.emplace(row.id(0), std::move(one));
    }
    return seen;
}

/// Those who are here and may be named.
std::unordered_map<Id, std::string> name(store::Transaction& transaction, const Viewer& viewer,
                                         const std::vector<Id>& people)
{
    std::unordered_map<Id, std::string> names;
    for (const auto& row : transaction.query(R"sql(
             SELECT p.person_id, p.name FROM person p WHERE p.org_id = ?1 AND p.person_id IN_IDS(?2)
               AND p.state = 'active'
               AND NOT EXISTS (SELECT 1 FROM who_knows_hidden h WHERE h.org_id = ?1 AND h.person_id = p.person_id) )sql",
                                             viewer.organisation, store::IdList{people}))
        names.emplace(row.id(0), row.string(1));
    return names;
}

/// How many vouch, for the skills that are shown.
void count_vouches(store::Transaction& transaction, const Viewer& viewer,
                   const std::vector<std::pair<Id, Id>>& skills_of, std::vector<Knower>& knowers)
{
    std::vector<Id> skills;
    std::vector<Id> people;
    for (const auto& [skill, person] : skills_of) {
        skills.push_back(skill);
        people.push_back(person);
    }
    if (skills.empty()) return;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT skill_id, person_id, vouches FROM skill_holder
             WHERE org_id = ?1 AND skill_id IN_IDS(?2) AND person_id IN_IDS(?3) )sql",
                           viewer.organisation, store::IdList{skills}, store::IdList{people}))
        for (auto& knower : knowers)
            if (knower.person.id == row.id(1))
                for (auto& reason : knower.reasons)
                    if (reason.path == record::path_of("skill", row.id(0)))
                        reason.vouches = row.integer(2);
}

} // namespace

std::string_view to_text(Ground::Kind kind)
{
    switch (kind) {
    case Ground::Kind::answer:
        return "answer";
    case Ground::Kind::reply:
        return "reply";
    case Ground::Kind::request:
        return "request";
    case Ground::Kind::promise:
        return "promise";
    case Ground::Kind::code:
        return "code";
    case Ground::Kind::skill:
        break;
    }
    return "skill";
}

std::string words_of(const Ground& reason, const web::Language& language)
{
    switch (reason.kind) {
    case Ground::Kind::answer:
        return std::string(language.t("accepted answer"));
    case Ground::Kind::reply:
        return std::string(language.t("replied"));
    case Ground::Kind::request:
        return std::string(language.t("was asked and answered"));
    case Ground::Kind::promise:
        return std::string(language.t("kept a promise"));
    case Ground::Kind::code:
        return std::string(language.t("wrote the code"));
    case Ground::Kind::skill:
        break;
    }
    if (reason.vouches == 0) return std::string(language.t("skill"));
    return language.tn("skill, vouched for by {1} person", "skill, vouched for by {1} people",
                       reason.vouches);
}

std::vector<Knower> find_knowers(store::Transaction& transaction, const sense::Engine* engine,
                                 const Viewer& viewer, std::string_view question, int limit)
{
    const auto knowing = engine == nullptr ? nullptr : engine->knowing_of(viewer.organisation);
    if (!knowing || question.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    auto found = knowing->find(question, people_looked_at, evidence_looked_at, viewer);
    std::erase_if(found, [](const auto& one) { return one.nearest < near_min; });
    std::vector<Id> sources;
    std::vector<Id> people;
    for (const auto& one : found) {
        people.push_back(one.person);
        for (const auto& [source, worth] : one.evidence) sources.push_back(source);
    }
    if (people.empty()) return {};
    const auto seen = look_at(transaction, viewer, sources);
    const auto names = name(transaction, viewer, people);

    std::vector<std::pair<double, Knower>> scored;
    std::vector<std::pair<Id, Id>> skills;
    for (const auto& one : found) {
        const auto named = names.find(one.person);
        if (named == names.end()) continue;
        Knower knower{{one.person, named->second}, {}, 0, 0};
        double score = 0;
        double strongest = 0; // of what is seen
        for (const auto& [source, worth] : one.evidence) {
            const auto shown = seen.find(source);
            if (shown == seen.end()) continue; // neither counts nor shows
            score += worth;
            const auto& reason = shown->second.reason;
            if (reason.kind == Ground::Kind::answer) ++knower.accepted;
            if (shown->second.kind == "reply") ++knower.answers;
            strongest = std::max(strongest, worth);
            if (knower.reasons.size() == reasons_shown || worth < shown_share_min * strongest)
                continue;
            knower.reasons.push_back(reason);
            if (reason.kind == Ground::Kind::skill) skills.emplace_back(source, one.person);
        }
        if (!knower.reasons.empty()) scored.emplace_back(score, std::move(knower));
    }
    std::ranges::sort(scored, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second.person.id < b.second.person.id;
    });
    std::vector<Knower> knowers;
    for (auto& [score, knower] : scored) {
        if (std::ssize(knowers) == limit) break;
        knowers.push_back(std::move(knower));
    }
    count_vouches(transaction, viewer, skills, knowers);
    return knowers;
}

} // namespace moothall::organise
