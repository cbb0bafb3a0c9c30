// Due dates and reviews as a calendar: what whoever asks may see of promises, votes, reviews,
// documents, procedures, goals, conversations, working agreements and barriers.

#include "people/people.hpp"
#include "record/record.hpp"
#include "tell/feed_pages.hpp"
#include "tell/icalendar.hpp"
#include "tell/reader.hpp"
#include "web/dress.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;
using web::translatable;

constexpr int dates_of_kind = 200;
constexpr std::chrono::days kept_on_calendar{30}; // what is over goes away after so long

// Each gives id, title, date, the time it was changed, and whose it is. ?1 the organisation, ?2 who
// looks, ?3 not before, ?4 how many.
constexpr store::SqlLiteral promises_due = R"sql(
    SELECT t.thing_id, t.title, c.due_us, t.changed_us, coalesce(p.name, '') FROM commitment c CROSS JOIN thing t
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    WHERE c.org_id = ?1 AND t.org_id = ?1 AND c.settled = 0 AND c.due_us >= ?3 AND t.thing_id = c.commitment_id
      AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral promises_order = " ORDER BY c.due_us, c.commitment_id LIMIT ?4";

constexpr store::SqlLiteral votes_closing = R"sql(
    SELECT t.thing_id, t.title, d.closes_us, t.changed_us, '' FROM decision d CROSS JOIN thing t
    WHERE d.org_id = ?1 AND t.org_id = ?1 AND d.state = 'voting' AND d.closes_us >= ?3 AND t.thing_id = d.decision_id
      AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral votes_order = " ORDER BY d.closes_us, d.decision_id LIMIT ?4";

constexpr store::SqlLiteral conversations_closing = R"sql(
    SELECT t.thing_id, t.title, v.closes_us, t.changed_us, '' FROM conversation v CROSS JOIN thing t
    WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.state = 'open' AND v.closes_us > 0 AND v.closes_us >= ?3
      AND t.thing_id = v.conversation_id AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral conversations_order =
    " ORDER BY v.closes_us, v.conversation_id LIMIT ?4";

constexpr store::SqlLiteral decisions_reviewed = R"sql(
    SELECT t.thing_id, t.title, d.review_on, t.changed_us, coalesce(p.name, '') FROM decision d CROSS JOIN thing t
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    WHERE d.org_id = ?1 AND t.org_id = ?1 AND d.state = 'closed' AND d.asked_us = 0 AND d.review_on >= ?3
      AND d.outcome = 'passed' AND t.thing_id = d.decision_id AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral reviews_order = " ORDER BY d.review_on, d.decision_id LIMIT ?4";

constexpr store::SqlLiteral documents_reviewed = R"sql(
    SELECT t.thing_id, t.title, o.review_on, t.changed_us, coalesce(p.name, '') FROM document o CROSS JOIN thing t
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = o.decides_id
    WHERE o.org_id = ?1 AND t.org_id = ?1 AND o.review_on <> '' AND o.review_on >= ?3 AND t.thing_id = o.document_id
      AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral documents_order = " ORDER BY o.review_on, o.document_id LIMIT ?4";

constexpr store::SqlLiteral procedures_due = R"sql(
    SELECT t.thing_id, t.title, r.due, t.changed_us, coalesce(p.name, '') FROM procedure r CROSS JOIN thing t
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    WHERE r.org_id = ?1 AND t.org_id = ?1 AND r.state = 'to-mend' AND r.due >= ?3 AND t.thing_id = r.procedure_id
      AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral procedures_order = " ORDER BY r.due, r.procedure_id LIMIT ?4";

constexpr store::SqlLiteral goals_due = R"sql(
    SELECT t.thing_id, t.title, g.due, t.changed_us, coalesce(p.name, '') FROM goal g CROSS JOIN thing t
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    WHERE g.org_id = ?1 AND t.org_id = ?1 AND g.outcome = '' AND g.due >= ?3 AND t.thing_id = g.goal_id
      AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral goals_order = " ORDER BY g.position, g.goal_id LIMIT ?4";

constexpr store::SqlLiteral agreements_reviewed = R"sql(
    SELECT t.thing_id, t.title, a.review_us, t.changed_us, coalesce(c.name, '') FROM agreement a CROSS JOIN thing t
    LEFT JOIN circle c ON c.org_id = ?1 AND c.circle_id = t.circle_id
    WHERE a.org_id = ?1 AND t.org_id = ?1 AND a.asked = 0 AND a.review_us >= ?3 AND a.review_us > 0
      AND t.thing_id = a.agreement_id AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral agreements_order = " ORDER BY a.review_us, a.agreement_id LIMIT ?4";

