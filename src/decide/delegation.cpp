#include "decide/delegation.hpp"

#include "base/words.hpp"
#include "decide/chance.hpp"
#include "decide/decision_store.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "record/record.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace moothall::decide {

namespace {

constexpr auto delegation_longest = std::chrono::hours{24 * 366};

constexpr std::array<std::pair<Topic, std::string_view>, 3> topic_names{
    {{Topic::circle, "circle"}, {Topic::theme, "theme"}, {Topic::tag, "tag"}}};

/// The delegations that may count in a decision: both are on the roll of the same electorate, the
/// one who gave it has not voted, and the topic is the decision's. ?1 organisation, ?2 decision,
/// ?3 now. A circle's counts in that circle's own electorate.
constexpr store::SqlLiteral counting = R"sql(
    FROM delegation g
    JOIN roll r ON r.org_id = g.org_id AND r.decision_id = ?2 AND r.person_id = g.from_id
    JOIN roll d ON d.org_id = g.org_id AND d.decision_id = ?2 AND d.person_id = g.to_id
               AND d.electorate = r.electorate
    JOIN electorate e ON e.org_id = g.org_id AND e.decision_id = ?2 AND e.position = r.electorate
    WHERE g.org_id = ?1 AND r.org_id = ?1 AND d.org_id = ?1 AND e.org_id = ?1
      AND g.ended_us = 0 AND g.accepted_us > 0 AND g.until_us > ?3
      AND NOT EXISTS (SELECT 1 FROM ballot own WHERE own.org_id = ?1 AND own.decision_id = ?2
                                                 AND own.person_id = g.from_id)
      AND ((g.topic_kind = 'circle' AND g.topic_id = e.circle_id)
           OR (g.topic_kind = 'theme' AND EXISTS (
               SELECT 1 FROM decision_about a WHERE a.org_id = ?1 AND a.decision_id = ?2
                 AND (a.thing_id = g.topic_id OR a.thing_id IN (
                      SELECT tv.voice_id FROM theme_voice tv
                      WHERE tv.org_id = ?1 AND tv.theme_id = g.topic_id))))
           OR (g.topic_kind = 'tag' AND EXISTS (
               SELECT 1 FROM decision_about a
               JOIN voice_tag vt ON vt.org_id = a.org_id AND vt.voice_id = a.thing_id
               WHERE a.org_id = ?1 AND vt.org_id = ?1 AND a.decision_id = ?2
                 AND vt.tag_id = g.topic_id))) )sql";

constexpr store::SqlLiteral delegate_has_voted = R"sql(
      AND EXISTS (SELECT 1 FROM ballot b WHERE b.org_id = ?1 AND b.decision_id = ?2
                                           AND b.person_id = g.to_id) )sql";

/// A budget's share of money is everybody's own: only votes are handed on.
bool is_taken_on(const Decision& decision)
{
    return decision.state == DecisionState::voting && decision.rules.method != Method::equal_shares;
}

/// What the viewer may call the topic; refused when she may not know of it.
Result<std::string> name_of_topic(store::Transaction& transaction, const Viewer& viewer,
                                  Topic topic, Id id)
{
    if (topic == Topic::circle) {
        auto circle = people::find_circle(transaction, id, viewer);
        if (!circle) return circle.error();
        return circle->name;
    }
    if (topic == Topic::theme) {
        auto thing = people::find_seen(transaction, id, viewer);
        if (!thing) return thing.error();
        if (thing->kind != "theme") return Refusal::not_found();
        return thing->title;
    }
    for (const auto& tag : hear::list_tags(transaction, viewer.organisation))
        if (tag.id == id) return tag.name;
    return Refusal::not_found();
}

Delegation read_delegation(const store::Row& row)
{
    Delegation delegation;
    delegation.id = row.id(0);
    delegation.from = {row.id(1), row.string(2)};
    delegation.to = {row.id(3), row.string(4)};
    delegation.topic = topic_of(row.text(5)).value_or(Topic::circle);
    delegation.topic_id = row.id(6);
    delegation.given = row.time(7);
    if (row.integer(8) != 0) delegation.accepted = row.time(8);
    delegation.until = row.time(9);
    return delegation;
}

void append_event(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                  std::string_view verb, Id thing, Id other)
{
    // Whose votes go where is for the two of them: the event is its actor's, and names the other.
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = thing,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .audience = record::Audience::actor,
                    .concerns = {other}});
}

} // namespace

std::string_view to_text(Topic topic)
{
    return word_of(topic_names, topic);
}

std::optional<Topic> topic_of(std::string_view text)
{
    return value_of(topic_names, text);
}

