#pragma once

#include "act/commitment.hpp"

/// The rows of promises; who may do what is said in commitment.cpp.
namespace moothall::act {

/// When the last day is over, in UTC: from then on an open promise is overdue.
Time end_of(Date due);
Time start_of(Date due);
Date date_of(Time time);

void save_commitment(store::Transaction& transaction, Id organisation,
                     const Commitment& commitment);
/// One promise, if it is one, whoever looks: the caller has asked people::find_seen. What it is for
/// is named only if the viewer may know of it.
std::optional<Commitment> load_commitment(store::Transaction& transaction, Time now, Id commitment,
                                          const Viewer& viewer);

/// Ends a promise that is still running. None when it was not: somebody was faster. Otherwise
/// whether it had been told as overdue.
std::optional<bool> settle(store::Transaction& transaction, Id organisation, Id commitment,
                           CommitmentState state, Id by, std::string_view why, Time now);
/// Gives a running promise another day, and keeps the old one. As settle().
std::optional<bool> change_due(store::Transaction& transaction, Id organisation, Id commitment,
                               Id move, Date from, Date to, std::string_view why, Time now);

/// Which kept number a promise is in that ended: its state, or given_up when it was withdrawn
/// after its day was over.
std::string_view count_of_end(std::string_view state, bool was_overdue);

/// Adds to a circle's kept number of promises; `state` is running, overdue, kept, broken,
/// withdrawn or given_up.
void add_to_count(store::Transaction& transaction, Id organisation, Id circle,
                  std::string_view state, std::int64_t change);

/// The voice a promise is for, and those behind its decision.
std::vector<Id> list_voices_behind(store::Transaction& transaction, Id organisation, Id voice,
                                   Id decision);

} // namespace moothall::act
