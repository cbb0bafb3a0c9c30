#pragma once

#include "hear/voice.hpp"
#include "text/json.hpp"

/// What hear/ keeps of one person: for her own export, and for when she is erased.
namespace moothall::hear {

/// Writes the members "voices", "replies", "supports" and "follows" into the object that was begun:
/// all that she said, held and hidden things too, with the texts as she sent them.
void write_own_data(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

/// What becomes of the texts of somebody who is erased.
enum class Texts : std::uint8_t {
    stay,    // without her name, so that conversations can still be read
    emptied, // with all earlier versions; a sentence stands in their place
};

/// Takes a person out of hear/: her support (the counts follow), what she follows and where she is
/// mentioned; and her texts if she wishes. `sentence` stands in the place of a text: "Erased by its
/// author". No event: hall/ writes one for all stages.
void forget_author(store::Transaction& transaction, Id organisation, Id person, Texts texts,
                   std::string_view sentence);

} // namespace moothall::hear
