#pragma once

#include "store/migrate.hpp"

namespace moothall::store {

/// Opens the SQLite file at `path`, which is made if it is not there yet.
std::unique_ptr<Database> open_sqlite(const std::string& path, const Settings& settings,
                                      std::span<const Migration> migrations);

} // namespace moothall::store
