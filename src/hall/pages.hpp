#pragma once

#include "hear/pages.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

/// Pages across stages.
namespace moothall::hall {

/// "/".
void mount_front_pages(web::Router& router);

struct FrontPage {
    web::Frame frame;
    std::string headline;
    std::string lead;
    std::vector<hear::VoiceRow> heard;   // what moves people now
    std::vector<hear::VoiceRow> changed; // done
    std::vector<hear::VoiceRow> coming;  // planned and started
    bool is_empty;
    bool may_say;
    Time now;
};

} // namespace moothall::hall
