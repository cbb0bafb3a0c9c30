// What many threads can do with one database, the same on both engines.
#include "store/test_database.hpp"
#include "store/test_schema.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <latch>
#include <mutex>
#include <thread>

namespace moothall::store {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

/// Longer than anything here takes, also under a sanitizer on a busy machine.
constexpr auto patience = 60s;

std::int64_t value_of(Transaction& transaction, std::string_view counter)
{
    auto rows = transaction.query("SELECT value FROM counter WHERE name = ?1", counter);
    return rows.next() ? rows->integer(0) : -1;
}

void add_one(Transaction& transaction, std::string_view counter)
{
    transaction.execute("UPDATE counter SET value = value + 1 WHERE org_id = 1 AND name = ?1",
                        counter);
}

Outcome add_one_left(Transaction& transaction)
{
    add_one(transaction, "left");
    return Outcome::commit;
}

/// A write that holds its thread up until it is let go.
class Held {
public:
    explicit Held(Database& database)
    {
        database.submit({[this](Transaction& transaction) {
                             add_one(transaction, "left");
                             begun_.set_value();
                             go_on_.get_future().wait();
                             return Outcome::commit;
                         },
                         [this](const std::exception_ptr& error) {
                             EXPECT_FALSE(error);
                             done_.set_value();
                         }});
        EXPECT_EQ(begun_.get_future().wait_for(patience), std::future_status::ready);
    }
    void let_go()
    {
        go_on_.set_value();
        EXPECT_EQ(done_.get_future().wait_for(patience), std::future_status::ready);
    }

private:
    std::promise<void> begun_;
    std::promise<void> go_on_;
    std::promise<void> done_;
};

class Databases : public EachEngine {
protected:
    static Settings with_one_writer()
    {
        Settings settings;
        settings.readers_max = 1;
        return settings;
    }
    std::int64_t left()
    {
        return database->read(
            [](Transaction& transaction) { return value_of(transaction, "left"); });
    }
    std::unique_ptr<Database> database = open(test_schema());
};
MOOTHALL_ON_EACH_ENGINE(Databases);

TEST_P(Databases, count_every_write_of_64_threads_once)
{
    constexpr int threads_count = 64;
    constexpr int writes_each = 20;
    std::vector<std::thread> threads;
    for (int index = 0; index < threads_count; ++index)
        threads.emplace_back([this] {
            for (int write = 0; write < writes_each; ++write)
                database->write([](Transaction& transaction) { add_one(transaction, "left"); });
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(left(), threads_count * writes_each);
    const auto figures = database->figures();
    EXPECT_EQ(figures.writes, threads_count * writes_each);
    EXPECT_LE(figures.commits, figures.writes);
    EXPECT_EQ(figures.failures, 0U);
    EXPECT_EQ(figures.queued, 0U);
    EXPECT_EQ(figures.trouble, "");
}

TEST_P(Databases, give_what_the_work_returned_or_threw)
{
    EXPECT_EQ(database->write([](Transaction& /*transaction*/) { return std::string("done"); }),
              "done");
    struct Refused {
        int number;
    };
    try {
        database->write([](Transaction& transaction) {
            add_one(transaction, "left");
            throw Refused{7};
        });
        FAIL();
    } catch (const Refused& refused) {
        EXPECT_EQ(refused.number, 7);
    }
    EXPECT_THROW(database->read([](Transaction& /*transaction*/) { throw Refused{8}; }), Refused);
    EXPECT_EQ(left(), 0);
    EXPECT_EQ(database->figures().failures, 1U);
}

TEST_P(Databases, take_back_only_the_write_that_failed_of_those_in_one_commit)
{
    database.reset();
    database = open(test_schema(), with_one_writer());
    Held held(*database);
    std::mutex mutex;
    std::vector<std::string> heard;
    std::latch all(4);
    const auto submit = [&](const std::string& name, std::function<Outcome(Transaction&)> work) {
        database->submit({std::move(work), [&, name](const std::exception_ptr& error) {
                              const std::lock_guard lock(mutex);
                              heard.push_back(name + (error ? " failed" : " done"));
                              all.count_down();
                          }});
    };
    submit("first", add_one_left);
    submit("second", [](Transaction& transaction) -> Outcome {
        add_one(transaction, "left");
        add_one(transaction, "right");
        throw std::runtime_error("no");
    });
    submit("third", [](Transaction& transaction) {
        add_one(transaction, "right");
        return Outcome::roll_back;
    });
    submit("fourth", add_one_left);
    EXPECT_EQ(database->queued(), 4U);
    held.let_go();
    all.wait();
    EXPECT_THAT(heard, ElementsAre("first done", "second failed", "third done", "fourth done"));
    database->read([](Transaction& transaction) {
        EXPECT_EQ(value_of(transaction, "left"), 3);
        EXPECT_EQ(value_of(transaction, "right"), 0);
    });
}

TEST_P(Databases, refuse_a_write_when_too_many_wait)
{
    database.reset();
    auto settings = with_one_writer();
    settings.queue_max = 3;
    database = open(test_schema(), settings);
    Held held(*database);
    std::latch done(3);
    const auto submit = [&] {
        database->submit({add_one_left, [&](const std::exception_ptr& error) {
                              EXPECT_FALSE(error);
                              done.count_down();
                          }});
    };
    for (int index = 0; index < 3; ++index) submit();
    EXPECT_THROW(submit(), Busy);
    EXPECT_EQ(database->queued(), 3U);
    held.let_go();
    done.wait();
    EXPECT_EQ(left(), 4);
    database->write(add_one_left); // and there is room again
}

TEST_P(Databases, show_readers_only_what_was_committed)
{
    Held held(*database);
    EXPECT_EQ(left(), 0);
    held.let_go();
    EXPECT_EQ(left(), 1);
}

TEST_P(Databases, show_one_read_one_moment)
{
    database->read([this](Transaction& transaction) {
        EXPECT_EQ(value_of(transaction, "left"), 0);
        std::thread([this] {
            database->write([](Transaction& other) {
                add_one(other, "left");
                add_one(other, "right");
            });
            EXPECT_EQ(left(), 1);
        }).join();
        EXPECT_EQ(value_of(transaction, "left"), 0);
        EXPECT_EQ(value_of(transaction, "right"), 0);
        // A function called from here may read by itself: it sees the same moment.
        EXPECT_EQ(left(), 0);
        EXPECT_EQ(value_of(transaction, "left"), 0);
    });
    EXPECT_EQ(left(), 1);
}

TEST_P(Databases, keep_two_counters_equal_for_every_reader)
{
    std::atomic<bool> writing = true;
    std::vector<std::thread> readers;
    std::atomic<int> differences = 0;
    std::atomic<int> reads = 0;
    for (int index = 0; index < 4; ++index)
        readers.emplace_back([&] {
            while (writing || reads < 4) {
                database->read([&](Transaction& transaction) {
                    const auto left = value_of(transaction, "left");
                    if (left != value_of(transaction, "right")) ++differences;
                    ++reads;
                });
            }
        });
    for (int index = 0; index < 200; ++index)
        database->write([](Transaction& transaction) {
            add_one(transaction, "left");
            add_one(transaction, "right");
        });
    writing = false;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(differences, 0);
}

TEST_P(Databases, tell_listeners_after_the_commit_and_only_then)
{
    std::mutex mutex;
    std::vector<std::string> heard;
    std::promise<void> end;
    database->listen([&](std::string_view text) {
        // Whoever hears of it finds it.
        const auto seen = left();
        const std::lock_guard lock(mutex);
        heard.push_back(std::string(text) + (seen >= 1 ? " seen" : " not there"));
        if (text == "end") end.set_value();
    });
    EXPECT_THROW(database->write([](Transaction& transaction) {
        transaction.notify("thrown away");
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    database->write([](Transaction& transaction) {
        transaction.notify("1:17");
        transaction.notify("1:17"); // said once
        transaction.notify("it's \"quoted\" \\ ü");
        add_one(transaction, "left");
    });
    database->write([](Transaction& transaction) { transaction.notify("end"); });
    ASSERT_EQ(end.get_future().wait_for(patience), std::future_status::ready);
    const std::lock_guard lock(mutex);
    EXPECT_THAT(heard, ElementsAre("1:17 seen", "it's \"quoted\" \\ ü seen", "end seen"));
}

TEST_P(Databases, call_nobody_who_is_gone)
{
    std::atomic<int> heard{0};
    std::promise<void> first;
    {
        const Hearing hearing(*database, [&](std::string_view text) {
            if (++heard == 1 && text == "while there") first.set_value();
        });
        database->write([](Transaction& transaction) { transaction.notify("while there"); });
        ASSERT_EQ(first.get_future().wait_for(patience), std::future_status::ready);
    }
    std::promise<void> second;
    const Hearing another(*database, [&](std::string_view text) {
        if (text == "after") second.set_value();
    });
    database->write([](Transaction& transaction) { transaction.notify("after"); });
    ASSERT_EQ(second.get_future().wait_for(patience), std::future_status::ready);
    EXPECT_EQ(heard, 1);
}

TEST_P(Databases, carry_a_notice_of_7000_bytes_to_every_listener)
{
    std::promise<std::string> first;
    std::promise<std::string> second;
    database->listen([&](std::string_view text) { first.set_value(std::string(text)); });
    database->listen([&](std::string_view text) { second.set_value(std::string(text)); });
    const std::string text(7000, 'x');
    database->write([&](Transaction& transaction) { transaction.notify(text); });
    EXPECT_EQ(first.get_future().get(), text);
    EXPECT_EQ(second.get_future().get(), text);
}

TEST_P(Databases, tell_how_long_they_were_held_up_by_those_who_are_told)
{
    database.reset();
    database = open(test_schema(), with_one_writer());
    database->submit({add_one_left, [](const std::exception_ptr& /*error*/) {
                          std::this_thread::sleep_for(20ms); // what nobody should do there
                      }});
    database->write(add_one_left);
    database->write(add_one_left); // by now the first is over for certain
    EXPECT_GE(database->figures().done_longest, 20ms);
}

TEST_P(Databases, write_what_waits_before_they_are_closed)
{
    std::atomic<int> done = 0;
    for (int index = 0; index < 100; ++index)
        database->submit({add_one_left, [&](const std::exception_ptr& error) {
                              if (!error) ++done;
                          }});
    database.reset();
    EXPECT_EQ(done, 100);
}

TEST_P(Databases, and_threads_may_end_in_any_order)
{
    auto other = open(test_schema());
    other->write(add_one_left);
    std::promise<void> read_once;
    std::promise<void> closed;
    std::thread thread([&] {
        EXPECT_EQ(left(), 0);
        EXPECT_EQ(
            other->read([](Transaction& transaction) { return value_of(transaction, "left"); }), 1);
        read_once.set_value();
        closed.get_future().wait();
        EXPECT_EQ(left(), 0); // the one that is still open
        auto third = open(test_schema());
        EXPECT_EQ(
            third->read([](Transaction& transaction) { return value_of(transaction, "left"); }), 0);
    });
    read_once.get_future().wait();
    other.reset(); // while the thread still has its connection
    closed.set_value();
    thread.join(); // while the database is still open
    EXPECT_EQ(left(), 0);
    database.reset();
    for (int round = 0; round < 3; ++round) {
        auto next = open(test_schema()); // maybe at the same address
        EXPECT_EQ(
            next->read([](Transaction& transaction) { return value_of(transaction, "left"); }), 0);
        next->write(add_one_left);
        EXPECT_EQ(
            next->read([](Transaction& transaction) { return value_of(transaction, "left"); }), 1);
    }
}

TEST_P(Databases, keep_what_was_written_when_they_are_opened_again)
{
    TestPlace place(GetParam());
    Settings settings;
    settings.url = place.url();
    for (int round = 1; round <= 3; ++round) {
        const auto opened = Database::open(settings, test_schema());
        opened->write(add_one_left);
        EXPECT_EQ(
            opened->read([](Transaction& transaction) { return value_of(transaction, "left"); }),
            round);
    }
}

TEST_P(Databases, hold_texts_of_megabytes)
{
    const std::string text(3'000'000, 'y');
    database->write([&](Transaction& transaction) {
        transaction.execute("INSERT INTO thing (org_id, thing_id, title) VALUES (2, 1, ?1)",
                            text.substr(0, 2000));
        transaction.execute("UPDATE thing SET picture = ?1 WHERE org_id = 2 AND thing_id = 1",
                            Blob{std::as_bytes(std::span(text))});
    });
    database->read([&](Transaction& transaction) {
        auto rows = transaction.query("SELECT picture FROM thing WHERE org_id = 2");
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows->text(0), text);
    });
}

} // namespace
} // namespace moothall::store
