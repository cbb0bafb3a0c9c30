#include "write/person_data.hpp"

namespace moothall::write {

void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("procedures").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT t.thing_id, t.title, t.created_us FROM thing t
             WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'procedure' ORDER BY t.thing_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("id", row.id(0))
            .field("title", row.text(1))
            .field("created_at", row.time(2))
            .end_object();
    json.end_array().key("page_versions").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT page_id, version, title, purpose, words, said, written_us FROM page_version
             WHERE org_id = ?1 AND written_by = ?2 ORDER BY page_id, version )sql",
                                             organisation, person)) {
        json.begin_object().field("page", row.id(0)).field("version", row.integer(1));
        json.field("title", row.text(2)).field("purpose", row.text(3));
        json.field("words", row.text(4)).field("said", row.text(5));
        json.field("written_at", row.time(6)).end_object();
    }
    json.end_array().key("bypasses").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT bypass_id, procedure_id, for_whom, for_id, why, happened, voice_id, logged_us FROM bypass
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY bypass_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("procedure", row.id(1));
        json.field("for_whom", row.text(2)).field("for", row.id(3));
        json.field("why", row.text(4)).field("happened", row.text(5));
        json.field("voice", row.id(6)).field("logged_at", row.time(7)).end_object();
    }
    json.end_array().key("documents").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT t.thing_id, t.title, t.created_us FROM thing t
             WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'document' ORDER BY t.thing_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("id", row.id(0))
            .field("title", row.text(1))
            .field("created_at", row.time(2))
            .end_object();
    json.end_array().key("suggestions").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT s.suggestion_id, s.document_id, s.version, s.title, s.words, s.why, s.state, s.reason, s.made_us
             FROM suggestion s JOIN thing t ON t.org_id = s.org_id AND t.thing_id = s.suggestion_id
             WHERE s.org_id = ?1 AND t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'suggestion'
             ORDER BY s.suggestion_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("document", row.id(1));
        json.field("version", row.integer(2)).field("title", row.text(3));
        json.field("words", row.text(4)).field("why", row.text(5)).field("state", row.text(6));
        json.field("reason", row.text(7)).field("made_at", row.time(8)).end_object();
    }
    json.end_array().key("readings").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT document_id, version, read_us FROM document_reading
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY document_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("document", row.id(0))
            .field("version", row.integer(1))
            .field("read_at", row.time(2))
            .end_object();
    json.end_array();
}

void forget_named(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("UPDATE bypass SET for_id = 0 WHERE org_id = ?1 AND for_id = ?2",
                        organisation, person);
    transaction.execute("DELETE FROM document_reading WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    transaction.execute("DELETE FROM document_editing WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
}

void forget_words(store::Transaction& transaction, Id organisation, Id person,
                  std::string_view sentence)
{
    transaction.execute("UPDATE thing SET title = ?3 WHERE org_id = ?1 AND author_id = ?2 AND kind "
                        "= 'bypass'",
                        organisation, person, sentence);
    transaction.execute(
        "UPDATE bypass SET for_whom = '', why = ?3, happened = '' WHERE org_id = ?1 "
        "AND person_id = ?2",
        organisation, person, sentence);
    // What she suggested is gone; what was taken over of it is the document's.
    transaction.execute(R"sql(
        UPDATE document SET suggestions = suggestions -
            (SELECT count(*) FROM suggestion s JOIN thing t ON t.org_id = s.org_id AND t.thing_id = s.suggestion_id
             WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.document_id = document.document_id AND s.state = 'open'
               AND t.author_id = ?2)
        WHERE org_id = ?1 AND document_id IN
            (SELECT s.document_id FROM suggestion s JOIN thing t ON t.org_id = s.org_id AND t.thing_id = s.suggestion_id
             WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.state = 'open' AND t.author_id = ?2) )sql",
                        organisation, person);
    transaction.execute(R"sql(
        UPDATE suggestion SET words = '', why = ?3, state = CASE state WHEN 'open' THEN 'withdrawn' ELSE state END
        WHERE org_id = ?1 AND suggestion_id IN
            (SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'suggestion') )sql",
                        organisation, person, sentence);
    transaction.execute(
        "UPDATE suggestion SET reason = ?3 WHERE org_id = ?1 AND settled_by = ?2 AND reason <> ''",
        organisation, person, sentence);
    transaction.execute("UPDATE procedure SET why = ?3 WHERE org_id = ?1 AND retired_by = ?2",
                        organisation, person, sentence);
}

} // namespace moothall::write
