#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/sql.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// The one seam to the database, with two engines behind it: embedded SQLite and PostgreSQL.
///
/// One SQL text serves both: `?1`, `?2` … for parameters (PostgreSQL gets `$1`), ON CONFLICT,
/// RETURNING, CTEs, int64 microseconds, 0 and 1 for truth. `IN_IDS(?2)` stands for "is one of the
/// ids bound there" (as in `thing_id IN_IDS(?2)` or `thing_id NOT IN_IDS(?2)`). No `now()`, no
/// random(), no lower(): the caller binds them. LIKE minds the case, on SQLite too.
///
/// What holds on both engines, so that a test on one speaks for the other:
/// - A statement that failed ends its transaction: nothing more can be done in it and it is rolled
///   back. Say ON CONFLICT where a conflict is no surprise.
/// - Text is UTF-8 without NUL characters; anything else is refused as BadText before it is sent.
/// - Rows are read inside their transaction, and on PostgreSQL the whole answer is in memory: page
///   through what may be long. Do not change a table while reading rows of it one by one.
namespace moothall::store {

/// Bytes, as they are.
struct Blob {
    std::span<const std::byte> bytes;
};

/// A list of ids for `IN_IDS(?n)`.
struct IdList {
    std::span<const Id> ids;
};

/// NULL, with the type it would have had: PostgreSQL wants to know (`untyped`: let it guess from
/// where the parameter stands).
enum class Null : std::uint8_t { untyped, integer, number, text, bytes };

/// One bound parameter. Views must outlive the call, not the rows.
class Value {
public:
    Value(std::nullptr_t) {}
    Value(std::nullopt_t) {}
    Value(bool truth) : value_(std::int64_t{truth}) {}
    Value(int number) : value_(std::int64_t{number}) {}
    Value(unsigned number) : value_(std::int64_t{number}) {}
    Value(long number) : value_(std::int64_t{number}) {}
    Value(long long number) : value_(std::int64_t{number}) {}
    Value(unsigned long number) : value_(static_cast<std::int64_t>(number)) {}
    Value(unsigned long long number) : value_(static_cast<std::int64_t>(number)) {}
    Value(double number) : value_(number) {}
    Value(Id id) : value_(id.value) {}
    Value(Time time) : value_(std::int64_t{time.time_since_epoch().count()}) {}
    Value(const char* text) : value_(std::string_view(text)) {}
    Value(std::string_view text) : value_(text) {}
    Value(const std::string& text) : value_(std::string_view(text)) {}
    Value(Blob blob) : value_(blob) {}
    Value(IdList ids) : value_(ids) {}
    template <class T>
    Value(const std::optional<T>& maybe) : value_(null_of<T>())
    {
        if (maybe) *this = Value(*maybe);
    }
    /// A pointer would otherwise count as a truth.
    template <class T>
        requires(!std::is_same_v<std::remove_cv_t<T>, char>)
    Value(T*) = delete;

    using Variant = std::variant<Null, std::int64_t, double, std::string_view, Blob, IdList>;
    const Variant& variant() const { return value_; }

private:
    template <class T>
    static constexpr Null null_of()
    {
        if constexpr (std::is_convertible_v<T, std::string_view>) {
            return Null::text;
        } else if constexpr (std::is_same_v<T, Blob>) {
            return Null::bytes;
        } else if constexpr (std::is_floating_point_v<T>) {
            return Null::number;
        } else {
            return Null::integer;
        }
    }

    Variant value_ = Null::untyped;
};

/// A cursor over an answer; what it gives is good until the next step. Columns count from 0.
///
/// NULL reads as 0, empty text, no id; ask is_null() where that matters.
class Row {
public:
    virtual ~Row() = default;
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual double number(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    virtual std::span<const std::byte> bytes(int column) const = 0;

    bool truth(int column) const { return integer(column) != 0; }
    Id id(int column) const { return Id{integer(column)}; }
    Time time(int column) const { return Time{std::chrono::microseconds{integer(column)}}; }
    std::string string(int column) const { return std::string(text(column)); }
    std::optional<Time> maybe_time(int column) const
    {
        return is_null(column) ? std::nullopt : std::optional(time(column));
    }
    std::optional<Id> maybe_id(int column) const
    {
        return is_null(column) ? std::nullopt : std::optional(id(column));
    }
};

/// An engine's answer to a query.
class Cursor : public Row {
public:
    virtual bool step() = 0; // false: no more rows
};

/// The rows of an answer: `for (const Row& row : transaction.query(…))`.
class Rows {
public:
    explicit Rows(std::unique_ptr<Cursor> cursor) : cursor_(std::move(cursor)) {}

