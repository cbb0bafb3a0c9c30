#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <functional>
#include <string_view>

/// Earlier stages do not know of requests: a reply in the thread is noticed from the record.
namespace moothall::organise {

struct SaidReply {
    Id reply;
    Id subject; // the thing that was answered
    Id author;
    Id circle;
    Time at;
};

/// Calls `notice` for each visible reply since the last time, inside one write; at most some
/// hundreds. `consumer` names who follows. Gives how many there were.
std::int64_t
follow_replies(store::Database& database, Id organisation, Time now, std::string_view consumer,
               const std::function<void(store::Transaction&, const SaidReply&)>& notice);

/// Closes the requests that a reply of the one who was asked has answered: a chore.
std::int64_t note_answers(store::Database& database, Id organisation, Time now, IdSource& ids);

} // namespace moothall::organise
