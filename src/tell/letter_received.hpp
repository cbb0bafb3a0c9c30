#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What came by e-mail and what became of it, for thirty days: nothing of the letter itself.
namespace moothall::tell {

struct LetterReceived {
    Id id;
    Time came;
    std::string hash;    // of its Message-ID and its recipient
    Id person;           // who wrote it, where that is sure
    std::string outcome; // said | refused | dropped
    std::string why;     // an English sentence of ours (translatable); empty when it was said
    Id thing;            // what came of it
};

/// What names a letter and its recipient, so that one that is handed over twice is said once.
std::string letter_hash(std::string_view message_id, std::string_view recipient);

void note_letter(store::Transaction& transaction, Id organisation, const LetterReceived& letter);
/// Whether this letter was said already. A letter that was refused may come again.
bool was_said(store::Transaction& transaction, Id organisation, std::string_view hash);
/// Newest first.
std::vector<LetterReceived> list_letters_received(store::Transaction& transaction, Id organisation,
                                                  int limit);

void purge_letters_received(store::Transaction& transaction, Id organisation, Time now);
/// For when a person is erased.
void forget_letters_received(store::Transaction& transaction, Id organisation, Id person);

} // namespace moothall::tell
