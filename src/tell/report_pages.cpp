#include "tell/report_pages.hpp"

#include "people/people.hpp"
#include "tell/atom.hpp"
#include "tell/templates.hpp"
#include "text/json.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// Their names in JSON.
constexpr std::pair<std::string_view, ReportLines Report::*> section_fields[] = {
    {"heard", &Report::heard},   {"themes", &Report::themes},     {"changed", &Report::changed},
    {"coming", &Report::coming}, {"not_done", &Report::not_done}, {"learned", &Report::learned},
};

std::string address_of(std::string_view path, std::string_view period, const ReportQuery& query)
{
    auto address = std::string(path) + "?period=" + std::string(period);
    if (query.circle) address += "&circle=" + query.circle.text();
    if (query.theme) address += "&theme=" + query.theme.text();
    return address;
}

/// The themes to read of: those in which most was said in the period, and the one that was chosen.
void fill_themes(ReportPage& page, const Report& report, const ReportQuery& query,
                 const Context& context)
{
    if (report.themes.empty() && !query.theme) return;
    auto any = query;
    any.theme = {};
    page.themes.push_back({std::string(context.language.t("All themes")),
                           address_of("/report", query.period.name, any), !query.theme});
    if (query.theme)
        page.themes.push_back(
            {page.theme.label, address_of("/report", query.period.name, query), true});
    for (const auto& theme : report.themes) {
        auto one = query;
        one.theme = theme.thing;
        page.themes.push_back(
            {theme.title, address_of("/report", query.period.name, one), false, theme.people});
    }
}

Response get_report(const Request& request, Context& context)
{
    const auto query = read_report_query(request, context.transaction, context.viewer, context.now);
    if (!query) return context.refuse(query.error());
    const auto& language = context.language;
    const auto report = make_report(context.transaction, *query, context.viewer, context.now);
    ReportPage page{.frame = web::make_frame(
                        request, context,
                        std::string(language.t("What we heard, what we changed, what we will do")),
                        web::Section::report)};
    page.period = name_of(query->period, language);
    page.frame.feed_path = address_of("/report.atom", query->period.name, *query);
    page.frame.picture_path = address_of("/report.png", query->period.name, *query);
    page.lead = lead_of(report, language);
    page.lead_path = report.voices_path;
    page.cut = report.cut;
    page.frame.description = page.lead;
    page.sections = sections_of(report, context.now, language);
    if (query->theme)
        if (const auto theme =
                record::find_thing(context.transaction, context.viewer.organisation, query->theme))
            page.theme = {theme->title, record::path_of("theme", query->theme), true};

    fill_themes(page, report, *query, context);
    // Promises are counted for circles, and not by theme.
    if (!query->theme)
        page.kept = act::make_kept_chart(
            act::list_kept_months(context.transaction, context.viewer, query->circle),
            query->circle, language);
    // The quarters before, and this one; whoever came by a month or a year keeps it in the list.
    auto period = *read_period({}, context.now);
    if (query->period.name.size() != period.name.size() ||
        query->period.name.find('Q') == std::string::npos)
        page.periods.push_back({name_of(query->period, language), {}, true});
    for (int i = 0; i < 6; ++i) {
        page.periods.push_back({name_of(period, language),
                                address_of("/report", period.name, *query),
                                period.name == query->period.name});
        period = period_before(period);
    }
    auto anywhere = *query;
    anywhere.circle = {};
    page.circles.push_back({std::string(language.t("All circles")),
                            address_of("/report", query->period.name, anywhere), !query->circle});
    for (const auto& circle : people::list_circles(context.transaction, context.viewer)) {
        auto there = *query;
        there.circle = circle.id;
        page.circles.push_back({std::string(language.t(circle.name)),
                                address_of("/report", query->period.name, there),
                                circle.id == query->circle});
    }
    web::Writer out(32 * 1024);
    html::report(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response get_report_feed(const Request& request, Context& context)
{
    const auto query = read_report_query(request, context.transaction, context.viewer, context.now);
    if (!query) return context.refuse(query.error());
    const auto& language = context.language;
    const auto& house = context.organisation;
    const auto report = make_report(context.transaction, *query, context.viewer, context.now);
    Feed feed;
    feed.url = house.url + address_of("/report", query->period.name, *query);
    feed.self_url = house.url + address_of("/report.atom", query->period.name, *query);
    feed.id = feed.url;
    feed.title = house.name + ": " + std::string(language.t("What we changed")) + ", " +
                 name_of(query->period, language);
    feed.author = house.name;
    feed.changed = context.now;
    feed.language = language.code();
    for (const auto* section : {&report.changed, &report.not_done, &report.learned})
        for (const auto& line : *section)
            feed.entries.push_back({house.url + line.path + "#report-" + to_rfc3339(line.at),
                                    line.title,
                                    house.url + line.path,
                                    {},
                                    line.at,
                                    line.title + ": " + words_of(line, context.now, language)});
    std::ranges::sort(feed.entries, std::ranges::greater{}, &FeedEntry::changed);
    return atom_response(feed);
}

Response get_report_json(const Request& request, Context& context)
{
    const auto query = read_report_query(request, context.transaction, context.viewer, context.now);
    if (!query) return context.refuse(query.error());
    const auto report = make_report(context.transaction, *query, context.viewer, context.now);
    JsonWriter json(8192);
    json.begin_object().field("period", query->period.name);
    json.field("from", to_text(query->period.from)).field("until", to_text(query->period.until));
    json.field("voices", report.voices).field("people", report.people);
    json.key("more").begin_object(); // how many there are beside the lines
    for (const auto& [field, lines] : section_fields) json.field(field, (report.*lines).more);
    json.end_object().field("cut", report.cut);
    for (const auto& [field, lines] : section_fields) {
        json.key(field).begin_array();
        for (const auto& line : report.*lines) {
            json.begin_object().field("thing", line.thing).field("kind", line.kind);
            json.field("title", line.title);
            json.field("what", words_of(line, context.now, context.language));
            json.field("url", context.organisation.url + line.path).end_object();
        }
        json.end_array();
    }
    return Response::json(json.end_object().take());
}

} // namespace

Result<ReportQuery> read_report_query(const web::Request& request, store::Transaction& transaction,
                                      const Viewer& viewer, Time now)
{
    auto period = read_period(request.query("period"), now);
    if (!period) return period.error();
    ReportQuery query{*std::move(period), {}, {}};
    const auto circle = web::query_id(request, "circle");
    if (!circle) return circle.error();
    const auto theme = web::query_id(request, "theme");
    if (!theme) return theme.error();
    for (const auto& [id, kind] : {std::pair{*circle, "circle"}, std::pair{*theme, "theme"}}) {
        if (!id) continue;
        const auto thing = people::find_seen(transaction, id, viewer);
        if (!thing) return thing.error();
        if (thing->kind != kind) return Refusal::not_found();
    }
    query.circle = *circle;
    query.theme = *theme;
    return query;
}

void mount_report_pages(web::Router& router)
{
    router.get("/report", get_report);
    router.get("/report.atom", get_report_feed);
    router.get("/api/v1/report", get_report_json);
}

} // namespace moothall::tell
