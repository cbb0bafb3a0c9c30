// What a goal is, who may set and change it, and which voices stand for and against it.

#include "base/words.hpp"
#include "decide/goal_store.hpp"

#include "base/invariant.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <utility>

namespace moothall::decide {

namespace {

constexpr std::size_t goal_title_characters_max = 200;
constexpr std::size_t measure_characters_max = 1000;
constexpr std::int64_t position_max = 10000;
/// A later day is a slip of the hand.
constexpr std::chrono::days goal_days_max{36525};

constexpr std::pair<GoalOutcome, std::string_view> outcome_names[] = {
    {GoalOutcome::none, ""},
    {GoalOutcome::reached, "reached"},
    {GoalOutcome::missed, "missed"},
    {GoalOutcome::dropped, "dropped"},
};

/// The parts that are one line, checked and put into `goal`.
Result<void> take_line(std::string_view wanted, std::string& kept, const char* field,
                       const char* sentence, std::size_t characters_max)
{
    auto text = normalise_line(wanted);
    if (text.empty()) return Refusal::invalid(field, sentence);
    if (has_forbidden_characters(text))
        return Refusal::invalid(field, "The text holds characters that no text has.");
    if (count_characters(text) > characters_max)
        return Refusal::invalid(field, characters_max == goal_title_characters_max
                                           ? "A title has at most 200 characters."
                                           : "This has at most 1,000 characters.");
    kept = std::move(text);
    return {};
}

Result<void> take_lines(const GoalChange& wanted, Goal& goal, Time now)
{
    if (wanted.title)
        if (auto taken = take_line(*wanted.title, goal.title, "title",
                                   "Please say it in a few words: a title is missing.",
                                   goal_title_characters_max);
            !taken)
            return taken;
    if (wanted.measure)
        if (auto taken = take_line(*wanted.measure, goal.measure, "measure",
                                   "Say by what everybody will see whether it is reached.",
                                   measure_characters_max);
            !taken)
            return taken;
    if (wanted.target)
        if (auto taken = take_line(*wanted.target, goal.target, "target",
                                   "Say what the measure has to show.", measure_characters_max);
            !taken)
            return taken;
    if (wanted.due) {
        if (!wanted.due->ok())
            return Refusal::invalid("due", "Please give a day, as in 2026-05-31.");
        // A goal whose day is over keeps it while other things about it change.
        const std::chrono::sys_days day{*wanted.due};
        if (*wanted.due != goal.due && day + std::chrono::days{1} <= now)
            return Refusal::invalid("due", "This day has passed. Please give one from today on.");
        if (*wanted.due != goal.due && day > now + goal_days_max)
            return Refusal::invalid("due", "Please give a day within the next hundred years.");
        goal.due = *wanted.due;
    }
    return {};
}

/// Who answers for a goal must see it.
Result<hear::Someone> find_owner(store::Transaction& transaction, const Viewer& viewer, Id person,
                                 Id circle)
{
    const auto found = people::find_person(transaction, person, viewer);
    if (!found || found->state != people::PersonState::active)
        return Refusal::invalid("owner", "There is no such person that you can see.");
    const auto own = people::make_viewer(transaction, viewer.organisation, viewer.everyone, person);
    if (!own) return Refusal::invalid("owner", "There is no such person that you can see.");
    const record::Thing there{.id = circle, .kind = "goal", .circle = circle, .author = person};
    if (!people::may_see(transaction, *own, there))
        return Refusal::invalid("owner", "Who answers for a goal must see it.");
    return hear::Someone{person, found->name};
}

Result<Goal> find_to_change(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto goal = find_goal(transaction, id, viewer);
    if (!goal) return goal.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    return goal;
}

bool same(const Goal& one, const Goal& other)
{
    return one.title == other.title && one.words == other.words && one.measure == other.measure &&
           one.target == other.target && one.due == other.due && one.owner.id == other.owner.id &&
           one.outcome == other.outcome && one.why == other.why;
}

/// An outcome has a public reason; a goal that stands again has none.
Result<void> take_outcome(const GoalChange& change, Goal& goal)
{
    if (change.outcome) goal.outcome = *change.outcome;
    if (change.why || change.outcome) goal.why = change.why.value_or("");
    if (goal.stands()) {
        goal.why.clear();
        return {};
    }
    if (has_forbidden_characters(goal.why))
        return Refusal::invalid("why", "The text holds characters that no text has.");
    if (goal.why.find_first_not_of(" \t\r\n") == std::string::npos)
        return Refusal::invalid("why", "Please give a reason. It is public.");
    if (count_characters(goal.why) > measure_characters_max)
        return Refusal::invalid("why", "This has at most 1,000 characters.");
    return {};
}

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb, const Goal& goal, std::vector<Id> concerns)
{
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = goal.id,
                    .actor = viewer.person,
                    .circle = goal.circle,
                    .at = now,
                    .concerns = std::move(concerns)});
}

