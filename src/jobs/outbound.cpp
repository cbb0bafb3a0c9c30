#include "jobs/outbound.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>

namespace moothall::jobs {

namespace {

Refusal not_an_address()
{
    return Refusal::invalid(
        "url", "This is no address that can be called. It reads like https://host.example/path.");
}

Refusal not_allowed()
{
    return Refusal::invalid("url", "This address is not of the public internet, or its port is not "
                                   "one for web servers.");
}

// -- which addresses ------------------------------------------------------------------------------

using Address4 = std::uint32_t; // in the machine's order
using Address6 = std::array<unsigned char, 16>;

/// What lies behind an address.
enum class Behind : std::uint8_t {
    internet,
    local, // this machine or its network: with PrivateAddresses::allowed
    never, // metadata services, link-local, multicast, what is no address of one machine
};

struct Block4 {
    std::uint32_t first;
    int bits;
    Behind behind;
};

constexpr std::uint32_t dotted(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d)
{
    return a << 24U | b << 16U | c << 8U | d;
}

/// The IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), and two addresses at which
/// clouds answer questions about the machine. The first block that fits counts.
constexpr std::array blocks4{
    Block4{dotted(100, 100, 100, 200), 32, Behind::never}, // Alibaba's metadata
    Block4{dotted(168, 63, 129, 16), 32, Behind::never},   // Azure's
    Block4{dotted(0, 0, 0, 0), 8, Behind::never},
    Block4{dotted(10, 0, 0, 0), 8, Behind::local},
    Block4{dotted(100, 64, 0, 0), 10, Behind::local},
    Block4{dotted(127, 0, 0, 0), 8, Behind::local},
    Block4{dotted(169, 254, 0, 0), 16, Behind::never},
    Block4{dotted(172, 16, 0, 0), 12, Behind::local},
    Block4{dotted(192, 0, 0, 0), 24, Behind::never},
    Block4{dotted(192, 0, 2, 0), 24, Behind::never},
    Block4{dotted(192, 88, 99, 0), 24, Behind::never},
    Block4{dotted(192, 168, 0, 0), 16, Behind::local},
    Block4{dotted(198, 18, 0, 0), 15, Behind::never},
    Block4{dotted(198, 51, 100, 0), 24, Behind::never},
    Block4{dotted(203, 0, 113, 0), 24, Behind::never},
    Block4{dotted(224, 0, 0, 0), 3, Behind::never},
};

Behind behind(Address4 address)
{
    for (const auto& block : blocks4)
        if (((address ^ block.first) >> static_cast<unsigned>(32 - block.bits)) == 0)
            return block.behind;
    return Behind::internet;
}

/// Only 2000::/3 is given to anybody; in it 2001::/23 (protocols, Teredo), the two blocks for
/// documentation and 6to4, which carries an IPv4 address inside, are no public machines.
Behind behind(const Address6& address)
{
    const auto starts_with = [&](std::initializer_list<unsigned> bytes) {
        return std::ranges::equal(bytes, std::span(address).first(bytes.size()));
    };
    const bool loopback = std::ranges::all_of(std::span(address).first(15),
                                              [](unsigned char byte) { return byte == 0; }) &&
                          address[15] == 1;
    if (loopback) return Behind::local;
    if (starts_with({0xfd, 0x00, 0x0e, 0xc2})) return Behind::never; // Amazon's metadata
    if ((address[0] & 0xfeU) == 0xfcU) return Behind::local;
    if ((address[0] & 0xe0U) != 0x20U) return Behind::never;
    if (starts_with({0x20, 0x01}) && address[2] <= 1) return Behind::never;
    if (starts_with({0x20, 0x01, 0x0d, 0xb8})) return Behind::never;
    if (starts_with({0x20, 0x02})) return Behind::never;
    if (starts_with({0x3f, 0xff}) && address[2] < 0x10) return Behind::never;
    return Behind::internet;
}

std::optional<Behind> behind_text(const std::string& address)
{
    in_addr four{};
    if (inet_pton(AF_INET, address.c_str(), &four) == 1) return behind(ntohl(four.s_addr));
    in6_addr six{};
    if (inet_pton(AF_INET6, address.c_str(), &six) == 1) {
        Address6 bytes{};
        std::memcpy(bytes.data(), &six, bytes.size());
        return behind(bytes);
    }
    return {};
}

Behind behind(const sockaddr& address, socklen_t length)
{
    if (address.sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        return behind(ntohl(four.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        Address6 bytes{};
        std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
        return behind(bytes);
    }
    return Behind::never;
}

bool may_reach(Behind behind, PrivateAddresses private_addresses)
{
    return behind == Behind::internet ||
           (behind == Behind::local && private_addresses == PrivateAddresses::allowed);
}

// -- addresses as they are written ----------------------------------------------------------------

struct Target {
    bool tls = false;
    std::string host; // without the brackets of an IPv6 address
    bool literal = false;
    int port = 0;
};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_name(std::string_view host)
{
    constexpr std::size_t name_max = 253;
    constexpr std::size_t label_max = 63;
    if (host.empty() || host.size() > name_max) return false;
    for (std::string_view rest = host;;) {
        const auto label = rest.substr(0, rest.find('.'));
        if (label.empty() || label.size() > label_max || label.front() == '-' ||
            label.back() == '-')
            return false;
        for (const char c : label)
            if (!is_digit(c) && c != '-' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z'))
                return false;
        if (label.size() == rest.size()) return !is_digit(label.front());
        rest.remove_prefix(label.size() + 1);
    }
}

/// Reads an address that has one reading only.
std::optional<Target> read_target(std::string_view url)
{
    constexpr std::size_t url_max = 2000;
    if (url.size() > url_max) return {};
    for (const char c : url)
        if (c <= ' ' || c >= 127 || c == '\\' || c == '#' || c == '"' || c == '<' || c == '>')
            return {};
    Target target;
    if (url.starts_with("https://")) {
        target.tls = true;
        url.remove_prefix(8);
    } else if (url.starts_with("http://")) {
        url.remove_prefix(7);
    } else {
        return {};
    }
    auto authority = url.substr(0, url.find('/')); // "http://a?@b/" has two readings
    if (authority.find('?') != std::string_view::npos) return {};
    if (authority.find_first_of("@%") != std::string_view::npos) return {};
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return {};
        target.host = authority.substr(1, close - 1);
        in6_addr six{};
        if (inet_pton(AF_INET6, target.host.c_str(), &six) != 1) return {};
        target.literal = true;
        authority.remove_prefix(close + 1);
    } else {
        target.host = authority.substr(0, authority.find(':'));
        authority.remove_prefix(target.host.size());
        in_addr four{};
        target.literal = inet_pton(AF_INET, target.host.c_str(), &four) == 1;
        if (!target.literal && !is_name(target.host)) return {};
    }
    target.port = target.tls ? 443 : 80;
    if (!authority.empty()) {
        constexpr int port_max = 65535;
        authority.remove_prefix(1);
        const auto end = authority.data() + authority.size();
        const auto [stop, error] = std::from_chars(authority.data(), end, target.port);
        if (error != std::errc{} || stop != end || authority.starts_with('-') || target.port < 1 ||
            target.port > port_max)
            return {};
    }
    return target;
}

/// Names that never mean a machine of the public internet (RFC 6761, RFC 6762, RFC 7686, RFC 8375),
/// and those that containers give to their neighbours.
bool is_local_name(std::string_view host)
{
    std::string name(host);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (name.find('.') == std::string::npos) return true;
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{".localhost", ".localdomain", ".local", ".internal",
                                                ".home.arpa", ".lan", ".test", ".invalid", ".onion",
                                                ".svc"},
        [&](std::string_view ending) { return name.ends_with(ending); });
}

/// Ports at which something else than a web server listens. Below 1024 only the two of HTTP; above,
/// the usual databases, caches and ways to steer a machine. Chosen by hand: an error more here
/// costs one allowed port, an error less a barrier behind the check of addresses.
bool is_web_port(int port)
{
    constexpr std::array others{1433, 1521, 2375, 2376, 2379,  3306, 3389,
                                5432, 5900, 5984, 6379, 11211, 27017};
    if (port == 80 || port == 443) return true;
    return port >= 1024 && std::ranges::find(others, port) == others.end();
}

Result<Target> check_target(std::string_view url, PrivateAddresses private_addresses)
{
    auto target = read_target(url);
    if (!target) return not_an_address();
    const bool local_name = !target->literal && is_local_name(target->host);
    const bool refused = private_addresses == PrivateAddresses::refused &&
                         (local_name || !is_web_port(target->port));
    const bool bad_address =
        target->literal &&
        !may_reach(behind_text(target->host).value_or(Behind::never), private_addresses);
    if (refused || bad_address) return not_allowed();
    return *std::move(target);
}

// -- the call -------------------------------------------------------------------------------------

/// What libcurl's callbacks write into.
struct Transfer {
    const OutboundCall& call;
    OutboundAnswer answer = {};
    std::size_t head_bytes = 0;
    bool refused_address = false;
    bool too_large = false;
};

curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address)
{
    auto& transfer = *static_cast<Transfer*>(self);
    if (purpose != CURLSOCKTYPE_IPCXN ||
        !may_reach(behind(address->addr, address->addrlen), transfer.call.private_addresses)) {
        transfer.refused_address = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self)
{
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.answer.body.size() + size * count > transfer.call.answer_bytes_max) {
        transfer.too_large = true;
        return 0;
    }
    transfer.answer.body.append(bytes, size * count);
    return size * count;
}

std::size_t take_head(char*, std::size_t size, std::size_t count, void* self)
{
    constexpr std::size_t head_max = 64 * 1024;
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.head_bytes += size * count;
    transfer.too_large = transfer.head_bytes > head_max;
    return transfer.too_large ? 0 : size * count;
}

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;
using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

void add(List& list, const std::string& line)
{
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
}

Refusal why_not(CURLcode code, const Transfer& transfer, const std::string& host)
{
    if (transfer.too_large) return Refusal::conflict("The answer of {1} is too large.").with(host);
    if (transfer.refused_address) return not_allowed();
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return Refusal::conflict("The name {1} is not known.").with(host);
    case CURLE_COULDNT_CONNECT:
        return Refusal::conflict("Nothing answers at {1}.").with(host);
    case CURLE_OPERATION_TIMEDOUT:
        return Refusal::conflict("{1} does not answer in time.").with(host);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return Refusal::conflict("The certificate of {1} is not one that this server trusts.")
            .with(host);
    case CURLE_SSL_CONNECT_ERROR:
        return Refusal::conflict("No secure connection to {1} can be made.").with(host);
    default:
        return Refusal::conflict("The answer of {1} cannot be read.").with(host);
    }
}

/// One request to one address; `redirect` becomes where the answer leads, empty: nowhere.
Result<OutboundAnswer> call_once(const OutboundCall& call, const std::string& url,
                                 const Target& target, std::chrono::milliseconds time_left,
                                 bool send_headers, std::string& redirect)
{
    constexpr std::chrono::milliseconds connect_max{5'000};
    const Handle curl(curl_easy_init(), curl_easy_cleanup);
    if (!curl) throw std::bad_alloc();
    Transfer transfer{call};
    List headers(nullptr, curl_slist_free_all);
    add(headers, "User-Agent: Moothall");
    add(headers, "Expect:");
    if (send_headers)
        for (const auto& [name, value] : call.headers) add(headers, name + ": " + value);
    List known(nullptr, curl_slist_free_all);
    if (!call.address.empty())
        add(known, target.host + ':' + std::to_string(target.port) + ':' + call.address);

    const auto set = [&](CURLoption option, auto value) {
        curl_easy_setopt(curl.get(), option, value);
    };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, time_left.count())));
    set(CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::max<std::int64_t>(1, std::min(connect_max, time_left).count())));
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_RESOLVE, known.get());
    set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(CURLOPT_OPENSOCKETDATA, &transfer);
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, &take_head);
    set(CURLOPT_HEADERDATA, &transfer);
    if (call.method != "GET") {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        set(CURLOPT_POSTFIELDS, call.body.c_str());
        set(CURLOPT_CUSTOMREQUEST, call.method.c_str());
    }
    const auto code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) return why_not(code, transfer, target.host);

    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    transfer.answer.status = static_cast<int>(status);
    const char* text = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &text);
    if (text != nullptr) transfer.answer.content_type = text;
    text = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_REDIRECT_URL, &text);
    redirect = text != nullptr ? text : "";
    return std::move(transfer.answer);
}

