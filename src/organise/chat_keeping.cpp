#include "organise/chat_keeping.hpp"

#include "organise/chat_store.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::organise {

namespace {

constexpr std::size_t lines_max = 50;

std::string join(const std::vector<std::int64_t>& numbers)
{
    std::string text;
    for (const auto number : numbers) {
        if (!text.empty()) text += ' ';
        text += std::to_string(number);
    }
    return text;
}

std::vector<std::int64_t> split(std::string_view text)
{
    std::vector<std::int64_t> numbers;
    const auto* at = text.data();
    const auto* const end = at + text.size();
    while (at < end) {
        std::int64_t number = 0;
        const auto read = std::from_chars(at, end, number);
        if (read.ec != std::errc{}) break;
        numbers.push_back(number);
        at = read.ptr + 1;
    }
    return numbers;
}

/// The words of chosen lines, and whose they are. Refused unless all are one person's words.
struct Words {
    Id speaker;
    std::string text;
};
Result<Words> gather(store::Transaction& transaction, const Viewer& viewer, const Chat& chat,
                     const std::vector<std::int64_t>& sequences, std::string field)
{
    if (sequences.empty() || sequences.size() > lines_max)
        return Refusal::invalid(std::move(field), "Please choose lines for the question and for "
                                                  "the answer, at most 50 of each.");
    const auto lines = find_lines(transaction, viewer, chat, sequences);
    Words words;
    for (const auto& line : lines) {
        if (line.kind != LineKind::words || line.author.name.empty())
            return Refusal::invalid(std::move(field),
                                    "Only what people said here can be kept, and who left the hall "
                                    "can no longer agree.");
        if (words.speaker && words.speaker != line.author.id)
            return Refusal::invalid(
                std::move(field),
                "A question is one person's words, and so is an answer. Choose lines of one only.");
        words.speaker = line.author.id;
        if (!words.text.empty()) words.text += "\n\n";
        words.text += line.body;
    }
    if (lines.size() != sequences.size())
        return Refusal::invalid(std::move(field), "There is no such line in this chat.");
    return words;
}

constexpr store::SqlLiteral keeping_columns = R"sql(
    SELECT k.keeping_id, k.chat_id, k.proposed_by, coalesce(p.name, ''), k.agrees_id, k.asked_by, k.answered_by,
           k.circle_id, coalesce(c.name, ''), k.title, k.question, k.answer, k.state, k.voice_id
    FROM chat_keeping k LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = k.proposed_by
    LEFT JOIN circle c ON c.org_id = ?1 AND c.circle_id = k.circle_id
    WHERE k.org_id = ?1 AND k.chat_id = ?2 )sql";

Keeping read_keeping(const store::Row& row)
{
    Keeping keeping;
    keeping.id = row.id(0);
    keeping.chat = row.id(1);
    keeping.proposer = {row.id(2), row.string(3)};
    keeping.agrees = row.id(4);
    keeping.asker = row.id(5);
    keeping.answerer = row.id(6);
    keeping.circle = row.id(7);
    keeping.circle_name = row.string(8);
    keeping.title = row.string(9);
    keeping.question = split(row.text(10));
    keeping.answer = split(row.text(11));
    keeping.state = row.text(12) == "kept"       ? KeepingState::kept
                    : row.text(12) == "declined" ? KeepingState::declined
                                                 : KeepingState::proposed;
    keeping.voice = row.id(13);
    return keeping;
}

std::optional<Keeping> load_keeping(store::Transaction& transaction, Id organisation, Id chat,
                                    Id keeping)
{
    for (const auto& row : transaction.query(store::Sql(keeping_columns) + " AND k.keeping_id = ?3",
                                             organisation, chat, keeping))
        return read_keeping(row);
    return {};
}

/// False when somebody else settled it meanwhile.
bool save_state(store::Transaction& transaction, Id organisation, Id keeping, KeepingState state,
                Id voice)
{
    return transaction.execute(R"sql(
        UPDATE chat_keeping SET state = ?3, voice_id = ?4
        WHERE org_id = ?1 AND keeping_id = ?2 AND state = 'proposed' )sql",
                               organisation, keeping, to_text(state), voice) == 1;
}

