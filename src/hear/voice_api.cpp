#include "hear/api.hpp"

#include "hear/hear.hpp"
#include "hear/hear_json.hpp"
#include "hear/listing.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/list_page.hpp"

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string to_json(const Voice& voice)
{
    JsonWriter json(1024 + voice.body.size());
    write_json(json, voice);
    return json.take();
}

std::string supporters_json(std::int64_t supporters)
{
    JsonWriter json;
    return json.begin_object().field("supporters", supporters).end_object().take();
}

/// What a POST or PATCH of a voice says, with its text rendered before the transaction.
struct SaidVoice {
    NewVoice voice;
    VoiceChange change;
    std::optional<std::string> status;
    std::optional<std::string> reason;
    std::optional<SafeHtml> reason_html;
    std::optional<Rendered> rendered;
};

Result<SaidVoice> read_voice(const Request& request)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    SaidVoice said;
    const auto kind = web::read_text(*body, "kind");
    if (!kind) return kind.error();
    const auto title = web::read_text(*body, "title");
    if (!title) return title.error();
    const auto text = web::read_text(*body, "body");
    if (!text) return text.error();
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    const auto on_behalf_of = web::read_id(*body, "on_behalf_of");
    if (!on_behalf_of) return on_behalf_of.error();
    const auto tags = web::read_texts(*body, "tags", tags_max);
    if (!tags) return tags.error();
    const auto files = web::read_ids(*body, "files", files::files_of_a_thing_max);
    if (!files) return files.error();
    const auto status = web::read_text(*body, "status");
    if (!status) return status.error();
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return reason.error();

    said.voice.kind = kind->value_or("other");
    said.voice.title = title->value_or("");
    said.voice.body = text->value_or("");
    said.voice.circle = circle->value_or(Id{});
    said.voice.on_behalf_of = on_behalf_of->value_or(Id{});
    said.voice.tags = tags->value_or(std::vector<std::string>{});
    said.voice.files = *files;
    said.change = {*kind, *title, *text, *circle, *tags, *files, reason->value_or("")};
    said.status = *status;
    said.reason = *reason;
    if (*text || request.method == web::Method::post) {
        auto rendered = render_body(said.voice.title, said.voice.body);
        if (!rendered) return rendered.error();
        said.rendered = *std::move(rendered);
    }
    if (*reason) {
        auto html = render_markdown(**reason);
        if (!html) return Refusal::invalid("reason", "The reason is too long.");
        said.reason_html = *std::move(html);
    }
    return said;
}

Result<web::Prepared> prepare_voice(const Request& request, Context&)
{
    auto said = read_voice(request);
    if (!said) return said.error();
    return web::Prepared::of(*std::move(said));
}

Response post_voice(const Request&, Context& context)
{
    const auto& said = std::any_cast<const SaidVoice&>(context.prepared);
    const auto voice = say_voice(context.transaction, context.ids, context.now, context.viewer,
                                 said.voice, *said.rendered);
    if (!voice) return context.refuse(voice.error());
    return web::created(to_json(*voice), "/api/v1/voices/" + voice->id.text());
}

Result<VoiceQuery> read_query(const Request& request, Context& context)
{
    VoiceQuery query;
    query.query = request.query("query");
    if (count_characters(query.query) > 200)
        return Refusal::invalid("query", "A query has at most 200 characters.");
    query.kind = request.query("kind");
    if (!query.kind.empty() && !is_voice_kind(query.kind))
        return Refusal::invalid(
            "kind",
            "A voice is a want, question, signal, call-out, challenge, story, thanks or other.");
    if (const auto status = request.query("status"); !status.empty()) {
        const auto statuses = list_statuses(context.transaction, context.viewer.organisation);
        if (const auto category = category_of(status))
            query.category = category;
        else if (const auto* found = find_status(statuses, status))
            query.status = found->id;
        else
            return Refusal::invalid("status", "There is no such status.");
    }
    if (const auto tag = request.query("tag"); !tag.empty()) {
        const auto found = find_tag(context.transaction, context.viewer.organisation, tag);
        query.tag = found ? found->id : Id{1}; // a tag that nobody used: nothing is found
    }
    const auto circle = web::query_id(request, "circle");
    if (!circle) return circle.error();
    query.circle = *circle;
    const auto person = web::query_id(request, "person");
    if (!person) return person.error();
    query.person = *person;
    const auto theme = web::query_id(request, "theme");
    if (!theme) return theme.error();
    query.about = *theme;
    if (const auto sort = request.query("sort"); !sort.empty()) {
        query.sort = sort_of(sort);
        if (!query.sort)
            return Refusal::invalid("sort",
                                    "The order is trending, newest, wanted, discussed, pressing, "
                                    "circles, rising or mine.");
    }
    const auto limit = web::read_limit(request);
    if (!limit) return limit.error();
    query.limit = *limit;
    query.after = request.query("after");
    query.with_body = true;
    return query;
}

Response get_voices(const Request& request, Context& context)
{
    const auto query = read_query(request, context);
    if (!query) return context.refuse(query.error());
    const auto page =
        list_voices(context.transaction, *query, context.viewer, context.hall.kept<Finder>());
    if (!page) return context.refuse(page.error());
    return web::list_response(page->voices, page->next, [](JsonWriter& json, const Voice& voice) {
        write_json(json, voice);
    });
}

Response get_voice(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    return Response::json(to_json(*voice));
}

