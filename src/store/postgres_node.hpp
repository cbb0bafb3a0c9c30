#pragma once

#include "store/node_locks.hpp"
#include "store/postgres_wire.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace moothall::store {

/// Holds a node number of a database, as long as it lives: no two servers make the same ids, and
/// the others see in pg_locks that this one is there.
class PostgresNode {
public:
    /// None when another server has that number. `lost` is called once, from a thread of this,
    /// when PostgreSQL was away and another one took the number meanwhile. Throws Busy.
    static std::unique_ptr<PostgresNode> take(const std::string& url, std::uint16_t number,
                                              std::function<void()> lost);
    ~PostgresNode();
    PostgresNode(const PostgresNode&) = delete;
    PostgresNode& operator=(const PostgresNode&) = delete;

private:
    PostgresNode(std::string url, std::uint16_t number, std::function<void()> lost);
    bool try_to_take();
    bool wait(std::chrono::milliseconds time);
    void hold();

    std::string url_;
    std::uint16_t number_;
    std::function<void()> lost_;
    PostgresHandle connection_;
    std::mutex mutex_;
    std::condition_variable ending_changed_;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace moothall::store
