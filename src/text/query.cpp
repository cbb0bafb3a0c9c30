#include "text/query.hpp"

#include "text/unicode.hpp"

#include <algorithm>

namespace moothall {

std::vector<std::string> query_words(std::string_view query)
{
    constexpr std::size_t words_max = 8;
    const auto folded = fold(query);
    std::vector<std::string> found;
    for (const auto word : words(folded)) {
        if (found.size() == words_max) break;
        if (std::ranges::find(found, word) == found.end()) found.emplace_back(word);
    }
    return found;
}

} // namespace moothall
