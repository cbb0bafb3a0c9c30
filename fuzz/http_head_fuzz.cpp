// The head of a request: whatever comes, in whatever packets, the outcome is the same, and what is
// let through keeps what the rest of the server builds on.
#include "base/invariant.hpp"
#include "text/unicode.hpp"
#include "web/request_parse.hpp"
#include "web/server_head.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace moothall;
using namespace moothall::web;

constexpr HeadLimits limits{.bytes_max = 1024, .headers_max = 16, .target_bytes_max = 512};

void check_request(HeadParser& parser, std::string_view input)
{
    auto& head = parser.head();
    const auto text = input.substr(0, parser.bytes());
    invariant(text.ends_with("\r\n\r\n"), "a head ends with an empty line");
    invariant(text.find("\r\n\r\n") == text.size() - 4, "a head ends at the first empty line");
    invariant(text.find('\0') == std::string_view::npos, "a head holds no NUL");
    invariant(std::count(text.begin(), text.end(), '\n') ==
                  std::count(text.begin(), text.end(), '\r'),
              "each line ends with CR LF");
    invariant(!head.fields.has("transfer-encoding"), "no Transfer-Encoding comes through");
    invariant(head.fields.all("content-length").size() == (head.content_length ? 1U : 0U),
              "there is one length or none");
    invariant(head.fields.all("host").size() == 1, "there is one host");
    invariant(parse_host(head.host) == head.host, "the host is in its one form");
    for (const auto& [name, value] : head.fields.pairs()) {
        invariant(is_token(name) && to_lower_ascii(name) == name, "names are tokens in lower case");
        invariant(is_valid_utf8(value) && trim_blanks(value) == value, "values are trimmed text");
        invariant(value.find_first_of("\r\n") == std::string::npos, "values are one line");
    }
    const auto target = parse_target(head.target);
    if (!target) return;
    const auto& path = target->path;
    invariant(path.starts_with('/') && is_valid_utf8(path), "a path is text from the root on");
    for (const auto* part : {"//", "/./", "/../", "\\"})
        invariant(path.find(part) == std::string::npos, "a path has no second meaning");
    invariant(!path.ends_with("/.") && !path.ends_with("/.."), "a path has no second meaning");
    for (const auto& [name, value] : target->query.pairs())
        invariant(is_valid_utf8(name) && is_valid_utf8(value) &&
                      value.find('\0') == std::string::npos,
                  "a query is text");
    // What was understood can be understood again.
    const auto again = parse_target(target->origin_form);
    invariant(again && again->path == path && again->query.pairs() == target->query.pairs(),
              "the origin form says the same");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    // The first byte says how the rest is cut into packets.
    const std::size_t piece = 1 + data[0] % 32;
    const std::string input(data + 1, data + size);

    HeadParser whole(limits);
    const auto state = whole.read(input);
    HeadParser parts(limits);
    auto parts_state = HeadParser::State::incomplete;
    for (std::size_t have = 0;
         have < input.size() && parts_state == HeadParser::State::incomplete;) {
        have = std::min(input.size(), have + piece);
        parts_state = parts.read(std::string_view(input).substr(0, have));
    }
    invariant(state == parts_state && whole.status() == parts.status() &&
                  whole.bytes() == parts.bytes(),
              "packets make no difference");
    if (state == HeadParser::State::complete) check_request(whole, input);
    return 0;
}
