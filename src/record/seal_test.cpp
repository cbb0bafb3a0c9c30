// Whoever edits, deletes, inserts, reorders or cuts the log is found; whoever only waits is not.
#include "record/record.hpp"

#include "store/test_database.hpp"

#include <gmock/gmock.h>
#include <sodium.h>

namespace moothall::record {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Log : public store::EachEngine {
protected:
    Id add(Time at)
    {
        return database->write([&](store::Transaction& transaction) {
            Event event;
            event.verb = "hear.voice_said";
            event.thing = Id{77};
            event.actor = Id{5};
            event.circle = Id{6};
            event.at = at;
            return append(transaction, organisation, ids, event);
        });
    }
    std::int64_t seal_at(Time at)
    {
        return database->write(
            [&](store::Transaction& transaction) { return seal(transaction, organisation, at); });
    }
    Audit look(std::string_view head = {})
    {
        return database->read([&](store::Transaction& transaction) {
            return audit(transaction, organisation, head);
        });
    }
    template <typename... Values>
    void tamper(store::SqlLiteral sql, const Values&... values)
    {
        database->write(
            [&](store::Transaction& transaction) { transaction.execute(sql, values...); });
    }
    std::string of_link(store::SqlLiteral sql, std::int64_t seq)
    {
        return database->read([&](store::Transaction& transaction) {
            auto rows = transaction.query(sql, seq);
            return rows.next() ? rows->string(0) : std::string();
        });
    }
    /// Ten events in five links, a second apart.
    std::vector<Id> write_ten()
    {
        std::vector<Id> events;
        for (int i = 0; i < 10; ++i) {
            events.push_back(add(start + i * 1s));
            if (i % 2 == 1) EXPECT_EQ(seal_at(start + i * 1s + 10s), 2);
        }
        return events;
    }

    std::unique_ptr<store::Database> database = open();
    const Id organisation{1};
    IdSource ids;
    const Time start = *parse_time("2026-05-04T08:00:00Z");
};
MOOTHALL_ON_EACH_ENGINE(Log);

TEST_P(Log, is_sealed_also_where_an_older_event_comes_in_after_a_newer_one)
{
    // What waited for a lock on another node, or was written when that node was killed: its event
    // is older than one that is sealed, and nothing follows it.
    add(start);
    IdSource slow(1);
    const Id late = slow.next(start + 1s);
    add(start + 8s);
    EXPECT_EQ(seal_at(start + 12s), 2);
    const auto due = [&](Time at) {
        return database->read([&](store::Transaction& transaction) {
            return has_unsealed(transaction, organisation, at);
        });
    };
    EXPECT_FALSE(due(start + 13s));
    database->write([&](store::Transaction& transaction) {
        transaction.execute("INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, "
                            "circle_id, audience, at_us, data) "
                            "VALUES (?1, ?2, 'hear.voice_said', 77, 5, 6, 'circle', ?3, '{}')",
                            organisation, late, start + 1s);
    });
    EXPECT_TRUE(due(start + 13s));
    EXPECT_EQ(seal_at(start + 13s), 1);
    EXPECT_FALSE(due(start + 14s));
    EXPECT_EQ(look().events, 3);
    EXPECT_EQ(look().unsealed, 0);
}

TEST_P(Log, is_sealed_to_its_end_however_much_came_in_at_once)
{
    // More than a page, all within the overlap: what is sealed of it does not hide the rest.
    constexpr int pages_and_some = 10'500;
    database->write([&](store::Transaction& transaction) {
        transaction.execute(R"sql(
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?4)
            INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, circle_id, audience, at_us, data)
            SELECT ?1, ?2 + n, 'hear.voice_said', 77, 5, 6, 'circle', ?3, '{}' FROM number )sql",
                            organisation, ids.next(start), start, pages_and_some);
    });
    EXPECT_EQ(seal_at(start + 10s), pages_and_some);
    add(start + 11s);
    EXPECT_EQ(seal_at(start + 20s), 1);
    EXPECT_EQ(look().unsealed, 0);
}

