#include "hall/agreements.hpp"
#include "people/people.hpp"
#include "text/place.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

void write_agreement(JsonWriter& json, const act::Agreement& agreement)
{
    json.begin_object().field("id", agreement.id).field("title", agreement.title);
    json.field("words", agreement.words).field("circle", agreement.circle);
    json.field("year", std::int64_t{agreement.year}).field("version", agreement.version);
    json.field("agreed_version", agreement.agreed).field("review_on", agreement.review);
    for (const auto& [name, other] :
         {std::pair("before", agreement.before), std::pair("next", agreement.next)}) {
        if (other)
            json.field(name, other);
        else
            json.null_field(name);
    }
    json.key("signatures").begin_array();
    for (const auto& signature : agreement.signatures) {
        json.begin_object().field("version", signature.version);
        json.field("side", to_text(signature.side));
        write_someone(json, "by", signature.by);
        json.field("at", signature.at).end_object();
    }
    json.end_array().key("links").begin_array();
    for (const auto& link : agreement.links) {
        json.begin_object().field("id", link.thing).field("kind", link.kind);
        json.field("title", link.title).field("measure", link.measure);
        json.field("target", link.target).end_object();
    }
    json.end_array().field("url", agreement.path());
    json.field("created_at", agreement.created).end_object();
}

std::string to_json(const act::Agreement& agreement)
{
    JsonWriter json(2048);
    write_agreement(json, agreement);
    return json.take();
}

Response answer_agreement(Context& context, const Result<act::Agreement>& agreement)
{
    if (!agreement) return context.refuse(agreement.error());
    return Response::json(to_json(*agreement));
}

/// The fields as they were sent, with the words rendered before the transaction.
struct AgreementWish {
    act::AgreementChange change;
    Id circle;
    int year = 0;
    std::optional<SafeHtml> html;
};

Result<web::Prepared> prepare_wish(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    AgreementWish wish;
    auto& change = wish.change;
    std::optional<std::string> said;
    std::optional<std::string> review;
    const std::pair<const char*, std::optional<std::string>*> texts[] = {{"title", &change.title},
                                                                         {"words", &change.words},
                                                                         {"said", &said},
                                                                         {"review_on", &review}};
    for (const auto& [name, place] : texts) {
        auto text = web::read_text(*body, name);
        if (!text) return text.error();
        *place = *std::move(text);
    }
    change.said = said.value_or("");
    if (review) {
        change.review = parse_date(*review);
        if (!change.review)
            return Refusal::invalid("review_on", "Please give a day, as in 2026-05-31.");
    }
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wish.circle = circle->value_or(Id{});
    const auto year = web::read_number(*body, "year", "For which year? Write it with four digits.");
    if (!year) return year.error();
    constexpr std::int64_t years_max = 9999;
    wish.year = static_cast<int>(std::clamp<std::int64_t>(year->value_or(0), 0, years_max));
    const auto version = web::read_number(*body, "version", "A version is a whole number.");
    if (!version) return version.error();
    change.version = *version;
    constexpr std::size_t links_max = 20;
    if (body->find("links")) {
        auto links = web::read_ids(*body, "links", links_max);
        if (!links) return links.error();
        change.links = *std::move(links);
    }
    if (change.words) {
        auto html = write::render_words(*change.words);
        if (!html) return html.error();
        wish.html = *std::move(html);
    }
    return web::Prepared::of(std::move(wish));
}

Response get_agreements_api(const Request& request, Context& context)
{
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto page = act::list_agreements(
        context.transaction,
        {.circle = *circle, .limit = *limit, .after = std::string(request.query("after"))},
        context.viewer);
    if (!page) return context.refuse(page.error());
    return web::list_response(
        page->agreements, page->next,
        [](JsonWriter& json, const act::Agreement& one) { write_agreement(json, one); });
}

