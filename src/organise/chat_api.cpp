// Chats for programs: what was said comes by a plain list with a cursor, which can wait for news;
// the general stream of events says when there is something ("for-you", topic "chat ID").

#include "organise/api.hpp"
#include "organise/chat_view.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

#include <charconv>

namespace moothall::organise {

namespace {

using web::Context;
using web::Response;

void write_id(JsonWriter& json, std::string_view name, Id id)
{
    if (id)
        json.field(name, id);
    else
        json.null_field(name);
}

void write_json(JsonWriter& json, const Chat& chat, const ChatSight& sight)
{
    json.begin_object().field("id", chat.id);
    write_id(json, "circle", chat.circle);
    json.key("about");
    if (chat.about)
        json.begin_object()
            .field("id", chat.about)
            .field("title", chat.about_title)
            .field("url", chat.about_path)
            .field("paragraph", chat.paragraph)
            .end_object();
    else
        json.value(nullptr);
    write_id(json, "opened_by", chat.opened_by);
    write_id(json, "asked", chat.asked);
    json.key("people").begin_array();
    for (const auto& talker : chat.talkers) {
        json.begin_object().field("id", talker.person.id).field("name", talker.person.name);
        json.field("read", talker.read).field("left", talker.left);
        json.field("here", sight.is_here(talker.person.id)).end_object();
    }
    json.end_array();
    json.field("last", chat.last_sequence).field("read", chat.read).field("unread", chat.unread);
    json.field("left", !chat.is_in()).field("url", chat.path()).end_object();
}

void write_json(JsonWriter& json, const Line& line)
{
    json.begin_object().field("sequence", line.sequence).field("kind", to_text(line.kind));
    write_someone(json, "author", line.author);
    json.field("client_id", line.client_id);
    write_someone(json, "person", line.person);
    write_id(json, "voice", line.thing);
    json.field("body", line.body).field("said_at", line.said).end_object();
}

void write_json(JsonWriter& json, const Keeping& keeping)
{
    json.begin_object().field("id", keeping.id).field("title", keeping.title);
    write_id(json, "circle", keeping.circle);
    json.key("question").begin_array();
    for (const auto number : keeping.question) json.value(number);
    json.end_array().key("answer").begin_array();
    for (const auto number : keeping.answer) json.value(number);
    json.end_array();
    write_id(json, "agrees", keeping.agrees);
    json.field("state", to_text(keeping.state));
    write_id(json, "voice", keeping.voice);
    json.end_object();
}

Response answer(Context& context, const Result<Chat>& chat)
{
    if (!chat) return context.refuse(chat.error());
    JsonWriter json;
    write_json(json, *chat, look_at_talkers(context, {&*chat, 1}));
    return Response::json(json.take());
}

Response answer(Context& context, const Result<Keeping>& keeping)
{
    if (!keeping) return context.refuse(keeping.error());
    JsonWriter json;
    write_json(json, *keeping);
    return Response::json(json.take());
}

Response answer(Context& context, const Result<void>& done)
{
    if (!done) return context.refuse(done.error());
    return Response::no_content();
}

Response get_chats(const web::Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto list =
        list_chats(context.transaction, context.viewer, request.query("after"), *limit);
    if (!list) return context.refuse(list.error());
    const auto sight = look_at_talkers(context, list->chats);
    return web::list_response(list->chats, list->next, [&](JsonWriter& json, const Chat& chat) {
        write_json(json, chat, sight);
    });
}

Response get_chat(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, find_chat(context.transaction, *id, context.viewer));
}

/// A number of a line in the query; `otherwise` when it is not said.
Result<std::int64_t> query_number(const web::Request& request, std::string_view name,
                                  std::int64_t otherwise, std::int64_t most)
{
    const auto text = request.query(name);
    if (text.empty()) return otherwise;
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number < 0 || number > most)
        return Refusal::invalid(std::string(name), "This must be a whole number in its bounds.");
    return number;
}

