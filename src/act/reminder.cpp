#include "act/reminder.hpp"

#include "act/commitment_store.hpp"
#include "text/json.hpp"

#include <vector>

namespace moothall::act {

namespace {

constexpr int reminders_max = 100; // in one transaction
// Long enough to still do it, or to say that it takes longer.
constexpr std::chrono::days before_the_day{2};

// Said anew for each day that is promised: 1 before it, 2 on it.
constexpr std::int64_t reminded_before = 1;
constexpr std::int64_t reminded_on = 2;

// ?1 organisation, ?2 now, ?3 the end of the time before, ?4 the start of the last day, ?5 how
// many.
constexpr store::SqlLiteral due_promises = R"sql(
    SELECT c.commitment_id, c.due_us, t.circle_id, t.changed_us
    FROM commitment c CROSS JOIN thing t
    WHERE c.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = c.commitment_id AND t.state = 'visible'
      AND c.settled = 0 AND c.due_us > ?4 AND c.due_us <= ?3
      AND c.reminded < CASE WHEN c.due_us <= ?2 THEN 2 ELSE 1 END
    ORDER BY c.due_us, c.commitment_id LIMIT ?5 )sql";

struct Due {
    Id commitment;
    Time day;
    Id circle;
    Time changed;
};

std::vector<Due> list_due(store::Transaction& transaction, Id organisation, Time now)
{
    std::vector<Due> due;
    for (const auto& row : transaction.query(due_promises, organisation, now, now + before_the_day,
                                             now - std::chrono::days{1}, reminders_max))
        due.push_back({row.id(0), row.time(1), row.id(2), row.time(3)});
    return due;
}

} // namespace

std::int64_t remind(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    // Most of the time nothing is due: that is seen without a write.
    const bool waiting = database.read([&](store::Transaction& transaction) {
        return !list_due(transaction, organisation, now).empty();
    });
    if (!waiting) return 0;
    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        std::int64_t told = 0;
        for (const auto& due : list_due(transaction, organisation, now)) {
            const bool is_on = due.day <= now;
            const auto marked = transaction.execute(R"sql(
                UPDATE commitment SET reminded = ?3
                WHERE org_id = ?1 AND commitment_id = ?2 AND settled = 0 AND reminded < ?3 AND due_us = ?4 )sql",
                                                    organisation, due.commitment,
                                                    is_on ? reminded_on : reminded_before, due.day);
            if (marked == 0) continue; // another node was faster, or somebody settled it meanwhile
            const auto since = is_on ? due.day : due.day - before_the_day;
            if (due.changed > since) continue;
            record::append(transaction, organisation, ids,
                           {.verb = is_on ? "act.commitment_due" : "act.commitment_due_soon",
                            .thing = due.commitment,
                            .circle = due.circle,
                            .at = now,
                            .data = JsonWriter()
                                        .begin_object()
                                        .field("due", date_of(due.day))
                                        .end_object()
                                        .take()});
            ++told;
        }
        return told;
    });
}

} // namespace moothall::act
