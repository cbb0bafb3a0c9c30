#include "act/callout.hpp"

#include "act/commitment.hpp"
#include "base/invariant.hpp"
#include "hear/loop.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::act {

namespace {

// Of one person, about one thing, that are not closed: nobody has more but who floods.
constexpr int compared_max = 100;

// ?1 the organisation. `t` is the voice, `a` what it is about.
constexpr store::SqlLiteral callout_columns = R"sql(
    SELECT o.callout_id, t.title, o.about_id, a.title, a.kind, o.raiser_id, pr.name, o.called_id, pc.name, o.state,
           t.circle_id, o.opened_us, o.answered_us, o.answer_id, o.closed_us, o.closed_by, pb.name, o.why
    FROM callout o CROSS JOIN thing t CROSS JOIN thing a
    LEFT JOIN person pr ON pr.org_id = ?1 AND pr.person_id = o.raiser_id
    LEFT JOIN person pc ON pc.org_id = ?1 AND pc.person_id = o.called_id
    LEFT JOIN person pb ON pb.org_id = ?1 AND pb.person_id = o.closed_by
    WHERE o.org_id = ?1 AND t.org_id = ?1 AND a.org_id = ?1 AND t.thing_id = o.callout_id AND a.thing_id = o.about_id )sql";

CalloutState state_of(std::string_view text)
{
    if (text == "answered") return CalloutState::answered;
    return text == "closed" ? CalloutState::closed : CalloutState::open;
}

std::optional<Time> time_or_none(const store::Row& row, int column)
{
    if (row.integer(column) == 0) return {};
    return row.time(column);
}

Callout read_callout(const store::Row& row)
{
    Callout callout;
    callout.id = row.id(0);
    callout.title = row.string(1);
    callout.path = record::path_of("voice", callout.id);
    callout.about = row.id(2);
    callout.about_title = row.string(3);
    callout.about_kind = row.string(4);
    callout.about_path = record::path_of(callout.about_kind, callout.about);
    callout.raiser = {row.id(5), row.string(6)};
    callout.called = {row.id(7), row.string(8)};
    callout.state = state_of(row.text(9));
    callout.circle = row.id(10);
    callout.opened = row.time(11);
    callout.answered = time_or_none(row, 12);
    callout.answer = row.id(13);
    callout.closed = time_or_none(row, 14);
    callout.closed_by = {row.id(15), row.string(16)};
    callout.why = row.string(17);
    return callout;
}

bool can_be_called_out(std::string_view kind)
{
    return kind == "commitment" || kind == "decision" || kind == "goal" || kind == "procedure";
}

bool is_question(std::string_view about_kind)
{
    return about_kind == "goal";
}

/// Of goals and procedures: what is said against them is a challenge, and blames nobody.
bool is_challenge(std::string_view about_kind)
{
    return is_question(about_kind) || about_kind == "procedure";
}

std::string_view opened_verb(std::string_view about_kind)
{
    return is_question(about_kind) ? "decide.goal_questioned" : "act.callout_opened";
}

std::string_view answered_verb(std::string_view about_kind)
{
    return is_question(about_kind) ? "decide.goal_answered" : "act.callout_answered";
}

std::string_view closed_verb(std::string_view about_kind)
{
    return is_question(about_kind) ? "decide.goal_question_closed" : "act.callout_closed";
}

/// What was said against something is with the one who has to answer for it.
void reach(store::Transaction& transaction, Id organisation, const Callout& callout,
           std::string_view verb, Time now)
{
    hear::reach_stage(transaction, organisation, callout.id, hear::Stage::organise, callout.id,
                      verb, now, {.by = callout.called.id});
}

