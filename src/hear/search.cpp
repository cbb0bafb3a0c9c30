#include "hear/search.hpp"

#include "text/unicode.hpp"

namespace moothall::hear {

// One function for each engine (search_sqlite.cpp, search_postgres.cpp): full-text search is the
// one thing that has no common SQL.
std::vector<Match> search_words_sqlite(store::Transaction& transaction, Id organisation,
                                       const std::vector<std::string>& words, Need need);
std::vector<Match> search_words_postgres(store::Transaction& transaction, Id organisation,
                                         const std::vector<std::string>& words, Need need);
void index_words_sqlite(store::Transaction& transaction, Id voice, std::string_view title,
                        std::string_view text);
void index_words_postgres(store::Transaction& transaction, Id organisation, Id voice,
                          std::string_view title, std::string_view text);

std::vector<Match> search_words(store::Transaction& transaction, Id organisation,
                                const std::vector<std::string>& words, Need need)
{
    if (words.empty()) return {};
    return transaction.engine() == store::Engine::sqlite
               ? search_words_sqlite(transaction, organisation, words, need)
               : search_words_postgres(transaction, organisation, words, need);
}

bool is_start(const std::vector<std::string>& words, std::string_view word)
{
    constexpr std::size_t characters_min = 3;
    return words.size() == 1 || count_characters(word) >= characters_min;
}

void index_words(store::Transaction& transaction, Id organisation, Id voice, std::string_view title,
                 std::string_view text)
{
    if (transaction.engine() == store::Engine::sqlite)
        index_words_sqlite(transaction, voice, fold(title), fold(text));
    else
        index_words_postgres(transaction, organisation, voice, fold(title), fold(text));
}

} // namespace moothall::hear
