#pragma once

#include "hear/voice.hpp"

namespace moothall::hear {

/// Voices that say the same are one, and can be two again.
///
/// Merging moves nothing: the merged voice keeps its text, support, replies and followers, and
/// counts under the other until that is undone. Only visible voices of one circle are merged, so
/// that nobody is counted or shown where she could not look.

/// Who may merge voices of a circle: its stewards, and people of the company who are members.
bool may_merge(const Viewer& viewer, Id circle);

/// `voice` is from now on found under `into` (or under what that one was merged into: one hop).
/// Gives the voice that stands for both. One event, which concerns both and their authors.
Result<Voice> merge_voice(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id voice, Id into);

/// The same for what another program said to be a duplicate when it was brought in: nobody is told.
/// One event.
Result<Voice> merge_duplicate(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id voice, Id into);

/// A merged voice stands by itself again, with all that is its own; what was merged into it comes
/// along. Who may merge may do this, and its author. One event.
Result<Voice> unmerge_voice(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id voice);

/// "Not what I meant": whoever backed a merged voice takes her support back to it. It stands again
/// for those who did. Gives how many they are. One event.
Result<std::int64_t> take_support_back(store::Transaction& transaction, IdSource& ids, Time now,
                                       const Viewer& viewer, Id voice);

/// Undoes every merge that a voice is part of at first hand, because it is hidden. No event.
void stand_alone(store::Transaction& transaction, Id organisation, Id voice);

/// What would be: how many back each, how many both, how many the one voice.
struct MergePreview {
    Voice from;
    Voice into;
    std::int64_t both = 0;
    std::int64_t together = 0;
};
/// Refused exactly as merge_voice() would.
Result<MergePreview> preview_merge(store::Transaction& transaction, const Viewer& viewer, Id voice,
                                   Id into);

/// A voice that was merged into another.
struct Merged {
    Id id;
    std::string title;
    std::string language;
    Someone author;
    std::int64_t supporters = 0; // who came with it and did not take it back
    std::int64_t unattributed = 0;
    std::int64_t apart = 0;
    Id into; // at first hand
    Time since;
    bool backed = false; // by the viewer, and counted with the other
    bool may_unmerge = false;
};
/// All that was merged into a voice, as far as the viewer sees it, in the order of merging.
std::vector<Merged> list_merged(store::Transaction& transaction, Id voice, const Viewer& viewer);
/// The same voices whoever looks: whose followers hear what becomes of the one.
std::vector<Id> list_merged_ids(store::Transaction& transaction, Id organisation,
                                const std::vector<Id>& voices);
/// Adds what these voices were merged into, and all that was merged into that: who follows one of
/// them hears of all.
void add_merged(store::Transaction& transaction, Id organisation, std::vector<Id>& voices);

} // namespace moothall::hear
