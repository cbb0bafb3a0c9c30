// Streams that come back with the id of the last event they heard.

#include "web/live_parts.hpp"
#include "web/log.hpp"

namespace moothall::web {

using live::changed_message;
using live::Message;
using live::Subscriber;

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
