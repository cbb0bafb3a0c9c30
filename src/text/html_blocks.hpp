#pragma once

#include "text/markdown.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace moothall {

/// HTML that our renderer made, cut into the blocks that stand by themselves: a paragraph, a
/// heading, a list, a table … Put together again they are the whole. Found by counting tags, so no
/// place to cut has to be kept, or trusted. O(n).
std::vector<SafeHtml> html_blocks(const SafeHtml& html);

/// What a reader sees of it: the text between the tags.
std::string text_of_html(const SafeHtml& html);

} // namespace moothall
