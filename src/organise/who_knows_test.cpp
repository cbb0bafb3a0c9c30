#include "organise/organise.hpp"
#include "people/test_house.hpp"
#include "sense/sense.hpp"

#include <gmock/gmock.h>

namespace moothall::organise {

namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A house in which people answered questions, and an engine that follows its log.
class WhoKnows : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        if (!sense::find_model(sense::english_table))
            GTEST_SKIP() << "no word table is here: nobody can be found by meaning";
        bob = let_in("Bob Builder", "bob@northwater.example");
        carla = let_in("Carla Cash", "carla@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        engine = std::make_unique<sense::Engine>(hall->database(), hall->clock(), hall->ids());
        tell_evidence(*engine);
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        hear::create_default_statuses(transaction, own_ids, start, organisation.id);
    }

    hear::Voice ask(const people::Person& person, std::string title, Id circle = {})
    {
        const auto viewer = viewer_of(person);
        hall->clock().advance(1s);
        return write([&](store::Transaction& transaction) {
            return hear::say_voice(transaction, hall->ids(), now(), viewer,
                                   {.kind = "question", .title = title, .circle = circle},
                                   hear::render_body(title, {}).value())
                .value();
        });
    }
    hear::Reply reply(const people::Person& person, Id to, std::string body)
    {
        const auto viewer = viewer_of(person);
        hall->clock().advance(1s);
        return write([&](store::Transaction& transaction) {
            return hear::say_reply(transaction, hall->ids(), now(), viewer, to, {.body = body},
                                   hear::render_body({}, body).value())
                .value();
        });
    }
    std::vector<Knower> who(const people::Person& asker, std::string_view question)
    {
        hall->clock().advance(2s);
        engine->follow(organisation.id);
        const auto viewer = viewer_of(asker);
        return read([&](store::Transaction& transaction) {
            return find_knowers(transaction, engine.get(), viewer, question);
        });
    }
    static std::vector<std::string> names(const std::vector<Knower>& knowers)
    {
        std::vector<std::string> found;
        for (const auto& knower : knowers) found.push_back(knower.person.name);
        return found;
    }

    people::Person bob;
    people::Person carla;
    people::Person aino;
    std::unique_ptr<sense::Engine> engine;
};
MOOTHALL_ON_EACH_ENGINE(WhoKnows);

TEST_P(WhoKnows, people_are_named_by_what_they_said_and_did_as_it_happens)
{
    const auto before = ask(aino, "How do I find a leak in an old water pipe?");
    EXPECT_THAT(who(carla, "a leak in a water pipe"), IsEmpty());
    const auto good = reply(bob, before.id, "Listen to the pipe at night with an acoustic logger.");
    const auto other = ask(aino, "Why is my bill in two parts?");
    reply(carla, other.id, "One part is the fixed price, the other is by the meter.");
    auto found = who(aino, "Is there a leak in the pipe under the bath?");
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].person.id, bob.id);
    EXPECT_EQ(found[0].reasons[0].kind, Ground::Kind::reply);
    EXPECT_EQ(found[0].reasons[0].title, before.title);

    const auto as_aino = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(
            hear::choose_answer(transaction, hall->ids(), now(), as_aino, before.id, good.id));
    });
    found = who(aino, "Is there a leak in the pipe under the bath?");
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].reasons[0].kind, Ground::Kind::answer);
    EXPECT_EQ(found[0].accepted, 1);
    EXPECT_THAT(who(bob, "Is there a leak in the pipe under the bath?"), IsEmpty())
        << "nobody is sent to herself";

    // What is hidden counts no more.
    const auto as_owner = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hear::hide(transaction, hall->ids(), now(), as_owner, good.id, "a test"));
    });
    EXPECT_THAT(who(aino, "Is there a leak in the pipe under the bath?"), IsEmpty());
}

TEST_P(WhoKnows, what_the_asker_may_not_see_neither_counts_nor_shows)
{
    const auto maker = viewer_of(owner);
    const auto closed = write([&](store::Transaction& transaction) {
        const auto made =
            people::create_circle(transaction, hall->ids(), now(), maker,
                                  {.name = "Closed", .visibility = people::Visibility::closed})
                .value()
                .id;
        for (const auto& person : {bob, carla})
            people::set_role(transaction, organisation.id, made, person.id, Role::member, now());
        return made;
    });
    const auto secret =
        ask(carla, "Where does the acoustic leak detection at the mill stand?", closed);
    reply(bob, secret.id, "The leak detection loggers stand behind the boiler.");
    EXPECT_THAT(who(aino, "acoustic leak detection at the mill"), IsEmpty());
    EXPECT_THAT(names(who(carla, "acoustic leak detection at the mill")),
                ::testing::ElementsAre("Bob Builder"));
}

TEST_P(WhoKnows, who_does_not_want_to_be_named_is_not)
{
    const auto before = ask(aino, "How do I find a leak in an old water pipe?");
    reply(bob, before.id, "Listen to the pipe at night.");
    EXPECT_THAT(who(aino, "a leak in an old water pipe"), SizeIs(1));
    write([&](store::Transaction& transaction) {
        set_named(transaction, organisation.id, bob.id, false);
    });
    EXPECT_THAT(who(aino, "a leak in an old water pipe"), IsEmpty());
}

TEST_P(WhoKnows, a_skill_counts_with_those_who_vouch_for_it)
{
    const auto as_bob = viewer_of(bob);
    const auto as_carla = viewer_of(carla);
    const auto skill = write([&](store::Transaction& transaction) {
        const auto made = claim_skill(transaction, hall->ids(), now(), as_bob, "Leak detection",
                                      "I listen to pipes at night.")
                              .value();
        EXPECT_EQ(
            vouch(transaction, hall->ids(), now(), as_bob, made.id, bob.id, true).error().reason,
            Reason::forbidden);
        return made.id;
    });
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(vouch(transaction, hall->ids(), now(), as_carla, skill, bob.id, true));
        const auto again = vouch(transaction, hall->ids(), now(), as_carla, skill, bob.id, true);
        EXPECT_EQ(again->people[0].vouches, 1) << "each vouches once";
    });
    const auto found = who(aino, "Who can detect a leak in pipes?");
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].reasons[0].kind, Ground::Kind::skill);
    EXPECT_EQ(found[0].reasons[0].vouches, 1);
}

TEST_P(WhoKnows, a_gap_is_asked_for_and_nobody_has_it)
{
    const auto as_aino = viewer_of(aino);
    const auto as_bob = viewer_of(bob);
    const auto gaps = [&] {
        return read([&](store::Transaction& transaction) {
            return list_skills(transaction, as_aino, true, {}, 30)->skills.size();
        });
    };
    const auto wished = write([&](store::Transaction& transaction) {
        return wish_for_skill(transaction, hall->ids(), now(), as_aino, "Rain water law").value();
    });
    EXPECT_TRUE(wished.is_gap());
    EXPECT_EQ(gaps(), 1U);
    write([&](store::Transaction& transaction) {
        EXPECT_EQ(claim_skill(transaction, hall->ids(), now(), as_bob, "rain water LAW", "")->id,
                  wished.id);
    });
    EXPECT_EQ(gaps(), 0U);
    write([&](store::Transaction& transaction) {
        EXPECT_EQ(drop_skill(transaction, hall->ids(), now(), as_bob, wished.id)->holders, 0);
    });
    EXPECT_EQ(gaps(), 1U);
}

} // namespace

} // namespace moothall::organise
