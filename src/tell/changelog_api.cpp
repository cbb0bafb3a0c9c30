#include "people/people.hpp"
#include "tell/changelog_pages.hpp"
#include "text/json.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "write/write.hpp"

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

void write_voices(JsonWriter& json, const Context& context,
                  const std::vector<AnnouncedVoice>& voices)
{
    json.key("voices").begin_array();
    for (const auto& voice : voices)
        json.begin_object()
            .field("id", voice.id)
            .field("title", voice.title)
            .field("url", context.organisation.url + voice.path)
            .end_object();
    json.end_array();
}

void write_announcement(JsonWriter& json, const Context& context, const Announcement& announcement)
{
    json.begin_object().field("id", announcement.id).field("title", announcement.title);
    json.field("words", announcement.words).field("circle", announcement.circle);
    json.field("circle_name", announcement.circle_name).key("author");
    if (announcement.author.id)
        json.begin_object()
            .field("id", announcement.author.id)
            .field("name", announcement.author.name)
            .end_object();
    else
        json.value(nullptr);
    write_voices(json, context, announcement.voices);
    json.field("published_at", announcement.published).field("created_at", announcement.created);
    json.field("changed_at", announcement.changed);
    json.field("url", context.organisation.url + announcement.path()).end_object();
}

Response answer_announcement(Context& context, const Result<Announcement>& announcement)
{
    if (!announcement) return context.refuse(announcement.error());
    JsonWriter json(2048);
    write_announcement(json, context, *announcement);
    return Response::json(json.take());
}

/// An announcement as it was sent, with its words rendered before the transaction.
struct AnnouncementWish {
    AnnouncementChange change;
    Id circle;
    bool publish = false;
    std::optional<SafeHtml> html;
};

Result<web::Prepared> prepare_announcement(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    AnnouncementWish wish;
    for (const auto& [name, place] :
         {std::pair{"title", &wish.change.title}, std::pair{"words", &wish.change.words}}) {
        auto text = web::read_text(*body, name);
        if (!text) return text.error();
        *place = *std::move(text);
    }
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wish.circle = circle->value_or(Id{});
    if (body->find("voices")) {
        auto voices = web::read_ids(*body, "voices", announced_voices_max);
        if (!voices) return voices.error();
        wish.change.voices = *std::move(voices);
    }
    const auto publish = web::read_truth(*body, "publish");
    if (!publish) return publish.error();
    wish.publish = publish->value_or(false);
    if (wish.change.words) {
        auto html = write::render_words(*wish.change.words);
        if (!html) return html.error();
        wish.html = *std::move(html);
    }
    return web::Prepared::of(std::move(wish));
}

Response get_announcements(const Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto state = request.query("state");
    if (!state.empty() && state != "draft" && state != "published")
        return context.refuse(
            Refusal::invalid("state", "An announcement is a draft, or published."));
    const auto list = list_announcements(context.transaction,
                                         {.drafts = state == "draft",
                                          .circle = *circle,
                                          .limit = *limit,
                                          .after = std::string(request.query("after"))},
                                         context.viewer);
    if (!list) return context.refuse(list.error());
    return web::list_response(list->announcements, list->next,
                              [&](JsonWriter& json, const Announcement& announcement) {
                                  write_announcement(json, context, announcement);
                              });
}

Response post_announcement_json(const Request&, Context& context)
{
    const auto& wish = std::any_cast<const AnnouncementWish&>(context.prepared);
    auto made = draft_announcement(context.transaction, context.ids, context.now, context.viewer,
                                   {.title = wish.change.title.value_or(""),
                                    .words = wish.change.words.value_or(""),
                                    .circle = wish.circle,
                                    .voices = wish.change.voices.value_or(std::vector<Id>{})},
                                   wish.html.value_or(SafeHtml{}));
    if (made && wish.publish)
        made = publish_announcement(context.transaction, context.ids, context.now, context.viewer,
                                    made->id);
    if (!made) return context.refuse(made.error());
    JsonWriter json(2048);
    write_announcement(json, context, *made);
    return web::created(json.take(), "/api/v1/changelog/" + made->id.text());
}

Response get_announcement_json(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_announcement(context,
                               find_announcement(context.transaction, *id, context.viewer));
}

Response patch_announcement(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& wish = std::any_cast<const AnnouncementWish&>(context.prepared);
    return answer_announcement(context,
                               change_announcement(context.transaction, context.ids, context.now,
                                                   context.viewer, *id, wish.change, wish.html));
}

Response post_publish(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_announcement(context, publish_announcement(context.transaction, context.ids,
                                                             context.now, context.viewer, *id));
}

/// What a new one can begin with.
Response get_announceable(const Request& request, Context& context)
{
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto audience = *circle ? *circle : context.viewer.everyone;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (*circle)
        if (const auto seen = people::find_seen(context.transaction, audience, context.viewer);
            !seen)
            return context.refuse(seen.error());
    if (!may_announce(context.viewer, audience))
        return context.refuse(
            Refusal::forbidden("What changed is told by the stewards of a circle, and by those "
                               "of its members who work here."));
    const auto voices = list_announceable(context.transaction, audience, context.viewer);
    JsonWriter json(2048);
    json.begin_object().field("words", draft_words(voices));
    write_voices(json, context, voices);
    return Response::json(json.end_object().take());
}

} // namespace

void mount_changelog_api(web::Router& router)
{
    router.get("/api/v1/changelog", get_announcements);
    auto& made = router.post("/api/v1/changelog", post_announcement_json);
    made.prepare = prepare_announcement;
    made.act = web::Act::voice;
    router.get("/api/v1/changelog/offer", get_announceable);
    router.get("/api/v1/changelog/:id", get_announcement_json);
    router.patch("/api/v1/changelog/:id", patch_announcement).prepare = prepare_announcement;
    router.post("/api/v1/changelog/:id/publish", post_publish);
}

} // namespace moothall::tell
