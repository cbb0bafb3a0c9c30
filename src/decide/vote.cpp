#include "decide/vote.hpp"

#include "decide/chance.hpp"
#include "decide/decision_store.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

constexpr std::size_t vote_reason_characters_max = 1000;

std::vector<std::size_t> find_roll(store::Transaction& transaction, Id organisation, Id decision,
                                   Id person)
{
    std::vector<std::size_t> electorates;
    for (const auto& row : transaction.query(R"sql(
             SELECT electorate FROM roll WHERE org_id = ?1 AND decision_id = ?2 AND person_id = ?3
             ORDER BY electorate )sql",
                                             organisation, decision, person))
        electorates.push_back(static_cast<std::size_t>(row.integer(0)));
    return electorates;
}

std::vector<std::string> find_ballots(store::Transaction& transaction, Id organisation, Id decision,
                                      Id person)
{
    std::vector<std::string> ballots;
    for (const auto& row : transaction.query(R"sql(
             SELECT text FROM ballot WHERE org_id = ?1 AND decision_id = ?2 AND person_id = ?3
             ORDER BY electorate )sql",
                                             organisation, decision, person))
        ballots.push_back(row.string(0));
    return ballots;
}

Result<std::string> check_reason(std::string_view wanted, const char* sentence)
{
    auto reason = normalise_line(wanted);
    if (reason.empty()) return Refusal::invalid("reason", sentence);
    if (count_characters(reason) > vote_reason_characters_max)
        return Refusal::invalid("reason", "A reason has at most 1,000 characters.");
    return reason;
}

void save_objection(store::Transaction& transaction, Time now, const Viewer& viewer, Id decision,
                    const std::string& reason)
{
    if (reason.empty()) {
        transaction.execute(
            "DELETE FROM objection WHERE org_id = ?1 AND decision_id = ?2 AND person_id = ?3",
            viewer.organisation, decision, viewer.person);
        return;
    }
    transaction.execute(R"sql(
        INSERT INTO objection (org_id, decision_id, person_id, reason, raised_us)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, decision_id, person_id) DO UPDATE SET reason = excluded.reason )sql",
                        viewer.organisation, decision, viewer.person, reason, now);
}

} // namespace

Result<VoterReceipt> cast_vote(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, const Choice& choice,
                               std::string_view wanted_reason)
{
    const auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to vote.");
    // The lock makes votes and the close come one after the other: what is answered here before the
    // close is in the box, and the same person voting twice at once counts once.
    if (!lock_decision(transaction, viewer.organisation, id, DecisionState::voting) ||
        now >= decision->closes)
        return Refusal::conflict("Voting is not open.");
    const auto electorates = find_roll(transaction, viewer.organisation, id, viewer.person);
    if (electorates.empty())
        return Refusal::forbidden("You are not on the roll of this vote, which was written when "
                                  "voting opened.");
    if (const auto good = check_choice(decision->rules, choice); !good) return good.error();
    // A place is worth as many points as there are projects below it: alone it is worth nothing.
    if (decision->rules.method == Method::equal_shares && choice.ranking.size() == 1)
        return Refusal::invalid("ranking", "Rank two projects or more: each gets as many points as "
                                           "stand below it.");
    std::string reason;
    if (decision->rules.method == Method::consent) {
        if (choice.answer == "objection") {
            auto checked = check_reason(
                wanted_reason, "Say why you object: it is shown with your name, so that others can "
                               "mend the proposal.");
            if (!checked) return checked.error();
            reason = *std::move(checked);
        }
        save_objection(transaction, now, viewer, id, reason);
    }

    const auto taken_back = transaction.execute(
        "DELETE FROM ballot WHERE org_id = ?1 AND decision_id = ?2 AND person_id = ?3",
        viewer.organisation, id, viewer.person);
    const bool first = taken_back == 0;
    VoterReceipt receipt{id, {}};
    for (const auto electorate : electorates) {
        receipt.ballots.push_back(
            write_ballot(decision->rules, id.text(), electorate, choice, make_ballot_code()));
        transaction.execute(R"sql(
            INSERT INTO ballot (org_id, decision_id, person_id, electorate, text)
            VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                            viewer.organisation, id, viewer.person, electorate,
                            receipt.ballots.back());
    }
    if (first) {
        transaction.execute(
            "UPDATE decision SET voters = voters + 1 WHERE org_id = ?1 AND decision_id = ?2",
            viewer.organisation, id);
        transaction.execute(R"sql(
            UPDATE electorate SET voters = voters + 1
            WHERE org_id = ?1 AND decision_id = ?2 AND position IN (
                SELECT r.electorate FROM roll r
                WHERE r.org_id = ?1 AND r.decision_id = ?2 AND r.person_id = ?3) )sql",
                            viewer.organisation, id, viewer.person);
    }
    record::append(transaction, viewer.organisation, ids,
                   {.verb = first ? "decide.vote_cast" : "decide.vote_changed",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = decision->circle,
                    .at = now,
                    .audience = first ? record::Audience::circle : record::Audience::actor,
                    .state = decision->thing_state});
    return receipt;
}

Standing find_standing(store::Transaction& transaction, const Decision& decision,
                       const Viewer& viewer)
{
    Standing standing;
    if (!viewer.signed_in()) return standing;
    standing.electorates = find_roll(transaction, viewer.organisation, decision.id, viewer.person);
    standing.ballots = find_ballots(transaction, viewer.organisation, decision.id, viewer.person);
    if (!standing.ballots.empty())
        if (const auto ballot =
                read_ballot(decision.rules, decision.id.text(), standing.ballots.front()))
            standing.choice = ballot->choice;
    if (standing.choice && standing.choice->answer == "objection")
        for (const auto& row : transaction.query(R"sql(
                 SELECT reason FROM objection WHERE org_id = ?1 AND decision_id = ?2 AND person_id = ?3 )sql",
                                                 viewer.organisation, decision.id, viewer.person))
            standing.reason = row.string(0);
    return standing;
}

