#include "hear/hear.hpp"
#include "hear/moderated.hpp"
#include "hear/pages.hpp"
#include "hear/unconfirmed.hpp"
#include "people/test_house.hpp"
#include "text/json.hpp"
#include "web/language.hpp"

#include <gmock/gmock.h>

namespace moothall::hear {
namespace {

using testing::HasSubstr;
using testing::Not;

class Loops : public people::test::House {
protected:
    void mount(web::Hall& house) override
    {
        House::mount(house);
        mount_voice_pages(house.router());
    }
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
    /// A decision, a promise … as later stages make them.
    Id make(std::string kind, std::string title, Id circle = {})
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
    /// Each step a day after the one before.
    void reach(const std::vector<Id>& things, Stage stage, Id about, std::string_view verb,
               const InHand& in_hand = {})
    {
        hall->clock().advance(std::chrono::days{1});
        write([&](store::Transaction& transaction) {
            reach_stage(transaction, organisation.id, things, stage, about, verb, now(), in_hand);
        });
    }
    Id make_closed_circle()
    {
        const auto olga = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return people::create_circle(
                       transaction, hall->ids(), now(), olga,
                       {.name = "Inner", .visibility = people::Visibility::closed})
                .value()
                .id;
        });
    }
    std::vector<Stage> stages_of(Id thing)
    {
        std::vector<Stage> stages;
        for (const auto& reached : read([&](store::Transaction& transaction) {
                 return list_stages(transaction, organisation.id, thing);
             }))
            stages.push_back(reached.stage);
        return stages;
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
                                             status.id, "Because.", {})
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

TEST_P(Loops, the_first_time_stays_and_the_line_says_when_it_came_to_what_it_says)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto bob = let_in("Bob Builder", "bob@northwater.example");
    const auto voice = say(aino);
    const auto promise = make("commitment", "A page to send readings");
    const auto due = *parse_time("2026-05-20T00:00:00Z");
    const InHand bobs{bob.id, due};
    reach({voice.id}, Stage::organise, promise, "act.commitment_made", bobs);
    const auto first = now();
    const auto& english = web::Language::of("en");
    auto line = make_loop_line(loop_of(aino, voice.id), english);
    EXPECT_EQ(line.stops[3].text, "A page to send readings");
    EXPECT_EQ(line.stops[3].note, "Bob Builder, by 20 May 2026");
    EXPECT_EQ(line.stops[4].note, "Bob Builder says when it is done.");

    reach({voice.id}, Stage::organise, promise, "act.commitment_broken", bobs);
    const auto loop = loop_of(aino, voice.id);
    EXPECT_EQ(loop[3].at, first);
    EXPECT_EQ(loop[3].verb, "act.commitment_broken");
    line = make_loop_line(loop, english);
    EXPECT_EQ(line.stops[3].state, web::LoopStop::broken);
    EXPECT_EQ(line.stops[3].note,
              "Bob Builder, by 20 May 2026: the promise was broken, 6 May 2026");
    EXPECT_EQ(line.stops[4].text, "not done");
    EXPECT_EQ(line.stops[4].note, "Anybody can promise it again.");
    EXPECT_EQ(line.stops[1].state, web::LoopStop::next);
    const auto json = loop_json(loop, english, "http://localhost");
    EXPECT_THAT(json, HasSubstr(R"("what":"A page to send readings: Bob Builder, by 20 May 2026: )"
                                R"(the promise was broken")"));
    EXPECT_THAT(json, HasSubstr(R"("at":"2026-05-05T08:00:00.000Z")"));
    EXPECT_THAT(json, HasSubstr(R"("changed_at":"2026-05-06T08:00:00.000Z","by":{"id":")" +
                                bob.id.text() + R"(","name":"Bob Builder"},"due":"2026-05-20")"));

    write([&](store::Transaction& transaction) {
        leave_stage(transaction, organisation.id, voice.id, Stage::organise, promise);
    });
    EXPECT_FALSE(loop_of(aino, voice.id)[3].at);
}

