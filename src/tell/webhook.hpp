#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "jobs/job.hpp"
#include "jobs/outbound.hpp"
#include "store/database.hpp"
#include "web/hall.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Webhooks: other programs hear of events, as signed calls.
///
/// A webhook hears what a member of its circle may see, and no more: of Everyone what is public.
/// It is told ids and an address, never texts; whoever wants these asks the API with a token of her
/// own. What is to be sent is a row, written by following the log, so nothing is lost by a restart.
namespace moothall::tell {

inline constexpr std::size_t webhooks_max = 20;
inline constexpr std::string_view webhook_job = "webhook.send";

struct Webhook {
    Id id;
    std::string url;
    std::vector<std::string> verbs; // families ("decide") and verbs ("act.commitment_kept"); empty:
                                    // all
    Id circle;
    std::string circle_name;
    bool on = true;
    std::int64_t failures = 0; // in a row
    std::optional<Time> failing_since;
    Time made;
};

struct NewWebhook {
    std::string url;
    std::vector<std::string> verbs;
    Id circle; // none: Everyone
};

/// Whether webhooks may call neighbours: when the operator lets owners name addresses of the
/// server's own network.
jobs::PrivateAddresses private_addresses_of(const web::HallSettings& settings);

/// What verbs begin with, and what that means to people.
struct VerbFamily {
    std::string_view name;
    const char* label;
};
const std::vector<VerbFamily>& verb_families();

struct MadeWebhook {
    Webhook webhook;
    std::string secret; // "whsec_…", shown once
};
/// Owners only. Refused (invalid) when the address is one that we do not call, when a verb is none,
/// or when there are too many. One event.
Result<MadeWebhook>
make_webhook(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
             const NewWebhook& wanted,
             jobs::PrivateAddresses private_addresses = jobs::PrivateAddresses::refused);
/// Owners only; oldest first.
Result<std::vector<Webhook>> list_webhooks(store::Transaction& transaction, const Viewer& viewer);
Result<Webhook> find_webhook(store::Transaction& transaction, Id webhook, const Viewer& viewer);
/// With all that waits for it and what was sent. One event.
Result<void> remove_webhook(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id webhook);
/// Switches one on that was switched off. It goes on with what happens from now on. One event.
Result<void> switch_on(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id webhook);

struct Delivery {
    Id id;
    Id event; // none: a try by the button
    std::string verb;
    std::string state; // waiting | delivered | failed | unseen
    std::int64_t attempts = 0;
    int status = 0;
    std::string error;
    Time made;
    std::optional<Time> next; // while it waits
};
/// Those of the last seven days, the newest first; only those older than `before`, if it is given.
std::vector<Delivery> list_deliveries(store::Transaction& transaction, Id organisation, Id webhook,
                                      int limit, Id before = {});

// -- what the button does -------------------------------------------------------------------------

/// A call that says "this is a try", signed like all others; made ready in a read, sent outside of
/// any write, noted in one.
struct Try {
    Id webhook;
    Id id;
    int status = 0;
    std::string error; // empty: it was taken
};
Result<Try> try_webhook(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id webhook, const std::string& house_url,
                        jobs::PrivateAddresses private_addresses = jobs::PrivateAddresses::refused);
/// One event.
void note_try(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
              const Try& tried);

// -- in the background ----------------------------------------------------------------------------

/// Follows the log for all webhooks: writes what is to be sent, and a job that sends it. A bounded
/// number of events; gives how many were looked at.
std::int64_t follow_for_webhooks(store::Database& database, Id organisation, Time now,
                                 IdSource& ids);

/// Sends what waits for one webhook, a few calls at most, and plans when to go on: the work of a
/// job of kind webhook_job. A call that fails pauses the webhook, longer each time; after three
/// days of failure it is switched off, and its owners are told.
void send_to_webhook(store::Database& database, const Clock& clock, IdSource& ids,
                     const jobs::Job& job,
                     jobs::PrivateAddresses private_addresses = jobs::PrivateAddresses::refused);

/// Removes what was sent more than seven days ago; a chore.
std::int64_t purge_deliveries(store::Transaction& transaction, Id organisation, Time now);

/// The value of the header Webhook-Signature, by the Standard Webhooks scheme: "v1," and the
/// base 64 of HMAC-SHA256 over "id.timestamp.body". The key is the base 64 behind "whsec_".
std::string sign_webhook(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body);

/// "/api/v1/webhooks".
void mount_webhook_api(web::Router& router);

} // namespace moothall::tell
