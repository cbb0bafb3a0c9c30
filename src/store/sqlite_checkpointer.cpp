#include "store/sqlite_checkpointer.hpp"

#include <algorithm>

namespace moothall::store {

namespace {

/// 4 MB of new pages are worth a checkpoint: fewer mean more waiting for the disk, more mean a
/// longer log for readers to search.
constexpr int checkpoint_pages = 1000;
/// From 32 MB on the writer is held up, so that the log begins anew.
constexpr int restart_pages = 8 * checkpoint_pages;
/// How long that waits for those who still read the log. A long export may read for minutes; then
/// the log grows until it has ended.
constexpr int restart_wait_ms = 200;

} // namespace

SqliteCheckpointer::SqliteCheckpointer(const std::string& path, std::shared_ptr<Trouble> trouble)
    : connection_(path, SqliteConnection::Purpose::checkpoint, std::move(trouble)),
      next_at_(checkpoint_pages), thread_([this] { work_off(); })
{
}

SqliteCheckpointer::~SqliteCheckpointer()
{
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    grown_.notify_one();
    thread_.join();
}

void SqliteCheckpointer::log_has(int pages)
{
    bool due = false;
    {
        const std::lock_guard lock(mutex_);
        if (pages < pages_) next_at_ = checkpoint_pages; // it began anew
        pages_ = pages;
        due = pages_ >= next_at_;
    }
    if (due) grown_.notify_one();
}

void SqliteCheckpointer::work_off()
{
    std::unique_lock lock(mutex_);
    for (;;) {
        grown_.wait(lock, [this] { return closing_ || pages_ >= next_at_; });
        if (closing_) return;
        const int pages = pages_;
        next_at_ = pages + checkpoint_pages;
        lock.unlock();
        checkpoint(pages);
        lock.lock();
    }
}

void SqliteCheckpointer::checkpoint(int pages)
{
    auto* const handle = connection_.handle();
    int code =
        sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code == SQLITE_OK && pages >= restart_pages) {
        sqlite3_busy_timeout(handle, restart_wait_ms);
        code =
            sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    }
    // Busy: somebody still reads, or another process is at it. Full: the log keeps everything.
    // Both are tried again when the log has grown. Damage has been noted and stops the writer.
    if (code == SQLITE_OK || code == SQLITE_BUSY) return;
    try {
        connection_.fail(code, "checkpoint");
    } catch (const Failure&) {
        return;
    } catch (const std::bad_alloc&) {
        return;
    }
}

} // namespace moothall::store
