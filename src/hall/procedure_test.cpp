#include "hall/procedures.hpp"
#include "hall/test_house.hpp"
#include "tell/notification.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace moothall::hall {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using write::ProcedureState;

/// A house with one way of working: Bob answers for it, Aino and Mei are customers.
class Procedures : public test::WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        mei = let_in("Mei Lin", "mei@customer.example");
    }
    static write::NewProcedure wish(Id owner = {}, Id circle = {})
    {
        return {.text = {.title = "Refunds",
                         .purpose = "Nobody pays twice",
                         .words = "Ask **two** people.\nWait a week.",
                         .said = {}},
                .owner = owner,
                .circle = circle};
    }
    Result<write::Procedure> try_make(const people::Person& person,
                                      const write::NewProcedure& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::make_procedure(transaction, hall->ids(), now(), viewer, wanted,
                                         write::render_words(wanted.text.words).value());
        });
    }
    write::Procedure make() { return try_make(owner, wish(bob.id)).value(); }
    Result<write::Procedure> look(const people::Person& person, Id procedure)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::find_procedure(transaction, procedure, viewer);
        });
    }
    Result<write::Procedure> edit(const people::Person& person, Id procedure,
                                  const write::ProcedureChange& change)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::edit_procedure(transaction, hall->ids(), now(), viewer, procedure, change,
                                         write::render_words(change.words.value_or("x")).value());
        });
    }
    Result<write::Settled> mend(const people::Person& person, Id procedure, std::string words,
                                std::string said)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            const write::ProcedureChange change{.words = words, .said = said};
            return write::mend_procedure(transaction, hall->ids(), now(), viewer, procedure, change,
                                         write::render_words(words).value());
        });
    }
    Result<write::Settled> retire(const people::Person& person, Id procedure, std::string why)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::retire_procedure(transaction, hall->ids(), now(), viewer, procedure, why);
        });
    }
    Result<write::Logged> log(const people::Person& person, Id procedure,
                              const write::NewBypass& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::log_bypass(transaction, hall->ids(), now(), viewer, procedure, wanted);
        });
    }
    int passers_by = 0;
    void go_round(const people::Person& person, Id procedure, int times = 1)
    {
        ASSERT_TRUE(log(person, procedure, {.why = "It could not wait."}));
        // As many people as times: whoever does it again counts once.
        for (int i = 1; i < times; ++i) {
            const auto number = std::to_string(++passers_by);
            const auto other = let_in("Passer-by " + number, "by" + number + "@customer.example");
            ASSERT_TRUE(log(other, procedure, {.why = "It could not wait."}));
        }
    }
    std::vector<write::Bypass> bypasses(const people::Person& person, Id procedure)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::list_bypasses(transaction, procedure, viewer, {}, 50).value().bypasses;
        });
    }
    people::Circle open_circle(std::string name, people::Visibility visibility)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            people::Circle wanted;
            wanted.name = std::move(name);
            wanted.kind = people::CircleKind::company;
            wanted.visibility = visibility;
            return people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value();
        });
    }
    /// The verbs of what somebody was told, the newest first.
    std::vector<std::string> told(const people::Person& person)
    {
        hall->clock().advance(5s); // young events wait until no older one can come
        while (tell::tell_of_events(hall->database(), organisation.id, now(), hall->ids()) != 0) {
        }
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            std::vector<std::string> verbs;
            for (const auto& one : tell::list_notifications(transaction, viewer, {}, 50))
                verbs.push_back(one.verb);
            return verbs;
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

MOOTHALL_ON_EACH_ENGINE(Procedures);

TEST_P(Procedures, are_written_by_stewards_and_by_members_who_work_there)
{
    EXPECT_EQ(try_make(aino, wish()).error().reason, Reason::forbidden);
    EXPECT_EQ(events("write.procedure_made"), 0);
    const auto procedure = try_make(owner, wish(bob.id));
    ASSERT_TRUE(procedure);
    EXPECT_EQ(procedure->owner.name, "Bob Builder");
    EXPECT_EQ(procedure->state, ProcedureState::open);
    EXPECT_EQ(procedure->version, 1);
    EXPECT_EQ(procedure->threshold, 3);
    EXPECT_EQ(procedure->mending_days, 14);
    EXPECT_EQ(events("write.procedure_made"), 1);
    EXPECT_THAT(told(bob), testing::ElementsAre("write.procedure_made"));

    auto wanted = wish();
    wanted.text.title = " ";
    EXPECT_EQ(try_make(owner, wanted).error().field, "title");
    wanted = wish();
    wanted.text.words = "\n";
    EXPECT_EQ(try_make(owner, wanted).error().field, "words");
    wanted = wish();
    wanted.threshold = 0;
    EXPECT_EQ(try_make(owner, wanted).error().field, "threshold");
    wanted = wish();
    wanted.mending_days = 366;
    EXPECT_EQ(try_make(owner, wanted).error().field, "mending_days");
    EXPECT_EQ(try_make(owner, wish(Id{12345})).error().field, "owner");
}

TEST_P(Procedures, of_a_closed_circle_are_unseen_with_all_that_is_about_them)
{
    const auto board = open_circle("Board", people::Visibility::closed);
    EXPECT_EQ(try_make(owner, wish(bob.id, board.id)).error().field, "owner");
    const auto procedure = try_make(owner, wish({}, board.id)).value();
    EXPECT_EQ(look(aino, procedure.id).error().reason, Reason::not_found);
    EXPECT_EQ(log(aino, procedure.id, {.why = "x"}).error().reason, Reason::not_found);
    const auto her = sign_in_as(aino);
    const auto path = "/procedures/" + procedure.id.text();
    for (const auto* tail : {"", "/edit", "/mending", "/versions/1"})
        EXPECT_EQ(get(her, path + tail).status, 404) << tail;
    for (const auto* tail : {"", "/mending", "/bypasses", "/challenges", "/retirement", "/follow"})
        EXPECT_EQ(post(her, path + tail, {{"words", "x"}, {"title", "x"}, {"why", "x"}}).status,
                  404)
            << tail;
    EXPECT_THAT(get(her, "/procedures").body, Not(HasSubstr("Refunds")));
    go_round(owner, procedure.id);
    EXPECT_EQ(bypasses(aino, procedure.id).size(), 0U);
    EXPECT_EQ(bypasses(owner, procedure.id).size(), 1U);
}

TEST_P(Procedures, keep_each_version_and_show_what_changed)
{
    const auto procedure = make();
    EXPECT_EQ(edit(aino, procedure.id, {.words = "No."}).error().reason, Reason::forbidden);
    const auto edited =
        edit(bob, procedure.id,
             {.words = "Ask **two** people.\nWait a day.", .said = "A day is enough."});
    ASSERT_TRUE(edited);
    EXPECT_EQ(edited->version, 2);
    EXPECT_EQ(events("write.procedure_edited"), 1);
    // As it was: nothing is written.
    EXPECT_EQ(edit(bob, procedure.id, {.words = "Ask **two** people.\r\nWait a day."})->version, 2);
    EXPECT_EQ(events("write.procedure_edited"), 1);
    const auto page = get({}, "/procedures/" + procedure.id.text() + "/versions/2");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("<del>Wait a week.</del>"));
    EXPECT_THAT(page.body, HasSubstr("<ins>Wait a day.</ins>"));
    EXPECT_THAT(page.body, HasSubstr("A day is enough."));
    EXPECT_EQ(get({}, "/procedures/" + procedure.id.text() + "/versions/3").status, 404);
    EXPECT_EQ(get({}, "/procedures/" + procedure.id.text() + "/versions/1").status, 200);
    EXPECT_EQ(get({}, "/procedures/" + procedure.id.text() + "/versions/1", {{"with", "9"}}).status,
              404);
}

