#include "organise/chat.hpp"

#include "organise/answer_time.hpp"
#include "organise/chat_door.hpp"
#include "organise/chat_store.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "write/write.hpp"

#include <algorithm>

namespace moothall::organise {

namespace {

/// Two people, or a circle, have one chat about a thing, or about a paragraph of one; a handed over
/// one is a chat of others, so its key is given up.
std::string once_key_of(std::string who, const NewChat& wanted)
{
    who += ":" + wanted.about.text();
    if (wanted.paragraph > 0) who += ":" + std::to_string(wanted.paragraph);
    return who;
}

std::string once_key_of(Id one, Id other, const NewChat& wanted)
{
    const auto& [low, high] = std::minmax(one, other);
    return once_key_of(low.text() + ":" + high.text(), wanted);
}

std::string topic_of(Id chat)
{
    return "chat " + chat.text();
}

Refusal closed_chat()
{
    return Refusal::conflict("This chat is over for you. You can still read what was said.");
}

Result<Chat> open_with_circle(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, const NewChat& wanted)
{
    const auto circle = wanted.circle;
    const auto found = people::find_circle(transaction, circle, viewer);
    if (!found) return found.error();
    if (viewer.role_in(circle) < Role::member)
        return Refusal::forbidden("You are not a member of this circle. Join it to talk there.");
    if (hear::is_held(transaction, viewer, circle))
        return Refusal::forbidden("A steward looks at what newcomers say here first. Say it as a "
                                  "voice or a reply.");
    const auto key = once_key_of(circle.text(), wanted);
    Chat chat;
    if (const auto known = find_chat_once(transaction, viewer.organisation, key)) {
        chat.id = *known;
    } else {
        chat.id = ids.next(now);
        chat.circle = circle;
        chat.about = wanted.about;
        chat.paragraph = wanted.paragraph;
        chat.opened_by = viewer.person;
        record::save_thing(transaction, viewer.organisation,
                           {.id = chat.id,
                            .kind = "chat",
                            .circle = chat.id,
                            .author = viewer.person,
                            .title = {},
                            .created = now,
                            .changed = now});
        if (!save_chat(transaction, viewer.organisation, chat, key, now))
            return Refusal::conflict("Somebody was faster: please look again.");
        append_chat_event(transaction, viewer, ids, now, "organise.chat_opened", chat.id);
    }
    save_member(transaction, viewer.organisation, chat.id, viewer.person, now);
    return find_chat(transaction, chat.id, viewer);
}

/// May she say anything more? The other must be there and not block her.
Result<void> check_may_say(store::Transaction& transaction, const Viewer& viewer, const Chat& chat)
{
    if (!chat.is_in()) return closed_chat();
    if (chat.circle) {
        if (viewer.role_in(chat.circle) < Role::member)
            return Refusal::forbidden(
                "You are not a member of this circle. Join it to talk there.");
        if (hear::is_held(transaction, viewer, chat.circle))
            return Refusal::forbidden("A steward looks at what newcomers say here first. Say it as "
                                      "a voice or a reply.");
        return {};
    }
    for (const auto& row : transaction.query(R"sql(
             SELECT p.person_id, p.state FROM chat_member cm
             JOIN person p ON p.org_id = cm.org_id AND p.person_id = cm.person_id
             WHERE cm.org_id = ?1 AND p.org_id = ?1 AND cm.chat_id = ?2 AND cm.person_id <> ?3
               AND cm.until_sequence = -1 )sql",
                                             viewer.organisation, chat.id, viewer.person)) {
        if (row.text(1) != "active")
            return Refusal::conflict("The other one left the hall. Nobody would read this.");
        if (is_blocked(transaction, viewer.organisation, viewer.person, row.id(0)))
            return Refusal::forbidden("One cannot write to this person.");
        if (!chat.answered && chat.opened_by == viewer.person &&
            chat.last_sequence >= unanswered_lines_max)
            return Refusal::conflict(
                "You said five things already. Please wait until you are answered.");
        return {};
    }
    return Refusal::conflict("The other one left this chat. Nobody would read this.");
}

/// How soon people answer: from the first line that waits for her to her first line after it.
void keep_time(store::Transaction& transaction, const Viewer& viewer, const Chat& chat, Id other,
               Time now)
{
    auto rows =
        transaction.query("SELECT waits_for, waits_us FROM chat WHERE org_id = ?1 AND chat_id = ?2",
                          viewer.organisation, chat.id);
    if (!rows.next()) return;
    const auto waits_for = rows->id(0);
    const auto since = rows->time(1);
    if (waits_for == other) return; // it waits longer already
    if (waits_for == viewer.person)
        keep_answer_time(transaction, viewer.organisation, Id{}, viewer.person, now - since);
    transaction.execute(R"sql(
        UPDATE chat SET waits_for = ?3, waits_us = ?4,
            answered = CASE WHEN opened_by <> ?5 THEN 1 ELSE answered END
        WHERE org_id = ?1 AND chat_id = ?2 )sql",
                        viewer.organisation, chat.id, other, now, viewer.person);
}

} // namespace