    /// Moves to the next row; false when there is none left.
    bool next() { return cursor_->step(); }
    const Row& row() const { return *cursor_; }
    const Row* operator->() const { return cursor_.get(); }

    struct End {};
    struct Iterator {
        Rows* rows;
        bool more;
        const Row& operator*() const { return rows->row(); }
        Iterator& operator++()
        {
            more = rows->next();
            return *this;
        }
        bool operator!=(End /*end*/) const { return more; }
    };
    Iterator begin() { return {this, next()}; }
    static End end() { return {}; }

private:
    std::unique_ptr<Cursor> cursor_;
};

enum class Engine : std::uint8_t { sqlite, postgres };

/// One transaction on one connection, used by one thread at a time.
class Transaction {
public:
    virtual ~Transaction() = default;
    Transaction() = default;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    virtual Engine engine() const = 0;

    /// Rows of a SELECT, or of a change with RETURNING (a change is done whole even when not all
    /// rows are read).
    template <class... Values>
    Rows query(SqlLiteral sql, const Values&... values)
    {
        const std::array<Value, sizeof...(Values)> bound{Value(values)...};
        return Rows(run_query(sql.text, bound));
    }
    template <class... Values>
    Rows query(const Sql& sql, const Values&... values)
    {
        const std::array<Value, sizeof...(Values)> bound{Value(values)...};
        return Rows(run_query(sql.text(), bound));
    }
    /// Does a change; gives the number of rows it touched.
    template <class... Values>
    std::int64_t execute(SqlLiteral sql, const Values&... values)
    {
        const std::array<Value, sizeof...(Values)> bound{Value(values)...};
        return run_execute(sql.text, bound);
    }
    template <class... Values>
    std::int64_t execute(const Sql& sql, const Values&... values)
    {
        const std::array<Value, sizeof...(Values)> bound{Value(values)...};
        return run_execute(sql.text(), bound);
    }

    /// Tells every listener of every node, after the commit and only then. `text` holds ids, no
    /// more (at most 7,000 bytes): whoever hears it reads the database.
    virtual void notify(std::string text) = 0;

protected:
    virtual std::unique_ptr<Cursor> run_query(std::string_view sql,
                                              std::span<const Value> values) = 0;
    virtual std::int64_t run_execute(std::string_view sql, std::span<const Value> values) = 0;
};

/// The world broke. Handlers do not catch these; the request border and the job runner do.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};
/// The disk is full: 507.
class DiskFull : public Failure {
public:
    using Failure::Failure;
};
/// The writer's queue is full, or the database could not be reached in time: 503.
class Busy : public Failure {
public:
    using Failure::Failure;
};
/// The disk or the database file is damaged: nothing is written any more before a restart. 503.
class Halted : public Failure {
public:
    using Failure::Failure;
};
/// Whether the change was saved, nobody knows: the connection or the disk failed during the commit.
/// 503, and not "nothing was changed". Asking again with the same Idempotency-Key finds out.
class InDoubt : public Failure {
public:
    using Failure::Failure;
};
/// Text that cannot be stored: not UTF-8, or with a NUL character in it. 400.
class BadText : public Failure {
public:
    using Failure::Failure;
};
/// A constraint was broken. `constraint()` is its name as in the migration.
///
/// SQLite names only CHECKs. It tells the columns of a UNIQUE or PRIMARY KEY ("vote.org_id,
/// vote.ballot_id") and "FOREIGN KEY" of a foreign key. NOT NULL is "table.column" on both.
class Violation : public Failure {
public:
    Violation(const std::string& what, std::string constraint)
        : Failure(what), constraint_(std::move(constraint))
    {
    }
    const std::string& constraint() const { return constraint_; }

private:
    std::string constraint_;
};
/// The database is newer than this program, or is not one of ours.
class Unsuitable : public Failure {
public:
    using Failure::Failure;
};

/// What becomes of a write.
enum class Outcome : std::uint8_t { commit, roll_back };

/// A write waiting for its turn.
struct Write {
    /// The work. Pure database work with a bound, no waiting. It may run twice: PostgreSQL asks for
    /// that after a deadlock, or a lost connection. So it sets what it captures, and does not add.
    std::function<Outcome(Transaction&)> work;
    /// Called once, after the commit is on disk (or the work was rolled back), with what was thrown
    /// if something was. Called on the thread that writes, where all other writes wait meanwhile:
    /// hand the news on, do not work there, do not throw.
    std::function<void(std::exception_ptr)> done;
};

struct Settings {
    /// `sqlite:PATH` (or a plain path) or `postgresql://…`.
    std::string url;
    unsigned readers_max = 8;     // PostgreSQL connections for reads, and as many for writes
    std::size_t queue_max = 4096; // writes waiting; one more is refused with Busy
    std::size_t batch_max = 256;  // writes in one commit (SQLite)
};

struct Migration;

/// What a database has done since it was opened, for /metrics, and how it is, for /readyz.
struct Figures {
    std::uint64_t writes = 0;   // acknowledged
    std::uint64_t commits = 0;  // that they took
    std::uint64_t failures = 0; // writes that ended in an exception
    std::size_t queued = 0;     // writes waiting now
    /// The longest that the `done` of one commit took on the thread that writes: they must not
    /// block there.
    std::chrono::microseconds done_longest{0};
    /// Empty, or a sentence that says why nothing can be written now.
    std::string trouble;
};

/// A database that many threads share.
class Database {
public:
    virtual ~Database() = default;
    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Opens it and brings its schema up to date (see migrate.hpp).
    static std::unique_ptr<Database> open(const Settings& settings);
    /// The same with a schema of the caller's own.
    static std::unique_ptr<Database> open(const Settings& settings,
                                          std::span<const Migration> migrations);

