#include "decide/decision_store.hpp"

#include "decide/budget.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::decide {

namespace {

Decision read_decision(const store::Row& row)
{
    Decision decision;
    decision.id = row.id(0);
    decision.state = decision_state_of(row.text(1)).value_or(DecisionState::withdrawn);
    decision.rules.method = method_of(row.text(2)).value_or(Method::yes_no);
    decision.belief = row.string(3);
    decision.beneficiary = row.string(4);
    decision.measure = row.string(5);
    decision.target = row.string(6);
    decision.review_on = parse_date(row.text(7)).value_or(Date{});
    decision.rules.places = static_cast<std::size_t>(row.integer(8));
    decision.rules.score_most = static_cast<std::int32_t>(row.integer(9));
    decision.rules.ties = tie_rule_of(row.text(10)).value_or(TieRule::as_listed);
    decision.voters = row.integer(11);
    if (row.integer(12) != 0) decision.opened = row.time(12);
    decision.closes = row.time(13);
    if (row.integer(14) != 0) decision.closed = row.time(14);
    decision.outcome = row.string(15);
    decision.why = row.string(16);
    decision.result = row.string(17);
    decision.root = row.string(18);
    decision.withdrawal = row.string(19);
    decision.review_result = row.string(20);
    decision.review_value = row.string(21);
    decision.review_words = row.string(22);
    decision.reviewed_by = {row.id(23), row.string(24)};
    if (row.integer(25) != 0) decision.reviewed = row.time(25);
    decision.title = row.string(26);
    decision.thing_state = record::state_of(row.text(27));
    decision.circle = row.id(28);
    decision.circle_name = row.string(29);
    decision.circle_is_public = row.text(30) == "public";
    decision.author = {row.id(31), row.string(32)};
    decision.created = row.time(33);
    decision.changed = row.time(34);
    decision.weights = row.string(35);
    decision.early_reason = row.string(36);
    return decision;
}

void save_options(store::Transaction& transaction, Id organisation, const Decision& decision)
{
    for (std::size_t at = 0; at < decision.rules.options.size(); ++at)
        transaction.execute(R"sql(
            INSERT INTO decision_option (org_id, decision_id, position, label) VALUES (?1, ?2, ?3, ?4) )sql",
                            organisation, decision.id, at, decision.rules.options[at]);
}

} // namespace

void save_decision(store::Transaction& transaction, Id organisation, const Decision& decision,
                   const NewDecision& wanted)
{
    transaction.execute(R"sql(
        INSERT INTO decision (org_id, decision_id, state, method, belief, beneficiary, measure, target,
            review_on, places, score_most, ties, voters, opened_us, closes_us, closed_us, outcome, why,
            result, root, withdrawal, asked_us, review_result, review_value, review_words, reviewed_by,
            reviewed_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, 0, ?13, 0, '', '', '', '', '', 0, '',
            '', '', 0, 0) )sql",
                        organisation, decision.id, to_text(decision.state),
                        to_text(decision.rules.method), decision.belief, decision.beneficiary,
                        decision.measure, decision.target, moothall::to_text(decision.review_on),
                        decision.rules.places, decision.rules.score_most,
                        to_text(decision.rules.ties), decision.closes);
    save_options(transaction, organisation, decision);
    for (std::size_t at = 0; at < wanted.electorates.size(); ++at) {
        const auto& electorate = wanted.electorates[at];
        transaction.execute(R"sql(
            INSERT INTO electorate (org_id, decision_id, position, circle_id, threshold, quorum, roll, voters)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0) )sql",
                            organisation, decision.id, at, electorate.circle,
                            to_text(electorate.threshold), to_text(electorate.quorum));
    }
    for (const Id thing : wanted.about)
        transaction.execute(R"sql(
            INSERT INTO decision_about (org_id, decision_id, thing_id) VALUES (?1, ?2, ?3)
            ON CONFLICT (org_id, decision_id, thing_id) DO NOTHING )sql",
                            organisation, decision.id, thing);
}

