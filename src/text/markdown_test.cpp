#include "text/markdown.hpp"

#include "text/harmless_html_for_tests.hpp"
#include "text/unicode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <ctime>
#include <random>
#include <thread>

namespace moothall {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string rendered(std::string_view markdown, LineBreaks line_breaks = LineBreaks::kept)
{
    const auto html = render_markdown(markdown, line_breaks);
    if (!html) return "refused: " + html.error().sentence;
    EXPECT_EQ(harm_in(html->html), "") << markdown.substr(0, 200);
    return html->html;
}

std::string repeated(std::string_view part, std::size_t times)
{
    std::string text;
    text.reserve(part.size() * times);
    for (; times > 0; --times) text += part;
    return text;
}

TEST(Markdown, what_people_write_becomes_html)
{
    EXPECT_EQ(
        rendered("Plain *em* **strong** ~~gone~~ `code`"),
        "<p>Plain <em>em</em> <strong>strong</strong> <del>gone</del> <code>code</code></p>\n");
    EXPECT_EQ(rendered("> quoted\n\n---"), "<blockquote>\n<p>quoted</p>\n</blockquote>\n<hr>\n");
    EXPECT_EQ(rendered("- one\n- two\n  - three"),
              "<ul>\n<li>one</li>\n<li>two<ul>\n<li>three</li>\n</ul>\n</li>\n</ul>\n");
    EXPECT_EQ(rendered("- one\n\n- two"),
              "<ul>\n<li><p>one</p>\n</li>\n<li><p>two</p>\n</li>\n</ul>\n");
    EXPECT_EQ(rendered("3. three\n4. four"),
              "<ol start=\"3\">\n<li>three</li>\n<li>four</li>\n</ol>\n");
    EXPECT_EQ(rendered("- [ ] open\n- [x] done"),
              "<ul>\n<li>☐ open</li>\n<li>☑ done</li>\n</ul>\n");
    EXPECT_EQ(rendered("|a|b|\n|:-|-:|\n|1|2|\n|3|"),
              "<table>\n<thead>\n<tr><th align=\"left\">a</th><th align=\"right\">b</th></tr>\n"
              "</thead>\n<tbody>\n<tr><td align=\"left\">1</td><td align=\"right\">2</td></tr>\n"
              "<tr><td align=\"left\">3</td><td align=\"right\"></td></tr>\n</tbody>\n</table>\n");
    EXPECT_EQ(rendered("|a|\n|-|"), "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n</table>\n");
    EXPECT_EQ(rendered(""), "");
}

TEST(Markdown, headings_go_down_by_two_levels)
{
    EXPECT_EQ(rendered("# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n###### f"),
              "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n<h6>e</h6>\n<h6>f</h6>\n");
    EXPECT_EQ(rendered("a\n==="), "<h3>a</h3>\n");
}

TEST(Markdown, line_breaks_are_kept_or_joined)
{
    EXPECT_EQ(rendered("one\ntwo"), "<p>one<br>\ntwo</p>\n");
    EXPECT_EQ(rendered("one\ntwo\\\nthree", LineBreaks::joined), "<p>one\ntwo<br>\nthree</p>\n");
}

TEST(Markdown, links_lead_to_the_web_to_mail_or_into_the_hall)
{
    const auto link = [](std::string_view address, std::string_view text) {
        return "<p><a href=\"" + std::string(address) + "\" rel=\"nofollow ugc noopener\">" +
               std::string(text) + "</a></p>\n";
    };
    EXPECT_EQ(rendered("[x](https://a.example/b?c=d&e=f#g)"),
              link("https://a.example/b?c=d&amp;e=f#g", "x"));
    EXPECT_EQ(rendered("[x](HTTP://a.example)"), link("HTTP://a.example", "x"));
    EXPECT_EQ(rendered("[x](mailto:a@b.example)"), link("mailto:a@b.example", "x"));
    EXPECT_EQ(rendered("[x](/voices/1)"), link("/voices/1", "x"));
    EXPECT_EQ(rendered("[x](/)"), link("/", "x"));
    EXPECT_EQ(rendered("[x](#here)"), link("#here", "x"));
    EXPECT_EQ(rendered("[x](</a b>)"), "<p>[x](&lt;/a b&gt;)</p>\n");
    EXPECT_EQ(rendered("[x](</a(b>)"), link("/a(b", "x"));
    EXPECT_EQ(rendered("[x]\n\n[x]: <https://a.example> 'A \"title\"'"),
              "<p><a href=\"https://a.example\" title=\"A &quot;title&quot;\" "
              "rel=\"nofollow ugc noopener\">x</a></p>\n");
    EXPECT_EQ(rendered("https://a.example/b_c_d."),
              "<p><a href=\"https://a.example/b_c_d\" rel=\"nofollow ugc noopener\">"
              "https://a.example/b_c_d</a>.</p>\n");
    EXPECT_EQ(rendered("www.a.example"), link("http://www.a.example", "www.a.example"));
    EXPECT_EQ(rendered("aino@a.example"), link("mailto:aino@a.example", "aino@a.example"));
    EXPECT_EQ(rendered("<https://a.example>"), link("https://a.example", "https://a.example"));
    EXPECT_EQ(rendered("<aino@a.example>"), link("mailto:aino@a.example", "aino@a.example"));
    EXPECT_EQ(rendered("[ä](https://a.example/ä\\\\'\")"),
              link("https://a.example/%C3%A4%5C%27%22", "ä"));
}

TEST(Markdown, any_other_address_shows_its_text_only)
{
    for (const auto* address : {"javascript:alert(1)",
                                "JaVaScRiPt:alert(1)",
                                "java&#9;script:alert(1)",
                                "java&Tab;script:alert(1)",
                                "java&NewLine;script:alert(1)",
                                "&#106;avascript:alert(1)",
                                "&#x6A&#x61vascript:alert(1)",
                                "javascript&colon;alert(1)",
                                "\\javascript:alert(1)",
                                "javascript\\:alert(1)",
                                "vbscript:x",
                                "data:text/html,x",
                                "data:text/html;base64,eA==",
                                "file:///etc/passwd",
                                "blob:null/x",
                                "view-source:x",
                                "feed:javascript:x",
                                "//evil.example",
                                "/\\evil.example",
                                "\\\\\\\\evil.example",
                                "&#47;&#47;evil.example",
                                "https:evil.example",
                                "http:/evil.example",
                                "x:y",
                                "relative",
                                "./relative",
                                "../up",
                                "?query",
                                "ftp://a.example",
                                "xmpp:a@b.example",
                                "tel:1",
                                "java%0ascript:alert(1)",
                                "&#1;javascript:alert(1)",
                                "\u00A0javascript:alert(1)",
                                "\uFEFFjavascript:alert(1)",
                                "mailt\u006F\u200B:a"}) {
        const auto html = rendered("[x](" + std::string(address) + ")");
        EXPECT_THAT(html, Not(HasSubstr("<a"))) << address;
        EXPECT_THAT(rendered("![x](" + std::string(address) + ")"), Not(HasSubstr("<a")))
            << address;
        EXPECT_THAT(rendered("[x][r]\n\n[r]: " + std::string(address)), Not(HasSubstr("<a")))
            << address;
        EXPECT_THAT(rendered("<" + std::string(address) + ">"),
                    Not(HasSubstr("href=\"javascript")));
    }
    EXPECT_EQ(rendered("[x](javascript:alert(1))"), "<p>x</p>\n");
    // A tab after the first slash would be thrown away by a browser; encoded, it is not.
    EXPECT_EQ(rendered("[x](/&#9;/evil.example)"),
              "<p><a href=\"/%09/evil.example\" rel=\"nofollow ugc noopener\">x</a></p>\n");
}

TEST(Markdown, html_is_shown_as_text)
{
    EXPECT_EQ(rendered("<script>alert(1)</script>"),
              "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
    EXPECT_EQ(rendered("a <b>*c*</b> & &amp; \"d\" 'e'"),
              "<p>a &lt;b&gt;<em>c</em>&lt;/b&gt; &amp; &amp; &quot;d&quot; &#39;e&#39;</p>\n");
    EXPECT_EQ(rendered("`<b>`"), "<p><code>&lt;b&gt;</code></p>\n");
    EXPECT_EQ(rendered("    <b>"), "<pre><code>&lt;b&gt;\n</code></pre>\n");
    EXPECT_EQ(rendered("_a_<br>**b**<br>"),
              "<p><em>a</em>&lt;br&gt;<strong>b</strong>&lt;br&gt;</p>\n");
    EXPECT_EQ(rendered("1 < 2 > 1"), "<p>1 &lt; 2 &gt; 1</p>\n");
    EXPECT_EQ(rendered("&lt;script&gt; &#60;b&#62; &#x3C;i&#x3E;"),
              "<p>&lt;script&gt; &lt;b&gt; &lt;i&gt;</p>\n");
    for (const auto* html : {"<script>alert(1)</script>",
                             "<scr<script>ipt>x</scr</script>ipt>",
                             "<script\n>x</script\n>",
                             "<img src=x onerror=alert(1)>",
                             "<img/src=x/onerror=alert(1)>",
                             "<svg/onload=alert(1)>",
                             "<IMG SRC=x OnErRoR=alert(1)>",
                             "<iframe srcdoc=\"<script>x</script>\">",
                             "<a href=\"javascript:x\">x</a>",
                             "<style>*{}</style>",
                             "<div style=\"x\">",
                             "<!--><b>-->",
                             "<![CDATA[<script>x</script>]]>",
                             "<?xml?><script>",
                             "<!DOCTYPE html>",
                             "</p></div></main>",
                             "<p id=location>",
                             "<form action=//e.example><input name=x>",
                             "<base href=//e.example/>",
                             "<meta http-equiv=refresh content=0>",
                             "<math><mtext><table><mglyph><style><!--</style>",
                             "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
                             "<plaintext>",
                             "<xmp>",
                             "<details open ontoggle=x>",
                             "<a@b.example\"onclick=alert(1)>",
                             "<https://a.example/\"onclick=alert(1)>",
                             "<https://a.example/'onclick='x>",
                             "<br onclick=x>"}) {
        const auto text = std::string(html);
        for (const auto& place :
             {text, "# " + text, "> " + text, "- " + text, "**" + text + "**", "[" + text + "](/x)",
              "![" + text + "](/x)", "`" + text + "`", "```" + text + "\n" + text + "\n```",
              "|" + text + "|\n|-|\n|" + text + "|", "    " + text, "[x](/y \"" + text + "\")",
              "[x](/y '" + text + "')", "[x](/" + text + ")", "[x](<" + text + ">)",
              "[x]\n\n[x]: /y (" + text + ")", "~~~ " + text, "- [ ] " + text, "@" + text})
            EXPECT_EQ(harm_in(rendered(place)), "") << place;
    }
}

TEST(Markdown, pictures_become_links)
{
    EXPECT_EQ(rendered("![A map](https://a.example/map.png \"big\")"),
              "<p><a href=\"https://a.example/map.png\" title=\"big\" "
              "rel=\"nofollow ugc noopener\">A map</a></p>\n");
    EXPECT_EQ(rendered("![](/map.png)"),
              "<p><a href=\"/map.png\" rel=\"nofollow ugc noopener\">/map.png</a></p>\n");
    EXPECT_EQ(rendered("[![A map](/map.png)](/place)"),
              "<p><a href=\"/place\" rel=\"nofollow ugc noopener\">A map</a></p>\n");
    EXPECT_EQ(rendered("![a [b](/c) d](/e)"),
              "<p><a href=\"/e\" rel=\"nofollow ugc noopener\">a b d</a></p>\n");
    EXPECT_EQ(rendered("![a [b](/c) d](javascript:x)"),
              "<p>a <a href=\"/c\" rel=\"nofollow ugc noopener\">b</a> d</p>\n");
}

TEST(Markdown, pictures_of_this_house_are_shown)
{
    EXPECT_EQ(rendered("![A *small* \"map\"](/files/0am4hnp000000)"),
              "<p><a href=\"/files/0am4hnp000000\" rel=\"nofollow ugc noopener\">"
              "<img src=\"/files/0am4hnp000000/small\" alt=\"A small &quot;map&quot;\" "
              "loading=\"lazy\"></a></p>\n");
    EXPECT_EQ(rendered("[![](/files/0am4hnp000000)](/place) after"),
              "<p><a href=\"/place\" rel=\"nofollow ugc noopener\">"
              "<img src=\"/files/0am4hnp000000/small\" alt=\"\" loading=\"lazy\"></a> after</p>\n");
    EXPECT_EQ(rendered("![a [b](/c) ![d](/files/0am4hnp000001) <i>](/files/0am4hnp000000)"),
              "<p><a href=\"/files/0am4hnp000000\" rel=\"nofollow ugc noopener\">"
              "<img src=\"/files/0am4hnp000000/small\" alt=\"a b d &lt;i&gt;\" "
              "loading=\"lazy\"></a></p>\n");
    // Nothing that only looks so.
    for (const auto* address :
         {"/files/", "/files/0am4hnp00000", "/files/0am4hnp0000000", "/files/0am4hnp00000u",
          "/files/../x/000000", "//files/0am4hnp000000", "/files/0am4hnp000000?x",
          "https://a.example/files/0am4hnp000000"})
        EXPECT_THAT(rendered("![x](" + std::string(address) + ")"), Not(HasSubstr("<img")))
            << address;
    EXPECT_EQ(harm_in(rendered("![\"><script>](/files/0am4hnp000000)")), "");
}

TEST(Markdown, code_says_its_language_and_nothing_else)
{
    EXPECT_EQ(rendered("```C++\nint a;\n```"),
              "<pre><code class=\"language-c++\">int a;\n</code></pre>\n");
    EXPECT_EQ(rendered("```c# title=x\na\n```"),
              "<pre><code class=\"language-c#\">a\n</code></pre>\n");
    EXPECT_EQ(rendered("```\"onmouseover=alert(1)\na\n```"),
              "<pre><code class=\"language-onmouseoveralert1\">a\n</code></pre>\n");
    EXPECT_EQ(rendered("```äö\na\n```"), "<pre><code>a\n</code></pre>\n");
    EXPECT_EQ(rendered("```" + std::string(100, 'x') + "\na\n```"),
              "<pre><code class=\"language-" + std::string(20, 'x') + "\">a\n</code></pre>\n");
}

TEST(Markdown, mentions_stay_text)
{
    EXPECT_EQ(rendered("Ask @aino or @[Aino Virtanen]."),
              "<p>Ask @aino or @[Aino Virtanen].</p>\n");
}

TEST(Markdown, any_bytes_come_out_harmless_and_as_utf8)
{
    EXPECT_EQ(rendered("a\0b"s), "<p>a\uFFFDb</p>\n");
    EXPECT_EQ(rendered("a\xFF\xC0\x80z"), "<p>a\uFFFD\uFFFD\uFFFDz</p>\n");
    EXPECT_EQ(rendered("&#0;&#1;\x1B[31m\x7F"), "<p>\uFFFD\uFFFD\uFFFD[31m\uFFFD</p>\n");
    EXPECT_EQ(
        rendered("[x](https://a.example/\xFF)"),
        "<p><a href=\"https://a.example/%EF%BF%BD\" rel=\"nofollow ugc noopener\">x</a></p>\n");
    const auto pieces = std::vector<std::string>{"*",
                                                 "_",
                                                 "~~",
                                                 "`",
                                                 "```",
                                                 "[",
                                                 "]",
                                                 "(",
                                                 ")",
                                                 "!",
                                                 "<",
                                                 ">",
                                                 "\n",
                                                 "\n\n",
                                                 " ",
                                                 "-",
                                                 "- ",
                                                 "|",
                                                 "|-|",
                                                 "#",
                                                 "\\",
                                                 "&",
                                                 "&lt;",
                                                 "\"",
                                                 "'",
                                                 ":",
                                                 "a",
                                                 "/x",
                                                 "www.",
                                                 "@",
                                                 "http://a.example",
                                                 "javascript:",
                                                 "\t",
                                                 "\xFF",
                                                 "\xE2\xB8",
                                                 "\u2E2A",
                                                 "<b>",
                                                 "](",
                                                 "[x]:",
                                                 "1. ",
                                                 "    ",
                                                 "\r",
                                                 "\0"s,
                                                 "=",
                                                 "\u202E",
                                                 "](<",
                                                 "\u2E2C"};
    EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& choices) {
        std::string markdown;
        for (const auto choice : choices) markdown += pieces[choice % pieces.size()];
        const auto html = render_markdown(markdown);
        RC_ASSERT(html.has_value());
        RC_ASSERT(harm_in(html->html) == "");
        RC_ASSERT(is_valid_utf8(html->html));
        RC_ASSERT(is_valid_utf8(plain_text(markdown)));
        for (const auto& name : mentions(markdown)) RC_ASSERT(!name.empty());
    }));
}

