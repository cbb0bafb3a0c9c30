#include "jobs/job.hpp"

#include <algorithm>

namespace moothall::jobs {

bool enqueue(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
             const NewJob& job)
{
    const bool once = !job.once_key.empty();
    if (once && transaction
                    .query(R"sql(
                   SELECT 1 FROM job WHERE org_id = ?1 AND once_key = ?2
                   AND done_us IS NULL AND failed_us IS NULL )sql",
                           organisation, job.once_key)
                    .next())
        return false;
    transaction.execute(R"sql(
        INSERT INTO job (org_id, job_id, kind, payload, once_key, run_us, lease_us, attempts, error, created_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, '', ?7) )sql",
                        organisation, ids.next(now), job.kind, job.payload,
                        once ? store::Value(job.once_key) : store::Value(nullptr),
                        std::max(now, job.run_at), now);
    transaction.notify("job");
    return true;
}

std::vector<JobLine> list_jobs(store::Transaction& transaction, Id organisation, Time now,
                               int limit)
{
    std::vector<JobLine> lines;
    for (const auto& row : transaction.query(R"sql(
             SELECT job_id, kind, attempts, error, created_us, run_us, lease_us, done_us, failed_us FROM job
             WHERE org_id = ?1
             ORDER BY CASE WHEN failed_us IS NOT NULL THEN 0 WHEN done_us IS NULL THEN 1 ELSE 2 END, job_id DESC
             LIMIT ?2 )sql",
                                             organisation, limit)) {
        JobLine line{row.id(0),     row.string(1), "waiting",   row.integer(2),
                     row.string(3), row.time(4),   row.time(5), {}};
        if (!row.is_null(8)) {
            line.state = "failed";
            line.ended = row.time(8);
        } else if (!row.is_null(7)) {
            line.state = "done";
            line.ended = row.time(7);
        } else if (row.time(6) > now) {
            line.state = "running";
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

bool retry(store::Transaction& transaction, Id organisation, Id job, Time now)
{
    const auto changed = transaction.execute(R"sql(
        UPDATE job SET failed_us = NULL, run_us = ?3, lease_us = 0, attempts = 0
        WHERE org_id = ?1 AND job_id = ?2 AND failed_us IS NOT NULL )sql",
                                             organisation, job, now);
    if (changed == 1) transaction.notify("job");
    return changed == 1;
}

std::int64_t purge_jobs(store::Transaction& transaction, Id organisation, Time now)
{
    return transaction.execute("DELETE FROM job WHERE org_id = ?1 AND done_us < ?2", organisation,
                               now - std::chrono::hours{24 * 14});
}

std::chrono::seconds backoff(std::int64_t attempts)
{
    constexpr std::chrono::seconds first{30};
    constexpr std::chrono::seconds longest{6 * 3600};
    const auto doublings = std::clamp<std::int64_t>(attempts - 1, 0, 20);
    return std::min(longest, first * (std::int64_t{1} << doublings));
}

} // namespace moothall::jobs
