#pragma once

#include "web/request.hpp"
#include "web/server_asio.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

/// Who is at the other end.
namespace moothall::web {

/// The proxies whose word we take: addresses and ranges ("10.0.0.0/8").
class Proxies {
public:
    /// Throws std::invalid_argument when one is neither.
    explicit Proxies(const std::vector<std::string>& proxies);
    bool contains(const asio::ip::address& address) const;

private:
    std::vector<asio::ip::network_v4> v4_;
    std::vector<asio::ip::network_v6> v6_;
};

/// An IPv4 address that came in through an IPv6 socket is an IPv4 address.
asio::ip::address normalised(const asio::ip::address& address);

struct Client {
    std::string address;
    bool loopback = false;
    bool secure = false;
};

/// Who sent a request that came over a connection from `peer` (normalised).
///
/// From a configured proxy, X-Forwarded-For is read from the right: each proxy adds at the end
/// whom it heard from, so the rightmost address that is none of our proxies is the client, and
/// what stands left of it is the client's own claim. From anybody else the header means nothing.
Client client_of(const asio::ip::address& peer, const Proxies& proxies, const Fields& headers);

/// How many connections each address has open. Safe from any thread.
class AddressCounts {
public:
    /// An IPv4 address, or the first 64 bits of an IPv6 address: a household gets that many
    /// addresses, so they count as one.
    using Key = std::array<unsigned char, 8>;
    static Key key_of(const asio::ip::address& address);

    /// Counts one more; false when there are `connections_max` already.
    bool add(const Key& key, std::size_t connections_max);
    void remove(const Key& key);

private:
    std::mutex mutex_;
    std::map<Key, std::size_t> counts_;
};

} // namespace moothall::web
