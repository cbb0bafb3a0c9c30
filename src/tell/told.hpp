#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

namespace moothall::tell {

/// Notes that the author of a voice was told what came of it through a thing (a promise, a
/// decision; the voice itself for an official answer): that is a stage of the loop. The line shows
/// what she was told of last; the log and the clock count the first time.
void note_told(store::Transaction& transaction, Id organisation, IdSource& ids, Time now, Id voice,
               Id through);

} // namespace moothall::tell