/// Says question and answer, each in the name of whose words they are; both agreed.
Result<Keeping> keep(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                     const Chat& chat, Keeping keeping)
{
    const auto question = gather(transaction, viewer, chat, keeping.question, "question");
    if (!question) return question.error();
    const auto answer = gather(transaction, viewer, chat, keeping.answer, "answer");
    if (!answer) return answer.error();
    const auto asker =
        people::make_viewer(transaction, viewer.organisation, viewer.everyone, question->speaker);
    const auto answerer =
        people::make_viewer(transaction, viewer.organisation, viewer.everyone, answer->speaker);
    if (!asker || !answerer)
        return Refusal::conflict("The other one left the hall and can no longer agree.");
    const auto asked = hear::render_body(keeping.title, question->text);
    if (!asked) return asked.error();
    const auto voice = hear::say_voice(transaction, ids, now, *asker,
                                       {.kind = "question",
                                        .title = keeping.title,
                                        .body = question->text,
                                        .circle = keeping.circle},
                                       *asked);
    if (!voice) return voice.error();
    const auto answered = hear::render_body({}, answer->text);
    if (!answered) return answered.error();
    const auto reply = hear::say_reply(transaction, ids, now, *answerer, voice->id,
                                       {.body = answer->text}, *answered);
    if (!reply) return reply.error();
    if (const auto chosen =
            hear::choose_answer(transaction, ids, now, *asker, voice->id, reply->id);
        !chosen && voice->state == record::State::visible)
        return chosen.error();
    keeping.state = KeepingState::kept;
    keeping.voice = voice->id;
    if (!save_state(transaction, viewer.organisation, keeping.id, keeping.state, voice->id))
        return Refusal::conflict("This was settled already.");
    Line line;
    line.sequence = take_sequence(transaction, viewer.organisation, chat.id);
    line.kind = LineKind::kept;
    line.author.id = keeping.proposer.id;
    line.client_id = "s-" + ids.next(now).text();
    line.thing = voice->id;
    line.said = now;
    save_line(transaction, viewer.organisation, chat.id, line);
    const auto people =
        note_line(transaction, viewer.organisation, chat, viewer.person, line.sequence, now);
    append_chat_event(transaction, viewer, ids, now, "organise.chat_kept", chat.id);
    tell_members(transaction, viewer.organisation, people, "chat " + chat.id.text());
    return keeping;
}

} // namespace

std::string_view to_text(KeepingState state)
{
    switch (state) {
    case KeepingState::proposed:
        return "proposed";
    case KeepingState::kept:
        return "kept";
    case KeepingState::declined:
        break;
    }
    return "declined";
}

