#include "write/person_data.hpp"

namespace moothall::write {

namespace {

void write_fact_versions(JsonWriter& json, store::Rows rows)
{
    for (const auto& row : rows) {
        json.begin_object().field("id", row.id(0)).field("about", row.id(1));
        json.field("fact", row.text(2)).field("version", row.integer(3));
        json.field("taken_on", row.text(4)).field("value", row.text(5)).field("why", row.text(6));
        json.field("said_by", row.id(7)).field("said_at", row.time(8));
        json.field("checked", row.text(9)).field("reason", row.text(10)).end_object();
    }
}

} // namespace

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
    json.end_array().key("facts").begin_array();
    write_fact_versions(json, transaction.query(R"sql(
             SELECT f.fact_id, f.about_id, t.title, v.version, v.taken_on, v.value, v.why, v.said_by, v.said_us,
                    v.checking, v.reason
             FROM fact f JOIN thing t ON t.org_id = f.org_id AND t.thing_id = f.fact_id
             JOIN fact_version v ON v.org_id = f.org_id AND v.fact_id = f.fact_id
             WHERE f.org_id = ?1 AND t.org_id = ?1 AND v.org_id = ?1
               AND (f.about_id = ?2 OR f.about_id IN (SELECT place_id FROM place WHERE org_id = ?1 AND keeper_id = ?2))
             ORDER BY f.fact_id, v.version )sql",
                                                organisation, person));
    json.end_array().key("said_facts").begin_array();
    write_fact_versions(json, transaction.query(R"sql(
             SELECT f.fact_id, f.about_id, t.title, v.version, v.taken_on, v.value, v.why, v.said_by, v.said_us,
                    v.checking, v.reason
             FROM fact_version v JOIN fact f ON f.org_id = v.org_id AND f.fact_id = v.fact_id
             JOIN thing t ON t.org_id = f.org_id AND t.thing_id = f.fact_id
             WHERE v.org_id = ?1 AND f.org_id = ?1 AND t.org_id = ?1 AND v.said_by = ?2 AND t.about_id <> ?2
             ORDER BY v.fact_id, v.version )sql",
                                                organisation, person));
    json.end_array().key("places").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT p.place_id, t.title, p.made_us, p.removed_us, p.removed_why FROM place p
             JOIN thing t ON t.org_id = p.org_id AND t.thing_id = p.place_id
             WHERE p.org_id = ?1 AND t.org_id = ?1 AND p.keeper_id = ?2 ORDER BY p.place_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("id", row.id(0))
            .field("name", row.text(1))
            .field("made_at", row.time(2))
            .field("removed_at", row.integer(3) > 0 ? std::optional(row.time(3)) : std::nullopt)
            .field("removed_why", row.text(4))
            .end_object();
    json.end_array();
}

void forget_facts(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute(R"sql(
        DELETE FROM fact_version WHERE org_id = ?1 AND fact_id IN
            (SELECT f.fact_id FROM fact f WHERE f.org_id = ?1
               AND (f.about_id = ?2 OR f.about_id IN (SELECT place_id FROM place WHERE org_id = ?1 AND keeper_id = ?2))) )sql",
                        organisation, person);
    // Their things stay, because the log names them: of a fact the title says only which it was.
    transaction.execute(R"sql(
        UPDATE thing SET state = 'hidden', about_id = 0, author_id = 0,
            title = CASE kind WHEN 'place' THEN '' ELSE title END
        WHERE org_id = ?1 AND thing_id IN
            (SELECT f.fact_id FROM fact f WHERE f.org_id = ?1
               AND (f.about_id = ?2 OR f.about_id IN (SELECT place_id FROM place WHERE org_id = ?1 AND keeper_id = ?2))
             UNION ALL SELECT place_id FROM place WHERE org_id = ?1 AND keeper_id = ?2) )sql",
                        organisation, person);
    transaction.execute(R"sql(
        DELETE FROM fact WHERE org_id = ?1
           AND (about_id = ?2 OR about_id IN (SELECT place_id FROM place WHERE org_id = ?1 AND keeper_id = ?2)) )sql",
                        organisation, person);
    transaction.execute("DELETE FROM place WHERE org_id = ?1 AND keeper_id = ?2", organisation,
                        person);
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
        UPDATE suggestion SET title = ?3, words = '', why = ?3, state = CASE state WHEN 'open' THEN 'withdrawn' ELSE state END
        WHERE org_id = ?1 AND suggestion_id IN
            (SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'suggestion') )sql",
                        organisation, person, sentence);
    transaction.execute(
        "UPDATE suggestion SET reason = ?3 WHERE org_id = ?1 AND settled_by = ?2 AND reason <> ''",
        organisation, person, sentence);
    // The documents are the circle's; why she changed them were her words.
    transaction.execute("UPDATE page_version SET said = ?3 WHERE org_id = ?1 AND said <> '' AND "
                        "(suggested_by = ?2 OR (suggested_by = 0 AND written_by = ?2))",
                        organisation, person, sentence);
    transaction.execute(
        "UPDATE fact_version SET why = ?3 WHERE org_id = ?1 AND said_by = ?2 AND why <> ''",
        organisation, person, sentence);
    transaction.execute("UPDATE fact_version SET reason = ?3 WHERE org_id = ?1 AND checked_by = ?2 "
                        "AND reason <> ''",
                        organisation, person, sentence);
    transaction.execute("UPDATE procedure SET why = ?3 WHERE org_id = ?1 AND retired_by = ?2",
                        organisation, person, sentence);
    transaction.execute("UPDATE place SET removed_why = ?3 WHERE org_id = ?1 AND removed_by = ?2",
                        organisation, person, sentence);
}

} // namespace moothall::write
