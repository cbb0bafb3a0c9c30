#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// Durable background work: a job is a row, written in the transaction that wants it done.
namespace moothall::jobs {

struct Job {
    Id organisation;
    Id id;
    std::string kind;          // "mail.send"
    std::string payload;       // a JSON object
    std::int64_t attempts = 0; // this one included
    std::stop_token
        stopping{}; // asked when the program wants to end: a long job throws Interrupted
};

/// Thrown by a handler that gave way to a program that ends. The job is put back as it was.
struct Interrupted {};

struct NewJob {
    std::string_view kind;
    std::string payload = "{}";
    Time run_at;          // not before
    std::string once_key; // while a job of that key waits, another is not added; empty: any number
};

/// Adds a job and wakes the runners of all nodes after the commit. False when one of its key waits
/// already.
bool enqueue(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
             const NewJob& job);

/// A job as the admin page lists it.
struct JobLine {
    Id id;
    std::string kind;
    std::string state; // waiting | running | done | failed
    std::int64_t attempts = 0;
    std::string error;
    Time created;
    Time run_at;
    std::optional<Time> ended;
};
/// Waiting and failed ones first, then the newest that are done.
std::vector<JobLine> list_jobs(store::Transaction& transaction, Id organisation, Time now,
                               int limit);
/// Puts a failed job back into the queue; false when there is none of that id that failed.
bool retry(store::Transaction& transaction, Id organisation, Id job, Time now);

/// Removes jobs that were done two weeks ago; a chore. Failed ones stay until somebody looks.
std::int64_t purge_jobs(store::Transaction& transaction, Id organisation, Time now);

/// How long to wait before the next attempt: 30 s, 1, 2, 4 … minutes, 6 hours at most.
std::chrono::seconds backoff(std::int64_t attempts);
inline constexpr std::int64_t attempts_max = 12;

} // namespace moothall::jobs
