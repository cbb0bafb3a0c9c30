#include "store/postgres_bus.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace moothall::store {

namespace {

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{5'000};
/// How long listen() waits for a server that is away.
constexpr std::chrono::seconds first_hearing_max{5};
/// Without this a connection that died silently would look like a quiet one: each look sends
/// nothing but lets the system's keep-alive report.
constexpr std::chrono::milliseconds look_every{60'000};

struct FreeNotice {
    void operator()(PGnotify* notice) const { PQfreemem(notice); }
};

} // namespace

PostgresBus::PostgresBus(std::string url)
    : url_(std::move(url)), wake_up_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (wake_up_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

PostgresBus::~PostgresBus()
{
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    ::eventfd_write(wake_up_, 1);
    if (thread_.joinable()) thread_.join();
    ::close(wake_up_);
}

void PostgresBus::listen(Listeners::Listener listener)
{
    listeners_.add(std::move(listener));
    std::unique_lock lock(mutex_);
    if (!thread_.joinable()) thread_ = std::thread([this] { hear(); });
    changed_.wait_for(lock, first_hearing_max, [this] { return hearing_; });
}

void PostgresBus::hear()
{
    auto pause = first_pause;
    bool missed = false; // something may have been said that we did not hear
    while (!closing()) {
        try {
            const auto connection = connect_postgres(url_);
            const PostgresResult listening(PQexec(connection.get(), "LISTEN moothall"));
            if (PQresultStatus(listening.get()) == PGRES_COMMAND_OK) {
                pause = first_pause;
                set_hearing(true);
                if (missed) listeners_.tell({});
                hear_until_broken(connection.get());
                set_hearing(false);
            }
        } catch (const Failure&) {
            pause = std::min(2 * pause, longest_pause); // the server is away: again, more slowly
        }
        missed = true;
        wait(nullptr, pause);
    }
}

void PostgresBus::hear_until_broken(PGconn* connection)
{
    while (!closing()) {
        while (const std::unique_ptr<PGnotify, FreeNotice> notice{PQnotifies(connection)})
            listeners_.tell(notice->extra);
        wait(connection, look_every);
        if (PQconsumeInput(connection) == 0) return;
    }
}

void PostgresBus::wait(PGconn* connection, std::chrono::milliseconds longest) const
{
    std::array<pollfd, 2> watched{{{wake_up_, POLLIN, 0}, {-1, POLLIN, 0}}};
    if (connection) watched[1].fd = PQsocket(connection);
    ::poll(watched.data(), watched.size(), static_cast<int>(longest.count()));
}

void PostgresBus::set_hearing(bool hearing)
{
    {
        const std::lock_guard lock(mutex_);
        hearing_ = hearing;
    }
    changed_.notify_all();
}

bool PostgresBus::closing() const
{
    const std::lock_guard lock(mutex_);
    return closing_;
}

} // namespace moothall::store
