#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "decide/tally/choice.hpp"
#include "decide/tally/rules.hpp"
#include "record/record.hpp"
#include "store/database.hpp"
#include "text/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A decision is a theory: what we believe, for whom, how we shall see it and by when. It is voted
/// on by electorates that weigh against each other, and held against its measure on its review
/// date.
namespace moothall::decide {

enum class DecisionState : std::uint8_t { proposed, voting, closed, reviewed, withdrawn };
std::string_view to_text(DecisionState state);
std::optional<DecisionState> decision_state_of(std::string_view text);

struct WantedElectorate {
    Id circle;
    Share threshold{1, 2};
    Share quorum{0, 1};
};

struct NewDecision {
    std::string title;
    std::string belief;      // "we believe …"
    std::string beneficiary; // "for …"
    std::string measure;     // "we shall see it by …"
    std::string target;      // "from 12 to 4 a month"
    Date review_on;
    Method method = Method::yes_no;
    std::vector<std::string> options; // none for consent and yes-no
    std::vector<WantedElectorate> electorates;
    std::optional<Time> closes; // none: two weeks after voting opens
    std::vector<Id> about;      // voices, themes: what it comes from
    Id circle;                  // whose audience it has; none: chosen from the electorates
    std::size_t places = 1;
    std::int32_t score_most = 5;
    TieRule ties = TieRule::as_listed;
    BudgetTerms budget = {}; // of equal shares, without its projects: they are proposed after it
    bool members_propose = true; // projects; else only who leads it
};

struct Named {
    Id id;
    std::string name;
};

struct Electorate {
    Id circle;
    std::string circle_name; // empty when the viewer may not know of the circle
    Share threshold;
    Share quorum;
    std::int64_t roll = 0;      // people who may vote, once voting is open
    std::int64_t voters = 0;    // of them, who have voted
    std::int64_t delegated = 0; // ballots that were cast for others, counted at the close
};

struct Decision {
    Id id;
    std::string title;
    std::string belief;
    std::string beneficiary;
    std::string measure;
    std::string target;
    Date review_on;
    Rules rules;
    std::vector<Electorate> electorates;
    DecisionState state = DecisionState::proposed;
    record::State thing_state = record::State::visible;
    Id circle;
    std::string circle_name;
    bool circle_is_public = true;
    Named author;
    Time created;
    Time changed;
    Time closes;
    std::optional<Time> opened;
    std::optional<Time> closed;
    std::int64_t voters = 0;  // different people who have voted
    std::string weights;      // how many ballots each delegate cast for others: "4,2"
    std::string outcome;      // passed | failed; empty: not closed yet
    std::string why;          // quorum | threshold | objection | disagreement | no-ballots | passed
    std::string result;       // the count as JSON (tally/count.hpp); empty: not closed yet
    std::string root;         // of the closed ballot box, in hex
    std::string withdrawal;   // the public reason
    std::string early_reason; // why it was closed before its day; empty: it was not
    std::string review_result; // held | failed | unclear; empty: not reviewed yet
    std::string review_value;  // of the measure
    std::string review_words;
    Named reviewed_by;
    std::optional<Time> reviewed;
    bool members_propose = true; // projects of a budget
    bool explained = false;      // what losers would have needed is known

    std::string path() const; // /decisions/ID-slug
    /// Whether its day is to come while somebody on the roll has not voted.
    bool may_still_change(Time now) const;
};

/// Proposes a decision: people may argue, nobody votes yet. Whoever is of the company, or a steward
/// of every electorate's circle. One event, which concerns what it is about.
Result<Decision> propose(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, const NewDecision& wanted);
/// Opens voting and freezes the roll: a row for each electorate and person, of the members and
/// stewards that its circle has now. People of the company's own circles vote there only, where one
/// of these is an electorate beside others: so that no side votes for the other. Its author or a
/// steward. One event.
Result<Decision> open_voting(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id decision);

/// Closes voting and counts: deletes who cast which ballot, publishes the ballots in an order drawn
/// by lot, and says what came of it. Its author or a steward; the chore when its time has come.
/// Before its day, and while somebody has not voted, only with a public reason: whoever leads a
/// vote must not choose the moment at which it stands well.
Result<Decision> close_voting(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id decision, std::string_view reason = {});
/// Takes a decision back before it is closed, with a public reason. Ballots are destroyed
/// uncounted.
Result<Decision> withdraw(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id decision, std::string_view reason);
/// Holds a closed decision against its measure: held, failed or unclear. Its author or a steward.
Result<Decision> review(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id decision, std::string_view result,
                        std::string_view value, std::string_view words);

Result<Decision> find_decision(store::Transaction& transaction, Id decision, const Viewer& viewer);
/// Whether the viewer may open, close, withdraw and review it: its author or a steward.
bool may_lead(const Decision& decision, const Viewer& viewer);

struct DecisionQuery {
    std::optional<DecisionState> state;
    Id circle; // of one of its electorates
    Id about;  // a voice or theme
    std::optional<Method> method;
    int limit = 30;
    std::string after;
};
struct DecisionList {
    std::vector<Decision> decisions;
    std::string next;
};
/// Those the viewer may see, newest first.
Result<DecisionList> list_decisions(store::Transaction& transaction, const DecisionQuery& query,
                                    const Viewer& viewer);
std::vector<std::pair<DecisionState, std::int64_t>> count_decisions(store::Transaction& transaction,
                                                                    const Viewer& viewer);

} // namespace moothall::decide
