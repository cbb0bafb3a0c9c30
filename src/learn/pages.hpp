#pragma once

#include "act/act.hpp"
#include "learn/learn.hpp"
#include "web/frame.hpp"
#include "web/line_chart.hpp"
#include "web/parts.hpp"
#include "web/router.hpp"

/// What the pages of learn/ show. A page is filled in by its handler and written by the template of
/// its name.
namespace moothall::learn {

void mount_clock_pages(web::Router& router);
void mount_clock_api(web::Router& router);

/// How long a step took: what half of the voices, and nine of ten, waited at most.
struct ClockCell {
    std::string step;   // "answered"
    std::string median; // empty: no voice has come so far
    std::string ninth;
    std::int64_t voices = 0;
    std::string path; // of the voices behind it
};

struct ClockRow {
    std::string label;
    std::string path;
    std::vector<ClockCell> cells; // one for each step
    std::string own_pace; // the customers' own clock: how often the same is raised; empty: unknown
    std::string own_pace_path;
};

struct ClockTable {
    std::string title;
    std::string lead;
    std::vector<ClockRow> rows;
    bool with_own_pace = false;
};

/// The medians of a step by month, as a line with its table.
struct ClockChart {
    web::LineChart line;
    ClockTable table;
};

/// A share of the people who spoke, and the voices behind it.
struct HeardShare {
    std::string text;
    std::string path;
};

struct ClockPage {
    web::Frame frame;
    std::vector<std::string> steps; // "Answered" …
    std::vector<ClockCell> all;
    std::vector<web::Tab> circles;
    std::vector<ClockChart> charts;
    act::KeptChart kept;
    std::vector<ClockTable> tables;
    std::string own_pace;
    HeardRate heard;
    std::string voices_path; // of those who spoke
    HeardShare answered;     // "71 % got an answer"
    HeardShare outcomes;
    bool is_empty = false;
};

struct SpanLine {
    std::string title;
    std::string path;
    std::string span;
};
struct SpansPage {
    web::Frame frame;
    std::string lead;
    std::string clock_path;
    std::vector<std::string> chosen; // what the list is narrowed to
    std::vector<SpanLine> lines;
    web::Pages pages;
};

} // namespace moothall::learn
