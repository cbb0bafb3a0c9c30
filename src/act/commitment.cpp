#include "act/commitment.hpp"

#include "act/commitment_store.hpp"
#include "base/invariant.hpp"
#include "base/words.hpp"
#include "hear/loop.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>

namespace moothall::act {

namespace {

constexpr std::array<std::pair<CommitmentState, std::string_view>, 5> states{
    {{CommitmentState::open, "open"},
     {CommitmentState::moved, "moved"},
     {CommitmentState::kept, "kept"},
     {CommitmentState::broken, "broken"},
     {CommitmentState::withdrawn, "withdrawn"}}};

/// How far back a promise may be written down.
constexpr std::chrono::days late_days_max{366};
/// How far ahead one may be made: a chosen number, so that a slip of the pen is noticed.
constexpr std::chrono::days ahead_days_max{36525};

constexpr int overdue_in_one_go = 100;

Result<std::string> check_what(std::string_view wanted)
{
    auto what = normalise_line(wanted);
    if (what.empty()) return Refusal::invalid("what", "Please say what is promised.");
    if (count_characters(what) > hear::title_characters_max)
        return Refusal::invalid("what", "A promise has at most 200 characters.");
    return what;
}

enum class Words : std::uint8_t { needed, optional };
Result<std::string> check_why(std::string_view wanted, Words words)
{
    if (has_forbidden_characters(wanted))
        return Refusal::invalid("why", "The text holds characters that no text has.");
    const bool empty = wanted.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (empty && words == Words::needed)
        return Refusal::invalid("why", "Please give a reason. It is public.");
    if (count_characters(wanted) > why_characters_max)
        return Refusal::invalid("why", "A reason has at most 2,000 characters.");
    return empty ? std::string() : std::string(wanted);
}

Result<Date> check_due(Date due, Time earliest, Time now)
{
    if (!due.ok()) return Refusal::invalid("due", "Please give a day, as in 2026-05-31.");
    if (end_of(due) <= earliest)
        return Refusal::invalid("due", "This day has passed. Please give one from today on.");
    if (start_of(due) > now + ahead_days_max)
        return Refusal::invalid("due", "Please give a day within the next hundred years.");
    return due;
}

/// Whether somebody else sees what stands in a circle.
bool sees_into(store::Transaction& transaction, Id organisation, Id circle, Id person)
{
    auto rows = transaction.query(R"sql(
        SELECT 1 FROM circle c WHERE c.org_id = ?1 AND c.circle_id = ?2
          AND (c.visibility = 'public' OR EXISTS (SELECT 1 FROM membership m
               WHERE m.org_id = ?1 AND m.circle_id = ?2 AND m.person_id = ?3)) )sql",
                                  organisation, circle, person);
    return rows.next();
}

/// Who a promise is made to, and whose audience it has.
struct Place {
    Id to;
    bool to_circle = false;
    Id circle;
};

Result<record::Thing> find_source(store::Transaction& transaction, const Viewer& viewer, Id id,
                                  std::string_view kind)
{
    auto thing = people::find_seen(transaction, id, viewer);
    if (!thing || thing->kind != kind)
        return Refusal::invalid(std::string(kind), "There is nothing here that you can see.");
    return thing;
}

Result<Place> find_place(store::Transaction& transaction, const Viewer& viewer,
                         const NewCommitment& wanted)
{
    Place place;
    Id source_author;
    // The voice's audience counts before the decision's: those who asked are to see the promise.
    if (wanted.decision) {
        const auto decision = find_source(transaction, viewer, wanted.decision, "decision");
        if (!decision) return decision.error();
        place.circle = decision->circle;
        source_author = decision->author;
    }
    if (wanted.voice) {
        const auto voice = find_source(transaction, viewer, wanted.voice, "voice");
        if (!voice) return voice.error();
        if (voice->state != record::State::visible)
            return Refusal::conflict("This voice is not open to everybody at the moment.");
        place.circle = voice->circle;
        source_author = voice->author;
    }
    place.to = wanted.to ? wanted.to : source_author;
    if (!wanted.to && place.to == viewer.person) place.to = place.circle;
    if (place.to == viewer.person)
        return Refusal::invalid(
            "to", "A promise is made to somebody else. Name another person or a circle.");
    if (!place.to) return Refusal::invalid("to", "Please say to whom it is promised.");

    if (const auto person = people::find_person(transaction, place.to, viewer)) {
        if (person->state == people::PersonState::erased ||
            person->state == people::PersonState::deactivated)
            return Refusal::invalid("to", "There is no such person or circle that you can see.");
        if (!place.circle) place.circle = viewer.everyone;
        if (!sees_into(transaction, viewer.organisation, place.circle, person->id))
            return Refusal::invalid(
                "to", "This person does not see where the promise would stand. Invite her first.");
        return place;
    }
    const auto circle = people::find_circle(transaction, place.to, viewer);
    if (!circle)
        return Refusal::invalid("to", "There is no such person or circle that you can see.");
    place.to_circle = true;
    if (!place.circle) place.circle = circle->id;
    if (place.circle != circle->id && circle->visibility == people::Visibility::closed)
        return Refusal::invalid(
            "to", "This circle is closed: a promise to it cannot stand where others see it.");
    return place;
}

/// May she promise something in this circle?
Result<void> check_may_promise(store::Transaction& transaction, const Viewer& viewer, Id circle)
{
    const bool member = viewer.role_in(circle) >= Role::member;
    const bool company =
        viewer.is_company() && sees_into(transaction, viewer.organisation, circle, viewer.person);
    if (!member && !company)
        return Refusal::forbidden(
            "You are not a member of this circle. Join it to promise something there.");
    if (hear::is_held(transaction, viewer, circle))
        return Refusal::forbidden("A steward looks at what newcomers say here first. Say it as a "
                                  "voice or a reply, then promise it.");
    return {};
}

std::vector<Id> concerns_of(const Commitment& commitment, Id actor)
{
    std::vector<Id> concerns;
    for (const Id id : {commitment.to, commitment.voice, commitment.decision, commitment.request})
        if (id) concerns.push_back(id);
    if (commitment.by.id != actor) concerns.push_back(commitment.by.id);
    return concerns;
}

/// What it is for, also where the viewer does not see it any more.
void load_sources(store::Transaction& transaction, Id organisation, Commitment& commitment)
{
    for (const auto& row : transaction.query(
             "SELECT voice_id, decision_id, request_id FROM commitment WHERE org_id = ?1 AND "
             "commitment_id = ?2",
             organisation, commitment.id)) {
        commitment.voice = row.id(0);
        commitment.decision = row.id(1);
        commitment.request = row.id(2);
    }
}

/// Tells the loop of the promise itself, of what it is for, and of the voices behind that.
void reach(store::Transaction& transaction, Id organisation, const Commitment& commitment,
           hear::Stage stage, std::string_view verb, Time now)
{
    auto things =
        list_voices_behind(transaction, organisation, commitment.voice, commitment.decision);
    if (commitment.decision) things.push_back(commitment.decision);
    things.push_back(commitment.id);
    hear::reach_stage(transaction, organisation, things, stage, commitment.id, verb, now,
                      {.by = commitment.by.id, .due = start_of(commitment.due)});
}

void touch(store::Transaction& transaction, Id organisation, Id commitment, Time now)
{
    transaction.execute("UPDATE thing SET changed_us = ?3 WHERE org_id = ?1 AND thing_id = ?2",
                        organisation, commitment, now);
}

/// What a steward has hidden is in no number, and nobody hears of it.
record::State state_of_thing(store::Transaction& transaction, Id organisation, Id commitment)
{
    return record::find_thing(transaction, organisation, commitment)->state;
}

void recount(store::Transaction& transaction, Id organisation, Id circle, const Counted& before,
             const Counted& after)
{
    add_to_figures(transaction, organisation, circle, before, -1);
    add_to_figures(transaction, organisation, circle, after, 1);
}

/// Notes that the day of a promise is over, which is an event of its own. False when somebody
/// settled or moved it, or it was noted, meanwhile.
bool note_slip(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
               const Commitment& commitment)
{
    const auto noted = mark_overdue(transaction, organisation, commitment.id, commitment.due);
    if (!noted) return false;
    constexpr auto open = CommitmentState::open;
    // Another day of it was over before, or this is the first one.
    const Noted before{false, noted->judged < start_of(commitment.due) ? noted->judged : Time{}};
    const auto seen_as = state_of_thing(transaction, organisation, commitment.id);
    if (seen_as == record::State::visible)
        recount(transaction, organisation, commitment.circle, {open, before, commitment.counted},
                {open, *noted, commitment.counted});
    reach(transaction, organisation, commitment, hear::Stage::organise, "act.commitment_overdue",
          now);
    JsonWriter facts;
    facts.begin_object().field("due", commitment.due);
    record::append(transaction, organisation, ids,
                   {.verb = "act.commitment_overdue",
                    .thing = commitment.id,
                    .circle = commitment.circle,
                    .at = now,
                    .state = seen_as,
                    .concerns = concerns_of(commitment, Id{}),
                    .data = facts.end_object().take()});
    return true;
}

Result<Commitment> find_to_change(store::Transaction& transaction, Time now, Id id,
                                  const Viewer& viewer)
{
    auto commitment = find_commitment(transaction, now, id, viewer);
    if (!commitment) return commitment.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    return commitment;
}

Refusal settled_already()
{
    return Refusal::conflict("This promise is settled already.");
}

Result<Commitment> end_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                  const Viewer& viewer, Commitment commitment,
                                  CommitmentState state, std::string_view why)
{
    if (commitment.is_settled()) return settled_already();
    load_sources(transaction, viewer.organisation, commitment);
    // The chore may not have come by since its day was over.
    if (commitment.overdue) note_slip(transaction, ids, now, viewer.organisation, commitment);
    const auto noted =
        settle(transaction, viewer.organisation, commitment.id, state, viewer.person, why, now);
    if (!noted) return settled_already();
    touch(transaction, viewer.organisation, commitment.id, now);
    const auto seen_as = state_of_thing(transaction, viewer.organisation, commitment.id);
    if (seen_as == record::State::visible)
        recount(transaction, viewer.organisation, commitment.circle,
                {commitment.state, noted->before, commitment.counted},
                {state, noted->after, commitment.counted});
    const auto verb = "act.commitment_" + std::string(to_text(state));
    reach(transaction, viewer.organisation, commitment, hear::Stage::organise, verb, now);
    if (state == CommitmentState::kept)
        reach(transaction, viewer.organisation, commitment, hear::Stage::act, verb, now);
    JsonWriter facts;
    facts.begin_object().field("due", commitment.due).field("late", now >= end_of(commitment.due));
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = commitment.id,
                    .actor = viewer.person,
                    .circle = commitment.circle,
                    .at = now,
                    .state = seen_as,
                    .concerns = concerns_of(commitment, viewer.person),
                    .data = facts.end_object().take()});
    return *load_commitment(transaction, now, commitment.id, viewer);
}

} // namespace

