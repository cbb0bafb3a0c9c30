#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace moothall::web {

/// A client that sends just the bytes it is told to: for tests of the HTTP layer.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0))
    {
        const timeval patience{20, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const void* generic = &address;
        if (::connect(socket_, static_cast<const sockaddr*>(generic), sizeof address) != 0)
            throw std::runtime_error("cannot connect");
    }
    RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient()
    {
        if (socket_ >= 0) ::close(socket_);
    }

    /// Sends as much as the server takes.
    bool try_send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    void send(std::string_view bytes) { try_send(bytes); }

    std::string read_some(std::size_t bytes_max)
    {
        std::string bytes(bytes_max, '\0');
        const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
        bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return bytes;
    }
    /// Until the server closes.
    std::string read_to_end()
    {
        std::string all;
        for (auto more = read_some(65536); !more.empty(); more = read_some(65536)) all += more;
        return all;
    }
    /// Until `end` was read, or the server closes.
    std::string read_until(std::string_view end)
    {
        std::string all;
        while (all.find(end) == std::string::npos) {
            const auto more = read_some(1);
            if (more.empty()) break;
            all += more;
        }
        return all;
    }

private:
    int socket_;
};

} // namespace moothall::web
