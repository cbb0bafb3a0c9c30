#include "act/kept_rate.hpp"

#include "people/people.hpp"

#include <algorithm>

namespace moothall::act {

namespace {

std::int64_t* field_of(KeptRate& rate, std::string_view state)
{
    if (state == "running") return &rate.running;
    if (state == "overdue") return &rate.overdue;
    if (state == "kept") return &rate.kept;
    if (state == "broken") return &rate.broken;
    if (state == "withdrawn") return &rate.withdrawn;
    if (state == "given_up") return &rate.given_up;
    return nullptr;
}

} // namespace

std::vector<KeptRate> list_kept_rates(store::Transaction& transaction, const Viewer& viewer)
{
    std::vector<KeptRate> rates;
    for (const auto& row : transaction.query(R"sql(
             SELECT n.circle_id, c.name, n.state, n.commitments
             FROM commitment_count n JOIN circle c ON c.org_id = n.org_id AND c.circle_id = n.circle_id
             WHERE n.org_id = ?1 AND c.org_id = ?1 AND n.commitments > 0
               AND (c.visibility = 'public' OR c.circle_id IN (SELECT m.circle_id FROM membership m
                                                               WHERE m.org_id = ?1 AND m.person_id = ?2))
             ORDER BY n.circle_id )sql",
                                             viewer.organisation, viewer.person)) {
        if (rates.empty() || rates.back().circle != row.id(0)) {
            KeptRate rate;
            rate.circle = row.id(0);
            rate.name = row.string(1);
            rates.push_back(std::move(rate));
        }
        if (auto* field = field_of(rates.back(), row.text(2))) *field = row.integer(3);
    }
    const auto promises = [](const KeptRate& rate) {
        return rate.judged() + rate.running + rate.withdrawn;
    };
    std::ranges::sort(rates, [&](const KeptRate& a, const KeptRate& b) {
        return promises(a) != promises(b) ? promises(a) > promises(b) : a.circle < b.circle;
    });
    return rates;
}

KeptRate find_kept_rate(store::Transaction& transaction, const Viewer& viewer)
{
    KeptRate all;
    for (const auto& rate : list_kept_rates(transaction, viewer)) {
        all.running += rate.running;
        all.overdue += rate.overdue;
        all.kept += rate.kept;
        all.broken += rate.broken;
        all.withdrawn += rate.withdrawn;
        all.given_up += rate.given_up;
    }
    return all;
}

} // namespace moothall::act
