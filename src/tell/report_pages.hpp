#pragma once

#include "act/act.hpp"
#include "tell/report.hpp"
#include "web/frame.hpp"
#include "web/parts.hpp"

namespace moothall::tell {

struct ReportPage {
    web::Frame frame;
    std::string period;
    std::string lead;
    std::vector<web::Tab> periods; // earlier, later
    std::vector<web::Tab> circles;
    std::vector<web::Tab> themes;
    web::Tab theme;        // when it is about one
    std::string lead_path; // the voices of the period
    bool cut = false;      // what happened earlier in it is left out
    std::vector<ReportSection> sections;
    act::KeptChart kept; // up to now, of the circle
};

/// What the address asks for; refused like what does not exist when the circle or theme is unseen.
Result<ReportQuery> read_report_query(const web::Request& request, store::Transaction& transaction,
                                      const Viewer& viewer, Time now);

void mount_report_pages(web::Router& router);

} // namespace moothall::tell
