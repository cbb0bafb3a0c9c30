#pragma once

#include "store/sqlite_connection.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace moothall::store {

/// Moves what was committed from SQLite's write-ahead log into the database file, on a thread of
/// its own, so that no commit waits for it.
///
/// A passive checkpoint copies while others write. The log begins anew only once all of it has been
/// copied at some moment; a writer that never pauses would let it grow for ever. So when the log is
/// large the writer is held up once, for the few pages that came during the passive one
/// (https://www.sqlite.org/wal.html, "Avoiding Excessively Large WAL Files"). It waits by itself
/// then: SQLite looks for the lock now and again, and a writer whose queue is never empty holds it
/// each time.
class SqliteCheckpointer {
public:
    SqliteCheckpointer(const std::string& path, std::shared_ptr<Trouble> trouble);
    ~SqliteCheckpointer();
    SqliteCheckpointer(const SqliteCheckpointer&) = delete;
    SqliteCheckpointer& operator=(const SqliteCheckpointer&) = delete;

    /// Tells how many pages the log has; called by the writer after each commit.
    void log_has(int pages);

private:
    void work_off();
    enum class Result : std::uint8_t { done, others_read };
    Result checkpoint(int mode);

    SqliteConnection connection_;
    std::mutex mutex_;
    std::condition_variable grown_;
    std::condition_variable restarted_;
    bool restarting_ = false; // the writer waits
    int pages_ = 0;
    int next_at_;    // pages at which the next checkpoint is due
    int restart_at_; // pages from which on the writer is held up
    bool closing_ = false;
    std::thread thread_;
};

} // namespace moothall::store
