// What a project that was not bought would have needed (shares/what_it_takes.cpp), found once after
// the close and stored. With 100,000 voters that is seconds of work for each, so it is a slow job:
// what was found is written as it goes, and a job that is begun again goes on with the rest.

#include "decide/budget.hpp"
#include "decide/decision_store.hpp"
#include "decide/shares/what_it_takes.hpp"
#include "decide/tally/box_export.hpp"

#include <algorithm>
#include <chrono>

namespace moothall::decide {

namespace {

struct Unexplained {
    Rules rules;
    std::string root;
    std::vector<std::string> ballots;
    std::vector<std::string> lost; // their numbers, without those that are explained
};

/// None when there is nothing left to do.
std::optional<Unexplained> read_unexplained(store::Transaction& transaction, Id organisation, Id id)
{
    bool waits = false;
    for (const auto& row : transaction.query(R"sql(
             SELECT 1 FROM budget WHERE org_id = ?1 AND decision_id = ?2 AND explaining = 1 )sql",
                                             organisation, id))
        waits = row.integer(0) == 1;
    if (!waits) return {};
    Viewer server;
    server.organisation = organisation;
    const auto decision = load_decisions(transaction, server, {id}).front();
    Unexplained budget{decision.rules, decision.root, {}, {}};
    for (const auto& row : transaction.query(R"sql(
             SELECT text FROM boxed_ballot WHERE org_id = ?1 AND decision_id = ?2 ORDER BY position )sql",
                                             organisation, id))
        budget.ballots.push_back(row.string(0));
    std::vector<std::int64_t> explained;
    for (const auto& need : list_needs(transaction, id, server)) explained.push_back(need.number);
    const auto result = Json::parse(decision.result);
    const auto lost = result ? result->find("budget").find("lost") : Json();
    for (std::size_t at = 0; at < lost.size(); ++at) {
        std::string number(lost.at(at).find("project").string().value_or("0"));
        if (std::ranges::find(explained, std::stoll(number)) == explained.end())
            budget.lost.push_back(std::move(number));
    }
    return budget;
}

shares::Election read_election(const Unexplained& budget, Id decision)
{
    std::vector<Ballot> ballots;
    ballots.reserve(budget.ballots.size());
    for (const auto& text : budget.ballots)
        if (auto ballot = read_ballot(budget.rules, decision.text(), text))
            ballots.push_back(*std::move(ballot));
    return make_election(budget.rules, ballots);
}

enum class Explained : std::uint8_t { partly, wholly };

void save_needs(store::Database& database, Id organisation, Id decision,
                const std::vector<Need>& needs, Explained explained)
{
    database.write([&](store::Transaction& transaction) {
        for (const auto& need : needs)
            transaction.execute(R"sql(
                INSERT INTO project_need (org_id, decision_id, number, cost, votes) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (org_id, decision_id, number) DO NOTHING )sql",
                                organisation, decision, need.number, need.cost.value_or(-1),
                                need.votes.value_or(-1));
        if (explained == Explained::wholly)
            transaction.execute(
                "UPDATE budget SET explaining = 2 WHERE org_id = ?1 AND decision_id = ?2",
                organisation, decision);
    });
}

} // namespace

void ask_for_explanations(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    std::vector<Id> waiting;
    database.read([&](store::Transaction& transaction) {
        // A job that was given up stays given up until somebody looks.
        for (const auto& row : transaction.query(R"sql(
                 SELECT b.decision_id FROM budget b
                 WHERE b.org_id = ?1 AND b.explaining = 1 AND NOT EXISTS (
                     SELECT 1 FROM job j WHERE j.org_id = ?1 AND j.done_us IS NULL
                       AND j.once_key = 'decide.explanation ' || b.decision_id) )sql",
                                                 organisation))
            waiting.push_back(row.id(0));
    });
    for (const Id decision : waiting)
        database.write([&](store::Transaction& transaction) {
            jobs::enqueue(
                transaction, ids, now, organisation,
                {.kind = explanation_job,
                 .payload =
                     JsonWriter().begin_object().field("decision", decision).end_object().take(),
                 .run_at = now,
                 .once_key = "decide.explanation " + std::to_string(decision.value)});
        });
}

void explain_budget(store::Database& database, const jobs::Job& job)
{
    constexpr std::chrono::seconds kept_back_max{2}; // what an end of the program may cost
    const auto payload = Json::parse(job.payload);
    const auto decision =
        payload ? Id::parse(payload->find("decision").string().value_or("")) : std::nullopt;
    if (!decision) throw std::runtime_error("the job names no budget");
    const auto budget = database.read([&](store::Transaction& transaction) {
        return read_unexplained(transaction, job.organisation, *decision);
    });
    if (!budget) return;
    const auto give_way = [&] {
        if (job.stopping.stop_requested()) throw jobs::Interrupted();
    };
    give_way();
    const auto election = read_election(*budget, *decision);
    const auto outcome =
        shares::equal_shares(election, budget_options(budget->rules, lot_of(budget->root)));
    auto scale = money_unit;
    for (int at = 0; at < election.money_decimals(); ++at) scale /= 10;
    std::vector<Need> found;
    auto kept_since = std::chrono::steady_clock::now();
    for (const auto& number : budget->lost) {
        const auto project = election.find_project(number);
        if (!project || election.voter_count() == 0) continue;
        const auto needed = shares::what_it_takes(election, outcome, *project, give_way);
        found.push_back({std::stoll(number), {}, needed.more_voters});
        if (needed.cost) found.back().cost = *needed.cost * scale;
        if (std::chrono::steady_clock::now() < kept_since + kept_back_max) continue;
        save_needs(database, job.organisation, *decision, found, Explained::partly);
        found.clear();
        kept_since = std::chrono::steady_clock::now();
    }
    save_needs(database, job.organisation, *decision, found, Explained::wholly);
}

} // namespace moothall::decide
