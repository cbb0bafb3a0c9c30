#include "hall/widget.hpp"

#include "people/newcomer.hpp"
#include "people/oidc.hpp"
#include "people/oidc_token.hpp"
#include "people/people.hpp"
#include "people/secret.hpp"
#include "tell/signature.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "web/request_parse.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::hall {

namespace {

/// In `identity`, beside the addresses of identity providers, none of which is called so.
constexpr std::string_view issuer = "widget";
constexpr std::size_t token_bytes_max = 4096;
constexpr std::size_t subject_bytes_max = 200;
constexpr std::chrono::seconds clock_skew{60};
constexpr std::chrono::seconds token_lasts{3600};
constexpr std::chrono::seconds session_lasts{3600};

Refusal bad_token()
{
    return Refusal::unauthenticated("This page does not say who you are in a way that we know.");
}

Json read_part(std::string_view part)
{
    std::string text(part);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    auto json = Json::parse(tell::from_base64(text));
    return json ? *std::move(json) : Json();
}

std::int64_t seconds_of(Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string session_key(std::string_view secret)
{
    return people::hmac_base64url(secret, "a session of the widget");
}

/// "https://shop.example:8443" of what somebody wrote; none when it is no origin. Over plain HTTP a
/// token could be read on its way, so that is for trying on one's own machine only.
std::optional<std::string> origin_of(std::string_view text)
{
    while (text.ends_with('/')) text.remove_suffix(1);
    const bool secure = text.starts_with("https://");
    if (!secure && !text.starts_with("http://")) return {};
    const std::string_view scheme = secure ? "https://" : "http://";
    const auto host = web::parse_host(text.substr(scheme.size()));
    if (!host) return {};
    const auto name = std::string_view(*host).substr(0, host->rfind(':'));
    if (!secure && name != "localhost" && name != "127.0.0.1") return {};
    return std::string(scheme) + *host;
}

} // namespace

std::vector<std::string> find_widget_sites(store::Transaction& transaction, Id organisation)
{
    auto sites =
        read_widget_sites(people::find_setting(transaction, organisation, widget_sites_setting));
    return sites ? *std::move(sites) : std::vector<std::string>{};
}

Result<std::vector<std::string>> read_widget_sites(std::string_view text)
{
    std::vector<std::string> sites;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" \t\r\n,"), text.size());
        const auto word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        auto site = origin_of(word);
        if (!site)
            return Refusal::invalid("sites",
                                    "{1} is no address of a site. Write it as https://shop.example")
                .with(clip(word, 100));
        if (std::ranges::find(sites, *site) == sites.end()) sites.push_back(*std::move(site));
    }
    if (sites.size() > widget_sites_max)
        return Refusal::invalid("sites", "At most {1} sites can be named.")
            .with(std::to_string(widget_sites_max));
    return sites;
}

Result<WidgetClaims> check_widget_token(std::string_view token, std::string_view secret, Time now)
{
    const auto first = token.find('.');
    const auto second = token.rfind('.');
    if (secret.empty() || token.size() > token_bytes_max || first == std::string_view::npos ||
        first == second)
        return bad_token();
    // Nothing of it is read before the signature was found good, and the signature is always of the
    // one kind: what its head says of "alg" chooses nothing.
    const auto expected = people::hmac_base64url(secret, token.substr(0, second));
    if (!people::same_secret(expected, token.substr(second + 1))) return bad_token();
    if (read_part(token.substr(0, first)).find("alg").string() != "HS256") return bad_token();
    const auto json = read_part(token.substr(first + 1, second - first - 1));
    const auto ends = json.find("exp").integer();
    const auto at = seconds_of(now);
    if (!ends || *ends < at - clock_skew.count() ||
        *ends > at + token_lasts.count() + clock_skew.count())
        return Refusal::unauthenticated(
            "What this page says of you is over. Please load the page again.");
    if (const auto begins = json.find("nbf").integer(); begins && *begins > at + clock_skew.count())
        return bad_token();
    WidgetClaims claims;
    claims.subject = json.find("sub").string().value_or("");
    claims.email = json.find("email").string().value_or("");
    claims.name = clip(normalise_line(json.find("name").string().value_or("")), 100);
    if (claims.subject.empty() || claims.subject.size() > subject_bytes_max) return bad_token();
    if (!claims.email.empty() && !is_email(claims.email)) claims.email.clear();
    return claims;
}

Result<people::Person> receive_from_site(web::Context& context, const WidgetClaims& claims)
{
    auto& transaction = context.transaction;
    const auto organisation = context.organisation.id;
    std::optional<people::Person> person;
    const auto known = people::find_identity(transaction, organisation, issuer, claims.subject);
    if (known)
        person = people::find_person_by_id(transaction, organisation, *known);
    else if (!claims.email.empty())
        person = people::find_person_by_email(transaction, organisation, claims.email);
    if (!person && known) return bad_token();
    if (!person) {
        auto made = people::create_newcomer(
            transaction, context.ids, context.now, organisation, context.organisation.everyone,
            {.name =
                 claims.name.empty() && claims.email.empty() ? std::string("Guest") : claims.name,
             .email = claims.email},
            context.language);
        if (!made) return made.error();
        person = *std::move(made);
    }
    if (person->state == people::PersonState::unconfirmed) {
        // The site vouches for the address: what she said before is hers now.
        person->state = people::PersonState::active;
        people::save_person(transaction, organisation, *person, context.now);
    }
    if (person->state != people::PersonState::active)
        return Refusal::forbidden("Your account here is closed. Ask an owner to open it again.");
    const auto viewer =
        people::make_viewer(transaction, organisation, context.organisation.everyone, person->id);
    if (!viewer || viewer->owner || viewer->is_company())
        return Refusal::forbidden(
            "Your account may do more than this page can vouch for. Please go to the hall itself.");
    if (!known)
        people::save_identity(transaction, organisation, issuer, claims.subject, person->id);
    return *std::move(person);
}

std::string make_widget_session(std::string_view secret, Id person, Time now)
{
    const auto text = person.text() + "." + std::to_string(seconds_of(now + session_lasts));
    return text + "." + people::hmac_base64url(session_key(secret), text);
}

std::optional<Viewer> find_widget_viewer(web::Context& context, std::string_view session)
{
    const auto secret =
        people::find_setting(context.transaction, context.organisation.id, widget_secret_setting);
    const auto dot = session.rfind('.');
    if (secret.empty() || session.size() > 200 || dot == std::string_view::npos) return {};
    const auto text = session.substr(0, dot);
    const auto expected = people::hmac_base64url(session_key(secret), text);
    if (!people::same_secret(expected, session.substr(dot + 1))) return {};
    const auto middle = text.find('.');
    std::int64_t ends = 0;
    std::from_chars(text.data() + middle + 1, text.data() + text.size(), ends);
    const auto person = Id::parse(text.substr(0, middle));
    if (!person || ends < seconds_of(context.now)) return {};
    auto viewer = people::make_viewer(context.transaction, context.organisation.id,
                                      context.organisation.everyone, *person);
    if (!viewer || viewer->owner || viewer->is_company()) return {};
    return viewer;
}

} // namespace moothall::hall
