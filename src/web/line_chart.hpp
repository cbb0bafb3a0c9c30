#pragma once

#include "web/language.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace moothall::web {

/// A line over time, for web/_line_chart.html: what it says, its ends, and what the top of it
/// stands for. A table beside it says the same.
struct LineChart {
    std::string points; // empty: there are too few for a line
    std::string label;
    std::string first;
    std::string last;
    std::string top;
};
/// The points of a line through `heights`, each a share of the top; empty for fewer than two.
std::string line_through(const std::vector<double>& heights);
/// Where a point stands, as shares of the width and of the top.
struct ChartPoint {
    double along = 0;
    double height = 0;
};
/// The same through points that are not evenly apart.
std::string line_through(const std::vector<ChartPoint>& points);
/// "May 2026" for "2026-05", as figures are kept.
std::string name_of_month(std::string_view month, const Language& language);

} // namespace moothall::web
