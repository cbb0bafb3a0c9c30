#include "store/migrate.hpp"

#include "store/schema.hpp"
#include "store/test_database.hpp"

#include <gmock/gmock.h>

#include <latch>
#include <thread>

namespace moothall::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view create_a =
    "CREATE TABLE a (a_id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (a_id))";
constexpr std::string_view fill_a =
    "INSERT INTO a (a_id) VALUES (1); INSERT INTO a (a_id) VALUES (2)";
constexpr Migration first{1, "first", create_a, create_a};
constexpr Migration second{2, "second", fill_a, fill_a};

TEST(Statements, end_at_semicolons_outside_of_quotes_and_comments)
{
    EXPECT_THAT(split_statements("CREATE TABLE a (b TEXT); -- one; two\nINSERT INTO a VALUES"
                                 " ('x;y'), (\"z;\") /* ; */;\n;;\n-- the end;\n"),
                ElementsAre("CREATE TABLE a (b TEXT)", "INSERT INTO a VALUES ('x;y'), (\"z;\")"));
    EXPECT_THAT(split_statements("CREATE FUNCTION f() AS $x$ BEGIN; $$ END; $x$; SELECT 1"),
                ElementsAre("CREATE FUNCTION f() AS $x$ BEGIN; $$ END; $x$", "SELECT 1"));
    EXPECT_THAT(split_statements(" \n-- nothing here"), ElementsAre());
}

