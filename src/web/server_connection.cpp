#include "web/server_connection.hpp"

#include "web/request_parse.hpp"
#include "web/server_stream.hpp"
#include "web/server_ticket.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace moothall::web {

namespace {

/// How much of an answer is given to the kernel before others have their turn: copying it takes
/// some 20 microseconds, and a thousand readers may be ready at once.
constexpr std::size_t slice_bytes = 32 * 1024;

/// Who sends a body or takes an answer more slowly than this, over a whole time limit, is cut off:
/// a byte now and then is not enough to hold a connection. An old phone network (GPRS) gives ten
/// times as much.
constexpr std::int64_t bytes_per_second_min = 256;

/// After a refusal we go on reading for a while and throw it away: closing a socket with unread
/// bytes makes the kernel send a reset, which can destroy the answer before the client reads it.
constexpr std::chrono::seconds linger_time{3};
constexpr std::size_t linger_bytes_max = 64 * 1024 * 1024;

/// Bodies up to this size do not count against the memory that all bodies share.
constexpr std::size_t small_body_bytes = 64 * 1024;
/// That memory: the largest upload that any route takes, and a quarter more for others beside it.
/// Who comes when it is full is asked to come again, so that a hundred uploads at once take no more
/// than one.
constexpr std::size_t memory_for_bodies(std::size_t upload_bytes_max)
{
    return upload_bytes_max + upload_bytes_max / 4;
}

constexpr std::string_view all_methods = "GET, HEAD, POST, PUT, PATCH, DELETE";

std::int64_t bytes_min_in(std::chrono::milliseconds time)
{
    return bytes_per_second_min * time.count() / 1000;
}

int refusal_status(Reason reason)
{
    switch (reason) {
    case Reason::too_large:
        return 413;
    case Reason::unsupported:
        return 415;
    default:
        return 400;
    }
}

} // namespace

Connection::Connection(Loop& loop, Socket socket, Seat seat, const asio::ip::address& peer)
    : loop_(loop), socket_(std::move(socket)), seat_(std::move(seat)), peer_(peer),
      parser_({.bytes_max = loop.common().settings.header_bytes_max,
               .headers_max = loop.common().settings.headers_max,
               .target_bytes_max = loop.common().settings.header_bytes_max / 2})
{
}

void Connection::start()
{
    self_ = shared_from_this();
    loop_.newcomers.push_back(*this);
    deadline_ = loop_.now() + loop_.common().settings.head_time;
    wait_until_readable();
}

template <class Work>
void Connection::guarded(Work&& work)
{
    if (!loop_.guard("a connection", work)) close();
}

void Connection::close()
{
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    error_code ignored; // the descriptor is free in any case
    socket_.close(ignored);
    seat_.release();
    forget_body_bytes();
    unlink();
    const auto self = std::move(self_); // may be the last that holds this
}

void Connection::abort()
{
    // Has the kernel forget what the client did not take, too.
    error_code ignored;
    socket_.set_option(Socket::linger(true, 0), ignored);
    close();
}

void Connection::close_if_waiting()
{
    const bool waits = phase_ == Phase::head && unread().empty();
    if (waits || phase_ == Phase::lingering) close();
}

void Connection::move_to(List<Connection>& list)
{
    unlink();
    list.push_back(*this);
}

void Connection::wait_until_readable()
{
    if (waits_for_bytes_) return;
    waits_for_bytes_ = true;
    socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
        self->waits_for_bytes_ = false;
        self->guarded([&] { self->on_readable(error); });
    });
}

void Connection::wait_until_writable()
{
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
        if (self->phase_ != Phase::writing) return;
        if (error)
            self->close();
        else
            self->loop_.write_in_turn(self);
    });
}

void Connection::go_on_writing()
{
    if (phase_ == Phase::writing) guarded([this] { advance(); });
}

void Connection::on_readable(error_code error)
{
    // In other phases what came waits in the kernel until we ask again.
    const bool reads = phase_ == Phase::head || phase_ == Phase::body || phase_ == Phase::lingering;
    if (!reads) return;
    auto& buffer = loop_.buffer();
    std::size_t count = 0;
    if (!error) count = socket_.read_some(asio::buffer(buffer), error);
    if (error == asio::error::would_block) {
        wait_until_readable();
    } else if (error) {
        close(); // also at the end: nobody is there to be answered
    } else if (phase_ == Phase::lingering) {
        lingered_bytes_ += count;
        if (lingered_bytes_ > linger_bytes_max)
            close();
        else
            wait_until_readable();
    } else {
        input_.erase(0, input_read_);
        input_read_ = 0;
        const bool first_bytes = phase_ == Phase::head && input_.empty();
        // A newcomer's time began when it connected.
        if (first_bytes && !nonce_.empty())
            deadline_ = loop_.now() + loop_.common().settings.head_time;
        input_.append(buffer.data(), count);
        advance();
    }
}

