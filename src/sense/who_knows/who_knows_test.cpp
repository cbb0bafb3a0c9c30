#include "sense/who_knows/who_knows.hpp"

#include "sense/themes/labelled_for_tests.hpp"
#include "text/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace moothall::sense {

namespace {

using testing::ElementsAre;

constexpr std::uint32_t ada = 0;
constexpr std::uint32_t bob = 1;

} // namespace

TEST(WhoKnows, names_who_wrote_about_it_and_shows_why)
{
    WhoKnows people(english());
    people.add(ada, "The brakes of the bicycle squeak when it rains");
    people.add(bob, "Invoices are sent on the first of the month");
    people.add(bob, "Why was the invoice wrong?");
    const auto found = people.find("My invoice is not right", 5);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].person, bob);
    EXPECT_EQ(found[0].texts[0], 2U);
    EXPECT_EQ(people.find("squeaking bike brakes", 1)[0].person, ada);
}

TEST(WhoKnows, counts_only_what_the_asking_person_may_see)
{
    WhoKnows people(english());
    people.add(ada, "How to reset a password");
    people.add(bob, "Passwords and how to choose them");
    for (const auto hidden : {0U, 1U}) {
        const auto found =
            people.find("password", 5, [&](std::uint32_t text) { return text != hidden; });
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].person, hidden == 0 ? bob : ada);
    }
}

TEST(WhoKnows, trusts_what_was_written_lately)
{
    WhoKnows people(english());
    people.add(ada, "How to reset a password", recency(3 * 365));
    people.add(bob, "How to reset a password", recency(10));
    EXPECT_EQ(people.find("password", 1)[0].person, bob);
    EXPECT_DOUBLE_EQ(recency(365), 0.5);
    EXPECT_DOUBLE_EQ(recency(-5), 1);
}

TEST(WhoKnows, of_nothing_is_nobody)
{
    WhoKnows people(english());
    EXPECT_TRUE(people.find("anything", 3).empty());
    people.add(ada, "");
    people.add(bob, "something");
    EXPECT_TRUE(people.find("", 3).empty());
    EXPECT_TRUE(people.find("something", 0).empty());
}

TEST(WhoKnows, finds_the_right_person_as_often_as_measured)
{
    const auto folder = data_folder();
    if (!folder) GTEST_SKIP() << "MOOTHALL_DATA does not name a folder with the labelled data.";
    const auto text = read_text(*folder + "/sense/experts_banking.json");
    const auto data = Json::parse(text);
    ASSERT_TRUE(data) << data.error().sentence;
    WhoKnows index(english());
    std::vector<std::set<std::string>> themes;
    const auto people = data->find("people");
    for (std::uint32_t person = 0; person < people.size(); ++person) {
        auto& theirs = themes.emplace_back();
        const auto listed = people.at(person).find("themes");
        for (std::size_t i = 0; i < listed.size(); ++i) theirs.emplace(*listed.at(i).string());
        const auto authored = people.at(person).find("authored");
        for (std::size_t i = 0; i < authored.size(); ++i)
            index.add(person, *authored.at(i).string());
    }
    double first = 0;
    double among_three = 0;
    double reciprocal = 0;
    double answerable = 0;
    const auto questions = data->find("questions");
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto label = std::string(*questions.at(i).find("label").string());
        const auto knows = [&](std::uint32_t person) { return themes[person].contains(label); };
        auto somebody = false;
        for (std::uint32_t person = 0; person < themes.size(); ++person)
            somebody = somebody || knows(person);
        if (!somebody) continue;
        ++answerable;
        const auto found = index.find(*questions.at(i).find("text").string(), themes.size());
        for (std::size_t rank = 0; rank < found.size(); ++rank)
            if (knows(found[rank].person)) {
                first += rank == 0 ? 1 : 0;
                among_three += rank < 3 ? 1 : 0;
                reciprocal += 1.0 / static_cast<double>(rank + 1);
                break;
            }
    }
    EXPECT_EQ(answerable, 462);
    RecordProperty("first", std::to_string(first / answerable));
    RecordProperty("among_three", std::to_string(among_three / answerable));
    RecordProperty("mean_reciprocal_rank", std::to_string(reciprocal / answerable));
    EXPECT_GE(first / answerable, 0.72);
    EXPECT_GE(among_three / answerable, 0.85) << "as many as a page shows at least";
    EXPECT_GE(reciprocal / answerable, 0.80);
}

} // namespace moothall::sense
