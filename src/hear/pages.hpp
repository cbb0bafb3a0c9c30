#pragma once

#include "files/files.hpp"
#include "hear/declining.hpp"
#include "hear/hear.hpp"
#include "hear/moving.hpp"
#include "text/highlight.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

/// What the pages of hear/ show. A page is filled in by its handler and written by the template of
/// its name.
namespace moothall::hear {

void mount_voice_pages(web::Router& router);
void mount_voice_list_pages(web::Router& router);
void mount_say_pages(web::Router& router);
void mount_story_pages(web::Router& router);
void mount_moderation_pages(web::Router& router);

/// The filters of a list of voices as its address says them. What is unknown filters nothing: an
/// old link still shows a list.
VoiceQuery read_voice_query(const web::Request& request, web::Context& context,
                            const std::vector<Status>& statuses);

/// How a kind of voice is called, as a gettext key: "Want".
const char* name_of_kind(std::string_view kind);
/// A status as a coloured word; names of ours are translated.
web::Chip chip_of(const Status& status, const web::Language& language);

struct Piece {
    std::string_view text;
    bool hit;
};

/// A line of a list of voices.
struct VoiceRow {
    const Voice& voice;
    const char* kind;
    web::Chip status;
    web::Support support;
    std::vector<Piece> title; // with what was searched for marked
    std::vector<Piece> excerpt;
    std::string why; // it stands where it stands; empty: the order says it
};

struct VoicesPage {
    web::Frame frame;
    std::string query;
    std::string form_fields_sort;
    std::vector<web::Tab> sorts;
    std::vector<web::Tab> kinds;
    std::vector<web::Tab> statuses;
    std::vector<web::Tab> circles;
    std::vector<web::Tab> tags;
    std::vector<web::Tab> chosen; // filters that are on; the path takes one off
    std::vector<VoiceRow> rows;
    std::vector<write::Document> documents; // that hold the words, too
    web::Pages pages;
    web::Empty empty;
    Time now;
};

/// A reply with what the viewer may do with it.
struct ReplyView {
    const Reply& reply;
    bool may_edit;
    bool may_choose; // mark it as the answer
    bool may_report;
    bool may_hide;
    bool may_answer; // reply to it
    std::string depth_class;
    std::string said_at; // the title of the merged voice with which it came; empty: this one
    std::vector<files::ShownFile> files;
};

struct VoicePageView {
    web::Frame frame;
    const Voice& voice;
    const char* kind;
    web::Chip status;
    web::Support support;
    std::vector<web::Tab> matters; // how much it matters: path is the value
    std::vector<ReplyView> replies;
    const Reply* answer;
    std::vector<web::Choice> statuses;
    Follow follow;
    web::LoopLine loop;
    Checks checks;
    std::vector<Merged> merged;      // into this voice
    std::vector<Someone> co_authors; // of those, each once
    std::string from;                // the title of the merged voice whose address was opened
    std::string stands_for_path;     // of what it was merged into
    std::string stands_for;
    std::int64_t own_supporters;
    std::int64_t unattributed;
    bool may_merge;
    std::string reply_text;
    std::string reply_error;
    bool is_looked_at; // what she says here waits for a steward
    std::vector<files::ShownFile> files;
    files::FileField file_field;
    std::string check_error;
    std::string official_text;
    std::string official_error;
    std::string hidden_reason;
    Id parent;
    const Reply* parent_reply;
    SafeHtml parts; // what later stages add: requests, promises
    bool may_reply;
    bool may_edit;
    bool may_answer_officially;
    bool takes_back; // what somebody else wrote for her
    bool may_hide;
    bool may_move; // another's voice to another circle
    bool may_report;
    bool more_replies;
    Time now;
};

/// Who speaks without an account, in a form.
struct StrangerFields {
    bool asked = false;         // the viewer has none
    bool by_invitation = false; // who has none cannot speak
    web::Field name = {};
    web::Field email = {};
    std::string stamp = {}; // when the form was shown
};
StrangerFields make_stranger_fields(web::Context& context, const web::FilledForm& form);

struct SayPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field text;
    web::Field title;
    web::Field kind;
    web::Field circle;
    web::Field tags;
    web::Field on_behalf_of; // shown to people of the company
    StrangerFields stranger;
    files::FileField files;
    std::vector<VoiceRow> similar;
    SafeHtml preview;
    bool has_preview;
    bool may_write_for_others;
};

struct EditPage {
    web::Frame frame;
    web::FilledForm form;
    const Voice& voice;
    std::vector<web::Field> lines; // title, tags
    web::Field body;
    web::Field kind;
    web::Field circle;
    bool may_change_text;
    bool may_move; // another's voice, with a reason: on a page of its own
    std::vector<files::ShownFile> files;
    files::FileField file_field;
};

struct ReplyEditPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field body;
    std::string action;
    std::string back;
    std::vector<files::ShownFile> files;
    files::FileField file_field;
};

struct HistoryPage {
    web::Frame frame;
    const Voice& voice;
    std::vector<Revision> revisions;
};

struct SupportersPage {
    web::Frame frame;
    const Voice& voice;
    std::vector<Supporter> supporters;
    web::Pages pages;
};

struct RoadmapColumn {
    std::string label;
    web::Chip status;
    std::vector<VoiceRow> rows;
    std::string all_path;
};
struct RoadmapPage {
    web::Frame frame;
    std::vector<RoadmapColumn> columns;
    bool is_empty;
};

struct ModerationPage {
    web::Frame frame;
    std::vector<Waiting> waiting;
    Time now;
};
struct HiddenPage {
    web::Frame frame;
    std::vector<Hidden> hidden;
    std::vector<Moved> moved;
    std::vector<LookedAt> looked_at;
};
struct ReasonPage { // why is it reported, hidden, or moved?
    web::Frame frame;
    web::FilledForm form;
    bool takes_back = false; // what somebody else wrote for her: no reason is asked
    web::Field reason;
    bool moves = false;
    web::Field circle; // where to
    std::string action;
    std::string lead;
    std::string button;
};

struct StoriesPage {
    web::Frame frame;
    std::vector<Voice> stories;
    web::Pages pages;
    web::Empty empty;
};
struct StoryFormPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field title;
    web::Field text;
    StrangerFields stranger;
    files::FileField files;
    bool is_looked_at; // it waits for a steward first
    bool has_preview;
    SafeHtml preview;
};

/// Rows for a list; `words` are marked where they stand.
std::vector<VoiceRow> make_rows(const std::vector<Voice>& voices, const web::Context& context,
                                const std::vector<std::string>& words);

} // namespace moothall::hear