TEST_P(Procedures, are_not_overwritten_unseen)
{
    const auto procedure = make();
    ASSERT_TRUE(edit(bob, procedure.id, {.words = "One.", .version = 1}));
    EXPECT_EQ(edit(owner, procedure.id, {.words = "Two.", .version = 1}).error().reason,
              Reason::conflict);
    EXPECT_EQ(look(mei, procedure.id)->words, "One.");
}

TEST_P(Procedures, are_gone_round_by_whoever_sees_them)
{
    const auto procedure = make();
    const auto voice = say(mei, "I paid twice");
    EXPECT_EQ(log(aino, procedure.id, {.why = " "}).error().field, "why");
    EXPECT_EQ(log(aino, procedure.id, {.for_one = procedure.id, .why = "x"}).error().field, "for");
    EXPECT_EQ(log(aino, procedure.id, {.why = "x", .voice = mei.id}).error().field, "voice");
    const auto logged = log(aino, procedure.id,
                            {.for_one = mei.id,
                             .why = "She needed it today.",
                             .happened = "I paid her myself.",
                             .voice = voice.id});
    ASSERT_TRUE(logged);
    EXPECT_EQ(logged->bypass.for_one.name, "Mei Lin");
    EXPECT_EQ(logged->bypass.voice_title, "I paid twice");
    EXPECT_TRUE(logged->owed.empty());
    EXPECT_EQ(events("write.bypass_logged"), 1);
    EXPECT_EQ(look(mei, procedure.id)->bypasses, 1);
    EXPECT_EQ(look(mei, procedure.id)->state, ProcedureState::open);
    EXPECT_THAT(told(bob), testing::ElementsAre("write.bypass_logged", "write.procedure_made"));
    EXPECT_THAT(get({}, "/voices/" + voice.id.text()).body, HasSubstr("Refunds"));
}

