#pragma once

#include "web/live.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

/// The inside of Live: who listens, what is not told yet, and the thread that tells.
namespace moothall::web {

namespace live {

using Moment = std::chrono::steady_clock::time_point;

struct Message {
    std::string event;
    std::string id;
    std::string data;
};

/// Whom a stream or a waiting request belongs to, and the circles she was a member of when it
/// began.
struct Listener {
    explicit Listener(const Viewer& viewer)
        : person(viewer.person), session(viewer.session), token(viewer.api_token)
    {
        circles.reserve(viewer.memberships.size());
        for (const auto& membership : viewer.memberships) circles.push_back(membership.circle);
        std::ranges::sort(circles);
    }

    bool is_cut(Id whose, Id session_or_token) const
    {
        if (!person || person != whose) return false;
        return !session_or_token || session == session_or_token || token == session_or_token;
    }

    Id person;
    Id session;
    Id token;
    std::vector<Id> circles;
};

struct Subscriber {
    Listener who;
    std::shared_ptr<EventStream> stream;
    bool resuming = false; // what happens meanwhile waits until the past was told
    std::vector<Message> kept_back = {};
};

struct Waiter {
    Listener who;
    Moment until;
    std::function<void(bool)> done;
};

/// News of one thing that is not told yet.
struct Change {
    Id event; // the latest
    std::vector<std::string> verbs;
};

/// Who of one organisation listens, and what is to be told there.
struct Room {
    std::vector<Subscriber> subscribers;
    std::vector<Waiter> waiters;
    std::map<std::pair<Id, Id>, Change> changes;   // by thing and circle
    std::set<std::pair<Id, std::string>> own_news; // person and topic
    std::set<Id> public_circles;
    bool circles_stale = true; // to be read (again) before anything is told
    bool circles_asked = false;
    Moment due = Moment::max(); // when the changes are told

    bool may_hear(const Listener& who, Id circle) const
    {
        return public_circles.contains(circle) || std::ranges::binary_search(who.circles, circle);
    }
    bool empty() const { return subscribers.empty() && waiters.empty() && !circles_asked; }
};

/// What one stream is to be sent, after the lock was let go.
struct Delivery {
    std::shared_ptr<EventStream> stream;
    std::vector<std::shared_ptr<const Message>> messages;
};

/// The message that says that a thing changed.
Message changed_message(Id thing, const Change& change);
void send(EventStream& stream, const Message& message);

} // namespace live

/// All state is behind one mutex. Streams are sent to, and callbacks called, without it: they may
/// take locks of the server's own.
struct Live::Parts : std::enable_shared_from_this<Live::Parts> {
    Parts(LiveSources given_sources, LiveSettings given_settings)
        : sources(std::move(given_sources)), settings(given_settings)
    {
    }

    void run();
    void ask_circles(Id organisation);
    void circles_known(Id organisation, std::optional<std::vector<Id>> circles);
    void tell(live::Room& house, std::vector<live::Delivery>& deliveries,
              std::vector<live::Waiter>& woken);
    void end_late(live::Moment now, std::vector<live::Waiter>& late);
    void sweep();
    void resume(Id organisation, const std::shared_ptr<EventStream>& stream, const Viewer& viewer,
                Id after);
    void finish_resume(Id organisation, const std::shared_ptr<EventStream>& stream,
                       const std::set<std::string>& told);
    void call(std::vector<live::Waiter>& waiters, bool heard);

    void heard_event(std::string_view notice);
    void heard_cut(std::string_view notice);
    void heard_own(std::string_view notice);
    void heard_loss();
    void cut(Id organisation, Id person, Id session_or_token);

    LiveSources sources;
    LiveSettings settings;

    mutable std::mutex mutex;
    std::condition_variable changed;
    bool stopping = false;
    std::unordered_map<Id, live::Room> houses;
    std::size_t waiting = 0;
    std::thread thread;
};

} // namespace moothall::web
