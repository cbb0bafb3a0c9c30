#pragma once

#include "web/request.hpp"
#include "web/response.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The HTTP/1.1 layer. Asio lives in server*.{hpp,cpp} and nowhere else.
namespace moothall::web {

struct ServerSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080; // 0: any free one
    unsigned threads = 2;
    // Addresses and ranges ("10.0.0.0/8") whose X-Forwarded-* are believed.
    std::vector<std::string> proxies;
    std::size_t header_bytes_max = 16 * 1024;
    std::size_t headers_max = 64;
    std::size_t body_bytes_max = 1024 * 1024;         // unless the route allows more
    std::size_t upload_bytes_max = 64 * 1024 * 1024;  // for routes that take files
    std::chrono::milliseconds head_time{10'000};      // a head not whole by then is closed
    std::chrono::milliseconds body_idle_time{10'000}; // a body without a new byte for so long
    std::chrono::milliseconds idle_time{30'000};      // between two requests
    std::chrono::milliseconds write_time{20'000};     // a slice that the client does not take
    std::size_t connections_max = 20'000;
    std::size_t connections_per_address_max = 2'000; // loopback and proxies are not counted
};

/// Gives the answer to a request. To be called exactly once, from any thread.
using Answer = std::function<void(Response)>;

/// What the server asks of the application above it.
struct Application {
    /// The largest body this request may have, asked when the head is read and before the body is;
    /// 0: none. `path` is as in Request::path_text.
    std::function<std::size_t(Method method, const std::string& path)> body_bytes_max;
    /// Whether this Host (without its port when it is the default one) is one of ours.
    std::function<bool(const std::string& host)> knows_host;
    std::function<void(Request&&, Answer)> handle;
};

/// Figures for /metrics.
struct ServerFigures {
    std::uint64_t connections_open, connections_total, connections_evicted, requests_total,
        requests_refused, streams_open;
    std::uint64_t bytes_out;
};

class Server {
public:
    Server(ServerSettings settings, Application application);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds and listens; throws when the address is taken.
    void start();
    std::uint16_t port() const;
    /// Stops accepting, tells streams goodbye, lets running requests finish for at most `grace`.
    void stop(std::chrono::milliseconds grace);
    ServerFigures figures() const;

private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

} // namespace moothall::web
