// Lists of decisions.

#include "decide/decision_store.hpp"

#include "people/people.hpp"
#include "text/place.hpp"

#include <limits>

namespace moothall::decide {

Result<DecisionList> list_decisions(store::Transaction& transaction, const DecisionQuery& query,
                                    const Viewer& viewer)
{
    Id before{std::numeric_limits<std::int64_t>::max()};
    if (!query.after.empty()) {
        const auto id = Id::parse(query.after);
        if (!id) return not_a_place();
        before = *id;
    }
    auto sql = store::Sql(R"sql(
        SELECT d.decision_id FROM decision d
        JOIN thing t ON t.org_id = d.org_id AND t.thing_id = d.decision_id
        WHERE d.org_id = ?1 AND t.org_id = ?1 AND d.decision_id < ?3 AND )sql") +
               people::seen;
    sql += query.state ? store::SqlLiteral(" AND d.state = ?4") : store::SqlLiteral(" AND ?4 = ?4");
    sql += query.circle ? store::SqlLiteral(R"sql( AND d.decision_id IN (
               SELECT e.decision_id FROM electorate e WHERE e.org_id = ?1 AND e.circle_id = ?5) )sql")
                        : store::SqlLiteral(" AND ?5 = ?5");
    sql += query.about ? store::SqlLiteral(R"sql( AND d.decision_id IN (
               SELECT a.decision_id FROM decision_about a WHERE a.org_id = ?1 AND a.thing_id = ?6) )sql")
                       : store::SqlLiteral(" AND ?6 = ?6");
    sql +=
        query.method ? store::SqlLiteral(" AND d.method = ?8") : store::SqlLiteral(" AND ?8 = ?8");
    sql += " ORDER BY d.decision_id DESC LIMIT ?7";
    std::vector<Id> found;
    DecisionList list;
    for (const auto& row : transaction.query(
             sql, viewer.organisation, viewer.person, before,
             query.state ? to_text(*query.state) : std::string_view{}, query.circle, query.about,
             query.limit + 1, query.method ? to_text(*query.method) : std::string_view{})) {
        if (std::ssize(found) == query.limit) {
            list.next = found.back().text();
            break;
        }
        found.push_back(row.id(0));
    }
    list.decisions = load_decisions(transaction, viewer, found);
    return list;
}

std::vector<std::pair<DecisionState, std::int64_t>> count_decisions(store::Transaction& transaction,
                                                                    const Viewer& viewer)
{
    // Counted and not kept: a house has hundreds of decisions where it has a hundred thousand
    // voices, and what is hidden must not be told by a number.
    std::vector<std::pair<DecisionState, std::int64_t>> counts;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT d.state, count(*) FROM decision d
             JOIN thing t ON t.org_id = d.org_id AND t.thing_id = d.decision_id
             WHERE d.org_id = ?1 AND t.org_id = ?1 AND )sql") +
                               people::seen + " GROUP BY d.state ORDER BY d.state",
                           viewer.organisation, viewer.person))
        if (const auto state = decision_state_of(row.text(0)))
            counts.emplace_back(*state, row.integer(1));
    return counts;
}

} // namespace moothall::decide
