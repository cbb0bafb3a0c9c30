#include "store/listeners.hpp"

#include <iterator>
#include <utility>

namespace moothall::store {

void Listeners::add(Listener listener)
{
    const std::lock_guard lock(mutex_);
    listeners_.push_back(std::make_shared<const Listener>(std::move(listener)));
}

void Listeners::tell(std::string_view text) const
{
    // Called without the lock, so that a listener may bring in another.
    std::vector<std::shared_ptr<const Listener>> listeners;
    {
        const std::lock_guard lock(mutex_);
        listeners = listeners_;
    }
    for (const auto& listener : listeners) (*listener)(text);
}

bool Listeners::empty() const
{
    const std::lock_guard lock(mutex_);
    return listeners_.empty();
}

LocalBus::LocalBus() : thread_([this] { carry(); }) {}

LocalBus::~LocalBus()
{
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    posted_.notify_one();
    thread_.join();
}

void LocalBus::post(std::vector<std::string> notes)
{
    if (notes.empty() || listeners_.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        std::move(notes.begin(), notes.end(), std::back_inserter(notes_));
    }
    posted_.notify_one();
}

void LocalBus::carry()
{
    std::unique_lock lock(mutex_);
    for (;;) {
        posted_.wait(lock, [this] { return closing_ || !notes_.empty(); });
        if (notes_.empty()) return;
        const auto notes = std::exchange(notes_, {});
        lock.unlock();
        for (const auto& note : notes) listeners_.tell(note);
        lock.lock();
    }
}

} // namespace moothall::store
