#include "decide/api.hpp"

#include "decide/decide.hpp"
#include "decide/delegation.hpp"
#include "decide/proposal.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response get_decisions(const Request& request, Context& context)
{
    DecisionQuery query;
    if (const auto state = request.query("state"); !state.empty()) {
        query.state = decision_state_of(state);
        if (!query.state)
            return context.refuse(Refusal::invalid(
                "state", "The state is proposed, voting, closed, reviewed or withdrawn."));
    }
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    query.circle = *circle;
    for (const auto* field : {"voice", "theme"}) {
        const auto about = web::query_id(request, field);
        if (!about) return context.refuse(about.error());
        if (!*about) continue;
        // What one may not see is not behind any decision either.
        if (const auto seen = people::find_seen(context.transaction, *about, context.viewer); !seen)
            return web::list_response(std::vector<Decision>{}, {},
                                      [](JsonWriter&, const Decision&) {});
        query.about = *about;
    }
    if (const auto method = request.query("method"); !method.empty()) {
        query.method = method_of(method);
        if (!query.method)
            return context.refuse(Refusal::invalid("method", "There is no such way of deciding."));
    }
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    query.limit = *limit;
    query.after = request.query("after");
    const auto list = list_decisions(context.transaction, query, context.viewer);
    if (!list) return context.refuse(list.error());
    return web::list_response(
        list->decisions, list->next,
        [](JsonWriter& json, const Decision& decision) { write_json(json, decision); });
}

Response get_decision(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    return Response::json(to_json(*decision));
}

Response post_open(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision =
        open_voting(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!decision) return context.refuse(decision.error());
    return Response::json(to_json(*decision));
}

/// A change that is told with a public reason.
using ReasonedChange = Result<Decision> (*)(store::Transaction&, IdSource&, Time, const Viewer&, Id,
                                            std::string_view reason);

Response change_with_reason(const Request& request, Context& context, ReasonedChange change)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    const auto decision = change(context.transaction, context.ids, context.now, context.viewer, *id,
                                 reason->value_or(""));
    if (!decision) return context.refuse(decision.error());
    return Response::json(to_json(*decision));
}

Response post_decision_close(const Request& request, Context& context)
{
    return change_with_reason(request, context, close_voting);
}

Response post_withdraw(const Request& request, Context& context)
{
    return change_with_reason(request, context, withdraw);
}

Response post_review(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto result = web::read_text(*body, "result");
    if (!result) return context.refuse(result.error());
    // A measured value is a number as often as a text.
    std::string value;
    if (const auto number = body->find("value"); number.integer()) {
        value = std::to_string(*number.integer());
    } else if (number.number()) {
        value = JsonWriter().value(*number.number()).take();
    } else {
        const auto text = web::read_text(*body, "value");
        if (!text) return context.refuse(text.error());
        value = text->value_or("");
    }
    const auto words = web::read_text(*body, "words");
    if (!words) return context.refuse(words.error());
    const auto decision = review(context.transaction, context.ids, context.now, context.viewer, *id,
                                 result->value_or(""), value, words->value_or(""));
    if (!decision) return context.refuse(decision.error());
    return Response::json(to_json(*decision));
}

std::string receipt_json(Id decision, const std::vector<std::string>& ballots)
{
    JsonWriter json;
    json.begin_object().field("decision", decision).key("ballots").begin_array();
    for (const auto& ballot : ballots) {
        json.begin_object().field("ballot", ballot);
        json.field("leaf", receipts::to_hex(receipts::leaf_hash(ballot))).end_object();
    }
    return json.end_array().end_object().take();
}

Response put_decision_vote(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    // Who may not vote hears that before she hears what is wrong with her ballot.
    const auto standing = find_standing(context.transaction, *decision, context.viewer);
    auto choice = read_choice(decision->rules, *body);
    if (!choice && decision->state == DecisionState::voting && !standing.electorates.empty())
        return context.refuse(choice.error());
    const auto receipt = cast_vote(context.transaction, context.ids, context.now, context.viewer,
                                   *id, choice ? *choice : Choice{}, reason->value_or(""));
    if (!receipt) return context.refuse(receipt.error());
    const auto after = find_decision(context.transaction, *id, context.viewer);
    if (!after) return context.refuse(after.error());
    JsonWriter json;
    json.begin_object().field("decision", *id).field("voters", after->voters);
    json.key("receipt").raw(receipt_json(*id, receipt->ballots)).end_object();
    return Response::json(json.take());
}

/// Who votes for the viewer, and how; and how many handed her theirs.
void write_handed(JsonWriter& json, const Decision& decision, bool has_not_voted, Context& context)
{
    auto& transaction = context.transaction;
    const auto handed = has_not_voted
                            ? find_handed_vote(transaction, decision, context.viewer, context.now)
                            : std::nullopt;
    json.key("voted_for_you_by");
    if (handed) {
        json.begin_object().field("id", handed->delegate.id).field("name", handed->delegate.name);
        json.key("vote");
        if (handed->choice) {
            json.begin_object();
            write_choice(json, decision.rules, *handed->choice);
            json.end_object();
        } else {
            json.value(nullptr);
        }
        json.end_object();
    } else {
        json.value(nullptr);
    }
    json.field("you_vote_for", count_handed_to(transaction, decision, context.viewer, context.now));
}

/// The viewer's own vote, until the close.
Response get_vote(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto standing = find_standing(context.transaction, *decision, context.viewer);
    JsonWriter json;
    json.begin_object().field("decision", *id).key("electorates").begin_array();
    for (const auto electorate : standing.electorates)
        json.value(decision->electorates[electorate].circle);
    json.end_array().key("vote");
    if (standing.choice) {
        json.begin_object();
        write_choice(json, decision->rules, *standing.choice);
        if (!standing.reason.empty()) json.field("reason", standing.reason);
        json.end_object();
    } else {
        json.value(nullptr);
    }
    json.key("receipt").raw(standing.ballots.empty() ? "null"
                                                     : receipt_json(*id, standing.ballots));
    write_handed(json, *decision, !standing.choice, context);
    return Response::json(json.end_object().take());
}

