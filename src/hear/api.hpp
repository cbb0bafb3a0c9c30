#pragma once

#include "web/router.hpp"

namespace moothall::hear {

/// The routes of /api/v1/voices, /statuses and /tags.
void mount_voice_api(web::Router& router);
void mount_loop_api(web::Router& router);
/// The routes of /api/v1/imports.
void mount_import_api(web::Router& router);
/// The routes of replies, follows, reports and hiding.
void mount_reply_api(web::Router& router);

} // namespace moothall::hear
