// Making, naming, merging and splitting themes, and saying where a voice belongs.

#include "people/people.hpp"
#include "sense/pages.hpp"
#include "sense/templates.hpp"
#include "sense/theme_area.hpp"
#include "sense/theme_deeds.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::sense {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// A voice as people name it: its number, or its address with or without the host.
Id read_voice(std::string_view text)
{
    if (const auto at = text.rfind("/voices/"); at != std::string_view::npos)
        text.remove_prefix(at + std::string_view("/voices/").size());
    const auto end =
        text.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyzABCDEFGHJKMNPQRSTVWXYZ");
    return Id::parse(text.substr(0, end)).value_or(Id{});
}

Response back(const Context& context, const std::string& path, std::string_view notice)
{
    auto response = Response::see_other(path);
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

/// Refusals that a form can mend show it again; all others are a page of their own.
bool is_of_form(const Refusal& refusal)
{
    return refusal.reason == Reason::invalid || refusal.reason == Reason::conflict;
}

Response show_form(const Context& context, const ThemeFormPage& page,
                   const std::optional<Refusal>& refused)
{
    web::Writer out;
    html::theme_form(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

ThemeFormPage make_page(const Request& request, const Context& context, std::string title,
                        const std::optional<Refusal>& refused)
{
    ThemeFormPage page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::themes),
        .form = web::FilledForm(context.language, request, refused)};
    page.frame.narrow = true;
    page.back_path = "/themes";
    return page;
}

web::Field title_field(const web::FilledForm& form, const web::Language& language,
                       std::string_view before)
{
    auto field = form.text("title", language.t("Name"), before);
    field.required = true;
    field.characters_max = static_cast<int>(theme_title_characters_max);
    return field;
}

web::Field words_field(const web::FilledForm& form, const web::Language& language,
                       std::string_view before)
{
    auto field = form.text("words", language.t("Keywords"), before);
    field.hint = language.t("Separated by commas, eight at most.");
    field.characters_max = 400;
    return field;
}

std::vector<web::Choice> theme_choices(Context& context, std::string_view lens, Id but)
{
    auto themes = list_themes(context.transaction, lens == area_lens ? "topic" : lens,
                              ThemeSort::people, context.viewer, context.now);
    if (lens == area_lens) {
        auto areas = gather_in_areas(context.transaction, context.viewer, std::move(themes));
        themes.clear();
        for (auto& area : areas)
            if (area.area.id) themes.push_back(std::move(area.area));
    }
    std::ranges::sort(themes, [&](const NamedTheme& left, const NamedTheme& right) {
        return left.title < right.title;
    });
    std::vector<web::Choice> choices;
    for (const auto& theme : themes)
        if (theme.id != but) choices.push_back({theme.id.text(), theme.title});
    return choices;
}

// -- making ---------------------------------------------------------------------------------------

Response show_new(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!may_make_themes(context.viewer))
        return context.refuse(Refusal::forbidden("People of the company make themes. You can say "
                                                 "where your own voices belong."));
    auto page = make_page(request, context, std::string(language.t("Make a theme")), refused);
    page.action = "/themes/new";
    page.lead = language.t("Name it as those who said it would. Voices are put in afterwards.");
    page.button = language.t("Make it");
    page.lines.push_back(title_field(page.form, language, {}));
    page.lines.push_back(words_field(page.form, language, {}));
    page.selects.push_back(page.form.choose(
        "lens", language.t("What does it gather?"),
        {{"topic", std::string(language.t("A topic: what people speak of"))},
         {"situation", std::string(language.t("A situation: “When …, I want …, so that …”"))}},
        "topic"));
    std::vector<web::Choice> circles;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (circle.mine >= Role::member)
            circles.push_back({circle.id.text(), std::string(language.t(circle.name))});
    page.selects.push_back(page.form.choose("circle", language.t("Who sees it?"),
                                            std::move(circles), context.viewer.everyone.text()));
    // Voices that the form was opened with, or that were ticked when it was refused.
    for (const auto& fields : {request.query_fields.all("voice"), request.form_fields.all("voice")})
        for (const auto text : fields)
            if (const auto voice = read_voice(text); voice && page.ticked.size() < 50)
                page.ticked.push_back(voice);
    const auto voices = hear::list_voices_by_id(context.transaction, page.ticked, context.viewer);
    page.choices = hear::make_rows(voices, context, {});
    return show_form(context, page, refused);
}

Response get_new(const Request& request, Context& context)
{
    return show_new(request, context, {});
}

Response post_new(const Request& request, Context& context)
{
    NewTheme wanted;
    wanted.title = request.form("title");
    wanted.words = request.form("words");
    if (!request.form("lens").empty()) wanted.lens = request.form("lens");
    wanted.circle = web::sent_id(request, "circle");
    for (const auto text : request.form_fields.all("voice"))
        if (const auto voice = read_voice(text)) wanted.voices.push_back(voice);
    const auto theme =
        make_theme(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!theme) {
        if (is_of_form(theme.error())) return show_new(request, context, theme.error());
        return context.refuse(theme.error());
    }
    return back(context, theme->path(),
                context.language.t("The theme is there. Put voices into it."));
}

