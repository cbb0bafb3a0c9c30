#include "hear/hear.hpp"
#include "jobs/mail.hpp"
#include "organise/organise.hpp"
#include "people/test_house.hpp"
#include "record/setting.hpp"
#include "tell/chat_letters.hpp"
#include "tell/circle_address.hpp"
#include "tell/digest.hpp"
#include "tell/letter_address.hpp"
#include "tell/letter_received.hpp"
#include "tell/letters_in.hpp"
#include "tell/notification.hpp"
#include "tell/unsubscribe.hpp"
#include "write/write.hpp"

#include <gmock/gmock.h>

namespace moothall::tell {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class LettersIn : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        selim = let_in("Selim", "selim@village.example");
        write([&](store::Transaction& transaction) {
            record::save_setting(transaction, organisation.id, answers_setting, "on");
            secret = unsubscribe_secret(transaction, organisation.id);
        });
    }
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override { mount_circle_mail(house.router()); }

    Id say(const people::Person& person, std::string title, Id circle = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return hear::say_voice(transaction, hall->ids(), now(), viewer,
                                   {.kind = "want", .title = title, .circle = circle},
                                   hear::render_body(title, {}).value())
                .value()
                .id;
        });
    }
    std::vector<hear::Reply> replies(Id voice)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return hear::list_replies(transaction, voice, viewer, {}, 100).value().replies;
        });
    }
    std::vector<hear::Voice> voices()
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return hear::list_voices(transaction, {.sort = hear::Sort::newest, .with_body = true},
                                     viewer)
                .value()
                .voices;
        });
    }
    std::string address(const people::Person& person, Id thing)
    {
        return answer_name(secret, organisation.id, {person.id, thing}) + "@localhost";
    }
    struct Sending {
        std::string from = "Aino <aino@customer.example>";
        std::string sender = "aino@customer.example";
        std::string id = "one@customer.example";
        std::string more = {};
        std::string subject = "Re: A roof";
    };
    /// What the server answers: "250 2.0.0 Taken".
    std::string send(const std::string& to, const std::string& text, const Sending& sending)
    {
        const auto receiver = make_letter_receiver(*hall, "mail.hall.example");
        const auto answers = receiver.deliver(
            {sending.sender, {to}}, sending.more + "From: " + sending.from + "\r\nTo: " + to +
                                        "\r\nSubject: " + sending.subject + "\r\nMessage-ID: <" +
                                        sending.id + ">\r\n\r\n" + text + "\r\n");
        return std::to_string(answers.at(0).code) + ' ' + answers.at(0).status + ' ' +
               answers.at(0).text;
    }
    std::string send(const std::string& to, const std::string& text) { return send(to, text, {}); }
    std::vector<LetterReceived> received()
    {
        return read([&](store::Transaction& transaction) {
            return list_letters_received(transaction, organisation.id, 100);
        });
    }
    void tell_all()
    {
        hall->clock().set(now() + std::chrono::seconds(2));
        while (tell_of_events(hall->database(), organisation.id, now(), hall->ids()) > 0) {
        }
    }
    void reply(const people::Person& person, Id voice, std::string body)
    {
        const auto viewer = viewer_of(person);
        write([&](store::Transaction& transaction) {
            hear::NewReply wanted;
            wanted.body = body;
            EXPECT_TRUE(hear::say_reply(transaction, hall->ids(), now(), viewer, voice, wanted,
                                        hear::render_body({}, body).value()));
        });
    }

    people::Person aino;
    people::Person selim;
    std::string secret;
};

TEST_P(LettersIn, an_answer_lands_in_its_thread_without_what_it_quotes)
{
    const Id voice = say(selim, "A roof");
    EXPECT_THAT(send(address(aino, voice),
                     "I bring a ladder.\r\n\r\nOn Monday, Northwater wrote:\r\n"
                     "> Selim said: a roof\r\n"),
                StartsWith("250"));
    ASSERT_THAT(replies(voice), SizeIs(1));
    EXPECT_EQ(replies(voice)[0].body, "I bring a ladder.");
    EXPECT_EQ(replies(voice)[0].author.id, aino.id);
    EXPECT_EQ(events("hear.reply_said"), 1);
    EXPECT_EQ(received().at(0).outcome, "said");
    EXPECT_EQ(received().at(0).person, aino.id);
}

TEST_P(LettersIn, an_answer_to_a_reply_stands_below_it)
{
    const Id voice = say(aino, "A roof");
    reply(selim, voice, "Which colour?");
    const Id asked = replies(voice)[0].id;
    EXPECT_THAT(send(address(aino, asked), "Red."), StartsWith("250"));
    EXPECT_EQ(replies(voice)[1].parent, asked);
}

