#include "text/markdown.hpp"
#include "text/unicode.hpp"

#include "text/count_word.hpp"
#include "text/utf8.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <thread>

namespace moothall {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Text with characters from all over Unicode, and now and then a broken byte.
rc::Gen<std::string> any_text()
{
    const auto character = rc::gen::weightedOneOf<std::string>(
        {{6, rc::gen::map(rc::gen::inRange<char32_t>(0x20, 0x250),
                          [](char32_t code) {
                              std::string text;
                              append_character(text, code);
                              return text;
                          })},
         {3, rc::gen::map(rc::gen::inRange<char32_t>(0x250, 0x20000),
                          [](char32_t code) {
                              std::string text;
                              append_character(text,
                                               code >= 0xD800 && code < 0xE000 ? 0x1F600 : code);
                              return text;
                          })},
         {1, rc::gen::map(rc::gen::inRange<int>(0, 256),
                          [](int byte) { return std::string(1, static_cast<char>(byte)); })},
         {1, rc::gen::element("\xE2\x80\x8D"s, "\xCC\x81"s, "\xEF\xB8\x8F"s, "\xE2\x80\xAE"s,
                              "\n"s)}});
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(character),
                        [](const std::vector<std::string>& parts) {
                            std::string text;
                            for (const auto& part : parts) text += part;
                            return text;
                        });
}

TEST(Utf8, broken_sequences_are_not_valid)
{
    for (const auto* good :
         {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xEE\x80\x80", "\xF0\x90\x80\x80",
          "\xF4\x8F\xBF\xBF", "\xEF\xBB\xBF", "long enough to be read in eights \xC3\xA4 and on"})
        EXPECT_TRUE(is_valid_utf8(good)) << good;
    EXPECT_TRUE(is_valid_utf8("a\0b"s));
    for (const auto* bad :
         {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE2\x82",
          "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
          "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF",
          "long enough to be read in eights \xC3"})
        EXPECT_FALSE(is_valid_utf8(bad)) << bad;
}

