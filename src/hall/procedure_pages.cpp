#include "hall/compared_versions.hpp"
#include "hall/procedures.hpp"
#include "hall/templates.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int bypasses_shown = 20;
constexpr int versions_of_procedure = 10;

// -- the list -------------------------------------------------------------------------------------

Response get_procedures(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto state = write::procedure_state_of(request.query("state"));
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto list = write::list_procedures(
        context.transaction,
        {.state = state, .circle = *circle, .after = std::string(request.query("after"))},
        context.viewer);
    if (!list) return context.refuse(list.error());
    std::string title(language.t("How we work"));
    std::string of_circle;
    std::string circle_name;
    if (*circle) {
        const auto found = people::find_circle(context.transaction, *circle, context.viewer);
        if (!found) return context.refuse(found.error());
        circle_name = language.t(found->name);
        title = language.t("How {1} works", circle_name);
        of_circle = "circle=" + circle->text();
    }
    ProceduresPage page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::strategy)};
    page.frame.canonical_url = context.organisation.url + "/procedures";
    page.frame.feed_path = "/procedures.atom";
    page.frame.calendar_path = "/calendar.ics";
    page.frame.live_path = "/api/v1/events/stream";
    page.circle_name = std::move(circle_name);
    page.may_make =
        write::may_make_procedures(context.viewer, *circle ? *circle : context.viewer.everyone);
    const auto path_of = [&](std::string_view wanted) {
        std::string path = "/procedures";
        if (!wanted.empty()) path += "?state=" + std::string(wanted);
        if (!of_circle.empty()) path += (wanted.empty() ? "?" : "&") + of_circle;
        return path;
    };
    page.tabs = {{std::string(language.t("In use")), path_of(""), !state},
                 {std::string(language.t("Must be mended")), path_of("to-mend"),
                  state == write::ProcedureState::to_mend},
                 {std::string(language.t("Retired")), path_of("retired"),
                  state == write::ProcedureState::retired}};
    for (const auto& procedure : list->procedures)
        page.rows.push_back({procedure, chip_of(procedure, language)});
    const auto here = path_of(state ? write::to_text(*state) : "");
    if (!request.query("after").empty()) page.pages.first_path = here;
    if (!list->next.empty())
        page.pages.next_path = here + (here.find('?') == std::string::npos ? "?" : "&") +
                               "after=" + web::percent_encode(list->next);
    page.empty = {std::string(language.t("No procedure here")),
                  std::string(language.t("A procedure says how something is done, what for, and "
                                         "who answers for it.")),
                  page.may_make ? std::string(language.t("Write one down")) : std::string(),
                  page.may_make ? "/procedures/new" : ""};
    web::Writer out(16 * 1024);
    html::procedures(out, language, page);
    return web::show(context, page.frame, out.take());
}

// -- the page of one ------------------------------------------------------------------------------

/// Which form of the page was refused.
enum class Form : std::uint8_t { none, bypass, challenge, retirement };

void fill_bypass_form(ProcedurePage& page, const Request& request, const web::Language& language)
{
    const auto& form = page.bypass_form;
    page.why = form.text("why", language.t("What was in the way?"));
    page.why.required = true;
    page.why.rows = 3;
    page.happened =
        form.text("happened", language.t("What did you do instead, and what came of it?"));
    page.happened.rows = 3;
    page.for_whom = form.text("for", language.t("For whom?"));
    page.for_whom.hint = language.t("A person, a circle, or in your own words.");
    page.voice = form.text("voice", language.t("The voice behind it"), request.query("voice"));
    page.voice.hint = language.t("Its address, when somebody said why.");
}

void fill_loop(ProcedurePage& page, Context& context)
{
    std::vector<Id> voices;
    for (const auto& bypass : page.bypasses)
        if (bypass.voice) voices.push_back(bypass.voice);
    if (voices.empty()) return;
    page.loop = hear::make_loop_line(
        hear::find_loop(context.transaction, context.viewer, page.procedure.id, voices),
        context.language);
}

