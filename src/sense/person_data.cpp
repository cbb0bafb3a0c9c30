#include "sense/person_data.hpp"

namespace moothall::sense {

void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("themes_filled").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT theme_id, voice_id, put_us FROM theme_voice WHERE org_id = ?1 AND put_by = ?2
             ORDER BY voice_id, lens )sql",
                                             organisation, person))
        json.begin_object()
            .field("theme", row.id(0))
            .field("voice", row.id(1))
            .field("at", row.time(2))
            .end_object();
    json.end_array().key("kept_apart").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT theme_id, voice_id, said_us FROM theme_apart WHERE org_id = ?1 AND said_by = ?2
             ORDER BY voice_id, theme_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("theme", row.id(0))
            .field("voice", row.id(1))
            .field("at", row.time(2))
            .end_object();
    json.end_array().key("themes_placed").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT theme_id, area_id FROM theme_part WHERE org_id = ?1 AND put_by = ?2 ORDER BY theme_id )sql",
                                             organisation, person))
        json.begin_object().field("theme", row.id(0)).field("part_of", row.id(1)).end_object();
    json.end_array().key("signals_answered").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT rise_id, state, reason, answered_us FROM rise WHERE org_id = ?1 AND answered_by = ?2
             ORDER BY rise_id )sql",
                                             organisation, person))
        json.begin_object()
            .field("signal", row.id(0))
            .field("state", row.text(1))
            .field("reason", row.text(2))
            .field("at", row.time(3))
            .end_object();
    json.end_array();
}

void forget_words(store::Transaction& transaction, Id organisation, Id person,
                  std::string_view sentence)
{
    transaction.execute("UPDATE rise SET reason = ?3 WHERE org_id = ?1 AND answered_by = ?2",
                        organisation, person, sentence);
}

} // namespace moothall::sense
