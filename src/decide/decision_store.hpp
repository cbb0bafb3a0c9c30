#pragma once

#include "base/result.hpp"
#include "decide/proposal.hpp"

/// The rows of decisions. Only decide/ includes this; the rules are in decision.cpp, vote.cpp and
/// closing.cpp.
namespace moothall::decide {

void save_decision(store::Transaction& transaction, Id organisation, const Decision& decision,
                   const NewDecision& wanted);
/// What a changed proposal says now, and what it said before.
void save_changed_proposal(store::Transaction& transaction, Id organisation,
                           const Decision& decision, Time now);
void save_proposal_revision(store::Transaction& transaction, Id organisation, Id revision,
                            const Decision& before, Id changed_by, Time now);
/// All of the decisions that are in `found`, with their options and electorates, in that order.
std::vector<Decision> load_decisions(store::Transaction& transaction, const Viewer& viewer,
                                     const std::vector<Id>& found);

/// The row stays locked until the end of the transaction, so that votes and the close come one
/// after the other. False when it is not in that state.
bool lock_decision(store::Transaction& transaction, Id organisation, Id decision,
                   DecisionState state);
void save_state(store::Transaction& transaction, Id organisation, Id decision, DecisionState state,
                Time now);

/// Everything that a decision's events concern: what it comes from.
std::vector<Id> list_about(store::Transaction& transaction, Id organisation, Id decision);
/// Those on whose loop line a decision stands: itself, what it is about, and the voices that are in
/// the themes among that.
std::vector<Id> list_behind(store::Transaction& transaction, Id organisation, Id decision);

/// Puts ballots into the closed box, in that order.
void save_box(store::Transaction& transaction, Id organisation, Id decision,
              const std::vector<std::string>& ballots);

/// Closes a vote, whoever asks for it, and keeps why before its day. Gives false when it was not
/// open.
bool close_and_count(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                     Id decision, Id actor, std::string_view early_reason);

/// One of the parts of a theory, or a public reason, on one line; `sentence` refuses an empty one.
Result<std::string> check_sentence(std::string_view wanted, const char* field,
                                   const char* sentence);

} // namespace moothall::decide
