// Small headers: cookies, hosts, media types, codings. Whatever comes, what is read is clean.
#include "base/invariant.hpp"
#include "text/unicode.hpp"
#include "web/request_parse.hpp"
#include "web/response.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace moothall;
using namespace moothall::web;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(data, data + size);

    Fields cookies;
    if (parse_cookies(text, cookies)) {
        std::string again;
        for (const auto& [name, value] : cookies.pairs()) {
            invariant(is_token(name) && is_valid_utf8(value), "a cookie is a name and a text");
            invariant(value.find_first_of(std::string_view(";\r\n\0", 4)) == std::string::npos,
                      "a cookie's value ends at the semicolon");
            again.append(name).append("=").append(value).append("; ");
        }
        Fields second;
        invariant(parse_cookies(again, second).has_value() && second.pairs() == cookies.pairs(),
                  "what was read can be written and read");
    }
    if (const auto host = parse_host(text)) {
        invariant(parse_host(*host) == host, "a host has one form");
        invariant(host->find_first_of("/@\\ %,") == std::string::npos, "a host is only a host");
        invariant(!without_default_port(*host, size % 2 == 0).empty(), "a host keeps its name");
    }
    if (const auto type = parse_media_type(text))
        invariant(to_lower_ascii(type->name) == type->name, "a media type is in lower case");
    parse_accept_encoding(text);

    const auto response = Response::see_other(text);
    const auto& location = response.headers.front().second;
    invariant(location.starts_with('/') && !location.starts_with("//") &&
                  location.find_first_of("\r\n\t\\ ") == std::string::npos,
              "a redirect stays on this server");
    return 0;
}
