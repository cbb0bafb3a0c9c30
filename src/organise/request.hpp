#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::sense {
class Engine;
}

/// A request pulls one person, or whoever knows a topic, into a conversation. It has a clock, and
/// nobody's manager approves it.
namespace moothall::organise {

enum class RequestState : std::uint8_t { open, taken, answered, declined };
std::string_view to_text(RequestState state);
std::optional<RequestState> request_state_of(std::string_view text);

inline constexpr std::size_t words_characters_max = 1000;
inline constexpr std::size_t topic_characters_max = 120;

struct Request {
    Id id;
    Id about;
    std::string about_kind;
    std::string about_title;
    std::string about_path;
    hear::Someone asker;
    hear::Someone person;    // who is asked, or has it; no id while whoever knows is asked for
    std::string topic;       // empty: somebody was asked by name
    std::string words;       // plain text
    std::optional<Date> due; // a promise is wished for by that day
    RequestState state = RequestState::open;
    std::string why; // the last words of who passed it on, declined or answered
    Id circle;
    Time created;
    Time asked; // since when the one who has it now has it
    std::optional<Time> taken;
    std::optional<Time> ended;
    Id answer;              // the reply or commitment that answered it
    bool candidate = false; // the viewer is one of those thought to know

    bool is_open() const { return state == RequestState::open || state == RequestState::taken; }
    std::string path() const;
};

struct NewRequest {
    Id about;
    Id person;         // or …
    std::string topic; // … whoever knows this
    std::string words;
    std::optional<Date> due;               // asks for a promise until then
    const sense::Engine* engine = nullptr; // finds whoever knows; none: by the words alone
};

/// Asks. Refused when the thing is not seen (not found), when the viewer may not speak where it is
/// (forbidden), and (invalid) when the person does not exist, does not see the thing or is the
/// viewer herself, or neither a person nor a topic is named. One event, which concerns the thing,
/// the person or the candidates.
Result<Request> make_request(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, const NewRequest& wanted);
/// The one who is asked takes it; "whoever knows" may be taken by anybody who may speak there, and
/// the first has it: for the second it is a conflict. The voice is with somebody from then on.
Result<Request> take_request(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id request);
/// The one who is asked hands it to somebody else, with a word. Her clock starts anew.
Result<Request> pass_on_request(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id request, Id to, std::string_view why);
/// The one who is asked says no, with a reason. One of several candidates only steps aside.
Result<Request> decline_request(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id request, std::string_view why);
/// The one who is asked answers: her words become a reply to the thing, which closes the request.
Result<Request> answer_request(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id request, std::string_view words,
                               const hear::Rendered& rendered);
/// A promise was made as it asked: rows only, the event is that of the promise (act/).
Result<void> answer_by_promise(store::Transaction& transaction, Time now, const Viewer& viewer,
                               Id request, Id commitment);

Result<Request> find_request(store::Transaction& transaction, Id request, const Viewer& viewer);

/// Those who were thought to know and have not stepped aside.
std::vector<hear::Someone> list_candidates(store::Transaction& transaction, const Viewer& viewer,
                                           Id request);

enum class Box : std::uint8_t {
    all,         // every one the viewer sees
    asked_of_me, // and those where she is thought to know
    asked_by_me,
    my_circles, // open ones in circles that she belongs to
};
std::optional<Box> box_of(std::string_view text); // all | of_me | by_me | circles

struct RequestQuery {
    Box box = Box::all;
    bool open_only = false;
    bool oldest_first = false; // what has waited longest
    std::optional<RequestState> state;
    Id about;
    Id person; // who asked, or is asked
    int limit = 30;
    std::string after;
};
struct RequestPage {
    std::vector<Request> requests;
    std::string next;
};
/// Open requests to the viewer, and those that she may take.
std::int64_t count_asked_of(store::Transaction& transaction, const Viewer& viewer);

/// Newest first, unless the query says otherwise.
Result<RequestPage> list_requests(store::Transaction& transaction, const RequestQuery& query,
                                  const Viewer& viewer);

} // namespace moothall::organise
