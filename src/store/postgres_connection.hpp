#pragma once

#include "store/postgres_wire.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace moothall::store {

/// One connection to PostgreSQL, its prepared statements and the transaction on it.
///
/// Always in pipeline mode: BEGIN travels with the first statement, the notices with COMMIT, and
/// nobody waits for the end of a read. A read of one statement so takes one round trip instead of
/// three. Used by one thread at a time.
class PostgresConnection {
public:
    enum class Kind : std::uint8_t { read, write };

    explicit PostgresConnection(std::string url) : url_(std::move(url)) {}
    ~PostgresConnection();
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// A transaction begins; the server hears of it with the first statement.
    void begin(Kind kind);
    /// Runs one statement. While nothing has been answered in this transaction, a connection that
    /// turns out to be broken is made anew and the statement is sent again.
    PostgresResult run(std::string_view sql, std::span<const Value> values);
    /// Ends a write: the notices and COMMIT, in one round trip. Throws when it was not committed,
    /// and when nobody knows.
    void commit(const std::vector<std::string>& notes);
    /// Takes everything back. Says nothing when that fails: a connection that breaks takes back
    /// too.
    void roll_back() noexcept { end("ROLLBACK"); }
    /// Ends a read. Nobody waits for it.
    void end_read() noexcept { end("COMMIT"); }

    /// Whether a statement of this transaction failed.
    bool failed() const { return failed_; }
    /// Whether it failed in a way that is worth running the whole work once more.
    bool worth_another_try() const { return worth_another_try_; }
    /// Tells the transactions of this connection apart.
    std::uint64_t serial() const { return serial_; }

private:
    struct Prepared {
        std::string name;
        std::vector<Oid> types;
    };
    struct Kept {
        std::string text;       // as we wrote it
        std::string translated; // as PostgreSQL reads it
        std::size_t parameters = 0;
        std::vector<Prepared> variants; // one for each list of types it was bound with
    };
    struct Parameters;

    void connect();
    void lose() noexcept;
    PostgresResult exchange(std::string_view sql, const Parameters& parameters);
    PostgresResult commit_now(const std::vector<std::string>& notes, bool& sent);
    [[noreturn]] void fail(const PGresult* error, std::string_view sql);
    void end(const char* sql) noexcept;

    Kept& kept_for(std::string_view sql);
    void send_plain(const char* sql);
    void send_begin();
    void expect_sent(int sent);
    void flush();
    PostgresResult receive();
    void receive_sync();
    void read_leftovers();

    std::string url_;
    PostgresHandle handle_;
    std::unordered_map<std::string_view, std::unique_ptr<Kept>> kept_;
    std::uint64_t names_ = 0;
    std::uint64_t serial_ = 0;
    Kind kind_ = Kind::read;
    bool leftover_ = false; // an end and a sync were sent whose answers were not read yet
    bool begun_ = false;    // the server has been told BEGIN
    bool answered_ = false; // and has answered something
    bool failed_ = false;
    bool worth_another_try_ = false;
};

/// What a read or one write sees of its connection.
class PostgresTransaction : public Transaction {
public:
    PostgresTransaction(PostgresConnection& connection, PostgresConnection::Kind kind)
        : connection_(connection), kind_(kind)
    {
    }

    Engine engine() const override { return Engine::postgres; }
    void notify(std::string text) override;
    const std::vector<std::string>& notes() const { return notes_; }

protected:
    std::unique_ptr<Cursor> run_query(std::string_view sql, std::span<const Value> values) override;
    std::int64_t run_execute(std::string_view sql, std::span<const Value> values) override;

private:
    PostgresConnection& connection_;
    PostgresConnection::Kind kind_;
    std::vector<std::string> notes_;
};

} // namespace moothall::store
