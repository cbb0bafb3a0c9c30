#pragma once

#include "web/hall.hpp"

namespace moothall::hall {

/// What web/ asks of the stages: who is this, which organisations are there, what happened since.
web::Hooks make_hooks();

/// Adds the routes of all stages.
void mount(web::Hall& hall);

} // namespace moothall::hall
