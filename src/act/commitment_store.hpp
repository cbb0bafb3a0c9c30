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

/// What was noted of the days of a promise.
struct Noted {
    bool overdue = false; // the day that holds is over
    Time judged;          // when it came to something (migrations/0041); 1970: not yet
};
/// Notes that the day of a running promise is over. None when it was settled, moved or noted
/// meanwhile; otherwise what is noted now.
std::optional<Noted> mark_overdue(store::Transaction& transaction, Id organisation, Id commitment,
                                  Date due);
/// What was noted before a change, and since.
struct Renoted {
    Noted before;
    Noted after;
};
/// Ends a promise that is still running. None when it was not: somebody was faster.
std::optional<Renoted> settle(store::Transaction& transaction, Id organisation, Id commitment,
                              CommitmentState state, Id by, std::string_view why, Time now);
/// Gives a running promise another day, and keeps the old one. As settle().
std::optional<Renoted> change_due(store::Transaction& transaction, Id organisation, Id commitment,
                                  Id move, Date from, Date to, std::string_view why, Time now);

/// Where a promise is in the figures of its circle.
struct Counted {
    CommitmentState state = CommitmentState::open;
    Noted noted;
    bool in_rate = true; // Commitment::counted; otherwise it is counted apart (KeptRate::Apart)
};
/// Adds a promise (`change` 1) to the kept figures of its circle, or takes it off (-1).
void add_to_figures(store::Transaction& transaction, Id organisation, Id circle,
                    const Counted& counted, std::int64_t change);

/// The voice a promise is for, and those behind its decision.
std::vector<Id> list_voices_behind(store::Transaction& transaction, Id organisation, Id voice,
                                   Id decision);

} // namespace moothall::act
