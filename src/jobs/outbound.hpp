#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The one way by which this program calls other web servers: identity providers, webhooks.
///
/// Somebody else chose the address, so it may point at what only this machine can reach: a database
/// beside us, a cloud's metadata service. Every call therefore goes through one function that looks
/// at the address it really connects to.
namespace moothall::jobs {

/// Whether a call may reach addresses that are not of the public internet: those of this machine
/// and of the local network. Metadata services of clouds, link-local and multicast addresses are
/// refused either way.
enum class PrivateAddresses : std::uint8_t { refused, allowed };

struct OutboundCall {
    std::string method = "GET";
    std::string url; // http or https
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    PrivateAddresses private_addresses = PrivateAddresses::refused;
    std::chrono::milliseconds time_max{10'000}; // for all of it: name, connection, answer
    std::size_t answer_bytes_max = std::size_t{1} << 20;
    /// A GET follows so many redirects; each is checked like the first address, none leads from
    /// https to http, and headers go to the first origin only. Other methods follow none.
    int redirects_max = 0;
    /// The address of the host, instead of asking the resolver: for tests. It is checked too.
    std::string address = {};
};

struct OutboundAnswer {
    int status = 0; // a redirect that was not followed is an answer too
    std::string content_type;
    std::string body;
};

/// Calls another server and waits for its whole answer, so never on the writer's thread. Refused,
/// with a sentence for whoever chose the address, when the address is not allowed, or when no
/// answer came in time or it was too large.
///
/// The name is resolved once, by libcurl, and each address is checked at the moment when its socket
/// is opened: there is no second look-up that could answer otherwise (DNS rebinding). Certificates
/// are checked against the system's authorities; a proxy named in the environment is not used,
/// since it would resolve names where we cannot look.
Result<OutboundAnswer> call_outbound(const OutboundCall& call);

/// Whether call_outbound would take an address as it is written, before any name is resolved: for
/// forms in which people type one. The field of the refusal is "url".
///
/// Stricter than RFC 3986 on purpose. Two parsers that read an address differently are a known way
/// around checks, so whatever has more than one reading is refused: user names, fragments,
/// backslashes, other than ASCII, short and octal IPv4 addresses, a dot at the end of a name.
Result<void> check_outbound_url(std::string_view url, PrivateAddresses private_addresses);

/// Whether an IP address (as text) belongs to the public internet.
bool is_public_address(std::string_view address);

} // namespace moothall::jobs
