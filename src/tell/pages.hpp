#pragma once

#include "tell/notification.hpp"
#include "web/frame.hpp"
#include "web/parts.hpp"

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

struct UnsubscribePage {
    web::Frame frame;
    std::string lead; // what ends, or has ended
    std::string action;
    bool done = false;
    std::string again; // how it is switched on again
    std::string again_path;
    std::string again_label;
};

struct CircleMailPage {
    web::Frame frame;
    std::string circle;
    std::string circle_path;
    std::string address; // empty: it has none
    bool on = false;     // the house takes letters
    bool steward = false;
    web::FilledForm form;
    web::Field name;
};

} // namespace moothall::tell
