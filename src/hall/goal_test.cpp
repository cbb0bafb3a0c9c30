#include "hall/goals.hpp"
#include "hall/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// A house with a strategy: Olga sets goals, Bob answers for one, Aino and Mei are customers.
class Goals : public test::WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        mei = let_in("Mei Lin", "mei@customer.example");
    }
    static decide::NewGoal wish(Id owner = {}, Id circle = {})
    {
        return {.title = "Nobody is cut off by mistake",
                .words = "Water is **not** a toy.",
                .measure = "wrong cut-offs a month",
                .target = "from 12 to 0",
                .due = *parse_date("2026-12-31"),
                .owner = owner,
                .circle = circle};
    }
    Result<decide::Goal> try_set(const people::Person& person, const decide::NewGoal& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return decide::set_goal(transaction, hall->ids(), now(), viewer, wanted,
                                    hear::render_body({}, wanted.words).value());
        });
    }
    decide::Goal set() { return try_set(owner, wish(bob.id)).value(); }
    Result<decide::Goal> change(const people::Person& person, Id goal,
                                const decide::GoalChange& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            std::optional<hear::Rendered> rendered;
            if (wanted.words) rendered = hear::render_body({}, *wanted.words).value();
            return decide::change_goal(transaction, hall->ids(), now(), viewer, goal, wanted,
                                       rendered);
        });
    }
    Result<decide::Goal> put(const people::Person& person, Id goal, Id voice, decide::Side side)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return decide::put_voice(transaction, hall->ids(), now(), viewer, goal, voice, side);
        });
    }
    Result<decide::Goal> take_out(const people::Person& person, Id goal, Id voice)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return decide::take_voice_out(transaction, hall->ids(), now(), viewer, goal, voice);
        });
    }
    Result<decide::Goal> look(const people::Person& person, Id goal)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return decide::find_goal(transaction, goal, viewer);
        });
    }
    Result<act::Callout> question(const people::Person& person, Id goal)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return act::open_callout(transaction, hall->ids(), now(), viewer,
                                     {goal, "Why not at once?", ""},
                                     hear::render_body("Why not at once?", {}).value());
        });
    }
    std::string token_of(const people::Person& person)
    {
        return write([&](store::Transaction& transaction) {
            return people::make_api_token(transaction, hall->ids(), now(), organisation.id,
                                          person.id, "a test");
        });
    }

    people::Person bob;
    people::Person aino;
    people::Person mei;
};

MOOTHALL_ON_EACH_ENGINE(Goals);

TEST_P(Goals, are_set_by_stewards_of_the_company_only)
{
    EXPECT_EQ(try_set(aino, wish()).error().reason, Reason::forbidden);
    EXPECT_EQ(events("decide.goal_set"), 0);
    const auto goal = try_set(owner, wish(bob.id));
    ASSERT_TRUE(goal);
    EXPECT_EQ(goal->owner.name, "Bob Builder");
    EXPECT_EQ(goal->circle, organisation.everyone);
    EXPECT_TRUE(goal->stands());
    EXPECT_EQ(events("decide.goal_set"), 1);
}

TEST_P(Goals, need_a_measure_a_target_and_a_day)
{
    auto wanted = wish();
    wanted.measure = " ";
    EXPECT_EQ(try_set(owner, wanted).error().field, "measure");
    wanted = wish();
    wanted.target.clear();
    EXPECT_EQ(try_set(owner, wanted).error().field, "target");
    wanted = wish();
    wanted.due = Date{};
    EXPECT_EQ(try_set(owner, wanted).error().field, "due");
    wanted = wish(Id{12345});
    EXPECT_EQ(try_set(owner, wanted).error().field, "owner");
    for (const auto* day : {"2020-01-01", "9999-12-31"}) {
        wanted = wish();
        wanted.due = *parse_date(day);
        EXPECT_EQ(try_set(owner, wanted).error().field, "due") << day;
    }
    // A goal whose day is over may be changed, but gets no other day that is over.
    const auto goal = try_set(owner, wish()).value();
    hall->clock().advance(std::chrono::days{3650});
    EXPECT_TRUE(change(owner, goal.id, {.target = "at most 1", .due = goal.due}));
    EXPECT_EQ(change(owner, goal.id, {.due = *parse_date("2020-01-01")}).error().field, "due");
}

