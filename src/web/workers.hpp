#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace moothall::web {

/// Threads for what must not hold up the server's own: slow preparation, PostgreSQL's reads, what
/// follows a commit.
class Workers {
public:
    Workers(unsigned threads, std::size_t waiting_max);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Takes on a new request; false when too many wait already.
    bool offer(std::function<void()> task);
    /// Takes on what was promised already and may not be turned away. After finish() it runs here
    /// and now.
    void post(std::function<void()> task);
    /// Ends the threads when all tasks are done.
    void finish();
    std::size_t waiting() const;
    /// Whether the thread that asks is one of these.
    bool here() const;

private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    std::size_t waiting_max_;
    bool finishing_ = false;
    std::vector<std::thread> threads_;
};

} // namespace moothall::web
