#include "sample/sample.hpp"

#include "sample/plan.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace moothall::sample {

void fill_sample(store::Transaction& transaction, IdSource& ids, Time now,
                 const people::Founded& founded, files::Shelf& shelf)
{
    Cast cast(transaction, ids, now, founded, shelf);
    cast.enter();

    // Any numbers would do. Two, so that the voices stay as they are when more comes of them.
    Chance of_voices(20'260'503);
    Chance of_loop(20'260'504);
    auto steps = plan_voices(cast, of_voices);
    std::ranges::move(plan_loop(cast, of_loop), std::back_inserter(steps));
    Chance of_budgets(20'260'505);
    std::ranges::move(plan_budgets(cast, of_budgets), std::back_inserter(steps));
    Chance of_procedures(20'260'506);
    std::ranges::move(plan_procedures(cast, of_procedures), std::back_inserter(steps));
    Chance of_documents(20'260'507);
    std::ranges::move(plan_documents(cast, of_documents), std::back_inserter(steps));
    std::ranges::move(plan_delegations(cast), std::back_inserter(steps));
    std::ranges::move(plan_code(cast), std::back_inserter(steps));
    std::ranges::move(plan_facts(cast), std::back_inserter(steps));
    std::ranges::move(plan_announcements(cast), std::back_inserter(steps));
    std::ranges::move(plan_barriers(cast), std::back_inserter(steps));
    std::ranges::move(plan_agreements(cast), std::back_inserter(steps));
    std::ranges::move(plan_open_pages(cast), std::back_inserter(steps));
    for (std::size_t i = 0; i < steps.size(); ++i) steps[i].order = i;
    std::ranges::sort(steps, {}, [](const Step& step) { return std::pair{step.at, step.order}; });
    for (const auto& step : steps) step.take(step.at);

    // People who look around should not drown in a year and a half of notices.
    transaction.execute(R"sql(
        INSERT INTO consumer (org_id, name, event_id)
        SELECT ?1, 'tell', coalesce(max(e.event_id), 0) FROM event e
        WHERE e.org_id = ?1 AND e.at_us < ?2 )sql",
                        cast.organisation, now - notices_since);
}

} // namespace moothall::sample
