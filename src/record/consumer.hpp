#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

/// How far those came who follow the log: one row of `consumer` for each.
///
/// Following is a read that asks has_news(), and then a write that takes lock_consumer(), works
/// through a bounded number of events and ends with save_consumer(). So it goes on after a crash
/// where it stopped, any number of nodes may do it, and it waits for no write when nothing
/// happened.
namespace moothall::record {

/// Events before this one may be followed: none that is older will show up any more. Transactions
/// do not commit in the order of their ids, so the last moment waits, and what is younger than the
/// oldest transaction that still goes on. A server's ids are as new as its transactions (web/
/// dispatch.cpp), so their clocks must agree within half a second. To be asked before the snapshot
/// is taken in which the events are read.
Id first_unsettled(store::Database& database, Time now);

/// Whether there are events before `until` that the consumer has not worked through. With a verb,
/// of that one alone: for who follows nothing else.
bool has_news(store::Transaction& transaction, Id organisation, std::string_view consumer, Id until,
              std::string_view verb = {});

/// A thing that an event concerns, its own among them.
struct Concerned {
    Id event;
    std::string verb;
    Id thing;
};
/// Of at most so many events after `last` and before `until`, in their order: an event's things
/// stand together.
std::vector<Concerned> list_concerned(store::Transaction& transaction, Id organisation, Id last,
                                      Id until, int events_max);

/// The last event that it worked through. The row stays locked until the end of the transaction: a
/// second node waits here, and then goes on where the first stopped.
Id lock_consumer(store::Transaction& transaction, Id organisation, std::string_view consumer);
void save_consumer(store::Transaction& transaction, Id organisation, std::string_view consumer,
                   Id event);

} // namespace moothall::record