TEST_P(Log, is_sealed_once_however_long_it_is_quiet)
{
    // The sealer passes every second in a busy minute and again after an hour: what it sealed
    // before the pause lies within the overlap and must be known.
    std::int64_t sealed = 0;
    Time now = start;
    for (const auto pause : {0s, 10s, 180s, 1s, 3600s, 59s, 61s, 119s, 121s, 86400s}) {
        now += pause;
        add(now);
        sealed += seal_at(now + 5s);
        EXPECT_EQ(seal_at(now + 6s), 0);
        EXPECT_EQ(seal_at(now + 6s), 0);
    }
    EXPECT_EQ(sealed, 10);
    const auto found = look();
    EXPECT_EQ(found.fault, "");
    EXPECT_EQ(found.events, 10);
    EXPECT_EQ(found.unsealed, 0);
    EXPECT_THAT(found.head, HasSubstr("10:"));
}

TEST_P(Log, is_sealed_once_in_a_busy_minute_of_many_links)
{
    Time now = start;
    for (int i = 0; i < 150; ++i, now += 300ms) {
        add(now);
        EXPECT_EQ(seal_at(now + 5s), 1);
    }
    EXPECT_EQ(seal_at(now + 6s), 0);
    const auto found = look();
    EXPECT_EQ(found.fault, "");
    EXPECT_EQ(found.events, 150);
    EXPECT_THAT(found.head, HasSubstr("150:"));
}

TEST_P(Log, takes_an_event_that_comes_late)
{
    const Id late = ids.next(start);
    add(start + 20s);
    EXPECT_EQ(seal_at(start + 30s), 1);
    tamper("INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, circle_id, audience, "
           "at_us, data)"
           " VALUES (1, ?1, 'hear.voice_said', 77, 5, 6, 'circle', ?2, '{}')",
           late, start);
    EXPECT_EQ(seal_at(start + 31s), 1);
    EXPECT_EQ(seal_at(start + 32s), 0);
    add(start + 600s);
    EXPECT_EQ(seal_at(start + 610s), 1);
    EXPECT_EQ(look().fault, "");
    EXPECT_EQ(look().events, 3);
}

TEST_P(Log, shows_that_its_links_were_taken_away)
{
    write_ten();
    tamper("DELETE FROM seal WHERE org_id = 1");
    EXPECT_EQ(look().fault, "") << "events of seconds may wait for their first seal";
    add(start + 11min);
    EXPECT_THAT(look().fault, HasSubstr("is in no link of the chain"));
}

TEST_P(Log, shows_that_a_link_was_given_another_time)
{
    write_ten();
    tamper("UPDATE seal SET at_us = at_us + 1 WHERE org_id = 1 AND seq = 3");
    EXPECT_EQ(look().fault, "Link 3 of the chain was changed.");
}

TEST_P(Log, holds_to_links_of_older_versions)
{
    // The links were made before their time was part of the hash; later ones stand on them.
    const auto old_link = [&](std::int64_t seq, std::string_view before) {
        const auto leaves = of_link("SELECT leaves FROM seal WHERE org_id = 1 AND seq = ?1", seq);
        const auto text = std::string(before) + '\n' + std::to_string(seq) + '\n' + leaves;
        unsigned char digest[crypto_hash_sha256_BYTES];
        crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(text.data()),
                           text.size());
        char hex[2 * sizeof digest + 1];
        sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
        tamper("UPDATE seal SET hash = ?2 WHERE org_id = 1 AND seq = ?1", seq,
               std::string_view(hex));
        return std::string(hex);
    };
    add(start);
    ASSERT_EQ(seal_at(start + 10s), 1);
    const auto first = old_link(1, "");
    add(start + 20s);
    ASSERT_EQ(seal_at(start + 30s), 1);
    EXPECT_EQ(look().fault, "");
    add(start + 40s);
    ASSERT_EQ(seal_at(start + 50s), 1);
    EXPECT_EQ(look().fault, "");
    // But none of them after one of today's.
    const auto second = of_link("SELECT hash FROM seal WHERE org_id = 1 AND seq = ?1", 2);
    old_link(3, second);
    EXPECT_EQ(look().fault, "Link 3 of the chain was changed.");
}

