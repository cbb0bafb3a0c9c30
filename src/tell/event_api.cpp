// The log as programs read it: a list with a cursor, a long poll, a stream.
//
// An event is shown by today's rule of its thing, not by the rule of the day it happened: what was
// hidden or moved since is not told any more.

#include "tell/event_api.hpp"

#include "people/people.hpp"
#include "text/json.hpp"
#include "web/api.hpp"

#include <charconv>

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

struct Told {
    Id event;
    std::string verb;
    Id thing;
    std::string thing_kind;
    Id actor;
    Id circle;
    Time at;
    std::string data;
};

std::vector<Told> list_events(store::Transaction& transaction, const Viewer& viewer, Id after,
                              int limit)
{
    std::vector<Told> events;
    for (const auto& row : transaction.query(store::Sql(R"sql(
             SELECT e.event_id, e.verb, e.thing_id, t.kind, e.actor_id, e.circle_id, e.at_us, e.data
             FROM event e CROSS JOIN thing t
             WHERE e.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = e.thing_id AND e.event_id > ?3
               AND (e.audience = 'circle' OR (e.actor_id = ?2 AND ?2 <> 0)
                    OR (e.audience = 'stewards' AND e.circle_id IN
                        (SELECT m.circle_id FROM membership m
                         WHERE m.org_id = ?1 AND m.person_id = ?2 AND m.role = 'steward')))
               AND )sql") + people::seen + " ORDER BY e.event_id LIMIT ?4",
                                             viewer.organisation, viewer.person, after, limit))
        events.push_back({row.id(0), row.string(1), row.id(2), row.string(3), row.id(4), row.id(5),
                          row.time(6), row.string(7)});
    return events;
}

void write_event(JsonWriter& json, const Told& event)
{
    json.begin_object().field("id", event.event).field("verb", event.verb);
    json.field("thing", event.thing).field("kind", event.thing_kind);
    if (event.actor)
        json.field("actor", event.actor);
    else
        json.null_field("actor");
    json.field("circle", event.circle).field("at", event.at);
    json.key("data").raw(event.data).end_object();
}

Response get_events(const Request& request, Context& context)
{
    const auto after = web::query_id(request, "after");
    if (!after) return context.refuse(after.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    int wait_s = 0;
    if (const auto text = request.query("wait"); !text.empty()) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), wait_s);
        if (error != std::errc{} || end != text.data() + text.size() || wait_s < 0 || wait_s > 25)
            return context.refuse(Refusal::invalid("wait", "One can wait from 0 to 25 seconds."));
    }
    auto events = list_events(context.transaction, context.viewer, *after, *limit + 1);
    if (events.empty() && wait_s > 0) context.hold = std::chrono::seconds{wait_s};
    std::string next;
    if (std::ssize(events) > *limit) {
        events.pop_back();
        next = events.back().event.text();
    }
    return web::list_response(events, next, write_event);
}

Response get_stream(const Request& request, Context& context)
{
    auto last = std::string(request.header("last-event-id"));
    if (last.empty()) last = request.query("after");
    Response response;
    response.stream = [&live = context.hall.live(), viewer = context.viewer,
                       last](std::shared_ptr<web::EventStream> stream) {
        live.subscribe(std::move(stream), viewer, last);
    };
    return response;
}

} // namespace

std::vector<web::HeardEvent> events_since(store::Transaction& transaction, const Viewer& viewer,
                                          Id after, std::size_t limit)
{
    std::vector<web::HeardEvent> heard;
    for (auto& event : list_events(transaction, viewer, after, static_cast<int>(limit)))
        heard.push_back({event.event, std::move(event.verb), event.thing});
    return heard;
}

void mount_event_api(web::Router& router)
{
    router.get("/api/v1/events", get_events);
    router.get("/api/v1/events/stream", get_stream);
}

} // namespace moothall::tell
