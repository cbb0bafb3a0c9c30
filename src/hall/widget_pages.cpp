#include "hall/widget.hpp"

#include "hall/templates.hpp"
#include "hall/widget_page.hpp"
#include "people/people.hpp"
#include "text/markdown.hpp"
#include "text/unicode.hpp"
#include "web/assets.hpp"
#include "web/catalogues.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int widget_voices_shown = 5;
constexpr std::size_t answer_characters_max = 160;

/// In the language of the page around it, which its address or its form says.
const web::Language& language_of(const Request& request, const Context& context)
{
    auto code = request.form("language");
    if (code.empty()) code = request.query("language");
    for (const auto& known : web::Language::codes())
        if (known == code) return web::Language::of(code);
    return context.language;
}

void add_list(WidgetPage& page, Context& context, const web::Language& language,
              std::string_view title, hear::VoiceQuery query)
{
    query.limit = widget_voices_shown;
    query.with_body = true; // for the official answer
    auto found = hear::list_voices(context.transaction, query, context.viewer);
    if (!found) return;
    WidgetList list{.title = std::string(title), .voices = {}};
    for (auto& voice : found->voices) {
        // What she said has a list of its own.
        if (query.person != context.viewer.person && context.viewer.signed_in() &&
            voice.author.id == context.viewer.person)
            continue;
        auto status = hear::chip_of(voice.status, language);
        auto answer = clip(normalise_line(plain_text(voice.official)), answer_characters_max,
                           Ellipsis::shown);
        list.voices.push_back({std::move(voice), std::move(status), std::move(answer)});
    }
    page.lists.push_back(std::move(list));
}

/// Somebody whom nobody knows.
Viewer stranger_at(const Context& context)
{
    return {.organisation = context.organisation.id, .everyone = context.organisation.everyone};
}

/// The frame may stand on the pages of the sites that an owner named, and on no other.
std::string policy(Context& context)
{
    std::string policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                         "base-uri 'none'; form-action 'self'; frame-ancestors";
    const auto sites = find_widget_sites(context.transaction, context.organisation.id);
    for (const auto& site : sites) policy += " " + site;
    return policy += sites.empty() ? " 'none'" : "";
}

/// What a step of the reader's came to.
struct Step {
    std::string session = {};
    /// The page around is asked who the reader is, but not again for what was just refused.
    bool asks = true;
    std::string text = {};
    std::optional<Refusal> refused = std::nullopt;
    std::string notice = {};
    std::string said_path = {};
};

Response show(const Request& request, Context& context, Step step)
{
    const auto& language = language_of(request, context);
    WidgetPage page{.organisation = context.organisation,
                    .accent_path = web::Frame{.organisation = &context.organisation}.accent_path(),
                    .session = std::move(step.session),
                    .asks = step.asks,
                    .name = {},
                    .text = std::move(step.text),
                    .refused = step.refused ? language.sentence(*step.refused) : std::string(),
                    .notice = std::move(step.notice),
                    .said_path = std::move(step.said_path),
                    .lists = {}};
    if (!page.session.empty()) {
        if (const auto person = people::find_person_by_id(
                context.transaction, context.organisation.id, context.viewer.person))
            page.name = person->name;
        hear::VoiceQuery mine;
        mine.person = context.viewer.person;
        mine.sort = hear::Sort::newest;
        add_list(page, context, language, language.t("What you said"), mine);
    }
    hear::VoiceQuery wanted;
    wanted.sort = hear::Sort::trending;
    add_list(page, context, language, language.t("What others say"), wanted);
    hear::VoiceQuery done;
    done.category = hear::Category::done;
    done.sort = hear::Sort::newest;
    add_list(page, context, language, language.t("What was done"), done);
    web::Writer out(8 * 1024);
    html::widget(out, language, page);
    auto response =
        Response::html(out.take(), step.refused ? web::status_of(step.refused->reason) : 200);
    response.with("Content-Security-Policy", policy(context));
    response.with("Cache-Control", "private, no-store");
    return response;
}

Response get_widget(const Request& request, Context& context)
{
    // Whatever cookies a browser sends: here the reader is who the page around says.
    context.viewer = stranger_at(context);
    return show(request, context, {});
}

