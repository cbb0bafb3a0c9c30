// Full-text search with SQLite's FTS5. The texts are folded before (text/unicode.hpp), so the
// tokenizer has nothing left to fold. A voice's id is the row's id; ids do not repeat between
// organisations.

#include "hear/search.hpp"
#include "text/count_word.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace moothall::hear {

namespace {

/// How much of a text is read to see how well it matches.
constexpr std::size_t text_bytes_ranked = 2000;

/// Each word quoted, as the start of a word, or one of its stems: ("meters"* OR "meter") AND … A
/// word of `words` holds letters, digits and marks only, so there is nothing to escape.
std::string expression_of(const std::vector<AskedWord>& asked, Need need)
{
    std::string expression;
    for (const auto& one : asked) {
        if (!expression.empty()) expression += need == Need::all ? " AND " : " OR ";
        expression += "(\"" + one.word + (one.start ? "\"*" : "\"");
        for (const auto& stem : one.stems) expression += " OR \"" + stem + '"';
        expression += ')';
    }
    return expression;
}

std::size_t count_of(const AskedWord& asked, std::string_view text)
{
    auto count = count_word(text, asked.word, asked.start ? WordMatch::start : WordMatch::whole);
    for (const auto& stem : asked.stems) count += count_word(text, stem);
    return count;
}

/// Not more than `text_bytes_ranked`, of whole characters.
std::string_view beginning_of(std::string_view text)
{
    if (text.size() <= text_bytes_ranked) return text;
    auto end = text_bytes_ranked;
    while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

/// A voice that holds the words, and how often it does.
struct Holder {
    Id voice;
    std::vector<double> counts; // of each word; once in a title is as good as four times in a text
    double length = 0;          // in words, about
};

Holder count_in(const store::Row& row, const std::vector<AskedWord>& wanted)
{
    constexpr double title_weight = 4;
    constexpr double bytes_a_word = 6; // of most languages, with what stands between
    Holder holder{row.id(0), std::vector<double>(wanted.size()), 0};
    for (const auto& [whole, weight] :
         {std::pair(row.text(1), title_weight), std::pair(row.text(2), 1.0)}) {
        const auto text = beginning_of(whole);
        holder.length += static_cast<double>(text.size()) / bytes_a_word;
        for (std::size_t i = 0; i < wanted.size(); ++i)
            holder.counts[i] += weight * static_cast<double>(count_of(wanted[i], text));
    }
    return holder;
}

/// Okapi BM25 (Robertson and Zaragoza, "The probabilistic relevance framework", 2009) among those
/// at hand: how rare a word is, is told by how many of them hold it.
std::vector<Match> rank_holders(const std::vector<Holder>& holders)
{
    constexpr double saturation = 1.2;
    constexpr double by_length = 0.75;
    double length = 0;
    for (const auto& holder : holders)
        length += holder.length / static_cast<double>(holders.size());
    std::vector<double> rarity(holders.empty() ? 0 : holders.front().counts.size());
    for (std::size_t i = 0; i < rarity.size(); ++i) {
        const auto with = static_cast<double>(std::ranges::count_if(
            holders, [&](const Holder& holder) { return holder.counts[i] > 0; }));
        rarity[i] = std::log(1 + static_cast<double>(holders.size()) / std::max(1.0, with));
    }
    std::vector<Match> matches;
    for (const auto& holder : holders) {
        const auto norm =
            saturation * (1 - by_length + by_length * holder.length / std::max(1.0, length));
        double score = 0;
        for (std::size_t i = 0; i < rarity.size(); ++i)
            score += rarity[i] * holder.counts[i] * (saturation + 1) / (holder.counts[i] + norm);
        matches.push_back({holder.voice, score});
    }
    std::ranges::sort(matches, [](const Match& left, const Match& right) {
        return std::tie(left.score, left.voice) > std::tie(right.score, right.voice);
    });
    return matches;
}

} // namespace

// All organisations of a file share one index, in which a voice has no organisation. Each match is
// asked for its own until enough were found, so that the flood of one organisation never hides the
// voices of another; in such a flood a search of a smaller one costs a look-up for each voice of
// the larger one that holds the words. Were that common, the organisation would become a word of
// the index, which costs everybody else: bm25() then counts that word too.
//
// The function bm25() goes over every voice that holds a word, to know how rare the word is: work
// that grows with the hall. What is found is ranked here instead.
std::vector<Match> search_words_sqlite(store::Transaction& transaction, Id organisation,
                                       const std::vector<AskedWord>& asked, Need need)
{
    const auto expression = expression_of(asked, need);
    std::vector<Holder> newest;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT rowid, title, body FROM voice_words WHERE voice_words MATCH ?1
                AND EXISTS (SELECT 1 FROM voice v
                            WHERE v.org_id = ?2 AND v.voice_id = voice_words.rowid)
             ORDER BY rowid DESC LIMIT ?3 )sql",
                           expression, organisation, std::int64_t{voices_ranked_max}))
        newest.push_back(count_in(row, asked));
    return rank_holders(newest);
}

bool is_common_sqlite(store::Transaction& transaction, Id organisation, const AskedWord& asked)
{
    auto rows = transaction.query(R"sql(
        SELECT count(*) FROM
            (SELECT rowid FROM voice_words WHERE voice_words MATCH ?1
                AND EXISTS (SELECT 1 FROM voice v
                            WHERE v.org_id = ?2 AND v.voice_id = voice_words.rowid)
             ORDER BY rowid DESC LIMIT ?3) )sql",
                                  expression_of({asked}, Need::all), organisation,
                                  std::int64_t{voices_ranked_max});
    rows.next();
    return rows->integer(0) == std::int64_t{voices_ranked_max};
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