// -- naming ---------------------------------------------------------------------------------------

Response show_edit(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = find_theme(context.transaction, *id, context.viewer);
    if (!theme) return context.refuse(theme.error());
    if (!may_steer(context.viewer, *theme))
        return context.refuse(
            Refusal::forbidden("Stewards of its circle, and who made it, may rename a theme."));
    auto page = make_page(request, context, std::string(language.t("Name a theme")), refused);
    page.action = "/themes/" + id->text() + "/edit";
    page.back_path = theme->path();
    page.lead = language.t("A theme that people named keeps its name, whatever the engine finds.");
    page.button = language.t("Save");
    std::string words;
    for (const auto& word : theme->words) words += (words.empty() ? "" : ", ") + word;
    page.lines.push_back(title_field(page.form, language, theme->title));
    page.lines.push_back(words_field(page.form, language, words));
    if (theme->lens == "topic")
        if (auto areas = theme_choices(context, area_lens, Id{}); !areas.empty()) {
            areas.insert(areas.begin(), {"none", std::string(language.t("Nothing: by itself"))});
            page.selects.push_back(page.form.choose("part_of", language.t("Part of"),
                                                    std::move(areas),
                                                    theme->area ? theme->area.text() : "none"));
        }
    return show_form(context, page, refused);
}

Response get_edit(const Request& request, Context& context)
{
    return show_edit(request, context, {});
}

Response post_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    ThemeChange change{std::string(request.form("title")), std::string(request.form("words"))};
    if (const auto area = request.form("part_of"); area == "none")
        change.area = Id{};
    else
        change.area = Id::parse(area);
    const auto theme =
        rename_theme(context.transaction, context.ids, context.now, context.viewer, *id, change);
    if (!theme) {
        if (is_of_form(theme.error())) return show_edit(request, context, theme.error());
        return context.refuse(theme.error());
    }
    return back(context, theme->path(), context.language.t("Saved."));
}

// -- merging and splitting ------------------------------------------------------------------------

Response show_merging(const Request& request, Context& context,
                      const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = find_theme(context.transaction, *id, context.viewer);
    if (!theme) return context.refuse(theme.error());
    if (!may_steer(context.viewer, *theme))
        return context.refuse(
            Refusal::forbidden("A steward of the circles of both themes may merge them."));
    auto page = make_page(request, context,
                          language.t("Merge “{1}” into another theme", theme->title), refused);
    page.action = "/themes/" + id->text() + "/merging";
    page.back_path = theme->path();
    page.lead = language.t("All its voices and followers go there, and its address leads there.");
    page.button = language.t("Merge");
    page.selects.push_back(page.form.choose("into", language.t("Theme that goes on"),
                                            theme_choices(context, theme->lens, *id)));
    return show_form(context, page, refused);
}

Response get_merging(const Request& request, Context& context)
{
    return show_merging(request, context, {});
}

Response post_merging(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto into = merge_theme(context.transaction, context.ids, context.now, context.viewer,
                                  *id, Id::parse(request.form("into")).value_or(Id{}));
    if (!into) {
        if (is_of_form(into.error())) return show_merging(request, context, into.error());
        return context.refuse(into.error());
    }
    return back(context, into->path(), context.language.t("Merged."));
}

Response show_splitting(const Request& request, Context& context,
                        const std::optional<Refusal>& refused)
{
    constexpr int shown = 100;
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = find_theme(context.transaction, *id, context.viewer);
    if (!theme) return context.refuse(theme.error());
    if (!may_steer(context.viewer, *theme))
        return context.refuse(
            Refusal::forbidden("Stewards of its circle, and who made it, may split a theme."));
    auto page = make_page(request, context, language.t("Split “{1}”", theme->title), refused);
    page.action = "/themes/" + id->text() + "/splitting";
    page.back_path = theme->path();
    page.lead = language.t("The voices you tick become a theme of their own.");
    page.button = language.t("Split them off");
    page.lines.push_back(title_field(page.form, language, {}));
    const auto found = hear::list_voices(context.transaction,
                                         {.about = *id, .sort = hear::Sort::newest, .limit = shown},
                                         context.viewer);
    if (!found) return context.refuse(found.error());
    page.choices = hear::make_rows(found->voices, context, {});
    for (const auto text : request.form_fields.all("voice"))
        if (const auto voice = read_voice(text)) page.ticked.push_back(voice);
    return show_form(context, page, refused);
}

Response get_splitting(const Request& request, Context& context)
{
    return show_splitting(request, context, {});
}

Response post_splitting(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    std::vector<Id> voices;
    for (const auto text : request.form_fields.all("voice"))
        if (const auto voice = read_voice(text)) voices.push_back(voice);
    const auto part = split_theme(context.transaction, context.ids, context.now, context.viewer,
                                  *id, request.form("title"), voices);
    if (!part) {
        if (is_of_form(part.error())) return show_splitting(request, context, part.error());
        return context.refuse(part.error());
    }
    return back(context, part->path(), context.language.t("They are a theme of their own now."));
}

// -- voices ---------------------------------------------------------------------------------------

