#include "decide/shares/purchase_run.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

// THE METHOD OF EQUAL SHARES, ONE RUN
//
// D. Peters, G. Pierczyński, P. Skowron, "Proportional Participatory Budgeting with Additive
// Utilities", NeurIPS 2021 (arXiv 2008.13276), section 3.
//
// Each voter starts with the same share b. In each round, for each project c that is left, let
// rho(c) be the smallest number such that the supporters can pay its cost if each pays
// min(what she has left, rho * her utility). The project with the smallest rho is bought at that
// price; ties go by rank. A project whose supporters together have too little is out for good,
// since money never grows. For the same reason rho(c) never falls from round to round, so that an
// old value is a lower bound and most projects need no look in most rounds.
//
// Here a price is what a supporter pays for each unit of *weight*: her weight is 1 under the
// utilities cost and cardinality and her points otherwise, and rho = price / value of the project
// (see Supporters). Let the supporters be split into any two groups P and R. Since
//
//     cost = sum min(left, price * weight) <= sum over P of left + price * (weight of R),
//
// the number (cost - money of P) / (weight of R) is never above the true price (*), and it equals
// the price if P are those who cannot pay it ("the poor"). Taking as P those who cannot pay the
// last guess, and repeating, is Newton's method on a concave piecewise linear function: from any
// lower bound it climbs to the price in a few passes over the supporters, without sorting them.
//
// EXACT DECISIONS
//
// Doubles choose the candidates; they never decide. What decides:
//
// 1. The price of each purchase is computed exactly. All purses are sums of the start b = B / n
//    and of earlier prices: a voter who is not yet emptied has paid every project of hers in full,
//    and an emptied one has exactly 0. So the money of P is a combination, with whole numbers that
//    are counted, of B / n and the earlier prices. With prices N_j / D_j, D_0 = n and
//    D_j = D_(j-1) * (weight of R in round j), Horner's scheme adds them up with products by 64-bit
//    numbers only: one round costs O(rounds) such products of numbers of some hundred bits.
// 2. Purses in doubles therefore never inherit errors from each other. The price is within 4 units
//    of u = 2^-53 (integer.hpp), so one payment price * weight is within 6 u of itself (and it is
//    at most b), and subtracting it rounds by at most u * b. After r purchases
//
//        |purse - true purse| <= (8 r + 8) u b                                  (purse_error)
//
//    where the last 8 u b cover the start, u-squares and that a rounded purse is kept above 0.
//    Adding up d purses with v voters rounds by at most d u times the sum more. raise_bound()
//    subtracts all that, and the rounding of the division, from (*): what it stores is a true lower
//    bound of rho, whatever partition the doubles believed in.
// 3. The candidate with the smallest price in doubles is settled: its partition is proved, with
//    exact comparisons for voters whom the error bound cannot place, and its price computed as
//    in 1. Every other project whose lower bound does not lie above that price is settled as well,
//    and settled prices are compared as fractions. Hence the winner is the true one, and a tie is a
//    tie.
// 4. A project is dropped when its supporters' money, plus the error bound, is below its cost; when
//    that cannot be said, the money is added up as in 1.
//
// With the errors of 2, a share of 10^4 and 10^4 supporters, two prices must agree in about 11
// digits before 3 has to look at both, so exact ties are nearly all that is ever settled twice.
//
// HOW FAR THE NEXT STEP IS (LookAhead::increments)
//
// Add1 (add_one.cpp) repeats the run with one more unit for everybody, up to 10^5 times for a
// currency of small units. As long as the same projects are bought in the same order and the same
// voters are emptied by the same purchases, every purse and every price is an affine function of
// the increment. So we carry each purse's slope along, in doubles with their own error bound
// (slope_error, derived as above with exact slopes of prices), and whenever the run relies on an
// inequality between two affine functions, limit_increments() notes up to which increment it holds
// for sure. The inequalities are: whom a purchase empties cannot pay its price; the lower bound of
// each other project stays above the winner's rho (any partition gives a bound, so its supporters
// may cross its price freely); and what is unaffordable stays so. That the others can pay needs no
// watching: with larger shares prices fall and purses grow. (By induction over the purchases: the
// slope of a price is minus that of its poor's money over the weight of R, so it is not positive as
// long as no purse's slope is negative, and a purse's slope is one unit less slopes of prices.) An
// affine function that is positive at both ends of an interval is positive inside, thus all runs up
// to the smallest limit are alike. Errors only shorten the jump. Once the limit is below one
// increment there is nothing to gain and the run goes on without slopes.
//
// Cost: O(s) for each pass over s supporters, few passes for each purchase; memory 8 bytes for each
// vote. Limits: Election's on sums; weights and voters exact in doubles, i.e. below 2^53.

