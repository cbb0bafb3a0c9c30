#include "web/assets.hpp"

#include "base/invariant.hpp"
#include "web/encoding.hpp"
#include "web/request.hpp"
#include "web/response.hpp"
#include "web/router.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace moothall::web {

namespace {

const Asset* find_asset(std::string_view name)
{
    const auto all = embedded_assets();
    const auto found = std::lower_bound(
        all.begin(), all.end(), name,
        [](const Asset& one, std::string_view wanted) { return one.name < wanted; });
    return found != all.end() && found->name == name ? &*found : nullptr;
}

using Bytes = std::shared_ptr<const std::string>;

/// The bytes of an asset as answers hold them: shared, so that no request copies them.
struct Served {
    const Asset* asset;
    Bytes plain, gzip, brotli;
};

const std::vector<Served>& served()
{
    static const auto all = [] {
        std::vector<Served> made;
        const auto bytes = [](std::string_view view) {
            return std::make_shared<const std::string>(view);
        };
        for (const auto& asset : embedded_assets())
            made.push_back({&asset, bytes(asset.plain), bytes(asset.gzip), bytes(asset.brotli)});
        return made;
    }();
    return all;
}

/// The asset that a browser asks for by "moothall.0a1b2c3d4e.css"; none for an unknown hash,
/// because what is answered may be kept for a year.
const Served* find_by_file(std::string_view file)
{
    constexpr std::string_view folder = "/assets/";
    for (const auto& one : served())
        if (one.asset->path.substr(folder.size()) == file) return &one;
    return nullptr;
}

} // namespace

std::string_view asset_path(std::string_view name)
{
    const auto* asset = find_asset(name);
    invariant(asset != nullptr, "templates name only files of src/web/assets");
    return asset->path;
}

Response get_asset(const Request& request, Context& context)
{
    const auto* found = find_by_file(request.path("file"));
    if (found == nullptr) return context.refuse(Refusal::not_found());

    const auto& asset = *found->asset;
    Response response;
    response.with("Cache-Control", "public, max-age=31536000, immutable")
        .with("ETag", std::string(asset.etag));
    if (!asset.brotli.empty()) response.with("Vary", "Accept-Encoding");
    if (request.header("if-none-match").find(asset.etag) != std::string_view::npos) {
        response.status = 304;
        return response;
    }
    response.with("Content-Type", std::string(asset.content_type));
    response.shared_body = found->plain;
    if (asset.brotli.empty()) return response;
    const auto encoding = choose_encoding(request.header("accept-encoding"), {"br", "gzip"});
    if (encoding.empty()) return response;
    response.with("Content-Encoding", std::string(encoding));
    response.shared_body = encoding == "br" ? found->brotli : found->gzip;
    return response;
}

void mount_assets(Router& router)
{
    router.get("/assets/:file", get_asset);
}

} // namespace moothall::web
