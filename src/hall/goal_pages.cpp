#include "hall/goals.hpp"

#include "decide/conversation_pages.hpp"
#include "hall/templates.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int found_shown = 5;

Response get_strategy(const Request& request, Context& context)
{
    const auto& language = context.language;
    const bool ended = request.query("state") == "ended";
    const auto list = decide::list_goals(
        context.transaction, {.ended = ended, .after = std::string(request.query("after"))},
        context.viewer);
    if (!list) return context.refuse(list.error());
    StrategyPage page{.frame =
                          web::make_frame(request, context, std::string(language.t("Strategy")),
                                          web::Section::strategy)};
    page.frame.canonical_url = context.organisation.url + "/strategy";
    page.frame.feed_path = "/strategy.atom";
    page.frame.calendar_path = "/calendar.ics";
    page.frame.description = language.t(
        "Where {1} is going, and what people say for and against it.", context.organisation.name);
    page.frame.live_path = "/api/v1/events/stream";
    page.now = context.now;
    page.may_set = context.viewer.signed_in() && decide::may_set_goals(context.viewer);
    page.tabs = {{std::string(language.t("Goals now")), "/strategy", !ended},
                 {std::string(language.t("Ended")), "/strategy?state=ended", ended}};
    const auto questions = act::list_running_callouts(context.transaction, "goal", context.viewer);
    for (const auto& goal : list->goals) {
        GoalRow row{goal, chip_of(goal, context.now, language), {}};
        std::ranges::copy_if(questions, std::back_inserter(row.questions),
                             [&](const act::Callout& one) { return one.about == goal.id; });
        page.rows.push_back(std::move(row));
    }
    const std::string here = ended ? "/strategy?state=ended" : "/strategy";
    if (!request.query("after").empty()) page.pages.first_path = here;
    if (!list->next.empty())
        page.pages.next_path =
            here + (ended ? "&after=" : "?after=") + web::percent_encode(list->next);
    page.empty = {std::string(language.t("No goal here")),
                  std::string(language.t("The stewards of the company say here where it is going, "
                                         "so that anybody can question it.")),
                  page.may_set ? std::string(language.t("Set a goal")) : std::string(),
                  page.may_set ? "/strategy/new" : ""};
    web::Writer out(16 * 1024);
    html::strategy(out, language, page);
    return web::show(context, page.frame, out.take());
}

/// What a refused form on the goal's page sent.
struct Sent {
    std::string title;
    std::string body;
};

Response show_goal(const Request& request, Context& context, Id id,
                   const std::optional<Refusal>& refused, const Sent& sent)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const auto goal = decide::find_goal(context.transaction, id, viewer);
    if (!goal) return context.refuse(goal.error());
    GoalPage page{.frame = web::make_frame(request, context, goal->title, web::Section::strategy),
                  .goal = *goal,
                  .chip = chip_of(*goal, context.now, language)};
    page.frame.canonical_url = context.organisation.url + goal->path();
    page.frame.feed_path = record::path_of("goal", goal->id) + ".atom";
    page.frame.live_path = "/api/v1/events/stream";
    for (auto& voice : decide::list_goal_voices(context.transaction, *goal, viewer))
        (voice.side == decide::Side::in_favour ? page.in_favour : page.against)
            .push_back(std::move(voice));
    const auto questions = act::list_callouts(context.transaction, id, viewer);
    for (const auto& question : questions)
        page.questions.push_back(act::view_of(question, viewer, language));
    page.revisions = decide::list_goal_revisions(context.transaction, id, viewer);
    page.may_change = decide::may_change(*goal, viewer);
    page.may_speak = viewer.role_in(goal->circle) >= Role::member && goal->stands();
    page.may_question = page.may_speak && goal->owner.id && !goal->owner.name.empty() &&
                        goal->owner.id != viewer.person;
    page.looked_for = request.query("find");
    if (page.may_speak && !page.looked_for.empty())
        if (const auto found = hear::list_voices(
                context.transaction, {.query = page.looked_for, .limit = found_shown}, viewer))
            for (const auto& voice : found->voices)
                page.found.push_back({voice.id, voice.title, voice.path()});
    web::Writer conversations(4 * 1024);
    decide::write_conversation_part(
        conversations, request, context,
        *record::find_thing(context.transaction, viewer.organisation, id));
    page.conversations = SafeHtml::trusted_from_store(conversations.take());
    if (refused) page.refused = language.sentence(*refused);
    page.question_title = sent.title;
    page.question_body = sent.body;
    page.now = context.now;
    web::Writer out(16 * 1024);
    html::goal(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_goal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_goal(request, context, *id, {}, {});
}

// -- setting and changing -------------------------------------------------------------------------

