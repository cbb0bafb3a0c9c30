#include "hear/hear.hpp"
#include "people/test_house.hpp"
#include "tell/notification.hpp"
#include "tell/rule.hpp"

#include <array>
#include <set>

namespace moothall::tell {
namespace {

class Telling : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void pass(std::chrono::seconds time) { hall->clock().set(now() + time); }
    /// How many rounds it took until nothing was left.
    int tell_all()
    {
        pass(std::chrono::seconds(2));
        int rounds = 0;
        while (tell_of_events(hall->database(), organisation.id, now(), hall->ids()) > 0) ++rounds;
        return rounds;
    }
    Id say(const people::Person& person, std::string title)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            const hear::NewVoice wanted{.kind = "want", .title = title};
            return hear::say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                   hear::render_body(wanted.title, {}).value())
                .value()
                .id;
        });
    }
    /// What a later stage does: a thing comes of some voices.
    void come_of(std::string_view verb, Id thing, const std::vector<Id>& concerns,
                 std::string facts = "{}")
    {
        pass(std::chrono::seconds(1));
        write([&](store::Transaction& transaction) {
            record::append(transaction, organisation.id, hall->ids(),
                           {.verb = verb,
                            .thing = thing,
                            .actor = owner.id,
                            .circle = organisation.everyone,
                            .at = now(),
                            .concerns = concerns,
                            .data = std::move(facts)});
        });
    }
    Id make_thing(std::string kind, std::string title, Id circle = {})
    {
        return write([&](store::Transaction& transaction) {
            const auto id = hall->ids().next(now());
            record::save_thing(transaction, organisation.id,
                               {.id = id,
                                .kind = kind,
                                .circle = circle ? circle : organisation.everyone,
                                .author = owner.id,
                                .title = title,
                                .created = now(),
                                .changed = now()});
            return id;
        });
    }
    std::vector<Notification> told(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return list_notifications(transaction, viewer, {}, 50);
        });
    }
};

TEST(Rules, name_each_verb_once)
{
    EXPECT_EQ(find_rule("no.such_verb"), nullptr);
    ASSERT_NE(find_rule("act.commitment_kept"), nullptr);
    EXPECT_TRUE(find_rule("act.commitment_kept")->outcome);
}

TEST_P(Telling, who_asked_for_it_is_told_first_and_asked_whether_it_helps)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    const auto voice = say(aino, "Let me send the reading");
    const auto supporter = viewer_of(selim);
    write([&](store::Transaction& transaction) {
        return hear::give_support(transaction, hall->ids(), now(), supporter, voice, "").value();
    });
    const auto promise = make_thing("commitment", "Photo readings");
    come_of("act.commitment_kept", promise, {voice});
    tell_all();

    const auto hers = told(aino);
    ASSERT_EQ(hers.size(), 1U);
    EXPECT_EQ(hers[0].reason, "outcome");
    EXPECT_TRUE(hers[0].hers);
    EXPECT_EQ(hers[0].path, "/voices/" + voice.text() + "#check");
    EXPECT_EQ(sentence_of(hers[0], web::Language::of("en")),
              "You asked for “Let me send the reading” on 4 May 2026. Olga Owner kept the promise "
              "“Photo readings”. Does it do what you wanted?");
    const auto his = told(selim);
    ASSERT_EQ(his.size(), 1U);
    EXPECT_FALSE(his[0].hers);
    EXPECT_TRUE(his[0].asks);

    EXPECT_EQ(events("tell.outcome_told"), 1);
    const auto loop = read([&](store::Transaction& transaction) {
        return hear::list_stages(transaction, organisation.id, voice);
    });
    ASSERT_EQ(loop.size(), 1U);
    EXPECT_EQ(loop[0].stage, hear::Stage::tell);
    EXPECT_EQ(loop[0].about, promise) << "the line leads to what she was told of";

    come_of("act.commitment_moved", promise, {voice});
    tell_all();
    EXPECT_EQ(told(aino).size(), 2U);
    EXPECT_EQ(events("tell.outcome_told"), 1) << "the first time counts";
}

