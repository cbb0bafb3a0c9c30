// What a person sets for herself: who she is here, and what opens her account.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "people/people.hpp"
#include "people/secret.hpp"
#include "people/sign_in.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view settings_path = "/settings";
constexpr std::string_view security_path = "/settings/security";

std::vector<web::Choice> language_choices(const web::Language& language)
{
    std::vector<web::Choice> choices{{"", std::string(language.t("As my browser asks"))}};
    for (const auto& code : web::Language::codes())
        choices.push_back({code, language.of(code).own_name()});
    return choices;
}

Response show_settings(const Request& request, Context& context,
                       const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto person =
        people::find_person(context.transaction, context.viewer.person, context.viewer);
    if (!person) return context.refuse(person.error());
    SettingsPage page{.frame = make_settings_frame(request, context, language.t("Settings")),
                      .menu = make_settings_menu(context, settings_path)};
    SettingsForm form{.form = web::FilledForm(context.language, request, refused),
                      .csrf = context.csrf,
                      .action = std::string(settings_path),
                      .button = std::string(language.t("Save"))};
    const auto& filled = form.form; // which remembers what its fields have shown
    auto name = filled.text("name", language.t("Your name"), person->name);
    name.required = true;
    name.characters_max = 100;
    name.autocomplete = "name";
    form.parts.push_back({FormPart::line, std::move(name)});
    auto about = filled.text("about", language.t("About you"), person->about);
    about.hint = language.t("A sentence or two for others, on your page.");
    about.rows = 3;
    form.parts.push_back({FormPart::area, std::move(about)});
    form.parts.push_back(
        {FormPart::select, filled.choose("language", language.t("Language"),
                                         language_choices(language), person->language)});
    form.parts.push_back(
        {FormPart::choice, filled.choose("theme", language.t("Colours"),
                                         {{"auto", std::string(language.t("As the device"))},
                                          {"light", std::string(language.t("Light"))},
                                          {"dark", std::string(language.t("Dark"))}},
                                         person->theme)});
    form.parts.push_back(
        {FormPart::choice,
         filled.choose("mail", language.t("Letters about what concerns you"),
                       {{"now", std::string(language.t("At once"))},
                        {"daily", std::string(language.t("Once a day, together"))},
                        {"weekly", std::string(language.t("On Mondays, together"))},
                        {"never", std::string(language.t("Never")),
                         std::string(language.t("Codes to sign in come all the same."))}},
                       person->mail)});
    form.parts.push_back(
        {FormPart::check, filled.check("shortcuts", language.t("Keyboard shortcuts; ? lists them"),
                                       person->shortcuts)});
    page.forms.push_back(std::move(form));
    web::Writer out;
    html::settings(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_settings(const Request& request, Context& context)
{
    return show_settings(request, context, {});
}

Response post_settings(const Request& request, Context& context)
{
    people::PersonChange change;
    for (const auto& [field, value] :
         {std::pair("name", &change.name), std::pair("about", &change.about),
          std::pair("language", &change.language), std::pair("theme", &change.theme),
          std::pair("mail", &change.mail)})
        if (request.form_fields.has(field)) *value = request.form(field);
    change.shortcuts = request.form("shortcuts") == "yes"; // a box that is not ticked is not sent
    const auto changed = people::change_person(context.transaction, context.ids, context.now,
                                               context.viewer, change);
    if (!changed) {
        if (changed.error().reason != Reason::invalid) return context.refuse(changed.error());
        return show_settings(request, context, changed.error());
    }
    auto response = Response::see_other(std::string(settings_path));
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

/// `refused` belongs to the password when its field is one of that form, else to the token.
Response show_security(const Request& request, Context& context,
                       const std::optional<Refusal>& refused, std::string new_token)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const bool of_token = refused && request.form_fields.has("name");
    const web::FilledForm first_look(language, request);
    SettingsForm token{
        .form = of_token ? web::FilledForm(context.language, request, refused) : first_look,
        .csrf = context.csrf,
        .id = "tokens",
        .title = std::string(language.t("Tokens for programs")),
        .lead = std::string(language.t("A program that shows a token may do all that you may do.")),
        .action = "/settings/security/tokens",
        .button = std::string(language.t("Make a token"))};
    auto name = token.form.text("name", language.t("What is it for?"));
    name.required = true;
    name.characters_max = 100;
    if (!refused) name.value.clear();
    token.parts.push_back({FormPart::line, std::move(name)});

    const auto person =
        people::find_person_by_id(context.transaction, viewer.organisation, viewer.person);
    const bool has_password = person && person->has_password;
    SettingsForm password{
        .form =
            refused && !of_token ? web::FilledForm(context.language, request, refused) : first_look,
        .csrf = context.csrf,
        .id = "password",
        .title = std::string(has_password ? language.t("Change your password")
                                          : language.t("Set a password")),
        .lead = std::string(language.t("You can always sign in by a code. With a password you "
                                       "need no letter. Your other sessions end.")),
        .action = "/settings/security/password",
        .button = std::string(language.t("Save the password"))};
    const auto add_password = [&](std::string field, std::string_view label,
                                  std::string autocomplete) {
        auto made = password.form.text(std::move(field), label);
        made.type = "password";
        made.autocomplete = std::move(autocomplete);
        made.required = true;
        made.value.clear();
        password.parts.push_back({FormPart::line, std::move(made)});
    };
    if (has_password)
        add_password("current", language.t("Your password until now"), "current-password");
    add_password("password", language.t("Your new password"), "new-password");

    SecurityPage page{
        .frame = make_settings_frame(request, context, language.t("Sign-in and tokens")),
        .menu = make_settings_menu(context, security_path),
        .sessions = people::list_sessions(context.transaction, viewer.organisation, viewer.person,
                                          context.now),
        .here = viewer.session,
        .tokens = people::list_api_tokens(context.transaction, viewer.organisation, viewer.person),
        .new_token = std::move(new_token),
        .token_form = std::move(token),
        .password_form = std::move(password),
        .now = context.now};
    web::Writer out;
    html::security(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_security(const Request& request, Context& context)
{
    return show_security(request, context, {}, {});
}

Response back_to_security(const Context& context, std::string_view notice)
{
    auto response = Response::see_other(std::string(security_path));
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

Response post_session_end(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto ended =
        people::end_own_session(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!ended) return context.refuse(ended.error());
    return back_to_security(context, context.language.t("That session has ended."));
}

Response post_sessions_end(const Request&, Context& context)
{
    const auto ended =
        people::end_other_sessions(context.transaction, context.ids, context.now, context.viewer);
    if (!ended) return context.refuse(ended.error());
    return back_to_security(context, context.language.t("All other sessions have ended."));
}

Response post_token(const Request& request, Context& context)
{
    const auto made = people::make_own_token(context.transaction, context.ids, context.now,
                                             context.viewer, request.form("name"));
    if (!made) {
        if (made.error().reason == Reason::unauthenticated) return context.refuse(made.error());
        return show_security(request, context, made.error(), {});
    }
    return show_security(request, context, {}, made->secret);
}

Response post_token_end(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto ended =
        people::end_own_token(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!ended) return context.refuse(ended.error());
    return back_to_security(context, context.language.t("That token has ended."));
}

/// The new password's hash, or why it is not taken: decided before the transaction, because both
/// hashes are slow on purpose.
struct NewPassword {
    std::optional<Refusal> refused;
    std::string hash;
};

Result<web::Prepared> prepare_new_password(const Request& request, Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return may.error();
    if (!context.viewer.session)
        return Refusal::forbidden("A password is set in a browser, by whoever is signed in there.");
    const auto password = request.form("password");
    if (const auto good = people::check_password(password); !good)
        return web::Prepared::of(NewPassword{good.error(), {}});
    const auto person = people::find_person_by_id(context.transaction, context.viewer.organisation,
                                                  context.viewer.person);
    if (!person) return Refusal::not_found();
    if (person->has_password) {
        const auto hash =
            people::find_password_hash(context.transaction, context.organisation.id, person->email);
        if (!people::verify_password(hash, request.form("current").substr(0, 1024)))
            return web::Prepared::of(NewPassword{
                Refusal::invalid("current", "This is not your password until now."), {}});
    }
    return web::Prepared::of(NewPassword{{}, people::hash_password(password)});
}

Response post_password(const Request& request, Context& context)
{
    const auto& made = std::any_cast<const NewPassword&>(context.prepared);
    if (made.refused) return show_security(request, context, made.refused, {});
    const auto changed = people::change_password(context.transaction, context.ids, context.now,
                                                 context.viewer, made.hash);
    if (!changed) return context.refuse(changed.error());
    return back_to_security(
        context, context.language.t("Your password is set. Your other sessions have ended."));
}

} // namespace

void mount_settings_pages(web::Router& router)
{
    router.get("/settings", get_settings);
    router.post("/settings", post_settings);
    router.get("/settings/security", get_security);
    router.post("/settings/security/sessions/end", post_sessions_end);
    router.post("/settings/security/sessions/:id/end", post_session_end);
    router.post("/settings/security/tokens", post_token).keeps_answer = false;
    router.post("/settings/security/tokens/:id/end", post_token_end);
    auto& password = router.post("/settings/security/password", post_password);
    password.prepare = prepare_new_password;
    password.act = web::Act::password;
}

} // namespace moothall::hall
