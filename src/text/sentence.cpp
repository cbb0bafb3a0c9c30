// The first sentence of a body, as its title. Rules instead of ICU's sentence iterator, because
// that one ends sentences at "z. B." and "3. kerros" and takes every line break for a full stop.

#include "text/markdown.hpp"
#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

namespace moothall {

namespace {

/// Words, folded, whose full stop ends no sentence. The list is made by hand from the languages we
/// speak to; a word missing here makes a title too short, nothing worse.
constexpr std::array abbreviations = std::to_array<std::string_view>({
    "e.g", "i.e",  "mr",   "mrs",  "ms",   "dr",   "prof", "st",  "vs",   "approx", "no",
    "nr",  "ca",   "bzw",  "inkl", "ggf",  "evtl", "str",  "abs", "z.b",  "d.h",    "u.a",
    "mme", "mlle", "p.ex", "cf",   "env",  "orn",  "bkz",  "sn",  "esim", "mm",     "n",
    "klo", "puh",  "sr",   "sra",  "p.ej", "ud",   "uds",  "fig", "vol",
});

bool ends_sentence(char32_t code)
{
    switch (code) {
    case U'.':
    case U'!':
    case U'?':
    case 0x2026: // …
    case 0x0964: // Devanagari danda
    case 0x061F: // Arabic question mark
    case 0x06D4: // Arabic full stop
        return true;
    default:
        return false;
    }
}

/// Full stops of scripts that put no space after them.
bool ends_sentence_without_space(char32_t code)
{
    return code == 0x3002 || code == 0xFF01 || code == 0xFF1F || code == 0xFF61;
}

bool closes(char32_t code)
{
    switch (code) {
    case U'"':
    case U'\'':
    case U')':
    case U']':
    case U'*':
    case U'_':
    case 0x00BB:
    case 0x2019:
    case 0x201D:
    case 0x300D:
    case 0x300F:
        return true;
    default:
        return false;
    }
}

bool is_space_or_tab(char byte)
{
    return byte == ' ' || byte == '\t';
}

/// The length of what marks a heading, a quote or a list item at the beginning of a line; 0 if
/// none.
std::size_t mark_length(std::string_view line)
{
    std::size_t at = 0;
    while (at < line.size() && is_space_or_tab(line[at])) ++at;
    const auto begin = at;
    if (at < line.size() && line[at] == '#') {
        while (at < line.size() && line[at] == '#') ++at;
        if (at - begin > 6) return 0;
    } else if (at < line.size() && (line[at] == '-' || line[at] == '*' || line[at] == '+')) {
        ++at;
    } else if (at < line.size() && line[at] == '>') {
        return at + 1;
    } else {
        return 0;
    }
    return at < line.size() && is_space_or_tab(line[at]) ? at + 1 : 0;
}

/// The first paragraph: to an empty line, or to a line that begins something else.
std::string_view first_paragraph(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t\r\n\v\f");
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin);
    while (const auto length = mark_length(text)) text.remove_prefix(length);
    for (auto at = text.find_first_of("\r\n"); at != std::string_view::npos;
         at = text.find_first_of("\r\n", at)) {
        const auto end = at;
        at += text.substr(at, 2) == "\r\n" ? 2 : 1;
        const auto rest = text.substr(at);
        const auto next = rest.find_first_not_of(" \t");
        if (next == std::string_view::npos || rest[next] == '\n' || rest[next] == '\r' ||
            mark_length(rest) > 0)
            return text.substr(0, end);
    }
    return text;
}

/// Whether the full stop at `stop` belongs to a word ("e.g.", "J.", "3.") instead of ending a
/// sentence.
bool is_abbreviation(std::string_view text, std::size_t stop)
{
    auto begin = stop;
    while (begin > 0) {
        const auto previous = step_back(text, begin);
        const auto code = decode_character(text, previous).code;
        if (u_isUWhiteSpace(static_cast<UChar32>(code)) != 0 || code == U'(' || code == U'"') break;
        begin = previous;
    }
    const auto word = text.substr(begin, stop - begin);
    if (word.empty()) return true;
    if (word.size() <= 2 &&
        std::all_of(word.begin(), word.end(), [](char byte) { return byte >= '0' && byte <= '9'; }))
        return true; // an ordinal in German, Finnish or Turkish, or the number of a list
    const auto folded = fold(word);
    if (std::find(abbreviations.begin(), abbreviations.end(), folded) != abbreviations.end())
        return true;
    // One letter, alone or after another full stop: an initial, or the end of "z. B." and "U.S.".
    // A lone I or a lone "o" in Turkish does end sentences, but a short title does no harm then.
    const auto last = step_back(word, word.size());
    return u_isalpha(static_cast<UChar32>(decode_character(word, last).code)) != 0 &&
           (last == 0 || word[last - 1] == '.');
}

std::size_t sentence_end(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto stop = at;
        const auto character = decode_character(text, at);
        at += character.bytes;
        if (ends_sentence_without_space(character.code)) {
            while (at < text.size() && closes(decode_character(text, at).code))
                at += decode_character(text, at).bytes;
            return at;
        }
        if (!ends_sentence(character.code)) continue;
        bool closed = false;
        while (at < text.size()) {
            const auto next = decode_character(text, at);
            if (!ends_sentence(next.code) && !closes(next.code)) break;
            closed = closed || closes(next.code);
            at += next.bytes;
        }
        auto next = at;
        while (next < text.size() &&
               u_isUWhiteSpace(static_cast<UChar32>(decode_character(text, next).code)) != 0)
            next += decode_character(text, next).bytes;
        if (next == text.size()) return text.size();
        if (next == at) continue; // "3.5", "example.org"
        const auto follows_lower =
            u_islower(static_cast<UChar32>(decode_character(text, next).code)) != 0;
        const auto firm = character.code == U'!' || character.code == U'?';
        if (follows_lower && (!firm || closed)) continue;
        if (character.code == U'.' && at == stop + 1 && is_abbreviation(text, stop)) continue;
        return at;
    }
    return text.size();
}

} // namespace

std::string first_sentence(std::string_view text, std::size_t characters_max)
{
    // Titles are short, and a body may be a megabyte: what cannot matter is not looked at.
    const auto begin = text.find_first_not_of(" \t\r\n\v\f");
    if (begin == std::string_view::npos) return {};
    const auto looked_at = text.substr(begin, characters_max * 8 + 1024);
    const auto paragraph = first_paragraph(looked_at);
    const auto sentence = normalise_line(paragraph.substr(0, sentence_end(paragraph)));
    if (count_characters(sentence) <= characters_max) return sentence;

    auto cut = clip(sentence, characters_max > 0 ? characters_max - 1 : 0);
    // Cut inside a word only when going back would lose more than half of the room.
    if (sentence[cut.size()] != ' ') {
        const auto space = cut.rfind(' ');
        if (space != std::string::npos && space > cut.size() / 2) cut.resize(space);
    }
    while (!cut.empty() && (cut.back() == ' ' || cut.back() == ',' || cut.back() == ';' ||
                            cut.back() == ':' || cut.back() == '-'))
        cut.pop_back();
    return characters_max == 0 ? std::string() : cut + "…";
}

std::string made_title(std::string_view markdown, std::size_t characters_max)
{
    // Marks are taken off first: a sentence cut inside a link would keep half of one.
    const auto begin = clip(markdown, characters_max * 16 + 1024);
    auto title = first_sentence(plain_text(begin), characters_max);
    return title.empty() ? first_sentence(begin, characters_max) : title;
}

} // namespace moothall
