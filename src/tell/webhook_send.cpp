// Following the log for webhooks, and the calls.

#include "people/people.hpp"
#include "record/consumer.hpp"
#include "record/record.hpp"
#include "tell/webhook_row.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

constexpr int events_sent_max = 200; // in one transaction
constexpr int calls_max = 10;        // in one job
// One thread does all background work of a node: a slow receiver may not hold it for long.
constexpr std::chrono::seconds call_max{5};
constexpr std::chrono::seconds job_max{10};
constexpr std::chrono::hours gives_up_after{24 * 3};
constexpr std::chrono::hours kept_for{24 * 7};

bool wants(const Webhook& webhook, std::string_view verb)
{
    if (webhook.verbs.empty()) return true;
    const auto family = verb.substr(0, verb.find('.'));
    return std::ranges::any_of(webhook.verbs, [&](const std::string& wanted) {
        return wanted == verb || wanted == family;
    });
}

/// An event as it is told: ids, and where a person finds the thing.
struct ToldEvent {
    Id event;
    std::string verb;
    Id thing;
    std::string kind;
    Time at;
    Id circle;
    Id actor;
    Id subject; // what a reply answers: it stands on that one's page
    std::string subject_kind;
};

/// The rule of sight of a member of a circle (of Everyone: of a stranger): what lies in a public
/// circle and is about nobody, or in hers, and is neither held nor hidden nor a draft. Event ids
/// after ?3 and before ?4; only one when ?5 is not 0.
std::vector<ToldEvent> list_seen(store::Transaction& transaction, Id organisation, Id circle,
                                 Id after, Id before, Id only, int limit)
{
    std::vector<ToldEvent> told;
    for (const auto& row : transaction.query(R"sql(
             SELECT e.event_id, e.verb, e.thing_id, t.kind, e.at_us, e.circle_id, e.actor_id,
                    coalesce(s.thing_id, 0), coalesce(s.kind, '')
             FROM event e CROSS JOIN thing t CROSS JOIN circle c
             LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = t.subject_id
             LEFT JOIN circle sc ON sc.org_id = ?1 AND sc.circle_id = s.circle_id
             WHERE e.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND t.thing_id = e.thing_id
               AND c.circle_id = t.circle_id AND e.event_id > ?3 AND e.event_id < ?4 AND (?5 = 0 OR e.event_id = ?5)
               AND e.audience = 'circle' AND t.state = 'visible'
               AND ((t.about_id = 0 AND c.visibility = 'public') OR c.circle_id = ?2)
               AND (t.subject_id = 0
                    OR (s.state = 'visible' AND ((s.about_id = 0 AND sc.visibility = 'public') OR sc.circle_id = ?2)))
             ORDER BY e.event_id LIMIT ?6 )sql",
                                             organisation, circle, after, before, only, limit))
        told.push_back({row.id(0), row.string(1), row.id(2), row.string(3), row.time(4), row.id(5),
                        row.id(6), row.id(7), row.string(8)});
    return told;
}

std::string payload_of(const ToldEvent& told, Id delivery, const std::string& house_url)
{
    JsonWriter json;
    json.begin_object().field("id", delivery).field("event", told.event);
    json.field("verb", told.verb).field("thing", told.thing).field("kind", told.kind);
    json.field("at", told.at).field("circle", told.circle);
    if (told.actor)
        json.field("actor", told.actor);
    else
        json.null_field("actor");
    auto path = told.subject
                    ? record::path_of(told.subject_kind, told.subject) + '#' + told.thing.text()
                    : record::path_of(told.kind, told.thing);
    json.field("url", house_url + path).end_object();
    return json.take();
}

struct Waiting {
    Id delivery;
    Id event;
    std::int64_t attempts = 0;
};
std::optional<Waiting> next_waiting(store::Transaction& transaction, Id organisation, Id webhook,
                                    Time now)
{
    auto rows = transaction.query(R"sql(
        SELECT delivery_id, event_id, attempts FROM webhook_delivery
        WHERE org_id = ?1 AND webhook_id = ?2 AND state = 'waiting' AND next_us <= ?3
        ORDER BY next_us, delivery_id LIMIT 1 )sql",
                                  organisation, webhook, now);
    if (!rows.next()) return {};
    return Waiting{rows->id(0), rows->id(1), rows->integer(2)};
}

void end_delivery(store::Transaction& transaction, Id organisation, Id delivery,
                  std::string_view state, int status, std::string_view error, Time now)
{
    transaction.execute(R"sql(
        UPDATE webhook_delivery SET state = ?3, attempts = attempts + 1, status = ?4, error = ?5, ended_us = ?6
        WHERE org_id = ?1 AND delivery_id = ?2 AND state = 'waiting' )sql",
                        organisation, delivery, state, status, error, now);
}

