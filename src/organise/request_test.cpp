#include "hear/loop.hpp"
#include "organise/api.hpp"
#include "organise/pages.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::organise {

namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

/// A house in which Aino asks for Bob and Carla, who work for the company.
class Requests : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        carla = let_in("Carla Cash", "carla@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        voice = say(aino, "The bill for the leak is wrong");
    }
    void mount(web::Hall& house) override
    {
        people::test::House::mount(house);
        mount_request_pages(house.router());
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        hear::create_default_statuses(transaction, own_ids, start, organisation.id);
    }

    hear::Voice say(const people::Person& person, std::string title)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return hear::say_voice(transaction, hall->ids(), now(), viewer, {.title = title},
                                   hear::render_body(title, {}).value())
                .value();
        });
    }
    hear::Reply reply(const people::Person& person, Id to, std::string body)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return hear::say_reply(transaction, hall->ids(), now(), viewer, to, {.body = body},
                                   hear::render_body({}, body).value())
                .value();
        });
    }
    Result<Request> ask(const people::Person& asker, const NewRequest& wanted)
    {
        const auto viewer = viewer_of(asker);
        return write([&](store::Transaction& transaction) {
            return organise::make_request(transaction, hall->ids(), now(), viewer, wanted);
        });
    }
    Result<Request> take(const people::Person& person, Id id)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return take_request(transaction, hall->ids(), now(), viewer, id);
        });
    }
    std::vector<Request> box(const people::Person& person, Box which)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return list_requests(transaction, {.box = which, .open_only = true}, viewer)
                .value()
                .requests;
        });
    }

    people::Person bob;
    people::Person carla;
    people::Person aino;
    hear::Voice voice;
};
MOOTHALL_ON_EACH_ENGINE(Requests);

TEST_P(Requests, bob_is_asked_by_name_takes_it_and_answers)
{
    const auto asked = ask(aino, {.about = voice.id, .person = bob.id, .words = "Can you look?"});
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->person.name, "Bob Builder");
    EXPECT_EQ(box(bob, Box::asked_of_me).size(), 1U);
    EXPECT_EQ(box(aino, Box::asked_by_me).size(), 1U);
    EXPECT_TRUE(box(carla, Box::asked_of_me).empty());
    EXPECT_EQ(take(carla, asked->id).error().reason, Reason::forbidden);
    ASSERT_TRUE(take(bob, asked->id));
    EXPECT_EQ(take(bob, asked->id).error().reason, Reason::conflict);
    EXPECT_EQ(events("organise.request_taken"), 1);
    const auto viewer = viewer_of(carla);
    const auto loop = read([&](store::Transaction& transaction) {
        return hear::find_loop(transaction, viewer, voice.id, {});
    });
    EXPECT_EQ(loop[3].verb, "organise.request_taken");
    EXPECT_EQ(loop[3].by.name, "Bob Builder");

    hall->clock().advance(2h);
    reply(bob, voice.id, "It was counted twice. I have put it right.");
    hall->clock().advance(2s);
    EXPECT_EQ(note_answers(hall->database(), organisation.id, now(), hall->ids()), 1);
    EXPECT_TRUE(box(bob, Box::asked_of_me).empty());
    EXPECT_EQ(events("organise.request_answered"), 1);
    EXPECT_EQ(read([&](store::Transaction& transaction) {
                  return hear::find_loop(transaction, viewer, voice.id, {});
              })[3]
                  .verb,
              "organise.request_answered");
    const auto time = read([&](store::Transaction& transaction) {
        return find_answer_time(transaction, organisation.id, organisation.everyone);
    });
    EXPECT_EQ(time.answers, 1);
    EXPECT_NEAR(std::chrono::duration<double>(time.median) / 2h, 1.0, 0.15);
}

