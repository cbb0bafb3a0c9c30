#pragma once

#include <span>
#include <string_view>

namespace moothall::web {

class Router;
struct Context;
struct Request;
struct Response;

/// A file of src/web/assets/, embedded in the program by tools/embed.
struct Asset {
    std::string_view name; // "moothall.css"
    std::string_view path; // "/assets/moothall.0a1b2c3d4e.css": another content, another path
    std::string_view content_type;
    std::string_view etag;                // in quotes
    std::string_view plain, gzip, brotli; // the last two are empty where they gain nothing
};

/// Sorted by name.
std::span<const Asset> embedded_assets();

/// The address of an asset, for templates: asset_path("moothall.css"). An unknown name is a bug.
std::string_view asset_path(std::string_view name);

/// GET /assets/:file. What it answers may be kept for a year; an old hash is not found.
Response get_asset(const Request& request, Context& context);

/// Adds /assets/… to the routes.
void mount_assets(Router& router);

} // namespace moothall::web
