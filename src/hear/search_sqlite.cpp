// Full-text search with SQLite's FTS5. The texts are folded before (text/unicode.hpp), so the
// tokenizer has nothing left to fold. A voice's id is the row's id; ids do not repeat between
// organisations.

#include "hear/search.hpp"
#include "text/count_word.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace moothall::hear {

namespace {

/// How much of a text is read to see how well it matches.
constexpr std::size_t text_bytes_ranked = 2000;

/// Each word quoted, with words that begin with it and its stems: ("meter" OR "metering" OR
/// "met") AND … A word of `words` holds letters, digits and marks only, so there is nothing to
/// escape.
std::string expression_of(const std::vector<AskedWord>& asked, Need need,
                          const std::vector<std::vector<std::string>>& begun = {})
{
    std::string expression;
    for (std::size_t at = 0; at < asked.size(); ++at) {
        const auto& one = asked[at];
        if (!expression.empty()) expression += need == Need::all ? " AND " : " OR ";
        expression += "(\"" + one.word + '"';
        for (const auto& stem : one.stems) expression += " OR \"" + stem + '"';
        if (at < begun.size())
            for (const auto& word : begun[at]) expression += " OR \"" + word + '"';
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
    double weight = 1;          // by its supporters
};

/// Of a row with the voice, its title, its text and its supporters.
Holder count_in(const store::Row& row, const std::vector<AskedWord>& wanted)
{
    constexpr double title_weight = 4;
    constexpr double bytes_a_word = 6; // of most languages, with what stands between
    Holder holder{row.id(0), std::vector<double>(wanted.size()), 0,
                  1 + weight_of_tenfold_support * std::log10(1 + row.number(3))};
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
        matches.push_back({holder.voice, score * holder.weight});
    }
    std::ranges::sort(matches, [](const Match& left, const Match& right) {
        return std::tie(left.score, left.voice) > std::tie(right.score, right.voice);
    });
    return matches;
}

/// Words of the index that begin with another, in the order of their letters. "Instances" of the
/// index are read one word at a time: each costs as much as a look-up, however many voices hold it.
std::vector<std::string> list_words_after(store::Transaction& transaction, const std::string& start,
                                          std::size_t words_max)
{
    std::vector<std::string> words;
    auto from = start;
    const auto end = start + "\xF4\x8F\xBF\xBF"; // the last of all characters
    while (words.size() < words_max) {           // a few
        auto rows = transaction.query(
            "SELECT term FROM voice_word WHERE term >= ?1 AND term < ?2 LIMIT 1", from, end);
        if (!rows.next()) break;
        words.push_back(rows->string(0));
        from = words.back() + '\x01'; // what comes after it
    }
    return words;
}

/// Words that begin with another in the newest voices, most used first.
std::vector<std::string> list_words_in_use(store::Transaction& transaction, Id organisation,
                                           const std::string& start, std::size_t words_max)
{
    std::map<std::string, std::size_t, std::less<>> counts;
    for (const auto& row : transaction.query(R"sql(
             SELECT title, body FROM voice_words
             WHERE EXISTS (SELECT 1 FROM voice v WHERE v.org_id = ?1 AND v.voice_id = voice_words.rowid)
             ORDER BY rowid DESC LIMIT ?2 )sql",
                                             organisation, std::int64_t{voices_ranked_max}))
        for (const int column : {0, 1})
            for (const auto& word : words_beginning_with(beginning_of(row.text(column)), start))
                ++counts[std::string(word)];
    std::vector<std::pair<std::size_t, std::string>> by_use;
    for (const auto& [word, count] : counts) by_use.emplace_back(count, word);
    std::ranges::sort(by_use, std::ranges::greater{});
    by_use.resize(std::min(by_use.size(), words_max));
    std::vector<std::string> words;
    for (auto& [count, word] : by_use) words.push_back(std::move(word));
    return words;
}

/// The words that a word of a query may be the beginning of. FTS5 goes over every voice of each of
/// them before the first is known (21 ms for "met" among 100,000 voices that hold "meter"), while
/// of whole words it walks the newest voices only; so they are named. Where too many begin so, they
/// are the first in the alphabet and those that the newest voices use.
std::vector<std::string> list_begun(store::Transaction& transaction, Id organisation,
                                    const std::string& start, std::size_t words_max)
{
    auto words = list_words_after(transaction, start, words_max);
    if (words.size() < words_max) return words;
    std::ranges::move(list_words_in_use(transaction, organisation, start, words_max),
                      std::back_inserter(words));
    std::ranges::sort(words);
    const auto repeated = std::ranges::unique(words);
    words.erase(repeated.begin(), repeated.end());
    return words;
}

bool holds_words(const Holder& holder, Need need)
{
    const auto is_there = [](double count) { return count > 0; };
    return need == Need::all ? std::ranges::all_of(holder.counts, is_there)
                             : std::ranges::any_of(holder.counts, is_there);
}

/// Adds those of the most supported voices that hold the words and are not among the newest.
void add_supported(store::Transaction& transaction, Id organisation,
                   const std::vector<AskedWord>& asked, Need need, std::vector<Holder>& holders)
{
    std::unordered_set<Id> known;
    for (const auto& holder : holders) known.insert(holder.voice);
    const auto enough = holders.size() + supported_ranked_max;
    // `CROSS JOIN` fixes the order of the walk.
    for (const auto& row : transaction.query(R"sql(
             SELECT v.voice_id, w.title, w.body, v.supporters FROM voice v CROSS JOIN voice_words w
             WHERE v.org_id = ?1 AND w.rowid = v.voice_id AND v.supporters > 0
             ORDER BY v.supporters DESC, v.voice_id DESC LIMIT ?2 )sql",
                                             organisation, std::int64_t{supported_read_max})) {
        if (holders.size() == enough) return;
        if (known.contains(row.id(0))) continue;
        if (auto holder = count_in(row, asked); holds_words(holder, need))
            holders.push_back(std::move(holder));
    }
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
    constexpr std::size_t begun_max = 16; // each costs a look-up of its own in the index
    std::vector<std::vector<std::string>> begun;
    for (const auto& one : asked)
        begun.push_back(one.start ? list_begun(transaction, organisation, one.word,
                                               std::max<std::size_t>(4, begun_max / asked.size()))
                                  : std::vector<std::string>());
    const auto expression = expression_of(asked, need, begun);
    std::vector<Holder> holders;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT voice_words.rowid, voice_words.title, voice_words.body, v.supporters
             FROM voice_words CROSS JOIN voice v
             WHERE voice_words MATCH ?1 AND v.org_id = ?2 AND v.voice_id = voice_words.rowid
             ORDER BY voice_words.rowid DESC LIMIT ?3 )sql",
                           expression, organisation, std::int64_t{voices_ranked_max}))
        holders.push_back(count_in(row, asked));
    if (holders.size() >= voices_ranked_max)
        add_supported(transaction, organisation, asked, need, holders);
    return rank_holders(holders);
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
