// What only PostgreSQL's side has: connections that break, deadlocks, commits of unknown fate.
#include "store/postgres_wire.hpp"
#include "store/test_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>

namespace moothall::store {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// Tables, and functions that fail as a server does on a bad day.
std::span<const Migration> schema()
{
    static constexpr std::string_view sql = R"(
CREATE TABLE counter (
    org_id BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    value  BIGINT NOT NULL,
    CONSTRAINT counter_pkey PRIMARY KEY (org_id, name)
);
INSERT INTO counter (org_id, name, value) VALUES (1, 'left', 0), (1, 'right', 0);
CREATE SEQUENCE calls;
-- Fails at the first call of all, and not again: a sequence is not rolled back.
CREATE FUNCTION fail_once(state TEXT, message TEXT) RETURNS BIGINT LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('calls') = 1 THEN
        RAISE EXCEPTION '%', message USING ERRCODE = state;
    END IF;
    RETURN 1;
END $$;
CREATE TABLE slow (slow_id BIGINT NOT NULL, CONSTRAINT slow_pkey PRIMARY KEY (slow_id));
CREATE FUNCTION take_time() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(30);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION take_time();
)";
    static constexpr std::array all{Migration{1, "bad_days", "", sql}};
    return all;
}

class Postgres : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!is_available_for_tests(Engine::postgres))
            GTEST_SKIP() << "MOOTHALL_TEST_POSTGRES is not set (tools/postgres/private.sh makes a "
                            "server for tests).";
        place = std::make_unique<TestPlace>(Engine::postgres);
        settings.url = place->url();
        settings.readers_max = 2;
        database = Database::open(settings, schema());
    }

    /// Runs a statement on a connection of its own; gives how many rows it touched.
    int on_the_side(const std::string& sql) const
    {
        const auto handle = connect_postgres(settings.url);
        const PostgresResult result(PQexec(handle.get(), sql.c_str()));
        if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR)
            throw_postgres_error(result.get(), sql);
        return PQntuples(result.get());
    }
    /// Ends all connections of the database whose last query looks so.
    int end_connections(const std::string& query = "%") const
    {
        return on_the_side("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                           " AND query LIKE '" +
                           query + "'");
    }
    std::int64_t value_of(const std::string& name) const
    {
        return database->read([&](Transaction& transaction) {
            auto rows = transaction.query("SELECT value FROM counter WHERE name = ?1", name);
            rows.next();
            return rows->integer(0);
        });
    }
    static void add_one(Transaction& transaction, std::string_view name)
    {
        transaction.execute("UPDATE counter SET value = value + 1 WHERE name = ?1", name);
    }

    std::unique_ptr<TestPlace> place;
    Settings settings;
    std::unique_ptr<Database> database;
};

TEST_F(Postgres, does_not_notice_connections_that_broke_while_idle)
{
    for (int round = 1; round <= 2; ++round) {
        database->write([](Transaction& transaction) { add_one(transaction, "left"); });
        EXPECT_EQ(value_of("left"), round);
        EXPECT_GT(end_connections(), 0);
    }
    database->write([](Transaction& transaction) { add_one(transaction, "left"); });
    EXPECT_EQ(value_of("left"), 3);
    EXPECT_EQ(database->figures().failures, 0U);
}

