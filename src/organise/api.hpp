#pragma once

#include "organise/organise.hpp"
#include "text/json.hpp"
#include "web/router.hpp"

namespace moothall::organise {

void mount_request_api(web::Router& router);
/// The routes of /api/v1/barriers.
void mount_barrier_api(web::Router& router);
void mount_chat_api(web::Router& router);
void mount_know_api(web::Router& router);

/// The shape of a request in the API.
void write_json(JsonWriter& json, const Request& request);

} // namespace moothall::organise