std::string_view to_text(CommitmentState state)
{
    for (const auto& [known, text] : states)
        if (known == state) return text;
    return "open";
}

std::optional<CommitmentState> commitment_state_of(std::string_view text)
{
    return value_of(states, text);
}

std::int64_t Commitment::days_late() const
{
    if (state != CommitmentState::kept || !settled || *settled < end_of(due)) return 0;
    return std::chrono::floor<std::chrono::days>(*settled - start_of(due)).count();
}

std::string Commitment::path() const
{
    auto path = record::path_of("commitment", id);
    if (const auto words = slug(what); !words.empty()) path += '-' + words;
    return path;
}

Result<Commitment> make_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, const NewCommitment& wanted)
{
    if (!viewer.signed_in())
        return Refusal::unauthenticated("Please sign in to promise something.");
    auto what = check_what(wanted.what);
    if (!what) return what.error();
    const auto due = check_due(wanted.due, now - late_days_max, now);
    if (!due) return due.error();
    const auto place = find_place(transaction, viewer, wanted);
    if (!place) return place.error();
    if (const auto may = check_may_promise(transaction, viewer, place->circle); !may)
        return may.error();

    Commitment commitment;
    commitment.id = ids.next(now);
    commitment.what = *std::move(what);
    commitment.by.id = viewer.person;
    commitment.to = place->to;
    commitment.to_circle = place->to_circle;
    commitment.due = *due;
    commitment.voice = wanted.voice;
    commitment.decision = wanted.decision;
    commitment.request = wanted.request;
    commitment.circle = place->circle;
    // Whoever writes it down when the day is over knows how it ended, and it is told as made: that
    // it is overdue as well is seen from its day, and is no news of its own.
    commitment.counted = end_of(*due) > now;
    commitment.overdue = !commitment.counted;
    if (wanted.request)
        if (const auto answered = organise::answer_by_promise(transaction, now, viewer,
                                                              wanted.request, commitment.id);
            !answered)
            return answered.error();
    record::save_thing(transaction, viewer.organisation,
                       {commitment.id, "commitment", place->circle, record::State::visible,
                        viewer.person, commitment.what, now, now});
    save_commitment(transaction, viewer.organisation, commitment);
    add_to_figures(transaction, viewer.organisation, place->circle,
                   {CommitmentState::open, {commitment.overdue, {}}, commitment.counted}, 1);
    hear::follow_by_default(transaction, viewer.organisation, commitment.id, viewer.person);
    if (!place->to_circle && place->to != viewer.person)
        hear::follow_by_default(transaction, viewer.organisation, commitment.id, place->to);
    reach(transaction, viewer.organisation, commitment, hear::Stage::organise,
          "act.commitment_made", now);
    JsonWriter facts;
    facts.begin_object().field("due", commitment.due);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "act.commitment_made",
                    .thing = commitment.id,
                    .actor = viewer.person,
                    .circle = place->circle,
                    .at = now,
                    .concerns = concerns_of(commitment, viewer.person),
                    .data = facts.end_object().take()});
    return *load_commitment(transaction, now, commitment.id, viewer);
}

