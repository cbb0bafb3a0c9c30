#pragma once

#include "write/lines/difference.hpp"

/// What changed between two texts, word by word.
namespace moothall::write {

/// The text in pieces: words, white space, line ends, and each other character by itself. Put
/// together again they are the text.
std::vector<std::string_view> split_words(std::string_view text);

/// What became of each piece of both texts. Lines are compared first, so that words are sought
/// only where something changed. A single space between two changes counts as changed: "a small
/// cat" for "a big dog" reads as one change, not as two.
std::vector<Change> find_word_steps(const std::vector<std::string_view>& before,
                                    const std::vector<std::string_view>& after);

/// A run of words that was kept, taken out or put in.
struct Piece {
    Change change = Change::kept;
    std::string text;
    bool operator==(const Piece&) const = default;
};
/// Both texts as runs, in order.
std::vector<Piece> find_word_difference(std::string_view before, std::string_view after);

/// The runs of one line.
using Row = std::vector<Piece>;
/// Rows near a change. Those further away are left out.
struct RowHunk {
    std::int64_t left_out = 0; // rows between the one before and this
    std::vector<Row> rows;
};
/// With `around` rows before and after each change.
std::vector<RowHunk> find_row_hunks(std::string_view before, std::string_view after,
                                    std::size_t around = 2);

/// The text with the line ends that programs send: browsers send others.
std::string with_plain_line_ends(std::string_view text);

} // namespace moothall::write
