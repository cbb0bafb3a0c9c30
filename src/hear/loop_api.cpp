#include "hear/api.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "web/api.hpp"

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

Response get_loop(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto thing = people::find_seen(context.transaction, *id, context.viewer);
    if (!thing) return context.refuse(thing.error());
    if (thing->kind != "voice") return context.refuse(Refusal::not_found());
    // What became of a merged voice is what became of the one that stands for it, and the other
    // way.
    std::vector<Id> voices{*id};
    add_merged(context.transaction, context.viewer.organisation, voices);
    return Response::json(loop_json(find_loop(context.transaction, context.viewer, *id, voices),
                                    context.language, context.organisation.url));
}

std::string to_json(const Checks& checks)
{
    JsonWriter json;
    json.begin_object().field("helped", checks.helped).field("not_helped", checks.not_helped);
    if (checks.own)
        json.field("own", *checks.own);
    else
        json.null_field("own");
    return json.field("may_say", checks.may_say).end_object().take();
}

Response get_check(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto checks = find_checks(context.transaction, *id, context.viewer);
    if (!checks) return context.refuse(checks.error());
    return Response::json(to_json(*checks));
}

Response put_check(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto helped = web::read_truth(*body, "helped");
    if (!helped) return context.refuse(helped.error());
    if (!*helped) return context.refuse(Refusal::invalid("helped", "Say true or false."));
    const auto words = web::read_text(*body, "words");
    if (!words) return context.refuse(words.error());
    const auto checks = check_outcome(context.transaction, context.ids, context.now, context.viewer,
                                      *id, **helped, words->value_or(""));
    if (!checks) return context.refuse(checks.error());
    return Response::json(to_json(*checks));
}

} // namespace

void mount_loop_api(web::Router& router)
{
    router.get("/api/v1/voices/:id/loop", get_loop);
    router.get("/api/v1/voices/:id/check", get_check);
    router.put("/api/v1/voices/:id/check", put_check);
}

} // namespace moothall::hear
