#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <string_view>

namespace moothall::hear {

/// What was said or backed by letter thirty days ago and never confirmed.
struct Lapsed {
    std::int64_t voices = 0;
    std::int64_t supports = 0;
    std::int64_t people = 0; // who left an address and nothing else
};

/// Takes it away, at most `rows_max` of each sort; a chore. A voice keeps its place in the log and
/// loses its text and its author (`sentence` stands in its place: "Never confirmed"); a "me too" is
/// not waited for any more; an address that belongs to nothing else is forgotten. One event for
/// each voice and each person: somebody else may have left that address.
///
/// To be called before people::purge_passes(), which forgets what waits for whom.
Lapsed take_away_unconfirmed(store::Transaction& transaction, IdSource& ids, Time now,
                             Id organisation, std::string_view sentence, std::int64_t rows_max);

/// Forgets somebody of whom nothing but an address is known, and who never had an account. One
/// event if so.
bool forget_if_nothing_left(store::Transaction& transaction, IdSource& ids, Time now,
                            Id organisation, Id person);

} // namespace moothall::hear