Response get_messages(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto chat = find_chat(context.transaction, *id, context.viewer);
    if (!chat) return context.refuse(chat.error());
    const auto after = query_number(request, "after", 0, INT64_MAX);
    if (!after) return context.refuse(after.error());
    const auto wait = query_number(request, "wait", 0, 25);
    if (!wait) return context.refuse(wait.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    auto lines = list_lines(context.transaction, context.viewer, *chat,
                            {.after = *after, .limit = *limit + 1});
    if (lines.empty() && *wait > 0) context.hold = std::chrono::seconds{*wait};
    std::string next;
    if (std::ssize(lines) > *limit) {
        lines.pop_back();
        next = std::to_string(lines.back().sequence);
    }
    return web::list_response(lines, next,
                              [](JsonWriter& json, const Line& line) { write_json(json, line); });
}

struct ChatWords {
    std::string body;
    std::string client_id;
    SafeHtml html;
};

Result<ChatWords> read_words(const Json& object)
{
    const auto text = web::read_text(object, "body");
    if (!text) return text.error();
    const auto client_id = web::read_text(object, "client_id");
    if (!client_id) return client_id.error();
    ChatWords words{text->value_or(""), client_id->value_or(""), {}};
    auto html = render_line(words.body);
    if (!html) return html.error();
    words.html = *std::move(html);
    return words;
}

Result<web::Prepared> prepare_message(const web::Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    auto words = read_words(*body);
    if (!words) return words.error();
    return web::Prepared::of(*std::move(words));
}

Response post_message(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& words = std::any_cast<const ChatWords&>(context.prepared);
    const auto said = say_line(context.transaction, context.ids, context.now, context.viewer, *id,
                               {words.client_id, words.body}, words.html);
    if (!said) return context.refuse(said.error());
    JsonWriter json;
    write_json(json, said->line);
    if (said->repeated) return Response::json(json.take());
    return web::created(json.take(), "/api/v1/chats/" + id->text() + "/messages?after=" +
                                         std::to_string(said->line.sequence - 1));
}

Response post_chat(const web::Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    NewChat wanted;
    for (const auto& [field, into] :
         {std::pair("person", &wanted.person), std::pair("circle", &wanted.circle),
          std::pair("about", &wanted.about)}) {
        const auto id = web::read_id(*body, field);
        if (!id) return context.refuse(id.error());
        *into = id->value_or(Id{});
    }
    const auto paragraph = web::read_number(*body, "paragraph");
    if (!paragraph) return context.refuse(paragraph.error());
    wanted.paragraph = paragraph->value_or(0);
    if (!wanted.person == !wanted.circle)
        return context.refuse(
            Refusal::invalid("person", "Please name a person or a circle to talk with."));
    const auto chat =
        open_chat(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!chat) return context.refuse(chat.error());
    if (body->find("body")) {
        const auto words = read_words(*body);
        if (!words) return context.refuse(words.error());
        const auto said = say_line(context.transaction, context.ids, context.now, context.viewer,
                                   chat->id, {words->client_id, words->body}, words->html);
        if (!said) return context.refuse(said.error());
    }
    const auto now = find_chat(context.transaction, chat->id, context.viewer);
    if (!now) return context.refuse(now.error());
    JsonWriter json;
    write_json(json, *now, look_at_talkers(context, {&*now, 1}));
    return web::created(json.take(), "/api/v1/chats/" + chat->id.text());
}

Response post_read(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto sequence = body->find("sequence").integer();
    if (!sequence)
        return context.refuse(Refusal::invalid("sequence", "Please give the number of a line."));
    return answer(context,
                  note_read(context.transaction, context.now, context.viewer, *id, *sequence));
}

Response post_typing(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, hint_typing(context.transaction, context.now, context.viewer, *id));
}

Response post_hand_over(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto to = web::read_id(*body, "to");
    if (!to) return context.refuse(to.error());
    const auto words = web::read_text(*body, "words");
    if (!words) return context.refuse(words.error());
    return answer(context, hand_over(context.transaction, context.ids, context.now, context.viewer,
                                     *id, to->value_or(Id{}), words->value_or("")));
}

Response post_leave(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context,
                  leave_chat(context.transaction, context.ids, context.now, context.viewer, *id));
}

Result<std::vector<std::int64_t>> read_numbers(const Json& object, std::string_view field)
{
    std::vector<std::int64_t> numbers;
    const auto list = object.find(field);
    for (std::size_t at = 0; at < list.size() && at < 100; ++at) {
        const auto number = list.at(at).integer();
        if (!number)
            return Refusal::invalid(std::string(field), "Please give the numbers of lines.");
        numbers.push_back(*number);
    }
    return numbers;
}

Response post_question(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto title = web::read_text(*body, "title");
    if (!title) return context.refuse(title.error());
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto question = read_numbers(*body, "question");
    if (!question) return context.refuse(question.error());
    const auto answered = read_numbers(*body, "answer");
    if (!answered) return context.refuse(answered.error());
    const auto keeping =
        propose_keeping(context.transaction, context.ids, context.now, context.viewer, *id,
                        {title->value_or(""), circle->value_or(Id{}), *question, *answered});
    if (!keeping) return context.refuse(keeping.error());
    JsonWriter json;
    write_json(json, *keeping);
    return web::created(json.take(), "/api/v1/chats/" + id->text() + "/questions");
}

Response get_questions(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto chat = find_chat(context.transaction, *id, context.viewer);
    if (!chat) return context.refuse(chat.error());
    std::vector<Keeping> keepings;
    if (chat->is_in()) keepings = list_keepings(context.transaction, context.viewer, *id);
    return web::list_response(
        keepings, {}, [](JsonWriter& json, const Keeping& keeping) { write_json(json, keeping); });
}

