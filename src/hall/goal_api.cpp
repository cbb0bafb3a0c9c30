#include "hall/goals.hpp"

#include "act/api.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// How many questions to a goal are not closed.
std::int64_t count_of(const std::vector<act::Callout>& questions, Id goal)
{
    return std::ranges::count(questions, goal, &act::Callout::about);
}

std::string to_json(Context& context, const decide::Goal& goal)
{
    JsonWriter json(1024);
    write_json(
        json, goal,
        count_of(act::list_running_callouts(context.transaction, "goal", context.viewer), goal.id));
    return json.take();
}

Response answer_goal(Context& context, const Result<decide::Goal>& goal)
{
    if (!goal) return context.refuse(goal.error());
    return Response::json(to_json(context, *goal));
}

/// The fields of a goal as they were sent, with its words rendered before the transaction.
struct GoalWish {
    decide::GoalChange change;
    Id circle;
    std::optional<hear::Rendered> rendered;
};

Result<void> read_lines(const Json& body, decide::GoalChange& change)
{
    const std::pair<const char*, std::optional<std::string>*> fields[] = {
        {"title", &change.title},
        {"words", &change.words},
        {"measure", &change.measure},
        {"target", &change.target},
        {"why", &change.why}};
    for (const auto& [name, place] : fields) {
        auto text = web::read_text(body, name);
        if (!text) return text.error();
        *place = *std::move(text);
    }
    return {};
}

Result<GoalWish> read_goal(const Request& request)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    GoalWish wish;
    auto& change = wish.change;
    if (auto read = read_lines(*body, change); !read) return read.error();
    const auto due = web::read_text(*body, "due");
    if (!due) return due.error();
    if (*due) change.due = parse_date(**due).value_or(Date{});
    const auto owner = web::read_id(*body, "owner");
    if (!owner) return owner.error();
    change.owner = *owner;
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wish.circle = circle->value_or(Id{});
    if (const auto position = body->find("position");
        position && position.kind() != Json::Kind::null) {
        const auto number = position.integer();
        if (!number)
            return Refusal::invalid("position", "A place is a whole number from 0 to 10,000.");
        change.position = number;
    }
    const auto outcome = web::read_text(*body, "outcome");
    if (!outcome) return outcome.error();
    if (*outcome) {
        change.outcome = decide::goal_outcome_of(**outcome);
        if (!change.outcome)
            return Refusal::invalid("outcome", "A goal stands, or is reached, missed or dropped.");
    }
    if (change.words) {
        auto rendered = hear::render_body({}, *change.words);
        if (!rendered) {
            auto refusal = rendered.error();
            refusal.field = "words";
            return refusal;
        }
        wish.rendered = *std::move(rendered);
    }
    return wish;
}

Result<web::Prepared> prepare_goal(const Request& request, Context&)
{
    auto wish = read_goal(request);
    if (!wish) return wish.error();
    return web::Prepared::of(*std::move(wish));
}

Response post_goal(const Request&, Context& context)
{
    const auto& wish = std::any_cast<const GoalWish&>(context.prepared);
    const auto& change = wish.change;
    const auto goal =
        decide::set_goal(context.transaction, context.ids, context.now, context.viewer,
                         {.title = change.title.value_or(""),
                          .words = change.words.value_or(""),
                          .measure = change.measure.value_or(""),
                          .target = change.target.value_or(""),
                          .due = change.due.value_or(Date{}),
                          .owner = change.owner.value_or(Id{}),
                          .circle = wish.circle},
                         wish.rendered.value_or(hear::Rendered{}));
    if (!goal) return context.refuse(goal.error());
    return web::created(to_json(context, *goal), "/api/v1/goals/" + goal->id.text());
}

Response patch_goal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& wish = std::any_cast<const GoalWish&>(context.prepared);
    return answer_goal(context,
                       decide::change_goal(context.transaction, context.ids, context.now,
                                           context.viewer, *id, wish.change, wish.rendered));
}

