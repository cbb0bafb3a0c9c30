// Feeds of the other lists, of one thing each, and of a circle.
//
// What happened to a thing is read from the log, in the words of rule.cpp, and by today's rule of
// sight of what each event is about: what was hidden or moved since is told no more.

#include "act/act.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "tell/atom.hpp"
#include "tell/feed_pages.hpp"
#include "tell/rule.hpp"
#include "web/api.hpp"
#include "write/write.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int entries_of_list = 50;
constexpr int events_looked_at = 300; // most of a voted decision's events are told to nobody

/// What happened to a thing, newest first: what those who follow it are told of.
void add_story(Feed& feed, Context& context, Id thing)
{
    const auto& language = context.language;
    for (const auto& row : context.transaction.query(
             store::Sql(R"sql(
             SELECT e.event_id, e.verb, e.at_us, coalesce(p.name, ''), t.title, t.kind, t.thing_id
             FROM event_thing et CROSS JOIN event e CROSS JOIN thing t
             LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = e.actor_id
             WHERE et.org_id = ?1 AND e.org_id = ?1 AND t.org_id = ?1 AND et.thing_id = ?3 AND e.event_id = et.event_id
               AND e.audience = 'circle' AND t.thing_id = e.thing_id AND )sql") +
                 people::seen + " ORDER BY et.event_id DESC LIMIT ?4",
             context.viewer.organisation, context.viewer.person, thing, events_looked_at)) {
        const auto* rule = find_rule(row.text(1));
        if (rule == nullptr || rule->sentence == nullptr || rule->followers == Followers::none)
            continue;
        const auto who = row.text(3).empty() ? std::string(language.t("Somebody")) : row.string(3);
        const auto words = language.t(rule->sentence, who, row.text(4));
        auto path = record::path_of(row.text(5), row.id(6));
        if (path.empty()) path = feed.url.substr(context.organisation.url.size());
        feed.entries.push_back({.id = feed.id + '#' + row.id(0).text(),
                                .title = words,
                                .url = context.organisation.url + path,
                                .author = row.string(3),
                                .changed = row.time(2),
                                .text = words});
        if (std::ssize(feed.entries) == entries_of_list) break;
    }
}

/// "/decisions/ID.atom" and so on: refused like what does not exist when that is no decision.
Response get_story_feed(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto thing = people::find_seen(context.transaction, *id, context.viewer);
    if (!thing) return context.refuse(thing.error());
    const auto page = record::path_of(thing->kind, *id);
    if (request.path_text != page + ".atom") return context.refuse(Refusal::not_found());
    auto feed = begin_feed(context, thing->title, page, page + ".atom");
    feed.changed = thing->created;
    add_story(feed, context, *id);
    return atom_response(feed);
}

/// The newest voices of a theme that the reader sees.
Response get_theme_feed(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto theme = sense::find_theme(context.transaction, *id, context.viewer);
    if (!theme) return context.refuse(theme.error());
    const auto found = hear::list_voices(
        context.transaction, {.about = *id, .sort = hear::Sort::newest, .limit = entries_of_list},
        context.viewer);
    if (!found) return context.refuse(found.error());
    const auto page = record::path_of("theme", *id);
    auto feed = begin_feed(context, theme->title, page, page + ".atom");
    for (const auto& voice : found->voices)
        feed.entries.push_back({.id = context.organisation.url + record::path_of("voice", voice.id),
                                .title = voice.title,
                                .url = context.organisation.url + voice.path(),
                                .author = voice.author.name,
                                .changed = voice.created,
                                .text = voice.excerpt});
    return atom_response(feed);
}

/// What is new in a circle, of all kinds. Each kind is one short range of an index.
Response get_circle_feed(const Request& request, Context& context)
{
    constexpr std::string_view kinds[] = {"voice",    "decision",  "commitment",   "goal",
                                          "document", "procedure", "conversation", "announcement"};
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto circle = people::find_circle(context.transaction, *id, context.viewer);
    if (!circle) return context.refuse(circle.error());
    const auto page = record::path_of("circle", *id);
    auto feed = begin_feed(context, context.language.t(circle->name), page, page + ".atom");
    for (const auto kind : kinds)
        for (const auto& row : context.transaction.query(
                 store::Sql(R"sql(
                 SELECT t.thing_id, t.title, t.created_us, coalesce(p.name, '') FROM thing t
                 LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
                 WHERE t.org_id = ?1 AND t.circle_id = ?3 AND t.kind = ?4 AND t.state = 'visible' AND )sql") +
                     people::seen + " ORDER BY t.thing_id DESC LIMIT ?5",
                 context.viewer.organisation, context.viewer.person, *id, kind, entries_of_list)) {
            const auto url = context.organisation.url + record::path_of(kind, row.id(0));
            feed.entries.push_back({.id = url,
                                    .title = row.string(1),
                                    .url = url,
                                    .author = row.string(3),
                                    .changed = row.time(2),
                                    .text = {}});
        }
    std::ranges::sort(feed.entries, std::ranges::greater{}, &FeedEntry::changed);
    if (feed.entries.size() > entries_of_list) feed.entries.resize(entries_of_list);
    return atom_response(feed);
}

/// One entry of a list of things: its page is its id.
void add_entry(Feed& feed, const Context& context, std::string_view kind, Id id, std::string title,
               std::string author, Time changed, std::string text)
{
    const auto url = context.organisation.url + record::path_of(kind, id);
    feed.entries.push_back({.id = url,
                            .title = std::move(title),
                            .url = url,
                            .author = std::move(author),
                            .changed = changed,
                            .text = std::move(text)});
}

