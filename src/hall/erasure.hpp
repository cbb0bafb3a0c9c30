#pragma once

#include "hear/author.hpp"
#include "web/router.hpp"

namespace moothall::hall {

/// Erases the viewer: all stages forget her, and her account is gone. Refused for the last owner.
///
/// Her id stays where the log points at it, without any data behind it. One event.
Result<void> erase_person(web::Context& context, hear::Texts texts);

/// All that the house keeps of the viewer, as one JSON document: without secrets, and without what
/// others said.
std::string export_own_data(web::Context& context);

} // namespace moothall::hall
