#pragma once

#include "web/frame.hpp"
#include "web/router.hpp"

namespace moothall::hall {

/// For web::Hooks: what the stages know of the viewer, and where things are, for the frame of every
/// page.
void furnish(const web::Context& context, web::Frame& frame);

} // namespace moothall::hall
