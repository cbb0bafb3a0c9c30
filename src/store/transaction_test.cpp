// What one transaction can do, the same on both engines.
#include "store/test_database.hpp"
#include "store/test_schema.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace moothall::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Transactions : public EachEngine {
protected:
    void add(std::int64_t id, const std::string& title)
    {
        database->write([&](Transaction& transaction) {
            transaction.execute("INSERT INTO thing (org_id, thing_id, title) VALUES (1, ?1, ?2)",
                                id, title);
        });
    }
    std::int64_t count()
    {
        return database->read([](Transaction& transaction) {
            auto rows = transaction.query("SELECT count(*) FROM thing");
            rows.next();
            return rows->integer(0);
        });
    }

    std::unique_ptr<Database> database = open(test_schema());
};
MOOTHALL_ON_EACH_ENGINE(Transactions);

TEST_P(Transactions, give_back_what_was_bound)
{
    const std::int64_t big = (std::int64_t{1} << 62) + 12345; // no double holds it
    const std::string text = "çğıöşü ÄÖ 'quoted' \"twice\" \\ $1 ?2 -- 🏛";
    const std::array bytes{std::byte{0}, std::byte{0xff}, std::byte{'\\'}, std::byte{'x'}};
    database->write([&](Transaction& transaction) {
        const auto touched = transaction.execute(
            "INSERT INTO thing (org_id, thing_id, title, weight, seen_us, picture)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            1, Id{big}, text, 0.1, Time{std::chrono::microseconds{-7}}, Blob{bytes});
        EXPECT_EQ(touched, 1);
    });
    database->read([&](Transaction& transaction) {
        auto rows = transaction.query(
            "SELECT thing_id, title, weight, seen_us, picture FROM thing WHERE org_id = ?1", 1);
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows->id(0).value, big);
        EXPECT_EQ(rows->text(1), text);
        EXPECT_EQ(rows->number(2), 0.1);
        EXPECT_EQ(rows->maybe_time(3), Time{std::chrono::microseconds{-7}});
        EXPECT_THAT(rows->bytes(4), ::testing::ElementsAreArray(bytes));
        EXPECT_FALSE(rows.next());
        EXPECT_FALSE(rows.next()); // and it does not begin anew
    });
}

TEST_P(Transactions, read_null_as_nothing)
{
    database->write([](Transaction& transaction) {
        transaction.execute("INSERT INTO thing (org_id, thing_id, title, weight, seen_us, picture)"
                            " VALUES (1, 1, '', ?1, ?2, ?3)",
                            nullptr, std::optional<Time>(), std::optional<Blob>());
    });
    database->read([](Transaction& transaction) {
        auto rows = transaction.query("SELECT weight, seen_us, picture, title FROM thing");
        ASSERT_TRUE(rows.next());
        EXPECT_TRUE(rows->is_null(0));
        EXPECT_EQ(rows->number(0), 0);
        EXPECT_EQ(rows->maybe_time(1), std::nullopt);
        EXPECT_TRUE(rows->bytes(2).empty());
        EXPECT_FALSE(rows->is_null(3)); // empty is not NULL
        EXPECT_EQ(rows->text(3), "");
    });
}

TEST_P(Transactions, keep_empty_bytes_apart_from_null)
{
    database->write([](Transaction& transaction) {
        transaction.execute(
            "INSERT INTO thing (org_id, thing_id, title, picture) VALUES (1, 1, ?1, ?2)",
            std::string_view(), Blob{});
        auto rows = transaction.query("SELECT picture FROM thing WHERE picture IS NOT NULL");
        ASSERT_TRUE(rows.next());
        EXPECT_TRUE(rows->bytes(0).empty());
        EXPECT_EQ(rows->text(0), "");
    });
}

