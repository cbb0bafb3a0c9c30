#include "text/highlight.hpp"

#include "text/unicode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace moothall {
namespace {

/// The excerpt as a reader would see it, hits in brackets.
std::string shown(std::string_view text, const std::vector<std::string>& wanted,
                  std::size_t around_characters)
{
    std::string marked;
    const auto spans = highlight(text, wanted, around_characters);
    if (!spans.empty() && spans.front().begin > 0) marked += "… ";
    for (const auto& span : spans) {
        const auto part = std::string(text.substr(span.begin, span.end - span.begin));
        marked += span.hit ? "[" + part + "]" : part;
    }
    if (!spans.empty() && spans.back().end < text.size()) marked += " …";
    return marked;
}

TEST(Highlight, words_are_marked_whose_folded_form_begins_with_one_searched_for)
{
    EXPECT_EQ(shown("Der Kühlschrank ist kühl, nicht unterkühlt.", {"kuhl"}, 100),
              "Der [Kühlschrank] ist [kühl], nicht unterkühlt.");
    EXPECT_EQ(shown("İSTANBUL'da ılık", {"istanbul", "ilik"}, 100), "[İSTANBUL]'da [ılık]");
    EXPECT_EQ(shown("one two", {""}, 100), "one two");
    EXPECT_EQ(shown("one two", {}, 100), "one two");
    EXPECT_TRUE(highlight("", {"x"}, 10).empty());
}

TEST(Highlight, the_excerpt_lies_around_the_first_hit_and_cuts_no_words)
{
    EXPECT_EQ(shown("aaaa bbbb cccc dddd target eeee ffff gggg hhhh", {"target"}, 12),
              "… cccc dddd [target] eeee ffff …");
    EXPECT_EQ(shown("target eeee ffff gggg hhhh iiii", {"target"}, 10), "[target] eeee ffff …");
    EXPECT_EQ(shown("aaaa bbbb cccc dddd eeee", {"none"}, 5), "aaaa bbbb …");
    EXPECT_EQ(shown("aaaa bbbb target", {"target"}, 6), "… bbbb [target]");
    EXPECT_EQ(shown("aaaa target bbbb", {"target"}, 0), "… [target] …");
}

TEST(Highlight, spans_follow_each_other_within_the_text)
{
    EXPECT_TRUE(rc::check([](const std::string& text, std::size_t around_characters) {
        around_characters %= 50;
        const auto spans = highlight(text, {"a", "b"}, around_characters);
        RC_ASSERT(spans.empty() == text.empty());
        for (std::size_t i = 0; i < spans.size(); ++i) {
            RC_ASSERT(spans[i].begin <= spans[i].end);
            RC_ASSERT(spans[i].end <= text.size());
            if (i > 0) RC_ASSERT(spans[i].begin == spans[i - 1].end);
            if (spans[i].hit) RC_ASSERT(spans[i].begin < spans[i].end);
        }
    }));
}

} // namespace
} // namespace moothall
