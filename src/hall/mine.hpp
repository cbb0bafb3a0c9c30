#pragma once

#include "act/pages.hpp"
#include "hall/facts.hpp"
#include "hear/pages.hpp"
#include "organise/pages.hpp"
#include "people/people.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

#include <string>
#include <vector>

/// What waits for somebody, and her record: pages across stages.
namespace moothall::hall {

/// "/mine": seen by herself only.
void mount_mine_pages(web::Router& router);
/// "/people/:id": the same record for her and for whoever has her on the phone.
void mount_person_pages(web::Router& router);

/// A thing with a page, and since when it waits or what happened to it.
struct Line {
    std::string title;
    std::string path;
    std::string note;
};

/// How much falls due in one week.
struct LoadWeek {
    Date monday;
    std::int64_t promises = 0;
};

struct MinePage {
    web::Frame frame;
    std::vector<web::Tab> parts; // of the page, in which something waits
    std::vector<organise::RequestView> requests;
    std::vector<act::PromiseRow> promises;
    std::vector<act::CalloutView> callouts;
    std::vector<Line> votes;
    std::vector<Line> reviews;
    std::vector<Line> to_mend; // procedures that must be mended or retired
    std::vector<Line> follows;
    std::vector<LoadWeek> load;
    std::int64_t load_most; // for the bars; at least 1
    bool nothing;           // waits
    bool habit_shown;       // to others: "usually answers within a day"
    std::string habit;
    Time now;
};

struct RecordPage {
    web::Frame frame;
    const people::Person& person;
    bool self;
    std::string habit;
    std::vector<organise::Skill> skills;
    std::vector<people::Circle> circles; // that the viewer may know of
    std::vector<hear::VoiceRow> voices;
    std::vector<act::PromiseRow> promised_to;
    std::vector<act::PromiseRow> promised_by;
    std::vector<organise::RequestView> requests;
    std::vector<Line> decisions;
    std::vector<Line> changes; // the last ones, of what is hers
    bool may_write_for;        // on the phone: a voice for her
    FactsPart facts;           // what is known about her
    bool may_chat;             // her door is open to the viewer
    Time now;
};

} // namespace moothall::hall