void save_changed_proposal(store::Transaction& transaction, Id organisation,
                           const Decision& decision, Time now)
{
    transaction.execute(R"sql(
        UPDATE decision SET belief = ?3, beneficiary = ?4, measure = ?5, target = ?6, review_on = ?7,
            closes_us = ?8
        WHERE org_id = ?1 AND decision_id = ?2 )sql",
                        organisation, decision.id, decision.belief, decision.beneficiary,
                        decision.measure, decision.target, moothall::to_text(decision.review_on),
                        decision.closes);
    transaction.execute(
        "UPDATE thing SET title = ?3, changed_us = ?4 WHERE org_id = ?1 AND thing_id = ?2",
        organisation, decision.id, decision.title, now);
    // A budget has none: its options are its projects.
    transaction.execute("DELETE FROM decision_option WHERE org_id = ?1 AND decision_id = ?2",
                        organisation, decision.id);
    if (decision.rules.method != Method::equal_shares)
        save_options(transaction, organisation, decision);
}

void save_proposal_revision(store::Transaction& transaction, Id organisation, Id revision,
                            const Decision& before, Id changed_by, Time now)
{
    std::string options;
    for (const auto& option : before.rules.options) options += option + '\n';
    transaction.execute(R"sql(
        INSERT INTO decision_revision (org_id, decision_id, revision_id, title, belief, beneficiary, measure,
            target, review_on, options, closes_us, changed_by, changed_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) )sql",
                        organisation, before.id, revision, before.title, before.belief,
                        before.beneficiary, before.measure, before.target,
                        moothall::to_text(before.review_on), options, before.closes, changed_by,
                        now);
}

std::vector<ProposalRevision> list_proposal_revisions(store::Transaction& transaction, Id decision,
                                                      const Viewer& viewer)
{
    constexpr int revisions_shown = 100;
    std::vector<ProposalRevision> revisions;
    for (const auto& row : transaction.query(R"sql(
             SELECT r.title, r.belief, r.beneficiary, r.measure, r.target, r.review_on, r.options, r.closes_us,
                    r.changed_by, coalesce(p.name, ''), r.changed_us
             FROM decision_revision r LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = r.changed_by
             WHERE r.org_id = ?1 AND r.decision_id = ?2 ORDER BY r.revision_id DESC LIMIT ?3 )sql",
                                             viewer.organisation, decision, revisions_shown)) {
        ProposalRevision one{.title = row.string(0),
                             .belief = row.string(1),
                             .beneficiary = row.string(2),
                             .measure = row.string(3),
                             .target = row.string(4),
                             .review_on = parse_date(row.text(5)).value_or(Date{}),
                             .options = {},
                             .closes = row.time(7),
                             .changed_by = {row.id(8), row.string(9)},
                             .changed = row.time(10)};
        auto lines = row.text(6);
        for (auto end = lines.find('\n'); end != std::string_view::npos; end = lines.find('\n')) {
            one.options.emplace_back(lines.substr(0, end));
            lines.remove_prefix(end + 1);
        }
        revisions.push_back(std::move(one));
    }
    return revisions;
}

