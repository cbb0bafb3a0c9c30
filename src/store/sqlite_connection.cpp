#include "store/sqlite_connection.hpp"

#include "base/invariant.hpp"
#include "store/sql_scan.hpp"
#include "store/values.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <new>

namespace moothall::store {

namespace {

/// How long a connection waits for another process (a command beside the server) to let go.
constexpr int busy_timeout_ms = 10'000;
/// Beyond it the statement used longest ago goes. A hall has some 300 different ones; a prepared
/// one takes 2 to 10 KB.
constexpr std::size_t statements_kept_max = 192;
/// Prepared twins of one statement that are kept; more are needed only while reads nest.
constexpr std::size_t twins_max = 2;

/// Pages are cached by the system as well, so our own caches stay small: eight readers, the writer
/// and the checkpointer must leave most of the 80 MB that a whole hall may take to the hall.
/// Negative numbers are KiB. Nothing is mapped: bench/store found lists of 50 rows of 1 KB 15 %
/// cheaper with a mapping, but each connection has its own, and eight of them over 50 MB counted as
/// 420 MB; a mapping of only 2 MB gained nothing.
constexpr const char* read_settings = "PRAGMA cache_size=-1536; PRAGMA mmap_size=0;"
                                      "PRAGMA query_only=ON;";
/// The writer keeps savepoints' pages in memory: a file for them would wait for the disk.
constexpr const char* write_settings =
    "PRAGMA cache_size=-4096; PRAGMA mmap_size=0;"
    "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=33554432;";
constexpr const char* other_settings = "PRAGMA cache_size=-512; PRAGMA mmap_size=0;";

const char* settings_of(SqliteConnection::Purpose purpose)
{
    switch (purpose) {
    case SqliteConnection::Purpose::read:
        return read_settings;
    case SqliteConnection::Purpose::write:
    case SqliteConnection::Purpose::schema:
        return write_settings;
    case SqliteConnection::Purpose::checkpoint:
    case SqliteConnection::Purpose::copy:
        return other_settings;
    }
    return other_settings;
}

std::string json_of(const IdList& list)
{
    std::string out = "[";
    std::array<char, 24> digits{};
    for (const auto id : list.ids) {
        if (out.size() > 1) out += ',';
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), id.value);
        out.append(digits.data(), end.ptr);
    }
    out += ']';
    return out;
}

/// The part of SQLite's message that says which constraint: "UNIQUE constraint failed: vote.id".
std::string constraint_of(int code, std::string_view message)
{
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY) return "FOREIGN KEY";
    const auto colon = message.find("failed: ");
    return colon == std::string_view::npos ? std::string(message)
                                           : std::string(message.substr(colon + 8));
}

bool is_full(sqlite3* handle, int code)
{
    if ((code & 0xff) == SQLITE_FULL) return true;
    if (code == SQLITE_IOERR_SHMSIZE) return true; // the index of the log could not grow
    const int cause = sqlite3_system_errno(handle);
    return code == SQLITE_IOERR_WRITE && (cause == ENOSPC || cause == EDQUOT);
}

bool is_damage(int code)
{
    const int kind = code & 0xff;
    if (code == SQLITE_IOERR_NOMEM) return false;
    return kind == SQLITE_IOERR || kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB;
}

/// Rows where SQLite has them; each step computes the next.
class SqliteRows final : public Cursor {
public:
    explicit SqliteRows(SqliteConnection::Lease lease)
        : lease_(std::move(lease)), serial_(lease_.connection().serial()),
          columns_(sqlite3_column_count(lease_.statement()))
    {
    }

