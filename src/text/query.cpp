#include "text/query.hpp"

#include "text/language.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace moothall {

namespace {

/// Of the interface, in which people of a house write.
constexpr std::array<std::string_view, 4> languages_of_house = {"en", "fr", "tr", "fi"};
/// And those that a text may be found to be in besides.
constexpr std::array<std::string_view, 6> languages_of_texts = {"en", "fr", "tr", "fi", "de", "es"};

/// One letter stands for nothing; two do in Turkish ("ev", a house) and Finnish ("yö", a night).
constexpr std::size_t stem_characters_min = 2;

/// Empty where the stem says no more than the word.
std::string other_form(std::string_view language, std::string_view word)
{
    auto found = stem(language, word);
    if (found == word || count_characters(found) < stem_characters_min) found.clear();
    return found;
}

} // namespace

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

std::string stems_of_text(std::string_view folded_text, std::string_view language)
{
    std::unordered_set<std::string_view> seen;
    std::unordered_set<std::string> stems;
    std::string text;
    const auto add = [&](std::string_view in, std::string_view word) {
        auto found = other_form(in, word);
        if (found.empty() || !stems.insert(found).second) return;
        text += text.empty() ? "" : " ";
        text += found;
    };
    for (const auto word : words(folded_text)) {
        if (!seen.insert(word).second) continue;
        if (!language.empty())
            add(language, word);
        else
            for (const auto one : languages_of_house) add(one, word);
    }
    return text;
}

std::vector<std::string> stems_of_word(std::string_view folded_word)
{
    std::vector<std::string> stems;
    for (const auto language : languages_of_texts)
        if (auto found = other_form(language, folded_word);
            !found.empty() && std::ranges::find(stems, found) == stems.end())
            stems.push_back(std::move(found));
    return stems;
}

} // namespace moothall
