#pragma once

#include "decide/shares/election.hpp"
#include "decide/shares/fraction.hpp"

#include <compare>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace moothall::decide::shares {

/// Should a run also find out how many more increments leave everything as it is?
enum class LookAhead : std::uint8_t { none, increments };

/// One run of the method of equal shares with a given start: `budget / voters` for each voter plus
/// a number of increments of one unit of money. It can be repeated with other increments; then it
/// uses its memory again. The essay on top of purchase_run.cpp says how it works.
class PurchaseRun {
public:
    static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();

    /// Keeps references to all three; costs, ranks and how many cast a ballot may change between
    /// runs. `ranks` breaks ties: the smaller goes first.
    PurchaseRun(const Election& election, const Supporters& supporters,
                std::span<const std::uint32_t> ranks);

    void run(std::int64_t increments, LookAhead look_ahead = LookAhead::none);

    struct Purchase {
        std::uint32_t project = 0;
        /// Voters who supported it and still had money; those of them who had some left after it.
        std::int64_t payers = 0;
        std::int64_t payers_with_rest = 0;
        /// What asked exactly as little in this round; the ranks put `project` first.
        std::vector<std::uint32_t> equal = {};
    };
    /// In the order in which they were bought. Free projects are nobody's purchase.
    const std::vector<Purchase>& purchases() const { return purchases_; }
    /// What all purchases cost together.
    std::int64_t cost() const { return cost_; }
    /// What a supporter who can paid for each of her units of weight, in smallest units of money.
    Fraction price(std::size_t purchase) const;
    /// By distinct ballot: the purchase that took the rest of its voters' money, or `never`.
    const std::vector<std::uint32_t>& emptied_by() const { return emptied_by_; }
    /// With LookAhead::increments: every run with up to this many increments more buys the same
    /// projects in the same order. A safe number; the true one may be larger.
    std::int64_t increments_alike() const;

private:
    static constexpr double unit_roundoff = 0x1p-53;

    /// What the voters of one distinct ballot have. All arithmetic on it is that of doubles.
    struct Purse {
        double left = 0;  // of each voter; exactly 0 when emptied
        double slope = 0; // how `left` changes with one increment more
        double voters = 0;
    };
    struct Scan {
        double poor_money = 0;
        double total_money = 0;
        double rich_weight = 0;
        double poor_slope = 0;
        double total_slope = 0;
        double rich_least = std::numeric_limits<double>::infinity(); // smallest left, unweighted
    };
    enum class Verdict : std::uint8_t { unaffordable, dearer, candidate };
    /// The exact price of a candidate in this round, over the denominator `denominator_ * weight`.
    struct Settled {
        std::uint32_t project = 0;
        Integer price;
        Integer slope;
        std::int64_t weight = 0; // of those who can pay the price
        std::int64_t payers = 0;
        std::int64_t payers_with_rest = 0;
        std::vector<std::uint32_t> poor; // distinct ballots that the price empties
    };

    void start(std::int64_t increments, LookAhead look_ahead);
    void drop_what_nobody_could_pay();
    bool buy_one();
    std::uint32_t cheapest_candidate();
    void sort_by_bound();
    void remove_dropped();

    std::span<const std::uint32_t> active(std::uint32_t project) const
    {
        return std::span(active_).subspan(supporters_.first[project], active_count_[project]);
    }
    double weight_at(std::uint32_t project, std::size_t at) const
    {
        return supporters_.weighted ? active_weights_[supporters_.first[project] + at] : 1.0;
    }
    template <bool weighted, bool sloped>
    Scan scan_as(std::uint32_t project, double price);
    Scan scan(std::uint32_t project, double price);
    Verdict weigh(std::uint32_t project, double best);
    bool is_surely_unaffordable(std::uint32_t project, const Scan& scan);
    void raise_bound(std::uint32_t project, const Scan& scan);

    bool settle(std::uint32_t project, Settled& settled);
    void settle_price(Settled& settled, std::int64_t poor_voters);
    enum class Unaffordable : std::uint8_t { no, yes };
    Unaffordable is_exactly_unaffordable(std::uint32_t project);
    bool settle_carefully(std::uint32_t project, Settled& settled);
    int exact_sign(std::uint32_t ballot, double weight, const Settled& settled);
    void add_history(std::uint32_t ballot, std::int64_t voters);
    Integer money_of(std::int64_t voters, const std::vector<Integer>& prices, const Integer& start);
    std::strong_ordering compare_rho(const Settled& a, const Settled& b) const;
    void keep_ahead_of(const Settled& winner, const Settled& loser);
    void keep_ahead_of_the_rest(const Settled& winner);
    void pay(const Settled& winner, std::vector<std::uint32_t> equal);
    void limit_increments(double slack, double slope);

    double purse_error() const;
    double slope_error() const;
    bool sloped() const { return look_ahead_ == LookAhead::increments && limit_ >= 1; }

    const Election& election_;
    const Supporters& supporters_;
    std::span<const std::uint32_t> ranks_;

    std::vector<Purse> purses_;             // by distinct ballot
    std::vector<std::uint32_t> emptied_by_; // by distinct ballot
    std::vector<std::uint32_t> active_;     // like Supporters::ballots, without empty purses
    std::vector<double> active_weights_;    // parallel to it, if weighted
    std::vector<std::size_t> active_count_; // by project
    std::vector<char> is_copied_;           // by project: is its part of active_ filled yet?
    std::vector<std::uint32_t> bought_as_;  // by project: which purchase, or `never`
    std::vector<double> bound_;             // by project: rho is at least this
    std::vector<double> bound_slope_;       // by project: and this fast at least it changes
    std::vector<double> estimate_;          // by project: price last found by doubles
    std::vector<std::uint32_t> weighed_in_; // by project: round
    std::vector<char> is_dropped_;          // by project
    std::vector<std::uint32_t> order_;      // projects still in the running, by bound

    std::vector<Purchase> purchases_;
    std::int64_t cost_ = 0;
    std::vector<Integer> prices_;       // by purchase: numerator over denominators_[purchase]
    std::vector<Integer> slopes_;       // by purchase, over the same
    std::vector<std::int64_t> weights_; // by purchase: what the denominator grew by
    Integer denominator_;               // voters * product of weights_
    Integer share_;                     // of each voter at the start, times voters
    Integer share_slope_;
    std::vector<std::int64_t> history_; // by purchase: weight with which some voters paid for it
    std::vector<Settled> settled_;      // scratch
    std::size_t bought_ = 0;            // entries of prices_ in use

    LookAhead look_ahead_ = LookAhead::none;
    double limit_ = 0;      // increments that change nothing
    double start_left_ = 0; // the largest purse
    double slopes_sum_ = 0; // no purse's slope is larger
};

} // namespace moothall::decide::shares