namespace moothall::decide::shares {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// What a purse holds at least in doubles unless it is emptied: the sign tells the two apart.
constexpr double least_purse = 1e-300;
constexpr std::int64_t increments_max = std::int64_t{1} << 60;

} // namespace

PurchaseRun::PurchaseRun(const Election& election, const Supporters& supporters,
                         std::span<const std::uint32_t> ranks)
    : election_(election), supporters_(supporters), ranks_(ranks)
{
    const auto projects = election.projects().size();
    const auto ballots = election.ballot_count();
    purses_.resize(ballots);
    emptied_by_.resize(ballots);
    active_.resize(supporters.ballots.size());
    active_weights_.resize(supporters.weights.size());
    active_count_.resize(projects);
    is_copied_.resize(projects);
    bought_as_.resize(projects);
    bound_.resize(projects);
    bound_slope_.resize(projects);
    estimate_.resize(projects);
    weighed_in_.resize(projects);
    is_dropped_.resize(projects);
    settled_.resize(1);
}

void PurchaseRun::run(std::int64_t increments, LookAhead look_ahead)
{
    start(increments, look_ahead);
    if (election_.voter_count() == 0) return;
    drop_what_nobody_could_pay();
    while (buy_one()) {
    }
}

void PurchaseRun::start(std::int64_t increments, LookAhead look_ahead)
{
    const auto voters = static_cast<std::int64_t>(election_.voter_count());
    const auto unit = election_.money_unit();
    look_ahead_ = look_ahead;
    limit_ = static_cast<double>(increments_max);
    purchases_.clear();
    cost_ = 0;
    bought_ = 0;
    history_.clear();
    std::ranges::fill(emptied_by_, never);
    std::ranges::fill(bought_as_, never);
    std::ranges::fill(weighed_in_, never);
    std::ranges::fill(is_copied_, char{0});
    std::ranges::fill(is_dropped_, char{0});
    order_.clear();
    if (voters == 0) return;

    denominator_ = voters;
    share_slope_ = Integer(unit) * Integer(voters);
    share_ = share_slope_ * Integer(increments) + Integer(election_.budget());
    start_left_ = ratio(share_, denominator_);
    slopes_sum_ = static_cast<double>(unit);
    for (std::size_t at = 0; at < purses_.size(); ++at)
        purses_[at] = {.left = std::max(start_left_, least_purse),
                       .slope = slopes_sum_,
                       .voters = static_cast<double>(election_.voters_of(at))};
    for (std::uint32_t at = 0; at < election_.projects().size(); ++at) {
        const auto cost = election_.projects()[at].cost;
        if (supporters_.weight[at] == 0 || cost == 0) continue;
        // (*) with nobody poor; rounding makes it wrong by less than 5 u.
        bound_[at] = static_cast<double>(cost) /
                     (static_cast<double>(supporters_.weight[at]) *
                      static_cast<double>(supporters_.value[at])) *
                     (1 - 16 * unit_roundoff);
        bound_slope_[at] = 0;
        order_.push_back(at);
    }
}

/// Counts instead of scanning: at the start all supporters have the same.
void PurchaseRun::drop_what_nobody_could_pay()
{
    for (const auto at : order_) {
        Integer missing = Integer(election_.projects()[at].cost) * denominator_;
        missing.add_product(share_, -supporters_.votes[at]);
        if (missing.sign() <= 0) continue;
        is_dropped_[at] = 1;
        if (sloped())
            limit_increments(ratio(missing, denominator_),
                             -static_cast<double>(supporters_.votes[at]) * slopes_sum_);
    }
    remove_dropped();
}

double PurchaseRun::purse_error() const
{
    return (8.0 * static_cast<double>(bought_) + 8.0) * unit_roundoff * start_left_;
}

/// Like purse_error: one payment's slope is within 6 u of itself, one subtraction rounds by at most
/// u times the largest slope there can be, which slopes_sum_ bounds.
double PurchaseRun::slope_error() const
{
    return (8.0 * static_cast<double>(bought_) + 8.0) * unit_roundoff * slopes_sum_;
}

