#pragma once

#include "act/act.hpp"
#include "text/json.hpp"
#include "web/router.hpp"

namespace moothall::act {

void mount_commitment_api(web::Router& router);
void mount_callout_api(web::Router& router);

/// The shapes of a promise and a call-out in the API.
void write_json(JsonWriter& json, const Commitment& commitment);
void write_json(JsonWriter& json, const Callout& callout);

} // namespace moothall::act