TEST(Markdown, the_character_that_stands_for_an_angle_bracket_may_be_written_too)
{
    EXPECT_EQ(rendered("\u2E2A <b> \u2E2B"), "<p>\u2E2A &lt;b&gt; \u2E2B</p>\n");
    EXPECT_EQ(rendered("*all* \u2E2A\u2E2B\u2E2C\u2E2D\u2E30\u2E31 <b>"),
              "<p>*all* \u2E2A\u2E2B\u2E2C\u2E2D\u2E30\u2E31 &lt;b&gt;</p>\n");
}

TEST(Markdown, too_long_a_text_is_refused)
{
    EXPECT_TRUE(render_markdown(std::string(markdown_bytes_max, 'a')));
    const auto refused = render_markdown(std::string(markdown_bytes_max + 1, 'a'));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::too_large);
    EXPECT_THAT(refused.error().arguments, ElementsAre("65", "64"));
}

TEST(Markdown, tangled_text_is_shown_plain_and_whole)
{
    EXPECT_EQ(rendered(repeated("> ", 40) + "*a*\nb\n\n<c>"),
              "<p>" + repeated("&gt; ", 40) + "*a*<br>\nb</p>\n<p>&lt;c&gt;</p>\n");
    EXPECT_THAT(rendered("|" + repeated("a|", 600) + "\n|" + repeated("-|", 600) + "\n"),
                Not(HasSubstr("<table")));
    EXPECT_THAT(rendered("|a|b|\n|-|-|\n" + repeated("|\n", 6000)), Not(HasSubstr("<table")));
    EXPECT_THAT(rendered("[a]: /" + std::string(30'000, 'x') + "\n\n" + repeated("[a]", 1000)),
                Not(HasSubstr("<a")));
    EXPECT_THAT(rendered(repeated("*a **b ", 60) + repeated("c** d*", 60)), Not(HasSubstr("<em>")));
}

TEST(Markdown, long_honest_texts_are_rendered)
{
    std::string table = "|day|count|note|\n|-|-|-|\n";
    for (int i = 0; i < 1000; ++i)
        table += "|" + std::to_string(i) + "|*" + std::to_string(i * 7) + "*|fine|\n";
    EXPECT_THAT(rendered(table), HasSubstr("<td>999</td><td><em>6993</em></td>"));
    EXPECT_THAT(rendered(repeated("- a [link](https://a.example/path) and **more**\n", 1200)),
                HasSubstr("<strong>"));
    std::string log = "The log:\n\n```\n";
    while (log.size() < 60'000)
        log += "                              - [10:22:01] <main> *** a|b --- _x_\n-----|-----\n";
    EXPECT_THAT(rendered(log + "```\n\n*end*\n"), HasSubstr("<em>end</em>"));
    const auto paragraph = repeated("Lorem *ipsum* dolor, [sit](/amet). ", 300);
    EXPECT_EQ(rendered(repeated(paragraph + "\n\n", 5)).find("*ipsum*"), std::string::npos);
}

/// What rendering takes of this thread's processor time, so that a busy machine does not fail a
/// test.
double milliseconds_for(std::string_view markdown)
{
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    };
    const auto begin = now();
    const auto html = render_markdown(markdown);
    const auto milliseconds = now() - begin;
    EXPECT_TRUE(html.has_value());
    EXPECT_EQ(html ? harm_in(html->html) : "", "") << markdown.substr(0, 60);
    return milliseconds;
}

// On an idle 3 GHz core the worst of these takes some 7 ms when optimised. The limit leaves room
// for sanitizers and for a neighbour that takes the caches; quadratic time would need seconds.
constexpr double milliseconds_max = 400;

TEST(Markdown, texts_made_to_be_slow_are_not)
{
    const auto filled = [](std::string_view part) {
        return repeated(part, markdown_bytes_max / part.size());
    };
    std::vector<std::string> texts;
    // cmark's own test/pathological_tests.py, and the advisories named in markdown_source.cpp.
    for (const auto* part :
         {"*a **a ",     "a** ",     "*a_ ",    "[a",         "a]",       "[ a_",
          "[ (](",       "![[]()",   "[a](b",   "[a](<b",     "[](",      "](",
          "> ",          "- ",       "* ",      "1. ",        "a <?",     "a <!A ",
          "a <![CDATA[", "a <!-- ",  "</",      "<a ",        "<>",       "\\",
          "&",           "&amp;",    "`a",      "~~a ",       "|",        "|-|\n",
          "a|-|\n|-|\n", "[a]: u\n", "# a\n",   "- a\n",      "-\n",      "```\n",
          "a@a",         "a@a.aa ",  "www.a",   "www.",       "http://a", "http://",
          "w",           ":",        "'",       "\"",         ".",        "(",
          ")",           "_",        "***",     "***a",       "\t",       "\r",
          "    a\n\n",   "> a\n",    "![a](b)", "<http://a>", "](<a>",    "\n|\n",
          "~",           "[a][b]",   "[^a]",    "a\n===\n",   "a\\\n",    "\xFF",
          "+ http://a]!"})
        texts.push_back(filled(part));
    texts.push_back(std::string(30'000, '[') + "a" + std::string(30'000, ']'));
    texts.push_back("www.a" + std::string(60'000, ')'));
    texts.push_back(repeated("a@a.", 480) + std::string(60'000, 'a'));
    texts.push_back(repeated("- ", 20) + "a\n" + std::string(60'000, '\n'));
    texts.push_back(repeated(repeated("- ", 20) + "a\n" + std::string(40, ' ') + "b\n", 700));
    texts.push_back(repeated("lorem ipsum\n", 2500) + repeated("__#|a|b|\n|-|-|\n", 40));
    texts.push_back("|a|b|\n|-|-|\n" + repeated("|-(", 20'000));
    texts.push_back("|" + repeated("a|", 90) + "\n|" + repeated("-|", 90) + "\n" +
                    repeated("|\n", 100));
    texts.push_back("[a]: /" + std::string(2000, 'x') + "\n\n" +
                    repeated(repeated("[a]", 900) + "\n\n", 20));
    texts.push_back("[\na\n]:\n/" + std::string(20'000, 'x') + "\n\n" +
                    repeated(repeated("[a]", 450) + "\n\n", 10));
    texts.push_back(repeated("a@", 30'000) + "\n  ~~~\n~~~ ~\n~~~\n" + repeated("a@", 2'000));
    texts.push_back("[a]: /u \"\n" + repeated("[b]: /c\n", 120) + "\"\n\n" +
                    repeated(repeated("[a]", 900) + "\n\n", 20));
    texts.push_back(repeated("[" + std::string(998, 'a') + "]: u\n", 64));
    for (const auto* part :
         {"[", "[]", "~~a ", "*a _a ", "![", "***a", "`a``b", "[a](b 'c", "(", "<http://a>"})
        texts.push_back(
            repeated(repeated(part, 1900 / std::string_view(part).size()) + "\n\n", 34));
    std::string ticks;
    for (std::size_t i = 1; i < 350; ++i) ticks += "e" + std::string(i, '`');
    texts.push_back(ticks);
    std::string list;
    for (std::size_t i = 0; i < 240; ++i) list += std::string(2 * i, ' ') + "* a\n";
    texts.push_back(list);

    for (const auto& text : texts)
        EXPECT_LT(milliseconds_for(std::string_view(text).substr(0, markdown_bytes_max)),
                  milliseconds_max)
            << text.substr(0, 60);
}

TEST(Markdown, searching_for_slow_texts_finds_none)
{
    // Repeats of a few pieces of syntax, thinned out by plain text so as to stay below the limits
    // for each kind: this found the table rows, brackets and addresses that are limited now.
    const auto pieces = std::vector<std::string>{"*",
                                                 "**",
                                                 "_",
                                                 "~~",
                                                 "[",
                                                 "]",
                                                 "(",
                                                 ")",
                                                 "![",
                                                 "](",
                                                 "](<",
                                                 "<",
                                                 ">",
                                                 "`",
                                                 "``",
                                                 "a",
                                                 " ",
                                                 "\n",
                                                 "\n\n",
                                                 "- ",
                                                 "> ",
                                                 "1. ",
                                                 "|",
                                                 "|-|",
                                                 "&",
                                                 "@",
                                                 "a@a",
                                                 "www.",
                                                 "http://",
                                                 "://",
                                                 "<!--",
                                                 "<?",
                                                 "</",
                                                 "<a href=\"",
                                                 "=",
                                                 "\"",
                                                 "'",
                                                 "\\",
                                                 "    ",
                                                 "\t",
                                                 "[a]:",
                                                 "[a]: u\n",
                                                 "[a]",
                                                 "#",
                                                 "```",
                                                 "~~~",
                                                 "|a|b|\n|-|-|\n",
                                                 "!",
                                                 "\n- ",
                                                 "[ ] ",
                                                 "a@a.aa ",
                                                 "(((",
                                                 "))))))))))",
                                                 "]: ",
                                                 "\n---\n",
                                                 "\n===\n",
                                                 "\r",
                                                 "lorem ipsum dolor ",
                                                 "aaaaaaaaaaaaaaaaaaaa"};
    const auto fillings = std::vector<std::string>{
        "a", "a ", "a\n", "lorem ipsum\n", "    a\n", "\n", " ", "- a\n", ")", "]"};
    std::mt19937 random(20260503);
    const auto any_of = [&](const std::vector<std::string>& from) {
        return from[random() % from.size()];
    };
    for (int round = 0; round < 40; ++round) {
        std::string part;
        for (auto count = 1 + random() % 5; count > 0; --count) part += any_of(pieces);
        std::string text = any_of(pieces) + any_of(pieces);
        const auto bytes = std::size_t{2048} << (random() % 6);
        const auto paragraph = random() % 2 == 0 ? bytes : 2048;
        for (std::size_t since = 0; text.size() < bytes;) {
            text += part;
            since += part.size();
            if (since > paragraph) text += "\n\n", since = 0;
        }
        const auto filling = any_of(fillings);
        auto rest =
            repeated(filling, (markdown_bytes_max - std::min(text.size(), markdown_bytes_max)) /
                                  filling.size());
        text = random() % 2 == 0 ? text + rest : rest + text;
        text.resize(std::min(text.size(), markdown_bytes_max));
        ASSERT_LT(milliseconds_for(text), milliseconds_max) << part << " with " << filling;
    }
}

TEST(Markdown, many_threads_render_the_same)
{
    const std::string markdown =
        "~~a~~ www.a.example b@c.example\n\n|a|\n|-|\n|https://x.example|\n";
    const auto expected = rendered(markdown);
    std::vector<int> different(4, 0);
    std::vector<std::thread> threads;
    for (auto& count : different)
        threads.emplace_back([&count, &markdown, &expected] {
            for (int i = 0; i < 300; ++i)
                if (const auto html = render_markdown(markdown); !html || html->html != expected)
                    ++count;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(different, ElementsAre(0, 0, 0, 0));
}

TEST(PlainText, a_reader_sees_words_without_marks)
{
    EXPECT_EQ(
        plain_text(
            "# Title\n\nSome *text* with `code` and [a link](https://a.example).\nNext line."),
        "Title\n\nSome text with code and a link.\nNext line.");
    EXPECT_EQ(plain_text("Before\n\n- one\n- two\n  - three\n- four\n\nAfter"),
              "Before\n\none\ntwo\nthree\nfour\n\nAfter");
    EXPECT_EQ(plain_text("- one\n\n- two\n\n  more"), "one\n\ntwo\n\nmore");
    EXPECT_EQ(plain_text("|a|b|\n|-|-|\n|1|2|"), "a | b\n1 | 2");
    EXPECT_EQ(plain_text("> quoted\n\n```c\nint a;\n```"), "quoted\n\nint a;");
    EXPECT_EQ(plain_text("![A map](/m.png) ![](/n.png)"), "A map /n.png");
    EXPECT_EQ(plain_text("1 < 2 <b>x</b> &amp;"), "1 < 2 <b>x</b> &");
    EXPECT_EQ(plain_text("a\r\nb\0c"s), "a\nb\uFFFDc");
    EXPECT_EQ(plain_text(""), "");
    EXPECT_EQ(plain_text(repeated("> ", 40) + "*a*"), repeated("> ", 40) + "*a*");
    EXPECT_EQ(plain_text(std::string(100'000, 'a')).size(), 100'000U);
}

TEST(Mentions, names_after_an_at_sign_are_found_once_and_in_order)
{
    EXPECT_THAT(
        mentions("@aino and @[Aino Virtanen], (@ali-can) **@zoë_k**. @aino again @şükrü.x."),
        ElementsAre("aino", "Aino Virtanen", "ali-can", "zoë_k", "şükrü.x"));
    EXPECT_THAT(mentions("- @one\n- @two\n\n|@three|\n|-|\n|@four|\n\n# @five\n\n> @six"),
                ElementsAre("one", "two", "three", "four", "five", "six"));
    EXPECT_THAT(mentions("[ask @aino](/x) @ben_the_10th"), ElementsAre("aino", "ben_the_10th"));
}

TEST(Mentions, neither_code_nor_addresses_mention_anybody)
{
    EXPECT_THAT(mentions("`@a` aino@b.example <c@d.example> a+@x\n\n    @e\n\n```\n@f\n```\n\n@ @- "
                         "@. @@g @h@i @[] @[j"),
                IsEmpty());
    EXPECT_THAT(mentions("@[a\nb]"), IsEmpty());
    EXPECT_THAT(mentions("no one"), IsEmpty());
    std::string crowd;
    for (int i = 0; i < 500; ++i) crowd += "@n" + std::to_string(i) + " ";
    EXPECT_EQ(mentions(crowd).size(), mentions_max);
}

} // namespace
} // namespace moothall
