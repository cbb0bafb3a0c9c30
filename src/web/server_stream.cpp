#include "web/server_stream.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <array>

namespace moothall::web {

namespace {

/// A reader that is this far behind comes back with Last-Event-ID and asks again.
constexpr std::size_t queue_bytes_max = 64 * 1024;

/// Proxies cut silent lines, many of them after 30 or 60 s.
constexpr std::chrono::seconds heartbeat{20};

bool is_one_line(std::string_view text)
{
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string message_of(std::string_view event, std::string_view id, std::string_view data)
{
    invariant(is_one_line(event) && is_one_line(id), "name and id of an event have no line ends");
    std::string message;
    message.reserve(event.size() + id.size() + data.size() + 32);
    if (!event.empty()) message.append("event: ").append(event).append("\n");
    if (!id.empty()) message.append("id: ").append(id).append("\n");
    for (std::size_t begin = 0; begin <= data.size();) {
        const auto end = std::min(data.find_first_of("\r\n", begin), data.size());
        message.append("data: ").append(data.substr(begin, end - begin)).append("\n");
        const bool crlf = data.substr(end).starts_with("\r\n");
        begin = end + (crlf ? 2 : 1);
    }
    message += '\n';
    return message;
}

} // namespace

StreamLine::StreamLine(Loop& loop, Socket socket, Seat seat)
    : loop_(loop.weak_from_this()), here_(&loop), socket_(std::move(socket)), seat_(std::move(seat))
{
}

bool StreamLine::send(std::string_view event, std::string_view id, std::string_view data)
{
    return queue(message_of(event, id, data));
}

bool StreamLine::queue(std::string_view message)
{
    {
        const std::lock_guard lock(mutex_);
        if (!open_) return false;
        if (queue_.size() + message.size() > queue_bytes_max) {
            overflown_ = true;
            open_ = false;
            std::string().swap(queue_);
        } else {
            queue_ += message;
        }
        if (scheduled_) return open_;
        scheduled_ = true;
    }
    if (const auto loop = loop_.lock()) loop->flush_soon(shared_from_this());
    return open();
}

void StreamLine::close()
{
    {
        const std::lock_guard lock(mutex_);
        if (!open_) return;
        open_ = false;
        if (scheduled_) return;
        scheduled_ = true;
    }
    if (const auto loop = loop_.lock()) loop->flush_soon(shared_from_this());
}

bool StreamLine::open() const
{
    const std::lock_guard lock(mutex_);
    return open_;
}

void StreamLine::start(std::string head)
{
    self_ = shared_from_this();
    here_->streams.push_back(*this);
    ++here_->streams_open_;
    last_sent_ = here_->now();
    sending_ = std::move(head);
    watch();
    flush();
}

void StreamLine::watch()
{
    // Whatever comes ends the line: a client that goes away, or one that sends another request
    // where it can get no answer.
    socket_->async_wait(Socket::wait_read, [self = shared_from_this()](error_code) {
        if (self->socket_) self->shut();
    });
}

void StreamLine::wait_until_writable()
{
    waiting_ = true;
    socket_->async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
        if (!self->socket_) return;
        self->waiting_ = false;
        if (error)
            self->shut();
        else
            self->flush();
    });
}

void StreamLine::flush()
{
    while (socket_ && !waiting_) {
        if (sent_ == sending_.size()) {
            std::string().swap(sending_); // an assignment would keep the memory
            sent_ = 0;
            const std::lock_guard lock(mutex_);
            scheduled_ = false;
            std::swap(sending_, queue_);
        }
        if (sending_.empty()) {
            if (!open()) shut();
            return;
        }
        error_code error;
        const auto count = socket_->write_some(
            asio::buffer(sending_.data() + sent_, sending_.size() - sent_), error);
        sent_ += count;
        here_->bytes_out_ += count;
        last_sent_ = here_->now();
        if (error == asio::error::would_block) {
            write_limit_ = last_sent_ + here_->common().settings.write_time;
            wait_until_writable();
        } else if (error) {
            shut();
        }
    }
}

void StreamLine::tick(Moment now)
{
    const auto self = shared_from_this(); // shut() may let go of the last other holder
    bool overflown = false;
    {
        const std::lock_guard lock(mutex_);
        overflown = overflown_;
    }
    if (overflown || (waiting_ && now > write_limit_)) {
        shut();
    } else if (!waiting_ && now - last_sent_ >= heartbeat) {
        sending_ = ":\n\n";
        sent_ = 0;
        flush();
    }
}

void StreamLine::say_bye()
{
    send("bye", {}, "bye");
    close();
}

void StreamLine::shut()
{
    if (!socket_) return;
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
        std::string().swap(queue_);
    }
    --here_->streams_open_;
    std::string().swap(sending_);
    socket_.reset();
    seat_.release();
    unlink();
    const auto self = std::move(self_); // may be the last that holds this
}

} // namespace moothall::web
