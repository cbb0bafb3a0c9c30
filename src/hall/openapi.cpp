#include "hall/mount.hpp"

#include "base/invariant.hpp"
#include "web/assets.hpp"
#include "web/response.hpp"
#include "web/router.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

web::Response get_openapi(const web::Request&, web::Context&)
{
    const auto assets = web::embedded_assets();
    const auto found = std::ranges::find(assets, "openapi.json", &web::Asset::name);
    invariant(found != assets.end(), "the API's document is embedded");
    return web::Response::json(std::string(found->plain));
}

} // namespace

void mount_openapi(web::Router& router)
{
    router.get("/api/v1/openapi.json", get_openapi);
}

} // namespace moothall::hall
