#pragma once

#include "base/time.hpp"
#include "jobs/job.hpp"
#include "store/database.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace moothall::jobs {

/// Figures for /metrics.
struct RunnerFigures {
    std::uint64_t done = 0;
    std::uint64_t failed_attempts = 0;
    std::uint64_t given_up = 0;
    std::uint64_t chores_failed = 0;
};

/// Whether others may wait for a job: what takes seconds has a thread of its own.
enum class Pace : std::uint8_t { quick, slow };

/// Runs jobs and regular chores on one thread of this node, and slow jobs on a second one.
///
/// A job is leased for a time before it runs, so that no other node takes it, and a node that dies
/// loses it to another. It may therefore run twice, and its handler must not mind. One that throws
/// is tried again with longer and longer pauses, and given up after attempts_max; a person may put
/// it back.
class Runner {
public:
    using Handler = std::function<void(const Job&)>;
    using Chore = std::function<void(Id organisation)>;
    /// Told of what went wrong: the job's kind or the chore's name, and what was thrown.
    using Complaint = std::function<void(std::string_view what, std::string_view why)>;

    Runner(store::Database& database, const Clock& clock, Complaint complaint);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    /// Both before start().
    void on(std::string kind, Handler handler, Pace pace = Pace::quick);
    /// Runs `chore` for each organisation every `period`, and also soon after wake(name).
    void every(std::string name, std::chrono::milliseconds period, Chore chore);

    /// Takes jobs as this node, so that others see whose they are: what a killed node had taken on
    /// is free again some seconds after PostgreSQL misses it, and what this one had before it was
    /// killed at its start. Without it a job is its runner's until the lease ends. Before start().
    void as_node(std::uint16_t node) { node_ = node; }

    void start();
    /// Lets what runs end, asks a slow job to give way, and stops.
    void stop();
    /// Something may be due: a job was added, or (with a name) a chore has work. From any thread.
    void wake(std::string_view chore = {},
              std::chrono::milliseconds soon = std::chrono::milliseconds{200});

    /// Runs what is due now, on the caller's thread; gives the number of jobs that ran. For tests
    /// and commands.
    std::size_t run_due();
    RunnerFigures figures() const;

private:
    struct Regular {
        std::string name;
        std::chrono::milliseconds period;
        Chore chore;
        std::chrono::steady_clock::time_point due;
        std::chrono::steady_clock::time_point asked{}; // the latest for which somebody woke it
    };

    void loop();
    std::vector<Job> claim();
    void run(const Job& job);
    /// Keeps it for the second thread.
    void put_aside(const Job& job);
    void loop_slowly();
    /// What the second thread has or will have stays this node's.
    void renew_leases();
    void give_back(const Job& job);
    /// At the start, and after the database was away: jobs that this node has and does not do.
    void take_up_what_was_left();
    /// Ends the leases of a node, but of what is `in_hand`.
    void free_jobs_of(std::uint16_t node, const std::vector<Id>& in_hand);
    void look_for_gone_nodes();
    void run_chores();
    std::vector<Id> organisations();

    store::Database& database_;
    const Clock& clock_;
    Complaint complaint_;
    std::optional<std::uint16_t> node_;
    bool left_ = true; // there may be jobs that this node has and does not do
    std::map<std::uint16_t, std::chrono::steady_clock::time_point> missed_since_; // nodes with jobs
    std::map<std::string, Handler, std::less<>> handlers_;
    std::vector<Regular> chores_;
    mutable std::mutex mutex_;
    std::condition_variable woken_;
    bool wake_ = false;
    bool stopping_ = false;
    RunnerFigures figures_;
    std::set<std::string, std::less<>> slow_kinds_;
    std::deque<Job> slow_; // the one at the front is being run
    std::condition_variable slow_came_;
    std::chrono::steady_clock::time_point renewed_{};
    std::stop_source stop_;
    std::optional<store::Hearing> hearing_;
    std::thread thread_;
    std::thread slow_thread_;
};

} // namespace moothall::jobs
