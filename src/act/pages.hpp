#pragma once

#include "act/act.hpp"
#include "hear/moderated.hpp"
#include "record/record.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"
#include "web/writer.hpp"

#include <string>
#include <vector>

/// What the pages of act/ show.
namespace moothall::act {

void mount_promise_pages(web::Router& router);
void mount_callout_pages(web::Router& router);
/// The promises and the call-out of a voice or decision, for the page of that thing
/// (web::Hooks::thing_parts).
void write_part(web::Writer& out, const web::Request& request, web::Context& context,
                const record::Thing& thing);

/// The state of a promise as a coloured word.
web::Chip chip_of(const Commitment& commitment, const web::Language& language);
web::Chip chip_of(const Callout& callout, const web::Language& language);

struct PromiseRow {
    const Commitment& commitment;
    web::Chip chip;
};
std::vector<PromiseRow> make_rows(const std::vector<Commitment>& commitments,
                                  const web::Language& language);

struct PromisesPage {
    web::Frame frame;
    std::vector<web::Tab> tabs;
    std::vector<web::Tab> chosen; // filters that are on; the path takes one off
    std::vector<PromiseRow> rows;
    web::Pages pages;
    web::Empty empty;
    KeptRate all;
    std::vector<KeptRate> rates;
    KeptChart kept;
    Time now;
};

struct PromiseFormPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field what;
    web::Field to;
    web::Field by; // who promises; empty: the one who writes
    web::Field due;
    Id voice;
    Id decision;
    Id request;
    std::string source_title; // of what it is for
    std::string source_path;
};

struct CalloutView {
    const Callout& callout;
    web::Chip chip;
    bool may_answer;
    bool may_close;
    bool needs_reason;  // a steward who closes says why
    bool with_about;    // say what it is against
    bool with_title;    // say what it is, but on its own page
    std::string raiser; // what people are called here, also who left
    std::string called;
    std::string closed_by;
    std::string answer = {}; // as they were sent, when something was wrong with them
    std::string why = {};
};

struct CalloutPage {
    web::Frame frame;
    CalloutView view;
    std::string refused; // what was wrong with a form
    Time now;
};

CalloutView view_of(const Callout& callout, const Viewer& viewer, const web::Language& language);

struct PromisePage {
    web::Frame frame;
    const Commitment& commitment;
    web::Chip chip;
    hear::Moderating moderating;
    web::LoopLine loop;
    std::vector<CalloutView> callouts;
    bool mine;
    bool may_break; // or a steward, once it is overdue
    bool may_call_out;
    bool made_to_me;
    Id done_status;           // what a steward may set its voice to, now that the promise is kept
    std::string refused;      // what was wrong with a form
    std::string_view sent_to; // which one: keeping, breaking, withdrawal, moving or callouts
    std::string why;          // as it was sent
    std::string due;
    std::string title;
    std::string body;
    Time now;

    std::string_view why_of(std::string_view form) const
    {
        return sent_to == form ? std::string_view(why) : std::string_view();
    }
};

struct ThingPart {
    Id thing;
    std::string kind; // voice | decision
    std::vector<PromiseRow> rows;
    std::vector<CalloutView> callouts; // against the thing, or the call-out that the voice is
    bool more;
    bool may_promise;
    std::string csrf;
    Time now;
};

} // namespace moothall::act
