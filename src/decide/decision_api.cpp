#include "decide/api.hpp"

#include "decide/budget_api.hpp"

#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

#include <cmath>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string to_json(const Decision& decision)
{
    JsonWriter json(2048);
    write_json(json, decision);
    return json.take();
}

/// A share as a number between 0 and 1, or as a text: "2/3", "60%".
Result<Share> read_share(const Json& value, Share otherwise, const char* field)
{
    auto share = std::optional(otherwise);
    if (const auto text = value.string()) {
        share = parse_share(*text);
    } else if (const auto number = value.number()) {
        // Six places are more than anybody means by 0.666667.
        constexpr double places = 1e6;
        if (*number < 0 || *number > 1)
            share.reset();
        else
            share = parse_share(std::to_string(std::llround(*number * places)) + "/1000000");
    } else if (value && value.kind() != Json::Kind::null) {
        share.reset();
    }
    if (!share)
        return Refusal::invalid(field,
                                "A share is a number from 0 to 1, or a text such as \"2/3\".");
    return *share;
}

Result<std::vector<WantedElectorate>> read_electorates(const Json& list)
{
    std::vector<WantedElectorate> electorates;
    if (list.kind() != Json::Kind::array || list.size() > electorates_max)
        return Refusal::invalid("electorates", "Say who votes: a list of one to six circles.");
    for (std::size_t at = 0; at < list.size(); ++at) {
        const auto one = list.at(at);
        const auto circle = web::read_id(one, "circle");
        if (!circle || !*circle)
            return Refusal::invalid("electorates", "Each electorate names its circle.");
        const auto threshold = read_share(one.find("threshold"), Share{1, 2}, "electorates");
        if (!threshold) return threshold.error();
        const auto quorum = read_share(one.find("quorum"), Share{0, 1}, "electorates");
        if (!quorum) return quorum.error();
        electorates.push_back({**circle, *threshold, *quorum});
    }
    return electorates;
}

Result<std::int64_t> read_number(const Json& object, std::string_view field, std::int64_t otherwise)
{
    const auto value = object.find(field);
    if (!value || value.kind() == Json::Kind::null) return otherwise;
    if (const auto number = value.integer(); number && *number >= 0 && *number <= 1000)
        return *number;
    return Refusal::invalid(std::string(field), "This is a small whole number.");
}

Result<std::vector<Id>> read_ids(const Json& object, std::string_view field)
{
    std::vector<Id> ids;
    const auto texts = web::read_texts(object, field, 50);
    if (!texts) return texts.error();
    for (const auto& text : texts->value_or(std::vector<std::string>{})) {
        const auto id = Id::parse(text);
        if (!id)
            return Refusal::invalid(std::string(field),
                                    "There is no such voice or theme that you can see.");
        ids.push_back(*id);
    }
    return ids;
}

struct Wish {
    NewDecision decision;
    bool open = true;
};

Result<void> read_texts(const Json& body, NewDecision& wanted)
{
    const std::pair<const char*, std::string*> fields[] = {{"title", &wanted.title},
                                                           {"belief", &wanted.belief},
                                                           {"for", &wanted.beneficiary},
                                                           {"measure", &wanted.measure},
                                                           {"target", &wanted.target}};
    for (const auto& [name, place] : fields) {
        auto text = web::read_text(body, name);
        if (!text) return text.error();
        *place = text->value_or("");
    }
    return {};
}

Result<void> read_times(const Json& body, NewDecision& wanted)
{
    const auto review_on = web::read_text(body, "review_on");
    if (!review_on) return review_on.error();
    const auto day = parse_date(review_on->value_or(""));
    if (!day)
        return Refusal::invalid("review_on",
                                "Say on which day it is held against its measure: YYYY-MM-DD.");
    wanted.review_on = *day;
    const auto closes = web::read_text(body, "closes_at");
    if (!closes) return closes.error();
    if (*closes) {
        wanted.closes = parse_time(**closes);
        if (!wanted.closes) return Refusal::invalid("closes_at", "This is no time.");
    }
    return {};
}

/// {"amount", "unit", "ballot"?, "points"?, "proposers"?} of a shared budget.
Result<void> read_terms(const Json& body, NewDecision& wanted)
{
    const auto budget = body.find("budget");
    auto& terms = wanted.budget;
    const auto amount = read_money(budget, "amount");
    if (!amount) return amount.error();
    terms.amount = *amount;
    const auto unit = web::read_text(budget, "unit");
    if (!unit) return unit.error();
    terms.unit = unit->value_or("€");
    const auto ballot = web::read_text(budget, "ballot");
    if (!ballot) return ballot.error();
    const auto kind = ballot_kind_of(ballot->value_or("approval"));
    if (!kind) return Refusal::invalid("ballot", "The ballot is approval, points or ranking.");
    terms.ballot = *kind;
    const auto points = read_number(budget, "points", 10);
    if (!points) return points.error();
    terms.points = *points;
    const auto proposers = web::read_text(budget, "proposers");
    if (!proposers) return proposers.error();
    const auto who = proposers->value_or("circle");
    if (who != "circle" && who != "owner")
        return Refusal::invalid("proposers", "Projects are proposed by circle or owner.");
    wanted.members_propose = who == "circle";
    if (!body.find("ties")) wanted.ties = TieRule::by_lot;
    return {};
}

