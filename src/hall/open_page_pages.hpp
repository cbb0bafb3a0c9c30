#pragma once

#include "hall/open_page.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

/// What the pages "how we work together" show.
namespace moothall::hall {

/// GET /together: those that are open; /circles/:id/together: one, with the forms of its steward.
void mount_open_page_pages(web::Router& router);
/// The same for programs: /api/v1/open-pages, /api/v1/circles/:id/together.
void mount_open_page_api(web::Router& router);

struct TogetherList {
    web::Frame frame;
    std::vector<OpenPage> pages;
    web::Empty empty;
};

struct TogetherPage {
    web::Frame frame;
    Id circle;
    std::string circle_name;
    const OpenPage* page; // none: not written yet
    bool consented;
    bool member;
    bool steward;
    bool named; // the viewer's own name stands there
    std::vector<ChosenTitle> to_choose;
    web::FilledForm form;
    web::Field words;
    web::Field reason;             // why the circle is asked no more
    std::optional<Time> vote_ends; // while it runs
    std::string refused;           // what was wrong beside the form
};

} // namespace moothall::hall
