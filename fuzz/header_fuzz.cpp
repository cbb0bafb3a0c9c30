// Headers by which a client says who it is and what it wants to read: X-Forwarded-For behind a
// proxy, Accept-Language, Accept-Encoding. Texts in any language, for the same seeds' sake.
#include "base/invariant.hpp"
#include "text/language.hpp"
#include "web/language.hpp"
#include "web/request_parse.hpp"
#include "web/server_peer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace moothall;
using namespace moothall::web;

namespace {

asio::ip::address address(const char* text)
{
    return asio::ip::make_address(text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(data, data + size);

    if (const auto* language = Language::accepted(text)) {
        const auto& codes = Language::codes();
        invariant(std::ranges::find(codes, language->code()) != codes.end(),
                  "a language that is accepted is one of ours");
    }
    parse_accept_encoding(text);
    const auto detected = detect_language(text);
    invariant(detected.empty() || detected.size() == 2, "a language has a code or none");

    static const Proxies proxies({"10.0.0.0/8", "fd00::/8"});
    Fields headers;
    headers.add("x-forwarded-for", text);
    const auto stranger = client_of(address("203.0.113.9"), proxies, headers);
    invariant(stranger.address == "203.0.113.9", "only a proxy may speak for others");
    const auto behind = client_of(address("10.0.0.1"), proxies, headers);
    invariant(!behind.loopback, "nobody behind a proxy is on this machine");
    boost::system::error_code error;
    asio::ip::make_address(behind.address, error);
    invariant(!error, "a client has an address");
    const auto claims_to_be_local = client_of(address("127.0.0.1"), proxies, headers);
    invariant(!claims_to_be_local.loopback, "what was passed on did not begin on this machine");
    return 0;
}
