// The list of themes, tables of two lenses, and the page of a theme.

#include "hear/templates.hpp"
#include "people/people.hpp"
#include "sense/cross_table.hpp"
#include "sense/pages.hpp"
#include "sense/revenue.hpp"
#include "sense/templates.hpp"
#include "sense/theme_area.hpp"
#include "sense/theme_deeds.hpp"
#include "sense/theme_figures.hpp"
#include "sense/theme_store.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/hall.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace moothall::sense {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::size_t themes_on_a_page = 50;
constexpr int voices_on_a_page = 20;
constexpr int typical_shown = 5;
constexpr int voices_in_loop = 100;

/// A pair of eyes: what it asks, and whose centre it takes.
struct Lens {
    std::string_view name;
    const char* label;
    const char* question;
    const char* centre;
};
constexpr std::array<Lens, 7> lenses{{
    {"topic", web::translatable("Topic"), web::translatable("What do people speak of?"),
     web::translatable("In their words, not in those of our departments.")},
    {"situation", web::translatable("Situation"),
     web::translatable("What are they trying to get done when they turn to us?"),
     web::translatable("Their centre: “When …, I want …, so that …”.")},
    {"circle", web::translatable("Circle"), web::translatable("Who says it?"),
     web::translatable("Their centre: each circle has its own picture of us.")},
    {"customer", web::translatable("Customers"), web::translatable("Which customers say it?"),
     web::translatable("Their centre: what each of them needs of us.")},
    {"community", web::translatable("Communities"), web::translatable("Which communities say it?"),
     web::translatable("Their centre: who lives with what we do.")},
    {"kind", web::translatable("Kind"), web::translatable("What do they want us to do with it?"),
     web::translatable("Between us: a want is no question, and a thanks asks for nothing.")},
    {"time", web::translatable("Time"), web::translatable("When was it said?"),
     web::translatable("Nobody's centre: the calendar is the same for all.")},
}};

const Lens* find_lens(std::string_view name)
{
    const auto* const found = std::ranges::find(lenses, name, &Lens::name);
    return found == lenses.end() ? nullptr : found;
}

std::string trend_of(const ThemeFigures& figures, Time now, const web::Language& language)
{
    if (figures.voices == 0) return {};
    // Chosen by hand: what people would call rising when they see the line.
    const auto grown = growth(figures, now);
    if (grown >= 1.5) return std::string(language.t("rising"));
    if (grown <= 0.6) return std::string(language.t("falling"));
    return std::string(language.t("steady"));
}

/// Voices of each of the last `count` months, from weeks that are kept: a week counts for the month
/// in which it begins.
std::vector<std::int64_t> months_of(const ThemeFigures& figures, std::int64_t last,
                                    std::size_t count)
{
    std::vector<std::int64_t> months(count);
    for (std::size_t i = 0; i < figures.weeks.size(); ++i) {
        const auto month =
            month_of(start_of_week(figures.weeks_from + static_cast<std::int64_t>(i)));
        const auto place = month - last + static_cast<std::int64_t>(count) - 1;
        if (place >= 0 && place < static_cast<std::int64_t>(count))
            months[static_cast<std::size_t>(place)] += figures.weeks[i];
    }
    return months;
}

Spark spark_of(const ThemeFigures& figures, Time now, const web::Language& language)
{
    constexpr std::size_t count = 12;
    const auto months = months_of(figures, month_of(now), count);
    const auto most = std::max<std::int64_t>(1, *std::ranges::max_element(months));
    Spark spark;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) spark.points += ' ';
        spark.points += std::to_string(1 + i * 70 / (count - 1)) + ',' +
                        std::to_string(15 - months[i] * 14 / most);
    }
    spark.label = language.t("Voices a month, from {1} a year ago to {2} now, at most {3}",
                             months.front(), months.back(), *std::ranges::max_element(months));
    return spark;
}