TEST_F(Postgres, runs_a_write_again_whose_connection_broke_before_the_commit)
{
    int runs = 0;
    database->write([&](Transaction& transaction) {
        add_one(transaction, "left");
        if (++runs == 1) {
            EXPECT_EQ(end_connections("%counter%"), 1);
        }
        add_one(transaction, "right");
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(value_of("left"), 1);
    EXPECT_EQ(value_of("right"), 1);
}

TEST_F(Postgres, gives_up_when_connections_break_again_and_again)
{
    EXPECT_THROW(database->write([&](Transaction& transaction) {
        add_one(transaction, "left");
        end_connections("%counter%");
        add_one(transaction, "right");
    }),
                 Busy);
    EXPECT_EQ(value_of("left"), 0);
    database->write([](Transaction& transaction) { add_one(transaction, "left"); });
}

TEST_F(Postgres, ends_a_read_in_whose_midst_the_connection_broke)
{
    // Its snapshot is gone, so going on elsewhere could show two moments.
    EXPECT_THROW(database->read([&](Transaction& transaction) {
        transaction.query("SELECT value FROM counter");
        end_connections("%counter%");
        transaction.query("SELECT name FROM counter");
    }),
                 Busy);
    EXPECT_EQ(value_of("left"), 0);
}

TEST_F(Postgres, runs_the_victim_of_a_deadlock_again)
{
    std::promise<void> has_left;
    std::promise<void> has_right;
    std::atomic<int> runs = 0;
    const auto cross = [&](const std::string& first, const std::string& second,
                           std::promise<void>& mine, std::future<void> others) {
        database->write([&](Transaction& transaction) {
            add_one(transaction, first);
            ++runs;
            if (others.valid()) { // only the first time
                mine.set_value();
                others.get();
            }
            add_one(transaction, second);
        });
    };
    std::thread thread([&] { cross("left", "right", has_left, has_right.get_future()); });
    cross("right", "left", has_right, has_left.get_future());
    thread.join();
    EXPECT_EQ(value_of("left"), 2);
    EXPECT_EQ(value_of("right"), 2);
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(database->figures().failures, 0U);
}

TEST_F(Postgres, runs_once_more_what_the_server_asks_to_be_run_again)
{
    for (const auto& [state, message] : std::vector<std::pair<std::string, std::string>>{
             {"40001", "could not serialize access"},
             {"XX000", "could not commit transaction for shard 7 on at least one active node"}}) {
        on_the_side("ALTER SEQUENCE calls RESTART");
        int runs = 0;
        database->write([&, &state_now = state, &text = message](Transaction& transaction) {
            ++runs;
            add_one(transaction, "left");
            transaction.query("SELECT fail_once(?1, ?2)", state_now, text);
        });
        EXPECT_EQ(runs, 2) << state;
    }
    EXPECT_EQ(value_of("left"), 2);
}

TEST_F(Postgres, says_what_an_error_means)
{
    const auto fail_with = [&](const char* state) {
        on_the_side("ALTER SEQUENCE calls RESTART");
        database->write([&](Transaction& transaction) {
            transaction.query("SELECT fail_once(?1, 'as a test')", state);
        });
    };
    EXPECT_THROW(fail_with("53100"), DiskFull);
    EXPECT_THROW(fail_with("55P03"), Busy);
    EXPECT_THROW(fail_with("53300"), Busy);
    EXPECT_THROW(fail_with("XX000"), Failure);
}

TEST_F(Postgres, does_not_acknowledge_a_commit_whose_fate_nobody_knows)
{
    int runs = 0;
    std::promise<void> committing;
    std::thread thread([&] {
        committing.get_future().wait();
        while (end_connections("COMMIT") == 0) std::this_thread::sleep_for(5ms);
    });
    try {
        database->write([&](Transaction& transaction) {
            ++runs;
            transaction.execute("INSERT INTO slow (slow_id) VALUES (1)"); // sleeps in COMMIT
            committing.set_value();
        });
        FAIL();
    } catch (const InDoubt& in_doubt) {
        EXPECT_THAT(in_doubt.what(), HasSubstr("nobody knows"));
    }
    thread.join();
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(database->figures().failures, 1U);
    database->write([](Transaction& transaction) { add_one(transaction, "left"); });
    EXPECT_EQ(value_of("left"), 1);
}

TEST_F(Postgres, prepares_anew_what_the_server_has_forgotten)
{
    EXPECT_EQ(value_of("left"), 0);
    const auto all_columns = [&] {
        return database->read([](Transaction& transaction) {
            auto rows = transaction.query("SELECT * FROM counter WHERE name = 'left'");
            rows.next();
            return rows->integer(2);
        });
    };
    EXPECT_EQ(all_columns(), 0);
    // Another node brings the schema up to date: the plan's columns are others now.
    on_the_side("ALTER TABLE counter ADD COLUMN more BIGINT");
    EXPECT_EQ(all_columns(), 0);
    database->write([](Transaction& transaction) {
        add_one(transaction, "left");
        transaction.execute("DEALLOCATE ALL");
    });
    database->write([](Transaction& transaction) { add_one(transaction, "left"); });
    EXPECT_EQ(value_of("left"), 2);
}

TEST_F(Postgres, listens_again_after_its_connection_broke)
{
    std::mutex mutex;
    std::vector<std::string> heard;
    database->listen([&](std::string_view text) {
        const std::lock_guard lock(mutex);
        heard.emplace_back(text);
    });
    const auto has_heard = [&](const std::string& text) {
        const std::lock_guard lock(mutex);
        return std::ranges::find(heard, text) != heard.end();
    };
    EXPECT_FALSE(has_heard(""));
    EXPECT_EQ(end_connections("LISTEN%"), 1);
    for (int round = 0; !has_heard("again") && round < 500; ++round) {
        database->write([](Transaction& transaction) { transaction.notify("again"); });
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_TRUE(has_heard("again"));
    // What was said while nobody listened is lost, so everybody is told to look.
    EXPECT_TRUE(has_heard(""));
}

TEST_F(Postgres, lets_more_threads_read_than_it_has_connections)
{
    std::vector<std::thread> threads;
    std::atomic<int> sum = 0;
    for (int index = 0; index < 20; ++index)
        threads.emplace_back([&] {
            for (int round = 0; round < 10; ++round) sum += 1 + static_cast<int>(value_of("left"));
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(sum, 200);
    EXPECT_LE(on_the_side("SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                          " AND pid <> pg_backend_pid()"),
              2);
}

TEST_F(Postgres, names_its_own_tool_for_copies)
{
    try {
        database->copy_to("/tmp/copy");
        FAIL();
    } catch (const Unsuitable& unsuitable) {
        EXPECT_THAT(unsuitable.what(), HasSubstr("pg_dump"));
    }
}

TEST(PostgresMessages, name_constraints_without_the_number_of_a_shard)
{
    EXPECT_EQ(constraint_in_message("duplicate key value violates unique constraint "
                                    "\"person_pkey_102044\""),
              "person_pkey");
    EXPECT_EQ(constraint_in_message("new row for relation \"topic_102008\" violates check "
                                    "constraint \"topic_votes_check\""),
              "topic_votes_check");
    EXPECT_EQ(constraint_in_message("something else"), "");
}

TEST(PostgresAddresses, that_lead_nowhere_are_told_at_once)
{
    EXPECT_THROW(connect_postgres("postgresql://127.0.0.1:1/nothing"), Busy);
}

} // namespace
} // namespace moothall::store
