#include "decide/shares/add_one.hpp"

#include "base/invariant.hpp"

#include <vector>

// Equal shares alone often leave money over, because voters whose projects are bought or out of
// reach keep what they have. "Add1" starts again with one more unit of money for everybody, until
// the projects would cost more than the budget (then the previous outcome stands) or no supported
// project fits any more (then this one stands). Stopping at the first overspending is part of the
// rule, as pabutools 1.2.3 has it and as cities have voted by; since the method is not monotone in
// the shares, a later step might have done better (arXiv 2502.11797). The unit is one unit of the
// currency, so that a budget in forints takes 10^4 to 10^5 steps. A run knows how many further
// steps are surely like it, and those are left out: same result, some hundred runs.

namespace moothall::decide::shares {

bool is_exhaustive(const Election& election, const Supporters& supporters, const PurchaseRun& run)
{
    std::vector<bool> is_bought(election.projects().size());
    for (const auto& purchase : run.purchases()) is_bought[purchase.project] = true;
    const auto left = election.budget() - run.cost();
    for (std::uint32_t at = 0; at < election.projects().size(); ++at) {
        const auto cost = election.projects()[at].cost;
        if (cost > 0 && supporters.weight[at] > 0 && !is_bought[at] && cost <= left) return false;
    }
    return true;
}

std::int64_t add_one_by_one(const Election& election, const Supporters& supporters,
                            PurchaseRun& run, std::int64_t& runs)
{
    std::int64_t increments = 0;
    while (true) {
        run.run(increments, LookAhead::increments);
        ++runs;
        if (run.cost() > election.budget()) break;
        if (is_exhaustive(election, supporters, run)) return increments;
        increments += run.increments_alike() + 1;
    }
    invariant(increments > 0, "shares of a budget cannot cost more than the budget");
    run.run(increments - 1);
    ++runs;
    return increments - 1;
}

} // namespace moothall::decide::shares
