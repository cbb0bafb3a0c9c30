#include "decide/priority.hpp"

#include "decide/shares/equal_shares.hpp"
#include "decide/shares/explanation.hpp"
#include "decide/tally/rules.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace moothall::decide {

namespace {

constexpr int candidates_max = 300;
/// The engine counts in hundredths of a hundredth: what is left over is shared out again in steps
/// of one unit, and with a whole day for each step a small capacity would be overspent at once.
constexpr std::int64_t fine = 100;

std::vector<Candidate> list_candidates(store::Transaction& transaction, const Viewer& viewer)
{
    std::vector<Candidate> candidates;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
                 SELECT e.voice_id, t.title, e.effort FROM voice_effort e
                 JOIN voice v ON v.org_id = e.org_id AND v.voice_id = e.voice_id
                 JOIN thing t ON t.org_id = e.org_id AND t.thing_id = e.voice_id
                 JOIN status s ON s.org_id = v.org_id AND s.status_id = v.status_id
                 WHERE e.org_id = ?1 AND v.org_id = ?1 AND t.org_id = ?1 AND s.org_id = ?1
                   AND s.category NOT IN ('done', 'declined') AND t.state = 'visible' AND )sql") +
                               people::seen + " ORDER BY v.supporters DESC, e.voice_id LIMIT ?3",
                           viewer.organisation, viewer.person, candidates_max)) {
        Candidate candidate;
        candidate.voice = row.id(0);
        candidate.title = row.string(1);
        candidate.effort = row.integer(2);
        candidates.push_back(std::move(candidate));
    }
    return candidates;
}

using Wants = std::unordered_map<Id, std::vector<shares::Mark>>;

/// Who wants which candidates: those who support it, and who said it.
Wants list_wants(store::Transaction& transaction, const Viewer& viewer,
                 std::vector<Candidate>& candidates)
{
    std::vector<Id> voices;
    std::unordered_map<Id, std::uint32_t> place;
    for (std::uint32_t at = 0; at < candidates.size(); ++at) {
        voices.push_back(candidates[at].voice);
        place.emplace(candidates[at].voice, at);
    }
    Wants wants;
    if (voices.empty()) return wants;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.person_id, s.voice_id FROM support s
             WHERE s.org_id = ?1 AND s.voice_id IN_IDS(?2) AND s.confirmed = 1
             UNION
             SELECT t.author_id, t.thing_id FROM thing t
             WHERE t.org_id = ?1 AND t.thing_id IN_IDS(?2) AND t.author_id <> 0
             ORDER BY 1, 2 )sql",
                                             viewer.organisation, store::IdList{voices})) {
        const auto at = place.at(row.id(1));
        wants[row.id(0)].push_back({at, 1});
        ++candidates[at].supporters;
    }
    return wants;
}

/// The revenue of every circle with somebody who wants it, each circle once; as far as the viewer
/// may know of the circle. People of the company who look after a circle pay nothing.
bool add_revenue(store::Transaction& transaction, const Viewer& viewer, const Wants& wants,
                 std::vector<Candidate>& candidates)
{
    std::unordered_map<Id, std::vector<std::pair<Id, std::int64_t>>> circles_of;
    bool any = false;
    for (const auto& row : transaction.query(R"sql(
             SELECT m.person_id, r.circle_id, r.revenue FROM circle_revenue r
             JOIN membership m ON m.org_id = r.org_id AND m.circle_id = r.circle_id
             JOIN circle c ON c.org_id = r.org_id AND c.circle_id = r.circle_id
             LEFT JOIN membership mine
                 ON mine.org_id = ?1 AND mine.circle_id = r.circle_id AND mine.person_id = ?2
             WHERE r.org_id = ?1 AND m.org_id = ?1 AND c.org_id = ?1
               AND (c.visibility <> 'private' OR mine.person_id IS NOT NULL)
               AND NOT EXISTS (
                   SELECT 1 FROM membership w JOIN circle wc
                       ON wc.org_id = w.org_id AND wc.circle_id = w.circle_id
                   WHERE w.org_id = ?1 AND wc.org_id = ?1 AND w.person_id = m.person_id
                     AND wc.kind = 'company')
             ORDER BY r.circle_id, m.person_id )sql",
                                             viewer.organisation, viewer.person)) {
        circles_of[row.id(0)].emplace_back(row.id(1), row.integer(2));
        any = true;
    }
    std::vector<std::unordered_set<Id>> counted(candidates.size());
    for (const auto& [person, marks] : wants) {
        const auto circles = circles_of.find(person);
        if (circles == circles_of.end()) continue;
        for (const auto& mark : marks)
            for (const auto& [circle, revenue] : circles->second)
                if (counted[mark.project].insert(circle).second)
                    candidates[mark.project].revenue += revenue;
    }
    return any;
}

