#pragma once

#include "store/migrate.hpp"

#include <memory>
#include <optional>

namespace moothall::store {

/// A migration that a database has had.
struct Applied {
    int number;
    std::string name;
    std::string checksum;
};

/// A connection that may look at the schema and change it.
class Schema {
public:
    Schema() = default;
    Schema(const Schema&) = delete;
    Schema& operator=(const Schema&) = delete;
    virtual ~Schema() = default;

    virtual Engine engine() const = 0;
    enum class Intent : std::uint8_t {
        look,   // holds up nobody
        change, // alone among all processes
    };
    virtual void begin(Intent intent) = 0;
    virtual void commit() = 0;
    virtual void roll_back() = 0;

    /// Whether the table schema_migration is there; throws Unsuitable when only other tables are.
    virtual bool is_ours() = 0;
    /// Makes that table.
    virtual void make_ours() = 0;
    /// In the order of their numbers.
    virtual std::vector<Applied> applied() = 0;
    virtual void run(const std::string& statement) = 0;
    virtual void record(const Applied& migration, Time at) = 0;
    /// True when tables can be spread over nodes by Citus.
    virtual bool has_citus() = 0;
};

std::unique_ptr<Schema> open_sqlite_schema(const std::string& path);
std::unique_ptr<Schema> open_postgres_schema(const std::string& url);

/// Applies what the database lacks, each migration in a transaction of its own.
///
/// Throws Unsuitable when the database is newer than this program, is not ours, or has had a
/// migration whose text is another now.
void migrate(Schema& schema, std::span<const Migration> migrations);

/// How Citus is told of the tables that `sql` marks with `-- tenant: NAME` (spread by org_id beside
/// the table `anchor`) and `-- global: NAME` (whole on every node), in the order in which they
/// stand. The anchor is the first tenant table of all.
std::vector<std::string> citus_statements(std::string_view sql, std::string_view anchor);

/// The tables that `sql` marks with a comment `-- MARK: NAME`, in order.
std::vector<std::string> marked_tables(std::string_view sql, std::string_view mark);

/// The table and statement that make and fill schema_migration, the same on both engines.
extern const std::string_view create_schema_migration;

} // namespace moothall::store
