#include "sense/themes/wishes.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace moothall::sense {

namespace {

// Disjoint sets with path halving (Tarjan and van Leeuwen, 1984); the lower root wins, so that the
// outcome does not depend on the order of the unions.
class Sets {
public:
    explicit Sets(std::size_t count) : parent_(count)
    {
        std::iota(parent_.begin(), parent_.end(), 0U);
    }
    std::uint32_t root(std::uint32_t member)
    {
        while (parent_[member] != member) {
            parent_[member] = parent_[parent_[member]];
            member = parent_[member];
        }
        return member;
    }
    void unite(std::uint32_t left, std::uint32_t right)
    {
        left = root(left);
        right = root(right);
        parent_[std::max(left, right)] = std::min(left, right);
    }

private:
    std::vector<std::uint32_t> parent_;
};

} // namespace

SettledWishes settle(std::span<const Wish> wishes, std::span<const std::uint32_t> point_of,
                     std::size_t points)
{
    SettledWishes settled;
    Sets sets(points);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;
    for (auto at = wishes.size(); at-- > 0;) {
        const auto& wish = wishes[at];
        invariant(wish.left < point_of.size() && wish.right < point_of.size(),
                  "a wish is about texts that are there");
        const auto left = sets.root(point_of[wish.left]);
        const auto right = sets.root(point_of[wish.right]);
        if (wish.kind == Wish::Kind::apart) {
            if (left == right) {
                settled.overruled.push_back(at);
            } else {
                apart.emplace_back(left, right);
            }
            continue;
        }
        const auto forbidden = std::ranges::any_of(apart, [&](const auto& pair) {
            const auto first = sets.root(pair.first);
            const auto second = sets.root(pair.second);
            return (first == left && second == right) || (first == right && second == left);
        });
        if (forbidden) {
            settled.overruled.push_back(at);
        } else {
            sets.unite(left, right);
        }
    }
    std::ranges::reverse(settled.overruled);

    constexpr auto unnamed = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> names(points, unnamed);
    settled.node_of.resize(points);
    std::uint32_t next = 0;
    for (std::uint32_t point = 0; point < points; ++point) {
        auto& name = names[sets.root(point)];
        if (name == unnamed) name = next++;
        settled.node_of[point] = name;
    }
    settled.nodes = next;
    for (const auto& [left, right] : apart) {
        const auto a = settled.node_of[left];
        const auto b = settled.node_of[right];
        settled.apart.emplace_back(std::min(a, b), std::max(a, b));
    }
    std::ranges::sort(settled.apart);
    const auto repeated = std::ranges::unique(settled.apart);
    settled.apart.erase(repeated.begin(), repeated.end());
    return settled;
}

} // namespace moothall::sense
