#pragma once

#include "base/invariant.hpp"
#include "web/cookies.hpp"
#include "web/csrf.hpp"
#include "web/dress.hpp"
#include "web/engine.hpp"

namespace moothall::web {

/// The language of a viewer, or what a visitor chose at the foot of a page, or the best for her
/// browser, or the organisation's: also for a browser that asks only for languages we have not.
inline const Language& language_for(const Viewer& viewer, const Request& request,
                                    const Organisation* organisation)
{
    if (!viewer.language.empty()) return Language::of(viewer.language);
    if (organisation != nullptr)
        if (const auto chosen = read_cookie(request, *organisation, language_cookie);
            !chosen.empty())
            return Language::of(chosen);
    if (const auto* wanted = Language::accepted(request.header("accept-language"))) return *wanted;
    return Language::of(organisation != nullptr ? std::string_view(organisation->language) : "en");
}

template <class Use>
Made Hall::Engine::with_context(Turn& turn, store::Transaction& transaction, const Use& use)
{
    const auto& request = turn.request;
    const auto& organisation = turn.house->organisation;
    Identity identity;
    if (hall_.hooks().identify)
        identity = hall_.hooks().identify(transaction, organisation, request, turn.now);
    auto& viewer = identity.viewer;
    invariant(!viewer.signed_in() || viewer.organisation == organisation.id,
              "a viewer belongs to the organisation that she was asked for");
    invariant(!viewer.session || !identity.csrf_secret.empty(), "a session has its csrf secret");
    viewer.organisation = organisation.id;
    viewer.everyone = organisation.everyone;

    std::string csrf;
    std::string visitor; // signed out: whom the forms' tokens are bound to
    if (!turn.api && !identity.csrf_secret.empty()) {
        csrf = make_csrf_token(identity.csrf_secret);
    } else if (!turn.api && !viewer.api_token) {
        visitor = read_cookie(request, organisation, visitor_cookie);
        if (!is_visitor(visitor)) visitor = make_visitor();
        csrf = make_csrf_token(visitor_secret(turn.house->visitor_key, visitor));
    }

    Context context{.hall = hall_,
                    .transaction = transaction,
                    .organisation = organisation,
                    .viewer = viewer,
                    .now = turn.now,
                    .ids = hall_.ids(),
                    .language = language_for(viewer, request, &organisation),
                    .prepared = {},
                    .api = turn.api,
                    .request = &request,
                    .csrf = std::move(csrf),
                    .after_commit = {},
                    .spent = &turn.spent};
    Made made;
    made.response = use(context, identity);
    if (request.method == Method::head) made.response.stream = nullptr;
    const bool had_session =
        !read_cookie(request, organisation, session_cookie).empty() && !turn.api;
    dress(made.response, {.request = request,
                          .organisation = organisation,
                          .signed_in = context.viewer.signed_in(),
                          .csrf = context.csrf,
                          .visitor = visitor,
                          .forget_session = identity.refused && had_session});
    made.after_commit = std::move(context.after_commit);
    made.hold = context.hold;
    made.viewer = std::move(context.viewer);
    made.touch_due = identity.touch_due && !turn.changes;
    return made;
}

} // namespace moothall::web
