// fold() and slug(): one form for all the ways to write a word.
//
// The full recipe is Unicode's: NFKC_Casefold (Unicode 15, section 3.13, D146), decompose, drop the
// diacritics, compose. It costs some 100 ns a character with ICU, and search folds every word it
// looks at. Latin text with its marks lies below U+0370, where each character folds alone, so a
// table made by the full recipe serves it; only runs of other characters go through ICU.

#include "base/invariant.hpp"
#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <array>
#include <cstdint>
#include <string>

namespace moothall {

namespace {

constexpr char32_t table_size = 0x370;

/// Marks that a reader may leave out without writing another word: Latin, Greek and Cyrillic
/// accents, Hebrew points, Arabic vowel signs and the Arabic stretching stroke. Not the marks of
/// Indic scripts, which are vowels, nor the Japanese sound marks, which make another letter.
bool is_diacritic(char32_t code)
{
    return (code >= 0x0300 && code <= 0x036F) || (code >= 0x0591 && code <= 0x05BD) ||
           code == 0x05BF || code == 0x05C1 || code == 0x05C2 || code == 0x05C4 || code == 0x05C5 ||
           code == 0x05C7 || code == 0x0640 || (code >= 0x064B && code <= 0x065F) ||
           code == 0x0670 || (code >= 0x1AB0 && code <= 0x1AFF) ||
           (code >= 0x1DC0 && code <= 0x1DFF) || (code >= 0x20D0 && code <= 0x20FF) ||
           (code >= 0xFE20 && code <= 0xFE2F);
}

/// Latin letters that Unicode does not decompose, as people write them who lack the key.
const char* spelt_out(char32_t code)
{
    switch (code) {
    case 0x00E6:
        return "ae"; // æ
    case 0x00F0:
        return "d"; // ð
    case 0x00F8:
        return "o"; // ø
    case 0x00FE:
        return "th"; // þ
    case 0x0111:
        return "d"; // đ
    case 0x0127:
        return "h"; // ħ
    case 0x0131:
        return "i"; // ı
    case 0x0138:
        return "k"; // ĸ
    case 0x0142:
        return "l"; // ł
    case 0x014B:
        return "n"; // ŋ
    case 0x0153:
        return "oe"; // œ
    case 0x0167:
        return "t"; // ŧ
    case 0x0237:
        return "j"; // ȷ
    default:
        return nullptr;
    }
}

std::string fold_fully(std::string_view text)
{
    UErrorCode error = U_ZERO_ERROR;
    const auto* const case_folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
    const auto* const decomposition = icu::Normalizer2::getNFDInstance(error);
    const auto* const composition = icu::Normalizer2::getNFCInstance(error);
    invariant(U_SUCCESS(error), "ICU has its normalization data");

    const auto source = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    const auto parts = decomposition->normalize(case_folding->normalize(source, error), error);
    icu::UnicodeString kept;
    for (std::int32_t at = 0; at < parts.length(); at = parts.moveIndex32(at, 1)) {
        const auto code = static_cast<char32_t>(parts.char32At(at));
        if (is_diacritic(code)) continue;
        if (const auto* const letters = spelt_out(code))
            kept.append(icu::UnicodeString(letters, -1, US_INV));
        else
            kept.append(static_cast<UChar32>(code));
    }
    std::string folded;
    composition->normalize(kept, error).toUTF8String(folded);
    invariant(U_SUCCESS(error), "ICU can normalise any text that fits the memory");
    return folded;
}

const std::array<std::string, table_size>& folding_table()
{
    static const auto table = [] {
        std::array<std::string, table_size> folded;
        for (char32_t code = 0; code < table_size; ++code) {
            std::string character;
            append_character(character, code);
            folded[code] = fold_fully(character);
        }
        return folded;
    }();
    return table;
}

} // namespace

std::string fold(std::string_view text)
{
    std::string folded;
    folded.reserve(text.size());
    const auto& table = folding_table();
    std::size_t at = 0;
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            folded.push_back(byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A'))
                                                        : text[at]);
            ++at;
            continue;
        }
        const auto character = decode_character(text, at);
        if (character.code < table_size) {
            folded.append(table[character.code]);
            at += character.bytes;
            continue;
        }
        auto end = at + character.bytes;
        while (end < text.size()) {
            const auto next = decode_character(text, end);
            if (next.code < table_size) break;
            end += next.bytes;
        }
        folded.append(fold_fully(text.substr(at, end - at)));
        at = end;
    }
    return folded;
}

std::string slug(std::string_view title)
{
    constexpr std::size_t characters_max = 60;
    const auto is_letter_or_digit = [](char byte) {
        return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
    };
    const auto folded = fold(title);
    std::string slug;
    bool hyphen_due = false;
    for (std::size_t at = 0; at < folded.size();) {
        const auto character = decode_character(folded, at);
        if (is_letter_or_digit(folded[at])) {
            if (hyphen_due && !slug.empty()) slug.push_back('-');
            hyphen_due = false;
            slug.push_back(folded[at]);
            if (slug.size() > characters_max) break;
        } else if (character.code != U'\'' && character.code != 0x2019) {
            hyphen_due = true; // "don't" stays one word
        }
        at += character.bytes;
    }
    if (slug.size() > characters_max) {
        // A first word that is longer than all we have room for is cut inside.
        const auto hyphen = slug.rfind('-', characters_max);
        slug.resize(hyphen == std::string::npos || hyphen == 0 ? characters_max : hyphen);
    }
    return slug;
}

} // namespace moothall
