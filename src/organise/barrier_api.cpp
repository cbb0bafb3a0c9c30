#include "organise/api.hpp"
#include "organise/barrier.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

namespace moothall::organise {

namespace {

using web::Context;
using web::Response;

void write_json(JsonWriter& json, const Barrier& barrier)
{
    json.begin_object().field("id", barrier.id).field("what", barrier.what);
    json.field("kind", to_text(barrier.kind)).field("words", barrier.words);
    json.field("who", barrier.who).field("page", barrier.page);
    json.field("state", to_text(barrier.state)).field("remedy", barrier.remedy);
    json.field("due", std::optional(barrier.due)).field("overdue", barrier.overdue);
    write_someone(json, "reported_by", barrier.author);
    write_someone(json, "answered_by", barrier.answered_by);
    json.field("answered_at", barrier.answered).field("url", barrier.path());
    json.field("created_at", barrier.created).end_object();
}

std::string to_json(const Barrier& barrier)
{
    JsonWriter json;
    write_json(json, barrier);
    return json.take();
}

Refusal no_such_kind()
{
    return Refusal::invalid("kind", "What stands in the way is the connection, device, senses, "
                                    "language, permission or other.");
}
Refusal no_such_state()
{
    return Refusal::invalid("state", "A barrier is open, planned, removed, or stays.");
}

Response post_barrier_api(const web::Request& request, Context& context)
{
    // Without an account it is said on the page, whose form shows that a person fills it in.
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    NewBarrier wanted;
    for (const auto& [field, value] :
         {std::pair("what", &wanted.what), std::pair("words", &wanted.words),
          std::pair("who", &wanted.who), std::pair("page", &wanted.page)}) {
        const auto text = web::read_text(*body, field);
        if (!text) return context.refuse(text.error());
        *value = text->value_or("");
    }
    const auto kind = web::read_text(*body, "kind");
    if (!kind) return context.refuse(kind.error());
    const auto known = barrier_kind_of(kind->value_or("other"));
    if (!known) return context.refuse(no_such_kind());
    wanted.kind = *known;
    const auto reported =
        report_barrier(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!reported) return context.refuse(reported.error());
    return web::created(to_json(*reported), "/api/v1/barriers/" + reported->id.text());
}

Response get_barriers_api(const web::Request& request, Context& context)
{
    BarrierQuery query;
    if (const auto state = request.query("state"); !state.empty()) {
        query.state = barrier_state_of(state);
        if (!query.state) return context.refuse(no_such_state());
    }
    if (const auto kind = request.query("kind"); !kind.empty()) {
        query.kind = barrier_kind_of(kind);
        if (!query.kind) return context.refuse(no_such_kind());
    }
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    query.limit = *limit;
    query.after = request.query("after");
    const auto page = list_barriers(context.transaction, query, context.viewer);
    if (!page) return context.refuse(page.error());
    return web::list_response(page->barriers, page->next,
                              [](JsonWriter& json, const Barrier& one) { write_json(json, one); });
}

Response get_barrier_api(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto barrier = find_barrier(context.transaction, *id, context.viewer);
    if (!barrier) return context.refuse(barrier.error());
    return Response::json(to_json(*barrier));
}

Response post_barrier_answer_api(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    BarrierAnswer answer;
    const auto state = web::read_text(*body, "state");
    if (!state) return context.refuse(state.error());
    const auto remedy = web::read_text(*body, "remedy");
    if (!remedy) return context.refuse(remedy.error());
    const auto who = web::read_text(*body, "who");
    if (!who) return context.refuse(who.error());
    const auto kind = web::read_text(*body, "kind");
    if (!kind) return context.refuse(kind.error());
    const auto due = web::read_text(*body, "due");
    if (!due) return context.refuse(due.error());
    const auto known = barrier_state_of(state->value_or("open"));
    if (!known) return context.refuse(no_such_state());
    answer.state = *known;
    answer.remedy = remedy->value_or("");
    answer.who = *who;
    if (*kind) {
        answer.kind = barrier_kind_of(**kind);
        if (!answer.kind) return context.refuse(no_such_kind());
    }
    if (*due) answer.due = parse_date(**due);
    const auto answered =
        answer_barrier(context.transaction, context.ids, context.now, context.viewer, *id, answer);
    if (!answered) return context.refuse(answered.error());
    return Response::json(to_json(*answered));
}

} // namespace

void mount_barrier_api(web::Router& router)
{
    router.get("/api/v1/barriers", get_barriers_api);
    router.post("/api/v1/barriers", post_barrier_api).act = web::Act::report;
    router.get("/api/v1/barriers/:id", get_barrier_api);
    router.post("/api/v1/barriers/:id/answer", post_barrier_answer_api);
}

} // namespace moothall::organise
