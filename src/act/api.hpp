#pragma once

#include "act/act.hpp"
#include "text/json.hpp"
#include "web/router.hpp"

namespace moothall::act {

void mount_commitment_api(web::Router& router);
void mount_callout_api(web::Router& router);

/// For routes that name by themselves what is called out (a goal, a procedure): the body's "title"
/// and "body", rendered before the transaction, and the call-out made of them, answered by 201.
Result<web::Prepared> prepare_callout(const web::Request& request, web::Context& context);
web::Response open_prepared_callout(web::Context& context, Id about);

/// The shapes of a promise and a call-out in the API.
void write_json(JsonWriter& json, const Commitment& commitment);
void write_json(JsonWriter& json, const Callout& callout);

} // namespace moothall::act
