#include "hear/pages.hpp"
#include "learn/pages.hpp"
#include "learn/templates.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"

#include <algorithm>

namespace moothall::learn {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::size_t months_shown = 18;
constexpr std::size_t rows_shown = 30;

const char* name_of(Step step)
{
    switch (step) {
    case Step::answered:
        return web::translatable("answered");
    case Step::decided:
        return web::translatable("decided");
    case Step::done:
        return web::translatable("done");
    case Step::told:
        return web::translatable("told");
    }
    return "";
}

/// The page of the voices behind a number: "/clock/done?circle=…&kind=want".
std::string path_of_spans(std::string_view step, Id circle, std::string_view lens = {},
                          std::string_view entry = {})
{
    auto path = "/clock/" + std::string(step);
    if (circle) web::add_field(path, "circle", circle.text());
    if (!lens.empty()) web::add_field(path, lens, entry);
    return path;
}

/// `lens` and the line's entry narrow the lists behind the cells: "kind", "theme" or "month".
std::vector<ClockCell> cells_of(const ClockLine& line, Id circle, std::string_view lens,
                                const web::Language& language)
{
    std::vector<ClockCell> cells;
    for (const auto step : steps) {
        const auto& spans = line.spans[static_cast<std::size_t>(step)];
        ClockCell cell;
        cell.step = language.t(name_of(step));
        cell.voices = spans.voices;
        if (spans.voices > 0) {
            cell.median = language.duration(spans.median);
            cell.ninth = language.duration(spans.ninth);
            cell.path = path_of_spans(to_text(step), circle, lens, line.entry);
        }
        cells.push_back(std::move(cell));
    }
    return cells;
}

/// How often the same is raised again: from first to last, over the voices in between.
std::optional<std::chrono::microseconds> own_pace_of(const sense::ThemeFigures& figures)
{
    if (figures.voices < 2 || figures.last <= figures.first) return {};
    return (figures.last - figures.first) / (figures.voices - 1);
}

ClockChart chart_of(const std::vector<ClockLine>& months, Id circle, Step step,
                    const web::Language& language)
{
    ClockChart chart;
    std::vector<const ClockLine*> shown;
    for (const auto& month : months)
        if (month.spans[static_cast<std::size_t>(step)].voices > 0) shown.push_back(&month);
    if (shown.size() > months_shown)
        shown.erase(shown.begin(), shown.end() - static_cast<std::ptrdiff_t>(months_shown));
    if (shown.size() < 2) return chart; // one point is no line
    std::chrono::seconds longest{1};
    const auto median_of = [&](const ClockLine& line) {
        return line.spans[static_cast<std::size_t>(step)].median;
    };
    for (const auto* line : shown) longest = std::max(longest, median_of(*line));
    std::vector<double> heights;
    for (const auto* line : shown)
        heights.push_back(static_cast<double>(median_of(*line).count()) /
                          static_cast<double>(longest.count()));
    chart.line = {
        .points = web::line_through(heights),
        .label = language.t("From heard to {1}: half of the voices took no longer, month by month",
                            language.t(name_of(step))),
        .first = web::name_of_month(shown.front()->entry, language),
        .last = web::name_of_month(shown.back()->entry, language),
        .top = language.duration(longest)};
    chart.table.title = language.t("Month");
    for (const auto* line : shown)
        chart.table.rows.push_back({.label = web::name_of_month(line->entry, language),
                                    .cells = cells_of(*line, circle, "month", language)});
    return chart;
}

Response get_clock(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto circles = people::list_circles(context.transaction, context.viewer);
    const auto circle = Id::parse(request.query("circle")).value_or(Id{});
    const auto found = std::ranges::find(circles, circle, &people::Circle::id);
    if (circle && found == circles.end()) return context.refuse(Refusal::not_found());

    ClockPage page{.frame = web::make_frame(request, context,
                                            std::string(language.t("The clock of the loop")),
                                            web::Section::report)};
    for (const auto step : steps) page.steps.emplace_back(language.t(name_of(step)));
    const auto sight = find_clock_sight(context.transaction, context.viewer, circle);
    const auto read = [&](ClockLens lens) {
        return read_clock(context.transaction, context.viewer, lens, sight);
    };
    const auto in_circle = circle ? "&circle=" + circle.text() : std::string();
    const auto all = read(ClockLens::all);
    page.is_empty = all.empty();
    if (!all.empty()) page.all = cells_of(all.front(), circle, {}, language);

    page.circles.push_back({std::string(language.t("All circles")), "/clock", !circle});
    ClockTable by_circle{std::string(language.t("Circle")), {}, {}, false};
    by_circle.lead = language.t("Each circle's voices, wherever the person who spoke belongs.");
    for (const auto& line :
         read_clock(context.transaction, context.viewer, ClockLens::circle, Id{})) {
        const auto name = std::string(language.t(line.name));
        const auto id = Id::parse(line.entry).value_or(Id{});
        page.circles.push_back(
            {name, "/clock?circle=" + line.entry, id == circle, line.spans[0].voices});
        if (by_circle.rows.size() < rows_shown && (!circle || id == circle))
            by_circle.rows.push_back({.label = name,
                                      .path = "/voices?circle=" + line.entry,
                                      .cells = cells_of(line, id, {}, language)});
    }

    ClockTable by_kind{std::string(language.t("Kind")), {}, {}, false};
    by_kind.lead = language.t("What people wanted us to do with it.");
    for (const auto& line : read(ClockLens::kind))
        by_kind.rows.push_back({.label = std::string(language.t(hear::name_of_kind(line.entry))),
                                .path = "/voices?kind=" + line.entry + in_circle,
                                .cells = cells_of(line, circle, "kind", language)});

    ClockTable by_theme{std::string(language.t("Theme")), {}, {}, true};
    by_theme.lead = language.t(
        "Beside ours, the customers' own clock: how long until somebody raises the same again.");
    const auto themes = sense::list_themes(context.transaction, "topic", sense::ThemeSort::people,
                                           context.viewer, context.now);
    std::chrono::microseconds waited{0};
    std::int64_t repeats = 0;
    for (const auto& theme : themes)
        if (const auto pace = own_pace_of(theme.figures)) {
            waited += *pace * (theme.figures.voices - 1);
            repeats += theme.figures.voices - 1;
        }
    if (repeats > 0 && !circle) page.own_pace = language.duration(waited / repeats);
    for (const auto& line : read(ClockLens::theme)) {
        if (by_theme.rows.size() == rows_shown) break;
        ClockRow row{.label = line.name,
                     .path = "/themes/" + line.entry,
                     .cells = cells_of(line, circle, "theme", language)};
        const auto theme = std::ranges::find_if(
            themes, [&](const auto& one) { return one.id.text() == line.entry; });
        if (theme != themes.end())
            if (const auto pace = own_pace_of(theme->figures)) {
                row.own_pace = language.duration(*pace);
                row.own_pace_path = "/voices?theme=" + line.entry + "&sort=newest";
            }
        by_theme.rows.push_back(std::move(row));
    }
    for (auto* table : {&by_theme, &by_circle, &by_kind})
        if (!table->rows.empty()) page.tables.push_back(std::move(*table));

    const auto months = read(ClockLens::month);
    for (const auto step : {Step::answered, Step::done})
        if (auto chart = chart_of(months, circle, step, language); !chart.line.points.empty())
            page.charts.push_back(std::move(chart));

    page.kept = act::make_kept_chart(
        act::list_kept_months(context.transaction, context.viewer, circle), circle, language);

    page.heard = read_heard_rate(context.transaction, context.viewer, sight);
    if (page.heard.people > 0) {
        const auto people = static_cast<double>(page.heard.people);
        const auto percent = [&](std::int64_t part) {
            return language.percent(static_cast<double>(part) / people);
        };
        page.voices_path = circle ? "/voices?circle=" + circle.text() : "/voices";
        page.answered = {language.t("{1} got an answer", percent(page.heard.answered)),
                         path_of_spans(to_text(Step::answered), circle)};
        page.outcomes = {language.t("{1} an outcome", percent(page.heard.outcomes)),
                         path_of_spans(outcome_step, circle)};
    }
    web::Writer out(32 * 1024);
    html::clock(out, language, page);
    return web::show(context, page.frame, out.take());
}

/// What the address narrows the list to, and what that is called. Refused like what does not exist
/// when it is no such thing, or none that the viewer sees.
Result<SpanQuery> read_span_query(const Request& request, Context& context,
                                  std::vector<std::string>& chosen)
{
    const auto& language = context.language;
    SpanQuery query{.step = step_of(request.path("step"))};
    if (!query.step && request.path("step") != outcome_step) return Refusal::not_found();
    for (const auto& [name, id] :
         {std::pair{"circle", &query.circle}, std::pair{"theme", &query.theme}}) {
        const auto asked = web::query_id(request, name);
        if (!asked) return asked.error();
        if (!*asked) continue;
        const auto thing = people::find_seen(context.transaction, *asked, context.viewer);
        if (!thing || thing->kind != name) return Refusal::not_found();
        *id = *asked;
        chosen.emplace_back(language.t(thing->title));
    }
    query.kind = request.query("kind");
    if (!query.kind.empty()) {
        if (!hear::is_voice_kind(query.kind)) return Refusal::not_found();
        chosen.emplace_back(language.t(hear::name_of_kind(query.kind)));
    }
    query.month = request.query("month");
    if (!query.month.empty()) {
        if (!parse_date(query.month + "-01")) return Refusal::not_found();
        chosen.push_back(web::name_of_month(query.month, language));
    }
    query.after = request.query("after");
    return query;
}

Response get_spans(const Request& request, Context& context)
{
    const auto& language = context.language;
    std::vector<std::string> chosen;
    const auto query = read_span_query(request, context, chosen);
    if (!query) return context.refuse(query.error());
    const auto title =
        language.t("From heard to {1}",
                   query->step ? language.t(name_of(*query->step)) : language.t("decided or done"));
    SpansPage page{.frame = web::make_frame(request, context, title, web::Section::report)};
    page.lead = language.t("The voices behind the number, the slowest first.");
    page.chosen = std::move(chosen);
    page.clock_path = query->circle ? "/clock?circle=" + query->circle.text() : "/clock";
    const auto found = list_spans(context.transaction, context.viewer, *query);
    for (const auto& one : found.voices)
        page.lines.push_back(
            {one.title, record::path_of("voice", one.voice), language.duration(one.span)});
    auto base = "/clock/" + std::string(request.path("step")) + "?";
    for (const auto* name : {"circle", "theme", "kind", "month"})
        if (const auto value = request.query(name); !value.empty())
            base += std::string(name) + "=" + std::string(value) + "&";
    if (!query->after.empty()) page.pages.first_path = base.substr(0, base.size() - 1);
    if (!found.next.empty()) page.pages.next_path = base + "after=" + found.next;
    web::Writer out;
    html::spans(out, language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

void mount_clock_pages(web::Router& router)
{
    router.get("/clock", get_clock);
    router.get("/clock/:step", get_spans);
}

} // namespace moothall::learn
