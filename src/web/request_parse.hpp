#pragma once

#include "base/result.hpp"
#include "web/request.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reads the parts of a request that are text in a text: target, cookies, forms, a few headers.
///
/// All of it comes from strangers. What is not written exactly as the RFC says is refused, never
/// repaired: two programs that repair differently see two requests in one, and that is how rules
/// are got around. Nothing here knows sockets.
namespace moothall::web {

struct Target {
    std::string authority; // of the absolute form, in lower case; empty for the usual form
    std::string path;      // see Request::path_text
    Fields query;
    std::string origin_form; // path and query as sent, without scheme and authority
};

/// Reads a request target: the origin form `/path?query` or the absolute form `http://host/path`
/// (RFC 9112, section 3.2). Encoded slashes, dot segments, backslashes, empty segments and control
/// characters in the path are refused, so that no later step can see another path than this one.
Result<Target> parse_target(std::string_view target);

/// Reads `name=value&name=value` (the query, and application/x-www-form-urlencoded), in order.
Result<Fields> parse_urlencoded(std::string_view text, std::size_t pairs_max);

/// Reads one Cookie header into `cookies`. Pairs that are no cookies are left out: other programs
/// on the same host set what they like, and their mistakes must not lock a person out of ours.
Result<void> parse_cookies(std::string_view header, Fields& cookies);

/// `type/subtype` in lower case, and the parameters with names in lower case.
struct MediaType {
    std::string name;
    Fields parameters;
};

/// Reads the value of Content-Type; none when it is not written correctly.
std::optional<MediaType> parse_media_type(std::string_view value);

struct Form {
    Fields fields;
    std::vector<Upload> uploads;
};

/// Reads a body of multipart/form-data (RFC 7578). `boundary` is the parameter of the media type.
Result<Form> parse_multipart(std::string_view body, std::string_view boundary);

/// Checks a host as it stands in Host or in an absolute target: a name, an IPv4 address or an IPv6
/// address in brackets, then maybe a port. Gives it in lower case; none when it is no host.
std::optional<std::string> parse_host(std::string_view text);

/// Takes the port off `host` when it is the scheme's own.
std::string without_default_port(std::string host, bool secure);

struct AcceptedEncodings {
    bool brotli = false;
    bool gzip = false;
};

/// Which of the codings that we have the client takes (RFC 9110, section 12.5.3).
AcceptedEncodings parse_accept_encoding(std::string_view value);

Method parse_method(std::string_view text);

/// Whether every character may stand in a token (RFC 9110, section 5.6.2) and there is one.
bool is_token(std::string_view text);

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
std::string to_lower_ascii(std::string_view text);
/// Without spaces and tabs at both ends.
std::string_view trim_blanks(std::string_view text);

/// The most `name=value` pairs of a query, and of a form: far above every page of ours.
constexpr std::size_t query_pairs_max = 256;
constexpr std::size_t form_pairs_max = 4096;

} // namespace moothall::web
