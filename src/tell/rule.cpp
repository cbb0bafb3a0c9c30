#include "tell/rule.hpp"

#include "web/language.hpp"

#include <algorithm>
#include <array>

namespace moothall::tell {

namespace {

using enum Followers;
using web::translatable;

// clang-format off
constexpr std::array rules{
    //   verb                        reason      author people members electors followers outcome
    Rule{"hear.voice_said",          "on_behalf", true,  false, false, false, none, false, nullptr, false},
    Rule{"hear.voice_confirmed",     "on_behalf", true,  false, false, false, none, false, nullptr, false},
    Rule{"hear.reply_said",          "on_behalf", true,  false, false, false, replies, false, nullptr, false},
    Rule{"hear.thing_approved",      "outcome",   true,  false, false, false, replies, false,
         translatable("What you said in “{2}” can be seen by all now."), false},
    Rule{"hear.status_changed",      "answered",  false, false, false, false, outcome, true,
         translatable("{1} answered “{2}” officially."), true},
    Rule{"hear.voice_answered",      "answered",  false, false, false, false, outcome, true,
         translatable("{1} answered “{2}” officially."), true},
    Rule{"hear.answer_chosen",       "answered",  false, false, false, false, outcome, false,
         translatable("{1} marked an answer to “{2}”."), false},
    Rule{"hear.thing_declined",      "hidden",    true,  false, false, false, none, false,
         translatable("{1} declined what you said in “{2}”. The reason is public."), false},
    Rule{"hear.thing_hidden",        "hidden",    true,  false, false, false, none, false,
         translatable("{1} hid what you said in “{2}”. The reason is public."), false},
    Rule{"hear.words_taken_back",    "edited",    false, true,  false, false, none, false,
         translatable("{1} took back what you wrote for her in “{2}”."), false},
    Rule{"hear.thing_shown",         "hidden",    true,  false, false, false, none, false,
         translatable("{1} showed again what you said in “{2}”."), false},
    Rule{"hear.voice_edited",        "edited",    true,  false, false, false, none, false,
         translatable("{1} changed “{2}”, which is yours."), false},
    Rule{"hear.reply_edited",        "edited",    true,  false, false, false, none, false,
         translatable("{1} changed “{2}”, which is yours."), false},
    Rule{"hear.voice_merged",        "merged",    true,  true,  false, false, outcome, false,
         translatable("{1} merged “{2}” with another voice that says the same."), false},
    Rule{"hear.voice_unmerged",      "merged",    true,  true,  false, false, outcome, false,
         translatable("“{2}” stands by itself again."), false},
    Rule{"hear.support_taken_back",  "merged",    true,  false, false, false, none, false,
         translatable("{1} meant “{2}”, and not what it was merged into."), false},
    Rule{"hear.thing_reported",      "report",    false, false, false, false, none, false,
         translatable("{1} reported something in “{2}”."), false},

    Rule{"decide.decision_proposed", "decision",  false, true,  false, false, outcome, false,
         translatable("{1} proposed to decide: “{2}”."), false},
    Rule{"decide.decision_changed",  "decision",  false, false, false, false, replies, false,
         translatable("{1} changed what is proposed: “{2}”."), false},
    Rule{"decide.voting_opened",     "vote",      false, false, false, true,  outcome, false,
         translatable("You may vote: “{2}”."), false},
    Rule{"decide.decision_closed",   "decision",  true,  false, false, false, outcome, true,
         translatable("It is decided: “{2}”."), false},
    Rule{"decide.decision_withdrawn","decision",  true,  false, false, false, outcome, false,
         translatable("“{2}” was withdrawn. The reason is public."), false},
    Rule{"decide.decision_reviewed", "decision",  true,  false, false, false, outcome, true,
         translatable("{1} wrote down what came of “{2}”."), false},
    Rule{"decide.review_due",        "review",    true,  true,  false, false, none, false,
         translatable("Today you said you would look at what came of “{2}”."), false},
    Rule{"decide.roll_changed",      "vote",      false, true,  false, false, none, false,
         translatable("{1} changed your place on the roll of “{2}”."), false},

    Rule{"organise.request_made",    "asked",     false, true,  false, false, none, false,
         translatable("{1} asks you: “{2}”."), false},
    Rule{"organise.request_passed_on","asked",    true,  true,  false, false, none, false,
         translatable("{1} passed on: “{2}”."), false},
    Rule{"organise.request_taken",   "request",   true,  false, false, false, none, false,
         translatable("{1} took it: “{2}”."), false},
    Rule{"organise.request_declined","request",   true,  false, false, false, none, false,
         translatable("{1} said no, with a reason: “{2}”."), false},
    Rule{"organise.request_answered","request",   true,  false, false, false, none, false,
         translatable("{1} answered: “{2}”."), false},

    Rule{"act.commitment_made",      "promise",   false, true,  true,  false, outcome, false,
         translatable("{1} promised: “{2}”."), false},
    Rule{"act.commitment_kept",      "promise",   false, true,  true,  false, outcome, true,
         translatable("{1} kept the promise “{2}”."), true},
    Rule{"act.commitment_broken",    "promise",   true,  true,  true,  false, outcome, true,
         translatable("The promise “{2}” was broken. The reason is public."), false},
    Rule{"act.commitment_moved",     "promise",   false, true,  true,  false, outcome, false,
         translatable("{1} moved the promise “{2}” to a later day. The reason is public."), false},
    Rule{"act.commitment_withdrawn", "promise",   false, true,  true,  false, outcome, true,
         translatable("{1} withdrew the promise “{2}”. The reason is public."), false},
    Rule{"act.commitment_due_soon",  "promise",   true,  false, false, false, none, false,
         translatable("Your promise “{2}” is due in two days."), false},
    Rule{"act.commitment_due",       "promise",   true,  false, false, false, none, false,
         translatable("Your promise “{2}” is due today."), false},
    Rule{"act.commitment_overdue",   "promise",   true,  true,  true,  false, outcome, false,
         translatable("The promise “{2}” is overdue."), false},
    Rule{"act.callout_opened",       "callout",   true,  true,  false, false, outcome, false,
         translatable("{1} called out: “{2}”."), false},
    Rule{"act.callout_answered",     "callout",   false, true,  false, false, any, false,
         translatable("{1} answered the call-out against “{2}”."), false},
    Rule{"act.callout_closed",       "callout",   false, true,  false, false, outcome, false,
         translatable("{1} closed the call-out against “{2}”."), false},
    Rule{"write.document_edited",    "document",  true,  false, false, false, outcome, false,
         translatable("{1} changed “{2}”."), false},
    Rule{"write.document_ruled",     "document",  true,  true,  false, false, none, false,
         translatable("{1} changed who may read “{2}”."), false},
    Rule{"write.suggestion_made",    "document",  true,  false, false, false, replies, false,
         translatable("{1} suggests an edit of “{2}”."), false},
    Rule{"write.suggestion_accepted","document",  true,  true,  false, false, outcome, false,
         translatable("{1} took over a suggestion into “{2}”."), false},
    Rule{"write.suggestion_declined","document",  false, true,  false, false, none, false,
         translatable("{1} declined a suggestion for “{2}”. The reason is public."), false},
    Rule{"write.comment_settled",    "document",  false, true,  false, false, none, false,
         translatable("{1} settled a comment on “{2}”."), false},
    Rule{"write.procedure_made",     "procedure", true,  false, false, false, none, false,
         translatable("{1} wrote down how we work, and you answer for it: “{2}”."), false},
    Rule{"write.procedure_edited",   "procedure", true,  true,  false, false, outcome, false,
         translatable("{1} changed how we work: “{2}”."), false},
    Rule{"write.bypass_logged",      "procedure", true,  false, false, false, outcome, false,
         translatable("{1} went round “{2}” and says why."), false},
    Rule{"write.procedure_threshold_reached", "procedure", true, false, false, false, outcome, false,
         translatable("“{2}” was gone round so often that it must be mended or retired."), false},
    Rule{"write.procedure_overdue",  "procedure", true,  true,  false, false, outcome, false,
         translatable("“{2}” had to be mended or retired by now, and was not."), false},
    Rule{"write.procedure_mended",   "procedure", true,  true,  false, false, outcome, true,
         translatable("{1} mended “{2}”, and says what changed."), true},
    Rule{"write.procedure_retired",  "procedure", true,  true,  false, false, outcome, true,
         translatable("{1} retired “{2}”. The reason is public."), true},

    Rule{"sense.theme_made",         "theme",     false, false, false, false, outcome, false,
         translatable("{1} put it into a theme: “{2}”."), false},
    // A voice that is put into a theme, by people or by the engine, is told to nobody: that is no
    // answer yet, the loop line shows it, and a theme may take in a hundred a day. Nor is who joined a
    // circle: its stewards read it there, and whoever was let in by another hears of her role.
    Rule{"sense.signal_raised",      "signal",    false, true,  false, false, outcome, false,
         translatable("More people than usual speak of “{2}”. How do our customers need us to change?"), false},

    Rule{"people.role_changed",      "circle",    false, true,  false, false, none, false,
         translatable("{1} changed what you may do in “{2}”."), false},
    Rule{"people.owner_made",        "circle",    true,  false, false, false, none, false,
         translatable("{1} made you an owner."), false},
    Rule{"tell.announcement_published","outcome", false, false, false, false, outcome, true,
         translatable("{1} wrote what changed: “{2}”."), false},
    Rule{"tell.webhook_switched_off","webhook",   false, true,  false, false, none, false,
         translatable("A webhook was switched off, because its address took nothing for three days."), false},

    Rule{"decide.conversation_opened","conversation",false,false, false, false, outcome, false,
         translatable("{1} asks who agrees with what: “{2}”."), false},
    Rule{"decide.conversation_closed","conversation",true, false, false, false, outcome, false,
         translatable("The conversation “{2}” is closed: see where you agree."), false},
    Rule{"decide.statement_waits",   "conversation",true, false, false, false, none, false,
         translatable("A statement waits for you in “{2}”."), false},
    Rule{"decide.statement_accepted","conversation",false,true,  false, false, none, false,
         translatable("{1} accepted your statement in “{2}”."), false},
    Rule{"decide.statement_declined","conversation",false,true,  false, false, none, false,
         translatable("{1} declined your statement in “{2}”. The reason is public."), false},
    Rule{"decide.vote_handed_over",  "vote",      false, true,  false, false, none, false,
         translatable("{1} would hand you a vote. See under “Votes handed on”."), false},
    Rule{"decide.delegation_accepted","vote",     false, true,  false, false, none, false,
         translatable("{1} votes for you from now on, as you asked."), false},
    Rule{"decide.delegation_ended",  "vote",      false, true,  false, false, none, false,
         translatable("{1} ended a vote that was handed on."), false},
    Rule{"decide.project_proposed",  "decision",  false, true,  false, false, outcome, false,
         translatable("{1} proposed the project “{2}” for a shared budget."), false},
    Rule{"decide.project_accepted",  "decision",  true,  false, false, false, outcome, false,
         translatable("{1} accepted the project “{2}” for the ballot."), false},
    Rule{"decide.project_declined",  "decision",  true,  false, false, false, outcome, false,
         translatable("{1} declined the project “{2}”. The reason is public."), false},
    Rule{"decide.project_changed",   "edited",    true,  true,  false, false, none, false,
         translatable("{1} changed the project “{2}”."), false},
    Rule{"decide.effort_estimated",  "answered",  true,  false, false, false, outcome, false,
         translatable("{1} estimated what “{2}” would take."), false},
    // A budget that is brought in from a file was decided elsewhere: the list of budgets shows it,
    // and it is told to nobody.
    Rule{"decide.goal_set",          "goal",      false, true,  false, false, none, false,
         translatable("{1} set the goal “{2}”, and you answer for it."), false},
    Rule{"decide.goal_changed",      "goal",      true,  true,  false, false, outcome, false,
         translatable("{1} changed the goal “{2}”."), false},
    Rule{"decide.voice_put",         "goal",      true,  false, false, false, none, false,
         translatable("{1} put a voice to the goal “{2}”."), false},
    Rule{"decide.goal_questioned",   "goal",      true,  true,  false, false, outcome, false,
         translatable("{1} questions the goal “{2}”."), false},
    Rule{"decide.goal_answered",     "goal",      true,  true,  false, false, any, false,
         translatable("{1} answered a question about the goal “{2}”."), false},
    Rule{"decide.goal_question_closed","goal",    true,  true,  false, false, outcome, false,
         translatable("{1} closed a question about the goal “{2}”."), false},
};
// clang-format on

} // namespace

const Rule* find_rule(std::string_view verb)
{
    const auto* const found = std::ranges::find(rules, verb, &Rule::verb);
    return found == rules.end() ? nullptr : found;
}

} // namespace moothall::tell