TEST_P(Loops, show_what_passed_and_was_kept_before_what_failed_and_was_withdrawn)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto failed = make("decision", "First try");
    const auto passed = make("decision", "Second try");
    const auto withdrawn = make("commitment", "From May");
    const auto kept = make("commitment", "From June");
    reach({voice, failed}, Stage::decide, failed, "decide.failed");
    EXPECT_EQ(loop_of(aino, voice)[2].title, "First try");
    reach({voice, passed}, Stage::decide, passed, "decide.passed");
    reach({voice, passed, withdrawn}, Stage::organise, withdrawn, "act.commitment_made");
    reach({voice, passed, kept}, Stage::organise, kept, "act.commitment_made");
    reach({voice, passed, withdrawn}, Stage::organise, withdrawn, "act.commitment_withdrawn");

    auto loop = loop_of(aino, voice);
    EXPECT_EQ(loop[2].title, "Second try");
    EXPECT_EQ(loop[2].at, loop_of(aino, failed)[2].at) << "it was first decided then";
    EXPECT_EQ(loop[3].title, "From June") << "what was withdrawn later is no news of the other";
    reach({voice, passed, kept}, Stage::organise, kept, "act.commitment_kept");
    reach({voice, passed, kept}, Stage::act, kept, "act.commitment_kept");
    reach({voice}, Stage::learn, voice, "hear.helped");
    loop = loop_of(aino, voice);
    EXPECT_EQ(loop[4].title, "From June");
    EXPECT_EQ(loop[6].path, "/voices/" + voice.text() + "#check");

    // The review of the company goes before her yes, and a later one before an earlier one.
    reach({voice, passed}, Stage::learn, passed, "decide.unclear");
    reach({voice, passed}, Stage::learn, passed, "decide.wrong");
    loop = loop_of(aino, voice);
    EXPECT_EQ(make_loop_line(loop, web::Language::of("en")).stops[6].note,
              "we were wrong, 14 May 2026; the author says it helps");
    reach({voice}, Stage::learn, voice, "hear.did_not_help");
    EXPECT_EQ(loop_of(aino, voice)[6].verb, "decide.wrong");

    // Each page speaks of its own decision and promise, not of what else came of the voice.
    EXPECT_EQ(loop_of(aino, failed, {voice})[2].verb, "decide.failed");
    EXPECT_FALSE(loop_of(aino, failed, {voice})[6].at) << "this one was not reviewed";
    EXPECT_FALSE(loop_of(aino, failed, {voice})[3].at)
        << "what was promised follows from the other";
    EXPECT_EQ(loop_of(aino, passed, {voice})[4].title, "From June");
    EXPECT_EQ(loop_of(aino, passed, {voice})[6].verb, "decide.wrong");
    loop = loop_of(aino, withdrawn, {voice, passed});
    EXPECT_EQ(loop[2].title, "Second try");
    EXPECT_EQ(loop[3].verb, "act.commitment_withdrawn");
    EXPECT_FALSE(loop[4].at);
    EXPECT_EQ(loop_of(aino, withdrawn, {voice, failed})[2].title, "First try")
        << "the decision that the promise follows from";
}

TEST_P(Loops, say_that_a_vote_runs_or_was_taken_back)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto decision = make("decision", "Photos of the meter");
    const auto approach = [&](std::string_view verb, const InHand& in_hand = {}) {
        hall->clock().advance(std::chrono::days{1});
        write([&](store::Transaction& transaction) {
            approach_stage(transaction, organisation.id, {voice, decision}, Stage::decide, decision,
                           verb, now(), in_hand);
        });
    };
    const auto& english = web::Language::of("en");
    const auto stop_of = [&](Id thing) {
        return make_loop_line(loop_of(aino, thing), english).stops[2];
    };
    approach("decide.voting_opened", {.by = {}, .due = *parse_time("2026-05-20T00:00:00Z")});
    for (const Id thing : {voice, decision}) {
        EXPECT_EQ(stop_of(thing).text, "Photos of the meter");
        EXPECT_EQ(stop_of(thing).note, "Voting is open until 20 May 2026.");
        EXPECT_EQ(stop_of(thing).path, "/decisions/" + decision.text());
    }
    EXPECT_TRUE(stages_of(voice).empty()) << "nothing is decided, and no clock counts it";
    approach("decide.decision_withdrawn");
    EXPECT_EQ(stop_of(voice).note, "Taken back. The reason is public.");
    EXPECT_FALSE(loop_of(aino, voice)[2].at);
    EXPECT_EQ(make_loop_line(loop_of(aino, voice), english).stops[3].note,
              "Ask somebody, or promise it yourself.")
        << "the voice itself still waits";
    const auto nothing_more = [&](std::string_view word) {
        const auto line = make_loop_line(loop_of(aino, decision), english);
        for (const auto place : {3U, 4U, 6U}) {
            EXPECT_EQ(line.stops[place].text, word) << place;
            EXPECT_EQ(line.stops[place].note, "") << place;
        }
        for (const std::size_t place : {0U, 1U}) EXPECT_EQ(line.stops[place].note, "") << place;
        for (const auto& stop : line.stops)
            if (stop.label != "Told") EXPECT_NE(stop.state, web::LoopStop::next) << stop.label;
    };
    EXPECT_EQ(stop_of(decision).note, "Taken back. The reason is public.");
    nothing_more("withdrawn");
    EXPECT_EQ(make_loop_line(loop_of(aino, decision), english).stops[5].text, "withdrawn");
    reach({voice, decision}, Stage::decide, decision, "decide.failed");
    nothing_more("did not pass");
    reach({voice, decision}, Stage::decide, decision, "decide.passed");
    EXPECT_THAT(stop_of(voice).note, HasSubstr("passed"));
    EXPECT_EQ(make_loop_line(loop_of(aino, decision), english).stops[3].note,
              "Ask somebody, or promise it yourself.");
}

