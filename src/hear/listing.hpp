#pragma once

#include "hear/support.hpp"
#include "hear/voice.hpp"
#include "text/place.hpp"

/// What belongs to voices, a page at a time.
namespace moothall::hear {

/// As list_supporters(), after the last one of the page before.
Result<std::vector<Supporter>> list_supporters_after(store::Transaction& transaction, Id voice,
                                                     const Viewer& viewer, const WholePlace& after,
                                                     int limit);
WholePlace place_of(const Supporter& supporter);

/// Tags with the voices that the viewer sees of each, the most used first, after the last one of
/// the page before.
std::vector<std::pair<Tag, std::int64_t>> count_tags_after(store::Transaction& transaction,
                                                           const Viewer& viewer,
                                                           const WholePlace& after, int limit);

/// How many of the voices that list_voices() lists nothing was done for so far (Voice::kept),
/// without a search and on all pages: a walk over them, for who shows the first ones only. Counted
/// up to to_do_counted_max, so that the walk has an end.
inline constexpr int to_do_counted_max = 500;
std::int64_t count_to_do(store::Transaction& transaction, const VoiceQuery& query,
                         const Viewer& viewer);

/// Whether the viewer sees a voice of that id, for routes under /voices: other things that take
/// replies, follows and the like have routes of their own.
Result<void> must_be_voice(store::Transaction& transaction, Id thing, const Viewer& viewer);

} // namespace moothall::hear
