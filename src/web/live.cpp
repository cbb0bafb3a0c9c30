// Who comes and goes, and the notices of the database. What is told when: live_tell.cpp.

#include "web/live_parts.hpp"

#include <array>

namespace moothall::web {

using live::Listener;
using live::Moment;
using live::Subscriber;
using live::Waiter;

namespace {

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

void Live::subscribe(const std::shared_ptr<EventStream>& stream, const Viewer& viewer,
                     std::string_view last_event_id)
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
    std::unique_lock lock(parts_->mutex);
    if (parts_->stopping) {
        lock.unlock();
        parts_->sources.run([done = std::move(done)] { done(false); });
        return;
    }
    auto& house = parts_->houses[viewer.organisation];
    house.waiters.push_back({.who = Listener(viewer),
                             .until = std::chrono::steady_clock::now() + timeout,
                             .done = std::move(done)});
    ++parts_->waiting;
    const bool ask = house.circles_stale && !house.circles_asked;
    house.circles_asked = house.circles_asked || ask;
    lock.unlock();
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

} // namespace moothall::web