TEST_P(Transactions, compare_parameters_without_casts)
{
    add(1, "one");
    database->read([](Transaction& transaction) {
        const auto found = [&](auto&& rows) { return rows.next(); };
        EXPECT_TRUE(found(transaction.query("SELECT 1 WHERE ?1 = 0", 0)));
        EXPECT_TRUE(found(transaction.query("SELECT 1 WHERE ?1 = 0 OR ?1 = 5", 5)));
        EXPECT_FALSE(found(transaction.query("SELECT 1 WHERE ?1 = 0", 1)));
        EXPECT_TRUE(found(transaction.query("SELECT 1 WHERE ?1 = ''", "")));
        EXPECT_TRUE(found(transaction.query("SELECT 1 WHERE ?1 IS NULL", std::optional<Id>())));
        EXPECT_FALSE(found(transaction.query("SELECT 1 WHERE ?1 IS NULL", std::optional(Id{4}))));
        EXPECT_TRUE(found(transaction.query(
            "SELECT 1 FROM thing WHERE (?2 IS NULL OR thing_id = ?2) AND org_id = ?1", 1,
            std::optional<Id>())));
        EXPECT_TRUE(found(transaction.query(
            "SELECT 1 FROM thing WHERE (?2 IS NULL OR thing_id = ?2) AND org_id = ?1", 1, Id{1})));
        EXPECT_TRUE(found(transaction.query("SELECT 1 FROM thing WHERE thing_id < ?1", 1.5)));
        EXPECT_TRUE(found(transaction.query("SELECT 1 FROM thing LIMIT ?1", 1)));
        EXPECT_TRUE(found(transaction.query("SELECT 1 FROM thing WHERE title LIKE ?1", "o%")));
        EXPECT_FALSE(found(transaction.query("SELECT 1 FROM thing WHERE title LIKE ?1", "O%")));
        EXPECT_TRUE(found(transaction.query("SELECT 1 WHERE ?1 || 'b' = 'ab'", "a")));
    });
}

TEST_P(Transactions, take_the_same_statement_with_and_without_a_value)
{
    database->write([](Transaction& transaction) {
        for (std::int64_t id = 1; id <= 4; ++id) {
            const auto weight = id % 2 == 0 ? std::optional(0.5) : std::nullopt;
            const auto seen = id > 2 ? Value(id) : Value(nullptr);
            transaction.execute("INSERT INTO thing (org_id, thing_id, title, weight, seen_us)"
                                " VALUES (1, ?1, ?2, ?3, ?4)",
                                id, std::to_string(id), weight, seen);
        }
    });
    database->read([](Transaction& transaction) {
        std::vector<std::string> seen;
        for (const Row& row :
             transaction.query("SELECT weight, seen_us FROM thing ORDER BY thing_id"))
            seen.push_back((row.is_null(0) ? "-" : "w") + std::to_string(row.integer(1)));
        EXPECT_THAT(seen, ElementsAre("-0", "w0", "-3", "w4"));
    });
}

TEST_P(Transactions, read_sums_truths_and_averages_as_numbers)
{
    add(1, "one");
    add(2, "two");
    add(4, "four");
    database->read([](Transaction& transaction) {
        auto rows = transaction.query("SELECT sum(thing_id), avg(thing_id), count(*), max(title),"
                                      " sum(thing_id) > 6, min(weight) FROM thing");
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows->integer(0), 7);
        EXPECT_NEAR(rows->number(1), 7.0 / 3, 1e-9);
        EXPECT_EQ(rows->integer(1), 2); // cut off
        EXPECT_EQ(rows->integer(2), 3);
        EXPECT_EQ(rows->text(3), "two");
        EXPECT_TRUE(rows->truth(4));
        EXPECT_EQ(rows->text(4), "1");
        EXPECT_TRUE(rows->is_null(5));
    });
}

TEST_P(Transactions, find_the_rows_of_a_list_of_ids)
{
    for (std::int64_t id = 1; id <= 5; ++id) add(id, "thing " + std::to_string(id));
    database->read([](Transaction& transaction) {
        const auto among = [&](const std::vector<Id>& ids) {
            std::vector<std::int64_t> found;
            for (const Row& row : transaction.query("SELECT thing_id FROM thing WHERE org_id = ?1"
                                                    " AND thing_id IN_IDS(?2) ORDER BY thing_id",
                                                    1, IdList{ids}))
                found.push_back(row.integer(0));
            return found;
        };
        EXPECT_THAT(among({}), ElementsAre());
        EXPECT_THAT(among({Id{3}}), ElementsAre(3));
        EXPECT_THAT(among({Id{5}, Id{1}, Id{9}, Id{1}}), ElementsAre(1, 5));
        std::vector<Id> many;
        for (std::int64_t id = 3; id < 1003; ++id) many.push_back(Id{id});
        EXPECT_THAT(among(many), ElementsAre(3, 4, 5));
        const std::vector none_of{Id{1}, Id{2}, Id{std::numeric_limits<std::int64_t>::max()}};
        auto rows = transaction.query("SELECT count(*) FROM thing WHERE thing_id NOT IN_IDS(?1)",
                                      IdList{none_of});
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows->integer(0), 3);
    });
}

