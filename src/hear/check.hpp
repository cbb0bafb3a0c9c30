#pragma once

#include "hear/voice.hpp"

namespace moothall::hear {

/// "Does it do what you wanted?" How those who asked for it judge what came of a voice.
struct Checks {
    std::int64_t helped = 0;
    std::int64_t not_helped = 0;
    std::optional<bool> own; // the viewer's; none: not said yet
    std::string own_words;
    bool may_say = false; // there is an outcome, and she asked for it or backed it
};

inline constexpr std::size_t check_characters_max = 2000;

Result<Checks> find_checks(store::Transaction& transaction, Id voice, const Viewer& viewer);

/// The author's or a supporter's yes or no, with words that may be empty; said again, it replaces
/// the earlier one. Refused before there is an outcome (conflict), and to those who did not ask for
/// it (forbidden). One event; with the author's the loop has learned.
Result<Checks> check_outcome(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id voice, bool helped, std::string_view words);

} // namespace moothall::hear
