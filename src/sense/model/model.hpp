#pragma once

#include "base/result.hpp"
#include "sense/model/tokenizer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace moothall::sense {

/// A table that turns a text into a point: texts of like meaning lie near each other.
///
/// Each row is the vector of one piece of a word (or of two neighbouring pieces); a text's point is
/// the sum of its rows, made one long, so order does not matter and nothing is learned while
/// running. The layout of the file is in model/FORMAT.md.
///
/// The table reads the file's bytes where they lie, so a mapped file costs memory only for the rows
/// that are used. Safe to use from many threads at once.
class Model {
public:
    /// Checks everything that reading relies on: a hostile file is refused, never read past its
    /// end. `file` must begin on a multiple of 4 bytes and outlive the model.
    static Result<Model> read(std::span<const std::byte> file);

    std::size_t dimension() const { return dimension_; }
    std::size_t rows() const { return scales_.size(); }

    /// The rows of `text`, replacing what `rows` held: pieces in order, then pairs in order.
    void tokenize(std::string_view text, std::vector<std::int32_t>& rows) const;

    /// Writes the point of `text` to `out`, of `dimension()` numbers: one long, or all zeros when
    /// nothing in the text is known. Then only its words can say what it is like.
    /// `rows` is working space, and holds the rows afterwards.
    void embed(std::string_view text, std::span<float> out, std::vector<std::int32_t>& rows) const;
    std::vector<float> embed(std::string_view text) const;

private:
    Model() = default;

    enum class Splitting : std::uint8_t { longest_piece = 0, likelihood = 1 };

    Splitting splitting_ = Splitting::longest_piece;
    std::size_t dimension_ = 0;
    std::span<const float> scales_;
    std::span<const std::int8_t> matrix_;
    Vocabulary vocabulary_;
    PairTable pairs_;
    bool has_pairs_ = false;
};

} // namespace moothall::sense
