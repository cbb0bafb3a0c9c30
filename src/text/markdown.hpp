#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall {

inline constexpr std::size_t markdown_bytes_max = 64 * 1024;

/// What a single line break inside a paragraph becomes.
enum class LineBreaks : std::uint8_t {
    kept,   // a line break, as people expect who write into a box
    joined, // a space, as in CommonMark: for text that was wrapped by hand
};

/// HTML that can do no harm: the only type whose text templates write without escaping.
///
/// Only the Markdown renderer makes it, and trusted_from_store() for what the renderer made before.
struct SafeHtml {
    std::string html;

    SafeHtml() = default;

    /// For HTML that we rendered and stored ourselves, and for nothing else.
    static SafeHtml trusted_from_store(std::string html) { return SafeHtml(std::move(html)); }

private:
    explicit SafeHtml(std::string text) : html(std::move(text)) {}
    friend class MarkdownRenderer;
};

/// Renders GitHub's Markdown (CommonMark 0.29, tables, ~~strikethrough~~, bare links, task lists).
///
/// HTML in it is shown as text. Links go to http, https, mailto, or begin with / or #, and carry
/// rel="nofollow ugc noopener"; any other shows its text only. Pictures become links, so that a
/// page never loads from elsewhere; those attached here (/files/…) are shown. Headings go down by
/// two levels (# becomes h3). No ids, no styles, no classes but language-… on code. Text that
/// nests, or crosses links, or spans tables beyond what people write is shown as plain paragraphs,
/// so that rendering stays below 50 ms. Refused (too_large) beyond markdown_bytes_max.
Result<SafeHtml> render_markdown(std::string_view markdown,
                                 LineBreaks line_breaks = LineBreaks::kept);

/// What a reader sees, without marks: for search, mail and excerpts. Blocks are set apart by an
/// empty line. A link's address is left out unless it is the text.
std::string plain_text(std::string_view markdown);

/// A title made from a body: its first sentence as a reader sees it, without marks (first_sentence
/// in unicode.hpp).
std::string made_title(std::string_view markdown, std::size_t characters_max = 120);

/// No text calls more people than this; further names are left out.
inline constexpr std::size_t mentions_max = 100;

/// Names after @, as in @aino or @[Aino Virtanen], each once and in order; not those inside code,
/// and not the end of an e-mail address.
std::vector<std::string> mentions(std::string_view markdown);

} // namespace moothall
