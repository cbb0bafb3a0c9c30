#pragma once

#include "base/viewer.hpp"
#include "store/database.hpp"

namespace moothall::hear {

/// Who takes her "me too" back does not ask for it any more, and her yes or no goes with it: the
/// numbers are of those who wanted it. An author's stays. Part of that act, with no event of its
/// own.
void forget_check(store::Transaction& transaction, const Viewer& viewer, Id voice);

} // namespace moothall::hear
