#pragma once

#include "record/record.hpp"
#include "text/html_blocks.hpp"
#include "write/lines/merge.hpp"
#include "write/page.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Documents: pages in the tree of a circle, each with a rule that says who may read it.
namespace moothall::write {

/// Who may read a document.
enum class Rule : std::uint8_t {
    open,   // whoever comes
    circle, // those who see what is in the circle in whose tree it stands
    closed, // a circle; others are told that it exists, why it is closed and who decides
    hidden, // a circle; for others it does not exist
};
std::string_view to_text(Rule rule); // open | circle | closed | hidden
std::optional<Rule> rule_of(std::string_view text);
/// Whether not everybody of its circle reads it, so that it needs a reason and a day to look again.
constexpr bool is_shut(Rule rule)
{
    return rule == Rule::closed || rule == Rule::hidden;
}

struct Document {
    Id id;
    std::string title;
    std::string purpose; // one line
    std::string words;
    SafeHtml words_html;
    std::string paragraphs; // the ids of its blocks, with spaces between
    std::int64_t version = 0;
    people::Someone author; // who answers for it
    Id circle;              // who reads it
    Id home;                // in whose tree it stands
    std::string home_name;  // empty: the viewer may not know of that circle
    Id parent;              // none: at the top
    std::int64_t place = 0;
    Rule rule = Rule::circle;
    std::string why; // of the rule
    std::optional<Date> review_on;
    people::Someone decides;
    Id card;                       // the thing that says that it exists; none: none was needed yet
    std::int64_t confirm_from = 0; // 0: readers confirm nothing
    bool is_template = false;
    std::int64_t suggestions = 0; // open ones
    Time created;
    Time changed;
    /// The viewer is told that it exists, and no more: title, why, decides and home are set.
    bool only_card = false;

    /// "/documents/0abc…-the-manual"; of a card without words that a title would not say.
    std::string path() const;
};

/// A paragraph of a document as it stands now.
struct Block {
    std::int64_t id = 0;
    SafeHtml html;
    std::string text() const { return text_of_html(html); }
    /// 1, 2, 3 … of a heading; 0: it is none.
    int heading() const;
};
std::vector<Block> blocks_of(const Document& document);

/// Whether she may write documents into the tree of this circle: its stewards and its members; of
/// Everyone only those who work here.
bool may_write_in(const Viewer& viewer, Id circle);
/// Whether she may edit it and settle what others suggest.
bool may_edit(const Document& document, const Viewer& viewer);
/// Whether she may say who reads it.
bool may_rule(const Document& document, const Viewer& viewer);

/// Who may read it, as somebody wants it.
struct RuleChange {
    Rule rule = Rule::circle;
    std::string why;
    std::optional<Date> review_on;
    Id decides; // none: whoever says so
    Id readers; // of a closed or hidden one; none: the circle in whose tree it stands
};

struct NewDocument {
    PageText text;
    Id home;   // none: Everyone
    Id parent; // none: at the top
    std::int64_t place = 0;
    RuleChange rule;
    bool is_template = false;
};
/// One event.
Result<Document> make_document(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, const NewDocument& wanted,
                               const SafeHtml& html);

struct DocumentChange {
    std::optional<std::string> title;
    std::optional<std::string> purpose;
    std::optional<std::string> words;
    std::string said;                    // what changed
    std::optional<std::int64_t> version; // that it was written on; none: the newest
    /// Where both changed the same words, what is taken of each, in order; good for `head` only.
    std::vector<Take> takes;
    std::optional<std::int64_t> head;
    std::optional<Id> parent;
    std::optional<std::int64_t> place;
    std::optional<bool> is_template;
    bool with_files = false; // what hangs on it changes too
    bool read_anew = false;  // readers confirm this version
    std::optional<bool> confirm;
};
struct Edited {
    Document document;
    bool merged = false; // with what somebody else wrote meanwhile
    /// Where both changed the same words: nothing was saved, and these are all chunks of the three
    /// texts. Empty: it is saved.
    std::vector<Chunk> conflict;
};
/// Changes what is given. What was written on an older version is put together with what came
/// since; where both changed the same words, who writes is asked. Nothing is written when all is
/// as it was. One event.
Result<Edited> edit_document(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id document, const DocumentChange& change);

/// Says who may read it from now on; what was said at it, and its history, obey that at once. One
/// event.
Result<Document> change_rule(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id document, const RuleChange& change);

/// The card that says that it exists is seen as the document itself is: hidden, or shown again.
void set_card_state(store::Transaction& transaction, Id organisation, Id document,
                    record::State state);

/// The document, if the viewer may read it.
Result<Document> find_document(store::Transaction& transaction, Id document, const Viewer& viewer);
/// The document if she may read it, or its card if she may know of it. `id` is of either.
Result<Document> find_document_or_card(store::Transaction& transaction, Id id,
                                       const Viewer& viewer);

struct DocumentQuery {
    Id circle; // in whose tree they stand
    Id parent; // under which they stand
    /// Words folded for search (text/query.hpp); none: all.
    std::optional<std::vector<std::string>> words;
    bool mine = false;      // of her circles, or with her in them
    bool templates = false; // those only
    int limit = 30;
    std::string after;
};
struct DocumentList {
    std::vector<Document> documents; // without their words
    std::string next;
};
/// Those the viewer may read or know of, the newest first; found by words, the best first and
/// without those she may only know of.
Result<DocumentList> list_documents(store::Transaction& transaction, const DocumentQuery& query,
                                    const Viewer& viewer);
inline constexpr int tree_documents_max = 2000;
inline constexpr std::int64_t tree_characters_max = 32'000'000;
/// All of a circle's tree that she may read, with their words: to be taken out. Refused (conflict)
/// when there are more than 2,000, or more than 32 million characters.
Result<std::vector<Document>> list_tree(store::Transaction& transaction, Id circle,
                                        const Viewer& viewer);
/// Makes the words for search of all documents anew, after an import of a whole hall.
void index_documents(store::Transaction& transaction);
/// Makes those stand at the top whose parent the viewer may not know of: for what is shown of them.
void leave_out_unknown_parents(store::Transaction& transaction, std::vector<Document>& documents,
                               const Viewer& viewer);
/// From the top down to the document, without itself, as far as the viewer may know of them.
std::vector<Document> list_above(store::Transaction& transaction, const Document& document,
                                 const Viewer& viewer);

// -- reading --------------------------------------------------------------------------------------

struct Reading {
    people::Someone by;
    std::int64_t version = 0;
    Time read;
};
/// She read this version. One event; once for each version.
Result<void> confirm_reading(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id document, std::int64_t version);
/// The version that she confirmed; 0: none.
std::int64_t find_reading(store::Transaction& transaction, Id document, const Viewer& viewer);
/// Who confirmed the version that is asked for, the newest first.
std::vector<Reading> list_readings(store::Transaction& transaction, const Document& document,
                                   const Viewer& viewer, int limit);
/// What she may read and has not confirmed though it is asked for.
std::vector<Document> list_to_read(store::Transaction& transaction, const Viewer& viewer,
                                   int limit);

// -- a hint for others ----------------------------------------------------------------------------

/// She begins to edit. No lock: two may edit at once, and nothing is lost.
Result<void> begin_editing(store::Transaction& transaction, Time now, const Viewer& viewer,
                           Id document);
/// Who else began within the last half hour and did not save yet.
std::vector<people::Someone> list_editing(store::Transaction& transaction, Time now, Id document,
                                          const Viewer& viewer);

} // namespace moothall::write
