#pragma once

#include "store/sqlite_connection.hpp"

#include <list>
#include <mutex>

namespace moothall::store {

/// The reading connections of one database: one for each thread that reads.
///
/// A thread that ends closes its own; a database that is closed closes all, which no thread may be
/// using any more. Threads and databases may end in any order.
class SqliteReaders : public std::enable_shared_from_this<SqliteReaders> {
public:
    SqliteReaders(std::string path, std::shared_ptr<Trouble> trouble)
        : path_(std::move(path)), trouble_(std::move(trouble))
    {
    }

    /// This thread's connection.
    SqliteConnection& mine();
    void close_all();

private:
    friend class SqliteReadersOfThread;
    void close(const SqliteConnection* connection);
    bool closed() const;

    std::string path_;
    std::shared_ptr<Trouble> trouble_;
    mutable std::mutex mutex_;
    std::list<SqliteConnection> connections_;
    bool closed_ = false;
};

} // namespace moothall::store
