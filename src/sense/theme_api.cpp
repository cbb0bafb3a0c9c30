#include "hear/hear.hpp"
#include "people/people.hpp"
#include "sense/api.hpp"
#include "sense/cross_table.hpp"
#include "sense/revenue.hpp"
#include "sense/sense.hpp"
#include "sense/theme_area.hpp"
#include "sense/theme_deeds.hpp"
#include "sense/theme_figures.hpp"
#include "text/json.hpp"
#include "text/place.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace moothall::sense {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::size_t voices_max = 1000;

void write_json(JsonWriter& json, const NamedTheme& theme, Time now)
{
    const auto& figures = theme.figures;
    json.begin_object().field("id", theme.id).field("title", theme.title);
    json.field("lens", theme.lens).key("keywords").begin_array();
    for (const auto& word : theme.words) json.value(word);
    json.end_array().field("circle", theme.circle).field("by_hand", theme.by_hand);
    json.field("voices", figures.voices).field("people", figures.people);
    json.field("circles", figures.circles).field("support", figures.support);
    json.field("vital", figures.vital).field("important", figures.important);
    json.field("growth", growth(figures, now));
    json.key("weeks").begin_array();
    for (std::size_t i = 0; i < figures.weeks.size(); ++i) {
        if (figures.weeks[i] == 0) continue;
        const auto week = start_of_week(figures.weeks_from + static_cast<std::int64_t>(i));
        json.begin_object();
        json.field("week", Date{std::chrono::floor<std::chrono::days>(week)});
        json.field("voices", figures.weeks[i]).end_object();
    }
    json.end_array();
    if (figures.voices > 0)
        json.field("first_at", figures.first).field("last_at", figures.last);
    else
        json.null_field("first_at").null_field("last_at");
    if (theme.merged_into)
        json.field("merged_into", theme.merged_into);
    else
        json.null_field("merged_into");
    if (theme.area)
        json.field("part_of", theme.area);
    else
        json.null_field("part_of");
    json.field("ended", theme.ended).field("url", theme.path());
    json.field("created_at", theme.created).field("changed_at", theme.changed).end_object();
}

std::string to_json(const NamedTheme& theme, Time now)
{
    JsonWriter json(1024);
    write_json(json, theme, now);
    return json.take();
}

Response answer(Context& context, const Result<NamedTheme>& theme)
{
    if (!theme) return context.refuse(theme.error());
    return Response::json(to_json(*theme, context.now));
}

bool is_without_themes(std::string_view lens)
{
    constexpr std::array names{"circle", "customer", "community", "kind", "time"};
    return std::ranges::find(names, lens) != names.end();
}

/// What a lens without themes of its own shows: each of its values with its voices.
Response list_values(const Request& request, Context& context, std::string_view lens)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    struct Value {
        std::string id;
        std::string title;
        std::int64_t voices = 0;
    };
    std::map<std::string, Value> values;
    const auto add = [&](std::string id, std::string title, std::int64_t voices) {
        auto& value = values[id];
        value.id = std::move(id);
        value.title = std::move(title);
        value.voices += voices;
    };
    if (lens == "time") {
        for (const auto& cell : list_cells(context.transaction, "topic", context.viewer)) {
            const auto month =
                moothall::to_text(
                    Date{std::chrono::floor<std::chrono::days>(start_of_month(cell.month))})
                    .substr(0, 7);
            add(month, month, cell.voices);
        }
    } else {
        const auto counts = hear::count_voices(context.transaction, context.viewer);
        if (lens == "kind")
            for (const auto& [kind, voices] : counts.kinds) add(kind, kind, voices);
        const auto circles = people::list_circles(context.transaction, context.viewer);
        if (lens != "kind")
            for (const auto& [id, voices] : counts.circles)
                if (const auto circle = std::ranges::find(circles, id, &people::Circle::id);
                    circle != circles.end() && is_of_lens(lens, *circle))
                    add(id.text(), circle->name, voices);
    }
    // They are few and at hand; the place in their list is the id of the last one shown.
    const std::string after(request.query("after"));
    if (!after.empty() && !values.contains(after)) return context.refuse(not_a_place());
    values.erase(values.begin(), after.empty() ? values.begin() : values.upper_bound(after));
    std::string next;
    if (std::ssize(values) > *limit) {
        const auto end = std::next(values.begin(), *limit);
        next = std::prev(end)->first;
        values.erase(end, values.end());
    }
    return web::list_response(values, next, [&](JsonWriter& json, const auto& entry) {
        json.begin_object().field("id", entry.second.id).field("title", entry.second.title);
        json.field("lens", lens).field("voices", entry.second.voices).end_object();
    });
}

