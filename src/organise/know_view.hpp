#pragma once

#include "organise/pages.hpp"

#include <string>
#include <vector>

/// What the pages of who knows and of skills show.
namespace moothall::organise {

struct ReasonView {
    const Ground& reason;
    std::string words;
};
struct KnowerView {
    const Knower& knower;
    std::vector<ReasonView> reasons;
    std::vector<std::string> when; // she is there, usually answers …
    bool here;
    std::string habit; // as the API says it; empty: not known
    bool may_write;
    bool may_ask; // pull her in
};
std::vector<KnowerView> make_views(web::Context& context, const std::vector<Knower>& knowers,
                                   bool may_ask);

struct KnowersPage {
    web::Frame frame;
    Id about;
    std::string title; // of the question
    std::vector<KnowerView> rows;
};

struct SkillsPage {
    web::Frame frame;
    web::FilledForm form;
    std::string text; // who knows this?
    Id about;         // none: it is asked of nothing
    std::vector<KnowerView> knowers;
    std::vector<Skill> skills;
    std::vector<Skill> gaps;
    web::Pages pages;
    web::Field name;
    web::Field words;
    web::Field wish;
    bool signed_in;
};
struct OneSkillPage {
    web::Frame frame;
    const Skill& skill;
    web::FilledForm form;
    web::Field words; // her own, when she has it
    Id viewer;
};

} // namespace moothall::organise
