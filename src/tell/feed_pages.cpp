// Feeds of pages that anybody may read, and each person's own.
//
// A feed reader is signed out, so what it is shown is what a stranger sees; a browser that is
// signed in sees her own rights here as on the pages. Only the private feed shows more: its address
// is the proof.

#include "tell/feed_pages.hpp"

#include "act/act.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "hear/pages.hpp"
#include "people/naming.hpp"
#include "people/people.hpp"
#include "tell/atom.hpp"
#include "tell/notification.hpp"
#include "tell/reader.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/dress.hpp"
#include "write/write.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int entries_max = 50;
constexpr std::size_t text_characters_max = 2000;

/// "?kind=want&…" as it was asked, without what turns pages.
std::string query_of(const Request& request)
{
    const auto mark = request.target.find('?');
    return mark == std::string::npos ? std::string() : request.target.substr(mark);
}

Response get_voices_feed(const Request& request, Context& context)
{
    const auto statuses = hear::list_statuses(context.transaction, context.viewer.organisation);
    auto query = hear::read_voice_query(request, context, statuses);
    query.limit = entries_max;
    query.after.clear();
    // A feed is what is new, whatever order the page is in.
    if (!query.sort && query.query.empty()) query.sort = hear::Sort::newest;
    const auto found = hear::list_voices(context.transaction, query, context.viewer);
    if (!found) return context.refuse(found.error());
    const auto filters = query_of(request);
    auto feed = begin_feed(context, context.language.t("Voices"), "/voices" + filters,
                           "/voices.atom" + filters);
    for (const auto& voice : found->voices) {
        const auto url = context.organisation.url + voice.path();
        feed.entries.push_back({context.organisation.url + "/voices/" + voice.id.text(),
                                voice.title, url, voice.author.name, voice.created, voice.excerpt});
    }
    return atom_response(feed);
}

/// What was said at one voice: the newest replies, and the official answer.
Response get_voice_feed(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = hear::find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    const auto page = "/voices/" + voice->id.text();
    auto feed = begin_feed(context, voice->title, voice->path(), page + ".atom");
    feed.changed = voice->created;
    const auto address = context.organisation.url + page;
    std::vector<hear::Reply> replies;
    std::string after;
    // In the order said; a feed shows the last of them, so it is read to its end, within reason.
    for (int round = 0; round < 10; ++round) {
        auto some = hear::list_replies(context.transaction, voice->id, context.viewer, after, 100);
        if (!some) return context.refuse(some.error());
        std::ranges::move(some->replies, std::back_inserter(replies));
        if (some->next.empty()) break;
        after = some->next;
    }
    for (const auto& reply : replies)
        feed.entries.push_back(
            {address + '#' + reply.id.text(),
             context.language.t("{1} replied to “{2}”.",
                                people::name_of(reply.author, context.language), voice->title),
             address + '#' + reply.id.text(), reply.author.name, reply.created,
             clip(reply.body, text_characters_max, Ellipsis::shown)});
    if (voice->official_at)
        feed.entries.push_back(
            {address + "#official-" + to_rfc3339(*voice->official_at),
             context.language.t("{1} answered “{2}” officially.",
                                people::name_of(voice->official_by, context.language),
                                voice->title),
             address, voice->official_by.name, *voice->official_at,
             clip(voice->official, text_characters_max, Ellipsis::shown)});
    std::ranges::sort(feed.entries, std::ranges::greater{}, &FeedEntry::changed);
    if (feed.entries.size() > entries_max) feed.entries.resize(entries_max);
    return atom_response(feed);
}

/// What a document said, version by version, and who suggested it.
Response get_document_feed(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto document = write::find_document(context.transaction, *id, context.viewer);
    if (!document) return context.refuse(document.error());
    const auto page = "/documents/" + id->text();
    auto feed = begin_feed(context, document->title, document->path(), page + ".atom");
    feed.changed = document->changed;
    for (const auto& version :
         write::list_versions(context.transaction, context.viewer.organisation, *id, 0, entries_max)
             .versions) {
        const auto url =
            context.organisation.url + page + "/versions/" + std::to_string(version.version);
        auto text = version.said;
        if (version.suggested_by.id)
            text += (text.empty() ? "" : " · ") +
                    language.t("suggested by {1}", version.suggested_by.name);
        feed.entries.push_back(
            {url, language.t("{1}, version {2}", version.title, std::to_string(version.version)),
             url, version.by.name, version.written, std::move(text)});
    }
    return atom_response(feed);
}

