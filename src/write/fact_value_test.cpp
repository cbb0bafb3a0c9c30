#include "write/fact_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moothall::write {

namespace {

using testing::Optional;

TEST(FactValues, numbers_are_read_exactly_and_written_in_one_way)
{
    EXPECT_THAT(parse_amount("0.1"), Optional(100'000));
    EXPECT_THAT(parse_amount("-3,5"), Optional(-3'500'000));
    EXPECT_THAT(parse_amount("1 234.5"), Optional(1'234'500'000));
    EXPECT_THAT(parse_amount("1\u202f234,50"), Optional(1'234'500'000));
    EXPECT_THAT(parse_amount("0,125"), Optional(125'000));
    EXPECT_THAT(parse_amount("999999999999.999999"), Optional(999'999'999'999'999'999));
    for (const auto* text : {"0", "-3.5", "1234.5", "0.000001", "-0.1", "999999999999.999999"})
        EXPECT_EQ(text_of_amount(parse_amount(text).value()), text);
    EXPECT_EQ(text_of_amount(parse_amount("-0").value()), "0");
    EXPECT_EQ(text_of_amount(parse_amount("007.50").value()), "7.5");
}

TEST(FactValues, what_is_no_plain_number_is_refused)
{
    for (const auto* text :
         {"",     "-",   ".",    "1.",    ".5",    "nan",     "NaN",           "inf",
          "-inf", "1e3", "0x10", "1,234", "1.2.3", "1,234.5", "1000000000000", "0.0000001",
          "12 m", "--1", "+1",   "٣",     "１２"})
        EXPECT_EQ(parse_amount(text), std::nullopt) << text;
    const auto refused = read_fact_value(FactType::reading, {}, "NaN");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "value");
}

TEST(FactValues, each_type_is_read_strictly)
{
    EXPECT_EQ(read_fact_value(FactType::text, {}, " two \n lines\u202e ")->text, "two lines");
    EXPECT_FALSE(read_fact_value(FactType::text, {}, std::string(501, 'x')));
    EXPECT_EQ(read_fact_value(FactType::date, {}, "2026-02-28")->text, "2026-02-28");
    for (const auto* day : {"2026-02-29", "1799-12-31", "2200-01-01", "99999-01-01", "yesterday"})
        EXPECT_FALSE(read_fact_value(FactType::date, {}, day)) << day;
    EXPECT_EQ(read_fact_value(FactType::choice, {"Gas", "Oil"}, "Oil")->text, "Oil");
    EXPECT_FALSE(read_fact_value(FactType::choice, {"Gas", "Oil"}, "oil"));
    for (const auto type : {FactType::text, FactType::number, FactType::date, FactType::address,
                            FactType::choice, FactType::reading})
        EXPECT_EQ(read_fact_value(type, {"Gas"}, "  ")->text, "") << "taken out";
}

TEST(FactValues, an_address_is_kept_in_its_parts)
{
    const auto kept = read_address({"Harbour Lane 3", "00100", "Helsinki", ""});
    ASSERT_TRUE(kept);
    EXPECT_EQ(one_line(address_of(kept->text)), "Harbour Lane 3, 00100 Helsinki");
    EXPECT_EQ(address_of(kept->text).postcode, "00100");
    EXPECT_EQ(read_fact_value(FactType::address, {}, kept->text)->text, kept->text);
    EXPECT_EQ(read_address({})->text, "");
    EXPECT_FALSE(read_address({"", "00100", "", "Finland"})) << "neither street nor town";
    EXPECT_FALSE(read_address({std::string(201, 'x'), "", "", ""}));
    EXPECT_EQ(address_of(read_address({"one\ntwo", "", "three", ""})->text).street, "one two");
}

TEST(FactValues, a_meter_is_read_on_a_day_that_came)
{
    const Time now = *parse_time("2026-05-04T23:30:00Z");
    EXPECT_TRUE(read_reading_day("2026-05-04", now));
    EXPECT_TRUE(read_reading_day("2026-05-05", now)) << "it is tomorrow there already";
    for (const auto* day : {"2026-05-06", "1899-12-31", "9999-12-31", "", "2026-13-01"})
        EXPECT_FALSE(read_reading_day(day, now)) << day;
}

} // namespace

} // namespace moothall::write