std::string Chat::path() const
{
    return record::path_of("chat", id);
}

const Talker* Chat::other(Id viewer) const
{
    if (circle) return nullptr;
    const auto found = std::ranges::find_if(talkers, [viewer](const Talker& talker) {
        return talker.person.id != viewer && !talker.left;
    });
    return found == talkers.end() ? nullptr : &*found;
}

Result<std::string> quote_paragraph(store::Transaction& transaction, const Viewer& viewer,
                                    Id document, std::int64_t paragraph)
{
    constexpr std::size_t quote_characters_max = 200;
    const auto found = write::find_document(transaction, document, viewer);
    if (!found) return found.error();
    for (const auto& block : write::blocks_of(*found))
        if (block.id == paragraph)
            return clip(normalise_line(block.text()), quote_characters_max, Ellipsis::shown);
    return std::string();
}

Result<Chat> open_chat(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, const NewChat& wanted)
{
    if (!viewer.signed_in())
        return Refusal::unauthenticated("Please sign in to write to somebody.");
    if (wanted.about) {
        const auto about = people::find_seen(transaction, wanted.about, viewer);
        if (!about) return about.error();
    }
    if (wanted.paragraph != 0) {
        const auto quote = quote_paragraph(transaction, viewer, wanted.about, wanted.paragraph);
        if (!quote) return quote.error();
        if (quote->empty())
            return Refusal::invalid("paragraph", "There is no such paragraph in it.");
    }
    if (wanted.circle) return open_with_circle(transaction, ids, now, viewer, wanted);
    if (wanted.person == viewer.person)
        return Refusal::invalid("person", "You cannot write to yourself.");
    const auto person = people::find_person(transaction, wanted.person, viewer);
    if (!person || person->state == people::PersonState::erased) return Refusal::not_found();
    const auto key = once_key_of(viewer.person, person->id, wanted);
    if (const auto known = find_chat_once(transaction, viewer.organisation, key))
        return find_chat(transaction, *known, viewer);
    if (const auto may = may_write_to(transaction, viewer, person->id); !may) return may.error();
    if (count_opened(transaction, viewer, now - std::chrono::hours{24}) >=
        chats_opened_in_a_day_max)
        return Refusal::too_often(std::chrono::hours{1});
    Chat chat;
    chat.id = ids.next(now);
    chat.about = wanted.about;
    chat.paragraph = wanted.paragraph;
    chat.opened_by = viewer.person;
    chat.asked = person->id;
    record::save_thing(transaction, viewer.organisation,
                       {.id = chat.id,
                        .kind = "chat",
                        .circle = chat.id,
                        .author = viewer.person,
                        .title = {},
                        .created = now,
                        .changed = now});
    if (!save_chat(transaction, viewer.organisation, chat, key, now))
        return Refusal::conflict("Somebody was faster: please look again.");
    save_member(transaction, viewer.organisation, chat.id, viewer.person, now);
    save_member(transaction, viewer.organisation, chat.id, person->id, now);
    append_chat_event(transaction, viewer, ids, now, "organise.chat_opened", chat.id);
    return find_chat(transaction, chat.id, viewer);
}

