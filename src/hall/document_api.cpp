#include "hall/document_json.hpp"
#include "hall/version_json.hpp"
#include "text/place.hpp"
#include "text/query.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

// -- reading --------------------------------------------------------------------------------------

/// Who may read it; without a rule it is for its circle.
Result<write::RuleChange> read_rule(const Json& body)
{
    write::RuleChange change;
    const auto rule = web::read_text(body, "rule");
    if (!rule) return rule.error();
    if (*rule) {
        const auto known = write::rule_of(**rule);
        if (!known) return Refusal::invalid("rule", "A rule is open, circle, closed or hidden.");
        change.rule = *known;
    }
    const auto why = web::read_text(body, "why");
    if (!why) return why.error();
    change.why = why->value_or("");
    const auto review_on = web::read_text(body, "review_on");
    if (!review_on) return review_on.error();
    if (*review_on && !(*review_on)->empty()) {
        change.review_on = parse_date(**review_on);
        if (!change.review_on)
            return Refusal::invalid("review_on", "A day is written as 2026-05-31.");
    }
    const auto decides = web::read_id(body, "decides");
    if (!decides) return decides.error();
    change.decides = decides->value_or(Id{});
    const auto readers = web::read_id(body, "readers");
    if (!readers) return readers.error();
    change.readers = readers->value_or(Id{});
    return change;
}

/// What was sent of a document, new or old.
struct DocumentWish {
    write::DocumentChange change;
    write::RuleChange rule;
    Id circle;
    std::vector<Id> files; // to be hung on it
};

Result<DocumentWish> read_document(const Request& request)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    DocumentWish wish;
    auto& change = wish.change;
    std::optional<std::string> said;
    const std::pair<const char*, std::optional<std::string>*> texts[] = {
        {"title", &change.title},
        {"purpose", &change.purpose},
        {"words", &change.words},
        {"said", &said}};
    for (const auto& [name, place] : texts) {
        auto text = web::read_text(*body, name);
        if (!text) return text.error();
        *place = *std::move(text);
    }
    change.said = said.value_or("");
    const std::pair<const char*, std::optional<std::int64_t>*> numbers[] = {
        {"version", &change.version}, {"head", &change.head}, {"place", &change.place}};
    for (const auto& [name, place] : numbers) {
        auto number = web::read_number(*body, name);
        if (!number) return number.error();
        *place = *number;
    }
    auto read_anew = std::optional<bool>{};
    const std::pair<const char*, std::optional<bool>*> truths[] = {
        {"template", &change.is_template}, {"confirm", &change.confirm}, {"read_anew", &read_anew}};
    for (const auto& [name, place] : truths) {
        const auto truth = web::read_truth(*body, name);
        if (!truth) return truth.error();
        *place = *truth;
    }
    change.read_anew = read_anew.value_or(false);
    const auto parent = web::read_id(*body, "parent");
    if (!parent) return parent.error();
    change.parent = *parent;
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wish.circle = circle->value_or(Id{});
    auto attached = web::read_ids(*body, "files", files::files_of_a_thing_max);
    if (!attached) return attached.error();
    wish.files = *std::move(attached);
    change.with_files = !wish.files.empty();
    auto takes = read_takes(*body);
    if (!takes) return takes.error();
    change.takes = *std::move(takes);
    auto rule = read_rule(*body);
    if (!rule) return rule.error();
    wish.rule = *std::move(rule);
    return wish;
}

// -- documents ------------------------------------------------------------------------------------

Response get_documents(const Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto parent = web::query_id(request, "parent");
    if (!parent) return context.refuse(parent.error());
    write::DocumentQuery query;
    query.circle = *circle;
    query.parent = *parent;
    if (!request.query("query").empty()) query.words = query_words(request.query("query"));
    query.mine = request.query("mine") == "true";
    query.templates = request.query("templates") == "true";
    query.limit = *limit;
    query.after = request.query("after");
    auto list = write::list_documents(context.transaction, query, context.viewer);
    if (!list) return context.refuse(list.error());
    write::leave_out_unknown_parents(context.transaction, list->documents, context.viewer);
    return web::list_response(
        list->documents, list->next,
        [](JsonWriter& json, const write::Document& one) { write_json(json, one); });
}

/// Its words with their HTML, made before the transaction.
struct NewOne {
    DocumentWish wish;
    SafeHtml html;
};

Result<web::Prepared> prepare_new(const Request& request, Context&)
{
    auto wish = read_document(request);
    if (!wish) return wish.error();
    auto html = write::render_words(wish->change.words.value_or(""));
    if (!html) return html.error();
    return web::Prepared::of(NewOne{*std::move(wish), *std::move(html)});
}

Response post_document(const Request&, Context& context)
{
    const auto& [wish, html] = std::any_cast<const NewOne&>(context.prepared);
    const auto& change = wish.change;
    const auto made =
        make_document(context,
                      {.text = {change.title.value_or(""), change.purpose.value_or(""),
                                change.words.value_or(""), change.said},
                       .home = wish.circle,
                       .parent = change.parent.value_or(Id{}),
                       .place = change.place.value_or(0),
                       .rule = wish.rule,
                       .is_template = change.is_template.value_or(false)},
                      html);
    if (!made) return context.refuse(made.error());
    if (const auto hung =
            files::hang_files(context.transaction, context.viewer, made->id, made->id, wish.files);
        !hung)
        return context.refuse(hung.error());
    return web::created(json_of_document(context, *made), "/api/v1/documents/" + made->id.text());
}