Response show_procedure(const Request& request, Context& context, Id id,
                        const std::optional<Refusal>& refused, Form which)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const auto procedure = write::find_procedure(context.transaction, id, viewer);
    if (!procedure) return context.refuse(procedure.error());
    const auto bypasses = write::list_bypasses(context.transaction, id, viewer,
                                               request.query("bypasses"), bypasses_shown);
    if (!bypasses) return context.refuse(bypasses.error());
    const auto versions = write::list_versions(
        context.transaction, viewer.organisation, id,
        web::read_whole(request.query("versions")).value_or(0), versions_of_procedure);
    if (versions.versions.empty()) return context.refuse(Refusal::not_found());
    const bool own = which == Form::bypass;
    ProcedurePage page{
        .frame = web::make_frame(request, context, procedure->title, web::Section::strategy),
        .procedure = *procedure,
        .chip = chip_of(*procedure, language),
        .bypasses = bypasses->bypasses,
        .versions = versions.versions,
        .bypass_form = web::FilledForm(language, request, own ? refused : std::nullopt)};
    page.frame.canonical_url = context.organisation.url + procedure->path();
    page.frame.feed_path = record::path_of("procedure", procedure->id) + ".atom";
    page.frame.description = procedure->purpose;
    page.frame.live_path = "/api/v1/events/stream";
    if (!bypasses->next.empty())
        page.older_bypasses =
            procedure->path() + "?bypasses=" + web::percent_encode(bypasses->next) + "#bypasses";
    if (versions.next != 0)
        page.older_versions =
            procedure->path() + "?versions=" + std::to_string(versions.next) + "#versions";
    const auto challenges = act::list_callouts(context.transaction, id, viewer);
    for (const auto& challenge : challenges)
        page.challenges.push_back(act::view_of(challenge, viewer, language));
    fill_bypass_form(page, request, language);
    fill_loop(page, context);
    if (viewer.signed_in()) page.follow = hear::find_follow(context.transaction, id, viewer);
    page.bypass_refused = own && refused;
    page.may_change = procedure->stands() && write::may_change(*procedure, viewer);
    page.may_log = procedure->stands() && viewer.signed_in();
    page.may_challenge = procedure->stands() && viewer.role_in(procedure->circle) >= Role::member &&
                         !procedure->owner.name.empty() && procedure->owner.id != viewer.person;
    if (refused && !own) page.refused = language.sentence(*refused);
    if (which == Form::challenge) {
        page.challenge_title = request.form("title");
        page.challenge_body = request.form("body");
    }
    if (which == Form::retirement) page.retirement = request.form("why");
    page.now = context.now;
    web::Writer out(16 * 1024);
    html::procedure(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_procedure(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_procedure(request, context, *id, {}, Form::none);
}

/// The page again with what was typed, when a person can put it right; else the refusal.
Response refuse_form(const Request& request, Context& context, Id id, const Refusal& refused,
                     Form which)
{
    if (refused.reason == Reason::invalid || refused.reason == Reason::conflict)
        return show_procedure(request, context, id, refused, which);
    return context.refuse(refused);
}

// -- what people do there -------------------------------------------------------------------------

/// A person or a circle that is named so; none: it stays in words.
Id find_for(Context& context, std::string_view text)
{
    if (const auto person = organise::find_named(context.transaction, context.viewer, text, "for");
        person && *person)
        return *person;
    const auto name = fold(normalise_line(text));
    if (name.empty()) return {};
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (fold(circle.name) == name || fold(context.language.t(circle.name)) == name)
            return circle.id;
    return {};
}

/// The id in the address of a voice, or the id itself.
Result<Id> read_voice(std::string_view text)
{
    const auto line = normalise_line(text);
    if (line.empty()) return Id{};
    std::string_view id = line;
    constexpr std::string_view folder = "/voices/";
    if (const auto place = id.find(folder); place != std::string_view::npos)
        id.remove_prefix(place + folder.size());
    constexpr std::size_t id_characters = 13;
    const auto voice = Id::parse(id.substr(0, id_characters));
    if (!voice) return Refusal::invalid("voice", "There is no such voice that you can see.");
    return *voice;
}

Response post_bypass(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    // Seen or not is said before anything about the form.
    if (const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
        !procedure)
        return context.refuse(procedure.error());
    write::NewBypass wanted;
    wanted.why = request.form("why");
    wanted.happened = request.form("happened");
    wanted.for_one = find_for(context, request.form("for"));
    if (!wanted.for_one) wanted.for_whom = request.form("for");
    const auto voice = read_voice(request.form("voice"));
    if (!voice) return refuse_form(request, context, *id, voice.error(), Form::bypass);
    wanted.voice = *voice;
    const auto logged = log_bypass(context, *id, wanted);
    if (!logged) return refuse_form(request, context, *id, logged.error(), Form::bypass);
    auto response =
        Response::see_other("/procedures/" + id->text() + "#" + logged->bypass.id.text());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Thank you. Who answers for it is told, and you are told "
                                        "when it is mended or retired."));
    return response;
}

