#include "store/sqlite.hpp"

#include "base/invariant.hpp"
#include "store/running.hpp"
#include "store/schema.hpp"
#include "store/sqlite_readers.hpp"
#include "store/sqlite_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace moothall::store {

namespace {

/// Before the first connection of the process: without its statistics SQLite takes no lock for each
/// piece of memory.
void configure_once()
{
    static const bool done = [] {
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        return true;
    }();
    static_cast<void>(done);
}

[[noreturn]] void fail_file(const std::string& what, const std::string& path)
{
    const std::string sentence = what + " " + path + ": " + std::strerror(errno);
    if (errno == ENOSPC || errno == EDQUOT) throw DiskFull(sentence);
    throw Failure(sentence);
}

/// Makes an empty file that nobody but its owner can read; SQLite's own side files follow it.
void make_private_file(const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) fail_file("Cannot open", path);
    ::close(file);
}

/// Puts a file's content, or a folder's list of names, on the disk.
void sync_to_disk(const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) fail_file("Cannot open", path);
    const bool synced = ::fsync(file) == 0;
    const int cause = errno;
    ::close(file);
    errno = cause;
    if (!synced) fail_file("Cannot write to the disk", path);
}

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(std::string path, const Settings& settings)
        : path_(std::move(path)), readers_(std::make_shared<SqliteReaders>(path_, trouble_)),
          writer_(path_, settings, this, trouble_, bus_)
    {
    }
    ~SqliteDatabase() override { readers_->close_all(); }

    Engine engine() const override { return Engine::sqlite; }
    void submit(Write write) override { writer_.submit(std::move(write)); }
    std::size_t queued() const override { return writer_.figures().queued; }
    Figures figures() const override { return writer_.figures(); }
    void listen(std::function<void(std::string_view)> listener) override
    {
        bus_.listen(std::move(listener));
    }
    void copy_to(const std::string& path) override;

protected:
    void run_read(const std::function<void(Transaction&)>& work) override;
    void run_write(const std::function<void(Transaction&)>& work) override
    {
        write_and_wait(*this, work);
    }

private:
    std::string path_;
    std::shared_ptr<Trouble> trouble_ = std::make_shared<Trouble>();
    std::shared_ptr<SqliteReaders> readers_;
    LocalBus bus_;
    SqliteWriter writer_;
};

void SqliteDatabase::run_read(const std::function<void(Transaction&)>& work)
{
    if (auto* outer = Running::current_read(this)) {
        work(*outer);
        return;
    }
    auto& connection = readers_->mine();
    SqliteTransaction transaction(connection, SqliteTransaction::Access::read);
    const Running running(this, Running::Kind::read, &transaction);

    /// Ends the snapshot whatever happens.
    struct Snapshot {
        SqliteConnection& connection;
        explicit Snapshot(SqliteConnection& of) : connection(of)
        {
            connection.start_afresh();
            connection.run("BEGIN");
        }
        ~Snapshot()
        {
            connection.start_afresh(); // rows that are still held belong to no transaction now
            if (!connection.in_transaction()) return;
            sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
        }
    };
    Snapshot snapshot(connection);
    work(transaction);
    invariant(connection.rows_open() == 0, "rows are read inside their transaction");
    connection.run("COMMIT");
}

/// VACUUM INTO reads one snapshot, holds up nobody, and leaves out what was deleted: a copy of the
/// file itself would carry erased people's data in its free pages.
void SqliteDatabase::copy_to(const std::string& path)
{
    const auto partial = path + ".partial";
    struct Remove {
        const std::string& path;
        ~Remove() { ::unlink(path.c_str()); }
    };
    ::unlink(partial.c_str());
    make_private_file(partial);
    const Remove remove{partial};
    try {
        // Trouble with the disk of the copy is none of the database's.
        SqliteConnection connection(path_, SqliteConnection::Purpose::copy,
                                    std::make_shared<Trouble>());
        auto vacuum = connection.lease("VACUUM INTO ?1");
        const std::array values{Value(partial)};
        vacuum.bind(values, SqliteConnection::Lease::Lifetime::of_call);
        while (vacuum.step()) {
        }
    } catch (const Halted& failed) {
        throw Failure(std::string("The copy failed: ") + failed.what());
    }
    sync_to_disk(partial);
    if (std::rename(partial.c_str(), path.c_str()) != 0) fail_file("Cannot make", path);
    const auto folder = std::filesystem::absolute(path).parent_path();
    sync_to_disk(folder.string());
}

} // namespace

std::unique_ptr<Database> open_sqlite(const std::string& path, const Settings& settings,
                                      std::span<const Migration> migrations)
{
    configure_once();
    make_private_file(path);
    const auto schema = open_sqlite_schema(path);
    migrate(*schema, migrations);
    return std::make_unique<SqliteDatabase>(path, settings);
}

} // namespace moothall::store