/// Whether all who see the goal see the voice.
bool is_as_open(store::Transaction& transaction, const Viewer& viewer, const record::Thing& voice,
                const Goal& goal)
{
    if (voice.state != record::State::visible) return false;
    if (voice.circle == goal.circle) return true;
    const auto circle = people::find_circle(transaction, voice.circle, viewer);
    return circle && circle->visibility == people::Visibility::open;
}

/// Who put a voice there, or said it, may move it; a steward too, unless she answers for the goal.
bool may_move(const Goal& goal, const PutVoice& put, const record::Thing& voice,
              const Viewer& viewer)
{
    if (put.put_by == viewer.person || voice.author == viewer.person) return true;
    return viewer.is_steward_of(goal.circle) && goal.owner.id != viewer.person;
}

Result<record::Thing> find_voice_thing(store::Transaction& transaction, Id voice,
                                       const Viewer& viewer)
{
    auto thing = people::find_seen(transaction, voice, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "voice") return Refusal::not_found();
    return thing;
}

} // namespace

std::string_view to_text(GoalOutcome outcome)
{
    return word_of(outcome_names, outcome);
}

std::optional<GoalOutcome> goal_outcome_of(std::string_view text)
{
    return value_of(outcome_names, text);
}

std::string Goal::path() const
{
    auto path = record::path_of("goal", id);
    if (const auto tail = slug(title); !tail.empty()) path += "-" + tail;
    return path;
}

bool may_set_goals(const Viewer& viewer)
{
    if (viewer.owner || viewer.is_hall_steward()) return true;
    return std::ranges::any_of(viewer.memberships, [](const Membership& membership) {
        return membership.company && membership.role == Role::steward;
    });
}

bool may_change(const Goal& goal, const Viewer& viewer)
{
    if (!viewer.signed_in()) return false;
    return goal.owner.id == viewer.person ||
           (may_set_goals(viewer) && (viewer.owner || viewer.is_steward_of(goal.circle)));
}

Result<Goal> set_goal(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer, const NewGoal& wanted, const hear::Rendered& rendered)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_set_goals(viewer))
        return Refusal::forbidden("Goals are set by the stewards of the company's circles. Anybody "
                                  "may question them.");
    const auto circle =
        people::find_circle(transaction, wanted.circle ? wanted.circle : viewer.everyone, viewer);
    if (!circle || (circle->visibility != people::Visibility::open && circle->mine == Role::none))
        return Refusal::invalid("circle", "There is no such circle that you can see.");
    if (circle->mine < Role::member)
        return Refusal::forbidden("Only members of this circle may speak here.");
    Goal goal;
    if (auto taken = take_lines({.title = wanted.title,
                                 .measure = wanted.measure,
                                 .target = wanted.target,
                                 .due = wanted.due},
                                goal, now);
        !taken)
        return taken.error();
    const auto owner =
        find_owner(transaction, viewer, wanted.owner ? wanted.owner : viewer.person, circle->id);
    if (!owner) return owner.error();
    goal.id = ids.next(now);
    goal.words = wanted.words;
    goal.words_html = rendered.html;
    goal.position = last_position(transaction, viewer.organisation);
    goal.owner = *owner;
    goal.circle = circle->id;
    record::save_thing(transaction, viewer.organisation,
                       {.id = goal.id,
                        .kind = "goal",
                        .circle = goal.circle,
                        .author = goal.owner.id,
                        .title = goal.title,
                        .created = now,
                        .changed = now});
    save_goal(transaction, viewer.organisation, goal);
    append_event(transaction, viewer, ids, now, "decide.goal_set", goal, {goal.owner.id});
    return find_goal(transaction, goal.id, viewer);
}

