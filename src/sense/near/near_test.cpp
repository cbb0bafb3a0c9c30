#include "sense/near/cells.hpp"
#include "sense/near/neighbours.hpp"
#include "sense/near/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace moothall::sense {

namespace {

// Points scattered around `centres` directions.
Points scattered(std::size_t count, std::size_t dimension, std::size_t centres, std::uint64_t seed)
{
    Random random(seed);
    const auto number = [&] { return static_cast<float>(random.below(2001)) / 1000.0F - 1.0F; };
    std::vector<std::vector<float>> directions(centres, std::vector<float>(dimension));
    for (auto& direction : directions)
        for (auto& value : direction) value = number();
    Points points(dimension);
    std::vector<float> point(dimension);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& direction = directions[random.below(centres)];
        for (std::size_t d = 0; d < dimension; ++d) point[d] = direction[d] + 0.7F * number();
        points.add(point);
    }
    return points;
}

NeighbourLists by_hand(const Points& points, std::size_t count)
{
    NeighbourLists lists(count);
    lists.resize(points.size());
    for (std::uint32_t i = 0; i < points.size(); ++i)
        for (std::uint32_t j = 0; j < points.size(); ++j)
            if (i != j && !points.says_nothing(i) && !points.says_nothing(j))
                lists.offer(i, {j, points.similarity(i, j)});
    return lists;
}

double share_found(const NeighbourLists& found, const NeighbourLists& wanted)
{
    std::size_t hits = 0;
    std::size_t total = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        for (const auto& neighbour : wanted.of(i)) {
            ++total;
            hits += std::ranges::count(found.of(i), neighbour) > 0 ? 1U : 0U;
        }
    return static_cast<double>(hits) / static_cast<double>(total);
}

void expect_equal(const NeighbourLists& found, const NeighbourLists& wanted)
{
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        ASSERT_TRUE(std::ranges::equal(found.of(i), wanted.of(i))) << "point " << i;
}

NeighbourSearch search_for(std::size_t neighbours, unsigned threads)
{
    NeighbourSearch search;
    search.neighbours_max = neighbours;
    search.threads = threads;
    return search;
}

} // namespace

TEST(Points, keep_angles_within_a_hundredth)
{
    Random random(3);
    Points points(100);
    std::vector<std::vector<float>> given;
    for (int i = 0; i < 40; ++i) {
        std::vector<float> point(100);
        for (auto& value : point) value = static_cast<float>(random.below(1000)) - 400.0F;
        points.add(point);
        given.push_back(std::move(point));
    }
    for (std::size_t i = 0; i < given.size(); ++i)
        for (std::size_t j = 0; j < given.size(); ++j) {
            const auto product = [&](const auto& left, const auto& right) {
                return std::inner_product(left.begin(), left.end(), right.begin(), 0.0);
            };
            const auto cosine =
                product(given[i], given[j]) /
                std::sqrt(product(given[i], given[i]) * product(given[j], given[j]));
            EXPECT_NEAR(points.similarity(i, j), cosine, 0.01);
        }
    EXPECT_NEAR(points.similarity(7, 7), 1, 1e-6);
}

TEST(Points, know_which_of_them_say_nothing)
{
    Points points(3);
    points.add(std::vector<float>{0, 0, 0});
    points.add(std::vector<float>{0, -2, 0});
    points.add(std::vector<float>{std::nanf(""), 1, 0});
    EXPECT_TRUE(points.says_nothing(0));
    EXPECT_FALSE(points.says_nothing(1));
    EXPECT_EQ(points.similarity(0, 1), 0);
    EXPECT_EQ(points.similarity(1, 1), 1);
}

TEST(Neighbours, are_those_that_looking_at_every_pair_finds)
{
    auto points = scattered(700, 48, 20, 1);
    points.add(std::vector<float>(48, 0.0F));
    points.replace(300, std::vector<float>(48, 0.0F));
    const auto wanted = by_hand(points, 9);
    for (const auto threads : {1U, 3U})
        expect_equal(*find_neighbours(points, search_for(9, threads)), wanted);
    EXPECT_TRUE(wanted.of(300).empty());
}

TEST(Neighbours, of_copies_are_chosen_by_the_lower_index)
{
    Points points(4);
    for (int i = 0; i < 600; ++i) points.add(std::vector<float>{1, 2, 3, 4});
    const auto lists = find_neighbours(points, search_for(3, 2));
    EXPECT_THAT(lists->of(500), testing::ElementsAre(testing::Field(&Neighbour::index, 0U),
                                                     testing::Field(&Neighbour::index, 1U),
                                                     testing::Field(&Neighbour::index, 2U)));
}

TEST(Neighbours, are_nearly_all_found_when_only_near_cells_are_searched)
{
    const auto points = scattered(3000, 32, 60, 2);
    auto search = search_for(10, 1);
    const auto wanted = find_neighbours(points, search);
    search.exact_points_max = 0;
    search.cells_searched = 8;
    const auto found = find_neighbours(points, search);
    EXPECT_GT(share_found(*found, *wanted), 0.9);
    search.threads = 3;
    expect_equal(*find_neighbours(points, search), *found);
}

TEST(Neighbours, of_points_added_later_are_those_of_all_at_once)
{
    const auto all = scattered(900, 40, 12, 5);
    Points points(40);
    for (std::size_t i = 0; i < 650; ++i) points.add(all, i);
    auto lists = *find_neighbours(points, search_for(7, 2));
    for (std::size_t i = 650; i < all.size(); ++i) points.add(all, i);
    extend_neighbours(lists, points, 2);
    expect_equal(lists, *find_neighbours(points, search_for(7, 1)));
}

TEST(Neighbours, are_left_when_told_to_stop)
{
    const auto points = scattered(2000, 16, 5, 6);
    auto search = search_for(5, 2);
    double last = 0;
    search.progress = [&](std::string_view step, double share) {
        EXPECT_EQ(step, "neighbours");
        EXPECT_GT(share, last);
        EXPECT_LE(share, 1);
        last = share;
        return share > 0.4 ? Continue::no : Continue::yes;
    };
    EXPECT_FALSE(find_neighbours(points, search).has_value());
    EXPECT_GT(last, 0.4);
}

TEST(Neighbours, of_nobody_and_of_one_are_none)
{
    Points points(8);
    EXPECT_EQ(find_neighbours(points, search_for(5, 1))->size(), 0U);
    points.add(std::vector<float>(8, 1.0F));
    EXPECT_TRUE(find_neighbours(points, search_for(5, 1))->of(0).empty());
}

TEST(Cells, divide_points_by_their_nearest_centre)
{
    const auto points = scattered(2000, 24, 10, 8);
    const Cells cells(points, 10, 2);
    EXPECT_EQ(cells.size(), 10U);
    const auto nearest = nearest_centres(points, cells.centres(), 3, 2);
    for (std::size_t i = 0; i < points.size(); i += 37) {
        auto best = -2.0F;
        for (std::size_t c = 0; c < cells.size(); ++c)
            best = std::max(best, Points::similarity(points, i, cells.centres(), c));
        EXPECT_EQ(Points::similarity(points, i, cells.centres(), nearest[i * 3]), best);
        EXPECT_EQ(
            cells.nearest(points, i, 3),
            std::vector<std::uint32_t>(nearest.begin() + static_cast<std::ptrdiff_t>(i * 3),
                                       nearest.begin() + static_cast<std::ptrdiff_t>(i * 3 + 3)));
    }
}

} // namespace moothall::sense