TEST_P(Procedures, name_nobody_and_no_voice_that_the_reader_may_not_know_of)
{
    const auto procedure = make();
    const auto board = open_circle("Board", people::Visibility::closed);
    auto viewer = viewer_of(owner);
    const auto voice = write([&](store::Transaction& transaction) {
        return hear::say_voice(transaction, hall->ids(), now(), viewer,
                               {.title = "Among us", .circle = board.id},
                               hear::render_body("Among us", {}).value())
            .value();
    });
    ASSERT_TRUE(log(owner, procedure.id, {.for_one = board.id, .why = "x", .voice = voice.id}));
    EXPECT_EQ(bypasses(owner, procedure.id).at(0).for_one.name, "Board");
    EXPECT_EQ(bypasses(aino, procedure.id).at(0).for_one.id, Id{});
    EXPECT_EQ(bypasses(aino, procedure.id).at(0).voice, Id{});
    EXPECT_THAT(get(sign_in_as(aino), procedure.path()).body, Not(HasSubstr("Among us")));
    EXPECT_EQ(log(aino, procedure.id, {.for_one = board.id, .why = "x"}).error().field, "for");
    EXPECT_EQ(log(aino, procedure.id, {.why = "x", .voice = voice.id}).error().field, "voice");
}

TEST_P(Procedures, must_be_mended_by_a_day_once_the_threshold_is_reached)
{
    const auto procedure = make();
    go_round(aino, procedure.id, 2);
    EXPECT_EQ(events("write.procedure_threshold_reached"), 0);
    go_round(mei, procedure.id);
    EXPECT_EQ(events("write.procedure_threshold_reached"), 1);
    auto due = look(mei, procedure.id).value();
    EXPECT_EQ(due.state, ProcedureState::to_mend);
    EXPECT_EQ(due.due, parse_date("2026-05-18")); // 14 days after 4 May
    EXPECT_EQ(told(bob).front(), "write.procedure_threshold_reached");
    // Once: the day stays, however often it is gone round, and whatever the threshold becomes.
    hall->clock().advance(48h);
    go_round(mei, procedure.id);
    ASSERT_TRUE(edit(bob, procedure.id, {.threshold = 50}));
    due = look(mei, procedure.id).value();
    EXPECT_EQ(due.due, parse_date("2026-05-18"));
    EXPECT_EQ(due.bypasses, 3) << "she went round it twice, and is one";
    EXPECT_EQ(events("write.procedure_threshold_reached"), 1);
    EXPECT_THAT(get(sign_in_as(bob), "/mine").body, HasSubstr("Refunds"));
    EXPECT_THAT(get({}, "/procedures", {{"state", "to-mend"}}).body, HasSubstr("Refunds"));
    EXPECT_THAT(get({}, "/report").body, HasSubstr("Refunds"));
}

TEST_P(Procedures, come_due_when_the_threshold_comes_down_to_the_bypasses)
{
    const auto procedure = make();
    go_round(aino, procedure.id, 2);
    ASSERT_TRUE(edit(owner, procedure.id, {.threshold = 2, .mending_days = 3}));
    EXPECT_EQ(look(mei, procedure.id)->state, ProcedureState::to_mend);
    EXPECT_EQ(look(mei, procedure.id)->due, parse_date("2026-05-07"));
    EXPECT_EQ(events("write.procedure_threshold_reached"), 1);
}

