#include "tell/webhook.hpp"

#include "text/json.hpp"
#include "web/api.hpp"
#include "web/list_page.hpp"

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

void write_fields(JsonWriter& json, const Webhook& webhook)
{
    json.field("id", webhook.id).field("url", webhook.url);
    json.key("verbs").begin_array();
    for (const auto& verb : webhook.verbs) json.value(verb);
    json.end_array();
    json.field("circle", webhook.circle).field("state", webhook.on ? "on" : "off");
    json.field("failures", webhook.failures).field("created_at", webhook.made);
}

Response get_webhooks(const Request&, Context& context)
{
    const auto webhooks = list_webhooks(context.transaction, context.viewer);
    if (!webhooks) return context.refuse(webhooks.error());
    return web::list_response(*webhooks, {}, [](JsonWriter& json, const Webhook& webhook) {
        json.begin_object();
        write_fields(json, webhook);
        json.end_object();
    });
}

Response post_webhook(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto url = web::read_text(*body, "url");
    if (!url) return context.refuse(url.error());
    const auto verbs = web::read_texts(*body, "verbs", 40);
    if (!verbs) return context.refuse(verbs.error());
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto made = make_webhook(
        context.transaction, context.ids, context.now, context.viewer,
        {url->value_or(""), verbs->value_or(std::vector<std::string>{}), circle->value_or(Id{})},
        private_addresses_of(context.hall.settings()));
    if (!made) return context.refuse(made.error());
    JsonWriter json;
    json.begin_object();
    write_fields(json, made->webhook);
    json.field("secret", made->secret).end_object();
    return web::created(json.take(), "/api/v1/webhooks/" + made->webhook.id.text());
}

Response get_webhook(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto webhook = find_webhook(context.transaction, *id, context.viewer);
    if (!webhook) return context.refuse(webhook.error());
    JsonWriter json;
    json.begin_object();
    write_fields(json, *webhook);
    return Response::json(json.end_object().take());
}

Response delete_webhook(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto removed =
        remove_webhook(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!removed) return context.refuse(removed.error());
    return Response::no_content();
}

Result<web::Prepared> prepare_test(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return id.error();
    auto tried =
        try_webhook(context.transaction, context.ids, context.now, context.viewer, *id,
                    context.organisation.url, private_addresses_of(context.hall.settings()));
    if (!tried) return tried.error();
    return web::Prepared::of(*std::move(tried));
}

Response post_test(const Request&, Context& context)
{
    const auto& tried = std::any_cast<const Try&>(context.prepared);
    const auto found = find_webhook(context.transaction, tried.webhook, context.viewer);
    if (!found) return context.refuse(found.error());
    note_try(context.transaction, context.ids, context.now, context.viewer, tried);
    JsonWriter json;
    json.begin_object().field("id", tried.id).field("delivered", tried.error.empty());
    json.field("status", tried.status).field("error", tried.error);
    return Response::json(json.end_object().take());
}

Response get_deliveries(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto after = web::query_id(request, "after");
    if (!after) return context.refuse(after.error());
    const auto webhook = find_webhook(context.transaction, *id, context.viewer);
    if (!webhook) return context.refuse(webhook.error());
    auto deliveries =
        list_deliveries(context.transaction, context.viewer.organisation, *id, *limit + 1, *after);
    const auto next = web::cut_page(deliveries, *limit, [](const Delivery& one) { return one.id; });
    return web::list_response(deliveries, next, [](JsonWriter& json, const Delivery& one) {
        json.begin_object().field("id", one.id);
        if (one.event)
            json.field("event", one.event);
        else
            json.null_field("event");
        json.field("state", one.state).field("attempts", one.attempts);
        json.field("status", one.status).field("error", one.error);
        json.field("created_at", one.made).end_object();
    });
}

} // namespace

void mount_webhook_api(web::Router& router)
{
    router.get("/api/v1/webhooks", get_webhooks);
    auto& made = router.post("/api/v1/webhooks", post_webhook);
    made.keeps_answer = false;
    made.act = web::Act::webhook;
    router.get("/api/v1/webhooks/:id", get_webhook);
    router.del("/api/v1/webhooks/:id", delete_webhook);
    auto& test = router.post("/api/v1/webhooks/:id/test", post_test);
    test.prepare = prepare_test;
    test.act = web::Act::webhook;
    router.get("/api/v1/webhooks/:id/deliveries", get_deliveries);
}

} // namespace moothall::tell