/// Remembers that `slack`, which is not negative, changes by `slope` with each increment and must
/// not fall below zero.
void PurchaseRun::limit_increments(double slack, double slope)
{
    if (slope >= 0) return;
    // The three roundings of this line are far below 2^-40.
    limit_ = std::min(limit_, std::max(slack, 0.0) / -slope * (1 - 0x1p-40));
}

std::int64_t PurchaseRun::increments_alike() const
{
    return static_cast<std::int64_t>(limit_);
}

Fraction PurchaseRun::price(std::size_t purchase) const
{
    Integer below = static_cast<std::int64_t>(election_.voter_count());
    for (std::size_t at = 0; at <= purchase; ++at) below *= weights_[at];
    return {prices_[purchase], below};
}

/// Adds up the supporters' money, those apart who cannot pay `price`, and forgets empty purses.
template <bool weighted, bool sloped>
PurchaseRun::Scan PurchaseRun::scan_as(std::uint32_t project, double price)
{
    const auto first = supporters_.first[project];
    const bool copied = is_copied_[project] != 0;
    const auto count = copied ? active_count_[project] : supporters_.degree(project);
    const std::uint32_t* from = (copied ? active_.data() : supporters_.ballots.data()) + first;
    std::uint32_t* to = active_.data() + first;
    const double* weights_from = nullptr;
    double* weights_to = nullptr;
    if constexpr (weighted) {
        weights_from = (copied ? active_weights_.data() : supporters_.weights.data()) + first;
        weights_to = active_weights_.data() + first;
    }
    Scan sum;
    std::size_t kept = 0;
    for (std::size_t at = 0; at < count; ++at) {
        const auto ballot = from[at];
        const Purse& purse = purses_[ballot];
        const double weight = weighted ? weights_from[at] : 1.0;
        to[kept] = ballot;
        if constexpr (weighted) weights_to[kept] = weight;
        kept += purse.left > 0 ? 1 : 0;
        const bool poor = purse.left < price * weight;
        const double money = purse.left * purse.voters;
        sum.total_money += money;
        sum.poor_money += poor ? money : 0.0;
        sum.rich_weight += poor ? 0.0 : purse.voters * weight;
        if constexpr (!weighted)
            sum.rich_least = std::min(sum.rich_least, poor ? infinity : purse.left);
        if constexpr (sloped) {
            const double slope = purse.slope * purse.voters;
            sum.total_slope += slope;
            sum.poor_slope += poor ? slope : 0.0;
        }
    }
    active_count_[project] = kept;
    is_copied_[project] = 1;
    return sum;
}

PurchaseRun::Scan PurchaseRun::scan(std::uint32_t project, double price)
{
    if (supporters_.weighted)
        return sloped() ? scan_as<true, true>(project, price)
                        : scan_as<true, false>(project, price);
    return sloped() ? scan_as<false, true>(project, price) : scan_as<false, false>(project, price);
}

bool PurchaseRun::is_surely_unaffordable(std::uint32_t project, const Scan& scan)
{
    const auto voters = static_cast<double>(supporters_.votes[project]);
    const auto degree = static_cast<double>(supporters_.degree(project));
    const auto cost = static_cast<double>(election_.projects()[project].cost);
    const double missing = cost - scan.total_money;
    const double error =
        voters * purse_error() + (degree + 8) * unit_roundoff * (scan.total_money + cost);
    if (missing <= error) return false;
    if (sloped()) {
        const double slope_error_sum =
            voters * slope_error() + (degree + 8) * unit_roundoff * voters * slopes_sum_;
        limit_increments(missing - error, -scan.total_slope - slope_error_sum);
    }
    is_dropped_[project] = 1;
    return true;
}

/// Takes (*) for the partition of a scan, less all errors, as the bound if it is a better one.
void PurchaseRun::raise_bound(std::uint32_t project, const Scan& scan)
{
    const auto voters = static_cast<double>(supporters_.votes[project]);
    const auto degree = static_cast<double>(supporters_.degree(project));
    const auto cost = static_cast<double>(election_.projects()[project].cost);
    const auto value = static_cast<double>(supporters_.value[project]);
    const double below = scan.rich_weight * value;
    const double error =
        voters * purse_error() + (degree + 8) * unit_roundoff * (scan.poor_money + cost);
    const double bound = (cost - scan.poor_money - error) / below * (1 - 16 * unit_roundoff);
    if (!(bound > bound_[project])) return;
    bound_[project] = bound;
    if (!sloped()) return;
    const double slope_error_sum =
        voters * slope_error() + (degree + 8) * unit_roundoff * voters * slopes_sum_;
    const double slope = (-scan.poor_slope - slope_error_sum) / below;
    bound_slope_[project] = slope - 16 * unit_roundoff * std::abs(slope);
}

