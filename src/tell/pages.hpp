#pragma once

#include "tell/notification.hpp"
#include "web/frame.hpp"

namespace moothall::tell {

struct NotificationLine {
    std::string text;
    std::string path;
    bool read;
    Time created;
};

struct NotificationsPage {
    web::Frame frame;
    std::vector<NotificationLine> lines;
    std::int64_t unread;
    web::Pages pages;
    web::Empty empty;
    Time now;
};

} // namespace moothall::tell
