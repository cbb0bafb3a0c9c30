#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace moothall::store {

/// Those who hear notify().
class Listeners {
public:
    using Listener = std::function<void(std::string_view)>;

    void add(Listener listener);
    void tell(std::string_view text) const;
    bool empty() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<const Listener>> listeners_;
};

/// Carries notices inside one process, on a thread of its own: a listener that feeds ten thousand
/// streams must not hold up the next commit.
class LocalBus {
public:
    LocalBus();
    /// Tells what has been posted, then ends.
    ~LocalBus();
    LocalBus(const LocalBus&) = delete;
    LocalBus& operator=(const LocalBus&) = delete;

    void listen(Listeners::Listener listener) { listeners_.add(std::move(listener)); }
    void post(std::vector<std::string> notes);

private:
    void carry();

    Listeners listeners_;
    std::mutex mutex_;
    std::condition_variable posted_;
    std::vector<std::string> notes_;
    bool closing_ = false;
    std::thread thread_;
};

} // namespace moothall::store