/// Why a theme stands where it stands, in words.
std::string why_of(const NamedTheme& theme, ThemeSort sort, Time now, const web::Language& language)
{
    const auto& figures = theme.figures;
    switch (sort) {
    case ThemeSort::people:
        if (figures.people == 0) break; // an import without names
        return language.tn("{1} person speaks of it", "{1} people speak of it", figures.people);
    case ThemeSort::rising: {
        const auto pace = pace_of(figures, now);
        return language.t("{1} voices in four weeks, {2} in the twelve before", pace.late,
                          pace.early);
    }
    case ThemeSort::pressing:
        return language.t("vital to {1}, important to {2}", figures.vital, figures.important);
    case ThemeSort::circles:
        return language.tn("people of {1} circle", "people of {1} circles", figures.circles);
    case ThemeSort::paying: // told by whoever knows the figure
    case ThemeSort::newest:
        break;
    }
    return {};
}

const char* words_of_order(ThemeSort sort)
{
    switch (sort) {
    case ThemeSort::people:
        return web::translatable("What most people said or say “me too” to comes first.");
    case ThemeSort::rising:
        return web::translatable("What is said more often than it used to be comes first.");
    case ThemeSort::pressing:
        return web::translatable("What is vital to somebody counts twice what is important.");
    case ThemeSort::circles:
        return web::translatable("What people of most circles of customers and communities speak "
                                 "of comes first.");
    case ThemeSort::paying:
        return web::translatable("What those circles speak of that pay most a year comes first.");
    case ThemeSort::newest:
        break;
    }
    return web::translatable("What was found or made last comes first.");
}

ThemeRow make_row(NamedTheme theme, ThemeSort sort, const Context& context)
{
    const auto& language = context.language;
    auto trend = trend_of(theme.figures, context.now, language);
    auto spark = spark_of(theme.figures, context.now, language);
    auto why = why_of(theme, sort, context.now, language);
    return {std::move(theme), std::move(trend), std::move(spark), sort, std::move(why)};
}

/// The table of contents: areas with the first of their themes. Nothing where there are none.
void fill_areas(ThemesPage& page, Context& context, const std::vector<NamedTheme>& themes,
                ThemeSort sort)
{
    constexpr std::size_t themes_of_each = 4;
    auto areas = gather_in_areas(context.transaction, context.viewer, themes);
    if (areas.empty() || (areas.size() == 1 && !areas.front().area.id)) return;
    for (auto& [area, parts] : areas) {
        AreaRow row;
        row.title = area.id ? area.title : std::string(context.language.t("Other themes"));
        if (area.id) row.path = area.path();
        row.words = area.words;
        row.voices = area.figures.voices;
        row.themes = std::ssize(parts);
        for (auto& theme : parts)
            if (!area.id || row.rows.size() < themes_of_each)
                row.rows.push_back(make_row(std::move(theme), sort, context));
        page.areas.push_back(std::move(row));
    }
}

