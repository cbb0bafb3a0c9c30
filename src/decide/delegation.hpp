#pragma once

#include "decide/vote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A person hands her vote on a topic to another for a time.
///
/// It counts where both are on the roll of the same electorate, so that nobody votes for the other
/// side; only while she has not voted herself; and only with a vote that the other cast herself: a
/// vote that was handed on is not handed on again. So there are no chains and no cycles, and two
/// who trust each other both count by whichever of them votes.
///
/// The other must say yes first, because whoever handed on her vote sees until the close how it is
/// cast: nobody is to learn a secret vote by handing hers on unasked.
namespace moothall::decide {

enum class Topic : std::uint8_t { circle, theme, tag };
std::string_view to_text(Topic topic);
std::optional<Topic> topic_of(std::string_view text);

struct Delegation {
    Id id;
    Named from;
    Named to;
    Topic topic = Topic::circle;
    Id topic_id;
    std::string topic_name; // empty: gone, or not for the viewer
    Time given;
    std::optional<Time> accepted;
    Time until;
};

struct NewDelegation {
    Id to;
    Topic topic = Topic::circle;
    Id topic_id;
    Time until;
};

/// Offers it. An earlier one on the same topic ends. Refused (invalid) to herself, to who cannot
/// see the topic, for no time or for more than a year. One event, for the two of them.
Result<Delegation> hand_over_vote(store::Transaction& transaction, IdSource& ids, Time now,
                                  const Viewer& viewer, const NewDelegation& wanted);
/// Says yes to it: only whom it was offered to. Refused (conflict) when she did already.
Result<Delegation> accept_delegation(store::Transaction& transaction, IdSource& ids, Time now,
                                     const Viewer& viewer, Id delegation);
/// Ends it: either of the two, at any moment. Votes not closed yet no longer count by it.
Result<void> end_delegation(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id delegation);

Result<Delegation> find_delegation(store::Transaction& transaction, Id delegation,
                                   const Viewer& viewer, Time now);
/// Those that the viewer gave and was given and that stand, newest first. Nobody else sees them.
std::vector<Delegation> list_delegations(store::Transaction& transaction, const Viewer& viewer,
                                         Time now);

/// How a handed-on vote of the viewer's counts in a decision that is being voted on.
struct HandedVote {
    Named delegate;
    std::optional<Choice> choice; // of the delegate; none: she has not voted yet
};
std::optional<HandedVote> find_handed_vote(store::Transaction& transaction,
                                           const Decision& decision, const Viewer& viewer,
                                           Time now);
/// How many people's votes the viewer would cast with hers.
std::int64_t count_handed_to(store::Transaction& transaction, const Decision& decision,
                             const Viewer& viewer, Time now);
/// The votes that would be cast for others if it closed now, by electorate.
std::vector<std::int64_t> count_handed(store::Transaction& transaction, const Decision& decision,
                                       Id organisation, Time now);

/// Puts the handed-on votes into the urn, in the transaction of the close and before it is emptied:
/// for each a ballot of its own, like the delegate's and with a random code that nobody holds.
/// Notes how many in each electorate, and the weights. Gives how many.
std::int64_t cast_handed_votes(store::Transaction& transaction, Id organisation,
                               const Decision& decision, Time now);

/// Writes "delegations": what she gave and was given.
void write_own_delegations(store::Transaction& transaction, JsonWriter& json, Id organisation,
                           Id person);
/// Takes out all that she gave and was given. No event.
void forget_delegations(store::Transaction& transaction, Id organisation, Id person);

} // namespace moothall::decide