Result<Keeping> propose_keeping(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id id, const NewKeeping& wanted)
{
    const auto chat = find_chat(transaction, id, viewer);
    if (!chat) return chat.error();
    if (!chat->is_in())
        return Refusal::conflict("This chat is over for you. You can still read what was said.");
    Keeping keeping;
    keeping.title = normalise_line(wanted.title);
    if (keeping.title.empty() || count_characters(keeping.title) > hear::title_characters_max)
        return Refusal::invalid("title", "A title has from 1 to 200 characters.");
    keeping.circle = wanted.circle ? wanted.circle : viewer.everyone;
    const auto circle = people::find_circle(transaction, keeping.circle, viewer);
    if (!circle || viewer.role_in(keeping.circle) < Role::member)
        return Refusal::invalid("circle", "Please choose a circle of yours.");
    keeping.circle_name = circle->name;
    keeping.question = wanted.question;
    keeping.answer = wanted.answer;
    for (auto* numbers : {&keeping.question, &keeping.answer}) {
        std::ranges::sort(*numbers);
        const auto repeated = std::ranges::unique(*numbers);
        numbers->erase(repeated.begin(), repeated.end());
    }
    const auto question = gather(transaction, viewer, *chat, keeping.question, "question");
    if (!question) return question.error();
    const auto answer = gather(transaction, viewer, *chat, keeping.answer, "answer");
    if (!answer) return answer.error();
    keeping.asker = question->speaker;
    keeping.answerer = answer->speaker;
    for (const Id speaker : {keeping.asker, keeping.answerer}) {
        if (speaker == viewer.person || speaker == keeping.agrees) continue;
        if (keeping.agrees)
            return Refusal::invalid("answer", "At most one beside you must agree: choose lines of "
                                              "yours and of one other.");
        // Who left reads no proposals: her words stay where she said them.
        const auto still = std::ranges::find_if(chat->talkers, [speaker](const Talker& talker) {
            return talker.person.id == speaker && !talker.left;
        });
        if (still == chat->talkers.end())
            return Refusal::invalid("answer", "Who said this is no longer here to agree.");
        keeping.agrees = speaker;
    }
    keeping.id = ids.next(now);
    keeping.chat = id;
    keeping.proposer.id = viewer.person;
    transaction.execute(R"sql(
        INSERT INTO chat_keeping (org_id, keeping_id, chat_id, proposed_by, agrees_id, asked_by, answered_by, circle_id,
            title, question, answer, state, voice_id, made_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'proposed', 0, ?12) )sql",
                        viewer.organisation, keeping.id, id, viewer.person, keeping.agrees,
                        keeping.asker, keeping.answerer, keeping.circle, keeping.title,
                        join(keeping.question), join(keeping.answer), now);
    if (!keeping.agrees) return keep(transaction, ids, now, viewer, *chat, std::move(keeping));
    append_chat_event(transaction, viewer, ids, now, "organise.chat_keeping_proposed", id);
    tell_members(transaction, viewer.organisation,
                 list_members_of(transaction, viewer.organisation, *chat), "chat " + id.text());
    return keeping;
}

Result<Keeping> agree_to_keeping(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id id, Id keeping_id)
{
    const auto chat = find_chat(transaction, id, viewer);
    if (!chat) return chat.error();
    auto keeping = load_keeping(transaction, viewer.organisation, id, keeping_id);
    if (!keeping) return Refusal::not_found();
    if (keeping->agrees != viewer.person)
        return Refusal::forbidden("Only the one whose words these are can agree.");
    if (keeping->state != KeepingState::proposed)
        return Refusal::conflict("This was settled already.");
    return keep(transaction, ids, now, viewer, *chat, *std::move(keeping));
}

Result<Keeping> decline_keeping(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id id, Id keeping_id)
{
    const auto chat = find_chat(transaction, id, viewer);
    if (!chat) return chat.error();
    auto keeping = load_keeping(transaction, viewer.organisation, id, keeping_id);
    if (!keeping) return Refusal::not_found();
    if (keeping->agrees != viewer.person && keeping->proposer.id != viewer.person)
        return Refusal::forbidden("Only the one whose words these are can agree.");
    if (!save_state(transaction, viewer.organisation, keeping_id, KeepingState::declined, Id{}))
        return Refusal::conflict("This was settled already.");
    keeping->state = KeepingState::declined;
    append_chat_event(transaction, viewer, ids, now, "organise.chat_keeping_declined", id);
    tell_members(transaction, viewer.organisation,
                 list_members_of(transaction, viewer.organisation, *chat), "chat " + id.text());
    return *std::move(keeping);
}

std::vector<Keeping> list_keepings(store::Transaction& transaction, const Viewer& viewer, Id chat)
{
    std::vector<Keeping> keepings;
    for (const auto& row :
         transaction.query(store::Sql(keeping_columns) + " ORDER BY k.keeping_id DESC LIMIT 20",
                           viewer.organisation, chat))
        keepings.push_back(read_keeping(row));
    std::vector<Id> voices;
    for (const auto& keeping : keepings)
        if (keeping.voice) voices.push_back(keeping.voice);
    const auto seen = people::list_seen(transaction, voices, viewer);
    for (auto& keeping : keepings)
        if (!seen.contains(keeping.voice)) keeping.voice = {};
    return keepings;
}

} // namespace moothall::organise