Response get_themes(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto* lens = find_lens(request.query("lens"));
    if (lens == nullptr) lens = &lenses.front();
    const bool has_themes = is_theme_lens(lens->name);
    const auto* by = find_lens(request.query("by"));
    if (by != nullptr && (by->name == lens->name || (has_themes && is_theme_lens(by->name))))
        by = nullptr;
    if (by == nullptr && !has_themes) by = find_lens("topic");
    auto sort = theme_sort_of(request.query("sort")).value_or(ThemeSort::people);

    ThemesPage page{.frame = web::make_frame(request, context, std::string(language.t("Themes")),
                                             web::Section::themes)};
    page.now = context.now;
    page.frame.canonical_url = context.organisation.url + "/themes";
    page.frame.feed_path = "/themes.atom";
    page.may_make = may_make_themes(context.viewer);
    page.may_run = context.viewer.is_hall_steward();
    if (page.may_run) page.run = find_run(context.transaction, context.viewer.organisation);
    page.question = language.t(lens->question);
    page.centre = language.t(lens->centre);
    for (const auto& one : lenses)
        page.lenses.push_back({std::string(language.t(one.label)),
                               "/themes?lens=" + std::string(one.name), &one == lens});
    const auto theme_lens = has_themes                                 ? lens->name
                            : by != nullptr && is_theme_lens(by->name) ? by->name
                                                                       : std::string_view("topic");
    auto themes = list_themes(context.transaction, theme_lens, sort, context.viewer, context.now);
    std::map<Id, std::int64_t> of_circles;
    if (const auto* revenues = context.hall.kept<Revenues>(); has_themes && revenues != nullptr)
        of_circles = revenues->of_circles(context.transaction, context.viewer);
    if (of_circles.empty() && sort == ThemeSort::paying) sort = ThemeSort::people;
    std::map<Id, std::int64_t> revenue;
    if (sort == ThemeSort::paying)
        revenue = sort_by_revenue(context.transaction, context.viewer.organisation, theme_lens,
                                  of_circles, themes);
    for (const auto& theme : themes) page.in_themes += theme.figures.voices;
    page.unassigned = std::max<std::int64_t>(
        0, hear::count_voices(context.transaction, context.viewer).all - page.in_themes);

    const auto address = "/themes?lens=" + std::string(lens->name);
    if (by != nullptr) {
        for (const auto& one : lenses)
            if (one.name != lens->name && !(has_themes && is_theme_lens(one.name)))
                page.by.push_back({std::string(language.t(one.label)),
                                   address + "&by=" + std::string(one.name), &one == by});
        page.table = find_table(context.transaction, lens->name, by->name, themes, context.viewer,
                                context.now, context.language);
    } else {
        const std::pair<ThemeSort, const char*> sorts[] = {
            {ThemeSort::people, web::translatable("Most people")},
            {ThemeSort::rising, web::translatable("Rising")},
            {ThemeSort::pressing, web::translatable("Most pressing")},
            {ThemeSort::circles, web::translatable("Most circles")},
            {ThemeSort::newest, web::translatable("Newest")}};
        for (const auto& [one, label] : sorts)
            page.sorts.push_back({std::string(language.t(label)),
                                  address + "&sort=" + std::string(to_text(one)), one == sort});
        if (!of_circles.empty())
            page.sorts.push_back({std::string(language.t("Best-paying")), address + "&sort=paying",
                                  sort == ThemeSort::paying});
        // Above some fifty themes nobody reads a list down: the table of contents comes first.
        if (lens->name == "topic" && request.query("after").empty())
            fill_areas(page, context, themes, sort);
        if (!page.areas.empty()) {
            const bool as_contents = request.query("sort").empty();
            for (auto& one : page.sorts) one.here = one.here && !as_contents;
            page.sorts.insert(page.sorts.begin(),
                              {std::string(language.t("By area")), address, as_contents});
            if (!as_contents) page.areas.clear();
        }
        if (!themes.empty()) page.order = language.t(words_of_order(sort));
        if (!themes.empty())
            page.sorts.push_back(
                {std::string(language.t("As a table")), address + "&by=time", false});
        // A page of a list that is at hand already: it begins after the theme named.
        auto first = themes.begin();
        if (const auto after = Id::parse(request.query("after"))) {
            first = std::ranges::find(themes, *after, &NamedTheme::id);
            if (first != themes.end()) ++first;
            page.pages.first_path = address + "&sort=" + std::string(to_text(sort));
        }
        if (!page.areas.empty()) first = themes.end();
        for (; first != themes.end() && page.rows.size() < themes_on_a_page; ++first)
            page.rows.push_back(make_row(std::move(*first), sort, context));
        if (sort == ThemeSort::paying)
            for (auto& row : page.rows)
                row.why = language.t(
                    "its circles pay {1} a year",
                    language.decimal(static_cast<double>(revenue[row.theme.id]) / 100, 0));
        if (first != themes.end() && !page.rows.empty())
            page.pages.next_path = address + "&sort=" + std::string(to_text(sort)) +
                                   "&after=" + page.rows.back().theme.id.text();
    }
    page.empty = {std::string(language.t("No theme yet")),
                  std::string(language.t("A theme gathers voices that mean the same. People of "
                                         "the company can make the first one.")),
                  std::string(language.t("See the voices")), "/voices"};
    if (page.may_make) {
        page.empty.action_label = language.t("Make a theme");
        page.empty.action_path = "/themes/new";
    }
    web::Writer out(32 * 1024);
    html::themes(out, language, page);
    return web::show(context, page.frame, out.take());
}

// -- one theme ------------------------------------------------------------------------------------

