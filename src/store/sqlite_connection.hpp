#pragma once

#include "store/database.hpp"
#include "store/trouble.hpp"

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace moothall::store {

/// One connection to a SQLite file with the settings we trust, and its prepared statements.
///
/// Used by one thread at a time. Statements are kept by their text; a statement that is still being
/// read when it is asked for again gets a second prepared one.
class SqliteConnection {
public:
    enum class Purpose : std::uint8_t {
        read,
        write,
        checkpoint,
        schema, // foreign keys off, so that tables can be rebuilt
        copy,
    };

    /// `trouble` hears of damage that any call on this connection meets.
    SqliteConnection(const std::string& path, Purpose purpose, std::shared_ptr<Trouble> trouble);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    sqlite3* handle() const { return handle_; }

    /// Runs a statement of our own that takes and gives nothing: BEGIN, SAVEPOINT, a pragma.
    void run(std::string_view sql);

    /// Forgets that a statement failed: a new transaction or savepoint has begun.
    void start_afresh()
    {
        failed_ = false;
        ++serial_;
    }
    /// Whether a statement failed since then.
    bool failed() const { return failed_; }
    /// Tells the transactions of this connection apart, so that rows kept too long are found out.
    std::uint64_t serial() const { return serial_; }
    int rows_open() const { return leases_out_; }
    /// False when SQLite has thrown the whole transaction away, as it does when the disk is full.
    bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

    /// Throws what the result code of a failed call means, and remembers that it failed.
    [[noreturn]] void fail(int code, std::string_view sql);

    class Lease;
    Lease lease(std::string_view sql);

private:
    struct Kept {
        std::string text;
        std::vector<sqlite3_stmt*> idle;
        std::uint64_t used = 0; // when, on the connection's own clock of uses
        int out = 0;
    };
    /// Literals keep their address, so most statements are found without hashing their text.
    struct Shortcut {
        const char* address = nullptr;
        Kept* kept = nullptr;
    };
    static constexpr std::size_t shortcuts_count = 256;

    Kept& kept_for(std::string_view sql);
    sqlite3_stmt* prepare(std::string_view sql);
    void drop_least_used();

    std::shared_ptr<Trouble> trouble_;
    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string_view, std::unique_ptr<Kept>> kept_;
    std::array<Shortcut, shortcuts_count> shortcuts_{};
    std::uint64_t uses_ = 0;
    std::uint64_t serial_ = 0;
    int leases_out_ = 0;
    bool failed_ = false;
};

/// A prepared statement, borrowed; it goes back reset.
class SqliteConnection::Lease {
public:
    Lease(SqliteConnection& connection, Kept& kept, sqlite3_stmt* statement);
    ~Lease();
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    enum class Lifetime : std::uint8_t { of_call, of_rows };
    /// With of_rows texts are copied, as rows are read after the call that bound them.
    void bind(std::span<const Value> values, Lifetime lifetime);
    /// False when there are no more rows; throws what went wrong.
    bool step();

    sqlite3_stmt* statement() const { return statement_; }
    SqliteConnection& connection() const { return *connection_; }

private:
    SqliteConnection* connection_;
    Kept* kept_;
    sqlite3_stmt* statement_;
};

/// What a read or one write sees of its connection.
class SqliteTransaction : public Transaction {
public:
    enum class Access : std::uint8_t { read, write };
    SqliteTransaction(SqliteConnection& connection, Access access)
        : connection_(connection), access_(access)
    {
    }

    Engine engine() const override { return Engine::sqlite; }
    void notify(std::string text) override;
    /// What to tell the listeners after the commit.
    std::vector<std::string>& notes() { return notes_; }

protected:
    std::unique_ptr<Cursor> run_query(std::string_view sql, std::span<const Value> values) override;
    std::int64_t run_execute(std::string_view sql, std::span<const Value> values) override;

private:
    SqliteConnection& connection_;
    Access access_;
    std::vector<std::string> notes_;
};

} // namespace moothall::store
