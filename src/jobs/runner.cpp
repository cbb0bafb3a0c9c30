#include "jobs/runner.hpp"

#include "store/node_locks.hpp"

#include <algorithm>

namespace moothall::jobs {

namespace {

constexpr std::chrono::seconds lease{120}; // longer than a quick handler may take
constexpr std::chrono::seconds renewed_every{40};
constexpr std::chrono::milliseconds looks_every{
    2000}; // also without being woken: a notice may be lost
constexpr int claimed_max = 20;
// A server that lives is missed for a moment when PostgreSQL was started anew.
constexpr std::chrono::seconds gone_after{10};
// Longer than events wait that other nodes might still precede (sense/engine.cpp).
constexpr std::chrono::milliseconds settled_after{550};

} // namespace

Runner::Runner(store::Database& database, const Clock& clock, Complaint complaint)
    : database_(database), clock_(clock), complaint_(std::move(complaint))
{
}

Runner::~Runner()
{
    stop();
}

void Runner::on(std::string kind, Handler handler, Pace pace)
{
    if (pace == Pace::slow) slow_kinds_.insert(kind);
    handlers_.insert_or_assign(std::move(kind), std::move(handler));
}

void Runner::every(std::string name, std::chrono::milliseconds period, Chore chore)
{
    chores_.push_back(
        {std::move(name), period, std::move(chore), std::chrono::steady_clock::now()});
}

void Runner::start()
{
    hearing_.emplace(database_, [this](std::string_view notice) {
        if (notice == "job" || notice.empty()) wake();
        if (notice.starts_with("e:") || notice.empty()) {
            wake("events");
            wake("settled events", settled_after);
        }
    });
    thread_ = std::thread([this] { loop(); });
    slow_thread_ = std::thread([this] { loop_slowly(); });
}

void Runner::stop()
{
    hearing_.reset();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.request_stop();
    woken_.notify_all();
    slow_came_.notify_all();
    if (thread_.joinable()) thread_.join();
    if (slow_thread_.joinable()) slow_thread_.join();
}

void Runner::wake(std::string_view chore, std::chrono::milliseconds soon)
{
    {
        const std::lock_guard lock(mutex_);
        if (chore.empty()) wake_ = true;
        // A chore that follows the log runs soon after an event, but not for each of a flood.
        const auto due = std::chrono::steady_clock::now() + soon;
        for (auto& regular : chores_)
            if (regular.name == chore) {
                regular.due = std::min(regular.due, due);
                regular.asked = std::max(regular.asked, due);
            }
    }
    woken_.notify_all();
}

RunnerFigures Runner::figures() const
{
    const std::lock_guard lock(mutex_);
    return figures_;
}

void Runner::loop()
{
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            const auto latest = std::chrono::steady_clock::now() + looks_every;
            while (!stopping_ && !wake_) {
                auto until = latest; // looked at anew each time: somebody may have woken a chore
                for (const auto& regular : chores_) until = std::min(until, regular.due);
                if (woken_.wait_until(lock, until) == std::cv_status::timeout) break;
            }
            if (stopping_) return;
            wake_ = false;
        }
        try {
            run_chores();
            take_up_what_was_left();
            renew_leases();
            look_for_gone_nodes();
            for (auto jobs = claim(); !jobs.empty(); jobs = claim()) {
                for (const auto& job : jobs)
                    slow_kinds_.contains(job.kind) ? put_aside(job) : run(job);
                const std::lock_guard lock(mutex_);
                if (stopping_) return;
            }
        } catch (const std::exception& error) {
            // The database is away: the work waits in it, and so do we.
            complaint_("jobs", error.what());
            std::unique_lock lock(mutex_);
            left_ = true;
            woken_.wait_for(lock, looks_every, [&] { return stopping_; });
        }
    }
}

void Runner::put_aside(const Job& job)
{
    {
        const std::lock_guard lock(mutex_);
        slow_.push_back(job);
    }
    slow_came_.notify_one();
}

