#include "hear/pages.hpp"
#include "learn/pages.hpp"
#include "learn/templates.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
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

std::vector<ClockCell> cells_of(const ClockLine& line, Id circle, const web::Language& language)
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
            cell.path = "/clock/" + std::string(to_text(step));
            if (circle) cell.path += "?circle=" + circle.text();
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

ClockChart chart_of(const std::vector<ClockLine>& months, Step step, const web::Language& language)
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
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto x = 720 * i / (shown.size() - 1);
        const auto y = 125 - median_of(*shown[i]).count() * 105 / longest.count();
        if (i > 0) chart.points += ' ';
        chart.points += std::to_string(x) + ',' + std::to_string(y);
    }
    const auto label_of = [&](const ClockLine& line) {
        const auto month = parse_date(line.entry + "-01");
        return month ? language.month(*month) : line.entry;
    };
    chart.label = language.t("From heard to {1}: half of the voices took no longer, month by month",
                             language.t(name_of(step)));
    chart.first = label_of(*shown.front());
    chart.last = label_of(*shown.back());
    chart.longest = language.duration(longest);
    chart.table.title = language.t("Month");
    for (const auto* line : shown)
        chart.table.rows.push_back({label_of(*line), {}, cells_of(*line, {}, language), {}});
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
    const auto read = [&](ClockLens lens) {
        return read_clock(context.transaction, context.viewer, lens, circle);
    };
    const auto all = read(ClockLens::all);
    page.is_empty = all.empty();
    if (!all.empty()) page.all = cells_of(all.front(), circle, language);

    page.circles.push_back({std::string(language.t("All circles")), "/clock", !circle});
    ClockTable by_circle{std::string(language.t("Circle")), {}, {}, false};
    by_circle.lead = language.t("Each circle's voices, wherever the person who spoke belongs.");
    for (const auto& line :
         read_clock(context.transaction, context.viewer, ClockLens::circle, {})) {
        const auto name = std::string(language.t(line.name));
        const auto id = Id::parse(line.entry).value_or(Id{});
        page.circles.push_back(
            {name, "/clock?circle=" + line.entry, id == circle, line.spans[0].voices});
        if (by_circle.rows.size() < rows_shown && (!circle || id == circle))
            by_circle.rows.push_back(
                {name, "/voices?circle=" + line.entry, cells_of(line, id, language), {}});
    }
    if (circle) page.circle_name = found->name;

    ClockTable by_kind{std::string(language.t("Kind")), {}, {}, false};
    by_kind.lead = language.t("What people wanted us to do with it.");
    for (const auto& line : read(ClockLens::kind))
        by_kind.rows.push_back({std::string(language.t(hear::name_of_kind(line.entry))),
                                "/voices?kind=" + line.entry,
                                cells_of(line, circle, language),
                                {}});

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
        ClockRow row{line.name, "/themes/" + line.entry, cells_of(line, circle, language), {}};
        const auto theme = std::ranges::find_if(
            themes, [&](const auto& one) { return one.id.text() == line.entry; });
        if (theme != themes.end())
            if (const auto pace = own_pace_of(theme->figures))
                row.own_pace = language.duration(*pace);
        by_theme.rows.push_back(std::move(row));
    }
    for (auto* table : {&by_theme, &by_circle, &by_kind})
        if (!table->rows.empty()) page.tables.push_back(std::move(*table));

    const auto months = read(ClockLens::month);
    for (const auto step : {Step::answered, Step::done})
        if (auto chart = chart_of(months, step, language); !chart.points.empty())
            page.charts.push_back(std::move(chart));

    page.heard = read_heard_rate(context.transaction, context.viewer, circle);
    if (page.heard.people > 0) {
        const auto people = static_cast<double>(page.heard.people);
        page.answered_share = language.percent(static_cast<double>(page.heard.answered) / people);
        page.outcome_share = language.percent(static_cast<double>(page.heard.outcomes) / people);
    }
    web::Writer out(32 * 1024);
    html::clock(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response get_spans(const Request& request, Context& context)
{
    constexpr int shown = 50;
    const auto& language = context.language;
    const auto step = step_of(request.path("step"));
    if (!step) return context.refuse(Refusal::not_found());
    const auto circle = Id::parse(request.query("circle")).value_or(Id{});
    SpansPage page{.frame =
                       web::make_frame(request, context,
                                       language.t("From heard to {1}", language.t(name_of(*step))),
                                       web::Section::report)};
    page.lead = language.t("The voices behind the number, the slowest first.");
    const auto found = list_spans(context.transaction, context.viewer, *step, circle,
                                  request.query("after"), shown);
    for (const auto& one : found.voices)
        page.lines.push_back(
            {one.title, record::path_of("voice", one.voice), language.duration(one.span)});
    const auto base = "/clock/" + std::string(to_text(*step)) + "?" +
                      (circle ? "circle=" + circle.text() + "&" : std::string());
    if (!request.query("after").empty()) page.pages.first_path = base;
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
