#include "web/line_chart.hpp"

#include <cmath>

namespace moothall::web {

std::string line_through(const std::vector<double>& heights)
{
    constexpr double width = 720; // as in _line_chart.html
    constexpr double ground = 125;
    constexpr double height = 105;
    std::string points;
    if (heights.size() < 2) return points;
    const auto step = width / static_cast<double>(heights.size() - 1);
    for (std::size_t i = 0; i < heights.size(); ++i) {
        if (i > 0) points += ' ';
        points += std::to_string(std::lround(static_cast<double>(i) * step)) + ',' +
                  std::to_string(std::lround(ground - heights[i] * height));
    }
    return points;
}

std::string name_of_month(std::string_view month, const Language& language)
{
    const auto first_day = parse_date(std::string(month) + "-01");
    return first_day ? language.month(*first_day) : std::string(month);
}

} // namespace moothall::web