TEST_P(LettersIn, an_answer_to_a_comment_stands_beside_its_paragraph)
{
    const auto hers = viewer_of(owner);
    const auto his = viewer_of(selim);
    const auto [document, comment] = write([&](store::Transaction& transaction) {
        write::NewDocument wanted;
        wanted.text.title = "The manual";
        wanted.text.words = "First.\n\nSecond.";
        wanted.rule.rule = write::Rule::open;
        const auto made = write::make_document(transaction, hall->ids(), now(), hers, wanted,
                                               write::render_words(wanted.text.words).value())
                              .value();
        const auto said =
            hear::say_reply(transaction, hall->ids(), now(), his, made.id, {.body = "Is it so?"},
                            hear::render_body({}, "Is it so?").value())
                .value();
        EXPECT_TRUE(write::place_comment(transaction, his, made, said.id, 2));
        return std::pair{made.id, said.id};
    });
    EXPECT_THAT(send(address(owner, comment), "It is.",
                     {.from = "owner@northwater.example", .sender = "owner@northwater.example"}),
                StartsWith("250"));
    const auto places = read([&](store::Transaction& transaction) {
        return write::list_comments(
            transaction, write::find_document(transaction, document, hers).value(), hers);
    });
    ASSERT_THAT(places, SizeIs(2));
    EXPECT_EQ(places[0].paragraph, 2);
    EXPECT_EQ(places[1].paragraph, 2);
}

TEST_P(LettersIn, a_letter_that_is_handed_over_twice_is_said_once)
{
    const Id voice = say(selim, "A roof");
    EXPECT_THAT(send(address(aino, voice), "Once"), StartsWith("250"));
    EXPECT_THAT(send(address(aino, voice), "Once"), StartsWith("250"));
    EXPECT_THAT(replies(voice), SizeIs(1));
    EXPECT_THAT(send(address(aino, voice), "Once", {.id = "two@customer.example"}),
                StartsWith("250"));
    EXPECT_THAT(replies(voice), SizeIs(2));
}

TEST_P(LettersIn, an_address_is_for_one_person_and_one_thread)
{
    const Id voice = say(selim, "A roof");
    const Id other = say(selim, "A door");
    auto mine = answer_name(secret, organisation.id, {aino.id, voice});
    EXPECT_TRUE(read_answer_name(secret, organisation.id, mine));
    EXPECT_LE(mine.size(), 64U);
    EXPECT_TRUE(read_answer_name(secret, organisation.id, "REPLY" + mine.substr(5)));
    // Turned into one for another thread or another person, cut, or of another house.
    const auto at = mine.find(voice.text());
    auto turned = mine;
    turned.replace(at, 13, other.text());
    EXPECT_THAT(send(turned + "@localhost", "Here"), StartsWith("550 5.1.1"));
    turned = mine;
    turned.replace(mine.find(aino.id.text()), 13, selim.id.text());
    EXPECT_THAT(send(turned + "@localhost", "Here"), StartsWith("550 5.1.1"));
    EXPECT_THAT(send(mine.substr(0, mine.size() - 1) + "@localhost", "Here"),
                StartsWith("550 5.1.1"));
    EXPECT_FALSE(read_answer_name("another secret", organisation.id, mine));
    EXPECT_FALSE(read_answer_name("", organisation.id, mine));
    // Hers, but somebody else writes.
    EXPECT_THAT(send(address(aino, voice), "Here",
                     {.from = "selim@village.example", .sender = "selim@village.example"}),
                StartsWith("550 5.7.1"));
    EXPECT_THAT(replies(voice), SizeIs(0));
    EXPECT_THAT(replies(other), SizeIs(0));
}

TEST_P(LettersIn, who_does_not_see_the_thread_any_more_does_not_speak_there)
{
    const auto viewer = viewer_of(owner);
    const Id circle = write([&](store::Transaction& transaction) {
        people::Circle wanted;
        wanted.name = "Board";
        wanted.visibility = people::Visibility::closed;
        const auto made =
            people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value().id;
        people::set_role(transaction, organisation.id, made, aino.id, Role::member, now());
        return made;
    });
    const Id voice = say(owner, "Behind doors", circle);
    EXPECT_THAT(send(address(aino, voice), "I am in"), StartsWith("250"));
    write([&](store::Transaction& transaction) {
        people::set_role(transaction, organisation.id, circle, aino.id, Role::none, now());
    });
    // As if nothing were there, and as an address that was never made.
    const auto refused = send(address(aino, voice), "And now?", {.id = "two@customer.example"});
    EXPECT_EQ(refused, send("reply+nonsense@localhost", "And now?"));
    EXPECT_THAT(replies(voice), SizeIs(1));
}

