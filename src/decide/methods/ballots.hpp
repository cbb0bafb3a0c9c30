#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// What the ways of counting share. Everything here counts ballots that were checked before (see
/// is_valid) and knows nobody's name: options are numbers, and so are voters.
namespace moothall::decide::methods {

/// An option of the decision, by its place in the list.
using Option = std::size_t;

/// A voter's order: the best place first, options in the same place equal to her. Options left out
/// share the place after all others.
using Ranking = std::vector<std::vector<Option>>;

/// Equal rankings may be handed over once with their number.
struct RankingBallots {
    Ranking ranking;
    std::int64_t count = 1;
};

/// Whether every option exists and none is named twice.
bool is_valid(const Ranking& ranking, std::size_t options);

/// Who goes first when the ballots leave two options equal. It is said before the vote.
class TieOrder {
public:
    /// All options, first the one that wins ties.
    explicit TieOrder(std::vector<Option> order);
    /// As the options are listed.
    static TieOrder as_listed(std::size_t options);
    /// Drawn by lot: the same for the same `seed` everywhere. Taken from the root hash of the
    /// closed ballot box it is a number that nobody could know while the vote was open and
    /// everybody can check afterwards.
    static TieOrder by_lot(std::size_t options, std::uint64_t seed);

    std::size_t options() const { return order_.size(); }
    const std::vector<Option>& order() const { return order_; }
    bool is_before(Option a, Option b) const { return position_[a] < position_[b]; }
    Option first_of(std::span<const Option> options) const;
    Option last_of(std::span<const Option> options) const;

private:
    std::vector<Option> order_;
    std::vector<std::size_t> position_; // of each option
};

/// A share as people agree on one: 2 of 3, 1 of 2. Never rounded.
struct Share {
    std::int64_t part = 0;
    std::int64_t whole = 1;
};

/// Negative, 0 or positive: how `part` of `whole` compares to `share`. Numbers up to 10⁹.
int compare(std::int64_t part, std::int64_t whole, Share share);

} // namespace moothall::decide::methods
