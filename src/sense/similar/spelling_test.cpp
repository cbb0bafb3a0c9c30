#include "sense/similar/spelling.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <random>

namespace moothall::sense {

namespace {

Spelling words_of_a_bank()
{
    Spelling spelling;
    for (const auto* word : {"verify", "identity", "identify", "identity", "transfer", "invoice",
                             "card", "cards", "überweisung"})
        spelling.add(word);
    return spelling;
}

} // namespace

TEST(Spelling, puts_right_a_slip_of_the_finger_and_two_in_a_long_word)
{
    const auto spelling = words_of_a_bank();
    EXPECT_EQ(spelling.mended("verfy"), "verify");
    EXPECT_EQ(spelling.mended("identiy"), "identity");
    EXPECT_EQ(spelling.mended("invocie"), "invoice") << "neighbours that swapped are one slip";
    EXPECT_EQ(spelling.mended("tranfser"), "transfer");
    EXPECT_EQ(spelling.mended("trnsfre"), "trnsfre") << "two slips in seven letters are too many";
    EXPECT_EQ(spelling.mended("trannsefer"), "transfer");
}

TEST(Spelling, leaves_what_is_known_what_is_short_and_what_is_being_typed)
{
    const auto spelling = words_of_a_bank();
    EXPECT_EQ(spelling.mended("cards"), "cards");
    EXPECT_EQ(spelling.mended("crd"), "crd");
    EXPECT_EQ(spelling.mended("identi"), "identi") << "somebody goes on typing";
    EXPECT_EQ(spelling.mended("weather"), "weather");
    EXPECT_EQ(Spelling().mended("anything"), "anything");
}

TEST(Spelling, prefers_what_is_used_more)
{
    // One letter from "identity", which is used twice, and from "identify".
    EXPECT_EQ(words_of_a_bank().mended("identiry"), "identity");
}

TEST(Spelling, answers_at_once_among_a_hundred_thousand_words)
{
    Spelling spelling;
    std::mt19937 random(4);
    while (spelling.size() < 100'000) {
        std::string word;
        for (auto size = 4 + random() % 9; size > 0; --size)
            word += static_cast<char>('a' + random() % 26);
        spelling.add(word);
    }
    spelling.add("verification");
    // In processor time, as the machine may be busy; and far above what an optimised build takes
    // (0.3 ms), as tests also run without optimising and with sanitizers.
    const auto begin = std::clock();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(spelling.mended("verifcatoin"), "verification");
    const auto each_ms = static_cast<double>(std::clock() - begin) * 1000 / CLOCKS_PER_SEC / 20;
    EXPECT_LT(each_ms, 100);
}

} // namespace moothall::sense
