#include "tell/notification.hpp"

#include "tell/pages.hpp"
#include "tell/templates.hpp"
#include "text/json.hpp"
#include "web/api.hpp"

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int notifications_shown = 50;

Response get_notifications(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in to see your news."));
    const auto before = Id::parse(request.query("before")).value_or(Id{});
    const auto found =
        list_notifications(context.transaction, context.viewer, before, notifications_shown + 1);
    const auto& language = context.language;
    NotificationsPage page{.frame = web::make_frame(request, context,
                                                    std::string(language.t("News for you")),
                                                    web::Section::none)};
    page.frame.live_path = "/api/v1/events/stream";
    page.now = context.now;
    page.unread = count_unread(context.transaction, context.viewer);
    for (const auto& one : found) {
        if (std::ssize(page.lines) == notifications_shown) {
            page.pages.next_path =
                "/notifications?before=" + found[notifications_shown - 1].id.text();
            break;
        }
        page.lines.push_back({sentence_of(one, language), one.path, one.read, one.created});
    }
    page.empty = {
        std::string(language.t("No news for you")),
        std::string(language.t(
            "What others reply to you, and what comes of what you said or backed, shows up here.")),
        std::string(language.t("See the voices")), "/voices"};
    web::Writer out;
    html::notifications(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response post_read(const Request&, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    mark_read(context.transaction, context.viewer, Id{}, context.now);
    return Response::see_other("/notifications");
}

Response get_api(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto before = web::query_id(request, "after");
    if (!before) return context.refuse(before.error());
    auto found = list_notifications(context.transaction, context.viewer, *before, *limit + 1);
    std::string next;
    if (std::ssize(found) > *limit) {
        found.pop_back();
        next = found.back().id.text();
    }
    return web::list_response(found, next, [&](JsonWriter& json, const Notification& one) {
        json.begin_object().field("id", one.id).field("event", one.id).field("thing", one.thing);
        json.field("reason", one.reason).field("text", sentence_of(one, context.language));
        json.field("url", one.path)
            .field("read", one.read)
            .field("created_at", one.created)
            .end_object();
    });
}

Response put_read(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    mark_read(context.transaction, context.viewer, *id, context.now);
    return Response::no_content();
}

} // namespace

void mount_notification_pages(web::Router& router)
{
    router.get("/notifications", get_notifications);
    router.post("/notifications/read", post_read);
    router.get("/api/v1/notifications", get_api);
    router.put("/api/v1/notifications/:id/read", put_read);
}

} // namespace moothall::tell