TEST_P(Telling, an_answer_to_a_call_out_is_told_once_and_as_that)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto promise = make_thing("commitment", "Photo readings");
    const auto callout = say(aino, "No photo was ever taken");
    const auto answerer = viewer_of(owner);
    const auto reply = write([&](store::Transaction& transaction) {
        transaction.execute(R"sql(
            INSERT INTO callout (org_id, callout_id, about_id, raiser_id, called_id, state, opened_us, answered_us,
                answer_id, closed_us, closed_by, why)
            VALUES (?1, ?2, ?3, ?4, ?5, 'open', ?6, 0, 0, 0, 0, '') )sql",
                            organisation.id, callout, promise, aino.id, owner.id, now());
        return hear::say_reply(transaction, hall->ids(), now(), answerer, callout,
                               {.body = "On Monday."}, hear::render_body({}, "On Monday.").value())
            .value()
            .id;
    });
    come_of("act.callout_answered", promise, {callout, owner.id, aino.id, reply});
    tell_all();
    const auto hers = told(aino);
    ASSERT_EQ(hers.size(), 1U) << "not of the reply besides";
    EXPECT_EQ(hers[0].verb, "act.callout_answered");
    EXPECT_EQ(events("tell.outcome_told"), 1);
}

TEST_P(Telling, of_a_promise_that_was_withdrawn_its_author_was_told)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino, "Let me send the reading");
    come_of("act.commitment_withdrawn", make_thing("commitment", "Photo readings"), {voice});
    tell_all();
    EXPECT_EQ(events("tell.outcome_told"), 1);
}

TEST_P(Telling, says_what_came_of_it_and_by_when)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino, "Let me send the reading");
    const auto promise = make_thing("commitment", "Photo readings");
    const auto decision = make_thing("decision", "Readings by photo");
    struct Case {
        std::string_view verb;
        Id thing;
        std::string facts;
        std::string sentence;
        bool asks = false;
    };
    const std::string asked = "You asked for “Let me send the reading” on 4 May 2026. ";
    const std::string hers = " You asked for it on 4 May 2026.";
    const std::string helps = " Does it do what you wanted?";
    const std::vector<Case> cases{
        {"decide.decision_closed", decision, R"({"outcome":"failed"})",
         asked + "It is decided: “Readings by photo” did not pass."},
        {"decide.decision_closed", decision, R"({"outcome":"passed"})",
         asked + "It is decided: “Readings by photo” passed."},
        {"act.commitment_made", promise, R"({"due":"2026-06-02"})",
         asked + "Olga Owner promised: “Photo readings”, by 2 June 2026."},
        {"act.commitment_moved", promise, R"({"from":"2026-06-02","to":"2026-06-09"})",
         asked + "Olga Owner moved the promise “Photo readings” from 2 June 2026 to 9 June 2026. "
                 "The reason is public."},
        {"act.commitment_kept", promise, R"({"due":"2026-06-09","late":false})",
         asked + "Olga Owner kept the promise “Photo readings”." + helps, true},
        {"act.commitment_kept", promise, R"({"due":"2026-06-09","late":true})",
         asked + "Olga Owner kept the promise “Photo readings”, which was due on 9 June 2026." +
             helps,
         true},
        {"hear.status_changed", voice, R"({"from":"open","to":"planned"})",
         "Olga Owner plans “Let me send the reading”." + hers},
        {"hear.status_changed", voice, R"({"from":"planned","to":"declined"})",
         "Olga Owner declined “Let me send the reading”. The reason is public." + hers},
        {"hear.status_changed", voice, R"({"from":"declined","to":"open"})",
         "Olga Owner opened “Let me send the reading” again." + hers},
        {"hear.status_changed", voice, R"({"from":"open","to":"done"})",
         "Olga Owner says that “Let me send the reading” is done." + hers + helps, true},
    };
    for (const auto& one : cases) {
        come_of(one.verb, one.thing, {voice}, one.facts);
        tell_all();
        const auto news = told(aino).front();
        EXPECT_EQ(sentence_of(news, web::Language::of("en")), one.sentence);
        EXPECT_EQ(news.path.ends_with("#check"), one.asks) << one.sentence;
    }
}