void Runner::loop_slowly()
{
    std::unique_lock lock(mutex_);
    for (;;) {
        slow_came_.wait(lock, [&] { return stopping_ || !slow_.empty(); });
        if (slow_.empty()) return;
        const auto job = slow_.front();
        const bool ending = stopping_;
        bool left_now = false;
        lock.unlock();
        try {
            ending ? give_back(job) : run(job);
        } catch (const std::exception& error) {
            complaint_("jobs", error.what());
            left_now = true;
        }
        lock.lock();
        slow_.pop_front();
        left_ = left_ || left_now;
    }
}

void Runner::renew_leases()
{
    std::deque<Job> held;
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (slow_.empty() || now < renewed_ + renewed_every) return;
        renewed_ = now;
        held = slow_;
    }
    const auto until = clock_.now() + lease;
    database_.write([&](store::Transaction& transaction) {
        for (const auto& job : held)
            transaction.execute(R"sql(
                UPDATE job SET lease_us = ?3
                WHERE org_id = ?1 AND job_id = ?2 AND lease_us > 0 AND done_us IS NULL )sql",
                                job.organisation, job.id, until);
    });
}

// Of its number there is only this server, so what it had when it was killed nobody does. After the
// database was away, neither what was not come to nor what was done and could not be marked has
// anybody who has it in hand, and of what was taken when the connection broke nobody knows.
void Runner::take_up_what_was_left()
{
    std::vector<Id> in_hand;
    {
        const std::lock_guard lock(mutex_);
        if (!left_ || !node_) return;
        left_ = false;
        for (const auto& job : slow_) in_hand.push_back(job.id);
    }
    free_jobs_of(*node_, in_hand);
}

void Runner::free_jobs_of(std::uint16_t node, const std::vector<Id>& in_hand)
{
    const auto now = clock_.now();
    const auto held = database_.read([&](store::Transaction& transaction) {
        std::vector<std::pair<Id, Id>> found;
        for (const auto& row : transaction.query(R"sql(
                 SELECT org_id, job_id FROM job
                 WHERE done_us IS NULL AND failed_us IS NULL AND lease_us > ?1 AND node = ?2 )sql",
                                                 now, std::int64_t{node}))
            if (std::ranges::find(in_hand, row.id(1)) == in_hand.end())
                found.emplace_back(row.id(0), row.id(1));
        return found;
    });
    if (held.empty()) return;
    database_.write([&](store::Transaction& transaction) {
        for (const auto& [organisation, id] : held)
            transaction.execute(R"sql(
                UPDATE job SET lease_us = 0
                WHERE org_id = ?1 AND job_id = ?2 AND node = ?3 AND done_us IS NULL )sql",
                                organisation, id, std::int64_t{node});
    });
}

void Runner::look_for_gone_nodes()
{
    if (!node_ || database_.engine() != store::Engine::postgres) return;
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::uint16_t> missed;
    database_.read([&](store::Transaction& transaction) {
        for (const auto& row :
             transaction.query(R"sql(
                 SELECT DISTINCT j.node FROM job j
                 WHERE j.done_us IS NULL AND j.failed_us IS NULL AND j.lease_us > ?1 AND j.node <> ?2
                   AND NOT EXISTS (SELECT 1 FROM pg_locks l
                       WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = ?3
                         AND l.objid::bigint = j.node AND l.objsubid = 2
                         AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())) )sql",
                               clock_.now(), std::int64_t{*node_}, store::node_locks))
            missed.push_back(static_cast<std::uint16_t>(row.integer(0)));
    });
    std::erase_if(missed_since_, [&](const auto& one) {
        return std::ranges::find(missed, one.first) == missed.end();
    });
    for (const auto node : missed)
        if (now - missed_since_.try_emplace(node, now).first->second >= gone_after)
            free_jobs_of(node, {});
}

void Runner::give_back(const Job& job)
{
    database_.write([&](store::Transaction& transaction) {
        transaction.execute(R"sql(
            UPDATE job SET lease_us = 0, attempts = attempts - 1
            WHERE org_id = ?1 AND job_id = ?2 AND done_us IS NULL )sql",
                            job.organisation, job.id);
    });
}

