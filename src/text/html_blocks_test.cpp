#include "text/html_blocks.hpp"

#include <gmock/gmock.h>

namespace moothall {

namespace {

std::vector<std::string> blocks_of(std::string_view markdown)
{
    std::vector<std::string> blocks;
    for (const auto& block : html_blocks(render_markdown(markdown).value()))
        blocks.push_back(block.html);
    return blocks;
}

TEST(HtmlBlocks, are_what_stands_by_itself)
{
    EXPECT_THAT(
        blocks_of("# Title\n\nOne\ntwo\n\n- a\n\n  - b\n- c\n\n---\n\n> said\n\n    code <b>"),
        testing::ElementsAre(
            "<h3>Title</h3>\n", "<p>One<br>\ntwo</p>\n", testing::StartsWith("<ul>"), "<hr>\n",
            testing::StartsWith("<blockquote>"), "<pre><code>code &lt;b&gt;\n</code></pre>\n"));
    EXPECT_TRUE(blocks_of("").empty());
}

TEST(HtmlBlocks, put_together_are_the_whole)
{
    const auto html =
        render_markdown(
            "| a | b |\n|---|---|\n| 1 | 2 |\n\nText [link](/x \"a > b\").\n\n1. x\n2. y")
            .value();
    std::string joined;
    const auto blocks = html_blocks(html);
    for (const auto& block : blocks) joined += block.html;
    EXPECT_EQ(joined, html.html);
    EXPECT_EQ(blocks.size(), 3U);
}

TEST(TextOfHtml, is_what_a_reader_sees)
{
    EXPECT_EQ(text_of_html(render_markdown("Salt & **\"pepper\"** <b>, it's").value()),
              "Salt & \"pepper\" <b>, it's\n");
}

} // namespace

} // namespace moothall
