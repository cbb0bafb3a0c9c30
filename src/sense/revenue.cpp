#include "sense/revenue.hpp"

#include <algorithm>
#include <tuple>

namespace moothall::sense {

std::map<Id, std::int64_t> sort_by_revenue(store::Transaction& transaction, Id organisation,
                                           std::string_view lens,
                                           const std::map<Id, std::int64_t>& of_circles,
                                           std::vector<NamedTheme>& themes)
{
    std::map<Id, std::int64_t> revenue;
    for (const auto& row : transaction.query(R"sql(
             SELECT n.theme_id, n.circle_id FROM theme h CROSS JOIN theme_circle n CROSS JOIN circle c
             WHERE h.org_id = ?1 AND n.org_id = ?1 AND c.org_id = ?1 AND h.lens = ?2 AND h.merged_into = 0
               AND h.ended_us = 0 AND n.theme_id = h.theme_id AND c.circle_id = n.circle_id
               AND c.visibility = 'public' )sql",
                                             organisation, lens))
        if (const auto known = of_circles.find(row.id(1)); known != of_circles.end())
            revenue[row.id(0)] += known->second;
    const auto of = [&](const NamedTheme& theme) {
        const auto known = revenue.find(theme.id);
        return known == revenue.end() ? 0 : known->second;
    };
    std::ranges::sort(themes, std::ranges::greater{}, [&](const NamedTheme& theme) {
        return std::tuple(of(theme), theme.figures.people, theme.id);
    });
    return revenue;
}

} // namespace moothall::sense
