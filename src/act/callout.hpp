#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Call-outs: "you don't walk the talk", said in the open against a promise, decision, goal or
/// procedure, with a clock, and answered in the open. Against a goal it is a question: a challenge.
namespace moothall::act {

enum class CalloutState : std::uint8_t { open, answered, closed };
std::string_view to_text(CalloutState state);

struct Callout {
    Id id; // of the voice that says it
    std::string title;
    std::string path;
    Id about;
    std::string about_title;
    std::string about_path;
    std::string about_kind; // "commitment", "goal" …
    hear::Someone raiser;
    hear::Someone called; // who must answer
    CalloutState state = CalloutState::open;
    Id circle;
    Time opened;
    std::optional<Time> answered;
    Id answer; // the reply
    std::optional<Time> closed;
    hear::Someone closed_by;
    std::string why; // the public reason of who closed it

    bool is_challenge() const; // against a goal or procedure, and not against somebody
};

struct NewCallout {
    Id about;
    std::string title; // empty: "Not done: …" of a promise
    std::string body;
};

/// Raises one: a voice of kind call-out (against a goal or procedure: challenge) in the circle of
/// what it is about, for anybody who sees that and may speak there. Two events: the voice is said,
/// and the call-out opened. The same words of the same person are refused (conflict) while they are
/// not closed.
Result<Callout> open_callout(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, const NewCallout& wanted,
                             const hear::Rendered& rendered);
/// Only the one who is called: her words become a reply to the voice.
Result<Callout> answer_callout(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id callout, std::string_view words,
                               const hear::Rendered& rendered);
/// Only who raised it, or a steward of the circle with a public reason.
Result<Callout> close_callout(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id callout, std::string_view why);

Result<Callout> find_callout(store::Transaction& transaction, Id callout, const Viewer& viewer);
/// Those against a thing that the viewer sees, newest first.
std::vector<Callout> list_callouts(store::Transaction& transaction, Id about, const Viewer& viewer,
                                   int limit = 50);
/// Those against things of a kind that are not closed, the longest open first: every question to
/// the goals, on one page.
std::vector<Callout> list_running_callouts(store::Transaction& transaction,
                                           std::string_view about_kind, const Viewer& viewer,
                                           int limit = 100);
/// Those that wait for the viewer's answer, oldest first.
std::vector<Callout> list_callouts_to_answer(store::Transaction& transaction, const Viewer& viewer,
                                             int limit = 50);

/// A reply of the one who is called answers it, wherever she writes it: a chore.
std::int64_t note_callout_answers(store::Database& database, Id organisation, Time now,
                                  IdSource& ids);

} // namespace moothall::act
