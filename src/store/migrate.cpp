#include "store/migrate.hpp"

#include "base/invariant.hpp"
#include "store/schema.hpp"
#include "store/sql_scan.hpp"
#include "store/values.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace moothall::store {

namespace {

constexpr std::string_view spaces = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(spaces) + 1 - first);
}

std::string_view text_for(const Migration& migration, Engine engine)
{
    return engine == Engine::postgres ? migration.postgres : migration.sqlite;
}

std::string title_of(int number, std::string_view name)
{
    return std::to_string(number) + " (" + std::string(name) + ")";
}

/// Refuses a database whose past is not the beginning of `migrations`.
void expect_known(const std::vector<Applied>& applied, std::span<const Migration> migrations,
                  const std::vector<std::string>& checksums)
{
    for (std::size_t index = 0; index < applied.size(); ++index) {
        const auto& had = applied[index];
        const auto title = title_of(had.number, had.name);
        if (migrations.empty() || had.number > migrations.back().number)
            throw Unsuitable("This database is newer than this program: it has had migration " +
                             title + ". Start the newer program, or restore an older backup.");
        if (had.number != migrations[index].number)
            throw Unsuitable("This database and this program have parted: it has had migration " +
                             title + " where the program expects " +
                             title_of(migrations[index].number, migrations[index].name) + ".");
        if (had.checksum != checksums[index])
            throw Unsuitable("Migration " + title +
                             " has been changed since this database had it. Migrations are never "
                             "edited; write a new one.");
    }
}

void apply(Schema& schema, const Migration& migration, const std::string& checksum_of_text,
           std::string_view anchor)
{
    const auto sql = text_for(migration, schema.engine());
    const auto title = "Migration " + title_of(migration.number, migration.name);
    try {
        if (schema.engine() == Engine::postgres)
            schema.run("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'");
        for (const auto& statement : split_statements(sql)) schema.run(statement);
        if (schema.engine() == Engine::postgres && schema.has_citus())
            for (const auto& statement : citus_statements(sql, anchor)) schema.run(statement);
    } catch (const DiskFull&) {
        throw;
    } catch (const Failure& failure) {
        throw Failure(title + " failed: " + failure.what());
    }
    const auto now =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    schema.record({migration.number, std::string(migration.name), checksum_of_text}, now);
}

/// A large hall takes minutes, and the server answers nobody before: whoever waits sees how far it
/// is.
void say_step(const Migration& migration, int last)
{
    std::fprintf(stderr, "bringing the database up to date: migration %d of %d (%s)\n",
                 migration.number, last, std::string(migration.name).c_str());
}

/// Does one step in the transaction that has begun, and ends it. True when nothing is left to do.
bool apply_next(Schema& schema, Schema::Intent intent, std::span<const Migration> migrations,
                const std::vector<std::string>& checksums, std::string_view anchor,
                bool& is_upgrade)
{
    const bool looks = intent == Schema::Intent::look;
    const bool ours = schema.is_ours();
    if (!ours && !looks) schema.make_ours();
    const auto applied = ours ? schema.applied() : std::vector<Applied>();
    expect_known(applied, migrations, checksums);
    const bool complete = ours && applied.size() == migrations.size();
    if (!complete && looks) {
        is_upgrade = !applied.empty();
        schema.roll_back();
        return false;
    }
    if (applied.size() < migrations.size()) {
        const auto& migration = migrations[applied.size()];
        if (is_upgrade) say_step(migration, migrations.back().number);
        apply(schema, migration, checksums[applied.size()], anchor);
    }
    schema.commit();
    return complete;
}

/// The first tenant table of all migrations: the others are kept beside it.
std::string anchor_of(std::span<const Migration> migrations)
{
    for (const auto& migration : migrations)
        for (const auto& table : marked_tables(migration.postgres, "tenant")) return table;
    return {};
}

} // namespace

const std::string_view create_schema_migration = "CREATE TABLE schema_migration ("
                                                 " number BIGINT NOT NULL,"
                                                 " name TEXT NOT NULL,"
                                                 " checksum TEXT NOT NULL,"
                                                 " at_us BIGINT NOT NULL,"
                                                 " CONSTRAINT schema_migration_pkey"
                                                 " PRIMARY KEY (number))";

std::vector<std::string> split_statements(std::string_view sql)
{
    std::vector<std::string> statements;
    std::string statement;
    const auto finish = [&] {
        const auto text = trimmed(statement);
        if (!text.empty()) statements.emplace_back(text);
        statement.clear();
    };
    std::size_t at = 0;
    while (at < sql.size()) {
        if (const auto end = past_quoted(sql, at); end != at) {
            // Comments go, so that one alone is no statement.
            const bool comment = sql[at] == '-' || sql[at] == '/';
            statement += comment ? std::string_view("\n") : sql.substr(at, end - at);
            at = end;
            continue;
        }
        if (sql[at] == ';') {
            finish();
        } else {
            statement += sql[at];
        }
        ++at;
    }
    finish();
    return statements;
}

std::string checksum(std::string_view sql)
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(sql.data()), sql.size());
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    return hex.data();
}

std::vector<std::string> marked_tables(std::string_view sql, std::string_view mark)
{
    std::vector<std::string> tables;
    const auto opening = "-- " + std::string(mark) + ":";
    std::size_t at = 0;
    while (at < sql.size()) {
        const auto end = std::min(sql.find('\n', at), sql.size());
        const auto line = trimmed(sql.substr(at, end - at));
        if (line.starts_with(opening)) tables.emplace_back(trimmed(line.substr(opening.size())));
        at = end + 1;
    }
    return tables;
}

std::vector<std::string> citus_statements(std::string_view sql, std::string_view anchor)
{
    std::vector<std::string> statements;
    const auto expect_name = [](const std::string& table) {
        if (!std::ranges::all_of(table, is_name_character))
            throw Failure("\"" + table + "\" is not the name of a table.");
    };
    for (const auto& table : marked_tables(sql, "global")) {
        expect_name(table);
        statements.push_back("SELECT create_reference_table('" + table + "')");
    }
    for (const auto& table : marked_tables(sql, "tenant")) {
        expect_name(table);
        const auto beside = table == anchor ? std::string("none") : std::string(anchor);
        statements.push_back("SELECT create_distributed_table('" + table +
                             "', 'org_id', colocate_with => '" + beside + "')");
    }
    return statements;
}

void migrate(Schema& schema, std::span<const Migration> migrations)
{
    std::vector<std::string> checksums;
    for (const auto& migration : migrations) {
        invariant(checksums.empty() || migrations[checksums.size() - 1].number < migration.number,
                  "migrations are in the order of their numbers");
        checksums.push_back(checksum(text_for(migration, schema.engine())));
    }
    const auto anchor = anchor_of(migrations);
    // First only a look, so that a command does not wait for a busy server. Asked anew each time:
    // another process may be at it, and SQLite is ours for a transaction only.
    bool is_upgrade = false; // and no new database
    for (auto intent = Schema::Intent::look;; intent = Schema::Intent::change) {
        schema.begin(intent);
        try {
            if (apply_next(schema, intent, migrations, checksums, anchor, is_upgrade)) return;
        } catch (...) {
            schema.roll_back();
            throw;
        }
    }
}

} // namespace moothall::store