std::vector<Decision> load_decisions(store::Transaction& transaction, const Viewer& viewer,
                                     const std::vector<Id>& found)
{
    std::vector<Decision> decisions;
    if (found.empty()) return decisions;
    for (const auto& row : transaction.query(R"sql(
             SELECT d.decision_id, d.state, d.method, d.belief, d.beneficiary, d.measure, d.target,
                    d.review_on, d.places, d.score_most, d.ties, d.voters, d.opened_us, d.closes_us,
                    d.closed_us, d.outcome, d.why, d.result, d.root, d.withdrawal, d.review_result,
                    d.review_value, d.review_words, d.reviewed_by, coalesce(pr.name, ''), d.reviewed_us,
                    t.title, t.state, t.circle_id, c.name, c.visibility, t.author_id,
                    coalesce(pa.name, ''), t.created_us, t.changed_us, d.weights,
                    d.early_reason
             FROM decision d JOIN thing t ON t.org_id = d.org_id AND t.thing_id = d.decision_id
             JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
             LEFT JOIN person pa ON pa.org_id = ?1 AND pa.person_id = t.author_id
             LEFT JOIN person pr ON pr.org_id = ?1 AND pr.person_id = d.reviewed_by
             WHERE d.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND d.decision_id IN_IDS(?2) )sql",
                                             viewer.organisation, store::IdList{found}))
        decisions.push_back(read_decision(row));
    std::unordered_map<Id, std::size_t> place;
    for (std::size_t at = 0; at < found.size(); ++at) place.emplace(found[at], at);
    std::ranges::sort(decisions, {}, [&](const Decision& one) { return place.at(one.id); });
    std::unordered_map<Id, Decision*> by_id;
    for (auto& decision : decisions) by_id.emplace(decision.id, &decision);

    for (const auto& row : transaction.query(R"sql(
             SELECT o.decision_id, o.label FROM decision_option o
             WHERE o.org_id = ?1 AND o.decision_id IN_IDS(?2) ORDER BY o.decision_id, o.position )sql",
                                             viewer.organisation, store::IdList{found}))
        by_id.at(row.id(0))->rules.options.push_back(row.string(1));
    // Of a private circle only its members know the name, also when it votes on a public matter.
    for (const auto& row :
         transaction.query(R"sql(
             SELECT e.decision_id, e.circle_id,
                    CASE WHEN c.visibility <> 'private' OR m.person_id IS NOT NULL THEN c.name ELSE '' END,
                    e.threshold, e.quorum, e.roll, e.voters, e.delegated
             FROM electorate e JOIN circle c ON c.org_id = e.org_id AND c.circle_id = e.circle_id
             LEFT JOIN membership m ON m.org_id = ?1 AND m.circle_id = e.circle_id AND m.person_id = ?3
             WHERE e.org_id = ?1 AND c.org_id = ?1 AND e.decision_id IN_IDS(?2)
             ORDER BY e.decision_id, e.position )sql",
                           viewer.organisation, store::IdList{found}, viewer.person)) {
        Electorate electorate;
        electorate.circle = row.id(1);
        electorate.circle_name = row.string(2);
        electorate.threshold = parse_share(row.text(3)).value_or(Share{1, 1});
        electorate.quorum = parse_share(row.text(4)).value_or(Share{1, 1});
        electorate.roll = row.integer(5);
        electorate.voters = row.integer(6);
        electorate.delegated = row.integer(7);
        auto& decision = *by_id.at(row.id(0));
        decision.rules.electorates.push_back(
            {electorate.roll, electorate.threshold, electorate.quorum});
        decision.electorates.push_back(std::move(electorate));
    }
    std::vector<Decision*> budgets;
    for (auto& decision : decisions)
        if (decision.rules.method == Method::equal_shares) budgets.push_back(&decision);
    load_budgets(transaction, viewer.organisation, budgets);
    return decisions;
}

bool lock_decision(store::Transaction& transaction, Id organisation, Id decision,
                   DecisionState state)
{
    return transaction.execute(R"sql(
        UPDATE decision SET voters = voters WHERE org_id = ?1 AND decision_id = ?2 AND state = ?3 )sql",
                               organisation, decision, to_text(state)) == 1;
}

void save_state(store::Transaction& transaction, Id organisation, Id decision, DecisionState state,
                Time now)
{
    transaction.execute("UPDATE decision SET state = ?3 WHERE org_id = ?1 AND decision_id = ?2",
                        organisation, decision, to_text(state));
    transaction.execute("UPDATE thing SET changed_us = ?3 WHERE org_id = ?1 AND thing_id = ?2",
                        organisation, decision, now);
}

std::vector<Id> list_about(store::Transaction& transaction, Id organisation, Id decision)
{
    std::vector<Id> things;
    for (const auto& row : transaction.query(R"sql(
             SELECT thing_id FROM decision_about WHERE org_id = ?1 AND decision_id = ?2
             ORDER BY thing_id )sql",
                                             organisation, decision))
        things.push_back(row.id(0));
    return things;
}

std::vector<Id> list_behind(store::Transaction& transaction, Id organisation, Id decision)
{
    constexpr int voices_max = 5000;
    auto things = list_about(transaction, organisation, decision);
    // Stage 2 is "put in a theme" (hear/loop.hpp).
    for (const auto& row : transaction.query(R"sql(
             SELECT DISTINCT l.thing_id FROM decision_about a CROSS JOIN loop_step l
             WHERE a.org_id = ?1 AND l.org_id = ?1 AND a.decision_id = ?2 AND l.about_id = a.thing_id AND l.stage = 2
             ORDER BY l.thing_id LIMIT ?3 )sql",
                                             organisation, decision, voices_max))
        things.push_back(row.id(0)); // twice, if it is named beside its theme: that does no harm
    things.push_back(decision);
    return things;
}

} // namespace moothall::decide