Result<Delegation> hand_over_vote(store::Transaction& transaction, IdSource& ids, Time now,
                                  const Viewer& viewer, const NewDelegation& wanted)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto to = people::find_person(transaction, wanted.to, viewer);
    if (!to || to->state != people::PersonState::active)
        return Refusal::invalid("to", "There is no such person that you can see.");
    if (to->id == viewer.person) return Refusal::invalid("to", "Your vote is yours already.");
    if (!name_of_topic(transaction, viewer, wanted.topic, wanted.topic_id))
        return Refusal::invalid("topic", "There is no such topic that you can see.");
    const auto other =
        people::make_viewer(transaction, viewer.organisation, viewer.everyone, to->id);
    if (!other || !name_of_topic(transaction, *other, wanted.topic, wanted.topic_id))
        return Refusal::invalid("to", "She does not see this topic, so she cannot vote on it.");
    if (wanted.until <= now || wanted.until > now + delegation_longest)
        return Refusal::invalid("until", "Say until when: a day within a year.");
    transaction.execute(R"sql(
        UPDATE delegation SET ended_us = ?5, ended_by = ?2
        WHERE org_id = ?1 AND from_id = ?2 AND topic_kind = ?3 AND topic_id = ?4 AND ended_us = 0 )sql",
                        viewer.organisation, viewer.person, to_text(wanted.topic), wanted.topic_id,
                        now);
    const Id id = ids.next(now);
    transaction.execute(R"sql(
        INSERT INTO delegation (org_id, delegation_id, from_id, to_id, topic_kind, topic_id, given_us,
            accepted_us, until_us, ended_us, ended_by)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, 0, 0) )sql",
                        viewer.organisation, id, viewer.person, to->id, to_text(wanted.topic),
                        wanted.topic_id, now, wanted.until);
    append_event(transaction, ids, now, viewer, "decide.vote_handed_over", viewer.person, to->id);
    return find_delegation(transaction, id, viewer, now);
}

Result<Delegation> accept_delegation(store::Transaction& transaction, IdSource& ids, Time now,
                                     const Viewer& viewer, Id id)
{
    const auto found = find_delegation(transaction, id, viewer, now);
    if (!found) return found.error();
    if (found->to.id != viewer.person)
        return Refusal::forbidden("Only whom it was offered to may say yes to it.");
    const auto changed = transaction.execute(R"sql(
        UPDATE delegation SET accepted_us = ?3
        WHERE org_id = ?1 AND delegation_id = ?2 AND accepted_us = 0 AND ended_us = 0 )sql",
                                             viewer.organisation, id, now);
    if (changed == 0) return Refusal::conflict("You have said yes to it already.");
    append_event(transaction, ids, now, viewer, "decide.delegation_accepted", viewer.person,
                 found->from.id);
    return find_delegation(transaction, id, viewer, now);
}

Result<void> end_delegation(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id id)
{
    const auto found = find_delegation(transaction, id, viewer, now);
    if (!found) return found.error();
    const auto ended = transaction.execute(R"sql(
        UPDATE delegation SET ended_us = ?3, ended_by = ?4
        WHERE org_id = ?1 AND delegation_id = ?2 AND ended_us = 0 )sql",
                                           viewer.organisation, id, now, viewer.person);
    if (ended == 0) return Refusal::not_found(); // the other was faster
    append_event(transaction, ids, now, viewer, "decide.delegation_ended", viewer.person,
                 found->from.id == viewer.person ? found->to.id : found->from.id);
    return {};
}

std::vector<Delegation> list_delegations(store::Transaction& transaction, const Viewer& viewer,
                                         Time now)
{
    std::vector<Delegation> delegations;
    if (!viewer.signed_in()) return delegations;
    for (const auto& row : transaction.query(R"sql(
             SELECT g.delegation_id, g.from_id, f.name, g.to_id, t.name, g.topic_kind, g.topic_id,
                    g.given_us, g.accepted_us, g.until_us
             FROM delegation g
             JOIN person f ON f.org_id = g.org_id AND f.person_id = g.from_id
             JOIN person t ON t.org_id = g.org_id AND t.person_id = g.to_id
             WHERE g.org_id = ?1 AND f.org_id = ?1 AND t.org_id = ?1
               AND (g.from_id = ?2 OR g.to_id = ?2) AND g.ended_us = 0 AND g.until_us > ?3
             ORDER BY g.delegation_id DESC LIMIT 500 )sql",
                                             viewer.organisation, viewer.person, now))
        delegations.push_back(read_delegation(row));
    for (auto& one : delegations)
        if (auto name = name_of_topic(transaction, viewer, one.topic, one.topic_id))
            one.topic_name = *std::move(name);
    return delegations;
}

Result<Delegation> find_delegation(store::Transaction& transaction, Id id, const Viewer& viewer,
                                   Time now)
{
    auto all = list_delegations(transaction, viewer, now);
    const auto found = std::ranges::find(all, id, &Delegation::id);
    if (found == all.end()) return Refusal::not_found();
    return std::move(*found);
}

std::optional<HandedVote> find_handed_vote(store::Transaction& transaction,
                                           const Decision& decision, const Viewer& viewer, Time now)
{
    if (!viewer.signed_in() || !is_taken_on(decision)) return {};
    std::optional<HandedVote> handed;
    // The same order as at the close: the last one given counts, among those who have voted if any.
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT g.to_id, (SELECT p.name FROM person p WHERE p.org_id = ?1 AND p.person_id = g.to_id),
                    (SELECT b.text FROM ballot b WHERE b.org_id = ?1 AND b.decision_id = ?2
                       AND b.person_id = g.to_id AND b.electorate = r.electorate) )sql") +
                               counting + " AND g.from_id = ?4 ORDER BY g.delegation_id",
                           viewer.organisation, decision.id, now, viewer.person)) {
        const auto text = row.text(2);
        if (text.empty() && handed && handed->choice) continue;
        handed = HandedVote{{row.id(0), row.string(1)}, {}};
        if (const auto ballot = read_ballot(decision.rules, decision.id.text(), text))
            handed->choice = ballot->choice;
    }
    return handed;
}

