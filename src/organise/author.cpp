#include "organise/author.hpp"

#include "organise/answer_time.hpp"

namespace moothall::organise {

void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
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
    json.end_array();
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
    if (texts != hear::Texts::emptied) return;
    transaction.execute(
        "UPDATE request SET words = '', topic = '' WHERE org_id = ?1 AND asker_id = ?2",
        organisation, person);
    transaction.execute("UPDATE request SET why = '' WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    transaction.execute("UPDATE thing SET title = ?3 WHERE org_id = ?1 AND author_id = ?2 AND kind "
                        "= 'request'",
                        organisation, person, sentence);
}

} // namespace moothall::organise