/// Finds the project's price in doubles, or that rho is above `best`.
PurchaseRun::Verdict PurchaseRun::weigh(std::uint32_t project, double best)
{
    const auto cost = static_cast<double>(election_.projects()[project].cost);
    const auto value = static_cast<double>(supporters_.value[project]);
    weighed_in_[project] = static_cast<std::uint32_t>(bought_);
    if (best < infinity) {
        // One pass tells whether the project could compete at all.
        const double price = best * value;
        const Scan sum = scan(project, price);
        if (is_surely_unaffordable(project, sum)) return Verdict::unaffordable;
        if (sum.rich_weight > 0) {
            raise_bound(project, sum);
            estimate_[project] = (cost - sum.poor_money) / sum.rich_weight;
            if (estimate_[project] > price) return Verdict::dearer;
        }
    }
    double price = bound_[project] * value;
    while (true) {
        const Scan sum = scan(project, price);
        if (is_surely_unaffordable(project, sum)) return Verdict::unaffordable;
        estimate_[project] = price;
        // Nobody can pay, yet together they might just: settle() will see.
        if (sum.rich_weight == 0) return Verdict::candidate;
        raise_bound(project, sum);
        const double next = (cost - sum.poor_money) / sum.rich_weight;
        if (!(next > price)) return Verdict::candidate;
        estimate_[project] = next;
        if (!supporters_.weighted && sum.rich_least >= next) return Verdict::candidate;
        price = next;
    }
}

void PurchaseRun::sort_by_bound()
{
    // Bounds change little from round to round, and insertion sort loves what is nearly sorted.
    for (std::size_t at = 1; at < order_.size(); ++at) {
        const auto project = order_[at];
        std::size_t to = at;
        for (; to > 0 && bound_[order_[to - 1]] > bound_[project]; --to)
            order_[to] = order_[to - 1];
        order_[to] = project;
    }
}

void PurchaseRun::remove_dropped()
{
    std::erase_if(order_, [&](std::uint32_t at) { return is_dropped_[at] != 0; });
}

/// The project that is cheapest as far as doubles can tell; `never` when none is affordable.
std::uint32_t PurchaseRun::cheapest_candidate()
{
    std::uint32_t cheapest = never;
    double best = infinity;
    for (const auto project : order_) {
        if (bound_[project] > best) break;
        if (weigh(project, best) != Verdict::candidate) continue;
        const double rho = estimate_[project] / static_cast<double>(supporters_.value[project]);
        if (rho >= best) continue;
        best = rho;
        cheapest = project;
    }
    return cheapest;
}

/// One round. False when no project is affordable any more.
bool PurchaseRun::buy_one()
{
    while (true) {
        sort_by_bound();
        const auto candidate = cheapest_candidate();
        remove_dropped();
        if (candidate == never) return false;
        if (settle(candidate, settled_[0])) break;
        is_dropped_[candidate] = 1;
        remove_dropped();
    }
    std::size_t winner = 0;
    std::size_t settled = 1;
    std::vector<std::uint32_t> equal;
    const auto rho_at_most = [&] {
        const auto& first = settled_[0];
        return ratio(first.price, denominator_) /
               (static_cast<double>(first.weight) *
                static_cast<double>(supporters_.value[first.project])) *
               (1 + 16 * unit_roundoff);
    }();
    for (const auto project : order_) {
        if (project == settled_[0].project || bound_[project] > rho_at_most) continue;
        if (weighed_in_[project] != bought_ && weigh(project, rho_at_most) == Verdict::unaffordable)
            continue;
        if (bound_[project] > rho_at_most) continue;
        if (settled_.size() == settled) settled_.emplace_back();
        if (!settle(project, settled_[settled])) {
            is_dropped_[project] = 1;
            continue;
        }
        const auto order = compare_rho(settled_[settled], settled_[winner]);
        if (order < 0) {
            equal.clear();
            winner = settled;
        } else if (order == 0) {
            const auto other = settled_[winner].project;
            const bool goes_first = ranks_[project] < ranks_[other];
            equal.push_back(goes_first ? other : project);
            if (goes_first) winner = settled;
        }
        ++settled;
    }
    remove_dropped();
    if (sloped()) {
        for (std::size_t at = 0; at < settled; ++at)
            if (at != winner) keep_ahead_of(settled_[winner], settled_[at]);
        std::swap(settled_[0], settled_[winner]);
        // Those settled have been compared exactly; the others have bounds above the winner's rho.
        for (std::size_t at = 1; at < settled; ++at) is_dropped_[settled_[at].project] = 2;
        keep_ahead_of_the_rest(settled_[0]);
        for (std::size_t at = 1; at < settled; ++at) is_dropped_[settled_[at].project] = 0;
        winner = 0;
    }
    pay(settled_[winner], std::move(equal));
    return true;
}

