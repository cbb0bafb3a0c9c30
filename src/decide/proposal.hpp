#pragma once

#include "decide/decision.hpp"
#include "web/router.hpp"

/// Decisions before they are voted on: their proposer may change what they say.
namespace moothall::decide {

/// What may change while a decision is only proposed: the theory, the options and the days. Who
/// decides and how stays as it is: whoever argued, argued about that.
struct ProposalChange {
    std::optional<std::string> title;
    std::optional<std::string> belief;
    std::optional<std::string> beneficiary;
    std::optional<std::string> measure;
    std::optional<std::string> target;
    std::optional<Date> review_on;
    std::optional<std::vector<std::string>> options; // not of a budget: its options are projects
    std::optional<Time> closes;                      // Time{}: two weeks after voting opens
};
/// Only who proposed it, until voting opens: what people vote on does not change under their hands.
/// What it said before is kept. One event, none when nothing changed.
Result<Decision> edit_proposal(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id decision, const ProposalChange& change);
bool may_edit(const Decision& decision, const Viewer& viewer);

struct ProposalRevision {
    std::string title;
    std::string belief;
    std::string beneficiary;
    std::string measure;
    std::string target;
    Date review_on;
    std::vector<std::string> options;
    Time closes;
    Named changed_by;
    Time changed; // when it was replaced
};
/// What it said before, newest first; of a decision that the viewer was found to see.
std::vector<ProposalRevision> list_proposal_revisions(store::Transaction& transaction, Id decision,
                                                      const Viewer& viewer);

/// The routes by which decisions are proposed and changed.
void mount_proposal_api(web::Router& router);

} // namespace moothall::decide
