#pragma once

#include "web/hall.hpp"

namespace moothall::hall {

/// What web/ asks of the stages: who is this, which organisations are there, what happened since.
web::Hooks make_hooks();

/// GET /api/v1/openapi.json: the API as OpenAPI 3.1, written by tools/openapi/make.py.
void mount_openapi(web::Router& router);

/// Adds the routes of all stages.
void mount(web::Hall& hall);

} // namespace moothall::hall