Result<web::Prepared> prepare_challenge(const Request& request, Context&)
{
    auto rendered = hear::render_body(request.form("title"), request.form("body"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_challenge(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
    if (!procedure) return context.refuse(procedure.error());
    const auto opened = act::open_callout(
        context.transaction, context.ids, context.now, context.viewer,
        {*id, std::string(request.form("title")), std::string(request.form("body"))},
        std::any_cast<const hear::Rendered&>(context.prepared));
    if (!opened) return refuse_form(request, context, *id, opened.error(), Form::challenge);
    auto response = Response::see_other(procedure->path() + "#callout-" + opened->id.text());
    web::give_notice(
        response, context, web::Tone::good,
        context.language.t("Asked. {1} must answer in the open.", procedure->owner.name));
    return response;
}

Response post_retirement(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto retired = retire_procedure(context, *id, request.form("why"));
    if (!retired) return refuse_form(request, context, *id, retired.error(), Form::retirement);
    auto response = Response::see_other(retired->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Retired. Those who went round it are told."));
    return response;
}

Response post_procedure_follow(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
    if (!procedure) return context.refuse(procedure.error());
    const auto changed =
        hear::change_follow(context.transaction, context.ids, context.now, context.viewer, *id,
                            {false, request.form("outcome") == "yes"});
    if (!changed) return context.refuse(changed.error());
    auto response = Response::see_other(procedure->path());
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

// -- what it said before --------------------------------------------------------------------------

Response get_procedure_version(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
    if (!procedure) return context.refuse(procedure.error());
    const auto compared = compare_versions(request, context, *id);
    if (!compared) return context.refuse(compared.error());
    DifferencePage page{.frame =
                            web::make_frame(request, context,
                                            language.t("{1}, version {2}", procedure->title,
                                                       std::to_string(compared->version.version)),
                                            web::Section::strategy),
                        .procedure = *procedure,
                        .compared = *compared,
                        .hunks = {}};
    page.frame.indexed = false;
    if (const auto& before = compared->before)
        page.hunks =
            write::find_hunks(write::find_difference(before->words, compared->version.words));
    web::Writer out(16 * 1024);
    html::procedure_version(out, language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

void mount_procedure_pages(web::Router& router)
{
    router.get("/procedures", get_procedures);
    router.get("/procedures/:id", get_procedure);
    router.post("/procedures/:id/bypasses", post_bypass).act = web::Act::voice;
    auto& challenge = router.post("/procedures/:id/challenges", post_challenge);
    challenge.prepare = prepare_challenge;
    challenge.act = web::Act::voice;
    router.post("/procedures/:id/retirement", post_retirement);
    router.post("/procedures/:id/follow", post_procedure_follow);
    router.get("/procedures/:id/versions/:version", get_procedure_version);
}

} // namespace moothall::hall
