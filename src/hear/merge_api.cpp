#include "hear/hear_json.hpp"
#include "hear/merge_pages.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response voice_response(const Voice& voice)
{
    JsonWriter json(1024 + voice.body.size());
    write_json(json, voice);
    return Response::json(json.take());
}

Response post_merge(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto into = web::read_id(*body, "into");
    if (!into) return context.refuse(into.error());
    const auto whole = merge_voice(context.transaction, context.ids, context.now, context.viewer,
                                   *id, into->value_or(Id{}));
    if (!whole) return context.refuse(whole.error());
    return voice_response(*whole);
}

Response post_unmerge(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice =
        unmerge_voice(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!voice) return context.refuse(voice.error());
    return voice_response(*voice);
}

Response post_not_meant(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto apart =
        take_support_back(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!apart) return context.refuse(apart.error());
    JsonWriter json;
    return Response::json(json.begin_object().field("supporters", *apart).end_object().take());
}

Response get_merge(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto into = web::query_id(request, "into");
    if (!into) return context.refuse(into.error());
    const auto preview = preview_merge(context.transaction, context.viewer, *id, *into);
    if (!preview) return context.refuse(preview.error());
    JsonWriter json;
    json.begin_object().field("into", preview->into.id);
    json.field("own", preview->into.supporters).field("from", preview->from.supporters);
    json.field("both", preview->both).field("together", preview->together).end_object();
    return Response::json(json.take());
}

Response get_merged(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    return web::list_response(
        list_merged(context.transaction, *id, context.viewer), {},
        [](JsonWriter& json, const Merged& one) {
            json.begin_object().field("id", one.id).field("title", one.title).key("author");
            write_json(json, one.author);
            json.field("supporters", one.supporters).field("unattributed", one.unattributed);
            json.field("apart", one.apart).field("into", one.into).field("backed", one.backed);
            json.field("merged_at", one.since).end_object();
        });
}

Response get_proposals(const Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto page =
        list_proposals(context.transaction, context.viewer, request.query("after"), *limit);
    if (!page) return context.refuse(page.error());
    return web::list_response(
        page->proposals, page->next, [](JsonWriter& json, const Proposal& proposal) {
            json.begin_object().field("id", proposal.id).field("score", proposal.score);
            json.key("words").begin_array();
            for (const auto& word : proposal.words) json.value(word);
            json.end_array().key("older");
            write_json(json, proposal.older);
            json.key("newer");
            write_json(json, proposal.newer);
            json.end_object();
        });
}

Response post_accept(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto whole =
        accept_proposal(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!whole) return context.refuse(whole.error());
    return voice_response(*whole);
}

Response post_dismiss(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto dismissed =
        dismiss_proposal(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!dismissed) return context.refuse(dismissed.error());
    JsonWriter json;
    return Response::json(json.begin_object().field("state", "dismissed").end_object().take());
}

} // namespace

void mount_merge_api(web::Router& router)
{
    router.get("/api/v1/voices/:id/merge", get_merge);
    router.post("/api/v1/voices/:id/merge", post_merge);
    router.post("/api/v1/voices/:id/unmerge", post_unmerge);
    router.post("/api/v1/voices/:id/not-meant", post_not_meant).act = web::Act::support;
    router.get("/api/v1/voices/:id/merged", get_merged);
    router.get("/api/v1/merge-proposals", get_proposals);
    router.post("/api/v1/merge-proposals/:id/accept", post_accept);
    router.post("/api/v1/merge-proposals/:id/dismiss", post_dismiss);
}

} // namespace moothall::hear
