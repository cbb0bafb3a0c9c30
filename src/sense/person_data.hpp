#pragma once

#include "store/database.hpp"
#include "text/json.hpp"

#include <string_view>

/// What sense/ keeps of one person: for her own data, and for when she is erased.
namespace moothall::sense {

/// Writes "themes_filled" (voices she put into themes), "kept_apart" (voices she said belong in no
/// such theme) and "signals_answered" into the object that was begun.
void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

/// Puts `sentence` in the place of the reasons for which she set signals aside. That somebody put a
/// voice where it is stays, without her name: nobody at all would mean the engine, which may move
/// it.
void forget_words(store::Transaction& transaction, Id organisation, Id person,
                  std::string_view sentence);

} // namespace moothall::sense