Response get_decisions_feed(const Request&, Context& context)
{
    decide::DecisionQuery query;
    query.limit = entries_max;
    const auto found = decide::list_decisions(context.transaction, query, context.viewer);
    if (!found) return context.refuse(found.error());
    auto feed =
        begin_feed(context, context.language.t("Decisions"), "/decisions", "/decisions.atom");
    for (const auto& decision : found->decisions)
        feed.entries.push_back({context.organisation.url + "/decisions/" + decision.id.text(),
                                decision.title, context.organisation.url + decision.path(),
                                decision.author.name, decision.changed, decision.belief});
    std::ranges::sort(feed.entries, std::ranges::greater{}, &FeedEntry::changed);
    return atom_response(feed);
}

Response get_promises_feed(const Request&, Context& context)
{
    const auto& language = context.language;
    auto feed = begin_feed(context, language.t("Promises"), "/promises", "/promises.atom");
    const auto found = act::list_commitments(context.transaction, context.now,
                                             {.limit = entries_max}, context.viewer);
    if (!found) return context.refuse(found.error());
    for (const auto& promise : found->commitments)
        feed.entries.push_back(
            {context.organisation.url + "/promises/" + promise.id.text(), promise.what,
             context.organisation.url + promise.path(), promise.by.name, promise.changed,
             promise.what + ", " + language.t("by {1}", language.day(promise.due))});
    std::ranges::sort(feed.entries, std::ranges::greater{}, &FeedEntry::changed);
    return atom_response(feed);
}

/// Her news, for whoever has the address.
Response get_private_feed(const Request& request, Context& context)
{
    const auto reader = find_feed_reader(context, request.path("secret"));
    if (!reader) return context.refuse(reader.error());
    const auto& house = context.organisation;
    const auto& language = *reader->language;
    auto feed = begin_feed(context, language.t("News for you"), "/notifications", "");
    feed.self_url += "/feeds/" + std::string(request.path("secret")) + ".atom";
    // Not its address: an id must stay the same when she makes a new one.
    feed.id = house.url + "/people/" + reader->viewer.person.text() + "#news";
    feed.changed = reader->since;
    feed.language = language.code();
    for (const auto& one : list_notifications(context.transaction, reader->viewer, {}, entries_max))
        feed.entries.push_back({house.url + "/notifications#" + one.id.text(),
                                sentence_of(one, language), house.url + one.path, one.actor,
                                one.created, sentence_of(one, language)});
    auto response = atom_response(feed);
    response.with("Cache-Control", "private, no-store").with("X-Robots-Tag", "noindex");
    web::give_tag(response, request);
    return response;
}

} // namespace

Result<FeedReader> find_feed_reader(const Context& context, std::string_view secret)
{
    const auto& house = context.organisation;
    const auto owner = find_feed_owner(context.transaction, house.id, secret);
    if (!owner) return Refusal::not_found();
    const auto viewer = people::make_viewer(context.transaction, house.id, house.everyone, *owner);
    const auto person = people::find_person_by_id(context.transaction, house.id, *owner);
    if (!viewer || !person) return Refusal::not_found();
    return FeedReader{*viewer,
                      person->language.empty() ? &context.language
                                               : &web::Language::of(person->language),
                      person->created};
}

void mount_feed_pages(web::Router& router)
{
    router.get("/voices.atom", get_voices_feed);
    router.get("/voices/:id.atom", get_voice_feed);
    router.get("/documents/:id.atom", get_document_feed);
    router.get("/decisions.atom", get_decisions_feed);
    router.get("/promises.atom", get_promises_feed);
    router.get("/feeds/:secret.atom", get_private_feed);
}

} // namespace moothall::tell
