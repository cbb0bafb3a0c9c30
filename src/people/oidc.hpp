#pragma once

#include "people/oidc_provider.hpp"
#include "people/person.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Signing in through the organisation's own identity provider: OpenID Connect's authorisation code
/// flow, with PKCE (RFC 7636), `state` and `nonce`.
///
/// A browser that sets out gets a cookie with a secret. `state` is a second secret, of this one
/// try; only a hash over both is kept, as a pass that is good once and for ten minutes. PKCE's
/// verifier and the nonce are made of both as well, so nothing that is stored, and nothing that
/// goes through the browser's address line, opens anything without the cookie.
namespace moothall::people {

inline constexpr std::string_view oidc_cookie = "oidc";
inline constexpr std::string_view oidc_path = "/sign-in/oidc";

/// One try to sign in.
struct Attempt {
    std::string browser; // the cookie
    std::string state;

    std::string nonce() const;
    std::string verifier() const;
    /// What its pass is good for: also bound to the provider, so that a code never goes to another
    /// one when the settings change in between.
    std::string secret(const ProviderSettings& settings) const;
};

/// Where the provider sends browsers back to. Always the organisation's own address, whatever the
/// request said its host was.
std::string redirect_uri(const web::Organisation& organisation);

/// Where a browser is sent to sign in.
std::string authorization_url(const ProviderSettings& settings, const Provider& provider,
                              const web::Organisation& organisation, const Attempt& attempt);

/// The person who arrived: known by issuer and subject, or else by the address that the provider
/// vouches for, and then remembered by the pair; made when she is new and the house lets her in.
Result<Person> receive(web::Context& context, const ProviderSettings& settings,
                       const Arrival& arrival);

/// Who is called `subject` by `issuer`, and noting that she is.
std::optional<Id> find_identity(store::Transaction& transaction, Id organisation,
                                std::string_view issuer, std::string_view subject);
void save_identity(store::Transaction& transaction, Id organisation, std::string_view issuer,
                   std::string_view subject, Id person);

} // namespace moothall::people
