#pragma once

#include "base/result.hpp"
#include "web/organisation.hpp"
#include "web/request.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Cross-site request forgery: another site lets our reader's browser send us a request with her
/// cookie. Two independent answers: the browser says where the request comes from, and the form
/// carries a token that only our own page could know.
namespace moothall::web {

/// What the browser says about the page that sent a request.
enum class Sender : std::uint8_t {
    ours,    // Sec-Fetch-Site or Origin name this very site, or the person herself
    foreign, // they name another
    unsaid,  // neither is there: an old browser, or a proxy that takes headers away
};
Sender sender_of(const Request& request, const Organisation& organisation);

/// A token that proves knowledge of `secret`, and looks different each time: pad, and pad XOR
/// BLAKE2b-128(secret). Without the mask an attacker who sees the length of compressed pages could
/// guess it byte by byte (Y. Gluck, N. Harris, A. Prado, "BREACH: Reviving the CRIME attack",
/// 2013).
std::string make_csrf_token(std::string_view secret);
/// In constant time.
bool is_csrf_token(std::string_view token, std::string_view secret);

/// A random value for the visitor cookie: 128 bits in base 64.
std::string make_visitor();
/// Whether a visitor cookie looks as make_visitor() writes it; anything else is replaced.
bool is_visitor(std::string_view value);
/// What the tokens of a signed-out visitor prove: her cookie, signed with the organisation's key,
/// so that a cookie somebody else planted is worth nothing without a page of ours.
std::string visitor_secret(std::string_view key, std::string_view visitor);

/// Whether a request that changes something was meant by whoever sits at the browser. `api`: the
/// token must come in the header X-CSRF-Token, since JSON has no hidden field. Requests with an API
/// token need no asking: a browser does not add it by itself.
///
/// `session_secret` is empty for visitors. They have no rights that could be stolen; for them the
/// browser's word, our own address in Referer, or a token of their visitor cookie is enough.
Result<void> check_csrf(const Request& request, const Organisation& organisation,
                        std::string_view session_secret, std::string_view visitor_key, bool api);

} // namespace moothall::web