Response get_objections(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto objections = list_objections(context.transaction, *decision, context.viewer);
    return web::list_response(objections, {}, [](JsonWriter& json, const Objection& objection) {
        json.begin_object().key("person").begin_object().field("id", objection.person.id);
        json.field("name", objection.person.name).end_object();
        json.field("reason", objection.reason).field("raised_at", objection.raised).end_object();
    });
}

Response get_ballots(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto box = find_box(context.transaction, *id, context.viewer);
    if (!box) return context.refuse(box.error());
    return Response::json(to_json(*box));
}

Response get_proof(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto inclusion =
        find_inclusion(context.transaction, *id, context.viewer, request.path("leaf"));
    if (!inclusion) return context.refuse(inclusion.error());
    return Response::json(receipts::to_json(inclusion->receipt, inclusion->ballot));
}

Response put_roll(const Request& request, Context& context, RollChange change)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto circle = web::path_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto person = web::path_id(request, "person");
    if (!person) return context.refuse(person.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    const auto changed =
        change_roll(context.transaction, context.ids, context.now, context.viewer, *id, *circle,
                    *person, change, reason->value_or(std::string(request.query("reason"))));
    if (!changed) return context.refuse(changed.error());
    return get_decision(request, context);
}

Response put_on_roll(const Request& request, Context& context)
{
    return put_roll(request, context, RollChange::add);
}

Response delete_from_roll(const Request& request, Context& context)
{
    return put_roll(request, context, RollChange::strike);
}

void write_argument(JsonWriter& json, const Argument& argument)
{
    const auto& reply = argument.reply;
    json.begin_object().field("id", reply.id).field("decision", reply.subject);
    if (argument.side == Side::none)
        json.null_field("side");
    else
        json.field("side", to_text(argument.side));
    json.field("body", reply.body).key("author");
    if (reply.author.id)
        json.begin_object()
            .field("id", reply.author.id)
            .field("name", reply.author.name)
            .end_object();
    else
        json.value(nullptr);
    if (reply.parent)
        json.field("parent", reply.parent);
    else
        json.null_field("parent");
    json.field("state", record::to_text(reply.state));
    json.field("created_at", reply.created).field("changed_at", reply.changed).end_object();
}

Response get_arguments(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto seen = find_decision(context.transaction, *id, context.viewer); !seen)
        return context.refuse(seen.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto list =
        list_arguments(context.transaction, *id, context.viewer, request.query("after"), *limit);
    if (!list) return context.refuse(list.error());
    return web::list_response(list->arguments, list->next, write_argument);
}

struct Said {
    hear::NewReply reply;
    hear::Rendered rendered;
    Side side = Side::none;
};

Result<web::Prepared> prepare_argument(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto text = web::read_text(*body, "body");
    if (!text) return text.error();
    const auto parent = web::read_id(*body, "parent");
    if (!parent) return parent.error();
    const auto side = web::read_text(*body, "side");
    if (!side) return side.error();
    Said said;
    said.reply.body = text->value_or("");
    said.reply.parent = parent->value_or(Id{});
    const auto known = side_of(side->value_or(""));
    if (!known) return Refusal::invalid("side", "An argument is for or against, or neither.");
    said.side = *known;
    auto rendered = hear::render_body({}, said.reply.body);
    if (!rendered) return rendered.error();
    said.rendered = *std::move(rendered);
    return web::Prepared::of(std::move(said));
}

Response post_argument(const Request& request, Context& context)
{
    const auto& said = std::any_cast<const Said&>(context.prepared);
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto argument = argue(context.transaction, context.ids, context.now, context.viewer, *id,
                                said.reply, said.rendered, said.side);
    if (!argument) return context.refuse(argument.error());
    JsonWriter json;
    write_argument(json, *argument);
    return web::created(json.take(), "/api/v1/replies/" + argument->reply.id.text());
}

} // namespace

void mount_decision_api(web::Router& router)
{
    mount_proposal_api(router);
    router.get("/api/v1/decisions", get_decisions);
    router.get("/api/v1/decisions/:id", get_decision);
    router.post("/api/v1/decisions/:id/open", post_open);
    router.put("/api/v1/decisions/:id/vote", put_decision_vote);
    router.get("/api/v1/decisions/:id/vote", get_vote);
    router.get("/api/v1/decisions/:id/objections", get_objections);
    router.post("/api/v1/decisions/:id/close", post_decision_close);
    router.post("/api/v1/decisions/:id/withdraw", post_withdraw);
    router.post("/api/v1/decisions/:id/review", post_review);
    router.get("/api/v1/decisions/:id/ballots", get_ballots).slow = true;
    router.get("/api/v1/decisions/:id/ballots/:leaf", get_proof).slow = true;
    router.put("/api/v1/decisions/:id/roll/:circle/:person", put_on_roll);
    router.del("/api/v1/decisions/:id/roll/:circle/:person", delete_from_roll);
    // An argument is a reply with a side: both words lead there.
    router.get("/api/v1/decisions/:id/arguments", get_arguments);
    router.get("/api/v1/decisions/:id/replies", get_arguments);
    for (auto* route : {&router.post("/api/v1/decisions/:id/arguments", post_argument),
                        &router.post("/api/v1/decisions/:id/replies", post_argument)}) {
        route->prepare = prepare_argument;
        route->act = web::Act::reply;
    }
}

} // namespace moothall::decide
