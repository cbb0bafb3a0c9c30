#include "write/lines/paragraphs.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

namespace moothall::write {

namespace {

using Ids = std::vector<std::int64_t>;

Ids follow(const std::vector<Paragraph>& before, const std::vector<std::string>& after)
{
    std::int64_t next = 10;
    return follow_paragraphs(before, after, next);
}

const std::vector<Paragraph> manual{{1, "Close the red valve by hand."},
                                    {2, "Then ring the water works."},
                                    {3, "Nobody opens it again without them."}};

TEST(Paragraphs, stay_themselves_when_words_in_them_change)
{
    EXPECT_EQ(follow(manual, {"Close the red valve slowly, by hand.", "Then ring the water works.",
                              "Nobody opens it again without asking them."}),
              (Ids{1, 2, 3}));
}

TEST(Paragraphs, stay_themselves_where_they_move_to)
{
    EXPECT_EQ(follow(manual, {manual[2].text, manual[0].text, manual[1].text}), (Ids{3, 1, 2}));
    EXPECT_EQ(follow(manual,
                     {"Nobody ever opens it again without them.", manual[0].text, manual[1].text}),
              (Ids{3, 1, 2}));
}

TEST(Paragraphs, are_new_when_they_are_put_in)
{
    EXPECT_EQ(follow(manual, {manual[0].text, "Wear gloves.", manual[1].text, manual[2].text}),
              (Ids{1, 10, 2, 3}));
}

TEST(Paragraphs, are_gone_when_they_are_written_anew_or_taken_out)
{
    EXPECT_EQ(follow(manual, {manual[0].text, manual[2].text}), (Ids{1, 3}));
    EXPECT_EQ(follow(manual, {manual[0].text, "Wear gloves.", manual[2].text}), (Ids{1, 10, 3}));
}

TEST(Paragraphs, that_read_alike_keep_apart)
{
    const std::vector<Paragraph> twins{{1, "Note"}, {2, "First step"}, {3, "Note"}};
    EXPECT_EQ(follow(twins, {"Note", "First step", "Note"}), (Ids{1, 2, 3}));
    EXPECT_EQ(follow(twins, {"First step", "Note"}), (Ids{2, 3}));
}

TEST(Paragraphs, never_share_an_id)
{
    EXPECT_TRUE(rc::check("whatever was written", [] {
        const auto texts = rc::gen::container<std::vector<std::string>>(
            rc::gen::elementOf(std::vector<std::string>{"a b c", "a b d", "x", "", "b c d e"}));
        const auto before = *texts;
        std::vector<Paragraph> old;
        for (const auto& text : before)
            old.push_back({static_cast<std::int64_t>(old.size()), text});
        std::int64_t next = static_cast<std::int64_t>(old.size());
        const auto after = *texts;
        const auto ids = follow_paragraphs(old, after, next);
        RC_ASSERT(ids.size() == after.size());
        RC_ASSERT(std::set<std::int64_t>(ids.begin(), ids.end()).size() == ids.size());
        for (const auto id : ids) RC_ASSERT(id < next);
    }));
}

} // namespace

} // namespace moothall::write
