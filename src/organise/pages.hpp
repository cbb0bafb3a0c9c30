#pragma once

#include "hear/moderated.hpp"
#include "organise/organise.hpp"
#include "record/record.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"
#include "web/writer.hpp"

#include <string>
#include <vector>

/// What the pages of organise/ show.
namespace moothall::organise {

void mount_request_pages(web::Router& router);
void mount_chat_pages(web::Router& router);
/// Who knows, and skills.
void mount_know_pages(web::Router& router);
/// "Who may know this", on the page of a question (web::Hooks::thing_parts).
void write_knowers_part(web::Writer& out, const web::Request& request, web::Context& context,
                        const record::Thing& thing);
/// Who is asked about a thing, and the form to ask somebody, for the page of that thing
/// (web::Hooks::thing_parts).
void write_part(web::Writer& out, const web::Request& request, web::Context& context,
                const record::Thing& thing);

web::Chip chip_of(const Request& request, const web::Language& language);

/// A request with what the viewer may do about it.
struct RequestView {
    const Request& request;
    web::Chip chip;
    std::string habit; // "usually answers within a day"; empty: not known, or not shown
    bool may_take;
    bool may_answer; // and pass on, and decline
};

/// The views refer to `requests`. The habit of each person is looked up once.
std::vector<RequestView> make_views(web::Context& context, const std::vector<Request>& requests);

struct RequestsPage {
    web::Frame frame;
    std::vector<web::Tab> tabs;
    std::vector<RequestView> rows;
    web::Pages pages;
    web::Empty empty;
    std::string answer_time; // "half are answered within 3 hours"; empty: none yet
    Time now;
};

struct RequestPageView {
    web::Frame frame;
    RequestView view;
    hear::Moderating moderating;
    std::string answer_time;
    std::vector<hear::Someone> candidates;
    SafeHtml answer;         // the reply that answered it
    std::string answer_path; // or the promise
    std::string refused;
    std::string words; // as they were sent
    std::string person;
    Time now;
};

struct RequestFormPage {
    web::Frame frame;
    web::FilledForm form;
    Id about;
    std::string about_title;
    std::string about_path;
    web::Field person;
    web::Field topic;
    web::Field words;
    std::vector<Candidate> candidates; // of the topic, when it was looked up
    bool looked_up;
};

struct ThingPart {
    Id thing;
    Id author; // to write to; none: nobody, or the viewer herself
    std::vector<RequestView> rows;
    bool may_ask;
    std::string answer_time;
    std::string csrf;
    Time now;
};

} // namespace moothall::organise
