#include "organise/request.hpp"

#include "base/invariant.hpp"
#include "base/words.hpp"
#include "hear/loop.hpp"
#include "organise/answer_time.hpp"
#include "organise/author.hpp"
#include "organise/candidate.hpp"
#include "organise/request_store.hpp"
#include "people/people.hpp"
#include "text/markdown.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>

namespace moothall::organise {

namespace {

constexpr std::array<std::pair<RequestState, std::string_view>, 4> states{
    {{RequestState::open, "open"},
     {RequestState::taken, "taken"},
     {RequestState::answered, "answered"},
     {RequestState::declined, "declined"}}};

constexpr int candidates_max = 5;

Result<std::string> check_words(std::string_view wanted, std::string field, bool needed)
{
    if (has_forbidden_characters(wanted))
        return Refusal::invalid(std::move(field), "The text holds characters that no text has.");
    const bool empty = wanted.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (empty && needed)
        return Refusal::invalid(std::move(field), "Please give a reason. Others can read it.");
    if (count_characters(wanted) > words_characters_max)
        return Refusal::invalid(std::move(field), "A text here has at most 1,000 characters.");
    return empty ? std::string() : std::string(wanted);
}

bool can_be_asked_about(std::string_view kind)
{
    return kind == "voice" || kind == "decision" || kind == "commitment" || kind == "theme" ||
           kind == "goal";
}

/// May she ask, or take what whoever knows was asked for?
Result<void> check_may_speak(store::Transaction& transaction, const Viewer& viewer, Id circle)
{
    if (viewer.role_in(circle) < Role::member && !viewer.is_company())
        return Refusal::forbidden("You are not a member of this circle. Join it to ask there.");
    if (hear::is_held(transaction, viewer, circle))
        return Refusal::forbidden("A steward looks at what newcomers say here first. Say it as a "
                                  "voice or a reply, then ask.");
    return {};
}

/// Somebody who can be asked: she must be here, and see what it is about.
Result<Id> check_person(store::Transaction& transaction, const Viewer& viewer, Id wanted,
                        const record::Thing& about, std::string field)
{
    const auto person = people::find_person(transaction, wanted, viewer);
    if (!person || person->state != people::PersonState::active)
        return Refusal::invalid(std::move(field), "There is no such person who could be asked.");
    if (!sees_into(transaction, viewer.organisation, about.circle, person->id) ||
        about.state != record::State::visible)
        return Refusal::invalid(std::move(field),
                                "This person does not see what it is about. Invite her first.");
    return person->id;
}

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb, const Request& request, std::vector<Id> people)
{
    people.push_back(request.about);
    if (request.asker.id != viewer.person) people.push_back(request.asker.id);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = request.id,
                    .actor = viewer.person,
                    .circle = request.circle,
                    .at = now,
                    .concerns = std::move(people)});
}

hear::InHand in_hand_of(Id person, const Request& request)
{
    hear::InHand in_hand{.by = person, .due = {}};
    if (request.due) in_hand.due = Time(std::chrono::sys_days(*request.due));
    return in_hand;
}

/// A request that still waits, for somebody who may do something about it.
Result<Request> find_waiting(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto request = find_request(transaction, id, viewer);
    if (!request) return request.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const bool hers = request->person.id ? request->person.id == viewer.person : request->candidate;
    if (!hers) return Refusal::forbidden("Only the one who is asked may do this.");
    if (!request->is_open()) return Refusal::conflict("This request is closed already.");
    return request;
}

Refusal somebody_was_faster()
{
    return Refusal::conflict("Somebody was faster: it has changed meanwhile. Please look again.");
}

} // namespace

std::string_view to_text(RequestState state)
{
    for (const auto& [known, text] : states)
        if (known == state) return text;
    return "open";
}

std::optional<RequestState> request_state_of(std::string_view text)
{
    return value_of(states, text);
}

std::optional<Box> box_of(std::string_view text)
{
    if (text == "all" || text.empty()) return Box::all;
    if (text == "of_me") return Box::asked_of_me;
    if (text == "by_me") return Box::asked_by_me;
    if (text == "circles") return Box::my_circles;
    return {};
}

