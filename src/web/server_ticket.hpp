#pragma once

#include "web/response.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace moothall::web {

class Connection;
class Loop;

/// Brings the application's answer back to the connection that waits for it, from any thread and
/// also when the connection or the server is gone by then. An application that forgets to answer is
/// noticed when the last copy of its Answer is destroyed.
class Ticket {
public:
    Ticket(std::weak_ptr<Loop> loop, std::weak_ptr<Connection> connection);
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    void answer(Response response);
    /// The application broke: 500.
    void fail();

private:
    void deliver(std::optional<Response> response);

    std::weak_ptr<Loop> loop_;
    std::weak_ptr<Connection> connection_;
    std::atomic<bool> answered_ = false;
};

} // namespace moothall::web