Response post_agree(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto keeping = web::path_id(request, "keeping");
    if (!keeping) return context.refuse(keeping.error());
    return answer(context, agree_to_keeping(context.transaction, context.ids, context.now,
                                            context.viewer, *id, *keeping));
}

Response post_question_decline(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto keeping = web::path_id(request, "keeping");
    if (!keeping) return context.refuse(keeping.error());
    return answer(context, decline_keeping(context.transaction, context.ids, context.now,
                                           context.viewer, *id, *keeping));
}

Response show_door(Context& context)
{
    const auto door =
        find_door(context.transaction, context.viewer.organisation, context.viewer.person);
    JsonWriter json;
    json.begin_object().field("door", to_text(door.door)).field("presence", door.presence);
    json.field("zone", door.zone).field("days", door.days);
    json.field("from", door.from).field("till", door.till);
    json.field("named",
               is_named(context.transaction, context.viewer.organisation, context.viewer.person));
    json.key("blocked").begin_array();
    for (const auto& [person, name] : list_blocked(context.transaction, context.viewer))
        json.begin_object().field("id", person).field("name", name).end_object();
    json.end_array().end_object();
    return Response::json(json.take());
}

Response get_door(const web::Request&, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    return show_door(context);
}

Response put_door(const web::Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    auto door = find_door(context.transaction, context.viewer.organisation, context.viewer.person);
    const auto word = web::read_text(*body, "door");
    if (!word) return context.refuse(word.error());
    if (*word) {
        const auto known = door_of(**word);
        if (!known)
            return context.refuse(
                Refusal::invalid("door", "The door is open to everybody, circles or nobody."));
        door.door = *known;
    }
    const auto presence = web::read_truth(*body, "presence");
    if (!presence) return context.refuse(presence.error());
    door.presence = presence->value_or(door.presence);
    const auto zone = web::read_text(*body, "zone");
    if (!zone) return context.refuse(zone.error());
    door.zone = zone->value_or(door.zone);
    const auto days = web::read_text(*body, "days");
    if (!days) return context.refuse(days.error());
    door.days = days->value_or(door.days);
    for (const auto& [field, into] : {std::pair("from", &door.from), std::pair("till", &door.till)})
        if (const auto value = body->find(field)) {
            const auto hour = value.integer();
            if (!hour || *hour < 0 || *hour > 24)
                return context.refuse(
                    Refusal::invalid(field, "The hours begin before they end, from 0 to 24."));
            *into = static_cast<int>(*hour);
        }
    const auto named = web::read_truth(*body, "named");
    if (!named) return context.refuse(named.error());
    if (*named)
        set_named(context.transaction, context.viewer.organisation, context.viewer.person, **named);
    const auto saved =
        save_door(context.transaction, context.ids, context.now, context.viewer, door);
    if (!saved) return context.refuse(saved.error());
    return show_door(context);
}

Response put_block(const web::Request& request, Context& context)
{
    const auto person = web::path_id(request, "person");
    if (!person) return context.refuse(person.error());
    return answer(context, set_block(context.transaction, context.ids, context.now, context.viewer,
                                     *person, true));
}

Response delete_block(const web::Request& request, Context& context)
{
    const auto person = web::path_id(request, "person");
    if (!person) return context.refuse(person.error());
    return answer(context, set_block(context.transaction, context.ids, context.now, context.viewer,
                                     *person, false));
}

} // namespace

void mount_chat_api(web::Router& router)
{
    router.get("/api/v1/chats", get_chats);
    router.post("/api/v1/chats", post_chat).act = web::Act::message;
    router.get("/api/v1/chats/:id", get_chat);
    router.get("/api/v1/chats/:id/messages", get_messages);
    auto& message = router.post("/api/v1/chats/:id/messages", post_message);
    message.prepare = prepare_message;
    message.act = web::Act::message;
    router.post("/api/v1/chats/:id/read", post_read);
    router.post("/api/v1/chats/:id/typing", post_typing);
    router.post("/api/v1/chats/:id/hand-over", post_hand_over);
    router.post("/api/v1/chats/:id/leave", post_leave);
    router.get("/api/v1/chats/:id/questions", get_questions);
    router.post("/api/v1/chats/:id/questions", post_question).act = web::Act::voice;
    router.post("/api/v1/chats/:id/questions/:keeping/agree", post_agree);
    router.post("/api/v1/chats/:id/questions/:keeping/decline", post_question_decline);
    router.get("/api/v1/me/door", get_door);
    router.put("/api/v1/me/door", put_door);
    router.put("/api/v1/me/blocks/:person", put_block);
    router.del("/api/v1/me/blocks/:person", delete_block);
}

} // namespace moothall::organise
