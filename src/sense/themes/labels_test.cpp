#include "sense/themes/labels.hpp"

#include "sense/themes/stop_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace moothall::sense {

namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// Labels of groups whose points do not matter but for the example: all lie in one direction.
std::vector<ThemeLabel> labels_of(const std::vector<std::vector<std::string_view>>& groups,
                                  const LabelSettings& settings = {})
{
    std::vector<std::string_view> texts;
    std::vector<std::int32_t> group_of;
    for (std::size_t group = 0; group < groups.size(); ++group)
        for (const auto text : groups[group]) {
            texts.push_back(text);
            group_of.push_back(static_cast<std::int32_t>(group));
        }
    Points points(2);
    points.add(std::vector<float>{1, 0});
    const std::vector<std::uint32_t> point_of(texts.size(), 0);
    return label_groups(texts, group_of, groups.size(), points, point_of, settings);
}

const std::vector<std::vector<std::string_view>> two_groups = {
    {"How do I verify my identity?", "Why must you verify my identity again?",
     "verifying identity failed", "Please verify my identity"},
    {"The train was late", "Late trains again", "My train is late every day", "late train"},
};

} // namespace

TEST(Labels, name_a_group_by_the_words_that_set_it_apart)
{
    const auto labels = labels_of(two_groups);
    EXPECT_EQ(labels[0].label, "Verify identity");
    EXPECT_THAT(labels[0].keywords, Contains("verify identity"));
    EXPECT_THAT(labels[1].label, AnyOf("Train late", "Late train"));
    EXPECT_EQ(labels[0].language, "en");
}

TEST(Labels, hold_one_form_of_each_stem)
{
    const auto labels = labels_of(
        {{"a fee", "fees", "the fee", "many fees", "a fee again"}, {"cards", "a card", "my card"}});
    EXPECT_THAT(labels[0].keywords, ElementsAre("fee"));
}

TEST(Labels, never_speak_in_the_words_of_a_text_that_may_not_be_seen)
{
    LabelSettings settings;
    settings.may_see = [](std::uint32_t text) { return text != 1 && text != 3; };
    const auto labels = labels_of({{"The pool is closed", "Anna Smith was fired from the pool",
                                    "When does the pool open?", "Anna Smith and the pool"},
                                   {"bus stop", "the bus", "late bus"}},
                                  settings);
    for (const auto& keyword : labels[0].keywords) {
        EXPECT_THAT(keyword, Not(testing::HasSubstr("Anna")));
        EXPECT_THAT(keyword, Not(testing::HasSubstr("fired")));
    }
    EXPECT_THAT(labels[0].example, testing::Optional(AnyOf(0U, 2U)));
    settings.may_see = [](std::uint32_t) { return false; };
    const auto hidden = labels_of(two_groups, settings);
    EXPECT_EQ(hidden[0].label, "#1");
    EXPECT_EQ(hidden[1].label, "#2");
    EXPECT_TRUE(hidden[0].keywords.empty());
    EXPECT_FALSE(hidden[0].example.has_value());
}

TEST(Labels, differ_from_each_other)
{
    const std::vector<std::string_view> same = {"late train", "the train is late", "late train"};
    const auto labels = labels_of({same, same, same});
    std::set<std::string> names;
    for (const auto& label : labels) names.insert(label.label);
    EXPECT_EQ(names.size(), 3U);
}

TEST(Labels, are_somebodys_words_where_all_groups_say_nearly_the_same)
{
    const std::vector<std::string_view> same = {"Let me send the meter reading myself",
                                                "Let me send the meter reading"};
    const auto labels = labels_of(std::vector(6, same));
    std::set<std::string> names;
    for (const auto& label : labels) {
        EXPECT_TRUE(label.keywords.empty());
        EXPECT_THAT(label.label, testing::StartsWith("Let me send the meter reading"));
        names.insert(label.label);
    }
    EXPECT_EQ(names.size(), 6U);
    const auto long_ones = labels_of(std::vector(
        6, std::vector<std::string_view>{
               "the reading that I sent on Monday was not taken and I had to ring twice before "
               "anybody looked at it"}));
    EXPECT_THAT(long_ones[0].label, testing::StartsWith("the reading that I sent on Monday"));
    EXPECT_LE(long_ones[0].label.size(), 70U);
}

TEST(Labels, are_in_the_language_of_the_texts)
{
    const auto labels = labels_of(
        {{"Kartım hâlâ gelmedi, ne zaman gelecek?", "Yeni kartım ne zaman gelir?",
          "Kartım neden hâlâ bana ulaşmadı?", "Kartımın gelmesi ne kadar sürer?"},
         {"Wo ist meine Rechnung für den letzten Monat?", "Ich habe die Rechnung nicht bekommen",
          "Die Rechnung ist falsch", "Bitte schicken Sie mir die Rechnung noch einmal"}});
    EXPECT_EQ(labels[0].language, "tr");
    EXPECT_EQ(labels[1].language, "de");
    EXPECT_THAT(labels[1].keywords, Contains("Rechnung"));
    EXPECT_THAT(labels[0].keywords, Contains(testing::HasSubstr("art")));
}

TEST(StopWords, are_known_in_every_language)
{
    EXPECT_TRUE(is_stop_word("en", "the"));
    EXPECT_TRUE(is_stop_word("fr", "etre"));
    EXPECT_TRUE(is_stop_word("de", "fur"));
    EXPECT_TRUE(is_stop_word("es", "tambien"));
    EXPECT_TRUE(is_stop_word("fi", "etta"));
    EXPECT_TRUE(is_stop_word("tr", "icin"));
    EXPECT_TRUE(is_stop_word("", "the"));
    EXPECT_FALSE(is_stop_word("en", "train"));
    EXPECT_FALSE(is_stop_word("de", "the"));
}

} // namespace moothall::sense