Response post_agreement_api(const Request&, Context& context)
{
    const auto& wish = std::any_cast<const AgreementWish&>(context.prepared);
    const auto& change = wish.change;
    const auto made = act::write_agreement(
        context.transaction, context.ids, context.now, context.viewer,
        {.title = change.title.value_or(""),
         .words = change.words.value_or(""),
         .circle = wish.circle,
         .year = wish.year != 0
                     ? wish.year
                     : static_cast<int>(
                           Date{std::chrono::floor<std::chrono::days>(context.now)}.year()),
         .review = change.review,
         .links = change.links.value_or(std::vector<Id>{})},
        wish.html.value_or(SafeHtml{}));
    if (!made) return context.refuse(made.error());
    return web::created(to_json(*made), "/api/v1/agreements/" + made->id.text());
}

Response get_agreement_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_agreement(context, act::find_agreement(context.transaction, *id, context.viewer));
}

Response patch_agreement_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& wish = std::any_cast<const AgreementWish&>(context.prepared);
    return answer_agreement(context,
                            act::change_agreement(context.transaction, context.ids, context.now,
                                                  context.viewer, *id, wish.change, wish.html));
}

Response post_sign_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto version = web::read_number(*body, "version", "A version is a whole number.");
    if (!version) return context.refuse(version.error());
    return answer_agreement(context,
                            act::sign_agreement(context.transaction, context.ids, context.now,
                                                context.viewer, *id, version->value_or(0)));
}

Response post_next_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto agreement = act::find_agreement(context.transaction, *id, context.viewer);
    if (!agreement) return context.refuse(agreement.error());
    const auto next = begin_next_year(context, *agreement);
    if (!next) return context.refuse(next.error());
    return web::created(to_json(*next), "/api/v1/agreements/" + next->id.text());
}

void write_agreement_version(JsonWriter& json, const write::PageVersion& version)
{
    json.field("version", version.version).field("title", version.title);
    json.field("said", version.said);
    write_someone(json, "by", version.by);
    json.field("written_at", version.written);
}

Response get_agreement_versions_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto agreement = act::find_agreement(context.transaction, *id, context.viewer);
    if (!agreement) return context.refuse(agreement.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto after = request.query("after");
    const auto before = after.empty() ? std::optional<std::int64_t>(0) : web::read_whole(after);
    if (!before) return context.refuse(not_a_place());
    const auto page = write::list_versions(context.transaction, context.viewer.organisation, *id,
                                           *before, *limit);
    return web::list_response(page.versions,
                              page.next == 0 ? std::string() : std::to_string(page.next),
                              [](JsonWriter& json, const write::PageVersion& version) {
                                  json.begin_object();
                                  write_agreement_version(json, version);
                                  json.end_object();
                              });
}

Response get_agreement_version_api(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto agreement = act::find_agreement(context.transaction, *id, context.viewer);
    if (!agreement) return context.refuse(agreement.error());
    const auto version = write::find_version(context.transaction, context.viewer.organisation, *id,
                                             web::read_whole(request.path("version")).value_or(0));
    if (!version) return context.refuse(version.error());
    JsonWriter json(4096);
    json.begin_object();
    write_agreement_version(json, *version);
    json.field("words", version->words);
    return Response::json(json.end_object().take());
}

} // namespace

void mount_agreement_api(web::Router& router)
{
    router.get("/api/v1/agreements", get_agreements_api);
    auto& write_new = router.post("/api/v1/agreements", post_agreement_api);
    write_new.prepare = prepare_wish;
    write_new.act = web::Act::voice;
    router.get("/api/v1/agreements/:id", get_agreement_api);
    router.patch("/api/v1/agreements/:id", patch_agreement_api).prepare = prepare_wish;
    router.post("/api/v1/agreements/:id/sign", post_sign_api);
    router.post("/api/v1/agreements/:id/next", post_next_api);
    router.get("/api/v1/agreements/:id/versions", get_agreement_versions_api);
    router.get("/api/v1/agreements/:id/versions/:version", get_agreement_version_api);
}

} // namespace moothall::hall