/// The fields that a new goal and a changed one share.
GoalFormPage make_goal_form(const Request& request, Context& context, std::string title,
                            const std::optional<Refusal>& refused, const decide::Goal& goal)
{
    const auto& language = context.language;
    GoalFormPage page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::strategy),
        .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    const auto& form = page.form;
    page.title = form.text("title", language.t("The goal, in one sentence"), goal.title);
    page.title.characters_max = 200;
    page.words = form.text("words", language.t("Why, and for whom"), goal.words);
    page.words.hint = language.t("Markdown works.");
    page.words.rows = 6;
    page.measure = form.text("measure", language.t("We shall see it by …"), goal.measure);
    page.measure.hint = language.t("One thing that can be counted: “wrong cut-offs a month”.");
    page.target = form.text("target", language.t("What it has to show"), goal.target);
    page.target.hint = language.t("“from 12 to 4 or fewer”");
    page.due = form.text("due", language.t("By when?"),
                         goal.id ? moothall::to_text(goal.due) : std::string());
    page.due.type = "date";
    for (auto* field : {&page.title, &page.measure, &page.target, &page.due})
        field->required = true;
    page.owner = form.text("owner", language.t("Who answers for it?"), goal.owner.name);
    page.owner.hint = language.t("Her name. She must answer every question to the goal, in the "
                                 "open. Left empty, it is you.");
    return page;
}