std::vector<Id> Runner::organisations()
{
    return database_.read([](store::Transaction& transaction) {
        std::vector<Id> found;
        for (const auto& row :
             transaction.query("SELECT DISTINCT org_id FROM host ORDER BY org_id"))
            found.push_back(row.id(0));
        return found;
    });
}

void Runner::run_chores()
{
    std::vector<Regular> due;
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        for (auto& regular : chores_) {
            if (regular.due > now) continue;
            due.push_back(regular);
            // Who asked for a later time would find that it had run too early for her.
            regular.due = now + regular.period;
            if (regular.asked > now) regular.due = std::min(regular.due, regular.asked);
        }
    }
    if (due.empty()) return;
    const auto all = organisations();
    for (const auto& regular : due) {
        for (const Id organisation : all) {
            try {
                regular.chore(organisation);
            } catch (const std::exception& error) {
                complaint_(regular.name, error.what());
                const std::lock_guard lock(mutex_);
                ++figures_.chores_failed;
            }
        }
    }
}

std::vector<Job> Runner::claim()
{
    const auto now = clock_.now();
    const auto due = database_.read([&](store::Transaction& transaction) {
        std::vector<std::pair<Id, Id>> found;
        for (const auto& row : transaction.query(R"sql(
                 SELECT org_id, job_id FROM job
                 WHERE done_us IS NULL AND failed_us IS NULL AND run_us <= ?1 AND lease_us <= ?1
                 ORDER BY run_us, org_id, job_id LIMIT ?2 )sql",
                                                 now, claimed_max))
            found.emplace_back(row.id(0), row.id(1));
        return found;
    });
    if (due.empty()) return {};
    // The UPDATE decides who has it: another node may have seen the same row.
    return database_.write([&](store::Transaction& transaction) {
        std::vector<Job> jobs;
        for (const auto& [organisation, id] : due)
            for (const auto& row : transaction.query(R"sql(
                     UPDATE job SET lease_us = ?3, attempts = attempts + 1, node = ?5
                     WHERE org_id = ?1 AND job_id = ?2 AND done_us IS NULL AND failed_us IS NULL AND lease_us <= ?4
                     RETURNING kind, payload, attempts )sql",
                                                     organisation, id, now + lease, now,
                                                     std::int64_t{node_.value_or(0)}))
                jobs.push_back({organisation, id, row.string(0), row.string(1), row.integer(2),
                                stop_.get_token()});
        return jobs;
    });
}

void Runner::run(const Job& job)
{
    std::string error;
    try {
        const auto handler = handlers_.find(job.kind);
        if (handler == handlers_.end())
            throw std::runtime_error("no handler for jobs of this kind");
        handler->second(job);
    } catch (const Interrupted&) {
        give_back(job);
        return;
    } catch (const std::exception& thrown) {
        error = thrown.what();
        if (error.empty()) error = "failed without a word";
        complaint_(job.kind, error);
    }
    const auto now = clock_.now();
    const bool given_up = !error.empty() && job.attempts >= attempts_max;
    database_.write([&](store::Transaction& transaction) {
        if (error.empty())
            transaction.execute(R"sql(
                UPDATE job SET done_us = ?3, lease_us = 0, error = '' WHERE org_id = ?1 AND job_id = ?2 )sql",
                                job.organisation, job.id, now);
        else if (given_up)
            transaction.execute(R"sql(
                UPDATE job SET failed_us = ?3, lease_us = 0, error = ?4 WHERE org_id = ?1 AND job_id = ?2 )sql",
                                job.organisation, job.id, now, error);
        else
            transaction.execute(R"sql(
                UPDATE job SET run_us = ?3, lease_us = 0, error = ?4 WHERE org_id = ?1 AND job_id = ?2 )sql",
                                job.organisation, job.id, now + backoff(job.attempts), error);
    });
    const std::lock_guard lock(mutex_);
    if (error.empty())
        ++figures_.done;
    else
        ++(given_up ? figures_.given_up : figures_.failed_attempts);
}

std::size_t Runner::run_due()
{
    const auto jobs = claim();
    for (const auto& job : jobs) run(job);
    return jobs.size();
}

} // namespace moothall::jobs
