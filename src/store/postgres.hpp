#pragma once

#include "store/migrate.hpp"

namespace moothall::store {

/// Opens the database at `settings.url` (`postgresql://…`).
std::unique_ptr<Database> open_postgres(const Settings& settings,
                                        std::span<const Migration> migrations);

} // namespace moothall::store