TEST_P(Procedures, are_said_to_be_overdue_once)
{
    const auto procedure = make();
    go_round(aino, procedure.id, 3);
    const auto note = [&] {
        return write::note_overdue(hall->database(), organisation.id, now(), hall->ids());
    };
    hall->clock().advance(24h * 14);
    EXPECT_EQ(note(), 0); // its day counts to its end
    hall->clock().advance(24h);
    EXPECT_EQ(note(), 1);
    EXPECT_EQ(note(), 0);
    EXPECT_EQ(events("write.procedure_overdue"), 1);
    EXPECT_TRUE(look(mei, procedure.id)->overdue);
    EXPECT_EQ(told(aino).front(), "write.procedure_overdue");
    EXPECT_EQ(told(bob).front(), "write.procedure_overdue");
    EXPECT_THAT(get({}, procedure.path()).body, HasSubstr("and was not"));
}

TEST_P(Procedures, are_mended_by_a_version_that_answers_who_went_round_them)
{
    const auto procedure = make();
    EXPECT_EQ(mend(bob, procedure.id, "At once.", "x").error().reason, Reason::conflict);
    go_round(aino, procedure.id, 2);
    go_round(mei, procedure.id);
    EXPECT_EQ(mend(aino, procedure.id, "At once.", "x").error().reason, Reason::forbidden);
    EXPECT_EQ(mend(bob, procedure.id, "At once.", " ").error().field, "said");
    EXPECT_EQ(mend(bob, procedure.id, procedure.words, "Nothing").error().field, "words");
    ASSERT_TRUE(mend(bob, procedure.id, "At once.", "No waiting any more."));
    const auto mended = look(mei, procedure.id).value();
    EXPECT_EQ(mended.state, ProcedureState::open);
    EXPECT_EQ(mended.bypasses, 0);
    EXPECT_FALSE(mended.due);
    EXPECT_EQ(mended.version, 2);
    for (const auto& bypass : bypasses(mei, procedure.id)) EXPECT_EQ(bypass.mended_in, 2);
    EXPECT_EQ(mend(bob, procedure.id, "Later.", "x").error().reason, Reason::conflict);
    EXPECT_EQ(events("write.procedure_mended"), 1);
    EXPECT_EQ(told(aino).front(), "write.procedure_mended");
    EXPECT_EQ(told(mei).front(), "write.procedure_mended");
    EXPECT_THAT(get({}, "/report").body, HasSubstr("Refunds"));
    // The count begins anew.
    go_round(aino, procedure.id, 3);
    EXPECT_EQ(events("write.procedure_threshold_reached"), 2);
}

TEST_P(Procedures, are_retired_once_with_a_public_reason)
{
    const auto procedure = make();
    go_round(aino, procedure.id);
    EXPECT_EQ(retire(aino, procedure.id, "x").error().reason, Reason::forbidden);
    EXPECT_EQ(retire(bob, procedure.id, " ").error().field, "why");
    ASSERT_TRUE(retire(bob, procedure.id, "Nobody needs it."));
    EXPECT_EQ(retire(bob, procedure.id, "Again.").error().reason, Reason::conflict);
    EXPECT_EQ(events("write.procedure_retired"), 1);
    EXPECT_EQ(told(aino).front(), "write.procedure_retired");
    EXPECT_EQ(log(mei, procedure.id, {.why = "x"}).error().reason, Reason::conflict);
    EXPECT_EQ(edit(bob, procedure.id, {.words = "x"}).error().reason, Reason::conflict);
    EXPECT_THAT(get({}, procedure.path()).body, HasSubstr("Nobody needs it."));
    EXPECT_THAT(get({}, "/procedures").body, Not(HasSubstr("Refunds")));
    EXPECT_THAT(get({}, "/procedures", {{"state", "retired"}}).body, HasSubstr("Refunds"));
}