// A promise that is settled says so before the form is looked at: whoever was slower learns that
// nothing is to be mended.
Result<Commitment> keep_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto commitment = find_to_change(transaction, now, id, viewer);
    if (!commitment) return commitment.error();
    if (commitment->by.id != viewer.person)
        return Refusal::forbidden("Only who promised it may say that it is kept.");
    if (commitment->is_settled()) return settled_already();
    const auto why = check_why(wanted, Words::optional);
    if (!why) return why.error();
    return end_commitment(transaction, ids, now, viewer, *commitment, CommitmentState::kept, *why);
}

Result<Commitment> break_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                    const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto commitment = find_to_change(transaction, now, id, viewer);
    if (!commitment) return commitment.error();
    const bool steward = viewer.is_steward_of(commitment->circle);
    if (commitment->by.id != viewer.person && !steward)
        return Refusal::forbidden("Only who promised it may say that it is broken.");
    if (commitment->by.id != viewer.person && !commitment->overdue && !commitment->is_settled())
        return Refusal::forbidden(
            "A steward may say that a promise is broken only when its day has passed.");
    if (commitment->is_settled()) return settled_already();
    const auto why = check_why(wanted, Words::needed);
    if (!why) return why.error();
    return end_commitment(transaction, ids, now, viewer, *commitment, CommitmentState::broken,
                          *why);
}