TEST_P(LettersIn, what_no_person_wrote_is_dropped_without_a_word)
{
    const Id voice = say(selim, "A roof");
    const auto to = address(aino, voice);
    EXPECT_THAT(send(to, "Away", {.more = "Auto-Submitted: auto-replied\r\n"}), StartsWith("250"));
    EXPECT_THAT(send(to, "Away", {.more = "Precedence: bulk\r\n"}), StartsWith("250"));
    EXPECT_THAT(send(to, "Away", {.more = "List-Id: <a.b>\r\n"}), StartsWith("250"));
    EXPECT_THAT(send(to, "Failed", {.sender = ""}), StartsWith("250"));
    EXPECT_THAT(send(to, "Ours", {.id = voice.text() + "@localhost"}), StartsWith("250"));
    EXPECT_THAT(replies(voice), SizeIs(0));
    EXPECT_THAT(received(), SizeIs(5));
    for (const auto& letter : received()) EXPECT_EQ(letter.outcome, "dropped");
}

TEST_P(LettersIn, a_forged_sender_is_dropped_and_an_unclear_one_refused)
{
    const Id voice = say(selim, "A roof");
    const auto to = address(aino, voice);
    EXPECT_THAT(send(to, "Forged",
                     {.more = "Authentication-Results: mail.hall.example; dkim=fail "
                              "header.d=customer.example\r\n"}),
                StartsWith("250"));
    // What another server says of it counts for nothing.
    EXPECT_THAT(send(to, "Here",
                     {.id = "2@c",
                      .more = "Authentication-Results: else.example; "
                              "dkim=fail\r\n"}),
                StartsWith("250"));
    EXPECT_THAT(replies(voice), SizeIs(1));
    EXPECT_THAT(send(to, "Here", {.from = "aino@customer.example, selim@village.example"}),
                StartsWith("550 5.6.0"));
    EXPECT_THAT(send(to, "> only quoted\r\n", {.id = "3@c"}), StartsWith("550 5.6.0"));
    EXPECT_THAT(send(to, std::string(100'000, 'x'), {.id = "4@c"}), StartsWith("550 5.6.0"));
    EXPECT_THAT(replies(voice), SizeIs(1));
}

TEST_P(LettersIn, a_letter_to_a_circle_becomes_a_voice_of_a_proven_member)
{
    const auto stewards = viewer_of(owner);
    const auto hers = viewer_of(aino);
    const auto choose = [&](const Viewer& viewer, std::string_view name) {
        return write([&](store::Transaction& transaction) {
            return choose_circle_address(transaction, hall->ids(), now(), viewer,
                                         organisation.everyone, name);
        });
    };
    EXPECT_EQ(choose(hers, "hello").error().reason, Reason::forbidden);
    EXPECT_EQ(choose(stewards, "postmaster").error().field, "name");
    EXPECT_EQ(choose(stewards, "reply+x").error().field, "name");
    EXPECT_TRUE(choose(stewards, "Hello"));
    EXPECT_EQ(events("tell.circle_address_chosen"), 1);

    const std::string proven =
        "Authentication-Results: mail.hall.example; spf=pass smtp.mailfrom=customer.example\r\n";
    EXPECT_THAT(send("hello@localhost", "Please", {.subject = "A roof"}), StartsWith("550 5.7.26"));
    EXPECT_THAT(
        send("HELLO@localhost", "Please\r\n-- \r\nAino", {.more = proven, .subject = "A roof"}),
        StartsWith("250"));
    ASSERT_THAT(voices(), SizeIs(1));
    EXPECT_EQ(voices()[0].title, "A roof");
    EXPECT_EQ(voices()[0].body, "Please");
    EXPECT_EQ(voices()[0].author.id, aino.id);
    // A stranger and an address that there is not are answered alike.
    EXPECT_EQ(send("hello@localhost", "Spam", {.from = "x@spam.example", .more = proven}),
              send("nobody@localhost", "Spam", {.from = "x@spam.example", .more = proven}));
    EXPECT_TRUE(choose(stewards, ""));
    EXPECT_THAT(send("hello@localhost", "Again", {.id = "5@c", .more = proven}),
                StartsWith("550 5.1.1"));
    EXPECT_THAT(voices(), SizeIs(1));
}

TEST_P(LettersIn, who_is_written_to_while_she_is_away_gets_a_letter_and_answers_it_in_the_chat)
{
    const auto his = viewer_of(selim);
    const auto hers = viewer_of(aino);
    const auto say_there = [&](const Viewer& viewer, Id chat, const std::string& words) {
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(organise::say_line(transaction, hall->ids(), now(), viewer, chat,
                                           {.client_id = {}, .body = words},
                                           organise::render_line(words).value()));
        });
    };
    const Id chat = write([&](store::Transaction& transaction) {
        return organise::open_chat(transaction, hall->ids(), now(), his, {.person = aino.id})
            .value()
            .id;
    });
    const auto chores = [&] {
        return write_chat_letters(hall->database(), organisation.id, now(), hall->ids());
    };
    say_there(his, chat, "Does it leak?");
    say_there(his, chat, "By the door.");
    EXPECT_EQ(chores(), 0) << "she may be reading";
    hall->clock().advance(std::chrono::minutes{11});
    EXPECT_EQ(chores(), 1);
    EXPECT_EQ(chores(), 0) << "once";
    ASSERT_THAT(letters(), SizeIs(1));
    const auto letter = letters()[0];
    EXPECT_EQ(letter.to, "aino@customer.example");
    EXPECT_THAT(letter.subject, HasSubstr("Selim wrote to you"));
    EXPECT_THAT(letter.text, HasSubstr("Does it leak?"));
    EXPECT_THAT(letter.text, HasSubstr("By the door."));
    EXPECT_EQ(letter.reply_to, address(aino, chat));
    say_there(his, chat, "Hello?");
    hall->clock().advance(std::chrono::minutes{11});
    EXPECT_EQ(chores(), 0) << "she was told, and has not read it";

    EXPECT_THAT(send(letter.reply_to, "It does.\r\n\r\n> Does it leak?\r\n"), StartsWith("250"));
    const auto lines = read([&](store::Transaction& transaction) {
        const auto found = organise::find_chat(transaction, chat, his).value();
        return organise::list_lines(transaction, his, found, {});
    });
    ASSERT_THAT(lines, SizeIs(4));
    EXPECT_EQ(lines[3].body, "It does.");
    EXPECT_EQ(lines[3].author.id, aino.id);
    EXPECT_EQ(events("hear.reply_said"), 0);
    EXPECT_FALSE(received().at(0).thing) << "who talks with whom stands nowhere else";
    // Nobody else's address leads there, and a chat that she left takes nothing.
    EXPECT_THAT(send(address(owner, chat), "Me too",
                     {.from = "owner@northwater.example", .sender = "owner@northwater.example"}),
                StartsWith("550"));
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(organise::leave_chat(transaction, hall->ids(), now(), hers, chat));
    });
    EXPECT_THAT(send(letter.reply_to, "And?", {.id = "two@customer.example"}), StartsWith("550"));
}