TEST_P(Log, shows_what_was_changed)
{
    const auto events = write_ten();
    ASSERT_EQ(look().fault, "");
    tamper("UPDATE event SET data = '{\"other\":1}' WHERE org_id = 1 AND event_id = ?1", events[4]);
    EXPECT_THAT(look().fault, HasSubstr("was changed after it was sealed"));
    EXPECT_EQ(look().first_bad_event, events[4]);
}

TEST_P(Log, shows_what_was_removed)
{
    const auto events = write_ten();
    tamper("DELETE FROM event_thing WHERE org_id = 1 AND event_id = ?1", events[3]);
    tamper("DELETE FROM event WHERE org_id = 1 AND event_id = ?1", events[3]);
    EXPECT_THAT(look().fault, HasSubstr("was sealed and is gone"));
    EXPECT_EQ(look().first_bad_event, events[3]);
}

TEST_P(Log, shows_what_was_put_in)
{
    const Id forged = ids.next(start);
    for (int i = 0; i < 4; ++i) {
        add(start + i * 100s + 1s);
        seal_at(start + i * 100s + 10s);
    }
    tamper("INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, circle_id, audience, "
           "at_us, data)"
           " VALUES (1, ?1, 'hear.voice_said', 77, 5, 6, 'circle', ?2, '{}')",
           forged, start);
    EXPECT_EQ(seal_at(start + 500s), 0); // the sealer does not take it either
    EXPECT_THAT(look().fault, HasSubstr("it was inserted"));
    EXPECT_EQ(look().first_bad_event, forged);
}

TEST_P(Log, shows_what_was_put_in_another_order)
{
    const auto events = write_ten();
    // Two events change places: what one said, the other says now.
    tamper("UPDATE event SET actor_id = 9 WHERE org_id = 1 AND event_id = ?1", events[0]);
    EXPECT_THAT(look().fault, HasSubstr("was changed"));
    tamper("UPDATE event SET actor_id = 5 WHERE org_id = 1 AND event_id = ?1", events[0]);
    ASSERT_EQ(look().fault, "");
    // Two links do.
    tamper("UPDATE seal SET seq = 100 WHERE org_id = 1 AND seq = 2");
    tamper("UPDATE seal SET seq = 2 WHERE org_id = 1 AND seq = 3");
    tamper("UPDATE seal SET seq = 3 WHERE org_id = 1 AND seq = 100");
    EXPECT_THAT(look().fault, HasSubstr("Link 2 of the chain was changed"));
}

TEST_P(Log, shows_what_was_cut_off_to_who_keeps_a_head)
{
    const auto events = write_ten();
    const auto head = look().head;
    EXPECT_EQ(look(head).fault, "");
    EXPECT_EQ(look("0:").fault, ""); // the head of a log that had none yet
    tamper("DELETE FROM seal WHERE org_id = 1 AND seq = 5");
    tamper("DELETE FROM event_thing WHERE org_id = 1 AND event_id >= ?1", events[8]);
    tamper("DELETE FROM event WHERE org_id = 1 AND event_id >= ?1", events[8]);
    EXPECT_EQ(look().fault, ""); // a whole and shorter log: only the head shows it
    EXPECT_THAT(look(head).fault, HasSubstr("its end was cut off"));
    EXPECT_THAT(look("rubbish").fault, HasSubstr("is not one"));
    // Written anew over the cut: as long as before, and not the same.
    add(start + 30s);
    seal_at(start + 40s);
    EXPECT_EQ(look().fault, "");
    EXPECT_THAT(look(head).fault, HasSubstr("the log was rewritten"));
}

TEST_P(Log, shows_a_link_that_is_gone)
{
    write_ten();
    tamper("DELETE FROM seal WHERE org_id = 1 AND seq = 3");
    EXPECT_THAT(look().fault, HasSubstr("Link 3 of the chain is gone"));
}

} // namespace
} // namespace moothall::record
