#include "store/postgres_pool.hpp"

#include <chrono>

namespace moothall::store {

namespace {

/// Whoever waits longer is better told to come back.
constexpr std::chrono::seconds wait_max{5};

} // namespace

PostgresPool::Lent PostgresPool::lend()
{
    std::unique_lock lock(mutex_);
    const bool free =
        returned_.wait_for(lock, wait_max, [this] { return !idle_.empty() || free_places_ > 0; });
    if (!free) throw Busy("All connections to PostgreSQL are in use.");
    if (idle_.empty()) {
        // It connects when it is first used, outside of this lock.
        auto made = std::make_unique<PostgresConnection>(url_);
        --free_places_;
        return {made.release(), GiveBack{this}};
    }
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return {connection.release(), GiveBack{this}};
}

void PostgresPool::give_back(PostgresConnection* connection)
{
    {
        const std::lock_guard lock(mutex_);
        idle_.emplace_back(connection);
    }
    returned_.notify_one();
}

} // namespace moothall::store
