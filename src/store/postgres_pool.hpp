#pragma once

#include "store/postgres_connection.hpp"

#include <condition_variable>
#include <mutex>

namespace moothall::store {

/// Connections for reads: at most so many, lent to one read at a time, the last used first, as it
/// has prepared what is asked most.
class PostgresPool {
public:
    PostgresPool(std::string url, unsigned connections_max)
        : url_(std::move(url)), free_places_(connections_max)
    {
    }

    struct GiveBack {
        PostgresPool* pool;
        void operator()(PostgresConnection* connection) const { pool->give_back(connection); }
    };
    using Lent = std::unique_ptr<PostgresConnection, GiveBack>;

    /// Waits for a free one; throws Busy after some seconds.
    Lent lend();

private:
    void give_back(PostgresConnection* connection);

    std::string url_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<PostgresConnection>> idle_;
    unsigned free_places_; // connections that may still be made
};

} // namespace moothall::store