std::string Request::path() const
{
    return record::path_of("request", id);
}

Result<Request> make_request(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, const NewRequest& wanted)
{
    const auto about = people::find_seen(transaction, wanted.about, viewer);
    if (!about || !can_be_asked_about(about->kind)) return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to ask somebody.");
    if (const auto may = check_may_speak(transaction, viewer, about->circle); !may)
        return may.error();
    const auto words = check_words(wanted.words, "words", false);
    if (!words) return words.error();
    const auto topic = normalise_line(wanted.topic);
    if (count_characters(topic) > topic_characters_max)
        return Refusal::invalid("topic", "A topic has at most 120 characters.");
    if (!wanted.person && topic.empty())
        return Refusal::invalid("person", "Please say who is asked, or about what somebody knows.");
    if (wanted.person && wanted.person == viewer.person)
        return Refusal::invalid("person", "You cannot ask yourself: promise it, or just reply.");
    if (wanted.due && !wanted.due->ok())
        return Refusal::invalid("due", "Please give a day, as in 2026-05-31.");

    Request request;
    std::vector<Id> people;
    if (wanted.person) {
        const auto person = check_person(transaction, viewer, wanted.person, *about, "person");
        if (!person) return person.error();
        if (is_asked_already(transaction, viewer.organisation, wanted.about, *person))
            return Refusal::conflict(
                "This person is asked about it already, and has not answered.");
        request.person.id = *person;
        people.push_back(*person);
    } else {
        request.topic = topic;
        for (const auto& candidate :
             find_candidates(transaction, wanted.engine, viewer, topic, candidates_max))
            if (sees_into(transaction, viewer.organisation, about->circle, candidate.person.id))
                people.push_back(candidate.person.id);
    }
    request.id = ids.next(now);
    request.about = about->id;
    request.asker.id = viewer.person;
    request.words = *words;
    request.due = wanted.due;
    request.circle = about->circle;
    request.created = now;
    request.asked = now;
    auto title = made_title(request.words);
    if (title.empty()) title = topic.empty() ? about->title : topic;
    record::save_thing(transaction, viewer.organisation,
                       {request.id, "request", about->circle, record::State::visible, viewer.person,
                        title, now, now, about->id});
    save_request(transaction, viewer.organisation, request);
    if (!wanted.person) save_candidates(transaction, viewer.organisation, request.id, people);
    hear::follow_by_default(transaction, viewer.organisation, request.id, viewer.person);
    append_event(transaction, viewer, ids, now, "organise.request_made", request,
                 std::move(people));
    return find_request(transaction, request.id, viewer);
}

Result<Request> take_request(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id id)
{
    const auto request = find_request(transaction, id, viewer);
    if (!request) return request.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (request->person.id && request->person.id != viewer.person) {
        if (request->topic.empty())
            return Refusal::forbidden("Only the one who is asked may do this.");
        return somebody_was_faster();
    }
    if (!request->person.id) {
        if (request->asker.id == viewer.person)
            return Refusal::forbidden("You asked for somebody else. Just reply if you know.");
        if (const auto may = check_may_speak(transaction, viewer, request->circle); !may)
            return may.error();
    }
    if (request->state != RequestState::open || !save_taken(transaction, viewer, id, now))
        return Refusal::conflict("This request is taken already.");
    hear::follow_by_default(transaction, viewer.organisation, request->about, viewer.person);
    // The thing itself is with somebody now, and so are its voices if it is a decision or theme:
    // their own pages read its steps.
    hear::reach_stage(transaction, viewer.organisation, request->about, hear::Stage::organise, id,
                      "organise.request_taken", now, in_hand_of(viewer.person, *request));
    append_event(transaction, viewer, ids, now, "organise.request_taken", *request, {});
    return find_request(transaction, id, viewer);
}

