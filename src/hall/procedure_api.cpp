#include "act/api.hpp"
#include "hall/procedures.hpp"
#include "hall/version_json.hpp"
#include "people/people.hpp"
#include "text/place.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string to_json(const write::Procedure& procedure)
{
    JsonWriter json(2048);
    write_json(json, procedure);
    return json.take();
}

Response answer_procedure(Context& context, const Result<write::Procedure>& procedure)
{
    if (!procedure) return context.refuse(procedure.error());
    return Response::json(to_json(*procedure));
}

// -- reading --------------------------------------------------------------------------------------

/// The fields of a procedure as they were sent, with its words rendered before the transaction.
struct ProcedureWish {
    write::ProcedureChange change;
    Id circle;
    std::optional<SafeHtml> html;
};

Result<ProcedureWish> read_procedure(const Request& request)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    ProcedureWish wish;
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
    const auto owner = web::read_id(*body, "owner");
    if (!owner) return owner.error();
    change.owner = *owner;
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wish.circle = circle->value_or(Id{});
    struct Number {
        const char* field;
        const char* sentence;
        std::optional<std::int64_t>* place;
    };
    for (const auto& [field, sentence, place] :
         {Number{"threshold", "A threshold is a whole number from 1 to 100.", &change.threshold},
          Number{"mending_days", "There are 1 to 365 days to mend it.", &change.mending_days},
          Number{"version", "A version is a whole number.", &change.version}}) {
        auto number = web::read_number(*body, field, sentence);
        if (!number) return number.error();
        *place = *number;
    }
    if (change.words) {
        auto html = write::render_words(*change.words);
        if (!html) return html.error();
        wish.html = *std::move(html);
    }
    return wish;
}

Result<web::Prepared> prepare_procedure(const Request& request, Context&)
{
    auto wish = read_procedure(request);
    if (!wish) return wish.error();
    return web::Prepared::of(*std::move(wish));
}

// -- procedures -----------------------------------------------------------------------------------

Response get_procedures(const Request& request, Context& context)
{
    write::ProcedureQuery query;
    if (const auto state = request.query("state"); !state.empty()) {
        query.state = write::procedure_state_of(state);
        if (!query.state)
            return context.refuse(
                Refusal::invalid("state", "Procedures are open, to-mend or retired."));
    }
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto person = web::query_id(request, "person");
    if (!person) return context.refuse(person.error());
    query.limit = *limit;
    query.circle = *circle;
    query.person = *person;
    query.after = request.query("after");
    const auto list = write::list_procedures(context.transaction, query, context.viewer);
    if (!list) return context.refuse(list.error());
    return web::list_response(
        list->procedures, list->next,
        [](JsonWriter& json, const write::Procedure& one) { write_json(json, one); });
}

Response post_procedure(const Request&, Context& context)
{
    const auto& wish = std::any_cast<const ProcedureWish&>(context.prepared);
    const auto& change = wish.change;
    const auto made = write::make_procedure(
        context.transaction, context.ids, context.now, context.viewer,
        {.text = {change.title.value_or(""), change.purpose.value_or(""), change.words.value_or(""),
                  change.said},
         .owner = change.owner.value_or(Id{}),
         .circle = wish.circle,
         .threshold = change.threshold.value_or(write::threshold_default),
         .mending_days = change.mending_days.value_or(write::mending_days_default)},
        wish.html.value_or(SafeHtml{}));
    if (!made) return context.refuse(made.error());
    return web::created(to_json(*made), "/api/v1/procedures/" + made->id.text());
}

Response get_procedure(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_procedure(context,
                            write::find_procedure(context.transaction, *id, context.viewer));
}

Response patch_procedure(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& wish = std::any_cast<const ProcedureWish&>(context.prepared);
    return answer_procedure(context,
                            write::edit_procedure(context.transaction, context.ids, context.now,
                                                  context.viewer, *id, wish.change, wish.html));
}

Response post_mend(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& wish = std::any_cast<const ProcedureWish&>(context.prepared);
    return answer_procedure(context, mend_procedure(context, *id, wish.change, wish.html));
}

Response post_retire(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto why = web::read_text(*body, "why");
    if (!why) return context.refuse(why.error());
    return answer_procedure(context, retire_procedure(context, *id, why->value_or("")));
}

// -- bypasses and challenges ----------------------------------------------------------------------

Response get_bypasses(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
        !procedure)
        return context.refuse(procedure.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto list = write::list_bypasses(context.transaction, *id, context.viewer,
                                           request.query("after"), *limit);
    if (!list) return context.refuse(list.error());
    return web::list_response(
        list->bypasses, list->next,
        [](JsonWriter& json, const write::Bypass& bypass) { write_json(json, bypass); });
}

