#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace moothall::sense {

/// Calls work(i) once for each i in [0, count), on up to `threads` threads, in any order.
/// `work` must not throw.
template <class Work>
void for_each_index(std::size_t count, unsigned threads, const Work& work)
{
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (auto i = next++; i < count; i = next++) work(i);
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i)
        others.emplace_back(run);
    run();
}

} // namespace moothall::sense
