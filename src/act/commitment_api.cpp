#include "act/api.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

namespace moothall::act {

namespace {

using web::Context;
using web::Request;
using web::Response;

void write_id(JsonWriter& json, std::string_view name, Id id)
{
    if (id)
        json.field(name, id);
    else
        json.null_field(name);
}

std::string to_json(const Commitment& commitment)
{
    JsonWriter json(1024);
    write_json(json, commitment);
    return json.take();
}

Result<std::optional<Date>> read_date(const Json& object, std::string_view field)
{
    const auto text = web::read_text(object, field);
    if (!text) return text.error();
    if (!*text) return std::optional<Date>{};
    const auto date = parse_date(**text);
    if (!date) return Refusal::invalid(std::string(field), "Please give a day, as in 2026-05-31.");
    return date;
}

Response post_commitment(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto what = web::read_text(*body, "what");
    if (!what) return context.refuse(what.error());
    const auto to = web::read_id(*body, "to");
    if (!to) return context.refuse(to.error());
    const auto due = read_date(*body, "due");
    if (!due) return context.refuse(due.error());
    const auto voice = web::read_id(*body, "voice");
    if (!voice) return context.refuse(voice.error());
    const auto decision = web::read_id(*body, "decision");
    if (!decision) return context.refuse(decision.error());
    const auto asked_by = web::read_id(*body, "request");
    if (!asked_by) return context.refuse(asked_by.error());
    NewCommitment wanted;
    wanted.what = what->value_or("");
    wanted.to = to->value_or(Id{});
    wanted.due = due->value_or(Date{});
    wanted.voice = voice->value_or(Id{});
    wanted.decision = decision->value_or(Id{});
    wanted.request = asked_by->value_or(Id{});
    const auto made =
        make_commitment(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!made) return context.refuse(made.error());
    return web::created(to_json(*made), "/api/v1/commitments/" + made->id.text());
}

/// What ends or moves a promise has one shape: {why, due?}.
struct Change {
    Id id;
    std::string why;
    std::optional<Date> due;
};
Result<Change> read_change(const Request& request)
{
    const auto id = web::path_id(request);
    if (!id) return id.error();
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto why = web::read_text(*body, "why");
    if (!why) return why.error();
    const auto due = read_date(*body, "due");
    if (!due) return due.error();
    return Change{*id, why->value_or(""), *due};
}

Response answer(Context& context, const Result<Commitment>& changed)
{
    if (!changed) return context.refuse(changed.error());
    return Response::json(to_json(*changed));
}

Response post_keep(const Request& request, Context& context)
{
    const auto change = read_change(request);
    if (!change) return context.refuse(change.error());
    return answer(context, keep_commitment(context.transaction, context.ids, context.now,
                                           context.viewer, change->id, change->why));
}

Response post_break(const Request& request, Context& context)
{
    const auto change = read_change(request);
    if (!change) return context.refuse(change.error());
    return answer(context, break_commitment(context.transaction, context.ids, context.now,
                                            context.viewer, change->id, change->why));
}

Response post_withdraw(const Request& request, Context& context)
{
    const auto change = read_change(request);
    if (!change) return context.refuse(change.error());
    return answer(context, withdraw_commitment(context.transaction, context.ids, context.now,
                                               context.viewer, change->id, change->why));
}

Response post_move(const Request& request, Context& context)
{
    const auto change = read_change(request);
    if (!change) return context.refuse(change.error());
    return answer(context,
                  move_commitment(context.transaction, context.ids, context.now, context.viewer,
                                  change->id, change->due.value_or(Date{}), change->why));
}

Response get_commitments(const Request& request, Context& context)
{
    CommitmentQuery query;
    if (const auto state = request.query("state"); state == "running") {
        query.running = true;
    } else if (!state.empty()) {
        query.state = commitment_state_of(state);
        if (!query.state)
            return context.refuse(Refusal::invalid(
                "state", "A promise is open, moved, kept, broken or withdrawn; or running."));
    }
    const auto overdue = request.query("overdue");
    if (!overdue.empty() && overdue != "true" && overdue != "false")
        return context.refuse(Refusal::invalid("overdue", "Overdue is true or false."));
    query.overdue = overdue == "true";
    for (const auto& [name, field] : {std::pair{"person", &query.person},
                                      {"to", &query.to},
                                      {"circle", &query.circle},
                                      {"voice", &query.voice},
                                      {"decision", &query.decision},
                                      {"theme", &query.theme}}) {
        const auto id = web::query_id(request, name);
        if (!id) return context.refuse(id.error());
        *field = *id;
    }
    if (const auto month = request.query("month"); !month.empty()) {
        query.month = parse_date(std::string(month) + "-01");
        if (!query.month)
            return context.refuse(Refusal::invalid("month", "Please give a month, as in 2026-05."));
    }
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    query.limit = *limit;
    query.after = request.query("after");
    const auto page = list_commitments(context.transaction, context.now, query, context.viewer);
    if (!page) return context.refuse(page.error());
    return web::list_response(
        page->commitments, page->next,
        [](JsonWriter& json, const Commitment& commitment) { write_json(json, commitment); });
}

Response get_commitment(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, find_commitment(context.transaction, context.now, *id, context.viewer));
}

Response get_kept_rates(const Request&, Context& context)
{
    return web::list_response(
        list_kept_rates(context.transaction, context.viewer), {},
        [](JsonWriter& json, const KeptRate& rate) {
            json.begin_object().field("circle", rate.circle).field("circle_name", rate.name);
            json.field("running", rate.running).field("overdue", rate.overdue);
            json.field("moved_late", rate.moved_late);
            json.field("kept", rate.kept).field("broken", rate.broken);
            json.field("withdrawn", rate.withdrawn).field("given_up", rate.given_up);
            json.field("kept_rate", rate.share());
            // Written down when their day was over: in the lists, and in no rate.
            json.field("apart", rate.apart.all());
            json.end_object();
        });
}

Response get_kept_months(const Request& request, Context& context)
{
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    return web::list_response(list_kept_months(context.transaction, context.viewer, *circle), {},
                              [](JsonWriter& json, const KeptMonth& month) {
                                  json.begin_object().field("month", month.month);
                                  json.field("kept", month.kept);
                                  json.field("not_kept", month.not_kept);
                                  json.field("kept_rate", month.share()).end_object();
                              });
}

} // namespace

