#pragma once

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
    std::string theme_title; // when it is about one theme
    std::vector<ReportSection> sections;
};

void mount_report_pages(web::Router& router);

} // namespace moothall::tell