    virtual Engine engine() const = 0;

    /// Runs `work` on a read snapshot, on this thread's own connection, and returns what it
    /// returns. A read inside a read looks at the same snapshot; one inside a write is a bug (it
    /// would not see what the write did).
    template <class Work>
    auto read(Work&& work)
    {
        if constexpr (std::is_void_v<decltype(work(std::declval<Transaction&>()))>) {
            run_read([&](Transaction& transaction) { work(transaction); });
        } else {
            std::optional<decltype(work(std::declval<Transaction&>()))> answer;
            run_read([&](Transaction& transaction) { answer.emplace(work(transaction)); });
            return std::move(answer).value();
        }
    }

    /// Queues a write; throws Busy when the queue is full. On SQLite one writer runs many in one
    /// commit, a savepoint each; on PostgreSQL each is a transaction on a pool.
    virtual void submit(Write write) = 0;

    /// Runs `work` as one write and waits until it is durable. For commands, jobs and tests;
    /// request handlers are queued by the web layer. Not from inside a write: it would wait for
    /// itself.
    template <class Work>
    auto write(Work&& work)
    {
        using Answer = decltype(work(std::declval<Transaction&>()));
        if constexpr (std::is_void_v<Answer>) {
            run_write([&](Transaction& transaction) { work(transaction); });
        } else {
            std::optional<Answer> answer;
            run_write([&](Transaction& transaction) { answer.emplace(work(transaction)); });
            return std::move(answer).value();
        }
    }

    /// Hears notify() of every node, until the database is closed: who may be gone before listens
    /// by a Hearing. Called on a thread of the
    /// database. The empty text says that some may have been missed (a connection broke and was
    /// made anew): whoever listens looks again.
    virtual void listen(std::function<void(std::string_view)> listener) = 0;

    /// Writes waiting now, for shedding load.
    virtual std::size_t queued() const = 0;
    virtual Figures figures() const = 0;

    /// Writes a consistent copy while others write. SQLite only: a file at `path`, whole or not at
    /// all, in place of one that may be there.
    virtual void copy_to(const std::string& path) = 0;

    /// Lets go of `belongings` once the database is closed: the folder of a test, for instance.
    void keep(std::shared_ptr<void> belongings) { belongings_ = std::move(belongings); }

protected:
    virtual void run_read(const std::function<void(Transaction&)>& work) = 0;
    /// Throws what the work threw, after rolling it back.
    virtual void run_write(const std::function<void(Transaction&)>& work) = 0;

private:
    std::shared_ptr<void> belongings_; // let go last: after the engine's own destructor
};

/// Listens to a database for as long as it lives. Its destructor waits for a call that is under
/// way, and none comes after it; so it must not be destroyed by its own listener.
class Hearing {
public:
    Hearing(Database& database, std::function<void(std::string_view)> listener);
    ~Hearing();
    Hearing(const Hearing&) = delete;
    Hearing& operator=(const Hearing&) = delete;

private:
    struct Gate;
    std::shared_ptr<Gate> gate_; // the database holds it too, and keeps it
};

} // namespace moothall::store
