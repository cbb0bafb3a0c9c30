#pragma once

#include "hear/moderated.hpp"
#include "tell/announcement.hpp"
#include "web/frame.hpp"
#include "web/parts.hpp"

#include <optional>
#include <vector>

/// "/changelog": what we changed, and the announcements on pages of their own.
namespace moothall::tell {

struct ChangelogPage {
    web::Frame frame;
    std::vector<Announcement> drafts; // of the viewer's circles, on the first page
    std::vector<Announcement> announcements;
    web::Pages pages;
    web::Empty empty;
    bool may_write = false;
};

struct AnnouncementPage {
    web::Frame frame;
    const Announcement& announcement;
    hear::Moderating moderating;
    bool may_change = false;
};

struct AnnouncementFormPage {
    web::Frame frame;
    std::string path; // where it is sent
    web::FilledForm form;
    web::Field title;
    web::Field words;
    std::optional<web::Field> circle; // of a new one
    bool published = false;           // it is only saved
};

void mount_changelog_pages(web::Router& router);
void mount_changelog_api(web::Router& router);

} // namespace moothall::tell
