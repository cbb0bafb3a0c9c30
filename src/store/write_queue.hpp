#pragma once

#include "store/database.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace moothall::store {

/// Writes that wait for their turn: many threads put them in, those that write take them out.
class WriteQueue {
public:
    explicit WriteQueue(std::size_t writes_max) : writes_max_(writes_max) {}

    /// Throws Busy when it is full, Failure when the database is being closed.
    void push(Write write);
    /// Waits for the next; none once it is closed and empty.
    std::optional<Write> wait();
    /// The next, if one is there.
    std::optional<Write> take();
    /// Takes no more; what is in it is still handed out.
    void close();
    std::size_t size() const;

private:
    std::optional<Write> front();

    std::size_t writes_max_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Write> writes_;
    bool closed_ = false;
};

/// Puts `work` into the database's queue and waits until it is durable; throws what it threw.
void write_and_wait(Database& database, const std::function<void(Transaction&)>& work);

} // namespace moothall::store
