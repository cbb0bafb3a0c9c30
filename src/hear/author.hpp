#pragma once

#include "files/file.hpp"
#include "hear/voice.hpp"
#include "text/json.hpp"

/// What hear/ keeps of one person: for her own export, and for when she is erased.
namespace moothall::hear {

/// Writes the members "voices", "replies", "files", "supports" and "follows" into the object that
/// was begun: all that she said, held and hidden things too, with the texts as she sent them.
void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

using files::Texts;

/// Takes a person out of hear/: her support (the counts follow), what she follows and where she is
/// mentioned; and her texts, with the files on them, if she wishes. `sentence` stands in the place
/// of a text: "Erased by its author". No event: hall/ writes one for all stages.
void forget_author(store::Transaction& transaction, Id organisation, Id person, Texts texts,
                   std::string_view sentence);

} // namespace moothall::hear
