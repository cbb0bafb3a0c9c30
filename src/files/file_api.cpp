#include "files/pages.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "web/api.hpp"

namespace moothall::files {

namespace {

using web::Context;
using web::Request;
using web::Response;

std::string to_json(const File& file)
{
    JsonWriter json;
    write_json(json, file);
    return json.take();
}

/// Written for her own eyes: what is uploaded is seen by others when it hangs on something, and
/// then the event of that says so.
void append(Context& context, std::string_view verb, const File& file)
{
    record::append(context.transaction, context.viewer.organisation, context.ids,
                   {.verb = verb,
                    .thing = file.thing ? file.thing : context.viewer.person,
                    .actor = context.viewer.person,
                    .circle = context.organisation.everyone,
                    .at = context.now,
                    .audience = record::Audience::actor,
                    .data = R"({"file":")" + file.id.text() + R"("})"});
}

Result<web::Prepared> prepare_file(const Request& request, Context& context)
{
    const web::Upload* upload = nullptr;
    for (const auto& one : request.uploads)
        if (one.field == "file" && upload == nullptr) upload = &one;
    if (!context.viewer.signed_in())
        return Refusal::unauthenticated("Please sign in to attach files.");
    if (upload == nullptr || request.uploads.size() != 1)
        return Refusal::invalid("file", "Send one file, as the part \"file\" of a form.");
    auto file = receive_file(context, *upload, request.form("alt"));
    if (!file) {
        auto refused = file.error();
        if (refused.field == "files") refused.field = "file";
        return refused;
    }
    return web::Prepared::of(*std::move(file));
}

Response post_file(const Request&, Context& context)
{
    const auto& file = std::any_cast<const File&>(context.prepared);
    const auto saved = save_file(context.transaction, context.viewer.organisation, file);
    if (!saved) return context.refuse(saved.error());
    append(context, "files.file_added", file);
    return web::created(to_json(file), "/api/v1/files/" + file.id.text());
}

Response get_file(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto file = find_file(context.transaction, *id, context.viewer);
    if (!file) return context.refuse(file.error());
    return Response::json(to_json(*file));
}

Result<File> find_own(Context& context, const Request& request)
{
    const auto id = web::path_id(request);
    if (!id) return id.error();
    auto file = find_file(context.transaction, *id, context.viewer);
    if (!file) return file.error();
    if (!context.viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto thing =
        record::find_thing(context.transaction, context.viewer.organisation, file->thing);
    if (!may_change(context.viewer, *file, thing)) return only_hers_to_change();
    return file;
}

Response patch_file(const Request& request, Context& context)
{
    const auto file = find_own(context, request);
    if (!file) return context.refuse(file.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto alt = web::read_text(*body, "alt");
    if (!alt) return context.refuse(alt.error());
    if (*alt) {
        describe_file(context.transaction, context.viewer.organisation, file->id, **alt);
        append(context, "files.file_described", *file);
    }
    return get_file(request, context);
}

Response delete_file(const Request& request, Context& context)
{
    const auto file = find_own(context, request);
    if (!file) return context.refuse(file.error());
    remove_file(context.transaction, context.viewer.organisation, *file);
    append(context, "files.file_removed", *file);
    return Response::no_content();
}

} // namespace

void mount_file_api(web::Router& router)
{
    auto& add = router.post("/api/v1/files", post_file);
    add.prepare = prepare_file;
    add.body_bytes_max = form_bytes_max;
    add.json_only = false;
    router.get("/api/v1/files/:id", get_file);
    router.patch("/api/v1/files/:id", patch_file);
    router.del("/api/v1/files/:id", delete_file);
}

} // namespace moothall::files