TEST_P(Telling, of_what_came_of_a_voice_in_a_closed_circle_says_so_to_nobody_else)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino, "Let me send the reading");
    const auto founder = viewer_of(owner);
    const auto inner = write([&](store::Transaction& transaction) {
        return people::create_circle(transaction, hall->ids(), now(), founder,
                                     {.name = "Inner", .visibility = people::Visibility::closed})
            .value()
            .id;
    });
    const auto steward = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(people::change_role(transaction, hall->ids(), now(), steward, inner, aino.id,
                                        Role::member));
    });
    const auto stages = [&] {
        return read([&](store::Transaction& transaction) {
                   return hear::list_stages(transaction, organisation.id, voice);
               })
            .size();
    };
    const auto heard_of = [&](const people::Person& person) {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return hear::find_loop(transaction, viewer, voice, {})[5].at.has_value();
        });
    };
    come_of("act.commitment_kept", make_thing("commitment", "Secret", inner), {voice});
    tell_all();
    const auto selim = let_in("Selim", "selim@customer.example");
    EXPECT_EQ(stages(), 0U);
    EXPECT_TRUE(heard_of(aino));
    EXPECT_FALSE(heard_of(selim));
    const auto audience = [&] {
        return read([&](store::Transaction& transaction) {
            std::string all;
            for (const auto& row : transaction.query(
                     "SELECT audience FROM event WHERE org_id = ?1 AND verb = 'tell.outcome_told' "
                     "ORDER BY event_id",
                     organisation.id))
                all += row.string(0) + ' ';
            return all;
        });
    };
    EXPECT_EQ(audience(), "actor ");

    // The first that everybody may hear of counts.
    come_of("act.commitment_kept", make_thing("commitment", "Photo readings"), {voice});
    tell_all();
    EXPECT_EQ(stages(), 1U);
    EXPECT_TRUE(heard_of(selim));
    EXPECT_EQ(audience(), "actor circle ");
}

TEST_P(Telling, who_wrote_for_somebody_is_told_that_she_took_it_back)
{
    const auto bob = let_in("Bob", "bob@northwater.example");
    come_of("hear.words_taken_back", organisation.everyone, {bob.id});
    tell_all();
    ASSERT_EQ(told(bob).size(), 1U);
    EXPECT_EQ(sentence_of(told(bob)[0], web::Language::of("en")),
              "Olga Owner took back what you wrote for her in “Everyone”.");
    EXPECT_EQ(told(bob)[0].path, "/circles/" + organisation.everyone.text());
}

TEST_P(Telling, persons_and_members_that_an_event_names_are_told_and_its_actor_is_not)
{
    const auto bob = let_in("Bob", "bob@northwater.example");
    const auto mei = let_in("Mei", "mei@northwater.example");
    const auto request = make_thing("request", "Who knows billing?");
    come_of("organise.request_made", request, {bob.id, owner.id});
    tell_all();
    ASSERT_EQ(told(bob).size(), 1U);
    EXPECT_EQ(told(bob)[0].reason, "asked");
    EXPECT_EQ(told(bob)[0].path, "/requests/" + request.text());
    EXPECT_TRUE(told(mei).empty());
    EXPECT_TRUE(told(owner).empty()) << "she did it herself";

    const auto promise = make_thing("commitment", "Read all meters");
    come_of("act.commitment_overdue", promise, {organisation.everyone});
    tell_all();
    EXPECT_EQ(told(mei).size(), 1U) << "it was promised to a circle of hers";
}

