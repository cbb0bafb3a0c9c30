// Chats as pages. They work as plain forms; chat.js sends and fetches lines without leaving the
// page.

#include "organise/chat_view.hpp"

#include "organise/templates.hpp"
#include "people/naming.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"
#include "web/writer.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::organise {

namespace {

using web::Context;
using web::Response;

constexpr int chats_shown = 30;
constexpr int lines_shown = 50;
constexpr int lines_fetched = 200;

/// What a chat is called: its circle, or whom she talks with (also when that one left it since).
std::string name_of(const Chat& chat, const Viewer& viewer, const web::Language& language)
{
    if (chat.circle) return chat.circle_name;
    if (const auto* other = chat.other(viewer.person))
        return people::name_of(other->person, language);
    for (const auto& talker : chat.talkers)
        if (talker.person.id != viewer.person) return people::name_of(talker.person, language);
    return people::name_of({}, language);
}

std::vector<LineView> make_lines(Context& context, const Chat& chat, const std::vector<Line>& lines)
{
    std::int64_t read = 0;
    for (const auto& talker : chat.talkers)
        if (talker.person.id != context.viewer.person && !talker.left)
            read = std::max(read, talker.read);
    std::vector<LineView> views;
    views.reserve(lines.size());
    for (const auto& line : lines) {
        LineView view{.line = line,
                      .mine = line.author.id == context.viewer.person,
                      .read = line.sequence <= read,
                      .who = name_of(line.author, context.language),
                      .to = line.person.id ? name_of(line.person, context.language) : "",
                      .thing = {}};
        if (line.thing) view.thing = record::path_of("voice", line.thing);
        views.push_back(std::move(view));
    }
    return views;
}

std::vector<SafeHtml> words_of(Context& context, const Chat& chat,
                               const std::vector<std::int64_t>& sequences)
{
    std::vector<SafeHtml> words;
    for (auto& line : find_lines(context.transaction, context.viewer, chat, sequences))
        words.push_back(std::move(line.body_html));
    return words;
}

Response get_chats(const web::Request& request, Context& context)
{
    const auto& language = context.language;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto list =
        list_chats(context.transaction, context.viewer, request.query("after"), chats_shown);
    if (!list) return context.refuse(list.error());
    const auto sight = look_at_talkers(context, list->chats);
    ChatsPage page{.frame = web::make_frame(request, context, std::string(language.t("Chats")),
                                            web::Section::people)};
    page.frame.indexed = false;
    page.frame.live_path = "/api/v1/events/stream";
    for (const auto& chat : list->chats) {
        const auto* other = chat.other(context.viewer.person);
        page.rows.push_back({chat, name_of(chat, context.viewer, language),
                             other != nullptr && sight.is_here(other->person.id)});
    }
    if (!request.query("after").empty()) page.pages.first_path = "/chats";
    if (!list->next.empty()) page.pages.next_path = "/chats?after=" + list->next;
    page.empty = {std::string(language.t("You talk with nobody yet")),
                  std::string(language.t("On the page of a person, a circle or a voice you can "
                                         "write to somebody.")),
                  std::string(language.t("People")), "/people"};
    page.now = context.now;
    web::Writer out;
    html::chats(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response show_chat(const web::Request& request, Context& context, Id id,
                   const std::optional<Refusal>& refused)
{
    const auto chat = find_chat(context.transaction, id, context.viewer);
    if (!chat) return context.refuse(chat.error());
    const auto& language = context.language;
    std::int64_t before = -1;
    const auto from = request.query("before");
    std::from_chars(from.data(), from.data() + from.size(), before);
    const auto lines = list_lines(context.transaction, context.viewer, *chat,
                                  {.before = before, .limit = lines_shown});
    const auto name = name_of(*chat, context.viewer, language);
    ChatPage page{.frame = web::make_frame(request, context, name, web::Section::people),
                  .chat = *chat};
    page.frame.narrow = true;
    page.frame.indexed = false;
    if (before < 0) page.frame.live_path = "/api/v1/events/stream";
    page.name = name;
    if (chat->paragraph > 0)
        if (const auto quote =
                quote_paragraph(context.transaction, context.viewer, chat->about, chat->paragraph))
            page.quote = *quote;
    if (const auto* other = chat->other(context.viewer.person)) {
        page.other = other->person.id;
        const auto sight = look_at_talkers(context, {&*chat, 1});
        page.when = say_when(context, page.other, sight.is_here(page.other));
    }
    page.lines = make_lines(context, *chat, lines);
    page.older = lines.empty() || lines.front().sequence == 1 ? 0 : lines.front().sequence;
    std::vector<Keeping> keepings;
    if (chat->is_in()) keepings = list_keepings(context.transaction, context.viewer, id);
    for (const auto& keeping : keepings)
        if (keeping.state == KeepingState::proposed)
            page.keepings.push_back({keeping, words_of(context, *chat, keeping.question),
                                     words_of(context, *chat, keeping.answer),
                                     keeping.agrees == context.viewer.person,
                                     keeping.proposer.id == context.viewer.person});
    page.may_say =
        chat->is_in() && (chat->circle ? context.viewer.role_in(chat->circle) >= Role::member
                                       : chat->other(context.viewer.person) != nullptr);
    page.may_hand_over = page.may_say && !chat->circle && chat->asked == context.viewer.person;
    // A form sent twice says it once.
    page.client_id = context.ids.next(context.now).text();
    page.now = context.now;
    if (refused) {
        page.refused = language.sentence(*refused);
        page.words = request.form("words");
        page.person = request.form("person");
        if (!request.form("client_id").empty()) page.client_id = request.form("client_id");
    }
    web::Writer out;
    html::chat(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_chat(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_chat(request, context, *id, {});
}

/// The lines after a number, for the page that is open: at once, or as soon as there are some.
Response get_lines(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto chat = find_chat(context.transaction, *id, context.viewer);
    if (!chat) return context.refuse(chat.error());
    const auto number = [&](std::string_view name) {
        std::int64_t value = 0;
        const auto text = request.query(name);
        std::from_chars(text.data(), text.data() + text.size(), value);
        return std::max<std::int64_t>(value, 0);
    };
    const auto lines = list_lines(context.transaction, context.viewer, *chat,
                                  {.after = number("after"), .limit = lines_fetched});
    if (lines.empty())
        context.hold = std::chrono::seconds{std::min<std::int64_t>(number("wait"), 25)};
    ChatLines page{make_lines(context, *chat, lines), 0, context.now};
    for (const auto& talker : chat->talkers)
        if (talker.person.id != context.viewer.person && !talker.left)
            page.last = std::max(page.last, talker.read);
    web::Writer out;
    html::chat_lines(out, context.language, page);
    return Response::html(out.take());
}

/// Answers a change of a chat: the page again, or the form with what was refused.
template <class Done>
Response after_change(const web::Request& request, Context& context, Id id,
                      const Result<Done>& done, std::string_view notice = {})
{
    if (!done) {
        const auto reason = done.error().reason;
        if (reason == Reason::invalid || reason == Reason::conflict)
            return show_chat(request, context, id, done.error());
        return context.refuse(done.error());
    }
    auto response = Response::see_other(record::path_of("chat", id) + "#latest");
    if (!notice.empty()) web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

Result<web::Prepared> prepare_line(const web::Request& request, Context&)
{
    // What cannot be said is refused by the handler, which shows the form again.
    return web::Prepared::of(render_line(request.form("words")));
}

Response post_line(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& rendered = std::any_cast<const Result<SafeHtml>&>(context.prepared);
    if (!rendered) return after_change(request, context, *id, rendered);
    const NewLine line{std::string(request.form("client_id")), std::string(request.form("words"))};
    const auto said = say_line(context.transaction, context.ids, context.now, context.viewer, *id,
                               line, *rendered);
    if (said)
        note_presence(context.transaction, context.viewer.organisation, {context.viewer.person},
                      context.now);
    return after_change(request, context, *id, said);
}

Response post_reading(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    std::int64_t sequence = 0;
    const auto text = request.form("sequence");
    std::from_chars(text.data(), text.data() + text.size(), sequence);
    return after_change(request, context, *id,
                        note_read(context.transaction, context.now, context.viewer, *id, sequence));
}

Response post_typing(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto hinted = hint_typing(context.transaction, context.now, context.viewer, *id);
    if (!hinted) return context.refuse(hinted.error());
    return Response::no_content();
}

Response post_handing_over(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto chat = find_chat(context.transaction, *id, context.viewer); !chat)
        return context.refuse(chat.error());
    const auto person =
        find_named(context.transaction, context.viewer, request.form("person"), "person");
    if (!person) return show_chat(request, context, *id, person.error());
    return after_change(request, context, *id,
                        hand_over(context.transaction, context.ids, context.now, context.viewer,
                                  *id, *person, request.form("handing_words")),
                        context.language.t("Handed over. All three can read that."));
}

Response post_leaving(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(
        request, context, *id,
        leave_chat(context.transaction, context.ids, context.now, context.viewer, *id));
}

Response show_form(const web::Request& request, Context& context,
                   const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const bool sent = request.method == web::Method::post;
    const auto asked = [&](std::string_view name) {
        return Id::parse(sent ? request.form(name) : request.query(name)).value_or(Id{});
    };
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in to write to somebody."));
    const web::FilledForm form(language, request, refused);
    ChatFormPage page{.frame = web::make_frame(request, context, {}, web::Section::people),
                      .form = form};
    page.frame.narrow = true;
    page.frame.indexed = false;
    if (asked("circle")) {
        const auto circle =
            people::find_circle(context.transaction, asked("circle"), context.viewer);
        if (!circle) return context.refuse(circle.error());
        page.circle = circle->id;
        page.name = circle->name;
        page.may_write = context.viewer.role_in(circle->id) >= Role::member;
        page.frame.title = language.t("Talk in {1}", page.name);
    } else {
        const auto person =
            people::find_person(context.transaction, asked("person"), context.viewer);
        if (!person || person->state == people::PersonState::erased)
            return context.refuse(Refusal::not_found());
        page.person = person->id;
        page.name = person->name;
        page.may_write = may_write_to(context.transaction, context.viewer, person->id).has_value();
        page.frame.title = language.t("Write to {1}", page.name);
        const auto here =
            list_present(context.transaction, context.viewer, {person->id}, context.now);
        page.when = say_when(context, person->id, !here.empty());
    }
    if (asked("about")) {
        const auto about = people::find_seen(context.transaction, asked("about"), context.viewer);
        if (!about) return context.refuse(about.error());
        page.about = about->id;
        page.about_title = about->title;
        page.about_path = record::path_of(about->kind, about->id);
        const auto number = request.query("paragraph").empty() ? request.form("paragraph")
                                                               : request.query("paragraph");
        if (const auto paragraph = web::read_whole(number).value_or(0); paragraph > 0) {
            const auto quote =
                quote_paragraph(context.transaction, context.viewer, about->id, paragraph);
            if (!quote) return context.refuse(quote.error());
            // One that was taken out meanwhile: then it is about the document.
            if (!quote->empty()) {
                page.paragraph = paragraph;
                page.quote = *quote;
                page.about_path += "#p" + std::to_string(paragraph);
            }
        }
    }
    page.words = form.text("words", language.t("What would you like to say?"));
    page.words.characters_max = static_cast<int>(line_characters_max);
    page.words.required = true;
    page.client_id = context.ids.next(context.now).text();
    web::Writer out;
    html::chat_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_new_chat(const web::Request& request, Context& context)
{
    return show_form(request, context, {});
}

Response post_chat(const web::Request& request, Context& context)
{
    const auto& rendered = std::any_cast<const Result<SafeHtml>&>(context.prepared);
    const auto refuse = [&](Refusal refusal) {
        if (refusal.field == "body") refusal.field = "words";
        if (refusal.reason == Reason::invalid || refusal.reason == Reason::conflict)
            return show_form(request, context, refusal);
        return context.refuse(refusal);
    };
    if (!rendered) return refuse(rendered.error());
    const auto id = [&](std::string_view name) {
        return Id::parse(request.form(name)).value_or(Id{});
    };
    const auto chat = open_chat(context.transaction, context.ids, context.now, context.viewer,
                                {id("person"), id("circle"), id("about"),
                                 web::read_whole(request.form("paragraph")).value_or(0)});
    if (!chat) return refuse(chat.error());
    const auto said = say_line(
        context.transaction, context.ids, context.now, context.viewer, chat->id,
        {std::string(request.form("client_id")), std::string(request.form("words"))}, *rendered);
    if (!said) return refuse(said.error());
    note_presence(context.transaction, context.viewer.organisation, {context.viewer.person},
                  context.now);
    return Response::see_other(chat->path() + "#latest");
}

Response show_question(const web::Request& request, Context& context, Id id,
                       const std::optional<Refusal>& refused)
{
    const auto chat = find_chat(context.transaction, id, context.viewer);
    if (!chat) return context.refuse(chat.error());
    const auto& language = context.language;
    const web::FilledForm form(language, request, refused);
    QuestionPage page{
        .frame = web::make_frame(request, context,
                                 std::string(language.t("Keep it as a question with its answer")),
                                 web::Section::people),
        .form = form,
        .chat = *chat};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.title = form.text("title", language.t("The question in one line"));
    page.title.required = true;
    page.title.characters_max = static_cast<int>(hear::title_characters_max);
    std::vector<web::Choice> choices;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (circle.mine >= Role::member) choices.push_back({circle.id.text(), circle.name});
    page.circle = form.choose("circle", language.t("Where others find it"), std::move(choices),
                              context.viewer.everyone.text());
    auto lines = list_lines(context.transaction, context.viewer, *chat, {.limit = lines_shown});
    std::erase_if(lines, [](const Line& line) {
        return line.kind != LineKind::words || line.author.name.empty();
    });
    for (auto& view : make_lines(context, *chat, lines)) {
        const auto chosen = request.form("line-" + std::to_string(view.line.sequence));
        page.lines.push_back({std::move(view), std::string(chosen)});
    }
    page.now = context.now;
    web::Writer out;
    html::chat_question(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_question(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_question(request, context, *id, {});
}

Response post_question(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto chat = find_chat(context.transaction, *id, context.viewer);
    if (!chat) return context.refuse(chat.error());
    NewKeeping wanted;
    wanted.title = request.form("title");
    wanted.circle = Id::parse(request.form("circle")).value_or(Id{});
    for (const auto& line :
         list_lines(context.transaction, context.viewer, *chat, {.limit = lines_shown})) {
        const auto chosen = request.form("line-" + std::to_string(line.sequence));
        if (chosen == "question") wanted.question.push_back(line.sequence);
        if (chosen == "answer") wanted.answer.push_back(line.sequence);
    }
    const auto keeping =
        propose_keeping(context.transaction, context.ids, context.now, context.viewer, *id, wanted);
    if (!keeping) {
        if (keeping.error().reason == Reason::invalid)
            return show_question(request, context, *id, keeping.error());
        return context.refuse(keeping.error());
    }
    auto response = Response::see_other(keeping->voice ? record::path_of("voice", keeping->voice)
                                                       : chat->path() + "#latest");
    web::give_notice(response, context, web::Tone::good,
                     keeping->voice ? context.language.t("Kept. Others find it now.")
                                    : context.language.t("Proposed. Nobody else sees it before "
                                                         "the other one agrees."));
    return response;
}

Response post_agreement(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto keeping = web::path_id(request, "keeping");
    if (!keeping) return context.refuse(keeping.error());
    return after_change(request, context, *id,
                        agree_to_keeping(context.transaction, context.ids, context.now,
                                         context.viewer, *id, *keeping),
                        context.language.t("Kept. Others find it now."));
}

Response post_question_declining(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto keeping = web::path_id(request, "keeping");
    if (!keeping) return context.refuse(keeping.error());
    return after_change(request, context, *id,
                        decline_keeping(context.transaction, context.ids, context.now,
                                        context.viewer, *id, *keeping),
                        context.language.t("It stays between you."));
}

/// Whoever has a page before her says so each minute, as long as she looks at it.
Response post_here(const web::Request&, Context& context)
{
    if (context.viewer.signed_in())
        note_presence(context.transaction, context.viewer.organisation, {context.viewer.person},
                      context.now);
    return Response::no_content();
}

Response block(const web::Request& request, Context& context, bool blocked)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto done =
        set_block(context.transaction, context.ids, context.now, context.viewer, *id, blocked);
    if (!done) return context.refuse(done.error());
    auto response = Response::see_other("/settings/chats");
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

Response post_block(const web::Request& request, Context& context)
{
    return block(request, context, true);
}

Response post_unblock(const web::Request& request, Context& context)
{
    return block(request, context, false);
}

} // namespace

ChatSight look_at_talkers(Context& context, std::span<const Chat> chats)
{
    std::vector<Id> people;
    for (const auto& chat : chats)
        for (const auto& talker : chat.talkers)
            if (!talker.left && talker.person.id != context.viewer.person)
                people.push_back(talker.person.id);
    const auto present = list_present(context.transaction, context.viewer, people, context.now);
    return {{present.begin(), present.end()}};
}

std::vector<std::string> say_when(Context& context, Id person, bool here)
{
    const auto& language = context.language;
    const auto organisation = context.viewer.organisation;
    std::vector<std::string> words;
    if (here) words.emplace_back(language.t("there now"));
    if (const auto habit = find_habit(context.transaction, organisation, person))
        words.emplace_back(language.t(sentence_of(*habit)));
    const auto door = find_door(context.transaction, organisation, person);
    if (const auto in_hours = is_in_hours(door, context.now)) {
        words.push_back(
            language.t("office hours {1}:00 to {2}:00, {3}", door.from, door.till, door.zone));
        if (!*in_hours) words.emplace_back(language.t("outside of her hours now"));
    }
    return words;
}

void mount_chat_pages(web::Router& router)
{
    router.get("/chats", get_chats);
    router.get("/chats/new", get_new_chat);
    auto& opened = router.post("/chats", post_chat);
    opened.prepare = prepare_line;
    opened.act = web::Act::message;
    router.get("/chats/:id", get_chat);
    router.get("/chats/:id/lines", get_lines);
    auto& line = router.post("/chats/:id/lines", post_line);
    line.prepare = prepare_line;
    line.act = web::Act::message;
    router.post("/chats/:id/reading", post_reading);
    router.post("/chats/:id/typing", post_typing);
    router.post("/chats/:id/handing-over", post_handing_over);
    router.post("/chats/:id/leaving", post_leaving);
    router.get("/chats/:id/question", get_question);
    router.post("/chats/:id/question", post_question).act = web::Act::voice;
    router.post("/chats/:id/questions/:keeping/agreement", post_agreement);
    router.post("/chats/:id/questions/:keeping/declining", post_question_declining);
    router.post("/here", post_here);
    router.post("/people/:id/block", post_block);
    router.post("/people/:id/unblock", post_unblock);
}

} // namespace moothall::organise
