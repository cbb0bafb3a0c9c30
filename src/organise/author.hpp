#pragma once

#include "base/viewer.hpp"
#include "hear/author.hpp"
#include "store/database.hpp"
#include "text/json.hpp"

#include <string_view>

/// What organise/ keeps of a person: for her own data, and for when she is erased.
namespace moothall::organise {

/// Writes "requests", those she asked and those she was asked, as she may read them, "barriers"
/// that she named, and what she said in chats and of her skills.
void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

/// Removes how soon she answers and what she was thought to know; and her words, if she wishes, by
/// `sentence`.
void forget_author(store::Transaction& transaction, Id organisation, Id person, hear::Texts texts,
                   std::string_view sentence);

/// Whoever is asked leaves for good: what she had not answered is declined with that reason, so
/// that who asked is told and can ask somebody else.
void decline_of_leaver(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& leaver, std::string_view why);

} // namespace moothall::organise
