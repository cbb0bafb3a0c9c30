#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "tell/preview.hpp"
#include "tell/report_pages.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// Who reads pages to preview them: nobody in particular. Who asks may see more, and is shown the
/// same, for the picture is passed on.
Viewer stranger_in(const Context& context)
{
    Viewer stranger;
    stranger.organisation = context.organisation.id;
    stranger.everyone = context.organisation.everyone;
    return stranger;
}

/// In the language of the house: whoever passes a link on does not know who reads it.
const web::Language& language_of_house(const Context& context)
{
    return web::Language::of(context.organisation.language);
}

Preview begin_preview(const Context& context, std::string_view kind, std::string title)
{
    constexpr web::Colour own_accent{0x0f, 0x6b, 0x5c};
    const auto wished = web::parse_colour(context.organisation.accent);
    const auto accent = web::accent_on_light(wished.value_or(own_accent));
    return {.house = context.organisation.name,
            .kind = std::string(kind),
            .title = std::move(title),
            .status = {},
            .figures = {},
            .accent = accent.accent,
            .accent_ink = accent.ink};
}

Response preview_response(const Request& request, Context& context, const Preview& preview)
{
    auto* previews = context.hall.kept<Previews>();
    const auto drawn = previews == nullptr ? Previews::Drawn{} : previews->find_or_draw(preview);
    if (!drawn.png) return context.refuse(Refusal::not_found());
    Response response;
    response.with("Content-Type", "image/png").with("ETag", drawn.tag);
    response.with("Cache-Control", "public, max-age=3600");
    // Others show it on their pages: that is what it is for.
    response.with("Cross-Origin-Resource-Policy", "cross-origin");
    if (request.header("if-none-match").find(drawn.tag) != std::string_view::npos)
        response.status = 304;
    else
        response.shared_body = drawn.png;
    return response;
}

Response get_voice_preview(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = hear::find_voice(context.transaction, *id, stranger_in(context));
    if (!voice) return context.refuse(voice.error());
    const auto& language = language_of_house(context);
    auto preview = begin_preview(context, language.t("Voice"), voice->title);
    preview.status = language.t(voice->status.name);
    preview.figures = language.tn("{1} person", "{1} people", voice->backing() + 1);
    return preview_response(request, context, preview);
}

Response get_theme_preview(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = sense::find_theme(context.transaction, *id, stranger_in(context));
    if (!theme) return context.refuse(theme.error());
    const auto& language = language_of_house(context);
    auto preview = begin_preview(context, language.t("Theme"), theme->title);
    preview.figures = language.tn("{1} voice", "{1} voices", theme->figures.voices) + " · " +
                      language.tn("{1} person", "{1} people", theme->figures.people);
    return preview_response(request, context, preview);
}

const char* words_of(const decide::Decision& decision)
{
    switch (decision.state) {
    case decide::DecisionState::proposed:
        return web::translatable("Proposed");
    case decide::DecisionState::voting:
        return web::translatable("Voting is open");
    case decide::DecisionState::withdrawn:
        return web::translatable("Taken back");
    case decide::DecisionState::closed:
    case decide::DecisionState::reviewed:
        break;
    }
    return decision.outcome == "passed" ? web::translatable("Passed")
                                        : web::translatable("Did not pass");
}

Response get_decision_preview(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = decide::find_decision(context.transaction, *id, stranger_in(context));
    if (!decision) return context.refuse(decision.error());
    const auto& language = language_of_house(context);
    auto preview = begin_preview(context, language.t("A decision"), decision->title);
    preview.status = language.t(words_of(*decision));
    preview.figures = language.tn("{1} person", "{1} people", decision->voters);
    return preview_response(request, context, preview);
}

Response get_report_preview(const Request& request, Context& context)
{
    const auto stranger = stranger_in(context);
    const auto query = read_report_query(request, context.transaction, stranger, context.now);
    if (!query) return context.refuse(query.error());
    const auto& language = language_of_house(context);
    auto preview = begin_preview(context, name_of(query->period, language),
                                 std::string(language.t("What we heard, what we changed, what we "
                                                        "will do")));
    preview.figures =
        lead_of(make_report(context.transaction, *query, stranger, context.now), language);
    return preview_response(request, context, preview);
}

} // namespace

void mount_preview_pages(web::Router& router)
{
    // Drawing takes some 15 ms: never on the thread that answers everybody.
    router.get("/voices/:id.png", get_voice_preview).slow = true;
    router.get("/themes/:id.png", get_theme_preview).slow = true;
    router.get("/decisions/:id.png", get_decision_preview).slow = true;
    router.get("/report.png", get_report_preview).slow = true;
}

} // namespace moothall::tell
