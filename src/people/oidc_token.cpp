#include "people/oidc_token.hpp"

#include "people/secret.hpp"
#include "text/unicode.hpp"

#include <cjose/cjose.h>
#include <sodium.h>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace moothall::people {

namespace {

using Key = std::unique_ptr<cjose_jwk_t, bool (*)(cjose_jwk_t*)>;
using Signed = std::unique_ptr<cjose_jws_t, void (*)(cjose_jws_t*)>;

constexpr std::size_t token_bytes_max = 64 * 1024;
constexpr std::size_t rsa_bits_min = 2048;
/// Nobody has more; each one may cost a check of a signature.
constexpr std::size_t keys_max = 50;

Refusal not_good()
{
    return Refusal::forbidden(
        "What the identity provider sent is not signed by it. You are not signed in.");
}

Refusal not_for_us(std::string claim)
{
    return Refusal::forbidden("What the identity provider sent is not meant for this sign-in "
                              "({1}). You are not signed in.")
        .with(std::move(claim));
}

std::string from_base64url(std::string_view text)
{
    std::string bytes(text.size(), '\0');
    std::size_t length = 0;
    const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()),
                                         bytes.size(), text.data(), text.size(), nullptr, &length,
                                         nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    bytes.resize(failed == 0 ? length : 0);
    return bytes;
}

std::string to_base64url(std::span<const unsigned char> bytes)
{
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back(); // the zero at its end
    return text;
}

/// What a token's head says of its signature.
struct Head {
    std::string algorithm;
    std::optional<std::string> key;
};

/// None when the token is not one that we check at all.
std::optional<Head> read_head(std::string_view token)
{
    if (token.size() > token_bytes_max) return {};
    const auto json = Json::parse(from_base64url(token.substr(0, token.find('.'))));
    if (!json) return {};
    const auto algorithm = json->find("alg").string();
    if (algorithm != "RS256" && algorithm != "PS256" && algorithm != "ES256") return {};
    if (json->find("crit")) return {}; // extensions that must be understood: we know none
    if (const auto type = json->find("typ"); type) {
        const auto text = type.string();
        if (!text || fold(*text) != "jwt") return {}; // an access token, a log-out token …
    }
    Head head{std::string(*algorithm), {}};
    if (const auto key = json->find("kid"); key) {
        if (!key.string()) return {};
        head.key = std::string(*key.string());
    }
    return head;
}

/// Whether a JWK may have made such a signature.
bool fits(const Json& key, const Head& head)
{
    const auto is = [&](std::string_view field, std::string_view wanted) {
        return key.find(field).string() == wanted;
    };
    if (key.find("use") && !is("use", "sig")) return false;
    if (key.find("alg") && !is("alg", head.algorithm)) return false;
    if (head.key && !is("kid", *head.key)) return false;
    return head.algorithm == "ES256" ? is("kty", "EC") && is("crv", "P-256") : is("kty", "RSA");
}

/// The public half of a JWK as cjose reads it, and nothing else of what a provider wrote there.
Key import_key(const Json& key)
{
    JsonWriter json;
    json.begin_object();
    for (const auto* field : {"kty", "crv", "x", "y", "n", "e"})
        if (const auto value = key.find(field).string()) json.field(field, *value);
    const auto text = json.end_object().take();
    cjose_err error{};
    Key made(cjose_jwk_import(text.c_str(), text.size(), &error), cjose_jwk_release);
    if (made && cjose_jwk_get_kty(made.get(), &error) == CJOSE_JWK_KTY_RSA &&
        cjose_jwk_get_keysize(made.get(), &error) < rsa_bits_min)
        made.reset();
    return made;
}

std::vector<Json> keys_for(const Json& keys, const Head& head)
{
    std::vector<Json> found;
    const auto all = keys.find("keys");
    for (std::size_t index = 0; index < std::min(all.size(), keys_max); ++index)
        if (auto key = all.at(index); fits(key, head)) found.push_back(std::move(key));
    return found;
}

/// What was signed; none when nobody of `keys` did it.
std::optional<std::string> verified_text(std::string_view token, const Json& keys, const Head& head)
{
    cjose_err error{};
    for (const auto& candidate : keys_for(keys, head)) {
        const auto key = import_key(candidate);
        if (!key) continue;
        // Read anew for each: a signature that failed once stays marked as failed.
        const Signed signature(cjose_jws_import(token.data(), token.size(), &error),
                               cjose_jws_release);
        if (!signature) return {};
        if (!cjose_jws_verify(signature.get(), key.get(), &error)) continue;
        std::uint8_t* text = nullptr;
        std::size_t length = 0;
        if (!cjose_jws_get_plaintext(signature.get(), &text, &length, &error)) return {};
        return std::string(reinterpret_cast<const char*>(text), length);
    }
    return {};
}

