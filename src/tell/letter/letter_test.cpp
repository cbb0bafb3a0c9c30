#include "tell/letter/answer.hpp"
#include "tell/letter/letter.hpp"
#include "tell/letter/results.hpp"
#include "text/unicode.hpp"

#include <gmock/gmock.h>

namespace moothall::tell {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(LetterReader, takes_the_plain_text_of_a_letter_that_says_the_same_twice)
{
    const auto letter = read_letter("From: Aino Virtanen <aino@customer.example>\r\n"
                                    "Subject: =?UTF-8?Q?R=C3=A9ponse?=\r\n"
                                    "Message-ID: <abc@customer.example>\r\n"
                                    "MIME-Version: 1.0\r\n"
                                    "Content-Type: multipart/alternative; boundary=x\r\n\r\n"
                                    "--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
                                    "<p>On <b>Tuesday</b></p>\r\n"
                                    "--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                                    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                                    "Tiistaina k=E4y\r\n--x--\r\n");
    ASSERT_TRUE(letter);
    EXPECT_THAT(letter->from, ElementsAre("aino@customer.example"));
    EXPECT_EQ(letter->subject, "Réponse");
    EXPECT_EQ(letter->message_id, "abc@customer.example");
    EXPECT_THAT(letter->text, HasSubstr("Tiistaina käy"));
    EXPECT_THAT(letter->text, Not(HasSubstr("Tuesday")));
    EXPECT_THAT(letter->files, IsEmpty());
    EXPECT_EQ(letter->automatic, "");
}

TEST(LetterReader, takes_what_is_attached_and_no_signature)
{
    const auto letter = read_letter("From: a@b.example\r\n"
                                    "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
                                    "--x\r\nContent-Type: text/plain\r\n\r\nHere it is\r\n"
                                    "--x\r\nContent-Type: image/png; name=\"../../leak.png\"\r\n"
                                    "Content-Disposition: attachment\r\n"
                                    "Content-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n"
                                    "--x\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n"
                                    "--x--\r\n");
    ASSERT_TRUE(letter);
    ASSERT_THAT(letter->files, SizeIs(1));
    EXPECT_EQ(letter->files[0].content, "\x89PNG");
    EXPECT_THAT(letter->text, HasSubstr("Here it is"));
}

TEST(LetterReader, knows_what_no_person_wrote)
{
    const auto automatic = [](const std::string& field) {
        return read_letter(field + "\r\nFrom: a@b.example\r\n\r\nHello\r\n").value().automatic;
    };
    EXPECT_EQ(automatic("Auto-Submitted: auto-replied (vacation)"), "Auto-Submitted");
    EXPECT_EQ(automatic("Auto-Submitted: no"), "");
    EXPECT_EQ(automatic("Precedence: bulk"), "Precedence");
    EXPECT_EQ(automatic("Precedence: first-class"), "");
    EXPECT_EQ(automatic("List-Id: <a.list>"), "List-Id");
    EXPECT_EQ(automatic("X-Auto-Response-Suppress: All"), "X-Auto-Response-Suppress");
    EXPECT_EQ(automatic("Content-Type: multipart/report; boundary=x"), "Content-Type");
}

TEST(LetterReader, says_who_wrote_it_without_choosing)
{
    const auto from = [](const std::string& fields) {
        return read_letter(fields + "\r\nSubject: x\r\n\r\nHello\r\n").value().from;
    };
    EXPECT_THAT(from("From: a@b.example\r\nFrom: c@d.example"),
                ElementsAre("a@b.example", "c@d.example"));
    EXPECT_THAT(from("From: a@b.example, c@d.example"), SizeIs(2));
    EXPECT_THAT(from("Sender: a@b.example"), IsEmpty());
    // The address is what stands in angle brackets, whatever the name pretends.
    EXPECT_THAT(from("From: \"owner@northwater.example\" <m@evil.example>"),
                ElementsAre("m@evil.example"));
}

TEST(LetterReader, takes_text_only_whatever_its_bytes_are)
{
    const auto letter =
        read_letter("From: a@b.example\r\nSubject: \xff\xfe\r\n\r\nOne\xff\x07 two\r\n");
    ASSERT_TRUE(letter);
    EXPECT_TRUE(is_valid_utf8(letter->text));
    EXPECT_FALSE(has_forbidden_characters(letter->text));
    EXPECT_THAT(letter->text, HasSubstr(" two"));
    EXPECT_TRUE(is_valid_utf8(letter->subject));
}

TEST(LetterReader, is_not_drowned_in_parts)
{
    std::string many = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
    for (int i = 0; i < 200; ++i) many += "--x\r\nContent-Type: text/plain\r\n\r\nx\r\n";
    EXPECT_EQ(read_letter(many + "--x--\r\n").error().reason, Reason::too_large);

    std::string deep = "From: a@b.example\r\n";
    for (int i = 0; i < 5000; ++i) {
        const auto mark = "b" + std::to_string(i);
        deep.append("Content-Type: multipart/mixed; boundary=").append(mark);
        deep.append("\r\n\r\n--").append(mark).append("\r\n");
    }
    EXPECT_EQ(read_letter(deep).error().reason, Reason::too_large);
    EXPECT_EQ(read_letter(std::string(letter_bytes_max + 1, 'x')).error().reason,
              Reason::too_large);
}

TEST(LetterReader, reads_html_as_text_when_there_is_nothing_else)
{
    EXPECT_EQ(text_of_letter_html("<style>p{}</style><p>One&nbsp;&amp; two<br>three</p>"
                                  "<script>alert(1)</script><ul><li>a<li>b</ul>"),
              "One & two\nthree\n\n- a\n- b");
    EXPECT_EQ(text_of_letter_html("<div>Yes</div><blockquote>Is it?</blockquote>"),
              "Yes\n\n> Is it?");
    // What is left after the tags is text: it is escaped wherever it is shown.
    EXPECT_EQ(text_of_letter_html("&lt;script&gt;&#0;&#xD800;&bogus;"), "<script>&bogus;");
}

TEST(Answers, end_where_the_quotation_begins)
{
    EXPECT_EQ(answer_of("I come.\n\nOn Monday, Northwater\n<moothall@hall.example> wrote:\n> Who?\n"
                        "> When?\n",
                        {}),
              "I come.");
    EXPECT_EQ(answer_of("Oui.\n\nLe lun. 4 mai, Northwater a écrit\u00a0:\n\n> Qui ?\n", {}),
              "Oui.");
    EXPECT_EQ(answer_of("Yes\n\n-----Original Message-----\nFrom: x\nSent: y\nMine\n", {}), "Yes");
    EXPECT_EQ(answer_of("Evet\n\n________________________________\nGönderen: x\nTarih: y\n", {}),
              "Evet");
    EXPECT_EQ(answer_of("Kyllä\n\nLähettäjä: Northwater\nLähetetty: eilen\nteksti", {}), "Kyllä");
    EXPECT_EQ(answer_of("Yes\n-- \nAino\n+358 1\n> quoted", {}), "Yes");
    EXPECT_EQ(answer_of("> Only quoted\n> twice\n", {}), "");
    EXPECT_EQ(answer_of("Fine\n\nSelim replied.\n(reply+abc@hall.example)\n", "reply+abc"), "Fine");
}

TEST(Answers, keep_what_they_quote_to_answer_it)
{
    EXPECT_EQ(answer_of("> Who?\nI.\n\n> When?\nOn Friday.\n\n> Thanks\n", {}),
              "> Who?\nI.\n\n> When?\nOn Friday.");
    // A line that ends with a colon is only an introduction where something quoted follows.
    EXPECT_EQ(answer_of("I need two things:\n- a roof\n- a door", {}),
              "I need two things:\n- a roof\n- a door");
    EXPECT_EQ(answer_of("From: where do you know?", {}), "From: where do you know?");
}

TEST(Answers, to_several_pieces_of_news_each_go_to_their_own)
{
    const auto answers = answers_in("Hello,\n\nOn Monday Northwater wrote:\n"
                                    "> * Selim replied to “A roof”\n"
                                    ">   To answer: reply+one@hall.example\n"
                                    "I bring the ladder.\n\n"
                                    "> * Mei asks you\n"
                                    ">   To answer: reply+two@hall.example\n\n"
                                    "On Friday.\n\n> -- \n> You get this because\n",
                                    "hall.example");
    ASSERT_THAT(answers, SizeIs(3));
    EXPECT_EQ(answers[0].address, "");
    EXPECT_EQ(answers[0].text, "Hello,");
    EXPECT_EQ(answers[1].address, "reply+one");
    EXPECT_EQ(answers[1].text, "I bring the ladder.");
    EXPECT_EQ(answers[2].address, "reply+two");
    EXPECT_EQ(answers[2].text, "On Friday.");
    // An address of another house is no address.
    EXPECT_EQ(answers_in("> reply+one@evil.example\nHere", "hall.example").front().address, "");
}

TEST(SenderChecks, believe_the_named_server_only)
{
    const auto judge = [](std::string field) {
        return judge_sender({std::move(field)}, "mail.hall.example", "customer.example");
    };
    EXPECT_EQ(judge("mail.hall.example; dkim=pass header.d=customer.example"), Sender::proven);
    EXPECT_EQ(judge("MAIL.hall.example 1; dkim=pass header.i=@customer.example"), Sender::proven);
    EXPECT_EQ(judge("mail.hall.example; spf=pass smtp.mailfrom=aino@customer.example"),
              Sender::proven);
    EXPECT_EQ(judge("other.example; dkim=pass header.d=customer.example"), Sender::unknown);
    EXPECT_EQ(judge("mail.hall.example.evil.example; dkim=pass header.d=customer.example"),
              Sender::unknown);
    EXPECT_EQ(judge("(mail.hall.example;) evil.example; dkim=pass header.d=customer.example"),
              Sender::unknown);
    EXPECT_EQ(judge_sender({"mail.hall.example; dkim=pass header.d=customer.example"}, "",
                           "customer.example"),
              Sender::unknown);
}

TEST(SenderChecks, ask_for_the_domain_of_who_says_she_wrote_it)
{
    const auto judge = [](std::string_view domain, std::string field) {
        return judge_sender({"s; " + std::move(field)}, "s", domain);
    };
    EXPECT_EQ(judge("customer.example", "dkim=pass header.d=evil.example"), Sender::unknown);
    EXPECT_EQ(judge("mail.customer.example", "dkim=pass header.d=customer.example"),
              Sender::proven);
    EXPECT_EQ(judge("notcustomer.example", "dkim=pass header.d=customer.example"), Sender::unknown);
    EXPECT_EQ(judge("customer.example", "dkim=pass header.d=example"), Sender::unknown);
    EXPECT_EQ(judge("customer.example", "dkim=fail header.d=customer.example"), Sender::forged);
    EXPECT_EQ(judge("customer.example", "spf=fail smtp.mailfrom=x@customer.example; dkim=pass "
                                        "(good; really) header.d=customer.example"),
              Sender::proven);
    EXPECT_EQ(judge("customer.example", "dkim=pass header.d=customer.example; dmarc=fail "
                                        "header.from=customer.example"),
              Sender::forged);
    EXPECT_EQ(judge("customer.example", "spf=softfail smtp.mailfrom=customer.example"),
              Sender::unknown);
    // What is quoted is a value, whatever it looks like.
    EXPECT_EQ(
        judge("customer.example", "spf=none reason=\"; dkim=pass header.d=customer.example\""),
        Sender::unknown);
}

} // namespace
} // namespace moothall::tell
