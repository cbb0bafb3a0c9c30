#include "tell/changelog_pages.hpp"

#include "people/people.hpp"
#include "tell/atom.hpp"
#include "tell/templates.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"
#include "write/write.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int announcements_of_page = 10;
constexpr int announcements_of_feed = 50;
constexpr std::size_t description_characters_max = 200;

/// Circles that she may tell what changed.
std::vector<web::Choice> list_audiences(Context& context)
{
    std::vector<web::Choice> choices;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (may_announce(context.viewer, circle.id))
            choices.push_back({circle.id.text(), std::string(context.language.t(circle.name))});
    return choices;
}

Response get_changelog(const Request& request, Context& context)
{
    const auto& language = context.language;
    auto list = list_announcements(
        context.transaction,
        {.limit = announcements_of_page, .after = std::string(request.query("after"))},
        context.viewer);
    if (!list) return context.refuse(list.error());
    ChangelogPage page{.frame =
                           web::make_frame(request, context, std::string(language.t("Changelog")),
                                           web::Section::report)};
    page.frame.canonical_url = context.organisation.url + "/changelog";
    page.frame.feed_path = "/changelog.atom";
    page.frame.description =
        language.t("What {1} changed, and for whom.", context.organisation.name);
    page.announcements = std::move(list->announcements);
    page.may_write = context.viewer.signed_in() && !list_audiences(context).empty();
    if (page.may_write && request.query("after").empty())
        if (auto drafts = list_announcements(context.transaction, {.drafts = true}, context.viewer))
            page.drafts = std::move(drafts->announcements);
    if (!request.query("after").empty()) page.pages.first_path = "/changelog";
    if (!list->next.empty()) page.pages.next_path = "/changelog?after=" + list->next;
    page.empty = {std::string(language.t("Nothing was announced yet")),
                  std::string(language.t("What was done for voices is in the report. Who did it "
                                         "tells of it here, in her own words.")),
                  std::string(language.t("The report")), "/report"};
    web::Writer out(16 * 1024);
    html::changelog(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response get_announcement(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto announcement = find_announcement(context.transaction, *id, context.viewer);
    if (!announcement) return context.refuse(announcement.error());
    AnnouncementPage page{
        .frame = web::make_frame(request, context, announcement->title, web::Section::report),
        .announcement = *announcement};
    page.frame.canonical_url = context.organisation.url + announcement->path();
    page.frame.feed_path = "/changelog.atom";
    page.frame.description = clip(normalise_line(plain_text(announcement->words)),
                                  description_characters_max, Ellipsis::shown);
    page.frame.narrow = true;
    page.frame.indexed = announcement->published.has_value();
    page.may_change = may_change(*announcement, context.viewer);
    if (announcement->published)
        page.moderating = hear::find_moderating(
            context.transaction, context.viewer,
            *record::find_thing(context.transaction, context.viewer.organisation, *id),
            page.frame.csrf);
    web::Writer out(8 * 1024);
    html::announcement(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

// -- writing --------------------------------------------------------------------------------------

AnnouncementFormPage make_announcement_form(const Request& request, Context& context,
                                            std::string title,
                                            const std::optional<Refusal>& refused,
                                            std::string_view words)
{
    const auto& language = context.language;
    AnnouncementFormPage page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::report),
        .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.title = page.form.text("title", language.t("What changed, in a few words"));
    page.title.characters_max = 200;
    page.title.required = true;
    page.words = page.form.text("words", language.t("What is new, and how it is used"), words);
    page.words.hint =
        language.t("Markdown works. Who said or follows a voice that you link to is told once.");
    page.words.rows = 16;
    page.words.required = true;
    return page;
}

Response show_announcement_form(const Context& context, const AnnouncementFormPage& page,
                                const std::optional<Refusal>& refused)
{
    web::Writer out(8 * 1024);
    html::announcement_form(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

/// Begins with the voices that became done since the newest one was begun.
Response show_new_announcement(const Request& request, Context& context,
                               const std::optional<Refusal>& refused)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    auto audiences = list_audiences(context);
    if (audiences.empty())
        return context.refuse(
            Refusal::forbidden("What changed is told by the stewards of a circle, and by those "
                               "of its members who work here."));
    const auto wanted = Id::parse(request.query("circle")).value_or(context.viewer.everyone);
    const auto chosen = std::ranges::find(audiences, wanted.text(), &web::Choice::value);
    const auto audience = chosen == audiences.end() ? audiences.front().value : chosen->value;
    const auto done = refused ? std::vector<AnnouncedVoice>{}
                              : list_announceable(context.transaction, Id::parse(audience).value(),
                                                  context.viewer);
    auto page = make_announcement_form(request, context,
                                       std::string(context.language.t("Tell what changed")),
                                       refused, draft_words(done));
    page.path = "/changelog";
    page.circle = page.form.choose("circle", context.language.t("Who can read it"),
                                   std::move(audiences), audience);
    return show_announcement_form(context, page, refused);
}

Response get_new_announcement(const Request& request, Context& context)
{
    return show_new_announcement(request, context, {});
}

Result<web::Prepared> prepare_announcement_words(const Request& request, Context&)
{
    auto html = write::render_words(request.form("words"));
    if (!html) return html.error();
    return web::Prepared::of(*std::move(html));
}

Response after_announcement(Context& context, const Announcement& announcement, bool published)
{
    auto response = Response::see_other(announcement.path());
    web::give_notice(response, context, web::Tone::good,
                     published ? context.language.t("Published. The people of these voices are "
                                                    "told.")
                               : context.language.t("Saved."));
    return response;
}

Response post_announcement(const Request& request, Context& context)
{
    auto made = draft_announcement(context.transaction, context.ids, context.now, context.viewer,
                                   {.title = std::string(request.form("title")),
                                    .words = std::string(request.form("words")),
                                    .circle = web::sent_id(request, "circle"),
                                    .voices = {}},
                                   std::any_cast<const SafeHtml&>(context.prepared));
    const bool publish = request.form("then") == "publish";
    if (made && publish)
        made = publish_announcement(context.transaction, context.ids, context.now, context.viewer,
                                    made->id);
    if (made) return after_announcement(context, *made, publish);
    if (made.error().reason == Reason::invalid)
        return show_new_announcement(request, context, made.error());
    return context.refuse(made.error());
}

Response show_announcement_edit(const Request& request, Context& context, Id id,
                                const std::optional<Refusal>& refused)
{
    const auto announcement = find_announcement(context.transaction, id, context.viewer);
    if (!announcement) return context.refuse(announcement.error());
    if (!may_change(*announcement, context.viewer))
        return context.refuse(
            Refusal::forbidden("Only who wrote it, and stewards of its circle, may change it."));
    auto page =
        make_announcement_form(request, context, announcement->title, refused, announcement->words);
    page.title = page.form.text("title", context.language.t("What changed, in a few words"),
                                announcement->title);
    page.title.characters_max = 200;
    page.title.required = true;
    page.path = "/changelog/" + id.text();
    page.published = announcement->published.has_value();
    return show_announcement_form(context, page, refused);
}

Response get_announcement_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_announcement_edit(request, context, *id, {});
}

Response post_announcement_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    auto changed =
        change_announcement(context.transaction, context.ids, context.now, context.viewer, *id,
                            {.title = std::string(request.form("title")),
                             .words = std::string(request.form("words")),
                             .voices = {}},
                            std::any_cast<const SafeHtml&>(context.prepared));
    const bool publish = request.form("then") == "publish";
    if (changed && publish)
        changed = publish_announcement(context.transaction, context.ids, context.now,
                                       context.viewer, *id);
    if (changed) return after_announcement(context, *changed, publish);
    if (changed.error().reason == Reason::invalid)
        return show_announcement_edit(request, context, *id, changed.error());
    return context.refuse(changed.error());
}

Response post_publication(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto published =
        publish_announcement(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!published) return context.refuse(published.error());
    return after_announcement(context, *published, true);
}

// -- the feed -------------------------------------------------------------------------------------

Response get_changelog_feed(const Request&, Context& context)
{
    const auto list =
        list_announcements(context.transaction, {.limit = announcements_of_feed}, context.viewer);
    if (!list) return context.refuse(list.error());
    auto feed =
        begin_feed(context, context.language.t("Changelog"), "/changelog", "/changelog.atom");
    for (const auto& one : list->announcements)
        feed.entries.push_back(
            {.id = context.organisation.url + record::path_of("announcement", one.id),
             .title = one.title,
             .url = context.organisation.url + one.path(),
             .author = one.author.name,
             .changed = one.changed,
             .text = {},
             .html = one.words_html.html});
    return atom_response(feed);
}

} // namespace

void mount_changelog_pages(web::Router& router)
{
    router.get("/changelog", get_changelog);
    router.get("/changelog.atom", get_changelog_feed);
    auto& made = router.post("/changelog", post_announcement);
    made.prepare = prepare_announcement_words;
    made.act = web::Act::voice;
    router.get("/changelog/new", get_new_announcement);
    router.get("/changelog/:id", get_announcement);
    router.post("/changelog/:id", post_announcement_edit).prepare = prepare_announcement_words;
    router.get("/changelog/:id/edit", get_announcement_edit);
    router.post("/changelog/:id/publication", post_publication);
}

} // namespace moothall::tell