TEST_P(LettersIn, a_letter_invites_no_answer_that_nothing_takes)
{
    const Id thing{7};
    const Id because{8};
    for (const auto* const path : {"/voices/7", "/decisions/7", "/documents/7", "/requests/7",
                                   "/barriers/7", "/agreements/7"})
        EXPECT_EQ(answered_thing(thing, path, because), thing) << path;
    for (const auto* const path : {"/facts/7", "/places/7", "/people/7", "/circles/7", "/code/7"})
        EXPECT_FALSE(answered_thing(thing, path, {})) << path;
}

TEST_P(LettersIn, letters_say_where_to_answer_and_what_they_belong_to)
{
    const Id voice = say(aino, "A roof");
    reply(selim, voice, "Which colour?");
    tell_all();
    const auto sent = letters();
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].to, "aino@customer.example");
    EXPECT_EQ(sent[0].thread, voice.text());
    EXPECT_EQ(sent[0].reply_to, address(aino, replies(voice)[0].id));
    const auto message =
        jobs::to_message(sent[0], {.from = "moothall@localhost"}, "1@localhost", now());
    EXPECT_THAT(message, HasSubstr("Reply-To: <" + sent[0].reply_to + ">\r\n"));
    EXPECT_THAT(message, HasSubstr("References: <thread." + voice.text() + "@localhost>\r\n"));
    EXPECT_THAT(send(sent[0].reply_to, "Red."), StartsWith("250"));
    EXPECT_EQ(replies(voice).back().body, "Red.");

    write([&](store::Transaction& transaction) {
        record::save_setting(transaction, organisation.id, answers_setting, "");
    });
    reply(selim, voice, "Thank you");
    tell_all();
    EXPECT_EQ(letters().back().reply_to, "");
    EXPECT_THAT(send(sent[0].reply_to, "Blue", {.id = "6@c"}), StartsWith("550 5.1.1"));
}

