#include "act/kept_rate.hpp"

#include "people/people.hpp"

#include <algorithm>

namespace moothall::act {

namespace {

std::int64_t* field_of(KeptRate& rate, std::string_view state)
{
    if (state == "running") return &rate.running;
    if (state == "overdue") return &rate.overdue;
    if (state == "moved_late") return &rate.moved_late;
    if (state == "kept") return &rate.kept;
    if (state == "broken") return &rate.broken;
    if (state == "withdrawn") return &rate.withdrawn;
    if (state == "given_up") return &rate.given_up;
    if (state == "apart_running") return &rate.apart.running;
    if (state == "apart_overdue") return &rate.apart.overdue;
    if (state == "apart_kept") return &rate.apart.kept;
    if (state == "apart_broken") return &rate.apart.broken;
    if (state == "apart_withdrawn") return &rate.apart.withdrawn;
    return nullptr;
}

} // namespace

std::string_view figure_of(CommitmentState state, bool overdue, bool judged)
{
    switch (state) {
    case CommitmentState::kept:
    case CommitmentState::broken:
        return to_text(state);
    case CommitmentState::withdrawn:
        return judged ? "given_up" : "withdrawn";
    case CommitmentState::open:
    case CommitmentState::moved:
        break;
    }
    if (overdue) return "overdue";
    return judged ? "moved_late" : "running";
}

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
        return rate.judged() + rate.running + rate.withdrawn + rate.apart.all();
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
        all.moved_late += rate.moved_late;
        all.kept += rate.kept;
        all.broken += rate.broken;
        all.withdrawn += rate.withdrawn;
        all.given_up += rate.given_up;
        all.apart.running += rate.apart.running;
        all.apart.overdue += rate.apart.overdue;
        all.apart.kept += rate.apart.kept;
        all.apart.broken += rate.apart.broken;
        all.apart.withdrawn += rate.apart.withdrawn;
    }
    return all;
}

std::vector<KeptMonth> list_kept_months(store::Transaction& transaction, const Viewer& viewer,
                                        Id circle)
{
    constexpr int months_max = 18;
    std::vector<KeptMonth> months;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT n.month, sum(n.kept), sum(n.not_kept)
             FROM commitment_month n JOIN circle c ON c.org_id = n.org_id AND c.circle_id = n.circle_id
             WHERE n.org_id = ?1 AND c.org_id = ?1 AND (?3 = 0 OR n.circle_id = ?3)
               AND n.kept + n.not_kept > 0
               AND (c.visibility = 'public' OR c.circle_id IN (SELECT m.circle_id FROM membership m
                                                               WHERE m.org_id = ?1 AND m.person_id = ?2))
             GROUP BY n.month ORDER BY n.month DESC LIMIT ?4 )sql",
                           viewer.organisation, viewer.person, circle, months_max))
        months.push_back({row.string(0), row.integer(1), row.integer(2)});
    std::ranges::reverse(months);
    return months;
}

std::vector<KeptRate> list_kept_rates_of(store::Transaction& transaction, Id organisation,
                                         const std::vector<Id>& circles)
{
    std::vector<KeptRate> rates(circles.size());
    for (std::size_t at = 0; at < circles.size(); ++at) rates[at].circle = circles[at];
    if (circles.empty()) return rates;
    for (const auto& row :
         transaction.query("SELECT circle_id, state, commitments FROM commitment_count "
                           "WHERE org_id = ?1 AND circle_id IN_IDS(?2)",
                           organisation, store::IdList{circles}))
        for (auto& rate : rates)
            if (rate.circle == row.id(0))
                if (auto* field = field_of(rate, row.text(1))) *field = row.integer(2);
    return rates;
}

} // namespace moothall::act
