#pragma once

#include "hear/author.hpp"
#include "store/database.hpp"
#include "text/json.hpp"

#include <string_view>

/// What act/ keeps of a person: for her own data, and for when she is erased.
namespace moothall::act {

/// Writes "promises" and "callouts": what she promised, and what she raised or was called out for.
void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

/// A promise stays when its author is erased, without her name; its words and reasons go if she
/// wishes, and `sentence` stands in their place. What was open is withdrawn by
/// withdraw_of_leaver().
void forget_author(store::Transaction& transaction, Id organisation, Id person, hear::Texts texts,
                   std::string_view sentence);

} // namespace moothall::act
