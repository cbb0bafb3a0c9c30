#pragma once

#include "decide/budget_view.hpp"
#include "decide/decide.hpp"
#include "decide/proposal.hpp"
#include "hear/moderated.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <vector>

/// What the pages of decide/ show. A page is filled in by its handler and written by the template
/// of its name.
namespace moothall::decide {

void mount_decision_pages(web::Router& router);
void mount_proposal_pages(web::Router& router);
void mount_vote_pages(web::Router& router);
void mount_budget_pages(web::Router& router);
/// Pages and API of the highest number of wants.
void mount_priority_pages(web::Router& router);
void mount_budget_file_pages(web::Router& router);

// -- words ----------------------------------------------------------------------------------------

/// How a way of deciding is called, as a gettext key, and what it means in a sentence.
const char* name_of(Method method);
const char* explain(Method method);
/// What is held against the threshold; empty where there is none.
const char* explain_passing(Method method);
const char* name_of(DecisionState state);
web::Chip chip_of(const Decision& decision, const web::Language& language);
/// "more than half", "at least 2 of 3"; of what, the method says.
std::string threshold_words(Share threshold, const web::Language& language);
std::string quorum_words(Share quorum, const web::Language& language);
std::string tie_words(const Rules& rules, const web::Language& language);
/// That it had a say in a result.
std::string tie_notice(const Rules& rules, const web::Language& language);
/// What stood at the end of a sentence does not belong into the middle of another.
std::string without_full_stop(std::string text);
/// The name of an electorate's circle; "A private circle" for who may not know it.
std::string circle_words(const Electorate& electorate, const web::Language& language);
/// What a ballot says: "yes", "1. Trams, 2. Buses".
std::string choice_words(const Rules& rules, const Choice& choice, const web::Language& language);
/// A sentence that says why it passed or not.
std::string why_words(const Decision& decision, const web::Language& language);

// -- lists ----------------------------------------------------------------------------------------

struct DecisionRow {
    const Decision& decision;
    web::Chip state;
    std::string who; // the circles that decide
    std::string when;
};
struct DecisionsPage {
    web::Frame frame;
    std::vector<web::Tab> states;
    std::vector<web::Tab> circles;
    std::vector<DecisionRow> rows;
    web::Pages pages;
    web::Empty empty;
    bool may_propose = false;
};

// -- proposing ------------------------------------------------------------------------------------

struct ElectorateFields {
    web::Field circle;
    web::Field threshold;
    web::Field quorum;
};
/// What a form was opened about, as far as the viewer sees it: ids, or links as copied.
std::vector<AboutRow> read_about(const web::Request& request, web::Context& context);
struct TheoryFields {
    web::Field title;
    web::Field belief;
    web::Field beneficiary;
    web::Field measure;
    web::Field target;
    web::Field review_on;
};
struct ProposalPage {
    web::Frame frame;
    web::FilledForm form;
    TheoryFields theory;
    web::Field method;
    web::Field options;
    web::Field places;
    web::Field score_most;
    web::Field ties;
    web::Field closes_on;
    web::Field circle;
    web::Field amount; // of a budget
    web::Field unit;
    web::Field ballot;
    web::Field points;
    web::Field proposers;
    std::vector<ElectorateFields> electorates;
    std::string electorates_error;
    std::vector<AboutRow> about;
};

struct ProposalEditPage {
    web::Frame frame;
    web::FilledForm form;
    Decision decision;
    TheoryFields theory;
    bool has_options = false;
    web::Field options;
    web::Field closes_on;
};

// -- one decision ---------------------------------------------------------------------------------

struct ElectorateView {
    std::string circle;
    std::string circle_path; // empty: not for the viewer
    std::string threshold;
    std::string quorum;
    std::int64_t roll;
    std::int64_t voters;
    std::int64_t delegated; // cast for others: at the close, or if it closed now
    bool mine;              // the viewer is on its roll
};

/// One line of the ballot paper.
struct VoteLine {
    std::string label;
    std::string hint;
    std::string name;
    std::string value;
    bool chosen = false;
    std::vector<web::Choice> places; // of a select: a place or points
};
enum class Paper : std::uint8_t { radio, check, select };
struct VoteForm {
    Paper paper = Paper::radio;
    std::string legend;
    std::vector<VoteLine> lines;
    bool asks_reason = false;
    std::string reason;
    std::string error;
    std::string button;
};

struct ResultFigure {
    std::string label;
    std::string value;
    std::int64_t part = 0; // for the bar
    std::int64_t whole = 0;
    bool won = false;
};
struct RoundView {
    std::string what;
    std::vector<std::string> votes; // of each option
    std::string lost;               // so far, for want of a further option on the ballot
    std::string moved;              // what went where, in words
    std::string elected;
};
struct PairView {
    std::string sentence;
    std::string left_out; // why it did not count; empty: it did
};
struct ElectorateResult {
    std::string circle;
    std::string turnout;
    std::string quorum;
    std::string backing;
    std::string threshold;
    std::string sentence; // why this electorate passed or not
    std::string tie;      // the rule of ties, where it had a say
    bool passed = false;
    std::vector<ResultFigure> figures;
    std::vector<std::string> options;               // heads of the tables below
    std::vector<std::vector<std::string>> pairwise; // row option preferred to column option
    std::vector<PairView> pairs;
    std::vector<RoundView> rounds;
    std::string quota;
};
struct ResultView {
    std::string sentence;
    std::vector<ElectorateResult> electorates;
    std::string winners; // empty: none, or one proposal
};

struct ArgumentView {
    const hear::Reply& reply;
    bool may_hide;
    bool may_report;
};
struct History {
    Time at;
    std::string text;
};

struct DecisionPageView {
    web::Frame frame;
    const Decision& decision;
    web::Chip state;
    std::string belief; // without its full stop
    std::string beneficiary;
    std::string measure;
    std::string target;
    const char* method_name = "";
    const char* method_words = "";
    std::string ties;
    SafeHtml parts; // what later stages add: promises
    web::LoopLine loop;
    std::vector<ElectorateView> electorates;
    std::vector<AboutRow> about;
    std::optional<VoteForm> vote;
    std::string handed;     // how a vote that the viewer handed on is cast
    std::string handed_to;  // how many votes go with hers
    std::string weights;    // of the closed vote
    std::string not_voting; // why the viewer has no ballot paper; empty: nothing to say
    bool has_voted = false;
    std::vector<Objection> objections;
    std::optional<ResultView> result;
    std::optional<BudgetView> budget;
    std::vector<ArgumentView> in_favour;
    std::vector<ArgumentView> against;
    std::vector<ArgumentView> beside;
    bool more_arguments = false;
    bool may_argue = false;
    std::string argument_text;
    std::string argument_side;
    std::string argument_error;
    hear::Moderating moderating;
    bool may_edit = false;
    std::vector<ProposalRevision> revisions;
    bool may_open = false;
    bool may_close = false;
    bool closes_early = false; // to be closed before its day, with a public reason
    bool may_withdraw = false;
    bool may_review = false;
    bool is_due = false;
    std::optional<web::FilledForm> form;
    web::Field closing;
    web::Field withdrawal;
    web::Field review_result;
    web::Field review_value;
    web::Field review_words;
    std::vector<History> history;
    hear::Follow follow;
    Time now;
};

/// Which form of the page was refused.
enum class Refused : std::uint8_t { none, vote, argument, closing, withdrawal, review };
web::Response show_decision(const web::Request& request, web::Context& context, Id id,
                            const std::optional<Refusal>& refused, Refused form);

/// Makes the result of a closed decision readable from the count that was stored.
ResultView make_result(const Decision& decision, const web::Language& language);
VoteForm make_vote_form(const Decision& decision, const Standing& standing,
                        const web::Language& language);

// -- receipts -------------------------------------------------------------------------------------

struct ReceiptPage {
    web::Frame frame;
    const Decision& decision;
    std::vector<std::string> ballots;
    std::vector<std::string> leaves;
};
struct CheckPage {
    web::Frame frame;
    const Decision& decision;
    web::FilledForm form;
    web::Field receipt;
    std::optional<Inclusion> found;
    std::string place; // "number 3 of 41"
    std::string leaf;
};

} // namespace moothall::decide
