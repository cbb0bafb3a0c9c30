#pragma once

#include "jobs/runner.hpp"
#include "web/hall.hpp"

#include <memory>

namespace moothall::hall {

/// The background work of a running server: sealing the log, sending letters, telling people what
/// concerns them, clearing away what ended.
std::unique_ptr<jobs::Runner> make_runner(web::Hall& hall);

} // namespace moothall::hall
