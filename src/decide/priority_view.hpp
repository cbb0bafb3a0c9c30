#pragma once

#include "base/id.hpp"
#include "web/frame.hpp"
#include "web/parts.hpp"

#include <string>
#include <vector>

/// What the page of the highest number of wants shows.
namespace moothall::decide {

struct PriorityLine {
    std::string title;
    std::string path;
    std::string effort;
    std::string people;
    std::string why; // it is left out
};
struct PrioritySet {
    std::string name;
    std::string words;
    std::string effort;
    std::string people;
    std::vector<PriorityLine> chosen;
    std::vector<PriorityLine> left_out;
};
struct RevenueRow {
    Id circle;
    std::string name;
    std::string revenue;
};
struct PrioritiesPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field capacity;
    bool is_empty = false;
    bool may_record = false;
    bool no_revenue = false;
    std::vector<PrioritySet> sets;
    std::vector<RevenueRow> revenues;
};

} // namespace moothall::decide
