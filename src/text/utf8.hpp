#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Reading and writing single characters. For this folder, and for who draws letters; others use
/// unicode.hpp.
namespace moothall {

inline constexpr char32_t replacement_character = 0xFFFD;

struct Character {
    char32_t code;     // U+FFFD for what is no UTF-8
    std::size_t bytes; // at least 1
    bool valid;
};

/// The character that begins at `text[at]`; `at` must lie inside.
///
/// A broken sequence is taken away in its longest part that could have begun a character
/// (Unicode 15, section 3.9, "Substitution of Maximal Subparts"), as browsers do.
Character decode_character(std::string_view text, std::size_t at);

/// The offset of the character that ends just before `at`, which must not be 0.
std::size_t step_back(std::string_view text, std::size_t at);

void append_character(std::string& text, char32_t code);

} // namespace moothall