/// Seconds since 1970; providers write them with a fraction too.
std::optional<Time> time_of(const Json& claim)
{
    constexpr double seconds_max = 253'402'300'799.0; // the year 9999
    const auto seconds = claim.number();
    if (!seconds || *seconds < 0 || *seconds > seconds_max) return {};
    return Time(std::chrono::seconds(static_cast<std::int64_t>(*seconds)));
}

bool is_for(const Json& claims, std::string_view client_id)
{
    const auto audience = claims.find("aud");
    bool named = audience.string() == client_id;
    for (std::size_t index = 0; index < audience.size(); ++index)
        named = named || audience.at(index).string() == client_id;
    if (!named) return false;
    // With several audiences it must say to which of them it was given.
    const auto party = claims.find("azp");
    if (party || audience.size() > 1) return party.string() == client_id;
    return true;
}

/// "true" as a text is how some providers write it.
bool is_true(const Json& claim)
{
    return claim.boolean().value_or(false) || claim.string() == "true";
}

} // namespace

Result<IdToken> check_id_token(std::string_view token, const Json& keys,
                               const TokenExpectation& expected)
{
    const auto head = read_head(token);
    if (!head) return not_good();
    const auto text = verified_text(token, keys, *head);
    if (!text) return not_good();
    auto claims = Json::parse(*text);
    if (!claims || claims->kind() != Json::Kind::object) return not_good();

    if (claims->find("iss").string() != expected.issuer) return not_for_us("iss");
    if (expected.client_id.empty() || !is_for(*claims, expected.client_id))
        return not_for_us("aud");
    const auto expires = time_of(claims->find("exp"));
    if (!expires || *expires + clock_skew <= expected.now) return not_for_us("exp");
    const auto issued = time_of(claims->find("iat"));
    if (!issued || *issued - clock_skew > expected.now) return not_for_us("iat");
    if (const auto from = claims->find("nbf"); from) {
        const auto good_from = time_of(from);
        if (!good_from || *good_from - clock_skew > expected.now) return not_for_us("nbf");
    }
    const auto nonce = claims->find("nonce").string().value_or("");
    if (expected.nonce.empty() || !same_secret(nonce, expected.nonce)) return not_for_us("nonce");
    constexpr std::size_t subject_bytes_max = 255; // OpenID Connect Core 1.0, section 2
    const auto subject = claims->find("sub").string().value_or("");
    if (subject.empty() || subject.size() > subject_bytes_max) return not_for_us("sub");
    return IdToken{std::string(subject), *std::move(claims)};
}

bool has_key_for(std::string_view token, const Json& keys)
{
    const auto head = read_head(token);
    return head && !keys_for(keys, *head).empty();
}

bool belongs_to(const IdToken& token, std::string_view access_token)
{
    const auto hash = token.claims.find("at_hash");
    if (!hash) return true;
    // The left half of the hash, whose length is that of the signature's: 256 bits in all three.
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(access_token.data()),
                       access_token.size());
    const auto half = to_base64url(std::span(digest).first(digest.size() / 2));
    return same_secret(hash.string().value_or(""), half);
}

std::string verified_email(const Json& claims, std::string_view issuer)
{
    constexpr std::string_view entra = "https://login.microsoftonline.com/";
    const auto email = claims.find("email").string().value_or("");
    const auto domain_owner = claims.find("xms_edov");
    const bool verified =
        is_true(claims.find("email_verified")) ||
        (issuer.starts_with(entra) &&
         (is_true(domain_owner) || domain_owner.integer() == 1 || domain_owner.string() == "1"));
    return verified && is_email(email) ? std::string(email) : std::string();
}

std::string name_in(const Json& claims)
{
    const auto text = [&](std::string_view claim) {
        return normalise_line(claims.find(claim).string().value_or(""));
    };
    for (auto name : {text("name"), normalise_line(text("given_name") + ' ' + text("family_name")),
                      text("preferred_username")})
        // An address as a name would show it to everybody.
        if (!name.empty() && name.find('@') == std::string::npos) return name;
    return {};
}

std::string sha256_base64url(std::string_view text)
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size());
    return to_base64url(digest);
}

std::string hmac_base64url(std::string_view key, std::string_view text)
{
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()),
                                key.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                  text.size());
    crypto_auth_hmacsha256_final(&state, code.data());
    return to_base64url(code);
}

} // namespace moothall::people
