// Imports from the page and the API, brought in by the background.
#include "hall/chores.hpp"
#include "hall/test_house.hpp"
#include "jobs/runner.hpp"
#include "people/account.hpp"
#include "text/json.hpp"

#include <gmock/gmock.h>

namespace moothall::hall::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class Imports : public WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        browser = sign_in_as(owner);
        runner = make_runner(*hall);
    }
    void TearDown() override
    {
        runner.reset();
        WholeHouse::TearDown();
    }
    /// A file is sent; the address of its page.
    std::string send(std::string_view text)
    {
        const auto answer = post(browser, "/settings/import", {{"text", std::string(text)}});
        EXPECT_EQ(answer.status, 303) << answer.body;
        return header(answer, "Location");
    }
    void work()
    {
        while (runner->run_due() > 0) {
        }
    }
    Id run_of(const std::string& path) { return *Id::parse(path.substr(path.rfind('/') + 1)); }
    hear::ImportRun look(const std::string& path)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return hear::find_import(transaction, viewer, run_of(path)).value();
        });
    }
    static std::string rows(int count)
    {
        std::string text = "id,title,votes,created\n";
        for (int i = 0; i < count; ++i)
            text += std::to_string(i) + ",Voice number " + std::to_string(i) + ",2,2025-01-0" +
                    std::to_string(1 + i % 9) + "\n";
        return text;
    }

    Browser browser;
    std::unique_ptr<jobs::Runner> runner;
};
MOOTHALL_ON_EACH_ENGINE(Imports);

TEST_P(Imports, are_looked_at_first_and_change_nothing_until_somebody_says_so)
{
    const auto path = send("Headline,score\nBuses at night,12\nTwo,many\n");
    const auto page = get(browser, path).body;
    EXPECT_THAT(page, HasSubstr("Buses at night"));
    EXPECT_THAT(page, HasSubstr("Line 3: many is no number of votes."));
    EXPECT_THAT(page, HasSubstr("<option value=\"Headline\" selected>"));
    EXPECT_EQ(events("hear.voice_imported"), 0);
    work();
    EXPECT_EQ(look(path).state, "draft");

    // Another column is the title, and one is left out.
    EXPECT_EQ(post(browser, path + "/columns", {{"title", "score"}, {"votes", ""}}).status, 303);
    EXPECT_THAT(get(browser, path).body, HasSubstr("<td dir=\"auto\">12</td>"));
    EXPECT_EQ(post(browser, path + "/columns", {{"title", "Headline"}, {"votes", "score"}}).status,
              303);

    EXPECT_EQ(post(browser, path + "/start").status, 303);
    EXPECT_EQ(post(browser, path + "/start").status, 409) << "pressed twice";
    EXPECT_THAT(get(browser, path).body, HasSubstr("<progress"));
    work();
    const auto run = look(path);
    EXPECT_EQ(run.state, "done");
    EXPECT_EQ(run.made, 1);
    EXPECT_EQ(run.refused, 1);
    EXPECT_EQ(events("hear.voice_imported"), 1);
    EXPECT_EQ(events("hear.voices_imported"), 1);
    const auto done = get(browser, path).body;
    EXPECT_THAT(done, HasSubstr("1 voice came in"));
    EXPECT_THAT(done, HasSubstr("Line 3: many is no number of votes."));
    EXPECT_THAT(done, Not(HasSubstr("<progress")));
    read([&](store::Transaction& transaction) {
        EXPECT_EQ(hear::find_import_text(transaction, organisation.id, run.id), "")
            << "the file is not kept";
    });

    // The same file again changes nothing.
    const auto again = send("Headline,score\nBuses at night,12\nTwo,many\n");
    post(browser, again + "/start");
    work();
    EXPECT_EQ(look(again).unchanged, 1);
    EXPECT_EQ(events("hear.voice_imported"), 1);
    EXPECT_EQ(events("hear.voices_imported"), 1);
}

