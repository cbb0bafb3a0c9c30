#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "people/person.hpp"
#include "store/database.hpp"
#include "text/markdown.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A page of plain Markdown with all that it said before: what a procedure is, and a document.
namespace moothall::write {

inline constexpr std::size_t page_title_characters_max = 200;
inline constexpr std::size_t page_line_characters_max = 1000; // of its purpose, of what changed

/// What somebody wants a page to say.
struct PageText {
    std::string title;
    std::string purpose; // one line
    std::string words;   // Markdown
    std::string said;    // what changed, for everybody to read
};

struct PageVersion {
    std::int64_t version = 0;
    std::string title;
    std::string purpose;
    std::string words;
    std::string said;
    bool mends = false; // it answers the bypasses before it
    people::Someone by;
    people::Someone suggested_by; // who thought of it, when it was somebody else
    Time written;
};

/// The HTML of a page's words, slow to make, without a database. Refused (invalid, on "words").
Result<SafeHtml> render_words(std::string_view words);
/// The text as it is kept, or why it cannot be. "title" must be there; `said` may be empty.
/// One line of a page: its purpose, or what changed.
Result<std::string> check_line(std::string_view wanted, const char* field);
Result<PageText> check_text(const PageText& wanted);

/// Writes the page with its first version; its thing stands already.
void save_page(store::Transaction& transaction, Id organisation, Id page, const PageText& text,
               const SafeHtml& html, Id by, Time now);
enum class Mends : std::uint8_t { no, yes };
/// Writes the version after `version`. False when there is a newer one: somebody else was quicker.
bool save_version(store::Transaction& transaction, Id organisation, Id page, std::int64_t version,
                  const PageText& text, const SafeHtml& html, Mends mends, Id by, Time now,
                  Id suggested_by = {});

struct VersionPage {
    std::vector<PageVersion> versions; // without their words: those are read one by one
    std::int64_t next = 0;             // 0: these are all
};
/// Newest first, those before the version `before` (0: from the newest); of a page that the viewer
/// was found to see.
VersionPage list_versions(store::Transaction& transaction, Id organisation, Id page,
                          std::int64_t before, int limit);
/// One version with its words; refused as not found.
Result<PageVersion> find_version(store::Transaction& transaction, Id organisation, Id page,
                                 std::int64_t version);

} // namespace moothall::write
