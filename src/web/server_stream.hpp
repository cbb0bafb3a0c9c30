#pragma once

#include "web/response.hpp"
#include "web/server_asio.hpp"
#include "web/server_loop.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace moothall::web {

/// An open line of server-sent events (HTML standard, section 9.2).
///
/// It takes the socket over from the connection, whose buffers are then gone: ten thousand
/// listeners cost about 10 MB. The loop keeps it alive while it is open; whoever else holds it may
/// do so for longer, also beyond the end of the server.
class StreamLine : public EventStream,
                   public std::enable_shared_from_this<StreamLine>,
                   public ListHook {
public:
    StreamLine(Loop& loop, Socket socket, Seat seat);

    bool send(std::string_view event, std::string_view id, std::string_view data) override;
    void close() override;
    bool open() const override;

    // On the loop's thread:
    /// Enters the loop's list and sends the head of the answer.
    void start(std::string head);
    void flush();
    /// Heartbeat, and the time limit for what the client does not take.
    void tick(Moment now);
    /// Says goodbye and closes when that is sent.
    void say_bye();
    void shut();

private:
    bool queue(std::string_view message);
    void watch();
    void wait_until_writable();

    std::weak_ptr<Loop> loop_;
    Loop* here_; // for the loop's thread only, while socket_ is there
    std::optional<Socket> socket_;
    Seat seat_;
    std::shared_ptr<StreamLine> self_; // while in the loop's list
    std::string sending_;
    std::size_t sent_ = 0;
    bool waiting_ = false;
    Moment write_limit_;
    Moment last_sent_;

    mutable std::mutex mutex_; // guards what is below
    std::string queue_;
    bool open_ = true;       // takes messages
    bool scheduled_ = false; // the loop knows that there is something to send
    bool overflown_ = false;
};

} // namespace moothall::web
