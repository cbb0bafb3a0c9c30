#include "hear/import_undo.hpp"

#include "hear/lapse.hpp"
#include "hear/merge.hpp"
#include "hear/search.hpp"
#include "hear/voice_store.hpp"
#include "jobs/job.hpp"
#include "text/json.hpp"

#include <chrono>
#include <set>

namespace moothall::hear {

namespace {

constexpr int voices_in_a_transaction = 200;

struct Brought {
    Id thing;
    std::string kind;
    bool went_on = false; // with it, somebody
};

/// What a run brought and was not looked at yet, its voices locked: whoever is doing something with
/// one on another connection ends first, and whoever did since left an event that concerns it.
std::vector<Brought> list_brought(store::Transaction& transaction, Id organisation, Id run)
{
    std::vector<Brought> brought;
    std::vector<Id> ids;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.thing_id, t.kind
             FROM source s JOIN thing t ON t.org_id = s.org_id AND t.thing_id = s.thing_id
             WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.run_id = ?2 AND t.kind IN ('voice', 'person')
             ORDER BY s.thing_id LIMIT ?3 )sql",
                                             organisation, run, voices_in_a_transaction)) {
        brought.push_back({row.id(0), row.string(1)});
        ids.push_back(row.id(0));
    }
    transaction.execute(
        "UPDATE voice SET supporters = supporters WHERE org_id = ?1 AND voice_id IN_IDS(?2)",
        organisation, store::IdList{ids});
    std::set<Id> went_on;
    for (const auto& row : transaction.query(R"sql(
             SELECT DISTINCT et.thing_id FROM event_thing et
             JOIN event e ON e.org_id = et.org_id AND e.event_id = et.event_id
             WHERE et.org_id = ?1 AND e.org_id = ?1 AND et.thing_id IN_IDS(?2) AND e.actor_id <> 0
               AND e.verb NOT IN ('hear.voice_imported', 'hear.reply_imported', 'hear.duplicate_imported') )sql",
                                             organisation, store::IdList{ids}))
        went_on.insert(row.id(0));
    for (auto& one : brought) one.went_on = went_on.contains(one.thing);
    return brought;
}

void take_away(store::Transaction& transaction, IdSource& ids, Time now, Id organisation, Id voice,
               std::string_view sentence)
{
    auto thing = record::find_thing(transaction, organisation, voice);
    if (!thing) return;
    stand_alone(transaction, organisation, voice);
    if (thing->state == record::State::visible)
        count_voice_by_id(transaction, organisation, voice, -1);
    save_tags(transaction, organisation, voice, {});
    transaction.execute("DELETE FROM support WHERE org_id = ?1 AND voice_id = ?2", organisation,
                        voice);
    transaction.execute(R"sql(
        UPDATE reply SET body = '', body_html = '', language = '', written_by = 0
        WHERE org_id = ?1 AND subject_id = ?2 )sql",
                        organisation, voice);
    transaction.execute(R"sql(
        UPDATE thing SET author_id = 0, state = 'hidden', changed_us = ?3
        WHERE org_id = ?1 AND subject_id = ?2 )sql",
                        organisation, voice, now);
    transaction.execute("DELETE FROM follow WHERE org_id = ?1 AND thing_id = ?2", organisation,
                        voice);
    transaction.execute("DELETE FROM mention WHERE org_id = ?1 AND thing_id = ?2", organisation,
                        voice);
    transaction.execute("DELETE FROM source WHERE org_id = ?1 AND thing_id = ?2", organisation,
                        voice);
    transaction.execute(R"sql(
        DELETE FROM source WHERE org_id = ?1 AND thing_id IN
            (SELECT r.reply_id FROM reply r WHERE r.org_id = ?1 AND r.subject_id = ?2) )sql",
                        organisation, voice);
    transaction.execute(R"sql(
        UPDATE voice SET body = '', body_html = '', excerpt = '', language = '', written_by = 0,
            supporters = 0, unconfirmed = 0, unattributed = 0, replies = 0, official = '', official_html = ''
        WHERE org_id = ?1 AND voice_id = ?2 )sql",
                        organisation, voice);
    index_words(transaction, organisation, voice, {}, {});
    thing->state = record::State::hidden;
    thing->author = {};
    thing->title = sentence;
    thing->changed = now;
    record::change_thing(transaction, organisation, *thing);
    record::append(transaction, organisation, ids,
                   {.verb = "hear.voice_taken_back",
                    .thing = voice,
                    .circle = thing->circle,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .state = thing->state});
}