/// What a steward has hidden, or looks at first, is in no number, and nobody hears of it.
record::State state_of_voice(store::Transaction& transaction, Id organisation, Id callout)
{
    return record::find_thing(transaction, organisation, callout)->state;
}

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb, const Callout& callout, Id reply = {})
{
    std::vector<Id> concerns{callout.id, callout.called.id};
    if (callout.raiser.id != callout.called.id) concerns.push_back(callout.raiser.id);
    if (reply) concerns.push_back(reply);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = callout.about,
                    .actor = viewer.person,
                    .circle = callout.circle,
                    .at = now,
                    .state = state_of_voice(transaction, viewer.organisation, callout.id),
                    .concerns = std::move(concerns)});
}

/// Notes the answer once. False when there was one, or it is closed.
bool save_answer(store::Transaction& transaction, Id organisation, Id callout, Id reply, Time now)
{
    return transaction.execute(R"sql(
        UPDATE callout SET state = 'answered', answered_us = ?4, answer_id = ?3
        WHERE org_id = ?1 AND callout_id = ?2 AND state = 'open' )sql",
                               organisation, callout, reply, now) == 1;
}

/// Case, accents and white space make nothing else of what is said.
std::string wording_of(std::string_view text)
{
    return normalise_line(fold(text));
}

/// Whether she raised this in these words already, and it is not closed: sent twice, or twice at
/// once, it is one call-out. The row of what it is about is held until the end of the transaction,
/// so of two that come at once the second finds the first.
bool is_raised(store::Transaction& transaction, const Viewer& viewer, Id about,
               const hear::NewVoice& voice)
{
    transaction.execute("UPDATE thing SET title = title WHERE org_id = ?1 AND thing_id = ?2",
                        viewer.organisation, about);
    const auto title = wording_of(voice.title);
    const auto body = wording_of(voice.body);
    // Of one person about one thing there are few that are not closed.
    for (const auto& row :
         transaction.query(R"sql(
             SELECT t.title, v.body FROM callout o
             JOIN thing t ON t.org_id = o.org_id AND t.thing_id = o.callout_id
             JOIN voice v ON v.org_id = o.org_id AND v.voice_id = o.callout_id
             WHERE o.org_id = ?1 AND t.org_id = ?1 AND v.org_id = ?1 AND o.about_id = ?2 AND o.raiser_id = ?3
               AND o.state <> 'closed' ORDER BY o.callout_id DESC LIMIT ?4 )sql",
                           viewer.organisation, about, viewer.person, compared_max))
        if (wording_of(row.text(0)) == title && wording_of(row.text(1)) == body) return true;
    return false;
}

Result<Callout> find_to_change(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto callout = find_callout(transaction, id, viewer);
    if (!callout) return callout.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    return callout;
}

} // namespace

bool Callout::is_challenge() const
{
    return act::is_challenge(about_kind);
}

std::string_view to_text(CalloutState state)
{
    switch (state) {
    case CalloutState::open:
        return "open";
    case CalloutState::answered:
        return "answered";
    case CalloutState::closed:
        break;
    }
    return "closed";
}

