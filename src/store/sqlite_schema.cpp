#include "store/schema.hpp"
#include "store/sqlite_connection.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace moothall::store {

namespace {

/// What `file` tells people about the file: "MOOT" as SQLite's application id.
constexpr std::string_view mark_file_as_ours = "PRAGMA application_id = 1297043284";

class SqliteSchema final : public Schema {
public:
    explicit SqliteSchema(const std::string& path)
        : connection_(path, SqliteConnection::Purpose::schema, std::make_shared<Trouble>())
    {
        auto lease = connection_.lease("PRAGMA journal_mode = WAL");
        std::string mode;
        while (lease.step())
            mode = reinterpret_cast<const char*>(sqlite3_column_text(lease.statement(), 0));
        if (mode != "wal")
            throw Unsuitable("The folder of " + path +
                             " does not allow what SQLite's write-ahead log needs (is it on a "
                             "network drive?). Move it to a local disk.");
    }

    Engine engine() const override { return Engine::sqlite; }
    void begin(Intent intent) override
    {
        connection_.start_afresh();
        connection_.run(intent == Intent::look ? "BEGIN" : "BEGIN IMMEDIATE");
        changed_ = false;
    }
    void commit() override
    {
        if (changed_) {
            expect_keys_resolved();
            describe_keys();
        }
        connection_.run("COMMIT");
    }
    void roll_back() override
    {
        if (connection_.in_transaction()) connection_.run("ROLLBACK");
    }

    bool is_ours() override
    {
        if (exists("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migration'")) return true;
        if (exists("SELECT 1 FROM sqlite_schema"))
            throw Unsuitable("This file holds the tables of another program.");
        return false;
    }
    void make_ours() override
    {
        connection_.run(mark_file_as_ours);
        connection_.run(create_schema_migration);
    }

    std::vector<Applied> applied() override
    {
        std::vector<Applied> all;
        auto rows = transaction_.query("SELECT number, name, checksum FROM schema_migration "
                                       "ORDER BY number");
        while (rows.next())
            all.push_back({static_cast<int>(rows->integer(0)), rows->string(1), rows->string(2)});
        return all;
    }

    void run(const std::string& statement) override
    {
        changed_ = true;
        connection_.run(statement);
    }

    void record(const Applied& migration, Time at) override
    {
        transaction_.execute("INSERT INTO schema_migration (number, name, checksum, at_us) "
                             "VALUES (?1, ?2, ?3, ?4)",
                             migration.number, migration.name, migration.checksum, at);
    }

    bool has_citus() override { return false; }

private:
    bool exists(std::string_view sql) { return connection_.lease(sql).step(); }

    /// Foreign keys were off, so that tables could be rebuilt
    /// (https://sqlite.org/lang_altertable.html, section 7); they must be right again now.
    void expect_keys_resolved()
    {
        auto lease = connection_.lease("PRAGMA foreign_key_check");
        if (!lease.step()) return;
        const auto* table = sqlite3_column_text(lease.statement(), 0);
        throw Failure(std::string("A migration left foreign keys that name nothing in ") +
                      reinterpret_cast<const char*>(table) + ".");
    }

    /// Tells SQLite's planner what it cannot guess: that org_id alone picks out nearly all rows of
    /// a table. Without figures it takes any column that is compared to leave ten rows, and would
    /// walk all of an organisation to save the sorting of three
    /// (https://sqlite.org/fileformat2.html#stat1tab). Made up rather than counted, so that plans
    /// are the same in a test, in a small hall and in a large one.
    void describe_keys()
    {
        struct Key {
            std::string table;
            std::string index;
            std::int64_t columns;
            bool unique;
        };
        std::vector<Key> keys;
        auto rows = transaction_.query(R"sql(
            SELECT t.name, CASE WHEN t.wr AND i.origin = 'pk' THEN t.name ELSE i.name END,
                   (SELECT count(*) FROM pragma_index_info(i.name)), i."unique"
            FROM pragma_table_list t JOIN pragma_index_list(t.name) i
            WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%'
              AND (SELECT c.name FROM pragma_index_info(i.name) c WHERE c.seqno = 0) = 'org_id' )sql");
        while (rows.next())
            keys.push_back({rows->string(0), rows->string(1), rows->integer(2), rows->truth(3)});
        connection_.run("ANALYZE schema_migration"); // makes the table of figures
        connection_.run("DELETE FROM sqlite_stat1");
        for (const auto& key : keys) {
            // All rows, those of an organisation, and then what SQLite itself would take.
            std::string figures = "1000000 1000000";
            for (std::int64_t column = 2; column <= key.columns; ++column) {
                const bool last = column == key.columns;
                figures += " " + std::to_string(last && key.unique
                                                    ? std::int64_t{1}
                                                    : std::max<std::int64_t>(12 - column, 5));
            }
            transaction_.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)",
                                 key.table, key.index, figures);
        }
    }

    SqliteConnection connection_;
    SqliteTransaction transaction_{connection_, SqliteTransaction::Access::write};
    bool changed_ = false;
};

} // namespace

std::unique_ptr<Schema> open_sqlite_schema(const std::string& path)
{
    try {
        return std::make_unique<SqliteSchema>(path);
    } catch (const Halted& halted) {
        throw Unsuitable(path + " is not a database, or it is damaged: " + halted.what());
    }
}

} // namespace moothall::store
