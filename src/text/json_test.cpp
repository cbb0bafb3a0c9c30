#include "text/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

namespace moothall {
namespace {

using Kind = Json::Kind;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Json parsed(std::string_view text)
{
    auto json = Json::parse(text);
    EXPECT_TRUE(json.has_value()) << text << ": " << (json ? "" : json.error().sentence);
    return json ? *json : Json();
}

std::string refused(std::string_view text)
{
    const auto json = Json::parse(text);
    if (json) return "accepted";
    EXPECT_EQ(json.error().reason, Reason::malformed);
    return json.error().sentence;
}

TEST(Json, each_kind_is_told_and_read_as_itself_only)
{
    const auto json = parsed(R"({"nothing":null,"yes":true,"count":-7,"share":0.25,"name":"Aino",
        "list":[1,"two"],"inner":{"deep":{"word":"here"}}})");
    EXPECT_EQ(json.kind(), Kind::object);
    EXPECT_EQ(json.size(), 7U);
    EXPECT_THAT(json.keys(),
                ElementsAre("nothing", "yes", "count", "share", "name", "list", "inner"));
    EXPECT_EQ(json.find("nothing").kind(), Kind::null);
    EXPECT_EQ(json.find("yes").boolean(), true);
    EXPECT_EQ(json.find("count").integer(), -7);
    EXPECT_EQ(json.find("count").number(), -7.0);
    EXPECT_EQ(json.find("share").number(), 0.25);
    EXPECT_EQ(json.find("share").integer(), std::nullopt);
    EXPECT_EQ(json.find("name").string(), "Aino");
    EXPECT_EQ(json.find("name").integer(), std::nullopt);
    EXPECT_EQ(json.find("list").size(), 2U);
    EXPECT_EQ(json.find("list").at(1).string(), "two");
    EXPECT_EQ(json.find("inner").find("deep").find("word").string(), "here");
}

TEST(Json, what_is_not_there_is_absent_however_deep_one_asks)
{
    const auto json = parsed(R"({"list":[1]})");
    EXPECT_EQ(json.find("no").kind(), Kind::absent);
    EXPECT_EQ(json.find("no").find("such").at(3).string(), std::nullopt);
    EXPECT_EQ(json.find("list").at(1).kind(), Kind::absent);
    EXPECT_EQ(json.find("list").find("list").kind(), Kind::absent);
    EXPECT_FALSE(Json());
    EXPECT_TRUE(json);
    EXPECT_TRUE(Json().keys().empty());
}

TEST(Json, a_member_outlives_the_document_it_was_taken_from)
{
    Json name;
    {
        const auto json = parsed(R"({"a":{"name":"a name too long for the small string inside"}})");
        name = json.find("a").find("name");
    }
    EXPECT_EQ(name.string(), "a name too long for the small string inside");
}

TEST(Json, numbers_are_read_exactly)
{
    EXPECT_EQ(parsed("9223372036854775807").integer(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(parsed("-9223372036854775808").integer(), std::numeric_limits<std::int64_t>::min());
    const auto beyond = parsed("9223372036854775808");
    EXPECT_EQ(beyond.kind(), Kind::number);
    EXPECT_EQ(beyond.number(), 9223372036854775808.0);
    EXPECT_EQ(parsed("0.1").number(), 0.1);
    // Halfway between two doubles, and just past it: the usual places to round wrongly.
    EXPECT_EQ(parsed("9007199254740993.0").number(), 9007199254740992.0);
    EXPECT_EQ(parsed("9007199254740993.00000000000000000000000001").number(), 9007199254740994.0);
    EXPECT_EQ(parsed("2.2250738585072011e-308").number(), 2.2250738585072011e-308);
    EXPECT_EQ(parsed("1e-400").number(), 0.0);
    EXPECT_EQ(parsed("0."s + std::string(400, '0') + "1").number(), 0.0);
    EXPECT_EQ(parsed("1e3").kind(), Kind::number);
    EXPECT_THAT(refused("1e400"), HasSubstr("too large"));
    EXPECT_THAT(refused("-1e400"), HasSubstr("too large"));
    EXPECT_THAT(refused("1e99999999999999999999"), HasSubstr("too large"));
    for (const auto* wrong : {"01", "+1", ".5", "1.", "0x10", "NaN", "Infinity", "-", "1e", "--1"})
        EXPECT_NE(refused(wrong), "accepted") << wrong;
}

TEST(Json, escapes_are_undone)
{
    EXPECT_EQ(parsed(R"("a\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00")").string(),
              "a\"\\/\b\f\n\r\t\xC3\xA4\xF0\x9F\x98\x80");
    EXPECT_EQ(parsed(R"("a\u0000b")").string(), "a\0b"s);
}

TEST(Json, a_key_given_twice_is_refused_by_name_however_it_is_written)
{
    const auto refusal = Json::parse(R"({"role":"guest","rol\u0065":"steward"})");
    ASSERT_FALSE(refusal);
    EXPECT_THAT(refusal.error().sentence, HasSubstr("twice"));
    EXPECT_THAT(refusal.error().arguments, ElementsAre("role"));
    EXPECT_THAT(refused(R"([{"a":{"b":1,"c":2,"b":3}}])"), HasSubstr("twice"));
    EXPECT_THAT(refused(R"({"":1,"":2})"), HasSubstr("twice"));
    EXPECT_EQ(parsed(R"([{"a":1},{"a":2}])").at(1).find("a").integer(), 2);
    EXPECT_EQ(parsed(R"({"a":{"a":{"a":1}}})").find("a").find("a").find("a").integer(), 1);
}

TEST(Json, it_nests_32_levels_and_no_more)
{
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_EQ(parsed(nested(32)).kind(), Kind::array);
    EXPECT_THAT(refused(nested(33)), HasSubstr("deeper"));
    EXPECT_THAT(refused(std::string(1'000'000, '[')), HasSubstr("deeper"));
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
    EXPECT_THAT(refused(objects), HasSubstr("deeper"));
}

TEST(Json, trailing_and_broken_text_is_refused)
{
    for (const auto* wrong : {"",           " ",       "{",          "[1,]",
                              "{\"a\":1,}", "{'a':1}", "{a:1}",      "[1 2]",
                              "nul",        "\"",      "\"\\x\"",    "\"\\u12\"",
                              "\"a\nb\"",   "\"\t\"",  "// note\n1", "/* note */ 1",
                              "]",          "{\"a\"}", "\"\\\"",     "\xEF\xBB\xBF{}",
                              "[1]]",       "[1] x",   "1 2",        "{}{}"})
        EXPECT_NE(refused(wrong), "accepted") << wrong;
    EXPECT_NE(refused("[1]\0"s), "accepted");
    EXPECT_EQ(parsed(" \r\n\t[1] \n").size(), 1U);
    EXPECT_THAT(refused("[1] x"), HasSubstr("follows"));
    EXPECT_THAT(refused("[1"), HasSubstr("breaks off"));
}

TEST(Json, invalid_utf8_is_refused)
{
    for (const auto* wrong :
         {"\"\xFF\"", "\"\xC0\x80\"", "\"\xC1\xBF\"", "\"\xE0\x80\xAF\"", "\"\xED\xA0\x80\"",
          "\"\xF4\x90\x80\x80\"", "\"\xF8\x88\x80\x80\x80\"", "\"\xE2\x82\"", "\"\x80\"",
          "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "{\"\xFF\":1}"})
        EXPECT_NE(refused(wrong), "accepted") << wrong;
}

TEST(Json, many_keys_are_read_in_time_that_grows_with_their_number)
{
    std::string text = "{";
    for (int i = 0; i < 50'000; ++i)
        text += "\"key" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    text.back() = '}';
    const auto json = parsed(text);
    EXPECT_EQ(json.size(), 50'000U);
    EXPECT_EQ(json.find("key49999").integer(), 49'999);
}

TEST(JsonWriter, it_writes_what_it_is_told)
{
    JsonWriter writer;
    writer.begin_object()
        .field("title", "A bridge")
        .field("count", 3)
        .field("big", std::uint64_t{18446744073709551615U})
        .field("small", std::numeric_limits<std::int64_t>::min())
        .field("share", 0.1)
        .field("yes", true)
        .field("id", Id{1})
        .field("at", Time{std::chrono::milliseconds{1}})
        .field("due", Date{std::chrono::year{2026}, std::chrono::May, std::chrono::day{3}})
        .field("maybe", std::optional<int>{})
        .field("surely", std::optional<int>{4})
        .null_field("next")
        .key("items")
        .begin_array()
        .value("a")
        .value(std::string("b"))
        .begin_object()
        .end_object()
        .begin_array()
        .end_array()
        .raw("{\"c\":1}")
        .end_array()
        .end_object();
    EXPECT_EQ(writer.take(),
              R"({"title":"A bridge","count":3,"big":18446744073709551615,)"
              R"("small":-9223372036854775808,"share":0.1,"yes":true,"id":")" +
                  Id{1}.text() +
                  R"(","at":"1970-01-01T00:00:00.001Z","due":"2026-05-03","maybe":null,)"
                  R"("surely":4,"next":null,"items":["a","b",{},[],{"c":1}]})");
    EXPECT_EQ(writer.take(), "");
    EXPECT_EQ(writer.value(1).take(), "1");
    EXPECT_EQ(writer.value(2).take(), "2");
}

TEST(JsonWriter, strings_can_stand_in_a_script_element)
{
    JsonWriter writer;
    EXPECT_EQ(writer.value("</script><!-- \" \\ \xE2\x80\xA8\xE2\x80\xA9 \x01\x7F\n <b>").take(),
              R"("<\/script>\u003c!-- \" \\ \u2028\u2029 \u0001\u007f\n <b>")");
    EXPECT_EQ(writer.value("a\xC3\xA4\xF0\x9F\x98\x80").take(), "\"a\xC3\xA4\xF0\x9F\x98\x80\"");
    EXPECT_EQ(writer.value("a\0b"s).take(), R"("a\u0000b")");
    EXPECT_EQ(writer.value("bad \xFF\xE2\x82 end\xF0").take(),
              "\"bad \xEF\xBF\xBD\xEF\xBF\xBD end\xEF\xBF\xBD\"");
    EXPECT_EQ(writer.value("<").take(), "\"<\"");
}

TEST(JsonWriter, numbers_that_json_lacks_become_null)
{
    JsonWriter writer;
    writer.begin_array()
        .value(std::numeric_limits<double>::quiet_NaN())
        .value(std::numeric_limits<double>::infinity())
        .value(1e300)
        .value(5.0)
        .value(-0.0)
        .end_array();
    EXPECT_EQ(writer.take(), "[null,null,1e+300,5,0]");
}

TEST(JsonWriter, any_bytes_come_out_as_json_that_reads_back)
{
    EXPECT_TRUE(rc::check([](const std::string& text) {
        const auto written = JsonWriter().value(text).take();
        const auto json = Json::parse(written);
        RC_ASSERT(json.has_value());
        RC_ASSERT(json->string().has_value());
        RC_ASSERT(JsonWriter().value(*json->string()).take() == written);
        RC_ASSERT(written.find("</") == std::string::npos);
    }));
}

TEST(JsonWriter, doubles_come_back_as_they_were)
{
    EXPECT_TRUE(rc::check([](double number) {
        RC_PRE(std::isfinite(number));
        const auto json = Json::parse(JsonWriter().value(number).take());
        RC_ASSERT(json.has_value());
        RC_ASSERT(json->number() == number);
    }));
}

} // namespace
} // namespace moothall
