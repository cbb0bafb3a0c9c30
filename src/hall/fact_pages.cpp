#include "hall/facts.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int facts_shown = 50;
constexpr int readings_shown = 24;
constexpr int readings_drawn = 200;
constexpr int versions_shown = 10;
constexpr int waiting_shown = 10;

Response get_facts(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    if (!viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const bool checks = request.query("show") == "waiting";
    const bool may_check = write::may_import_facts(viewer);
    const auto list = write::list_facts(context.transaction,
                                        {.mine = !checks,
                                         .waiting = checks,
                                         .limit = facts_shown,
                                         .after = std::string(request.query("after"))},
                                        viewer);
    if (!list) return context.refuse(list.error());
    FactsPage page{.frame = web::make_frame(
                       request, context,
                       std::string(checks ? language.t("Facts to check") : language.t("My facts")),
                       web::Section::people)};
    page.frame.indexed = false;
    page.checks = checks;
    page.may_import = may_check;
    const std::string here = checks ? "/facts?show=waiting" : "/facts";
    if (may_check)
        page.tabs = {{std::string(language.t("My facts")), "/facts", !checks},
                     {std::string(language.t("To check")), "/facts?show=waiting", checks}};
    if (!checks && request.query("after").empty()) {
        const auto self = write::find_about(context.transaction, viewer.person, viewer);
        if (!self) return context.refuse(self.error());
        page.mine = make_facts_part(context, *self);
    }
    for (const auto& fact : list->facts)
        if (checks || fact.about.id != viewer.person)
            page.lines.push_back(make_fact_line(fact, language));
    if (!checks) page.table_path = "/facts.csv";
    if (!request.query("after").empty()) page.pages.first_path = here;
    if (!list->next.empty())
        page.pages.next_path =
            here + (checks ? "&" : "?") + "after=" + web::percent_encode(list->next);
    page.empty = checks
                     ? web::Empty{std::string(language.t("Nothing waits for a check")),
                                  std::string(language.t(
                                      "What customers say of themselves is live at once. Where a "
                                      "kind of fact asks for a check, it is listed here."))}
                     : web::Empty{std::string(language.t("Nothing is known about you here")),
                                  std::string(language.t(
                                      "Stewards of the hall say which facts are kept, and you keep "
                                      "them right."))};
    web::Writer out(16 * 1024);
    html::facts(out, language, page);
    return web::show(context, page.frame, out.take());
}

// -- the page of one ------------------------------------------------------------------------------

FactVersionLine make_version_line(const write::FactKind& kind, write::FactVersion version,
                                  const web::Language& language)
{
    auto value = value_in_words(kind, version, language);
    auto note = note_in_words(version.note, language);
    auto chip = chip_of(version, language);
    return {std::move(version), std::move(value), std::move(note), std::move(chip), {}};
}

std::vector<FactVersionLine> make_version_lines(const write::FactKind& kind,
                                                std::vector<write::FactVersion> versions,
                                                const web::Language& language)
{
    std::vector<FactVersionLine> lines;
    for (auto& version : versions)
        lines.push_back(make_version_line(kind, std::move(version), language));
    return lines;
}

std::string amount_with_unit(const write::FactKind& kind, std::int64_t amount, int digits,
                             const web::Language& language)
{
    auto words = language.decimal(
        static_cast<double>(amount) / static_cast<double>(write::millionths), digits);
    if (!kind.unit.empty()) words += "\u00a0" + kind.unit;
    return words;
}

/// The use a day since the reading before: a reading alone says little.
void fill_use(std::vector<FactVersionLine>& lines, const write::FactKind& kind,
              const web::Language& language)
{
    constexpr int digits = 2;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        const auto& version = lines[i].version;
        const auto& before = lines[i + 1].version;
        const auto days =
            (std::chrono::sys_days(*version.taken_on) - std::chrono::sys_days(*before.taken_on))
                .count();
        if (days > 0)
            lines[i].used =
                amount_with_unit(kind, (version.amount - before.amount) / days, digits, language);
    }
}

