#include "web/perform.hpp"
#include "base/invariant.hpp"
#include "web/cookies.hpp"
#include "web/csrf.hpp"
#include "web/dress.hpp"
#include "web/engine.hpp"
#include "web/idempotency.hpp"
#include "web/problem.hpp"

namespace moothall::web {

Made Hall::Engine::perform(Turn& turn, store::Transaction& transaction)
{
    return with_context(turn, transaction, [&](Context& context, const Identity& identity) {
        auto response = answer_to(turn, context, identity);
        const bool writes = turn.changes && !turn.route->reads_only;
        if (writes && response.status < 400 && identity.touch_due && hall_.hooks().touch)
            hall_.hooks().touch(transaction, context.viewer, context.now);
        return response;
    });
}

Response Hall::Engine::answer_to(Turn& turn, Context& context, const Identity& identity)
{
    if (const auto good = check(turn, context, identity); !good)
        return context.refuse(good.error());
    context.prepared = turn.prepared;
    const bool writes = turn.changes && !turn.route->reads_only;
    if (writes && context.viewer.signed_in()) {
        if (turn.key) return answer_once(turn, context, *turn.key, idempotency_kept);
        if (const auto key = key_of_form(turn.request, *turn.route, context.api))
            return answer_once(turn, context, *key, pressed_twice_within);
    }
    return turn.route->handler(turn.request, context);
}

/// Answers a write with an Idempotency-Key, or a form that may be sent twice by mistake.
Response Hall::Engine::answer_once(Turn& turn, Context& context, const std::string& key,
                                   std::chrono::microseconds kept)
{
    auto before =
        claim_key(context.transaction, context.viewer, key, turn.request, context.now, kept);
    if (!before) return context.refuse(before.error());
    if (*before) return **std::move(before);
    auto response = turn.route->handler(turn.request, context);
    constexpr int led_on = 303;
    if (!turn.key && response.status != led_on)
        // A page with people's words: it is made anew, and is not kept.
        free_key(context.transaction, context.viewer, key);
    else if (response.status < 400)
        keep_answer(context.transaction, context.viewer, key, response, turn.route->keeps_answer);
    return response;
}

Result<void> Hall::Engine::check(const Turn& turn, Context& context, const Identity& identity) const
{
    if (context.api && identity.refused)
        return Refusal::unauthenticated("This token or session is not good (any more).");
    const bool needs_csrf = turn.route->needs_csrf && !turn.route->writes;
    if (turn.changes && needs_csrf && !context.viewer.api_token) {
        const auto meant = check_csrf(turn.request, context.organisation, identity.csrf_secret,
                                      turn.house->visitor_key, context.api);
        if (!meant) return meant;
    }
    const auto act = turn.changes ? Act::write : context.api ? Act::api_read : Act::page_read;
    if (const auto allowed = allow(context, act); !allowed) return allowed;
    if (turn.route->act) return allow(context, *turn.route->act);
    return {};
}

std::optional<Response> Hall::Engine::prepare(Turn& turn)
{
    if (turn.route->prepare == nullptr) return {};
    std::optional<std::any> prepared;
    auto made = hall_.database().read([&](store::Transaction& transaction) {
        return with_context(turn, transaction, [&](Context& context, const Identity& identity) {
            // Asked before the slow work, so that nobody can have it done for nothing, and asked
            // again in the write's own transaction.
            if (const auto good = check(turn, context, identity); !good)
                return context.refuse(good.error());
            auto result = turn.route->prepare(turn.request, context);
            if (!result) return context.refuse(result.error());
            prepared = std::move(result->value);
            return Response::no_content();
        });
    });
    if (!prepared) return std::move(made.response);
    turn.prepared = *std::move(prepared);
    return {};
}

} // namespace moothall::web
