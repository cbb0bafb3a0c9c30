#pragma once

#include "write/document.hpp"

/// Suggestions: whoever may read a document writes it as it should be; whoever may edit it takes
/// all of that, a part of it, or says why not.
namespace moothall::write {

enum class SuggestionState : std::uint8_t { open, accepted, part, declined, withdrawn };
std::string_view to_text(SuggestionState state);

struct Suggestion {
    Id id;
    Id document;
    people::Someone by;
    std::int64_t version = 0; // of the document that it was written on
    std::string title;
    std::string words; // of the whole document
    std::string why;
    SuggestionState state = SuggestionState::open;
    std::string reason; // of who settled it
    people::Someone settled_by;
    std::optional<Time> settled;
    std::int64_t into_version = 0; // 0: in none
    Time made;

    bool is_open() const { return state == SuggestionState::open; }
    /// "/documents/0abc…/suggestions/0def…"
    std::string path() const;
};

struct NewSuggestion {
    std::optional<std::string> title; // none: as it is
    std::string words;
    std::string why;
    std::optional<std::int64_t> version; // none: the newest
};
/// Refused (invalid) when it reads as the document does. One event.
Result<Suggestion> make_suggestion(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id document, const NewSuggestion& wanted);

Result<Suggestion> find_suggestion(store::Transaction& transaction, Id suggestion,
                                   const Viewer& viewer);
struct SuggestionList {
    std::vector<Suggestion> suggestions; // without their words
    std::string next;
};
/// Those of a document, the newest first.
Result<SuggestionList> list_suggestions(store::Transaction& transaction, Id document,
                                        const Viewer& viewer, bool open_only,
                                        std::string_view after, int limit);

/// What it would change of the document as it stands, word by word: `theirs` is the document now.
/// Of one that is settled: what it would have changed of the version it was written on.
std::vector<Chunk> chunks_of(store::Transaction& transaction, Id organisation,
                             const Suggestion& suggestion, const Document& document);

struct Acceptance {
    std::int64_t version = 0;               // of the document that was looked at
    std::optional<std::vector<Take>> takes; // one for each choice; none: all of it
    bool title = true;                      // the title too, if it was changed
    std::string reason;                     // optional
};
/// Takes all or part of it over, with credit. Refused (conflict) when the document moved on since
/// it was looked at, when all is asked for and both changed the same words, and when it is settled.
/// One event.
Result<Document> accept_suggestion(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id suggestion, const Acceptance& wanted);
/// With a reason, which all who read the document see. One event.
Result<Suggestion> decline_suggestion(store::Transaction& transaction, IdSource& ids, Time now,
                                      const Viewer& viewer, Id suggestion, std::string_view reason);
/// Who made it takes it back. One event.
Result<Suggestion> withdraw_suggestion(store::Transaction& transaction, IdSource& ids, Time now,
                                       const Viewer& viewer, Id suggestion);

} // namespace moothall::write