Proposal make_proposal(const shares::Election& election, std::vector<std::size_t> chosen)
{
    std::vector<std::uint32_t> projects(chosen.begin(), chosen.end());
    const auto reach = shares::reach_of(election, shares::Utility::cost, projects);
    Proposal proposal;
    for (const auto at : chosen) proposal.effort += election.projects()[at].cost / fine;
    proposal.people = reach.voters_with_any;
    proposal.empty_handed = reach.voters_with_none;
    proposal.chosen = std::move(chosen);
    return proposal;
}

/// One after the other as long as it fits.
std::vector<std::size_t> take_in_order(const std::vector<Candidate>& candidates,
                                       std::vector<std::size_t> order, std::int64_t capacity)
{
    std::erase_if(order, [&](std::size_t at) {
        if (candidates[at].effort > capacity) return true;
        capacity -= candidates[at].effort;
        return false;
    });
    return order;
}

} // namespace

bool is_of_company(const Viewer& viewer)
{
    return viewer.is_company() || viewer.is_hall_steward();
}

std::string Candidate::path() const
{
    return "/voices/" + voice.text();
}

Priorities find_priorities(store::Transaction& transaction, const Viewer& viewer,
                           std::int64_t capacity)
{
    Priorities found;
    found.capacity = capacity;
    found.candidates = list_candidates(transaction, viewer);
    const auto wants = list_wants(transaction, viewer, found.candidates);
    found.people = static_cast<std::int64_t>(wants.size());
    if (found.candidates.empty()) return found;

    std::vector<shares::Project> projects;
    for (const auto& candidate : found.candidates)
        projects.push_back({candidate.voice.text(), candidate.title, candidate.effort * fine});
    shares::Election election({shares::BallotKind::approval, capacity * fine, 0, 0},
                              std::move(projects));
    for (const auto& [person, marks] : wants) election.add_ballot(person.text(), marks);
    shares::Options options;
    options.completion = shares::Completion::add1_greedy;
    options.completion_votes_min = 1;
    options.tie_break.rule = shares::TieBreak::Rule::cheapest_most_votes_lot;
    if (election.voter_count() > 0) {
        const auto outcome = shares::equal_shares(election, options);
        found.fair = make_proposal(
            election, std::vector<std::size_t>(outcome.selected.begin(), outcome.selected.end()));
        for (std::uint32_t at = 0; at < found.candidates.size(); ++at) {
            const auto account = shares::account_of_project(election, outcome, at);
            if (account.fate == shares::Fate::lost)
                found.candidates[at].left =
                    static_cast<std::int64_t>(account.money_left.approximate()) / fine;
        }
    }
    std::vector<std::size_t> order(found.candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto most_first = [&](std::int64_t Candidate::* figure) {
        std::ranges::sort(order, {}, [&](std::size_t at) {
            return std::pair(-(found.candidates[at].*figure), at);
        });
    };
    most_first(&Candidate::supporters);
    found.loudest = make_proposal(election, take_in_order(found.candidates, order, capacity));
    if (is_of_company(viewer)) {
        found.revenue_recorded = add_revenue(transaction, viewer, wants, found.candidates);
        most_first(&Candidate::revenue);
        std::erase_if(order, [&](std::size_t at) { return found.candidates[at].revenue == 0; });
        if (found.revenue_recorded)
            found.paying =
                make_proposal(election, take_in_order(found.candidates, order, capacity));
    }
    return found;
}

Result<void> estimate_effort(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id voice, std::optional<std::int64_t> effort)
{
    const auto thing = people::find_seen(transaction, voice, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "voice") return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!is_of_company(viewer))
        return Refusal::forbidden("People of the company estimate what it takes.");
    if (effort && (*effort < 1 || *effort > days_max * money_unit))
        return Refusal::invalid("days", "Say how many days of work, as a number: 0.5, 3.");
    if (effort)
        transaction.execute(R"sql(
            INSERT INTO voice_effort (org_id, voice_id, effort, set_by, set_us) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (org_id, voice_id) DO UPDATE
            SET effort = excluded.effort, set_by = excluded.set_by, set_us = excluded.set_us )sql",
                            viewer.organisation, voice, *effort, viewer.person, now);
    else if (transaction.execute("DELETE FROM voice_effort WHERE org_id = ?1 AND voice_id = ?2",
                                 viewer.organisation, voice) == 0)
        return {};
    JsonWriter data;
    data.begin_object().key("days");
    if (effort)
        data.value(static_cast<double>(*effort) / money_unit);
    else
        data.value(nullptr);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "decide.effort_estimated",
                    .thing = voice,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .state = thing->state,
                    .data = data.end_object().take()});
    return {};
}

