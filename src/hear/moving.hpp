#pragma once

#include "hear/voice.hpp"
#include "people/people.hpp"

/// A steward moves what another said to the circle where it belongs, and says why for all to read.
namespace moothall::hear {

struct Moving {
    Id thing;
    Id from;
    Id to;
};

/// The reason as it may stand, or why the voice does not move there: its author would not see it
/// any more, or no reason is given (field "reason").
Result<std::string> check_moving(store::Transaction& transaction, const Viewer& viewer,
                                 const Voice& voice, const people::Circle& to,
                                 std::string_view reason);
/// Notes it for the public log. No event: that of the change says it.
void save_moving(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                 const Moving& moving, std::string_view reason);

/// Moves a voice as edit_voice() does: a steward of its circle, who may speak in the other one. One
/// event.
Result<Voice> move_voice(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id voice, Id to, std::string_view reason);

struct Moved {
    std::string from;
    std::string to; // empty: a circle that the viewer does not know of
    std::string reason;
    Someone by;
    Time at;
};
/// The public list of what was moved and why, without the thing itself, newest first; from circles
/// the viewer sees into.
std::vector<Moved> list_moved(store::Transaction& transaction, const Viewer& viewer, int limit);

} // namespace moothall::hear