TEST_P(Loops, say_of_a_voice_without_a_promise_what_its_status_says)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto& english = web::Language::of("en");
    const auto note_of = [&](std::size_t place) {
        return make_loop_line(loop_of(aino, voice), english).stops[place].note;
    };
    set_status(voice, Category::planned);
    EXPECT_EQ(note_of(3), "Nobody has promised it by name yet.");
    set_status(voice, Category::declined);
    EXPECT_EQ(note_of(2), "The official answer says why.");
    EXPECT_EQ(note_of(3), "It was declined.");
    EXPECT_EQ(note_of(4), "It was declined.");
    const auto own = say(owner).id;
    set_status(own, Category::done);
    EXPECT_EQ(make_loop_line(loop_of(aino, own), english).stops[5].text, "nobody to tell");
}

TEST_P(Loops, say_how_late_a_promise_was_kept)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto promise = make("commitment", "From June");
    const auto due = Time(std::chrono::floor<std::chrono::days>(now())) - std::chrono::days{4};
    reach({voice}, Stage::act, promise, "act.commitment_kept", {.by = owner.id, .due = due});
    EXPECT_THAT(make_loop_line(loop_of(aino, voice), web::Language::of("en")).stops[4].note,
                HasSubstr("kept, 5 days late"));
}

TEST_P(Loops, authors_of_merged_voices_say_whether_it_helped)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto mei = let_in("Mei", "mei@customer.example");
    const auto hers = say(aino).id;
    const auto root = say(mei).id;
    const auto steward = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(merge_voice(transaction, hall->ids(), now(), steward, hers, root));
    });
    EXPECT_EQ(check(aino, hers, true, "").error().reason, Reason::conflict);
    const auto promise = make("commitment", "From June");
    reach({root}, Stage::act, promise, "act.commitment_kept");
    EXPECT_EQ(check(aino, hers, false, "").value().not_helped, 1);
    EXPECT_EQ(loop_of(aino, root, {hers})[6].verb, "hear.did_not_help");
}

TEST_P(Loops, name_the_promise_of_what_was_done_last)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto promise = make("commitment", "From June");
    const auto procedure = make("procedure", "Refunds");
    reach({voice}, Stage::organise, procedure, "write.procedure_threshold_reached");
    const auto first = now();
    reach({voice}, Stage::organise, promise, "act.commitment_kept");
    EXPECT_EQ(loop_of(aino, voice)[3].title, "From June");
    reach({voice}, Stage::act, promise, "act.commitment_kept");
    reach({voice}, Stage::act, procedure, "write.procedure_mended");
    EXPECT_EQ(loop_of(aino, voice)[4].title, "Refunds");
    EXPECT_EQ(loop_of(aino, voice)[3].title, "Refunds");
    EXPECT_EQ(loop_of(aino, voice)[3].at, first);
}