std::vector<Objection> list_objections(store::Transaction& transaction, const Decision& decision,
                                       const Viewer& viewer)
{
    std::vector<Objection> objections;
    if (decision.rules.method != Method::consent) return objections;
    for (const auto& row : transaction.query(R"sql(
             SELECT o.person_id, p.name, o.reason, o.raised_us
             FROM objection o JOIN person p ON p.org_id = o.org_id AND p.person_id = o.person_id
             WHERE o.org_id = ?1 AND p.org_id = ?1 AND o.decision_id = ?2
             ORDER BY o.raised_us, o.person_id LIMIT 200 )sql",
                                             viewer.organisation, decision.id))
        objections.push_back({{row.id(0), row.string(1)}, row.string(2), row.time(3)});
    return objections;
}

Result<void> change_roll(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id id, Id circle, Id person, RollChange change,
                         std::string_view wanted)
{
    const auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto found = std::ranges::find(decision->electorates, circle, &Electorate::circle);
    if (found == decision->electorates.end()) return Refusal::not_found();
    if (!viewer.is_steward_of(circle))
        return Refusal::forbidden("Only a steward of the circle that votes may change its roll.");
    auto reason = check_reason(wanted, "Say why the roll is changed, for all to read.");
    if (!reason) return reason.error();
    const auto electorate = found - decision->electorates.begin();
    if (!lock_decision(transaction, viewer.organisation, id, DecisionState::voting))
        return Refusal::conflict("Voting is not open.");
    const auto who = people::find_person_by_id(transaction, viewer.organisation, person);
    if (!who || who->state != people::PersonState::active)
        return Refusal::invalid("person", "There is no such person.");
    std::int64_t changed = 0;
    if (change == RollChange::add && decision->rules.method == Method::equal_shares &&
        !find_roll(transaction, viewer.organisation, id, person).empty())
        return Refusal::conflict("She is on a roll of this budget already, and has one share.");
    if (change == RollChange::add) {
        // She who has voted elsewhere in this decision would count here without a ballot.
        if (!find_ballots(transaction, viewer.organisation, id, person).empty())
            return Refusal::conflict(
                "She has voted already. The roll of who voted stays as it is.");
        changed = transaction.execute(R"sql(
            INSERT INTO roll (org_id, decision_id, person_id, electorate)
            SELECT m.org_id, ?2, m.person_id, ?4 FROM membership m
            WHERE m.org_id = ?1 AND m.person_id = ?3 AND m.circle_id = ?5
              AND m.role IN ('member', 'steward')
            ON CONFLICT (org_id, decision_id, person_id, electorate) DO NOTHING )sql",
                                      viewer.organisation, id, person, electorate, circle);
        if (changed == 0)
            return Refusal::conflict("She is on the roll already, or no member of the circle.");
    } else {
        if (!find_ballots(transaction, viewer.organisation, id, person).empty())
            return Refusal::conflict(
                "She has voted already. The roll of who voted stays as it is.");
        changed = transaction.execute(R"sql(
            DELETE FROM roll WHERE org_id = ?1 AND decision_id = ?2 AND person_id = ?3 AND electorate = ?4 )sql",
                                      viewer.organisation, id, person, electorate);
        if (changed == 0) return Refusal::conflict("She is not on the roll.");
    }
    transaction.execute(R"sql(
        UPDATE electorate SET roll = roll + ?4 WHERE org_id = ?1 AND decision_id = ?2 AND position = ?3 )sql",
                        viewer.organisation, id, electorate, change == RollChange::add ? 1 : -1);
    const Id row = ids.next(now);
    transaction.execute(R"sql(
        INSERT INTO roll_change (org_id, decision_id, change_id, electorate, person_id, added, reason,
            changed_by, changed_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) )sql",
                        viewer.organisation, id, row, electorate, person, change == RollChange::add,
                        *reason, viewer.person, now);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "decide.roll_changed",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = decision->circle,
                    .at = now,
                    .state = decision->thing_state,
                    .concerns = {person},
                    .data = JsonWriter()
                                .begin_object()
                                .field("electorate", electorate + 1)
                                .field("added", change == RollChange::add)
                                .end_object()
                                .take()});
    return {};
}

std::vector<RollChanged> list_roll_changes(store::Transaction& transaction,
                                           const Decision& decision, const Viewer& viewer)
{
    std::vector<RollChanged> changes;
    for (const auto& row : transaction.query(R"sql(
             SELECT r.electorate, r.person_id, p.name, r.added, r.reason, r.changed_by, b.name, r.changed_us
             FROM roll_change r JOIN person p ON p.org_id = r.org_id AND p.person_id = r.person_id
             JOIN person b ON b.org_id = r.org_id AND b.person_id = r.changed_by
             WHERE r.org_id = ?1 AND p.org_id = ?1 AND b.org_id = ?1 AND r.decision_id = ?2
             ORDER BY r.change_id LIMIT 500 )sql",
                                             viewer.organisation, decision.id))
        changes.push_back({static_cast<std::size_t>(row.integer(0)),
                           {row.id(1), row.string(2)},
                           row.truth(3),
                           row.string(4),
                           {row.id(5), row.string(6)},
                           row.time(7)});
    return changes;
}

} // namespace moothall::decide
