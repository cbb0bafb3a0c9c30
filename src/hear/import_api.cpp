#include "hear/api.hpp"
#include "hear/import_formats.hpp"
#include "hear/import_run.hpp"
#include "hear/import_undo.hpp"
#include "web/api.hpp"

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string to_json(const ImportRun& run, const std::vector<RefusedRow>& refused)
{
    JsonWriter json(1024);
    json.begin_object().field("id", run.id).field("name", run.name).field("state", run.state);
    json.field("rows", run.rows_all).field("rows_done", run.rows_done).field("made", run.made);
    json.field("unchanged", run.unchanged)
        .field("refused", run.refused)
        .field("people", run.people);
    json.field("trouble", run.trouble)
        .field("created_at", run.started)
        .field("ended_at", run.ended);
    json.key("statuses").begin_object();
    for (const auto& [word, status] : run.statuses) json.field(word, status);
    json.end_object();
    json.key("errors").begin_array();
    for (const auto& row : refused) {
        json.begin_object().field("line", static_cast<std::int64_t>(row.line));
        json.field("sentence", row.sentence).end_object();
    }
    return json.end_array().end_object().take();
}

Result<web::Prepared> prepare_import(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    NewImport wanted;
    const auto text = web::read_text(*body, "text");
    if (!text) return text.error();
    if (!*text) return Refusal::invalid("text", "Please send the file as text.");
    wanted.text = **text;
    const auto name = web::read_text(*body, "name");
    if (!name) return name.error();
    wanted.name = name->value_or("");
    const auto format = web::read_text(*body, "format");
    if (!format) return format.error();
    if (*format && **format != "csv") {
        auto rows = read_export(**format, {{wanted.name, wanted.text}});
        if (!rows) return rows.error();
        wanted.name = **format;
        wanted.text = *std::move(rows);
    }
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wanted.circle = circle->value_or(Id{});
    if (const auto columns = body->find("columns")) {
        if (columns.kind() != Json::Kind::object)
            return Refusal::invalid("columns",
                                    "Columns are an object: a column's name for each field.");
        for (const auto field : columns.keys()) {
            const auto column = columns.find(field).string();
            if (!column)
                return Refusal::invalid("columns",
                                        "Columns are an object: a column's name for each field.");
            wanted.columns.emplace_back(field, *column);
        }
    }
    if (const auto statuses = body->find("statuses")) {
        const auto refuse = [] {
            return Refusal::invalid(
                "statuses", "Statuses are an object: a status here for each word of the file.");
        };
        if (statuses.kind() != Json::Kind::object) return refuse();
        for (const auto word : statuses.keys()) {
            const auto status = statuses.find(word).string();
            if (!status) return refuse();
            wanted.statuses.emplace_back(word, *status);
        }
    }
    auto shape = measure_table(wanted.text);
    if (!shape) return shape.error();
    wanted.shape = *std::move(shape);
    return web::Prepared::of(std::move(wanted));
}

Response post_import(const Request&, Context& context)
{
    const auto& wanted = std::any_cast<const NewImport&>(context.prepared);
    const auto draft =
        draft_import(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!draft) return context.refuse(draft.error());
    const auto run =
        start_import(context.transaction, context.ids, context.now, context.viewer, draft->id);
    if (!run) return context.refuse(run.error());
    return web::created(to_json(*run, {}), "/api/v1/imports/" + run->id.text());
}

Response get_import(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto run = find_import(context.transaction, context.viewer, *id);
    if (!run) return context.refuse(run.error());
    return Response::json(to_json(
        *run, list_refused_rows(context.transaction, context.viewer.organisation, run->id)));
}

Response delete_import(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    // Asked twice, or too late, it answers the same: nothing more comes in.
    auto run = find_import(context.transaction, context.viewer, *id);
    if (run && (run->goes_on() || run->state == "draft"))
        run = cancel_import(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!run) return context.refuse(run.error());
    return Response::json(to_json(
        *run, list_refused_rows(context.transaction, context.viewer.organisation, run->id)));
}

Response post_undo(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto run =
        undo_import(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!run) return context.refuse(run.error());
    return Response::json(to_json(
        *run, list_refused_rows(context.transaction, context.viewer.organisation, run->id)));
}

} // namespace

void mount_import_api(web::Router& router)
{
    auto& post = router.post("/api/v1/imports", post_import);
    post.prepare = prepare_import;
    post.body_bytes_max = import_bytes_max;
    router.get("/api/v1/imports/:id", get_import);
    router.del("/api/v1/imports/:id", delete_import);
    router.post("/api/v1/imports/:id/undo", post_undo);
}

} // namespace moothall::hear
