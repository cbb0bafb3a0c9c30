#include "web/line_chart.hpp"

#include <algorithm>
#include <cmath>

namespace moothall::web {

std::string line_through(const std::vector<ChartPoint>& points)
{
    constexpr double width = 720; // as in _line_chart.html
    constexpr double ground = 125;
    constexpr double top = 105;
    std::string line;
    if (points.size() < 2) return line;
    for (const auto& [along, height] : points) {
        if (!line.empty()) line += ' ';
        line += std::to_string(std::lround(along * width)) + ',' +
                std::to_string(std::lround(ground - height * top));
    }
    return line;
}

std::string line_through(const std::vector<double>& heights)
{
    std::vector<ChartPoint> points;
    for (const double height : heights)
        points.push_back({static_cast<double>(points.size()) /
                              static_cast<double>(std::max<std::size_t>(heights.size() - 1, 1)),
                          height});
    return line_through(points);
}

std::string name_of_month(std::string_view month, const Language& language)
{
    const auto first_day = parse_date(std::string(month) + "-01");
    return first_day ? language.month(*first_day) : std::string(month);
}

} // namespace moothall::web
