#pragma once

#include <string>
#include <string_view>

namespace moothall {

/// The language a text is written in: "en", "fr", "tr", "fi", "de" or "es", or empty when unsure.
///
/// Evidence from common words, letters and endings; the same text always gets the same answer. Good
/// for choosing a stemmer, a stop list or a voice; not for judging who somebody is.
std::string detect_language(std::string_view text);

/// The stem of one word that went through fold(), also folded, for the languages above and by
/// Snowball's rules (M. F. Porter, https://snowballstem.org). For another language the word itself.
std::string stem(std::string_view language, std::string_view folded_word);

} // namespace moothall
