#include "hear/discussion.hpp"

#include "hear/hear.hpp"
#include "people/people.hpp"

#include <algorithm>

namespace moothall::hear {

Result<Discussion> make_discussion(const web::Request& request, web::Context& context,
                                   const web::Frame& frame, const record::Thing& thing,
                                   const std::optional<Refusal>& refused)
{
    constexpr int replies_of_discussion_max = 300;
    const auto& viewer = context.viewer;
    auto said = list_replies(context.transaction, thing.id, viewer, {}, replies_of_discussion_max);
    if (!said) return said.error();
    Discussion discussion;
    discussion.path = record::path_of(thing.kind, thing.id);
    discussion.csrf = frame.csrf;
    discussion.now = context.now;
    if (!viewer.signed_in()) discussion.sign_in_path = frame.sign_in_path;
    discussion.more = !said->next.empty();
    discussion.may_reply = viewer.role_in(thing.circle) >= Role::member;
    const auto parent =
        Id::parse(refused ? request.form("parent") : request.query("parent")).value_or(Id{});
    const bool steward = viewer.is_steward_of(thing.circle);
    for (auto& reply : thread(std::move(said->replies))) {
        const bool own = viewer.signed_in() &&
                         (reply.author.id == viewer.person || reply.written_by.id == viewer.person);
        if (reply.id == parent) {
            discussion.parent = parent;
            discussion.parent_name = reply.author.name;
        }
        DiscussedReply shown;
        if (reply.depth > 0) shown.depth_class = "depth-" + std::to_string(reply.depth);
        shown.files =
            files::shown_files(context.language, reply.files, reply.id, reply.body_html.html);
        shown.may_edit = own;
        shown.may_report = viewer.signed_in() && !own;
        shown.may_hide = steward || own;
        shown.reply = std::move(reply);
        discussion.replies.push_back(std::move(shown));
    }
    if (refused && (refused->field == "body" || refused->field == "parent")) {
        discussion.error = context.language.sentence(*refused);
        discussion.text = request.form("body");
    }
    return discussion;
}

Result<web::Prepared> prepare_discussion(const web::Request& request, web::Context& /*context*/)
{
    return web::Prepared::of(render_body({}, request.form("body")));
}

Result<Reply> take_discussion(const web::Request& request, web::Context& context, Id thing)
{
    const auto& rendered = std::any_cast<const Result<Rendered>&>(context.prepared);
    if (!rendered) return rendered.error();
    return say_reply(context.transaction, context.ids, context.now, context.viewer, thing,
                     {.body = std::string(request.form("body")),
                      .parent = Id::parse(request.form("parent")).value_or(Id{})},
                     *rendered);
}

} // namespace moothall::hear
