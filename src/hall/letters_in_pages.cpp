// What comes by e-mail: whether people may answer letters, and what became of what came.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "people/people.hpp"
#include "tell/letter_address.hpp"
#include "web/hall.hpp"
#include "web/language.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response get_letters_in(const Request& request, Context& context)
{
    constexpr int shown = 100;
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto organisation = context.organisation.id;
    LettersInPage page{
        .frame = make_settings_frame(request, context, language.t("Answers by e-mail")),
        .menu = make_settings_menu(context, "/settings/mail/answers"),
        .lead = {},
        .may_switch = context.hall.settings().takes_letters,
        .form = {.form = web::FilledForm(language, request),
                 .csrf = context.csrf,
                 .action = "/settings/mail/answers",
                 .button = std::string(language.t("Save"))},
        .letters = tell::list_letters_received(context.transaction, organisation, shown),
        .empty = {std::string(language.t("Nothing came yet")),
                  std::string(language.t("For thirty days it stands here what became of each "
                                         "letter; what was written in it is not kept.")),
                  {},
                  {}},
        .now = context.now};
    page.lead =
        page.may_switch
            ? language.t("Letters for {1} are handed to this server by the mail server beside it.",
                         tell::mail_domain(context.organisation))
            : language.t("This server takes no letters: whoever runs it has to name a socket for "
                         "the mail server in moothall.toml.");
    auto answers = page.form.form.check(
        "answers", language.t("People may answer letters, and write to circles"),
        tell::takes_answers(context.transaction, organisation));
    page.form.parts.push_back({FormPart::check, std::move(answers)});
    web::Writer out;
    html::letters_in(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response post_letters_in(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const bool wanted = !request.form("answers").empty();
    if (wanted && !context.hall.settings().takes_letters)
        return context.refuse(
            Refusal::conflict("This server takes no letters: whoever runs it has to name a socket "
                              "for the mail server in moothall.toml."));
    people::save_setting(context.transaction, context.organisation.id, tell::answers_setting,
                         wanted ? "on" : "");
    append_settings_event(context, "people.mail_changed");
    auto response = Response::see_other("/settings/mail/answers");
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

} // namespace

void mount_letters_in_pages(web::Router& router)
{
    router.get("/settings/mail/answers", get_letters_in);
    router.post("/settings/mail/answers", post_letters_in);
}

} // namespace moothall::hall
