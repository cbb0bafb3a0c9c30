// What only SQLite's side has: files, the log, groups.
#include "store/test_place.hpp"
#include "store/test_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <latch>
#include <thread>

namespace moothall::store {
namespace {

Outcome add_one_and_commit(Transaction& transaction)
{
    transaction.execute("UPDATE counter SET value = value + 1 WHERE name = 'left'");
    return Outcome::commit;
}

std::int64_t left_of(Database& database)
{
    return database.read([](Transaction& transaction) {
        auto rows = transaction.query("SELECT value FROM counter WHERE name = 'left'");
        rows.next();
        return rows->integer(0);
    });
}

class Sqlite : public ::testing::Test {
protected:
    std::unique_ptr<Database> open(Settings settings = {})
    {
        settings.url = place.url();
        return Database::open(settings, test_schema());
    }
    std::string file(const std::string& ending = {}) const
    {
        return place.folder() + "/hall.db" + ending;
    }

    TestPlace place{Engine::sqlite};
};

/// How many commits `count` writes take that all wait when the first is done.
std::uint64_t commits_for(Database& database, int count)
{
    std::promise<void> begun;
    std::promise<void> all_wait;
    std::latch done(count + 1);
    const auto on_done = [&](const std::exception_ptr& error) {
        EXPECT_FALSE(error);
        done.count_down();
    };
    database.submit({[&](Transaction& transaction) {
                         begun.set_value();
                         all_wait.get_future().wait();
                         // Longer than a group takes more writes in.
                         std::this_thread::sleep_for(std::chrono::milliseconds{30});
                         return add_one_and_commit(transaction);
                     },
                     on_done});
    begun.get_future().wait();
    for (int index = 0; index < count; ++index) database.submit({add_one_and_commit, on_done});
    all_wait.set_value();
    done.wait();
    return database.figures().commits;
}

TEST_F(Sqlite, writes_what_waits_in_one_commit)
{
    const auto database = open();
    // The first alone, then all others; a few more when the machine is so slow that a group's time
    // is up before it is whole.
    EXPECT_LT(commits_for(*database, 200), 20U);
    EXPECT_EQ(left_of(*database), 201);
    EXPECT_EQ(database->figures().writes, 201U);
}

TEST_F(Sqlite, takes_no_more_into_a_commit_than_it_is_told)
{
    Settings settings;
    settings.batch_max = 10;
    const auto database = open(settings);
    const auto commits = commits_for(*database, 100);
    EXPECT_GE(commits, 11U);
    EXPECT_LT(commits, 50U);
    EXPECT_EQ(left_of(*database), 101);
}

TEST_F(Sqlite, has_the_settings_that_keep_its_promises)
{
    const auto database = open();
    const auto setting = [](Transaction& transaction, SqlLiteral pragma) {
        auto rows = transaction.query(pragma);
        return rows.next() ? rows->string(0) : std::string("none");
    };
    const auto check = [&](Transaction& transaction) {
        EXPECT_EQ(setting(transaction, "PRAGMA journal_mode"), "wal");
        EXPECT_EQ(setting(transaction, "PRAGMA synchronous"), "2"); // FULL
        EXPECT_EQ(setting(transaction, "PRAGMA foreign_keys"), "1");
        EXPECT_EQ(setting(transaction, "PRAGMA secure_delete"), "2"); // FAST
        EXPECT_EQ(setting(transaction, "PRAGMA trusted_schema"), "0");
    };
    database->read(check);
    database->write(check);
    database->read([&](Transaction& transaction) {
        EXPECT_EQ(setting(transaction, "PRAGMA query_only"), "1");
    });
}

TEST_F(Sqlite, plans_a_statement_once_whatever_its_values)
{
    const auto database = open();
    database->write([](Transaction& transaction) {
        transaction.execute("CREATE TABLE planned (name TEXT, state TEXT)");
        transaction.execute("CREATE INDEX planned_open ON planned (name) WHERE state = 'open'");
        return Outcome::commit;
    });
    database->write([](Transaction& transaction) {
        for (const auto* state : {"open", "closed", "open", "held"}) {
            auto rows = transaction.query("SELECT name FROM planned WHERE state = ?1",
                                          std::string_view(state));
            EXPECT_FALSE(rows.next());
        }
        auto rows = transaction.query(R"sql(
            SELECT s.run, s.reprep FROM sqlite_stmt s
            WHERE s.sql = 'SELECT name FROM planned WHERE state = ?1' )sql");
        EXPECT_TRUE(rows.next());
        EXPECT_EQ(rows->integer(0), 4);
        EXPECT_EQ(rows->integer(1), 0);
        return Outcome::commit;
    });
}

TEST_F(Sqlite, makes_files_that_only_their_owner_can_read)
{
    const auto database = open();
    database->write(add_one_and_commit);
    for (const auto* ending : {"", "-wal", "-shm"}) {
        struct stat status{};
        ASSERT_EQ(::stat(file(ending).c_str(), &status), 0) << ending;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << ending;
    }
}

TEST_F(Sqlite, keeps_its_log_bounded_while_others_read_and_write_all_the_time)
{
    const auto database = open();
    std::atomic<bool> writing = true;
    std::vector<std::thread> readers;
    for (int index = 0; index < 3; ++index)
        readers.emplace_back([&] {
            while (writing) left_of(*database);
        });
    const std::vector<std::byte> bytes(200'000);
    std::uintmax_t largest = 0;
    for (int index = 0; index < 800; ++index) { // 160 MB in all
        database->write([&](Transaction& transaction) {
            transaction.execute(
                "INSERT INTO thing (org_id, thing_id, title, picture) VALUES (1, 1, 'a', ?1)"
                " ON CONFLICT (org_id, thing_id) DO UPDATE SET picture = excluded.picture",
                Blob{bytes});
            add_one_and_commit(transaction);
        });
        largest = std::max(largest, std::filesystem::file_size(file("-wal")));
    }
    writing = false;
    for (auto& reader : readers) reader.join();
    EXPECT_LT(largest, 80'000'000U);
    EXPECT_EQ(left_of(*database), 800);
}

TEST_F(Sqlite, leaves_no_log_behind_when_it_is_closed)
{
    open()->write(add_one_and_commit);
    EXPECT_FALSE(std::filesystem::exists(file("-wal")));
    EXPECT_EQ(left_of(*open()), 1);
}

TEST_F(Sqlite, is_shared_with_other_processes)
{
    // Two databases on one file behave as two processes do: they only share the file's locks.
    const auto server = open();
    const auto command = open();
    const auto write_many = [](Database& database) {
        for (int index = 0; index < 100; ++index) database.write(add_one_and_commit);
    };
    std::thread thread([&] { write_many(*server); });
    write_many(*command);
    thread.join();
    EXPECT_EQ(left_of(*server), 200);
    EXPECT_EQ(left_of(*command), 200);
}

TEST_F(Sqlite, copies_itself_whole_while_others_write)
{
    const auto database = open();
    std::atomic<bool> writing = true;
    std::thread writer([&] {
        for (std::int64_t id = 1; writing; ++id)
            database->write([&](Transaction& transaction) {
                transaction.execute("INSERT INTO thing (org_id, thing_id, title)"
                                    " VALUES (1, ?1, ?2)",
                                    id, std::to_string(id));
                add_one_and_commit(transaction);
            });
    });
    for (int round = 0; round < 5; ++round) {
        while (left_of(*database) < 20 * (round + 1)) std::this_thread::yield();
        const TestPlace elsewhere(Engine::sqlite);
        const auto path = elsewhere.folder() + "/hall.db";
        database->copy_to(path);
        database->copy_to(path); // in place of the first
        EXPECT_FALSE(std::filesystem::exists(path + ".partial"));
        Settings settings;
        settings.url = elsewhere.url();
        const auto copy = Database::open(settings, test_schema());
        copy->read([&](Transaction& transaction) {
            auto rows = transaction.query("SELECT count(*), (SELECT value FROM counter"
                                          " WHERE name = 'left') FROM thing");
            ASSERT_TRUE(rows.next());
            EXPECT_EQ(rows->integer(0), rows->integer(1)); // one moment
            EXPECT_GE(rows->integer(0), 20 * (round + 1));
            auto check = transaction.query("PRAGMA integrity_check");
            ASSERT_TRUE(check.next());
            EXPECT_EQ(check->text(0), "ok");
        });
    }
    writing = false;
    writer.join();
    EXPECT_THROW(database->copy_to("/nowhere/at/all.db"), Failure);
    database->write(add_one_and_commit); // trouble with the copy is none of the database's
}

TEST_F(Sqlite, refuses_files_that_are_none)
{
    {
        std::FILE* made = std::fopen(file().c_str(), "w");
        ASSERT_NE(made, nullptr);
        std::fputs("This is a letter to my aunt, not a database, however long it may be.\n", made);
        std::fclose(made);
    }
    EXPECT_THROW(open(), Unsuitable);
    Settings settings;
    settings.url = "/nowhere/at/all.db";
    EXPECT_THROW(Database::open(settings, test_schema()), Failure);
}

} // namespace
} // namespace moothall::store
