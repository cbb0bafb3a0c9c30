#include "write/suggestion.hpp"

#include "base/invariant.hpp"
#include "base/words.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/place.hpp"
#include "text/unicode.hpp"
#include "write/document_store.hpp"
#include "write/lines/words.hpp"

#include <algorithm>
#include <utility>

namespace moothall::write {

namespace {

constexpr std::pair<SuggestionState, std::string_view> suggestion_states[] = {
    {SuggestionState::open, "open"},           {SuggestionState::accepted, "accepted"},
    {SuggestionState::part, "part"},           {SuggestionState::declined, "declined"},
    {SuggestionState::withdrawn, "withdrawn"},
};

// ?1 the organisation, ?2 the viewer.
constexpr store::SqlLiteral suggestion_columns = R"sql(
    SELECT s.suggestion_id, s.document_id, t.author_id, coalesce(p.name, ''), s.version, s.title, s.why, s.state,
           s.reason, s.settled_by, coalesce(b.name, ''), s.settled_us, s.into_version, s.made_us)sql";
constexpr store::SqlLiteral suggestion_tables = R"sql(
    FROM suggestion s JOIN thing t ON t.org_id = s.org_id AND t.thing_id = s.suggestion_id
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    LEFT JOIN person b ON b.org_id = ?1 AND b.person_id = s.settled_by
    WHERE s.org_id = ?1 AND t.org_id = ?1 AND )sql";
constexpr int columns_of_suggestion = 14;

Suggestion read_suggestion(const store::Row& row)
{
    Suggestion suggestion;
    suggestion.id = row.id(0);
    suggestion.document = row.id(1);
    suggestion.by = {row.id(2), row.string(3)};
    suggestion.version = row.integer(4);
    suggestion.title = row.string(5);
    suggestion.why = row.string(6);
    suggestion.state = value_of(suggestion_states, row.text(7)).value_or(suggestion.state);
    suggestion.reason = row.string(8);
    suggestion.settled_by = {row.id(9), row.string(10)};
    if (row.integer(11) != 0) suggestion.settled = row.time(11);
    suggestion.into_version = row.integer(12);
    suggestion.made = row.time(13);
    return suggestion;
}

/// Settles it, once.
bool save_settled(store::Transaction& transaction, const Viewer& viewer, Time now, Id suggestion,
                  SuggestionState state, std::string_view reason, std::int64_t into_version)
{
    return transaction.execute(R"sql(
        UPDATE suggestion SET state = ?3, reason = ?4, settled_by = ?5, settled_us = ?6, into_version = ?7
        WHERE org_id = ?1 AND suggestion_id = ?2 AND state = 'open' )sql",
                               viewer.organisation, suggestion, to_text(state), reason,
                               viewer.person, now, into_version) == 1;
}

Refusal settled_already()
{
    return Refusal::conflict("This suggestion is settled already.");
}

/// A suggestion with its document, for who acts.
struct Both {
    Suggestion suggestion;
    Document document;
};
Result<Both> find_both(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto suggestion = find_suggestion(transaction, id, viewer);
    if (!suggestion) return suggestion.error();
    auto document = find_document(transaction, suggestion->document, viewer);
    if (!document) return document.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    return Both{*std::move(suggestion), *std::move(document)};
}
Result<Both> find_to_settle(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto both = find_both(transaction, id, viewer);
    if (!both) return both.error();
    if (!may_edit(both->document, viewer))
        return Refusal::forbidden("Only who may edit the document settles what others suggest.");
    if (!both->suggestion.is_open()) return settled_already();
    return both;
}

void append_suggestion_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids,
                             Time now, std::string_view verb, const Both& both,
                             std::string data = {})
{
    append_event(transaction, viewer, ids, now, verb, both.document,
                 {both.suggestion.id, both.suggestion.by.id}, std::move(data));
}

} // namespace

std::string_view to_text(SuggestionState state)
{
    return word_of(suggestion_states, state);
}

std::string Suggestion::path() const
{
    return record::path_of("document", document) + "/suggestions/" + id.text();
}

