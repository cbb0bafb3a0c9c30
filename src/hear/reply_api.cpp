#include "hear/api.hpp"

#include "hear/declining.hpp"
#include "hear/hear.hpp"
#include "hear/hear_json.hpp"
#include "hear/listing.hpp"
#include "hear/moderated.hpp"
#include "hear/moving.hpp"
#include "people/people.hpp"
#include "people/person_json.hpp"
#include "record/record.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/list_page.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <tuple>

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string to_json(const Reply& reply)
{
    JsonWriter json(512 + reply.body.size());
    write_json(json, reply);
    return json.take();
}

struct SaidReply {
    NewReply reply;
    Rendered rendered;
};

Result<web::Prepared> prepare_reply(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto text = web::read_text(*body, "body");
    if (!text) return text.error();
    const auto parent = web::read_id(*body, "parent");
    if (!parent) return parent.error();
    const auto on_behalf_of = web::read_id(*body, "on_behalf_of");
    if (!on_behalf_of) return on_behalf_of.error();
    const auto files = web::read_ids(*body, "files", files::files_of_a_thing_max);
    if (!files) return files.error();
    SaidReply said;
    said.reply.files = *files;
    said.reply.body = text->value_or("");
    said.reply.parent = parent->value_or(Id{});
    said.reply.on_behalf_of = on_behalf_of->value_or(Id{});
    auto rendered = render_body({}, said.reply.body);
    if (!rendered) return rendered.error();
    said.rendered = *std::move(rendered);
    return web::Prepared::of(std::move(said));
}

/// The thing of /api/v1/voices/:id/replies or /api/v1/barriers/:id/replies, if it is one of those.
Result<void> must_be_of_its_path(const Request& request, Context& context, Id id)
{
    const auto thing = people::find_seen(context.transaction, id, context.viewer);
    if (!thing) return thing.error();
    const auto path = record::path_of(thing->kind, id);
    const auto prefix = "/api/v1" + path.substr(0, path.rfind('/') + 1);
    if (path.empty() || !request.path_text.starts_with(prefix)) return Refusal::not_found();
    return {};
}

Response post_reply(const Request& request, Context& context)
{
    const auto& said = std::any_cast<const SaidReply&>(context.prepared);
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto its = must_be_of_its_path(request, context, *id); !its)
        return context.refuse(its.error());
    const auto reply = say_reply(context.transaction, context.ids, context.now, context.viewer, *id,
                                 said.reply, said.rendered);
    if (!reply) return context.refuse(reply.error());
    return web::created(to_json(*reply), "/api/v1/replies/" + reply->id.text());
}

Response get_replies(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto its = must_be_of_its_path(request, context, *id); !its)
        return context.refuse(its.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto page =
        list_replies(context.transaction, *id, context.viewer, request.query("after"), *limit);
    if (!page) return context.refuse(page.error());
    return web::list_response(page->replies, page->next, [](JsonWriter& json, const Reply& reply) {
        write_json(json, reply);
    });
}

Response get_reply(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto reply = find_reply(context.transaction, *id, context.viewer);
    if (!reply) return context.refuse(reply.error());
    return Response::json(to_json(*reply));
}

Response patch_reply(const Request& request, Context& context)
{
    const auto& said = std::any_cast<const SaidReply&>(context.prepared);
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto with_files = said.reply.files.empty() ? WithFiles::same : WithFiles::changed;
    auto reply = edit_reply(context.transaction, context.ids, context.now, context.viewer, *id,
                            said.reply.body, said.rendered, with_files);
    if (!reply) return context.refuse(reply.error());
    if (with_files == WithFiles::changed) {
        const auto hung = files::hang_files(context.transaction, context.viewer, *id,
                                            reply->subject, said.reply.files);
        if (!hung) return context.refuse(hung.error());
        reply = find_reply(context.transaction, *id, context.viewer);
    }
    return Response::json(to_json(*reply));
}

std::string follow_json(Follow follow)
{
    JsonWriter json;
    json.begin_object().field("replies", follow.replies).field("outcome", follow.outcome);
    return json.end_object().take();
}

Response get_follow(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto seen = find_voice(context.transaction, *id, context.viewer); !seen)
        return context.refuse(seen.error());
    return Response::json(follow_json(find_follow(context.transaction, *id, context.viewer)));
}

Response put_follow(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto voice = must_be_voice(context.transaction, *id, context.viewer); !voice)
        return context.refuse(voice.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto replies = web::read_truth(*body, "replies");
    if (!replies) return context.refuse(replies.error());
    const auto outcome = web::read_truth(*body, "outcome");
    if (!outcome) return context.refuse(outcome.error());
    auto follow = find_follow(context.transaction, *id, context.viewer);
    follow.replies = replies->value_or(follow.replies);
    follow.outcome = outcome->value_or(follow.outcome);
    const auto changed =
        change_follow(context.transaction, context.ids, context.now, context.viewer, *id, follow);
    if (!changed) return context.refuse(changed.error());
    return Response::json(follow_json(follow));
}

