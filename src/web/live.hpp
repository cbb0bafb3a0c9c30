#pragma once

#include "base/viewer.hpp"
#include "web/response.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::web {

/// One event as a live stream tells it: ids only.
struct HeardEvent {
    Id event;
    std::string verb;
    Id thing;
};

/// What the live streams ask of the rest. All of these run on worker threads.
struct LiveSources {
    /// Runs a task on a worker thread.
    std::function<void(std::function<void()>)> run;
    /// The circles of an organisation whose events anybody may hear.
    std::function<std::vector<Id>(Id organisation)> public_circles;
    /// The events after one that this viewer may see, oldest first, at most `limit`.
    std::function<std::vector<HeardEvent>(const Viewer&, Id after, std::size_t limit)> events_since;
};

struct LiveSettings {
    std::chrono::milliseconds together{250}; // news of one thing within that time is one message
    std::size_t resumed_max = 500;           // events told again after a break; more: `reset`
    std::chrono::seconds resumed_overlap{10};
};

/// The open event streams of this node, by organisation, and requests that wait for news.
///
/// Who listens hears of events in public circles and in those she was a member of when she came, of
/// things that everybody there sees. Messages carry ids only: she fetches what she may see, so the
/// rule of sight is asked at that moment. When her rights change her streams are cut, and she comes
/// back with the new ones.
///
/// Messages: `event: changed`, `id:` the event, `data: {"thing":ID,"event":ID,"verbs":[…]}`, one
/// for each thing and span of 250 ms; `event: for-you`, `data: {"topic":TEXT}`, for one person's
/// own news; `event: reset`, when too much happened while she was away: she looks at everything
/// anew. An event may be told twice around a break, and never not at all.
class Live {
public:
    explicit Live(LiveSources sources, LiveSettings settings = {});
    ~Live();
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    /// Tells `stream` what happens from now on, after what happened since `last_event_id` (may be
    /// empty).
    void subscribe(const std::shared_ptr<EventStream>& stream, const Viewer& viewer,
                   std::string_view last_event_id);
    /// Calls `done` once, on a worker thread: true when something happened that the viewer may
    /// hear, or when her rights changed; false after `timeout`. Look again after calling this: what
    /// was committed just before is not told.
    void wait(const Viewer& viewer, std::chrono::milliseconds timeout,
              std::function<void(bool heard)> done);
    /// Closes every stream of a person, or those of one session or token of hers.
    void cut(Id organisation, Id person, Id session_or_token);
    /// A notice from the database:
    ///   e:ORG:EVENT:VERB:THING:CIRCLE:STATE   an event; a verb `people.circle_…` also says that
    ///   the
    ///                                         public circles may be others now
    ///   cut:ORG:PERSON:SESSION                a person's rights changed; SESSION may be 0: all
    ///   to:ORG:PERSON:TOPIC                   news for one person alone
    ///   (nothing)                             notices were lost: everybody comes back and looks
    /// Anything else is not for us.
    void heard(std::string_view notice);
    /// Streams that are open.
    std::size_t listeners() const;
    /// Closes all streams and ends all waiting.
    void stop();

private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

} // namespace moothall::web
