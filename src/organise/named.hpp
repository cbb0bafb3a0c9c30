#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>

namespace moothall::organise {

/// The person somebody means by a name or an id written into a form; none when nothing was written.
/// Refused (invalid, on `field`) when nobody or more than one has it.
Result<Id> find_named(store::Transaction& transaction, const Viewer& viewer, std::string_view text,
                      std::string field);

} // namespace moothall::organise