Result<Callout> open_callout(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, const NewCallout& wanted,
                             const hear::Rendered& rendered)
{
    const auto about = people::find_seen(transaction, wanted.about, viewer);
    if (!about) return about.error();
    if (!can_be_called_out(about->kind)) return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to say so.");
    const auto called = people::find_person_by_id(transaction, viewer.organisation, about->author);
    if (!called || called->state == people::PersonState::erased)
        return Refusal::conflict("Nobody is left who could answer for this.");
    hear::NewVoice voice;
    voice.kind = is_challenge(about->kind) ? "challenge" : "call-out";
    voice.circle = about->circle;
    voice.body = wanted.body;
    voice.title = normalise_line(wanted.title);
    // Said in the house's one language of keys: a title is data, and cannot change with the reader.
    if (voice.title.empty())
        voice.title = clip((is_challenge(about->kind) ? "? " : "✗ ") + about->title,
                           hear::title_characters_max, Ellipsis::shown);
    if (is_raised(transaction, viewer, about->id, voice))
        return Refusal::conflict("You have said this already, and it is not closed yet.");
    const auto said = hear::say_voice(transaction, ids, now, viewer, voice, rendered);
    if (!said) return said.error();
    transaction.execute(R"sql(
        INSERT INTO callout (org_id, callout_id, about_id, raiser_id, called_id, state, opened_us, answered_us, answer_id,
            closed_us, closed_by, why)
        VALUES (?1, ?2, ?3, ?4, ?5, 'open', ?6, 0, 0, 0, 0, '') )sql",
                        viewer.organisation, said->id, about->id, viewer.person, about->author,
                        now);
    // What waits for a steward is in no number yet.
    if (said->state == record::State::visible)
        transaction.execute("UPDATE commitment SET callouts = callouts + 1 WHERE org_id = ?1 AND "
                            "commitment_id = ?2",
                            viewer.organisation, about->id);
    hear::follow_by_default(transaction, viewer.organisation, said->id, about->author);
    auto callout = find_callout(transaction, said->id, viewer);
    invariant(callout.has_value(), "who raises a call-out sees it");
    reach(transaction, viewer.organisation, *callout, "act.callout_opened", now);
    append_event(transaction, viewer, ids, now, opened_verb(about->kind), *callout);
    return callout;
}

Result<Callout> answer_callout(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, std::string_view words,
                               const hear::Rendered& rendered)
{
    const auto callout = find_to_change(transaction, id, viewer);
    if (!callout) return callout.error();
    if (callout->called.id != viewer.person)
        return Refusal::forbidden("Only the one who is called out may give the answer. "
                                  "Anybody may reply to the voice.");
    if (callout->state == CalloutState::closed)
        return Refusal::conflict("This call-out is closed already.");
    if (callout->state == CalloutState::answered)
        return Refusal::conflict("This call-out is answered already.");
    const auto reply =
        hear::say_reply(transaction, ids, now, viewer, id, {.body = std::string(words)}, rendered);
    if (!reply) return reply.error();
    if (!save_answer(transaction, viewer.organisation, id, reply->id, now))
        return Refusal::conflict("This call-out is answered already.");
    reach(transaction, viewer.organisation, *callout, "act.callout_answered", now);
    append_event(transaction, viewer, ids, now, answered_verb(callout->about_kind), *callout,
                 reply->id);
    return find_callout(transaction, id, viewer);
}

Result<Callout> close_callout(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto callout = find_to_change(transaction, id, viewer);
    if (!callout) return callout.error();
    const bool raiser = callout->raiser.id == viewer.person;
    if (!raiser && !viewer.is_steward_of(callout->circle))
        return Refusal::forbidden(
            "Only who raised it, or a steward with a public reason, may close a call-out.");
    if (!raiser && callout->called.id == viewer.person)
        return Refusal::forbidden("You are called out here: another steward must close it.");
    if (callout->state == CalloutState::closed)
        return Refusal::conflict("This call-out is closed already.");
    if (has_forbidden_characters(wanted))
        return Refusal::invalid("why", "The text holds characters that no text has.");
    const bool empty = wanted.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (!raiser && empty) return Refusal::invalid("why", "Please give a reason. It is public.");
    if (count_characters(wanted) > why_characters_max)
        return Refusal::invalid("why", "A reason has at most 2,000 characters.");
    const auto closed = transaction.execute(R"sql(
        UPDATE callout SET state = 'closed', closed_us = ?3, closed_by = ?4, why = ?5
        WHERE org_id = ?1 AND callout_id = ?2 AND state <> 'closed' )sql",
                                            viewer.organisation, id, now, viewer.person,
                                            empty ? std::string_view() : wanted);
    if (closed == 0) return Refusal::conflict("This call-out is closed already.");
    if (state_of_voice(transaction, viewer.organisation, id) == record::State::visible)
        transaction.execute("UPDATE commitment SET callouts = callouts - 1 WHERE org_id = ?1 AND "
                            "commitment_id = ?2",
                            viewer.organisation, callout->about);
    reach(transaction, viewer.organisation, *callout, "act.callout_closed", now);
    append_event(transaction, viewer, ids, now, closed_verb(callout->about_kind), *callout);
    return find_callout(transaction, id, viewer);
}

