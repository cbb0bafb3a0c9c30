#pragma once

#include "act/pages.hpp"
#include "decide/decide.hpp"
#include "text/json.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <vector>

/// The strategy: goals with the voices for and against them, and the questions to them. Here and
/// not in decide/, because a question is a call-out of act/.
namespace moothall::hall {

void mount_goal_pages(web::Router& router);
void mount_goal_api(web::Router& router);

void write_json(JsonWriter& json, const decide::Goal& goal, std::int64_t open_questions);

/// How a goal came out, as a coloured word; for one that stands whether its day is near.
web::Chip chip_of(const decide::Goal& goal, Time now, const web::Language& language);

struct GoalRow {
    const decide::Goal& goal;
    web::Chip chip;
    std::vector<act::Callout> questions; // that are not closed
};

struct StrategyPage {
    web::Frame frame;
    std::vector<web::Tab> tabs;
    std::vector<GoalRow> rows;
    web::Pages pages;
    web::Empty empty;
    bool may_set;
    Time now;
};

/// A voice that was looked for, to be put on a side.
struct FoundVoice {
    Id id;
    std::string title;
    std::string path;
};

struct GoalPage {
    web::Frame frame;
    const decide::Goal& goal;
    web::Chip chip;
    std::vector<decide::GoalVoice> in_favour;
    std::vector<decide::GoalVoice> against;
    std::vector<act::CalloutView> questions;
    std::vector<decide::GoalRevision> revisions;
    SafeHtml conversations; // where people agree about it
    std::string looked_for;
    std::vector<FoundVoice> found;
    bool may_change;
    bool may_speak;
    bool may_question;
    std::string refused; // what was wrong with a form
    std::string question_title;
    std::string question_body;
    Time now;
};

struct GoalFormPage {
    web::Frame frame;
    std::string path; // where it is sent
    web::FilledForm form;
    web::Field title;
    web::Field words;
    web::Field measure;
    web::Field target;
    web::Field due;
    web::Field owner;
    std::optional<web::Field> circle;   // of a new one
    std::optional<web::Field> position; // of one that is there
    std::optional<web::Field> outcome;
    std::optional<web::Field> why;
    std::string button;
};

} // namespace moothall::hall
