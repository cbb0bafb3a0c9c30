#include "organise/chat_keeping.hpp"
#include "organise/chat_view.hpp"
#include "people/test_house.hpp"
#include "record/record.hpp"

#include <gmock/gmock.h>

namespace moothall::organise {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A house in which Aino, a customer, writes to Bob, who may hand her over to Carla.
class Chats : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        carla = let_in("Carla Cash", "carla@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        hear::create_default_statuses(transaction, own_ids, start, organisation.id);
    }

    Result<Chat> open(const people::Person& from, const people::Person& to, Id about = {})
    {
        const auto viewer = viewer_of(from);
        return write([&](store::Transaction& transaction) {
            return open_chat(transaction, hall->ids(), now(), viewer,
                             {.person = to.id, .circle = {}, .about = about});
        });
    }
    Result<Said> say(const people::Person& person, Id chat, std::string words,
                     std::string client_id = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return say_line(transaction, hall->ids(), now(), viewer, chat, {client_id, words},
                            render_line(words).value());
        });
    }
    Result<Chat> look(const people::Person& person, Id chat)
    {
        const auto viewer = viewer_of(person);
        return read(
            [&](store::Transaction& transaction) { return find_chat(transaction, chat, viewer); });
    }
    std::vector<std::string> lines(const people::Person& person, Id chat, std::int64_t after = 0)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            std::vector<std::string> bodies;
            for (const auto& line :
                 list_lines(transaction, viewer, find_chat(transaction, chat, viewer).value(),
                            {.after = after}))
                bodies.push_back(std::to_string(line.sequence) + " " + line.body);
            return bodies;
        });
    }

    people::Person bob;
    people::Person carla;
    people::Person aino;
};
MOOTHALL_ON_EACH_ENGINE(Chats);

TEST_P(Chats, two_people_talk_in_one_order_and_what_is_sent_again_is_said_once)
{
    const auto chat = open(aino, bob);
    ASSERT_TRUE(chat);
    EXPECT_EQ(open(bob, aino)->id, chat->id) << "the same two have one chat";
    ASSERT_TRUE(say(aino, chat->id, "Where is the leak?", "one"));
    const auto again = say(aino, chat->id, "Where is the leak?", "one");
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(again->line.sequence, 1);
    ASSERT_TRUE(say(bob, chat->id, "Under the *bath*.", "one")) << "client ids are each one's own";
    ASSERT_TRUE(say(aino, chat->id, "Thank you!", "two"));
    EXPECT_THAT(lines(aino, chat->id),
                ElementsAre("1 Where is the leak?", "2 Under the *bath*.", "3 Thank you!"));
    EXPECT_THAT(lines(bob, chat->id, 1), ElementsAre("2 Under the *bath*.", "3 Thank you!"));
    EXPECT_EQ(events("organise.chat_line_said"), 3);
    EXPECT_EQ(look(bob, chat->id)->unread, 1);
    const auto viewer = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(note_read(transaction, now(), viewer, chat->id, 3));
    });
    EXPECT_EQ(look(bob, chat->id)->unread, 0);
}

TEST_P(Chats, nobody_else_sees_a_chat_not_even_the_owner_and_its_events_hold_no_words)
{
    const auto chat = open(aino, bob);
    ASSERT_TRUE(say(aino, chat->id, "My secret number is 4711"));
    for (const auto* outsider : {&carla, &owner}) {
        EXPECT_EQ(look(*outsider, chat->id).error().reason, Reason::not_found);
        EXPECT_EQ(say(*outsider, chat->id, "Hello").error().reason, Reason::not_found);
        const auto viewer = viewer_of(*outsider);
        read([&](store::Transaction& transaction) {
            EXPECT_FALSE(people::find_seen(transaction, chat->id, viewer));
            EXPECT_THAT(list_chats(transaction, viewer, "", 30)->chats, IsEmpty());
        });
    }
    // The rule of sight opens a chat to nobody: lists and feeds that ask it hold none.
    const auto as_aino = viewer_of(aino);
    read([&](store::Transaction& transaction) {
        EXPECT_FALSE(people::find_seen(transaction, chat->id, as_aino));
        for (const auto& row : transaction.query(
                 "SELECT e.data, t.title FROM event e JOIN thing t ON t.org_id = e.org_id AND "
                 "t.thing_id = e.thing_id WHERE e.org_id = ?1 AND t.org_id = ?1",
                 organisation.id)) {
            EXPECT_THAT(row.string(0), Not(HasSubstr("4711")));
            EXPECT_THAT(row.string(1), Not(HasSubstr("4711")));
        }
    });
}

