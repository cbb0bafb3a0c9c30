#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// What happens to Markdown before the parser sees it. For this folder; others use markdown.hpp.
namespace moothall {

/// Markdown that the parser reads in time that grows with its length.
struct MarkdownSource {
    std::string text;
    /// Stands for each < that must not begin HTML: a character that the text itself does not hold.
    std::string_view angle_bracket;
    /// Bare addresses become links. Not where so many look like one that the parser would crawl.
    bool finds_links = true;
};

/// Makes Markdown ready for the parser; none for text that would keep it busy too long, and for
/// text of more than markdown_bytes_max.
std::optional<MarkdownSource> prepare_markdown(std::string_view markdown);

} // namespace moothall
