#include "write/lines/difference.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>

namespace moothall::write {

namespace {

std::string read_without(const std::vector<Line>& lines, Change left_out)
{
    std::string text;
    for (const auto& line : lines)
        if (line.change != left_out) text += line.text + "\n";
    return text;
}

std::string marks_of(const std::vector<Line>& lines)
{
    std::string marks;
    for (const auto& line : lines)
        marks += line.change == Change::kept ? ' ' : line.change == Change::put_in ? '+' : '-';
    return marks;
}

/// The fewest changes, by the table of all prefixes: slow and plain.
std::size_t fewest_changes(const std::string& one, const std::string& other)
{
    std::vector<std::vector<std::size_t>> table(one.size() + 1,
                                                std::vector<std::size_t>(other.size() + 1));
    for (std::size_t i = 0; i <= one.size(); ++i)
        for (std::size_t j = 0; j <= other.size(); ++j) {
            if (i == 0 || j == 0)
                table[i][j] = i + j;
            else if (one[i - 1] == other[j - 1])
                table[i][j] = table[i - 1][j - 1];
            else
                table[i][j] = 1 + std::min(table[i - 1][j], table[i][j - 1]);
        }
    return table[one.size()][other.size()];
}

std::string lines_of(const std::string& letters)
{
    std::string text;
    for (const char letter : letters) text += std::string(1, letter) + "\n";
    return text;
}

TEST(Difference, shows_what_was_taken_out_before_what_came_in_its_place)
{
    const auto lines = find_difference("Ask Bob.\nWait.\nGo.\n", "Ask Bob.\nGo at once.\nRun.\n");
    const std::vector<Line> expected{{Change::kept, "Ask Bob."},
                                     {Change::taken_out, "Wait."},
                                     {Change::taken_out, "Go."},
                                     {Change::put_in, "Go at once."},
                                     {Change::put_in, "Run."}};
    EXPECT_EQ(lines, expected);
}

TEST(Difference, of_the_same_text_is_nothing)
{
    EXPECT_EQ(marks_of(find_difference("a\nb\n", "a\r\nb")), "  ");
    EXPECT_EQ(marks_of(find_difference("", "")), "");
    EXPECT_EQ(marks_of(find_difference("", "a\nb")), "++");
    EXPECT_EQ(marks_of(find_difference("a\nb", "")), "--");
}

TEST(Difference, is_the_example_of_the_paper)
{
    // Myers 1986, figure 1: ABCABBA becomes CBABAC by five changes.
    const auto lines = find_difference(lines_of("ABCABBA"), lines_of("CBABAC"));
    const auto changed =
        std::ranges::count_if(lines, [](const Line& line) { return line.change != Change::kept; });
    EXPECT_EQ(changed, 5);
}

TEST(Difference, gives_back_both_texts_with_the_fewest_changes)
{
    EXPECT_TRUE(rc::check("of any two texts of three sorts of lines", [] {
        const auto letters =
            rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc")));
        const auto one = *letters;
        const auto other = *letters;
        const auto lines = find_difference(lines_of(one), lines_of(other));
        RC_ASSERT(read_without(lines, Change::put_in) == lines_of(one));
        RC_ASSERT(read_without(lines, Change::taken_out) == lines_of(other));
        const auto changed = std::ranges::count_if(
            lines, [](const Line& line) { return line.change != Change::kept; });
        RC_ASSERT(static_cast<std::size_t>(changed) == fewest_changes(one, other));
    }));
}

TEST(Difference, gives_back_both_texts_also_when_it_gives_up_the_shortest)
{
    EXPECT_TRUE(rc::check("with two changes at most", [] {
        const auto letters =
            rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc")));
        const auto one = *letters;
        const auto other = *letters;
        const auto lines = find_difference(lines_of(one), lines_of(other), 2);
        RC_ASSERT(read_without(lines, Change::put_in) == lines_of(one));
        RC_ASSERT(read_without(lines, Change::taken_out) == lines_of(other));
    }));
}

TEST(Difference, of_the_longest_pages_that_share_nothing_is_quick)
{
    std::string one;
    std::string other;
    while (one.size() < 64 * 1024) {
        one += "a" + std::to_string(one.size()) + "\n";
        other += "b" + std::to_string(one.size()) + "\n";
    }
    const auto start = std::chrono::steady_clock::now();
    const auto lines = find_difference(one, other);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(read_without(lines, Change::put_in), one);
    EXPECT_LT(took, std::chrono::seconds{2}); // some 10 ms; the sanitizers are slow
}

TEST(Hunks, leave_out_what_is_far_from_a_change)
{
    std::string before;
    for (int i = 0; i < 20; ++i) before += std::to_string(i) + "\n";
    auto after = before;
    after.replace(after.find("5\n"), 2, "five\n");
    after += "20\n";
    const auto found = find_hunks(find_difference(before, after), 2);
    ASSERT_EQ(found.hunks.size(), 2U);
    EXPECT_EQ(found.hunks[0].left_out, 3);
    EXPECT_EQ(marks_of(found.hunks[0].lines), "  -+  ");
    EXPECT_EQ(found.hunks[1].left_out, 10);
    EXPECT_EQ(marks_of(found.hunks[1].lines), "  +");
    EXPECT_EQ(found.left_out, 0);
}

TEST(Hunks, show_or_leave_out_each_line_once)
{
    EXPECT_TRUE(rc::check("whatever changed", [] {
        const auto letters =
            rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc")));
        const auto lines = find_difference(lines_of(*letters), lines_of(*letters));
        const auto around = *rc::gen::inRange<std::size_t>(0, 4);
        const auto found = find_hunks(lines, around);
        auto count = found.left_out;
        std::size_t changed = 0;
        for (const auto& hunk : found.hunks) {
            count += hunk.left_out + static_cast<std::int64_t>(hunk.lines.size());
            changed += static_cast<std::size_t>(std::ranges::count_if(
                hunk.lines, [](const Line& line) { return line.change != Change::kept; }));
        }
        RC_ASSERT(count == static_cast<std::int64_t>(lines.size()));
        const auto all = marks_of(lines);
        RC_ASSERT(changed == all.size() - static_cast<std::size_t>(std::ranges::count(all, ' ')));
    }));
}

} // namespace

} // namespace moothall::write
