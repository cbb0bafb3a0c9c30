// Answers by e-mail with files: what is taken, what is refused and how, and whose address leads
// nowhere any more.

#include "hall/test_uploads.hpp"
#include "record/setting.hpp"
#include "tell/letter_address.hpp"
#include "tell/letters_in.hpp"
#include "tell/unsubscribe.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {

namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class LettersWithFiles : public test::HouseWithUploads {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        voice = say(owner, "A roof").id;
        write([&](store::Transaction& transaction) {
            record::save_setting(transaction, organisation.id, tell::answers_setting, "on");
            secret = tell::unsubscribe_secret(transaction, organisation.id);
        });
        to = tell::answer_name(secret, organisation.id, {aino.id, voice}) + "@localhost";
    }
    /// "250 2.0.0 …"; `rest` are further fields, an empty line and what the letter says.
    std::string send(const std::string& rest)
    {
        const auto receiver = tell::make_letter_receiver(*hall, "mail.hall.example");
        const auto answers = receiver.deliver({aino.email, {to}},
                                              "From: aino@customer.example\r\nTo: " + to +
                                                  "\r\nMessage-ID: <" + std::to_string(++letters) +
                                                  "@customer.example>\r\n" + rest + "\r\n");
        return std::to_string(answers.at(0).code) + ' ' + answers.at(0).status + ' ' +
               answers.at(0).text;
    }
    std::string send_parts(const std::vector<std::string>& parts)
    {
        std::string letter =
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
        for (const auto& part : parts) letter += "--x\r\n" + part + "\r\n";
        return send(letter + "--x--");
    }
    static std::string text(const std::string& words)
    {
        return "Content-Type: text/plain; charset=utf-8\r\n\r\n" + words;
    }
    static std::string attached(const std::string& type, const std::string& name,
                                const std::string& content)
    {
        return "Content-Type: " + type + "\r\nContent-Disposition: attachment; filename=\"" + name +
               "\"\r\n\r\n" + content;
    }
    std::vector<hear::Reply> replies()
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return hear::list_replies(transaction, voice, viewer, {}, 100).value().replies;
        });
    }

    people::Person aino;
    Id voice;
    std::string secret;
    std::string to;
    int letters = 0;
};
MOOTHALL_ON_EACH_ENGINE(LettersWithFiles);

TEST_P(LettersWithFiles, bring_what_is_attached_within_the_limits_of_a_form)
{
    EXPECT_THAT(send_parts({text("See the notes."), attached("text/plain", "notes.txt", "One.")}),
                StartsWith("250"));
    ASSERT_THAT(replies(), SizeIs(1));
    EXPECT_EQ(replies()[0].body, "See the notes.");
    ASSERT_THAT(replies()[0].files, SizeIs(1));
    EXPECT_EQ(replies()[0].files[0].name, "notes.txt");

    // What it is, its bytes say, and not its name or its letter: this is no picture.
    EXPECT_THAT(send_parts({text("Run it."), attached("image/png", "roof.png", "MZ\x90")}),
                StartsWith("250"));
    ASSERT_THAT(replies(), SizeIs(2));
    EXPECT_FALSE(replies()[1].files.at(0).is_picture());

    // Too many, or too large: refused whole, and it says why.
    std::vector<std::string> many{text("See them all.")};
    for (std::size_t i = 0; i <= files::files_of_a_thing_max; ++i)
        many.push_back(attached("text/plain", "n" + std::to_string(i) + ".txt", "x"));
    EXPECT_THAT(send_parts(many), StartsWith("550 5.6.0 At most"));
    EXPECT_THAT(
        send_parts({text("Big."), attached("text/plain", "big.txt", std::string(20'000'000, 'x'))}),
        StartsWith("5"));
    EXPECT_THAT(replies(), SizeIs(2));
}

TEST_P(LettersWithFiles, say_what_they_say_in_whatever_shape_they_come)
{
    struct Shape {
        const char* what;
        std::string rest;
        const char* said; // nullptr: refused
    };
    const std::string long_field(200'000, 'x');
    const Shape shapes[] = {
        {"HTML only", "Content-Type: text/html\r\n\r\n<p>Only <b>HTML</b> here</p>",
         "Only HTML here"},
        {"a charset that is another one",
         "Content-Type: text/plain; charset=windows-1252\r\n\r\nd\xe9j\xe0 vu",
         "d\u00e9j\u00e0 vu"},
        {"a charset that there is not",
         "Content-Type: text/plain; charset=x-none\r\n\r\nplain words", "plain words"},
        {"eight bits in the subject", "Subject: caf\xc3\xa9 \xff\r\n\r\nwith a raw subject",
         "with a raw subject"},
        {"a huge field", "X-Long: " + long_field + "\r\n\r\nafter a huge field",
         "after a huge field"},
        {"nothing but a file", "Content-Type: application/octet-stream\r\n\r\nxxxx", "file"},
        {"nothing", "\r\n", nullptr},
        {"base64 that is none",
         "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!", nullptr},
        {"parts without a boundary", "Content-Type: multipart/mixed\r\n\r\nno boundary", nullptr},
    };
    std::size_t said = 0;
    for (const auto& shape : shapes) {
        const auto answer = send(shape.rest);
        if (shape.said != nullptr) {
            EXPECT_THAT(answer, StartsWith("250")) << shape.what;
            ASSERT_THAT(replies(), SizeIs(++said)) << shape.what;
            EXPECT_EQ(replies().back().body, shape.said) << shape.what;
        } else {
            EXPECT_THAT(answer, StartsWith("5")) << shape.what;
            EXPECT_THAT(replies(), SizeIs(said)) << shape.what;
        }
    }
    // A letter in a letter is a file at most, and its words are nobody's here.
    EXPECT_THAT(send_parts({text("As he wrote."),
                            "Content-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\n\r\nInner"}),
                StartsWith("250"));
    EXPECT_EQ(replies().back().body, "As he wrote.");
}

TEST_P(LettersWithFiles, lead_nowhere_when_the_thread_or_the_writer_is_gone)
{
    const auto viewer = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hear::hide(transaction, hall->ids(), now(), viewer, voice, "Spam"));
    });
    const auto nowhere = send("\r\nAnd now?");
    EXPECT_THAT(nowhere, StartsWith("550 5.1.1"));
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hear::show_again(transaction, hall->ids(), now(), viewer, voice));
    });
    EXPECT_THAT(send("\r\nAnd now?"), StartsWith("250"));
    EXPECT_EQ(post(sign_in_as(aino), "/settings/erasure", {{"texts", "stay"}, {"name", aino.name}})
                  .status,
              303);
    // It is of nobody who is here, and says no more than one that was made for somebody else.
    EXPECT_THAT(send("\r\nStill me."), StartsWith("550 5.7.1"));
    EXPECT_THAT(replies(), SizeIs(1));
}

} // namespace

} // namespace moothall::hall
