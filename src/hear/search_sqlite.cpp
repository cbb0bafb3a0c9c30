// Full-text search with SQLite's FTS5. The texts are folded before (text/unicode.hpp), so the
// tokenizer has nothing left to fold. A voice's id is the row's id; ids do not repeat between
// organisations.

#include "hear/search.hpp"

namespace moothall::hear {

std::vector<Match> search_words_sqlite(store::Transaction& transaction, Id organisation,
                                       const std::vector<std::string>& words, Need need)
{
    // Each word quoted, as the start of a word: "meter"* "reading"*. A word of `words` holds
    // letters, digits and marks only, so there is nothing to escape.
    std::string expression;
    for (const auto& word : words) {
        if (!expression.empty()) expression += need == Need::all ? " " : " OR ";
        expression += '"' + word + "\"*";
    }
    std::vector<Match> matches;
    for (const auto& row : transaction.query(R"sql(
             SELECT f.rowid, f.score FROM
                 (SELECT rowid, -bm25(voice_words, 4.0, 1.0) AS score FROM voice_words
                  WHERE voice_words MATCH ?2 ORDER BY rowid DESC LIMIT 200) f
             JOIN thing t ON t.org_id = ?1 AND t.thing_id = f.rowid
             ORDER BY f.score DESC, f.rowid DESC )sql",
                                             organisation, expression))
        matches.push_back({row.id(0), row.number(1)});
    return matches;
}

void index_words_sqlite(store::Transaction& transaction, Id voice, std::string_view title,
                        std::string_view text)
{
    transaction.execute("DELETE FROM voice_words WHERE rowid = ?1", voice);
    if (title.empty() && text.empty()) return;
    transaction.execute("INSERT INTO voice_words (rowid, title, body) VALUES (?1, ?2, ?3)", voice,
                        title, text);
}

} // namespace moothall::hear