Result<Goal> change_goal(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id id, const GoalChange& change,
                         const std::optional<hear::Rendered>& rendered)
{
    const auto before = find_to_change(transaction, id, viewer);
    if (!before) return before.error();
    if (!may_change(*before, viewer))
        return Refusal::forbidden("Only who answers for this goal, and the company's stewards, may "
                                  "change it. Anybody may question it.");
    Goal goal = *before;
    if (auto taken = take_lines(change, goal, now); !taken) return taken.error();
    if (change.words) {
        invariant(rendered.has_value(), "words come with what was made of them");
        goal.words = *change.words;
        goal.words_html = rendered->html;
    }
    if (change.position) {
        if (*change.position < 0 || *change.position > position_max)
            return Refusal::invalid("position", "A place is a whole number from 0 to 10,000.");
        goal.position = *change.position;
    }
    if (auto taken = take_outcome(change, goal); !taken) return taken.error();
    if (change.owner && *change.owner != goal.owner.id) {
        auto owner = find_owner(transaction, viewer, *change.owner, goal.circle);
        if (!owner) return owner.error();
        goal.owner = *std::move(owner);
    }
    const bool said_anew = !same(*before, goal);
    if (!said_anew && goal.position == before->position) return goal;
    if (said_anew)
        save_goal_revision(transaction, viewer.organisation, ids.next(now), *before, viewer.person,
                           now);
    save_changed_goal(transaction, viewer.organisation, goal);
    auto thing = record::find_thing(transaction, viewer.organisation, id);
    invariant(thing.has_value(), "a goal is a thing");
    thing->title = goal.title;
    thing->author = goal.owner.id;
    thing->changed = now;
    record::change_thing(transaction, viewer.organisation, *thing);
    std::vector<Id> concerns{goal.owner.id};
    if (before->owner.id && before->owner.id != goal.owner.id) concerns.push_back(before->owner.id);
    append_event(transaction, viewer, ids, now, "decide.goal_changed", goal, std::move(concerns));
    return find_goal(transaction, id, viewer);
}

Result<Goal> put_voice(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id id, Id voice, Side side)
{
    auto goal = find_to_change(transaction, id, viewer);
    if (!goal) return goal.error();
    if (viewer.role_in(goal->circle) < Role::member)
        return Refusal::forbidden("Only members of this circle may speak here.");
    const auto thing = find_voice_thing(transaction, voice, viewer);
    if (!thing) return Refusal::invalid("voice", "There is no such voice that you can see.");
    if (side == Side::none) return Refusal::invalid("side", "A voice is for or against a goal.");
    if (!is_as_open(transaction, viewer, *thing, *goal))
        return Refusal::conflict("Not all who see this goal see this voice.");
    if (const auto put = find_put_voice(transaction, viewer.organisation, id, voice)) {
        if (put->side == side) return goal;
        if (!may_move(*goal, *put, *thing, viewer))
            return Refusal::conflict("This voice stands on the other side. Who put it there, who "
                                     "said it, or a steward may move it.");
    } else if (count_put_voices(transaction, viewer.organisation, id) >=
               static_cast<std::int64_t>(goal_voices_max)) {
        return Refusal::conflict("A goal has at most 200 voices.");
    }
    save_put_voice(transaction, viewer.organisation, id, voice, side, viewer.person, now);
    append_event(transaction, viewer, ids, now, "decide.voice_put", *goal, {voice});
    return find_goal(transaction, id, viewer);
}

Result<Goal> take_voice_out(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id id, Id voice)
{
    const auto goal = find_to_change(transaction, id, viewer);
    if (!goal) return goal.error();
    const auto thing = find_voice_thing(transaction, voice, viewer);
    if (!thing) return thing.error();
    const auto put = find_put_voice(transaction, viewer.organisation, id, voice);
    if (!put) return Refusal::not_found();
    if (!may_move(*goal, *put, *thing, viewer))
        return Refusal::forbidden("Who put it there, who said it, or a steward may take it out.");
    if (!delete_put_voice(transaction, viewer.organisation, id, voice)) return Refusal::not_found();
    append_event(transaction, viewer, ids, now, "decide.voice_taken_out", *goal, {voice});
    return find_goal(transaction, id, viewer);
}

} // namespace moothall::decide
