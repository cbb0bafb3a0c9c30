#include "hear/search.hpp"

#include "record/consumer.hpp"
#include "text/markdown.hpp"
#include "text/query.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <limits>

namespace moothall::hear {

// One function for each engine (search_sqlite.cpp, search_postgres.cpp): full-text search is the
// one thing that has no common SQL.
std::vector<Match> search_words_sqlite(store::Transaction& transaction, Id organisation,
                                       const std::vector<AskedWord>& asked, Need need);
std::vector<Match> search_words_postgres(store::Transaction& transaction, Id organisation,
                                         const std::vector<AskedWord>& asked, Need need);
bool is_common_sqlite(store::Transaction& transaction, Id organisation, const AskedWord& asked);
bool is_common_postgres(store::Transaction& transaction, Id organisation, const AskedWord& asked);
void index_words_sqlite(store::Transaction& transaction, Id voice, std::string_view title,
                        std::string_view text);
void index_words_postgres(store::Transaction& transaction, Id organisation, Id voice,
                          std::string_view title, std::string_view text);

// What begins with a word costs as much as there are voices that hold such words: both engines go
// over all of them before the first is known (7 ms for a word of each of 100,000 voices, 127 ms for
// all words that begin with "t"). A whole word is walked from its newest voice on and costs what is
// taken of it (0.2 ms). So the words are asked for as they stand first, with their stems, and as
// starts of others only where that found too few; and even then a word that many voices hold is
// taken to be what was meant.
std::vector<Match> search_words(store::Transaction& transaction, Id organisation,
                                const std::vector<std::string>& words, Need need)
{
    if (words.empty()) return {};
    const auto search = [&](const std::vector<AskedWord>& asked, Need how) {
        return transaction.engine() == store::Engine::sqlite
                   ? search_words_sqlite(transaction, organisation, asked, how)
                   : search_words_postgres(transaction, organisation, asked, how);
    };
    const auto is_common = [&](const AskedWord& asked) {
        return words.size() > 1 && (transaction.engine() == store::Engine::sqlite
                                        ? is_common_sqlite(transaction, organisation, asked)
                                        : is_common_postgres(transaction, organisation, asked));
    };
    std::vector<AskedWord> asked;
    for (const auto& word : words)
        asked.push_back({word, false,
                         words.size() == 1 || is_start(words, word) ? stems_of_word(word)
                                                                    : std::vector<std::string>{}});
    auto matches = search(asked, need);
    if (matches.size() >= voices_ranked_max) return matches;
    for (auto& one : asked) one.start = is_start(words, one.word) && !is_common(one);
    return std::ranges::any_of(asked, &AskedWord::start) ? search(asked, need) : matches;
}

bool is_start(const std::vector<std::string>& words, std::string_view word)
{
    constexpr std::size_t characters_min = 3;
    constexpr std::size_t bytes_min = 3; // a word of Chinese may be one character, of three bytes
    return words.size() == 1 ? word.size() >= bytes_min : count_characters(word) >= characters_min;
}

namespace {

/// The folded text, and after it what its words are forms of.
std::string with_stems(std::string_view text, std::string_view language)
{
    auto folded = fold(text);
    const auto stems = stems_of_text(folded, language);
    return stems.empty() ? folded : folded + ' ' + stems;
}

/// How far the voices were indexed anew: a row of `consumer` that holds a voice's id.
constexpr std::string_view renewal = "search.stems";
constexpr Id all_renewed{std::numeric_limits<std::int64_t>::max()};

} // namespace

void index_words(store::Transaction& transaction, Id organisation, Id voice, std::string_view title,
                 std::string_view text, std::string_view language)
{
    if (transaction.engine() == store::Engine::sqlite)
        index_words_sqlite(transaction, voice, with_stems(title, language),
                           with_stems(text, language));
    else
        index_words_postgres(transaction, organisation, voice, with_stems(title, language),
                             with_stems(text, language));
}

Id index_voices_after(store::Transaction& transaction, Id organisation, Id last)
{
    constexpr int voices_max = 200;
    struct Text {
        Id voice;
        std::string title, body, language;
    };
    std::vector<Text> texts;
    for (const auto& row : transaction.query(R"sql(
             SELECT v.voice_id, t.title, v.body, v.language FROM voice v
             JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
             WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.voice_id > ?2 ORDER BY v.voice_id LIMIT ?3 )sql",
                                             organisation, last, voices_max))
        texts.push_back({row.id(0), row.string(1), row.string(2), row.string(3)});
    for (const auto& text : texts)
        index_words(transaction, organisation, text.voice, text.title, plain_text(text.body),
                    text.language);
    return texts.empty() ? Id{} : texts.back().voice;
}

std::int64_t renew_index(store::Database& database, Id organisation)
{
    const bool done = database.read([&](store::Transaction& transaction) {
        for (const auto& row :
             transaction.query("SELECT event_id FROM consumer WHERE org_id = ?1 AND name = ?2",
                               organisation, renewal))
            return row.id(0) == all_renewed;
        return false;
    });
    if (done) return 0;
    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        const auto last = record::lock_consumer(transaction, organisation, renewal);
        if (last == all_renewed) return 0;
        const Id done_until = index_voices_after(transaction, organisation, last);
        record::save_consumer(transaction, organisation, renewal,
                              done_until ? done_until : all_renewed);
        return done_until ? 1 : 0;
    });
}

} // namespace moothall::hear