void write_json(JsonWriter& json, const Commitment& commitment)
{
    json.begin_object().field("id", commitment.id).field("what", commitment.what);
    write_someone(json, "by", commitment.by);
    json.field("to", commitment.to).field("to_name", commitment.to_name);
    json.field("to_kind", commitment.to_circle ? "circle" : "person");
    json.field("due", commitment.due).field("state", to_text(commitment.state));
    json.field("overdue", commitment.overdue).field("why", commitment.why);
    write_id(json, "voice", commitment.voice);
    write_id(json, "decision", commitment.decision);
    write_id(json, "request", commitment.request);
    json.field("circle", commitment.circle).field("circle_name", commitment.circle_name);
    json.field("open_callouts", commitment.open_callouts);
    json.key("moves").begin_array();
    for (const auto& move : commitment.moves) {
        json.begin_object().field("from", move.from).field("to", move.to);
        json.field("why", move.why).field("at", move.at).end_object();
    }
    json.end_array();
    write_someone(json, "settled_by", commitment.settled_by);
    json.field("days_late", commitment.days_late()).field("counted", commitment.counted);
    json.field("settled_at", commitment.settled).field("url", commitment.path());
    json.field("created_at", commitment.created).field("changed_at", commitment.changed);
    json.end_object();
}

void mount_commitment_api(web::Router& router)
{
    router.get("/api/v1/commitments", get_commitments);
    router.post("/api/v1/commitments", post_commitment).act = web::Act::voice;
    router.get("/api/v1/commitments/kept-rates", get_kept_rates);
    router.get("/api/v1/commitments/kept-months", get_kept_months);
    router.get("/api/v1/commitments/:id", get_commitment);
    router.post("/api/v1/commitments/:id/keep", post_keep);
    router.post("/api/v1/commitments/:id/break", post_break);
    router.post("/api/v1/commitments/:id/withdraw", post_withdraw);
    router.post("/api/v1/commitments/:id/move", post_move);
}

} // namespace moothall::act
