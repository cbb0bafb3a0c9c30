#include "text/highlight.hpp"

#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <algorithm>

namespace moothall {

namespace {

bool is_hit(std::string_view word, const std::vector<std::string>& folded_words)
{
    const auto folded = fold(word);
    return std::any_of(folded_words.begin(), folded_words.end(), [&](const std::string& wanted) {
        return !wanted.empty() && folded.starts_with(wanted);
    });
}

std::size_t forward(std::string_view text, std::size_t at, std::size_t characters)
{
    for (; characters > 0 && at < text.size(); --characters) at += decode_character(text, at).bytes;
    return at;
}

std::size_t backward(std::string_view text, std::size_t at, std::size_t characters)
{
    for (; characters > 0 && at > 0; --characters) at = step_back(text, at);
    return at;
}

bool is_between_words(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

} // namespace

std::vector<Span> highlight(std::string_view text, const std::vector<std::string>& folded_words,
                            std::size_t around_characters)
{
    if (text.empty()) return {};
    const auto found = words(text);
    const auto offset = [&](std::string_view word) {
        return static_cast<std::size_t>(word.data() - text.data());
    };
    const auto first = std::find_if(found.begin(), found.end(), [&](std::string_view word) {
        return is_hit(word, folded_words);
    });

    // The excerpt must hold the bytes [hit_begin, hit_end).
    const auto hit_begin = first == found.end() ? 0 : offset(*first);
    const auto hit_end = first == found.end() ? 0 : hit_begin + first->size();
    auto begin = backward(text, hit_begin, around_characters);
    auto end = forward(text, hit_end, around_characters);
    // Room that is not needed before the hit is used after it.
    if (begin == 0) end = std::max(end, forward(text, 0, around_characters * 2));

    // To whole words, unless a word is endless (writing without spaces is).
    constexpr std::size_t word_bytes_max = 64;
    if (begin > 0) {
        const auto limit = std::min(begin + word_bytes_max, hit_begin);
        auto blank = begin - 1;
        while (blank < limit && !is_between_words(text[blank])) ++blank;
        if (blank < limit) begin = blank;
        while (begin < hit_begin && is_between_words(text[begin])) ++begin;
    }
    if (end < text.size()) {
        const auto limit = std::max(end - std::min(end, word_bytes_max), hit_end);
        auto blank = end;
        while (blank > limit && !is_between_words(text[blank])) --blank;
        if (is_between_words(text[blank])) end = blank;
        while (end > hit_end && is_between_words(text[end - 1])) --end;
    }

    std::vector<Span> spans;
    auto written = begin;
    for (auto word = first; word != found.end(); ++word) {
        const auto word_begin = offset(*word);
        const auto word_end = word_begin + word->size();
        if (word_end > end) break;
        if (!is_hit(*word, folded_words)) continue;
        if (word_begin > written) spans.push_back({written, word_begin, false});
        spans.push_back({word_begin, word_end, true});
        written = word_end;
    }
    if (written < end || spans.empty()) spans.push_back({written, end, false});
    return spans;
}

} // namespace moothall
