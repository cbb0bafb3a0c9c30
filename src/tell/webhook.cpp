// What owners set up: which program hears of what.

#include "tell/webhook.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "tell/signature.hpp"
#include "tell/webhook_row.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace moothall::tell {

namespace {

constexpr std::size_t url_bytes_max = 2000;
constexpr std::size_t verbs_max = 40;

Result<void> must_be_owner(const Viewer& viewer)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.owner) return Refusal::forbidden("Only an owner may see this.");
    return {};
}

/// 256 bits, the upper end of what the scheme asks for.
std::string make_key()
{
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return "whsec_" + to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool is_verb(std::string_view text)
{
    const auto family = text.substr(0, text.find('.'));
    if (std::ranges::find(verb_families(), family, &VerbFamily::name) == verb_families().end())
        return false;
    if (family.size() == text.size()) return true;
    const auto name = text.substr(family.size() + 1);
    return !name.empty() && name.size() <= 40 &&
           std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

void append(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
            std::string_view verb, Id webhook)
{
    JsonWriter json;
    json.begin_object().field("webhook", webhook).end_object();
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = viewer.everyone,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .data = json.take()});
}

WebhookRow read_row(const store::Row& row)
{
    WebhookRow read;
    auto& webhook = read.webhook;
    webhook.id = row.id(0);
    webhook.url = row.string(1);
    webhook.verbs = split(row.text(2));
    webhook.circle = row.id(3);
    webhook.circle_name = row.string(4);
    webhook.on = row.text(5) == "on";
    webhook.failures = row.integer(6);
    if (row.integer(7) != 0) webhook.failing_since = row.time(7);
    webhook.made = row.time(8);
    read.secret = row.string(9);
    read.event = row.id(10);
    read.pause = row.time(11);
    return read;
}

} // namespace

const std::vector<VerbFamily>& verb_families()
{
    using web::translatable;
    static const std::vector<VerbFamily> families{
        {"hear", translatable("Voices, support, replies, answers")},
        {"sense", translatable("Themes and signals")},
        {"decide", translatable("Decisions and goals")},
        {"organise", translatable("Requests")},
        {"act", translatable("Promises, call-outs, how we work")},
        {"tell", translatable("Who was told of an outcome")},
        {"people", translatable("People and circles")},
        {"write", translatable("Documents")},
        {"learn", translatable("What we learned")},
    };
    return families;
}

jobs::PrivateAddresses private_addresses_of(const web::HallSettings& settings)
{
    return settings.private_addresses ? jobs::PrivateAddresses::allowed
                                      : jobs::PrivateAddresses::refused;
}

std::vector<WebhookRow> load_webhooks(store::Transaction& transaction, Id organisation)
{
    std::vector<WebhookRow> rows;
    for (const auto& row : transaction.query(R"sql(
             SELECT w.webhook_id, w.url, w.verbs, w.circle_id, c.name, w.state, w.failures, w.failing_us, w.made_us,
                    w.secret, w.event_id, w.pause_us
             FROM webhook w JOIN circle c ON c.org_id = w.org_id AND c.circle_id = w.circle_id
             WHERE w.org_id = ?1 AND c.org_id = ?1 ORDER BY w.webhook_id )sql",
                                             organisation))
        rows.push_back(read_row(row));
    return rows;
}

std::optional<WebhookRow> load_webhook(store::Transaction& transaction, Id organisation, Id webhook)
{
    // There are twenty at most.
    for (auto& row : load_webhooks(transaction, organisation))
        if (row.webhook.id == webhook) return std::move(row);
    return {};
}

Result<MadeWebhook> make_webhook(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, const NewWebhook& wanted,
                                 jobs::PrivateAddresses private_addresses)
{
    if (const auto may = must_be_owner(viewer); !may) return may.error();
    if (wanted.url.empty() || wanted.url.size() > url_bytes_max)
        return Refusal::invalid("url", "Please give an address of at most 2,000 characters.");
    if (const auto good = jobs::check_outbound_url(wanted.url, private_addresses); !good)
        return good.error();
    if (wanted.verbs.size() > verbs_max)
        return Refusal::invalid("verbs", "Please choose at most 40 kinds of events.");
    std::string verbs;
    for (const auto& verb : wanted.verbs) {
        if (!is_verb(verb))
            return Refusal::invalid("verbs", "“{1}” is no kind of event.").with(clip(verb, 60));
        verbs += (verbs.empty() ? "" : " ") + verb;
    }
    const Id circle = wanted.circle ? wanted.circle : viewer.everyone;
    // Owners are stewards of every circle; one that is none of theirs does not exist.
    if (const auto found = people::find_circle(transaction, circle, viewer); !found)
        return Refusal::invalid("circle", "There is no such circle.");
    if (load_webhooks(transaction, viewer.organisation).size() >= webhooks_max)
        return Refusal::conflict("There are 20 webhooks already. Please remove one first.");

    MadeWebhook made;
    made.secret = make_key();
    const Id id = ids.next(now);
    transaction.execute(R"sql(
        INSERT INTO webhook (org_id, webhook_id, url, verbs, circle_id, secret, state, event_id, failures, failing_us,
            pause_us, maker_id, made_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'on', ?2, 0, 0, 0, ?7, ?8) )sql",
                        viewer.organisation, id, wanted.url, verbs, circle, made.secret,
                        viewer.person, now);
    append(transaction, ids, now, viewer, "tell.webhook_made", id);
    made.webhook = load_webhook(transaction, viewer.organisation, id)->webhook;
    return made;
}

