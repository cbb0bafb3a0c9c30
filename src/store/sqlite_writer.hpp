#pragma once

#include "store/listeners.hpp"
#include "store/longest_time.hpp"
#include "store/sqlite_checkpointer.hpp"
#include "store/write_queue.hpp"

#include <atomic>

namespace moothall::store {

/// The one thread that writes to SQLite.
///
/// Group commit: whatever waits is written in one transaction, a savepoint each, and one wait for
/// the disk acknowledges them all. It never waits for company: a write that comes alone is
/// committed alone, and those that come while the disk is busy make the next group (D. J. DeWitt et
/// al., "Implementation techniques for main memory database systems", SIGMOD 1984, section 5.2).
class SqliteWriter {
public:
    SqliteWriter(const std::string& path, const Settings& settings, const Database* database,
                 const std::shared_ptr<Trouble>& trouble, LocalBus& bus);
    /// Writes what waits, then ends.
    ~SqliteWriter();
    SqliteWriter(const SqliteWriter&) = delete;
    SqliteWriter& operator=(const SqliteWriter&) = delete;

    void submit(Write write);
    Figures figures() const;

private:
    struct Entry {
        Write write;
        std::exception_ptr error = nullptr;
        bool committing = false;
        std::vector<std::string> notes = {};
    };

    void work_off();
    void write_batch();
    /// Runs one write in a savepoint. False when SQLite threw the whole transaction away.
    bool write_one(Entry& entry);
    void roll_back_all(const std::exception_ptr& error);
    void announce();

    const Database* database_;
    std::shared_ptr<Trouble> trouble_;
    LocalBus& bus_;
    std::size_t batch_max_;
    WriteQueue queue_;
    SqliteCheckpointer checkpointer_;
    SqliteConnection connection_;
    std::vector<Entry> batch_;
    std::atomic<std::uint64_t> writes_ = 0;
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> failures_ = 0;
    LongestTime done_longest_;
    std::thread thread_;
};

} // namespace moothall::store
