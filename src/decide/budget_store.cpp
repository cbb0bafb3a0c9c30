#include "decide/budget_store.hpp"

#include "people/people.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

namespace moothall::decide {

namespace {

/// How long all numbers of a ballot are, so that they sort as texts.
std::string padded(std::int64_t number, std::int64_t most)
{
    auto text = std::to_string(number);
    const auto wanted = std::to_string(most).size();
    text.insert(0, wanted - std::min(wanted, text.size()), '0');
    return text;
}

Project read_project(const store::Row& row)
{
    Project project;
    project.id = row.id(0);
    project.decision = row.id(1);
    project.number = row.integer(2);
    project.cost = row.integer(3);
    project.place = row.string(4);
    project.judgement = judgement_of(row.text(5)).value_or(Judgement::none);
    project.reason = row.string(6);
    project.standers = row.integer(7);
    project.title = row.string(8);
    project.thing_state = record::state_of(row.text(9));
    project.author = {row.id(10), row.string(11)};
    project.created = row.time(12);
    project.i_stand = row.truth(13);
    return project;
}

} // namespace

void save_budget(store::Transaction& transaction, Id organisation, const Decision& decision)
{
    const auto& terms = decision.rules.budget;
    transaction.execute(R"sql(
        INSERT INTO budget (org_id, decision_id, amount, unit, ballot, points, proposers, explaining)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) )sql",
                        organisation, decision.id, terms.amount, terms.unit, to_text(terms.ballot),
                        terms.points, decision.members_propose ? "circle" : "owner");
}

void load_budgets(store::Transaction& transaction, Id organisation,
                  const std::vector<Decision*>& decisions)
{
    if (decisions.empty()) return;
    std::vector<Id> ids;
    std::unordered_map<Id, Decision*> by_id;
    for (auto* decision : decisions) {
        ids.push_back(decision->id);
        by_id.emplace(decision->id, decision);
    }
    for (const auto& row : transaction.query(R"sql(
             SELECT b.decision_id, b.amount, b.unit, b.ballot, b.points, b.proposers, b.explaining
             FROM budget b WHERE b.org_id = ?1 AND b.decision_id IN_IDS(?2) )sql",
                                             organisation, store::IdList{ids})) {
        auto& decision = *by_id.at(row.id(0));
        auto& terms = decision.rules.budget;
        terms.amount = row.integer(1);
        terms.unit = row.string(2);
        terms.ballot = ballot_kind_of(row.text(3)).value_or(shares::BallotKind::approval);
        terms.points = row.integer(4);
        decision.members_propose = row.text(5) == "circle";
        decision.explained = row.integer(6) == 2;
    }
    // What was hidden after the opening stays on the ballot, without its title.
    for (const auto& row : transaction.query(R"sql(
             SELECT p.decision_id, CASE WHEN t.state = 'visible' THEN t.title ELSE '' END, p.cost
             FROM project p JOIN thing t ON t.org_id = p.org_id AND t.thing_id = p.project_id
             WHERE p.org_id = ?1 AND t.org_id = ?1 AND p.decision_id IN_IDS(?2) AND p.number > 0
             ORDER BY p.decision_id, p.number )sql",
                                             organisation, store::IdList{ids})) {
        auto& terms = by_id.at(row.id(0))->rules.budget;
        terms.names.push_back(row.string(1));
        terms.costs.push_back(row.integer(2));
    }
    for (auto* decision : decisions) {
        auto& rules = decision->rules;
        const auto most = std::ssize(rules.budget.names);
        rules.options.clear();
        for (std::int64_t number = 1; number <= most; ++number)
            rules.options.push_back(padded(number, most));
    }
}

Result<void> number_projects(store::Transaction& transaction, Id organisation, Id decision)
{
    std::vector<Id> projects;
    for (const auto& row : transaction.query(R"sql(
             SELECT p.project_id FROM project p
             JOIN thing t ON t.org_id = p.org_id AND t.thing_id = p.project_id
             WHERE p.org_id = ?1 AND t.org_id = ?1 AND p.decision_id = ?2
               AND p.judgement <> 'declined' AND t.state = 'visible' ORDER BY p.project_id )sql",
                                             organisation, decision))
        projects.push_back(row.id(0));
    if (projects.empty()) return Refusal::conflict("There is no project to vote on yet.");
    // A vote that was open when its hall moved is opened anew.
    transaction.execute("UPDATE project SET number = 0 WHERE org_id = ?1 AND decision_id = ?2",
                        organisation, decision);
    std::int64_t number = 0;
    for (const Id project : projects)
        transaction.execute("UPDATE project SET number = ?3 WHERE org_id = ?1 AND project_id = ?2",
                            organisation, project, ++number);
    return {};
}