Trend chart_of(const NamedTheme& theme, const std::vector<VoiceCell>& cells, Time now,
               const web::Language& language)
{
    constexpr std::int64_t months_shown = 18;
    constexpr int step = 36;
    std::map<std::int64_t, std::int64_t> by_month;
    for (const auto& cell : cells) by_month[cell.month] += cell.voices;
    Trend chart;
    if (by_month.empty()) return chart;
    const auto last = std::max(month_of(now), by_month.rbegin()->first);
    const auto first = std::max(by_month.begin()->first, last - months_shown + 1);
    for (auto month = first; month <= last; ++month) {
        const auto voices = by_month.contains(month) ? by_month.at(month) : 0;
        chart.most = std::max(chart.most, voices);
        chart.months.push_back(
            {label_of_month(month, language), voices,
             theme.is_area() ? std::string()
                             : "/voices?theme=" + theme.id.text() + "&" + days_of_month(month)});
    }
    chart.width = 640;
    chart.bar = std::min(step, chart.width / static_cast<int>(chart.months.size())) - 4;
    for (std::size_t i = 0; i < chart.months.size(); ++i) {
        auto& month = chart.months[i];
        month.x = static_cast<int>(i) * chart.width / static_cast<int>(chart.months.size());
        month.height = chart.most == 0 ? 0 : static_cast<int>(month.voices * 100 / chart.most);
        month.y = 110 - month.height;
    }
    chart.label = language.t("Voices a month, from {1} in {2} to {3} in {4}",
                             chart.months.front().voices, chart.months.front().label,
                             chart.months.back().voices, chart.months.back().label);
    return chart;
}

void fill_sides(ThemePage& page, Context& context, const std::vector<VoiceCell>& cells)
{
    std::map<Id, std::int64_t> circles;
    std::map<std::string, std::int64_t> kinds;
    for (const auto& cell : cells) {
        circles[cell.circle] += cell.voices;
        kinds[cell.kind] += cell.voices;
    }
    const auto base = "/voices?theme=" + page.theme.id.text();
    const auto known = people::list_circles(context.transaction, context.viewer);
    for (const auto& [id, voices] : circles) {
        const auto circle = std::ranges::find(known, id, &people::Circle::id);
        if (circle == known.end()) continue;
        page.circles.push_back({std::string(context.language.t(circle->name)),
                                base + "&circle=" + id.text(), false, voices});
    }
    for (const auto& [kind, voices] : kinds)
        page.kinds.push_back({std::string(context.language.t(hear::name_of_kind(kind))),
                              base + "&kind=" + kind, false, voices});
    std::ranges::sort(page.circles, std::ranges::greater{}, &web::Tab::count);
    std::ranges::sort(page.kinds, std::ranges::greater{}, &web::Tab::count);
}

/// What people did to a theme, newest first, as far as the viewer may know.
std::vector<ThemeDeed> tell_deeds(Context& context, const NamedTheme& theme)
{
    constexpr int shown = 20;
    constexpr std::pair<std::string_view, const char*> sentences[] = {
        {"sense.theme_made", web::translatable("{1} made this theme")},
        {"sense.theme_renamed", web::translatable("{1} named it")},
        {"sense.theme_moved", web::translatable("{1} said where it belongs:")},
        {"sense.theme_merged", web::translatable("{1} merged themes:")},
        {"sense.theme_split", web::translatable("{1} split voices off:")},
        {"sense.voice_taken_out", web::translatable("{1} took out:")},
        {"sense.voice_put", web::translatable("{1} put in:")},
        {"sense.deed_undone", web::translatable("{1} took a change back:")}};
    const auto& language = context.language;
    std::vector<ThemeDeed> deeds;
    for (auto& line : list_deeds(context.transaction, theme, context.viewer, shown)) {
        const auto* const sentence = std::ranges::find(
            sentences, line.verb, &std::pair<std::string_view, const char*>::first);
        if (sentence == std::end(sentences)) continue;
        const auto who = line.actor.empty() ? std::string(language.t("The engine")) : line.actor;
        ThemeDeed deed;
        deed.event = line.event;
        deed.at = line.at;
        deed.sentence = language.t(sentence->second, who);
        deed.voice_title = std::move(line.other_title);
        if (!deed.voice_title.empty())
            deed.voice_path =
                (line.other_kind == "theme" ? "/themes/" : "/voices/") + line.other.text();
        deed.may_undo = line.may_undo;
        deed.undone = line.undone;
        deeds.push_back(std::move(deed));
    }
    return deeds;
}

