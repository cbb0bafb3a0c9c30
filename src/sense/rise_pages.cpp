// Signals: what is rising, and what is done about it.

#include "sense/api.hpp"
#include "sense/pages.hpp"
#include "sense/templates.hpp"
#include "text/json.hpp"
#include "web/api.hpp"
#include "web/list_page.hpp"
#include "web/problem.hpp"

namespace moothall::sense {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int rises_shown = 50;
constexpr int voices_shown = 20;

RiseView view_of(Context& context, Rise rise, int voices)
{
    const auto& language = context.language;
    RiseView view{.rise = std::move(rise)};
    view.voices = hear::list_voices_by_id(
        context.transaction,
        list_rise_voices(context.transaction, context.viewer.organisation, view.rise.id, voices),
        context.viewer);
    view.growth = language.tn("{1} voice in a week, where {2} was to be expected",
                              "{1} voices in a week, where {2} were to be expected",
                              view.rise.voices, language.decimal(view.rise.expected, 1));
    view.may_answer = view.rise.state == "open" && context.viewer.signed_in() &&
                      (context.viewer.is_company() || context.viewer.is_hall_steward());
    return view;
}

Response get_rises(const Request& request, Context& context)
{
    const auto& language = context.language;
    RisesPage page{.frame = web::make_frame(request, context, std::string(language.t("Signals")),
                                            web::Section::themes)};
    page.frame.feed_path = "/signals.atom";
    page.now = context.now;
    for (auto& rise : list_rises(context.transaction, context.viewer, rises_shown))
        page.rises.push_back(view_of(context, std::move(rise), 3));
    page.empty = {
        std::string(language.t("Nothing rises above its own base rate")),
        std::string(language.t("Once a day the house looks for what people suddenly speak "
                               "of more than they used to. It would stand here.")),
        std::string(language.t("See the themes")), "/themes"};
    web::Writer out(16 * 1024);
    html::rises(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response show_rise(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    auto rise = find_rise(context.transaction, *id, context.viewer);
    if (!rise) return context.refuse(rise.error());
    const auto& language = context.language;
    const auto title = rise->title;
    RisePage page{.frame = web::make_frame(request, context, title, web::Section::themes),
                  .view = view_of(context, *std::move(rise), voices_shown),
                  .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.now = context.now;
    page.reason = page.form.text("reason", language.t("Why does it ask for no change?"));
    page.reason.hint = language.t("Everybody reads it.");
    page.reason.required = true;
    page.reason.rows = 3;
    web::Writer out(16 * 1024);
    html::rise(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_rise(const Request& request, Context& context)
{
    return show_rise(request, context, {});
}

Response post_aside(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto rise = set_rise_aside(context.transaction, context.ids, context.now, context.viewer,
                                     *id, request.form("reason"));
    if (!rise) {
        if (rise.error().reason == Reason::invalid)
            return show_rise(request, context, rise.error());
        return context.refuse(rise.error());
    }
    auto response = Response::see_other(rise->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Set aside, with your reason in the open."));
    return response;
}

void write_json(JsonWriter& json, const Rise& rise)
{
    json.begin_object().field("id", rise.id).field("title", rise.title);
    json.key("theme");
    if (rise.theme)
        json.value(rise.theme);
    else
        json.value(nullptr);
    json.key("first_voice");
    if (rise.first)
        json.value(rise.first);
    else
        json.value(nullptr);
    json.field("day", Date{std::chrono::floor<std::chrono::days>(rise.day)});
    json.field("voices", rise.voices).field("expected", rise.expected);
    json.field("state", rise.state).field("reason", rise.reason);
    json.field("url", rise.path()).end_object();
}

Response answer(Context& context, const Result<Rise>& rise)
{
    if (!rise) return context.refuse(rise.error());
    JsonWriter json;
    write_json(json, *rise);
    return Response::json(json.take());
}

Response get_api_rises(const Request& request, Context& context)
{
    constexpr int all = 10'000; // one rise is open for weeks
    return web::page_response(context, request,
                              list_rises(context.transaction, context.viewer, all),
                              [](JsonWriter& json, const Rise& rise) { write_json(json, rise); });
}

Response get_api_rise(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, find_rise(context.transaction, *id, context.viewer));
}

Response post_api_aside(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    return answer(context, set_rise_aside(context.transaction, context.ids, context.now,
                                          context.viewer, *id, reason->value_or("")));
}

} // namespace

void mount_rise_pages(web::Router& router)
{
    router.get("/signals", get_rises);
    router.get("/signals/:id", get_rise);
    router.post("/signals/:id/aside", post_aside);
    router.get("/api/v1/signals", get_api_rises);
    router.get("/api/v1/signals/:id", get_api_rise);
    router.post("/api/v1/signals/:id/aside", post_api_aside);
}

} // namespace moothall::sense
