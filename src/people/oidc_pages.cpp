// The way to the identity provider and back. Both ends are GETs: the first because a form may not
// lead to another site (form-action 'self'), the second because the provider redirects.

#include "people/oidc.hpp"
#include "people/oidc_circles.hpp"
#include "people/people.hpp"
#include "people/secret.hpp"
#include "people/sign_in.hpp"
#include "web/cookies.hpp"
#include "web/frame.hpp"
#include "web/hall.hpp"
#include "web/log.hpp"

#include <atomic>
#include <memory>

namespace moothall::people {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::chrono::minutes attempt_lasts{10};
constexpr std::string_view oidc_purpose = "oidc";

/// Half of the workers may wait for providers at once. They also answer passwords, and PostgreSQL's
/// reads: a provider that hangs must not stop those.
class Waiting {
public:
    explicit Waiting(const Context& context)
        : granted_(waiting()++ < std::max(1U, context.hall.settings().workers / 2))
    {
    }
    ~Waiting() { --waiting(); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    explicit operator bool() const { return granted_; }

private:
    static std::atomic<unsigned>& waiting()
    {
        static std::atomic<unsigned> count{0};
        return count;
    }
    bool granted_;
};

Refusal too_many()
{
    return Refusal::conflict("Many people are signing in just now. Please try again in a moment.");
}

Refusal stale()
{
    return Refusal::gone("This sign-in was begun in another browser, or more than ten minutes ago, "
                         "or is done already. Please begin once more.");
}

/// Back to the page of signing in, which says what was wrong. A redirect, so that the code leaves
/// the browser's address line, and so that what was used up stays used up.
Response tell(const Request& request, const Context& context, const Refusal& refusal)
{
    web::log({.level = web::LogLevel::info,
              .message = "a sign-in through the identity provider was refused",
              .incident = request.nonce,
              .cause = web::Language::fill(refusal.sentence, refusal.arguments)});
    auto response = Response::see_other("/sign-in");
    web::give_notice(response, context, web::Tone::bad, context.language.sentence(refusal));
    return response;
}

// -- the way there --------------------------------------------------------------------------------

struct Departure {
    std::optional<Refusal> refused;
    Provider provider;
};

Result<web::Prepared> prepare_start(const Request&, Context& context)
{
    const auto settings = find_provider(context);
    if (settings.issuer.empty()) return Refusal::not_found();
    const Waiting waiting(context);
    if (!waiting) return web::Prepared::of(Departure{too_many(), {}});
    const auto provider = find_discovered(settings, context.now);
    if (!provider) return web::Prepared::of(Departure{provider.error(), {}});
    return web::Prepared::of(Departure{{}, *provider});
}

Response get_start(const Request& request, Context& context)
{
    const auto& departure = std::any_cast<const Departure&>(context.prepared);
    if (departure.refused) return tell(request, context, *departure.refused);
    const auto settings = find_provider(context);
    const Attempt attempt{make_secret(), make_secret()};
    make_pass(context.transaction, context.ids, context.now, context.organisation.id,
              {.purpose = oidc_purpose,
               .detail = safe_path(request.query("back")),
               .lasts = attempt_lasts,
               .tries = 1,
               .secret = attempt.secret(settings)});
    Response response;
    response.status = 303;
    response.with("Location",
                  authorization_url(settings, departure.provider, context.organisation, attempt));
    web::set_cookie(response, context, oidc_cookie, attempt.browser, attempt_lasts);
    return response;
}

// -- the way back ---------------------------------------------------------------------------------

struct Return {
    std::optional<Refusal> refused;
    Arrival arrival;
};

Attempt attempt_of(const Request& request, const Context& context)
{
    return {std::string(web::read_cookie(request, context.organisation, oidc_cookie)),
            std::string(request.query("state"))};
}

Result<Arrival> redeem(const Request& request, Context& context, const ProviderSettings& settings)
{
    const auto attempt = attempt_of(request, context);
    if (attempt.browser.empty() || attempt.state.empty() ||
        !find_pass(context.transaction, context.organisation.id, oidc_purpose,
                   attempt.secret(settings), context.now))
        return stale();
    const Waiting waiting(context);
    if (!waiting) return too_many();
    const auto provider = find_discovered(settings, context.now);
    if (!provider) return provider.error();
    // Another provider's answer, sent to us (RFC 9207).
    const auto issuer = request.query("iss");
    if (issuer.empty() ? provider->names_itself : issuer != settings.issuer)
        return Refusal::forbidden("This answer is not of our identity provider.");
    if (request.query("error") == "access_denied")
        return Refusal::forbidden(
            "The identity provider did not let you in, or you did not agree.");
    if (!request.query("error").empty() || request.query("code").empty())
        return Refusal::conflict("The identity provider could not sign you in. Please try again, "
                                 "and tell an owner if it stays so.");
    return redeem_code(settings, *provider,
                       {.code = std::string(request.query("code")),
                        .verifier = attempt.verifier(),
                        .nonce = attempt.nonce(),
                        .redirect_uri = redirect_uri(context.organisation)},
                       context.now);
}

Result<web::Prepared> prepare_callback(const Request& request, Context& context)
{
    const auto settings = find_provider(context);
    if (settings.issuer.empty()) return Refusal::not_found();
    auto arrival = redeem(request, context, settings);
    if (!arrival) return web::Prepared::of(Return{arrival.error(), {}});
    return web::Prepared::of(Return{{}, *std::move(arrival)});
}

Response get_callback(const Request& request, Context& context)
{
    const auto& returned = std::any_cast<const Return&>(context.prepared);
    const auto settings = find_provider(context);
    // Used up whatever comes of it. Of several at the same moment one gets it.
    const auto pass = use_pass(context.transaction, context.organisation.id, oidc_purpose,
                               attempt_of(request, context).secret(settings), context.now);
    if (returned.refused) return tell(request, context, *returned.refused);
    if (!pass) return tell(request, context, stale());
    const auto person = receive(context, settings, returned.arrival);
    if (!person) return tell(request, context, person.error());
    Entry entry{.way = "oidc"};
    entry.roles = apply_claim_rules(
        context.transaction, context.organisation.id, context.organisation.everyone, *person,
        claim_rules_of(settings.circles), returned.arrival.sources, context.now);
    auto response = sign_in(request, context, *person, pass->detail, entry);
    web::clear_cookie(response, context, oidc_cookie);
    return response;
}

} // namespace

void mount_oidc_pages(web::Router& router)
{
    auto& start = router.get(std::string(oidc_path), get_start);
    start.prepare = prepare_start;
    start.writes = true;
    auto& callback = router.get(std::string(oidc_path) + "/callback", get_callback);
    callback.prepare = prepare_callback;
    callback.writes = true;
}

} // namespace moothall::people
