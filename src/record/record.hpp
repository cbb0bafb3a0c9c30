#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Things and the append-only event log: who did what to which things, when, and who may see it.
namespace moothall::record {

enum class State : std::uint8_t { visible, held, hidden, draft };

std::string_view to_text(State state);
State state_of(std::string_view text);

/// One row of the registry under everything that people can see.
struct Thing {
    Id id;
    std::string kind; // "voice", "reply", "circle", "person" …
    Id circle;        // whose audience it has
    State state = State::visible;
    Id author;
    std::string title;
    Time created;
    Time changed;
    Id subject = {}; // what it answers: who does not see that sees neither; one level only
    Id about = {};   // the person it is about, or the circle: she, or its members, see it
};

/// Writes a new thing. Its stage then writes its own row with the same id.
void save_thing(store::Transaction& transaction, Id organisation, const Thing& thing);
/// Changes title, state or circle of a thing.
void change_thing(store::Transaction& transaction, Id organisation, const Thing& thing);
/// The thing without asking who looks; for rules that ask afterwards.
std::optional<Thing> find_thing(store::Transaction& transaction, Id organisation, Id thing);

/// Where people find a thing of that kind: "/decisions/0abc…". Empty for kinds without a page of
/// their own (a reply stands on the page of what it answers).
std::string path_of(std::string_view kind, Id thing);

/// Who of a circle may hear of an event.
enum class Audience : std::uint8_t {
    circle,   // everybody who sees the thing
    stewards, // the circle's stewards, and who did it: a report, a moderation step
    actor,    // who did it, and nobody else: sign-ins, follows
};

/// What happened. One user action writes exactly one, in the transaction of the change itself.
struct Event {
    std::string_view verb; // past tense with its stage: "hear.voice_said"
    Id thing;              // what it happened to
    Id actor;              // who did it; none: the server itself
    Id circle;             // whose audience may hear of it
    Time at;
    Audience audience = Audience::circle;
    State state = State::visible; // of the thing: live streams hear of visible ones only
    std::vector<Id> concerns;     // every other thing it is about; goes to event_thing
    /// A JSON object of facts without personal data: old and new status, numbers. Empty means {}.
    std::string data;
};

/// Writes the event and its event_thing rows (one for the thing itself too), and tells the live
/// streams of all nodes after the commit. `ids` makes its id.
Id append(store::Transaction& transaction, Id organisation, IdSource& ids, const Event& event);

/// The newest event of all organisations, so that ids go on above it. Read across organisations:
/// this is a chore of the node, not of a request.
Id newest_event(store::Transaction& transaction);

/// Puts all unsealed events of an organisation into the hash chain; gives how many it sealed.
std::int64_t seal(store::Transaction& transaction, Id organisation, Time now);

/// Whether seal() would find something.
bool has_unsealed(store::Transaction& transaction, Id organisation, Time now);

struct Audit {
    std::int64_t events = 0;   // sealed ones
    std::int64_t unsealed = 0; // young ones that wait for the sealer: normal
    std::string head;          // "seq:hex" of the last seal; empty when nothing is sealed
    std::string fault;         // the first thing wrong, as a sentence; empty: none
    Id first_bad_event;        // where there is one
};

/// Recomputes the chain. `known_head` (as in Audit::head, from an earlier audit kept elsewhere; may
/// be empty) must be part of it: so a log that was cut, or rolled back to an old backup, is found.
Audit audit(store::Transaction& transaction, Id organisation, std::string_view known_head);

} // namespace moothall::record