TEST_P(Telling, who_muted_a_voice_is_not_told)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino, "Quiet, please");
    const auto viewer = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        return hear::change_follow(transaction, hall->ids(), now(), viewer, voice, {false, false})
            .has_value();
    });
    come_of("act.commitment_kept", make_thing("commitment", "Done"), {voice});
    tell_all();
    EXPECT_TRUE(told(aino).empty());
    EXPECT_EQ(events("tell.outcome_told"), 0);
}

TEST_P(Telling, who_follows_a_merged_voice_hears_what_becomes_of_the_one_that_stands_for_it)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    const auto mei = let_in("Mei", "mei@customer.example");
    const auto tom = let_in("Tom", "tom@customer.example");
    const auto whole = say(owner, "Let me send the reading");
    const auto merged = say(aino, "A photo of the meter");
    const auto back = [&](const people::Person& person) {
        const auto viewer = viewer_of(person);
        write([&](store::Transaction& transaction) {
            return hear::give_support(transaction, hall->ids(), now(), viewer, merged, "").value();
        });
    };
    back(selim);
    back(mei);
    back(tom);
    const auto steward = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        return hear::merge_voice(transaction, hall->ids(), now(), steward, merged, whole).value();
    });
    tell_all();
    ASSERT_EQ(told(aino).size(), 1U) << "its author";
    EXPECT_EQ(told(aino)[0].reason, "merged");
    EXPECT_EQ(told(selim).size(), 1U);

    // Mei meant something else, and Tom wants to hear no more of it.
    const auto hers = viewer_of(mei);
    const auto his = viewer_of(tom);
    write([&](store::Transaction& transaction) {
        return hear::take_support_back(transaction, hall->ids(), now(), hers, merged).value();
    });
    write([&](store::Transaction& transaction) {
        return hear::change_follow(transaction, hall->ids(), now(), his, whole, {false, false})
            .has_value();
    });
    tell_all();
    const auto before =
        std::array{told(aino).size(), told(selim).size(), told(mei).size(), told(tom).size()};
    come_of("act.commitment_kept", make_thing("commitment", "Photo readings"), {whole});
    tell_all();
    EXPECT_EQ(told(aino).size(), before[0] + 1) << "what she asked for came";
    EXPECT_TRUE(told(aino)[0].hers);
    EXPECT_EQ(told(selim).size(), before[1] + 1);
    EXPECT_EQ(told(mei).size(), before[2]);
    EXPECT_EQ(told(tom).size(), before[3]);
}

TEST_P(Telling, many_followers_are_told_in_pieces_each_once)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino, "Everybody wants this");
    std::vector<Id> crowd;
    write([&](store::Transaction& transaction) {
        for (int i = 0; i < 1203; ++i) {
            const auto person =
                people::create_person(transaction, hall->ids(), now(), organisation.id,
                                      organisation.everyone,
                                      {.name = "Person " + std::to_string(i), .email = ""})
                    .value();
            hear::follow_by_default(transaction, organisation.id, voice, person.id);
            crowd.push_back(person.id);
        }
    });
    come_of("act.commitment_kept", make_thing("commitment", "Done"), {voice});
    come_of("act.commitment_made", make_thing("commitment", "And more"), {voice});
    EXPECT_GE(tell_all(), 5) << "500 people at a time";
    const auto notices = read([&](store::Transaction& transaction) {
        auto rows = transaction.query(
            "SELECT count(*), count(DISTINCT person_id) FROM notification WHERE org_id = ?1",
            organisation.id);
        rows.next();
        return std::pair{rows->integer(0), rows->integer(1)};
    });
    EXPECT_EQ(notices.first, 2 * 1204);
    EXPECT_EQ(notices.second, 1204);
}

