#include "hall/document_json.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

// -- suggestions ----------------------------------------------------------------------------------

void write_suggestion(JsonWriter& json, const write::Suggestion& suggestion)
{
    json.field("id", suggestion.id).field("document", suggestion.document);
    write_someone(json, "by", suggestion.by);
    json.field("version", suggestion.version).field("title", suggestion.title);
    json.field("why", suggestion.why).field("state", write::to_text(suggestion.state));
    json.field("reason", suggestion.reason);
    write_someone(json, "settled_by", suggestion.settled_by);
    if (suggestion.settled)
        json.field("settled_at", *suggestion.settled);
    else
        json.null_field("settled_at");
    if (suggestion.into_version > 0)
        json.field("into_version", suggestion.into_version);
    else
        json.null_field("into_version");
    json.field("url", suggestion.path()).field("created_at", suggestion.made);
}

/// One suggestion, with what it would change of the document as it stands now.
std::string suggestion_json(Context& context, const write::Suggestion& suggestion,
                            const write::Document& document)
{
    JsonWriter json(4096);
    json.begin_object();
    write_suggestion(json, suggestion);
    json.field("words", suggestion.words).field("document_version", document.version);
    json.key("changes").begin_array();
    for (const auto& chunk :
         write::chunks_of(context.transaction, context.viewer.organisation, suggestion, document)) {
        if (!chunk.is_choice()) continue;
        json.begin_object().field("conflict", chunk.origin == write::Origin::conflict);
        json.field("base", chunk.base).field("theirs", chunk.theirs);
        json.field("mine", chunk.mine).end_object();
    }
    return json.end_array().end_object().take();
}

Response answer_suggestion(Context& context, const Result<write::Suggestion>& suggestion)
{
    if (!suggestion) return context.refuse(suggestion.error());
    const auto document =
        write::find_document(context.transaction, suggestion->document, context.viewer);
    if (!document) return context.refuse(document.error());
    return Response::json(suggestion_json(context, *suggestion, *document));
}

Response get_suggestions(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto document = write::find_document(context.transaction, *id, context.viewer);
        !document)
        return context.refuse(document.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto list =
        write::list_suggestions(context.transaction, *id, context.viewer,
                                request.query("state") == "open", request.query("after"), *limit);
    if (!list) return context.refuse(list.error());
    return web::list_response(list->suggestions, list->next,
                              [](JsonWriter& json, const write::Suggestion& one) {
                                  json.begin_object();
                                  write_suggestion(json, one);
                                  json.end_object();
                              });
}

