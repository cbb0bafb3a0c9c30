#include "store/sqlite_writer.hpp"

#include "base/invariant.hpp"
#include "store/running.hpp"

#include <chrono>
#include <iterator>
#include <utility>

namespace moothall::store {

namespace {

/// When a group has been at it for so long it takes no more writes in: those that were quick do not
/// wait for a line of slow ones. About what a busy disk needs for one commit.
constexpr std::chrono::milliseconds batch_time_max{20};

/// SQLite counts foreign keys that a savepoint leaves dangling, but complains only at COMMIT, when
/// it can no longer be told whose they were.
void expect_keys_resolved(const SqliteConnection& connection)
{
    int unresolved = 0;
    int highest = 0;
    sqlite3_db_status(connection.handle(), SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0);
    if (unresolved != 0) throw Violation("A foreign key names nothing.", "FOREIGN KEY");
}

} // namespace

SqliteWriter::SqliteWriter(const std::string& path, const Settings& settings,
                           const Database* database, const std::shared_ptr<Trouble>& trouble,
                           LocalBus& bus)
    : database_(database), trouble_(trouble), bus_(bus), batch_max_(settings.batch_max),
      queue_(settings.queue_max), checkpointer_(path, trouble),
      connection_(path, SqliteConnection::Purpose::write, trouble)
{
    sqlite3_wal_hook(
        connection_.handle(),
        [](void* checkpointer, sqlite3* /*handle*/, const char* /*name*/, int pages) {
            static_cast<SqliteCheckpointer*>(checkpointer)->log_has(pages);
            return SQLITE_OK;
        },
        &checkpointer_);
    thread_ = std::thread([this] { work_off(); });
}

SqliteWriter::~SqliteWriter()
{
    queue_.close();
    thread_.join();
}

void SqliteWriter::submit(Write write)
{
    if (trouble_->halted()) throw Halted(trouble_->sentence());
    queue_.push(std::move(write));
}

Figures SqliteWriter::figures() const
{
    return {
        writes_, commits_, failures_, queue_.size(), done_longest_.longest(), trouble_->sentence()};
}

void SqliteWriter::work_off()
{
    const Running running(database_, Running::Kind::write, nullptr);
    while (auto first = queue_.wait()) {
        batch_.push_back({std::move(*first)});
        write_batch();
        announce();
        batch_.clear();
    }
}

void SqliteWriter::write_batch()
{
    try {
        if (trouble_->halted()) throw Halted(trouble_->sentence());
        connection_.run("BEGIN IMMEDIATE");
    } catch (...) {
        batch_.front().error = std::current_exception();
        return;
    }
    const auto until = std::chrono::steady_clock::now() + batch_time_max;
    for (std::size_t next = 0; next < batch_.size(); ++next) {
        if (!write_one(batch_[next])) {
            roll_back_all(batch_[next].error);
            return;
        }
        // What arrived meanwhile comes along.
        if (next + 1 == batch_.size() && batch_.size() < batch_max_ &&
            std::chrono::steady_clock::now() < until) {
            if (auto more = queue_.take()) batch_.push_back({std::move(*more)});
        }
    }
    if (trouble_->halted()) {
        roll_back_all(std::make_exception_ptr(Halted(trouble_->sentence())));
        return;
    }
    try {
        connection_.run("COMMIT");
        ++commits_;
    } catch (const DiskFull&) {
        roll_back_all(std::current_exception());
    } catch (const Busy&) {
        roll_back_all(std::current_exception());
    } catch (const std::exception& error) {
        // Whether it is on disk, nobody knows.
        trouble_->halt(std::string("A commit failed: ") + error.what());
        roll_back_all(std::make_exception_ptr(InDoubt(trouble_->sentence())));
    }
}

bool SqliteWriter::write_one(Entry& entry)
{
    connection_.start_afresh();
    SqliteTransaction transaction(connection_, SqliteTransaction::Access::write);
    try {
        connection_.run("SAVEPOINT one_write");
        entry.committing = entry.write.work(transaction) == Outcome::commit;
        invariant(connection_.rows_open() == 0, "rows are read inside their transaction");
        if (entry.committing && connection_.failed())
            throw Failure("A statement of this change failed, so none of it is kept.");
        if (entry.committing) expect_keys_resolved(connection_);
    } catch (...) {
        entry.error = std::current_exception();
        entry.committing = false;
    }
    try {
        if (connection_.in_transaction()) {
            if (!entry.committing) connection_.run("ROLLBACK TO one_write");
            connection_.run("RELEASE one_write");
            entry.notes = std::move(transaction.notes());
            return true;
        }
        throw Failure("SQLite gave the whole transaction up.");
    } catch (...) {
        if (!entry.error) entry.error = std::current_exception();
        entry.committing = false;
        return false;
    }
}

void SqliteWriter::roll_back_all(const std::exception_ptr& error)
{
    try {
        if (connection_.in_transaction()) connection_.run("ROLLBACK");
    } catch (const std::exception& again) {
        trouble_->halt(std::string("A change could not be taken back: ") + again.what());
    }
    for (auto& entry : batch_) {
        if (!entry.committing) continue;
        entry.committing = false;
        entry.error = error;
    }
}

void SqliteWriter::announce()
{
    std::vector<std::string> notes;
    for (auto& entry : batch_) {
        if (entry.error) ++failures_;
        if (!entry.committing) continue;
        ++writes_;
        std::move(entry.notes.begin(), entry.notes.end(), std::back_inserter(notes));
    }
    bus_.post(std::move(notes));
    const LongestTime::Measure measure(done_longest_);
    for (auto& entry : batch_)
        if (entry.write.done) entry.write.done(std::move(entry.error));
}

} // namespace moothall::store
