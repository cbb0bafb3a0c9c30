#include "text/place.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace moothall {
namespace {

TEST(Places, are_read_back_as_they_were_written)
{
    const Id id{1234567};
    for (const double value : {0.0, -3.25, 17321.625, 1.7e15}) {
        const auto place = NumberPlace::parse(NumberPlace{value, id}.text());
        ASSERT_TRUE(place) << value;
        EXPECT_EQ(place->value, value);
        EXPECT_EQ(place->id, id);
    }
    for (const std::int64_t value : {INT64_MIN, std::int64_t{0}, INT64_MAX}) {
        const auto place = WholePlace::parse(WholePlace{value, id}.text());
        ASSERT_TRUE(place) << value;
        EXPECT_EQ(place->value, value);
        EXPECT_EQ(place->id, id);
    }
    for (const auto* name : {"", "ada", "a_b_c", "ä"}) {
        const auto place = NamePlace::parse(NamePlace{name, id}.text());
        ASSERT_TRUE(place) << name;
        EXPECT_EQ(place->name, name);
        EXPECT_EQ(place->id, id);
    }
}

TEST(Places, that_somebody_made_up_are_none)
{
    const auto id = Id{1234567}.text();
    for (const auto* value : {"nan", "inf", "-inf", "nan(1)", "infinity", "99999999999999999999999",
                              "1e300", "", "x", "1;", " 1", "0x1p3_", "-9007199254740993e1"})
        EXPECT_FALSE(NumberPlace::parse(std::string(value) + '_' + id)) << value;
    for (const auto* value : {"", "1.5", "99999999999999999999", "+1", "1 "})
        EXPECT_FALSE(WholePlace::parse(std::string(value) + '_' + id)) << value;
    for (const auto* text : {"", "_", "1", "1_", "1_zz", "\xff"}) {
        EXPECT_FALSE(NumberPlace::parse(text)) << text;
        EXPECT_FALSE(WholePlace::parse(text)) << text;
        EXPECT_FALSE(NamePlace::parse(text)) << text;
    }
    EXPECT_EQ(read_place_in_list<WholePlace>("nonsense").error().field, "after");
    EXPECT_EQ(read_place_in_list<WholePlace>("")->value, 0);
}

} // namespace
} // namespace moothall