void await_explanation(store::Transaction& transaction, Id organisation, Id decision)
{
    transaction.execute("UPDATE budget SET explaining = 1 WHERE org_id = ?1 AND decision_id = ?2",
                        organisation, decision);
}

BehindProjects list_behind_projects(store::Transaction& transaction, Id organisation, Id decision,
                                    const std::vector<std::string>& winners)
{
    std::unordered_set<std::int64_t> won;
    for (const auto& number : winners) won.insert(std::stoll(number));
    BehindProjects behind;
    for (const auto& row : transaction.query(R"sql(
             SELECT p.number, a.thing_id FROM project p
             JOIN project_about a ON a.org_id = p.org_id AND a.project_id = p.project_id
             WHERE p.org_id = ?1 AND a.org_id = ?1 AND p.decision_id = ?2 AND p.number > 0
             ORDER BY a.thing_id )sql",
                                             organisation, decision))
        (won.contains(row.integer(0)) ? behind.won : behind.lost).push_back(row.id(1));
    // A voice behind two projects of which one was bought got what it wants.
    std::erase_if(behind.lost, [&](Id thing) {
        return std::ranges::find(behind.won, thing) != behind.won.end();
    });
    return behind;
}

void save_project(store::Transaction& transaction, Id organisation, const Project& project)
{
    transaction.execute(R"sql(
        INSERT INTO project (org_id, project_id, decision_id, number, cost, place, words, words_html,
            judgement, reason, standers)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', '', 0) )sql",
                        organisation, project.id, project.decision, project.number, project.cost,
                        project.place, project.words, project.words_html.html);
}

void update_project(store::Transaction& transaction, Id organisation, const Project& project)
{
    transaction.execute(R"sql(
        UPDATE project SET cost = ?3, place = ?4, words = ?5, words_html = ?6
        WHERE org_id = ?1 AND project_id = ?2 )sql",
                        organisation, project.id, project.cost, project.place, project.words,
                        project.words_html.html);
}

void save_judgement(store::Transaction& transaction, Id organisation, Id project,
                    Judgement judgement, const std::string& reason)
{
    transaction.execute(R"sql(
        UPDATE project SET judgement = ?3, reason = ?4 WHERE org_id = ?1 AND project_id = ?2 )sql",
                        organisation, project, to_text(judgement), reason);
}

void save_about(store::Transaction& transaction, Id organisation, Id project,
                const std::vector<Id>& about)
{
    for (const Id thing : about)
        transaction.execute(R"sql(
            INSERT INTO project_about (org_id, project_id, thing_id) VALUES (?1, ?2, ?3)
            ON CONFLICT (org_id, project_id, thing_id) DO NOTHING )sql",
                            organisation, project, thing);
}

std::vector<Id> list_project_about(store::Transaction& transaction, Id organisation, Id project)
{
    std::vector<Id> about;
    for (const auto& row : transaction.query("SELECT thing_id FROM project_about WHERE org_id = ?1 "
                                             "AND project_id = ?2 ORDER BY thing_id",
                                             organisation, project))
        about.push_back(row.id(0));
    return about;
}

bool save_stander(store::Transaction& transaction, Id organisation, Id project, Id person, Time now)
{
    const auto added = transaction.execute(R"sql(
        INSERT INTO project_stander (org_id, project_id, person_id, since_us) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (org_id, project_id, person_id) DO NOTHING )sql",
                                           organisation, project, person, now);
    if (added != 0)
        transaction.execute(
            "UPDATE project SET standers = standers + 1 WHERE org_id = ?1 AND project_id = ?2",
            organisation, project);
    return added != 0;
}

