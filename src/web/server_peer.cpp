#include "web/server_peer.hpp"

#include "web/network_address.hpp"
#include "web/request_parse.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace moothall::web {

namespace {

asio::ip::network_v4 read_network_v4(const std::string& text, error_code& error)
{
    const bool range = text.find('/') != std::string::npos;
    return asio::ip::make_network_v4(range ? text : text + "/32", error);
}

asio::ip::network_v6 read_network_v6(const std::string& text, error_code& error)
{
    const bool range = text.find('/') != std::string::npos;
    return asio::ip::make_network_v6(range ? text : text + "/128", error);
}

bool has_colon(const std::string& text)
{
    return text.find(':') != std::string::npos;
}

} // namespace

bool is_address_or_range(const std::string& text)
{
    error_code error;
    if (has_colon(text))
        read_network_v6(text, error);
    else
        read_network_v4(text, error);
    return !error;
}

Proxies::Proxies(const std::vector<std::string>& proxies)
{
    for (const auto& text : proxies) {
        error_code error;
        if (has_colon(text))
            v6_.push_back(read_network_v6(text, error));
        else
            v4_.push_back(read_network_v4(text, error));
        if (error) throw std::invalid_argument("\"" + text + "\" is no address of a proxy");
    }
}

bool Proxies::contains(const asio::ip::address& address) const
{
    if (address.is_v4())
        return std::any_of(v4_.begin(), v4_.end(), [&](const auto& network) {
            return asio::ip::make_network_v4(address.to_v4(), network.prefix_length()).network() ==
                   network.network();
        });
    return std::any_of(v6_.begin(), v6_.end(), [&](const auto& network) {
        return asio::ip::make_network_v6(address.to_v6(), network.prefix_length()).network() ==
               network.network();
    });
}

asio::ip::address normalised(const asio::ip::address& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address;
}

namespace {

/// One element of X-Forwarded-For: an address, of some proxies with its port.
std::optional<asio::ip::address> parse_forwarded_address(std::string_view text)
{
    text = trim_blanks(text);
    if (text.starts_with('[')) {
        text = text.substr(1, text.find(']') - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    error_code error;
    const auto address = asio::ip::make_address(std::string(text), error);
    if (error) return {};
    return normalised(address);
}

asio::ip::address forwarded_for(const asio::ip::address& peer, const Proxies& proxies,
                                const Fields& headers)
{
    auto client = peer;
    auto lines = headers.all("x-forwarded-for");
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        auto rest = *line;
        for (bool more = true; more;) {
            const auto comma = rest.rfind(',');
            more = comma != std::string_view::npos;
            const auto address = parse_forwarded_address(more ? rest.substr(comma + 1) : rest);
            if (!address) return client;
            client = *address;
            if (!proxies.contains(client)) return client;
            if (more) rest = rest.substr(0, comma);
        }
    }
    return client;
}

bool came_by_proxy(const Fields& headers)
{
    return std::any_of(headers.pairs().begin(), headers.pairs().end(), [](const auto& header) {
        const std::string_view name = header.first;
        return name == "forwarded" || name.starts_with("x-forwarded-") || name == "via" ||
               name == "x-real-ip";
    });
}

} // namespace

Client client_of(const asio::ip::address& peer, const Proxies& proxies, const Fields& headers)
{
    Client client;
    if (!proxies.contains(peer)) {
        client.address = peer.to_string();
        client.loopback = peer.is_loopback() && !came_by_proxy(headers);
        return client;
    }
    client.address = forwarded_for(peer, proxies, headers).to_string();
    client.secure = headers.get("x-forwarded-proto") == "https";
    return client;
}

AddressCounts::Key AddressCounts::key_of(const asio::ip::address& address)
{
    Key key{};
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        // No IPv6 address that is in use begins with 32 zero bits.
        std::copy(bytes.begin(), bytes.end(), key.begin() + 4);
    } else {
        const auto bytes = address.to_v6().to_bytes();
        std::copy_n(bytes.begin(), key.size(), key.begin());
    }
    return key;
}

bool AddressCounts::add(const Key& key, std::size_t connections_max)
{
    const std::lock_guard lock(mutex_);
    auto& count = counts_[key];
    if (count >= connections_max) {
        if (count == 0) counts_.erase(key);
        return false;
    }
    ++count;
    return true;
}

void AddressCounts::remove(const Key& key)
{
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key);
    if (found == counts_.end()) return;
    if (--found->second == 0) counts_.erase(found);
}

} // namespace moothall::web
