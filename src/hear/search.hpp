#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace moothall::hear {

/// Whether a voice must hold all the words of a query, or any of them.
enum class Need : std::uint8_t { all, any };

struct Match {
    Id voice;
    double score; // higher is better
};
/// So many voices are read and ranked for a search, the newest that hold its words: what a search
/// costs does not grow with the hall.
inline constexpr std::size_t voices_ranked_max = 200;
/// Where more hold them, those among this many of the most supported of the organisation that do
/// are ranked as well, so that what many want is found however long ago it was said.
inline constexpr std::size_t supported_read_max = 200;
inline constexpr std::size_t supported_ranked_max = 50;
/// How much more a voice counts with ten times as many supporters, where the words say as much.
inline constexpr double weight_of_tenfold_support = 0.1;

/// Voices that hold the words, best first, among those said above. Where fewer hold the words
/// themselves, those that hold longer words which begin with them are found as well. Knows nothing
/// of who may see what: the caller asks the rule of sight for each.
std::vector<Match> search_words(store::Transaction& transaction, Id organisation,
                                const std::vector<std::string>& words, Need need = Need::all);

/// Whether a word of a query may ask for all words that begin with it. One or two letters are asked
/// for as they are: half of all words begin with "t", and nobody who writes "don't" or looks for
/// "TV" means them.
bool is_start(const std::vector<std::string>& words, std::string_view word);

/// A word of a query with the other forms that it is found in: texts are indexed with the stems of
/// their words (text/query.hpp).
struct AskedWord {
    std::string word;
    bool start = false; // words that begin with it
    std::vector<std::string> stems;
};

/// Puts a voice's words and their stems in its language into the index, or takes them out (both
/// texts empty).
void index_words(store::Transaction& transaction, Id organisation, Id voice, std::string_view title,
                 std::string_view text, std::string_view language = {});

/// Indexes the voices after `last` that have their turn, some at a time; gives the last of them, or
/// none when all are done.
Id index_voices_after(store::Transaction& transaction, Id organisation, Id last);

/// Indexes voices anew that were indexed before there were stems, some at a time. A
/// chore; gives how many: 0 when all are done.
std::int64_t renew_index(store::Database& database, Id organisation);

} // namespace moothall::hear
