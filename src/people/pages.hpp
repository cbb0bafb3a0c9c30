#pragma once

#include "people/people.hpp"
#include "text/markdown.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

/// What the pages of people/ show.
namespace moothall::people {

void mount_account_pages(web::Router& router);
void mount_circle_pages(web::Router& router);
void mount_invitation_pages(web::Router& router);

struct SignInPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field email;
    web::Field password;
    std::string back; // where to go afterwards
    bool oidc;
    std::vector<web::Choice> sample_people; // the sample company: be one of them
};

struct CodePage {
    web::Frame frame;
    web::FilledForm form;
    web::Field code;
    std::string email;
    std::string back;
};

struct LinkPage { // a link that needs a click: mail scanners open links too
    web::Frame frame;
    std::string lead;
    std::string action;
    std::string secret;
    std::string button;
    std::vector<web::Field> fields;
    web::FilledForm form;
};

} // namespace moothall::people
