#include "hear/author.hpp"

#include "hear/search.hpp"
#include "hear/support.hpp"
#include "hear/voice_store.hpp"

namespace moothall::hear {

namespace {

void write_voices(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("voices").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT v.voice_id, v.kind, t.title, v.body, t.state, t.circle_id, v.written_by, t.created_us,
                    t.changed_us
             FROM thing t JOIN voice v ON v.org_id = t.org_id AND v.voice_id = t.thing_id
             WHERE t.org_id = ?1 AND v.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'voice'
             ORDER BY t.thing_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("kind", row.text(1));
        json.field("title", row.text(2)).field("body", row.text(3)).field("state", row.text(4));
        json.field("circle", row.id(5)).field("written_by", row.id(6));
        json.field("created_at", row.time(7)).field("changed_at", row.time(8)).end_object();
    }
    json.end_array();
}

void write_replies(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("replies").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT r.reply_id, r.subject_id, r.parent_id, r.body, t.state, t.created_us, t.changed_us
             FROM thing t JOIN reply r ON r.org_id = t.org_id AND r.reply_id = t.thing_id
             WHERE t.org_id = ?1 AND r.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'reply'
             ORDER BY t.thing_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("subject", row.id(1)).key("parent");
        if (row.id(2))
            json.value(row.id(2));
        else
            json.value(nullptr);
        json.field("body", row.text(3)).field("state", row.text(4));
        json.field("created_at", row.time(5)).field("changed_at", row.time(6)).end_object();
    }
    json.end_array();
}

std::vector<Id> list_texts(store::Transaction& transaction, Id organisation, Id person,
                           std::string_view kind)
{
    std::vector<Id> things;
    for (const auto& row : transaction.query(
             "SELECT thing_id FROM thing WHERE org_id = ?1 AND author_id = ?2 AND kind = ?3",
             organisation, person, kind))
        things.push_back(row.id(0));
    return things;
}

void withdraw_all_support(store::Transaction& transaction, Id organisation, Id person)
{
    std::vector<Id> given;
    for (const auto& row :
         transaction.query("SELECT voice_id FROM support WHERE org_id = ?1 AND person_id = ?2 "
                           "ORDER BY voice_id",
                           organisation, person))
        given.push_back(row.id(0));
    for (const Id voice : given) remove_support(transaction, organisation, voice, person);
    transaction.execute("DELETE FROM merge_objection WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
}

void empty_texts(store::Transaction& transaction, Id organisation, Id person,
                 std::string_view sentence)
{
    for (const Id voice : list_texts(transaction, organisation, person, "voice")) {
        transaction.execute(R"sql(
            UPDATE voice SET body = '', body_html = '', excerpt = '', language = ''
            WHERE org_id = ?1 AND voice_id = ?2 )sql",
                            organisation, voice);
        index_words(transaction, organisation, voice, {}, {});
    }
    const auto html = render_body({}, sentence);
    transaction.execute(R"sql(
        UPDATE reply SET body = ?3, body_html = ?4, language = '' WHERE org_id = ?1 AND reply_id IN
            (SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'reply') )sql",
                        organisation, person, sentence,
                        html ? std::string_view(html->html.html) : std::string_view());
    transaction.execute(R"sql(
        DELETE FROM revision WHERE org_id = ?1 AND thing_id IN
            (SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2) )sql",
                        organisation, person);
    transaction.execute(R"sql(
        DELETE FROM mention WHERE org_id = ?1 AND thing_id IN
            (SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2) )sql",
                        organisation, person);
    transaction.execute(
        "UPDATE hiding SET reason = ?3 WHERE org_id = ?1 AND hidden_by = ?2 AND thing_id IN "
        "(SELECT t.thing_id FROM thing t WHERE t.org_id = ?1 AND t.author_id = ?2)",
        organisation, person, sentence);
    // Settled reports say what she thought of others' words; open ones a steward still has to read.
    transaction.execute(
        "UPDATE complaint SET reason = ?3 WHERE org_id = ?1 AND person_id = ?2 AND settled_us <> 0",
        organisation, person, sentence);
    transaction.execute(R"sql(
        UPDATE thing SET title = CASE WHEN kind = 'voice' THEN ?3 ELSE '' END
        WHERE org_id = ?1 AND author_id = ?2 AND kind IN ('voice', 'reply') )sql",
                        organisation, person, sentence);
}

} // namespace

void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    write_voices(transaction, json, organisation, person);
    write_replies(transaction, json, organisation, person);
    files::write_own_data(transaction, json, organisation, person);
    json.key("supports").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, matters, confirmed, created_us FROM support
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY voice_id )sql",
                                             organisation, person)) {
        json.begin_object().field("voice", row.id(0)).field("matters", row.text(1));
        json.field("confirmed", row.truth(2)).field("created_at", row.time(3)).end_object();
    }
    json.end_array().key("not_meant").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, into_id, created_us FROM merge_objection
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY voice_id, into_id )sql",
                                             organisation, person)) {
        json.begin_object().field("voice", row.id(0)).field("merged_into", row.id(1));
        json.field("created_at", row.time(2)).end_object();
    }
    json.end_array().key("blocked_in").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT circle_id, blocked_us FROM circle_block
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY circle_id )sql",
                                             organisation, person))
        json.begin_object().field("circle", row.id(0)).field("since", row.time(1)).end_object();
    json.end_array().key("checks").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, helped, words, created_us FROM voice_check
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY voice_id )sql",
                                             organisation, person)) {
        json.begin_object().field("voice", row.id(0)).field("helped", row.truth(1));
        json.field("words", row.text(2)).field("created_at", row.time(3)).end_object();
    }
    json.end_array().key("follows").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT thing_id, replies, outcome FROM follow
             WHERE org_id = ?1 AND person_id = ?2 ORDER BY thing_id )sql",
                                             organisation, person)) {
        json.begin_object().field("thing", row.id(0)).field("replies", row.truth(1));
        json.field("outcome", row.truth(2)).end_object();
    }
    json.end_array();
}

void forget_author(store::Transaction& transaction, Id organisation, Id person, Texts texts,
                   std::string_view sentence)
{
    files::forget_author(transaction, organisation, person, texts);
    withdraw_all_support(transaction, organisation, person);
    transaction.execute("DELETE FROM follow WHERE org_id = ?1 AND person_id = ?2", organisation,
                        person);
    transaction.execute("DELETE FROM voice_check WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    transaction.execute("DELETE FROM mention WHERE org_id = ?1 AND person_id = ?2", organisation,
                        person);
    transaction.execute("DELETE FROM circle_block WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    if (texts == Texts::emptied) empty_texts(transaction, organisation, person, sentence);
}

} // namespace moothall::hear