TEST_P(Telling, members_of_the_circle_it_was_promised_to_hear_before_those_who_follow)
{
    const auto promise = make_thing("commitment", "A valve for each floor");
    write([&](store::Transaction& transaction) {
        for (int i = 0; i < 600; ++i) {
            const auto person =
                people::create_person(transaction, hall->ids(), now(), organisation.id,
                                      organisation.everyone,
                                      {.name = "Follower " + std::to_string(i), .email = ""})
                    .value();
            hear::follow_by_default(transaction, organisation.id, promise, person.id);
        }
    });
    const auto member = let_in("Milo", "milo@customer.example"); // the last to come in
    const auto maker = viewer_of(owner);
    const auto circle = write([&](store::Transaction& transaction) {
        people::Circle wanted;
        wanted.name = "Riverview Tower";
        const auto made =
            people::create_circle(transaction, hall->ids(), now(), maker, wanted).value();
        people::set_role(transaction, organisation.id, made.id, member.id, Role::member, now());
        return made.id;
    });
    come_of("act.commitment_kept", promise, {circle});
    tell_all();
    EXPECT_EQ(told(member).size(), 1U);

    come_of("act.commitment_moved", promise, {circle});
    pass(std::chrono::seconds(2));
    tell_of_events(hall->database(), organisation.id, now(), hall->ids()); // the first piece alone
    EXPECT_EQ(told(member).size(), 2U) << "it was promised to her circle";
    tell_all();
    const auto notices = read([&](store::Transaction& transaction) {
        auto rows = transaction.query("SELECT count(*) FROM notification WHERE org_id = ?1",
                                      organisation.id);
        rows.next();
        return rows->integer(0);
    });
    EXPECT_EQ(notices, 2 * 601);
}

TEST_P(Telling, a_member_of_the_circle_it_was_promised_to_who_backed_it_is_asked_whether_it_helps)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto milo = let_in("Milo", "milo@customer.example");
    const auto mei = let_in("Mei", "mei@customer.example");
    const auto voice = say(aino, "A valve for each floor");
    const auto supporter = viewer_of(milo);
    const auto maker = viewer_of(owner);
    const auto circle = write([&](store::Transaction& transaction) {
        hear::give_support(transaction, hall->ids(), now(), supporter, voice, "").value();
        people::Circle wanted;
        wanted.name = "Riverview Tower";
        const auto made =
            people::create_circle(transaction, hall->ids(), now(), maker, wanted).value();
        for (const auto& person : {milo, mei})
            people::set_role(transaction, organisation.id, made.id, person.id, Role::member, now());
        return made.id;
    });
    come_of("act.commitment_kept", make_thing("commitment", "Valves"), {circle, voice});
    tell_all();
    const auto his = told(milo);
    ASSERT_EQ(his.size(), 1U) << "as member and as supporter, once";
    EXPECT_TRUE(his[0].asks);
    EXPECT_EQ(his[0].path, "/voices/" + voice.text() + "#check");
    const auto hers = told(mei);
    ASSERT_EQ(hers.size(), 1U);
    EXPECT_FALSE(hers[0].asks) << "who did not ask for it is told only";
}

TEST_P(Telling, who_follows_a_theme_hears_that_it_rises)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto mei = let_in("Mei", "mei@northwater.example");
    const auto theme = make_thing("theme", "Wrong bills");
    write([&](store::Transaction& transaction) {
        hear::follow_by_default(transaction, organisation.id, theme, mei.id);
    });
    come_of("sense.signal_raised", make_thing("rise", "Wrong bills in May"), {theme});
    come_of("sense.voice_put", theme, {say(aino, "My bill is wrong")});
    tell_all();
    ASSERT_EQ(told(mei).size(), 1U);
    EXPECT_EQ(told(mei)[0].verb, "sense.signal_raised");
    EXPECT_EQ(told(aino).size(), 0U);
}

MOOTHALL_ON_EACH_ENGINE(Telling);

} // namespace
} // namespace moothall::tell