Result<Suggestion> make_suggestion(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id document_id,
                                   const NewSuggestion& wanted)
{
    const auto document = find_document(transaction, document_id, viewer);
    if (!document) return document.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to suggest it.");
    const auto base = find_version(transaction, viewer.organisation, document_id,
                                   wanted.version.value_or(document->version));
    if (!base) return Refusal::invalid("version", "There is no such version.");
    const auto text = check_text({.title = wanted.title.value_or(base->title),
                                  .purpose = {},
                                  .words = wanted.words,
                                  .said = {}});
    if (!text) return text.error();
    const auto why = check_line(wanted.why, "why");
    if (!why) return why.error();
    // As long as a document may be, and as harmless, since it may become one.
    if (const auto html = render_words(wanted.words); !html) return html.error();
    if (text->title == base->title &&
        with_plain_line_ends(text->words) == with_plain_line_ends(base->words))
        return Refusal::invalid("words", "It reads as the document does: change what you would "
                                         "write otherwise.");
    Both both{{}, *document};
    auto& suggestion = both.suggestion;
    suggestion.id = ids.next(now);
    suggestion.by.id = viewer.person;
    record::save_thing(transaction, viewer.organisation,
                       {.id = suggestion.id,
                        .kind = "suggestion",
                        .circle = document->circle,
                        .author = viewer.person,
                        .title = document->title,
                        .created = now,
                        .changed = now,
                        .subject = document_id});
    transaction.execute(R"sql(
        INSERT INTO suggestion (org_id, suggestion_id, document_id, version, title, words, why, state, reason,
            settled_by, settled_us, into_version, made_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open', '', 0, 0, 0, ?8) )sql",
                        viewer.organisation, suggestion.id, document_id, base->version, text->title,
                        text->words, *why, now);
    count_suggestion(transaction, viewer.organisation, document_id, 1);
    append_suggestion_event(transaction, viewer, ids, now, "write.suggestion_made", both);
    return find_suggestion(transaction, suggestion.id, viewer);
}

Result<Suggestion> find_suggestion(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto sql = store::Sql(suggestion_columns) + ", s.words" + suggestion_tables + people::seen;
    sql += " AND s.suggestion_id = ?3";
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, id)) {
        auto suggestion = read_suggestion(row);
        suggestion.words = row.string(columns_of_suggestion);
        return suggestion;
    }
    return Refusal::not_found();
}

Result<SuggestionList> list_suggestions(store::Transaction& transaction, Id document,
                                        const Viewer& viewer, bool open_only,
                                        std::string_view after_text, int limit)
{
    const auto after = read_place_in_list<Id>(after_text);
    if (!after) return after.error();
    auto sql = store::Sql(suggestion_columns) + suggestion_tables + people::seen;
    sql += R"sql( AND s.document_id = ?3 AND (?4 = 0 OR s.suggestion_id < ?4)
        AND (?5 = 0 OR s.state = 'open') ORDER BY s.suggestion_id DESC LIMIT ?6 )sql";
    SuggestionList list;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, document,
                                             *after, open_only, limit + 1))
        list.suggestions.push_back(read_suggestion(row));
    if (list.suggestions.size() > static_cast<std::size_t>(limit)) {
        list.suggestions.pop_back();
        list.next = list.suggestions.back().id.text();
    }
    return list;
}

std::vector<Chunk> chunks_of(store::Transaction& transaction, Id organisation,
                             const Suggestion& suggestion, const Document& document)
{
    if (suggestion.words.empty()) return {}; // erased by its author
    const auto base = find_version(transaction, organisation, document.id, suggestion.version);
    invariant(base.has_value(), "a suggestion was written on a version");
    const auto words = with_plain_line_ends(base->words);
    return merge(words, suggestion.is_open() ? with_plain_line_ends(document.words) : words,
                 with_plain_line_ends(suggestion.words));
}

