#pragma once

#include "text/json.hpp"
#include "web/router.hpp"

namespace moothall::decide {

struct Decision;

/// The routes of /api/v1/decisions.
void mount_decision_api(web::Router& router);

/// The routes of the projects of a shared budget.
void mount_budget_api(web::Router& router);

/// A decision as the API shows it; the tally only when it is closed.
void write_json(JsonWriter& json, const Decision& decision);
/// What write_json puts into the object, for an answer that says more.
void write_fields(JsonWriter& json, const Decision& decision);
std::string to_json(const Decision& decision);

} // namespace moothall::decide
