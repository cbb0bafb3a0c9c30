// The API of shared budgets: projects, where a share went, and files.

#include "decide/budget_api.hpp"

#include "decide/api.hpp"
#include "decide/budget_file.hpp"
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

Response project_response(const Result<Project>& project, Context& context)
{
    if (!project) return context.refuse(project.error());
    JsonWriter json;
    write_json(json, *project);
    return Response::json(json.take());
}

Response get_projects(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto projects = list_projects(context.transaction, *decision, context.viewer);
    return web::list_response(
        projects, {}, [](JsonWriter& json, const Project& project) { write_json(json, project); });
}

struct ProjectWish {
    NewProject project;
    bool has_cost = false;
    bool has_place = false;
    bool has_words = false;
};

Result<web::Prepared> prepare_project(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    ProjectWish wish;
    auto& wanted = wish.project;
    const auto title = web::read_text(*body, "title");
    if (!title) return title.error();
    wanted.title = title->value_or("");
    const auto place = web::read_text(*body, "place");
    if (!place) return place.error();
    wish.has_place = place->has_value();
    wanted.place = place->value_or("");
    const auto words = web::read_text(*body, "words");
    if (!words) return words.error();
    wish.has_words = words->has_value();
    wanted.words = words->value_or("");
    const auto rendered = hear::render_body({}, wanted.words);
    if (!rendered) return rendered.error();
    wanted.words_html = rendered->html;
    if (body->find("cost")) {
        const auto cost = read_money(*body, "cost");
        if (!cost) return cost.error();
        wanted.cost = *cost;
        wish.has_cost = true;
    }
    for (const auto* field : {"voices", "themes"}) {
        constexpr std::size_t about_max = 50;
        const auto texts = web::read_texts(*body, field, about_max);
        if (!texts) return texts.error();
        for (const auto& text : texts->value_or(std::vector<std::string>{})) {
            const auto id = Id::parse(text);
            if (!id)
                return Refusal::invalid(field, "There is no such voice or theme that you can see.");
            wanted.about.push_back(*id);
        }
    }
    return web::Prepared::of(std::move(wish));
}

Response post_project(const Request& request, Context& context)
{
    const auto& wish = std::any_cast<const ProjectWish&>(context.prepared);
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    if (!wish.has_cost && may_propose_project(*decision, context.viewer))
        return context.refuse(Refusal::invalid("cost", "Say what it costs, as a number."));
    const auto project = propose_project(context.transaction, context.ids, context.now,
                                         context.viewer, *id, wish.project);
    if (!project) return context.refuse(project.error());
    JsonWriter json;
    write_json(json, *project);
    return web::created(json.take(), "/api/v1/projects/" + project->id.text());
}

Response get_project(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return project_response(find_project(context.transaction, *id, context.viewer), context);
}

Response patch_project(const Request& request, Context& context)
{
    auto wish = std::any_cast<ProjectWish>(context.prepared);
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto before = find_project(context.transaction, *id, context.viewer);
    if (!before) return context.refuse(before.error());
    if (wish.project.title.empty()) wish.project.title = before->title;
    if (!wish.has_cost) wish.project.cost = before->cost;
    if (!wish.has_place) wish.project.place = before->place;
    if (!wish.has_words) {
        wish.project.words = before->words;
        wish.project.words_html = before->words_html;
    }
    return project_response(change_project(context.transaction, context.ids, context.now,
                                           context.viewer, *id, wish.project),
                            context);
}

Response judge(const Request& request, Context& context, Judgement judgement)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    return project_response(judge_project(context.transaction, context.ids, context.now,
                                          context.viewer, *id, judgement, reason->value_or("")),
                            context);
}

Response post_project_accept(const Request& request, Context& context)
{
    return judge(request, context, Judgement::accepted);
}

Response post_project_decline(const Request& request, Context& context)
{
    return judge(request, context, Judgement::declined);
}

Response stand(const Request& request, Context& context, bool stands)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return project_response(
        stand_for(context.transaction, context.ids, context.now, context.viewer, *id, stands),
        context);
}

Response put_standing(const Request& request, Context& context)
{
    return stand(request, context, true);
}

Response delete_standing(const Request& request, Context& context)
{
    return stand(request, context, false);
}

