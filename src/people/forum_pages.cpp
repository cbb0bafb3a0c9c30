#include "people/pages.hpp"

#include "people/people.hpp"
#include "people/templates.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/list_page.hpp"
#include "web/problem.hpp"

/// Forums: circles that anybody opens for all, by a name and what it is for. What else a circle can
/// be is asked where it is changed.
namespace moothall::people {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int forums_shown = 30;

Response show_forums(const Request& request, Context& context,
                     const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const auto after = Id::parse(request.query("after")).value_or(Id{});
    const web::FilledForm form(language, request, refused);
    ForumsPage page{.frame = web::make_frame(request, context, std::string(language.t("Forums")),
                                             web::Section::people),
                    .forums = list_forums(context.transaction, viewer, after, forums_shown + 1),
                    .form = form};
    const auto next =
        web::cut_page(page.forums, forums_shown, [](const Circle& circle) { return circle.id; });
    if (after) page.pages.first_path = "/forums";
    if (!next.empty()) page.pages.next_path = "/forums?after=" + next;
    page.may_open = viewer.signed_in();
    page.is_looked_at = page.may_open && !viewer.is_hall_steward() &&
                        is_looked_at_first(context.transaction, viewer, viewer.everyone);
    page.name = form.text("name", language.t("Name"));
    page.name.required = true;
    page.name.characters_max = 100;
    page.purpose = form.text("purpose", language.t("What is it for?"));
    page.purpose.rows = 3;
    web::Writer out;
    html::forums(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_forums(const Request& request, Context& context)
{
    return show_forums(request, context, {});
}

Response post_forum(const Request& request, Context& context)
{
    Circle wanted{.name = std::string(request.form("name")),
                  .purpose = std::string(request.form("purpose")),
                  .kind = CircleKind::forum,
                  .joining = Joining::open};
    // What the hall wants of newcomers is so in the forums that are opened in it, too; whoever
    // looks after one may change that.
    if (const auto everyone =
            find_circle(context.transaction, context.viewer.everyone, context.viewer))
        wanted.moderation = everyone->moderation;
    const auto forum = create_circle(context.transaction, context.ids, context.now, context.viewer,
                                     std::move(wanted));
    if (!forum) {
        if (forum.error().reason == Reason::invalid)
            return show_forums(request, context, forum.error());
        return context.refuse(forum.error());
    }
    auto response = Response::see_other(record::path_of("circle", forum->id));
    if (forum->withheld)
        web::give_notice(
            response, context, web::Tone::warn,
            context.language.t(
                "Thank you. A steward looks at what newcomers open before all see it."));
    else
        web::give_notice(response, context, web::Tone::good,
                         context.language.t("The forum is open. You are its steward."));
    return response;
}

} // namespace

void mount_forum_pages(web::Router& router)
{
    router.get("/forums", get_forums);
    router.post("/forums", post_forum).act = web::Act::voice;
}

} // namespace moothall::people