Response post_bypass(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
        !procedure)
        return context.refuse(procedure.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    write::NewBypass wanted;
    const std::pair<const char*, std::string*> texts[] = {
        {"for_whom", &wanted.for_whom}, {"why", &wanted.why}, {"happened", &wanted.happened}};
    for (const auto& [name, place] : texts) {
        auto text = web::read_text(*body, name);
        if (!text) return context.refuse(text.error());
        *place = text->value_or("");
    }
    const auto for_one = web::read_id(*body, "for");
    if (!for_one) return context.refuse(for_one.error());
    wanted.for_one = for_one->value_or(Id{});
    const auto voice = web::read_id(*body, "voice");
    if (!voice) return context.refuse(voice.error());
    wanted.voice = voice->value_or(Id{});
    const auto logged = log_bypass(context, *id, wanted);
    if (!logged) {
        auto refusal = logged.error();
        if (refusal.field == "for" && !wanted.for_whom.empty()) refusal.field = "for_whom";
        return context.refuse(refusal);
    }
    JsonWriter json(1024);
    write_json(json, logged->bypass);
    return web::created(json.take(), "/api/v1/procedures/" + id->text() + "/bypasses");
}

Response post_challenge(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
        !procedure)
        return context.refuse(procedure.error());
    return act::open_prepared_callout(context, *id);
}

// -- versions -------------------------------------------------------------------------------------

void write_procedure_version(JsonWriter& json, const write::PageVersion& version)
{
    json.field("version", version.version).field("title", version.title);
    json.field("purpose", version.purpose).field("said", version.said);
    json.field("mends", version.mends);
    write_someone(json, "by", version.by);
    json.field("written_at", version.written);
}

Response get_procedure_versions(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
        !procedure)
        return context.refuse(procedure.error());
    return answer_versions(request, context, *id, write_procedure_version);
}

Response get_procedure_version(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto procedure = write::find_procedure(context.transaction, *id, context.viewer);
        !procedure)
        return context.refuse(procedure.error());
    return answer_version(request, context, *id, DifferenceOf::lines, write_procedure_version);
}

} // namespace

void write_json(JsonWriter& json, const write::Procedure& procedure)
{
    json.begin_object().field("id", procedure.id).field("title", procedure.title);
    json.field("purpose", procedure.purpose);
    if (!procedure.words.empty()) json.field("words", procedure.words);
    json.field("version", procedure.version).field("state", write::to_text(procedure.state));
    json.field("threshold", procedure.threshold).field("mending_days", procedure.mending_days);
    json.field("bypasses", procedure.bypasses);
    if (procedure.due)
        json.field("due", *procedure.due);
    else
        json.null_field("due");
    json.field("overdue", procedure.overdue).field("why", procedure.why);
    write_someone(json, "owner", procedure.owner);
    json.field("circle", procedure.circle).field("circle_name", procedure.circle_name);
    if (procedure.retired)
        json.field("retired_at", *procedure.retired);
    else
        json.null_field("retired_at");
    json.field("url", procedure.path()).field("created_at", procedure.created);
    json.field("changed_at", procedure.changed).end_object();
}

void write_json(JsonWriter& json, const write::Bypass& bypass)
{
    json.begin_object().field("id", bypass.id).field("procedure", bypass.procedure);
    write_someone(json, "by", bypass.by);
    json.field("for_whom", bypass.for_whom);
    write_someone(json, "for", bypass.for_one);
    json.field("why", bypass.why).field("happened", bypass.happened);
    if (bypass.voice)
        json.field("voice", bypass.voice);
    else
        json.null_field("voice");
    json.field("version", bypass.version);
    if (bypass.mended_in > 0)
        json.field("mended_in", bypass.mended_in);
    else
        json.null_field("mended_in");
    json.field("logged_at", bypass.logged).end_object();
}

void mount_procedure_api(web::Router& router)
{
    router.get("/api/v1/procedures", get_procedures);
    auto& made = router.post("/api/v1/procedures", post_procedure);
    made.prepare = prepare_procedure;
    made.act = web::Act::voice;
    router.get("/api/v1/procedures/:id", get_procedure);
    router.patch("/api/v1/procedures/:id", patch_procedure).prepare = prepare_procedure;
    router.post("/api/v1/procedures/:id/mend", post_mend).prepare = prepare_procedure;
    router.post("/api/v1/procedures/:id/retire", post_retire);
    router.get("/api/v1/procedures/:id/bypasses", get_bypasses);
    router.post("/api/v1/procedures/:id/bypasses", post_bypass).act = web::Act::voice;
    auto& challenge = router.post("/api/v1/procedures/:id/challenges", post_challenge);
    challenge.prepare = act::prepare_callout;
    challenge.act = web::Act::voice;
    router.get("/api/v1/procedures/:id/versions", get_procedure_versions);
    router.get("/api/v1/procedures/:id/versions/:version", get_procedure_version);
}

} // namespace moothall::hall