TEST_P(Loops, of_a_theme_name_that_theme_whatever_others_its_voices_are_in)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto bills = make("theme", "Bills");
    const auto meters = make("theme", "Meters");
    reach({voice}, Stage::sense, bills, "sense.voice_put");
    reach({voice}, Stage::sense, meters, "sense.voice_put");
    EXPECT_EQ(loop_of(aino, voice)[1].title, "Bills");
    EXPECT_EQ(loop_of(aino, meters, {voice})[1].title, "Meters");
}

TEST_P(Loops, lead_from_told_to_no_words_that_are_not_there)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto promise = make("commitment", "From June");
    reach({voice}, Stage::act, promise, "act.commitment_kept");
    reach({voice}, Stage::tell, voice, "tell.outcome_told"); // as it was kept once
    EXPECT_EQ(loop_of(aino, voice)[5].path, "/promises/" + promise.text());
    write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE thing SET state = 'hidden' WHERE org_id = ?1 AND thing_id = ?2",
                            organisation.id, promise);
    });
    const auto loop = loop_of(aino, voice);
    EXPECT_TRUE(loop[5].at);
    EXPECT_EQ(loop[5].path, "") << "its only outcome is hidden, and nobody answered officially";
}

TEST_P(Loops, lead_from_told_to_what_she_was_told_of)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto promise = make("commitment", "From June");
    const auto bills = make("theme", "Bills");
    reach({voice}, Stage::tell, voice, "tell.outcome_told");
    const auto path = "/voices/" + voice.text();
    EXPECT_EQ(loop_of(aino, voice)[5].path, "")
        << "nobody answered officially: this page has it all";
    EXPECT_EQ(loop_of(aino, bills, {voice})[5].path, path);
    EXPECT_THAT(loop_json(loop_of(aino, voice), web::Language::of("en"), "http://localhost"),
                Not(HasSubstr("#official")));
    set_status(voice, Category::planned);
    EXPECT_EQ(loop_of(aino, voice)[5].path, path + "#official");
    EXPECT_EQ(loop_of(aino, bills, {voice})[5].path, path + "#official");
    const auto other = say(aino).id;
    reach({other}, Stage::act, promise, "act.commitment_kept");
    reach({other}, Stage::tell, other, "tell.outcome_told"); // as it was kept once
    EXPECT_EQ(loop_of(aino, other)[5].path, "/promises/" + promise.text());
    const auto third = say(aino).id;
    reach({third}, Stage::tell, promise, "tell.outcome_told");
    EXPECT_EQ(loop_of(aino, third)[5].path, "/promises/" + promise.text());
    const auto line = make_loop_line(loop_of(aino, third), web::Language::of("en"));
    EXPECT_EQ(line.stops[5].text, "the author was told");
}

TEST_P(Loops, what_one_may_not_see_reached_nothing)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino);
    const auto closed = make_closed_circle();
    const auto secret = say(owner, closed);
    write([&](store::Transaction& transaction) {
        reach_stage(transaction, organisation.id, voice.id, Stage::decide, secret.id,
                    "decide.passed", now());
    });
    EXPECT_FALSE(loop_of(aino, voice.id)[2].at);
    EXPECT_TRUE(loop_of(owner, voice.id)[2].at);
    EXPECT_FALSE(loop_of(aino, secret.id)[0].at) << "she does not see the thing itself";
}

