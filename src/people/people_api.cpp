#include "people/api.hpp"

#include "people/listing.hpp"
#include "people/people.hpp"
#include "people/people_json.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/list_page.hpp"

namespace moothall::people {

void write_json(JsonWriter& json, const Circle& circle)
{
    json.begin_object();
    json.field("id", circle.id).field("name", circle.name).field("purpose", circle.purpose);
    json.field("kind", to_text(circle.kind)).field("visibility", to_text(circle.visibility));
    json.field("joining", to_text(circle.joining)).field("moderation", to_text(circle.moderation));
    json.field("members", circle.members).field("my_role", to_text(circle.mine));
    json.field("created_at", circle.created).end_object();
}

void write_json(JsonWriter& json, const Person& person, Detail detail)
{
    json.begin_object();
    json.field("id", person.id).field("name", person.name).field("about", person.about);
    json.field("state", to_text(person.state)).field("since", person.created);
    if (detail == Detail::own) {
        json.field("email", person.email).field("owner", person.owner);
        json.field("language", person.language).field("theme", person.theme);
        json.field("shortcuts", person.shortcuts).field("mail", person.mail);
    }
    json.end_object();
}

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string to_json(const Circle& circle)
{
    JsonWriter json;
    write_json(json, circle);
    return json.take();
}

/// Lays the fields of a JSON object over a circle.
Result<Circle> read_circle(const Request& request, Circle circle)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto name = web::read_text(*body, "name");
    if (!name) return name.error();
    const auto purpose = web::read_text(*body, "purpose");
    if (!purpose) return purpose.error();
    const auto kind = web::read_text(*body, "kind");
    if (!kind) return kind.error();
    const auto visibility = web::read_text(*body, "visibility");
    if (!visibility) return visibility.error();
    const auto joining = web::read_text(*body, "joining");
    if (!joining) return joining.error();
    const auto moderation = web::read_text(*body, "moderation");
    if (!moderation) return moderation.error();

    if (*name) circle.name = **name;
    if (*purpose) circle.purpose = **purpose;
    if (*kind) {
        const auto value = circle_kind_of(**kind);
        if (!value)
            return Refusal::invalid("kind",
                                    "A circle is company, customer, community, team or forum.");
        circle.kind = *value;
    }
    if (*visibility) {
        const auto value = visibility_of(**visibility);
        if (!value) return Refusal::invalid("visibility", "A circle is public, listed or private.");
        circle.visibility = *value;
    }
    // One may walk into a forum: it says otherwise when it is opened.
    if (!circle.id && circle.kind == CircleKind::forum) circle.joining = Joining::open;
    if (*joining) {
        if (**joining != "open" && **joining != "invitation")
            return Refusal::invalid("joining",
                                    "One joins by open door or by invitation: open, invitation.");
        circle.joining = **joining == "open" ? Joining::open : Joining::invitation;
    }
    if (*moderation) {
        if (**moderation != "off" && **moderation != "newcomers")
            return Refusal::invalid("moderation", "Moderation is off or newcomers.");
        circle.moderation = **moderation == "off" ? Moderation::off : Moderation::newcomers;
    }
    return circle;
}

Response get_circles(const Request& request, Context& context)
{
    auto circles = list_all_circles(context.transaction, context.viewer);
    if (const auto kind = circle_kind_of(request.query("kind")))
        std::erase_if(circles, [&](const Circle& circle) { return circle.kind != *kind; });
    return web::page_response(
        context, request, std::move(circles),
        [](JsonWriter& json, const Circle& circle) { write_json(json, circle); });
}

Response post_circle(const Request& request, Context& context)
{
    const auto wanted = read_circle(request, Circle{});
    if (!wanted) return context.refuse(wanted.error());
    const auto circle =
        create_circle(context.transaction, context.ids, context.now, context.viewer, *wanted);
    if (!circle) return context.refuse(circle.error());
    return web::created(to_json(*circle), "/api/v1/circles/" + circle->id.text());
}

Response get_circle(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto circle = find_circle(context.transaction, *id, context.viewer);
    if (!circle) return context.refuse(circle.error());
    return Response::json(to_json(*circle));
}

Response patch_circle(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto before = find_circle(context.transaction, *id, context.viewer);
    if (!before) return context.refuse(before.error());
    const auto wanted = read_circle(request, *before);
    if (!wanted) return context.refuse(wanted.error());
    const auto circle =
        change_circle(context.transaction, context.ids, context.now, context.viewer, *wanted);
    if (!circle) return context.refuse(circle.error());
    return Response::json(to_json(*circle));
}

