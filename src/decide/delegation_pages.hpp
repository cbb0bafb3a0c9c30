#pragma once

#include "decide/delegation.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

#include <vector>

namespace moothall::decide {

/// "/delegations" and "/api/v1/delegations".
void mount_delegation_pages(web::Router& router);
void mount_delegation_api(web::Router& router);

/// Topics of one kind, in a select.
struct TopicGroup {
    std::string name;
    std::vector<web::Choice> topics;
};
struct DelegationsPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field to;
    web::Field topic;
    std::vector<TopicGroup> topics;
    web::Field until;
    std::vector<Delegation> given;
    std::vector<Delegation> taken;
};

} // namespace moothall::decide
