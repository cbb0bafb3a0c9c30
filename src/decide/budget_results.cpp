#include "decide/budget_results.hpp"

#include <utility>

namespace moothall::decide {

namespace {

/// Some 100 KB each; four languages of eight budgets.
constexpr std::size_t kept_max = 32;

} // namespace

std::shared_ptr<const WrittenResult> BudgetResults::find(const std::string& budget,
                                                         const std::string& state) const
{
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(budget);
    if (found == kept_.end() || found->second.state != state) return nullptr;
    return found->second.written;
}

void BudgetResults::keep(const std::string& budget, const std::string& state,
                         std::shared_ptr<const WrittenResult> written)
{
    const std::lock_guard lock(mutex_);
    kept_.insert_or_assign(budget, Kept{state, std::move(written)});
    // Ids grow with time, so the oldest budgets go: people look at what was closed lately.
    while (kept_.size() > kept_max) kept_.erase(kept_.begin());
}

} // namespace moothall::decide
