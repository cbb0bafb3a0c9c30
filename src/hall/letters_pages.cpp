// What a person reads of the house outside of its pages: the monthly letter, her feed.

#include "hall/settings.hpp"

#include "hall/templates.hpp"
#include "tell/reader.hpp"
#include "text/json.hpp"
#include "web/api.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view letters_path = "/settings/letters";

/// Where whoever has the secret reads her news (".atom") and the dates she sees (".ics").
std::string feed_url(const Context& context, std::string_view secret, std::string_view ending)
{
    return context.organisation.url + "/feeds/" + std::string(secret) + std::string(ending);
}

/// `secret` is that of a feed that was made just now: its addresses are shown this once.
Response show_letters(const Request& request, Context& context, std::string_view secret)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    const auto choice = tell::find_reader_choice(context.transaction, context.viewer.organisation,
                                                 context.viewer.person);
    SettingsForm report{.form = web::FilledForm(context.language, request),
                        .csrf = context.csrf,
                        .id = "report",
                        .title = std::string(language.t("The report by letter")),
                        .lead = std::string(language.t(
                            "On the first day of each month: what we heard, what we changed, what "
                            "we will do. Every line leads to its proof.")),
                        .action = std::string(letters_path),
                        .button = std::string(language.t("Save"))};
    report.parts.push_back(
        {FormPart::check,
         report.form.check("report", language.t("Send me the report each month"), choice.report)});
    LettersPage page{.frame =
                         make_settings_frame(request, context, language.t("Letters and feeds")),
                     .menu = make_settings_menu(context, letters_path),
                     .report = std::move(report),
                     .feed_made = choice.feed_made,
                     .new_feed = secret.empty() ? "" : feed_url(context, secret, ".atom"),
                     .new_calendar = secret.empty() ? "" : feed_url(context, secret, ".ics")};
    web::Writer out;
    html::letters(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response get_letters(const Request& request, Context& context)
{
    return show_letters(request, context, {});
}

Response back(const Context& context, std::string_view sentence)
{
    auto response = Response::see_other(std::string(letters_path));
    web::give_notice(response, context, web::Tone::good, sentence);
    return response;
}

Response post_letters(const Request& request, Context& context)
{
    const auto chosen = tell::choose_report(context.transaction, context.ids, context.now,
                                            context.viewer, request.form("report") == "yes");
    if (!chosen) return context.refuse(chosen.error());
    return back(context, context.language.t("Saved."));
}

Response post_feed(const Request& request, Context& context)
{
    const auto secret =
        tell::make_feed(context.transaction, context.ids, context.now, context.viewer);
    if (!secret) return context.refuse(secret.error());
    return show_letters(request, context, *secret);
}

Response post_feed_end(const Request&, Context& context)
{
    const auto ended =
        tell::end_feed(context.transaction, context.ids, context.now, context.viewer);
    if (!ended) return context.refuse(ended.error());
    return back(context, context.language.t("The address of your feed has ended."));
}

Response get_letters_api(const Request&, Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    const auto choice = tell::find_reader_choice(context.transaction, context.viewer.organisation,
                                                 context.viewer.person);
    JsonWriter json;
    json.begin_object().field("report", choice.report).field("feed_made_at", choice.feed_made);
    return Response::json(json.end_object().take());
}

Response put_letters_api(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto report = web::read_truth(*body, "report");
    if (!report) return context.refuse(report.error());
    if (!*report) return context.refuse(Refusal::invalid("report", "Please say true or false."));
    const auto chosen = tell::choose_report(context.transaction, context.ids, context.now,
                                            context.viewer, **report);
    if (!chosen) return context.refuse(chosen.error());
    return get_letters_api(request, context);
}

Response post_feed_api(const Request&, Context& context)
{
    const auto secret =
        tell::make_feed(context.transaction, context.ids, context.now, context.viewer);
    if (!secret) return context.refuse(secret.error());
    JsonWriter json;
    json.begin_object().field("url", feed_url(context, *secret, ".atom"));
    json.field("calendar_url", feed_url(context, *secret, ".ics")).end_object();
    return web::created(json.take(), "/api/v1/me/feed");
}

Response delete_feed_api(const Request&, Context& context)
{
    const auto ended =
        tell::end_feed(context.transaction, context.ids, context.now, context.viewer);
    if (!ended) return context.refuse(ended.error());
    return Response::no_content();
}

} // namespace

void mount_letters_pages(web::Router& router)
{
    router.get("/settings/letters", get_letters);
    router.post("/settings/letters", post_letters);
    router.post("/settings/letters/feed", post_feed).keeps_answer = false;
    router.post("/settings/letters/feed/end", post_feed_end);
    router.get("/api/v1/me/letters", get_letters_api);
    router.put("/api/v1/me/letters", put_letters_api);
    router.post("/api/v1/me/feed", post_feed_api).keeps_answer = false;
    router.del("/api/v1/me/feed", delete_feed_api);
}

} // namespace moothall::hall
