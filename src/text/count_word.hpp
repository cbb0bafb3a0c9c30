#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace moothall {

/// What counts as a word that was asked for: that word alone, or each that begins so.
enum class WordMatch : std::uint8_t { whole, start };

/// How many of the words of a text (text/unicode.hpp) are `word`, or begin with it. As if each of
/// words(text) were compared, some ten times faster: most of the text is passed over.
std::size_t count_word(std::string_view text, std::string_view word,
                       WordMatch match = WordMatch::whole);

/// Those of words(text) that begin so, each time they occur.
std::vector<std::string_view> words_beginning_with(std::string_view text, std::string_view start);

} // namespace moothall