TEST(Checksums, are_sha_256_in_hex)
{
    // FIPS 180-2, appendix B.1.
    EXPECT_EQ(checksum("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Citus, is_told_which_tables_are_spread_and_which_are_everywhere)
{
    constexpr std::string_view sql = "-- tenant: org\nCREATE TABLE org (…);\n"
                                     "-- About hosts.\n-- global: host\nCREATE TABLE host (…);\n"
                                     "  -- tenant: thing \nCREATE TABLE thing (…);\n";
    EXPECT_THAT(citus_statements(sql, "org"),
                ElementsAre("SELECT create_reference_table('host')",
                            "SELECT create_distributed_table('org', 'org_id',"
                            " colocate_with => 'none')",
                            "SELECT create_distributed_table('thing', 'org_id',"
                            " colocate_with => 'org')"));
    EXPECT_THROW(citus_statements("-- tenant: a'); DROP TABLE b", "org"), Failure);
}

class Migrations : public EachEngine {
protected:
    void SetUp() override
    {
        EachEngine::SetUp();
        if (!IsSkipped()) place = std::make_unique<TestPlace>(GetParam());
    }
    std::unique_ptr<Database> open_with(const std::vector<Migration>& all) const
    {
        Settings settings;
        settings.url = place->url();
        return Database::open(settings, all);
    }
    std::string refusal_of(const std::vector<Migration>& all) const
    {
        try {
            open_with(all);
        } catch (const Unsuitable& unsuitable) {
            return unsuitable.what();
        }
        return "none";
    }
    static std::int64_t rows_of_a(Database& database)
    {
        return database.read([](Transaction& transaction) {
            auto rows = transaction.query("SELECT count(*) FROM a");
            rows.next();
            return rows->integer(0);
        });
    }

    std::unique_ptr<TestPlace> place;
};
MOOTHALL_ON_EACH_ENGINE(Migrations);

TEST_P(Migrations, are_each_applied_once)
{
    open_with({first});
    EXPECT_EQ(rows_of_a(*open_with({first, second})), 2);
    const auto database = open_with({first, second});
    EXPECT_EQ(rows_of_a(*database), 2);
    database->read([](Transaction& transaction) {
        std::vector<std::string> seen;
        for (const Row& row : transaction.query("SELECT number, name, checksum, at_us"
                                                " FROM schema_migration ORDER BY number")) {
            seen.push_back(row.string(0) + " " + row.string(1) + " " + row.string(2));
            EXPECT_GT(row.integer(3), 0);
        }
        EXPECT_THAT(seen,
                    ElementsAre("1 first " + checksum(create_a), "2 second " + checksum(fill_a)));
    });
}

TEST_P(Migrations, refuse_a_database_that_is_newer)
{
    open_with({first, second});
    EXPECT_THAT(refusal_of({first}), HasSubstr("newer than this program"));
    EXPECT_THAT(refusal_of({first}), HasSubstr("2 (second)"));
    EXPECT_THAT(refusal_of({}), HasSubstr("newer than this program"));
    EXPECT_EQ(rows_of_a(*open_with({first, second})), 2);
}

TEST_P(Migrations, refuse_a_text_that_was_changed)
{
    open_with({first});
    const std::string changed = std::string(create_a) + " -- and a word more";
    EXPECT_THAT(refusal_of({{1, "first", changed, changed}, second}),
                HasSubstr("1 (first) has been changed"));
}

TEST_P(Migrations, refuse_a_past_that_is_another)
{
    open_with({first, second});
    EXPECT_THAT(refusal_of({first, {3, "third", fill_a, fill_a}}), HasSubstr("parted"));
    EXPECT_THAT(refusal_of({{2, "second", fill_a, fill_a}, {4, "fourth", fill_a, fill_a}}),
                HasSubstr("parted"));
}

TEST_P(Migrations, leave_nothing_of_one_that_fails)
{
    constexpr std::string_view bad = "INSERT INTO a (a_id) VALUES (3);"
                                     "CREATE TABLE b (b_id BIGINT);"
                                     "INSERT INTO nowhere (a_id) VALUES (4)";
    try {
        open_with({first, second, {3, "third", bad, bad}});
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_THAT(failure.what(), HasSubstr("Migration 3 (third) failed"));
        EXPECT_THAT(failure.what(), HasSubstr("nowhere"));
    }
    constexpr std::string_view good = "CREATE TABLE b (b_id BIGINT)";
    EXPECT_EQ(rows_of_a(*open_with({first, second, {3, "third", good, good}})), 2);
}

TEST_P(Migrations, refuse_the_tables_of_another_program)
{
    open_with({first});
    {
        const auto database = open_with({first});
        database->write(
            [](Transaction& transaction) { transaction.execute("DROP TABLE schema_migration"); });
    }
    EXPECT_THAT(refusal_of({first}), HasSubstr("another program"));
}

TEST_P(Migrations, are_applied_by_one_of_many_that_start_together)
{
    constexpr int starters = 6;
    std::latch together(starters);
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int index = 0; index < starters; ++index)
        threads.emplace_back([&] {
            together.arrive_and_wait();
            if (rows_of_a(*open_with({first, second})) == 2) ++good;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(good, starters);
}

TEST_P(Migrations, may_differ_between_the_engines)
{
    const Migration differs{1, "differs", "CREATE TABLE only_sqlite (x BIGINT)",
                            "CREATE TABLE only_postgres (x BIGINT)"};
    const auto database = open_with({differs});
    database->read([](Transaction& transaction) {
        if (transaction.engine() == Engine::sqlite)
            EXPECT_FALSE(transaction.query("SELECT x FROM only_sqlite").next());
        else
            EXPECT_FALSE(transaction.query("SELECT x FROM only_postgres").next());
    });
}

TEST_P(Migrations, of_this_program_can_be_applied)
{
    const auto database = open_with({migrations().begin(), migrations().end()});
    database->read([](Transaction& transaction) {
        auto rows = transaction.query("SELECT count(*) FROM schema_migration");
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows->integer(0), std::ssize(migrations()));
    });
    open_test_database(GetParam());
}

TEST(SqliteMigrations, let_no_plan_walk_all_of_an_organisation_to_save_a_sort)
{
    TestPlace place{Engine::sqlite};
    Settings settings;
    settings.url = place.url();
    const auto database = Database::open(settings, migrations());
    database->read([](Transaction& transaction) {
        auto rows = transaction.query(R"sql(EXPLAIN QUERY PLAN
            SELECT t.thing_id FROM event_thing et
            JOIN thing t ON t.org_id = et.org_id AND t.thing_id = et.thing_id
            WHERE et.org_id = 1 AND t.org_id = 1 AND et.event_id = 2 ORDER BY t.thing_id )sql");
        std::string plan;
        while (rows.next()) plan += rows->string(3) + '\n';
        EXPECT_THAT(plan, HasSubstr("SEARCH et USING")) << plan;
        EXPECT_THAT(plan, HasSubstr("(org_id=? AND thing_id=?)\n")) << plan;
        EXPECT_THAT(plan, ::testing::Not(HasSubstr("(org_id=?)"))) << plan;
    });
}

TEST(SqliteMigrations, may_rebuild_tables_but_leave_no_key_that_names_nothing)
{
    constexpr std::string_view tables =
        "CREATE TABLE a (a_id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (a_id));"
        "CREATE TABLE b (b_id BIGINT NOT NULL, a_id BIGINT NOT NULL,"
        " CONSTRAINT b_a_fkey FOREIGN KEY (a_id) REFERENCES a (a_id));"
        "INSERT INTO a (a_id) VALUES (1);"
        "INSERT INTO b (b_id, a_id) VALUES (1, 1)";
    constexpr std::string_view rebuild = "CREATE TABLE new_a (a_id BIGINT NOT NULL, more TEXT, "
                                         "CONSTRAINT a_pkey PRIMARY KEY (a_id));"
                                         "INSERT INTO new_a (a_id) SELECT a_id FROM a;"
                                         "DROP TABLE a;"
                                         "ALTER TABLE new_a RENAME TO a";
    constexpr std::string_view careless = "DELETE FROM a";
    const TestPlace place(Engine::sqlite);
    Settings settings;
    settings.url = place.url();
    const Migration one{1, "tables", tables, tables};
    const Migration two{2, "rebuild", rebuild, rebuild};
    const Migration three{3, "careless", careless, careless};
    EXPECT_EQ(Database::open(settings, std::array{one, two})->read([](Transaction& transaction) {
        auto rows = transaction.query("SELECT a_id FROM b JOIN a USING (a_id)"
                                      " WHERE more IS NULL");
        return rows.next() ? rows->integer(0) : 0;
    }),
              1);
    EXPECT_THROW(Database::open(settings, std::array{one, two, three}), Failure);
}

} // namespace
} // namespace moothall::store
