#include "write/lines/merge.hpp"
#include "write/lines/words.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace moothall::write {

namespace {

std::vector<Chunk> changes_of(const std::vector<Chunk>& chunks)
{
    std::vector<Chunk> changes;
    for (const auto& chunk : chunks)
        if (chunk.origin != Origin::kept) changes.push_back(chunk);
    return changes;
}

std::vector<Take> all(Take take)
{
    return std::vector<Take>(100, take);
}

auto some_text()
{
    return rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \n.")));
}

TEST(Words, are_split_so_that_nothing_is_lost)
{
    EXPECT_EQ(
        split_words("Käy 2 kertaa,\n\tkiitos"),
        (std::vector<std::string_view>{"Käy", " ", "2", " ", "kertaa", ",", "\n", "\t", "kiitos"}));
    EXPECT_TRUE(split_words("").empty());
}

TEST(Words, that_changed_are_found_within_a_line)
{
    EXPECT_EQ(find_word_difference("The fee is 5 euros.\nPay it.", "The fee is 7 euros.\nPay it."),
              (std::vector<Piece>{{Change::kept, "The fee is "},
                                  {Change::taken_out, "5"},
                                  {Change::put_in, "7"},
                                  {Change::kept, " euros.\nPay it."}}));
}

TEST(Words, beside_each_other_read_as_one_change)
{
    EXPECT_EQ(find_word_difference("It is a big dog.", "It is a small cat."),
              (std::vector<Piece>{{Change::kept, "It is a "},
                                  {Change::taken_out, "big dog"},
                                  {Change::put_in, "small cat"},
                                  {Change::kept, "."}}));
}

TEST(Words, give_back_both_texts)
{
    EXPECT_TRUE(rc::check("whatever changed", [] {
        const auto before = *some_text();
        const auto after = *some_text();
        std::string one;
        std::string other;
        for (const auto& piece : find_word_difference(before, after)) {
            if (piece.change != Change::put_in) one += piece.text;
            if (piece.change != Change::taken_out) other += piece.text;
        }
        RC_ASSERT(one == before);
        RC_ASSERT(other == after);
    }));
}

TEST(RowHunks, show_the_changed_line_with_those_around)
{
    const auto hunks = find_row_hunks("1\n2\n3\n4\n5\n6\n", "1\n2\n3\nfour\n5\n6\n", 1);
    ASSERT_EQ(hunks.size(), 1U);
    EXPECT_EQ(hunks[0].left_out, 2);
    ASSERT_EQ(hunks[0].rows.size(), 3U);
    EXPECT_EQ(hunks[0].rows[1], (Row{{Change::taken_out, "4"}, {Change::put_in, "four"}, {}}));
}

TEST(LineEnds, are_as_programs_send_them)
{
    EXPECT_EQ(with_plain_line_ends("a\r\nb\rc\n"), "a\nb\nc\n");
}

TEST(Merge, puts_together_what_two_wrote_in_different_places)
{
    const auto chunks = merge("Close the valve. Ring us.", "Close the red valve. Ring us.",
                              "Close the valve. Ring us at once.");
    EXPECT_EQ(put_together(chunks, all(Take::mine)), "Close the red valve. Ring us at once.");
    EXPECT_EQ(put_together(chunks, {}), "Close the red valve. Ring us.");
}

TEST(Merge, asks_when_both_changed_the_same_words)
{
    const auto chunks = merge("Wait a week.", "Wait a day.", "Wait an hour.");
    const auto changes = changes_of(chunks);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0], (Chunk{Origin::conflict, "a week", "a day", "an hour"}));
    EXPECT_EQ(put_together(chunks, {Take::theirs}), "Wait a day.");
    EXPECT_EQ(put_together(chunks, {Take::mine}), "Wait an hour.");
    EXPECT_EQ(put_together(chunks, {Take::both}), "Wait a day an hour.");
}

TEST(Merge, asks_when_both_changed_words_beside_each_other)
{
    const auto changes = changes_of(merge("a big dog ran", "a small dog ran", "a big cat ran"));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].origin, Origin::conflict);
}

TEST(Merge, of_the_same_change_twice_is_that_change)
{
    const auto changes = changes_of(merge("a week", "a day", "a day"));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].origin, Origin::both);
}

TEST(Merge, takes_part_of_what_was_written)
{
    const auto chunks =
        merge("One.\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\nThree.", "First.\n\nTwo.\n\nThird.");
    EXPECT_EQ(put_together(chunks, {Take::theirs, Take::mine}), "One.\n\nTwo.\n\nThird.");
}

TEST(Merge, loses_nothing_of_either)
{
    EXPECT_TRUE(rc::check("each text can be read out of the chunks", [] {
        const auto base = *some_text();
        const auto theirs = *some_text();
        const auto mine = *some_text();
        const auto chunks = merge(base, theirs, mine);
        std::string read_base;
        std::string read_theirs;
        std::string read_mine;
        for (const auto& chunk : chunks) {
            read_base += chunk.base;
            read_theirs += chunk.theirs;
            read_mine += chunk.mine;
        }
        RC_ASSERT(read_base == base);
        RC_ASSERT(read_theirs == theirs);
        RC_ASSERT(read_mine == mine);
        RC_ASSERT(put_together(chunks, {}).size() >=
                  static_cast<std::size_t>(std::ranges::count_if(chunks, [](const Chunk& chunk) {
                      return chunk.origin == Origin::theirs && !chunk.theirs.empty();
                  })));
    }));
}

TEST(Merge, with_an_unchanged_text_is_the_other)
{
    EXPECT_TRUE(rc::check("whoever did nothing", [] {
        const auto base = *some_text();
        const auto mine = *some_text();
        RC_ASSERT(put_together(merge(base, base, mine), all(Take::mine)) == mine);
        RC_ASSERT(put_together(merge(base, mine, base), all(Take::mine)) == mine);
        RC_ASSERT(put_together(merge(base, base, mine), {}) == base);
    }));
}

} // namespace

} // namespace moothall::write
