#pragma once

#include "hear/pages.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

/// Pages across stages.
namespace moothall::hall {

/// "/".
void mount_front_pages(web::Router& router);

/// A line of what was heard, changed, or will be done: its proof is where it leads.
struct FrontLine {
    std::string title;
    std::string path;
    std::string language; // of the title, when it is another's words
    std::string state;    // "promised and kept"
    std::string note;
};

/// A line of the headline; a figure opens what is behind it.
struct HeadLine {
    std::string text;
    std::string path;
};

struct FrontPage {
    web::Frame frame;
    std::vector<HeadLine> headline;
    std::string lead;
    web::LoopLine loop;               // the company's own figures, a stop for each stage
    std::vector<FrontLine> heard;     // what moves people now
    std::vector<FrontLine> changed;   // promises kept, voices done
    std::vector<FrontLine> coming;    // open votes, promises, what is started and planned
    std::vector<hear::Voice> stories; // what guests tell
};

} // namespace moothall::hall