Response get_members(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    auto members =
        list_members(context.transaction, *id, context.viewer, request.query("after"), *limit + 1);
    if (!members) return context.refuse(members.error());
    const auto next =
        web::cut_page(*members, *limit, [](const Member& member) { return place_of(member); });
    return web::list_response(*members, next, [](JsonWriter& json, const Member& member) {
        json.begin_object().field("person", member.person).field("name", member.name);
        json.field("role", to_text(member.role)).field("since", member.since).end_object();
    });
}

Response put_member(const Request& request, Context& context)
{
    const auto circle = web::path_id(request);
    if (!circle) return context.refuse(circle.error());
    const auto person = web::path_id(request, "person");
    if (!person) return context.refuse(person.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto text = web::read_text(*body, "role");
    if (!text) return context.refuse(text.error());
    const auto role = role_of(text->value_or("member"));
    if (!role || *role == Role::none)
        return context.refuse(Refusal::invalid("role", "A role is guest, member or steward."));
    const auto changed = change_role(context.transaction, context.ids, context.now, context.viewer,
                                     *circle, *person, *role);
    if (!changed) return context.refuse(changed.error());
    JsonWriter json;
    json.begin_object().field("person", *person).field("role", to_text(*role)).end_object();
    return Response::json(json.take());
}

Response delete_member(const Request& request, Context& context)
{
    const auto circle = web::path_id(request);
    if (!circle) return context.refuse(circle.error());
    const auto person = web::path_id(request, "person");
    if (!person) return context.refuse(person.error());
    const auto changed = change_role(context.transaction, context.ids, context.now, context.viewer,
                                     *circle, *person, Role::none);
    if (!changed) return context.refuse(changed.error());
    return Response::no_content();
}

Response get_me(const Request&, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto person = find_person(context.transaction, context.viewer.person, context.viewer);
    if (!person) return context.refuse(person.error());
    JsonWriter json;
    write_json(json, *person, Detail::own);
    return Response::json(json.take());
}

Response patch_me(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    auto person = find_person(context.transaction, context.viewer.person, context.viewer);
    if (!person) return context.refuse(person.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    PersonChange change;
    for (const auto& [field, value] :
         {std::pair("name", &change.name), std::pair("about", &change.about),
          std::pair("language", &change.language), std::pair("theme", &change.theme),
          std::pair("mail", &change.mail)}) {
        auto text = web::read_text(*body, field);
        if (!text) return context.refuse(text.error());
        *value = *std::move(text);
    }
    const auto shortcuts = web::read_truth(*body, "shortcuts");
    if (!shortcuts) return context.refuse(shortcuts.error());
    change.shortcuts = *shortcuts;
    const auto changed =
        change_person(context.transaction, context.ids, context.now, context.viewer, change);
    if (!changed) return context.refuse(changed.error());
    JsonWriter json;
    write_json(json, *changed, Detail::own);
    return Response::json(json.take());
}

Response get_person(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto person = find_person(context.transaction, *id, context.viewer);
    if (!person) return context.refuse(person.error());
    JsonWriter json;
    const bool own = context.viewer.person == *id || context.viewer.owner;
    write_json(json, *person, own ? Detail::own : Detail::open);
    return Response::json(json.take());
}

Response get_people(const Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto after = read_place_in_list<NamePlace>(request.query("after"));
    if (!after) return context.refuse(after.error());
    auto people = list_people_after(context.transaction, request.query("query"), context.viewer,
                                    *after, *limit + 1);
    const auto next =
        web::cut_page(people, *limit, [](const Person& person) { return place_of(person); });
    return web::list_response(people, next, [](JsonWriter& json, const Person& person) {
        write_json(json, person, Detail::open);
    });
}

} // namespace

void mount_people_api(web::Router& router)
{
    router.get("/api/v1/circles", get_circles);
    router.post("/api/v1/circles", post_circle).act = web::Act::voice;
    router.get("/api/v1/circles/:id", get_circle);
    router.patch("/api/v1/circles/:id", patch_circle);
    router.get("/api/v1/circles/:id/members", get_members);
    router.put("/api/v1/circles/:id/members/:person", put_member);
    router.del("/api/v1/circles/:id/members/:person", delete_member);
    router.get("/api/v1/me", get_me);
    router.patch("/api/v1/me", patch_me);
    router.get("/api/v1/people", get_people);
    router.get("/api/v1/people/:id", get_person);
}

} // namespace moothall::people