/// Where the share of the voter went who holds this receipt. A POST that changes nothing: a receipt
/// must not stand in an address.
Response post_share(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto receipt = web::read_text(*body, "receipt");
    if (!receipt) return context.refuse(receipt.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    if (decision->rules.method != Method::equal_shares) return context.refuse(Refusal::not_found());
    if (decision->outcome.empty())
        return context.refuse(Refusal::conflict("Where shares went is known after the close."));
    const auto text =
        find_boxed_ballot(context.transaction, *id, context.viewer, receipt->value_or(""));
    const auto result = Json::parse(decision->result);
    if (!text || !result)
        return context.refuse(Refusal::invalid("receipt", "No such ballot lies in this box. Paste "
                                                          "one line of your receipt, whole."));
    const auto ballot = read_ballot(decision->rules, id->text(), *text);
    if (!ballot) return context.refuse(ballot.error());
    const auto share = share_of_voter(decision->rules, *result, ballot->choice);
    JsonWriter json;
    json.begin_object().field("decision", *id).field("share", share ? money(share->cents) : 0.0);
    json.field("added", share ? money(share->added_cents) : 0.0);
    json.field("paid", share ? money(share->paid_cents) : 0.0);
    json.key("payments").begin_array();
    if (share)
        for (const auto& payment : share->payments)
            json.begin_object()
                .field("project", decision->rules.options[payment.project])
                .field("title", decision->rules.budget.names[payment.project])
                .field("amount", money(payment.cents))
                .field("others", payment.others)
                .end_object();
    json.end_array().field("left", share ? money(share->left_cents) : 0.0).end_object();
    return Response::json(json.take());
}

Response get_needs(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    if (decision->rules.method != Method::equal_shares) return context.refuse(Refusal::not_found());
    JsonWriter json;
    json.begin_object().field("explained", decision->explained).key("items").begin_array();
    for (const auto& need : list_needs(context.transaction, *id, context.viewer)) {
        const auto at = static_cast<std::size_t>(need.number - 1);
        if (at >= decision->rules.options.size()) continue;
        json.begin_object().field("project", decision->rules.options[at]);
        json.field("would_have_won_at_cost",
                   need.cost ? std::optional(money(*need.cost)) : std::nullopt);
        json.field("would_have_won_with_more_voters", need.votes).end_object();
    }
    return Response::json(json.end_array().end_object().take());
}

} // namespace

Result<std::int64_t> read_money(const Json& object, std::string_view field)
{
    const auto value = object.find(field);
    std::optional<std::int64_t> amount;
    if (const auto text = value.string()) {
        amount = read_amount(*text);
    } else if (const auto number = value.number()) {
        const auto hundredths = *number * money_unit;
        if (*number >= 0 && hundredths <= static_cast<double>(money_max) &&
            std::abs(hundredths - std::round(hundredths)) < 1e-3)
            amount = std::llround(hundredths);
    }
    if (!amount)
        return Refusal::invalid(std::string(field), "This is an amount with at most two decimals.");
    return *amount;
}

void write_terms_json(JsonWriter& json, const Decision& decision)
{
    const auto& terms = decision.rules.budget;
    json.key("budget").begin_object().field("amount", money(terms.amount));
    json.field("unit", terms.unit).field("ballot", to_text(terms.ballot));
    json.field("points", terms.points);
    json.field("proposers", decision.members_propose ? "circle" : "owner");
    json.key("projects").begin_array();
    for (std::size_t at = 0; at < terms.names.size(); ++at)
        json.begin_object()
            .field("number", decision.rules.options[at])
            .field("title", terms.names[at])
            .field("cost", money(terms.costs[at]))
            .end_object();
    json.end_array().end_object();
}

void write_json(JsonWriter& json, const Project& project)
{
    json.begin_object().field("id", project.id).field("decision", project.decision);
    json.field("title", project.title).field("cost", money(project.cost));
    json.field("place", project.place).field("words", project.words);
    json.key("number");
    if (project.number > 0)
        json.value(std::to_string(project.number));
    else
        json.value(nullptr);
    json.key("judgement");
    if (project.judgement == Judgement::none)
        json.value(nullptr);
    else
        json.value(to_text(project.judgement));
    json.field("reason", project.reason).field("standers", project.standers);
    json.field("i_stand", project.i_stand);
    json.field("state", record::to_text(project.thing_state)).key("author");
    if (project.author.name.empty())
        json.value(nullptr);
    else
        json.begin_object()
            .field("id", project.author.id)
            .field("name", project.author.name)
            .end_object();
    json.field("created_at", project.created).field("url", project.path()).end_object();
}

void mount_budget_api(web::Router& router)
{
    router.get("/api/v1/decisions/:id/projects", get_projects);
    auto& propose = router.post("/api/v1/decisions/:id/projects", post_project);
    propose.prepare = prepare_project;
    propose.act = web::Act::reply;
    router.get("/api/v1/projects/:id", get_project);
    router.patch("/api/v1/projects/:id", patch_project).prepare = prepare_project;
    router.post("/api/v1/projects/:id/accept", post_project_accept);
    router.post("/api/v1/projects/:id/decline", post_project_decline);
    router.put("/api/v1/projects/:id/standing", put_standing);
    router.del("/api/v1/projects/:id/standing", delete_standing);
    router.post("/api/v1/decisions/:id/share", post_share).reads_only = true;
    router.get("/api/v1/decisions/:id/needs", get_needs);
    mount_budget_file_api(router);
}

} // namespace moothall::decide