Response patch_voice(const Request& request, Context& context)
{
    const auto& said = std::any_cast<const SaidVoice&>(context.prepared);
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    const auto& change = said.change;
    if (change.kind || change.title || change.body || change.circle || change.tags ||
        !change.files.empty() || !said.status) {
        voice = edit_voice(context.transaction, context.ids, context.now, context.viewer, *id,
                           change, said.rendered);
        if (!voice) return context.refuse(voice.error());
    }
    if (said.status) {
        const auto statuses = list_statuses(context.transaction, context.viewer.organisation);
        const auto* status = find_status(statuses, *said.status);
        if (status == nullptr)
            return context.refuse(Refusal::invalid("status", "There is no such status."));
        voice = answer_officially(context.transaction, context.ids, context.now, context.viewer,
                                  *id, status->id, said.reason.value_or(voice->official),
                                  said.reason_html.value_or(voice->official_html));
        if (!voice) return context.refuse(voice.error());
    }
    return Response::json(to_json(*voice));
}

Response get_support(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    JsonWriter json;
    json.begin_object().field("supporters", voice->supporters).field("supported", voice->supported);
    json.field("matters", voice->matters).end_object();
    return Response::json(json.take());
}

Response put_support(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto matters = web::read_text(*body, "matters");
    if (!matters) return context.refuse(matters.error());
    const auto supporters = give_support(context.transaction, context.ids, context.now,
                                         context.viewer, *id, matters->value_or(""));
    if (!supporters) return context.refuse(supporters.error());
    return Response::json(supporters_json(*supporters));
}

Response delete_support(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto supporters =
        withdraw_support(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!supporters) return context.refuse(supporters.error());
    return Response::json(supporters_json(*supporters));
}

Response get_supporters(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto voice = must_be_voice(context.transaction, *id, context.viewer); !voice)
        return context.refuse(voice.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto after = read_place_in_list<WholePlace>(request.query("after"));
    if (!after) return context.refuse(after.error());
    auto supporters =
        list_supporters_after(context.transaction, *id, context.viewer, *after, *limit + 1);
    if (!supporters) return context.refuse(supporters.error());
    const auto next = web::cut_page(*supporters, *limit, place_of);
    return web::list_response(*supporters, next, [](JsonWriter& json, const Supporter& supporter) {
        json.begin_object().key("person");
        write_json(json, supporter.person);
        json.field("matters", supporter.matters).field("since", supporter.since).end_object();
    });
}

Response get_revisions(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto voice = must_be_voice(context.transaction, *id, context.viewer); !voice)
        return context.refuse(voice.error());
    const auto revisions = list_revisions(context.transaction, *id, context.viewer);
    if (!revisions) return context.refuse(revisions.error());
    return web::list_response(*revisions, {}, [](JsonWriter& json, const Revision& revision) {
        json.begin_object().field("id", revision.id).key("editor");
        write_json(json, revision.editor);
        json.field("replaced_at", revision.at).field("title", revision.title);
        json.field("body", revision.body).end_object();
    });
}

Response put_answer(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reply = web::read_id(*body, "reply");
    if (!reply) return context.refuse(reply.error());
    if (!*reply) return context.refuse(Refusal::invalid("reply", "Say which reply is the answer."));
    const auto chosen =
        choose_answer(context.transaction, context.ids, context.now, context.viewer, *id, **reply);
    if (!chosen) return context.refuse(chosen.error());
    return get_voice(request, context);
}

Response delete_answer(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto chosen =
        choose_answer(context.transaction, context.ids, context.now, context.viewer, *id, Id{});
    if (!chosen) return context.refuse(chosen.error());
    return get_voice(request, context);
}

Response get_similar(const Request& request, Context& context)
{
    VoiceQuery query;
    query.with_body = true;
    query.limit = 5;
    // Somebody types: any of her words may be the one that others used, so the longest are asked
    // for.
    query.query = clip(request.query("text"), 200);
    const auto voices = find_similar(context.transaction, query.query, context.viewer, query.limit,
                                     context.hall.kept<Finder>());
    return web::list_response(
        voices, {}, [](JsonWriter& json, const Voice& voice) { write_json(json, voice); });
}

Response get_statuses(const Request& request, Context& context)
{
    return web::page_response(
        context, request, list_statuses(context.transaction, context.viewer.organisation),
        [](JsonWriter& json, const Status& status) {
            json.begin_object().field("id", status.id).field("name", status.name);
            json.field("category", to_text(status.category)).end_object();
        });
}

Response get_tags(const Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto after = read_place_in_list<WholePlace>(request.query("after"));
    if (!after) return context.refuse(after.error());
    auto tags = count_tags_after(context.transaction, context.viewer, *after, *limit + 1);
    const auto next = web::cut_page(
        tags, *limit, [](const auto& entry) { return WholePlace{entry.second, entry.first.id}; });
    return web::list_response(tags, next, [](JsonWriter& json, const auto& entry) {
        json.begin_object().field("id", entry.first.id).field("name", entry.first.name);
        json.field("voices", entry.second).end_object();
    });
}

} // namespace

void mount_voice_api(web::Router& router)
{
    router.get("/api/v1/voices", get_voices);
    auto& say = router.post("/api/v1/voices", post_voice);
    say.prepare = prepare_voice;
    say.act = web::Act::voice;
    router.get("/api/v1/voices/similar", get_similar).act = web::Act::search;
    router.get("/api/v1/voices/:id", get_voice);
    router.patch("/api/v1/voices/:id", patch_voice).prepare = prepare_voice;
    router.get("/api/v1/voices/:id/support", get_support);
    router.put("/api/v1/voices/:id/support", put_support).act = web::Act::support;
    router.del("/api/v1/voices/:id/support", delete_support);
    router.get("/api/v1/voices/:id/supporters", get_supporters);
    router.get("/api/v1/voices/:id/revisions", get_revisions);
    router.put("/api/v1/voices/:id/answer", put_answer);
    router.del("/api/v1/voices/:id/answer", delete_answer);
    router.get("/api/v1/statuses", get_statuses);
    router.get("/api/v1/tags", get_tags);
}

} // namespace moothall::hear
