#include "store/sqlite_checkpointer.hpp"

#include <algorithm>
#include <chrono>
#include <new>

namespace moothall::store {

namespace {

/// 4 MB of new pages are worth a checkpoint: fewer mean more waiting for the disk, more mean a
/// longer log for readers to search.
constexpr int checkpoint_pages = 1000;
/// From 32 MB on the writer is held up, so that the log begins anew.
constexpr int restart_pages = 8 * checkpoint_pages;
/// How long that waits for those who still read the log, or write a long transaction. A long export
/// may read for minutes; then it is tried again only when the log has doubled, or has 256 MB more,
/// as each try holds the writer up for so long.
constexpr int restart_wait_ms = 200;
constexpr int restart_later_pages_max = 8 * restart_pages;
/// The writer waits no longer than this by itself; who has the lock by then keeps it as long as it
/// takes.
constexpr std::chrono::milliseconds held_up_max{2 * restart_wait_ms};

} // namespace

SqliteCheckpointer::SqliteCheckpointer(const std::string& path, std::shared_ptr<Trouble> trouble)
    : connection_(path, SqliteConnection::Purpose::checkpoint, std::move(trouble)),
      next_at_(checkpoint_pages), restart_at_(restart_pages), thread_([this] { work_off(); })
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
        std::unique_lock lock(mutex_);
        restarted_.wait_for(lock, held_up_max, [this] { return !restarting_; });
        if (pages < pages_) { // it began anew
            next_at_ = checkpoint_pages;
            restart_at_ = restart_pages;
        }
        pages_ = pages;
        due = pages_ >= next_at_;
    }
    if (due) grown_.notify_one();
}

void SqliteCheckpointer::work_off()
{
    sqlite3_busy_timeout(connection_.handle(), restart_wait_ms);
    std::unique_lock lock(mutex_);
    for (;;) {
        grown_.wait(lock, [this] { return closing_ || pages_ >= next_at_; });
        if (closing_) return;
        const int pages = pages_;
        const bool restart = pages >= restart_at_;
        next_at_ = pages + checkpoint_pages;
        lock.unlock();
        auto result = checkpoint(SQLITE_CHECKPOINT_PASSIVE);
        if (restart) {
            lock.lock();
            restarting_ = true;
            lock.unlock();
            result = checkpoint(SQLITE_CHECKPOINT_RESTART);
        }
        lock.lock();
        restarting_ = false;
        restarted_.notify_one();
        if (restart && result == Result::others_read)
            restart_at_ = pages + std::min(pages, restart_later_pages_max);
    }
}

SqliteCheckpointer::Result SqliteCheckpointer::checkpoint(int mode)
{
    const int code =
        sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, mode, nullptr, nullptr);
    if (code == SQLITE_OK) return Result::done;
    // Busy: somebody still reads, or another process is at it.
    if (code == SQLITE_BUSY) return Result::others_read;
    try {
        // Notes damage, which stops the writer.
        connection_.fail(code, "checkpoint");
    } catch (const Failure&) { // a full disk: the log keeps everything until there is room
        return Result::done;
    } catch (const std::bad_alloc&) { // the next checkpoint does its work too
        return Result::done;
    }
}

} // namespace moothall::store