void Connection::tick(Moment now)
{
    if (now < deadline_ || phase_ == Phase::handling) return;
    const auto self = shared_from_this(); // close() may let go of the last other holder
    guarded([&] { out_of_time(now); });
}

void Connection::out_of_time(Moment now)
{
    const auto& settings = loop_.common().settings;
    switch (phase_) {
    case Phase::head:
        if (unread().empty()) {
            close();
            return;
        }
        refuse(408, "The request took too long.");
        advance();
        return;
    case Phase::body: {
        const auto come = static_cast<std::int64_t>(request_.body.size());
        if (come - progress_ < bytes_min_in(settings.body_idle_time)) {
            refuse(408, "The request took too long.");
            advance();
            return;
        }
        progress_ = come;
        deadline_ = now + settings.body_idle_time;
        return;
    }
    case Phase::writing: {
        const auto taken = bytes_taken();
        if (taken - progress_ < bytes_min_in(settings.write_time)) {
            abort();
            return;
        }
        progress_ = taken;
        deadline_ = now + settings.write_time;
        return;
    }
    default:
        close();
    }
}

/// How much of the answer the client's machine has acknowledged. Negative while an earlier answer
/// is still under way.
std::int64_t Connection::bytes_taken()
{
    int waiting = 0;
    if (ioctl(socket_.native_handle(), SIOCOUTQ, &waiting) != 0) waiting = 0;
    return static_cast<std::int64_t>(written_) - waiting;
}

void Connection::advance()
{
    if (advancing_) return; // an answer given at once: the loop below goes on with it
    advancing_ = true;
    while (step()) {
    }
    advancing_ = false;
}

bool Connection::step()
{
    switch (phase_) {
    case Phase::head:
        return read_head();
    case Phase::body:
        return read_body();
    case Phase::answering:
        return begin_answer();
    case Phase::writing:
        return write_slice();
    case Phase::handling:
    case Phase::lingering:
    case Phase::closed:
        break;
    }
    return false;
}

bool Connection::read_head()
{
    const auto state = parser_.read(unread());
    if (state == HeadParser::State::incomplete) {
        wait_until_readable();
        return false;
    }
    move_to(loop_.busy);
    ++loop_.requests_;
    nonce_ = loop_.make_nonce();
    head_only_ = parser_.head().method == "HEAD";
    secure_ = false;
    error_format_ = error_format_for(parser_.head().target);
    if (state == HeadParser::State::refused) return refuse(parser_.status(), parser_.sentence());
    input_read_ += parser_.bytes();
    return begin_request();
}

bool Connection::begin_request()
{
    const auto& common = loop_.common();
    auto& head = parser_.head();
    const bool asks_server = head.method == "OPTIONS" && head.target == "*";
    if (asks_server || head.method == "TRACE" || head.method == "CONNECT" ||
        head.method == "TRACK") {
        refuse(405, "This method is not served here.");
        response_.with("Allow", std::string(all_methods));
        return true;
    }
    auto target = parse_target(head.target);
    if (!target) return refuse(target.error());
    if (!target->authority.empty() && target->authority != head.host)
        return refuse(400, "The address and the Host header name two hosts.");

    request_ = {};
    request_.method = parse_method(head.method);
    request_.target = std::move(target->origin_form);
    request_.path_text = std::move(target->path);
    request_.query_fields = std::move(target->query);
    auto client = client_of(peer_, common.proxies, head.fields);
    request_.remote_address = std::move(client.address);
    request_.loopback = client.loopback;
    request_.secure = client.secure;
    secure_ = client.secure;
    request_.host = without_default_port(std::move(head.host), client.secure);
    request_.nonce = nonce_;
    if (!common.application.knows_host(request_.host))
        return refuse(421, "This host is not served here.");
    for (const auto cookie : head.fields.all("cookie"))
        if (const auto read = parse_cookies(cookie, request_.cookie_fields); !read)
            return refuse(read.error());
    const auto encoding = head.fields.get("content-encoding");
    if (!encoding.empty() && to_lower_ascii(encoding) != "identity")
        return refuse(415, "Please send the body without Content-Encoding.");
    keep_alive_ = head.keep_alive;
    return begin_body();
}