TEST_P(Goals, of_a_closed_circle_are_unseen_and_their_owner_must_see_them)
{
    const auto viewer = viewer_of(owner);
    const auto board = write([&](store::Transaction& transaction) {
        people::Circle wanted;
        wanted.name = "Board";
        wanted.kind = people::CircleKind::company;
        wanted.visibility = people::Visibility::closed;
        return people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value();
    });
    EXPECT_EQ(try_set(owner, wish(bob.id, board.id)).error().field, "owner");
    const auto goal = try_set(owner, wish({}, board.id)).value();
    EXPECT_EQ(look(aino, goal.id).error().reason, Reason::not_found);
    EXPECT_EQ(question(aino, goal.id).error().reason, Reason::not_found);
    EXPECT_EQ(get(sign_in_as(aino), goal.path()).status, 404);
    EXPECT_THAT(get(sign_in_as(aino), "/strategy").body, Not(HasSubstr("cut off by mistake")));
    EXPECT_THAT(get(sign_in_as(owner), "/strategy").body, HasSubstr("cut off by mistake"));
}

TEST_P(Goals, keep_what_they_said_before)
{
    const auto goal = set();
    EXPECT_EQ(change(aino, goal.id, {.target = "to 3"}).error().reason, Reason::forbidden);
    hall->clock().advance(24h);
    const auto changed = change(bob, goal.id, {.words = "Nobody.", .target = "from 12 to 3"});
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->target, "from 12 to 3");
    EXPECT_EQ(changed->title, goal.title);
    EXPECT_EQ(events("decide.goal_changed"), 1);
    // The same again is no change.
    ASSERT_TRUE(change(bob, goal.id, {.target = "from 12 to 3"}));
    EXPECT_EQ(events("decide.goal_changed"), 1);
    const auto viewer = viewer_of(aino);
    const auto before = read([&](store::Transaction& transaction) {
        return decide::list_goal_revisions(transaction, goal.id, viewer);
    });
    ASSERT_EQ(before.size(), 1U);
    EXPECT_EQ(before[0].target, "from 12 to 0");
    EXPECT_EQ(before[0].words, "Water is **not** a toy.");
    EXPECT_EQ(before[0].changed_by.name, "Bob Builder");
    EXPECT_THAT(get({}, goal.path()).body, HasSubstr("from 12 to 0"));
}

TEST_P(Goals, end_with_a_public_reason)
{
    const auto goal = set();
    EXPECT_EQ(change(bob, goal.id, {.outcome = decide::GoalOutcome::dropped}).error().field, "why");
    const auto ended = change(
        bob, goal.id, {.outcome = decide::GoalOutcome::missed, .why = "Three in September."});
    ASSERT_TRUE(ended);
    EXPECT_FALSE(ended->stands());
    EXPECT_THAT(get({}, "/strategy").body, Not(HasSubstr("cut off by mistake")));
    EXPECT_THAT(get({}, "/strategy", {{"state", "ended"}}).body, HasSubstr("cut off by mistake"));
}

TEST_P(Goals, are_handed_on_to_somebody_who_answers_from_then_on)
{
    const auto goal = set();
    ASSERT_TRUE(change(owner, goal.id, {.owner = aino.id}));
    EXPECT_EQ(look(mei, goal.id)->owner.id, aino.id);
    EXPECT_EQ(change(bob, goal.id, {.target = "to 3"}).error().reason, Reason::forbidden);
    EXPECT_EQ(question(mei, goal.id)->called.id, aino.id);
}

TEST_P(Goals, have_each_voice_on_one_side)
{
    const auto goal = set();
    const auto voice = say(aino, "We were cut off in May");
    ASSERT_TRUE(put(aino, goal.id, voice.id, decide::Side::in_favour));
    EXPECT_EQ(look(mei, goal.id)->in_favour, 1);
    ASSERT_TRUE(put(aino, goal.id, voice.id, decide::Side::in_favour));
    EXPECT_EQ(events("decide.voice_put"), 1);
    EXPECT_EQ(put(mei, goal.id, voice.id, decide::Side::against).error().reason, Reason::conflict);
    const auto moved = put(aino, goal.id, voice.id, decide::Side::against);
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->in_favour, 0);
    EXPECT_EQ(moved->against, 1);
    // Who answers for the goal cannot take away what speaks against it.
    EXPECT_EQ(take_out(bob, goal.id, voice.id).error().reason, Reason::forbidden);
    ASSERT_TRUE(take_out(aino, goal.id, voice.id));
    EXPECT_EQ(take_out(aino, goal.id, voice.id).error().reason, Reason::not_found);
    EXPECT_EQ(events("decide.voice_taken_out"), 1);
}

