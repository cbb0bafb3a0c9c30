#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "decide/argument.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"
#include "text/json.hpp"
#include "text/markdown.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Goals: where the company says it is going, by what everybody will see it, and who answers for
/// it. Voices stand for and against each, and whoever sees one may question it: that is a call-out
/// (act/callout.hpp) with its clock.
namespace moothall::decide {

inline constexpr std::size_t goal_voices_max = 200;

enum class GoalOutcome : std::uint8_t { none, reached, missed, dropped };
std::string_view to_text(GoalOutcome outcome); // empty: none
std::optional<GoalOutcome> goal_outcome_of(std::string_view text);

struct Goal {
    Id id;
    std::string title;
    std::string words; // Markdown as sent
    SafeHtml words_html;
    std::string measure;
    std::string target;
    Date due;
    std::int64_t position = 0; // the order on the page
    GoalOutcome outcome = GoalOutcome::none;
    std::string why; // the public reason of the outcome
    hear::Someone owner;
    Id circle; // whose audience it has
    std::string circle_name;
    std::int64_t in_favour = 0; // voices that the viewer sees
    std::int64_t against = 0;
    Time created;
    Time changed;

    bool stands() const { return outcome == GoalOutcome::none; }
    /// "/strategy/0abc…-no-wrong-cut-off"
    std::string path() const;
};

struct NewGoal {
    std::string title;
    std::string words;
    std::string measure;
    std::string target;
    Date due;
    Id owner;  // who answers for it; none: who sets it
    Id circle; // whose audience it has; none: Everyone
};

/// Whether the viewer may set goals: owners of the hall, stewards of it, and of the company's
/// circles.
bool may_set_goals(const Viewer& viewer);
/// Whether she may change this one: its owner, and whoever may set goals and is a steward there.
bool may_change(const Goal& goal, const Viewer& viewer);

/// Sets a goal. Refused (forbidden) unless she may set goals and speak in its circle; (invalid)
/// when a part is missing, or its owner would not see it. One event.
Result<Goal> set_goal(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer, const NewGoal& wanted, const hear::Rendered& rendered);

struct GoalChange {
    std::optional<std::string> title;
    std::optional<std::string> words;
    std::optional<std::string> measure;
    std::optional<std::string> target;
    std::optional<Date> due;
    std::optional<Id> owner;
    std::optional<std::int64_t> position;
    std::optional<GoalOutcome> outcome; // with the public reason in `why`
    std::optional<std::string> why;
};
/// Changes what is given; what it said before is kept. Nothing is changed, and nothing written,
/// when all is as it was. `rendered` goes with words. One event.
Result<Goal> change_goal(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id goal, const GoalChange& change,
                         const std::optional<hear::Rendered>& rendered);

Result<Goal> find_goal(store::Transaction& transaction, Id goal, const Viewer& viewer);

struct GoalQuery {
    bool ended = false; // those with an outcome, instead of those that stand
    int limit = 30;
    std::string after;
};
struct GoalList {
    std::vector<Goal> goals;
    std::string next;
};
/// Those the viewer may see, in the order of the page.
Result<GoalList> list_goals(store::Transaction& transaction, const GoalQuery& query,
                            const Viewer& viewer);

struct GoalRevision {
    std::string title;
    std::string words;
    std::string measure;
    std::string target;
    Date due;
    hear::Someone owner;
    hear::Someone changed_by;
    Time changed; // when it was replaced
};
/// What it said before, newest first; of a goal that the viewer was found to see.
std::vector<GoalRevision> list_goal_revisions(store::Transaction& transaction, Id goal,
                                              const Viewer& viewer);

/// Puts a voice that the viewer sees on one side of a goal: whoever may speak where the goal is. To
/// the other side only who put it, its author, or a steward. Refused (conflict) when not all who
/// see the goal see the voice, so that no number tells of what is closed. One event, none when it
/// is there already.
Result<Goal> put_voice(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id goal, Id voice, Side side);
/// Only who put it, its author, or a steward; not the goal's owner, who would take away what speaks
/// against it. One event.
Result<Goal> take_voice_out(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id goal, Id voice);

struct GoalVoice {
    Id id;
    std::string title;
    std::string path;
    hear::Someone author;
    Side side = Side::none;
    std::int64_t supporters = 0;
    bool may_take_out = false;
};
/// Those the viewer sees, the most backed first.
std::vector<GoalVoice> list_goal_voices(store::Transaction& transaction, const Goal& goal,
                                        const Viewer& viewer);

/// Writes "goals": what she answers for. The words of a goal are the company's, and stay when she
/// is erased; then nobody answers for it, and whoever may set goals hands it on.
void write_own_goals(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

} // namespace moothall::decide