bool Connection::begin_body()
{
    const auto& common = loop_.common();
    auto& head = parser_.head();
    const auto method = request_.method;
    const auto length = head.content_length.value_or(0);
    const bool needs_length =
        method == Method::post || method == Method::put || method == Method::patch;
    if (needs_length && !head.content_length)
        return refuse(411, "Please send the body with a Content-Length.");
    if (length > 0) {
        if (method == Method::get || method == Method::head)
            return refuse(400, "A request to read something has no body.");
        if (length > common.application.body_bytes_max(method, request_.path_text))
            return refuse(413, "The body is too large.");
        if (head.expects_continue && unread().empty() && !send_continue()) return false;
    }
    body_length_ = static_cast<std::size_t>(length);
    request_.header_fields = std::move(head.fields);
    parser_.reset();
    phase_ = Phase::body;
    progress_ = 0;
    deadline_ = loop_.now() + common.settings.body_idle_time;
    return true;
}

bool Connection::send_continue()
{
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    error_code error;
    const auto count = socket_.write_some(asio::buffer(text.data(), text.size()), error);
    // When there is no room at all, the client begins by itself after a while.
    if (count == text.size() || error == asio::error::would_block) return true;
    close();
    return false;
}

bool Connection::read_body()
{
    auto& body = request_.body;
    const auto bytes = unread().substr(0, body_length_ - body.size());
    if (!bytes.empty()) {
        if (!count_body_bytes(bytes.size())) {
            refuse(503, "Too much is being uploaded just now.");
            response_.with("Retry-After", "5");
            return true;
        }
        // Who announces a large body gets the memory for it when a good beginning has come.
        if (body.size() + bytes.size() > body.capacity())
            body.reserve(body.empty() ? std::min(body_length_, small_body_bytes) : body_length_);
        body += bytes;
        input_read_ += bytes.size();
    }
    if (body.size() == body_length_) return end_request();
    wait_until_readable();
    return false;
}

bool Connection::count_body_bytes(std::size_t more)
{
    auto& common = loop_.common();
    if (body_length_ <= small_body_bytes) return true;
    body_bytes_counted_ += more;
    const auto before = common.body_bytes.fetch_add(more);
    return before + more <= memory_for_bodies(common.settings.upload_bytes_max);
}

void Connection::forget_body_bytes()
{
    loop_.common().body_bytes -= std::exchange(body_bytes_counted_, 0);
}

bool Connection::end_request()
{
    if (const auto read = read_form(); !read) return refuse(read.error());
    return hand_over();
}

Result<void> Connection::read_form()
{
    const auto type_text = request_.header("content-type");
    if (request_.body.empty() || type_text.empty()) return {};
    const auto type = parse_media_type(type_text);
    if (!type) return Refusal::malformed("Content-Type is not written correctly.");
    const bool urlencoded = type->name == "application/x-www-form-urlencoded";
    if (!urlencoded && type->name != "multipart/form-data") return {};
    const auto charset = to_lower_ascii(type->parameters.get("charset"));
    if (!charset.empty() && charset != "utf-8" && charset != "utf8")
        return Refusal::malformed("A form must be sent in UTF-8.");

    const auto body = std::exchange(request_.body, {});
    if (urlencoded) {
        auto fields = parse_urlencoded(body, form_pairs_max);
        if (!fields) return fields.error();
        request_.form_fields = std::move(*fields);
    } else {
        auto form = parse_multipart(body, type->parameters.get("boundary"));
        if (!form) return form.error();
        request_.form_fields = std::move(form->fields);
        request_.uploads = std::move(form->uploads);
    }
    return {};
}

bool Connection::hand_over()
{
    phase_ = Phase::handling;
    auto ticket = std::make_shared<Ticket>(loop_.weak_from_this(), weak_from_this());
    try {
        loop_.common().application.handle(std::move(request_), [ticket](Response response) {
            ticket->answer(std::move(response));
        });
    } catch (const std::exception& problem) {
        log({.level = LogLevel::error,
             .message = "a request failed",
             .incident = nonce_,
             .cause = problem.what()});
        ticket->fail();
    }
    ticket.reset(); // if nobody else has it any more, it answers now
    return phase_ == Phase::answering;
}

