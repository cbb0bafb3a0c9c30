// Who knows: the box on a question, the directory of skills, and the same for programs.

#include "organise/api.hpp"
#include "organise/chat_view.hpp"
#include "organise/know_view.hpp"
#include "organise/templates.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::organise {

namespace {

using web::Context;
using web::Response;

constexpr int knowers_shown = 5;
constexpr int skills_shown = 100;
constexpr std::size_t question_characters_max = 2000;

const sense::Engine* engine_of(Context& context)
{
    return context.hall.kept<sense::Engine>();
}

Response show_skills(const web::Request& request, Context& context,
                     const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const web::FilledForm form(language, request, refused);
    SkillsPage page{.frame = web::make_frame(request, context, std::string(language.t("Skills")),
                                             web::Section::people),
                    .form = form};
    page.signed_in = context.viewer.signed_in();
    page.text = clip(request.query("text"), question_characters_max);
    std::vector<Knower> knowers;
    if (!page.text.empty() && page.signed_in) {
        if (const auto may = web::allow(context, web::Act::search); !may)
            return context.refuse(may.error());
        knowers = find_knowers(context.transaction, engine_of(context), context.viewer, page.text,
                               knowers_shown);
    }
    page.knowers = make_views(context, knowers, false);
    const auto skills = list_skills(context.transaction, context.viewer, false,
                                    request.query("after"), skills_shown);
    if (!skills) return context.refuse(skills.error());
    page.skills = skills->skills;
    if (!request.query("after").empty()) page.pages.first_path = "/people/skills";
    if (!skills->next.empty())
        page.pages.next_path = "/people/skills?after=" + web::percent_encode(skills->next);
    const auto gaps = list_skills(context.transaction, context.viewer, true, {}, skills_shown);
    if (!gaps) return context.refuse(gaps.error());
    page.gaps = gaps->skills;
    page.name = form.text("name", language.t("What can you do?"));
    page.name.characters_max = static_cast<int>(skill_name_characters_max);
    page.name.required = true;
    page.words = form.text("words", language.t("In your own words"));
    page.words.characters_max = static_cast<int>(skill_words_characters_max);
    page.words.rows = 2;
    page.wish = form.text("wish", language.t("What should somebody here know?"));
    page.wish.characters_max = static_cast<int>(skill_name_characters_max);
    page.wish.required = true;
    web::Writer out;
    html::skills(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_skills(const web::Request& request, Context& context)
{
    return show_skills(request, context, {});
}

Response get_skill(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto skill = find_skill(context.transaction, *id, context.viewer);
    if (!skill) return context.refuse(skill.error());
    const web::FilledForm form(context.language, request, {});
    OneSkillPage page{.frame = web::make_frame(request, context, skill->name, web::Section::people),
                      .skill = *skill,
                      .form = form};
    page.frame.narrow = true;
    page.viewer = context.viewer.person;
    std::string mine;
    for (const auto& holder : skill->people)
        if (holder.person.id == page.viewer) mine = holder.words;
    page.words = form.text("words", context.language.t("In your own words"), mine);
    page.words.characters_max = static_cast<int>(skill_words_characters_max);
    page.words.rows = 2;
    web::Writer out;
    html::skill(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

/// Asked for by the page of a question when it comes into view: looking for who knows costs more
/// than the page itself. Without JavaScript a link leads here.
Response get_knowers(const web::Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto thing = people::find_seen(context.transaction, *id, context.viewer);
    if (!thing) return context.refuse(thing.error());
    auto rows = context.transaction.query(
        "SELECT body FROM voice WHERE org_id = ?1 AND voice_id = ?2 AND kind = 'question'",
        context.viewer.organisation, *id);
    if (!rows.next() || thing->state != record::State::visible)
        return context.refuse(Refusal::not_found());
    if (const auto may = web::allow(context, web::Act::search); !may)
        return context.refuse(may.error());
    const auto question =
        thing->title + " — " + sense::body_beside(thing->title, clip(rows->text(0), 2000));
    auto knowers = find_knowers(context.transaction, engine_of(context), context.viewer, question,
                                knowers_shown + 1);
    // Who asks wants to hear of others.
    std::erase_if(knowers, [&](const Knower& knower) { return knower.person.id == thing->author; });
    if (std::ssize(knowers) > knowers_shown) knowers.pop_back();
    KnowersPage page{.frame = web::make_frame(request, context,
                                              std::string(context.language.t("Who may know this")),
                                              web::Section::voices),
                     .about = *id,
                     .title = thing->title,
                     .rows = make_views(context, knowers,
                                        context.viewer.role_in(thing->circle) >= Role::member ||
                                            context.viewer.is_company())};
    page.frame.narrow = true;
    page.frame.indexed = false;
    web::Writer out;
    html::knowers(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

Response after(const web::Request& request, Context& context, Result<Skill> changed,
               std::string field = {})
{
    if (!changed) {
        auto refusal = changed.error();
        if (refusal.reason != Reason::invalid) return context.refuse(refusal);
        if (!field.empty()) refusal.field = std::move(field);
        return show_skills(request, context, refusal);
    }
    return Response::see_other("/people/skills/" + changed->id.text());
}

Response post_skill(const web::Request& request, Context& context)
{
    return after(request, context,
                 claim_skill(context.transaction, context.ids, context.now, context.viewer,
                             request.form("name"), request.form("words")));
}

Response post_wish(const web::Request& request, Context& context)
{
    return after(request, context,
                 wish_for_skill(context.transaction, context.ids, context.now, context.viewer,
                                request.form("wish")),
                 "wish");
}

Response post_dropping(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after(request, context,
                 drop_skill(context.transaction, context.ids, context.now, context.viewer, *id));
}

Response post_wish_back(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after(
        request, context,
        take_wish_back(context.transaction, context.ids, context.now, context.viewer, *id));
}

Response post_vouch(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after(request, context,
                 vouch(context.transaction, context.ids, context.now, context.viewer, *id,
                       Id::parse(request.form("person")).value_or(Id{}),
                       request.form("undo").empty()));
}

void write_json(JsonWriter& json, const Skill& skill)
{
    json.begin_object().field("id", skill.id).field("name", skill.name);
    json.field("holders", skill.holders).field("wishes", skill.wishes);
    json.field("gap", skill.is_gap()).field("mine", skill.mine).field("wished", skill.wished);
    json.key("people").begin_array();
    for (const auto& holder : skill.people) {
        json.begin_object().field("id", holder.person.id).field("name", holder.person.name);
        json.field("words", holder.words).field("vouches", holder.vouches);
        json.field("vouched", holder.vouched).end_object();
    }
    json.end_array().end_object();
}

Response answer(Context& context, const Result<Skill>& skill)
{
    if (!skill) return context.refuse(skill.error());
    JsonWriter json;
    write_json(json, *skill);
    return Response::json(json.take());
}

Response api_knowers(const web::Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto text = request.query("text");
    if (count_characters(text) > question_characters_max)
        return context.refuse(
            Refusal::invalid("text", "Please say in 2,000 characters at most what it is about."));
    const auto knowers =
        find_knowers(context.transaction, engine_of(context), context.viewer, text, knowers_shown);
    return web::list_response(
        make_views(context, knowers, false), {}, [](JsonWriter& json, const KnowerView& view) {
            json.begin_object();
            json.key("person").begin_object().field("id", view.knower.person.id);
            json.field("name", view.knower.person.name).end_object();
            json.field("here", view.here).field("may_write", view.may_write);
            if (view.habit.empty())
                json.null_field("habit");
            else
                json.field("habit", view.habit);
            json.key("evidence").begin_array();
            for (const auto& reason : view.reasons) {
                json.begin_object().field("kind", to_text(reason.reason.kind));
                json.field("title", reason.reason.title).field("url", reason.reason.path);
                json.field("vouches", reason.reason.vouches).end_object();
            }
            json.end_array().end_object();
        });
}

Response api_skills(const web::Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto page = list_skills(context.transaction, context.viewer,
                                  request.query("gaps") == "yes", request.query("after"), *limit);
    if (!page) return context.refuse(page.error());
    return web::list_response(page->skills, page->next, [](JsonWriter& json, const Skill& skill) {
        write_json(json, skill);
    });
}

Response api_skill(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, find_skill(context.transaction, *id, context.viewer));
}

Response api_post_skill(const web::Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto name = web::read_text(*body, "name");
    if (!name) return context.refuse(name.error());
    const auto words = web::read_text(*body, "words");
    if (!words) return context.refuse(words.error());
    const auto wish = web::read_truth(*body, "wish");
    if (!wish) return context.refuse(wish.error());
    const auto made = wish->value_or(false)
                          ? wish_for_skill(context.transaction, context.ids, context.now,
                                           context.viewer, name->value_or(""))
                          : claim_skill(context.transaction, context.ids, context.now,
                                        context.viewer, name->value_or(""), words->value_or(""));
    if (!made) return context.refuse(made.error());
    JsonWriter json;
    write_json(json, *made);
    return web::created(json.take(), "/api/v1/skills/" + made->id.text());
}

Response api_drop(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context,
                  drop_skill(context.transaction, context.ids, context.now, context.viewer, *id));
}

Response api_wish_back(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, take_wish_back(context.transaction, context.ids, context.now,
                                          context.viewer, *id));
}

Response api_vouch(const web::Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto person = web::path_id(request, "person");
    if (!person) return context.refuse(person.error());
    return answer(context, vouch(context.transaction, context.ids, context.now, context.viewer, *id,
                                 *person, request.method == web::Method::put));
}

} // namespace

std::vector<KnowerView> make_views(Context& context, const std::vector<Knower>& knowers,
                                   bool may_ask)
{
    std::vector<Id> people;
    for (const auto& knower : knowers) people.push_back(knower.person.id);
    const auto present = list_present(context.transaction, context.viewer, people, context.now);
    std::vector<KnowerView> views;
    // Five at most: each asks for what she lets be seen.
    for (const auto& knower : knowers) {
        const auto id = knower.person.id;
        const bool here = std::ranges::find(present, id) != present.end();
        KnowerView view{.knower = knower,
                        .reasons = {},
                        .when = say_when(context, id, here),
                        .here = here,
                        .habit = {},
                        .may_write =
                            may_write_to(context.transaction, context.viewer, id).has_value(),
                        .may_ask = may_ask};
        if (const auto habit = find_habit(context.transaction, context.viewer.organisation, id))
            view.habit = context.language.t(sentence_of(*habit));
        for (const auto& reason : knower.reasons)
            view.reasons.push_back({reason, words_of(reason, context.language)});
        views.push_back(std::move(view));
    }
    return views;
}

void write_knowers_part(web::Writer& out, const web::Request&, Context& context,
                        const record::Thing& thing)
{
    if (thing.kind != "voice" || thing.state != record::State::visible ||
        !context.viewer.signed_in())
        return;
    auto rows =
        context.transaction.query("SELECT kind FROM voice WHERE org_id = ?1 AND voice_id = ?2",
                                  context.viewer.organisation, thing.id);
    if (!rows.next() || rows->text(0) != "question") return;
    html::knowers_part(out, context.language, thing.id);
}

void mount_know_pages(web::Router& router)
{
    router.get("/voices/:id/knowers", get_knowers);
    router.get("/people/skills", get_skills);
    router.post("/people/skills", post_skill);
    router.post("/people/skills/wishes", post_wish);
    router.get("/people/skills/:id", get_skill);
    router.post("/people/skills/:id/dropping", post_dropping);
    router.post("/people/skills/:id/vouching", post_vouch);
    router.post("/people/skills/:id/wish-back", post_wish_back);
}

void mount_know_api(web::Router& router)
{
    router.get("/api/v1/people/who-knows", api_knowers).act = web::Act::search;
    router.get("/api/v1/skills", api_skills);
    router.post("/api/v1/skills", api_post_skill);
    router.get("/api/v1/skills/:id", api_skill);
    router.del("/api/v1/skills/:id/mine", api_drop);
    router.del("/api/v1/skills/:id/wish", api_wish_back);
    router.put("/api/v1/skills/:id/people/:person/vouch", api_vouch);
    router.del("/api/v1/skills/:id/people/:person/vouch", api_vouch);
}

} // namespace moothall::organise
