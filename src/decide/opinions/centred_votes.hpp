#pragma once

#include "decide/opinions/votes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace moothall::decide::opinions {

/// The votes as principal components see them: people times statements, each vote less the mean
/// vote on its statement. A cell nobody filled is imputed with that mean and so is exactly 0: only
/// votes are stored, and a product costs as much as there are votes.
///
/// A statement that was moderated out counts as 0 for everybody (deciding what it weighs, nothing)
/// and still counts as seen by everybody in scale(), because Polis does so.
class CentredVotes {
public:
    /// `people` says which row of `votes` is which row here.
    CentredVotes(const VoteTable& votes, std::span<const std::uint32_t> people);

    std::size_t rows() const { return row_begin_.size() - 1; }
    std::size_t columns() const { return centre_.size(); }
    /// Statements with at least one vote: M in the papers.
    std::size_t voted_columns() const { return voted_columns_; }
    /// The mean vote on each statement, 0 where there is none.
    const std::vector<double>& centre() const { return centre_; }
    /// How much a person's place is stretched so that those who voted little don't bunch up in the
    /// middle: sqrt(M / votes of hers).
    double scale(std::size_t row) const { return scale_[row]; }

    // Products with `Width` vectors at a time, which lie side by side: element i of vector w is at
    // [i * Width + w]. Instantiated for the widths 1, 2, 4 and 12.

    /// out (rows) = votes * in (columns).
    template <std::size_t Width>
    void multiply(std::span<const double> in, std::span<double> out) const;
    /// out (columns) = transposed votes * in (rows).
    template <std::size_t Width>
    void multiply_transposed(std::span<const double> in, std::span<double> out) const;
    /// out (columns) = transposed votes * (votes * in (columns)), in one pass over the votes.
    template <std::size_t Width>
    void multiply_both(std::span<const double> in, std::span<double> out) const;

private:
    // A vote is stored as 3 * statement + vote + 1. A product first tabulates what each such code
    // contributes and then only adds: 5 ns a vote for 4 vectors, whatever the mean is.
    template <std::size_t Width>
    std::vector<double> contributions(std::span<const double> in) const;
    template <std::size_t Width>
    void collect(std::span<const double> sums, std::span<double> out) const;

    std::vector<std::size_t> row_begin_;
    std::vector<std::uint32_t> codes_;
    std::vector<double> centre_;
    std::vector<double> scale_;
    std::size_t voted_columns_ = 0;
};

/// People in an order that depends on nothing but how they voted: two people who swap their ids, or
/// their lines in the file, swap nothing here. People with the very same votes stand together.
std::vector<std::uint32_t> order_by_votes(const VoteTable& votes);

} // namespace moothall::decide::opinions