/// The voices by two lenses at once, each cell with its trend and the page of its voices.
Response get_table(const Request& request, Context& context)
{
    const auto lens =
        request.query("lens").empty() ? std::string_view("topic") : request.query("lens");
    const auto by = request.query("by").empty() ? std::string_view("circle") : request.query("by");
    for (const auto& [field, value] : {std::pair("lens", lens), std::pair("by", by)})
        if (!is_theme_lens(value) && !is_without_themes(value))
            return context.refuse(
                Refusal::invalid(field, "The lens is topic, situation, circle, customer, "
                                        "community, kind or time."));
    if (lens == by || (is_theme_lens(lens) && is_theme_lens(by)))
        return context.refuse(Refusal::invalid(
            "by", "A table needs two different lenses, and at most one of them has themes."));
    const auto themes = list_themes(context.transaction, theme_lens_of(lens, by), ThemeSort::people,
                                    context.viewer, context.now);
    const auto table = find_table(context.transaction, lens, by, themes, context.viewer,
                                  context.now, context.language);
    JsonWriter json(4096);
    json.begin_object().field("lens", lens).field("by", by).key("columns").begin_array();
    for (const auto& column : table.columns) json.value(column);
    json.end_array().key("rows").begin_array();
    for (const auto& row : table.rows) {
        json.begin_object().field("title", row.label).field("voices", row.voices);
        json.field("url", row.path).key("cells").begin_array();
        for (const auto& cell : row.cells)
            json.begin_object()
                .field("voices", cell.voices)
                .field("trend", cell.trend_word)
                .field("url", cell.path)
                .end_object();
        json.end_array().end_object();
    }
    json.end_array().field("cut", table.cut).end_object();
    return Response::json(json.take());
}

Response get_themes(const Request& request, Context& context)
{
    const auto lens =
        request.query("lens").empty() ? std::string_view("topic") : request.query("lens");
    if (is_without_themes(lens)) return list_values(request, context, lens);
    const bool as_areas = lens == area_lens;
    if (!is_theme_lens(lens) && !as_areas)
        return context.refuse(
            Refusal::invalid("lens", "The lens is topic, area, situation, circle, customer, "
                                     "community, kind or time."));
    auto sort = ThemeSort::people;
    if (const auto text = request.query("sort"); !text.empty()) {
        const auto wanted = theme_sort_of(text);
        if (!wanted)
            return context.refuse(Refusal::invalid(
                "sort", "The order is people, rising, pressing, circles, newest or paying."));
        sort = *wanted;
    }
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto part_of = web::query_id(request, "part_of");
    if (!part_of) return context.refuse(part_of.error());
    auto themes = list_themes(context.transaction, as_areas ? "topic" : lens, sort, context.viewer,
                              context.now);
    if (*part_of)
        std::erase_if(themes, [&](const NamedTheme& theme) { return theme.area != *part_of; });
    if (sort == ThemeSort::paying) {
        const auto* revenues = context.hall.kept<Revenues>();
        sort_by_revenue(context.transaction, context.viewer.organisation, as_areas ? "topic" : lens,
                        revenues == nullptr
                            ? std::map<Id, std::int64_t>()
                            : revenues->of_circles(context.transaction, context.viewer),
                        themes);
    }
    if (as_areas) {
        auto areas = gather_in_areas(context.transaction, context.viewer, std::move(themes));
        themes.clear();
        for (auto& one : areas)
            if (one.area.id) themes.push_back(std::move(one.area));
    }
    if (const auto after = request.query("after"); !after.empty()) {
        const auto id = Id::parse(after);
        const auto place = id ? std::ranges::find(themes, *id, &NamedTheme::id) : themes.end();
        if (place == themes.end()) return context.refuse(not_a_place());
        themes.erase(themes.begin(), place + 1);
    }
    std::string next;
    if (std::ssize(themes) > *limit) {
        themes.resize(static_cast<std::size_t>(*limit));
        next = themes.back().id.text();
    }
    return web::list_response(themes, next, [&](JsonWriter& json, const NamedTheme& theme) {
        write_json(json, theme, context.now);
    });
}

