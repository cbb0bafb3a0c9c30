#include "act/kept_chart.hpp"

namespace moothall::act {

KeptChart make_kept_chart(const std::vector<KeptMonth>& months, Id circle,
                          const web::Language& language)
{
    KeptChart chart;
    std::vector<double> shares;
    for (const auto& month : months) shares.push_back(month.share());
    chart.line.points = web::line_through(shares);
    if (chart.line.points.empty()) return chart;
    chart.line.label = language.t("Promises kept, month by month");
    chart.line.first = web::name_of_month(months.front().month, language);
    chart.line.last = web::name_of_month(months.back().month, language);
    chart.line.top = language.percent(1);
    const auto narrowed = circle ? "&circle=" + circle.text() : std::string();
    for (const auto& month : months) {
        const auto path_of = [&](std::string_view state) {
            return "/promises?state=" + std::string(state) + "&month=" + month.month + narrowed;
        };
        chart.rows.push_back({.month = web::name_of_month(month.month, language),
                              .share = language.percent(month.share()),
                              .kept = month.kept,
                              .kept_path = path_of("kept"),
                              .not_kept = month.not_kept,
                              .not_kept_path = path_of("not-kept")});
    }
    return chart;
}

} // namespace moothall::act
