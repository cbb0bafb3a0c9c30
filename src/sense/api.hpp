#pragma once

#include "web/router.hpp"

namespace moothall::sense {

/// The routes of /api/v1/themes.
void mount_theme_api(web::Router& router);

} // namespace moothall::sense
