#include "store/sqlite_readers.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <vector>

namespace moothall::store {

/// What one thread reads with: a connection for each database that it has read.
class SqliteReadersOfThread {
public:
    SqliteReadersOfThread() = default;
    SqliteReadersOfThread(const SqliteReadersOfThread&) = delete;
    SqliteReadersOfThread& operator=(const SqliteReadersOfThread&) = delete;
    ~SqliteReadersOfThread()
    {
        for (const auto& entry : entries_) entry.readers->close(entry.connection);
    }

    SqliteConnection* find(const SqliteReaders* readers) const
    {
        for (const auto& entry : entries_)
            if (entry.readers.get() == readers) return entry.connection;
        return nullptr;
    }
    void add(std::shared_ptr<SqliteReaders> readers, SqliteConnection* connection)
    {
        // The only moment at which this thread learns that a database was closed.
        std::erase_if(entries_, [](const Entry& entry) { return entry.readers->closed(); });
        entries_.push_back({std::move(readers), connection});
    }

private:
    struct Entry {
        std::shared_ptr<SqliteReaders> readers; // kept, so that no later one has its address
        SqliteConnection* connection;
    };
    std::vector<Entry> entries_;
};

SqliteConnection& SqliteReaders::mine()
{
    static thread_local SqliteReadersOfThread of_thread;
    if (auto* connection = of_thread.find(this)) return *connection;
    SqliteConnection* connection = nullptr;
    {
        const std::lock_guard lock(mutex_);
        invariant(!closed_, "nobody reads a database that is closed");
        connection = &connections_.emplace_back(path_, SqliteConnection::Purpose::read, trouble_);
    }
    of_thread.add(shared_from_this(), connection);
    return *connection;
}

void SqliteReaders::close(const SqliteConnection* connection)
{
    const std::lock_guard lock(mutex_);
    connections_.remove_if([connection](const auto& other) { return &other == connection; });
}

void SqliteReaders::close_all()
{
    const std::lock_guard lock(mutex_);
    closed_ = true;
    connections_.clear();
}

bool SqliteReaders::closed() const
{
    const std::lock_guard lock(mutex_);
    return closed_;
}

} // namespace moothall::store