Response get_goals(const Request& request, Context& context)
{
    const auto state = request.query("state");
    if (!state.empty() && state != "standing" && state != "ended")
        return context.refuse(Refusal::invalid("state", "Goals are standing or ended."));
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto list = decide::list_goals(
        context.transaction,
        {.ended = state == "ended", .limit = *limit, .after = std::string(request.query("after"))},
        context.viewer);
    if (!list) return context.refuse(list.error());
    const auto questions = act::list_running_callouts(context.transaction, "goal", context.viewer);
    return web::list_response(list->goals, list->next,
                              [&](JsonWriter& json, const decide::Goal& goal) {
                                  write_json(json, goal, count_of(questions, goal.id));
                              });
}

Response get_goal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_goal(context, decide::find_goal(context.transaction, *id, context.viewer));
}

Response get_voices(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto goal = decide::find_goal(context.transaction, *id, context.viewer);
    if (!goal) return context.refuse(goal.error());
    return web::list_response(
        decide::list_goal_voices(context.transaction, *goal, context.viewer), {},
        [](JsonWriter& json, const decide::GoalVoice& voice) {
            json.begin_object().field("id", voice.id).field("title", voice.title);
            json.field("side", decide::to_text(voice.side));
            json.field("supporters", voice.supporters).field("url", voice.path).end_object();
        });
}

Response get_revisions(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto goal = decide::find_goal(context.transaction, *id, context.viewer);
    if (!goal) return context.refuse(goal.error());
    return web::list_response(
        decide::list_goal_revisions(context.transaction, *id, context.viewer), {},
        [](JsonWriter& json, const decide::GoalRevision& before) {
            json.begin_object().field("title", before.title).field("words", before.words);
            json.field("measure", before.measure).field("target", before.target);
            json.field("due", before.due).field("owner_name", before.owner.name);
            json.field("changed_by_name", before.changed_by.name);
            json.field("changed_at", before.changed).end_object();
        });
}

Response put_voice(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = web::path_id(request, "voice");
    if (!voice) return context.refuse(voice.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto side = web::read_text(*body, "side");
    if (!side) return context.refuse(side.error());
    return answer_goal(
        context, decide::put_voice(
                     context.transaction, context.ids, context.now, context.viewer, *id, *voice,
                     decide::side_of(side->value_or("")).value_or(decide::Side::none)));
}

Response delete_voice(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = web::path_id(request, "voice");
    if (!voice) return context.refuse(voice.error());
    return answer_goal(context, decide::take_voice_out(context.transaction, context.ids,
                                                       context.now, context.viewer, *id, *voice));
}

Response post_question(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto goal = decide::find_goal(context.transaction, *id, context.viewer);
    if (!goal) return context.refuse(goal.error());
    return act::open_prepared_callout(context, *id);
}

} // namespace

void write_json(JsonWriter& json, const decide::Goal& goal, std::int64_t open_questions)
{
    json.begin_object().field("id", goal.id).field("title", goal.title).field("words", goal.words);
    json.field("measure", goal.measure).field("target", goal.target).field("due", goal.due);
    json.field("position", goal.position).field("outcome", decide::to_text(goal.outcome));
    json.field("why", goal.why).key("owner");
    if (goal.owner.id)
        json.begin_object().field("id", goal.owner.id).field("name", goal.owner.name).end_object();
    else
        json.value(nullptr);
    json.field("circle", goal.circle).field("circle_name", goal.circle_name);
    json.field("for", goal.in_favour).field("against", goal.against);
    json.field("open_questions", open_questions).field("url", goal.path());
    json.field("created_at", goal.created).field("changed_at", goal.changed).end_object();
}

void mount_goal_api(web::Router& router)
{
    router.get("/api/v1/goals", get_goals);
    auto& set = router.post("/api/v1/goals", post_goal);
    set.prepare = prepare_goal;
    set.act = web::Act::voice;
    router.get("/api/v1/goals/:id", get_goal);
    router.patch("/api/v1/goals/:id", patch_goal).prepare = prepare_goal;
    router.get("/api/v1/goals/:id/voices", get_voices);
    router.get("/api/v1/goals/:id/revisions", get_revisions);
    router.put("/api/v1/goals/:id/voices/:voice", put_voice);
    router.del("/api/v1/goals/:id/voices/:voice", delete_voice);
    auto& question = router.post("/api/v1/goals/:id/questions", post_question);
    question.prepare = act::prepare_callout;
    question.act = web::Act::voice;
}

} // namespace moothall::hall
