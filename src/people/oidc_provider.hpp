#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "jobs/outbound.hpp"
#include "people/oidc_token.hpp"
#include "store/database.hpp"
#include "web/router.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The organisation's identity provider, and what is asked of it over the network. Nothing here may
/// run on the writer's thread.
namespace moothall::people {

/// The settings `oidc.*`.
struct ProviderSettings {
    std::string issuer; // empty: there is none
    std::string client_id;
    std::string client_secret; // empty: a public client, which has only PKCE
    std::string scopes;        // "openid profile email"
    std::string label;         // of the button; empty: the house's own words
    std::string circles;       // claim rules, see oidc_circles.hpp
    jobs::PrivateAddresses private_addresses = jobs::PrivateAddresses::refused;
};
inline constexpr std::string_view usual_scopes = "openid profile email";

/// As an owner saved them.
ProviderSettings find_provider(store::Transaction& transaction, Id organisation);
/// As they hold on this server: private addresses are allowed only when its operator does so too.
ProviderSettings find_provider(const web::Context& context);
/// Writes all of them, and tells the nodes whether there is a provider.
void save_provider(store::Transaction& transaction, Id organisation,
                   const ProviderSettings& settings);

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
struct Provider {
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    std::string userinfo_endpoint; // empty: none
    bool takes_basic = true;       // the client's secret in a header, else in the body
    bool names_itself = false;     // answers carry `iss` (RFC 9207)
};

/// Reads and checks the discovery document, from memory where it was read in the last ten minutes.
/// A refusal says plainly what is wrong, to whoever set it up.
Result<Provider> find_discovered(const ProviderSettings& settings, Time now);
/// The same, always from the network: for the button that tries it.
Result<Provider> discover(const ProviderSettings& settings);
/// Reads a discovery document.
Result<Provider> read_discovery(const Json& document, const ProviderSettings& settings);

/// What came back with a browser, and what it must fit.
struct CodeGrant {
    std::string code;
    std::string verifier; // of PKCE
    std::string nonce;
    std::string redirect_uri;
};

/// Who signed in, as the provider says it.
struct Arrival {
    std::string subject;
    /// The ID token's claims and, where it lacks some that are needed, the userinfo's.
    std::vector<Json> sources;
};

/// Exchanges a code for an ID token, checks it, and asks for the userinfo too when the token lacks
/// something: the e-mail address, a name, or a claim that a rule about circles asks for.
Result<Arrival> redeem_code(const ProviderSettings& settings, const Provider& provider,
                            const CodeGrant& grant, Time now);

} // namespace moothall::people
