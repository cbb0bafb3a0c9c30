#include "text/time_zone.hpp"

#include <gtest/gtest.h>

namespace moothall {
namespace {

TEST(TimeZones, are_those_of_the_iana_database_by_their_names)
{
    EXPECT_TRUE(is_time_zone("UTC"));
    EXPECT_TRUE(is_time_zone("Europe/Helsinki"));
    EXPECT_TRUE(is_time_zone("America/Argentina/Ushuaia"));
    for (const auto* name : {"", "CEST", "+03:00", "GMT+3", "Europe/Atlantis", "Europe/Helsinki ",
                             "../etc/passwd", "EST"})
        EXPECT_FALSE(is_time_zone(name)) << name;
}

TEST(TimeZones, know_summer)
{
    const Date winter = *parse_date("2026-01-15");
    const Date summer = *parse_date("2026-07-15");
    EXPECT_EQ(to_rfc3339(at_local_hour(winter, 7, "Europe/Helsinki")), "2026-01-15T05:00:00.000Z");
    EXPECT_EQ(to_rfc3339(at_local_hour(summer, 7, "Europe/Helsinki")), "2026-07-15T04:00:00.000Z");
    EXPECT_EQ(to_rfc3339(at_local_hour(summer, 7, "UTC")), "2026-07-15T07:00:00.000Z");
    EXPECT_EQ(to_rfc3339(at_local_hour(summer, 7, "no zone")), "2026-07-15T07:00:00.000Z");
}

TEST(TimeZones, have_their_own_midnight)
{
    const auto late = *parse_time("2026-05-03T22:30:00Z");
    EXPECT_EQ(to_text(local_date(late, "Europe/Helsinki")), "2026-05-04");
    EXPECT_EQ(to_text(local_date(late, "UTC")), "2026-05-03");
    EXPECT_EQ(to_text(local_date(*parse_time("2026-05-04T03:00:00Z"), "America/New_York")),
              "2026-05-03");
}

TEST(TimeZones, give_a_moment_to_an_hour_that_is_left_out_or_comes_twice)
{
    // In Paris the clocks go from 2 to 3 on 29 March 2026, and from 3 to 2 on 25 October.
    EXPECT_EQ(to_rfc3339(at_local_hour(*parse_date("2026-03-29"), 2, "Europe/Paris")),
              "2026-03-29T01:00:00.000Z");
    EXPECT_EQ(to_rfc3339(at_local_hour(*parse_date("2026-10-25"), 2, "Europe/Paris")),
              "2026-10-25T00:00:00.000Z");
}

} // namespace
} // namespace moothall
