#pragma once

#include "decide/decision.hpp"

/// Casting a vote, the roll of those who may, and what they keep.
namespace moothall::decide {

/// What a voter keeps: her ballots as they will lie in the box. Until the close she can fetch it
/// again; after that nobody can say which ballots are hers but who has this.
struct VoterReceipt {
    Id decision;
    std::vector<std::string> ballots; // one for each electorate she is on the roll of
};

/// Casts the viewer's vote, or replaces it. It counts once in each electorate she is on the roll
/// of, on a ballot of its own there, so that no ballot shows who belongs to two. `reason` is for an
/// objection, which is shown with her name.
///
/// One event without the choice: decide.vote_cast the first time, so that the voters in the record
/// are as many as the ballots in the box; decide.vote_changed, which only she sees, after that.
Result<VoterReceipt> cast_vote(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id decision, const Choice& choice,
                               std::string_view reason);

/// How the viewer stands to a vote.
struct Standing {
    std::vector<std::size_t> electorates; // she is on the roll of
    std::optional<Choice> choice;         // hers, until the close
    std::vector<std::string> ballots;     // the same as they will lie in the box
    std::string reason;                   // of her objection
};
Standing find_standing(store::Transaction& transaction, const Decision& decision,
                       const Viewer& viewer);

struct Objection {
    Named person; // empty name: somebody who left
    std::string reason;
    Time raised;
};
/// Open objections, first raised first. The caller has found the decision.
std::vector<Objection> list_objections(store::Transaction& transaction, const Decision& decision,
                                       const Viewer& viewer);

/// Puts people on the roll of an open vote or takes them off, with a public reason: a steward of
/// the electorate's circle. Who has voted stays on it. One event.
enum class RollChange : std::uint8_t { add, strike };
Result<void> change_roll(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id decision, Id circle, Id person, RollChange change,
                         std::string_view reason);

struct RollChanged {
    std::size_t electorate;
    Named person;
    bool added;
    std::string reason;
    Named by;
    Time at;
};
std::vector<RollChanged> list_roll_changes(store::Transaction& transaction,
                                           const Decision& decision, const Viewer& viewer);

} // namespace moothall::decide