TEST_P(Goals, take_no_voice_that_not_all_see)
{
    const auto goal = set();
    auto viewer = viewer_of(owner);
    const auto village = write([&](store::Transaction& transaction) {
        people::Circle wanted;
        wanted.name = "Lakeside";
        wanted.kind = people::CircleKind::customer;
        wanted.visibility = people::Visibility::closed;
        return people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value();
    });
    viewer = viewer_of(owner);
    const auto voice = write([&](store::Transaction& transaction) {
        return hear::say_voice(transaction, hall->ids(), now(), viewer,
                               {.title = "Among us", .circle = village.id},
                               hear::render_body("Among us", {}).value())
            .value();
    });
    EXPECT_EQ(put(owner, goal.id, voice.id, decide::Side::in_favour).error().reason,
              Reason::conflict);
    EXPECT_EQ(put(aino, goal.id, voice.id, decide::Side::in_favour).error().field, "voice");
    EXPECT_EQ(put(aino, goal.id, goal.id, decide::Side::in_favour).error().field, "voice");
}

TEST_P(Goals, are_questioned_and_answered_in_the_open)
{
    const auto goal = set();
    const auto at_aino = sign_in_as(aino);
    const auto at_bob = sign_in_as(bob);
    const auto asked = post(at_aino, "/strategy/" + goal.id.text() + "/questions",
                            {{"title", "Why not at once?"}, {"body", "Every day hurts."}});
    ASSERT_EQ(asked.status, 303);
    EXPECT_EQ(events("decide.goal_questioned"), 1);
    EXPECT_EQ(events("act.callout_opened"), 0);
    hall->clock().advance(2h);
    EXPECT_THAT(get({}, "/strategy").body, HasSubstr("Why not at once?"));
    EXPECT_THAT(get({}, "/strategy").body, HasSubstr("1 open question"));
    const auto viewer = viewer_of(bob);
    const auto waiting = read([&](store::Transaction& transaction) {
        return act::list_callouts_to_answer(transaction, viewer);
    });
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(look_at(mei, waiting[0].id).kind, "challenge");

    const auto callout = "/callouts/" + waiting[0].id.text();
    EXPECT_EQ(post(sign_in_as(mei), callout + "/answer", {{"body", "Me!"}}).status, 403);
    EXPECT_EQ(post(at_bob, callout + "/answer", {{"body", "Because of the valves."}}).status, 303);
    EXPECT_EQ(events("decide.goal_answered"), 1);
    EXPECT_THAT(get({}, goal.path()).body, HasSubstr("answered after 2 hours"));
    // Not by who is questioned; by who asked.
    EXPECT_EQ(post(at_bob, callout + "/closing", {{"why", "Enough."}}).status, 403);
    EXPECT_EQ(post(at_aino, callout + "/closing").status, 303);
    EXPECT_THAT(get({}, "/strategy").body, Not(HasSubstr("open question")));
}

TEST_P(Goals, are_closed_by_a_steward_with_a_public_reason)
{
    const auto goal = set();
    const auto callout = "/callouts/" + question(aino, goal.id)->id.text() + "/closing";
    EXPECT_EQ(post(sign_in_as(owner), callout).status, 422);
    EXPECT_EQ(post(sign_in_as(owner), callout, {{"why", "Asked twice."}}).status, 303);
    EXPECT_THAT(get({}, goal.path()).body, HasSubstr("Asked twice."));
}

