#include "text/unicode.hpp"

#include "text/count_word.hpp"

#include "base/invariant.hpp"
#include "text/utf8.hpp"

#include <unicode/coll.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>

namespace moothall {

namespace {

/// How many of the bytes from `at` on are ASCII: most text is, and eight bytes are tested at once.
std::size_t ascii_run(std::string_view text, std::size_t at)
{
    auto end = at;
    while (end + sizeof(std::uint64_t) <= text.size()) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + end, sizeof bytes);
        if ((bytes & 0x8080808080808080U) != 0) break;
        end += sizeof bytes;
    }
    while (end < text.size() && static_cast<unsigned char>(text[end]) < 0x80) ++end;
    return end - at;
}

bool has_category(char32_t code, std::uint32_t mask)
{
    return ((1U << static_cast<unsigned>(u_charType(static_cast<UChar32>(code)))) & mask) != 0;
}

bool is_joiner(char32_t code)
{
    return code == 0x200C || code == 0x200D;
}

bool is_variation_selector(char32_t code)
{
    return (code >= 0x180B && code <= 0x180D) || (code >= 0xFE00 && code <= 0xFE0F) ||
           (code >= 0xE0100 && code <= 0xE01EF);
}

/// Whether a line of text may hold `code` after `before`. Joiners and variation selectors change
/// what Persian, Indic scripts, Mongolian and emoji look like; after a Latin letter they only hide.
bool may_stand_in_line(char32_t code, char32_t before)
{
    if (has_category(code, U_GC_CC_MASK)) return false;
    if (code >= 0xFFF9 && code <= 0xFFFB) return false; // interlinear annotation
    if (is_joiner(code)) return before >= 0x0600;
    if (is_variation_selector(code))
        return before != 0 && !(before < 0x0600 && has_category(before, U_GC_L_MASK)) &&
               before != U' ';
    return u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ==
               0 &&
           u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_NONCHARACTER_CODE_POINT) == 0;
}

bool is_white_space(char32_t code)
{
    // The blank Braille pattern is no white space to Unicode, but a name of it alone is no name.
    return u_isUWhiteSpace(static_cast<UChar32>(code)) != 0 || code == 0x2800;
}

std::string to_nfc(std::string_view text)
{
    UErrorCode error = U_ZERO_ERROR;
    const auto* const composition = icu::Normalizer2::getNFCInstance(error);
    invariant(U_SUCCESS(error), "ICU has its normalization data");
    const auto source = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    std::string composed;
    composition->normalize(source, error).toUTF8String(composed);
    invariant(U_SUCCESS(error), "ICU can normalise any text that fits the memory");
    return composed;
}

char lower_ascii(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

bool is_ascii_letter_or_digit(char byte)
{
    const auto lower = lower_ascii(byte);
    return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9');
}

} // namespace

bool is_valid_utf8(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        at += ascii_run(text, at);
        if (at == text.size()) break;
        const auto character = decode_character(text, at);
        if (!character.valid) return false;
        at += character.bytes;
    }
    return true;
}

std::size_t count_characters(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) at += decode_character(text, at).bytes;
    return count;
}

std::string clip(std::string_view text, std::size_t characters_max, Ellipsis ellipsis)
{
    if (text.size() <= characters_max) return std::string(text);
    std::size_t count = 0;
    std::size_t at = 0;
    std::size_t last = 0; // where the last of the characters_max begins
    for (; at < text.size() && count < characters_max; ++count) {
        last = at;
        at += decode_character(text, at).bytes;
    }
    if (at == text.size()) return std::string(text);
    if (ellipsis == Ellipsis::none || characters_max == 0) return std::string(text.substr(0, at));
    return std::string(text.substr(0, last)) + "…";
}

