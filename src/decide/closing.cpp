// The close of a vote, and the chore that closes what is due and asks for reviews.

#include "decide/box.hpp"
#include "decide/budget.hpp"
#include "decide/chance.hpp"
#include "decide/decision_store.hpp"
#include "decide/delegation.hpp"

#include "base/invariant.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "web/idempotency.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

/// Takes the ballots out of the urn in an order drawn by lot, and forgets whose they were.
std::vector<std::string> empty_urn(store::Transaction& transaction, Id organisation, Id decision)
{
    std::vector<std::string> ballots;
    for (const auto& row :
         transaction.query("SELECT text FROM ballot WHERE org_id = ?1 AND decision_id = ?2",
                           organisation, decision))
        ballots.push_back(row.string(0));
    shuffle_ballots(ballots);
    const auto deleted = transaction.execute(
        "DELETE FROM ballot WHERE org_id = ?1 AND decision_id = ?2", organisation, decision);
    invariant(deleted == std::ssize(ballots), "every ballot goes from the urn into the box");
    return ballots;
}

void ask_for_review(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                    Id decision, Id owner)
{
    const auto asked = transaction.execute(R"sql(
        UPDATE decision SET asked_us = ?3
        WHERE org_id = ?1 AND decision_id = ?2 AND state = 'closed' AND asked_us = 0 )sql",
                                           organisation, decision, now);
    const auto thing = record::find_thing(transaction, organisation, decision);
    if (asked == 0 || !thing) return;
    record::append(transaction, organisation, ids,
                   {.verb = "decide.review_due",
                    .thing = decision,
                    .circle = thing->circle,
                    .at = now,
                    .state = thing->state,
                    .concerns = {owner}});
}

} // namespace

void save_box(store::Transaction& transaction, Id organisation, Id decision,
              const std::vector<std::string>& ballots)
{
    for (std::size_t at = 0; at < ballots.size(); ++at)
        transaction.execute(R"sql(
            INSERT INTO boxed_ballot (org_id, decision_id, position, text, leaf)
            VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                            organisation, decision, at, ballots[at],
                            receipts::to_hex(receipts::leaf_hash(ballots[at])));
}

bool close_and_count(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                     Id id, Id actor, std::string_view early_reason)
{
    if (!lock_decision(transaction, organisation, id, DecisionState::voting)) return false;
    const auto thing = record::find_thing(transaction, organisation, id);
    invariant(thing.has_value(), "a decision is a thing");
    Viewer server;
    server.organisation = organisation;
    auto decision = load_decisions(transaction, server, {id}).front();
    const auto delegated = cast_handed_votes(transaction, organisation, decision, now);
    if (delegated > 0) decision = load_decisions(transaction, server, {id}).front();

    const auto ballots = empty_urn(transaction, organisation, id);
    save_box(transaction, organisation, id, ballots);
    const auto root = receipts::to_hex(receipts::BallotBox(ballots).root());
    const auto count = count_box(decision.rules, id.text(), ballots, root);
    invariant(count.has_value(), "what was taken into the box can be read");
    for (std::size_t at = 0; at < decision.electorates.size(); ++at)
        invariant(count->electorates[at].ballots ==
                      decision.electorates[at].voters + decision.electorates[at].delegated,
                  "the box holds a ballot for each voter of an electorate, and for each vote that "
                  "was handed on");
    const std::string_view outcome = count->passes() ? "passed" : "failed";
    transaction.execute(R"sql(
        UPDATE decision SET closed_us = ?3, outcome = ?4, why = ?5, result = ?6, root = ?7,
            early_reason = ?8
        WHERE org_id = ?1 AND decision_id = ?2 )sql",
                        organisation, id, now, outcome, to_text(count->why),
                        to_json(decision.rules, *count), root, early_reason);
    save_state(transaction, organisation, id, DecisionState::closed, now);
    // A kept answer to a vote would say whose it was.
    web::forget_answers_about(transaction, organisation, id);

    auto about = list_about(transaction, organisation, id);
    hear::reach_stage(transaction, organisation, list_behind(transaction, organisation, id),
                      hear::Stage::decide, id, count->passes() ? "decide.passed" : "decide.failed",
                      now);
    if (decision.rules.method == Method::equal_shares) {
        std::vector<std::string> winners;
        for (const auto winner : count->winners) winners.push_back(decision.rules.options[winner]);
        const auto behind = list_behind_projects(transaction, organisation, id, winners);
        hear::reach_stage(transaction, organisation, behind.won, hear::Stage::decide, id,
                          "decide.passed", now);
        hear::reach_stage(transaction, organisation, behind.lost, hear::Stage::decide, id,
                          "decide.failed", now);
        about.insert(about.end(), behind.won.begin(), behind.won.end());
        about.insert(about.end(), behind.lost.begin(), behind.lost.end());
        await_explanation(transaction, organisation, id);
        std::ranges::sort(about);
        const auto twice = std::ranges::unique(about);
        about.erase(twice.begin(), twice.end());
    }
    record::append(transaction, organisation, ids,
                   {.verb = "decide.decision_closed",
                    .thing = id,
                    .actor = actor,
                    .circle = thing->circle,
                    .at = now,
                    .state = thing->state,
                    .concerns = about,
                    .data = JsonWriter()
                                .begin_object()
                                .field("outcome", outcome)
                                .field("why", to_text(count->why))
                                .field("voters", decision.voters)
                                .field("delegated", delegated)
                                .field("ballots", ballots.size())
                                .field("links_deleted", ballots.size())
                                .field("root", root)
                                .field("early", !early_reason.empty())
                                .end_object()
                                .take()});
    return true;
}

