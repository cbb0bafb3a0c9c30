#pragma once

#include "tell/webhook.hpp"

/// What the two halves of webhooks share: what people set up, and what is sent.
namespace moothall::tell {

/// A webhook with what only the sender needs.
struct WebhookRow {
    Webhook webhook;
    std::string secret;
    Id event; // how far it followed the log
    Time pause;
};
std::vector<WebhookRow> load_webhooks(store::Transaction& transaction, Id organisation);
std::optional<WebhookRow> load_webhook(store::Transaction& transaction, Id organisation,
                                       Id webhook);

/// Adds the job that sends what waits; one at a time for each webhook.
void plan_sending(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                  Id webhook, Time run_at);

struct Sent {
    int status = 0;    // 0: no answer came
    std::string error; // empty: it was taken (2xx)
};
/// One call, within seconds; follows no redirect.
Sent send_one(const WebhookRow& row, Id delivery, std::string body, Time now,
              jobs::PrivateAddresses private_addresses);

} // namespace moothall::tell