    bool step() override
    {
        if (done_) return false; // SQLite would begin anew
        invariant(serial_ == lease_.connection().serial(),
                  "rows are read inside their transaction");
        done_ = !lease_.step();
        return !done_;
    }
    bool is_null(int column) const override
    {
        return sqlite3_column_type(statement(column), column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override
    {
        return sqlite3_column_int64(statement(column), column);
    }
    double number(int column) const override
    {
        return sqlite3_column_double(statement(column), column);
    }
    std::string_view text(int column) const override
    {
        const auto* text = sqlite3_column_text(statement(column), column);
        if (!text) expect_memory();
        return {reinterpret_cast<const char*>(text), text ? size(column) : 0};
    }
    std::span<const std::byte> bytes(int column) const override
    {
        const auto* data = sqlite3_column_blob(statement(column), column);
        return {static_cast<const std::byte*>(data), data ? size(column) : 0};
    }

private:
    sqlite3_stmt* statement(int column) const
    {
        invariant(0 <= column && column < columns_, "a column that the query has");
        return lease_.statement();
    }
    std::size_t size(int column) const
    {
        return static_cast<std::size_t>(sqlite3_column_bytes(lease_.statement(), column));
    }
    /// SQLite gives no text for NULL, and none either when there was no memory to make it.
    void expect_memory() const
    {
        if (sqlite3_errcode(lease_.connection().handle()) == SQLITE_NOMEM) throw std::bad_alloc();
    }

    SqliteConnection::Lease lease_;
    std::uint64_t serial_;
    int columns_;
    bool done_ = false;
};

/// Rows of a change, taken when it was done: SQLite does nothing before the first step, and a
/// broken foreign key shows only after the last.
class KeptRows final : public Cursor {
public:
    explicit KeptRows(SqliteConnection::Lease lease)
        : columns_(sqlite3_column_count(lease.statement()))
    {
        while (lease.step()) {
            for (int column = 0; column < columns_; ++column) {
                cells_.emplace_back(
                    sqlite3_value_dup(sqlite3_column_value(lease.statement(), column)));
                if (!cells_.back()) throw std::bad_alloc();
            }
        }
    }

    bool step() override
    {
        const auto width = static_cast<std::size_t>(columns_);
        first_ = started_ ? first_ + width : 0;
        started_ = true;
        return first_ < cells_.size();
    }
    bool is_null(int column) const override
    {
        return sqlite3_value_type(cell(column)) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override { return sqlite3_value_int64(cell(column)); }
    double number(int column) const override { return sqlite3_value_double(cell(column)); }
    std::string_view text(int column) const override
    {
        const auto* text = sqlite3_value_text(cell(column));
        return {reinterpret_cast<const char*>(text), text ? size(column) : 0};
    }
    std::span<const std::byte> bytes(int column) const override
    {
        const auto* data = sqlite3_value_blob(cell(column));
        return {static_cast<const std::byte*>(data), data ? size(column) : 0};
    }

private:
    struct Free {
        void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
    };
    sqlite3_value* cell(int column) const
    {
        invariant(0 <= column && column < columns_ && first_ < cells_.size(),
                  "a column that the query has, of a row");
        return cells_[first_ + static_cast<std::size_t>(column)].get();
    }
    std::size_t size(int column) const
    {
        return static_cast<std::size_t>(sqlite3_value_bytes(cell(column)));
    }

    int columns_;
    std::vector<std::unique_ptr<sqlite3_value, Free>> cells_;
    std::size_t first_ = 0;
    bool started_ = false;
};

} // namespace

SqliteConnection::SqliteConnection(const std::string& path, Purpose purpose,
                                   std::shared_ptr<Trouble> trouble)
    : trouble_(std::move(trouble))
{
    // Each connection is used by one thread at a time, so SQLite need not lock it.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
    try {
        if (code != SQLITE_OK) fail(code, "open " + path);
        sqlite3_extended_result_codes(handle_, 1);
        sqlite3_busy_timeout(handle_, busy_timeout_ms);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
        // A statement is planned once. Otherwise whichever compares a parameter with a column
        // that an index WHERE column = 'constant' knows is planned anew with each value: of the
        // front page's time that was a fifth.
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
        const std::string settings =
            std::string("PRAGMA synchronous=FULL;"
                        "PRAGMA secure_delete=FAST;"
                        "PRAGMA trusted_schema=OFF;"
                        "PRAGMA cell_size_check=ON;"
                        "PRAGMA case_sensitive_like=ON;") +
            settings_of(purpose) +
            (purpose == Purpose::schema ? "PRAGMA foreign_keys=OFF;" : "PRAGMA foreign_keys=ON;");
        const int set = sqlite3_exec(handle_, settings.c_str(), nullptr, nullptr, nullptr);
        if (set != SQLITE_OK) fail(sqlite3_extended_errcode(handle_), "open " + path);
    } catch (...) {
        sqlite3_close(handle_);
        throw;
    }
}

SqliteConnection::~SqliteConnection()
{
    for (const auto& [text, kept] : kept_)
        for (auto* statement : kept->idle) sqlite3_finalize(statement);
    // After damage the log is left as it is for the restart to read.
    if (trouble_->halted())
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_close_v2(handle_);
}

void SqliteConnection::fail(int code, std::string_view sql)
{
    failed_ = true;
    const std::string message = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
    const std::string what = message + " (" + shortened(sql) + ")";
    if (handle_ && is_full(handle_, code)) throw DiskFull("The disk is full: " + what);
    if (is_damage(code)) {
        trouble_->halt("The database file or its disk failed; see what the system logs say, then "
                       "restart: " +
                       what);
        throw Halted(what);
    }
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        throw Busy("Another process holds the database: " + what);
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
        throw std::bad_alloc();
    default:
        break;
    }
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_NOTNULL:
    case SQLITE_CONSTRAINT_CHECK:
        throw Violation(what, constraint_of(code, message));
    default:
        throw Failure(what);
    }
}

