#pragma once

#include "hear/voice.hpp"

namespace moothall::hear {

/// A person backs a voice ("me too"), or says how much it matters: nice, important, vital or
/// nothing. Doing it again changes `matters` only. She follows the voice from then on. Gives the
/// number of supporters. One event when something changed.
Result<std::int64_t> give_support(store::Transaction& transaction, IdSource& ids, Time now,
                                  const Viewer& viewer, Id voice, std::string_view matters);
/// Of all that was merged into it, too: that is the same "me too".
Result<std::int64_t> withdraw_support(store::Transaction& transaction, IdSource& ids, Time now,
                                      const Viewer& viewer, Id voice);

struct Supporter {
    Someone person;
    std::string matters;
    Time since;
    Id through; // the voice she backed, which was merged into this one; none: this one
};
/// Takes a row of support away and keeps the counts; no event. False: there was none.
bool remove_support(store::Transaction& transaction, Id organisation, Id voice, Id person);

/// Who backs a voice, newest first; with those of what was merged into it, each once.
Result<std::vector<Supporter>> list_supporters(store::Transaction& transaction, Id voice,
                                               const Viewer& viewer, int limit);

/// What a person wants to hear of a thing; both off is mute.
struct Follow {
    bool replies = false;
    bool outcome = false;
};
Follow find_follow(store::Transaction& transaction, Id thing, const Viewer& viewer);
/// Sets both switches. One event that only she sees.
Result<void> change_follow(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id thing, Follow follow);
/// Follows with both switches unless she chose before: authors, supporters and who replies. No
/// event.
void follow_by_default(store::Transaction& transaction, Id organisation, Id thing, Id person);

} // namespace moothall::hear
