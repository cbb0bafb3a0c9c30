#pragma once

#include "hear/voice.hpp"

namespace moothall::hear {

/// The public reason of a steward as it may stand; refused (field "reason") when there is none.
Result<std::string> check_reason(std::string_view wanted);

/// Says that a thing should not stand here; its circle's stewards hear of it. Once for each person
/// and thing.
Result<void> report(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                    Id thing, std::string_view reason);

/// Hides a voice or reply with a public reason, or shows it again: a steward of its circle; the
/// author may take her own back (its reason says so). What somebody else wrote for her she takes
/// back without giving one, and who wrote it is told by a second event. What a newcomer shows again
/// waits for a steward where all that she says does. Counts follow.
Result<void> hide(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                  Id thing, std::string_view reason);
/// Whether the viewer is its author and somebody else wrote it for her.
bool was_written_for(store::Transaction& transaction, const Viewer& viewer, Id thing);
Result<void> show_again(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id thing);

/// Lets what was held for moderation be seen; with `trust` the author is no newcomer any more.
Result<void> approve(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                     Id thing, bool trust);

struct Waiting {
    Id thing;
    std::string kind;
    std::string title;
    std::string excerpt;
    Someone author;
    Id circle;
    std::string circle_name;
    record::State state;
    std::string path;
    Time since;
    std::vector<std::string> reasons; // of those who reported it
};
/// What the viewer, as a steward, has to look at: held things and open reports in her circles,
/// oldest first.
std::vector<Waiting> list_waiting(store::Transaction& transaction, const Viewer& viewer, int limit);

struct Hidden {
    Id thing;
    std::string kind;
    std::string reason;
    Someone by;
    Time at;
};
/// The public list of what was hidden and why, without the thing itself, newest first; in circles
/// the viewer sees into.
std::vector<Hidden> list_hidden(store::Transaction& transaction, const Viewer& viewer, int limit);

/// Whether what this person says in the circle is held for a steward first.
bool is_held(store::Transaction& transaction, const Viewer& viewer, Id circle);

} // namespace moothall::hear
