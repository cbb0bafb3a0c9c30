#pragma once

#include "web/router.hpp"

namespace moothall::people {

/// The routes of /api/v1/circles, /me and /people.
void mount_people_api(web::Router& router);

} // namespace moothall::people