TEST_P(LettersIn, a_letter_of_several_is_answered_piece_by_piece)
{
    const auto hers = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        people::PersonChange change;
        change.mail = "daily";
        EXPECT_TRUE(people::change_person(transaction, hall->ids(), now(), hers, change));
    });
    const Id roof = say(aino, "A roof");
    const Id door = say(aino, "A door");
    const auto rounds = [&] {
        while (send_rounds(hall->database(), organisation.id, now(), hall->ids()) > 0) {
        }
    };
    rounds();
    reply(selim, roof, "Which colour?");
    reply(selim, door, "Which width?");
    tell_all();
    hall->clock().set(now() + std::chrono::hours(24));
    rounds();
    const auto digest = letters().back();
    const auto to_roof = address(aino, replies(roof)[0].id);
    const auto to_door = address(aino, replies(door)[0].id);
    EXPECT_THAT(digest.text, HasSubstr(to_roof));
    EXPECT_EQ(digest.reply_to, address(aino, {}));

    EXPECT_THAT(send(digest.reply_to, "To which?\r\n\r\nOn Monday x wrote:\r\n> " + to_roof),
                StartsWith("550 5.6.0"));
    EXPECT_THAT(send(digest.reply_to, "> * Selim\r\n> To answer: " + to_door +
                                          "\r\nOne metre.\r\n\r\n> * Selim\r\n> To answer: " +
                                          to_roof + "\r\nRed.\r\n"),
                StartsWith("250"));
    EXPECT_EQ(replies(roof).back().body, "Red.");
    EXPECT_EQ(replies(door).back().body, "One metre.");
    // Addresses that were made for somebody else lead nowhere, whoever quotes them.
    EXPECT_THAT(
        send(digest.reply_to, "> " + address(selim, roof) + "\r\nSneaky\r\n", {.id = "7@c"}),
        StartsWith("550 5.6.0"));
    // One to its own address: the reader clicked it.
    EXPECT_THAT(send(to_roof, "Or blue.", {.id = "8@c"}), StartsWith("250"));
    EXPECT_THAT(replies(roof), SizeIs(3));
}

TEST_P(LettersIn, her_letters_are_forgotten_with_her)
{
    const Id voice = say(selim, "A roof");
    EXPECT_THAT(send(address(aino, voice), "x"), StartsWith("250"));
    write([&](store::Transaction& transaction) {
        forget_reader(transaction, organisation.id, aino.id);
    });
    EXPECT_THAT(received(), SizeIs(0));
    EXPECT_THAT(send(address(aino, voice), "y", {.id = "2@c"}), StartsWith("250"));
    hall->clock().set(now() + std::chrono::hours(24 * 31));
    write([&](store::Transaction& transaction) {
        purge_letters_received(transaction, organisation.id, now());
    });
    EXPECT_THAT(received(), SizeIs(0));
}

class LimitedLettersIn : public LettersIn {
protected:
    bool has_limits() override { return true; }
};

TEST_P(LimitedLettersIn, nobody_writes_more_by_letters_than_by_hand)
{
    const Id voice = say(selim, "A roof");
    const auto most = web::LimitSettings().of(web::Act::reply).times;
    for (std::int64_t i = 0; i < most; ++i)
        EXPECT_THAT(
            send(address(aino, voice), "Hello", {.id = std::to_string(i) + "@customer.example"}),
            StartsWith("250"));
    EXPECT_THAT(send(address(aino, voice), "Hello", {.id = "last@customer.example"}),
                StartsWith("451 4.7.1"));
    // Another person's letters are hers, and an hour later there is room again.
    EXPECT_THAT(send(address(selim, voice), "Hello",
                     {.from = "selim@village.example", .id = "s@village.example"}),
                StartsWith("250"));
    hall->clock().set(now() + std::chrono::hours(1));
    EXPECT_THAT(send(address(aino, voice), "Hello", {.id = "last@customer.example"}),
                StartsWith("250"));
}

MOOTHALL_ON_EACH_ENGINE(LettersIn);
MOOTHALL_ON_EACH_ENGINE(LimitedLettersIn);

} // namespace
} // namespace moothall::tell