/// Where nothing else is known of the authors and of whoever backed it, they are forgotten too.
std::vector<Id> list_people(store::Transaction& transaction, Id organisation, Id voice)
{
    std::vector<Id> people;
    for (const auto& row : transaction.query(R"sql(
             SELECT t.author_id FROM thing t
             WHERE t.org_id = ?1 AND (t.thing_id = ?2 OR t.subject_id = ?2) AND t.author_id <> 0
             UNION
             SELECT s.person_id FROM support s WHERE s.org_id = ?1 AND s.voice_id = ?2 )sql",
                                             organisation, voice))
        people.push_back(row.id(0));
    return people;
}

} // namespace

TakenBack find_taken_back(store::Transaction& transaction, Id organisation, Id run)
{
    auto rows = transaction.query(
        "SELECT taken_back, kept FROM import_run WHERE org_id = ?1 AND run_id = ?2", organisation,
        run);
    if (!rows.next()) return {};
    return {rows->integer(0), rows->integer(1)};
}

Result<ImportRun> undo_import(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id run)
{
    auto found = find_import(transaction, viewer, run);
    if (!found) return found;
    // One of two presses wins.
    if (transaction.execute(R"sql(
            UPDATE import_run SET state = 'undoing'
            WHERE org_id = ?1 AND run_id = ?2 AND state IN ('done', 'cancelled', 'failed') AND made > 0 )sql",
                            viewer.organisation, run) == 0)
        return Refusal::conflict("There is nothing to take back, or it is being taken back.");
    JsonWriter payload;
    payload.begin_object().field("run", run);
    jobs::enqueue(transaction, ids, now, viewer.organisation,
                  {.kind = import_undo_job, .payload = payload.end_object().take(), .run_at = now});
    found->state = "undoing";
    return found;
}

bool take_back_piece(store::Database& database, IdSource& ids, const Clock& clock, Id organisation,
                     Id run, std::string_view sentence)
{
    const auto begun = std::chrono::steady_clock::now();
    bool more = true;
    while (more && std::chrono::steady_clock::now() - begun < import_piece_time)
        more = database.write([&](store::Transaction& transaction) {
            // The row is the lock: another node waits here and goes on where this one stopped.
            if (transaction.execute(R"sql(
                    UPDATE import_run SET state = 'undoing'
                    WHERE org_id = ?1 AND run_id = ?2 AND state = 'undoing' )sql",
                                    organisation, run) == 0)
                return false;
            const auto now = clock.now();
            const auto brought = list_brought(transaction, organisation, run);
            std::int64_t taken = 0;
            std::int64_t kept = 0;
            for (const auto& one : brought) {
                if (one.kind == "voice" && !one.went_on) {
                    const auto people = list_people(transaction, organisation, one.thing);
                    take_away(transaction, ids, now, organisation, one.thing, sentence);
                    for (const Id person : people)
                        forget_if_nothing_left(transaction, ids, now, organisation, person);
                    ++taken;
                    continue;
                }
                if (one.kind == "voice") ++kept;
                // It stays what the file's row became: the same file does not bring it in twice.
                transaction.execute(
                    "UPDATE source SET run_id = 0 WHERE org_id = ?1 AND thing_id = ?2",
                    organisation, one.thing);
            }
            const bool ended = brought.size() < voices_in_a_transaction;
            transaction.execute(R"sql(
                UPDATE import_run SET taken_back = taken_back + ?3, kept = kept + ?4, state = ?5
                WHERE org_id = ?1 AND run_id = ?2 )sql",
                                organisation, run, taken, kept, ended ? "undone" : "undoing");
            if (ended) {
                auto rows = transaction.query(
                    "SELECT r.circle_id, r.taken_back, o.everyone_id FROM import_run r "
                    "JOIN org o ON o.org_id = r.org_id "
                    "WHERE r.org_id = ?1 AND o.org_id = ?1 AND r.run_id = ?2",
                    organisation, run);
                if (rows.next()) {
                    const Id circle = rows->id(0) ? rows->id(0) : rows->id(2);
                    JsonWriter facts;
                    facts.begin_object().field("run", run).field("taken", rows->integer(1));
                    record::append(transaction, organisation, ids,
                                   {.verb = "hear.import_taken_back",
                                    .thing = circle,
                                    .circle = circle,
                                    .at = now,
                                    .audience = record::Audience::stewards,
                                    .data = facts.end_object().take()});
                }
            }
            return !ended;
        });
    return more;
}

} // namespace moothall::hear
