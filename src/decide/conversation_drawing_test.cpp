// The picture of a map: what was stored is what was drawn, and nobody stands outside of it.

#include "decide/conversation_drawing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace moothall::decide {
namespace {

std::vector<MapPoint> two_camps(int people)
{
    std::vector<MapPoint> points;
    for (int at = 0; at < people; ++at)
        points.push_back({at % 2 == 0 ? -3.0 : 5.0 + 0.01 * at, 0.02 * (at % 7), at % 2, false});
    points.push_back({0, 0, 0, true});
    return points;
}

const std::vector<opinions::Point> centres{{-3, 0}, {5, 0}};

TEST(MapDrawing, is_read_as_it_was_written)
{
    const auto drawn = draw_map(two_camps(30), centres);
    const auto read = read_drawing(to_text(drawn));
    EXPECT_EQ(to_text(read), to_text(drawn));
    ASSERT_EQ(read.groups.size(), 2U);
    EXPECT_EQ(read.groups[1].hull, drawn.groups[1].hull);
    EXPECT_EQ(read.dots.size(), drawn.dots.size());
    EXPECT_EQ(read.to_x(4.2), drawn.to_x(4.2));
    EXPECT_EQ(read.to_y(-0.3), drawn.to_y(-0.3));
    EXPECT_TRUE(read_drawing("").dots.empty());
}

TEST(MapDrawing, keeps_everybody_inside_and_the_sides_apart)
{
    const auto drawn = draw_map(two_camps(30), centres);
    for (const auto& dot : drawn.dots) {
        EXPECT_GE(dot.x, 0);
        EXPECT_LE(dot.x, MapDrawing::width);
        EXPECT_GE(dot.y, 0);
        EXPECT_LE(dot.y, MapDrawing::height);
    }
    EXPECT_LT(drawn.groups[0].x, drawn.groups[1].x);
    // The letters cover nobody, and a dot can be seen on a phone.
    for (const auto& group : drawn.groups)
        for (const auto& dot : drawn.dots)
            EXPECT_GT(std::hypot(dot.x - group.x, dot.y - group.y), dot.radius);
    for (const auto& dot : drawn.dots) EXPECT_GE(dot.radius, 12);
    // Who votes like nobody before is shown at the edge until the map is found anew.
    EXPECT_LE(drawn.to_x(1000), MapDrawing::width);
    EXPECT_GE(drawn.to_y(1000), 0);
    // A visitor is drawn, but does not stretch the shape of a group.
    EXPECT_EQ(drawn.groups[0].hull.find(std::to_string(drawn.to_x(0)) + ","), std::string::npos);
    const auto visitors =
        std::count_if(drawn.dots.begin(), drawn.dots.end(), [](auto& dot) { return dot.visitor; });
    EXPECT_EQ(visitors, 1);
}

TEST(MapDrawing, of_many_people_has_few_dots)
{
    const auto drawn = draw_map(two_camps(100'000), centres);
    EXPECT_LT(drawn.dots.size(), 1000U);
    EXPECT_LT(to_text(drawn).size(), 20'000U);
}

TEST(MapDrawing, of_one_spot_is_in_the_middle)
{
    const auto drawn = draw_map({{2, 2, 0, false}, {2, 2, 0, false}}, {{2, 2}});
    ASSERT_EQ(drawn.dots.size(), 1U);
    EXPECT_EQ(drawn.dots[0].x, MapDrawing::width / 2);
    EXPECT_EQ(drawn.dots[0].y, MapDrawing::height / 2);
}

} // namespace
} // namespace moothall::decide
