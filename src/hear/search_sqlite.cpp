// Full-text search with SQLite's FTS5. The texts are folded before (text/unicode.hpp), so the
// tokenizer has nothing left to fold. A voice's id is the row's id; ids do not repeat between
// organisations.

#include "hear/search.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace moothall::hear {

namespace {

/// How many of the newest voices that hold the words are looked at.
constexpr std::size_t candidates_max = 200;

/// Each word quoted, as the start of a word: "meter"* "reading"*. A word of `words` holds letters,
/// digits and marks only, so there is nothing to escape.
std::string expression_of(const std::vector<std::string>& words, Need need)
{
    std::string expression;
    for (const auto& word : words) {
        if (!expression.empty()) expression += need == Need::all ? " AND " : " OR ";
        expression += '"' + word + "\"*";
    }
    return expression;
}

std::vector<Match> rank_all(store::Transaction& transaction, Id organisation,
                            const std::string& expression)
{
    std::vector<Match> matches;
    for (const auto& row : transaction.query(R"sql(
             SELECT f.rowid, f.score FROM
                 (SELECT rowid, -bm25(voice_words, 4.0, 1.0) AS score FROM voice_words
                  WHERE voice_words MATCH ?1 AND EXISTS (SELECT 1 FROM voice v
                        WHERE v.org_id = ?2 AND v.voice_id = voice_words.rowid)
                  ORDER BY rowid DESC LIMIT 200) f
             ORDER BY f.score DESC, f.rowid DESC )sql",
                                             expression, organisation))
        matches.push_back({row.id(0), row.number(1)});
    return matches;
}

/// Those that hold the words in their title first, and the newest first among them.
std::vector<Match> rank_by_title(store::Transaction& transaction, Id organisation,
                                 const std::string& expression, std::vector<Match> newest)
{
    std::unordered_set<Id> titled;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT rowid FROM voice_words WHERE voice_words MATCH ?1 AND rowid >= ?2
                AND EXISTS (SELECT 1 FROM voice v
                            WHERE v.org_id = ?3 AND v.voice_id = voice_words.rowid)
             ORDER BY rowid DESC LIMIT 200 )sql",
                           "title : (" + expression + ")", newest.back().voice, organisation))
        titled.insert(row.id(0));
    for (auto& match : newest) match.score = titled.contains(match.voice) ? 1 : 0;
    std::ranges::sort(newest, [](const Match& left, const Match& right) {
        return std::tie(left.score, left.voice) > std::tie(right.score, right.voice);
    });
    return newest;
}

} // namespace

// All organisations of a file share one index, in which a voice has no organisation. Each match is
// asked for its own until 200 were found, so that the flood of one organisation never hides the
// voices of another; in such a flood a search of a smaller one costs a look-up for each voice of
// the larger one that holds the words. Were that common, the organisation would become a word of
// the index, which costs everybody else: bm25() then counts that word too.
//
// The function bm25() goes over every voice that holds a word, to know how rare the word is. Rarer
// words are ranked by it. Of a word that more voices hold than are looked at, it would say that it
// means nothing (the logarithm that weighs it is near 0), after work that grows with the hall.
std::vector<Match> search_words_sqlite(store::Transaction& transaction, Id organisation,
                                       const std::vector<std::string>& words, Need need)
{
    const auto expression = expression_of(words, need);
    if (need == Need::any) return rank_all(transaction, organisation, expression);
    std::vector<Match> newest;
    for (const auto& row : transaction.query(R"sql(
             SELECT rowid FROM voice_words WHERE voice_words MATCH ?1
                AND EXISTS (SELECT 1 FROM voice v
                            WHERE v.org_id = ?2 AND v.voice_id = voice_words.rowid)
             ORDER BY rowid DESC LIMIT 200 )sql",
                                             expression, organisation))
        newest.push_back({row.id(0), 0});
    return newest.size() < candidates_max
               ? rank_all(transaction, organisation, expression)
               : rank_by_title(transaction, organisation, expression, std::move(newest));
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