std::int64_t count_handed_to(store::Transaction& transaction, const Decision& decision,
                             const Viewer& viewer, Time now)
{
    if (!viewer.signed_in() || !is_taken_on(decision)) return 0;
    auto rows = transaction.query(store::Sql("SELECT count(DISTINCT g.from_id)") + counting +
                                      " AND g.to_id = ?4",
                                  viewer.organisation, decision.id, now, viewer.person);
    return rows.next() ? rows->integer(0) : 0;
}

std::vector<std::int64_t> count_handed(store::Transaction& transaction, const Decision& decision,
                                       Id organisation, Time now)
{
    std::vector<std::int64_t> counts(decision.electorates.size(), 0);
    if (!is_taken_on(decision)) return counts;
    for (const auto& row :
         transaction.query(store::Sql("SELECT r.electorate, count(DISTINCT g.from_id)") + counting +
                               delegate_has_voted + " GROUP BY r.electorate",
                           organisation, decision.id, now))
        counts.at(static_cast<std::size_t>(row.integer(0))) = row.integer(1);
    return counts;
}

std::int64_t cast_handed_votes(store::Transaction& transaction, Id organisation,
                               const Decision& decision, Time now)
{
    if (decision.rules.method == Method::equal_shares) return 0;
    // Of who gave it in an electorate, the last that counts.
    std::map<std::pair<Id, std::int64_t>, Id> delegate_of;
    for (const auto& row :
         transaction.query(store::Sql("SELECT g.from_id, r.electorate, g.to_id") + counting +
                               delegate_has_voted + " ORDER BY g.delegation_id",
                           organisation, decision.id, now))
        delegate_of[{row.id(0), row.integer(1)}] = row.id(2);
    if (delegate_of.empty()) return 0;
    // All are read before any is written: a ballot that was cast for somebody is not hers to lend.
    std::map<std::pair<Id, std::int64_t>, Choice> choices;
    for (const auto& row : transaction.query(R"sql(
             SELECT person_id, electorate, text FROM ballot WHERE org_id = ?1 AND decision_id = ?2 )sql",
                                             organisation, decision.id))
        if (auto ballot = read_ballot(decision.rules, decision.id.text(), row.text(2)))
            choices.emplace(std::pair{row.id(0), row.integer(1)}, std::move(ballot->choice));
    std::map<Id, std::int64_t> weights;
    std::map<std::int64_t, std::int64_t> by_electorate;
    std::int64_t cast = 0;
    for (const auto& [whose, delegate] : delegate_of) {
        const auto& [person, electorate] = whose;
        const auto choice = choices.find({delegate, electorate});
        if (choice == choices.end()) continue;
        transaction.execute(R"sql(
            INSERT INTO ballot (org_id, decision_id, person_id, electorate, text)
            VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                            organisation, decision.id, person, electorate,
                            write_ballot(decision.rules, decision.id.text(),
                                         static_cast<std::size_t>(electorate), choice->second,
                                         make_ballot_code()));
        ++weights[delegate];
        ++by_electorate[electorate];
        ++cast;
    }
    for (const auto& [electorate, ballots] : by_electorate)
        transaction.execute(R"sql(
            UPDATE electorate SET delegated = ?4
            WHERE org_id = ?1 AND decision_id = ?2 AND position = ?3 )sql",
                            organisation, decision.id, electorate, ballots);
    std::vector<std::int64_t> sizes;
    for (const auto& weight : weights) sizes.push_back(weight.second);
    std::ranges::sort(sizes, std::ranges::greater());
    std::string text;
    for (const auto size : sizes) text += (text.empty() ? "" : ",") + std::to_string(size);
    transaction.execute("UPDATE decision SET weights = ?3 WHERE org_id = ?1 AND decision_id = ?2",
                        organisation, decision.id, text);
    return cast;
}

void write_own_delegations(store::Transaction& transaction, JsonWriter& json, Id organisation,
                           Id person)
{
    json.key("delegations").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT delegation_id, from_id, to_id, topic_kind, topic_id, given_us, until_us
             FROM delegation WHERE org_id = ?1 AND (from_id = ?2 OR to_id = ?2) ORDER BY delegation_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("id", row.id(0))
            .field("from", row.id(1))
            .field("to", row.id(2))
            .field("topic", row.text(3))
            .field("topic_id", row.id(4))
            .field("given_at", row.time(5))
            .field("until", row.time(6))
            .end_object();
    json.end_array();
}

void forget_delegations(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("DELETE FROM delegation WHERE org_id = ?1 AND (from_id = ?2 OR to_id = ?2)",
                        organisation, person);
}

} // namespace moothall::decide
