#include "organise/api.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"

namespace moothall::organise {

namespace {

using web::Context;
using web::Response;

Response answer(Context& context, const Result<Request>& changed)
{
    if (!changed) return context.refuse(changed.error());
    JsonWriter json;
    write_json(json, *changed);
    return Response::json(json.take());
}

Response post_request(const web::Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto about = web::read_id(*body, "about");
    if (!about) return context.refuse(about.error());
    const auto person = web::read_id(*body, "person");
    if (!person) return context.refuse(person.error());
    const auto topic = web::read_text(*body, "topic");
    if (!topic) return context.refuse(topic.error());
    const auto words = web::read_text(*body, "words");
    if (!words) return context.refuse(words.error());
    const auto due = web::read_text(*body, "due");
    if (!due) return context.refuse(due.error());
    NewRequest wanted{about->value_or(Id{}),
                      person->value_or(Id{}),
                      topic->value_or(""),
                      words->value_or(""),
                      {},
                      context.hall.kept<sense::Engine>()};
    if (*due) {
        wanted.due = parse_date(**due);
        if (!wanted.due)
            return context.refuse(Refusal::invalid("due", "Please give a day, as in 2026-05-31."));
    }
    const auto made =
        make_request(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!made) return context.refuse(made.error());
    JsonWriter json;
    write_json(json, *made);
    return web::created(json.take(), "/api/v1/requests/" + made->id.text());
}

Response post_take(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context,
                  take_request(context.transaction, context.ids, context.now, context.viewer, *id));
}

Response post_pass_on(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto person = web::read_id(*body, "person");
    if (!person) return context.refuse(person.error());
    const auto why = web::read_text(*body, "why");
    if (!why) return context.refuse(why.error());
    return answer(context,
                  pass_on_request(context.transaction, context.ids, context.now, context.viewer,
                                  *id, person->value_or(Id{}), why->value_or("")));
}

Response post_request_decline(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto why = web::read_text(*body, "why");
    if (!why) return context.refuse(why.error());
    return answer(context, decline_request(context.transaction, context.ids, context.now,
                                           context.viewer, *id, why->value_or("")));
}

struct RequestWords {
    std::string text;
    hear::Rendered rendered;
};

Result<web::Prepared> prepare_answer(const web::Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto text = web::read_text(*body, "words");
    if (!text) return text.error();
    RequestWords words{text->value_or(""), {}};
    auto rendered = hear::render_body({}, words.text);
    if (!rendered) return rendered.error();
    words.rendered = *std::move(rendered);
    return web::Prepared::of(std::move(words));
}

Response post_answer(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& words = std::any_cast<const RequestWords&>(context.prepared);
    return answer(context, answer_request(context.transaction, context.ids, context.now,
                                          context.viewer, *id, words.text, words.rendered));
}

Response get_requests(const web::Request& request, Context& context)
{
    RequestQuery query;
    const auto box = box_of(request.query("box"));
    if (!box)
        return context.refuse(Refusal::invalid("box", "The box is all, of_me, by_me or circles."));
    query.box = *box;
    if (const auto state = request.query("state"); !state.empty()) {
        query.state = request_state_of(state);
        if (!query.state)
            return context.refuse(
                Refusal::invalid("state", "A request is open, taken, answered or declined."));
    }
    const auto about = web::query_id(request, "about");
    if (!about) return context.refuse(about.error());
    query.about = *about;
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    query.limit = *limit;
    query.after = request.query("after");
    const auto page = list_requests(context.transaction, query, context.viewer);
    if (!page) return context.refuse(page.error());
    return web::list_response(page->requests, page->next,
                              [](JsonWriter& json, const Request& one) { write_json(json, one); });
}

Response get_request(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, find_request(context.transaction, *id, context.viewer));
}

} // namespace

void write_json(JsonWriter& json, const Request& request)
{
    json.begin_object().field("id", request.id).field("about", request.about);
    json.field("about_kind", request.about_kind).field("about_title", request.about_title);
    write_someone(json, "asked_by", request.asker);
    write_someone(json, "person", request.person);
    json.field("topic", request.topic).field("words", request.words);
    json.field("due", request.due).field("state", to_text(request.state));
    json.field("why", request.why).field("asked_at", request.asked);
    json.field("taken_at", request.taken).field("ended_at", request.ended);
    if (request.answer)
        json.field("answer", request.answer);
    else
        json.null_field("answer");
    json.field("url", request.path()).field("created_at", request.created).end_object();
}

void mount_request_api(web::Router& router)
{
    router.get("/api/v1/requests", get_requests);
    router.post("/api/v1/requests", post_request).act = web::Act::reply;
    router.get("/api/v1/requests/:id", get_request);
    router.post("/api/v1/requests/:id/take", post_take);
    router.post("/api/v1/requests/:id/pass-on", post_pass_on);
    router.post("/api/v1/requests/:id/decline", post_request_decline);
    auto& answer = router.post("/api/v1/requests/:id/answer", post_answer);
    answer.prepare = prepare_answer;
    answer.act = web::Act::reply;
}

} // namespace moothall::organise