Result<std::vector<Webhook>> list_webhooks(store::Transaction& transaction, const Viewer& viewer)
{
    if (const auto may = must_be_owner(viewer); !may) return may.error();
    std::vector<Webhook> webhooks;
    for (auto& row : load_webhooks(transaction, viewer.organisation))
        webhooks.push_back(std::move(row.webhook));
    return webhooks;
}

Result<Webhook> find_webhook(store::Transaction& transaction, Id webhook, const Viewer& viewer)
{
    if (const auto may = must_be_owner(viewer); !may) return may.error();
    auto row = load_webhook(transaction, viewer.organisation, webhook);
    if (!row) return Refusal::not_found();
    return std::move(row->webhook);
}

Result<void> remove_webhook(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id webhook)
{
    if (const auto found = find_webhook(transaction, webhook, viewer); !found) return found.error();
    transaction.execute("DELETE FROM webhook_delivery WHERE org_id = ?1 AND webhook_id = ?2",
                        viewer.organisation, webhook);
    transaction.execute("DELETE FROM webhook WHERE org_id = ?1 AND webhook_id = ?2",
                        viewer.organisation, webhook);
    append(transaction, ids, now, viewer, "tell.webhook_removed", webhook);
    return {};
}

Result<void> switch_on(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id webhook)
{
    const auto found = find_webhook(transaction, webhook, viewer);
    if (!found) return found.error();
    if (found->on) return Refusal::conflict("This webhook is on already.");
    transaction.execute(R"sql(
        UPDATE webhook SET state = 'on', event_id = ?3, failures = 0, failing_us = 0, pause_us = 0
        WHERE org_id = ?1 AND webhook_id = ?2 )sql",
                        viewer.organisation, webhook, ids.next(now));
    append(transaction, ids, now, viewer, "tell.webhook_switched_on", webhook);
    return {};
}

std::vector<Delivery> list_deliveries(store::Transaction& transaction, Id organisation, Id webhook,
                                      int limit, Id before)
{
    std::vector<Delivery> deliveries;
    for (const auto& row : transaction.query(R"sql(
             SELECT d.delivery_id, d.event_id, coalesce(e.verb, ''), d.state, d.attempts, d.status, d.error, d.made_us,
                    d.next_us
             FROM webhook_delivery d LEFT JOIN event e ON e.org_id = ?1 AND e.event_id = d.event_id
             WHERE d.org_id = ?1 AND d.webhook_id = ?2 AND (?4 = 0 OR d.delivery_id < ?4)
             ORDER BY d.delivery_id DESC LIMIT ?3 )sql",
                                             organisation, webhook, limit, before)) {
        Delivery delivery{row.id(0),     row.id(1),      row.string(2),
                          row.string(3), row.integer(4), static_cast<int>(row.integer(5)),
                          row.string(6), row.time(7),    {}};
        if (delivery.state == "waiting") delivery.next = row.time(8);
        deliveries.push_back(std::move(delivery));
    }
    return deliveries;
}

Result<Try> try_webhook(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id webhook, const std::string& house_url,
                        jobs::PrivateAddresses private_addresses)
{
    if (const auto found = find_webhook(transaction, webhook, viewer); !found) return found.error();
    const auto row = load_webhook(transaction, viewer.organisation, webhook);
    Try tried{webhook, ids.next(now), 0, {}};
    JsonWriter json;
    json.begin_object()
        .field("id", tried.id)
        .null_field("event")
        .field("verb", "tell.webhook_tried");
    json.null_field("thing").null_field("kind").field("at", now);
    json.field("circle", row->webhook.circle).field("actor", viewer.person);
    json.field("url", house_url + "/settings/webhooks").end_object();
    auto sent = send_one(*row, tried.id, json.take(), now, private_addresses);
    tried.status = sent.status;
    tried.error = std::move(sent.error);
    return tried;
}

void note_try(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
              const Try& tried)
{
    transaction.execute(R"sql(
        INSERT INTO webhook_delivery (org_id, delivery_id, webhook_id, event_id, state, attempts, next_us, status, error,
            made_us, ended_us)
        VALUES (?1, ?2, ?3, 0, ?4, 1, 0, ?5, ?6, ?7, ?7) )sql",
                        viewer.organisation, tried.id, tried.webhook,
                        tried.error.empty() ? "delivered" : "failed", tried.status, tried.error,
                        now);
    append(transaction, ids, now, viewer, "tell.webhook_tried", tried.webhook);
}

std::string sign_webhook(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body)
{
    constexpr std::string_view mark = "whsec_";
    if (secret.starts_with(mark)) secret.remove_prefix(mark.size());
    auto message = std::string(id) + '.' + std::to_string(timestamp_s) + '.';
    message += body;
    return "v1," + to_base64(hmac_sha256(from_base64(secret), message));
}

} // namespace moothall::tell
