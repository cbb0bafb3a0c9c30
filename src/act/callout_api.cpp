#include "act/api.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

namespace moothall::act {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// Words of a call-out or its answer, rendered before the transaction.
struct Said {
    NewCallout callout;
    hear::Rendered rendered;
};

Result<Said> read_words(const Json& body, Id about)
{
    const auto title = web::read_text(body, "title");
    if (!title) return title.error();
    const auto text = web::read_text(body, "body");
    if (!text) return text.error();
    Said said;
    said.callout = {about, title->value_or(""), text->value_or("")};
    auto rendered = hear::render_body(said.callout.title, said.callout.body);
    if (!rendered) return rendered.error();
    said.rendered = *std::move(rendered);
    return said;
}

Result<web::Prepared> prepare_words(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto about = web::read_id(*body, "about");
    if (!about) return about.error();
    auto said = read_words(*body, about->value_or(Id{}));
    if (!said) return said.error();
    return web::Prepared::of(*std::move(said));
}

Response open(Context& context, const NewCallout& wanted, const hear::Rendered& rendered)
{
    const auto opened = open_callout(context.transaction, context.ids, context.now, context.viewer,
                                     wanted, rendered);
    if (!opened) return context.refuse(opened.error());
    JsonWriter json;
    write_json(json, *opened);
    return web::created(json.take(), "/api/v1/callouts/" + opened->id.text());
}

Response answer(Context& context, const Result<Callout>& changed)
{
    if (!changed) return context.refuse(changed.error());
    JsonWriter json;
    write_json(json, *changed);
    return Response::json(json.take());
}

Response post_callout(const Request&, Context& context)
{
    const auto& said = std::any_cast<const Said&>(context.prepared);
    return open(context, said.callout, said.rendered);
}

Response post_answer(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& said = std::any_cast<const Said&>(context.prepared);
    return answer(context, answer_callout(context.transaction, context.ids, context.now,
                                          context.viewer, *id, said.callout.body, said.rendered));
}

Response post_close(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto why = web::read_text(*body, "why");
    if (!why) return context.refuse(why.error());
    return answer(context, close_callout(context.transaction, context.ids, context.now,
                                         context.viewer, *id, why->value_or("")));
}

Response get_callout(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, find_callout(context.transaction, *id, context.viewer));
}

Response get_callouts(const Request& request, Context& context)
{
    const auto about = web::query_id(request, "about");
    if (!about) return context.refuse(about.error());
    std::vector<Callout> callouts;
    if (*about) {
        if (const auto seen = people::find_seen(context.transaction, *about, context.viewer); !seen)
            return context.refuse(seen.error());
        callouts = list_callouts(context.transaction, *about, context.viewer);
    } else {
        callouts = list_callouts_to_answer(context.transaction, context.viewer);
    }
    return web::list_response(
        callouts, {}, [](JsonWriter& json, const Callout& callout) { write_json(json, callout); });
}

} // namespace

Result<web::Prepared> prepare_callout(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    auto said = read_words(*body, Id{});
    if (!said) return said.error();
    return web::Prepared::of(*std::move(said));
}

Response open_prepared_callout(Context& context, Id about)
{
    const auto& said = std::any_cast<const Said&>(context.prepared);
    return open(context, {about, said.callout.title, said.callout.body}, said.rendered);
}

void write_json(JsonWriter& json, const Callout& callout)
{
    json.begin_object().field("id", callout.id).field("title", callout.title);
    json.field("about", callout.about).field("state", to_text(callout.state));
    write_someone(json, "raised_by", callout.raiser);
    write_someone(json, "called", callout.called);
    json.field("opened_at", callout.opened).field("answered_at", callout.answered);
    if (callout.answer)
        json.field("answer", callout.answer);
    else
        json.null_field("answer");
    json.field("closed_at", callout.closed);
    write_someone(json, "closed_by", callout.closed_by);
    json.field("why", callout.why).field("url", callout.path).end_object();
}

void mount_callout_api(web::Router& router)
{
    router.get("/api/v1/callouts", get_callouts);
    auto& open = router.post("/api/v1/callouts", post_callout);
    open.prepare = prepare_words;
    open.act = web::Act::voice;
    router.get("/api/v1/callouts/:id", get_callout);
    auto& answer = router.post("/api/v1/callouts/:id/answer", post_answer);
    answer.prepare = prepare_words;
    answer.act = web::Act::reply;
    router.post("/api/v1/callouts/:id/close", post_close);
}

} // namespace moothall::act