Response get_theme(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = find_theme(context.transaction, *id, context.viewer);
    if (!theme) return context.refuse(theme.error());
    if (theme->merged_into) return Response::see_other("/themes/" + theme->merged_into.text());
    const auto& viewer = context.viewer;
    const auto& language = context.language;

    ThemePage page{.frame = web::make_frame(request, context, theme->title, web::Section::themes),
                   .theme = *theme};
    page.now = context.now;
    page.frame.canonical_url = context.organisation.url + theme->path();
    page.frame.feed_path = record::path_of("theme", theme->id) + ".atom";
    page.frame.picture_path = record::path_of("theme", theme->id) + ".png";
    page.trend = trend_of(theme->figures, context.now, language);
    page.may_steer = may_steer(viewer, *theme);
    page.may_put = viewer.signed_in() && !theme->is_area();
    std::vector<Id> counted{*id};
    if (theme->is_area()) {
        counted.clear();
        for (auto& part : find_themes_of_area(context.transaction, *theme, ThemeSort::people,
                                              viewer, context.now)
                              .themes) {
            counted.push_back(part.id);
            page.parts_of_it.push_back(make_row(std::move(part), ThemeSort::people, context));
        }
    }
    const auto cells = list_cells_of(context.transaction, counted, viewer);
    if (!theme->is_area()) fill_sides(page, context, cells);
    page.chart = chart_of(*theme, cells, context.now, language);
    if (theme->area && people::find_seen(context.transaction, theme->area, viewer))
        if (const auto area = load_theme(context.transaction, viewer.organisation, theme->area);
            area && !area->ended && !area->merged_into) {
            page.area_title = area->title;
            page.area_path = area->path();
        }

    hear::VoiceQuery query{.about = *id, .sort = hear::Sort::newest, .limit = voices_on_a_page};
    query.after = request.query("after");
    const auto found = hear::list_voices(context.transaction, query, viewer);
    if (!found) return context.refuse(found.error());
    const auto may_sort = [&](const hear::Voice& voice) {
        return viewer.signed_in() && (viewer.is_company() || viewer.is_steward_of(theme->circle) ||
                                      voice.author.id == viewer.person);
    };
    for (auto& row : hear::make_rows(found->voices, context, {})) {
        const bool sorts = may_sort(row.voice);
        page.voices.push_back({std::move(row), sorts});
    }
    if (!query.after.empty()) page.pages.first_path = theme->path() + "#voices";
    if (!found->next.empty())
        page.pages.next_path = theme->path() + "?after=" + found->next + "#voices";
    const auto typical = hear::list_voices_by_id(
        context.transaction, list_typical(context.transaction, *id, viewer, typical_shown), viewer);
    for (auto& row : hear::make_rows(typical, context, {}))
        page.typical.push_back({std::move(row), false});

    // Of a large theme those near its centre speak for the rest.
    page.loop = hear::make_loop_line(
        hear::find_loop(context.transaction, viewer, *id,
                        list_typical(context.transaction, *id, viewer, voices_in_loop)),
        language);
    page.deeds = tell_deeds(context, *theme);
    if (viewer.signed_in() && !theme->is_area())
        page.follow = hear::find_follow(context.transaction, *id, viewer);
    if (const auto thing = record::find_thing(context.transaction, viewer.organisation, *id);
        thing && !theme->is_area()) {
        web::Writer parts(4 * 1024);
        for (const auto& write_part : context.hall.hooks().thing_parts)
            write_part(parts, request, context, *thing);
        page.parts = SafeHtml::trusted_from_store(parts.take());
    }
    web::Writer out(32 * 1024);
    html::theme(out, language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

void mount_theme_pages(web::Router& router)
{
    router.get("/themes", get_themes);
    router.get("/themes/:id", get_theme);
}

} // namespace moothall::sense
