#pragma once

#include "hear/merge.hpp"

#include <functional>
#include <optional>
#include <utility>

/// Pairs of voices that seem to say the same, for people to look at. A pair is proposed once: what
/// they dismissed does not come back.
namespace moothall::hear {

struct Proposal {
    Id id;
    Voice older;
    Voice newer;
    double score = 0;               // how near in meaning, to 1
    std::vector<std::string> words; // that both use
};
struct ProposalPage {
    std::vector<Proposal> proposals;
    std::string next;
};
/// Open proposals in circles where the viewer may merge, the nearest first. Refused when she may
/// merge nowhere, or (field "after") on a cursor that is none of ours.
Result<ProposalPage> list_proposals(store::Transaction& transaction, const Viewer& viewer,
                                    std::string_view after, int limit);

/// Merges the newer of the pair into the older. One event, that of merging.
Result<Voice> accept_proposal(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id proposal);
/// They do not say the same. One event.
Result<void> dismiss_proposal(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id proposal);

/// Voices of a circle that say much the same as one of it, with how near they are in meaning (to
/// 1). A later stage knows them; the voice itself may be among them. None: it is not
/// known yet, as soon after a start.
using NearVoices = std::function<std::optional<std::vector<std::pair<Id, double>>>(
    Id organisation, Id circle, std::string_view title, std::string_view body, std::size_t limit)>;

/// Whether a word ("the", "wie") tells nothing of what two voices have in common. A later stage
/// knows.
using SaysNothing = std::function<bool(std::string_view word)>;

/// Proposes what was said since the last call (at most a hundred voices) to be merged with what is
/// near. Gives how many voices it looked at. One event for each proposal.
std::int64_t find_proposals(store::Database& database, IdSource& ids, Time now, Id organisation,
                            const NearVoices& near_voices, const SaysNothing& says_nothing = {});

} // namespace moothall::hear
