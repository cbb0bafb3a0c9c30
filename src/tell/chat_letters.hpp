#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <cstdint>

namespace moothall::tell {

/// Writes to those who were written to in a chat and did not read it: after ten minutes to whoever
/// wants letters at once, after a day or a week to whoever wants them daily or weekly. One letter
/// for a chat, until she reads in it again; an answer to it is a line of that chat. A chore; gives
/// how many.
std::int64_t write_chat_letters(store::Database& database, Id organisation, Time now,
                                IdSource& ids);

} // namespace moothall::tell
