#include "decide/elector.hpp"

namespace moothall::decide {

std::vector<Id> list_electors(store::Transaction& transaction, Id organisation, Id decision,
                              Id after, int limit)
{
    std::vector<Id> people;
    for (const auto& row : transaction.query(R"sql(
             SELECT DISTINCT person_id FROM roll
             WHERE org_id = ?1 AND decision_id = ?2 AND person_id > ?3 ORDER BY person_id LIMIT ?4 )sql",
                                             organisation, decision, after, limit))
        people.push_back(row.id(0));
    return people;
}

} // namespace moothall::decide