TEST_P(Procedures, take_a_linked_voice_round_the_loop)
{
    const auto procedure = make();
    const auto voice = say(mei, "I paid twice");
    const auto step_of = [&](hear::Stage stage) {
        const auto viewer = viewer_of(mei);
        return read([&](store::Transaction& transaction) {
            return hear::find_loop(transaction, viewer, voice.id,
                                   {})[static_cast<std::size_t>(stage) - 1];
        });
    };
    const auto at_aino = sign_in_as(aino);
    const auto path = "/procedures/" + procedure.id.text();
    const auto voice_path = "http://localhost/voices/" + voice.id.text() + "-i-paid-twice";
    EXPECT_EQ(post(at_aino, path + "/bypasses",
                   {{"why", "Two weeks is long."}, {"for", "mei lin"}, {"voice", voice_path}})
                  .status,
              303);
    EXPECT_EQ(bypasses(aino, procedure.id).at(0).for_one.id, mei.id);
    EXPECT_FALSE(step_of(hear::Stage::organise).at);
    EXPECT_EQ(
        post(at_aino, path + "/bypasses", {{"why", "Again."}, {"for", "my neighbour"}}).status,
        303);
    EXPECT_EQ(bypasses(aino, procedure.id).at(0).for_whom, "my neighbour");
    EXPECT_EQ(
        post(at_aino, path + "/bypasses", {{"why", "And again."}, {"voice", "nonsense"}}).status,
        422);
    EXPECT_EQ(post(at_aino, path + "/bypasses", {{"why", "And again."}}).status, 303);
    EXPECT_FALSE(step_of(hear::Stage::organise).at) << "it is the same person";
    go_round(owner, procedure.id);
    EXPECT_EQ(post(sign_in_as(mei), path + "/bypasses", {{"why", "Me too."}}).status, 303);
    EXPECT_EQ(step_of(hear::Stage::organise).by.id, bob.id) << "who has to mend it";
    EXPECT_TRUE(step_of(hear::Stage::organise).due);
    EXPECT_EQ(step_of(hear::Stage::organise).verb, "write.procedure_threshold_reached");

    const auto at_bob = sign_in_as(bob);
    EXPECT_THAT(get(at_bob, path + "/mending").body, HasSubstr("And again."));
    EXPECT_EQ(get(at_aino, path + "/mending").status, 403);
    const test::Sent form{{"title", "Refunds"},
                          {"purpose", "Nobody pays twice"},
                          {"words", "At once."},
                          {"said", "No waiting."},
                          {"version", "1"}};
    EXPECT_EQ(post(at_bob, path + "/mending", form).status, 303);
    EXPECT_EQ(step_of(hear::Stage::act).verb, "write.procedure_mended");
    // Who asked for it hears of it as what came of her voice.
    EXPECT_EQ(told(mei).front(), "write.procedure_mended");
    EXPECT_THAT(get({}, path).body, HasSubstr("mended"));
}

TEST_P(Procedures, are_challenged_and_answered_in_the_open)
{
    const auto procedure = make();
    const auto path = "/procedures/" + procedure.id.text();
    EXPECT_EQ(post(sign_in_as(aino), path + "/challenges", {{"title", "Why two people?"}}).status,
              303);
    EXPECT_EQ(events("act.callout_opened"), 1);
    EXPECT_THAT(get({}, path).body, HasSubstr("Why two people?"));
    EXPECT_THAT(get(sign_in_as(bob), "/mine").body, HasSubstr("Why two people?"));
    const auto viewer = viewer_of(bob);
    const auto waiting = read([&](store::Transaction& transaction) {
        return act::list_callouts_to_answer(transaction, viewer);
    });
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(look_at(mei, waiting[0].id).kind, "challenge");
}

