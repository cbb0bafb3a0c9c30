#pragma once

#include "decide/budget.hpp"
#include "decide/tally/budget_count.hpp"
#include "decide/vote.hpp"
#include "web/frame.hpp"
#include "web/money.hpp"
#include "web/parts.hpp"
#include "web/request.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <vector>

/// What the pages of a shared budget show.
namespace moothall::decide {

/// "€12,000", "12 000 €", "12 days": as the language writes money, where the unit is a currency.
std::string money_words(std::int64_t hundredths, const std::string& unit,
                        const web::Language& language);
const char* name_of(shares::BallotKind ballot);
const char* explain(shares::BallotKind ballot);

struct ProjectRow {
    std::string number; // empty: not on the ballot
    std::string title;
    std::string path; // empty: not for the viewer
    std::string cost;
    std::string place;
    std::string standers;
    std::optional<web::Chip> state;
    std::string sentence; // why it won or lost
};

/// The ballot paper of a budget.
struct BudgetLine {
    std::string number; // on the ballot
    std::string name;   // of the field
    std::string value;
    bool chosen = false;
    std::string title;
    std::string path;
    std::string cost;
    std::int64_t cents = 0;
    std::string place;
};
struct BudgetForm {
    shares::BallotKind ballot = shares::BallotKind::approval;
    std::string legend;
    std::vector<BudgetLine> lines;
    std::int64_t number_max = 0; // of a field with points or a place
    std::string chosen;          // "Chosen so far: 3 projects for 12,000 of 50,000 €"
    web::AroundAmount around;    // an amount that a script adds up
    std::string budget;
    std::int64_t chosen_cents = 0;
    std::string chosen_amount;
    std::int64_t points_given = 0;
    std::int64_t points = 0;
    std::string error;
    std::string button;
};

/// Where the money came from and went, as a picture 360 units wide.
struct FlowBar {
    std::int64_t x, y, height;
    std::string css;
};
struct FlowRibbon {
    std::string path;
    std::string css;
};
struct FlowLabel {
    std::int64_t x, y;
    bool at_end = false;
    std::string text;
};
struct Flow {
    std::int64_t height = 0;
    std::string label;
    std::vector<FlowRibbon> ribbons;
    std::vector<FlowBar> bars;
    std::vector<FlowLabel> labels;
};
struct FlowSource {
    std::string name;
};
struct FlowTarget {
    std::string name;
    std::vector<std::int64_t> from; // hundredths, by source
    bool spent = true;
};
Flow make_flow(const std::vector<FlowSource>& sources, const std::vector<FlowTarget>& targets,
               std::string label);

struct PaymentView {
    std::string project;
    std::string path;
    std::string amount;
    std::string others; // "You and 412 others paid"
};
struct ShareView {
    std::string share; // her part of the budget
    std::string paid;
    std::string left;
    std::string on_paper; // that the count was repeated with larger shares; empty: it was not
    std::vector<PaymentView> payments;
};

struct RuleView {
    std::string name;
    bool ours = false;
    std::string projects;
    std::string cost;
    std::string reached;
    std::string missed;
    std::string leaves_out; // of what equal shares bought
    std::string instead;    // what it would have bought instead
};
struct MoneyRow {
    std::string project;
    std::vector<std::string> from; // by electorate, then what was left over
    std::string cost;
};

struct BudgetView {
    std::string amount;
    std::string ballot; // how people vote
    std::string ballot_words;
    std::string ties;
    std::vector<ProjectRow> projects; // before the close: all
    bool may_propose = false;
    std::string propose_path;
    std::optional<BudgetForm> form;
    // after the close
    bool closed = false;
    std::string sentence;
    std::string share; // what each voter had
    std::string lead;  // both, on the page
    SafeHtml result;   // all of the following down to the rules, written out
    std::vector<ProjectRow> bought;
    std::vector<ProjectRow> completed;
    std::vector<ProjectRow> free; // and somebody wants them
    std::vector<ProjectRow> unwanted_free;
    std::vector<ProjectRow> lost;
    std::string tie;               // the rule of ties, where it had a say
    std::vector<std::string> tied; // each time it had
    bool explaining = false;       // what losers would have needed is still being worked out
    Flow flow;
    std::vector<std::string> sources;
    std::vector<MoneyRow> money;
    std::vector<RuleView> rules;
    std::optional<ShareView> mine; // from the receipt that this browser keeps
    std::string share_path;
    std::string file_path;
};

BudgetForm make_budget_form(const Decision& decision, const Standing& standing,
                            const std::vector<Project>& projects, const web::Language& language,
                            const web::Request* refused);
/// Why each project was bought or not.
void fill_budget_rows(BudgetView& view, const Decision& decision,
                      const std::vector<Project>& projects, const std::vector<Need>& needs,
                      const web::Language& language);
/// That, the share, where the money went, and what other rules would have bought.
void fill_budget_result(BudgetView& view, const Decision& decision,
                        const std::vector<Project>& projects, const std::vector<Need>& needs,
                        const web::Language& language);
ShareView make_share_view(const Decision& decision, const VoterShare& share,
                          const std::vector<Project>& projects, const web::Language& language);

/// How a project stands: hidden, declined, bought; none where there is nothing to say.
std::optional<web::Chip> project_chip(const Project& project, const Decision& decision,
                                      const web::Language& language);
/// The share of the voter whose ballot that is; none when no such ballot lies in the box.
std::optional<ShareView> find_share(web::Context& context, const Decision& decision,
                                    std::string_view leaf_or_ballot);
/// Has the voter's browser keep the fingerprint of her ballot.
void keep_receipt(web::Response& response, const web::Context& context, const Decision& decision,
                  const std::string& ballot);
/// The part of a decision's page that only a budget has.
void fill_budget(BudgetView& view, const web::Request& request, web::Context& context,
                 const Decision& decision, const Standing& standing,
                 const std::optional<Refusal>& refused);

// -- pages ----------------------------------------------------------------------------------------

/// A voice or theme that something is about.
struct AboutRow {
    Id id;
    std::string title;
    std::string path;
};

struct ProjectFormPage {
    web::Frame frame;
    const Decision& decision;
    web::FilledForm form;
    std::string action;
    std::string button;
    web::Field title;
    web::Field cost;
    web::Field place;
    web::Field words;
    std::vector<AboutRow> about;
};

struct ProjectPage {
    web::Frame frame;
    const Decision& decision;
    const Project& project;
    std::string cost;
    std::optional<web::Chip> state;
    std::string sentence;
    std::vector<Named> standers;
    std::vector<AboutRow> about;
    bool may_change = false;
    bool may_stand = false;
    bool may_judge = false;
    std::optional<web::FilledForm> form;
    web::Field reason;
};

struct SharePage {
    web::Frame frame;
    const Decision& decision;
    web::FilledForm form;
    web::Field receipt;
    std::optional<ShareView> share;
};

struct BudgetImportPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field title;
    web::Field unit;
    web::Field circle;
    web::Field votes;
    web::Field file;
    std::string problem; // in the file, with its line
};

} // namespace moothall::decide