void PurchaseRun::keep_ahead_of(const Settled& winner, const Settled& loser)
{
    const auto difference = [&](const Integer& of_loser, const Integer& of_winner) {
        Integer result = of_loser;
        (result *= winner.weight) *= supporters_.value[winner.project];
        Integer other = of_winner;
        (other *= loser.weight) *= supporters_.value[loser.project];
        return result -= other;
    };
    const Integer slope = difference(loser.slope, winner.slope);
    if (slope.sign() >= 0) return; // it never catches up; an exact tie stays one
    // Strictly before the two meet, where the rank might prefer the other one: a little less than a
    // whole number of increments is rounded down later.
    limit_ = std::min(limit_, ratio(difference(loser.price, winner.price), -slope) * (1 - 0x1p-40));
}

void PurchaseRun::keep_ahead_of_the_rest(const Settled& winner)
{
    const double value =
        static_cast<double>(winner.weight) * static_cast<double>(supporters_.value[winner.project]);
    const double rho = ratio(winner.price, denominator_) / value * (1 + 16 * unit_roundoff);
    const double exact_slope = ratio(winner.slope, denominator_) / value;
    const double slope = exact_slope + 16 * unit_roundoff * std::abs(exact_slope);
    for (const auto project : order_) {
        if (project == winner.project || is_dropped_[project] != 0) continue;
        limit_increments((bound_[project] - rho) * (1 - 4 * unit_roundoff),
                         bound_slope_[project] - slope);
    }
}

void PurchaseRun::pay(const Settled& winner, std::vector<std::uint32_t> equal)
{
    const auto project = winner.project;
    const double price = ratio(winner.price, denominator_) / static_cast<double>(winner.weight);
    const double slope = ratio(winner.slope, denominator_) / static_cast<double>(winner.weight);
    const auto ballots = active(project);
    for (const auto ballot : winner.poor) emptied_by_[ballot] = static_cast<std::uint32_t>(bought_);
    if (sloped()) {
        const double margin = purse_error() + 8 * unit_roundoff * start_left_;
        for (std::size_t at = 0; at < ballots.size(); ++at) {
            if (emptied_by_[ballots[at]] != bought_) continue;
            const Purse& purse = purses_[ballots[at]];
            const double weight = weight_at(project, at);
            const double error =
                slope_error() + 8 * unit_roundoff * (slopes_sum_ + std::abs(slope * weight));
            limit_increments(price * weight - purse.left - margin,
                             slope * weight - purse.slope - error);
        }
    }

    for (const auto ballot : winner.poor) {
        purses_[ballot].left = 0;
        purses_[ballot].slope = 0;
    }
    double weight_max = 1;
    for (std::size_t at = 0; at < ballots.size(); ++at) {
        Purse& purse = purses_[ballots[at]];
        if (purse.left == 0) continue;
        const double weight = weight_at(project, at);
        weight_max = std::max(weight_max, weight);
        purse.left = std::max(purse.left - price * weight, least_purse);
        purse.slope -= slope * weight;
    }
    slopes_sum_ = (slopes_sum_ + std::abs(slope) * weight_max) * (1 + 0x1p-40);

    if (prices_.size() == bought_) {
        prices_.emplace_back();
        slopes_.emplace_back();
        weights_.emplace_back();
    }
    prices_[bought_] = winner.price;
    slopes_[bought_] = winner.slope;
    weights_[bought_] = winner.weight;
    denominator_ *= winner.weight;
    bought_as_[project] = static_cast<std::uint32_t>(bought_);
    purchases_.push_back({project, winner.payers, winner.payers_with_rest, std::move(equal)});
    cost_ += election_.projects()[project].cost;
    ++bought_;
    std::erase(order_, project);
}

} // namespace moothall::decide::shares