TEST_P(Imports, show_what_becomes_of_statuses_and_authors_and_let_one_say_otherwise)
{
    const auto path = send("title,status,email\nBuses,On the list,new@people.example\n"
                           "Trams,planned,owner@northwater.example\nRoads,ON THE LIST,\n");
    const auto page = get(browser, path).body;
    EXPECT_THAT(page, HasSubstr("name=\"word-0\" value=\"On the list\""));
    EXPECT_THAT(page, HasSubstr("None of ours: these rows stay out"));
    EXPECT_THAT(page, HasSubstr("Line 2: There is no status On the list here."));
    EXPECT_THAT(page, HasSubstr("name=\"word-1\" value=\"planned\""));
    EXPECT_THAT(page, HasSubstr("is here already"));

    const auto statuses = read([&](store::Transaction& transaction) {
        return hear::list_statuses(transaction, organisation.id);
    });
    const auto declined = hear::find_status(statuses, "declined")->id;
    const auto started = hear::find_status(statuses, "started")->id;
    Sent chosen{
        {"title", "title"},          {"status", "status"},          {"author_email", "email"},
        {"word-0", "On the list"},   {"status-0", declined.text()}, {"word-1", "planned"},
        {"status-1", started.text()}};
    EXPECT_EQ(post(browser, path + "/columns", chosen).status, 303);
    const auto changed = get(browser, path).body;
    EXPECT_THAT(changed, Not(HasSubstr("There is no status")));
    EXPECT_THAT(changed, HasSubstr("may claim it by signing in"));
    EXPECT_THAT(changed, HasSubstr("<option value=\"" + declined.text() + "\" selected>Declined"));
    EXPECT_EQ(look(path).statuses.size(), 2U);
    EXPECT_EQ(post(browser, path + "/columns",
                   {{"title", "title"}, {"word-0", "On the list"}, {"status-0", "nowhere"}})
                  .status,
              422);

    post(browser, path + "/start");
    work();
    const auto run = look(path);
    EXPECT_EQ(run.made, 3);
    EXPECT_EQ(run.people, 1);
    read([&](store::Transaction& transaction) {
        const auto with = [&](Id status) {
            auto rows =
                transaction.query("SELECT count(*) FROM voice WHERE org_id = ?1 AND status_id = ?2",
                                  organisation.id, status);
            rows.next();
            return rows->integer(0);
        };
        EXPECT_EQ(with(declined), 2);
        EXPECT_EQ(with(started), 1);
    });
}

TEST_P(Imports, of_many_rows_come_in_in_their_own_time_without_a_name_put_to_them)
{
    const auto path = send(rows(1234));
    post(browser, path + "/start");
    work();
    const auto run = look(path);
    EXPECT_EQ(run.state, "done");
    EXPECT_EQ(run.rows_done, 1234);
    EXPECT_EQ(run.made, 1234);
    const auto today = say(owner, "Said today");
    const auto viewer = viewer_of(owner);
    std::vector<hear::Voice> newest;
    std::string after;
    do { // page by page, each once, the newest first
        const auto page = read([&](store::Transaction& transaction) {
            return hear::list_voices(transaction,
                                     {.sort = hear::Sort::newest, .limit = 100, .after = after},
                                     viewer)
                .value();
        });
        newest.insert(newest.end(), page.voices.begin(), page.voices.end());
        after = page.next;
    } while (!after.empty());
    ASSERT_EQ(newest.size(), 1235U);
    EXPECT_EQ(newest.front().id, today.id);
    for (std::size_t i = 1; i < newest.size(); ++i)
        ASSERT_GE(newest[i - 1].created, newest[i].created) << i;
    EXPECT_EQ(to_rfc3339(newest.back().created).substr(0, 10), "2025-01-01");
    const auto voice = get(browser, newest.back().path()).body;
    EXPECT_THAT(voice, HasSubstr("imported, author not named"));
    EXPECT_THAT(voice, Not(HasSubstr("Somebody who left")));
}

TEST_P(Imports, go_on_where_they_were_cut_off)
{
    const auto path = send(rows(1100));
    post(browser, path + "/start");
    const auto id = run_of(path);
    // As after a crash: two pieces of the rows are in, the job was not done.
    write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE import_run SET rows_done = 500, made = 500 WHERE org_id = ?1 AND run_id = ?2",
            organisation.id, id);
    });
    work();
    EXPECT_EQ(look(path).rows_done, 1100);
    EXPECT_EQ(events("hear.voice_imported"), 600);
}

TEST_P(Imports, are_stopped_and_keep_what_came_in)
{
    const auto path = send(rows(10));
    post(browser, path + "/start");
    EXPECT_EQ(post(browser, path + "/cancellation").status, 303);
    EXPECT_EQ(post(browser, path + "/cancellation").status, 409);
    work();
    EXPECT_EQ(look(path).state, "cancelled");
    EXPECT_EQ(events("hear.voice_imported"), 0);
    EXPECT_EQ(events("hear.voices_imported"), 0);

    const auto half = send(rows(20));
    post(browser, half + "/start");
    write([&](store::Transaction& transaction) { // some rows are in already
        transaction.execute(
            "UPDATE import_run SET state = 'running', rows_done = 5, made = 5 WHERE "
            "org_id = ?1 AND run_id = ?2",
            organisation.id, run_of(half));
    });
    EXPECT_EQ(header(post(browser, half + "/cancellation"), "Location"), half);
    EXPECT_EQ(events("hear.voices_imported"), 1);
    work();
    EXPECT_EQ(events("hear.voice_imported"), 0);
}