TEST_P(Loops, tell_figures_nothing_of_closed_circles_nor_of_what_is_hidden)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino).id;
    const auto closed = make_closed_circle();
    const auto within = say(owner, closed).id;
    const auto secret = make("commitment", "Secret", closed);
    reach({voice, within}, Stage::act, secret, "act.commitment_kept");
    EXPECT_TRUE(stages_of(voice).empty()) << "everybody sees the voice, and few what came of it";
    EXPECT_EQ(stages_of(within), std::vector{Stage::act}) << "who sees this one sees the other";
    EXPECT_EQ(check(aino, voice, true, "").error().reason, Reason::conflict)
        << "she is not asked whether that helps which she does not see";

    const auto open = make("commitment", "Open");
    reach({voice, within}, Stage::act, open, "act.commitment_kept");
    EXPECT_EQ(stages_of(voice), std::vector{Stage::act});
    EXPECT_EQ(stages_of(within).size(), 2U);

    // Hidden, and shown again: each says so to the voices behind it, so that figures follow.
    const auto steward = viewer_of(owner);
    const auto concerned = [&](std::string_view verb) {
        return read([&](store::Transaction& transaction) {
            return transaction
                .query(
                    R"sql( SELECT 1 FROM event e JOIN event_thing et ON et.org_id = e.org_id AND et.event_id = e.event_id
                              WHERE e.org_id = ?1 AND et.org_id = ?1 AND e.verb = ?2 AND e.thing_id = ?3
                                AND et.thing_id = ?4 )sql",
                    organisation.id, verb, open, voice)
                .next();
        });
    };
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hide(transaction, hall->ids(), now(), steward, open, "Spam"));
    });
    EXPECT_TRUE(stages_of(voice).empty());
    EXPECT_TRUE(concerned("hear.thing_hidden"));
    EXPECT_EQ(check(aino, voice, true, "").error().reason, Reason::conflict);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(show_again(transaction, hall->ids(), now(), steward, open));
    });
    EXPECT_EQ(stages_of(voice), std::vector{Stage::act});
    EXPECT_TRUE(concerned("hear.thing_shown"));
    EXPECT_TRUE(check(aino, voice, true, ""));
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

    const auto take_back = [&](const Viewer& viewer) {
        return write([&](store::Transaction& transaction) {
            EXPECT_TRUE(withdraw_support(transaction, hall->ids(), now(), viewer, voice.id));
            return find_checks(transaction, voice.id, viewer).value();
        });
    };
    checks = take_back(supporter);
    EXPECT_EQ(checks.not_helped, 0) << "who does not ask for it any more is not in the numbers";
    EXPECT_FALSE(checks.own);
    EXPECT_EQ(check(selim, voice.id, false, "").error().reason, Reason::forbidden);
    EXPECT_EQ(take_back(viewer_of(aino)).helped, 1) << "an author asked for it, whoever backs it";
}

TEST_P(Loops, a_form_that_says_nothing_is_not_taken_for_a_no)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino);
    set_status(voice.id, Category::done);
    const auto at_aino = sign_in_as(aino);
    const auto path = "/voices/" + voice.id.text();
    const auto unsaid = post(at_aino, path + "/check", {{"words", "The photo is refused."}});
    EXPECT_EQ(unsaid.status, 422);
    EXPECT_THAT(unsaid.body, testing::HasSubstr("The photo is refused."));
    EXPECT_EQ(post(at_aino, path + "/check", {{"helped", "perhaps"}}).status, 422);
    EXPECT_EQ(events("hear.voice_checked"), 0);
    EXPECT_EQ(post(at_aino, path + "/check", {{"helped", "no"}}).status, 303);
    EXPECT_EQ(events("hear.voice_checked"), 1);
    // Nor is a mark of the answer taken away by a form that names no reply.
    for (const auto* reply : {"", "nonsense"})
        EXPECT_EQ(post(at_aino, path + "/answer", {{"reply", reply}}).status, 422) << reply;
}

TEST_P(Loops, what_a_supporter_of_a_merged_voice_said_goes_with_her_me_too)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    const auto same = say(aino).id;
    const auto voice = say(aino).id;
    const auto supporter = viewer_of(selim);
    const auto olga = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        for (const Id one : {same, voice})
            EXPECT_TRUE(give_support(transaction, hall->ids(), now(), supporter, one, ""));
        EXPECT_TRUE(merge_voice(transaction, hall->ids(), now(), olga, same, voice));
    });
    set_status(voice, Category::done);
    EXPECT_EQ(check(selim, same, false, "").value().not_helped, 1);
    const auto left = write([&](store::Transaction& transaction) {
        EXPECT_TRUE(withdraw_support(transaction, hall->ids(), now(), supporter, same));
        return find_checks(transaction, voice, supporter).value();
    });
    EXPECT_EQ(left.not_helped, 1) << "she still backs the one that stands";
    const auto gone = write([&](store::Transaction& transaction) {
        EXPECT_TRUE(withdraw_support(transaction, hall->ids(), now(), supporter, voice));
        return find_checks(transaction, voice, supporter).value();
    });
    EXPECT_EQ(gone.not_helped, 0);
}

MOOTHALL_ON_EACH_ENGINE(Loops);

} // namespace
} // namespace moothall::hear