Response post_voice(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto put = put_voice(context.transaction, context.ids, context.now, context.viewer, *id,
                               read_voice(request.form("voice")));
    if (!put) {
        const bool theme_is_there =
            find_theme(context.transaction, *id, context.viewer).has_value();
        if (put.error().reason == Reason::not_found && theme_is_there)
            return context.refuse(
                Refusal::invalid("voice", "There is no such voice that you can see."));
        return context.refuse(put.error());
    }
    return back(context, "/themes/" + id->text(),
                context.language.t("It is in this theme now, and stays there."));
}

Response post_removal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = read_voice(request.form("voice"));
    const auto taken =
        take_out_voice(context.transaction, context.ids, context.now, context.viewer, *id, voice);
    if (!taken) return context.refuse(taken.error());
    return back(context,
                request.form("back") == "voice" ? "/voices/" + voice.text() + "/theme"
                                                : "/themes/" + id->text(),
                context.language.t("Taken out. The engine will not put it there again."));
}

Response post_undo(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = undo_deed(context.transaction, context.ids, context.now, context.viewer, *id,
                                 Id::parse(request.form("deed")).value_or(Id{}));
    if (!theme) return context.refuse(theme.error());
    return back(context, theme->path(), context.language.t("Taken back."));
}

Response post_follow(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = find_theme(context.transaction, *id, context.viewer);
    if (!theme) return context.refuse(theme.error());
    const bool on = request.form("undo") != "yes";
    const auto changed = hear::change_follow(context.transaction, context.ids, context.now,
                                             context.viewer, *id, {on, on});
    if (!changed) return context.refuse(changed.error());
    return back(context, theme->path(), context.language.t("Saved."));
}

Response show_voice_theme(const Request& request, Context& context,
                          const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = hear::find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    VoiceThemePage page{.frame = web::make_frame(request, context,
                                                 std::string(language.t("Where does it belong?")),
                                                 web::Section::themes),
                        .form = web::FilledForm(language, request, refused),
                        .voice = *voice};
    page.frame.narrow = true;
    page.themes = find_themes_of(context.transaction, *id, context.viewer);
    auto choices = theme_choices(context, "topic", Id{});
    for (auto& choice : theme_choices(context, "situation", Id{}))
        choices.push_back(std::move(choice));
    page.choice = page.form.choose("theme", language.t("Theme"), std::move(choices));
    page.may_make = may_make_themes(context.viewer);
    web::Writer out;
    html::voice_theme(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_voice_theme(const Request& request, Context& context)
{
    return show_voice_theme(request, context, {});
}

Response post_voice_theme(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = hear::find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    const auto theme = Id::parse(request.form("theme")).value_or(Id{});
    const auto put =
        put_voice(context.transaction, context.ids, context.now, context.viewer, theme, *id);
    if (!put) {
        if (put.error().reason == Reason::not_found) // the voice is there
            return show_voice_theme(
                request, context,
                Refusal::invalid("theme", "There is no such theme that you can see."));
        if (is_of_form(put.error())) return show_voice_theme(request, context, put.error());
        return context.refuse(put.error());
    }
    return back(context, voice->path(),
                context.language.t("It is in this theme now, and stays there."));
}

Response post_run(const Request& request, Context& context)
{
    const bool stop = request.form("stop") == "yes";
    const auto done =
        stop ? cancel_run(context.transaction, context.ids, context.now, context.viewer)
             : ask_for_run(context.transaction, context.ids, context.now, context.viewer);
    if (!done) return context.refuse(done.error());
    return back(context, "/themes",
                stop ? context.language.t("It stops. What it has not written stays as it was.")
                     : context.language.t("The engine looks at all voices now. You can go on."));
}

} // namespace

void write_part(web::Writer& out, const Request& /*request*/, Context& context,
                const record::Thing& thing)
{
    if (thing.kind != "voice") return;
    const auto& viewer = context.viewer;
    html::thing_part(out, context.language, find_themes_of(context.transaction, thing.id, viewer),
                     thing.id,
                     viewer.signed_in() && (viewer.is_company() || thing.author == viewer.person));
}

bool ThemeFormPage::is_ticked(Id voice) const
{
    return std::ranges::find(ticked, voice) != ticked.end();
}

void mount_theme_form_pages(web::Router& router)
{
    router.post("/themes/runs", post_run);
    router.get("/themes/new", get_new);
    router.post("/themes/new", post_new);
    router.get("/themes/:id/edit", get_edit);
    router.post("/themes/:id/edit", post_edit);
    router.get("/themes/:id/merging", get_merging);
    router.post("/themes/:id/merging", post_merging);
    router.get("/themes/:id/splitting", get_splitting);
    router.post("/themes/:id/splitting", post_splitting);
    router.post("/themes/:id/voices", post_voice);
    router.post("/themes/:id/removals", post_removal);
    router.post("/themes/:id/undo", post_undo);
    router.post("/themes/:id/follow", post_follow);
    router.get("/voices/:id/theme", get_voice_theme);
    router.post("/voices/:id/theme", post_voice_theme);
}

} // namespace moothall::sense