Result<Commitment> withdraw_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                       const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto commitment = find_to_change(transaction, now, id, viewer);
    if (!commitment) return commitment.error();
    if (commitment->by.id != viewer.person)
        return Refusal::forbidden("Only who promised it may withdraw it.");
    if (commitment->is_settled()) return settled_already();
    const auto why = check_why(wanted, Words::needed);
    if (!why) return why.error();
    return end_commitment(transaction, ids, now, viewer, *commitment, CommitmentState::withdrawn,
                          *why);
}

void withdraw_of_leaver(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& leaver, std::string_view why)
{
    std::vector<Id> running;
    for (const auto& row : transaction.query(
             "SELECT commitment_id FROM commitment WHERE org_id = ?1 AND person_id = ?2 AND "
             "settled = 0 ORDER BY commitment_id",
             leaver.organisation, leaver.person))
        running.push_back(row.id(0));
    for (const Id id : running)
        if (const auto commitment = load_commitment(transaction, now, id, leaver)) {
            const auto ended = end_commitment(transaction, ids, now, leaver, *commitment,
                                              CommitmentState::withdrawn, why);
            invariant(ended.has_value(), "nobody settles a promise inside this transaction");
        }
}

Result<Commitment> move_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id id, Date wanted_due,
                                   std::string_view wanted)
{
    auto commitment = find_to_change(transaction, now, id, viewer);
    if (!commitment) return commitment.error();
    if (commitment->by.id != viewer.person)
        return Refusal::forbidden("Only who promised it may move it.");
    if (commitment->is_settled()) return settled_already();
    const auto due = check_due(wanted_due, now, now);
    if (!due) return due.error();
    const auto why = check_why(wanted, Words::needed);
    if (!why) return why.error();
    if (*due == commitment->due)
        return Refusal::invalid("due", "It is promised for this day already.");
    load_sources(transaction, viewer.organisation, *commitment);
    // As when it ends: another day does not undo that this one was over.
    if (commitment->overdue) note_slip(transaction, ids, now, viewer.organisation, *commitment);
    const auto noted = change_due(transaction, viewer.organisation, id, ids.next(now),
                                  commitment->due, *due, *why, now);
    if (!noted) return settled_already();
    touch(transaction, viewer.organisation, id, now);
    const auto seen_as = state_of_thing(transaction, viewer.organisation, id);
    if (seen_as == record::State::visible)
        recount(transaction, viewer.organisation, commitment->circle,
                {commitment->state, noted->before, commitment->counted},
                {CommitmentState::moved, noted->after, commitment->counted});
    auto moved = *commitment;
    moved.due = *due;
    reach(transaction, viewer.organisation, moved, hear::Stage::organise, "act.commitment_moved",
          now);
    JsonWriter facts;
    facts.begin_object().field("from", commitment->due).field("to", *due);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "act.commitment_moved",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = commitment->circle,
                    .at = now,
                    .state = seen_as,
                    .concerns = concerns_of(*commitment, viewer.person),
                    .data = facts.end_object().take()});
    return *load_commitment(transaction, now, id, viewer);
}

