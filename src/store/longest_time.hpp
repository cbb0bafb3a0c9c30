#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace moothall::store {

/// Keeps the longest of many times, measured by any thread.
class LongestTime {
public:
    class Measure {
    public:
        explicit Measure(LongestTime& longest) : longest_(longest) {}
        ~Measure() { longest_.add(std::chrono::steady_clock::now() - begin_); }
        Measure(const Measure&) = delete;
        Measure& operator=(const Measure&) = delete;

    private:
        LongestTime& longest_;
        std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    };

    std::chrono::microseconds longest() const { return std::chrono::microseconds{longest_us_}; }

private:
    void add(std::chrono::steady_clock::duration time)
    {
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
        auto known = longest_us_.load();
        while (us > known && !longest_us_.compare_exchange_weak(known, us)) {
        }
    }

    std::atomic<std::int64_t> longest_us_ = 0;
};

} // namespace moothall::store
