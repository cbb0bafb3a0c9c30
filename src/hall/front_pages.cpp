#include "hall/pages.hpp"

#include "act/act.hpp"
#include "decide/decide.hpp"
#include "hall/templates.hpp"
#include "learn/learn.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::size_t voices_shown = 6;
constexpr int stories_shown = 3;

std::vector<hear::Voice> list(Context& context, const hear::VoiceQuery& query)
{
    auto found = hear::list_voices(context.transaction, query, context.viewer);
    return found ? std::move(found->voices) : std::vector<hear::Voice>{};
}

/// What the hall keeps count of. All of it is kept while things happen: the page reads a few rows,
/// however many voices there are.
struct Figures {
    std::vector<hear::Status> statuses;
    std::int64_t voices = 0;
    std::int64_t stories = 0;
    std::int64_t settled = 0; // whose status is not open any more
    std::int64_t changed = 0;
    learn::HeardRate heard;
    learn::Spans to_answer;
    learn::Spans to_done;
    std::int64_t themes = 0;
    std::int64_t votes = 0; // open ones
    std::int64_t decided = 0;
    act::KeptRate promises;
};

Figures read_figures(Context& context)
{
    auto& transaction = context.transaction;
    const auto& viewer = context.viewer;
    Figures figures;
    figures.statuses = hear::list_statuses(transaction, viewer.organisation);
    const auto counts = hear::count_voices(transaction, viewer);
    figures.voices = counts.all;
    for (const auto& [kind, count] : counts.kinds)
        if (kind == "story") figures.stories = count;
    for (const auto& [id, count] : counts.statuses) {
        const auto* status = hear::find_status(figures.statuses, id);
        if (status == nullptr || status->category == hear::Category::open) continue;
        figures.settled += count;
        if (status->category == hear::Category::done) figures.changed += count;
    }
    const auto sight = learn::find_clock_sight(transaction, viewer, {});
    figures.heard = learn::read_heard_rate(transaction, viewer, sight);
    const auto clock = learn::read_clock(transaction, viewer, learn::ClockLens::all, sight);
    if (!clock.empty()) {
        figures.to_answer = clock.front().spans[static_cast<std::size_t>(learn::Step::answered)];
        figures.to_done = clock.front().spans[static_cast<std::size_t>(learn::Step::done)];
    }
    figures.themes = sense::count_themes(transaction, "topic", viewer);
    for (const auto& [state, count] : decide::count_decisions(transaction, viewer)) {
        if (state == decide::DecisionState::voting) figures.votes = count;
        if (state == decide::DecisionState::closed || state == decide::DecisionState::reviewed)
            figures.decided += count;
    }
    figures.promises = act::find_kept_rate(transaction, viewer);
    return figures;
}

void fill_headline(FrontPage& page, const web::Language& language, const Figures& figures,
                   const std::string& name)
{
    if (figures.voices == 0)
        page.headline = {{std::string(language.t("Say what you want. See what comes of it.")), {}}};
    else
        page.headline = {
            {language.tn("You said {1} thing.", "You said {1} things.", figures.voices), "/voices"},
            {language.tn("{1} was answered.", "{1} were answered.", figures.to_answer.voices),
             "/clock/answered"},
            {language.tn("{1} changed something.", "{1} changed something.",
                         figures.to_done.voices),
             "/clock/done"}};
    page.lead = language.t("{1} and the people it serves run the company together here. Everyone "
                           "sees the same record.",
                           name);
}

double share(std::int64_t part, std::int64_t whole)
{
    return static_cast<double>(part) / static_cast<double>(whole);
}

/// A stop with its figure, or, while there is none, with what happens at that stage.
web::LoopStop make_stop(std::string_view label, bool has_figure, std::string figure,
                        std::string path, std::string_view explained, std::string note = {})
{
    return {.state = has_figure ? web::LoopStop::done : web::LoopStop::later,
            .label = std::string(label),
            .text = has_figure ? std::move(figure) : std::string(explained),
            .path = has_figure ? std::move(path) : std::string(),
            .note = has_figure ? std::move(note) : std::string()};
}