Result<Document> accept_suggestion(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id id, const Acceptance& wanted)
{
    const auto both = find_to_settle(transaction, id, viewer);
    if (!both) return both.error();
    const auto& [suggestion, document] = *both;
    if (wanted.version != document.version)
        return Refusal::conflict("The document has changed since you looked at this. Look again at "
                                 "what it would change now.");
    const auto reason = check_line(wanted.reason, "reason");
    if (!reason) return reason.error();
    const auto base =
        find_version(transaction, viewer.organisation, document.id, suggestion.version);
    invariant(base.has_value(), "a suggestion was written on a version");
    const auto chunks = chunks_of(transaction, viewer.organisation, suggestion, document);
    const auto choices = static_cast<std::size_t>(std::ranges::count_if(chunks, &Chunk::is_choice));
    if (!wanted.takes && std::ranges::any_of(chunks, [](const Chunk& chunk) {
            return chunk.origin == Origin::conflict;
        }))
        return Refusal::conflict("It changes words that were changed since. Choose for each change "
                                 "what the document shall say.");
    const auto takes = wanted.takes.value_or(std::vector<Take>(choices, Take::mine));
    if (takes.size() != choices)
        return Refusal::invalid("takes", "Say for each change whether it is taken.");
    const bool other_title = suggestion.title != base->title && suggestion.title != document.title;
    PageText text{.title = other_title && wanted.title ? suggestion.title : document.title,
                  .purpose = document.purpose,
                  .words = put_together(chunks, takes),
                  .said = suggestion.why};
    if (text.title == document.title && text.words == with_plain_line_ends(document.words))
        return Refusal::invalid("takes", "Choose at least one change, or decline the suggestion.");
    const auto html = render_words(text.words);
    if (!html) return html.error();
    const bool all = (wanted.title || !other_title) &&
                     std::ranges::all_of(takes, [](Take take) { return take == Take::mine; });
    if (!save_settled(transaction, viewer, now, id,
                      all ? SuggestionState::accepted : SuggestionState::part, *reason,
                      document.version + 1))
        return settled_already();
    if (!save_text(transaction, now, viewer, document, text, *html, suggestion.by.id))
        return Refusal::conflict("The document has changed since you looked at this. Look again at "
                                 "what it would change now.");
    count_suggestion(transaction, viewer.organisation, document.id, -1);
    JsonWriter facts;
    facts.begin_object().field("version", document.version + 1).field("all", all);
    append_suggestion_event(transaction, viewer, ids, now, "write.suggestion_accepted", *both,
                            facts.end_object().take());
    return find_document(transaction, document.id, viewer);
}

Result<Suggestion> decline_suggestion(store::Transaction& transaction, IdSource& ids, Time now,
                                      const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto both = find_to_settle(transaction, id, viewer);
    if (!both) return both.error();
    const auto reason = check_line(wanted, "reason");
    if (!reason) return reason.error();
    if (reason->empty())
        return Refusal::invalid("reason", "Please give a reason, for who suggested it.");
    if (!save_settled(transaction, viewer, now, id, SuggestionState::declined, *reason, 0))
        return settled_already();
    count_suggestion(transaction, viewer.organisation, both->document.id, -1);
    append_suggestion_event(transaction, viewer, ids, now, "write.suggestion_declined", *both);
    return find_suggestion(transaction, id, viewer);
}

Result<Suggestion> withdraw_suggestion(store::Transaction& transaction, IdSource& ids, Time now,
                                       const Viewer& viewer, Id id)
{
    const auto both = find_both(transaction, id, viewer);
    if (!both) return both.error();
    if (both->suggestion.by.id != viewer.person)
        return Refusal::forbidden("Only who made a suggestion takes it back.");
    if (!save_settled(transaction, viewer, now, id, SuggestionState::withdrawn, "", 0))
        return settled_already();
    count_suggestion(transaction, viewer.organisation, both->document.id, -1);
    append_suggestion_event(transaction, viewer, ids, now, "write.suggestion_withdrawn", *both);
    return find_suggestion(transaction, id, viewer);
}

} // namespace moothall::write
