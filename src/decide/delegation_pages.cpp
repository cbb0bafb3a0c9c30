// Handing on a vote, saying yes to one, and ending it: pages and API.

#include "decide/delegation_pages.hpp"

#include "decide/templates.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// "circle:0abc…" of a form and of the API.
struct TopicName {
    Topic topic;
    Id id;
};
std::optional<TopicName> read_topic(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    const auto topic = topic_of(text.substr(0, colon));
    const auto id = Id::parse(text.substr(colon + 1));
    if (!topic || !id) return {};
    return TopicName{*topic, *id};
}
std::string write_topic(Topic topic, Id id)
{
    return std::string(to_text(topic)) + ":" + id.text();
}

/// Under their kinds, by name: a list to be looked through, and found in by typing.
std::vector<TopicGroup> list_topics(Context& context, const std::string& chosen)
{
    const auto& language = context.language;
    TopicGroup circles{std::string(language.t("All that a circle votes on")), {}};
    TopicGroup themes{std::string(language.t("What comes from a theme")), {}};
    TopicGroup tags{std::string(language.t("What comes from voices with a tag")), {}};
    const auto add = [&](TopicGroup& group, Topic topic, Id id, std::string_view name) {
        auto value = write_topic(topic, id);
        const bool is_chosen = value == chosen;
        group.topics.push_back({std::move(value), std::string(name), {}, is_chosen});
    };
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (circle.mine >= Role::member)
            add(circles, Topic::circle, circle.id, language.t(circle.name));
    for (const auto& theme : sense::list_themes(
             context.transaction, "topic", sense::ThemeSort::people, context.viewer, context.now))
        add(themes, Topic::theme, theme.id, theme.title);
    for (const auto& tag : hear::list_tags(context.transaction, context.viewer.organisation))
        add(tags, Topic::tag, tag.id, tag.name);
    std::vector<TopicGroup> groups;
    for (auto* group : {&circles, &themes, &tags}) {
        std::ranges::sort(group->topics, {}, [](const auto& topic) { return fold(topic.label); });
        if (!group->topics.empty()) groups.push_back(std::move(*group));
    }
    return groups;
}

Response show_delegations(const Request& request, Context& context,
                          const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    DelegationsPage page{.frame = web::make_frame(request, context,
                                                  std::string(language.t("Votes handed on")),
                                                  web::Section::decisions),
                         .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.to = page.form.text("to", language.t("To whom?"));
    page.to.hint = language.t("Her whole name. It counts where both of you are on the roll of the "
                              "same circle.");
    page.to.required = true;
    page.topic = page.form.choose("topic", language.t("On what?"), {});
    page.topics = list_topics(context, page.topic.value);
    page.until = page.form.text("until", language.t("Until the end of"));
    page.until.type = "date";
    page.until.hint = language.t("A year at most.");
    page.until.required = true;
    for (auto& one : list_delegations(context.transaction, context.viewer, context.now))
        (one.from.id == context.viewer.person ? page.given : page.taken).push_back(std::move(one));
    web::Writer out(16 * 1024);
    html::delegations(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_delegations(const Request& request, Context& context)
{
    return show_delegations(request, context, {});
}

Response back(const Context& context, std::string_view notice)
{
    auto response = Response::see_other("/delegations");
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

Response post_delegation(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    NewDelegation wanted;
    wanted.to = people::find_mentioned(context.transaction, context.viewer.organisation,
                                       request.form("to"));
    const auto topic = read_topic(request.form("topic"));
    if (!topic)
        return show_delegations(
            request, context,
            Refusal::invalid("topic", "There is no such topic that you can see."));
    wanted.topic = topic->topic;
    wanted.topic_id = topic->id;
    wanted.until = parse_last_minute(request.form("until")).value_or(Time{});
    const auto given =
        hand_over_vote(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!given) return show_delegations(request, context, given.error());
    return back(context,
                context.language.t("Offered. It counts once {1} says yes.", given->to.name));
}

Response post_delegation_acceptance(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto accepted =
        accept_delegation(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!accepted) return context.refuse(accepted.error());
    return back(context, context.language.t("From now on your vote counts for {1} too.",
                                            accepted->from.name));
}

Response post_end(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto ended =
        end_delegation(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!ended) return context.refuse(ended.error());
    return back(context, context.language.t("It has ended."));
}

// -- API ------------------------------------------------------------------------------------------

void write_json(JsonWriter& json, const Delegation& one)
{
    json.begin_object().field("id", one.id).key("from").begin_object();
    json.field("id", one.from.id).field("name", one.from.name).end_object();
    json.key("to").begin_object().field("id", one.to.id).field("name", one.to.name).end_object();
    json.field("topic", write_topic(one.topic, one.topic_id)).field("topic_name", one.topic_name);
    json.field("given_at", one.given);
    if (one.accepted)
        json.field("accepted_at", *one.accepted);
    else
        json.null_field("accepted_at");
    json.field("until", one.until).end_object();
}

std::string to_json(const Delegation& one)
{
    JsonWriter json;
    write_json(json, one);
    return json.take();
}

Response get_list(const Request&, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    return web::list_response(
        list_delegations(context.transaction, context.viewer, context.now), {},
        [](JsonWriter& json, const Delegation& one) { write_json(json, one); });
}

Response post_delegation_by_api(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto to = web::read_id(*body, "to");
    if (!to) return context.refuse(to.error());
    const auto topic = web::read_text(*body, "topic");
    if (!topic) return context.refuse(topic.error());
    const auto until = web::read_text(*body, "until");
    if (!until) return context.refuse(until.error());
    const auto known = read_topic(topic->value_or(""));
    if (!known)
        return context.refuse(
            Refusal::invalid("topic", "There is no such topic that you can see."));
    const auto given = hand_over_vote(context.transaction, context.ids, context.now, context.viewer,
                                      {to->value_or(Id{}), known->topic, known->id,
                                       parse_time(until->value_or("")).value_or(Time{})});
    if (!given) return context.refuse(given.error());
    return web::created(to_json(*given), "/api/v1/delegations/" + given->id.text());
}

Response get_one(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto found = find_delegation(context.transaction, *id, context.viewer, context.now);
    if (!found) return context.refuse(found.error());
    return Response::json(to_json(*found));
}

Response post_accept(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto accepted =
        accept_delegation(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!accepted) return context.refuse(accepted.error());
    return Response::json(to_json(*accepted));
}

Response delete_one(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto ended =
        end_delegation(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!ended) return context.refuse(ended.error());
    return Response::no_content();
}

} // namespace

void mount_delegation_pages(web::Router& router)
{
    router.get("/delegations", get_delegations);
    router.post("/delegations", post_delegation);
    router.post("/delegations/:id/acceptance", post_delegation_acceptance);
    router.post("/delegations/:id/end", post_end);
}

void mount_delegation_api(web::Router& router)
{
    router.get("/api/v1/delegations", get_list);
    router.post("/api/v1/delegations", post_delegation_by_api);
    router.get("/api/v1/delegations/:id", get_one);
    router.post("/api/v1/delegations/:id/accept", post_accept);
    router.del("/api/v1/delegations/:id", delete_one);
}

} // namespace moothall::decide