std::optional<std::int64_t> find_effort(store::Transaction& transaction, Id voice,
                                        const Viewer& viewer)
{
    auto rows =
        transaction.query("SELECT effort FROM voice_effort WHERE org_id = ?1 AND voice_id = ?2",
                          viewer.organisation, voice);
    if (!rows.next()) return {};
    return rows->integer(0);
}

Result<void> record_revenue(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id id, std::optional<std::int64_t> revenue)
{
    const auto circle = people::find_circle(transaction, id, viewer);
    if (!circle) return circle.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!is_of_company(viewer))
        return Refusal::forbidden("People of the company record what a circle pays.");
    if (revenue && (*revenue < 0 || *revenue > money_max))
        return Refusal::invalid("revenue", "This is an amount with at most two decimals.");
    if (revenue)
        transaction.execute(R"sql(
            INSERT INTO circle_revenue (org_id, circle_id, revenue, set_by, set_us)
            VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (org_id, circle_id) DO UPDATE
            SET revenue = excluded.revenue, set_by = excluded.set_by, set_us = excluded.set_us )sql",
                            viewer.organisation, id, *revenue, viewer.person, now);
    else if (transaction.execute("DELETE FROM circle_revenue WHERE org_id = ?1 AND circle_id = ?2",
                                 viewer.organisation, id) == 0)
        return {};
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "decide.revenue_recorded",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = id,
                    .at = now,
                    .audience = record::Audience::actor});
    return {};
}

std::vector<CircleRevenue> list_revenues(store::Transaction& transaction, const Viewer& viewer)
{
    std::vector<CircleRevenue> revenues;
    if (!is_of_company(viewer)) return revenues;
    std::unordered_map<Id, std::int64_t> known;
    for (const auto& row :
         transaction.query("SELECT circle_id, revenue FROM circle_revenue WHERE org_id = ?1",
                           viewer.organisation))
        known.emplace(row.id(0), row.integer(1));
    for (const auto& circle : people::list_circles(transaction, viewer)) {
        if (people::is_company(circle.kind) || circle.id == viewer.everyone) continue;
        CircleRevenue revenue{circle.id, circle.name, {}};
        if (const auto found = known.find(circle.id); found != known.end())
            revenue.revenue = found->second;
        revenues.push_back(std::move(revenue));
    }
    return revenues;
}

} // namespace moothall::decide
