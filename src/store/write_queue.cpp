#include "store/write_queue.hpp"

#include "store/running.hpp"

#include <utility>

namespace moothall::store {

void WriteQueue::push(Write write)
{
    {
        const std::lock_guard lock(mutex_);
        if (closed_) throw Failure("The database is being closed.");
        if (writes_.size() >= writes_max_) throw Busy("Too many changes wait to be written.");
        writes_.push_back(std::move(write));
    }
    arrived_.notify_one();
}

std::optional<Write> WriteQueue::front()
{
    if (writes_.empty()) return std::nullopt;
    std::optional<Write> write(std::move(writes_.front()));
    writes_.pop_front();
    return write;
}

std::optional<Write> WriteQueue::wait()
{
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return closed_ || !writes_.empty(); });
    return front();
}

std::optional<Write> WriteQueue::take()
{
    const std::lock_guard lock(mutex_);
    return front();
}

void WriteQueue::close()
{
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    arrived_.notify_all();
}

std::size_t WriteQueue::size() const
{
    const std::lock_guard lock(mutex_);
    return writes_.size();
}

void write_and_wait(Database& database, const std::function<void(Transaction&)>& work)
{
    Running::expect_no_write(&database);
    struct {
        std::mutex mutex;
        std::condition_variable done;
        bool is_done = false;
        std::exception_ptr error;
    } news;
    database.submit({
        [&work](Transaction& transaction) {
            work(transaction);
            return Outcome::commit;
        },
        [&news](std::exception_ptr error) {
            // Told while the lock is held: after it `news` may be gone.
            const std::lock_guard lock(news.mutex);
            news.error = std::move(error);
            news.is_done = true;
            news.done.notify_one();
        },
    });
    std::unique_lock lock(news.mutex);
    news.done.wait(lock, [&news] { return news.is_done; });
    if (news.error) std::rethrow_exception(std::move(news.error));
}

} // namespace moothall::store
