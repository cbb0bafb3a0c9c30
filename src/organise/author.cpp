#include "organise/author.hpp"

#include "organise/code.hpp"

#include "organise/answer_time.hpp"
#include "organise/chat_door.hpp"
#include "organise/naming.hpp"

namespace moothall::organise {

namespace {

/// What she said in chats, word for word; what others said there is theirs.
void write_own_chats(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("chat_lines").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT chat_id, sequence, kind, body, said_us FROM chat_line
             WHERE org_id = ?1 AND author_id = ?2 ORDER BY chat_id, sequence )sql",
                                             organisation, person)) {
        json.begin_object().field("chat", row.id(0)).field("sequence", row.integer(1));
        json.field("kind", row.text(2)).field("body", row.text(3));
        json.field("said_at", row.time(4)).end_object();
    }
    json.end_array().key("chat_keepings").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT k.keeping_id, k.chat_id, k.title, k.state, k.made_us FROM chat_keeping k
             JOIN chat_member m ON m.org_id = k.org_id AND m.chat_id = k.chat_id
             WHERE k.org_id = ?1 AND m.org_id = ?1 AND m.person_id = ?2 AND k.proposed_by = ?2
             ORDER BY k.keeping_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("chat", row.id(1));
        json.field("title", row.text(2)).field("state", row.text(3));
        json.field("made_at", row.time(4)).end_object();
    }
    json.end_array();
    const auto door = find_door(transaction, organisation, person);
    json.key("door").begin_object().field("door", to_text(door.door));
    json.field("presence", door.presence).field("zone", door.zone).field("days", door.days);
    json.field("from", door.from).field("till", door.till);
    json.field("named", is_named(transaction, organisation, person));
    json.key("blocked").begin_array();
    for (const auto& row : transaction.query(
             "SELECT blocked_id FROM chat_block WHERE org_id = ?1 AND person_id = ?2 ORDER BY 1",
             organisation, person))
        json.value(row.id(0));
    json.end_array().end_object();
}

void write_own_skills(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("skills").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT s.name, h.words, h.vouches, h.since_us FROM skill_holder h
             JOIN skill s ON s.org_id = h.org_id AND s.skill_id = h.skill_id
             WHERE h.org_id = ?1 AND s.org_id = ?1 AND h.person_id = ?2 ORDER BY s.name_fold )sql",
                                             organisation, person)) {
        json.begin_object().field("name", row.text(0)).field("words", row.text(1));
        json.field("vouches", row.integer(2)).field("since", row.time(3)).end_object();
    }
    json.end_array().key("vouched_for").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT skill_id, person_id FROM skill_vouch WHERE org_id = ?1 AND voucher_id = ?2
             ORDER BY skill_id, person_id )sql",
                                             organisation, person))
        json.begin_object().field("skill", row.id(0)).field("person", row.id(1)).end_object();
    json.end_array().key("skills_asked_for").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT s.name FROM skill_wish w JOIN skill s ON s.org_id = w.org_id AND s.skill_id = w.skill_id
             WHERE w.org_id = ?1 AND s.org_id = ?1 AND w.person_id = ?2 ORDER BY s.name_fold )sql",
                                             organisation, person))
        json.value(row.text(0));
    json.end_array();
}

/// Her chats end; what she said stays where the others can read it, without her name, or is
/// emptied.
void forget_chats(store::Transaction& transaction, Id organisation, Id person, hear::Texts texts,
                  std::string_view sentence)
{
    transaction.execute(R"sql(
        UPDATE chat_member SET until_sequence = (SELECT c.last_sequence FROM chat c
                                                 WHERE c.org_id = ?1 AND c.chat_id = chat_member.chat_id),
            read_sequence = 0, unread = 0
        WHERE org_id = ?1 AND person_id = ?2 )sql",
                        organisation, person);
    transaction.execute("DELETE FROM chat_door WHERE org_id = ?1 AND person_id = ?2", organisation,
                        person);
    transaction.execute(
        "DELETE FROM chat_block WHERE org_id = ?1 AND (person_id = ?2 OR blocked_id = ?2)",
        organisation, person);
    transaction.execute("DELETE FROM presence WHERE org_id = ?1 AND person_id = ?2", organisation,
                        person);
    transaction.execute("UPDATE chat SET waits_for = 0 WHERE org_id = ?1 AND waits_for = ?2",
                        organisation, person);
    transaction.execute(R"sql(
        UPDATE chat_keeping SET state = 'declined' WHERE org_id = ?1 AND state = 'proposed'
          AND (asked_by = ?2 OR answered_by = ?2 OR proposed_by = ?2) )sql",
                        organisation, person);
    // Her programs made them, of whatever they know; each stays one of its kind.
    transaction.execute("UPDATE chat_line SET client_id = CAST(sequence AS TEXT) WHERE org_id = ?1 "
                        "AND author_id = ?2",
                        organisation, person);
    if (texts != hear::Texts::emptied) return;
    transaction.execute(R"sql(
        UPDATE chat_line SET body = ?3, body_html = ?3 WHERE org_id = ?1 AND author_id = ?2 AND body <> '' )sql",
                        organisation, person, sentence);
    transaction.execute("UPDATE chat_keeping SET title = ?3 WHERE org_id = ?1 AND proposed_by = ?2",
                        organisation, person, sentence);
}