Response newest_first(Feed feed)
{
    std::ranges::sort(feed.entries, std::ranges::greater{}, &FeedEntry::changed);
    return atom_response(feed);
}

Response get_documents_feed(const Request&, Context& context)
{
    const auto found =
        write::list_documents(context.transaction, {.limit = entries_of_list}, context.viewer);
    if (!found) return context.refuse(found.error());
    auto feed =
        begin_feed(context, context.language.t("Documents"), "/documents", "/documents.atom");
    for (const auto& one : found->documents)
        if (!one.only_card)
            add_entry(feed, context, "document", one.id, one.title, one.author.name, one.changed,
                      one.purpose);
    return newest_first(std::move(feed));
}

Response get_procedures_feed(const Request&, Context& context)
{
    const auto found =
        write::list_procedures(context.transaction, {.limit = entries_of_list}, context.viewer);
    if (!found) return context.refuse(found.error());
    auto feed =
        begin_feed(context, context.language.t("How we work"), "/procedures", "/procedures.atom");
    for (const auto& one : found->procedures)
        add_entry(feed, context, "procedure", one.id, one.title, one.owner.name, one.changed,
                  one.purpose);
    return newest_first(std::move(feed));
}

Response get_barriers_feed(const Request&, Context& context)
{
    const auto found =
        organise::list_barriers(context.transaction, {.limit = entries_of_list}, context.viewer);
    if (!found) return context.refuse(found.error());
    auto feed = begin_feed(context, context.language.t("Barriers"), "/barriers", "/barriers.atom");
    for (const auto& one : found->barriers)
        add_entry(feed, context, "barrier", one.id, one.what, one.author.name,
                  one.answered.value_or(one.created), one.remedy);
    return newest_first(std::move(feed));
}

Response get_agreements_feed(const Request&, Context& context)
{
    const auto found =
        act::list_agreements(context.transaction, {.limit = entries_of_list}, context.viewer);
    if (!found) return context.refuse(found.error());
    auto feed = begin_feed(context, context.language.t("Working agreements"), "/agreements",
                           "/agreements.atom");
    for (const auto& one : found->agreements)
        add_entry(feed, context, "agreement", one.id, one.title, one.author.name, one.changed,
                  one.circle_name);
    return newest_first(std::move(feed));
}

Response get_goals_feed(const Request&, Context& context)
{
    const auto found =
        decide::list_goals(context.transaction, {.limit = entries_of_list}, context.viewer);
    if (!found) return context.refuse(found.error());
    auto feed = begin_feed(context, context.language.t("Strategy"), "/strategy", "/strategy.atom");
    for (const auto& one : found->goals)
        add_entry(feed, context, "goal", one.id, one.title, one.owner.name, one.changed,
                  one.measure + ": " + one.target);
    return newest_first(std::move(feed));
}

Response get_conversations_feed(const Request&, Context& context)
{
    const auto found =
        decide::list_conversations(context.transaction, {.limit = entries_of_list}, context.viewer);
    if (!found) return context.refuse(found.error());
    auto feed = begin_feed(context, context.language.t("Where we agree"), "/conversations",
                           "/conversations.atom");
    for (const auto& one : found->conversations)
        add_entry(feed, context, "conversation", one.id, one.question, one.owner.name, one.changed,
                  {});
    return newest_first(std::move(feed));
}

Response get_themes_feed(const Request&, Context& context)
{
    auto feed = begin_feed(context, context.language.t("Themes"), "/themes", "/themes.atom");
    for (const auto& one : sense::list_themes(
             context.transaction, "topic", sense::ThemeSort::newest, context.viewer, context.now)) {
        add_entry(feed, context, "theme", one.id, one.title, {}, one.created,
                  context.language.tn("{1} voice", "{1} voices", one.figures.voices));
        if (std::ssize(feed.entries) == entries_of_list) break;
    }
    return newest_first(std::move(feed));
}

Response get_rises_feed(const Request&, Context& context)
{
    auto feed = begin_feed(context, context.language.t("Signals"), "/signals", "/signals.atom");
    for (const auto& one : sense::list_rises(context.transaction, context.viewer, entries_of_list))
        add_entry(feed, context, "rise", one.id, one.title, {}, one.day,
                  context.language.tn("{1} voice", "{1} voices", one.voices));
    return newest_first(std::move(feed));
}

} // namespace

void mount_thing_feeds(web::Router& router)
{
    router.get("/decisions/:id.atom", get_story_feed);
    router.get("/promises/:id.atom", get_story_feed);
    router.get("/procedures/:id.atom", get_story_feed);
    router.get("/facts/:id.atom", get_story_feed);
    router.get("/strategy/:id.atom", get_story_feed);
    router.get("/conversations/:id.atom", get_story_feed);
    router.get("/barriers/:id.atom", get_story_feed);
    router.get("/agreements/:id.atom", get_story_feed);
    router.get("/themes/:id.atom", get_theme_feed);
    router.get("/circles/:id.atom", get_circle_feed);
    router.get("/documents.atom", get_documents_feed);
    router.get("/procedures.atom", get_procedures_feed);
    router.get("/strategy.atom", get_goals_feed);
    router.get("/conversations.atom", get_conversations_feed);
    router.get("/themes.atom", get_themes_feed);
    router.get("/signals.atom", get_rises_feed);
    router.get("/barriers.atom", get_barriers_feed);
    router.get("/agreements.atom", get_agreements_feed);
}

} // namespace moothall::tell