/// The readings over time, from the lowest to the highest.
web::LineChart draw_readings(const write::FactKind& kind,
                             const std::vector<write::FactVersion>& newest_first,
                             const web::Language& language)
{
    web::LineChart chart;
    if (newest_first.size() < 2) return chart;
    const auto day_of = [](const write::FactVersion& version) {
        return std::chrono::sys_days(*version.taken_on);
    };
    const auto& last = newest_first.front();
    const auto& first = newest_first.back();
    const auto [low, high] = std::ranges::minmax(newest_first, {}, &write::FactVersion::amount);
    const auto span = static_cast<double>((day_of(last) - day_of(first)).count());
    const auto rise = static_cast<double>(high.amount) - static_cast<double>(low.amount);
    std::vector<web::ChartPoint> points;
    for (auto version = newest_first.rbegin(); version != newest_first.rend(); ++version)
        points.push_back(
            {static_cast<double>((day_of(*version) - day_of(first)).count()) / span,
             rise > 0
                 ? (static_cast<double>(version->amount) - static_cast<double>(low.amount)) / rise
                 : 0.5});
    chart.points = web::line_through(points);
    chart.first = language.day(*first.taken_on);
    chart.last = language.day(*last.taken_on);
    chart.top = value_in_words(kind, high, language);
    chart.label = language.t("{1}: from {2} to {3}", kind.name, value_in_words(kind, low, language),
                             value_in_words(kind, high, language));
    return chart;
}

Result<void> fill_readings(FactPage& page, const Request& request, Context& context)
{
    const auto& fact = page.fact;
    const auto after = request.query("after");
    const auto list = write::list_readings(context.transaction, context.viewer, fact.id, after,
                                           after.empty() ? readings_drawn : readings_shown);
    if (!list) return list.error();
    auto versions = list->versions;
    if (after.empty()) page.chart = draw_readings(fact.kind, versions, context.language);
    const auto shown = std::min<std::size_t>(versions.size(), readings_shown);
    const auto here = fact.path();
    if (!after.empty()) page.pages.first_path = here + "#readings";
    if (shown < versions.size() || !list->next.empty())
        page.pages.next_path =
            here + "?after=" + to_text(*versions[shown - 1].taken_on) + "#readings";
    // One more than is shown, so that the last of them has its use a day.
    versions.resize(std::min(shown + 1, versions.size()));
    page.readings = make_version_lines(fact.kind, std::move(versions), context.language);
    fill_use(page.readings, fact.kind, context.language);
    page.readings.resize(shown);
    return {};
}

Result<void> fill_versions(FactPage& page, const Request& request, Context& context)
{
    const auto& fact = page.fact;
    const auto versions = write::list_fact_versions(context.transaction, context.viewer, fact.id,
                                                    request.query("before"), versions_shown);
    if (!versions) return versions.error();
    page.versions = make_version_lines(fact.kind, versions->versions, context.language);
    if (!versions->next.empty())
        page.older_versions =
            fact.path() + "?before=" + web::percent_encode(versions->next) + "#history";
    return {};
}

Response get_fact(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_fact(request, context, *id, {});
}

} // namespace

Response show_fact(const Request& request, Context& context, Id id,
                   const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const auto fact = write::find_fact(context.transaction, id, viewer);
    if (!fact) return context.refuse(fact.error());
    const web::FilledForm form(language, request, refused);
    FactPage page{.frame = web::make_frame(request, context, fact->kind.name, web::Section::people),
                  .fact = *fact,
                  .shown = make_version_line(fact->kind, fact->shown, language),
                  .readers = readers_in_words(fact->kind, fact->about, language),
                  .form = form};
    page.frame.indexed = false;
    page.frame.feed_path = fact->path() + ".atom";
    if (fact->may_change && !fact->kind.retired)
        page.fields = make_fact_fields(form, language, fact->kind, fact->shown, context.now);
    if (fact->may_check && fact->waits_since)
        page.waiting = make_version_lines(
            fact->kind, write::list_waiting(context.transaction, viewer, id, waiting_shown),
            language);
    std::erase_if(page.waiting, [&](const FactVersionLine& line) {
        return line.version.said_by.id == viewer.person;
    });
    if (fact->kind.type == write::FactType::reading)
        if (const auto filled = fill_readings(page, request, context); !filled)
            return context.refuse(filled.error());
    if (const auto filled = fill_versions(page, request, context); !filled)
        return context.refuse(filled.error());
    if (viewer.signed_in()) page.follow = hear::find_follow(context.transaction, id, viewer);
    page.now = context.now;
    web::Writer out(24 * 1024);
    html::fact(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

void mount_fact_pages(web::Router& router)
{
    router.get("/facts", get_facts);
    router.get("/facts/:id", get_fact);
}

} // namespace moothall::hall
