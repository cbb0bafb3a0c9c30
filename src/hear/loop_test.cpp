#include "hear/hear.hpp"
#include "hear/unconfirmed.hpp"
#include "people/test_house.hpp"
#include "text/json.hpp"
#include "web/language.hpp"

namespace moothall::hear {
namespace {

class Loops : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    Voice say(const people::Person& person, Id circle = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            NewVoice wanted{.kind = "want", .title = "Let me send the reading", .circle = circle};
            return say_voice(transaction, hall->ids(), now(), viewer, wanted,
                             render_body(wanted.title, wanted.body).value())
                .value();
        });
    }
    Loop loop_of(const people::Person& person, Id thing, const std::vector<Id>& voices = {})
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return find_loop(transaction, viewer, thing, voices);
        });
    }
    void set_status(Id voice, Category category)
    {
        const auto viewer = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            for (const auto& status : list_statuses(transaction, organisation.id))
                if (status.category == category)
                    return answer_officially(transaction, hall->ids(), now(), viewer, voice,
                                             status.id, "", {})
                        .value();
            return Voice{};
        });
    }
    Result<Checks> check(const people::Person& person, Id voice, bool helped, std::string words)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return check_outcome(transaction, hall->ids(), now(), viewer, voice, helped, words);
        });
    }
};

TEST_P(Loops, a_new_voice_was_heard_and_nothing_else)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino);
    const auto loop = loop_of(aino, voice.id);
    EXPECT_EQ(loop[0].at, voice.created);
    EXPECT_EQ(loop[0].path, "/voices/" + voice.id.text());
    for (std::size_t stage = 1; stage < stage_count; ++stage) EXPECT_FALSE(loop[stage].at);
}

TEST_P(Loops, the_first_time_stays_and_the_outcome_is_renewed)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino);
    const auto promise = say(owner); // any thing will do
    const auto first = now();
    write([&](store::Transaction& transaction) {
        reach_stage(transaction, organisation.id, voice.id, Stage::organise, promise.id,
                    "act.commitment_made", first);
        reach_stage(transaction, organisation.id, voice.id, Stage::organise, promise.id,
                    "act.commitment_broken", first + std::chrono::hours(24));
    });
    const auto loop = loop_of(aino, voice.id);
    EXPECT_EQ(loop[3].at, first);
    EXPECT_EQ(loop[3].verb, "act.commitment_broken");
    const auto line = make_loop_line(loop, web::Language::of("en"));
    EXPECT_EQ(line.stops[3].state, web::LoopStop::broken);
    EXPECT_EQ(line.stops[1].state, web::LoopStop::next);
    write([&](store::Transaction& transaction) {
        leave_stage(transaction, organisation.id, voice.id, Stage::organise, promise.id);
    });
    EXPECT_FALSE(loop_of(aino, voice.id)[3].at);
}

TEST_P(Loops, what_one_may_not_see_reached_nothing)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino);
    const auto olga = viewer_of(owner);
    const auto closed = write([&](store::Transaction& transaction) {
        return people::create_circle(transaction, hall->ids(), now(), olga,
                                     {.name = "Inner", .visibility = people::Visibility::closed})
            .value();
    });
    const auto secret = say(owner, closed.id);
    write([&](store::Transaction& transaction) {
        reach_stage(transaction, organisation.id, voice.id, Stage::decide, secret.id,
                    "decide.passed", now());
    });
    EXPECT_FALSE(loop_of(aino, voice.id)[2].at);
    EXPECT_TRUE(loop_of(owner, voice.id)[2].at);
    EXPECT_FALSE(loop_of(aino, secret.id)[0].at) << "she does not see the thing itself";
}

TEST_P(Loops, those_who_asked_say_whether_it_helped_once_there_is_an_outcome)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    const auto voice = say(aino);
    EXPECT_EQ(check(aino, voice.id, true, "").error().reason, Reason::conflict);
    set_status(voice.id, Category::done);
    EXPECT_EQ(check(selim, voice.id, true, "").error().reason, Reason::forbidden);

    auto checks = check(aino, voice.id, false, "The photo is refused.").value();
    EXPECT_EQ(checks.not_helped, 1);
    EXPECT_EQ(loop_of(aino, voice.id)[6].verb, "hear.did_not_help");
    EXPECT_EQ(check(aino, voice.id, false, "The photo is refused.").value().not_helped, 1);
    EXPECT_EQ(events("hear.voice_checked"), 1) << "the same again is no news";

    checks = check(aino, voice.id, true, "").value();
    EXPECT_EQ(checks.helped, 1);
    EXPECT_EQ(checks.not_helped, 0);
    EXPECT_EQ(checks.own, true);
    EXPECT_EQ(loop_of(aino, voice.id)[6].verb, "hear.helped");

    const auto supporter = viewer_of(selim);
    write([&](store::Transaction& transaction) {
        return give_support(transaction, hall->ids(), now(), supporter, voice.id, "").value();
    });
    EXPECT_EQ(check(selim, voice.id, false, std::string(2001, 'x')).error().field, "words");
    EXPECT_EQ(check(selim, voice.id, false, "").value().not_helped, 1);
}

MOOTHALL_ON_EACH_ENGINE(Loops);

} // namespace
} // namespace moothall::hear
