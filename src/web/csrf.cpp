#include "web/csrf.hpp"

#include "base/invariant.hpp"
#include "web/cookies.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <optional>

namespace moothall::web {

namespace {

constexpr std::size_t half_bytes = 16; // 128 bits: nobody guesses that
using Half = std::array<unsigned char, half_bytes>;
constexpr std::size_t token_characters = 43; // two halves in base 64 without padding
constexpr std::size_t visitor_characters = 22;
constexpr int token_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

Half keyed_hash(std::string_view key, std::string_view text)
{
    // The key may have any length, so it is hashed to one of BLAKE2b's own first.
    std::array<unsigned char, crypto_generichash_KEYBYTES> short_key;
    crypto_generichash(short_key.data(), short_key.size(),
                       reinterpret_cast<const unsigned char*>(key.data()), key.size(), nullptr, 0);
    Half hash;
    crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       short_key.data(), short_key.size());
    return hash;
}

Half proof_of(std::string_view secret)
{
    return keyed_hash(secret, "moothall form");
}

template <std::size_t size>
std::string to_base64(const std::array<unsigned char, size>& bytes)
{
    std::array<char, sodium_base64_ENCODED_LEN(size, token_variant)> text;
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), token_variant);
    return text.data();
}

/// "https://hall.example" of an address; empty when it has none (as of "null").
std::string origin_of_address(std::string_view address)
{
    const auto scheme_end = address.find("://");
    if (scheme_end == std::string_view::npos) return {};
    const auto host = scheme_end + 3;
    std::string origin(
        address.substr(0, std::min(address.find_first_of("/?#", host), address.size())));
    std::ranges::transform(origin, origin.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    for (const auto& [scheme, port] :
         {std::pair<std::string_view, std::string_view>{"https:", ":443"}, {"http:", ":80"}})
        if (origin.starts_with(scheme) && origin.ends_with(port))
            origin.resize(origin.size() - port.size());
    return origin;
}

bool is_our_origin(std::string_view address, const Request& request,
                   const Organisation& organisation)
{
    const auto origin = origin_of_address(address);
    if (origin.empty()) return false;
    if (origin == origin_of_address(organisation.url)) return true;
    return origin == origin_of_address((request.secure ? "https://" : "http://") + request.host);
}

Refusal not_meant()
{
    return Refusal::forbidden("This page was open for too long, or the request came from another "
                              "site. Please reload the page and try again.");
}

} // namespace

Sender sender_of(const Request& request, const Organisation& organisation)
{
    if (const auto site = request.header("sec-fetch-site"); !site.empty())
        return site == "same-origin" || site == "none" ? Sender::ours : Sender::foreign;
    if (request.header_fields.has("origin"))
        return is_our_origin(request.header("origin"), request, organisation) ? Sender::ours
                                                                              : Sender::foreign;
    return Sender::unsaid;
}

std::string make_csrf_token(std::string_view secret)
{
    const auto proof = proof_of(secret);
    std::array<unsigned char, 2 * half_bytes> token;
    randombytes_buf(token.data(), half_bytes);
    for (std::size_t at = 0; at < half_bytes; ++at) token[half_bytes + at] = token[at] ^ proof[at];
    return to_base64(token);
}

bool is_csrf_token(std::string_view token, std::string_view secret)
{
    if (token.size() != token_characters || secret.empty()) return false;
    std::array<unsigned char, 2 * half_bytes> bytes;
    std::size_t length = 0;
    if (sodium_base642bin(bytes.data(), bytes.size(), token.data(), token.size(), nullptr, &length,
                          nullptr, token_variant) != 0 ||
        length != bytes.size())
        return false;
    Half claimed;
    for (std::size_t at = 0; at < half_bytes; ++at)
        claimed[at] = bytes[at] ^ bytes[half_bytes + at];
    return sodium_memcmp(claimed.data(), proof_of(secret).data(), half_bytes) == 0;
}

std::string make_visitor()
{
    Half random;
    randombytes_buf(random.data(), random.size());
    return to_base64(random);
}

bool is_visitor(std::string_view value)
{
    return value.size() == visitor_characters && std::ranges::all_of(value, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

std::string visitor_secret(std::string_view key, std::string_view visitor)
{
    return to_base64(keyed_hash(key, visitor));
}

Result<void> check_csrf(const Request& request, const Organisation& organisation,
                        std::string_view session_secret, std::string_view visitor_key, bool api)
{
    const auto sender = sender_of(request, organisation);
    if (sender == Sender::foreign) return not_meant();

    auto token = request.header("x-csrf-token");
    if (token.empty() && !api) token = request.form("csrf");
    if (!session_secret.empty()) {
        if (!is_csrf_token(token, session_secret)) return not_meant();
        return {};
    }

    // A program without cookies and without a token: there is nothing that could be misused, and
    // JSON cannot come from another site without asking first.
    if (api || sender == Sender::ours) return {};
    if (is_our_origin(request.header("referer"), request, organisation)) return {};
    const auto visitor = read_cookie(request, organisation, visitor_cookie);
    if (is_visitor(visitor) && is_csrf_token(token, visitor_secret(visitor_key, visitor)))
        return {};
    return not_meant();
}

} // namespace moothall::web
