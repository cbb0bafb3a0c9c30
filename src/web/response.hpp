#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall::web {

/// An open line of server-sent events. Safe from any thread; what cannot be sent is dropped and
/// the line is closed when the reader is too slow (it comes back with Last-Event-ID).
class EventStream {
public:
    virtual ~EventStream() = default;
    /// Queues one message; false when the line is closed.
    virtual bool send(std::string_view event, std::string_view id, std::string_view data) = 0;
    virtual void close() = 0;
    virtual bool open() const = 0;
};

/// What is answered. Security headers, Date and Content-Length are added by the server.
struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Bytes that live elsewhere (an asset); used instead of `body` when set.
    std::shared_ptr<const std::string> shared_body;
    /// When set, the answer is a stream of events and this is called once it is open.
    std::function<void(std::shared_ptr<EventStream>)> stream;

    static Response html(std::string body, int status = 200);
    static Response json(std::string body, int status = 200);
    static Response text(std::string body, int status = 200);
    /// 303: the browser follows with GET. `to` is a path of this server.
    static Response see_other(const std::string& to);
    static Response no_content();

    Response& with(std::string name, std::string value)
    {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

} // namespace moothall::web
