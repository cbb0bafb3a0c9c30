#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// A letter that came by e-mail (RFC 5322, MIME), as far as we want to know it.
namespace moothall::tell {

/// Bounds of what a letter may be made of. Chosen by hand: people's programs make a dozen parts,
/// three deep; more is a machine that wants to keep us busy.
inline constexpr std::size_t letter_parts_max = 100;
inline constexpr int letter_depth_max = 10;
inline constexpr std::size_t letter_bytes_max = std::size_t{25} * 1024 * 1024;

struct LetterFile {
    std::string name;
    std::string content;
};

struct Letter {
    std::vector<std::string> from; // every address that says it wrote this; one in a proper letter
    std::string message_id;        // without brackets; empty: it has none
    std::string subject;
    std::string text; // UTF-8, lines end with LF; what HTML said when there is no plain text
    std::vector<LetterFile> files;
    /// Authentication-Results fields (RFC 8601), the topmost first, without line breaks.
    std::vector<std::string> results;
    /// Why no person wrote it: the field that says so. Empty: a person may have.
    std::string automatic;
};

/// Reads a letter. Refused (too_large) beyond the bounds above, (malformed) when it is none.
///
/// The library that reads MIME is GMime (docs/decisions/0052). What it gives is taken as bytes from
/// strangers all the same: text that is no UTF-8 or holds control characters is cleaned.
Result<Letter> read_letter(std::string_view message);

/// What a reader sees of HTML from a letter, as text: paragraphs apart, quotations with "> ", links
/// by their text, and nothing of scripts and styles.
std::string text_of_letter_html(std::string_view html);

} // namespace moothall::tell
