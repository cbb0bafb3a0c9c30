#pragma once

#include "web/hall.hpp"

namespace moothall::tell {

/// GET /api/v1/events (with `wait` as a long poll) and GET /api/v1/events/stream.
void mount_event_api(web::Router& router);

/// For web::Hooks: the events after one that the viewer may see, oldest first.
std::vector<web::HeardEvent> events_since(store::Transaction& transaction, const Viewer& viewer,
                                          Id after, std::size_t limit);

} // namespace moothall::tell
