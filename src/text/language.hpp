#pragma once

#include <string>
#include <string_view>

namespace moothall {

/// The language a text is written in: "en", "fr", "tr", "fi", "de" or "es", or empty when unsure.
///
/// Evidence from common words, letters and endings; the same text always gets the same answer. Good
/// for choosing a stemmer, a stop list or a voice; not for judging who somebody is.
std::string detect_language(std::string_view text);

/// The language to say of what somebody wrote in Markdown, so that it is read out with the right
/// voice: as above, but without names that were called, code and markup, and empty for what is too
/// short or too much like its neighbours to be sure. A wrong one makes a text unintelligible to who
/// hears it; none leaves it in the language of the page.
std::string detect_spoken_language(std::string_view markdown);

/// The stem of one word that went through fold(), also folded, for the languages above and by
/// Snowball's rules (M. F. Porter, https://snowballstem.org). For another language the word itself.
std::string stem(std::string_view language, std::string_view folded_word);

} // namespace moothall