Response post_identify(const Request& request, Context& context)
{
    context.viewer = stranger_at(context);
    const auto refuse = [&](const Refusal& refusal) {
        return show(request, context,
                    {.asks = false, .text = std::string(request.form("text")), .refused = refusal});
    };
    if (const auto may = web::allow(context, web::Act::sign_in_try); !may)
        return refuse(may.error());
    const auto secret =
        people::find_setting(context.transaction, context.organisation.id, widget_secret_setting);
    const auto claims = check_widget_token(request.form("token"), secret, context.now);
    if (!claims) return refuse(claims.error());
    const auto person = receive_from_site(context, *claims);
    if (!person) return refuse(person.error());
    const auto viewer = people::make_viewer(context.transaction, context.organisation.id,
                                            context.organisation.everyone, person->id);
    if (!viewer) return refuse(Refusal::not_found());
    context.viewer = *viewer;
    return show(request, context,
                {.session = make_widget_session(secret, person->id, context.now),
                 .text = std::string(request.form("text"))});
}

/// Whose session came with a form, and that in the place of a cookie's.
Result<std::string> take_session(const Request& request, Context& context)
{
    const auto viewer = find_widget_viewer(context, request.form("session"));
    context.viewer = viewer.value_or(stranger_at(context));
    if (!viewer)
        return Refusal::unauthenticated(
            "What this page says of you is over. Please load the page again.");
    return std::string(request.form("session"));
}

Response post_widget_voice(const Request& request, Context& context)
{
    const auto& language = language_of(request, context);
    Step step{.text = std::string(request.form("text"))};
    const auto refuse = [&](const Refusal& refusal) {
        step.refused = refusal;
        return show(request, context, step);
    };
    auto session = take_session(request, context);
    if (!session) return refuse(session.error());
    step.session = *std::move(session);
    if (const auto may = web::allow(context, web::Act::voice); !may) return refuse(may.error());
    hear::NewVoice wanted;
    wanted.body = step.text;
    wanted.title = first_sentence(step.text, 120);
    if (normalise_line(wanted.body) == wanted.title) wanted.body.clear();
    if (wanted.title.empty())
        return refuse(Refusal::invalid("text", "Please write something first."));
    const auto rendered = hear::render_body(wanted.title, wanted.body);
    if (!rendered) return refuse(rendered.error());
    const auto voice = hear::say_voice(context.transaction, context.ids, context.now,
                                       context.viewer, wanted, *rendered);
    if (!voice) return refuse(voice.error());
    step.text.clear();
    step.said_path = voice->path();
    step.notice =
        voice->state == record::State::held
            ? language.t("Thank you. A steward looks at what newcomers say before all see it.")
            : language.t("You were heard. You will be told what comes of it.");
    return show(request, context, step);
}

Response post_support(const Request& request, Context& context)
{
    Step step;
    auto session = take_session(request, context);
    if (!session) return show(request, context, {.refused = session.error()});
    step.session = *std::move(session);
    const auto voice = Id::parse(request.form("voice")).value_or(Id{});
    const auto allowed = web::allow(context, web::Act::support);
    if (!allowed) {
        step.refused = allowed.error();
        return show(request, context, step);
    }
    const auto count = request.form("undo") == "yes"
                           ? hear::withdraw_support(context.transaction, context.ids, context.now,
                                                    context.viewer, voice)
                           : hear::give_support(context.transaction, context.ids, context.now,
                                                context.viewer, voice, {});
    if (!count)
        step.refused = count.error();
    else
        step.notice = language_of(request, context).t("Saved.");
    return show(request, context, step);
}

/// A script for other sites' pages: the one thing of ours that they may load.
Response get_script(const Request& request, Context&)
{
    Response response;
    for (const auto& asset : web::embedded_assets()) {
        if (asset.name != "widget.js") continue;
        if (request.header("if-none-match") == asset.etag)
            response.status = 304;
        else
            response.body = asset.plain;
        response.with("ETag", std::string(asset.etag));
    }
    return response.with("Content-Type", "text/javascript; charset=utf-8")
        .with("Cache-Control", "public, max-age=300")
        .with("Cross-Origin-Resource-Policy", "cross-origin");
}

} // namespace

void mount_widget_pages(web::Router& router)
{
    router.get("/widget.js", get_script);
    router.get("/widget", get_widget);
    // Each carries its own proof, a token or a session, in a form: a cookie opens nothing here.
    router.post("/widget/identify", post_identify).needs_csrf = false;
    router.post("/widget/voices", post_widget_voice).needs_csrf = false;
    router.post("/widget/support", post_support).needs_csrf = false;
}

} // namespace moothall::hall
