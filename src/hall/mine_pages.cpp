#include "act/act.hpp"
#include "hall/mine.hpp"
#include "hall/templates.hpp"
#include "organise/organise.hpp"
#include "web/api.hpp"
#include "write/write.hpp"

#include <algorithm>
#include <map>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int shown_max = 50;
constexpr int follows_shown = 20;

/// Decisions whose roll she is on, and where she has not voted yet.
std::vector<Line> list_votes(Context& context)
{
    std::vector<Line> lines;
    for (const auto& row : context.transaction.query(store::Sql(R"sql(
                 SELECT DISTINCT t.thing_id, t.title, d.closes_us FROM roll r CROSS JOIN decision d CROSS JOIN thing t
                 WHERE r.org_id = ?1 AND d.org_id = ?1 AND t.org_id = ?1 AND r.person_id = ?2
                   AND d.decision_id = r.decision_id AND d.state = 'voting' AND t.thing_id = d.decision_id
                   AND NOT EXISTS (SELECT 1 FROM ballot b
                                   WHERE b.org_id = ?1 AND b.decision_id = r.decision_id
                                     AND b.person_id = r.person_id AND b.electorate = r.electorate)
                   AND )sql") + people::seen + " ORDER BY d.closes_us, t.thing_id LIMIT ?3",
                                                     context.viewer.organisation,
                                                     context.viewer.person, shown_max))
        lines.push_back({row.string(1), record::path_of("decision", row.id(0)),
                         context.language.t("until {1}", context.language.day(row.time(2)))});
    return lines;
}

/// Decisions of hers whose review date has come.
std::vector<Line> list_reviews(Context& context)
{
    const auto today = moothall::to_text(Date{std::chrono::floor<std::chrono::days>(context.now)});
    std::vector<Line> lines;
    for (const auto& row : context.transaction.query(R"sql(
             SELECT t.thing_id, t.title, d.review_on FROM thing t CROSS JOIN decision d
             WHERE t.org_id = ?1 AND d.org_id = ?1 AND t.author_id = ?2 AND t.kind = 'decision'
               AND d.decision_id = t.thing_id AND d.state = 'closed' AND d.outcome = 'passed' AND d.review_on <= ?3
             ORDER BY d.review_on, t.thing_id LIMIT ?4 )sql",
                                                     context.viewer.organisation,
                                                     context.viewer.person, today, shown_max))
        lines.push_back({row.string(1), record::path_of("decision", row.id(0)),
                         context.language.t(
                             "since {1}", context.language.day(parse_date(row.text(2)).value()))});
    return lines;
}

/// Procedures of hers that were gone round too often.
std::vector<Line> list_to_mend(Context& context)
{
    std::vector<Line> lines;
    for (const auto& procedure :
         write::list_to_mend(context.transaction, context.viewer.person, context.viewer, shown_max))
        lines.push_back({procedure.title, procedure.path(),
                         context.language.t("until {1}", context.language.day(*procedure.due))});
    return lines;
}

std::vector<Line> list_follows(Context& context)
{
    std::vector<Line> lines;
    for (const auto& row : context.transaction.query(
             store::Sql(R"sql(
                 SELECT t.thing_id, t.kind, t.title, t.changed_us FROM follow f CROSS JOIN thing t
                 WHERE f.org_id = ?1 AND t.org_id = ?1 AND f.person_id = ?2 AND (f.replies = 1 OR f.outcome = 1)
                   AND t.thing_id = f.thing_id AND )sql") +
                 people::seen + " ORDER BY f.thing_id DESC LIMIT ?3",
             context.viewer.organisation, context.viewer.person, follows_shown))
        lines.push_back({row.string(2), record::path_of(row.text(1), row.id(0)),
                         context.language.ago(row.time(3), context.now)});
    return lines;
}

