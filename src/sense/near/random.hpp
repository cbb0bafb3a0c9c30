#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace moothall::sense {

/// Chance that is the same on every machine for one seed, which std::shuffle and the standard's
/// distributions are not. SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014, figure 17. Not for secrets.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next()
    {
        state_ += 0x9E3779B97F4A7C15ULL;
        auto mixed = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }
    /// In [0, bound), for bounds up to 2^32: the upper half of a product, evenly enough.
    std::size_t below(std::size_t bound)
    {
        return static_cast<std::size_t>((next() >> 32) * bound >> 32);
    }
    template <class T>
    void shuffle(std::vector<T>& values)
    {
        for (auto i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
    }

private:
    std::uint64_t state_;
};

} // namespace moothall::sense