/// The whole loop on one line, with what the company did at each stage. A stage that slips is
/// marked as slipping: nobody would believe the others otherwise.
web::LoopLine make_loop(const Figures& figures, const web::Language& language)
{
    const auto& heard = figures.heard;
    const auto& promises = figures.promises;
    const auto promised = promises.listed_open();
    const auto overdue = promises.listed_overdue();
    web::LoopLine loop;
    loop.stops.push_back(make_stop(
        language.t("Hear"), figures.voices > 0,
        language.tn("{1} voice", "{1} voices", figures.voices), "/voices",
        language.t("Everybody says what they want, and what is broken."),
        heard.people > 0 ? language.tn("{1} person spoke", "{1} people spoke", heard.people)
                         : std::string()));
    loop.stops.push_back(make_stop(language.t("Make sense"), figures.themes > 0,
                                   language.tn("{1} theme", "{1} themes", figures.themes),
                                   "/themes", language.t("What many say is seen as one."),
                                   std::string(language.t("what they mean"))));
    loop.stops.push_back(
        make_stop(language.t("Decide"), figures.votes + figures.decided > 0,
                  figures.votes > 0 ? language.tn("{1} open vote", "{1} open votes", figures.votes)
                                    : language.tn("{1} decision", "{1} decisions", figures.decided),
                  figures.votes > 0 ? "/decisions?state=voting" : "/decisions",
                  language.t("Both sides vote, and each can stop it."),
                  figures.votes > 0 && figures.decided > 0
                      ? language.tn("{1} decided so far", "{1} decided so far", figures.decided)
                      : std::string()));
    loop.stops.push_back(make_stop(language.t("Organise"), promised > 0,
                                   language.tn("{1} open promise", "{1} open promises", promised),
                                   "/promises?state=running",
                                   language.t("Somebody promises it, with a day."),
                                   std::string(language.t("each with a name and a day"))));
    const auto kept = promises.share();
    loop.stops.push_back(make_stop(
        language.t("Act"), kept.has_value() || overdue > 0,
        overdue > 0 ? language.tn("{1} overdue", "{1} overdue", overdue)
                    : language.t("{1} kept", language.percent(kept.value_or(0))),
        overdue > 0 ? "/promises?state=overdue" : "/promises?state=kept",
        language.t("It is done, or called out."),
        kept ? language.t("{1} of promises kept", language.percent(*kept)) : std::string()));
    if (overdue > 0) loop.stops.back().state = web::LoopStop::broken;
    loop.stops.push_back(make_stop(
        language.t("Tell"), heard.people > 0,
        heard.people > 0
            ? language.t("{1} got an answer", language.percent(share(heard.answered, heard.people)))
            : std::string(),
        "/clock#heard", language.t("Whoever asked is told first."),
        heard.people > 0
            ? language.t("{1} an outcome", language.percent(share(heard.outcomes, heard.people)))
            : std::string()));
    loop.stops.push_back(
        make_stop(language.t("Learn"), figures.to_answer.voices > 0,
                  language.t("answered in {1}", language.duration(figures.to_answer.median)),
                  "/clock", language.t("How long it took, and whether it helped."),
                  std::string(language.t("half of the time, or sooner"))));
    return loop;
}

FrontLine make_line(const hear::Voice& voice, const web::Language& language)
{
    return {.title = voice.title,
            .path = voice.path(),
            .language = voice.language,
            .state = std::string(language.t(voice.status.name)),
            .note = language.tn("{1} person", "{1} people", voice.backing() + 1)};
}

void add_voices(Context& context, std::vector<FrontLine>& lines, const hear::VoiceQuery& query)
{
    for (const auto& voice : list(context, query))
        if (lines.size() < voices_shown &&
            (!voice.kept || !query.category || query.category == hear::Category::done))
            lines.push_back(make_line(voice, context.language));
}

void add_promises(Context& context, std::vector<FrontLine>& lines,
                  const act::CommitmentQuery& query)
{
    const auto& language = context.language;
    const auto found =
        act::list_commitments(context.transaction, context.now, query, context.viewer);
    if (!found) return;
    for (const auto& promise : found->commitments)
        lines.push_back(
            {.title = promise.what,
             .path = promise.path(),
             .state = std::string(promise.settled   ? language.t("promised and kept")
                                  : promise.overdue ? language.t("promised, overdue")
                                                    : language.t("promised")),
             .note = promise.days_late() > 0
                         ? language.tn("{1} day late", "{1} days late", promise.days_late())
                     : promise.settled ? language.day(*promise.settled)
                                       : language.t("by {1}", language.day(promise.due))});
}

void add_votes(Context& context, std::vector<FrontLine>& lines)
{
    const auto& language = context.language;
    const auto found = decide::list_decisions(
        context.transaction, {.state = decide::DecisionState::voting, .limit = 2}, context.viewer);
    if (!found) return;
    for (const auto& decision : found->decisions)
        lines.push_back({.title = decision.title,
                         .path = decision.path(),
                         .state = std::string(language.t("put to the vote")),
                         .note = language.t("until {1}", language.day(decision.closes))});
}

Response get_front(const Request& request, Context& context)
{
    FrontPage page{
        .frame = web::make_frame(request, context, context.organisation.name, web::Section::hall)};
    page.frame.canonical_url = context.organisation.url + "/";
    const auto figures = read_figures(context);
    fill_headline(page, context.language, figures, context.organisation.name);
    page.frame.description = page.lead;
    page.loop = make_loop(figures, context.language);
    using hear::Category;
    using hear::Sort;
    // A category that has one status is asked for by that: the statuses are at hand.
    const auto add = [&](std::vector<FrontLine>& lines, Category category, int limit) {
        hear::VoiceQuery query{.category = category, .sort = Sort::trending, .limit = limit};
        query.statuses = &figures.statuses;
        query.brief = true;
        if (std::ranges::count(figures.statuses, category, &hear::Status::category) == 1) {
            query.status =
                std::ranges::find(figures.statuses, category, &hear::Status::category)->id;
            query.category.reset();
        }
        add_voices(context, lines, query);
    };
    if (figures.stories > 0)
        if (auto stories = hear::list_stories(context.transaction, context.viewer, stories_shown))
            page.stories = std::move(stories->voices);
    if (figures.voices > 0)
        add_voices(context, page.heard,
                   {.sort = Sort::trending,
                    .limit = static_cast<int>(voices_shown),
                    .statuses = &figures.statuses,
                    .brief = true});
    if (figures.promises.kept > 0)
        add_promises(
            context, page.changed,
            {.state = act::CommitmentState::kept, .for_others = true, .limit = voices_shown / 2});
    if (figures.changed > 0) add(page.changed, Category::done, voices_shown);
    if (figures.votes > 0) add_votes(context, page.coming);
    if (figures.promises.listed_open() > 0)
        add_promises(context, page.coming, {.running = true, .limit = 2});
    if (figures.settled > figures.changed) {
        add(page.coming, Category::started, 2);
        add(page.coming, Category::planned, 2);
    }
    web::Writer out(32 * 1024);
    html::front(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

void mount_front_pages(web::Router& router)
{
    router.get("/", get_front);
}

} // namespace moothall::hall
