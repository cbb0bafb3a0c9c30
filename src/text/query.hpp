#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace moothall {

/// The words of a query, folded as search indexes them, each once; at most eight.
std::vector<std::string> query_words(std::string_view query);

/// What search indexes beside the words of a folded text, so that another form of a word finds it:
/// the stems that are not words of the text themselves, each once. In the text's language (`en`,
/// `fr`, `tr`, `fi` …, text/language.hpp); where that is not known in all of ours, for the shortest
/// texts are those whose language nobody can tell.
std::string stems_of_text(std::string_view folded_text, std::string_view language);

/// The stems under which another form of a folded word may have been indexed, in any language:
/// who asks does not say in which she does.
std::vector<std::string> stems_of_word(std::string_view folded_word);

} // namespace moothall
