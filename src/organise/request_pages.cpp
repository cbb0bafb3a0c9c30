#include "organise/pages.hpp"
#include "organise/templates.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <array>
#include <unordered_map>

namespace moothall::organise {

namespace {

using web::Context;
using web::Response;

/// "Half are answered within 3 hours": of a circle, or of all that the viewer sees.
std::string say_answer_time(const AnswerTime& time, const web::Language& language)
{
    if (time.answers == 0) return {};
    return language.t("Half of those asked answer within {1}", language.duration(time.median));
}

Response get_requests(const web::Request& request, Context& context)
{
    const auto& language = context.language;
    const bool signed_in = context.viewer.signed_in();
    const std::array<std::pair<std::string_view, const char*>, 4> boxes{
        {{"of_me", web::translatable("Asked of me")},
         {"by_me", web::translatable("Asked by me")},
         {"circles", web::translatable("Open in my circles")},
         {"all", web::translatable("All")}}};
    const auto wanted = request.query("box");
    const std::string_view word =
        !wanted.empty() && box_of(wanted) ? wanted : (signed_in ? "of_me" : "all");
    RequestQuery query;
    query.box = box_of(word).value_or(Box::all);
    query.after = request.query("after");
    const auto found = list_requests(context.transaction, query, context.viewer);
    if (!found) return context.refuse(found.error());
    RequestsPage page{.frame =
                          web::make_frame(request, context, std::string(language.t("Requests")),
                                          web::Section::promises)};
    page.frame.live_path = "/api/v1/events/stream";
    for (const auto& [box, label] : boxes)
        if (signed_in || box == "all")
            page.tabs.push_back(
                {std::string(language.t(label)), "/requests?box=" + std::string(box), box == word});
    page.rows = make_views(context, found->requests);
    if (!query.after.empty()) page.pages.first_path = "/requests?box=" + std::string(word);
    if (!found->next.empty())
        page.pages.next_path =
            "/requests?box=" + std::string(word) + "&after=" + web::percent_encode(found->next);
    page.empty = {std::string(language.t("Nothing waits here")),
                  std::string(language.t("On the page of a voice you can ask for somebody by name, "
                                         "or for whoever knows.")),
                  std::string(language.t("All voices")), "/voices"};
    page.answer_time =
        say_answer_time(find_answer_time(context.transaction, context.viewer), language);
    page.now = context.now;
    web::Writer out;
    html::requests(out, language, page);
    return web::show(context, page.frame, out.take());
}

/// With a refusal, the form that was sent to `sent_to` comes back as it was typed.
Response show_request(const web::Request& request, Context& context, Id id,
                      const std::optional<Refusal>& refused, std::string_view sent_to = {})
{
    auto found = find_request(context.transaction, id, context.viewer);
    if (!found) return context.refuse(found.error());
    const auto& language = context.language;
    const std::vector<Request> one{*std::move(found)};
    const auto& shown = one.front();
    auto views = make_views(context, one);
    // The page has no place for the form any more: the answer says why, with all that was typed.
    if (refused && !views.front().may_answer)
        return context.refuse(
            shown.is_open() ? *refused : Refusal::conflict("This request is closed already."));
    std::string title = !shown.person.name.empty() ? language.t("{1} is asked", shown.person.name)
                        : shown.topic.empty()
                            ? std::string(language.t("Somebody who left is asked"))
                            : language.t("Whoever knows about “{1}” is asked", shown.topic);
    RequestPageView page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::promises),
        .view = views.front()};
    page.frame.narrow = true;
    page.frame.live_path = "/api/v1/events/stream";
    page.moderating = hear::find_moderating(
        context.transaction, context.viewer,
        *record::find_thing(context.transaction, context.viewer.organisation, id), page.frame.csrf);
    page.answer_time = say_answer_time(
        find_answer_time(context.transaction, context.viewer.organisation, shown.circle), language);
    if (!shown.person.id)
        page.candidates = list_candidates(context.transaction, context.viewer, id);
    if (shown.answer) {
        if (const auto reply =
                hear::find_reply(context.transaction, shown.answer, context.viewer)) {
            page.answer = reply->body_html;
            page.answer_path = shown.about_path + "#" + shown.answer.text();
        } else if (const auto promise =
                       people::find_seen(context.transaction, shown.answer, context.viewer)) {
            page.answer_path = record::path_of(promise->kind, promise->id);
        }
    }
    page.now = context.now;
    if (refused) {
        page.refused = language.sentence(*refused);
        page.sent_to = sent_to;
        page.words = request.form("words");
        page.person = request.form("person");
        page.why = request.form("why");
    }
    web::Writer out;
    html::request(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_request(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_request(request, context, *id, {});
}

enum class Lookup : std::uint8_t { no, yes };

Response show_form(const web::Request& request, Context& context,
                   const std::optional<Refusal>& refused, Lookup lookup)
{
    const auto& language = context.language;
    const bool sent = request.method == web::Method::post;
    const auto about_id =
        Id::parse(sent ? request.form("about") : request.query("about")).value_or(Id{});
    const auto about = people::find_seen(context.transaction, about_id, context.viewer);
    if (!about) return context.refuse(about.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in to ask somebody."));
    const web::FilledForm form(language, request, refused);
    RequestFormPage page{.frame = web::make_frame(request, context,
                                                  std::string(language.t("Ask for somebody")),
                                                  web::Section::promises),
                         .form = form};
    page.frame.narrow = true;
    page.about = about->id;
    page.about_title = about->title;
    page.about_path = record::path_of(about->kind, about->id);
    page.person = form.text("person", language.t("A person, by name"));
    page.topic = form.text("topic", language.t("or whoever knows about"));
    page.topic.characters_max = static_cast<int>(topic_characters_max);
    page.words = form.text("words", language.t("What for?"));
    page.words.characters_max = static_cast<int>(words_characters_max);
    page.looked_up = lookup == Lookup::yes;
    if (page.looked_up)
        page.candidates =
            find_candidates(context.transaction, context.hall.kept<sense::Engine>(), context.viewer,
                            page.topic.value.empty() ? page.about_title : page.topic.value);
    web::Writer out;
    html::request_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_new_request(const web::Request& request, Context& context)
{
    return show_form(request, context, {}, Lookup::no);
}

Response post_candidates(const web::Request& request, Context& context)
{
    return show_form(request, context, {}, Lookup::yes);
}

Response post_request(const web::Request& request, Context& context)
{
    NewRequest wanted;
    wanted.about = Id::parse(request.form("about")).value_or(Id{});
    const auto person =
        find_named(context.transaction, context.viewer, request.form("person"), "person");
    if (!person) return show_form(request, context, person.error(), Lookup::no);
    wanted.person = *person;
    if (!wanted.person) wanted.topic = request.form("topic");
    wanted.words = request.form("words");
    wanted.engine = context.hall.kept<sense::Engine>();
    const auto made =
        make_request(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!made) {
        if (made.error().reason == Reason::not_found) return context.refuse(made.error());
        return show_form(request, context, made.error(), Lookup::no);
    }
    auto response = Response::see_other(made->about_path);
    web::give_notice(response, context, web::Tone::good,
                     made->person.id
                         ? context.language.t("Asked. {1} is told.", made->person.name)
                         : std::string(context.language.t("Asked. Those who may know are told.")));
    return response;
}

Response after_change(const web::Request& request, Context& context, Id id,
                      const Result<Request>& changed, std::string_view sent_to,
                      std::string_view notice)
{
    if (!changed) {
        if (changed.error().reason == Reason::invalid)
            return show_request(request, context, id, changed.error(), sent_to);
        return context.refuse(changed.error());
    }
    auto response = Response::see_other(changed->path());
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

Response post_taking(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(
        request, context, *id,
        take_request(context.transaction, context.ids, context.now, context.viewer, *id), "taking",
        context.language.t("It is yours. Who asked is told."));
}

Response post_passing_on(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto person =
        find_named(context.transaction, context.viewer, request.form("person"), "person");
    if (!person) return show_request(request, context, *id, person.error(), "passing-on");
    return after_change(request, context, *id,
                        pass_on_request(context.transaction, context.ids, context.now,
                                        context.viewer, *id, *person, request.form("why")),
                        "passing-on", context.language.t("Passed on. Both are told."));
}

Response post_request_declining(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        decline_request(context.transaction, context.ids, context.now,
                                        context.viewer, *id, request.form("why")),
                        "declining", context.language.t("Said. Who asked is told."));
}

Result<web::Prepared> prepare_answer(const web::Request& request, Context&)
{
    auto rendered = hear::render_body({}, request.form("words"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_answer(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        answer_request(context.transaction, context.ids, context.now,
                                       context.viewer, *id, request.form("words"),
                                       std::any_cast<const hear::Rendered&>(context.prepared)),
                        "answer", context.language.t("Answered. Who asked is told."));
}

} // namespace

std::vector<RequestView> make_views(Context& context, const std::vector<Request>& requests)
{
    const auto& viewer = context.viewer;
    std::unordered_map<Id, std::string> habits;
    std::vector<RequestView> views;
    for (const auto& request : requests) {
        std::string habit;
        if (request.person.id && request.is_open()) {
            const auto known = habits.find(request.person.id);
            if (known != habits.end()) {
                habit = known->second;
            } else {
                if (const auto found =
                        find_habit(context.transaction, viewer.organisation, request.person.id))
                    habit = context.language.t(sentence_of(*found));
                habits[request.person.id] = habit;
            }
        }
        const bool hers =
            viewer.signed_in() &&
            (request.person.id ? request.person.id == viewer.person : request.candidate);
        const bool anybody =
            viewer.signed_in() && !request.person.id && request.asker.id != viewer.person &&
            (viewer.role_in(request.circle) >= Role::member || viewer.is_company());
        views.push_back({.request = request,
                         .chip = chip_of(request, context.language),
                         .habit = std::move(habit),
                         .may_take = request.state == RequestState::open && (hers || anybody),
                         .may_answer = request.is_open() && hers});
    }
    return views;
}

web::Chip chip_of(const Request& request, const web::Language& language)
{
    switch (request.state) {
    case RequestState::open:
        return {std::string(language.t("Waits")), web::Tone::warn};
    case RequestState::taken:
        return {std::string(language.t("Taken")), web::Tone::accent};
    case RequestState::answered:
        return {std::string(language.t("Answered")), web::Tone::good};
    case RequestState::declined:
        break;
    }
    return {std::string(language.t("Declined")), web::Tone::plain};
}

void write_part(web::Writer& out, const web::Request&, Context& context, const record::Thing& thing)
{
    constexpr int shown = 10;
    if (thing.kind != "voice" && thing.kind != "decision") return;
    const auto found =
        list_requests(context.transaction, {.about = thing.id, .limit = shown}, context.viewer);
    if (!found) return;
    ThingPart part;
    part.thing = thing.id;
    if (context.viewer.signed_in() && thing.author != context.viewer.person)
        part.author = thing.author;
    part.rows = make_views(context, found->requests);
    part.may_ask =
        context.viewer.signed_in() && thing.state == record::State::visible &&
        (context.viewer.role_in(thing.circle) >= Role::member || context.viewer.is_company());
    part.answer_time = say_answer_time(
        find_answer_time(context.transaction, context.viewer.organisation, thing.circle),
        context.language);
    part.csrf = context.csrf;
    part.now = context.now;
    html::thing_part(out, context.language, part);
}

void mount_request_pages(web::Router& router)
{
    router.get("/requests", get_requests);
    router.get("/requests/new", get_new_request);
    router.post("/requests", post_request).act = web::Act::reply;
    auto& candidates = router.post("/requests/candidates", post_candidates);
    candidates.reads_only = true;
    candidates.act = web::Act::search;
    router.get("/requests/:id", get_request);
    router.post("/requests/:id/taking", post_taking);
    router.post("/requests/:id/passing-on", post_passing_on);
    router.post("/requests/:id/declining", post_request_declining);
    auto& answer = router.post("/requests/:id/answer", post_answer);
    answer.prepare = prepare_answer;
    answer.act = web::Act::reply;
}

} // namespace moothall::organise
