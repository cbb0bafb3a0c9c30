#pragma once

#include "decide/decision.hpp"
#include "jobs/job.hpp"
#include "text/markdown.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The projects of a shared budget: a decision of the method equal-shares, whose options they are.
namespace moothall::decide {

enum class Judgement : std::uint8_t { none, accepted, declined };
std::string_view to_text(Judgement judgement); // empty for none
std::optional<Judgement> judgement_of(std::string_view text);

struct Project {
    Id id;
    Id decision;
    std::string title;     // empty when it was hidden and the viewer is no steward
    std::int64_t cost = 0; // in hundredths of the budget's unit
    std::string place;
    std::string words; // Markdown as sent; only of a single one
    SafeHtml words_html;
    Judgement judgement = Judgement::none;
    std::string reason;
    std::int64_t number = 0; // on the ballot, from 1; 0: not on it
    std::int64_t standers = 0;
    bool i_stand = false; // the viewer stands for it
    Named author;
    record::State thing_state = record::State::visible;
    Time created;

    std::string path() const; // /projects/ID-slug
};

struct NewProject {
    std::string title;
    std::string words;
    SafeHtml words_html;
    std::int64_t cost = 0;
    std::string place;
    std::vector<Id> about; // voices and themes it comes from
};

/// Proposes a project while nobody votes yet: a member of one of the circles that vote, or
/// only who leads it, as the budget says. Its author stands for it. One event,
/// which concerns the decision and what it comes from.
Result<Project> propose_project(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id decision, const NewProject& wanted);
/// Its author, or who leads the decision, until voting opens. What it comes from stays. One event.
Result<Project> change_project(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id project, const NewProject& wanted);
/// Says with a public reason whether it comes on the ballot: who leads the decision, until voting
/// opens, as often as she likes. One event.
Result<Project> judge_project(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id project, Judgement judgement,
                              std::string_view reason);
/// The viewer stands for a project, or no longer; before it is decided. One event, none when
/// nothing changes.
Result<Project> stand_for(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id project, bool stands);

Result<Project> find_project(store::Transaction& transaction, Id project, const Viewer& viewer);
/// Of a decision that the viewer sees: as on the ballot, then those that are not on it.
enum class OnBallot : std::uint8_t { any, no };
std::vector<Project> list_projects(store::Transaction& transaction, const Decision& decision,
                                   const Viewer& viewer, OnBallot which = OnBallot::any);
std::vector<Named> list_standers(store::Transaction& transaction, Id project, const Viewer& viewer);
bool may_propose_project(const Decision& decision, const Viewer& viewer);

/// What a project that was not bought would have needed.
struct Need {
    std::int64_t number = 0;
    std::optional<std::int64_t> cost;  // at which it would have won
    std::optional<std::int64_t> votes; // how many more
};
std::vector<Need> list_needs(store::Transaction& transaction, Id decision, const Viewer& viewer);

/// The job that finds what the losers of a closed budget would have needed. It runs the rule
/// hundreds of times for each, so it is a slow one, and gives way to a program that ends.
inline constexpr std::string_view explanation_job = "decide.explanation";
void explain_budget(store::Database& database, const jobs::Job& job);
/// Asks for that job for every closed budget that has none yet, whether it was closed here or
/// brought in. A chore.
void ask_for_explanations(store::Database& database, Id organisation, Time now, IdSource& ids);

/// Reads an amount as people write it, "12 000", "12000.50" or "12000,5", in hundredths.
std::optional<std::int64_t> read_amount(std::string_view text);
/// "12000.5": what read_amount reads.
std::string amount_text(std::int64_t hundredths);

// -- for decision.cpp and closing.cpp -------------------------------------------------------------

Result<void> check_budget(const NewDecision& wanted, Decision& decision);
void save_budget(store::Transaction& transaction, Id organisation, const Decision& decision);
/// Puts terms and projects into the rules of those decisions that are budgets.
void load_budgets(store::Transaction& transaction, Id organisation,
                  const std::vector<Decision*>& decisions);
/// Gives the projects that come on the ballot their numbers; refused when there are none.
Result<void> number_projects(store::Transaction& transaction, Id organisation, Id decision);
/// The voices and themes behind the projects that were bought, and behind the others.
struct BehindProjects {
    std::vector<Id> won;
    std::vector<Id> lost;
};
BehindProjects list_behind_projects(store::Transaction& transaction, Id organisation, Id decision,
                                    const std::vector<std::string>& winners);
/// From the close on it waits to be explained: ask_for_explanations() sees to it.
void await_explanation(store::Transaction& transaction, Id organisation, Id decision);

} // namespace moothall::decide