Response get_theme(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, find_theme(context.transaction, *id, context.viewer));
}

Result<std::vector<Id>> read_voices(const Json& body)
{
    const auto texts = web::read_texts(body, "voices", voices_max);
    if (!texts) return texts.error();
    std::vector<Id> voices;
    for (const auto& text : texts->value_or(std::vector<std::string>{})) {
        const auto id = Id::parse(text);
        if (!id) return Refusal::invalid("voices", "There is no such voice that you can see.");
        voices.push_back(*id);
    }
    return voices;
}

/// "keywords" may be a list, as it is given out.
Result<std::optional<std::string>> read_keywords(const Json& body)
{
    const auto words = web::read_texts(body, "keywords", theme_words_max);
    if (!words) return words.error();
    if (!*words) return std::optional<std::string>();
    std::string joined;
    for (const auto& word : **words) joined += (joined.empty() ? "" : ",") + word;
    return std::optional(joined);
}

Response post_theme(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto title = web::read_text(*body, "title");
    if (!title) return context.refuse(title.error());
    const auto lens = web::read_text(*body, "lens");
    if (!lens) return context.refuse(lens.error());
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto words = read_keywords(*body);
    if (!words) return context.refuse(words.error());
    const auto voices = read_voices(*body);
    if (!voices) return context.refuse(voices.error());
    const auto theme = make_theme(context.transaction, context.ids, context.now, context.viewer,
                                  {.title = title->value_or(""),
                                   .words = words->value_or(""),
                                   .lens = lens->value_or("topic"),
                                   .circle = circle->value_or(Id{}),
                                   .voices = *voices});
    if (!theme) return context.refuse(theme.error());
    return web::created(to_json(*theme, context.now), "/api/v1/themes/" + theme->id.text());
}

Response patch_theme(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto title = web::read_text(*body, "title");
    if (!title) return context.refuse(title.error());
    const auto words = read_keywords(*body);
    if (!words) return context.refuse(words.error());
    ThemeChange change{*title, *words};
    if (body->find("part_of")) {
        const auto area = web::read_id(*body, "part_of");
        if (!area) return context.refuse(area.error());
        change.area = area->value_or(Id{});
    }
    return answer(context, rename_theme(context.transaction, context.ids, context.now,
                                        context.viewer, *id, change));
}

Response put_theme_voice(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    const auto voice = web::path_id(request, "voice");
    if (!id || !voice) return context.refuse(Refusal::not_found());
    const auto put =
        put_voice(context.transaction, context.ids, context.now, context.viewer, *id, *voice);
    if (!put) return context.refuse(put.error());
    return answer(context, find_theme(context.transaction, *id, context.viewer));
}

Response delete_theme_voice(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    const auto voice = web::path_id(request, "voice");
    if (!id || !voice) return context.refuse(Refusal::not_found());
    const auto taken =
        take_out_voice(context.transaction, context.ids, context.now, context.viewer, *id, *voice);
    if (!taken) return context.refuse(taken.error());
    return answer(context, find_theme(context.transaction, *id, context.viewer));
}

