#pragma once

#include <string_view>

namespace moothall::sense {

/// Whether a word, in the form of fold(), says nothing of what a text is about: "the", "wie",
/// "cannot". Of an unknown language a word of one letter, or one that is such a word in English.
bool is_stop_word(std::string_view language, std::string_view folded_word);

} // namespace moothall::sense
