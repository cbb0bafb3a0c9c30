#include "decide/methods/ballots.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace moothall::decide::methods {

bool is_valid(const Ranking& ranking, std::size_t options)
{
    std::vector<bool> named(options, false);
    for (const auto& place : ranking)
        for (const auto option : place) {
            if (option >= options || named[option]) return false;
            named[option] = true;
        }
    return true;
}

TieOrder::TieOrder(std::vector<Option> order)
    : order_(std::move(order)), position_(order_.size(), order_.size())
{
    for (std::size_t at = 0; at < order_.size(); ++at) {
        invariant(order_[at] < order_.size() && position_[order_[at]] == order_.size(),
                  "a tie order names every option once");
        position_[order_[at]] = at;
    }
}

TieOrder TieOrder::as_listed(std::size_t options)
{
    std::vector<Option> order(options);
    for (Option option = 0; option < options; ++option) order[option] = option;
    return TieOrder(std::move(order));
}

TieOrder TieOrder::by_lot(std::size_t options, std::uint64_t seed)
{
    // Fisher and Yates' shuffle, spelt out: what std::shuffle does differs between libraries.
    std::mt19937_64 generator(seed);
    auto order = as_listed(options).order_;
    for (std::size_t left = options; left > 1; --left) {
        const std::uint64_t uneven = (std::mt19937_64::max() % left + 1) % left;
        std::uint64_t drawn = generator();
        while (drawn > std::mt19937_64::max() - uneven) drawn = generator(); // all equally likely
        std::swap(order[left - 1], order[drawn % left]);
    }
    return TieOrder(std::move(order));
}

Option TieOrder::first_of(std::span<const Option> options) const
{
    return *std::min_element(options.begin(), options.end(),
                             [&](Option a, Option b) { return is_before(a, b); });
}

Option TieOrder::last_of(std::span<const Option> options) const
{
    return *std::max_element(options.begin(), options.end(),
                             [&](Option a, Option b) { return is_before(a, b); });
}

int compare(std::int64_t part, std::int64_t whole, Share share)
{
    constexpr std::int64_t most = 1'000'000'000; // products of two fit 64 bits
    invariant(0 <= part && part <= most && 0 <= whole && whole <= most, "counts of people");
    invariant(0 <= share.part && share.part <= share.whole && 0 < share.whole &&
                  share.whole <= most,
              "a share is between none and all");
    const auto left = part * share.whole;
    const auto right = share.part * whole;
    return left < right ? -1 : left > right ? 1 : 0;
}

} // namespace moothall::decide::methods
