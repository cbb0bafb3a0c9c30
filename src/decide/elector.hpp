#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <vector>

namespace moothall::decide {

/// Who is on the roll of a decision, in whichever electorate: each person once, in the order of
/// their ids after `after`. For telling them.
std::vector<Id> list_electors(store::Transaction& transaction, Id organisation, Id decision,
                              Id after, int limit);

} // namespace moothall::decide
