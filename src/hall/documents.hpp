#pragma once

#include "files/files.hpp"
#include "hall/compared_versions.hpp"
#include "hall/document_folder.hpp"
#include "hear/hear.hpp"
#include "hear/moderated.hpp"
#include "text/json.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

#include <optional>
#include <string>
#include <vector>

/// Documents: what they say, what is said beside their paragraphs, and how others would write them.
/// Here and not in write/, because a comment is a reply of hear/.
namespace moothall::hall {

void mount_document_pages(web::Router& router);
void mount_document_form_pages(web::Router& router);
/// The zip of a circle's tree, and the way back; for pages and programs.
void mount_document_folder_pages(web::Router& router);
void mount_suggestion_pages(web::Router& router);
void mount_document_api(web::Router& router);
void mount_suggestion_api(web::Router& router);

/// Makes it, and lets its author hear of what is said there.
Result<write::Document> make_document(web::Context& context, const write::NewDocument& wanted,
                                      const SafeHtml& html);

/// The circles in whose tree she may write, to choose from.
std::vector<web::Choice> list_homes(web::Context& context);

/// What somebody says beside a paragraph, or to what was said there.
struct NewComment {
    std::string body;
    std::int64_t paragraph = 0; // 0: about the whole
    Id parent;                  // the comment that is answered, whose paragraph it then stands at
};
Result<hear::Reply> comment_on(web::Context& context, Id document, const NewComment& wanted,
                               const hear::Rendered& rendered);

/// With what hangs on it, of a single one.
void write_json(JsonWriter& json, const write::Document& document,
                const std::vector<files::File>* attached = nullptr);

/// Who may read it, as a coloured word.
web::Chip chip_of(const write::Document& document, const web::Language& language);
web::Chip chip_of(const write::Suggestion& suggestion, const web::Language& language);

/// What was sent as `choice-0`, `choice-1` …: one for each choice among the chunks.
std::vector<write::Take> read_takes(const web::Request& request, std::size_t choices);

struct DocumentRow {
    write::Document document;
    web::Chip chip;
    int depth = 0; // in the tree
    std::string_view depth_class() const;
};

struct DocumentsPage {
    web::Frame frame;
    std::vector<web::Tab> tabs;
    std::vector<web::Tab> circles;
    std::string circle; // its id, of the tree that is shown; empty: none
    std::string query;
    std::vector<DocumentRow> rows;
    std::vector<write::Document> to_read;
    web::Pages pages;
    web::Empty empty;
    std::string new_path;    // empty: she may write none here
    std::string zip_path;    // of the tree that is shown; empty: she is nobody, or none is shown
    std::string import_path; // empty: she may write none here
};

/// Documents that come in as a zip, with what came of it.
struct DocumentImportPage {
    web::Frame frame;
    web::FilledForm form;
    web::Field circle;
    web::Field said;
    std::optional<DocumentImport> outcome;
    std::vector<std::string> errors;
};

/// What was said beside a paragraph.
struct CommentView {
    hear::Reply reply;
    write::Comment place;
    std::string_view depth_class;
    bool may_settle = false;
    bool may_report = false;
    bool may_hide = false;
};
struct ParagraphView {
    std::int64_t id = 0;
    SafeHtml html;
    std::vector<CommentView> comments;
    bool open = false;   // its comments are unfolded
    bool asks = false;   // with a form to write one
    Id parent = {};      // the comment that is answered; none: the paragraph
    std::string form_id; // of the text area
};
struct ContentsLine {
    std::int64_t paragraph = 0;
    std::string title;
    std::string_view level_class;
};
struct SuggestionRow {
    write::Suggestion suggestion;
    web::Chip chip;
};

struct DocumentPage {
    web::Frame frame;
    const write::Document& document;
    web::Chip chip;
    std::vector<write::Document> above;
    std::vector<write::Document> below;
    std::vector<ContentsLine> contents;
    std::vector<ParagraphView> paragraphs;
    ParagraphView whole;                    // what is said of all of it
    std::vector<ParagraphView> gone;        // beside paragraphs that were removed
    std::string more_comments;              // a path; empty: these are all
    std::vector<SuggestionRow> suggestions; // open ones
    std::vector<files::ShownFile> files;    // that its text does not show itself
    std::vector<write::PageVersion> versions;
    std::vector<people::Someone> editing;
    hear::Follow follow;
    hear::Moderating moderating;
    bool may_edit = false;
    bool may_rule = false;
    bool may_comment = false;
    bool may_chat = false;     // with who answers for it
    bool asks_reading = false; // of the viewer, who did not confirm it yet
    bool has_read = false;
    std::vector<write::Reading> readings; // for who may say who reads it
    std::string comment_text;
    std::string comment_error;
    Time now;
};

struct DocumentCardPage {
    web::Frame frame;
    const write::Document& document;
};

/// A new one, one that is edited, and a suggestion: the same page to fill in.
struct DocumentFormPage {
    web::Frame frame;
    std::string path; // where it is sent
    std::string back;
    std::string back_title;
    std::string lead;
    web::FilledForm form;
    std::vector<web::Choice> templates; // to begin with
    std::vector<people::Someone> editing;
    web::Field title;
    std::optional<web::Field> purpose;
    web::Field words;
    std::vector<files::ShownFile> files; // that hang on it
    files::FileField file_field;         // not shown: a suggestion brings none
    std::optional<web::Field> said;
    std::optional<web::Field> circle;
    std::optional<web::Field> parent;
    std::optional<web::Field> place;
    std::optional<web::Field> is_template;
    std::optional<web::Field> confirm;
    std::optional<web::Field> read_anew;
    std::vector<web::Choice> before; // what was there when the form was opened: sent back as it is
    std::string version;             // that it is written on; empty: a new one
    std::string button;
};

struct RulePage {
    web::Frame frame;
    const write::Document& document;
    web::FilledForm form;
    web::Field rule;
    web::Field readers;
    web::Field why;
    web::Field decides;
    web::Field review_on;
};

/// A change that may be taken or left, with the words around it.
struct ChoiceView {
    std::size_t number = 0;
    write::Chunk chunk;
    std::string before;
    std::string after;
    bool conflict() const { return chunk.origin == write::Origin::conflict; }
};
std::vector<ChoiceView> choices_of(const std::vector<write::Chunk>& chunks);

/// Two wrote at once, and changed the same words.
struct ConflictPage {
    web::Frame frame;
    const write::Document& document;
    std::vector<ChoiceView> conflicts; // numbered among themselves
    std::string version;               // that was written on
    std::string title;
    std::string purpose;
    std::string words;
    std::string said;
    std::vector<web::Choice> order; // all else that the form said, by the names of its fields
    files::FileField file_field;    // shown when files were sent: they are to be chosen again
};

struct SuggestionPage {
    web::Frame frame;
    const write::Document& document;
    const write::Suggestion& suggestion;
    web::Chip chip;
    std::vector<ChoiceView> choices;
    std::string base_title;
    bool other_title = false;
    bool may_settle = false;
    bool may_withdraw = false;
    std::string refused;
    std::string reason;
};

struct DocumentVersionPage {
    web::Frame frame;
    const write::Document& document;
    const ComparedVersions& compared;
    std::vector<write::RowHunk> hunks;
};

struct DocumentHistoryPage {
    web::Frame frame;
    const write::Document& document;
    std::vector<write::PageVersion> versions;
    std::vector<SuggestionRow> suggestions;
    std::string older_versions;
    std::string older_suggestions;
};

} // namespace moothall::hall
