#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "text/json.hpp"

#include <chrono>
#include <string>
#include <string_view>

/// What an identity provider says of a person, and whether it really was the provider who said it.
/// Pure: no network, no database, no clock.
namespace moothall::people {

/// How far the clocks of two servers may differ.
inline constexpr std::chrono::seconds clock_skew{120};

/// What an ID token must say to be meant for this one sign-in.
struct TokenExpectation {
    std::string issuer;
    std::string client_id;
    std::string nonce;
    Time now;
};

struct IdToken {
    std::string subject; // who she is at the issuer, for ever
    Json claims;
};

/// Reads an ID token (OpenID Connect Core 1.0, section 3.1.3.7) that is signed by one of `keys`, a
/// JWK set.
///
/// Only RS256, PS256 and ES256 are taken, and each only with a key of its own kind: "none" and a
/// public key used as the secret of an HMAC are the known ways around a signature. Nothing of the
/// token but its head is looked at before the signature was found good.
Result<IdToken> check_id_token(std::string_view token, const Json& keys,
                               const TokenExpectation& expected);

/// Whether `keys` has one that could have signed this token: if not, they may have been changed
/// since they were fetched.
bool has_key_for(std::string_view token, const Json& keys);

/// Whether an access token is the one that came with an ID token (its at_hash, where it has one).
bool belongs_to(const IdToken& token, std::string_view access_token);

/// The address that the provider vouches for as hers; empty when there is none or it does not.
///
/// A provider that lets people write any address into their profile says so by `email_verified`.
/// Microsoft Entra does not know that claim; there `xms_edov` says that the owner of the mail's
/// domain was verified.
std::string verified_email(const Json& claims, std::string_view issuer);

/// How she is called: name, or given and family name, or the name she signs in with.
std::string name_in(const Json& claims);

/// SHA-256 and HMAC-SHA-256 in base64url without padding (RFC 7636, appendix A).
std::string sha256_base64url(std::string_view text);
std::string hmac_base64url(std::string_view key, std::string_view text);

} // namespace moothall::people
