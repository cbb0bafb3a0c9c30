// Invitations: a steward names addresses, each gets a link that works once. The link also stands on
// the steward's page, once, so that all works where no letters leave the house. It makes a new
// account for its address; it never opens one that exists, since a steward who can copy links must
// not become somebody else.

#include "people/pages.hpp"

#include "jobs/mail.hpp"
#include "people/people.hpp"
#include "people/sign_in.hpp"
#include "people/templates.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::people {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::chrono::hours invitation_lasts{24 * 14};
constexpr std::size_t addresses_max = 200;

const char* name_of(std::string_view role)
{
    if (role == "steward") return web::translatable("Steward");
    return role == "guest" ? web::translatable("Guest") : web::translatable("Member");
}

Result<Circle> find_own_circle(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return id.error();
    auto circle = find_circle(context.transaction, *id, context.viewer);
    if (!circle) return circle.error();
    if (!context.viewer.is_steward_of(*id))
        return Refusal::forbidden("Only a steward of the circle may invite to it.");
    return circle;
}

Response show_invitations(const Request& request, Context& context,
                          const std::optional<Refusal>& refused,
                          std::vector<std::pair<std::string, std::string>> made)
{
    const auto circle = find_own_circle(request, context);
    if (!circle) return context.refuse(circle.error());
    const auto& language = context.language;
    const web::FilledForm form(language, request, refused);
    InvitationsPage page{.frame = web::make_frame(request, context,
                                                  std::string(language.t("Invite people")),
                                                  web::Section::people),
                         .circle = *circle,
                         .form = form};
    page.frame.narrow = true;
    page.emails = form.text("emails", language.t("E-mail addresses"));
    page.emails.hint = language.t(
        "One on each line, or separated by commas. Names beside them are read too: Aino <aino@…>.");
    page.emails.required = true;
    if (!made.empty()) page.emails.value.clear();
    page.role = form.choose("role", language.t("Role"),
                            {{"member", std::string(language.t("Member"))},
                             {"guest", std::string(language.t("Guest"))},
                             {"steward", std::string(language.t("Steward"))}},
                            "member");
    for (auto& pass : list_passes(context.transaction, context.viewer.organisation, "invitation",
                                  circle->id, context.now)) {
        auto role = std::string(name_of(pass.detail));
        page.open.push_back({std::move(pass), std::move(role)});
    }
    page.made = std::move(made);
    web::Writer out;
    html::invitations(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_invitations(const Request& request, Context& context)
{
    return show_invitations(request, context, {}, {});
}

/// The addresses in a pasted list; refused with the first word that is none.
Result<std::vector<std::string>> read_addresses(std::string_view text)
{
    std::vector<std::string> addresses;
    while (!text.empty()) {
        const auto end = text.find_first_of(",;\n\r");
        auto part = normalise_line(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (part.empty()) continue;
        if (const auto open = part.find('<'); open != std::string::npos)
            part = part.substr(open + 1, part.find('>', open) - open - 1);
        part = fold_email(part);
        if (!is_email(part))
            return Refusal::invalid("emails", "“{1}” is not an e-mail address.")
                .with(clip(part, 60));
        if (std::ranges::find(addresses, part) == addresses.end()) addresses.push_back(part);
        if (addresses.size() > addresses_max)
            return Refusal::invalid("emails", "Please invite at most 200 people at once.");
    }
    if (addresses.empty())
        return Refusal::invalid("emails", "Please give one e-mail address at least.");
    return addresses;
}

Response post_invitations(const Request& request, Context& context)
{
    const auto circle = find_own_circle(request, context);
    if (!circle) return context.refuse(circle.error());
    const auto addresses = read_addresses(request.form("emails"));
    if (!addresses) return show_invitations(request, context, addresses.error(), {});
    const auto role = role_of(request.form("role"));
    if (!role || *role == Role::none)
        return show_invitations(
            request, context, Refusal::invalid("role", "A role is guest, member or steward."), {});
    const auto& language = context.language;
    const auto inviter =
        find_person_by_id(context.transaction, context.viewer.organisation, context.viewer.person);
    std::vector<std::pair<std::string, std::string>> made;
    for (const auto& address : *addresses) { // 200 at most
        end_passes(context.transaction, context.organisation.id, "invitation", address, {},
                   circle->id, context.now);
        const auto secret =
            make_pass(context.transaction, context.ids, context.now, context.organisation.id,
                      {.purpose = "invitation",
                       .email = address,
                       .thing = circle->id,
                       .detail = to_text(*role),
                       .made_by = context.viewer.person,
                       .lasts = invitation_lasts});
        const auto link = context.organisation.url + "/invitation?secret=" + secret;
        jobs::Mail mail;
        mail.to = address;
        mail.subject = language.t("{1} invites you to {2}", inviter ? inviter->name : std::string(),
                                  context.organisation.name);
        mail.text = language.t("{1} invites you to {2}, circle {3}.\n\nOpen this link to come in. "
                               "It works once, within two weeks:\n{4}\n",
                               inviter ? inviter->name : std::string(), context.organisation.name,
                               circle->name, link);
        jobs::enqueue_mail(context.transaction, context.ids, context.now, context.organisation.id,
                           mail);
        made.emplace_back(address, link);
    }
    record::append(context.transaction, context.organisation.id, context.ids,
                   {.verb = "people.invited",
                    .thing = circle->id,
                    .actor = context.viewer.person,
                    .circle = circle->id,
                    .at = context.now,
                    .audience = record::Audience::stewards,
                    .data = "{\"people\":" + std::to_string(made.size()) + "}"});
    return show_invitations(request, context, {}, std::move(made));
}

Response post_withdrawal(const Request& request, Context& context)
{
    const auto circle = find_own_circle(request, context);
    if (!circle) return context.refuse(circle.error());
    end_passes(context.transaction, context.organisation.id, "invitation",
               fold_email(request.form("email")), {}, circle->id, context.now);
    return Response::see_other("/circles/" + circle->id.text() + "/invitations");
}

Refusal used_up()
{
    return Refusal::gone(
        "This invitation was used already, or is not good any more. Ask for a new one.");
}

Response show_invitation(const Request& request, Context& context, std::string_view secret,
                         const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto pass =
        find_pass(context.transaction, context.organisation.id, "invitation", secret, context.now);
    const auto circle =
        pass ? find_circle_by_id(context.transaction, context.organisation.id, pass->thing)
             : std::nullopt;
    if (!circle) return context.refuse(used_up());
    const web::FilledForm form(language, request, refused);
    LinkPage page{.frame =
                      web::make_frame(request, context, std::string(language.t("You are invited")),
                                      web::Section::none),
                  .lead = language.t("You are invited to {1}, circle {2}.",
                                     context.organisation.name, circle->name),
                  .action = "/invitation",
                  .secret = std::string(secret),
                  .button = std::string(language.t("Come in")),
                  .fields = {},
                  .form = form};
    page.frame.narrow = true;
    page.frame.indexed = false;
    if (!context.viewer.signed_in()) {
        auto name = form.text("name", language.t("Your name"));
        name.required = true;
        name.autocomplete = "name";
        page.fields.push_back(std::move(name));
    }
    web::Writer out;
    html::link(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_invitation(const Request& request, Context& context)
{
    return show_invitation(request, context, request.query("secret"), {});
}

Response post_invitation(const Request& request, Context& context)
{
    const auto secret = request.form("secret");
    const auto waiting =
        find_pass(context.transaction, context.organisation.id, "invitation", secret, context.now);
    if (!waiting) return context.refuse(used_up());
    std::optional<Person> person;
    bool is_new = false;
    if (context.viewer.signed_in()) {
        person =
            find_person_by_id(context.transaction, context.organisation.id, context.viewer.person);
    } else {
        const auto known =
            find_person_by_email(context.transaction, context.organisation.id, waiting->email);
        if (known && known->state != PersonState::unconfirmed) {
            auto response =
                Response::see_other("/sign-in?back=/invitation%3Fsecret%3D" + std::string(secret));
            web::give_notice(
                response, context, web::Tone::warn,
                context.language.t(
                    "There is an account for this address. Sign in, and come in with it."));
            return response;
        }
        if (normalise_line(request.form("name")).empty())
            return show_invitation(request, context, secret,
                                   Refusal::invalid("name", "Please give a name."));
        if (known)
            return context.refuse(Refusal::conflict(
                "Somebody of this address spoke here before. Sign in by a code to take it over."));
        auto made = create_person(context.transaction, context.ids, context.now,
                                  context.organisation.id, context.organisation.everyone,
                                  {.name = std::string(request.form("name")),
                                   .email = waiting->email,
                                   .actor = waiting->made_by});
        if (!made) return show_invitation(request, context, secret, made.error());
        person = *std::move(made);
        is_new = true;
    }
    const auto pass =
        use_pass(context.transaction, context.organisation.id, "invitation", secret, context.now);
    if (!pass || !person) return context.refuse(used_up());
    const auto role = role_of(pass->detail).value_or(Role::member);
    auto mine = Role::none;
    for (const auto& membership :
         list_memberships(context.transaction, context.organisation.id, person->id))
        if (membership.circle == pass->thing) mine = membership.role;
    if (mine < role)
        set_role(context.transaction, context.organisation.id, pass->thing, person->id, role,
                 context.now);
    record::append(context.transaction, context.organisation.id, context.ids,
                   {.verb = "people.member_joined",
                    .thing = pass->thing,
                    .actor = person->id,
                    .circle = pass->thing,
                    .at = context.now,
                    .concerns = {person->id, pass->made_by}});
    context.transaction.notify("cut:" + context.organisation.id.text() + ':' + person->id.text() +
                               ":0");
    if (is_new)
        return sign_in(request, context, *person, "/circles/" + pass->thing.text(),
                       {.way = "invitation"});
    return Response::see_other("/circles/" + pass->thing.text());
}

} // namespace

void mount_invitation_pages(web::Router& router)
{
    router.get("/circles/:id/invitations", get_invitations);
    router.post("/circles/:id/invitations", post_invitations).act = web::Act::invitation;
    router.post("/circles/:id/invitations/withdrawal", post_withdrawal);
    router.get("/invitation", get_invitation);
    router.post("/invitation", post_invitation).act = web::Act::sign_in_try;
}

} // namespace moothall::people
