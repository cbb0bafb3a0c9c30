#include "web/server_loop.hpp"

#include "web/server_answer.hpp"
#include "web/server_connection.hpp"
#include "web/server_stream.hpp"

#include <netinet/tcp.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace moothall::web {

namespace {

/// How long we wait with accepting when there are no file descriptors left and no connection that
/// may be given up.
constexpr std::chrono::milliseconds accept_pause{100};

/// By hand: enough to keep up with a rush, few enough to let those go on who are in already.
constexpr int accepts_at_once = 64;
constexpr int slices_at_once = 8;
constexpr int lines_at_once = 64;

/// What the kernel may hold of an answer for a slow reader (it takes it twofold, for its own
/// needs). Its automatic growth, up to 4 MB, would let a few thousand of them take all memory. More
/// would be faster over long distances: this gives about 1 MB/s at 100 ms.
constexpr int send_buffer_bytes = 64 * 1024;

/// A client that vanished without a word is noticed when it has not acknowledged for so long.
constexpr unsigned unacknowledged_ms_max = 60'000;

void set_option(int socket, int level, int name, int value)
{
    if (setsockopt(socket, level, name, &value, sizeof value) != 0)
        throw std::system_error(errno, std::generic_category(), "setsockopt");
}

/// Deadlines are looked at this often, so each may be overrun by that much.
std::chrono::milliseconds tick_time_for(const ServerSettings& settings)
{
    const auto shortest = std::min(
        {settings.head_time, settings.body_idle_time, settings.idle_time, settings.write_time});
    return std::clamp(shortest / 8, std::chrono::milliseconds{10}, std::chrono::milliseconds{500});
}

} // namespace

Seat::Seat(ServerCommon& common, std::atomic<std::uint64_t>& open,
           std::optional<AddressCounts::Key> key)
    : common_(&common), open_(&open), key_(key)
{
    ++*open_;
}

Seat::Seat(Seat&& other) noexcept
    : common_(other.common_), open_(std::exchange(other.open_, nullptr)), key_(other.key_)
{
}

Seat& Seat::operator=(Seat&& other) noexcept
{
    release();
    common_ = other.common_;
    open_ = std::exchange(other.open_, nullptr);
    key_ = other.key_;
    return *this;
}

void Seat::release()
{
    if (!open_) return;
    if (key_) common_->addresses.remove(*key_);
    --*open_;
    open_ = nullptr;
}

Loop::Loop(ServerCommon& common, std::size_t connections_max)
    : common_(common), connections_max_(connections_max),
      tick_time_(tick_time_for(common.settings)), random_used_(random_.size()), context_(1),
      acceptor_(context_), tick_timer_(context_), accept_timer_(context_)
{
}

Loop::~Loop() = default;

asio::ip::tcp::endpoint Loop::listen(const asio::ip::tcp::endpoint& endpoint)
{
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(Acceptor::reuse_address(true));
    if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
    // What is set on a listening socket holds for those that it accepts, without a call for each.
    const int handle = acceptor_.native_handle();
    set_option(handle, SOL_SOCKET, SO_REUSEPORT, 1);
    set_option(handle, SOL_SOCKET, SO_SNDBUF, send_buffer_bytes);
    set_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(unacknowledged_ms_max));
    acceptor_.bind(endpoint);
    acceptor_.listen(4096);
    acceptor_.non_blocking(true);
    accept_when_ready();
    tick_due_ = now();
    tick();
    return acceptor_.local_endpoint();
}

void Loop::run()
{
    while (!halted_) {
        // Each connection catches its own; this is for what nobody foresaw.
        guard("the loop", [this] { context_.run(); });
    }
}

void Loop::accept_when_ready()
{
    acceptor_.async_wait(Acceptor::wait_read, [this](error_code error) {
        if (error || stopping_) return;
        guard("accepting connections", [this] { accept_all(); });
    });
}

void Loop::accept_all()
{
    error_code error;
    for (int i = 0; i < accepts_at_once && !error; ++i) {
        asio::ip::tcp::endpoint peer;
        Socket socket(context_);
        acceptor_.accept(socket, peer, error);
        if (!error)
            guard("a new connection", [&] { admit(std::move(socket), peer.address()); });
        else if (error == asio::error::connection_aborted)
            error.clear(); // the client gave up before we took it
    }
    const bool nobody_waits = error == asio::error::would_block;
    if (error && !nobody_waits && !evict()) {
        // No descriptors or no memory, and nobody who may be sent away.
        accept_timer_.expires_after(accept_pause);
        accept_timer_.async_wait([this](error_code cancelled) {
            if (!cancelled && !stopping_) accept_when_ready();
        });
        return;
    }
    accept_when_ready();
}

void Loop::admit(Socket socket, const asio::ip::address& peer_address)
{
    const auto peer = normalised(peer_address);
    std::optional<AddressCounts::Key> key;
    if (!peer.is_loopback() && !common_.proxies.contains(peer)) {
        key = AddressCounts::key_of(peer);
        if (!common_.addresses.add(*key, common_.settings.connections_per_address_max)) {
            ++refused_;
            return;
        }
    }
    Seat seat(common_, open_, key);
    ++total_;
    if (open_ > connections_max_ && !evict()) {
        ++refused_;
        return;
    }
    socket.non_blocking(true);
    std::make_shared<Connection>(*this, std::move(socket), std::move(seat), peer)->start();
}

