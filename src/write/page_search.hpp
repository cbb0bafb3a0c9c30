#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

namespace moothall::write {

/// Indexes the documents of an organisation anew, once, that were indexed before there were stems.
/// A chore; 0 when that is done.
std::int64_t renew_document_index(store::Database& database, Id organisation);

} // namespace moothall::write