/// What of hers falls due in which week, this one first; what is overdue counts in this one.
std::vector<LoadWeek> make_load(const std::vector<std::pair<Date, std::int64_t>>& promises,
                                Time now)
{
    const auto monday_of = [](std::chrono::sys_days day) {
        return day - (std::chrono::weekday{day} - std::chrono::Monday);
    };
    const auto this_week = monday_of(std::chrono::floor<std::chrono::days>(now));
    std::map<std::chrono::sys_days, std::int64_t> weeks;
    for (const auto& [due, count] : promises)
        weeks[std::max(this_week, monday_of(std::chrono::sys_days{due}))] += count;
    std::vector<LoadWeek> load;
    for (const auto& [monday, count] : weeks) load.push_back({Date{monday}, count});
    return load;
}

Response get_mine(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    if (!viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto asked = organise::list_requests(context.transaction,
                                               {.box = organise::Box::asked_of_me,
                                                .open_only = true,
                                                .oldest_first = true,
                                                .limit = shown_max},
                                               viewer);
    if (!asked) return context.refuse(asked.error());
    const auto promised = act::list_commitments(
        context.transaction, context.now,
        {.running = true, .person = viewer.person, .limit = 2 * shown_max}, viewer);
    if (!promised) return context.refuse(promised.error());
    const auto callouts = act::list_callouts_to_answer(context.transaction, viewer, shown_max);

    MinePage page{.frame = web::make_frame(request, context,
                                           std::string(language.t("What waits for me")),
                                           web::Section::none)};
    page.frame.live_path = "/api/v1/events/stream";
    page.frame.narrow = true;
    page.requests = organise::make_views(context, asked->requests);
    page.promises = act::make_rows(promised->commitments, language);
    for (const auto& callout : callouts) {
        page.callouts.push_back(act::view_of(callout, viewer, language));
        page.callouts.back().with_about = true;
    }
    page.votes = list_votes(context);
    page.reviews = list_reviews(context);
    page.to_mend = list_to_mend(context);
    page.follows = list_follows(context);
    const auto due = act::count_due_days(context.transaction, viewer);
    page.load = make_load(due, context.now);
    page.asked = organise::count_asked_of(context.transaction, viewer);
    std::size_t promises = 0;
    for (const auto& [day, count] : due) promises += static_cast<std::size_t>(count);
    page.load_most = 1;
    for (const auto& week : page.load) page.load_most = std::max(page.load_most, week.promises);
    const auto add = [&](const char* label, const char* path, std::size_t waiting) {
        if (waiting > 0)
            page.parts.push_back(
                {std::string(language.t(label)), path, false, static_cast<std::int64_t>(waiting)});
    };
    add(web::translatable("Answer in the open"), "#callouts", page.callouts.size());
    add(web::translatable("Asked of me"), "#requests", static_cast<std::size_t>(page.asked));
    add(web::translatable("What I promised"), "#promises", promises);
    add(web::translatable("My vote is asked for"), "#votes", page.votes.size());
    add(web::translatable("Was it right? Reviews that are due"), "#reviews", page.reviews.size());
    add(web::translatable("Mend or retire it"), "#to-mend", page.to_mend.size());
    page.nothing = page.parts.empty();
    page.habit_shown =
        organise::shows_habit(context.transaction, viewer.organisation, viewer.person);
    if (const auto habit =
            organise::find_habit(context.transaction, viewer.organisation, viewer.person))
        page.habit = language.t(organise::sentence_of(*habit));
    page.now = context.now;
    web::Writer out(16 * 1024);
    html::mine(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response post_habit(const Request& request, Context& context)
{
    const auto& viewer = context.viewer;
    if (!viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    organise::show_habit(context.transaction, viewer.organisation, viewer.person,
                         request.form("shown") == "yes");
    record::append(context.transaction, viewer.organisation, context.ids,
                   {.verb = "organise.habit_changed",
                    .thing = viewer.person,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = context.now,
                    .audience = record::Audience::actor});
    auto response = Response::see_other("/mine");
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

} // namespace

void mount_mine_pages(web::Router& router)
{
    router.get("/mine", get_mine);
    router.post("/mine/habit", post_habit);
}

} // namespace moothall::hall
