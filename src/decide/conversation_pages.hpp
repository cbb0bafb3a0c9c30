#pragma once

#include "decide/conversation_map.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"
#include "web/writer.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

/// What the pages of conversations show.
namespace moothall::decide {

void mount_conversation_pages(web::Router& router);
void mount_conversation_form_pages(web::Router& router);
void mount_conversation_file_pages(web::Router& router);
void mount_conversation_api(web::Router& router);

inline constexpr std::string_view opinion_cookie = "opinions";

/// Who votes by this request: the viewer, or the browser where visitors may.
Voter voter_of(const web::Request& request, const web::Context& context,
               const Conversation& conversation);
/// Whether a browser without an account may vote here.
bool lets_visitors_in(web::Context& context, const Conversation& conversation);

web::Chip chip_of(const Conversation& conversation, Time now, const web::Language& language);
/// "A", "B" …
std::string letter_of(std::size_t group);
/// The texts of statements that results name, whatever their state.
using StatementTexts = std::unordered_map<Id, std::string>;
StatementTexts load_texts(store::Transaction& transaction, Id organisation, Id conversation,
                          const std::vector<Id>& statements);

// -- the list -------------------------------------------------------------------------------------

struct ConversationRow {
    const Conversation& conversation;
    web::Chip chip;
};
struct ConversationsPage {
    web::Frame frame;
    std::vector<web::Tab> states;
    std::vector<ConversationRow> rows;
    web::Pages pages;
    web::Empty empty;
    std::string begin_path; // empty: the viewer may not
    bool may_import = false;
    std::string about_title; // when it lists those about one thing
};

// -- one statement at a time ----------------------------------------------------------------------

struct VoteCard {
    std::string path; // of the conversation, without its words
    std::string csrf;
    std::optional<Statement> next;
    std::int64_t voted = 0;
    std::int64_t all = 0;
    bool may_vote = false;
    std::string not_voting; // why not
    std::string sign_in_path;
    std::string note;     // what her voting so far means for the map
    bool visitor = false; // she votes without an account
    bool may_propose = false;
};
VoteCard make_vote_card(const web::Request& request, web::Context& context,
                        const Conversation& conversation, const Voter& voter,
                        const std::string& sign_in_path);

// -- results --------------------------------------------------------------------------------------

struct StandsForView {
    std::string text;
    std::string sentence; // "31 of 35 here agree, 4 of 40 elsewhere"
    bool agree = true;
};
struct GroupView {
    std::string letter;
    int number = 0; // from 1: its colour
    std::string size;
    bool mine = false;
    std::vector<StandsForView> stands_for;
};
struct AgreementView {
    std::string text;
    std::string sentence;
};
struct DivisionLine {
    std::string letter;
    std::string label;
    std::int64_t agrees = 0;
    std::int64_t seen = 0;
};
struct DivisionView {
    std::string text;
    std::vector<DivisionLine> groups;
};

struct MapLabel {
    int x = 0;
    int y = 0;
    std::string letter;
    int group = 0;
    std::string hull; // around its people, as the points of a polygon
};
/// The map as it is drawn, in a box of 1000 by 640.
struct MapPicture {
    std::string view_box;
    std::string label; // for those who cannot see it
    std::vector<MapDot> dots;
    std::vector<MapLabel> groups;
    bool has_you = false;
    int you_x = 0;
    int you_y = 0;
    std::string closer_path; // empty: no closer
    std::string wider_path;
    std::string left_path;
    std::string right_path;
    std::string up_path;
    std::string down_path;
    bool moves = false; // there is something beside what is shown
};
struct OpinionsView {
    bool found = false;
    std::string people;   // who is on the map, and who is not and why
    std::string visitors; // counted apart
    std::string when;
    std::vector<GroupView> groups;
    std::vector<AgreementView> agreed;
    std::string agreed_head;
    std::vector<DivisionView> divided;
    MapPicture picture;
};
OpinionsView make_opinions(const web::Request& request, web::Context& context,
                           const Conversation& conversation, const ConversationMap& map,
                           const OpinionStanding& standing, const std::string& map_path);

// -- pages of one conversation --------------------------------------------------------------------

struct ConversationPage {
    web::Frame frame;
    const Conversation& conversation;
    web::Chip chip;
    std::string about_path;
    std::string moderation; // the rule, for all to read
    std::string when;
    VoteCard card;
    OpinionsView opinions;
    bool may_lead = false;
    bool may_export = false;
    std::string refused;
    Time now;
};

struct GroupCell {
    std::string head; // of its column
    std::string agree;
};
struct StatementRow {
    const Statement& statement;
    std::string counts;
    std::string visitors;
    std::vector<GroupCell> by_group;
};
struct StatementsPage {
    web::Frame frame;
    const Conversation& conversation;
    std::vector<web::Tab> states;
    StatementState state = StatementState::shown;
    std::vector<StatementRow> rows;
    std::vector<std::string> groups; // heads of columns
    web::Pages pages;
    web::Empty empty;
    bool may_lead = false;
    bool may_propose = false;
    std::string refused;
    Id refused_at;
    std::string typed;
    Time now;
};

struct OwnOpinionsPage {
    web::Frame frame;
    const Conversation& conversation;
    std::vector<OwnOpinion> opinions;
    bool may_change = false;
};

struct StatementFormPage {
    web::Frame frame;
    const Conversation& conversation;
    web::FilledForm form;
    web::Field text;
    std::vector<Statement> similar;
    std::string moderation;
    bool asked = false; // similar ones are shown, and she may post hers still
};

struct ConversationFormPage {
    web::Frame frame;
    web::FilledForm form;
    std::string path;
    std::string about_title;
    Id about;
    web::Field question;
    web::Field words;
    std::optional<web::Field> statements;
    std::optional<web::Field> circle;
    web::Field moderation;
    std::optional<web::Field> anonymous;
    web::Field closes;
    std::string button;
};

struct ConversationImportPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field question;
    web::Field circle;
};

// -- on other pages -------------------------------------------------------------------------------

struct ConversationSummary {
    std::string question;
    std::string path;
    web::Chip chip;
    std::string figures;
    std::vector<AgreementView> agreed;
};
struct ConversationPart {
    std::vector<ConversationSummary> rows;
    std::string begin_path; // empty: the viewer may not
};
/// The conversations about a theme, decision or goal with what came of them (web::Hooks).
void write_conversation_part(web::Writer& out, const web::Request& request, web::Context& context,
                             const record::Thing& thing);

} // namespace moothall::decide
