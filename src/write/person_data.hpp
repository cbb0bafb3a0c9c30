#pragma once

#include "store/database.hpp"
#include "text/json.hpp"

#include <string_view>

/// What write/ keeps of a person: for her own data, and for when she is erased.
namespace moothall::write {

/// Writes "procedures" and "documents" (that she answers for), "page_versions" (that she wrote),
/// "bypasses" (that she logged), "suggestions" (that she made), "readings" (that she confirmed),
/// "facts" (about her and her places, with all that was said before), "said_facts" (that she said
/// of others) and "places" (that are hers) into the object that was begun.
void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

/// That somebody named her as the one for whom a procedure was gone round is forgotten, and what
/// she read or was editing, whatever becomes of texts. What a page says is the circle's, and stays:
/// then nobody answers for it, and a steward hands it on.
void forget_named(store::Transaction& transaction, Id organisation, Id person);
/// What is known about her and about her places is gone, with all that was said before; what she
/// said of others stays, without her name.
void forget_facts(store::Transaction& transaction, Id organisation, Id person);
/// Puts `sentence` in the place of what she said herself: in bypasses, suggestions, why she
/// retired or settled one, and why she said a fact of others.
void forget_words(store::Transaction& transaction, Id organisation, Id person,
                  std::string_view sentence);

} // namespace moothall::write
