// A person's own data: to take along, or to have erased.

#include "hall/erasure.hpp"
#include "hall/settings.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/cookies.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response show_own_data(const Request& request, Context& context,
                       const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto person = people::find_person_by_id(context.transaction, context.viewer.organisation,
                                                  context.viewer.person);
    if (!person) return context.refuse(Refusal::not_found());
    SettingsForm erasure{.form = web::FilledForm(context.language, request, refused),
                         .csrf = context.csrf,
                         .id = "erasure",
                         .title = std::string(language.t("Erase my account")),
                         .lead = std::string(language.t(
                             "Your name, address, password, sessions, tokens, support and all that "
                             "you follow are gone at once. Nobody can bring them back.")),
                         .action = "/settings/erasure",
                         .button = std::string(language.t("Erase me")),
                         .danger = true};
    const auto& form = erasure.form;
    auto texts = form.choose(
        "texts", language.t("What you said"),
        {{"stay", std::string(language.t("Stays, without my name")),
          std::string(language.t("So that others can still read what was talked about."))},
         {"emptied", std::string(language.t("Is emptied, with all earlier versions")),
          std::string(language.t("“Erased by its author” stands in its place."))}});
    texts.required = true;
    erasure.parts.push_back({FormPart::choice, std::move(texts)});
    auto name = form.text("name", language.t("Type your name to confirm: {1}", person->name));
    name.required = true;
    name.autocomplete = "off";
    if (!refused) name.value.clear();
    erasure.parts.push_back({FormPart::line, std::move(name)});
    OwnDataPage page{.frame = make_settings_frame(request, context, language.t("My data")),
                     .menu = make_settings_menu(context, "/settings/erasure"),
                     .erasure = std::move(erasure),
                     .last_owner = people::is_last_owner(context.transaction,
                                                         context.viewer.organisation, person->id)};
    web::Writer out;
    html::own_data(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_own_data(const Request& request, Context& context)
{
    return show_own_data(request, context, {});
}

Response get_export(const Request&, Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    auto response = Response::json(export_own_data(context));
    response.with("Content-Disposition", "attachment; filename=\"my-data.json\"");
    return response;
}

Response post_erasure(const Request& request, Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    if (!context.viewer.session)
        return context.refuse(Refusal::forbidden(
            "An account is erased in a browser, by whoever is signed in there."));
    const auto person = people::find_person_by_id(context.transaction, context.viewer.organisation,
                                                  context.viewer.person);
    if (!person || fold(normalise_line(request.form("name"))) != fold(person->name))
        return show_own_data(request, context,
                             Refusal::invalid("name", "This is not your name as it stands here."));
    const auto wish = request.form("texts");
    if (wish != "stay" && wish != "emptied")
        return show_own_data(
            request, context,
            Refusal::invalid("texts", "Please choose what becomes of what you said."));
    const auto erased =
        erase_person(context, wish == "stay" ? hear::Texts::stay : hear::Texts::emptied);
    if (!erased) return show_own_data(request, context, erased.error());
    auto response = Response::see_other("/");
    web::clear_cookie(response, context, web::session_cookie);
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Your account is erased. Thank you for what you said."));
    return response;
}

} // namespace

void mount_own_data_pages(web::Router& router)
{
    router.get("/settings/erasure", get_own_data);
    router.post("/settings/erasure", post_erasure).act = web::Act::password;
    router.get("/settings/export", get_export).slow = true;
}

} // namespace moothall::hall
