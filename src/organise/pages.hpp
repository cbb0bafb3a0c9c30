#pragma once

#include "hear/discussion.hpp"
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
void mount_barrier_pages(web::Router& router);
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

/// A barrier with its words for the reader.
struct BarrierView {
    const Barrier& barrier;
    web::Chip chip;
    const char* kind; // as a gettext key
    std::string answered_by;
};
struct BarriersPage {
    web::Frame frame;
    std::vector<web::Tab> tabs;
    std::vector<Barrier> barriers;
    std::vector<BarrierView> rows; // of those
    web::Pages pages;
    web::Empty empty;
    Time now;
};
struct BarrierPageView {
    web::Frame frame;
    BarrierView view;
    hear::Moderating moderating;
    hear::Discussion discussion;
    web::FilledForm form; // of the answer
    bool may_answer;
    web::Field state;
    web::Field remedy;
    web::Field due;
    web::Field who;
    web::Field kind;
    Time now;
};
struct BarrierFormPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field what;
    web::Field kind;
    web::Field who;
    web::Field words;
    std::string page; // where it was met
    bool without_account;
    std::string stamp; // when a stranger's form was shown
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
    std::string_view sent_to; // the form that was refused: it comes back as it was sent
    std::string words;
    std::string person;
    std::string why;
    Time now;

    std::string why_of(std::string_view form) const { return sent_to == form ? why : ""; }
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
