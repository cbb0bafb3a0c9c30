#include "store/postgres_wire.hpp"
#include "store/schema.hpp"

#include <array>
#include <charconv>

namespace moothall::store {

namespace {

/// The key of the lock that only one migrator holds: "moothall" as a number.
constexpr const char* take_migrator_lock = "SELECT pg_advisory_lock(7885916537441251436)";

/// Plain and synchronous: migrations are rare.
class PostgresSchema final : public Schema {
public:
    explicit PostgresSchema(const std::string& url) : handle_(connect_postgres(url)) {}

    Engine engine() const override { return Engine::postgres; }
    void begin(Intent intent) override
    {
        if (intent == Intent::change && !alone_) {
            // A big migration of another node may take its time.
            ask("SET lock_timeout = '10min'");
            ask(take_migrator_lock); // let go with the connection
            alone_ = true;
        }
        ask("BEGIN");
    }
    void commit() override { ask("COMMIT"); }
    void roll_back() override
    {
        if (PQtransactionStatus(handle_.get()) != PQTRANS_IDLE)
            const PostgresResult ignored(PQexec(handle_.get(), "ROLLBACK"));
    }

    bool is_ours() override
    {
        const auto tables = ask("SELECT relname FROM pg_class"
                                " WHERE relnamespace = current_schema()::regnamespace"
                                " AND relkind IN ('r', 'p')"
                                " ORDER BY relname <> 'schema_migration' LIMIT 1");
        if (PQntuples(tables.get()) == 0) return false;
        if (std::string_view(PQgetvalue(tables.get(), 0, 0)) == "schema_migration") return true;
        throw Unsuitable("This database holds the tables of another program. Make one of its own "
                         "for Moothall: CREATE DATABASE moothall.");
    }
    void make_ours() override { run(std::string(create_schema_migration)); }

    std::vector<Applied> applied() override
    {
        const auto rows =
            ask("SELECT number, name, checksum FROM schema_migration ORDER BY number");
        std::vector<Applied> all;
        for (int row = 0; row < PQntuples(rows.get()); ++row) {
            Applied migration{0, PQgetvalue(rows.get(), row, 1), PQgetvalue(rows.get(), row, 2)};
            const std::string_view digits = PQgetvalue(rows.get(), row, 0);
            std::from_chars(digits.data(), digits.data() + digits.size(), migration.number);
            all.push_back(std::move(migration));
        }
        return all;
    }

    void run(const std::string& statement) override { ask(statement.c_str()); }

    void record(const Applied& migration, Time at) override
    {
        const auto number = std::to_string(migration.number);
        const auto at_us = std::to_string(at.time_since_epoch().count());
        const std::array values{number.c_str(), migration.name.c_str(), migration.checksum.c_str(),
                                at_us.c_str()};
        constexpr const char* sql = "INSERT INTO schema_migration (number, name, checksum, at_us)"
                                    " VALUES ($1::bigint, $2, $3, $4::bigint)";
        const PostgresResult result(
            PQexecParams(handle_.get(), sql, 4, nullptr, values.data(), nullptr, nullptr, 0));
        expect_good(result.get(), sql);
    }

    bool has_citus() override
    {
        return PQntuples(ask("SELECT 1 FROM pg_extension WHERE extname = 'citus'").get()) > 0;
    }

private:
    PostgresResult ask(const char* sql)
    {
        PostgresResult result(PQexec(handle_.get(), sql));
        expect_good(result.get(), sql);
        return result;
    }
    static void expect_good(const PGresult* result, const char* sql)
    {
        const auto status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            throw_postgres_error(result, sql);
    }

    PostgresHandle handle_;
    bool alone_ = false; // holds the migrators' lock
};

} // namespace

std::unique_ptr<Schema> open_postgres_schema(const std::string& url)
{
    return std::make_unique<PostgresSchema>(url);
}

} // namespace moothall::store