Response show_goal_form(const Context& context, const GoalFormPage& page,
                        const std::optional<Refusal>& refused)
{
    web::Writer out(8 * 1024);
    html::goal_form(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response show_new_goal(const Request& request, Context& context,
                       const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    auto page =
        make_goal_form(request, context, std::string(language.t("Set a goal")), refused, {});
    page.path = "/strategy";
    std::vector<web::Choice> choices;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (circle.mine >= Role::member)
            choices.push_back({circle.id.text(), std::string(language.t(circle.name))});
    page.circle = page.form.choose("circle", language.t("Who can read it"), std::move(choices),
                                   context.viewer.everyone.text());
    page.button = language.t("Set the goal");
    return show_goal_form(context, page, refused);
}

Response get_new_goal(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!decide::may_set_goals(context.viewer))
        return context.refuse(Refusal::forbidden("Goals are set by the stewards of the company's "
                                                 "circles. Anybody may question them."));
    return show_new_goal(request, context, {});
}

Result<web::Prepared> prepare_goal_words(const Request& request, Context&)
{
    auto rendered = hear::render_body({}, request.form("words"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_goal(const Request& request, Context& context)
{
    decide::NewGoal wanted;
    wanted.title = request.form("title");
    wanted.words = request.form("words");
    wanted.measure = request.form("measure");
    wanted.target = request.form("target");
    wanted.due = parse_date(request.form("due")).value_or(Date{});
    wanted.circle = web::sent_id(request, "circle");
    const auto owner =
        organise::find_named(context.transaction, context.viewer, request.form("owner"), "owner");
    if (!owner) return show_new_goal(request, context, owner.error());
    wanted.owner = *owner;
    const auto goal =
        decide::set_goal(context.transaction, context.ids, context.now, context.viewer, wanted,
                         std::any_cast<const hear::Rendered&>(context.prepared));
    if (!goal) {
        if (goal.error().reason == Reason::invalid)
            return show_new_goal(request, context, goal.error());
        return context.refuse(goal.error());
    }
    auto response = Response::see_other(goal->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("The goal is set. Anybody who sees it may question it."));
    return response;
}

Response show_goal_edit(const Request& request, Context& context, Id id,
                        const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto goal = decide::find_goal(context.transaction, id, context.viewer);
    if (!goal) return context.refuse(goal.error());
    if (!decide::may_change(*goal, context.viewer))
        return context.refuse(Refusal::forbidden(
            "Only who answers for this goal, and the company's stewards, may change it. Anybody "
            "may question it."));
    auto page = make_goal_form(request, context, std::string(language.t("Change the goal")),
                               refused, *goal);
    page.path = "/strategy/" + id.text();
    page.owner.hint = language.t("She must answer every question to the goal, in the open.");
    page.position =
        page.form.text("position", language.t("Place on the page"), std::to_string(goal->position));
    page.position->type = "number";
    page.outcome = page.form.choose("outcome", language.t("How it stands"),
                                    {{"", std::string(language.t("It stands"))},
                                     {"reached", std::string(language.t("Reached"))},
                                     {"missed", std::string(language.t("Missed"))},
                                     {"dropped", std::string(language.t("Dropped"))}},
                                    decide::to_text(goal->outcome));
    page.why = page.form.text("why", language.t("Why, for everybody to read"), goal->why);
    page.why->hint = language.t("Needed when it has ended.");
    page.why->rows = 2;
    page.button = language.t("Save");
    return show_goal_form(context, page, refused);
}

Response get_goal_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_goal_edit(request, context, *id, {});
}

Result<decide::GoalChange> read_change(const Request& request, Context& context)
{
    decide::GoalChange change;
    change.title = request.form("title");
    change.words = request.form("words");
    change.measure = request.form("measure");
    change.target = request.form("target");
    change.due = parse_date(request.form("due")).value_or(Date{});
    const auto owner =
        organise::find_named(context.transaction, context.viewer, request.form("owner"), "owner");
    if (!owner) return owner.error();
    if (*owner) change.owner = *owner;
    const auto place = request.form("position");
    std::int64_t position = 0;
    const auto read = std::from_chars(place.data(), place.data() + place.size(), position);
    if (read.ec != std::errc{} || read.ptr != place.data() + place.size())
        return Refusal::invalid("position", "A place is a whole number from 0 to 10,000.");
    change.position = position;
    change.outcome = decide::goal_outcome_of(request.form("outcome"));
    if (!change.outcome)
        return Refusal::invalid("outcome", "A goal stands, or is reached, missed or dropped.");
    change.why = request.form("why");
    return change;
}

Response post_goal_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto change = read_change(request, context);
    if (!change) return show_goal_edit(request, context, *id, change.error());
    const auto goal =
        decide::change_goal(context.transaction, context.ids, context.now, context.viewer, *id,
                            *change, std::any_cast<const hear::Rendered&>(context.prepared));
    if (!goal) {
        if (goal.error().reason == Reason::invalid)
            return show_goal_edit(request, context, *id, goal.error());
        return context.refuse(goal.error());
    }
    auto response = Response::see_other(goal->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Saved. What it said before stays visible."));
    return response;
}

// -- voices and questions -------------------------------------------------------------------------

Response after_voice(const Request& request, Context& context, Id id,
                     const Result<decide::Goal>& changed)
{
    if (!changed) {
        const auto reason = changed.error().reason;
        if (reason == Reason::invalid || reason == Reason::conflict)
            return show_goal(request, context, id, changed.error(), {});
        return context.refuse(changed.error());
    }
    return Response::see_other(changed->path() + "#voices");
}

Response post_voice(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_voice(
        request, context, *id,
        decide::put_voice(context.transaction, context.ids, context.now, context.viewer, *id,
                          Id::parse(request.form("voice")).value_or(Id{}),
                          decide::side_of(request.form("side")).value_or(decide::Side::none)));
}

Response post_goal_removal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = web::path_id(request, "voice");
    if (!voice) return context.refuse(voice.error());
    return after_voice(request, context, *id,
                       decide::take_voice_out(context.transaction, context.ids, context.now,
                                              context.viewer, *id, *voice));
}

Result<web::Prepared> prepare_question(const Request& request, Context&)
{
    auto rendered = hear::render_body(request.form("title"), request.form("body"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_question(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto goal = decide::find_goal(context.transaction, *id, context.viewer);
    if (!goal) return context.refuse(goal.error());
    const Sent sent{std::string(request.form("title")), std::string(request.form("body"))};
    const auto opened = act::open_callout(context.transaction, context.ids, context.now,
                                          context.viewer, {*id, sent.title, sent.body},
                                          std::any_cast<const hear::Rendered&>(context.prepared));
    if (!opened) {
        const auto reason = opened.error().reason;
        if (reason == Reason::invalid || reason == Reason::conflict)
            return show_goal(request, context, *id, opened.error(), sent);
        return context.refuse(opened.error());
    }
    auto response = Response::see_other(goal->path() + "#callout-" + opened->id.text());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Asked. {1} must answer in the open.", goal->owner.name));
    return response;
}

} // namespace

web::Chip chip_of(const decide::Goal& goal, Time now, const web::Language& language)
{
    switch (goal.outcome) {
    case decide::GoalOutcome::reached:
        return {std::string(language.t("Reached")), web::Tone::good};
    case decide::GoalOutcome::missed:
        return {std::string(language.t("Missed")), web::Tone::bad};
    case decide::GoalOutcome::dropped:
        return {std::string(language.t("Dropped")), web::Tone::plain};
    case decide::GoalOutcome::none:
        break;
    }
    if (std::chrono::sys_days{goal.due} + std::chrono::days{1} <= now)
        return {std::string(language.t("Its day is over")), web::Tone::warn};
    return {std::string(language.t("It stands")), web::Tone::accent};
}

void mount_goal_pages(web::Router& router)
{
    router.get("/strategy", get_strategy);
    router.get("/strategy/new", get_new_goal);
    auto& set = router.post("/strategy", post_goal);
    set.prepare = prepare_goal_words;
    set.act = web::Act::voice;
    router.get("/strategy/:id", get_goal);
    router.get("/strategy/:id/edit", get_goal_edit);
    router.post("/strategy/:id", post_goal_edit).prepare = prepare_goal_words;
    router.post("/strategy/:id/voices", post_voice);
    router.post("/strategy/:id/voices/:voice/removal", post_goal_removal);
    auto& question = router.post("/strategy/:id/questions", post_question);
    question.prepare = prepare_question;
    question.act = web::Act::voice;
}

} // namespace moothall::hall