TEST_P(Transactions, refuse_text_that_one_engine_could_not_keep)
{
    for (const std::string& bad : {std::string("a\0b", 3), std::string("\xff"), std::string("\xc3"),
                                   std::string("\xed\xa0\x80")})
        EXPECT_THROW(add(1, bad), BadText);
    EXPECT_EQ(count(), 0);
    // The transaction goes on, as nothing was sent.
    database->write([](Transaction& transaction) {
        EXPECT_THROW(transaction.query("SELECT ?1", std::string("\0", 1)), BadText);
        transaction.execute("INSERT INTO thing (org_id, thing_id, title) VALUES (1, 1, 'a')");
    });
    EXPECT_EQ(count(), 1);
}

TEST_P(Transactions, do_a_change_whole_even_when_its_rows_are_not_read)
{
    database->write([](Transaction& transaction) {
        transaction.query("INSERT INTO thing (org_id, thing_id, title)"
                          " VALUES (1, 1, 'a'), (1, 2, 'b'), (1, 3, 'c') RETURNING thing_id");
        auto rows = transaction.query("UPDATE thing SET weight = 2 WHERE org_id = 1"
                                      " RETURNING thing_id, title, weight, seen_us");
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows->string(1).size(), 1U);
        EXPECT_EQ(rows->number(2), 2.0);
        EXPECT_TRUE(rows->is_null(3));
        ASSERT_TRUE(rows.next());
    });
    database->read([](Transaction& transaction) {
        auto rows = transaction.query("SELECT sum(weight) FROM thing");
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows->number(0), 6.0);
    });
}

TEST_P(Transactions, count_the_rows_that_a_change_touched)
{
    database->write([](Transaction& transaction) {
        EXPECT_EQ(transaction.execute("INSERT INTO thing (org_id, thing_id, title)"
                                      " VALUES (1, 1, 'a'), (1, 2, 'b')"),
                  2);
        EXPECT_EQ(transaction.execute("INSERT INTO thing (org_id, thing_id, title)"
                                      " VALUES (1, 1, 'a') ON CONFLICT DO NOTHING"),
                  0);
        EXPECT_EQ(transaction.execute("INSERT INTO thing (org_id, thing_id, title)"
                                      " VALUES (1, 1, 'x') ON CONFLICT (org_id, thing_id)"
                                      " DO UPDATE SET title = excluded.title"),
                  1);
        EXPECT_EQ(transaction.execute("UPDATE thing SET seen_us = 1 WHERE thing_id > ?1", 0), 2);
        EXPECT_EQ(transaction.execute("DELETE FROM thing WHERE thing_id = ?1", 7), 0);
        EXPECT_EQ(transaction.execute("DELETE FROM thing WHERE thing_id = ?1", 2), 1);
    });
}

TEST_P(Transactions, read_one_statement_inside_another_and_inside_itself)
{
    for (std::int64_t id = 1; id <= 3; ++id) add(id, "thing " + std::to_string(id));
    database->read([](Transaction& transaction) {
        int pairs = 0;
        const auto all = [&] { return transaction.query("SELECT thing_id FROM thing"); };
        for (const Row& outer : all()) {
            const auto before = outer.integer(0);
            for (const Row& inner : all()) pairs += inner.integer(0) <= before ? 1 : 0;
            EXPECT_EQ(outer.integer(0), before);
        }
        EXPECT_EQ(pairs, 6);
    });
}

TEST_P(Transactions, may_leave_rows_unread)
{
    for (std::int64_t id = 1; id <= 3; ++id) add(id, "thing " + std::to_string(id));
    for (int round = 0; round < 3; ++round) {
        database->read([](Transaction& transaction) {
            auto rows = transaction.query("SELECT thing_id FROM thing ORDER BY thing_id");
            ASSERT_TRUE(rows.next());
            EXPECT_EQ(rows->integer(0), 1);
        });
    }
    add(4, "thing 4"); // and nothing is held up by them
    EXPECT_EQ(count(), 4);
}