TEST_P(Chats, a_closed_door_and_a_block_read_the_same)
{
    const auto as_bob = viewer_of(bob);
    const auto as_carla = viewer_of(carla);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(
            save_door(transaction, hall->ids(), now(), as_bob, {.door = Door::nobody, .zone = {}}));
        EXPECT_TRUE(set_block(transaction, hall->ids(), now(), as_carla, aino.id, true));
    });
    const auto by_door = open(aino, bob);
    const auto by_block = open(aino, carla);
    ASSERT_FALSE(by_door);
    ASSERT_FALSE(by_block);
    EXPECT_EQ(by_door.error().reason, Reason::forbidden);
    EXPECT_EQ(by_door.error().sentence, by_block.error().sentence);
    EXPECT_FALSE(open(carla, aino)) << "who blocks does not write either";
}

TEST_P(Chats, who_is_not_answered_says_five_things_at_most)
{
    const auto chat = open(aino, bob);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(say(aino, chat->id, "Hello?"));
    EXPECT_EQ(say(aino, chat->id, "Hello?").error().reason, Reason::conflict);
    ASSERT_TRUE(say(bob, chat->id, "Here I am."));
    EXPECT_TRUE(say(aino, chat->id, "Good."));
}

TEST_P(Chats, it_is_handed_over_with_all_that_was_said)
{
    const auto chat = open(aino, bob);
    ASSERT_TRUE(say(aino, chat->id, "Who knows the bill?"));
    const auto hand = [&](const people::Person& from, const people::Person& to) {
        const auto viewer = viewer_of(from);
        return write([&](store::Transaction& transaction) {
            return hand_over(transaction, hall->ids(), now(), viewer, chat->id, to.id,
                             "Carla does the bills.");
        });
    };
    EXPECT_EQ(hand(aino, carla).error().reason, Reason::forbidden);
    EXPECT_EQ(hand(bob, aino).error().field, "person");
    ASSERT_TRUE(hand(bob, carla));
    EXPECT_EQ(events("organise.chat_handed_over"), 1);
    EXPECT_THAT(lines(carla, chat->id),
                ElementsAre("1 Who knows the bill?", "2 Carla does the bills."));
    ASSERT_TRUE(say(carla, chat->id, "I do."));
    EXPECT_EQ(say(bob, chat->id, "Me too").error().reason, Reason::conflict);
    EXPECT_EQ(lines(bob, chat->id).size(), 2U) << "who left reads up to where he left";
    EXPECT_EQ(lines(aino, chat->id).size(), 3U);
    EXPECT_NE(open(aino, bob)->id, chat->id) << "a new chat with Bob is another one";
}

TEST_P(Chats, a_question_leaves_the_chat_only_when_both_agree_to_the_words)
{
    const auto chat = open(aino, bob);
    ASSERT_TRUE(say(aino, chat->id, "How do I find a leak?"));
    ASSERT_TRUE(say(bob, chat->id, "Look at the night reading."));
    const auto propose = [&](std::vector<std::int64_t> question, std::vector<std::int64_t> answer) {
        const auto viewer = viewer_of(aino);
        return write([&](store::Transaction& transaction) {
            return propose_keeping(transaction, hall->ids(), now(), viewer, chat->id,
                                   {.title = "How to find a leak",
                                    .circle = {},
                                    .question = question,
                                    .answer = answer});
        });
    };
    EXPECT_EQ(propose({1, 2}, {2}).error().field, "question") << "one person's words";
    EXPECT_EQ(propose({1}, {7}).error().field, "answer");
    const auto proposed = propose({1}, {2});
    ASSERT_TRUE(proposed);
    EXPECT_EQ(proposed->agrees, bob.id);
    EXPECT_FALSE(proposed->voice);
    EXPECT_EQ(events("hear.voice_said"), 0);
    const auto agree = [&](const people::Person& person) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return agree_to_keeping(transaction, hall->ids(), now(), viewer, chat->id,
                                    proposed->id);
        });
    };
    EXPECT_EQ(agree(aino).error().reason, Reason::forbidden);
    EXPECT_EQ(agree(carla).error().reason, Reason::not_found);
    const auto kept = agree(bob);
    ASSERT_TRUE(kept) << kept.error().sentence;
    EXPECT_EQ(agree(bob).error().reason, Reason::conflict);
    const auto viewer = viewer_of(carla);
    read([&](store::Transaction& transaction) {
        const auto voice = hear::find_voice(transaction, kept->voice, viewer);
        ASSERT_TRUE(voice);
        EXPECT_EQ(voice->kind, "question");
        EXPECT_EQ(voice->author.id, aino.id);
        const auto reply = hear::find_reply(transaction, voice->answer, viewer);
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->author.id, bob.id);
        EXPECT_EQ(reply->body, "Look at the night reading.");
    });

    // Where the question is hidden later, the chat names it to nobody who does not see it.
    const auto hers = viewer_of(aino);
    const auto bobs = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        auto thing = record::find_thing(transaction, organisation.id, kept->voice);
        thing->state = record::State::hidden;
        record::change_thing(transaction, organisation.id, *thing);
    });
    read([&](store::Transaction& transaction) {
        const auto named_to = [&](const Viewer& who) {
            const auto found = find_chat(transaction, chat->id, who).value();
            const bool in_keepings =
                list_keepings(transaction, who, chat->id).front().voice == kept->voice;
            const auto lines = list_lines(transaction, who, found, {});
            EXPECT_EQ(lines.back().thing == kept->voice, in_keepings);
            return in_keepings;
        };
        EXPECT_TRUE(named_to(hers)) << "its author";
        EXPECT_FALSE(named_to(bobs));
    });
}

