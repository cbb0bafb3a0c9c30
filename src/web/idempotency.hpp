#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <optional>
#include <string>
#include <string_view>

/// A write that carries an Idempotency-Key is done once, however often it is sent: a client that
/// got no answer sends it again and gets the answer of the first time.
///
/// The key belongs to the person who sent it. It is claimed in the transaction of the write itself,
/// before the handler runs: two requests at once with one key wait for each other in the database,
/// and the second finds what the first left. A write that is refused leaves nothing, so its key may
/// be used again.
///
/// A form has no such key: on a slow line people press its button again, and would say a thing
/// twice. What says something new (a voice, a reply, a report) is therefore done once when the same
/// person sends the same form again within half a minute.
namespace moothall::web {

struct Route;

inline constexpr std::size_t idempotency_key_characters_max = 255;
inline constexpr std::chrono::hours idempotency_kept{48};
/// Chosen by hand: longer than an impatient person waits on a slow line before she presses again,
/// shorter than it takes to say the same thing once more and mean it.
inline constexpr std::chrono::seconds pressed_twice_within{30};

/// The request's key; none when it has none; refused when it is no 1 to 255 printable characters.
Result<std::optional<std::string>> idempotency_key(const Request& request);

/// What is the same when a request is sent again: method, address and content, but not the token
/// that guards its form. BLAKE2b-256 in base 64.
std::string hash_request(const Request& request);

/// The key of a form that was sent without one; none when pressing twice does no harm.
std::optional<std::string> key_of_form(const Request& request, const Route& route, bool api);

/// Claims a key for this request for as long as `kept` says. Nothing: it is new, go on. An answer:
/// the one of the first time, marked `Idempotent-Replayed: true`. A refusal: the key was used for
/// something else.
Result<std::optional<Response>> claim_key(store::Transaction& transaction, const Viewer& viewer,
                                          const std::string& key, const Request& request, Time now,
                                          std::chrono::microseconds kept = idempotency_kept);
/// Lets go of a key that was claimed, when its answer is none to be given again.
void free_key(store::Transaction& transaction, const Viewer& viewer, const std::string& key);

/// Keeps the answer for a repeat; without its body when `keeps_answer` is not set (Route).
void keep_answer(store::Transaction& transaction, const Viewer& viewer, const std::string& key,
                 const Response& response, bool keeps_answer);

/// Forgets the answers that were given to a person or name her, for when she is erased: a repeat
/// hears that it was done.
void forget_answers(store::Transaction& transaction, Id organisation, Id person,
                    std::string_view name);

/// Forgets the answers that name a thing, and what was asked: for what must not be known any more,
/// such as who cast which ballot.
void forget_answers_about(store::Transaction& transaction, Id organisation, Id thing);

/// Drops claims older than 48 hours, at most `rows_max`; gives how many. For a job.
std::int64_t purge_idempotency(store::Transaction& transaction, Id organisation, Time now,
                               std::int64_t rows_max);

} // namespace moothall::web
