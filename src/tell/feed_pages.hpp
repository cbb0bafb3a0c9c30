#pragma once

#include "web/router.hpp"

/// Atom feeds (RFC 4287): what is new, in a reader of one's own choice.
namespace moothall::tell {

/// "/voices.atom", "/voices/ID.atom", "/decisions.atom", "/promises.atom", "/feeds/SECRET.atom".
void mount_feed_pages(web::Router& router);

} // namespace moothall::tell