TEST(Utf8, broken_sequences_count_as_browsers_count_them)
{
    // Unicode 15, table 3-8 and 3-11: one U+FFFD for each maximal part.
    EXPECT_EQ(count_characters("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), 9U);
    EXPECT_EQ(count_characters("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), 5U);
    EXPECT_EQ(count_characters("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), 4U);
}

TEST(Utf8, stepping_back_undoes_stepping_on)
{
    EXPECT_TRUE(rc::check([](/* any text */) {
        const auto text = *any_text();
        RC_PRE(is_valid_utf8(text));
        for (std::size_t at = 0; at < text.size();) {
            const auto next = at + decode_character(text, at).bytes;
            RC_ASSERT(step_back(text, next) == at);
            at = next;
        }
    }));
}

TEST(Clip, it_cuts_between_characters)
{
    EXPECT_EQ(clip("\xC3\xA4\xC3\xB6\xC3\xBC", 2), "\xC3\xA4\xC3\xB6");
    EXPECT_EQ(clip("\xC3\xA4\xC3\xB6\xC3\xBC", 2, Ellipsis::shown), "\xC3\xA4…");
    EXPECT_EQ(clip("\xC3\xA4\xC3\xB6\xC3\xBC", 3, Ellipsis::shown), "\xC3\xA4\xC3\xB6\xC3\xBC");
    EXPECT_EQ(clip("abc", 0), "");
    EXPECT_EQ(clip("abc", 0, Ellipsis::shown), "");
    EXPECT_EQ(clip("abc", 1, Ellipsis::shown), "…");
    EXPECT_EQ(clip("", 5), "");
}

TEST(Fold, all_ways_to_write_a_word_fold_to_one)
{
    EXPECT_EQ(fold("Ilık İğne"), "ilik igne");
    EXPECT_EQ(fold("Iıİi"), "iiii");
    EXPECT_EQ(fold("ŞÇĞÖÜ şçğöü"), "scgou scgou");
    EXPECT_EQ(fold("Ääkköset ÅÄÖ"), "aakkoset aao");
    EXPECT_EQ(fold("Œuvre À Éléphant ÇA"), "oeuvre a elephant ca");
    EXPECT_EQ(fold("Straße STRASSE ẞ"), "strasse strasse ss");
    EXPECT_EQ(fold("Smørrebrød Łódź Þór Æther"), "smorrebrod lodz thor aether");
    EXPECT_EQ(fold("e\xCC\x81"), fold("é"));
    EXPECT_EQ(fold("ﬁn Ｆｕｌｌ ①"), "fin full 1");
    EXPECT_EQ(fold("so\xC2\xADlid"), "solid");
    EXPECT_EQ(fold("ΟΔΥΣΣΕΎΣ"), fold("οδυσσεύς"));
    EXPECT_EQ(fold("Ёлка"), fold("елка"));
    EXPECT_EQ(fold("한국어"), "한국어");
    EXPECT_EQ(fold("が"), "が");
    EXPECT_NE(fold("が"), fold("か"));
    EXPECT_EQ(fold("हिन्दी"), "हिन्दी");
    EXPECT_EQ(fold("أهلاً"), fold("اهلا"));
    EXPECT_EQ(fold("\xF0\x9D\x9A\xA4"), "i"); // a mathematical dotless i
    EXPECT_EQ(fold("a\xFF"), "a\xEF\xBF\xBD");
}

TEST(Fold, folding_twice_changes_nothing)
{
    for (char32_t code = 1; code < 0x30000; ++code) {
        if (code >= 0xD800 && code < 0xE000) continue;
        std::string character;
        append_character(character, code);
        const auto folded = fold(character);
        ASSERT_EQ(fold(folded), folded) << "U+" << std::hex << static_cast<unsigned>(code);
    }
    EXPECT_TRUE(rc::check([] {
        const auto text = *any_text();
        const auto folded = fold(text);
        RC_ASSERT(is_valid_utf8(folded));
        RC_ASSERT(fold(folded) == folded);
    }));
}

TEST(Slug, it_is_ascii_of_sixty_characters_at_most)
{
    EXPECT_EQ(slug("Longer opening hours, please!"), "longer-opening-hours-please");
    EXPECT_EQ(slug("Ilık İçecek: şöyle böyle, değil mi?"), "ilik-icecek-soyle-boyle-degil-mi");
    EXPECT_EQ(slug("Œuvre d’été — smørrebrød & Straße"), "oeuvre-dete-smorrebrod-strasse");
    EXPECT_EQ(slug("Don't"), "dont");
    EXPECT_EQ(slug("--- 50 % ---"), "50");
    EXPECT_EQ(slug("Καλημέρα"), "");
    EXPECT_EQ(slug(""), "");
    EXPECT_EQ(slug("../../etc/passwd"), "etc-passwd");
    EXPECT_EQ(slug("a title of more than sixty characters is cut at the end of a word"),
              "a-title-of-more-than-sixty-characters-is-cut-at-the-end-of-a");
    EXPECT_EQ(slug(std::string(100, 'a')), std::string(60, 'a'));
    EXPECT_EQ(slug(std::string(60, 'a')), std::string(60, 'a'));
    EXPECT_TRUE(rc::check([] {
        const auto made = slug(*any_text());
        RC_ASSERT(made.size() <= 60U);
        for (const auto byte : made)
            RC_ASSERT((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-');
        RC_ASSERT(!made.starts_with('-'));
        RC_ASSERT(!made.ends_with('-'));
        RC_ASSERT(made.find("--") == std::string::npos);
        RC_ASSERT(slug(made) == made);
    }));
}

TEST(Line, white_space_and_what_hides_is_taken_out)
{
    EXPECT_EQ(normalise_line("  a \t\r\n b\xC2\xA0 \xE3\x80\x80 c \xE2\x80\xA8"), "a b c");
    EXPECT_EQ(normalise_line("e\xCC\x81t\xC3\xA9"), "été");
    EXPECT_EQ(normalise_line("a\0b\x01\x7F\xC2\x85z"s), "ab z");
    EXPECT_EQ(normalise_line("\xE2\x80\xAE"
                             "evil\xE2\x80\xAC\xE2\x81\xA6x\xE2\x81\xA9"),
              "evilx");
    EXPECT_EQ(normalise_line("ai\xE2\x80\x8Bno\xEF\xBB\xBF\xC2\xAD\xE2\x81\xA0\xE2\x80\x8E"),
              "aino");
    EXPECT_EQ(normalise_line("ai\xE2\x80\x8Dno\xE2\x80\x8C"), "aino");
    EXPECT_EQ(normalise_line("\xE2\x80\x8B \xE3\x85\xA4 \xE2\xA0\x80 \xEF\xB8\x8F"), "");
    EXPECT_EQ(normalise_line("\xEF\xBF\xBF\xEF\xBF\xBEx"), "x");
    EXPECT_EQ(normalise_line(""), "");
    EXPECT_EQ(normalise_line("A\xE2\x80\xAE\xCC\x81\xEF\xB8\x8F"), "\xC3\x81");
}

TEST(Line, scripts_and_emoji_keep_the_joiners_they_need)
{
    const auto family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"s; // woman, joiner, girl
    EXPECT_EQ(normalise_line(family), family);
    const auto persian = "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE\xD9\x88\xD8\xA7\xD9\x87\xD9\x85"s;
    EXPECT_EQ(normalise_line(persian), persian);
    const auto heart = "\xE2\x9D\xA4\xEF\xB8\x8F"s;
    EXPECT_EQ(normalise_line(heart), heart);
}

TEST(Line, cleaning_twice_changes_nothing)
{
    EXPECT_TRUE(rc::check([] {
        const auto line = normalise_line(*any_text());
        RC_ASSERT(is_valid_utf8(line));
        RC_ASSERT(normalise_line(line) == line);
        RC_ASSERT(!has_forbidden_characters(line));
        RC_ASSERT(line.find('\n') == std::string::npos);
    }));
}

TEST(Body, only_control_characters_are_forbidden)
{
    EXPECT_FALSE(has_forbidden_characters("a\tb\r\nc \xC3\xA4 \xE2\x80\xAE"));
    EXPECT_TRUE(has_forbidden_characters("a\0b"s));
    EXPECT_TRUE(has_forbidden_characters("\x1B[31m"));
    EXPECT_TRUE(has_forbidden_characters("\f"));
}

TEST(Email, addresses_that_mail_can_reach_are_accepted)
{
    for (const auto* good : {"aino@example.org", "a.b+tag@sub.example.co.uk", "o'neil@example.ie",
                             "root@localhost", "ROOT@LOCALHOST", "x@a-b.example", "1@2.3"})
        EXPECT_TRUE(is_email(good)) << good;
    for (const auto* bad : {"",
                            "@",
                            "a@",
                            "@b.c",
                            "a@b",
                            "a@@b.c",
                            "a@b@c.d",
                            "a b@c.d",
                            "a@b .c",
                            "a@b.c\n",
                            "a\r\nBcc: x@y.z@b.c",
                            "a@.c",
                            "a@b.",
                            "a@b..c",
                            "a@-b.c",
                            "a@b-.c",
                            "<a@b.c>",
                            "a,b@c.d",
                            "\"a\"@b.c",
                            "a@[127.0.0.1]",
                            "a@b.c;d@e.f",
                            "ä@b.c",
                            "a@b_c.d",
                            "a@localhost.",
                            "a\0@b.c"})
        EXPECT_FALSE(is_email(bad)) << bad;
    EXPECT_FALSE(is_email("a@b.c\0"s));
    EXPECT_TRUE(is_email(std::string(64, 'a') + "@" + std::string(63, 'b') + "." +
                         std::string(63, 'c') + "." + std::string(58, 'd') + ".e"));
    EXPECT_FALSE(is_email(std::string(64, 'a') + "@" + std::string(63, 'b') + "." +
                          std::string(63, 'c') + "." + std::string(60, 'd') + ".e"));
    EXPECT_FALSE(is_email(std::string(65, 'a') + "@b.c"));
}

TEST(Email, one_person_has_one_key)
{
    EXPECT_EQ(fold_email(" Aino.V@Example.ORG\n"), "aino.v@example.org");
    EXPECT_EQ(fold_email("İ@EXAMPLE.org"), "İ@example.org"); // never by a locale: i is i
    EXPECT_EQ(fold_email("  "), "");
}

TEST(Words, they_are_runs_of_letters_digits_and_marks)
{
    EXPECT_THAT(words("It's 3.5 km, n'est-ce pas?"),
                ElementsAre("It", "s", "3", "5", "km", "n", "est", "ce", "pas"));
    EXPECT_THAT(words("Äiti e\xCC\x81t\xC3\xA9 ılık"),
                ElementsAre("Äiti", "e\xCC\x81t\xC3\xA9", "ılık"));
    EXPECT_THAT(words("so\xC2\xADlid"), ElementsAre("so\xC2\xADlid"));
    EXPECT_THAT(words("हिन्दी भाषा"), ElementsAre("हिन्दी", "भाषा"));
    EXPECT_THAT(words("日本語。中文"), ElementsAre("日本語", "中文"));
    EXPECT_THAT(words("\xCC\x81\xEF\xB8\x8F \xF0\x9F\x98\x80 _-"), IsEmpty());
    EXPECT_THAT(words("a\xFF"
                      "b"),
                ElementsAre("a", "b"));
    EXPECT_THAT(words(""), IsEmpty());
    EXPECT_TRUE(rc::check([] {
        const auto text = *any_text();
        for (const auto word : words(text)) {
            RC_ASSERT(!word.empty());
            RC_ASSERT(word.data() >= text.data() &&
                      word.data() + word.size() <= text.data() + text.size());
            RC_ASSERT(words(word).size() == 1U);
        }
    }));
}

TEST(FirstSentence, it_ends_where_a_sentence_ends)
{
    EXPECT_EQ(first_sentence("I lost my card. What now?"), "I lost my card.");
    EXPECT_EQ(first_sentence("Why? Because."), "Why?");
    EXPECT_EQ(first_sentence("really?! i think so"), "really?!");
    EXPECT_EQ(first_sentence("\"Stop!\" she said. Nobody did."), "\"Stop!\" she said.");
    EXPECT_EQ(first_sentence("He said \"stop.\" We went on."), "He said \"stop.\"");
    EXPECT_EQ(first_sentence("It costs 3.50 on example.org today. Too much."),
              "It costs 3.50 on example.org today.");
    EXPECT_EQ(first_sentence("Some fees, e.g. for Cash, rose. Why?"),
              "Some fees, e.g. for Cash, rose.");
    EXPECT_EQ(first_sentence("Ask Dr. Meyer. Today."), "Ask Dr. Meyer.");
    EXPECT_EQ(first_sentence("Das gilt z. B. Montags. Sonst nicht."), "Das gilt z. B. Montags.");
    EXPECT_EQ(first_sentence("Am 3. Mai beginnt es. Endlich."), "Am 3. Mai beginnt es.");
    EXPECT_EQ(first_sentence("Asun 3. kerroksessa. Hissi ei toimi."), "Asun 3. kerroksessa.");
    EXPECT_EQ(first_sentence("Well… maybe. Yes."), "Well… maybe.");
    EXPECT_EQ(first_sentence("我的卡丢了。怎么办？"), "我的卡丢了。");
    EXPECT_EQ(first_sentence("no end at all"), "no end at all");
}

TEST(FirstSentence, it_is_one_line_without_marks)
{
    EXPECT_EQ(first_sentence("\n\n# A *heading*\n\nText."), "A *heading*");
    EXPECT_EQ(first_sentence("> - quoted\n> more"), "quoted");
    EXPECT_EQ(made_title("# A *heading* with [a link](https://example.org/a_b)\n\nText."),
              "A heading with a link");
    EXPECT_EQ(made_title("**Please** open `earlier`. Thanks."), "Please open earlier.");
    EXPECT_EQ(made_title("See [this very long text](https://example.org/1). Yes.", 10),
              "See this…");
    EXPECT_EQ(made_title("no marks at all"), "no marks at all");
    EXPECT_EQ(made_title(""), "");
    EXPECT_EQ(first_sentence("wrapped\n by   hand. More."), "wrapped by hand.");
    EXPECT_EQ(first_sentence("A list\n- one\n- two"), "A list");
    EXPECT_EQ(first_sentence("Hello\r\n\r\nI want"), "Hello");
    EXPECT_EQ(first_sentence("#hash"), "#hash");
    EXPECT_EQ(first_sentence(""), "");
    EXPECT_EQ(first_sentence(" \n "), "");
}

TEST(CountWord, it_counts_what_words_finds)
{
    EXPECT_EQ(count_word("the meter, the meters: meter\xE2\x80\x94 kilometer meter_", "meter"), 3U);
    EXPECT_EQ(count_word("the meter, the meters; kilometers", "meter", WordMatch::start), 2U);
    EXPECT_EQ(count_word("", "meter"), 0U);
    EXPECT_EQ(count_word("meter", ""), 0U);
    EXPECT_EQ(count_word("\xD0\xB2\xD0\xBE\xD0\xB4\xD0\xB0 \xD0\xB2\xD0\xBE\xD0\xB4",
                         "\xD0\xB2\xD0\xBE\xD0\xB4"),
              1U);
    rc::check("each word of a text is counted as often as it stands there", [] {
        const auto text =
            *rc::gen::container<std::string>(rc::gen::element('a', 'b', '7', ' ', ',', '_'));
        const auto all = words(text);
        for (const auto word : all) {
            RC_ASSERT(count_word(text, word) ==
                      static_cast<std::size_t>(std::ranges::count(all, word)));
            RC_ASSERT(count_word(text, word, WordMatch::start) ==
                      static_cast<std::size_t>(std::ranges::count_if(
                          all, [&](auto one) { return one.starts_with(word); })));
            const auto start = word.substr(0, 2);
            std::vector<std::string_view> beginning;
            std::ranges::copy_if(all, std::back_inserter(beginning),
                                 [&](auto one) { return one.starts_with(start); });
            RC_ASSERT(words_beginning_with(text, start) == beginning);
        }
    });
    EXPECT_EQ(words_beginning_with("vid\xC3\xA9o, video; avid vid\xC3\xA9", "vid"),
              (std::vector<std::string_view>{"vid\xC3\xA9o", "video", "vid\xC3\xA9"}));
    EXPECT_TRUE(words_beginning_with("a text", "").empty());
}

TEST(FirstSentence, it_is_cut_at_a_word)
{
    const auto cut = first_sentence("one two three four five six", 14);
    EXPECT_EQ(cut, "one two three…");
    EXPECT_EQ(first_sentence("one two three four", 18), "one two three four");
    EXPECT_EQ(first_sentence("one two, three", 10), "one two…");
    EXPECT_EQ(first_sentence(std::string(200, 'a'), 10), std::string(9, 'a') + "…");
    EXPECT_TRUE(rc::check([] {
        const auto text = *any_text();
        const auto characters_max = *rc::gen::inRange<std::size_t>(0, 40);
        const auto sentence = first_sentence(text, characters_max);
        RC_ASSERT(count_characters(sentence) <= characters_max);
        RC_ASSERT(is_valid_utf8(sentence));
    }));
}

TEST(Collation, each_language_sorts_as_its_readers_do)
{
    EXPECT_LT(compare_in("de", "Ärger", "Zebra"), 0);
    EXPECT_GT(compare_in("fi", "ärger", "zebra"), 0);
    EXPECT_LT(compare_in("tr", "ılık", "iğne"), 0); // ı comes before i
    EXPECT_LT(compare_in("tr", "cam", "çam"), 0);
    EXPECT_GT(compare_in("tr", "çam", "cuma"), 0);
    EXPECT_LT(compare_in("en", "apple", "Banana"), 0);
    EXPECT_EQ(compare_in("en", "same", "same"), 0);
    EXPECT_LT(compare_in("", "a", "b"), 0);
    EXPECT_LT(compare_in("no such; language", "a", "b"), 0);
    EXPECT_LT(compare_in(std::string(100'000, 'x'), "a", "b"), 0);
    EXPECT_NE(compare_in("en", "\xFF", "a"), 0);
}

TEST(Collation, threads_do_not_share_collators)
{
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t thread = 0; thread < wrong.size(); ++thread)
        threads.emplace_back([&wrong, thread] {
            for (int i = 0; i < 2000; ++i)
                if (compare_in(i % 2 == 0 ? "fi" : "de", "ä", "z") * (i % 2 == 0 ? 1 : -1) <= 0)
                    ++wrong[thread];
        });
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(wrong, ElementsAre(0, 0, 0, 0));
}

} // namespace
} // namespace moothall
