#include "hall/settings.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/list_page.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response get_tokens(const Request& request, Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    return web::page_response(context, request,
                              people::list_api_tokens(context.transaction,
                                                      context.viewer.organisation,
                                                      context.viewer.person),
                              [](JsonWriter& json, const people::ApiToken& token) {
                                  json.begin_object().field("id", token.id);
                                  json.field("name", token.name).field("prefix", token.prefix);
                                  json.field("created_at", token.created);
                                  json.field("used_at", token.used).end_object();
                              });
}

Response post_token(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto name = web::read_text(*body, "name");
    if (!name) return context.refuse(name.error());
    const auto made = people::make_own_token(context.transaction, context.ids, context.now,
                                             context.viewer, name->value_or(""));
    if (!made) return context.refuse(made.error());
    JsonWriter json;
    json.begin_object().field("id", made->id).field("token", made->secret).end_object();
    return web::created(json.take(), "/api/v1/me/tokens/" + made->id.text());
}

Response delete_token(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto ended =
        people::end_own_token(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!ended) return context.refuse(ended.error());
    return Response::no_content();
}

Response get_sessions(const Request& request, Context& context)
{
    if (const auto may = must_be_signed_in(context); !may) return context.refuse(may.error());
    const Id here = context.viewer.session;
    return web::page_response(context, request,
                              people::list_sessions(context.transaction,
                                                    context.viewer.organisation,
                                                    context.viewer.person, context.now),
                              [here](JsonWriter& json, const people::Session& session) {
                                  json.begin_object().field("id", session.id);
                                  json.field("device", session.device);
                                  json.field("created_at", session.created);
                                  json.field("used_at", session.used);
                                  json.field("this_one", session.id == here).end_object();
                              });
}

/// All but the one the request came with.
Response delete_sessions(const Request&, Context& context)
{
    const auto ended =
        people::end_other_sessions(context.transaction, context.ids, context.now, context.viewer);
    if (!ended) return context.refuse(ended.error());
    return Response::no_content();
}

Response delete_session(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto ended =
        people::end_own_session(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!ended) return context.refuse(ended.error());
    return Response::no_content();
}

} // namespace

void mount_account_api(web::Router& router)
{
    router.get("/api/v1/me/tokens", get_tokens);
    router.post("/api/v1/me/tokens", post_token).keeps_answer = false;
    router.del("/api/v1/me/tokens/:id", delete_token);
    router.get("/api/v1/me/sessions", get_sessions);
    router.del("/api/v1/me/sessions", delete_sessions);
    router.del("/api/v1/me/sessions/:id", delete_session);
}

} // namespace moothall::hall