Response get_document(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_document(context,
                           write::find_document_or_card(context.transaction, *id, context.viewer));
}

/// What both changed, for a program to ask its person: a problem of RFC 9457 with more members.
Response conflict_answer(Context& context, const write::Edited& edited)
{
    constexpr int status = 409;
    JsonWriter json(4096);
    json.begin_object().field("type", "about:blank").field("status", std::int64_t{status});
    json.field("title", context.language.t(web::title_of(status)));
    json.field("detail", context.language.t("Two of you changed the same words"));
    json.field("version", edited.document.version).key("conflicts").begin_array();
    for (const auto& chunk : edited.conflict)
        if (chunk.origin == write::Origin::conflict)
            json.begin_object()
                .field("base", chunk.base)
                .field("theirs", chunk.theirs)
                .field("mine", chunk.mine)
                .end_object();
    Response response; // not Response::json: that has a Content-Type, and two were sent
    response.status = status;
    response.body = json.end_array().end_object().take();
    return response.with("Content-Type", "application/problem+json");
}

Response patch_document(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto wish = read_document(request);
    if (!wish) return context.refuse(wish.error());
    const auto edited = write::edit_document(context.transaction, context.ids, context.now,
                                             context.viewer, *id, wish->change);
    if (!edited) return context.refuse(edited.error());
    if (!edited->conflict.empty()) return conflict_answer(context, *edited);
    if (const auto hung =
            files::hang_files(context.transaction, context.viewer, *id, *id, wish->files);
        !hung)
        return context.refuse(hung.error());
    return answer_document(context, edited->document);
}

Response put_rule(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto change = read_rule(*body);
    if (!change) return context.refuse(change.error());
    return answer_document(context, write::change_rule(context.transaction, context.ids,
                                                       context.now, context.viewer, *id, *change));
}

Response put_reading(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto version = web::read_number(*body, "version");
    if (!version) return context.refuse(version.error());
    const auto read = write::confirm_reading(context.transaction, context.ids, context.now,
                                             context.viewer, *id, version->value_or(0));
    if (!read) return context.refuse(read.error());
    JsonWriter json;
    json.begin_object().field("version",
                              write::find_reading(context.transaction, *id, context.viewer));
    return Response::json(json.end_object().take());
}

// -- versions -------------------------------------------------------------------------------------

void write_document_version(JsonWriter& json, const write::PageVersion& version)
{
    json.field("version", version.version).field("title", version.title);
    json.field("purpose", version.purpose).field("said", version.said);
    write_someone(json, "by", version.by);
    write_someone(json, "suggested_by", version.suggested_by);
    json.field("written_at", version.written);
}

Response get_document_versions(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto document = write::find_document(context.transaction, *id, context.viewer);
        !document)
        return context.refuse(document.error());
    return answer_versions(request, context, *id, write_document_version);
}

Response get_document_version(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto document = write::find_document(context.transaction, *id, context.viewer);
        !document)
        return context.refuse(document.error());
    return answer_version(request, context, *id, DifferenceOf::words, write_document_version);
}

} // namespace

void write_json(JsonWriter& json, const write::Document& document,
                const std::vector<files::File>* attached)
{
    json.begin_object().field("id", document.id).field("title", document.title);
    json.field("rule", write::to_text(document.rule)).field("closed", document.only_card);
    json.field("why", document.why);
    write_someone(json, "decides", document.decides);
    json.field("url", document.path());
    // Who may not read it is told that it exists, why not, and who decides: nothing else.
    if (document.only_card) {
        json.end_object();
        return;
    }
    json.field("purpose", document.purpose).field("version", document.version);
    if (!document.words.empty()) {
        json.field("words", document.words).key("paragraphs").begin_array();
        for (const auto& block : write::blocks_of(document))
            json.begin_object()
                .field("id", block.id)
                .field("heading", std::int64_t{block.heading()})
                .field("text", block.text())
                .end_object();
        json.end_array();
    }
    if (attached != nullptr) {
        json.key("files").begin_array();
        for (const auto& file : *attached) files::write_json(json, file);
        json.end_array();
    }
    write_someone(json, "author", document.author);
    if (document.home_name.empty()) // of which the viewer may not know
        json.null_field("circle");
    else
        json.field("circle", document.home);
    json.field("circle_name", document.home_name).field("readers", document.circle);
    if (document.parent)
        json.field("parent", document.parent);
    else
        json.null_field("parent");
    json.field("place", document.place).field("template", document.is_template);
    if (document.review_on)
        json.field("review_on", *document.review_on);
    else
        json.null_field("review_on");
    if (document.confirm_from > 0)
        json.field("confirm_from", document.confirm_from);
    else
        json.null_field("confirm_from");
    json.field("suggestions", document.suggestions).field("created_at", document.created);
    json.field("changed_at", document.changed).end_object();
}

void mount_document_api(web::Router& router)
{
    router.get("/api/v1/documents", get_documents);
    auto& made = router.post("/api/v1/documents", post_document);
    made.prepare = prepare_new;
    made.act = web::Act::voice;
    router.get("/api/v1/documents/:id", get_document);
    router.patch("/api/v1/documents/:id", patch_document);
    router.put("/api/v1/documents/:id/rule", put_rule);
    router.put("/api/v1/documents/:id/reading", put_reading);
    router.get("/api/v1/documents/:id/versions", get_document_versions);
    router.get("/api/v1/documents/:id/versions/:version", get_document_version);
}

} // namespace moothall::hall