void SqliteConnection::run(std::string_view sql)
{
    auto borrowed = lease(sql);
    while (borrowed.step()) {
    }
}

SqliteConnection::Lease SqliteConnection::lease(std::string_view sql)
{
    auto& kept = kept_for(sql);
    kept.used = ++uses_;
    if (kept.idle.empty()) return {*this, kept, prepare(sql)};
    auto* statement = kept.idle.back();
    kept.idle.pop_back();
    return {*this, kept, statement};
}

SqliteConnection::Kept& SqliteConnection::kept_for(std::string_view sql)
{
    // Another text may have come to stand at the same address, so the text is compared all the
    // same: that costs less than hashing it.
    auto& shortcut =
        shortcuts_[(reinterpret_cast<std::uintptr_t>(sql.data()) >> 3U) % shortcuts_count];
    if (shortcut.address == sql.data() && shortcut.kept->text == sql) return *shortcut.kept;

    auto found = kept_.find(sql);
    if (found == kept_.end()) {
        if (kept_.size() >= statements_kept_max) drop_least_used();
        auto kept = std::make_unique<Kept>();
        kept->text = sql;
        const std::string_view key = kept->text;
        found = kept_.emplace(key, std::move(kept)).first;
    }
    shortcut = {sql.data(), found->second.get()};
    return *found->second;
}

void SqliteConnection::drop_least_used()
{
    auto oldest = kept_.end();
    for (auto entry = kept_.begin(); entry != kept_.end(); ++entry) {
        const bool free = entry->second->out == 0;
        if (free && (oldest == kept_.end() || entry->second->used < oldest->second->used))
            oldest = entry;
    }
    if (oldest == kept_.end()) return; // all in use: then there is one more for a while
    for (auto* statement : oldest->second->idle) sqlite3_finalize(statement);
    for (auto& shortcut : shortcuts_)
        if (shortcut.kept == oldest->second.get()) shortcut = {};
    kept_.erase(oldest);
}

sqlite3_stmt* SqliteConnection::prepare(std::string_view sql)
{
    const auto text = translate(sql, Engine::sqlite);
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &rest);
    if (code != SQLITE_OK) fail(code, sql);
    std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> guard(statement, sqlite3_finalize);
    const auto left = std::string_view(text).substr(static_cast<std::size_t>(rest - text.data()));
    invariant(statement && left.find_first_not_of(" \n\t;") == std::string_view::npos,
              "one statement at a time");
    return guard.release();
}

SqliteConnection::Lease::Lease(SqliteConnection& connection, Kept& kept, sqlite3_stmt* statement)
    : connection_(&connection), kept_(&kept), statement_(statement)
{
    ++kept_->out;
    ++connection_->leases_out_;
}

