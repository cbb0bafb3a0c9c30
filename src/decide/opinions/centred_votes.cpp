#include "decide/opinions/centred_votes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace moothall::decide::opinions {

CentredVotes::CentredVotes(const VoteTable& votes, std::span<const std::uint32_t> people)
    : centre_(votes.statements(), 0.0), scale_(people.size(), 0.0)
{
    std::vector<std::int64_t> sum(votes.statements(), 0);
    std::vector<std::int64_t> count(votes.statements(), 0);
    for (std::size_t person = 0; person < votes.participants(); ++person) {
        const auto row = votes.row(person);
        for (std::size_t at = 0; at < row.votes.size(); ++at) {
            sum[row.statements[at]] += row.votes[at];
            ++count[row.statements[at]];
        }
    }
    std::size_t moderated_columns = 0;
    for (std::size_t column = 0; column < votes.statements(); ++column) {
        if (count[column] == 0) continue;
        ++voted_columns_;
        if (votes.is_moderated_out(column))
            ++moderated_columns;
        else
            centre_[column] = static_cast<double>(sum[column]) / static_cast<double>(count[column]);
    }

    row_begin_.reserve(people.size() + 1);
    row_begin_.push_back(0);
    codes_.reserve(votes.votes());
    for (std::size_t at = 0; at < people.size(); ++at) {
        const auto row = votes.row(people[at]);
        for (std::size_t cell = 0; cell < row.votes.size(); ++cell) {
            const auto column = row.statements[cell];
            if (votes.is_moderated_out(column)) continue;
            codes_.push_back(3 * column + static_cast<std::uint32_t>(row.votes[cell] + 1));
        }
        row_begin_.push_back(codes_.size());
        const auto seen = row_begin_[at + 1] - row_begin_[at] + moderated_columns;
        scale_[at] = std::sqrt(static_cast<double>(voted_columns_) /
                               static_cast<double>(std::max<std::size_t>(1, seen)));
    }
}

template <std::size_t Width>
std::vector<double> CentredVotes::contributions(std::span<const double> in) const
{
    std::vector<double> table(3 * columns() * Width);
    for (std::size_t column = 0; column < columns(); ++column)
        for (std::size_t vote = 0; vote < 3; ++vote)
            for (std::size_t w = 0; w < Width; ++w)
                table[(3 * column + vote) * Width + w] =
                    (static_cast<double>(vote) - 1 - centre_[column]) * in[column * Width + w];
    return table;
}

template <std::size_t Width>
void CentredVotes::collect(std::span<const double> sums, std::span<double> out) const
{
    for (std::size_t column = 0; column < columns(); ++column)
        for (std::size_t w = 0; w < Width; ++w) {
            const auto sum_of = [&](std::size_t vote) {
                return sums[(3 * column + vote) * Width + w];
            };
            out[column * Width + w] =
                (sum_of(2) - sum_of(0)) - centre_[column] * (sum_of(0) + sum_of(1) + sum_of(2));
        }
}

template <std::size_t Width>
void CentredVotes::multiply(std::span<const double> in, std::span<double> out) const
{
    const auto table = contributions<Width>(in);
    for (std::size_t row = 0; row < rows(); ++row) {
        std::array<double, Width> sum{};
        for (auto at = row_begin_[row]; at < row_begin_[row + 1]; ++at) {
            const double* own = table.data() + codes_[at] * Width;
            for (std::size_t w = 0; w < Width; ++w) sum[w] += own[w];
        }
        std::copy(sum.begin(), sum.end(), out.begin() + static_cast<std::ptrdiff_t>(row * Width));
    }
}

template <std::size_t Width>
void CentredVotes::multiply_transposed(std::span<const double> in, std::span<double> out) const
{
    std::vector<double> sums(3 * columns() * Width, 0.0);
    for (std::size_t row = 0; row < rows(); ++row) {
        std::array<double, Width> own{};
        for (std::size_t w = 0; w < Width; ++w) own[w] = in[row * Width + w];
        for (auto at = row_begin_[row]; at < row_begin_[row + 1]; ++at) {
            double* sum = sums.data() + codes_[at] * Width;
            for (std::size_t w = 0; w < Width; ++w) sum[w] += own[w];
        }
    }
    collect<Width>(sums, out);
}

template <std::size_t Width>
void CentredVotes::multiply_both(std::span<const double> in, std::span<double> out) const
{
    const auto table = contributions<Width>(in);
    std::vector<double> sums(3 * columns() * Width, 0.0);
    for (std::size_t row = 0; row < rows(); ++row) {
        std::array<double, Width> image{};
        for (auto at = row_begin_[row]; at < row_begin_[row + 1]; ++at) {
            const double* own = table.data() + codes_[at] * Width;
            for (std::size_t w = 0; w < Width; ++w) image[w] += own[w];
        }
        for (auto at = row_begin_[row]; at < row_begin_[row + 1]; ++at) {
            double* sum = sums.data() + codes_[at] * Width;
            for (std::size_t w = 0; w < Width; ++w) sum[w] += image[w];
        }
    }
    collect<Width>(sums, out);
}

template void CentredVotes::multiply<1>(std::span<const double>, std::span<double>) const;
template void CentredVotes::multiply<2>(std::span<const double>, std::span<double>) const;
template void CentredVotes::multiply<4>(std::span<const double>, std::span<double>) const;
template void CentredVotes::multiply<12>(std::span<const double>, std::span<double>) const;
template void CentredVotes::multiply_transposed<1>(std::span<const double>,
                                                   std::span<double>) const;
template void CentredVotes::multiply_transposed<2>(std::span<const double>,
                                                   std::span<double>) const;
template void CentredVotes::multiply_transposed<4>(std::span<const double>,
                                                   std::span<double>) const;
template void CentredVotes::multiply_transposed<12>(std::span<const double>,
                                                    std::span<double>) const;
template void CentredVotes::multiply_both<1>(std::span<const double>, std::span<double>) const;
template void CentredVotes::multiply_both<2>(std::span<const double>, std::span<double>) const;
template void CentredVotes::multiply_both<4>(std::span<const double>, std::span<double>) const;
template void CentredVotes::multiply_both<12>(std::span<const double>, std::span<double>) const;

std::vector<std::uint32_t> order_by_votes(const VoteTable& votes)
{
    std::vector<std::uint64_t> key(votes.participants(), 0);
    for (std::size_t person = 0; person < votes.participants(); ++person) {
        const auto row = votes.row(person);
        for (std::size_t at = 0; at < row.votes.size(); ++at) {
            // A sum does not ask in which order the statements stand.
            auto part = votes.statement_hash(row.statements[at]) +
                        static_cast<std::uint64_t>(row.votes[at] + 2) * 0x9e3779b97f4a7c15;
            part = (part ^ (part >> 30)) * 0xbf58476d1ce4e5b9;
            part = (part ^ (part >> 27)) * 0x94d049bb133111eb;
            key[person] += part ^ (part >> 31);
        }
    }
    std::vector<std::uint32_t> order(votes.participants());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (key[a] != key[b]) return key[a] < key[b];
        const auto row_a = votes.row(a);
        const auto row_b = votes.row(b);
        if (!std::ranges::equal(row_a.statements, row_b.statements))
            return std::ranges::lexicographical_compare(row_a.statements, row_b.statements);
        return std::ranges::lexicographical_compare(row_a.votes, row_b.votes);
    });
    return order;
}

} // namespace moothall::decide::opinions
