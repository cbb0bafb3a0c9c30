// Full-text search with PostgreSQL's tsvector under the 'simple' configuration: the texts are
// folded before (text/unicode.hpp) and indexed with our own stems (text/query.hpp), and no
// language's dictionary is asked, so both engines find the same voices.

#include "hear/search.hpp"

namespace moothall::hear {

std::vector<Match> search_words_postgres(store::Transaction& transaction, Id organisation,
                                         const std::vector<AskedWord>& asked, Need need)
{
    // ('meters':* | 'meter') & ('reading':* | 'read')
    std::string expression;
    for (const auto& one : asked) {
        if (!expression.empty()) expression += need == Need::all ? " & " : " | ";
        expression += "('" + one.word + (one.start ? "':*" : "'");
        for (const auto& stem : one.stems) expression += " | '" + stem + '\'';
        expression += ')';
    }
    std::vector<Match> matches;
    for (const auto& row : transaction.query(R"sql(
             SELECT f.voice_id, ts_rank('{0.1, 0.1, 0.25, 1.0}', f.words, to_tsquery('simple', ?2)) AS score FROM
                 (SELECT w.voice_id, w.words FROM voice_words w
                  WHERE w.org_id = ?1 AND w.words @@ to_tsquery('simple', ?2)
                  ORDER BY w.voice_id DESC LIMIT 200) f
             ORDER BY score DESC, f.voice_id DESC )sql",
                                             organisation, expression))
        matches.push_back({row.id(0), row.number(1)});
    return matches;
}

void index_words_postgres(store::Transaction& transaction, Id organisation, Id voice,
                          std::string_view title, std::string_view text)
{
    if (title.empty() && text.empty()) {
        transaction.execute("DELETE FROM voice_words WHERE org_id = ?1 AND voice_id = ?2",
                            organisation, voice);
        return;
    }
    transaction.execute(R"sql(
        INSERT INTO voice_words (org_id, voice_id, words)
        VALUES (?1, ?2, setweight(to_tsvector('simple', ?3), 'A') || setweight(to_tsvector('simple', ?4), 'C'))
        ON CONFLICT (org_id, voice_id) DO UPDATE SET words = excluded.words )sql",
                        organisation, voice, title, text);
}

} // namespace moothall::hear