constexpr store::SqlLiteral barriers_due = R"sql(
    SELECT t.thing_id, t.title, b.due_us, t.changed_us, '' FROM barrier b CROSS JOIN thing t
    WHERE b.org_id = ?1 AND t.org_id = ?1 AND b.settled = 0 AND b.due_us >= ?3 AND t.thing_id = b.barrier_id
      AND t.state = 'visible' AND )sql";
constexpr store::SqlLiteral barriers_order = " ORDER BY b.due_us, b.barrier_id LIMIT ?4";

struct CalendarSource {
    store::SqlLiteral sql;
    store::SqlLiteral order;
    std::string_view kind; // of the thing
    std::string_view what; // of its dates, for the id: a decision has two
    const char* sentence;  // {1} the title
    enum : std::uint8_t { moment, day_of_time, day } date;
};
constexpr CalendarSource calendar_sources[] = {
    {promises_due, promises_order, "commitment", "due", translatable("Promised for today: {1}"),
     CalendarSource::day_of_time},
    {votes_closing, votes_order, "decision", "closes", translatable("The vote closes: {1}"),
     CalendarSource::moment},
    {decisions_reviewed, reviews_order, "decision", "review", translatable("What came of it? {1}"),
     CalendarSource::day},
    {documents_reviewed, documents_order, "document", "review",
     translatable("Who may read it is looked at again: {1}"), CalendarSource::day},
    {procedures_due, procedures_order, "procedure", "due", translatable("To be mended: {1}"),
     CalendarSource::day},
    {goals_due, goals_order, "goal", "due", translatable("The day of a goal: {1}"),
     CalendarSource::day},
    {conversations_closing, conversations_order, "conversation", "closes",
     translatable("The conversation closes: {1}"), CalendarSource::moment},
    {agreements_reviewed, agreements_order, "agreement", "review",
     translatable("Both sides look at it again: {1}"), CalendarSource::day_of_time},
    {barriers_due, barriers_order, "barrier", "due",
     translatable("A barrier is to be answered or removed: {1}"), CalendarSource::day_of_time},
};

std::optional<std::variant<Date, Time>> date_of(const CalendarSource& source, const store::Row& row)
{
    if (source.date == CalendarSource::moment) return row.time(2);
    if (source.date == CalendarSource::day_of_time)
        return Date{std::chrono::floor<std::chrono::days>(row.time(2))};
    const auto date = parse_date(row.text(2));
    if (!date) return {};
    return *date;
}

Calendar make_calendar(const Context& context, const Viewer& viewer, const web::Language& language,
                       std::string path)
{
    const auto& house = context.organisation;
    Calendar calendar{house.name + ": " + std::string(language.t("Due dates and reviews")),
                      house.url + std::move(path),
                      language.code(),
                      {}};
    const auto since = context.now - kept_on_calendar;
    const auto first_day = to_text(Date{std::chrono::floor<std::chrono::days>(since)});
    const auto add = [&](const CalendarSource& source, const auto& from) {
        for (const auto& row :
             context.transaction.query(store::Sql(source.sql) + people::seen + source.order,
                                       viewer.organisation, viewer.person, from, dates_of_kind)) {
            const auto at = date_of(source, row);
            if (!at) continue;
            CalendarEntry entry;
            entry.id = row.id(0).text() + '-' + std::string(source.what) + '@' + house.id.text() +
                       ".moothall";
            entry.at = *at;
            entry.title = language.t(source.sentence, row.text(1));
            entry.text = row.string(4);
            entry.url = house.url + record::path_of(source.kind, row.id(0));
            entry.changed = row.time(3);
            calendar.entries.push_back(std::move(entry));
        }
    };
    for (const auto& source : calendar_sources)
        if (source.date == CalendarSource::day)
            add(source, first_day);
        else
            add(source, since);
    return calendar;
}

Response calendar_response(const Calendar& calendar)
{
    Response response;
    response.body = to_icalendar(calendar);
    response.with("Content-Type", "text/calendar; charset=utf-8");
    return response;
}

/// A stranger's sees what strangers see; a browser that is signed in has her own rights here.
Response get_calendar(const Request&, Context& context)
{
    return calendar_response(
        make_calendar(context, context.viewer, context.language, "/calendar.ics"));
}

/// What one person sees, for whoever has the secret of her feed.
Response get_private_calendar(const Request& request, Context& context)
{
    const auto reader = find_feed_reader(context, request.path("secret"));
    if (!reader) return context.refuse(reader.error());
    auto response =
        calendar_response(make_calendar(context, reader->viewer, *reader->language,
                                        "/feeds/" + std::string(request.path("secret")) + ".ics"));
    response.with("Cache-Control", "private, no-store").with("X-Robots-Tag", "noindex");
    web::give_tag(response, request);
    return response;
}

} // namespace

void mount_calendar_pages(web::Router& router)
{
    router.get("/calendar.ics", get_calendar);
    router.get("/feeds/:secret.ics", get_private_calendar);
}

} // namespace moothall::tell
