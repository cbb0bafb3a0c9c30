#include "web/writer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace moothall::web {
namespace {

std::string written(auto&& write)
{
    Writer out;
    write(out);
    return out.take();
}

std::string link_to(std::string_view address)
{
    return written([&](Writer& out) { out.url(address); });
}

std::string own_link_to(std::string_view address)
{
    return written([&](Writer& out) { out.own_url(address); });
}

TEST(Writer, escapes_all_that_means_something_to_html)
{
    EXPECT_EQ(written([](Writer& out) { out.text("<a href=\"x\">Tom & 'Ann'</a>"); }),
              "&lt;a href=&quot;x&quot;&gt;Tom &amp; &#39;Ann&#39;&lt;/a&gt;");
    EXPECT_EQ(written([](Writer& out) { out.text("Karaköy, 日本"); }), "Karaköy, 日本");
}

RC_GTEST_PROP(Writer, text_never_opens_a_tag_nor_closes_a_value, (const std::string& text))
{
    const auto html = written([&](Writer& out) { out.text(text); });
    RC_ASSERT(html.find_first_of("<>\"'") == std::string::npos);
}

TEST(Writer, numbers_and_ids_are_written_plainly)
{
    EXPECT_EQ(written([](Writer& out) { out.text(12345); }), "12345");
    EXPECT_EQ(written([](Writer& out) { out.attribute(-7L); }), "-7");
    EXPECT_EQ(written([](Writer& out) { out.url_part(Id{42}); }), Id{42}.text());
}

TEST(Writer, links_follow_web_addresses_mail_and_our_own_paths)
{
    EXPECT_EQ(link_to("https://example.org/a?b=c&d=e"), "https://example.org/a?b=c&amp;d=e");
    EXPECT_EQ(link_to("HTTP://example.org"), "HTTP://example.org");
    EXPECT_EQ(link_to("mailto:aino@example.org"), "mailto:aino@example.org");
    EXPECT_EQ(link_to("/voices/12"), "/voices/12");
    EXPECT_EQ(link_to("?sort=newest"), "?sort=newest");
    EXPECT_EQ(link_to("#replies"), "#replies");
}

TEST(Writer, links_to_anything_else_lead_nowhere)
{
    for (const auto* address :
         {"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)",
          "java\tscript:alert(1)", "\x01javascript:alert(1)", "data:text/html,x", "vbscript:x",
          "file:///etc/passwd", "//evil.example", "/\\evil.example", "/\t/evil.example", "voices",
          "", "https:evil", "blob:x"})
        EXPECT_EQ(link_to(address), "#") << address;
}

TEST(Writer, what_a_page_loads_or_sends_to_is_ours)
{
    EXPECT_EQ(own_link_to("/assets/moothall.css"), "/assets/moothall.css");
    for (const auto* address :
         {"https://evil.example/x.js", "//evil.example", "mailto:a@b", "javascript:1"})
        EXPECT_EQ(own_link_to(address), "#") << address;
}

TEST(Writer, a_part_of_an_address_stays_one_part)
{
    EXPECT_EQ(written([](Writer& out) { out.url_part("a b&c=d/../#ä"); }),
              "a%20b%26c%3Dd%2F..%2F%23%C3%A4");
}

TEST(Writer, a_sentence_takes_its_parts_in_the_order_of_the_translation)
{
    const auto html = written([](Writer& out) {
        out.sentence("<{2}> par {1}, {3}", 1,
                     {[&] { out.markup("<b>Bob</b>"); }, [&] { out.text("a&b"); }});
    });
    EXPECT_EQ(html, "&lt;a&amp;b&gt; par <b>Bob</b>, {3}");
}

TEST(Writer, a_counted_sentence_has_its_number_filled_in_already)
{
    const auto html = written([](Writer& out) {
        out.sentence("3 voices by {2}", 2, {[&] { out.markup("<b>Bob</b>"); }});
    });
    EXPECT_EQ(html, "3 voices by <b>Bob</b>");
}

template <class T>
concept HasText = requires(Writer out, T value) { out.text(value); };
template <class T>
concept FitsAttribute = requires(Writer out, T value) { out.attribute(value); };

TEST(Writer, only_what_has_a_clear_text_is_accepted)
{
    static_assert(HasText<int> && HasText<std::string> && HasText<const char*> &&
                  HasText<SafeHtml>);
    static_assert(!HasText<bool> && !HasText<char> && !HasText<double>);
    static_assert(!FitsAttribute<SafeHtml>, "markup has no place in an attribute");
    SUCCEED();
}

} // namespace
} // namespace moothall::web
