#include "jobs/lmtp.hpp"

#include <grp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace moothall::jobs {

namespace {

constexpr int wake_milliseconds = 500; // how soon a stop is seen

/// A file descriptor that is closed with it.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor()
    {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

[[noreturn]] void fail(const std::string& what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

bool send_all(int socket, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

} // namespace

class LmtpServer::Engine {
public:
    Engine(LmtpSettings settings, LmtpReceiver receiver)
        : settings_(std::move(settings)), receiver_(std::move(receiver))
    {
    }

    void start()
    {
        listener_ = listen();
        thread_ = std::thread([this] { accept_all(); });
    }

    void stop()
    {
        if (!thread_.joinable()) return;
        stopping_ = true;
        thread_.join();
        ::unlink(settings_.socket.c_str());
        std::unique_lock lock(mutex_);
        all_gone_.wait(lock, [this] { return connections_ == 0; });
    }

private:
    Descriptor listen() const
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (settings_.socket.size() >= sizeof address.sun_path)
            throw std::runtime_error("the path of the LMTP socket is too long: " +
                                     settings_.socket);
        settings_.socket.copy(address.sun_path, settings_.socket.size());
        Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (socket.number() < 0) fail("cannot make the LMTP socket");
        // One that an earlier run left. The lock on the data folder says that nobody else serves.
        struct stat there{};
        if (::lstat(settings_.socket.c_str(), &there) == 0) {
            if (!S_ISSOCK(there.st_mode))
                throw std::runtime_error(settings_.socket + " is there and is no socket");
            ::unlink(settings_.socket.c_str());
        }
        // Nobody but us until its group is right.
        const auto mask = ::umask(0177);
        const int bound =
            ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::umask(mask);
        if (bound != 0) fail("cannot listen on " + settings_.socket);
        open_to_group();
        constexpr int backlog = 64;
        if (::listen(socket.number(), backlog) != 0) fail("cannot listen on " + settings_.socket);
        return socket;
    }

    void open_to_group() const
    {
        if (!settings_.group.empty()) {
            std::array<char, 16384> buffer{};
            group entry{};
            group* found = nullptr;
            ::getgrnam_r(settings_.group.c_str(), &entry, buffer.data(), buffer.size(), &found);
            if (found == nullptr)
                throw std::runtime_error("there is no group \"" + settings_.group +
                                         "\" for the LMTP socket");
            if (::chown(settings_.socket.c_str(), static_cast<uid_t>(-1), found->gr_gid) != 0)
                fail("cannot give " + settings_.socket + " to the group " + settings_.group);
        }
        if (::chmod(settings_.socket.c_str(), 0660) != 0) fail("cannot open " + settings_.socket);
    }

    void accept_all()
    {
        while (!stopping_) {
            pollfd waiting{listener_.number(), POLLIN, 0};
            if (::poll(&waiting, 1, wake_milliseconds) <= 0) continue;
            Descriptor line(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
            if (line.number() < 0) {
                // Out of descriptors, for a moment: polling again at once would burn a core.
                std::this_thread::sleep_for(std::chrono::milliseconds(wake_milliseconds));
                continue;
            }
            {
                const std::lock_guard lock(mutex_);
                if (connections_ >= settings_.connections_max) {
                    send_all(line.number(), "421 4.3.2 Too many connections\r\n");
                    continue;
                }
                ++connections_;
            }
            try {
                std::thread([this, line = std::move(line)] {
                    serve(line.number());
                    leave();
                }).detach();
            } catch (const std::system_error&) {
                leave(); // no thread to be had: the server beside us keeps the letter
            }
        }
    }

    void leave()
    {
        const std::lock_guard lock(mutex_);
        --connections_;
        all_gone_.notify_all();
    }

    void serve(int line)
    {
        // Nothing that is sent is larger than what a socket holds, but for a peer that never reads.
        const timeval patience{settings_.idle_seconds, 0};
        ::setsockopt(line, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        LmtpSession session(settings_, receiver_);
        if (!send_all(line, session.greeting())) return;
        std::array<char, 65536> buffer{};
        auto heard = std::chrono::steady_clock::now();
        while (!session.ended()) {
            pollfd waiting{line, POLLIN, 0};
            const int ready = ::poll(&waiting, 1, wake_milliseconds);
            if (ready < 0 && errno != EINTR) return;
            const auto now = std::chrono::steady_clock::now();
            if (ready <= 0) {
                if (stopping_ || now - heard > std::chrono::seconds(settings_.idle_seconds)) {
                    send_all(line, "421 4.3.2 Goodbye\r\n");
                    return;
                }
                continue;
            }
            const auto got = ::recv(line, buffer.data(), buffer.size(), 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return;
            heard = now;
            const auto answers =
                session.take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
            if (!answers.empty() && !send_all(line, answers)) return;
        }
    }

    LmtpSettings settings_;
    LmtpReceiver receiver_;
    Descriptor listener_;
    std::thread thread_;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::condition_variable all_gone_;
    std::size_t connections_ = 0;
};

LmtpServer::LmtpServer(LmtpSettings settings, LmtpReceiver receiver)
    : engine_(std::make_unique<Engine>(std::move(settings), std::move(receiver)))
{
}

LmtpServer::~LmtpServer()
{
    stop();
}

void LmtpServer::start()
{
    engine_->start();
}

void LmtpServer::stop()
{
    engine_->stop();
}

} // namespace moothall::jobs