/// Owners are told by the log: the event names them.
void switch_off(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                const WebhookRow& row)
{
    transaction.execute(
        "UPDATE webhook SET state = 'off' WHERE org_id = ?1 AND webhook_id = ?2 AND state = 'on'",
        organisation, row.webhook.id);
    transaction.execute(R"sql(
        UPDATE webhook_delivery SET state = 'failed', ended_us = ?3
        WHERE org_id = ?1 AND webhook_id = ?2 AND state = 'waiting' )sql",
                        organisation, row.webhook.id, now);
    const auto house = people::find_organisation(transaction, organisation);
    if (!house) return;
    std::vector<Id> owners;
    for (const auto& owner :
         transaction.query("SELECT person_id FROM person WHERE org_id = ?1 AND owner = 1 AND state "
                           "= 'active' ORDER BY person_id LIMIT 50",
                           organisation))
        owners.push_back(owner.id(0));
    JsonWriter json;
    json.begin_object().field("webhook", row.webhook.id).end_object();
    record::append(transaction, organisation, ids,
                   {.verb = "tell.webhook_switched_off",
                    .thing = house->everyone,
                    .actor = {},
                    .circle = house->everyone,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .concerns = owners,
                    .data = json.take()});
}

/// What a call came to. False when the webhook is to be left alone for now.
bool note_sent(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
               const WebhookRow& row, const Waiting& waiting, const Sent& sent)
{
    if (sent.error.empty()) {
        end_delivery(transaction, organisation, waiting.delivery, "delivered", sent.status, "",
                     now);
        transaction.execute(R"sql(
            UPDATE webhook SET failures = 0, failing_us = 0, pause_us = 0
            WHERE org_id = ?1 AND webhook_id = ?2 )sql",
                            organisation, row.webhook.id);
        return true;
    }
    const auto attempts = waiting.attempts + 1;
    if (attempts >= jobs::attempts_max)
        end_delivery(transaction, organisation, waiting.delivery, "failed", sent.status, sent.error,
                     now);
    else
        transaction.execute(R"sql(
            UPDATE webhook_delivery SET attempts = ?3, next_us = ?4, status = ?5, error = ?6
            WHERE org_id = ?1 AND delivery_id = ?2 AND state = 'waiting' )sql",
                            organisation, waiting.delivery, attempts, now + jobs::backoff(attempts),
                            sent.status, sent.error);
    transaction.execute(R"sql(
        UPDATE webhook SET failures = failures + 1, pause_us = ?3,
            failing_us = CASE WHEN failing_us = 0 THEN ?4 ELSE failing_us END
        WHERE org_id = ?1 AND webhook_id = ?2 )sql",
                        organisation, row.webhook.id, now + jobs::backoff(row.webhook.failures + 1),
                        now);
    if (row.webhook.failing_since && now - *row.webhook.failing_since >= gives_up_after)
        switch_off(transaction, ids, now, organisation, row);
    return false;
}

/// When the next call is due; none when nothing waits.
std::optional<Time> next_call(store::Transaction& transaction, Id organisation, Id webhook)
{
    const auto row = load_webhook(transaction, organisation, webhook);
    if (!row || !row->webhook.on) return {};
    auto rows = transaction.query(R"sql(
        SELECT next_us FROM webhook_delivery WHERE org_id = ?1 AND webhook_id = ?2 AND state = 'waiting'
        ORDER BY next_us LIMIT 1 )sql",
                                  organisation, webhook);
    if (!rows.next()) return {};
    return std::max(rows->time(0), row->pause);
}

} // namespace

void plan_sending(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                  Id webhook, Time run_at)
{
    JsonWriter json;
    json.begin_object().field("webhook", webhook).end_object();
    jobs::enqueue(transaction, ids, now, organisation,
                  {.kind = webhook_job,
                   .payload = json.take(),
                   .run_at = run_at,
                   .once_key = "webhook:" + webhook.text()});
}

Sent send_one(const WebhookRow& row, Id delivery, std::string body, Time now,
              jobs::PrivateAddresses private_addresses)
{
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const auto id = "msg_" + delivery.text();
    const jobs::OutboundCall call{
        .method = "POST",
        .url = row.webhook.url,
        .headers = {{"Content-Type", "application/json"},
                    {"User-Agent", "Moothall"},
                    {"Webhook-Id", id},
                    {"Webhook-Timestamp", std::to_string(seconds)},
                    {"Webhook-Signature", sign_webhook(row.secret, id, seconds, body)}},
        .body = std::move(body),
        .private_addresses = private_addresses,
        .time_max = call_max,
        .answer_bytes_max = std::size_t{64} << 10};
    const auto answer = jobs::call_outbound(call);
    // The sentence is kept for owners in the language of the source; it names no address but the
    // one they gave.
    if (!answer) return {0, web::Language::of("en").sentence(answer.error())};
    if (answer->status >= 200 && answer->status < 300) return {answer->status, {}};
    return {answer->status, "The answer was " + std::to_string(answer->status) + "."};
}