Response post_merge(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto into = web::read_id(*body, "into");
    if (!into) return context.refuse(into.error());
    return answer(context, merge_theme(context.transaction, context.ids, context.now,
                                       context.viewer, *id, into->value_or(Id{})));
}

Response post_split(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto title = web::read_text(*body, "title");
    if (!title) return context.refuse(title.error());
    const auto voices = read_voices(*body);
    if (!voices) return context.refuse(voices.error());
    const auto part = split_theme(context.transaction, context.ids, context.now, context.viewer,
                                  *id, title->value_or(""), *voices);
    if (!part) return context.refuse(part.error());
    return web::created(to_json(*part, context.now), "/api/v1/themes/" + part->id.text());
}

Response get_deeds(const Request& request, Context& context)
{
    constexpr int shown = 100;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = find_theme(context.transaction, *id, context.viewer);
    if (!theme) return context.refuse(theme.error());
    const auto deeds = list_deeds(context.transaction, *theme, context.viewer, shown);
    return web::list_response(deeds, {}, [](JsonWriter& json, const DeedLine& deed) {
        json.begin_object().field("id", deed.event).field("verb", deed.verb);
        json.field("at", deed.at).field("by", deed.actor).field("about", deed.other_title);
        json.field("may_undo", deed.may_undo).field("undone", deed.undone).end_object();
    });
}

Response post_undo(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto deed = web::read_text(*body, "deed");
    if (!deed) return context.refuse(deed.error());
    return answer(context, undo_deed(context.transaction, context.ids, context.now, context.viewer,
                                     *id, Id::parse(deed->value_or("")).value_or(Id{})));
}

Response answer_run(Context& context)
{
    const auto run = find_run(context.transaction, context.viewer.organisation);
    JsonWriter json;
    json.begin_object().field("state", run.state).field("step", run.step);
    json.field("share", run.share).field("voices", run.voices).field("themes", run.themes);
    json.field("unassigned", run.unassigned).field("new_voices", run.new_voices);
    json.field("cpu_seconds", static_cast<double>(run.cpu.count()) / 1e6);
    json.field("model", run.model).end_object();
    return Response::json(json.take());
}

/// Figures of the whole hall, so for its stewards alone.
Response get_run(const Request& /*request*/, Context& context)
{
    if (!context.viewer.is_hall_steward())
        return context.refuse(
            context.viewer.signed_in()
                ? Refusal::forbidden("Stewards of the hall may let the engine look again.")
                : Refusal::unauthenticated("Please sign in first."));
    return answer_run(context);
}

Response post_run(const Request& /*request*/, Context& context)
{
    const auto asked = ask_for_run(context.transaction, context.ids, context.now, context.viewer);
    if (!asked) return context.refuse(asked.error());
    return answer_run(context);
}

Response delete_run(const Request& /*request*/, Context& context)
{
    const auto stopped = cancel_run(context.transaction, context.ids, context.now, context.viewer);
    if (!stopped) return context.refuse(stopped.error());
    return answer_run(context);
}

} // namespace

void mount_theme_api(web::Router& router)
{
    router.get("/api/v1/themes", get_themes);
    router.post("/api/v1/themes", post_theme);
    router.get("/api/v1/themes/table", get_table);
    router.get("/api/v1/themes/run", get_run);
    router.post("/api/v1/themes/run", post_run);
    router.del("/api/v1/themes/run", delete_run);
    router.get("/api/v1/themes/:id", get_theme);
    router.patch("/api/v1/themes/:id", patch_theme);
    router.put("/api/v1/themes/:id/voices/:voice", put_theme_voice);
    router.del("/api/v1/themes/:id/voices/:voice", delete_theme_voice);
    router.post("/api/v1/themes/:id/merge", post_merge);
    router.post("/api/v1/themes/:id/split", post_split);
    router.get("/api/v1/themes/:id/deeds", get_deeds);
    router.post("/api/v1/themes/:id/undo", post_undo);
}

} // namespace moothall::sense