Result<Commitment> find_commitment(store::Transaction& transaction, Time now, Id id,
                                   const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "commitment") return Refusal::not_found();
    auto commitment = load_commitment(transaction, now, id, viewer);
    invariant(commitment.has_value(), "a thing of kind commitment has its row");
    return *std::move(commitment);
}

std::int64_t note_overdue(store::Transaction& transaction, Id organisation, Time now, IdSource& ids)
{
    std::vector<Commitment> slipped;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT c.commitment_id, c.person_id, c.to_id, c.due_us, c.voice_id, c.decision_id, c.request_id, t.circle_id,
                 c.counted
             FROM commitment c CROSS JOIN thing t
             WHERE c.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = c.commitment_id
               AND c.settled = 0 AND c.overdue = 0 AND c.due_us <= ?2 AND t.state = 'visible'
             ORDER BY c.due_us, c.commitment_id LIMIT ?3 )sql",
                           organisation, now - std::chrono::days{1}, overdue_in_one_go)) {
        Commitment one;
        one.id = row.id(0);
        one.by.id = row.id(1);
        one.to = row.id(2);
        one.due = date_of(row.time(3));
        one.voice = row.id(4);
        one.decision = row.id(5);
        one.request = row.id(6);
        one.circle = row.id(7);
        one.counted = row.truth(8);
        slipped.push_back(std::move(one));
    }
    std::int64_t told = 0;
    for (const auto& one : slipped)
        if (note_slip(transaction, ids, now, organisation, one)) ++told;
    return told;
}

std::int64_t note_overdue(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    // Most of the time nothing slipped: that is seen without a write.
    const bool due = database.read([&](store::Transaction& transaction) {
        auto rows = transaction.query(R"sql(
            SELECT 1 FROM commitment c JOIN thing t ON t.org_id = c.org_id AND t.thing_id = c.commitment_id
            WHERE c.org_id = ?1 AND t.org_id = ?1 AND c.settled = 0 AND c.overdue = 0 AND c.due_us <= ?2
              AND t.state = 'visible' LIMIT 1 )sql",
                                      organisation, now - std::chrono::days{1});
        return rows.next();
    });
    if (!due) return 0;
    return database.write([&](store::Transaction& transaction) {
        return note_overdue(transaction, organisation, now, ids);
    });
}

} // namespace moothall::act
