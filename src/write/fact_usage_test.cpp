#include "write/fact_usage.hpp"

#include <gtest/gtest.h>

namespace moothall::write {

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

constexpr sys_days first_day{std::chrono::year{2025} / 1 / 1};

/// What is noted of a reading of `amount` so many days after the first of these.
UsageNote note(const std::map<int, std::int64_t>& known, int day, std::int64_t amount)
{
    std::map<sys_days, std::int64_t> readings;
    for (const auto& [after, value] : known)
        readings[first_day + std::chrono::days{after}] = value * 1'000'000;
    const auto on = first_day + std::chrono::days{day};
    return note_usage(find_neighbours(readings, on), {on, amount * 1'000'000});
}

TEST(Usage, three_times_as_much_a_day_as_in_the_year_before_is_noted)
{
    // 100 a year, and then 30 in 30 days: some 3.7 times as much a day.
    EXPECT_EQ(note({{0, 0}, {365, 100}}, 395, 130).text(), "more:3");
    EXPECT_EQ(note({{0, 0}, {365, 100}}, 395, 120).text(), "") << "2.4 times as much";
    EXPECT_EQ(note({{0, 0}, {365, 100}}, 395, 1'000'000).text(), "more:999");
    EXPECT_EQ(UsageNote::parse("more:3").factor, 3);
}

TEST(Usage, the_year_before_is_the_year_before_and_not_all_that_is_known)
{
    // A wasteful first year, a thrifty second: held against the second alone.
    EXPECT_EQ(note({{0, 0}, {365, 1000}, {730, 1100}}, 760, 1130).text(), "more:3");
}

TEST(Usage, a_reading_below_the_one_before_or_above_the_next_is_noted)
{
    EXPECT_EQ(note({{0, 50}}, 30, 49).text(), "below");
    EXPECT_EQ(note({{0, 50}, {60, 60}}, 30, 61).text(), "above");
    EXPECT_EQ(note({{0, 50}, {60, 60}}, 30, 55).text(), "");
}

TEST(Usage, what_is_known_for_less_than_four_weeks_says_nothing)
{
    EXPECT_EQ(note({}, 0, 5).text(), "");
    EXPECT_EQ(note({{0, 0}}, 1, 500).text(), "");
    EXPECT_EQ(note({{0, 0}, {27, 1}}, 30, 500).text(), "");
    EXPECT_EQ(note({{0, 0}, {28, 1}}, 31, 500).text(), "more:999");
    EXPECT_EQ(note({{0, 7}, {365, 7}}, 400, 500).text(), "") << "an empty house was moved into";
}

} // namespace

} // namespace moothall::write