/// Refusing newcomers would let whoever opens many connections keep everybody else out; an honest
/// newcomer has sent its head long before it is the oldest without one.
bool Loop::evict()
{
    for (auto* list : {&lingering, &newcomers, &idle}) {
        if (list->empty()) continue;
        ++evicted_;
        list->front().close();
        return true;
    }
    return false;
}

void Loop::write_in_turn(std::shared_ptr<Connection> connection)
{
    writers_.push_back(std::move(connection));
    if (!std::exchange(will_write_, true)) post([this] { write_some(); });
}

/// What is posted comes after all that is ready, so a thousand long answers delay a new request by
/// a few slices and not by a thousand.
void Loop::write_some()
{
    for (int i = 0; i < slices_at_once && !writers_.empty(); ++i) {
        const auto connection = std::move(writers_.front());
        writers_.pop_front();
        connection->go_on_writing();
    }
    will_write_ = !writers_.empty();
    if (will_write_) post([this] { write_some(); });
}

void Loop::tick()
{
    const auto moment = now();
    // When something has held this thread up, what clients sent in time still waits in the kernel:
    // it is read first, and deadlines are looked at the next time.
    const bool held_up = moment > tick_due_ + 2 * tick_time_ && !postponed_;
    if (!held_up) {
        // Closing takes a connection out of its list, hence the step before the visit.
        for (auto* list : {&newcomers, &idle, &busy, &lingering})
            for (auto at = list->begin(); at != list->end();) (at++)->tick(moment);
        for (auto at = streams.begin(); at != streams.end();) (at++)->tick(moment);
    }
    postponed_ = held_up;
    tick_due_ = moment + tick_time_;
    tick_timer_.expires_at(tick_due_);
    tick_timer_.async_wait([this](error_code cancelled) {
        if (!cancelled) tick();
    });
}

void Loop::begin_stop()
{
    post([this] { stop_here(); });
}

void Loop::stop_here()
{
    error_code ignored; // a listening socket that cannot be closed listens no more all the same
    acceptor_.close(ignored);
    accept_timer_.cancel();
    for (auto* list : {&newcomers, &idle, &lingering})
        for (auto at = list->begin(); at != list->end();) (at++)->close_if_waiting();
    for (auto at = streams.begin(); at != streams.end();) (at++)->say_bye();
}

void Loop::halt()
{
    halted_ = true;
    context_.stop();
}

void Loop::clear()
{
    for (auto* list : {&newcomers, &idle, &busy, &lingering})
        while (!list->empty()) list->front().close();
    while (!streams.empty()) streams.front().shut();
    writers_.clear();
    flushing_.clear();
}

void Loop::flush_soon(std::shared_ptr<StreamLine> line)
{
    {
        const std::lock_guard lock(pending_mutex_);
        pending_.push_back(std::move(line));
        if (pending_.size() > 1) return; // the post for the first is on its way
    }
    post([this] { take_pending(); });
}

void Loop::take_pending()
{
    {
        const std::lock_guard lock(pending_mutex_);
        std::move(pending_.begin(), pending_.end(), std::back_inserter(flushing_));
        pending_.clear();
    }
    if (!std::exchange(will_flush_, true)) flush_some();
}

/// An event for ten thousand readers takes 100 ms to send: others have their turn in between.
void Loop::flush_some()
{
    for (int i = 0; i < lines_at_once && !flushing_.empty(); ++i) {
        const auto line = std::move(flushing_.front());
        flushing_.pop_front();
        guard("a stream of events", [&] { line->flush(); });
    }
    will_flush_ = !flushing_.empty();
    if (will_flush_) post([this] { flush_some(); });
}

void Loop::add_figures(ServerFigures& figures) const
{
    figures.connections_open += open_;
    figures.connections_total += total_;
    figures.connections_evicted += evicted_;
    figures.requests_total += requests_;
    figures.requests_refused += refused_;
    figures.streams_open += streams_open_;
    figures.bytes_out += bytes_out_;
}

std::string_view Loop::date()
{
    const auto now_s = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now_s.time_since_epoch().count() != date_second_) {
        date_second_ = now_s.time_since_epoch().count();
        date_ = date_text(now_s);
    }
    return date_;
}

std::string Loop::make_nonce()
{
    static constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
    constexpr std::size_t length = 15; // fits into a std::string without memory of its own
    if (random_used_ + length > random_.size()) {
        if (getrandom(random_.data(), random_.size(), 0) != static_cast<ssize_t>(random_.size()))
            throw std::system_error(errno, std::generic_category(), "getrandom");
        random_used_ = 0;
    }
    std::string nonce(length, '0');
    for (char& c : nonce) c = digits[random_[random_used_++] & 31];
    return nonce;
}

} // namespace moothall::web