Response Connection::failure() const
{
    return refusal_of(500, "Something went wrong here. Its number is " + nonce_ + ".",
                      error_format_);
}

void Connection::take_answer(std::optional<Response> response)
{
    if (phase_ != Phase::handling) return;
    response_ = response ? std::move(*response) : failure();
    phase_ = Phase::answering;
    guarded([this] { advance(); });
}

bool Connection::refuse(int status, std::string_view sentence)
{
    ++loop_.refused_;
    response_ = refusal_of(status, sentence, error_format_);
    keep_alive_ = false;
    more_may_come_ = true;
    request_ = {};
    move_to(loop_.busy);
    phase_ = Phase::answering;
    return true;
}

bool Connection::refuse(const Refusal& refusal)
{
    return refuse(refusal_status(refusal.reason), refusal.sentence);
}

bool Connection::begin_answer()
{
    forget_body_bytes();
    if (response_.stream) keep_alive_ = false; // the end of the stream is the end of the connection
    if (loop_.stopping()) keep_alive_ = false;
    const AnswerHead head{loop_.date(), keep_alive_, secure_};
    const auto write_head = [&] {
        answer_head_.clear();
        write_answer_head(answer_head_, response_, head);
    };
    if (!loop_.guard("the answer to request " + nonce_, write_head)) {
        response_ = failure();
        write_head();
    }
    if (response_.stream && !head_only_) {
        open_stream();
        return false;
    }
    phase_ = Phase::writing;
    written_ = 0;
    progress_ = bytes_taken();
    deadline_ = loop_.now() + loop_.common().settings.write_time;
    return true;
}

bool Connection::write_slice()
{
    const auto body = head_only_ ? std::string_view{} : body_of(response_);
    const auto head_written = std::min(written_, answer_head_.size());
    const auto head_rest = std::string_view(answer_head_).substr(head_written);
    const auto body_rest = body.substr(written_ - head_written, slice_bytes);
    const std::array<asio::const_buffer, 2> buffers = {
        asio::buffer(head_rest.data(), head_rest.size()),
        asio::buffer(body_rest.data(), body_rest.size())};
    error_code error;
    const auto count = socket_.write_some(buffers, error);
    if (error && error != asio::error::would_block) {
        close();
        return false;
    }
    written_ += count;
    loop_.bytes_out_ += count;
    if (written_ == answer_head_.size() + body.size()) return end_answer();
    if (count == head_rest.size() + body_rest.size())
        loop_.write_in_turn(shared_from_this());
    else
        wait_until_writable();
    return false;
}

bool Connection::end_answer()
{
    response_ = {};
    if (!keep_alive_ || loop_.stopping()) {
        linger();
        return false;
    }
    const auto& settings = loop_.common().settings;
    phase_ = Phase::head;
    head_only_ = false;
    move_to(loop_.idle);
    std::string().swap(answer_head_); // an assignment would keep the memory
    if (unread().empty()) {
        deadline_ = loop_.now() + settings.idle_time;
        input_read_ = 0;
        input_.clear();
        // An idle connection keeps what a usual request needs.
        if (input_.capacity() > 2048) input_.shrink_to_fit();
        wait_until_readable();
    } else {
        // The client sent ahead. Other connections come first.
        deadline_ = loop_.now() + settings.head_time;
        asio::post(loop_.context(), [self = shared_from_this()] {
            if (self->phase_ == Phase::head) self->guarded([&] { self->advance(); });
        });
    }
    return false;
}

void Connection::linger()
{
    if (!more_may_come_ && unread().empty()) {
        close();
        return;
    }
    error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    if (error) {
        close();
        return;
    }
    std::string().swap(input_);
    input_read_ = 0;
    phase_ = Phase::lingering;
    deadline_ = loop_.now() + linger_time;
    move_to(loop_.lingering);
    wait_until_readable();
}

void Connection::open_stream()
{
    const auto line = std::make_shared<StreamLine>(loop_, std::move(socket_), std::move(seat_));
    const auto opened = std::move(response_.stream);
    phase_ = Phase::closed;
    unlink();
    line->start(std::move(answer_head_));
    if (!loop_.guard("a stream of events", [&] { opened(line); })) line->close();
    if (loop_.stopping()) line->say_bye();
    const auto self = std::move(self_); // may be the last that holds this
}

} // namespace moothall::web
