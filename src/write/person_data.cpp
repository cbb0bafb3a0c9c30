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
    json.end_array();
}

void forget_named(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("UPDATE bypass SET for_id = 0 WHERE org_id = ?1 AND for_id = ?2",
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
    transaction.execute("UPDATE procedure SET why = ?3 WHERE org_id = ?1 AND retired_by = ?2",
                        organisation, person, sentence);
}

} // namespace moothall::write
