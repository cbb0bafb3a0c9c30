#include "files/pages.hpp"

#include "web/address.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"

namespace moothall::files {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// The name twice (RFC 6266): in ASCII for old programs, and as it is.
std::string disposition(std::string_view kind, std::string_view name)
{
    std::string plain;
    for (const char c : name) {
        const bool safe = c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '%' && c != ';';
        plain += safe ? c : '_';
    }
    return std::string(kind) + "; filename=\"" + plain + "\"; filename*=UTF-8''" +
           web::percent_encode(name);
}

/// The bytes of strangers. A picture of ours is shown, all else is saved; and whatever a browser is
/// made to take it for, it has no script, no origin and no frame (the policy), and is asked for
/// anew each time, so that who may not see it any more does not.
Response send(const Request& request, Context& context, const File& file, std::string_view hash,
              std::string_view media_type, std::string_view name)
{
    auto* shelf = context.hall.kept<Shelf>();
    if (shelf == nullptr) return context.refuse(Refusal::not_found());
    const auto tag = "\"" + std::string(hash.substr(0, 32)) + "\"";
    Response response;
    if (request.header("if-none-match") == tag) {
        response.status = 304;
    } else {
        response.shared_body = shelf->read(context.viewer.organisation, hash);
        if (!response.shared_body)
            throw std::runtime_error("the bytes of file " + file.id.text() + " are not there");
    }
    response.with("Content-Type", std::string(media_type))
        .with("Content-Disposition", disposition(file.is_picture() ? "inline" : "attachment", name))
        .with("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
        .with("X-Content-Type-Options", "nosniff")
        .with("Cache-Control", "private, no-cache")
        .with("ETag", tag);
    return response;
}

Response get_file(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto file = find_file(context.transaction, *id, context.viewer);
    if (!file) return context.refuse(file.error());
    return send(request, context, *file, file->hash, file->media_type, file->name);
}

Response get_small(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto file = find_file(context.transaction, *id, context.viewer);
    if (!file) return context.refuse(file.error());
    if (!file->is_picture()) return context.refuse(Refusal::not_found());
    if (file->small_hash.empty())
        return send(request, context, *file, file->hash, file->media_type, file->name);
    return send(request, context, *file, file->small_hash, "image/webp", file->name + ".webp");
}

} // namespace

void mount_file_pages(web::Router& router)
{
    router.get("/files/:id", get_file).slow = true;
    router.get("/files/:id/small", get_small).slow = true;
}

} // namespace moothall::files