Result<Request> pass_on_request(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id id, Id to, std::string_view wanted)
{
    const auto request = find_waiting(transaction, id, viewer);
    if (!request) return request.error();
    const auto why = check_words(wanted, "why", true);
    if (!why) return why.error();
    if (!to || to == viewer.person || to == request->asker.id)
        return Refusal::invalid("person", "Please name somebody else.");
    const auto about = people::find_seen(transaction, request->about, viewer);
    if (!about) return about.error();
    const auto person = check_person(transaction, viewer, to, *about, "person");
    if (!person) return person.error();
    if (!save_passed_on(transaction, viewer, *request, *person, *why, now))
        return somebody_was_faster();
    // It was with somebody, and is with the next one, who is asked by name.
    if (request->state == RequestState::taken)
        hear::reach_stage(transaction, viewer.organisation, request->about, hear::Stage::organise,
                          id, "organise.request_passed_on", now, in_hand_of(*person, *request));
    append_event(transaction, viewer, ids, now, "organise.request_passed_on", *request, {*person});
    return find_request(transaction, id, viewer);
}

Result<Request> decline_request(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto request = find_waiting(transaction, id, viewer);
    if (!request) return request.error();
    const auto why = check_words(wanted, "why", true);
    if (!why) return why.error();
    const bool saved = request->person.id ? save_ended(transaction, viewer.organisation, *request,
                                                       RequestState::declined, *why, Id{}, now)
                                          : step_aside(transaction, viewer, id);
    if (!saved) return somebody_was_faster();
    hear::leave_stage(transaction, viewer.organisation, request->about, hear::Stage::organise, id);
    append_event(transaction, viewer, ids, now, "organise.request_declined", *request, {});
    return find_request(transaction, id, viewer);
}

void decline_of_leaver(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& leaver, std::string_view why)
{
    std::vector<Id> waiting;
    for (const auto& row : transaction.query(
             "SELECT request_id FROM request WHERE org_id = ?1 AND person_id = ?2 AND ended = 0 "
             "ORDER BY request_id",
             leaver.organisation, leaver.person))
        waiting.push_back(row.id(0));
    for (const Id id : waiting) {
        const auto request = load_request(transaction, id, leaver);
        if (!request || !save_ended(transaction, leaver.organisation, *request,
                                    RequestState::declined, why, Id{}, now))
            continue;
        hear::leave_stage(transaction, leaver.organisation, request->about, hear::Stage::organise,
                          id);
        append_event(transaction, leaver, ids, now, "organise.request_declined", *request, {});
    }
}

Result<Request> answer_request(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, std::string_view words,
                               const hear::Rendered& rendered)
{
    const auto request = find_waiting(transaction, id, viewer);
    if (!request) return request.error();
    const auto reply = hear::say_reply(transaction, ids, now, viewer, request->about,
                                       {.body = std::string(words)}, rendered);
    if (!reply) return reply.error();
    if (!save_answered(transaction, viewer, *request, reply->id, now)) return somebody_was_faster();
    keep_answer_time(transaction, viewer.organisation, request->circle, viewer.person,
                     now - request->asked);
    hear::reach_stage(transaction, viewer.organisation, request->about, hear::Stage::organise, id,
                      "organise.request_answered", now, in_hand_of(viewer.person, *request));
    append_event(transaction, viewer, ids, now, "organise.request_answered", *request, {reply->id});
    return find_request(transaction, id, viewer);
}

Result<void> answer_by_promise(store::Transaction& transaction, Time now, const Viewer& viewer,
                               Id id, Id commitment)
{
    const auto request = find_waiting(transaction, id, viewer);
    if (!request) {
        if (request.error().reason == Reason::not_found)
            return Refusal::invalid("request", "There is nothing here that you can see.");
        return request.error();
    }
    if (!save_answered(transaction, viewer, *request, commitment, now))
        return somebody_was_faster();
    keep_answer_time(transaction, viewer.organisation, request->circle, viewer.person,
                     now - request->asked);
    hear::reach_stage(transaction, viewer.organisation, request->about, hear::Stage::organise, id,
                      "organise.request_answered", now, in_hand_of(viewer.person, *request));
    return {};
}

Result<Request> find_request(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "request") return Refusal::not_found();
    auto request = load_request(transaction, id, viewer);
    invariant(request.has_value(), "a thing of kind request has its row");
    return *std::move(request);
}

} // namespace moothall::organise
