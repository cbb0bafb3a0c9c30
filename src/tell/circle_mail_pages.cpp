#include "people/people.hpp"
#include "tell/circle_address.hpp"
#include "tell/letter_address.hpp"
#include "tell/pages.hpp"
#include "tell/templates.hpp"
#include "text/json.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/problem.hpp"

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response show_circle_mail(const Request& request, Context& context,
                          const std::optional<Refusal>& refused)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto circle = people::find_circle(context.transaction, *id, context.viewer);
    if (!circle) return context.refuse(circle.error());
    const auto name = find_circle_address(context.transaction, *id, context.viewer);
    if (!name) return context.refuse(name.error());
    const auto& language = context.language;
    CircleMailPage page{.frame = web::make_frame(request, context,
                                                 std::string(language.t("Speak here by e-mail")),
                                                 web::Section::people),
                        .circle = circle->name,
                        .circle_path = "/circles/" + id->text(),
                        .address = {},
                        .form = web::FilledForm(language, request, refused),
                        .name = {}};
    page.frame.narrow = true;
    page.frame.indexed = false;
    const auto domain = mail_domain(context.organisation);
    page.on = takes_answers(context.transaction, context.organisation.id);
    page.steward = context.viewer.is_steward_of(*id);
    if (!name->empty()) page.address = *name + '@' + domain;
    page.name = page.form.text("name", language.t("Address"), *name);
    page.name.hint =
        language.t("What stands before @{1}. Empty: the circle has no address.", domain);
    page.name.autocomplete = "off";
    web::Writer out;
    html::circle_mail(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_circle_mail(const Request& request, Context& context)
{
    return show_circle_mail(request, context, {});
}

Response post_circle_mail(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto chosen = choose_circle_address(context.transaction, context.ids, context.now,
                                              context.viewer, *id, request.form("name"));
    if (!chosen) {
        if (chosen.error().reason == Reason::invalid)
            return show_circle_mail(request, context, chosen.error());
        return context.refuse(chosen.error());
    }
    auto response = Response::see_other("/circles/" + id->text() + "/mail");
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

/// {"address": "billing@hall.example" | null}
Response get_circle_mail_json(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto name = find_circle_address(context.transaction, *id, context.viewer);
    if (!name) return context.refuse(name.error());
    JsonWriter json;
    json.begin_object();
    if (name->empty())
        json.null_field("address");
    else
        json.field("address", *name + '@' + mail_domain(context.organisation));
    return Response::json(json.end_object().take());
}

Response put_circle_mail_json(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto name = web::read_text(*body, "name");
    if (!name) return context.refuse(name.error());
    const auto chosen = choose_circle_address(context.transaction, context.ids, context.now,
                                              context.viewer, *id, name->value_or(std::string()));
    if (!chosen) return context.refuse(chosen.error());
    return get_circle_mail_json(request, context);
}

} // namespace

void mount_circle_mail(web::Router& router)
{
    router.get("/circles/:id/mail", get_circle_mail);
    router.post("/circles/:id/mail", post_circle_mail);
    router.get("/api/v1/circles/:id/mail", get_circle_mail_json);
    router.put("/api/v1/circles/:id/mail", put_circle_mail_json);
}

} // namespace moothall::tell
