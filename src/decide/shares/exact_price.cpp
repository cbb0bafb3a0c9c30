#include "base/invariant.hpp"
#include "decide/shares/purchase_run.hpp"

#include <algorithm>
#include <cmath>

// The exact half of PurchaseRun: prices and partitions that are proved. The essay on top of
// purchase_run.cpp says why and how.

namespace moothall::decide::shares {

/// Proves the candidate's partition and computes its exact price. False if it is unaffordable.
bool PurchaseRun::settle(std::uint32_t project, Settled& settled)
{
    const double price = estimate_[project];
    settled.project = project;
    settled.poor.clear();
    settled.weight = 0;
    settled.payers = 0;
    settled.payers_with_rest = 0;
    history_.assign(bought_, 0);
    double poor_most = 0;
    double rich_least = std::numeric_limits<double>::infinity();
    const auto ballots = active(project);
    for (std::size_t at = 0; at < ballots.size(); ++at) {
        const Purse& purse = purses_[ballots[at]];
        if (purse.left == 0) continue;
        const double weight = weight_at(project, at);
        const auto voters = election_.voters_of(ballots[at]);
        const double payable = supporters_.weighted ? purse.left / weight : purse.left;
        settled.payers += voters;
        if (payable < price) {
            settled.poor.push_back(ballots[at]);
            poor_most = std::max(poor_most, payable);
            add_history(ballots[at], voters);
        } else {
            settled.payers_with_rest += voters;
            settled.weight += static_cast<std::int64_t>(weight) * voters;
            rich_least = std::min(rich_least, payable);
        }
    }
    if (settled.weight == 0) {
        if (is_exactly_unaffordable(project) == Unaffordable::yes) return false;
        return settle_carefully(project, settled);
    }
    settle_price(settled, settled.payers - settled.payers_with_rest);
    const double exact = ratio(settled.price, denominator_) / static_cast<double>(settled.weight);
    const double margin = purse_error() + 8 * unit_roundoff * (start_left_ + std::abs(exact));
    if (poor_most + margin < exact && exact < rich_least - margin) return true;
    return settle_carefully(project, settled);
}

/// Settles when some voters are too close to the price for doubles, or on the wrong side of it.
bool PurchaseRun::settle_carefully(std::uint32_t project, Settled& settled)
{
    const auto ballots = active(project);
    std::vector<char> is_poor(ballots.size());
    std::vector<char> is_exact(ballots.size()); // has exactly the price
    while (true) {
        history_.assign(bought_, 0);
        settled.weight = 0;
        settled.payers = 0;
        std::int64_t poor_voters = 0;
        for (std::size_t at = 0; at < ballots.size(); ++at) {
            if (purses_[ballots[at]].left == 0) continue;
            const auto voters = election_.voters_of(ballots[at]);
            settled.payers += voters;
            if (is_poor[at] != 0) {
                poor_voters += voters;
                add_history(ballots[at], voters);
            } else {
                settled.weight += static_cast<std::int64_t>(weight_at(project, at)) * voters;
            }
        }
        // Nobody can pay a lower bound of the price, so there is no price. (At first nobody is
        // poor.)
        if (settled.weight == 0) {
            invariant(is_exactly_unaffordable(project) == Unaffordable::yes,
                      "who together can pay can pay at some price");
            return false;
        }
        settle_price(settled, poor_voters);
        const double price =
            ratio(settled.price, denominator_) / static_cast<double>(settled.weight);
        const double margin = purse_error() + 8 * unit_roundoff * (start_left_ + std::abs(price));
        bool changed = false;
        for (std::size_t at = 0; at < ballots.size(); ++at) {
            const double left = purses_[ballots[at]].left;
            if (left == 0) continue;
            const double weight = weight_at(project, at);
            const double over = left / weight - price;
            int sign = over > 0 ? 1 : -1;
            if (std::abs(over) <= margin) sign = exact_sign(ballots[at], weight, settled);
            is_exact[at] = sign == 0 ? 1 : 0;
            // Prices only rise from here on, so who is poor once stays so.
            if (sign < 0 && is_poor[at] == 0) {
                is_poor[at] = 1;
                changed = true;
            }
        }
        if (!changed) break;
    }
    settled.poor.clear();
    settled.payers_with_rest = 0;
    for (std::size_t at = 0; at < ballots.size(); ++at) {
        if (purses_[ballots[at]].left == 0) continue;
        if (is_poor[at] != 0 || is_exact[at] != 0)
            settled.poor.push_back(ballots[at]);
        else
            settled.payers_with_rest += election_.voters_of(ballots[at]);
    }
    return true;
}

/// The sign of what a voter of this ballot would have left after paying the settled price.
int PurchaseRun::exact_sign(std::uint32_t ballot, double weight, const Settled& settled)
{
    history_.assign(bought_, 0);
    add_history(ballot, 1);
    Integer left = money_of(1, prices_, share_);
    left *= settled.weight;
    left.add_product(settled.price, -static_cast<std::int64_t>(weight));
    return left.sign();
}

/// Adds what each of `voters` paid with so far to `history_`; they have paid all of it in full.
void PurchaseRun::add_history(std::uint32_t ballot, std::int64_t voters)
{
    if (bought_ == 0) return;
    for (const auto& mark : election_.marks(ballot)) {
        const auto purchase = bought_as_[mark.project];
        if (purchase == never || !is_support(mark, supporters_.utility)) continue;
        history_[purchase] += supporters_.weighted ? mark.points * voters : voters;
    }
}

/// Horner's scheme: what `voters` with the weights in `history_` have left, over `denominator_`.
Integer PurchaseRun::money_of(std::int64_t voters, const std::vector<Integer>& prices,
                              const Integer& start)
{
    Integer money = start;
    money *= voters;
    std::int64_t pending = 1; // factors not yet multiplied in
    for (std::size_t at = 0; at < bought_; ++at) {
        if (pending > std::numeric_limits<std::int64_t>::max() / weights_[at]) {
            money *= pending;
            pending = 1;
        }
        pending *= weights_[at];
        if (history_[at] == 0) continue;
        money *= pending;
        pending = 1;
        money.add_product(prices[at], -history_[at]);
    }
    if (pending != 1) money *= pending;
    return money;
}

/// Price and slope for the partition whose poor are summed up in `history_`.
void PurchaseRun::settle_price(Settled& settled, std::int64_t poor_voters)
{
    settled.price = denominator_;
    settled.price *= election_.projects()[settled.project].cost;
    settled.slope = 0;
    if (poor_voters == 0) return;
    settled.price -= money_of(poor_voters, prices_, share_);
    if (sloped()) settled.slope = -money_of(poor_voters, slopes_, share_slope_);
}

PurchaseRun::Unaffordable PurchaseRun::is_exactly_unaffordable(std::uint32_t project)
{
    history_.assign(bought_, 0);
    std::int64_t voters = 0;
    for (const auto ballot : active(project)) {
        if (purses_[ballot].left == 0) continue;
        voters += election_.voters_of(ballot);
        add_history(ballot, election_.voters_of(ballot));
    }
    Integer missing = denominator_;
    missing *= election_.projects()[project].cost;
    missing -= money_of(voters, prices_, share_);
    if (missing.sign() <= 0) return Unaffordable::no;
    if (sloped())
        limit_increments(ratio(missing, denominator_),
                         -ratio(money_of(voters, slopes_, share_slope_), denominator_));
    return Unaffordable::yes;
}

/// Is a's rho smaller, or equal and a's rank the earlier one?
std::strong_ordering PurchaseRun::compare_rho(const Settled& a, const Settled& b) const
{
    Integer left = a.price;
    (left *= b.weight) *= supporters_.value[b.project];
    Integer right = b.price;
    (right *= a.weight) *= supporters_.value[a.project];
    return left <=> right;
}

} // namespace moothall::decide::shares