TEST_P(Goals, are_set_and_changed_by_forms)
{
    const auto at_owner = sign_in_as(owner);
    EXPECT_EQ(get(sign_in_as(aino), "/strategy/new").status, 403);
    EXPECT_EQ(get(at_owner, "/strategy/new").status, 200);
    const test::Sent form{{"title", "Nobody is cut off"}, {"words", "<b>x</b>"},
                          {"measure", "cut-offs"},        {"target", "0"},
                          {"due", "2026-12-31"},          {"owner", "Bob Builder"}};
    const auto made = post(at_owner, "/strategy", form);
    ASSERT_EQ(made.status, 303);
    const auto path = header(made, "Location");
    EXPECT_THAT(get({}, path).body, HasSubstr("Bob Builder"));
    EXPECT_THAT(get({}, path).body, Not(HasSubstr("<b>x</b>")));
    auto refused = form;
    refused[4].second = "tomorrow";
    const auto again = post(at_owner, "/strategy", refused);
    EXPECT_EQ(again.status, 422);
    EXPECT_THAT(again.body, HasSubstr("Nobody is cut off"));
    // What is no circle is refused, and not taken for everybody's.
    auto misdirected = form;
    misdirected.emplace_back("circle", "the board");
    EXPECT_EQ(post(at_owner, "/strategy", misdirected).status, 422);
    // Words that are too long are refused before the form is looked at: the answer holds them all.
    auto endless = form;
    endless[1].second = std::string(100'000, 'x');
    endless[2].second = "cut-offs a month";
    const auto too_long = post(at_owner, "/strategy", endless);
    EXPECT_EQ(too_long.status, 422);
    EXPECT_THAT(too_long.body, HasSubstr("Nobody is cut off\n\ncut-offs a month\n\n0\n\nxxx"));

    const auto id = Id::parse(path.substr(std::string("/strategy/").size(), 13)).value();
    EXPECT_EQ(get(at_owner, "/strategy/" + id.text() + "/edit").status, 200);
    auto change = form;
    change[3].second = "at most 1";
    change.emplace_back("position", "7");
    EXPECT_EQ(post(at_owner, "/strategy/" + id.text(), change).status, 303);
    EXPECT_EQ(look(mei, id)->target, "at most 1");
    EXPECT_EQ(look(mei, id)->position, 7);
    EXPECT_EQ(post(sign_in_as(aino), "/strategy/" + id.text(), change).status, 403);
}

TEST_P(Goals, take_voices_from_the_page)
{
    const auto goal = set();
    const auto voice = say(aino, "We were cut off in May");
    const auto at_aino = sign_in_as(aino);
    EXPECT_THAT(get(at_aino, goal.path(), {{"find", "cut off"}}).body, HasSubstr("in May"));
    const auto path = "/strategy/" + goal.id.text() + "/voices";
    EXPECT_EQ(post(at_aino, path, {{"voice", voice.id.text()}, {"side", "sideways"}}).status, 422);
    EXPECT_EQ(post(at_aino, path, {{"voice", voice.id.text()}, {"side", "against"}}).status, 303);
    EXPECT_EQ(look(mei, goal.id)->against, 1);
    EXPECT_EQ(post(at_aino, path + "/" + voice.id.text() + "/removal").status, 303);
    EXPECT_EQ(look(mei, goal.id)->against, 0);
}

TEST_P(Goals, are_the_same_by_the_api)
{
    const auto token = token_of(owner);
    const auto made = by_token(web::Method::post, token, "/api/v1/goals",
                               R"({"title":"T","words":"W","measure":"M","target":"1","due":)"
                               R"("2026-12-31","owner":")" +
                                   bob.id.text() + R"("})");
    ASSERT_EQ(made.status, 201);
    const auto path = header(made, "Location");
    EXPECT_THAT(made.body, HasSubstr(R"("open_questions":0)"));
    EXPECT_EQ(by_token(web::Method::post, token_of(aino), "/api/v1/goals",
                       R"({"title":"T","measure":"M","target":"1","due":"2026-12-31"})")
                  .status,
              403);
    EXPECT_EQ(by_token(web::Method::patch, token, path, R"({"target":"2"})").status, 200);
    EXPECT_EQ(by_token(web::Method::patch, token, path, R"({"outcome":"won"})").status, 422);
    EXPECT_THAT(by_token(web::Method::get, token, path + "/revisions").body,
                HasSubstr(R"("target":"1")"));
    const auto voice = say(aino, "For it");
    const auto at_voice = path + "/voices/" + voice.id.text();
    EXPECT_EQ(by_token(web::Method::put, token, at_voice, R"({"side":"for"})").status, 200);
    EXPECT_THAT(by_token(web::Method::get, token, path + "/voices").body,
                HasSubstr(R"("side":"for")"));
    EXPECT_THAT(by_token(web::Method::get, token, "/api/v1/goals").body, HasSubstr(R"("for":1)"));
    EXPECT_EQ(by_token(web::Method::del, token, at_voice).status, 200);
    const auto asked =
        by_token(web::Method::post, token, path + "/questions", R"({"title":"Why?"})");
    EXPECT_EQ(asked.status, 201);
    EXPECT_THAT(by_token(web::Method::get, token, path).body, HasSubstr(R"("open_questions":1)"));
}

} // namespace

} // namespace moothall::hall
