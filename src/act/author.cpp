#include "act/author.hpp"

#include "act/commitment_store.hpp"

namespace moothall::act {

void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("promises").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT c.commitment_id, t.title, c.to_id, c.due_us, c.state, c.why, t.created_us
             FROM commitment c CROSS JOIN thing t
             WHERE c.org_id = ?1 AND t.org_id = ?1 AND c.person_id = ?2 AND t.thing_id = c.commitment_id
             ORDER BY c.commitment_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("what", row.text(1));
        json.field("to", row.id(2)).field("due", date_of(row.time(3)));
        json.field("state", row.text(4)).field("why", row.text(5));
        json.field("created_at", row.time(6)).end_object();
    }
    json.end_array().key("promises_moved").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT m.commitment_id, m.from_us, m.to_us, m.why, m.at_us
             FROM commitment c JOIN commitment_move m ON m.org_id = c.org_id AND m.commitment_id = c.commitment_id
             WHERE c.org_id = ?1 AND m.org_id = ?1 AND c.person_id = ?2 ORDER BY m.move_id )sql",
                                             organisation, person)) {
        json.begin_object().field("promise", row.id(0)).field("from", date_of(row.time(1)));
        json.field("to", date_of(row.time(2))).field("why", row.text(3));
        json.field("at", row.time(4)).end_object();
    }
    json.end_array().key("callouts").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT callout_id, about_id, raiser_id, called_id, state, why, closed_by, opened_us FROM callout
             WHERE org_id = ?1 AND (raiser_id = ?2 OR called_id = ?2) ORDER BY callout_id )sql",
                                             organisation, person)) {
        json.begin_object().field("voice", row.id(0)).field("about", row.id(1));
        json.field("raised_by_me", row.id(2) == person).field("called_me", row.id(3) == person);
        json.field("state", row.text(4)).field("why", row.text(5));
        json.field("opened_at", row.time(7)).end_object();
    }
    json.end_array().key("signatures").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT agreement_id, version, side, signed_us FROM signature
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY agreement_id, version, side )sql",
                                             organisation, person)) {
        json.begin_object().field("agreement", row.id(0)).field("version", row.integer(1));
        json.field("side", row.text(2)).field("signed_at", row.time(3)).end_object();
    }
    json.end_array();
}

void forget_author(store::Transaction& transaction, Id organisation, Id person, hear::Texts texts,
                   std::string_view sentence)
{
    if (texts != hear::Texts::emptied) return;
    transaction.execute("UPDATE thing SET title = ?3 WHERE org_id = ?1 AND author_id = ?2 AND kind "
                        "= 'commitment'",
                        organisation, person, sentence);
    transaction.execute("UPDATE commitment SET why = '' WHERE org_id = ?1 AND (settled_by = ?2 OR "
                        "(settled_by = 0 AND person_id = ?2))",
                        organisation, person);
    transaction.execute(R"sql(
        UPDATE commitment_move SET why = ?3 WHERE org_id = ?1 AND commitment_id IN
            (SELECT c.commitment_id FROM commitment c WHERE c.org_id = ?1 AND c.person_id = ?2) )sql",
                        organisation, person, sentence);
    transaction.execute("UPDATE callout SET why = ?3 WHERE org_id = ?1 AND closed_by = ?2",
                        organisation, person, sentence);
}

} // namespace moothall::act