bool same_origin(const Target& left, const Target& right)
{
    return left.tls == right.tls && left.host == right.host && left.port == right.port;
}

} // namespace

Result<OutboundAnswer> call_outbound(const OutboundCall& call)
{
    for (const auto& [name, value] : call.headers)
        if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
            return not_an_address();
    const auto end = std::chrono::steady_clock::now() + call.time_max;
    auto url = call.url;
    auto target = check_target(url, call.private_addresses);
    if (!target) return target.error();
    const auto first = *target;
    for (int redirects = 0;; ++redirects) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        std::string redirect;
        auto answer = call_once(call, url, *target, left, same_origin(*target, first), redirect);
        if (!answer || redirect.empty() || call.method != "GET" || call.redirects_max == 0)
            return answer;
        if (redirects == call.redirects_max)
            return Refusal::conflict("{1} redirects too often.").with(first.host);
        auto next = check_target(redirect, call.private_addresses);
        if (!next) return next.error();
        if (target->tls && !next->tls)
            return Refusal::conflict("{1} redirects to an address without TLS.").with(first.host);
        target = std::move(next);
        url = std::move(redirect);
    }
}

Result<void> check_outbound_url(std::string_view url, PrivateAddresses private_addresses)
{
    if (const auto target = check_target(url, private_addresses); !target) return target.error();
    return {};
}

bool is_public_address(std::string_view address)
{
    return behind_text(std::string(address)) == Behind::internet;
}

} // namespace moothall::jobs
