#include "text/utf8.hpp"

namespace moothall {

Character decode_character(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t offset) {
        return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
    };
    const auto first = byte(0);
    if (first < 0x80) return {first, 1, true};

    // The table of well-formed sequences (Unicode 15, table 3-7): only the second byte's range
    // depends on the first, which shuts out overlong forms, surrogates and all above U+10FFFF.
    std::size_t length = 0;
    unsigned low = 0x80;
    unsigned high = 0xBF;
    char32_t code = 0;
    if (first >= 0xC2 && first <= 0xDF) {
        length = 2;
        code = first & 0x1FU;
    } else if (first >= 0xE0 && first <= 0xEF) {
        length = 3;
        code = first & 0x0FU;
        if (first == 0xE0) low = 0xA0;
        if (first == 0xED) high = 0x9F;
    } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4;
        code = first & 0x07U;
        if (first == 0xF0) low = 0x90;
        if (first == 0xF4) high = 0x8F;
    } else {
        return {replacement_character, 1, false};
    }
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = byte(i);
        if (next < low || next > high) return {replacement_character, i, false};
        code = (code << 6U) | (next & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    return {code, length, true};
}

std::size_t step_back(std::string_view text, std::size_t at)
{
    // A character has at most four bytes. What does not decode up to `at` is a single bad byte.
    for (std::size_t length = 1; length <= 4 && length <= at; ++length) {
        const auto character = decode_character(text, at - length);
        if (character.valid && character.bytes == length) return at - length;
    }
    return at - 1;
}

void append_character(std::string& text, char32_t code)
{
    const auto push = [&](char32_t byte) {
        text.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
    };
    if (code < 0x80) {
        push(code);
    } else if (code < 0x800) {
        push(0xC0U | (code >> 6U));
        push(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        push(0xE0U | (code >> 12U));
        push(0x80U | ((code >> 6U) & 0x3FU));
        push(0x80U | (code & 0x3FU));
    } else {
        push(0xF0U | (code >> 18U));
        push(0x80U | ((code >> 12U) & 0x3FU));
        push(0x80U | ((code >> 6U) & 0x3FU));
        push(0x80U | (code & 0x3FU));
    }
}

} // namespace moothall