namespace {

/// One pass of normalise_line(). `dropped`: a character was taken out that is no white space.
std::string normalise_once(std::string_view text, bool& dropped)
{
    const auto composed = to_nfc(text);
    std::string line;
    line.reserve(composed.size());
    char32_t before = 0; // the last character kept; a space that is due counts
    bool space_due = false;
    const auto drop_hanging_joiners = [&] {
        while (!line.empty()) {
            const auto last = step_back(line, line.size());
            if (!is_joiner(decode_character(line, last).code)) break;
            line.resize(last);
        }
    };
    for (std::size_t at = 0; at < composed.size();) {
        const auto character = decode_character(composed, at);
        at += character.bytes;
        if (is_white_space(character.code)) {
            if (!line.empty()) space_due = true;
            before = U' ';
            continue;
        }
        if (!may_stand_in_line(character.code, before)) {
            dropped = true;
            continue;
        }
        if (space_due) {
            drop_hanging_joiners();
            if (!line.empty()) line.push_back(' ');
        }
        space_due = false;
        append_character(line, character.code);
        before = character.code;
    }
    drop_hanging_joiners();
    return to_nfc(line);
}

} // namespace

std::string normalise_line(std::string_view text)
{
    bool dropped = false;
    auto line = normalise_once(text, dropped);
    // What was taken out may have stood between a letter and its mark, which are one now, and what
    // may follow a mark may not follow a letter.
    while (dropped) {
        dropped = false;
        line = normalise_once(line, dropped);
    }
    return line;
}

bool has_forbidden_characters(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char byte) {
        const auto code = static_cast<unsigned char>(byte);
        return code < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    });
}

std::string fold_email(std::string_view address)
{
    constexpr std::string_view blanks = " \t\r\n\v\f";
    const auto begin = address.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    const auto end = address.find_last_not_of(blanks) + 1;
    std::string folded(address.substr(begin, end - begin));
    std::transform(folded.begin(), folded.end(), folded.begin(), lower_ascii);
    return folded;
}

bool is_email(std::string_view address)
{
    constexpr std::size_t bytes_max = 254; // RFC 5321, 4.5.3.1.3, less the two angle brackets
    constexpr std::size_t local_bytes_max = 64;
    constexpr std::size_t label_bytes_max = 63;
    const auto at_sign = address.find('@');
    if (address.size() > bytes_max || at_sign == std::string_view::npos) return false;
    const auto local = address.substr(0, at_sign);
    auto domain = address.substr(at_sign + 1);

    constexpr std::string_view also_local = ".!#$%&'*+/=?^_`{|}~-";
    if (local.empty() || local.size() > local_bytes_max) return false;
    if (!std::all_of(local.begin(), local.end(), [&](char byte) {
            return is_ascii_letter_or_digit(byte) ||
                   also_local.find(byte) != std::string_view::npos;
        }))
        return false;

    std::size_t labels = 0;
    const auto whole_domain = domain;
    while (true) {
        const auto dot = domain.find('.');
        const auto label = domain.substr(0, dot);
        if (label.empty() || label.size() > label_bytes_max || label.front() == '-' ||
            label.back() == '-')
            return false;
        if (!std::all_of(label.begin(), label.end(),
                         [&](char byte) { return is_ascii_letter_or_digit(byte) || byte == '-'; }))
            return false;
        ++labels;
        if (dot == std::string_view::npos) break;
        domain.remove_prefix(dot + 1);
    }
    return labels > 1 || fold_email(whole_domain) == "localhost";
}

