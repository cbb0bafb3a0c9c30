#include "decide/person_data.hpp"

namespace moothall::decide {

void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("decisions").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT t.thing_id, t.title, t.created_us FROM thing t
             WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'decision' ORDER BY t.thing_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("title", row.string(1));
        json.field("created_at", row.time(2)).end_object();
    }
    json.end_array().key("rolls").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT DISTINCT r.decision_id, t.title FROM roll r
             JOIN thing t ON t.org_id = r.org_id AND t.thing_id = r.decision_id
             WHERE r.org_id = ?1 AND t.org_id = ?1 AND r.person_id = ?2 ORDER BY r.decision_id )sql",
                                             organisation, person))
        json.begin_object().field("decision", row.id(0)).field("title", row.string(1)).end_object();
    json.end_array().key("objections").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT o.decision_id, o.reason, o.raised_us FROM objection o
             WHERE o.org_id = ?1 AND o.person_id = ?2 ORDER BY o.decision_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("decision", row.id(0))
            .field("reason", row.string(1))
            .field("raised_at", row.time(2))
            .end_object();
    json.end_array();
}

void forget_reasons(store::Transaction& transaction, Id organisation, Id person,
                    std::string_view sentence)
{
    transaction.execute("UPDATE objection SET reason = ?3 WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person, sentence);
    transaction.execute("UPDATE roll_change SET reason = ?3 WHERE org_id = ?1 AND changed_by = ?2",
                        organisation, person, sentence);
}

} // namespace moothall::decide
