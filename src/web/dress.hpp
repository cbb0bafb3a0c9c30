#pragma once

#include "web/organisation.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <string_view>

/// The headers that every answer wears, whatever handler made it.
namespace moothall::web {

/// The value of a header; none when it is not there.
const std::string* find_header(const Response& response, std::string_view name);

struct Dressing {
    const Request& request;
    const Organisation& organisation;
    bool signed_in = false;
    /// The token that this request's forms carry, and the visitor cookie it belongs to (signed out
    /// only): when the page has such a form, the cookie is set.
    std::string_view csrf = {};
    std::string_view visitor = {};
    /// The request's session is not good any more: its cookie is cleared.
    bool forget_session = false;
};

/// Adds what is missing: the security headers, Cache-Control and Vary, the visitor cookie, and for
/// pages, feeds and calendars that anybody may see an ETag; an answer that the browser has already
/// becomes 304.
///
/// The ETag is made of the finished page, after every right was asked, so nobody learns by it of
/// what she may not see; and signed-in pages have none, since browsers keep nothing of them.
void dress(Response& response, const Dressing& dressing);

/// Gives an answer its ETag, for a handler that sets Cache-Control itself. One that the reader has
/// already becomes 304.
void give_tag(Response& response, const Request& request);

} // namespace moothall::web
