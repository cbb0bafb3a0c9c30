#include "decide/opinions/principal_axes.hpp"

#include "decide/opinions/invented_votes.hpp"
#include "decide/opinions/opinion_map.hpp"
#include "decide/opinions/small_matrix.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <numeric>

namespace moothall::decide::opinions {
namespace {

/// The centred votes as a dense matrix, row by row, made the slow way.
std::vector<double> dense(const VoteTable& votes)
{
    const auto columns = votes.statements();
    std::vector<double> sum(columns, 0.0);
    std::vector<double> count(columns, 0.0);
    for (std::size_t person = 0; person < votes.participants(); ++person)
        for (std::size_t at = 0; at < votes.row(person).votes.size(); ++at) {
            sum[votes.row(person).statements[at]] += votes.row(person).votes[at];
            count[votes.row(person).statements[at]] += 1;
        }
    std::vector<double> matrix(votes.participants() * columns, 0.0);
    for (std::size_t person = 0; person < votes.participants(); ++person)
        for (std::size_t at = 0; at < votes.row(person).votes.size(); ++at) {
            const auto column = votes.row(person).statements[at];
            if (votes.is_moderated_out(column)) continue;
            matrix[person * columns + column] =
                votes.row(person).votes[at] - sum[column] / count[column];
        }
    return matrix;
}

TEST(SmallMatrix, eigenvectors_satisfy_their_equation_and_are_orthonormal)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        std::mt19937 generator(seed);
        const std::size_t size = 1 + seed % 12;
        std::vector<double> matrix(size * size);
        for (std::size_t row = 0; row < size; ++row)
            for (std::size_t column = row; column < size; ++column)
                matrix[row * size + column] = matrix[column * size + row] =
                    static_cast<double>(generator() % 2001) / 1000 - 1;
        const auto eigen = eigen_of_symmetric(matrix, size);
        for (std::size_t v = 0; v < size; ++v) {
            const auto vector = std::span(eigen.vectors).subspan(v * size, size);
            for (std::size_t row = 0; row < size; ++row) {
                const double image = dot(std::span(matrix).subspan(row * size, size), vector);
                RC_ASSERT(std::abs(image - eigen.values[v] * vector[row]) < 1e-12);
            }
            for (std::size_t w = 0; w < size; ++w) {
                const double product =
                    dot(vector, std::span(eigen.vectors).subspan(w * size, size));
                RC_ASSERT(std::abs(product - (v == w ? 1 : 0)) < 1e-12);
            }
            if (v > 0) RC_ASSERT(eigen.values[v - 1] >= eigen.values[v]);
        }
    }));
}

TEST(PrincipalAxes, are_those_of_the_dense_matrix)
{
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        auto votes = table_of(invent_votes(seed % 10'000, 10 + seed % 40, 3 + seed % 30));
        if (seed % 3 == 0) votes.moderate_out(seed % votes.statements());
        const auto columns = votes.statements();
        const auto matrix = dense(votes);
        std::vector<double> square(columns * columns, 0.0);
        for (std::size_t person = 0; person < votes.participants(); ++person)
            for (std::size_t a = 0; a < columns; ++a)
                for (std::size_t b = 0; b < columns; ++b)
                    square[a * columns + b] +=
                        matrix[person * columns + a] * matrix[person * columns + b];
        const auto eigen = eigen_of_symmetric(square, columns);

        const auto map = draw_map(votes);
        for (std::size_t axis = 0; axis < 2; ++axis) {
            RC_ASSERT(std::abs(map.axes.strength[axis] - eigen.values[axis]) <
                      1e-9 * (1 + eigen.values[0]));
            const double gap =
                std::min(eigen.values[axis] - eigen.values[axis + 1],
                         axis == 0 ? eigen.values[0] : eigen.values[0] - eigen.values[1]);
            if (gap < 1e-3) continue; // the direction is not determined
            const double along = dot(map.axes.direction[axis],
                                     std::span(eigen.vectors).subspan(axis * columns, columns));
            RC_ASSERT(std::abs(std::abs(along) - 1) < 1e-9);
        }
    }));
}

TEST(OpinionMap, stretches_by_the_share_of_statements_seen_and_counts_moderated_ones_as_seen)
{
    VoteTableBuilder builder;
    builder.add("1", "a", Vote::agree);
    builder.add("1", "b", Vote::agree);
    builder.add("2", "a", Vote::disagree);
    builder.add("2", "c", Vote::agree);
    builder.add("3", "d", Vote::agree);
    auto votes = std::move(builder).build();
    std::vector<std::uint32_t> everybody{0, 1, 2};
    const CentredVotes plain(votes, everybody);
    EXPECT_DOUBLE_EQ(plain.scale(0), std::sqrt(4.0 / 2));
    EXPECT_DOUBLE_EQ(plain.scale(2), std::sqrt(4.0 / 1));
    votes.moderate_out(3);
    const CentredVotes moderated(votes, everybody);
    EXPECT_DOUBLE_EQ(moderated.scale(0), std::sqrt(4.0 / 3));
    EXPECT_DOUBLE_EQ(moderated.scale(2), std::sqrt(4.0 / 1));
}

TEST(OpinionMap, has_no_axis_where_nobody_differs)
{
    VoteTableBuilder builder;
    for (int person = 0; person < 5; ++person)
        for (int statement = 0; statement < 8; ++statement)
            builder.add(std::to_string(person), std::to_string(statement), Vote::agree);
    const auto map = draw_map(std::move(builder).build());
    for (const auto& point : map.people) {
        EXPECT_EQ(point.x, 0);
        EXPECT_EQ(point.y, 0);
    }
}

TEST(OpinionMap, a_line_of_opinions_has_no_second_axis)
{
    VoteTableBuilder builder;
    for (int person = 0; person < 6; ++person)
        builder.add(std::to_string(person), "1", person < 3 ? Vote::agree : Vote::disagree);
    const auto map = draw_map(std::move(builder).build());
    for (const auto& point : map.people) {
        EXPECT_NEAR(std::abs(point.x), 1, 1e-12);
        EXPECT_EQ(point.y, 0);
    }
}

TEST(OpinionMap, starting_from_an_earlier_map_gives_the_same_one_and_keeps_its_signs)
{
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        auto votes = table_of(invent_votes(seed, 60, 20));
        auto before = draw_map(votes);
        for (auto& direction : before.axes.direction)
            for (double& loading : direction) loading = -loading;
        for (std::size_t at = 0; at < 5; ++at)
            votes.set_vote((seed + at * 7) % 60, (seed + at * 3) % 20, Vote::agree);
        votes.add_statement("new");
        votes.set_vote(votes.add_participant("newcomer"), 20, Vote::agree);

        const auto cold = draw_map(votes);
        const auto warm = draw_map(votes, &before);
        for (std::size_t axis = 0; axis < 2; ++axis) {
            const auto& direction = warm.axes.direction[axis];
            EXPECT_GT(dot(std::span(direction).first(20), before.axes.direction[axis]), 0.5);
            const double sign = dot(direction, cold.axes.direction[axis]) > 0 ? 1 : -1;
            for (std::size_t person = 0; person < votes.participants(); ++person) {
                const auto place = [&](const OpinionMap& map) {
                    return axis == 0 ? map.people[person].x : map.people[person].y;
                };
                EXPECT_NEAR(place(warm), sign * place(cold), 1e-7);
            }
        }
    }
}

} // namespace
} // namespace moothall::decide::opinions
