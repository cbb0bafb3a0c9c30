#pragma once

#include "sense/model/piece_table.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace moothall::sense {

/// What both tokenizers need to know of a table.
struct Vocabulary {
    PieceTable pieces;
    std::size_t tokens_max = 0;      // tokens after this many are ignored
    std::size_t piece_bytes_max = 0; // of the longest piece, at most `piece_bytes_limit`
    bool lower_case = true;
    std::span<const float> scores; // log-probability of each row; only for split_by_likelihood
    float unknown_score = 0;       // what a code point outside all pieces costs
};

inline constexpr std::size_t piece_bytes_limit = 256;

/// Texts are read up to here. At most 512 tokens count, so only a text made of blanks or of words
/// that no table knows says anything after it.
inline constexpr std::size_t text_bytes_max = std::size_t{1} << 20;

/// Splits `text` into the longest known pieces, from left to right, and appends their rows.
///
/// WordPiece as BERT does it with lower-case English (Wu et al., "Google's neural machine
/// translation system", 2016, section 4.1; Devlin et al., "BERT", 2019): control characters and
/// accents go, every punctuation mark and every CJK ideograph is a word of its own, pieces inside a
/// word begin with ##, and a word that cannot be covered says nothing.
void split_by_longest_piece(const Vocabulary& vocabulary, std::string_view text,
                            std::vector<std::int32_t>& rows);

/// Splits `text` into the likeliest pieces and appends their rows.
///
/// The unigram model of SentencePiece (Kudo, "Subword regularization", 2018, section 3.2): the
/// split of each word whose pieces have the greatest product of probabilities, found by Viterbi's
/// algorithm. Words are independent, since pieces never cross the mark U+2581 that begins a word.
void split_by_likelihood(const Vocabulary& vocabulary, std::string_view text,
                         std::vector<std::int32_t>& rows);

} // namespace moothall::sense