Response post_suggestion(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto document = write::find_document(context.transaction, *id, context.viewer);
    if (!document) return context.refuse(document.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    write::NewSuggestion wanted;
    const auto title = web::read_text(*body, "title");
    if (!title) return context.refuse(title.error());
    wanted.title = *title;
    const auto words = web::read_text(*body, "words");
    if (!words) return context.refuse(words.error());
    wanted.words = words->value_or(document->words);
    const auto why = web::read_text(*body, "why");
    if (!why) return context.refuse(why.error());
    wanted.why = why->value_or("");
    const auto version = web::read_number(*body, "version");
    if (!version) return context.refuse(version.error());
    wanted.version = *version;
    const auto made = write::make_suggestion(context.transaction, context.ids, context.now,
                                             context.viewer, *id, wanted);
    if (!made) return context.refuse(made.error());
    return web::created(suggestion_json(context, *made, *document),
                        "/api/v1/suggestions/" + made->id.text());
}

Response get_suggestion(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_suggestion(context,
                             write::find_suggestion(context.transaction, *id, context.viewer));
}

Response post_accept(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto suggestion = write::find_suggestion(context.transaction, *id, context.viewer);
        !suggestion)
        return context.refuse(suggestion.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    write::Acceptance wanted;
    const auto version = web::read_number(*body, "version");
    if (!version) return context.refuse(version.error());
    wanted.version = version->value_or(0);
    if (body->find("takes")) {
        auto takes = read_takes(*body);
        if (!takes) return context.refuse(takes.error());
        wanted.takes = *std::move(takes);
    }
    const auto title = web::read_truth(*body, "title");
    if (!title) return context.refuse(title.error());
    wanted.title = title->value_or(true);
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    wanted.reason = reason->value_or("");
    return answer_document(context,
                           write::accept_suggestion(context.transaction, context.ids, context.now,
                                                    context.viewer, *id, wanted));
}

Response post_decline(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    return answer_suggestion(context, write::decline_suggestion(context.transaction, context.ids,
                                                                context.now, context.viewer, *id,
                                                                reason->value_or("")));
}

Response post_withdraw(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_suggestion(context, write::withdraw_suggestion(context.transaction, context.ids,
                                                                 context.now, context.viewer, *id));
}

// -- comments -------------------------------------------------------------------------------------

void write_comment(JsonWriter& json, const hear::Reply& reply, const write::Comment& place)
{
    json.begin_object().field("id", reply.id).field("body", reply.body);
    if (reply.parent)
        json.field("parent", reply.parent);
    else
        json.null_field("parent");
    write_someone(json, "author", reply.author);
    json.field("paragraph", place.paragraph).field("quote", place.quote);
    json.field("paragraph_removed", place.gone).field("settled", place.settled.has_value());
    write_someone(json, "settled_by", place.settled_by);
    json.field("created_at", reply.created).end_object();
}

write::Comment find_place(const std::vector<write::Comment>& places, Id reply)
{
    for (const auto& place : places)
        if (place.reply == reply) return place;
    return {};
}

Response get_comments(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto document = write::find_document(context.transaction, *id, context.viewer);
    if (!document) return context.refuse(document.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto said = hear::list_replies(context.transaction, *id, context.viewer,
                                         request.query("after"), *limit);
    if (!said) return context.refuse(said.error());
    const auto places = write::list_comments(context.transaction, *document, context.viewer);
    return web::list_response(said->replies, said->next,
                              [&](JsonWriter& json, const hear::Reply& reply) {
                                  write_comment(json, reply, find_place(places, reply.id));
                              });
}

Result<web::Prepared> prepare_comment(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto text = web::read_text(*body, "body");
    if (!text) return text.error();
    auto rendered = hear::render_body({}, text->value_or(""));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_comment(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    NewComment wanted;
    const auto text = web::read_text(*body, "body");
    if (!text) return context.refuse(text.error());
    wanted.body = text->value_or("");
    const auto paragraph = web::read_number(*body, "paragraph");
    if (!paragraph) return context.refuse(paragraph.error());
    wanted.paragraph = paragraph->value_or(0);
    const auto parent = web::read_id(*body, "parent");
    if (!parent) return context.refuse(parent.error());
    wanted.parent = parent->value_or(Id{});
    const auto said =
        comment_on(context, *id, wanted, std::any_cast<const hear::Rendered&>(context.prepared));
    if (!said) return context.refuse(said.error());
    const auto document = write::find_document(context.transaction, *id, context.viewer);
    if (!document) return context.refuse(document.error());
    JsonWriter json(1024);
    write_comment(
        json, *said,
        find_place(write::list_comments(context.transaction, *document, context.viewer), said->id));
    return web::created(json.take(), "/api/v1/documents/" + id->text() + "/comments");
}

Response settle(const Request& request, Context& context, bool settled)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto comment = web::path_id(request, "comment");
    if (!comment) return context.refuse(comment.error());
    const auto done = write::settle_comment(context.transaction, context.ids, context.now,
                                            context.viewer, *id, *comment, settled);
    if (!done) return context.refuse(done.error());
    JsonWriter json;
    json.begin_object().field("settled", settled);
    return Response::json(json.end_object().take());
}
Response put_settled(const Request& request, Context& context)
{
    return settle(request, context, true);
}
Response delete_settled(const Request& request, Context& context)
{
    return settle(request, context, false);
}

} // namespace

void mount_suggestion_api(web::Router& router)
{
    router.get("/api/v1/documents/:id/suggestions", get_suggestions);
    router.post("/api/v1/documents/:id/suggestions", post_suggestion).act = web::Act::voice;
    router.get("/api/v1/suggestions/:id", get_suggestion);
    router.post("/api/v1/suggestions/:id/accept", post_accept);
    router.post("/api/v1/suggestions/:id/decline", post_decline);
    router.post("/api/v1/suggestions/:id/withdraw", post_withdraw);
    router.get("/api/v1/documents/:id/comments", get_comments);
    auto& comment = router.post("/api/v1/documents/:id/comments", post_comment);
    comment.prepare = prepare_comment;
    comment.act = web::Act::reply;
    router.put("/api/v1/documents/:id/comments/:comment/settled", put_settled);
    router.del("/api/v1/documents/:id/comments/:comment/settled", delete_settled);
}

} // namespace moothall::hall
