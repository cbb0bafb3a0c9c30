#include "act/act.hpp"
#include "hall/mine.hpp"
#include "hall/templates.hpp"
#include "organise/organise.hpp"
#include "web/api.hpp"

#include <array>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int lines_shown = 20;
constexpr int changes_shown = 12;

std::vector<Line> list_decisions_of(Context& context, Id person)
{
    std::vector<Line> lines;
    for (const auto& row : context.transaction.query(
             store::Sql(R"sql(
                 SELECT t.thing_id, t.title, t.created_us FROM thing t
                 WHERE t.org_id = ?1 AND t.author_id = ?3 AND t.kind = 'decision' AND )sql") +
                 people::seen + " ORDER BY t.thing_id DESC LIMIT ?4",
             context.viewer.organisation, context.viewer.person, person, lines_shown))
        lines.push_back({row.string(1), record::path_of("decision", row.id(0)),
                         context.language.day(row.time(2))});
    return lines;
}

/// What happened lately to what concerns her, in words; other verbs are not of interest here.
struct Happening {
    std::string_view verb;
    const char* words;
};
constexpr std::array<Happening, 19> happenings{{
    {"hear.voice_said", web::translatable("was said")},
    {"hear.voice_answered", web::translatable("was answered officially")},
    {"hear.status_changed", web::translatable("has another status")},
    {"hear.reply_said", web::translatable("was replied to")},
    {"act.commitment_made", web::translatable("was promised")},
    {"act.commitment_kept", web::translatable("was kept")},
    {"act.commitment_moved", web::translatable("was moved")},
    {"act.commitment_broken", web::translatable("was broken")},
    {"act.commitment_overdue", web::translatable("is overdue")},
    {"act.commitment_withdrawn", web::translatable("was withdrawn")},
    {"act.callout_opened", web::translatable("was called out")},
    {"organise.request_made", web::translatable("was asked for")},
    {"organise.request_taken", web::translatable("was taken on")},
    {"organise.request_answered", web::translatable("was answered")},
    {"write.fact_said", web::translatable("was changed")},
    {"write.fact_changed", web::translatable("was changed")},
    {"write.fact_undone", web::translatable("was changed")},
    {"write.fact_confirmed", web::translatable("was checked: it is so")},
    {"write.fact_denied", web::translatable("was checked: it is not so")},
}};

/// The events that name her, newest first: one range of an index, whatever else happened. A reply
/// has no title of its own; what it answers has.
std::vector<Line> list_changes(Context& context, Id person)
{
    constexpr int looked_at = 60;
    std::vector<Line> lines;
    for (const auto& row : context.transaction.query(store::Sql(R"sql(
                 SELECT e.verb, coalesce(s.kind, t.kind), coalesce(s.thing_id, t.thing_id), coalesce(s.title, t.title),
                        e.at_us
                 FROM event_thing et CROSS JOIN event e CROSS JOIN thing t
                 LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = t.subject_id AND t.kind = 'reply'
                 WHERE et.org_id = ?1 AND e.org_id = ?1 AND t.org_id = ?1 AND et.thing_id = ?3
                   AND e.event_id = et.event_id AND t.thing_id = e.thing_id AND e.audience = 'circle'
                   AND t.kind <> 'person' AND )sql") + people::seen +
                                                         " ORDER BY et.event_id DESC LIMIT ?4",
                                                     context.viewer.organisation,
                                                     context.viewer.person, person, looked_at)) {
        if (std::ssize(lines) == changes_shown) break;
        for (const auto& happening : happenings)
            if (happening.verb == row.text(0))
                lines.push_back(
                    {row.string(3), record::path_of(row.text(1), row.id(2)),
                     context.language.t("{1}, {2}", context.language.t(happening.words),
                                        context.language.ago(row.time(4), context.now))});
    }
    return lines;
}

Response get_person(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    auto& transaction = context.transaction;
    const auto& viewer = context.viewer;
    const auto person = people::find_person(transaction, *id, viewer);
    if (!person || person->state == people::PersonState::erased)
        return context.refuse(Refusal::not_found());
    RecordPage page{.frame = web::make_frame(request, context, person->name, web::Section::people),
                    .person = *person};
    page.now = context.now;
    page.self = viewer.person == *id;
    page.may_write_for = viewer.is_company() && !page.self;
    page.skills = organise::list_skills_of(transaction, viewer, *id);
    page.may_chat = viewer.signed_in() && !page.self &&
                    organise::may_write_to(transaction, viewer, *id).has_value();
    if (const auto about = write::find_about(transaction, *id, viewer))
        page.facts = make_facts_part(context, *about);
    page.circles = people::list_circles_of(transaction, *id, viewer);
    const auto voices = hear::list_voices(
        transaction, {.person = *id, .sort = hear::Sort::newest, .limit = lines_shown}, viewer);
    if (!voices) return context.refuse(voices.error());
    const auto promised_to =
        act::list_commitments(transaction, context.now, {.to = *id, .limit = lines_shown}, viewer);
    if (!promised_to) return context.refuse(promised_to.error());
    const auto promised_by = act::list_commitments(transaction, context.now,
                                                   {.person = *id, .limit = lines_shown}, viewer);
    if (!promised_by) return context.refuse(promised_by.error());
    const auto requests =
        organise::list_requests(transaction, {.person = *id, .limit = lines_shown}, viewer);
    if (!requests) return context.refuse(requests.error());
    page.voices = hear::make_rows(voices->voices, context, {});
    page.promised_to = act::make_rows(promised_to->commitments, context.language);
    page.promised_by = act::make_rows(promised_by->commitments, context.language);
    page.requests = organise::make_views(context, requests->requests);
    page.decisions = list_decisions_of(context, *id);
    page.changes = list_changes(context, *id);
    if (const auto habit = organise::find_habit(transaction, viewer.organisation, *id))
        page.habit = context.language.t(organise::sentence_of(*habit));
    web::Writer out(32 * 1024);
    html::record(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

void mount_person_pages(web::Router& router)
{
    router.get("/people/:id", get_person);
}

} // namespace moothall::hall
