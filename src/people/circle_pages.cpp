#include "people/pages.hpp"

#include "people/listing.hpp"
#include "people/people.hpp"
#include "people/templates.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/list_page.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::people {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::vector<web::Choice> role_choices(const web::Language& language, Role chosen, bool may_be_none)
{
    std::vector<web::Choice> choices{
        {"guest", std::string(language.t("Guest")), {}, chosen == Role::guest},
        {"member", std::string(language.t("Member")), {}, chosen == Role::member},
        {"steward", std::string(language.t("Steward")), {}, chosen == Role::steward}};
    if (may_be_none)
        choices.push_back({"none", std::string(language.t("Not in it any more")), {}, false});
    return choices;
}

Response get_circles(const Request& request, Context& context)
{
    CirclesPage page{.frame = web::make_frame(request, context,
                                              std::string(context.language.t("Circles")),
                                              web::Section::people)};
    for (auto& circle : list_circles(context.transaction, context.viewer))
        (circle.mine == Role::none ? page.others : page.mine).push_back(std::move(circle));
    page.may_open = context.viewer.signed_in();
    web::Writer out;
    html::circles(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

Response show_circle(const Request& request, Context& context, Id id,
                     const std::optional<Refusal>& refused)
{
    constexpr int shown = 100;
    auto circle = find_circle(context.transaction, id, context.viewer);
    if (!circle) return context.refuse(circle.error());
    const auto& viewer = context.viewer;
    const auto& language = context.language;
    // In one that a steward hid, all who are in it are its guests.
    circle->mine = std::min(circle->mine, viewer.role_in(id));
    const web::FilledForm form(context.language, request, refused);
    CirclePage page{.frame = web::make_frame(request, context, circle->name, web::Section::people),
                    .circle = *circle,
                    .form = form};
    page.frame.feed_path = record::path_of("circle", id) + ".atom";
    page.steward = viewer.is_steward_of(id);
    page.is_everyone = id == viewer.everyone;
    page.may_hide = viewer.is_hall_steward();
    page.may_report = viewer.signed_in() && !page.is_everyone && !is_company(circle->kind) &&
                      circle->visibility != Visibility::closed;
    if (circle->withheld)
        if (const auto thing = record::find_thing(context.transaction, viewer.organisation, id))
            page.is_hidden = thing->state == record::State::hidden;
    page.may_join = viewer.signed_in() && circle->mine == Role::none &&
                    circle->joining == Joining::open && circle->visibility == Visibility::open;
    page.may_leave = circle->mine != Role::none && !page.is_everyone && !viewer.owner;
    auto members = list_members(context.transaction, id, viewer, request.query("after"), shown + 1);
    if (!members && members.error().reason == Reason::invalid)
        return context.refuse(members.error());
    page.members_shown = members.has_value();
    const auto here = "/circles/" + id.text();
    if (!request.query("after").empty()) page.pages.first_path = here;
    if (members) {
        if (const auto next = web::cut_page(*members, shown,
                                            [](const Member& member) { return place_of(member); });
            !next.empty())
            page.pages.next_path = here + "?after=" + web::percent_encode(next);
        for (const auto& member : *members)
            page.members.push_back(
                {member, role_choices(language, member.role, !page.is_everyone)});
    }
    page.add_name = form.text("name", language.t("Name"));
    page.add_role = form.choose("role", language.t("Role"),
                                role_choices(language, Role::member, false), "member");
    page.add_role.id = "add-role";
    if (const auto& write_part = context.hall.hooks().circle_part) {
        web::Writer part;
        write_part(part, context, id);
        page.part = SafeHtml::trusted_from_store(part.take());
    }
    web::Writer out;
    html::circle(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_circle(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_circle(request, context, *id, {});
}

Response post_roles(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    auto person = Id::parse(request.form("person")).value_or(Id{});
    if (!person && !request.form("name").empty())
        person = find_mentioned(context.transaction, context.viewer.organisation,
                                normalise_line(request.form("name")));
    const auto role = role_of(request.form("role"));
    if (!role)
        return context.refuse(Refusal::invalid("role", "A role is guest, member or steward."));
    if (!person)
        return show_circle(
            request, context, *id,
            Refusal::invalid(
                "name", "There is nobody, or more than one person, of that name. Write it whole."));
    const auto changed = change_role(context.transaction, context.ids, context.now, context.viewer,
                                     *id, person, *role);
    if (!changed) {
        if (changed.error().reason == Reason::conflict)
            return show_circle(request, context, *id, changed.error());
        return context.refuse(changed.error());
    }
    return Response::see_other("/circles/" + id->text());
}

Response post_membership(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto joined = change_role(context.transaction, context.ids, context.now, context.viewer,
                                    *id, context.viewer.person, Role::member);
    if (!joined) return context.refuse(joined.error());
    return Response::see_other("/circles/" + id->text());
}

Response post_leaving(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto left = change_role(context.transaction, context.ids, context.now, context.viewer,
                                  *id, context.viewer.person, Role::none);
    if (!left) return context.refuse(left.error());
    return Response::see_other("/circles");
}

Response show_form(const Request& request, Context& context, const Circle& before,
                   const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const web::FilledForm form(context.language, request, refused);
    const bool is_new = !before.id;
    CircleFormPage page{.frame =
                            web::make_frame(request, context,
                                            std::string(is_new ? language.t("Open a circle")
                                                               : language.t("Change a circle")),
                                            web::Section::people),
                        .form = form};
    page.frame.narrow = true;
    page.action = is_new ? "/circles/new" : "/circles/" + before.id.text() + "/edit";
    page.button = is_new ? language.t("Open it") : language.t("Save");
    page.name = form.text("name", language.t("Name"), before.name);
    page.name.required = true;
    page.name.characters_max = 100;
    page.purpose = form.text("purpose", language.t("What is it for?"), before.purpose);
    page.purpose.rows = 3;
    std::vector<web::Choice> kinds{{"community", std::string(language.t("Community"))},
                                   {"customer", std::string(language.t("Customer"))},
                                   {"forum", std::string(language.t("Forum"))}};
    if (context.viewer.owner || is_company(before.kind)) {
        kinds.push_back({"company", std::string(language.t("Company"))});
        kinds.push_back({"team", std::string(language.t("Team"))});
    }
    page.kind =
        form.choose("kind", language.t("What is it?"), std::move(kinds), to_text(before.kind));
    page.visibility =
        form.choose("visibility", language.t("Who sees it?"),
                    {{"public", std::string(language.t("Public")),
                      std::string(language.t("Everybody sees what is said there."))},
                     {"listed", std::string(language.t("Listed")),
                      std::string(language.t(
                          "Everybody sees that it exists; its members see what is said there."))},
                     {"private", std::string(language.t("Private")),
                      std::string(language.t("Only its members know of it."))}},
                    to_text(before.visibility));
    page.joining =
        form.choose("joining", language.t("How does one join?"),
                    {{"invitation", std::string(language.t("By invitation"))},
                     {"open", std::string(language.t("By a click, where it is public"))}},
                    to_text(before.joining));
    page.moderation = form.choose(
        "moderation", language.t("What newcomers say"),
        {{"off", std::string(language.t("Is seen at once"))},
         {"newcomers", std::string(language.t("Waits for a steward until one trusts them"))}},
        to_text(before.moderation));
    web::Writer out;
    html::circle_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

/// Lays a form over a circle.
Result<Circle> read_form(const Request& request, Circle circle)
{
    circle.name = request.form("name");
    circle.purpose = request.form("purpose");
    const auto kind = circle_kind_of(request.form("kind"));
    if (!kind)
        return Refusal::invalid("kind", "A circle is company, customer, community, team or forum.");
    circle.kind = *kind;
    const auto visibility = visibility_of(request.form("visibility"));
    if (!visibility)
        return Refusal::invalid("visibility", "A circle is public, listed or private.");
    circle.visibility = *visibility;
    circle.joining = request.form("joining") == "open" ? Joining::open : Joining::invitation;
    circle.moderation =
        request.form("moderation") == "newcomers" ? Moderation::newcomers : Moderation::off;
    return circle;
}

Response get_new(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in to open a circle."));
    return show_form(request, context, Circle{}, {});
}

Response post_new(const Request& request, Context& context)
{
    const auto wanted = read_form(request, Circle{});
    if (!wanted) return show_form(request, context, Circle{}, wanted.error());
    const auto circle =
        create_circle(context.transaction, context.ids, context.now, context.viewer, *wanted);
    if (!circle) {
        if (circle.error().reason == Reason::invalid)
            return show_form(request, context, Circle{}, circle.error());
        return context.refuse(circle.error());
    }
    return Response::see_other("/circles/" + circle->id.text());
}

Response get_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto circle = find_circle(context.transaction, *id, context.viewer);
    if (!circle) return context.refuse(circle.error());
    if (!context.viewer.is_steward_of(*id))
        return context.refuse(Refusal::forbidden("Only a steward of the circle may change it."));
    return show_form(request, context, *circle, {});
}

Response post_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto before = find_circle(context.transaction, *id, context.viewer);
    if (!before) return context.refuse(before.error());
    const auto wanted = read_form(request, *before);
    if (!wanted) return show_form(request, context, *before, wanted.error());
    const auto circle =
        change_circle(context.transaction, context.ids, context.now, context.viewer, *wanted);
    if (!circle) {
        if (circle.error().reason == Reason::invalid)
            return show_form(request, context, *before, circle.error());
        return context.refuse(circle.error());
    }
    return Response::see_other("/circles/" + id->text());
}

Response get_people(const Request& request, Context& context)
{
    constexpr int shown = 60;
    const auto& language = context.language;
    PeoplePage page{.frame = web::make_frame(request, context, std::string(language.t("People")),
                                             web::Section::people)};
    page.query = clip(request.query("query"), 100);
    const auto after = read_place_in_list<NamePlace>(request.query("after"));
    if (!after) return context.refuse(after.error());
    page.people =
        list_people_after(context.transaction, page.query, context.viewer, *after, shown + 1);
    const auto next =
        web::cut_page(page.people, shown, [](const Person& person) { return place_of(person); });
    const auto here = "/people?query=" + web::percent_encode(page.query);
    if (after->id) page.pages.first_path = here;
    if (!next.empty()) page.pages.next_path = here + "&after=" + web::percent_encode(next);
    page.empty = {std::string(language.t("Nobody has a name that begins so")),
                  std::string(language.t("Try the first letters of the first name.")),
                  {},
                  {}};
    web::Writer out;
    html::people(out, language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

void mount_circle_pages(web::Router& router)
{
    router.get("/people", get_people);
    router.get("/circles", get_circles);
    router.get("/circles/new", get_new);
    router.post("/circles/new", post_new).act = web::Act::voice; // it speaks to all, too
    router.get("/circles/:id", get_circle);
    router.get("/circles/:id/edit", get_edit);
    router.post("/circles/:id/edit", post_edit);
    router.post("/circles/:id/roles", post_roles);
    router.post("/circles/:id/membership", post_membership);
    router.post("/circles/:id/leaving", post_leaving);
}

} // namespace moothall::people
