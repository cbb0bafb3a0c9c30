#pragma once

#include "files/upload.hpp"
#include "web/router.hpp"

namespace moothall::files {

/// GET /files/:id and /files/:id/small: the bytes, to whoever sees what they hang on.
void mount_file_pages(web::Router& router);
/// The routes of /api/v1/files.
void mount_file_api(web::Router& router);

} // namespace moothall::files
