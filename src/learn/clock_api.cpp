#include "learn/pages.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "web/api.hpp"

namespace moothall::learn {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::optional<ClockLens> lens_of(std::string_view text)
{
    if (text.empty() || text == "all") return ClockLens::all;
    if (text == "circle") return ClockLens::circle;
    if (text == "kind") return ClockLens::kind;
    if (text == "theme") return ClockLens::theme;
    if (text == "month") return ClockLens::month;
    return {};
}

Response get_clock(const Request& request, Context& context)
{
    const auto lens = lens_of(request.query("by"));
    if (!lens)
        return context.refuse(
            Refusal::invalid("by", "The clock is read by all, circle, kind, theme or month."));
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    if (*circle)
        if (const auto seen = people::find_seen(context.transaction, *circle, context.viewer);
            !seen)
            return context.refuse(seen.error());
    const auto heard = read_heard_rate(context.transaction, context.viewer, *circle);
    JsonWriter json(4096);
    json.begin_object().key("heard").begin_object().field("people", heard.people);
    json.field("answered", heard.answered).field("outcomes", heard.outcomes).end_object();
    json.key("items").begin_array();
    for (const auto& line : read_clock(context.transaction, context.viewer, *lens, *circle)) {
        json.begin_object().field("entry", line.entry).field("name", line.name);
        for (const auto step : steps) {
            const auto& spans = line.spans[static_cast<std::size_t>(step)];
            json.key(to_text(step)).begin_object().field("voices", spans.voices);
            json.field("median_seconds", spans.median.count());
            json.field("ninth_seconds", spans.ninth.count()).end_object();
        }
        json.end_object();
    }
    json.end_array().null_field("next").end_object();
    return Response::json(json.take());
}

} // namespace

void mount_clock_api(web::Router& router)
{
    router.get("/api/v1/clock", get_clock);
}

} // namespace moothall::learn
