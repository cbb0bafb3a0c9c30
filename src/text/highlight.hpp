#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace moothall {

/// Bytes [begin, end) of a text, and whether they are a word that was searched for.
struct Span {
    std::size_t begin;
    std::size_t end;
    bool hit;

    bool operator==(const Span&) const = default;
};

/// An excerpt around the first hit, with all hits in it marked.
///
/// A word of the text is a hit when its fold() starts with one of `folded_words` (each the result
/// of fold(); empty ones are left out). The excerpt reaches some `around_characters` to both sides
/// of the first hit, to whole words; without a hit it is the beginning of the text. The spans
/// follow each other without gaps: the text before the first and after the last was left out when
/// `front().begin > 0` or `back().end < text.size()`. Empty only for an empty text.
std::vector<Span> highlight(std::string_view text, const std::vector<std::string>& folded_words,
                            std::size_t around_characters);

} // namespace moothall