TEST_P(Imports, are_for_stewards_and_of_files_that_can_be_read)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto visitor = sign_in_as(aino);
    const auto path = send(rows(2));
    EXPECT_EQ(get(visitor, "/settings/import").status, 403);
    EXPECT_EQ(get({}, "/settings/import").status, 401);
    EXPECT_EQ(post(visitor, "/settings/import", {{"text", "title\nOne\n"}}).status, 403);
    for (const auto* end : {"/columns", "/start", "/cancellation"})
        EXPECT_EQ(post(visitor, path + end).status, 403) << end;
    EXPECT_EQ(get(visitor, path).status, 403);
    EXPECT_EQ(get(browser, "/settings/import/0zzzzzzzzzzzz").status, 404);
    EXPECT_EQ(look(path).state, "draft");

    const auto empty = post(browser, "/settings/import", {{"text", ""}});
    EXPECT_EQ(empty.status, 422);
    EXPECT_THAT(empty.body, HasSubstr("The file is empty."));
    const auto latin = post(browser, "/settings/import", {{"text", "title\nCaf\xE9\n"}});
    EXPECT_EQ(latin.status, 422);
    EXPECT_THAT(latin.body, HasSubstr("UTF-8"));
    // No column with a text: the page asks which one it is, and offers no start.
    const auto unusable = get(browser, send("when,points\n2025-01-01,3\n")).body;
    EXPECT_THAT(unusable, HasSubstr("No column holds a text."));
    EXPECT_THAT(unusable, Not(HasSubstr("/start\"")));
}

TEST_P(Imports, go_through_the_api)
{
    const auto viewer = viewer_of(owner);
    const auto token = write([&](store::Transaction& transaction) {
        return people::make_own_token(transaction, hall->ids(), now(), viewer, "a program")
            .value()
            .secret;
    });
    const auto made = by_token(web::Method::post, token, "/api/v1/imports",
                               R"({"name":"f.csv","text":"what,n\nBuses,3\nTrams,x\n",)"
                               R"("columns":{"title":"what","votes":"n"},)"
                               R"("statuses":{"On the list":"planned"}})");
    EXPECT_EQ(made.status, 201) << made.body;
    const auto path = header(made, "Location");
    work();
    const auto run = Json::parse(by_token(web::Method::get, token, path).body).value();
    EXPECT_EQ(run.find("state").string(), "done");
    EXPECT_EQ(run.find("made").integer(), 1);
    EXPECT_EQ(run.find("statuses").find("On the list").string(), "planned");
    EXPECT_EQ(run.find("errors").at(0).find("line").integer(), 3);
    const auto ended = by_token(web::Method::del, token, path);
    EXPECT_EQ(ended.status, 200);
    EXPECT_EQ(Json::parse(ended.body).value().find("state").string(), "done") << "it had ended";
    EXPECT_EQ(by_token(web::Method::post, token, "/api/v1/imports", R"({"text":["a"]})").status,
              422);
    for (const auto* wrong :
         {R"({"text":"a\nb","columns":{"nonsense":"a"}})", R"({"text":"a\nb","statuses":["a"]})",
          R"({"text":"a\nb","statuses":{"On the list":"nowhere"}})"})
        EXPECT_EQ(by_token(web::Method::post, token, "/api/v1/imports", wrong).status, 422)
            << wrong;
}

TEST_P(Imports, that_were_forgotten_are_cleared_away)
{
    const auto path = send(rows(2));
    const auto done = send("title,votes\nOne,x\n");
    post(browser, done + "/start");
    work();
    EXPECT_EQ(look(done).refused, 1);
    const auto clear = [&](std::chrono::hours later) {
        return write([&](store::Transaction& transaction) {
            hear::purge_imports(transaction, organisation.id, now() + later);
            return hear::list_refused_rows(transaction, organisation.id, run_of(done)).size();
        });
    };
    EXPECT_EQ(clear(24h), 1U);
    EXPECT_EQ(look(path).state, "draft");
    EXPECT_EQ(clear(24h * 8), 1U);
    EXPECT_EQ(look(path).state, "cancelled");
    EXPECT_EQ(clear(24h * 40), 0U) << "what was refused may name people";
}

} // namespace
} // namespace moothall::hall::test