TEST_P(Transactions, name_the_constraint_that_was_broken)
{
    add(1, "one");
    const auto broken_by = [&](SqlLiteral sql) -> std::string {
        try {
            database->write([&](Transaction& transaction) { transaction.execute(sql); });
        } catch (const Violation& violation) {
            return violation.constraint();
        }
        return "nothing";
    };
    const bool sqlite = database->engine() == Engine::sqlite;
    EXPECT_EQ(broken_by("INSERT INTO thing (org_id, thing_id, title) VALUES (1, 1, 'two')"),
              sqlite ? "thing.org_id, thing.thing_id" : "thing_pkey");
    EXPECT_EQ(broken_by("INSERT INTO thing (org_id, thing_id, title) VALUES (1, 2, 'one')"),
              sqlite ? "thing.org_id, thing.title" : "thing_title_key");
    EXPECT_EQ(broken_by("INSERT INTO part (org_id, part_id, thing_id) VALUES (1, 1, 9)"),
              sqlite ? "FOREIGN KEY" : "part_thing_fkey");
    EXPECT_EQ(broken_by("INSERT INTO part (org_id, part_id, thing_id, late_id)"
                        " VALUES (1, 1, 1, 9)"), // found at the end only
              sqlite ? "FOREIGN KEY" : "part_late_fkey");
    EXPECT_EQ(broken_by("UPDATE thing SET weight = -1"), "thing_weight_check");
    EXPECT_EQ(broken_by("INSERT INTO thing (org_id, thing_id) VALUES (1, 3)"), "thing.title");
    EXPECT_EQ(broken_by("DELETE FROM thing"), "nothing");
}

TEST_P(Transactions, do_not_tell_what_people_typed_in_the_text_of_a_failure)
{
    add(1, "a secret");
    try {
        add(2, "a secret");
        FAIL();
    } catch (const Violation& violation) {
        EXPECT_THAT(violation.what(), HasSubstr("INSERT INTO thing"));
        EXPECT_THAT(violation.what(), ::testing::Not(HasSubstr("a secret")));
    }
}

TEST_P(Transactions, are_over_after_a_statement_that_failed)
{
    add(1, "one");
    const auto try_to_go_on = [](Transaction& transaction) {
        transaction.execute("INSERT INTO thing (org_id, thing_id, title) VALUES (1, 2, 'two')");
        EXPECT_THROW(transaction.execute("INSERT INTO thing (org_id, thing_id, title)"
                                         " VALUES (1, 1, 'again')"),
                     Violation);
    };
    // One that swallows the error is not committed all the same.
    EXPECT_THROW(database->write(try_to_go_on), Failure);
    EXPECT_THROW(database->write([&](Transaction& transaction) {
        try_to_go_on(transaction);
        transaction.execute("INSERT INTO thing (org_id, thing_id, title) VALUES (1, 3, 'three')");
    }),
                 Failure);
    EXPECT_THROW(database->read([&](Transaction& transaction) {
        EXPECT_THROW(transaction.query("SELECT nonsense FROM thing"), Failure);
        transaction.query("SELECT 1").next();
    }),
                 Failure);
    EXPECT_EQ(count(), 1);
}

TEST_P(Transactions, do_not_write_in_a_read)
{
    EXPECT_THROW(database->read([](Transaction& transaction) {
        transaction.execute("UPDATE counter SET value = 1");
    }),
                 Failure);
    EXPECT_EQ(count(), 0);
}

TEST_P(Transactions, run_statements_put_together_from_pieces)
{
    for (std::int64_t id = 1; id <= 3; ++id) add(id, "thing " + std::to_string(4 - id));
    database->read([](Transaction& transaction) {
        for (const bool by_title : {true, false, true, false}) {
            Sql sql("SELECT thing_id FROM thing WHERE org_id = ?1 ORDER BY ");
            if (by_title)
                sql += "title   ";
            else
                sql += "thing_id"; // as long: at the same address next time
            auto rows = transaction.query(sql, 1);
            ASSERT_TRUE(rows.next());
            EXPECT_EQ(rows->integer(0), by_title ? 3 : 1);
        }
    });
}

TEST_P(Transactions, keep_more_statements_than_they_keep_prepared)
{
    // Sql is made of literals only; 10 bits choose 1,024 different statements.
    database->read([](Transaction& transaction) {
        for (unsigned choice = 0; choice < 1024; ++choice) {
            Sql sql("SELECT 0");
            for (unsigned bit = 0; bit < 10; ++bit) {
                if ((choice >> bit & 1U) != 0)
                    sql += " + 1";
                else
                    sql += " + 0";
            }
            auto rows = transaction.query(sql);
            ASSERT_TRUE(rows.next());
            ASSERT_EQ(rows->integer(0), __builtin_popcount(choice));
        }
    });
}

} // namespace
} // namespace moothall::store