Result<SafeHtml> render_line(std::string_view body)
{
    if (has_forbidden_characters(body))
        return Refusal::invalid("body", "The text holds characters that no text has.");
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Refusal::invalid("body", "Please write something.");
    if (count_characters(body) > line_characters_max)
        return Refusal::invalid("body", "What is said in a chat has at most 4,000 characters.");
    return render_markdown(body);
}

Result<Said> say_line(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer, Id id, const NewLine& wanted, const SafeHtml& rendered)
{
    const auto chat = load_chat(transaction, id, viewer);
    if (!chat) return Refusal::not_found();
    const auto organisation = viewer.organisation;
    if (wanted.client_id.size() > client_id_bytes_max || has_forbidden_characters(wanted.client_id))
        return Refusal::invalid("client_id", "A client id has at most 64 bytes.");
    const auto client_id =
        wanted.client_id.empty() ? "s-" + ids.next(now).text() : wanted.client_id;
    // Asked before the rules: what was said is said, also when the chat ended meanwhile.
    if (auto said = find_line_sent(transaction, organisation, id, viewer.person, client_id))
        return Said{*std::move(said), true};
    if (const auto may = check_may_say(transaction, viewer, *chat); !may) return may.error();
    if (chat->circle) save_member(transaction, organisation, id, viewer.person, now);

    Line line;
    line.sequence = take_sequence(transaction, organisation, id);
    line.author.id = viewer.person;
    line.client_id = client_id;
    line.body = wanted.body;
    line.body_html = rendered;
    line.said = now;
    if (!save_line(transaction, organisation, id, line)) {
        // The same line came twice at once and waited for the other one.
        give_sequence_back(transaction, organisation, id);
        auto said = find_line_sent(transaction, organisation, id, viewer.person, client_id);
        if (!said) return Refusal::conflict("Somebody was faster: please look again.");
        return Said{*std::move(said), true};
    }
    const auto people =
        note_line(transaction, organisation, *chat, viewer.person, line.sequence, now);
    if (!chat->circle) {
        const auto other =
            std::ranges::find_if(people, [&](Id person) { return person != viewer.person; });
        if (other != people.end()) keep_time(transaction, viewer, *chat, *other, now);
    }
    append_chat_event(transaction, viewer, ids, now, "organise.chat_line_said", id);
    tell_members(transaction, organisation, people, topic_of(id));
    auto said = find_line_sent(transaction, organisation, id, viewer.person, client_id);
    return Said{*std::move(said), false};
}

Result<Chat> find_chat(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto chat = load_chat(transaction, id, viewer);
    if (!chat) return Refusal::not_found();
    std::vector<Chat> one{*std::move(chat)};
    load_talkers(transaction, viewer, one);
    load_subjects(transaction, viewer, one);
    return std::move(one.front());
}

Result<void> note_read(store::Transaction& transaction, Time now, const Viewer& viewer, Id id,
                       std::int64_t sequence)
{
    const auto chat = load_chat(transaction, id, viewer);
    if (!chat) return Refusal::not_found();
    if (sequence < 0 || sequence > chat->last_sequence)
        return Refusal::invalid("sequence", "There is no such line yet.");
    note_presence(transaction, viewer.organisation, {viewer.person}, now);
    if (!chat->is_in() || sequence <= chat->read) return {};
    if (chat->circle) save_member(transaction, viewer.organisation, id, viewer.person, now);
    transaction.execute(R"sql(
        UPDATE chat_member SET read_sequence = ?4,
            unread = (SELECT count(*) FROM chat_line l WHERE l.org_id = ?1 AND l.chat_id = ?2 AND l.sequence > ?4
                      AND l.author_id <> ?3)
        WHERE org_id = ?1 AND chat_id = ?2 AND person_id = ?3 AND read_sequence < ?4 )sql",
                        viewer.organisation, id, viewer.person, sequence);
    tell_members(transaction, viewer.organisation,
                 list_members_of(transaction, viewer.organisation, *chat), "read " + id.text());
    return {};
}

