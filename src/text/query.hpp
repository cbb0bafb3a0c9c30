#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace moothall {

/// The words of a query, folded as search indexes them, each once; at most eight.
std::vector<std::string> query_words(std::string_view query);

} // namespace moothall
