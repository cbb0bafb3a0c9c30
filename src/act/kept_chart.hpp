#pragma once

#include "act/kept_rate.hpp"
#include "web/line_chart.hpp"

/// How promises were kept month by month, as pages of any stage show it with act/_kept_chart.html.
namespace moothall::act {

struct KeptRow {
    std::string month;
    std::string share; // "71 %"
    std::int64_t kept = 0;
    std::string kept_path;
    std::int64_t not_kept = 0;
    std::string not_kept_path;
};

struct KeptChart {
    web::LineChart line; // without points there is nothing to show
    std::vector<KeptRow> rows;
};

/// `circle`: whose promises these are, for the lists behind the numbers; none: all.
KeptChart make_kept_chart(const std::vector<KeptMonth>& months, Id circle,
                          const web::Language& language);

} // namespace moothall::act
