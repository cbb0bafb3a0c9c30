#include "web/limits.hpp"

#include <gtest/gtest.h>

namespace moothall::web {

namespace {

using namespace std::chrono_literals;

constexpr Id limited_hall{1};
constexpr Id southwater{2};

Time at(std::chrono::microseconds since_start)
{
    return Time{std::chrono::sys_days{std::chrono::year{2026} / 5 / 3}} + since_start;
}

LimitSettings five_voices_per_minute()
{
    LimitSettings settings;
    settings.of(Act::voice) = {5, 1min};
    return settings;
}

TEST(Limits, a_person_may_do_so_many_at_once_and_then_as_many_in_each_period)
{
    Limits limits(five_voices_per_minute());
    for (int voice = 0; voice < 5; ++voice)
        EXPECT_FALSE(limits.take(limited_hall, Act::voice, "ada", at(0s)));
    const auto wait = limits.take(limited_hall, Act::voice, "ada", at(0s));
    ASSERT_TRUE(wait);
    EXPECT_EQ(*wait, 12s);
    EXPECT_TRUE(limits.take(limited_hall, Act::voice, "ada", at(11s)));
    EXPECT_FALSE(limits.take(limited_hall, Act::voice, "ada", at(12s)));
    EXPECT_TRUE(limits.take(limited_hall, Act::voice, "ada", at(12s)));
}

TEST(Limits, over_a_day_nobody_gets_more_than_the_rate_and_the_first_burst)
{
    Limits limits(five_voices_per_minute());
    int allowed = 0;
    for (auto time = 0s; time < 24h; time += 1s)
        if (!limits.take(limited_hall, Act::voice, "ada", at(time))) ++allowed;
    EXPECT_LE(allowed, 5 * 24 * 60 + 5);
    EXPECT_GE(allowed, 5 * 24 * 60 - 5);
}

TEST(Limits, each_person_act_and_organisation_is_counted_apart)
{
    Limits limits(five_voices_per_minute());
    while (!limits.take(limited_hall, Act::voice, "ada", at(0s))) {
    }
    EXPECT_FALSE(limits.take(limited_hall, Act::voice, "bob", at(0s)));
    EXPECT_FALSE(limits.take(limited_hall, Act::reply, "ada", at(0s)));
    EXPECT_FALSE(limits.take(southwater, Act::voice, "ada", at(0s)));
}

TEST(Limits, none_is_none)
{
    LimitSettings settings;
    settings.of(Act::voice) = {};
    Limits limits(settings);
    for (int voice = 0; voice < 10'000; ++voice)
        ASSERT_FALSE(limits.take(limited_hall, Act::voice, "ada", at(0s)));
    EXPECT_EQ(limits.remembered(), 0U);
}

TEST(Limits, memory_stays_bounded_and_those_at_their_limit_are_forgotten_last)
{
    auto settings = five_voices_per_minute();
    settings.remembered_max = 1000;
    Limits limits(settings);
    while (!limits.take(limited_hall, Act::voice, "a flooder", at(0s))) {
    }
    for (int address = 0; address < 20'000; ++address)
        limits.take(limited_hall, Act::voice, "address " + std::to_string(address), at(1s));
    EXPECT_LE(limits.remembered(), 1000U);
    EXPECT_TRUE(limits.take(limited_hall, Act::voice, "a flooder", at(1s)));
}

TEST(Limits, buckets_that_are_full_again_are_forgotten)
{
    auto settings = five_voices_per_minute();
    settings.remembered_max = 10;
    Limits limits(settings);
    for (int address = 0; address < 10; ++address)
        limits.take(limited_hall, Act::voice, std::to_string(address), at(0s));
    limits.take(limited_hall, Act::voice, "one more", at(1h));
    EXPECT_EQ(limits.remembered(), 1U);
}

TEST(Households, are_an_address_of_version_4_and_64_bits_of_version_6)
{
    EXPECT_EQ(household_of("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(household_of("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(household_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(household_of("2001:db8:1:2::9"), household_of("2001:db8:1:2:ffff::1"));
    EXPECT_NE(household_of("2001:db8:1:2::9"), household_of("2001:db8:1:3::9"));
    EXPECT_EQ(household_of("fe80::1%eth0"), "fe80::/64");
    EXPECT_EQ(household_of(""), "");
}

TEST(Allowances, are_written_as_people_say_them)
{
    const auto hour = Allowance::parse("20 per hour");
    ASSERT_TRUE(hour);
    EXPECT_EQ(hour->times, 20);
    EXPECT_EQ(hour->period, 1h);
    const auto minutes = Allowance::parse("5 per 10 minutes");
    ASSERT_TRUE(minutes);
    EXPECT_EQ(minutes->period, 10min);
    EXPECT_EQ(Allowance::parse("unlimited")->times, 0);
    for (const auto* text : {"", "20", "20 per", "per hour", "20 per week", "-1 per hour",
                             "0 per hour", "20 per hour please", "20 per 0 hours", "20.5 per hour"})
        EXPECT_FALSE(Allowance::parse(text)) << text;
}

TEST(Acts, have_names_for_settings)
{
    for (std::size_t act = 0; act < acts; ++act)
        EXPECT_EQ(act_of(to_text(static_cast<Act>(act))), static_cast<Act>(act));
    EXPECT_FALSE(act_of("nonsense"));
}

TEST(Spent, counts_each_act_of_a_request_once)
{
    Spent spent;
    EXPECT_TRUE(spent.add(Act::voice, "ada"));
    EXPECT_FALSE(spent.add(Act::voice, "ada"));
    EXPECT_TRUE(spent.add(Act::voice, "bob"));
    EXPECT_TRUE(spent.add(Act::write, "ada"));
}

} // namespace

} // namespace moothall::web
