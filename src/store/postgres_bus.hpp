#pragma once

#include "store/listeners.hpp"
#include "store/postgres_wire.hpp"

#include <chrono>

namespace moothall::store {

/// Hears NOTIFY of every node, on one connection and one thread, from the first listener on.
///
/// A connection that breaks is made anew. What was said meanwhile is lost: once we hear again,
/// every listener is told the empty text, so that it looks again.
class PostgresBus {
public:
    explicit PostgresBus(std::string url);
    ~PostgresBus();
    PostgresBus(const PostgresBus&) = delete;
    PostgresBus& operator=(const PostgresBus&) = delete;

    /// Returns once the server knows that we listen, or after some seconds when it is away.
    void listen(Listeners::Listener listener);

private:
    void hear();
    void hear_until_broken(PGconn* connection);
    /// Waits for the server (when `connection` is given) or until the bus is closed.
    void wait(PGconn* connection, std::chrono::milliseconds longest) const;
    void set_hearing(bool hearing);
    bool closing() const;

    std::string url_;
    Listeners listeners_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool hearing_ = false;
    bool closing_ = false;
    int wake_up_; // an eventfd: readable when the bus is being closed
    std::thread thread_;
};

} // namespace moothall::store
