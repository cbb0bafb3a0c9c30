#include "web/live.hpp"

#include "text/json.hpp"
#include "web/log.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>

namespace moothall::web {

namespace {

using Moment = std::chrono::steady_clock::time_point;

/// How long until something that failed or was closed is looked at again.
constexpr std::chrono::seconds look_again{1};
constexpr std::chrono::seconds sweep_every{15};

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

struct House {
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

Message changed_message(Id thing, const Change& change)
{
    JsonWriter json;
    json.begin_object().field("thing", thing).field("event", change.event);
    json.key("verbs").begin_array();
    for (const auto& verb : change.verbs) json.value(verb);
    json.end_array().end_object();
    return {"changed", change.event.text(), json.take()};
}

void send(EventStream& stream, const Message& message)
{
    stream.send(message.event, message.id, message.data);
}

/// The parts of a notice between its colons; more than there are places for: none.
template <std::size_t size>
std::optional<std::array<std::string_view, size>> split(std::string_view notice)
{
    std::array<std::string_view, size> parts;
    for (std::size_t at = 0; at < size; ++at) {
        const auto colon = notice.find(':');
        if ((colon == std::string_view::npos) != (at + 1 == size)) return {};
        parts[at] = notice.substr(0, colon);
        notice.remove_prefix(colon == std::string_view::npos ? notice.size() : colon + 1);
    }
    return parts;
}

} // namespace

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
    void tell(House& house, std::vector<Delivery>& deliveries, std::vector<Waiter>& woken);
    void end_late(Moment now, std::vector<Waiter>& late);
    void sweep();
    void resume(Id organisation, const std::shared_ptr<EventStream>& stream, const Viewer& viewer,
                Id after);
    void finish_resume(Id organisation, const std::shared_ptr<EventStream>& stream,
                       const std::set<std::string>& told);
    void call(std::vector<Waiter>& waiters, bool heard);

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
    std::unordered_map<Id, House> houses;
    std::size_t waiting = 0;
    std::thread thread;
};

Live::Live(LiveSources sources, LiveSettings settings)
    : parts_(std::make_shared<Parts>(std::move(sources), settings))
{
    parts_->thread = std::thread([parts = parts_.get()] { parts->run(); });
}

Live::~Live()
{
    stop();
}

void Live::stop()
{
    std::vector<std::shared_ptr<EventStream>> streams;
    std::vector<Waiter> waiters;
    {
        const std::lock_guard lock(parts_->mutex);
        if (parts_->stopping) return;
        parts_->stopping = true;
        for (auto& [organisation, house] : parts_->houses) {
            for (auto& subscriber : house.subscribers)
                streams.push_back(std::move(subscriber.stream));
            std::ranges::move(house.waiters, std::back_inserter(waiters));
        }
        parts_->houses.clear();
        parts_->waiting = 0;
    }
    parts_->changed.notify_all();
    parts_->thread.join();
    for (const auto& stream : streams) {
        stream->send("bye", {}, "bye");
        stream->close();
    }
    parts_->call(waiters, false);
}

std::size_t Live::listeners() const
{
    const std::lock_guard lock(parts_->mutex);
    std::size_t count = 0;
    for (const auto& [organisation, house] : parts_->houses)
        count += static_cast<std::size_t>(
            std::ranges::count_if(house.subscribers, [](const Subscriber& subscriber) {
                return subscriber.stream->open();
            }));
    return count;
}

void Live::subscribe(std::shared_ptr<EventStream> stream, const Viewer& viewer,
                     std::string last_event_id)
{
    const auto after = Id::parse(last_event_id);
    bool ask = false;
    bool too_late = false;
    {
        const std::lock_guard lock(parts_->mutex);
        too_late = parts_->stopping;
        if (!too_late) {
            auto& house = parts_->houses[viewer.organisation];
            house.subscribers.push_back(
                {.who = Listener(viewer), .stream = stream, .resuming = after.has_value()});
            ask = house.circles_stale && !house.circles_asked;
            house.circles_asked = house.circles_asked || ask;
        }
    }
    if (too_late) {
        stream->close();
        return;
    }
    if (ask) parts_->ask_circles(viewer.organisation);
    if (after)
        parts_->sources.run([parts = parts_, stream, viewer, after = *after] {
            parts->resume(viewer.organisation, stream, viewer, after);
        });
}

void Live::wait(const Viewer& viewer, std::chrono::milliseconds timeout,
                std::function<void(bool heard)> done)
{
    bool ask = false;
    bool too_late = false;
    {
        const std::lock_guard lock(parts_->mutex);
        too_late = parts_->stopping;
        if (!too_late) {
            auto& house = parts_->houses[viewer.organisation];
            house.waiters.push_back({.who = Listener(viewer),
                                     .until = std::chrono::steady_clock::now() + timeout,
                                     .done = std::move(done)});
            ++parts_->waiting;
            ask = house.circles_stale && !house.circles_asked;
            house.circles_asked = house.circles_asked || ask;
        }
    }
    if (too_late) {
        parts_->sources.run([done = std::move(done)] { done(false); });
        return;
    }
    parts_->changed.notify_all();
    if (ask) parts_->ask_circles(viewer.organisation);
}

void Live::cut(Id organisation, Id person, Id session_or_token)
{
    parts_->cut(organisation, person, session_or_token);
}

void Live::heard(std::string_view notice)
{
    if (notice.starts_with("e:")) {
        parts_->heard_event(notice);
    } else if (notice.starts_with("cut:")) {
        parts_->heard_cut(notice);
    } else if (notice.starts_with("to:")) {
        parts_->heard_own(notice);
    } else if (notice.empty()) {
        parts_->heard_loss();
    }
}

void Live::Parts::heard_event(std::string_view notice)
{
    const auto parts = split<7>(notice);
    if (!parts) return;
    const auto organisation = Id::parse((*parts)[1]);
    const auto event = Id::parse((*parts)[2]);
    const auto verb = (*parts)[3];
    const auto thing = Id::parse((*parts)[4]);
    const auto circle = Id::parse((*parts)[5]);
    if (!organisation || !event) return;

    bool ask = false;
    {
        const std::lock_guard lock(mutex);
        const auto found = houses.find(*organisation);
        if (found == houses.end()) return; // nobody listens
        auto& house = found->second;
        if (verb.starts_with("people.circle_")) {
            house.circles_stale = true;
            ask = !house.circles_asked;
            house.circles_asked = true;
        }
        if (thing && circle && (*parts)[6] == "visible") {
            auto& change = house.changes[{*thing, *circle}];
            change.event = std::max(change.event, *event);
            if (std::ranges::find(change.verbs, verb) == change.verbs.end())
                change.verbs.emplace_back(verb);
            if (house.due == Moment::max())
                house.due = std::chrono::steady_clock::now() + settings.together;
        }
    }
    changed.notify_all();
    if (ask) ask_circles(*organisation);
}

void Live::Parts::heard_cut(std::string_view notice)
{
    const auto parts = split<4>(notice);
    if (!parts) return;
    const auto organisation = Id::parse((*parts)[1]);
    const auto person = Id::parse((*parts)[2]);
    const auto session = (*parts)[3] == "0" ? Id{} : Id::parse((*parts)[3]).value_or(Id{});
    if (organisation && person) cut(*organisation, *person, session);
}

void Live::Parts::heard_own(std::string_view notice)
{
    const auto parts = split<4>(notice);
    if (!parts) return;
    const auto organisation = Id::parse((*parts)[1]);
    const auto person = Id::parse((*parts)[2]);
    if (!organisation || !person) return;
    {
        const std::lock_guard lock(mutex);
        const auto found = houses.find(*organisation);
        if (found == houses.end()) return;
        found->second.own_news.emplace(*person, (*parts)[3]);
        if (found->second.due == Moment::max())
            found->second.due = std::chrono::steady_clock::now() + settings.together;
    }
    changed.notify_all();
}

/// Notices were lost: all streams are closed, so that everybody comes back with Last-Event-ID.
void Live::Parts::heard_loss()
{
    std::vector<std::shared_ptr<EventStream>> streams;
    std::vector<Waiter> waiters;
    {
        const std::lock_guard lock(mutex);
        for (auto& [organisation, house] : houses) {
            house.circles_stale = true;
            for (auto& subscriber : house.subscribers)
                streams.push_back(std::move(subscriber.stream));
            house.subscribers.clear();
            std::ranges::move(house.waiters, std::back_inserter(waiters));
            house.waiters.clear();
            house.changes.clear();
            house.own_news.clear();
            house.due = Moment::max();
        }
        waiting = 0;
        std::erase_if(houses, [](const auto& entry) { return entry.second.empty(); });
    }
    for (const auto& stream : streams) stream->close();
    call(waiters, true);
}

void Live::Parts::cut(Id organisation, Id person, Id session_or_token)
{
    std::vector<std::shared_ptr<EventStream>> streams;
    std::vector<Waiter> waiters;
    {
        const std::lock_guard lock(mutex);
        const auto found = houses.find(organisation);
        if (found == houses.end()) return;
        auto& house = found->second;
        std::erase_if(house.subscribers, [&](Subscriber& subscriber) {
            const bool gone = subscriber.who.is_cut(person, session_or_token);
            if (gone) streams.push_back(std::move(subscriber.stream));
            return gone;
        });
        std::erase_if(house.waiters, [&](Waiter& waiter) {
            const bool gone = waiter.who.is_cut(person, session_or_token);
            if (gone) waiters.push_back(std::move(waiter));
            return gone;
        });
        waiting -= waiters.size();
        if (house.empty()) houses.erase(found);
    }
    for (const auto& stream : streams) stream->close();
    call(waiters, true);
}

void Live::Parts::call(std::vector<Waiter>& waiters, bool heard)
{
    for (auto& waiter : waiters)
        sources.run([done = std::move(waiter.done), heard] { done(heard); });
}

void Live::Parts::ask_circles(Id organisation)
{
    sources.run([parts = shared_from_this(), organisation] {
        std::optional<std::vector<Id>> circles;
        try {
            {
                // What changes from here on makes the answer stale again.
                const std::lock_guard lock(parts->mutex);
                const auto found = parts->houses.find(organisation);
                if (found == parts->houses.end()) return;
                found->second.circles_stale = false;
            }
            circles = parts->sources.public_circles(organisation);
        } catch (const std::exception& error) {
            log({.level = LogLevel::warning,
                 .message = "the public circles could not be read",
                 .cause = error.what()});
        }
        parts->circles_known(organisation, std::move(circles));
    });
}

void Live::Parts::circles_known(Id organisation, std::optional<std::vector<Id>> circles)
{
    bool again = false;
    {
        const std::lock_guard lock(mutex);
        const auto found = houses.find(organisation);
        if (found == houses.end()) return;
        auto& house = found->second;
        if (circles) {
            house.public_circles = std::set<Id>(circles->begin(), circles->end());
        } else {
            house.circles_stale = true;
        }
        again = circles && house.circles_stale;
        house.circles_asked = again;
        if (house.empty()) houses.erase(found);
    }
    changed.notify_all();
    if (again) ask_circles(organisation);
}

/// The thread that tells: it sleeps until changes are due, or a waiting request is.
void Live::Parts::run()
{
    auto next_sweep = std::chrono::steady_clock::now() + sweep_every;
    std::unique_lock lock(mutex);
    while (!stopping) {
        auto next = next_sweep;
        const auto now = std::chrono::steady_clock::now();
        std::vector<Delivery> deliveries;
        std::vector<Waiter> woken;
        std::vector<Waiter> late;
        std::vector<Id> to_ask;
        for (auto& [organisation, house] : houses) {
            if (house.due == Moment::max()) continue;
            if (house.due > now) {
                next = std::min(next, house.due);
            } else if (house.circles_asked) {
                continue; // circles_known() wakes us
            } else if (house.circles_stale) {
                house.circles_asked = true;
                house.due = now + look_again;
                to_ask.push_back(organisation);
            } else {
                tell(house, deliveries, woken);
            }
        }
        end_late(now, late);
        if (now >= next_sweep) {
            sweep();
            next_sweep = now + sweep_every;
        }
        // Many requests may wait, each with its own end: they are looked at four times a second.
        if (waiting > 0) next = std::min(next, now + settings.together);

        if (deliveries.empty() && woken.empty() && late.empty() && to_ask.empty()) {
            changed.wait_until(lock, next);
            continue;
        }
        lock.unlock();
        for (const auto organisation : to_ask) ask_circles(organisation);
        for (const auto& delivery : deliveries)
            for (const auto& message : delivery.messages) send(*delivery.stream, *message);
        call(woken, true);
        call(late, false);
        lock.lock();
    }
}

void Live::Parts::tell(House& house, std::vector<Delivery>& deliveries, std::vector<Waiter>& woken)
{
    struct News {
        Id circle;
        Id event;
        std::shared_ptr<const Message> message;
    };
    std::vector<News> news;
    news.reserve(house.changes.size());
    for (const auto& [about, change] : house.changes)
        news.push_back({about.second, change.event,
                        std::make_shared<const Message>(changed_message(about.first, change))});
    std::ranges::sort(news, {}, &News::event);
    std::map<Id, std::vector<std::shared_ptr<const Message>>> own;
    for (const auto& [person, topic] : house.own_news) {
        JsonWriter json;
        json.begin_object().field("topic", topic).end_object();
        own[person].push_back(std::make_shared<const Message>(Message{"for-you", "", json.take()}));
    }
    house.changes.clear();
    house.own_news.clear();
    house.due = Moment::max();

    for (auto& subscriber : house.subscribers) {
        Delivery delivery{subscriber.stream, {}};
        for (const auto& item : news)
            if (house.may_hear(subscriber.who, item.circle))
                delivery.messages.push_back(item.message);
        if (subscriber.who.person)
            if (const auto found = own.find(subscriber.who.person); found != own.end())
                std::ranges::copy(found->second, std::back_inserter(delivery.messages));
        if (delivery.messages.empty()) continue;
        if (subscriber.resuming) {
            for (const auto& message : delivery.messages) subscriber.kept_back.push_back(*message);
        } else {
            deliveries.push_back(std::move(delivery));
        }
    }
    waiting -= std::erase_if(house.waiters, [&](Waiter& waiter) {
        const bool hears =
            own.contains(waiter.who.person) || std::ranges::any_of(news, [&](const News& item) {
                return house.may_hear(waiter.who, item.circle);
            });
        if (hears) woken.push_back(std::move(waiter));
        return hears;
    });
}

void Live::Parts::end_late(Moment now, std::vector<Waiter>& late)
{
    if (waiting == 0) return;
    for (auto& [organisation, house] : houses)
        std::erase_if(house.waiters, [&](Waiter& waiter) {
            const bool over = waiter.until <= now;
            if (over) late.push_back(std::move(waiter));
            return over;
        });
    waiting -= late.size();
}

/// Forgets streams that were closed from the other side, and houses nobody listens to.
void Live::Parts::sweep()
{
    for (auto& [organisation, house] : houses)
        std::erase_if(house.subscribers,
                      [](const Subscriber& subscriber) { return !subscriber.stream->open(); });
    std::erase_if(houses, [](const auto& entry) { return entry.second.empty(); });
}

/// Tells what happened while the listener was away. The last few seconds before her last event come
/// again: events can be committed in another order than their ids have.
void Live::Parts::resume(Id organisation, const std::shared_ptr<EventStream>& stream,
                         const Viewer& viewer, Id after)
{
    const auto overlap =
        std::chrono::duration_cast<std::chrono::milliseconds>(settings.resumed_overlap).count();
    const Id from{std::max<std::int64_t>(1, after.value - (overlap << 22))}; // see Id
    std::set<std::string> told;
    try {
        const auto events = sources.events_since(viewer, from, settings.resumed_max + 1);
        if (events.size() > settings.resumed_max) {
            stream->send("reset", events.back().event.text(), "{}");
        } else {
            for (const auto& event : events) {
                send(*stream, changed_message(event.thing, {event.event, {event.verb}}));
                told.insert(event.event.text());
            }
        }
    } catch (const std::exception& error) {
        log({.level = LogLevel::warning,
             .message = "a stream could not be resumed",
             .cause = error.what()});
        stream->send("reset", "", "{}");
    }
    finish_resume(organisation, stream, told);
}

void Live::Parts::finish_resume(Id organisation, const std::shared_ptr<EventStream>& stream,
                                const std::set<std::string>& told)
{
    while (true) {
        std::vector<Message> kept_back;
        {
            const std::lock_guard lock(mutex);
            const auto house = houses.find(organisation);
            if (house == houses.end()) return;
            const auto found =
                std::ranges::find(house->second.subscribers, stream, &Subscriber::stream);
            if (found == house->second.subscribers.end()) return;
            kept_back.swap(found->kept_back);
            if (kept_back.empty()) {
                found->resuming = false;
                return;
            }
        }
        for (const auto& message : kept_back)
            if (!told.contains(message.id)) send(*stream, message);
    }
}

} // namespace moothall::web