std::vector<std::string_view> words(std::string_view text)
{
    constexpr std::size_t bytes_a_word = 6; // of most languages, with what stands between
    std::vector<std::string_view> words;
    words.reserve(text.size() / bytes_a_word + 1);
    std::size_t begin = 0;
    std::size_t end = 0; // of the word that begins at `begin`; the same while there is none
    for (std::size_t at = 0; at < text.size();) {
        // Most text is ASCII, and of that it is enough to look at the byte.
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            if (is_ascii_letter_or_digit(text[at])) {
                if (begin == end || at != end) begin = at;
                end = at + 1;
            } else if (begin != end) {
                words.push_back(text.substr(begin, end - begin));
                begin = end = at + 1;
            }
            ++at;
            continue;
        }
        const auto character = decode_character(text, at);
        const auto next = at + character.bytes;
        const bool inside = begin != end && at == end;
        if (character.valid && has_category(character.code, U_GC_L_MASK | U_GC_N_MASK)) {
            if (!inside) begin = at;
            end = next;
        } else if (inside && character.valid &&
                   (has_category(character.code, U_GC_M_MASK) || is_joiner(character.code) ||
                    character.code == 0x00AD)) {
            end = next; // an accent, a joiner or a soft hyphen never begins a word
        } else if (inside) {
            words.push_back(text.substr(begin, end - begin));
            begin = end = next;
        }
        at = next;
    }
    if (begin != end) words.push_back(text.substr(begin, end - begin));
    return words;
}

namespace {

/// Whether the character is one of those that a word is made of, wherever in it.
bool is_of_word(const Character& character)
{
    return character.valid &&
           (has_category(character.code, U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK) ||
            is_joiner(character.code) || character.code == 0x00AD);
}

bool goes_on_before(std::string_view text, std::size_t at)
{
    if (at == 0) return false;
    auto before = at - 1;
    if (static_cast<unsigned char>(text[before]) < 0x80)
        return is_ascii_letter_or_digit(text[before]);
    while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0U) == 0x80U) --before;
    return is_of_word(decode_character(text, before));
}

bool goes_on_after(std::string_view text, std::size_t at)
{
    if (at == text.size()) return false;
    if (static_cast<unsigned char>(text[at]) < 0x80) return is_ascii_letter_or_digit(text[at]);
    return is_of_word(decode_character(text, at));
}

} // namespace

std::size_t count_word(std::string_view text, std::string_view word, WordMatch match)
{
    if (word.empty()) return 0;
    std::size_t count = 0;
    for (auto at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + word.size()))
        if (!goes_on_before(text, at) &&
            (match == WordMatch::start || !goes_on_after(text, at + word.size())))
            ++count;
    return count;
}

std::vector<std::string_view> words_beginning_with(std::string_view text, std::string_view start)
{
    std::vector<std::string_view> words;
    if (start.empty()) return words;
    for (auto at = text.find(start); at != std::string_view::npos; at = text.find(start, at)) {
        auto end = at + start.size();
        if (!goes_on_before(text, at)) {
            while (goes_on_after(text, end)) {
                ++end;
                while (end < text.size() &&
                       (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
                    ++end;
            }
            words.push_back(text.substr(at, end - at));
        }
        at = end;
    }
    return words;
}

int compare_in(std::string_view language, std::string_view a, std::string_view b)
{
    // A collator takes some 100 µs to make and is not to be shared while it may change: each thread
    // keeps its own. The number of languages people choose from is small.
    thread_local std::map<std::string, std::unique_ptr<icu::Collator>> collators;
    constexpr std::size_t collators_max = 32;
    const auto is_code =
        language.size() <= 16 && std::all_of(language.begin(), language.end(), [](char byte) {
            return u_isalnum(byte) != 0 || byte == '-' || byte == '_';
        });
    const std::string code(is_code ? language : std::string_view());
    auto found = collators.find(code);
    if (found == collators.end()) {
        if (collators.size() >= collators_max) collators.clear();
        UErrorCode error = U_ZERO_ERROR;
        const auto locale = code.empty() ? icu::Locale::getRoot() : icu::Locale(code.c_str());
        std::unique_ptr<icu::Collator> collator(icu::Collator::createInstance(locale, error));
        invariant(U_SUCCESS(error) && collator, "ICU has its collation data");
        found = collators.emplace(code, std::move(collator)).first;
    }
    UErrorCode error = U_ZERO_ERROR;
    const auto order = found->second->compareUTF8(
        icu::StringPiece(a.data(), static_cast<std::int32_t>(a.size())),
        icu::StringPiece(b.data(), static_cast<std::int32_t>(b.size())), error);
    return static_cast<int>(order);
}

} // namespace moothall
