#include "record/consumer.hpp"

#include <algorithm>

namespace moothall::record {

namespace {

/// How long the oldest change that is not committed yet has been going on, by whatever node. SQLite
/// has one writer, which commits in the order of ids.
std::chrono::microseconds age_of_oldest_write(store::Database& database)
{
    if (database.engine() == store::Engine::sqlite) return {};
    return database.read([](store::Transaction& transaction) {
        // It has a number of its own from the first row on that it changes, or waits to change.
        auto rows = transaction.query(R"sql(
            SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start) * 1000000)::bigint, 0)
            FROM pg_stat_activity
            WHERE backend_xid IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid() )sql");
        rows.next();
        return std::chrono::microseconds{std::max<std::int64_t>(0, rows->integer(0))};
    });
}

} // namespace

Id first_unsettled(store::Database& database, Time now)
{
    constexpr std::chrono::milliseconds settling{500};
    // A node that is gone with an open transaction holds nobody up for longer than this.
    constexpr std::chrono::microseconds waited_for_max{std::chrono::seconds{60}};
    return IdSource().next(now - settling -
                           std::min(age_of_oldest_write(database), waited_for_max));
}

bool has_news(store::Transaction& transaction, Id organisation, std::string_view consumer, Id until,
              std::string_view verb)
{
    auto sql = store::Sql(R"sql(
        SELECT 1 FROM event WHERE org_id = ?1 AND event_id < ?2 AND event_id >
            coalesce((SELECT c.event_id FROM consumer c WHERE c.org_id = ?1 AND c.name = ?3), 0) )sql");
    // One verb has an index.
    sql += verb.empty() ? store::SqlLiteral(" AND ?4 = ?4 LIMIT 1")
                        : store::SqlLiteral(" AND verb = ?4 LIMIT 1");
    return transaction.query(sql, organisation, until, consumer, verb).next();
}

std::vector<Concerned> list_concerned(store::Transaction& transaction, Id organisation, Id last,
                                      Id until, int events_max)
{
    std::vector<Concerned> concerned;
    for (const auto& row : transaction.query(R"sql(
             SELECT e.event_id, e.verb, et.thing_id FROM
                 (SELECT event_id, verb FROM event WHERE org_id = ?1 AND event_id > ?2 AND event_id < ?3
                  ORDER BY event_id LIMIT ?4) e
             JOIN event_thing et ON et.org_id = ?1 AND et.event_id = e.event_id
             ORDER BY e.event_id )sql",
                                             organisation, last, until, events_max))
        concerned.push_back({row.id(0), row.string(1), row.id(2)});
    return concerned;
}

Id lock_consumer(store::Transaction& transaction, Id organisation, std::string_view consumer)
{
    auto rows = transaction.query(R"sql(
        INSERT INTO consumer (org_id, name, event_id) VALUES (?1, ?2, 0)
        ON CONFLICT (org_id, name) DO UPDATE SET event_id = consumer.event_id RETURNING event_id )sql",
                                  organisation, consumer);
    rows.next();
    return rows->id(0);
}

void save_consumer(store::Transaction& transaction, Id organisation, std::string_view consumer,
                   Id event)
{
    transaction.execute(R"sql(
        INSERT INTO consumer (org_id, name, event_id) VALUES (?1, ?2, ?3)
        ON CONFLICT (org_id, name) DO UPDATE SET event_id = excluded.event_id )sql",
                        organisation, consumer, event);
}

} // namespace moothall::record
