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
    json.end_array().key("projects").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT p.project_id, p.decision_id, t.title, p.words, p.place FROM thing t
             JOIN project p ON p.org_id = t.org_id AND p.project_id = t.thing_id
             WHERE t.org_id = ?1 AND p.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'project'
             ORDER BY p.project_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("decision", row.id(1));
        json.field("title", row.string(2)).field("words", row.string(3));
        json.field("place", row.string(4)).end_object();
    }
    json.end_array().key("stands_for").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT s.project_id, t.title FROM project_stander s
             JOIN thing t ON t.org_id = s.org_id AND t.thing_id = s.project_id
             WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.person_id = ?2 ORDER BY s.project_id )sql",
                                             organisation, person))
        json.begin_object().field("project", row.id(0)).field("title", row.string(1)).end_object();
    json.end_array();
}

void forget_reasons(store::Transaction& transaction, Id organisation, Id person,
                    std::string_view sentence)
{
    transaction.execute("UPDATE objection SET reason = ?3 WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person, sentence);
    transaction.execute("UPDATE roll_change SET reason = ?3 WHERE org_id = ?1 AND changed_by = ?2",
                        organisation, person, sentence);
    // What people voted on keeps its title and cost, so that the result can still be read.
    transaction.execute(R"sql(
        UPDATE project SET words = ?3, words_html = '' WHERE org_id = ?1 AND project_id IN (
            SELECT t.thing_id FROM thing t
            WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'project') )sql",
                        organisation, person, sentence);
}

void leave_projects(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute(R"sql(
        UPDATE project SET standers = standers - 1 WHERE org_id = ?1 AND project_id IN (
            SELECT s.project_id FROM project_stander s WHERE s.org_id = ?1 AND s.person_id = ?2) )sql",
                        organisation, person);
    transaction.execute("DELETE FROM project_stander WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
}

} // namespace moothall::decide