Result<Decision> close_voting(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_lead(*decision, viewer))
        return Refusal::forbidden("Only who proposed it and the circle's stewards may do this.");
    std::string reason;
    if (decision->may_still_change(now)) {
        auto said = check_sentence(wanted, "reason",
                                   "Not all have voted, and its day has not come: say for all to "
                                   "read why voting ends now.");
        if (!said) return said.error();
        reason = *std::move(said);
    }
    if (!close_and_count(transaction, ids, now, viewer.organisation, id, viewer.person, reason))
        return Refusal::conflict("Voting is not open.");
    return find_decision(transaction, id, viewer);
}

void tend(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    constexpr int at_once = 100;
    std::vector<Id> to_close;
    std::vector<std::pair<Id, Id>> to_review; // decision, owner
    database.read([&](store::Transaction& transaction) {
        for (const auto& row : transaction.query(R"sql(
                 SELECT decision_id FROM decision
                 WHERE org_id = ?1 AND state = 'voting' AND closes_us <= ?2 ORDER BY closes_us LIMIT ?3 )sql",
                                                 organisation, now, at_once))
            to_close.push_back(row.id(0));
        const auto today = moothall::to_text(Date{std::chrono::floor<std::chrono::days>(now)});
        for (const auto& row : transaction.query(R"sql(
                 SELECT d.decision_id, t.author_id
                 FROM decision d JOIN thing t ON t.org_id = d.org_id AND t.thing_id = d.decision_id
                 WHERE d.org_id = ?1 AND t.org_id = ?1 AND d.state = 'closed' AND d.asked_us = 0
                   AND d.review_on <= ?2 AND d.outcome = 'passed' ORDER BY d.review_on LIMIT ?3 )sql",
                                                 organisation, today, at_once))
            to_review.emplace_back(row.id(0), row.id(1));
    });
    for (const Id id : to_close)
        database.write([&](store::Transaction& transaction) {
            close_and_count(transaction, ids, now, organisation, id, Id{}, {});
        });
    for (const auto& due : to_review)
        database.write([&](store::Transaction& transaction) {
            ask_for_review(transaction, ids, now, organisation, due.first, due.second);
        });
    ask_for_explanations(database, organisation, now, ids);
}

Result<BoxExport> find_box(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    if (decision->state != DecisionState::closed && decision->state != DecisionState::reviewed)
        return Refusal::conflict("The ballot box is published when voting is closed.");
    BoxExport box;
    box.decision = id.text();
    box.title = decision->title;
    box.rules = decision->rules;
    for (const auto& electorate : decision->electorates)
        box.circles.push_back(electorate.circle.text());
    box.root = decision->root;
    box.result = decision->result;
    for (const auto& row : transaction.query(R"sql(
             SELECT text FROM boxed_ballot WHERE org_id = ?1 AND decision_id = ?2 ORDER BY position )sql",
                                             viewer.organisation, id))
        box.ballots.push_back(row.string(0));
    return box;
}

std::optional<std::string> find_boxed_ballot(store::Transaction& transaction, Id id,
                                             const Viewer& viewer, std::string_view asked)
{
    const bool is_leaf = receipts::parse_hex(asked).has_value();
    const auto leaf = is_leaf ? std::string(asked) : receipts::to_hex(receipts::leaf_hash(asked));
    std::optional<std::string> ballot;
    for (const auto& row : transaction.query(R"sql(
             SELECT text FROM boxed_ballot WHERE org_id = ?1 AND decision_id = ?2 AND leaf = ?3 )sql",
                                             viewer.organisation, id, leaf))
        ballot = row.string(0);
    return ballot;
}

Result<Inclusion> find_inclusion(store::Transaction& transaction, Id id, const Viewer& viewer,
                                 std::string_view asked)
{
    const auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    if (decision->state != DecisionState::closed && decision->state != DecisionState::reviewed)
        return Refusal::conflict("The ballot box is published when voting is closed.");
    const bool is_leaf = receipts::parse_hex(asked).has_value();
    const auto leaf = is_leaf ? std::string(asked) : receipts::to_hex(receipts::leaf_hash(asked));
    std::vector<receipts::Hash> leaves;
    std::optional<std::size_t> place;
    for (const auto& row : transaction.query(R"sql(
             SELECT leaf FROM boxed_ballot WHERE org_id = ?1 AND decision_id = ?2 ORDER BY position )sql",
                                             viewer.organisation, id)) {
        if (row.text(0) == leaf) place = leaves.size();
        leaves.push_back(receipts::parse_hex(row.text(0)).value_or(receipts::Hash{}));
    }
    if (!place) return Refusal::not_found();
    Inclusion inclusion;
    for (const auto& row : transaction.query(R"sql(
             SELECT text FROM boxed_ballot WHERE org_id = ?1 AND decision_id = ?2 AND leaf = ?3 )sql",
                                             viewer.organisation, id, leaf))
        inclusion.ballot = row.string(0);
    inclusion.receipt = receipts::BallotBox(std::move(leaves)).receipt(*place);
    return inclusion;
}

} // namespace moothall::decide
