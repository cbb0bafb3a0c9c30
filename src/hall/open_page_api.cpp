#include "hall/open_page_pages.hpp"

#include "hear/hear_json.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

void write_page_json(JsonWriter& json, const OpenPage& page)
{
    constexpr std::string_view states[] = {"written", "asked", "open"};
    json.begin_object().field("id", page.id).field("circle", page.circle);
    json.field("circle_name", page.circle_name).field("purpose", page.purpose);
    json.field("words", page.words).field("state", states[static_cast<std::size_t>(page.state)]);
    if (page.decision && page.state != PageState::written)
        json.field("decision", page.decision);
    else
        json.null_field("decision");
    json.field("opened_at", page.opened);
    json.key("titles").begin_array();
    for (const auto& title : page.titles)
        json.begin_object()
            .field("thing", title.thing)
            .field("kind", title.kind)
            .field("title", title.title)
            .end_object();
    json.end_array().key("names").begin_array();
    for (const auto& name : page.names) write_json(json, name);
    json.end_array().field("running", page.promises.running);
    json.field("kept", page.promises.kept).field("broken", page.promises.broken);
    json.field("overdue", page.promises.overdue).end_object();
}

Response answer_open_page(Context& context, const Result<OpenPage>& page)
{
    if (!page) return context.refuse(page.error());
    JsonWriter json(1024);
    write_page_json(json, *page);
    return Response::json(json.take());
}

Response get_pages(const Request&, Context& context)
{
    return web::list_response(
        list_open_pages(context.transaction, context.viewer), {},
        [](JsonWriter& json, const OpenPage& page) { write_page_json(json, page); });
}

Response get_page(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_open_page(context, find_open_page(context.transaction, *id, context.viewer));
}

/// What a steward sends: the words, rendered before the transaction, and what she chose to name.
struct OpenPageWish {
    std::string words;
    hear::Rendered rendered;
    std::vector<Id> titles;
};

Result<web::Prepared> prepare_page(const Request& request, Context&)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    const auto words = web::read_text(*body, "words");
    if (!words) return words.error();
    OpenPageWish wish{words->value_or(""), {}, {}};
    const auto titles = web::read_texts(*body, "titles", 50);
    if (!titles) return titles.error();
    for (const auto& title : titles->value_or(std::vector<std::string>{})) {
        const auto id = Id::parse(title);
        if (!id)
            return Refusal::invalid("titles", "There is no such voice or theme that you can see.");
        wish.titles.push_back(*id);
    }
    auto rendered = hear::render_body({}, wish.words);
    if (!rendered) {
        auto refusal = rendered.error();
        refusal.field = "words";
        return refusal;
    }
    wish.rendered = *std::move(rendered);
    return web::Prepared::of(std::move(wish));
}

Response put_page(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& wish = std::any_cast<const OpenPageWish&>(context.prepared);
    return answer_open_page(
        context, write_open_page(context.transaction, context.ids, context.now, context.viewer, *id,
                                 wish.words, wish.rendered, wish.titles,
                                 web::Language::of(context.organisation.language)));
}

Response post_asking(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_open_page(
        context, ask_for_consent(context.transaction, context.ids, context.now, context.viewer, *id,
                                 web::Language::of(context.organisation.language)));
}

Response post_asking_withdrawal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    return answer_open_page(context, withdraw_asking(context.transaction, context.ids, context.now,
                                                     context.viewer, *id, reason->value_or("")));
}

Response post_opening(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_open_page(
        context, open_page(context.transaction, context.ids, context.now, context.viewer, *id));
}

Response post_closing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_open_page(
        context, close_page(context.transaction, context.ids, context.now, context.viewer, *id));
}

Response name(const Request& request, Context& context, Naming naming)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer_open_page(context, name_oneself(context.transaction, context.ids, context.now,
                                                  context.viewer, *id, naming));
}

Response put_name(const Request& request, Context& context)
{
    return name(request, context, Naming::shown);
}

Response delete_name(const Request& request, Context& context)
{
    return name(request, context, Naming::withheld);
}

} // namespace

void mount_open_page_api(web::Router& router)
{
    router.get("/api/v1/open-pages", get_pages);
    router.get("/api/v1/circles/:id/together", get_page);
    router.put("/api/v1/circles/:id/together", put_page).prepare = prepare_page;
    router.post("/api/v1/circles/:id/together/asking", post_asking);
    router.post("/api/v1/circles/:id/together/withdrawal", post_asking_withdrawal);
    router.post("/api/v1/circles/:id/together/opening", post_opening);
    router.post("/api/v1/circles/:id/together/closing", post_closing);
    router.put("/api/v1/circles/:id/together/name", put_name);
    router.del("/api/v1/circles/:id/together/name", delete_name);
}

} // namespace moothall::hall