std::int64_t follow_for_webhooks(store::Database& database, Id organisation, Time now,
                                 IdSource& ids)
{
    const Id until = record::first_unsettled(database, now);
    const auto due = database.read([&](store::Transaction& transaction) {
        auto rows = transaction.query(R"sql(
            SELECT 1 FROM webhook w WHERE w.org_id = ?1 AND w.state = 'on' AND EXISTS
                (SELECT 1 FROM event e WHERE e.org_id = ?1 AND e.event_id > w.event_id AND e.event_id < ?2) LIMIT 1 )sql",
                                      organisation, until);
        return rows.next();
    });
    if (!due) return 0;
    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        std::int64_t looked_at = 0;
        for (const auto& row : load_webhooks(transaction, organisation)) {
            if (!row.webhook.on) continue;
            // The row is the lock: a second node waits here, and then finds nothing left.
            auto locked = transaction.query(
                "UPDATE webhook SET event_id = event_id WHERE org_id = ?1 AND webhook_id = ?2 "
                "RETURNING event_id",
                organisation, row.webhook.id);
            if (!locked.next()) continue;
            const Id after = locked->id(0);
            // The end of this piece, counted in all events: most may be none of its business.
            Id last;
            for (const auto& event :
                 transaction.query(R"sql(
                     SELECT max(u.event_id), count(*) FROM
                         (SELECT e.event_id FROM event e WHERE e.org_id = ?1 AND e.event_id > ?2 AND e.event_id < ?3
                          ORDER BY e.event_id LIMIT ?4) u )sql",
                                   organisation, after, until, events_sent_max)) {
                if (event.integer(1) == 0) continue;
                last = event.id(0);
                looked_at += event.integer(1);
            }
            if (!last) continue;
            bool any = false;
            for (const auto& told : list_seen(transaction, organisation, row.webhook.circle, after,
                                              Id{last.value + 1}, {}, events_sent_max)) {
                if (!wants(row.webhook, told.verb)) continue;
                any = true;
                transaction.execute(R"sql(
                    INSERT INTO webhook_delivery (org_id, delivery_id, webhook_id, event_id, state, attempts, next_us,
                        status, error, made_us, ended_us)
                    VALUES (?1, ?2, ?3, ?4, 'waiting', 0, ?5, 0, '', ?5, 0) )sql",
                                    organisation, ids.next(now), row.webhook.id, told.event, now);
            }
            transaction.execute(
                "UPDATE webhook SET event_id = ?3 WHERE org_id = ?1 AND webhook_id = ?2",
                organisation, row.webhook.id, last);
            if (any)
                plan_sending(transaction, ids, now, organisation, row.webhook.id,
                             std::max(now, row.pause));
        }
        return looked_at;
    });
}

void send_to_webhook(store::Database& database, const Clock& clock, IdSource& ids,
                     const jobs::Job& job, jobs::PrivateAddresses private_addresses)
{
    const auto payload = Json::parse(job.payload);
    const auto webhook =
        payload ? Id::parse(payload->find("webhook").string().value_or("")) : std::nullopt;
    if (!webhook) throw std::runtime_error("the job names no webhook");
    const auto organisation = job.organisation;
    const auto began = std::chrono::steady_clock::now();
    for (int calls = 0; calls < calls_max && std::chrono::steady_clock::now() - began < job_max;
         ++calls) {
        struct Next {
            WebhookRow row;
            Waiting waiting;
            std::optional<ToldEvent> told;
            std::string house_url;
        };
        const auto now = clock.now();
        const auto next =
            database.read([&](store::Transaction& transaction) -> std::optional<Next> {
                auto row = load_webhook(transaction, organisation, *webhook);
                if (!row || !row->webhook.on || row->pause > now) return {};
                const auto waiting = next_waiting(transaction, organisation, *webhook, now);
                const auto house = people::find_organisation(transaction, organisation);
                if (!waiting || !house) return {};
                // Asked again at the last moment: what was hidden since is not told any more.
                auto told = list_seen(transaction, organisation, row->webhook.circle,
                                      Id{waiting->event.value - 1}, Id{waiting->event.value + 1},
                                      waiting->event, 1);
                return Next{std::move(*row), *waiting,
                            told.empty() ? std::nullopt : std::optional(std::move(told.front())),
                            house->url};
            });
        if (!next) break;
        if (!next->told) {
            database.write([&](store::Transaction& transaction) {
                end_delivery(transaction, organisation, next->waiting.delivery, "unseen", 0, "",
                             now);
            });
            continue;
        }
        const auto sent = send_one(next->row, next->waiting.delivery,
                                   payload_of(*next->told, next->waiting.delivery, next->house_url),
                                   now, private_addresses);
        const bool go_on = database.write([&](store::Transaction& transaction) {
            return note_sent(transaction, ids, clock.now(), organisation, next->row, next->waiting,
                             sent);
        });
        if (!go_on) break;
    }
    database.write([&](store::Transaction& transaction) {
        // This job still holds the key by which the next one is known.
        transaction.execute("UPDATE job SET once_key = NULL WHERE org_id = ?1 AND job_id = ?2",
                            organisation, job.id);
        if (const auto at = next_call(transaction, organisation, *webhook))
            plan_sending(transaction, ids, clock.now(), organisation, *webhook, *at);
    });
}

std::int64_t purge_deliveries(store::Transaction& transaction, Id organisation, Time now)
{
    return transaction.execute(
        "DELETE FROM webhook_delivery WHERE org_id = ?1 AND made_us < ?2 AND state <> 'waiting'",
        organisation, now - kept_for);
}

} // namespace moothall::tell