Result<void> hint_typing(store::Transaction& transaction, Time now, const Viewer& viewer, Id id)
{
    const auto chat = load_chat(transaction, id, viewer);
    if (!chat) return Refusal::not_found();
    if (const auto may = check_may_say(transaction, viewer, *chat); !may) return may.error();
    note_presence(transaction, viewer.organisation, {viewer.person}, now);
    auto people = list_members_of(transaction, viewer.organisation, *chat);
    std::erase(people, viewer.person);
    tell_members(transaction, viewer.organisation, people,
                 "typing " + id.text() + " " + viewer.person.text());
    return {};
}

Result<Chat> hand_over(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id id, Id to, std::string_view words)
{
    const auto chat = find_chat(transaction, id, viewer);
    if (!chat) return chat.error();
    if (chat->circle || chat->asked != viewer.person)
        return Refusal::forbidden("Only the one who was written to may hand a chat over.");
    if (!chat->is_in()) return closed_chat();
    const auto* other = chat->other(viewer.person);
    if (other == nullptr)
        return Refusal::conflict("The other one left this chat. Nobody would read this.");
    if (to == viewer.person || to == other->person.id)
        return Refusal::invalid("person", "Please name somebody else.");
    const auto person = people::find_person(transaction, to, viewer);
    if (!person || person->state != people::PersonState::active)
        return Refusal::invalid("person", "There is no such person who could be asked.");
    // Asked for both: she takes it from the one and talks with the other.
    if (const auto may = may_write_to(transaction, viewer, to); !may)
        return Refusal::invalid("person", may.error().sentence);
    if (is_blocked(transaction, viewer.organisation, other->person.id, to))
        return Refusal::invalid("person", "One cannot write to this person.");
    const auto rendered = render_line(words);
    if (!rendered) return Refusal::invalid("words", rendered.error().sentence);

    Line line;
    line.sequence = take_sequence(transaction, viewer.organisation, id);
    line.kind = LineKind::handed_over;
    line.author.id = viewer.person;
    line.client_id = "s-" + ids.next(now).text();
    line.person.id = to;
    line.body = words;
    line.body_html = *rendered;
    line.said = now;
    save_line(transaction, viewer.organisation, id, line);
    save_member(transaction, viewer.organisation, id, to, now);
    auto people =
        note_line(transaction, viewer.organisation, *chat, viewer.person, line.sequence, now);
    save_member_left(transaction, viewer.organisation, id, viewer.person, line.sequence);
    transaction.execute(R"sql(
        UPDATE chat SET asked_id = ?3, once_key = ?4, waits_for = ?3, waits_us = ?5
        WHERE org_id = ?1 AND chat_id = ?2 )sql",
                        viewer.organisation, id, to, id.text(), now);
    append_chat_event(transaction, viewer, ids, now, "organise.chat_handed_over", id, {to});
    tell_members(transaction, viewer.organisation, people, topic_of(id));
    return find_chat(transaction, id, viewer);
}

Result<void> leave_chat(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id id)
{
    const auto chat = load_chat(transaction, id, viewer);
    if (!chat) return Refusal::not_found();
    if (!chat->is_in()) return closed_chat();
    Line line;
    line.sequence = take_sequence(transaction, viewer.organisation, id);
    line.kind = LineKind::left;
    line.author.id = viewer.person;
    line.client_id = "s-" + ids.next(now).text();
    line.said = now;
    save_line(transaction, viewer.organisation, id, line);
    const auto people =
        note_line(transaction, viewer.organisation, *chat, viewer.person, line.sequence, now);
    save_member_left(transaction, viewer.organisation, id, viewer.person, line.sequence);
    if (!chat->circle)
        transaction.execute(
            "UPDATE chat SET once_key = ?3, waits_for = 0 WHERE org_id = ?1 AND chat_id = ?2",
            viewer.organisation, id, id.text());
    append_chat_event(transaction, viewer, ids, now, "organise.chat_left", id);
    tell_members(transaction, viewer.organisation, people, topic_of(id));
    return {};
}

} // namespace moothall::organise