void forget_skills(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute(R"sql(
        UPDATE skill_holder SET vouches = vouches - 1 WHERE org_id = ?1 AND EXISTS
            (SELECT 1 FROM skill_vouch v WHERE v.org_id = ?1 AND v.skill_id = skill_holder.skill_id
             AND v.person_id = skill_holder.person_id AND v.voucher_id = ?2) )sql",
                        organisation, person);
    transaction.execute(
        "DELETE FROM skill_vouch WHERE org_id = ?1 AND (person_id = ?2 OR voucher_id = ?2)",
        organisation, person);
    transaction.execute(R"sql(
        UPDATE skill SET holders = holders - 1 WHERE org_id = ?1 AND skill_id IN
            (SELECT h.skill_id FROM skill_holder h WHERE h.org_id = ?1 AND h.person_id = ?2) )sql",
                        organisation, person);
    // What is no skill of anybody else's, nor missed by anybody else, were her words alone. Its
    // thing stays, because the log names it.
    transaction.execute(R"sql(
        UPDATE skill SET wishes = wishes - 1 WHERE org_id = ?1 AND skill_id IN
            (SELECT w.skill_id FROM skill_wish w WHERE w.org_id = ?1 AND w.person_id = ?2) )sql",
                        organisation, person);
    std::vector<Id> hers_alone;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.skill_id FROM skill s WHERE s.org_id = ?1 AND s.holders = 0 AND s.wishes = 0 AND s.skill_id IN
                 (SELECT h.skill_id FROM skill_holder h WHERE h.org_id = ?1 AND h.person_id = ?2
                  UNION ALL
                  SELECT w.skill_id FROM skill_wish w WHERE w.org_id = ?1 AND w.person_id = ?2
                  UNION ALL
                  SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'skill') )sql",
                                             organisation, person))
        hers_alone.push_back(row.id(0));
    transaction.execute("DELETE FROM skill_holder WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    transaction.execute("DELETE FROM skill_wish WHERE org_id = ?1 AND person_id = ?2", organisation,
                        person);
    transaction.execute("UPDATE thing SET title = '', state = 'hidden' WHERE org_id = ?1 AND "
                        "thing_id IN_IDS(?2)",
                        organisation, store::IdList{hers_alone});
    transaction.execute("DELETE FROM skill WHERE org_id = ?1 AND skill_id IN_IDS(?2)", organisation,
                        store::IdList{hers_alone});
    forget_code_author(transaction, organisation, person);
    transaction.execute("DELETE FROM who_knows_hidden WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
}

} // namespace

void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    write_own_code(transaction, json, organisation, person);
    json.key("requests").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT q.request_id, q.about_id, q.asker_id, q.person_id, q.topic, q.words, q.state, q.why, t.created_us
             FROM request q CROSS JOIN thing t
             WHERE q.org_id = ?1 AND t.org_id = ?1 AND (q.asker_id = ?2 OR q.person_id = ?2)
               AND t.thing_id = q.request_id ORDER BY q.request_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("about", row.id(1));
        json.field("asked_by_me", row.id(2) == person).field("asked_of_me", row.id(3) == person);
        json.field("topic", row.text(4)).field("words", row.text(5)).field("state", row.text(6));
        json.field("why", row.text(7)).field("created_at", row.time(8)).end_object();
    }
    json.end_array().key("barriers").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT b.barrier_id, t.title, b.kind, b.words, b.who, b.page, b.state, t.created_us
             FROM barrier b CROSS JOIN thing t
             WHERE b.org_id = ?1 AND t.org_id = ?1 AND t.author_id = ?2 AND t.thing_id = b.barrier_id
             ORDER BY b.barrier_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("what", row.text(1));
        json.field("kind", row.text(2)).field("words", row.text(3)).field("who", row.text(4));
        json.field("page", row.text(5)).field("state", row.text(6));
        json.field("created_at", row.time(7)).end_object();
    }
    json.end_array();
    write_own_chats(transaction, json, organisation, person);
    write_own_skills(transaction, json, organisation, person);
    const auto time = find_answer_time(transaction, organisation, person);
    json.key("answer_time").begin_object().field("answers", time.answers);
    json.field("median_minutes",
               std::chrono::duration_cast<std::chrono::minutes>(time.median).count());
    json.field("shown", shows_habit(transaction, organisation, person)).end_object();
}

void forget_author(store::Transaction& transaction, Id organisation, Id person, hear::Texts texts,
                   std::string_view sentence)
{
    transaction.execute("DELETE FROM request_candidate WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    transaction.execute("DELETE FROM answer_time WHERE org_id = ?1 AND subject_id = ?2",
                        organisation, person);
    transaction.execute("DELETE FROM answer_time_hidden WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    forget_chats(transaction, organisation, person, texts, sentence);
    forget_skills(transaction, organisation, person);
    if (texts != hear::Texts::emptied) return;
    transaction.execute(
        "UPDATE request SET words = '', topic = '' WHERE org_id = ?1 AND asker_id = ?2",
        organisation, person);
    transaction.execute("UPDATE request SET why = '' WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    transaction.execute(R"sql(
        UPDATE barrier SET words = '', who = '' WHERE org_id = ?1 AND barrier_id IN
            (SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'barrier') )sql",
                        organisation, person);
    transaction.execute("UPDATE thing SET title = ?3 WHERE org_id = ?1 AND author_id = ?2 AND kind "
                        "IN ('request', 'barrier')",
                        organisation, person, sentence);
}

} // namespace moothall::organise
