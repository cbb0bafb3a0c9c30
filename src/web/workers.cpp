#include "web/workers.hpp"

#include "web/log.hpp"

#include <algorithm>
#include <exception>

namespace moothall::web {

namespace {

/// A task answers for its own errors; what still escapes must not end the thread, and so the
/// server.
void run_guarded(const std::function<void()>& task)
{
    try {
        task();
    } catch (const std::exception& error) {
        log({.level = LogLevel::error, .message = "a task failed", .cause = error.what()});
    }
}

/// Whose task this thread runs.
thread_local const Workers* current = nullptr;

} // namespace

Workers::Workers(unsigned threads, std::size_t waiting_max) : waiting_max_(waiting_max)
{
    for (unsigned at = 0; at < std::max(threads, 1U); ++at)
        threads_.emplace_back([this] { run(); });
}

Workers::~Workers()
{
    finish();
}

bool Workers::offer(std::function<void()> task)
{
    {
        const std::lock_guard lock(mutex_);
        if (finishing_ || tasks_.size() >= waiting_max_) return false;
        tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
    return true;
}

void Workers::post(std::function<void()> task)
{
    {
        const std::unique_lock lock(mutex_);
        if (!finishing_) {
            tasks_.push_back(std::move(task));
            changed_.notify_one();
            return;
        }
    }
    run_guarded(task);
}

void Workers::finish()
{
    {
        const std::lock_guard lock(mutex_);
        finishing_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

std::size_t Workers::waiting() const
{
    const std::lock_guard lock(mutex_);
    return tasks_.size();
}

bool Workers::here() const
{
    return current == this;
}

void Workers::run()
{
    current = this;
    while (true) {
        std::function<void()> task;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return finishing_ || !tasks_.empty(); });
            if (tasks_.empty()) return;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        run_guarded(task);
    }
}

} // namespace moothall::web
