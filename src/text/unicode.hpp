#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Text in UTF-8. Every function takes any bytes: what is no UTF-8 counts as U+FFFD, one for each
/// maximal part of a broken sequence (Unicode 15, section 3.9). Characters are code points.
namespace moothall {

bool is_valid_utf8(std::string_view text);
std::size_t count_characters(std::string_view text);

enum class Ellipsis : std::uint8_t { none, shown };

/// The first `characters_max` characters. With Ellipsis::shown a text that had to be cut ends with
/// "…", which is one of the characters.
std::string clip(std::string_view text, std::size_t characters_max,
                 Ellipsis ellipsis = Ellipsis::none);

/// The form in which words are compared for search: NFKC with case folded, diacritics removed, and
/// Latin letters that do not decompose spelt out (ø o, æ ae, œ oe, ß ss, ł l, đ d, þ th).
///
/// I, ı, İ and i all become i: a Turkish reader who types on an English keyboard, and an English
/// one on a Turkish keyboard, find the same. fold(fold(x)) equals fold(x).
std::string fold(std::string_view text);

/// The readable end of an address: ASCII letters, digits and single hyphens, at most 60, cut at a
/// word where there is one. Empty when nothing is left, as for a title in Greek.
std::string slug(std::string_view title);

/// A title or a name as we keep it: one line in NFC, without control characters, direction
/// overrides and other invisible characters that let one name pose as another; white space runs
/// become one space; trimmed. Empty when nothing visible is left.
std::string normalise_line(std::string_view text);

/// Whether the text holds NUL or another control character below space besides TAB, LF and CR.
/// Bodies are kept byte for byte, so they are refused instead of cleaned.
bool has_forbidden_characters(std::string_view text);

/// An address as the key under which we look a person up: trimmed, ASCII letters in lower case.
std::string fold_email(std::string_view address);

/// Whether this can be an address that mail reaches: one @, something before it, after it a domain
/// with a dot or "localhost", no white space, control characters or quotes, at most 254 bytes. RFC
/// 5322 allows more, but nobody has it and mail servers refuse it.
bool is_email(std::string_view address);

/// The maximal runs of letters, digits and marks, as views into `text`. Joiners and soft hyphens
/// inside a word belong to it. Writing without spaces (Chinese, Thai) is one word for each run.
std::vector<std::string_view> words(std::string_view text);

/// A title made from a body: its first sentence on one line, cut at a word with "…" when it has
/// more than `characters_max` characters. Marks of a Markdown heading, quote or list before it go.
std::string first_sentence(std::string_view text, std::size_t characters_max = 120);

/// Negative, 0 or positive, as people who read `language` sort; by Unicode's default order when
/// the language is not known.
int compare_in(std::string_view language, std::string_view a, std::string_view b);

} // namespace moothall
