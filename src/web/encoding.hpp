#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace moothall::web {

struct Request;
struct Response;

/// Which of `offered` ("br", "gzip"; our favourite first) to answer an Accept-Encoding header with;
/// empty when it is best sent as it is. Without the header nothing is encoded: who does not ask may
/// not understand.
std::string_view choose_encoding(std::string_view accept_encoding,
                                 std::initializer_list<std::string_view> offered);

/// Whether this answer gets shorter by encoding: text of more than a packet, of no other encoding
/// yet, that is not a stream.
bool worth_encoding(const Response& response);

/// Says that the answer is another for another Accept-Encoding, so that caches keep both.
void vary_by_encoding(Response& response);

/// Whether this request takes gzip for an answer that is worth it, and may have it.
///
/// Who signed in and is sent here by another site gets her page unencoded. The length of an encoded
/// page tells whether words of the address stand in it once more (Y. Gluck, N. Harris and
/// A. Prado, "BREACH: reviving the CRIME attack", Black Hat USA 2013); who wants to learn by that
/// what only she may see must make her browser ask many times, and browsers say when another site
/// made them. The tokens in forms are masked besides (csrf.hpp).
bool takes_gzip(const Request& request, bool has_session);

/// Replaces the body by its gzip form. Takes about 0.2 ms for a page of 40 KB: call it neither
/// on a server's loop nor on the database's writer.
void gzip(Response& response);

} // namespace moothall::web
