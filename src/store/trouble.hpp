#pragma once

#include <atomic>
#include <mutex>
#include <string>

namespace moothall::store {

/// Remembers that the disk or the file failed, for all threads and until the restart.
///
/// After a failed write to disk nobody knows what is on it: the system may have dropped the page
/// and said so only once (PostgreSQL's "fsyncgate" of 2018). So there is no second try.
class Trouble {
public:
    /// The first sentence stays.
    void halt(const std::string& sentence)
    {
        const std::lock_guard lock(mutex_);
        if (sentence_.empty()) sentence_ = sentence;
        halted_ = true;
    }
    bool halted() const { return halted_; }
    std::string sentence() const
    {
        const std::lock_guard lock(mutex_);
        return sentence_;
    }

private:
    std::atomic<bool> halted_ = false;
    mutable std::mutex mutex_;
    std::string sentence_;
};

} // namespace moothall::store
