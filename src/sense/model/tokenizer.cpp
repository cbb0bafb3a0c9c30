#include "sense/model/tokenizer.hpp"

#include "base/invariant.hpp"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace moothall::sense {

namespace {

constexpr std::size_t word_code_points_max = 100; // BERT's own limit
constexpr std::string_view word_mark = "\xE2\x96\x81";

bool is_continuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

bool is_ideograph(UChar32 c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
           (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F) ||
           (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

bool is_ascii_punctuation(UChar32 c)
{
    return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
           (c >= 123 && c <= 126);
}

bool is_punctuation(UChar32 c)
{
    return is_ascii_punctuation(c) || (U_GET_GC_MASK(c) & U_GC_P_MASK) != 0;
}

bool is_control(UChar32 c)
{
    if (c == '\t' || c == '\n' || c == '\r') return false;
    return (U_GET_GC_MASK(c) &
            (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CN_MASK | U_GC_CS_MASK)) != 0;
}

bool is_space(UChar32 c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || u_isUWhiteSpace(c) != 0;
}

std::string_view readable_part(std::string_view text)
{
    if (text.size() <= text_bytes_max) return text;
    auto end = text_bytes_max;
    while (end > 0 && is_continuation(text[end])) --end;
    return text.substr(0, end);
}

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*instance)(UErrorCode&))
{
    auto status = U_ZERO_ERROR;
    const auto* found = instance(status);
    invariant(U_SUCCESS(status) && found != nullptr, "ICU brings its normalizers along");
    return *found;
}

icu::UnicodeString normalized(const icu::Normalizer2& by, const icu::UnicodeString& text)
{
    auto status = U_ZERO_ERROR;
    auto result = by.normalize(text, status);
    invariant(U_SUCCESS(status), "any text can be normalized");
    return result;
}

// What is no UTF-8 becomes U+FFFD.
icu::UnicodeString from_utf8(std::string_view text)
{
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

// Gathers the letters of one word; a word that outgrows BERT's limit is dropped as a whole.
class Word {
public:
    void add(UChar32 c)
    {
        if (++code_points_ > word_code_points_max) return;
        std::int32_t size = 0;
        U8_APPEND_UNSAFE(bytes_.data() + size_, size, c);
        size_ += static_cast<std::size_t>(size);
    }
    std::string_view take()
    {
        const auto known = code_points_ <= word_code_points_max;
        const std::string_view word(bytes_.data(), known ? size_ : 0);
        size_ = code_points_ = 0;
        return word;
    }

private:
    std::array<char, word_code_points_max * 4> bytes_{};
    std::size_t size_ = 0;
    std::size_t code_points_ = 0;
};

void append_pieces(const Vocabulary& vocabulary, std::string_view word,
                   std::vector<std::int32_t>& rows)
{
    std::array<std::uint64_t, piece_bytes_limit + 1> hashes; // filled as far as it is read
    const auto kept = rows.size();
    for (std::size_t begin = 0; begin < word.size();) {
        const auto mark = begin == 0 ? std::string_view() : std::string_view("##");
        const auto longest = std::min(word.size() - begin, vocabulary.piece_bytes_max);
        PieceHash hash;
        hash.add(mark);
        for (std::size_t length = 1; length <= longest; ++length) {
            hash.add(word[begin + length - 1]);
            hashes[length] = hash.value();
        }
        std::int32_t row = -1;
        auto length = longest;
        for (; length > 0; --length) {
            const auto end = begin + length;
            if (end < word.size() && is_continuation(word[end])) continue;
            row = vocabulary.pieces.find(hashes[length], mark, word.substr(begin, length));
            if (row >= 0) break;
        }
        if (row < 0) {
            rows.resize(kept);
            return;
        }
        rows.push_back(row);
        begin += length;
    }
}

// Most texts are plain ASCII and need no normalizing.
void split_ascii(const Vocabulary& vocabulary, std::string_view text,
                 std::vector<std::int32_t>& rows)
{
    Word word;
    const auto finish_word = [&] { append_pieces(vocabulary, word.take(), rows); };
    for (const auto byte : text) {
        if (rows.size() >= vocabulary.tokens_max) break;
        if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') {
            finish_word();
        } else if (byte < 32 || byte == 127) {
            continue;
        } else if (is_ascii_punctuation(byte)) {
            finish_word();
            word.add(byte);
            finish_word();
        } else {
            word.add(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
        }
    }
    finish_word();
}

icu::UnicodeString cleaned(std::string_view text)
{
    icu::UnicodeString clean;
    const auto whole = from_utf8(text);
    for (std::int32_t i = 0; i < whole.length();) {
        const auto c = whole.char32At(i);
        i += U16_LENGTH(c);
        if (c == 0 || c == 0xFFFD || is_control(c)) continue;
        if (is_space(c)) {
            clean.append(u' ');
        } else if (is_ideograph(c)) {
            clean.append(u' ').append(c).append(u' ');
        } else {
            clean.append(c);
        }
    }
    return clean;
}

} // namespace

void split_by_longest_piece(const Vocabulary& vocabulary, std::string_view text,
                            std::vector<std::int32_t>& rows)
{
    text = readable_part(text);
    if (std::ranges::all_of(text,
                            [](char byte) { return static_cast<unsigned char>(byte) < 128; })) {
        split_ascii(vocabulary, text, rows);
    } else {
        static const auto& decomposer = normalizer(icu::Normalizer2::getNFDInstance);
        const auto decomposed = normalized(decomposer, cleaned(text));
        icu::UnicodeString bare;
        for (std::int32_t i = 0; i < decomposed.length();) {
            const auto c = decomposed.char32At(i);
            i += U16_LENGTH(c);
            if (u_charType(c) != U_NON_SPACING_MARK) bare.append(c);
        }
        bare.toLower(icu::Locale::getRoot());

        Word word;
        const auto finish_word = [&] { append_pieces(vocabulary, word.take(), rows); };
        for (std::int32_t i = 0; i < bare.length() && rows.size() < vocabulary.tokens_max;) {
            const auto c = bare.char32At(i);
            i += U16_LENGTH(c);
            if (is_space(c)) {
                finish_word();
            } else if (is_punctuation(c)) {
                finish_word();
                word.add(c);
                finish_word();
            } else {
                word.add(c);
            }
        }
        finish_word();
    }
    if (rows.size() > vocabulary.tokens_max) rows.resize(vocabulary.tokens_max);
}

namespace {

std::string marked_words(const Vocabulary& vocabulary, std::string_view text)
{
    static const auto& composer = normalizer(icu::Normalizer2::getNFKCInstance);
    auto composed = normalized(composer, from_utf8(text));
    if (vocabulary.lower_case)
        composed = normalized(composer, composed.toLower(icu::Locale::getRoot()));

    std::string marked;
    std::size_t words = 0;
    auto at_word_begin = true;
    for (std::int32_t i = 0; i < composed.length();) {
        const auto c = composed.char32At(i);
        i += U16_LENGTH(c);
        if (is_space(c)) {
            at_word_begin = true;
            continue;
        }
        // Lower-casing the Turkish capital İ leaves a combining dot behind, which no piece holds.
        if (is_control(c) || c == 0x0307) continue;
        if (at_word_begin) {
            if (++words > vocabulary.tokens_max) break;
            marked += word_mark;
            at_word_begin = false;
        }
        icu::UnicodeString(c).toUTF8String(marked);
    }
    return marked;
}

// The best split of the beginning of a word, kept for each byte of it.
struct Step {
    float score = -std::numeric_limits<float>::infinity();
    std::uint32_t from = 0;
    std::int32_t row = -1; // -1: a code point that no piece covers
};

std::size_t code_point_end(std::string_view word, std::size_t at)
{
    ++at;
    while (at < word.size() && is_continuation(word[at])) ++at;
    return at;
}

void append_likeliest(const Vocabulary& vocabulary, std::string_view word, std::vector<Step>& steps,
                      std::vector<std::int32_t>& rows)
{
    steps.assign(word.size() + 1, Step{});
    steps[0].score = 0;
    for (std::size_t begin = 0; begin < word.size();) {
        const auto next = code_point_end(word, begin);
        const auto offer = [&](std::size_t end, float score, std::int32_t row) {
            if (score > steps[end].score)
                steps[end] = {score, static_cast<std::uint32_t>(begin), row};
        };
        PieceHash hash;
        for (auto end = begin, hashed = begin; end < word.size();) {
            end = code_point_end(word, end);
            if (end - begin > vocabulary.piece_bytes_max) break;
            hash.add(word.substr(hashed, end - hashed));
            hashed = end;
            const auto row =
                vocabulary.pieces.find(hash.value(), {}, word.substr(begin, end - begin));
            if (row >= 0)
                offer(end, steps[begin].score + vocabulary.scores[static_cast<std::size_t>(row)],
                      row);
        }
        offer(next, steps[begin].score + vocabulary.unknown_score, -1);
        begin = next;
    }
    const auto kept = rows.size();
    for (auto at = word.size(); at > 0; at = steps[at].from)
        if (steps[at].row >= 0) rows.push_back(steps[at].row);
    std::reverse(rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
}

} // namespace

void split_by_likelihood(const Vocabulary& vocabulary, std::string_view text,
                         std::vector<std::int32_t>& rows)
{
    const auto marked = marked_words(vocabulary, readable_part(text));
    std::vector<Step> steps;
    for (std::size_t begin = 0; begin < marked.size() && rows.size() < vocabulary.tokens_max;) {
        const auto end = std::min(marked.find(word_mark, begin + word_mark.size()), marked.size());
        append_likeliest(vocabulary, std::string_view(marked).substr(begin, end - begin), steps,
                         rows);
        begin = end;
    }
    if (rows.size() > vocabulary.tokens_max) rows.resize(vocabulary.tokens_max);
}

} // namespace moothall::sense
