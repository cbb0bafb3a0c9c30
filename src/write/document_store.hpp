#pragma once

#include "write/document.hpp"

/// The rows of documents.
namespace moothall::write {

void save_document(store::Transaction& transaction, Id organisation, const Document& document,
                   std::string_view paragraphs, std::int64_t next_paragraph);
/// Everything of its row but what the text makes of it; title and readers are of its thing.
void save_changed_document(store::Transaction& transaction, Id organisation,
                           const Document& document);
/// The ids of paragraphs with spaces between, as a document keeps them.
std::string ids_as_kept(const std::vector<std::int64_t>& ids);
std::int64_t find_next_paragraph(store::Transaction& transaction, Id organisation, Id document);
void save_paragraphs(store::Transaction& transaction, Id organisation, Id document,
                     std::string_view paragraphs, std::int64_t next_paragraph);
/// One open suggestion more or less.
void count_suggestion(store::Transaction& transaction, Id organisation, Id document,
                      std::int64_t add);

/// Whether a document stands under another, however far, and whoever may see what is between.
bool stands_under(store::Transaction& transaction, Id organisation, Id document, Id above);

/// Everything that answers the document is for those who read it.
void move_answers(store::Transaction& transaction, Id organisation, Id document, Id circle);

/// Puts a page's words into the index for search.
void index_page(store::Transaction& transaction, Id organisation, Id page, std::string_view title,
                std::string_view text);
/// Pages that hold all words (folded), best first, whoever may see them; at most 200.
std::vector<Id> search_pages(store::Transaction& transaction, Id organisation,
                             const std::vector<std::string>& words);

/// Writes a version: the page, its paragraphs, its words for search, and the titles of its things.
/// False when there is a newer one than `before` says.
bool save_text(store::Transaction& transaction, Time now, const Viewer& viewer,
               const Document& before, const PageText& text, const SafeHtml& html,
               Id suggested_by = {});

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb, const Document& document, std::vector<Id> concerns = {},
                  std::string data = {});

} // namespace moothall::write