TEST_P(Chats, presence_is_seen_by_who_may_write_and_can_be_switched_off)
{
    const auto as_bob = viewer_of(bob);
    const auto as_carla = viewer_of(carla);
    const auto present = [&](const people::Person& looker) {
        const auto viewer = viewer_of(looker);
        return read([&](store::Transaction& transaction) {
            return list_present(transaction, viewer, {bob.id}, now());
        });
    };
    write([&](store::Transaction& transaction) {
        note_presence(transaction, organisation.id, {bob.id}, now());
    });
    EXPECT_THAT(present(aino), ElementsAre(bob.id));
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(set_block(transaction, hall->ids(), now(), as_carla, bob.id, true));
    });
    EXPECT_THAT(present(carla), IsEmpty());
    hall->clock().advance(3min);
    EXPECT_THAT(present(aino), IsEmpty());
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(
            save_door(transaction, hall->ids(), now(), as_bob, {.presence = false, .zone = {}}));
        note_presence(transaction, organisation.id, {bob.id}, now());
    });
    EXPECT_THAT(present(aino), IsEmpty());
}

TEST_P(Chats, the_words_of_who_leaves_the_hall_go_as_she_wishes_and_the_others_stay_readable)
{
    const auto chat = open(aino, bob);
    ASSERT_TRUE(say(aino, chat->id, "I live at number 7."));
    ASSERT_TRUE(say(bob, chat->id, "I come on Tuesday."));
    write([&](store::Transaction& transaction) {
        organise::forget_author(transaction, organisation.id, aino.id, hear::Texts::emptied,
                                "Erased by its author");
        EXPECT_EQ(find_door(transaction, organisation.id, aino.id).zone, "");
    });
    EXPECT_THAT(lines(bob, chat->id),
                ElementsAre("1 Erased by its author", "2 I come on Tuesday."));
    EXPECT_EQ(say(bob, chat->id, "Hello?").error().reason, Reason::conflict);
}

TEST_P(Chats, a_circle_talks_and_who_leaves_it_reads_no_more)
{
    const auto maker = viewer_of(owner);
    const auto circle = write([&](store::Transaction& transaction) {
        const auto made =
            people::create_circle(transaction, hall->ids(), now(), maker,
                                  {.name = "Closed", .visibility = people::Visibility::closed})
                .value()
                .id;
        for (const auto& person : {bob, carla})
            people::set_role(transaction, organisation.id, made, person.id, Role::member, now());
        return made;
    });
    const auto as_bob = viewer_of(bob);
    const auto as_aino = viewer_of(aino);
    const auto in_circle = [&](const Viewer& viewer) {
        return write([&](store::Transaction& transaction) {
            return open_chat(transaction, hall->ids(), now(), viewer,
                             {.person = {}, .circle = circle, .about = {}});
        });
    };
    EXPECT_EQ(in_circle(as_aino).error().reason, Reason::not_found);
    const auto chat = in_circle(as_bob);
    ASSERT_TRUE(chat);
    ASSERT_TRUE(say(bob, chat->id, "Tea at ten."));
    EXPECT_THAT(lines(carla, chat->id), ElementsAre("1 Tea at ten."));
    ASSERT_TRUE(say(carla, chat->id, "I bring cake."));
    EXPECT_EQ(look(aino, chat->id).error().reason, Reason::not_found);
    write([&](store::Transaction& transaction) {
        people::set_role(transaction, organisation.id, circle, carla.id, Role::none, now());
    });
    EXPECT_EQ(look(carla, chat->id).error().reason, Reason::not_found);
}

TEST(OfficeHours, are_those_on_her_own_wall)
{
    const ChatDoor door{.zone = "Europe/Helsinki", .from = 9, .till = 17};
    EXPECT_EQ(is_in_hours(door, *parse_time("2026-05-04T06:30:00Z")), true) << "Monday, 9:30 there";
    EXPECT_EQ(is_in_hours(door, *parse_time("2026-05-04T05:30:00Z")), false);
    EXPECT_EQ(is_in_hours(door, *parse_time("2026-05-03T08:00:00Z")), false) << "a Sunday";
    EXPECT_EQ(is_in_hours({}, *parse_time("2026-05-04T06:30:00Z")), std::nullopt);
}

} // namespace

} // namespace moothall::organise
