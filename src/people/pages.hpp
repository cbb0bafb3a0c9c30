#pragma once

#include "people/pass.hpp"
#include "people/people.hpp"
#include "text/markdown.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

/// What the pages of people/ show.
namespace moothall::people {

void mount_account_pages(web::Router& router);
void mount_circle_pages(web::Router& router);
void mount_invitation_pages(web::Router& router);

struct PeoplePage {
    web::Frame frame;
    std::string query;
    std::vector<Person> people;
    web::Empty empty;
    web::Pages pages;
};

struct CirclesPage {
    web::Frame frame;
    std::vector<Circle> mine;
    std::vector<Circle> others;
    bool may_open;
};

struct MemberView {
    Member member;
    std::vector<web::Choice> roles; // for a steward
};

struct CirclePage {
    web::Frame frame;
    const Circle& circle;
    std::vector<MemberView> members;
    bool members_shown;
    bool is_everyone;
    bool may_join;
    bool may_leave;
    bool steward;
    web::Pages pages;
    web::FilledForm form; // of adding somebody
    web::Field add_name;
    web::Field add_role;
    SafeHtml part = {}; // what later stages know of it
};

struct CircleFormPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field name;
    web::Field purpose;
    web::Field kind;
    web::Field visibility;
    web::Field joining;
    web::Field moderation;
    std::string action;
    std::string button;
};

struct InvitationLine {
    Pass pass;
    std::string role;
};

struct InvitationsPage {
    web::Frame frame;
    const Circle& circle;
    web::FilledForm form;
    web::Field emails;
    web::Field role;
    std::vector<InvitationLine> open;
    std::vector<std::pair<std::string, std::string>> made; // address and link, shown once
};

struct SignInPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field email;
    web::Field password;
    std::string back;       // where to go afterwards
    std::string oidc_label; // of the way to the identity provider; empty: there is none
    std::vector<web::Choice> sample_people; // the sample company: be one of them
};

struct CodePage {
    web::Frame frame;
    web::FilledForm form;
    web::Field code;
    std::string email;
    std::string back;
};

struct NamePage { // what a newcomer wants to be called
    web::Frame frame;
    std::string called; // until then
    web::FilledForm form;
    web::Field name;
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