TEST_P(Requests, passing_on_starts_the_clock_anew_and_a_no_needs_a_reason)
{
    const auto asked = ask(aino, {.about = voice.id, .person = bob.id});
    ASSERT_TRUE(asked);
    ASSERT_TRUE(take(bob, asked->id));
    EXPECT_EQ(ask(carla, {.about = voice.id, .person = bob.id}).error().reason, Reason::conflict);
    hall->clock().advance(1h);
    const auto as_bob = viewer_of(bob);
    const auto as_carla = viewer_of(carla);
    const auto passed = write([&](store::Transaction& transaction) {
        return pass_on_request(transaction, hall->ids(), now(), as_bob, asked->id, carla.id,
                               "Carla knows the bills.");
    });
    ASSERT_TRUE(passed);
    EXPECT_EQ(passed->person.id, carla.id);
    EXPECT_EQ(passed->asked, now());
    EXPECT_EQ(passed->state, RequestState::open);
    const auto loop = read([&](store::Transaction& transaction) {
        return hear::find_loop(transaction, as_bob, voice.id, {});
    });
    EXPECT_EQ(loop[3].verb, "organise.request_passed_on");
    EXPECT_EQ(loop[3].by.id, carla.id) << "it waits for her now, and not for who had it";
    const auto decline = [&](std::string why) {
        return write([&](store::Transaction& transaction) {
            return decline_request(transaction, hall->ids(), now(), as_carla, asked->id, why);
        });
    };
    EXPECT_EQ(decline("").error().field, "why");
    ASSERT_TRUE(decline("I am away until June."));
    EXPECT_EQ(decline("Again").error().reason, Reason::conflict);
    EXPECT_EQ(events("organise.request_declined"), 1);
}

TEST_P(Requests, a_form_that_is_refused_comes_back_as_it_was_typed)
{
    const auto asked = ask(aino, {.about = voice.id, .person = bob.id}).value();
    const auto path = "/requests/" + asked.id.text();
    const auto at_bob = sign_in_as(bob);
    const auto unknown = post(at_bob, path + "/passing-on",
                              {{"person", "Zoe Nobody"}, {"why", "She read that meter."}});
    EXPECT_EQ(unknown.status, 422);
    EXPECT_THAT(unknown.body, AllOf(HasSubstr("value=\"Zoe Nobody\""),
                                    HasSubstr("data-draft>\nShe read that meter.</textarea>")));
    const auto unexplained =
        post(at_bob, path + "/passing-on", {{"person", "Carla Cash"}, {"why", ""}});
    EXPECT_EQ(unexplained.status, 422);
    EXPECT_THAT(unexplained.body, HasSubstr("value=\"Carla Cash\""));
    const std::string much(3000, 'y');
    const auto refused = post(at_bob, path + "/declining", {{"why", much}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("data-draft>\n" + much + "</textarea>"));
    // The form is gone: the answer says why, and not what is wrong with its fields.
    ASSERT_EQ(post(at_bob, path + "/declining", {{"why", "I am away."}}).status, 303);
    const auto late = post(at_bob, path + "/passing-on",
                           {{"person", "Zoe Nobody"}, {"why", "She read that meter."}});
    EXPECT_EQ(late.status, 409);
    EXPECT_THAT(late.body, HasSubstr("closed already"));
}

TEST_P(Requests, whoever_knows_is_found_by_what_was_answered_and_the_first_who_takes_it_has_it)
{
    const auto before = say(aino, "How do I find a leak in the bill?");
    const auto good = reply(bob, before.id, "Look at the night reading.");
    reply(carla, before.id, "No idea.");
    const auto as_aino = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(
            hear::choose_answer(transaction, hall->ids(), now(), as_aino, before.id, good.id));
    });
    const auto found = read([&](store::Transaction& transaction) {
        return find_candidates(transaction, nullptr, as_aino, "leak");
    });
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].person.name, "Bob Builder");
    EXPECT_EQ(found[0].chosen, 1);
    EXPECT_EQ(found[0].evidence, before.title);

    const auto asked = ask(aino, {.about = voice.id, .topic = "leak"});
    ASSERT_TRUE(asked);
    EXPECT_EQ(box(bob, Box::asked_of_me).size(), 1U);
    EXPECT_EQ(box(carla, Box::asked_of_me).size(), 1U);
    EXPECT_EQ(take(aino, asked->id).error().reason, Reason::forbidden);
    ASSERT_TRUE(take(carla, asked->id));
    EXPECT_EQ(take(bob, asked->id).error().reason, Reason::conflict);
    EXPECT_TRUE(box(bob, Box::asked_of_me).empty());
}

TEST_P(Requests, others_learn_of_a_person_only_a_rough_word_and_only_if_she_lets_them)
{
    write([&](store::Transaction& transaction) {
        for (const auto took : {3h, 5h, 20h})
            keep_answer_time(transaction, organisation.id, organisation.everyone, bob.id, took);
    });
    const auto habit = [&] {
        return read([&](store::Transaction& transaction) {
            return find_habit(transaction, organisation.id, bob.id);
        });
    };
    EXPECT_EQ(habit(), Habit::within_a_day);
    write([&](store::Transaction& transaction) {
        show_habit(transaction, organisation.id, bob.id, false);
    });
    EXPECT_EQ(habit(), std::nullopt);
}

} // namespace

} // namespace moothall::organise
