#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace moothall::sample {

/// Chooses who backs what, at which hour; nothing else. Sebastiano Vigna's SplitMix64
/// (https://prng.di.unimi.it/splitmix64.c): a few lines, and the same on every machine.
class Chance {
public:
    explicit Chance(std::uint64_t state) : state_(state) {}

    std::uint64_t next()
    {
        state_ += 0x9e3779b97f4a7c15U;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }
    std::int64_t below(std::int64_t end)
    {
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(end));
    }
    std::chrono::microseconds within(std::chrono::microseconds end)
    {
        return std::chrono::seconds{
            below(std::max<std::int64_t>(1, end / std::chrono::seconds{1}))};
    }

    /// Some of them, in an order of their own: the first steps of a Fisher-Yates shuffle.
    template <class T>
    std::vector<T> choose(std::vector<T> from, std::size_t count)
    {
        count = std::min(count, from.size());
        for (std::size_t i = 0; i < count; ++i)
            std::swap(from[i], from[i + static_cast<std::size_t>(
                                            below(static_cast<std::int64_t>(from.size() - i)))]);
        from.resize(count);
        return from;
    }

private:
    std::uint64_t state_;
};

} // namespace moothall::sample
