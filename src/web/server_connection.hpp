#pragma once

#include "base/result.hpp"
#include "web/request.hpp"
#include "web/response.hpp"
#include "web/server_answer.hpp"
#include "web/server_asio.hpp"
#include "web/server_head.hpp"
#include "web/server_loop.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace moothall::web {

/// One HTTP/1.1 connection.
///
/// It goes round through head → body → handling → writing and back, one request after the other:
/// what a client sends ahead waits until the answer before it has been taken. It asks the kernel
/// only whether the socket is ready and then reads into the loop's buffer, so that a connection
/// that waits costs little memory.
///
/// Lives in its loop's thread only. The loop's lists hold it (self_) until close().
class Connection : public std::enable_shared_from_this<Connection>, public ListHook {
public:
    Connection(Loop& loop, Socket socket, Seat seat, const asio::ip::address& peer);

    void start();
    void close();
    /// Closes when the time for what it waits for is over.
    void tick(Moment now);
    /// The server stops: closes unless a request has begun to come in.
    void close_if_waiting();
    /// The application's answer to the request that is being handled; none when it broke.
    void take_answer(std::optional<Response> response);

    /// The next slice of a long answer.
    void go_on_writing();

private:
    enum class Phase : std::uint8_t { head, body, handling, answering, writing, lingering, closed };

    template <class Work>
    void guarded(Work&& work);
    void wait_until_readable();
    void wait_until_writable();
    void on_readable(error_code error);
    void out_of_time(Moment now);

    void advance();
    // The steps of a request; each returns whether the next can be taken at once.
    bool step();
    bool read_head();
    bool begin_request();
    bool begin_body();
    bool read_body();
    bool end_request();
    bool hand_over();
    bool begin_answer();
    bool write_slice();
    bool end_answer();

    /// Sets the server's own answer, after which the connection is closed.
    bool refuse(int status, std::string_view sentence);
    bool refuse(const Refusal& refusal);
    Response failure() const;
    Result<void> read_form();
    bool count_body_bytes(std::size_t more);
    void forget_body_bytes();
    bool send_continue();
    void linger();
    void abort();
    void open_stream();
    void move_to(List<Connection>& list);
    std::string_view unread() const { return std::string_view(input_).substr(input_read_); }
    std::int64_t bytes_taken();

    Loop& loop_;
    Socket socket_;
    Seat seat_;
    asio::ip::address peer_;
    std::shared_ptr<Connection> self_; // while in a list of the loop

    Phase phase_ = Phase::head;
    bool advancing_ = false;
    bool waits_for_bytes_ = false;
    bool keep_alive_ = true;
    bool head_only_ = false; // HEAD: the answer has no body
    bool secure_ = false;
    bool more_may_come_ = false; // refused before all of the request was read
    ErrorFormat error_format_ = ErrorFormat::text;
    Moment deadline_;
    std::int64_t progress_ = 0; // how far body or answer were when the deadline was set

    std::string input_; // has come in
    std::size_t input_read_ = 0;
    HeadParser parser_;
    Request request_;
    std::string nonce_;
    std::size_t body_length_ = 0;
    std::size_t body_bytes_counted_ = 0; // our part of ServerCommon::body_bytes

    Response response_;
    std::string answer_head_;
    std::size_t written_ = 0; // of head and body together
    std::size_t lingered_bytes_ = 0;
};

} // namespace moothall::web