Result<void> read_rules(const Json& body, NewDecision& wanted)
{
    const auto method = web::read_text(body, "method");
    if (!method) return method.error();
    const auto known = method_of(method->value_or("yes-no"));
    if (!known)
        return Refusal::invalid("method", "The method is consent, yes-no, single-choice, approval, "
                                          "score, ranked-pairs, stv or equal-shares.");
    wanted.method = *known;
    const auto ties = web::read_text(body, "ties");
    if (!ties) return ties.error();
    const auto rule = tie_rule_of(ties->value_or("listed"));
    if (!rule) return Refusal::invalid("ties", "The tie rule is listed or lot.");
    wanted.ties = *rule;
    const auto options = web::read_texts(body, "options", options_max);
    if (!options) return options.error();
    wanted.options = options->value_or(std::vector<std::string>{});
    if (wanted.method == Method::equal_shares)
        if (const auto terms = read_terms(body, wanted); !terms) return terms.error();
    const auto places = read_number(body, "places", 1);
    if (!places) return places.error();
    wanted.places = static_cast<std::size_t>(*places);
    const auto most = read_number(body, "score_most", 5);
    if (!most) return most.error();
    wanted.score_most = static_cast<std::int32_t>(*most);
    return {};
}

Result<Wish> read_wish(const Request& request)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    Wish wish;
    auto& wanted = wish.decision;
    if (const auto good = read_texts(*body, wanted); !good) return good.error();
    if (const auto good = read_rules(*body, wanted); !good) return good.error();
    if (const auto good = read_times(*body, wanted); !good) return good.error();
    auto electorates = read_electorates(body->find("electorates"));
    if (!electorates) return electorates.error();
    wanted.electorates = *std::move(electorates);
    const auto voices = read_ids(*body, "voices");
    if (!voices) return voices.error();
    const auto themes = read_ids(*body, "themes");
    if (!themes) return themes.error();
    wanted.about = *voices;
    wanted.about.insert(wanted.about.end(), themes->begin(), themes->end());
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wanted.circle = circle->value_or(Id{});
    const auto open = web::read_truth(*body, "open");
    if (!open) return open.error();
    wish.open = open->value_or(true);
    return wish;
}

Response post_decision(const Request& request, Context& context)
{
    const auto wish = read_wish(request);
    if (!wish) return context.refuse(wish.error());
    auto decision =
        propose(context.transaction, context.ids, context.now, context.viewer, wish->decision);
    // A budget has no projects yet: it is opened when it has.
    if (decision && wish->open && decision->rules.method != Method::equal_shares)
        decision = open_voting(context.transaction, context.ids, context.now, context.viewer,
                               decision->id);
    if (!decision) return context.refuse(decision.error());
    return web::created(to_json(*decision), "/api/v1/decisions/" + decision->id.text());
}

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

using Change = Result<Decision> (*)(store::Transaction&, IdSource&, Time, const Viewer&, Id);

Response change_decision(const Request& request, Context& context, Change change)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision =
        change(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!decision) return context.refuse(decision.error());
    return Response::json(to_json(*decision));
}

Response post_open(const Request& request, Context& context)
{
    return change_decision(request, context, open_voting);
}

Response post_close(const Request& request, Context& context)
{
    return change_decision(request, context, close_voting);
}

Response post_withdraw(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    const auto decision = withdraw(context.transaction, context.ids, context.now, context.viewer,
                                   *id, reason->value_or(""));
    if (!decision) return context.refuse(decision.error());
    return Response::json(to_json(*decision));
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

Response put_vote(const Request& request, Context& context)
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
    router.get("/api/v1/decisions", get_decisions);
    router.post("/api/v1/decisions", post_decision);
    router.get("/api/v1/decisions/:id", get_decision);
    router.post("/api/v1/decisions/:id/open", post_open);
    router.put("/api/v1/decisions/:id/vote", put_vote);
    router.get("/api/v1/decisions/:id/vote", get_vote);
    router.get("/api/v1/decisions/:id/objections", get_objections);
    router.post("/api/v1/decisions/:id/close", post_close);
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