Result<std::string> read_reason(const Request& request)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return reason.error();
    return reason->value_or("");
}

Response post_report(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto reason = read_reason(request);
    if (!reason) return context.refuse(reason.error());
    const auto reported =
        report(context.transaction, context.ids, context.now, context.viewer, *id, *reason);
    if (!reported) return context.refuse(reported.error());
    return Response::no_content();
}

Response put_hiding(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto reason = read_reason(request);
    if (!reason) return context.refuse(reason.error());
    const auto hidden = hide(context.transaction, context.ids, context.now, context.viewer, *id,
                             *reason, context.hall.kept<WhenModerated>());
    if (!hidden) return context.refuse(hidden.error());
    return Response::no_content();
}

Response delete_hiding(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto shown = show_again(context.transaction, context.ids, context.now, context.viewer,
                                  *id, context.hall.kept<WhenModerated>());
    if (!shown) return context.refuse(shown.error());
    return Response::no_content();
}

Response post_approval(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto trust = web::read_truth(*body, "trust");
    if (!trust) return context.refuse(trust.error());
    const auto approved = approve(context.transaction, context.ids, context.now, context.viewer,
                                  *id, trust->value_or(false), context.hall.kept<WhenModerated>());
    if (!approved) return context.refuse(approved.error());
    return Response::no_content();
}

Response post_decline(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    const auto block = web::read_truth(*body, "block");
    if (!block) return context.refuse(block.error());
    const auto declined =
        decline(context.transaction, context.ids, context.now, context.viewer, *id,
                reason->value_or(""), block->value_or(false) ? Block::yes : Block::no);
    if (!declined) return context.refuse(declined.error());
    return Response::no_content();
}

// -- the public log -------------------------------------------------------------------------------

/// What was hidden or moved and why, the newest first: that it was, and not what.
Response get_moderation_log(const Request& request, Context& context)
{
    constexpr int logged = 200; // as on the page
    struct Logged {
        Id id; // its place in the list, which says no more than when it was
        Time at;
        std::string json;
    };
    std::vector<Logged> all;
    for (const auto& hidden : list_hidden(context.transaction, context.viewer, logged)) {
        JsonWriter json;
        json.begin_object().field("what", "hidden").field("kind", hidden.kind);
        json.field("reason", hidden.reason).null_field("from").null_field("to");
        people::write_someone(json, "by", hidden.by);
        all.push_back({{}, hidden.at, json.field("at", hidden.at).end_object().take()});
    }
    for (const auto& moved : list_moved(context.transaction, context.viewer, logged)) {
        JsonWriter json;
        json.begin_object().field("what", "moved").field("kind", "voice");
        json.field("reason", moved.reason).field("from", moved.from);
        if (moved.to.empty())
            json.null_field("to"); // a circle that she does not know of
        else
            json.field("to", moved.to);
        people::write_someone(json, "by", moved.by);
        all.push_back({{}, moved.at, json.field("at", moved.at).end_object().take()});
    }
    std::ranges::sort(all, std::greater{},
                      [](const Logged& one) { return std::tie(one.at, one.json); });
    for (std::int64_t last = std::numeric_limits<std::int64_t>::max(); auto& one : all)
        last = one.id.value = std::min(one.at.time_since_epoch().count(), last - 1);
    return web::page_response(context, request, std::move(all),
                              [](JsonWriter& json, const Logged& one) { json.raw(one.json); });
}

} // namespace

void mount_reply_api(web::Router& router)
{
    router.get("/api/v1/voices/:id/replies", get_replies);
    router.get("/api/v1/barriers/:id/replies", get_replies);
    router.get("/api/v1/agreements/:id/replies", get_replies);
    for (auto* say : {&router.post("/api/v1/voices/:id/replies", post_reply),
                      &router.post("/api/v1/barriers/:id/replies", post_reply),
                      &router.post("/api/v1/agreements/:id/replies", post_reply)}) {
        say->prepare = prepare_reply;
        say->act = web::Act::reply;
    }
    router.get("/api/v1/moderation/log", get_moderation_log);
    router.get("/api/v1/replies/:id", get_reply);
    router.patch("/api/v1/replies/:id", patch_reply).prepare = prepare_reply;
    router.get("/api/v1/voices/:id/follow", get_follow);
    router.put("/api/v1/voices/:id/follow", put_follow);
    router.post("/api/v1/things/:id/reports", post_report).act = web::Act::report;
    router.put("/api/v1/things/:id/hiding", put_hiding);
    router.del("/api/v1/things/:id/hiding", delete_hiding);
    router.post("/api/v1/things/:id/approval", post_approval);
    router.post("/api/v1/things/:id/decline", post_decline);
}

} // namespace moothall::hear