Result<Callout> find_callout(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    // Both must be seen: the voice, and what it is about.
    if (const auto thing = people::find_seen(transaction, id, viewer); !thing) return thing.error();
    std::optional<Callout> callout;
    for (const auto& row : transaction.query(store::Sql(callout_columns) + " AND o.callout_id = ?2",
                                             viewer.organisation, id))
        callout = read_callout(row);
    if (!callout) return Refusal::not_found();
    if (const auto about = people::find_seen(transaction, callout->about, viewer); !about)
        return about.error();
    return *std::move(callout);
}

std::vector<Callout> list_callouts(store::Transaction& transaction, Id about, const Viewer& viewer,
                                   int limit)
{
    std::vector<Callout> callouts;
    for (const auto& row :
         transaction.query(store::Sql(callout_columns) + " AND o.about_id = ?3 AND " +
                               people::seen + " ORDER BY o.callout_id DESC LIMIT ?4",
                           viewer.organisation, viewer.person, about, limit))
        callouts.push_back(read_callout(row));
    return callouts;
}

std::vector<Callout> list_running_callouts(store::Transaction& transaction,
                                           std::string_view about_kind, const Viewer& viewer,
                                           int limit)
{
    std::vector<Callout> callouts;
    for (const auto& row : transaction.query(store::Sql(callout_columns) +
                                                 " AND a.kind = ?3 AND o.state <> 'closed' AND " +
                                                 people::seen + " ORDER BY o.callout_id LIMIT ?4",
                                             viewer.organisation, viewer.person, about_kind, limit))
        callouts.push_back(read_callout(row));
    return callouts;
}

std::vector<Callout> list_callouts_to_answer(store::Transaction& transaction, const Viewer& viewer,
                                             int limit)
{
    std::vector<Callout> callouts;
    if (!viewer.signed_in()) return callouts;
    for (const auto& row : transaction.query(store::Sql(callout_columns) +
                                                 " AND o.called_id = ?2 AND o.state = 'open' AND " +
                                                 people::seen + " ORDER BY o.callout_id LIMIT ?3",
                                             viewer.organisation, viewer.person, limit))
        callouts.push_back(read_callout(row));
    return callouts;
}

std::int64_t note_callout_answers(store::Database& database, Id organisation, Time now,
                                  IdSource& ids)
{
    return organise::follow_replies(
        database, organisation, now, "act",
        [&](store::Transaction& transaction, const organise::SaidReply& said) {
            Id about;
            Id raiser;
            std::string kind;
            for (const auto& row : transaction.query(R"sql(
                     SELECT o.about_id, o.raiser_id, a.kind FROM callout o
                     JOIN thing a ON a.org_id = o.org_id AND a.thing_id = o.about_id
                     WHERE o.org_id = ?1 AND a.org_id = ?1 AND o.callout_id = ?2 AND o.called_id = ?3
                       AND o.state = 'open' )sql",
                                                     organisation, said.subject, said.author)) {
                about = row.id(0);
                raiser = row.id(1);
                kind = row.string(2);
            }
            if (!about ||
                !save_answer(transaction, organisation, said.subject, said.reply, said.at))
                return;
            hear::reach_stage(transaction, organisation, said.subject, hear::Stage::organise,
                              said.subject, "act.callout_answered", said.at, {.by = said.author});
            record::append(transaction, organisation, ids,
                           {.verb = answered_verb(kind),
                            .thing = about,
                            .actor = said.author,
                            .circle = said.circle,
                            .at = now,
                            .concerns = {said.subject, said.author, raiser, said.reply}});
        });
}

} // namespace moothall::act
