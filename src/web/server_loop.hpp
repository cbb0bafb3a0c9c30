#pragma once

#include "web/log.hpp"
#include "web/server.hpp"
#include "web/server_asio.hpp"
#include "web/server_peer.hpp"

#include <boost/intrusive/list.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall::web {

class Connection;
class StreamLine;

/// What all loops share. Lives longer than they do.
struct ServerCommon {
    ServerSettings settings;
    Application application;
    Proxies proxies;
    AddressCounts addresses;
    /// Bytes in memory of request bodies over 64 KB.
    std::atomic<std::size_t> body_bytes{0};
};

/// A place among the open connections; given back when it is destroyed.
class Seat {
public:
    Seat() = default;
    Seat(ServerCommon& common, std::atomic<std::uint64_t>& open,
         std::optional<AddressCounts::Key> key);
    Seat(Seat&& other) noexcept;
    Seat& operator=(Seat&& other) noexcept;
    ~Seat() { release(); }
    void release();

private:
    ServerCommon* common_ = nullptr;
    std::atomic<std::uint64_t>* open_ = nullptr;
    std::optional<AddressCounts::Key> key_;
};

/// Links itself out of its list when it is destroyed.
using ListHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
template <class T>
using List = boost::intrusive::list<T, boost::intrusive::base_hook<ListHook>,
                                    boost::intrusive::constant_time_size<false>>;

/// One thread's share of the server: an io_context, a listening socket, and the connections that
/// the kernel gave to it. A connection never changes its loop, so nothing in it needs a lock.
class Loop : public std::enable_shared_from_this<Loop> {
public:
    Loop(ServerCommon& common, std::size_t connections_max);
    ~Loop();

    /// Binds with SO_REUSEPORT, so that the kernel spreads newcomers over the loops.
    asio::ip::tcp::endpoint listen(const asio::ip::tcp::endpoint& endpoint);
    /// Answers until halt().
    void run();

    // From any thread:
    /// From now on every answer says that its connection ends; begin_stop() closes what waits.
    void announce_stop() { stopping_ = true; }
    void begin_stop();
    void halt();
    bool in_this_thread() { return context_.get_executor().running_in_this_thread(); }
    template <class Work>
    void post(Work work)
    {
        asio::post(context_,
                   [this, work = std::move(work)]() mutable { guard("posted work", work); });
    }
    /// Has `line` send what is queued in it.
    void flush_soon(std::shared_ptr<StreamLine> line);
    void add_figures(ServerFigures& figures) const;
    std::uint64_t connections_open() const { return open_; }

    /// After the thread has ended: drops what is left.
    void clear();

    // On the loop's own thread:
    ServerCommon& common() { return common_; }
    asio::io_context& context() { return context_; }
    Moment now() const { return std::chrono::steady_clock::now(); }
    bool stopping() const { return stopping_; }
    std::string_view date();
    /// 15 characters, 75 bits, from the system's random source.
    std::string make_nonce();
    /// For reading into: connections that wait for a client need no buffer of their own.
    std::array<char, 65536>& buffer() { return buffer_; }
    /// Runs `work`; what it throws is logged and answered by false.
    template <class Work>
    bool guard(std::string_view what, Work&& work)
    {
        try {
            work();
            return true;
        } catch (const std::exception& failure) {
            log({.level = LogLevel::error,
                 .message = "the server failed at " + std::string(what),
                 .cause = failure.what()});
            return false;
        }
    }

    /// Has `connection` go on with a long answer when others have had their turn.
    void write_in_turn(std::shared_ptr<Connection> connection);

    /// Each connection is in exactly one of these, the oldest first: no whole head has come yet;
    /// between two requests; being read, handled or answered; refused and about to close.
    List<Connection> newcomers, idle, busy, lingering;
    List<StreamLine> streams;

    std::atomic<std::uint64_t> total_ = 0, evicted_ = 0, requests_ = 0, refused_ = 0,
                               streams_open_ = 0, bytes_out_ = 0;

private:
    void accept_when_ready();
    void accept_all();
    void admit(Socket socket, const asio::ip::address& peer);
    void write_some();
    bool evict();
    void tick();
    void stop_here();
    void take_pending();
    void flush_some();

    ServerCommon& common_;
    std::size_t connections_max_;
    std::atomic<std::uint64_t> open_ = 0;
    std::atomic<bool> halted_ = false;
    std::atomic<bool> stopping_ = false;
    std::chrono::milliseconds tick_time_;
    Moment tick_due_;
    bool postponed_ = false;
    std::array<char, 65536> buffer_;
    std::array<unsigned char, 4000> random_;
    std::size_t random_used_;
    std::int64_t date_second_ = -1;
    std::string date_;
    std::mutex pending_mutex_;
    std::vector<std::shared_ptr<StreamLine>> pending_; // with something to send
    std::deque<std::shared_ptr<Connection>> writers_;  // of long answers, that can go on
    bool will_write_ = false;
    std::deque<std::shared_ptr<StreamLine>> flushing_; // taken from pending_
    bool will_flush_ = false;

    // Below all that handlers use, because it destroys what is still queued.
    asio::io_context context_;
    Acceptor acceptor_;
    asio::steady_timer tick_timer_;
    asio::steady_timer accept_timer_;
};

} // namespace moothall::web
