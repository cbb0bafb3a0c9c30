#include "record/consumer.hpp"

namespace moothall::record {

Id first_unsettled(Time now)
{
    constexpr std::chrono::milliseconds settling{500};
    return IdSource().next(now - settling);
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