SqliteConnection::Lease::Lease(Lease&& other) noexcept
    : connection_(other.connection_), kept_(other.kept_),
      statement_(std::exchange(other.statement_, nullptr))
{
}

SqliteConnection::Lease::~Lease()
{
    if (!statement_) return;
    --kept_->out;
    --connection_->leases_out_;
    sqlite3_reset(statement_);
    if (kept_->idle.size() >= twins_max) {
        sqlite3_finalize(statement_);
        return;
    }
    sqlite3_clear_bindings(statement_); // or long texts would be kept until the next use
    kept_->idle.push_back(statement_);
}

void SqliteConnection::Lease::bind(std::span<const Value> values, Lifetime lifetime)
{
    auto* const destroy = lifetime == Lifetime::of_call ? SQLITE_STATIC : SQLITE_TRANSIENT;
    const int expected = sqlite3_bind_parameter_count(statement_);
    invariant(expected == static_cast<int>(values.size()), "a value for each parameter");

    struct Bind {
        sqlite3_stmt* statement;
        sqlite3_destructor_type destroy;
        int index = 0;

        int operator()(Null /*type*/) const { return sqlite3_bind_null(statement, index); }
        int operator()(std::int64_t value) const
        {
            return sqlite3_bind_int64(statement, index, value);
        }
        int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
        int operator()(std::string_view value) const
        {
            // A null address would bind NULL instead of an empty text.
            return sqlite3_bind_text64(statement, index, value.empty() ? "" : value.data(),
                                       value.size(), destroy, SQLITE_UTF8);
        }
        int operator()(Blob value) const
        {
            if (value.bytes.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
            return sqlite3_bind_blob64(statement, index, value.bytes.data(), value.bytes.size(),
                                       destroy);
        }
        int operator()(const IdList& list) const
        {
            const auto json = json_of(list);
            return sqlite3_bind_text64(statement, index, json.data(), json.size(), SQLITE_TRANSIENT,
                                       SQLITE_UTF8);
        }
    };
    Bind bind{statement_, destroy};
    for (const auto& value : values) {
        ++bind.index;
        const int code = std::visit(bind, value.variant());
        if (code != SQLITE_OK) connection_->fail(code, kept_->text);
    }
}

bool SqliteConnection::Lease::step()
{
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) connection_->fail(code, kept_->text);
    return false;
}

void SqliteTransaction::notify(std::string text)
{
    invariant(access_ == Access::write, "only a change has something to tell");
    add_note(notes_, std::move(text));
}

namespace {

/// As PostgreSQL does it, so that a test on SQLite finds the mistake.
void expect_unbroken(const SqliteConnection& connection)
{
    if (connection.failed())
        throw Failure("A statement failed before in this transaction, so it is over.");
}

} // namespace

std::unique_ptr<Cursor> SqliteTransaction::run_query(std::string_view sql,
                                                     std::span<const Value> values)
{
    expect_unbroken(connection_);
    check_bindable(values);
    auto lease = connection_.lease(sql);
    if (sqlite3_stmt_readonly(lease.statement()) != 0) {
        lease.bind(values, SqliteConnection::Lease::Lifetime::of_rows);
        return std::make_unique<SqliteRows>(std::move(lease));
    }
    lease.bind(values, SqliteConnection::Lease::Lifetime::of_call);
    return std::make_unique<KeptRows>(std::move(lease));
}

std::int64_t SqliteTransaction::run_execute(std::string_view sql, std::span<const Value> values)
{
    expect_unbroken(connection_);
    check_bindable(values);
    auto lease = connection_.lease(sql);
    lease.bind(values, SqliteConnection::Lease::Lifetime::of_call);
    // What created a table or changed nothing leaves the count of the change before it.
    const auto before = sqlite3_total_changes64(connection_.handle());
    while (lease.step()) {
    }
    if (sqlite3_total_changes64(connection_.handle()) == before) return 0;
    return sqlite3_changes64(connection_.handle());
}

} // namespace moothall::store