TEST_P(Procedures, are_written_and_changed_by_forms)
{
    const auto at_owner = sign_in_as(owner);
    EXPECT_EQ(get(sign_in_as(aino), "/procedures/new").status, 403);
    EXPECT_EQ(get({}, "/procedures/new").status, 401);
    EXPECT_EQ(get(at_owner, "/procedures/new").status, 200);
    const test::Sent form{{"title", "Refunds"},
                          {"purpose", "Nobody pays twice"},
                          {"words", "<b>x</b>"},
                          {"owner", "Bob Builder"},
                          {"threshold", "2"},
                          {"mending_days", "7"},
                          {"circle", organisation.everyone.text()}};
    const auto made = post(at_owner, "/procedures", form);
    ASSERT_EQ(made.status, 303);
    const auto path = header(made, "Location");
    EXPECT_THAT(get({}, path).body, HasSubstr("Bob Builder"));
    EXPECT_THAT(get({}, path).body, Not(HasSubstr("<b>x</b>")));
    auto refused = form;
    refused[4].second = "many";
    const auto again = post(at_owner, "/procedures", refused);
    EXPECT_EQ(again.status, 422);
    EXPECT_THAT(again.body, HasSubstr("Nobody pays twice"));

    const auto id = Id::parse(path.substr(std::string("/procedures/").size(), 13)).value();
    const auto at_bob = sign_in_as(bob);
    EXPECT_EQ(get(at_bob, "/procedures/" + id.text() + "/edit").status, 200);
    auto change = form;
    change[2].second = "Ask one.";
    change.emplace_back("version", "1");
    EXPECT_EQ(post(at_bob, "/procedures/" + id.text(), change).status, 303);
    EXPECT_EQ(look(mei, id)->words, "Ask one.");
    EXPECT_EQ(post(at_bob, "/procedures/" + id.text(), change).status, 409);
    EXPECT_EQ(post(sign_in_as(aino), "/procedures/" + id.text(), change).status, 403);
    EXPECT_EQ(
        post(sign_in_as(aino), "/procedures/" + id.text() + "/follow", {{"outcome", "yes"}}).status,
        303);
    go_round(mei, id);
    EXPECT_EQ(told(aino).front(), "write.bypass_logged");
    EXPECT_EQ(post(at_bob, "/procedures/" + id.text() + "/retirement").status, 422);
    EXPECT_EQ(post(at_bob, "/procedures/" + id.text() + "/retirement", {{"why", "Done."}}).status,
              303);
}

TEST_P(Procedures, are_the_same_by_the_api)
{
    const auto token = token_of(owner);
    const auto made =
        by_token(web::Method::post, token, "/api/v1/procedures",
                 R"({"title":"T","purpose":"P","words":"One.","threshold":1,"owner":")" +
                     bob.id.text() + R"("})");
    ASSERT_EQ(made.status, 201);
    const auto path = header(made, "Location");
    EXPECT_THAT(made.body, HasSubstr(R"("state":"open")"));
    EXPECT_EQ(by_token(web::Method::post, token_of(aino), "/api/v1/procedures",
                       R"({"title":"T","words":"W"})")
                  .status,
              403);
    EXPECT_EQ(by_token(web::Method::patch, token, path, R"({"words":"Two.","said":"Why"})").status,
              200);
    EXPECT_EQ(by_token(web::Method::patch, token, path, R"({"threshold":"3"})").status, 422);
    EXPECT_EQ(by_token(web::Method::patch, token, path, R"({"words":"Old","version":1})").status,
              409);
    EXPECT_EQ(by_token(web::Method::post, token_of(aino), path + "/bypasses",
                       R"({"why":"W","for_whom":"somebody","happened":"H"})")
                  .status,
              201);
    EXPECT_THAT(by_token(web::Method::post, token_of(aino), path + "/bypasses",
                         R"({"why":"W","for_whom":")" + std::string(201, 'x') + R"("})")
                    .body,
                HasSubstr(R"("field":"for_whom")"));
    EXPECT_THAT(by_token(web::Method::get, token, path + "/bypasses").body,
                HasSubstr(R"("for_whom":"somebody")"));
    EXPECT_THAT(
        by_token(web::Method::get, token, "/api/v1/procedures", {}, {{"state", "to-mend"}}).body,
        HasSubstr(R"("overdue":false)"));
    EXPECT_EQ(
        by_token(web::Method::get, token, "/api/v1/procedures", {}, {{"state", "broken"}}).status,
        422);
    EXPECT_EQ(
        by_token(web::Method::post, token_of(aino), path + "/challenges", R"({"title":"Why?"})")
            .status,
        201);
    EXPECT_EQ(by_token(web::Method::post, token, path + "/mend", R"({"words":"Three.","said":"S"})")
                  .status,
              200);
    EXPECT_THAT(by_token(web::Method::get, token, path + "/versions").body,
                HasSubstr(R"("mends":true)"));
    EXPECT_THAT(by_token(web::Method::get, token, path + "/versions/3", {}, {{"with", "1"}}).body,
                HasSubstr(R"({"change":"taken-out","text":"One."})"));
    EXPECT_EQ(by_token(web::Method::get, token, path + "/versions/4").status, 404);
    EXPECT_EQ(by_token(web::Method::post, token, path + "/retire", R"({"why":"Enough"})").status,
              200);
    EXPECT_EQ(by_token(web::Method::post, token, path + "/retire", R"({"why":"Enough"})").status,
              409);
}

} // namespace

} // namespace moothall::hall