bool remove_stander(store::Transaction& transaction, Id organisation, Id project, Id person)
{
    const auto removed = transaction.execute(
        "DELETE FROM project_stander WHERE org_id = ?1 AND project_id = ?2 AND person_id = ?3",
        organisation, project, person);
    if (removed != 0)
        transaction.execute(
            "UPDATE project SET standers = standers - 1 WHERE org_id = ?1 AND project_id = ?2",
            organisation, project);
    return removed != 0;
}

std::int64_t count_projects(store::Transaction& transaction, Id organisation, Id decision)
{
    auto rows =
        transaction.query("SELECT count(*) FROM project WHERE org_id = ?1 AND decision_id = ?2",
                          organisation, decision);
    return rows.next() ? rows->integer(0) : 0;
}

std::optional<Project> load_project(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    std::optional<Project> found;
    for (const auto& row : transaction.query(R"sql(
             SELECT p.project_id, p.decision_id, p.number, p.cost, p.place, p.judgement, p.reason,
                    p.standers, t.title, t.state, t.author_id, coalesce(a.name, ''), t.created_us,
                    s.person_id IS NOT NULL, p.words, p.words_html
             FROM project p JOIN thing t ON t.org_id = p.org_id AND t.thing_id = p.project_id
             LEFT JOIN person a ON a.org_id = ?1 AND a.person_id = t.author_id
             LEFT JOIN project_stander s ON s.org_id = ?1 AND s.project_id = p.project_id AND s.person_id = ?3
             WHERE p.org_id = ?1 AND t.org_id = ?1 AND p.project_id = ?2 )sql",
                                             viewer.organisation, id, viewer.person)) {
        found = read_project(row);
        found->words = row.string(14);
        found->words_html = SafeHtml::trusted_from_store(row.string(15));
    }
    return found;
}

std::vector<Project> list_projects(store::Transaction& transaction, const Decision& decision,
                                   const Viewer& viewer, OnBallot which)
{
    std::vector<Project> projects;
    for (const auto& row : transaction.query(
             store::Sql(R"sql(
                 SELECT p.project_id, p.decision_id, p.number, p.cost, p.place, p.judgement, p.reason,
                        p.standers, t.title, t.state, t.author_id, coalesce(a.name, ''), t.created_us,
                        s.person_id IS NOT NULL
                 FROM project p JOIN thing t ON t.org_id = p.org_id AND t.thing_id = p.project_id
                 LEFT JOIN person a ON a.org_id = ?1 AND a.person_id = t.author_id
                 LEFT JOIN project_stander s
                     ON s.org_id = ?1 AND s.project_id = p.project_id AND s.person_id = ?2
                 WHERE p.org_id = ?1 AND t.org_id = ?1 AND p.decision_id = ?3 AND p.number <= ?4 AND )sql") +
                 people::seen + " ORDER BY p.number = 0, p.number, p.project_id",
             viewer.organisation, viewer.person, decision.id,
             which == OnBallot::no ? std::int64_t{0} : std::numeric_limits<std::int64_t>::max()))
        projects.push_back(read_project(row));
    return projects;
}

std::vector<Named> list_standers(store::Transaction& transaction, Id project, const Viewer& viewer)
{
    constexpr int shown = 200;
    std::vector<Named> standers;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.person_id, p.name FROM project_stander s
             JOIN person p ON p.org_id = s.org_id AND p.person_id = s.person_id
             WHERE s.org_id = ?1 AND p.org_id = ?1 AND s.project_id = ?2 AND p.name <> ''
             ORDER BY s.since_us, s.person_id LIMIT ?3 )sql",
                                             viewer.organisation, project, shown))
        standers.push_back({row.id(0), row.string(1)});
    return standers;
}

std::vector<Need> list_needs(store::Transaction& transaction, Id decision, const Viewer& viewer)
{
    std::vector<Need> needs;
    for (const auto& row : transaction.query(R"sql(
             SELECT number, cost, votes FROM project_need
             WHERE org_id = ?1 AND decision_id = ?2 ORDER BY number )sql",
                                             viewer.organisation, decision)) {
        Need need{row.integer(0), {}, {}};
        if (row.integer(1) >= 0) need.cost = row.integer(1);
        if (row.integer(2) >= 0) need.votes = row.integer(2);
        needs.push_back(need);
    }
    return needs;
}

} // namespace moothall::decide
