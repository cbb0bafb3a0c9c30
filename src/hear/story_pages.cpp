#include "hear/pages.hpp"

#include "hear/say.hpp"
#include "hear/story.hpp"
#include "hear/templates.hpp"
#include "hear/unconfirmed.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int stories_shown = 20;

Response get_stories(const Request& request, Context& context)
{
    const auto& language = context.language;
    auto found = list_stories(context.transaction, context.viewer, stories_shown,
                              std::string(request.query("after")));
    if (!found) return context.refuse(found.error());
    StoriesPage page{.frame = web::make_frame(request, context, std::string(language.t("Stories")),
                                              web::Section::hall),
                     .stories = std::move(found->voices)};
    page.frame.feed_path = "/voices.atom?kind=story";
    if (!request.query("after").empty()) page.pages.first_path = "/stories";
    if (!found->next.empty())
        page.pages.next_path = "/stories?after=" + web::percent_encode(found->next);
    page.empty = {
        std::string(language.t("Nobody has told a story yet")),
        std::string(language.t("Yours stands on the front page as soon as you have told it.")),
        std::string(language.t("Tell a story")), "/stories/new"};
    web::Writer out;
    html::stories(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response show_story_form(const Request& request, Context& context,
                         const std::optional<Refusal>& refused,
                         const std::optional<SafeHtml>& preview)
{
    const auto& language = context.language;
    const web::FilledForm form(language, request, refused);
    StoryFormPage page{.frame = web::make_frame(request, context,
                                                std::string(language.t("Tell a story")),
                                                web::Section::hall),
                       .form = form};
    page.frame.narrow = true;
    page.title = form.text("title", language.t("Title"));
    page.title.required = true;
    page.title.characters_max = static_cast<int>(title_characters_max);
    page.text = form.text("body", language.t("Your story"));
    page.text.required = true;
    page.text.rows = 14;
    page.text.hint = language.t("Write as you speak. Markdown works; @name calls somebody.");
    const auto& viewer = context.viewer;
    page.is_looked_at = viewer.signed_in() && is_held(context.transaction, viewer, viewer.everyone);
    page.stranger = make_stranger_fields(context, form);
    page.files = files::make_file_field(request, context, refused);
    page.has_preview = preview.has_value();
    if (preview) page.preview = *preview;
    web::Writer out;
    html::story_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_new_story(const Request& request, Context& context)
{
    return show_story_form(request, context, {}, {});
}

Response post_new_story(const Request& request, Context& context)
{
    NewVoice wanted{.kind = "story",
                    .title = normalise_line(request.form("title")),
                    .body = std::string(request.form("body")),
                    .circle = context.viewer.everyone};
    if (wanted.title.empty())
        return show_story_form(request, context,
                               Refusal::invalid("title", "Please give your story a title."), {});
    if (normalise_line(wanted.body).empty())
        return show_story_form(request, context,
                               Refusal::invalid("body", "Please write something first."), {});
    return say(request, context, std::move(wanted), show_story_form);
}

Response post_story_preview(const Request& request, Context& context)
{
    const auto rendered = render_body(request.form("title"), request.form("body"));
    if (!rendered) return show_story_form(request, context, rendered.error(), {});
    return show_story_form(request, context, {}, rendered->html);
}

} // namespace

bool stands_on_front(const Voice& voice, Id everyone)
{
    return voice.kind == "story" && voice.circle == everyone &&
           voice.state == record::State::visible;
}

Result<VoicePage> list_stories(store::Transaction& transaction, const Viewer& viewer, int limit,
                               std::string after)
{
    return list_voices(transaction,
                       {.kind = "story",
                        .circle = viewer.everyone,
                        .sort = Sort::newest,
                        .limit = limit,
                        .after = std::move(after)},
                       viewer);
}

void mount_story_pages(web::Router& router)
{
    router.get("/stories", get_stories);
    router.get("/stories/new", get_new_story);
    auto& post = router.post("/stories/new", post_new_story);
    post.prepare = prepare_files;
    post.body_bytes_max = files::form_bytes_max;
    post.act = web::Act::voice;
    auto& preview = router.post("/stories/preview", post_story_preview);
    preview.body_bytes_max = files::form_bytes_max; // the form holds files already
    preview.reads_only = true;
}

} // namespace moothall::hear
