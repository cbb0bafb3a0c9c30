// What a project that was not bought would have needed.
//
// A loser is told at which cost it would have won and how many more votes it would have taken
// (measures of N. Boehmer and others, "Evaluation of Project Performance in Participatory
// Budgeting", IJCAI 2024, arXiv 2312.14723). Both are found by running the whole rule again some
// forty to sixty times, so this is work for after the close, done once and stored: a piece each
// time the chore comes by, in which nothing else has to wait for it but other chores.

#include "decide/budget.hpp"
#include "decide/decision_store.hpp"
#include "decide/tally/box_export.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

struct Piece {
    Id decision;
    Rules rules;
    std::string root;
    std::vector<std::string> ballots;
    std::vector<std::string> lost; // their numbers, without those that are explained
};

std::optional<Piece> read_piece(store::Transaction& transaction, Id organisation)
{
    Id id;
    for (const auto& row : transaction.query(R"sql(
             SELECT decision_id FROM budget WHERE org_id = ?1 AND explaining = 1
             ORDER BY decision_id LIMIT 1 )sql",
                                             organisation))
        id = row.id(0);
    if (!id) return {};
    Viewer server;
    server.organisation = organisation;
    const auto decision = load_decisions(transaction, server, {id}).front();
    Piece piece{id, decision.rules, decision.root, {}, {}};
    for (const auto& row : transaction.query(R"sql(
             SELECT text FROM boxed_ballot WHERE org_id = ?1 AND decision_id = ?2 ORDER BY position )sql",
                                             organisation, id))
        piece.ballots.push_back(row.string(0));
    std::vector<std::int64_t> explained;
    for (const auto& need : list_needs(transaction, id, server)) explained.push_back(need.number);
    const auto result = Json::parse(decision.result);
    const auto lost = result ? result->find("budget").find("lost") : Json();
    for (std::size_t at = 0; at < lost.size(); ++at) {
        std::string number(lost.at(at).find("project").string().value_or("0"));
        if (std::ranges::find(explained, std::stoll(number)) == explained.end())
            piece.lost.push_back(std::move(number));
    }
    return piece;
}

} // namespace

std::size_t explain_budgets(store::Database& database, Id organisation)
{
    // So that a piece takes seconds even with a hundred thousand voters: chosen by measuring, see
    // bench/budgets/.
    constexpr std::size_t voters_times_losers_max = 200'000;
    const auto piece = database.read(
        [&](store::Transaction& transaction) { return read_piece(transaction, organisation); });
    if (!piece) return 0;
    std::vector<Ballot> ballots;
    ballots.reserve(piece->ballots.size());
    for (const auto& text : piece->ballots)
        if (auto ballot = read_ballot(piece->rules, piece->decision.text(), text))
            ballots.push_back(*std::move(ballot));
    const auto election = make_election(piece->rules, ballots);
    const auto options = budget_options(piece->rules, lot_of(piece->root));
    auto scale = money_unit;
    for (int at = 0; at < election.money_decimals(); ++at) scale /= 10;
    const auto at_once = std::max<std::size_t>(1, voters_times_losers_max /
                                                      std::max<std::size_t>(1, ballots.size()));
    const auto count = std::min(at_once, piece->lost.size());
    std::vector<std::pair<std::int64_t, shares::WhatItTakes>> found;
    for (std::size_t at = 0; at < count && election.voter_count() > 0; ++at)
        if (const auto project = election.find_project(piece->lost[at]))
            found.emplace_back(std::stoll(piece->lost[at]),
                               shares::what_it_takes(election, options, *project));
    database.write([&](store::Transaction& transaction) {
        for (const auto& [number, need] : found)
            transaction.execute(R"sql(
                INSERT INTO project_need (org_id, decision_id, number, cost, votes) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (org_id, decision_id, number) DO NOTHING )sql",
                                organisation, piece->decision, number,
                                need.cost ? *need.cost * scale : -1, need.more_voters.value_or(-1));
        if (count == piece->lost.size() || election.voter_count() == 0)
            transaction.execute(
                "UPDATE budget SET explaining = 2 WHERE org_id = ?1 AND decision_id = ?2",
                organisation, piece->decision);
    });
    return found.size();
}

} // namespace moothall::decide
