#include "web/test_hall.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>

namespace moothall::web {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

MOOTHALL_ON_EACH_ENGINE(Hallway);

TEST_P(Hallway, a_page_is_made_for_who_asks)
{
    const auto hers = answer(from_ada(Method::get, "/notes/7"));
    EXPECT_EQ(hers.status, 200);
    EXPECT_THAT(hers.body, HasSubstr("0 notes for " + ada.text() + " at 7"));
    EXPECT_EQ(header(hers, "Cache-Control"), "private, no-store");
    const auto stranger = answer(request(Method::get, "/"));
    EXPECT_THAT(stranger.body, HasSubstr("for nobody"));
    EXPECT_THAT(header(stranger, "Set-Cookie"), HasSubstr("visitor="));
}

TEST_P(Hallway, a_form_is_kept_and_its_sender_shown_on)
{
    const auto done = answer(say("hello"));
    EXPECT_EQ(done.status, 303);
    EXPECT_EQ(header(done, "Location"), "/notes");
    EXPECT_EQ(count_notes(), 1);
    EXPECT_TRUE(becomes(after_commits, 1));

    auto swapped = say("hello");
    swapped.header_fields.add("hx-request", "true");
    EXPECT_EQ(answer(std::move(swapped)).body, "<p>noted</p>");
}

TEST_P(Hallway, a_refusal_leaves_nothing_behind)
{
    const auto refused = answer(say("refuse"));
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("Not this text."));
    EXPECT_THAT(refused.body, HasSubstr("Ada"));
    EXPECT_EQ(count_notes(), 0);
    EXPECT_EQ(after_commits, 0);
}

TEST_P(Hallway, a_mistake_of_ours_leaves_nothing_but_an_incident)
{
    auto sent = say("throw");
    sent.nonce = "incident-7";
    const auto failed = answer(std::move(sent));
    EXPECT_EQ(failed.status, 500);
    EXPECT_THAT(failed.body, HasSubstr("incident-7"));
    EXPECT_THAT(failed.body, Not(HasSubstr("handler's own mistake")));
    EXPECT_EQ(count_notes(), 0);
    EXPECT_EQ(after_commits, 0);
    EXPECT_THAT(logged(), HasSubstr("\"incident\":\"incident-7\""));
    EXPECT_THAT(logged(), HasSubstr("\"route\":\"POST /notes\""));
    EXPECT_THAT(logged(), HasSubstr("the handler's own mistake"));

    EXPECT_EQ(answer(request(Method::get, "/broken")).status, 500);
    const auto problem = answer(request(Method::get, "/api/v1/broken"));
    EXPECT_EQ(problem.status, 500);
    EXPECT_EQ(header(problem, "Content-Type"), "application/problem+json");
}

TEST_P(Hallway, a_world_that_broke_is_told_by_its_status)
{
    EXPECT_EQ(answer(say("full")).status, 507);
    const auto lost = answer(say("lost"));
    EXPECT_EQ(lost.status, 503);
    EXPECT_EQ(header(lost, "Retry-After"), "10");
    EXPECT_THAT(lost.body, HasSubstr("Nothing was changed"));
    const auto in_doubt = answer(say("doubt"));
    EXPECT_EQ(in_doubt.status, 503);
    EXPECT_EQ(header(in_doubt, "Retry-After"), "");
    EXPECT_THAT(in_doubt.body, HasSubstr("not known whether your change was saved"));
    EXPECT_THAT(in_doubt.body, Not(HasSubstr("Nothing was changed")));
    EXPECT_EQ(answer(say("twice")).status, 409);
    EXPECT_EQ(count_notes(), 0);
    EXPECT_EQ(answer(say("hello")).status, 303);
}

TEST_P(Hallway, what_is_not_there_and_what_cannot_be_done_are_told_apart)
{
    const auto missing = answer(request(Method::get, "/nowhere"));
    EXPECT_EQ(missing.status, 404);
    EXPECT_THAT(missing.body, HasSubstr("<h1>404</h1>"));
    const auto wrong = answer(request(Method::del, "/notes"));
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(header(wrong, "Allow"), "POST");
    EXPECT_EQ(answer(request(Method::other, "/")).status, 405);
    const auto problem = answer(request(Method::get, "/api/v1/nowhere"));
    EXPECT_EQ(problem.status, 404);
    EXPECT_THAT(problem.body, HasSubstr("\"type\":\"about:blank\""));
    const auto slash = answer(request(Method::get, "/notes/7/"));
    EXPECT_EQ(slash.status, 308);
    EXPECT_EQ(header(slash, "Location"), "/notes/7");
}

TEST_P(Hallway, another_sites_form_changes_nothing)
{
    auto without_token = request(Method::post, "/notes");
    without_token.cookie_fields.add("session", "ada");
    without_token.header_fields.add("sec-fetch-site", "same-origin");
    EXPECT_EQ(answer(without_token).status, 403);

    auto foreign = request(Method::post, "/notes");
    foreign.cookie_fields.add("session", "ada");
    foreign.header_fields.add("origin", "https://evil.example");
    foreign.form_fields.add("csrf", make_csrf_token("session of ada"));
    EXPECT_EQ(answer(foreign).status, 403);
    EXPECT_EQ(runs, 0);
    EXPECT_EQ(count_notes(), 0);
}

TEST_P(Hallway, a_visitors_form_is_known_by_the_page_she_got)
{
    const auto page = answer(request(Method::get, "/"));
    const auto cookie = header(page, "Set-Cookie");
    const auto value = page.body.find("csrf value=") + 11;
    auto sent = request(Method::post, "/notes");
    sent.form_fields.add("csrf", page.body.substr(value, page.body.find('>', value) - value));
    EXPECT_EQ(answer(sent).status, 403);
    sent.cookie_fields.add("visitor", cookie.substr(8, cookie.find(';') - 8));
    EXPECT_EQ(answer(sent).status, 303);
}

TEST_P(Hallway, the_api_takes_json_and_tokens)
{
    EXPECT_EQ(answer(by_token(Method::post, "/api/v1/notes", "{}")).status, 201);

    auto text = by_token(Method::post, "/api/v1/notes", "{}");
    text.header_fields = {};
    text.header_fields.add("authorization", "Bearer ada");
    text.header_fields.add("content-type", "text/plain");
    EXPECT_EQ(answer(text).status, 415);

    auto bad = request(Method::post, "/api/v1/notes");
    bad.header_fields.add("authorization", "Bearer nobody");
    const auto refused = answer(bad);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(header(refused, "WWW-Authenticate"), "Bearer");

    auto cookie = request(Method::post, "/api/v1/notes");
    cookie.cookie_fields.add("session", "ada");
    cookie.header_fields.add("sec-fetch-site", "same-origin");
    EXPECT_EQ(answer(cookie).status, 403);
    cookie.header_fields.add("x-csrf-token", make_csrf_token("session of ada"));
    EXPECT_EQ(answer(cookie).status, 201);

    const auto nobody = answer(request(Method::post, "/api/v1/notes"));
    EXPECT_EQ(nobody.status, 401);
}

TEST_P(Hallway, an_ended_session_is_forgotten_on_pages_and_refused_by_the_api)
{
    auto page = request(Method::get, "/");
    page.cookie_fields.add("session", "ended");
    const auto shown = answer(page);
    EXPECT_EQ(shown.status, 200);
    EXPECT_THAT(shown.body, HasSubstr("for nobody"));
    EXPECT_EQ(header(shown, "ETag"), "");
    const auto cleared = std::ranges::any_of(shown.headers, [](const auto& one) {
        return one.first == "Set-Cookie" && one.second.starts_with("session=; ") &&
               one.second.ends_with("Max-Age=0");
    });
    EXPECT_TRUE(cleared);
    auto api = request(Method::get, "/api/v1/news");
    api.cookie_fields.add("session", "ended");
    EXPECT_EQ(answer(api).status, 401);
}

TEST_P(Hallway, slow_work_is_prepared_outside_and_for_who_asks)
{
    auto sent = from_ada(Method::post, "/password");
    EXPECT_EQ(answer(sent).status, 303);
    EXPECT_EQ(prepared, 1);
    EXPECT_EQ(count_notes(), 1);
    sent.form_fields.add("text", "weak");
    EXPECT_EQ(answer(sent).status, 422);
    EXPECT_EQ(runs, 1);

    auto foreign = request(Method::post, "/password");
    foreign.cookie_fields.add("session", "ada");
    foreign.header_fields.add("sec-fetch-site", "cross-site");
    EXPECT_EQ(answer(foreign).status, 403);
    EXPECT_EQ(prepared, 2);
}

TEST_P(Hallway, a_get_that_writes_is_run_like_a_post)
{
    EXPECT_EQ(answer(request(Method::get, "/arrival")).status, 303);
    EXPECT_EQ(count_notes(), 1);
    const auto looked = answer(request(Method::head, "/arrival"));
    EXPECT_EQ(looked.status, 405);
    EXPECT_EQ(header(looked, "Allow"), "GET");
    EXPECT_EQ(count_notes(), 1);
}

TEST_P(Hallway, a_preview_changes_nothing)
{
    const auto shown = answer(from_ada(Method::post, "/preview"));
    EXPECT_EQ(shown.status, 200);
    EXPECT_THAT(shown.body, HasSubstr("0 notes"));
}

TEST_P(Hallway, too_often_is_told_with_how_long_to_wait)
{
    auto sent = from_ada(Method::post, "/reports");
    // An address of its own for each run: who floods us is noted once a minute.
    sent.remote_address = GetParam() == store::Engine::sqlite ? "192.0.2.1" : "192.0.2.2";
    const auto report = [&](const char* what) { // the same one twice would be one
        auto another = sent;
        another.form_fields.add("what", what);
        return answer(std::move(another));
    };
    EXPECT_EQ(report("one").status, 303);
    EXPECT_EQ(report("two").status, 303);
    const auto refused = report("three");
    EXPECT_EQ(refused.status, 429);
    const auto seconds = std::stoi(header(refused, "Retry-After"));
    EXPECT_GT(seconds, 1700);
    EXPECT_LE(seconds, 1800);
    EXPECT_EQ(count_notes(), 2);
    EXPECT_THAT(logged(), HasSubstr("too often"));
    EXPECT_THAT(logged(), Not(HasSubstr("192.0.2.")));
}

TEST_P(Hallway, using_a_session_is_noted_apart_from_reads_and_inside_writes)
{
    auto read = from_ada(Method::get, "/");
    read.query_fields.add("touch", "1");
    EXPECT_EQ(answer(read).status, 200);
    EXPECT_TRUE(becomes(touched, 1));
    auto write = say("hello");
    write.query_fields.add("touch", "1");
    EXPECT_EQ(answer(write).status, 303);
    EXPECT_EQ(touched, 2);
    auto refused = say("refuse");
    refused.query_fields.add("touch", "1");
    EXPECT_EQ(answer(refused).status, 422);
    EXPECT_EQ(touched, 2);
}

TEST_P(Hallway, a_request_for_news_waits_until_there_is_some)
{
    auto waiting = std::async(std::launch::async,
                              [&] { return answer(by_token(Method::get, "/api/v1/news")); });
    for (int look = 0; look < 1000 && runs < 2; ++look) std::this_thread::sleep_for(5ms);
    EXPECT_EQ(runs, 2);
    news = true;
    hall->database().write([](store::Transaction& transaction) {
        transaction.notify("e:" + northwater.text() + ':' + Id{1}.text() +
                           ":hear.voice_said:" + Id{2}.text() + ':' + everyone.text() + ":visible");
    });
    ASSERT_EQ(waiting.wait_for(10s), std::future_status::ready);
    EXPECT_EQ(waiting.get().body, "[1]");
}

TEST_P(Hallway, a_request_for_news_ends_with_the_server)
{
    auto waiting = std::async(std::launch::async,
                              [&] { return answer(by_token(Method::get, "/api/v1/news")); });
    for (int look = 0; look < 1000 && runs < 2; ++look) std::this_thread::sleep_for(5ms);
    hall->stop(1s);
    ASSERT_EQ(waiting.wait_for(10s), std::future_status::ready);
    EXPECT_EQ(waiting.get().body, "[]");
}

TEST_P(Hallway, hosts_lead_to_their_organisation)
{
    EXPECT_EQ(hall->organisation_of("northwater.EXAMPLE:8080")->id, northwater);
    EXPECT_EQ(hall->organisation_of("other.example")->id, Id{0x1001});
    EXPECT_EQ(hall->organisation_of("127.0.0.1:8080")->id, northwater);
    EXPECT_EQ(hall->organisation_of("[::1]:8080")->id, northwater);
    EXPECT_EQ(hall->organisation_of("localhost")->id, northwater);
    EXPECT_FALSE(hall->organisation_of("evil.example"));
    auto unknown = request(Method::get, "/");
    unknown.host = "evil.example";
    EXPECT_EQ(answer(unknown).status, 404);
    auto elsewhere = from_ada(Method::get, "/");
    elsewhere.host = "other.example"; // over HTTPS: the plain cookie does not count there
    EXPECT_THAT(answer(elsewhere).body, HasSubstr("for nobody"));
}

TEST_P(Hallway, answers_for_those_who_run_it)
{
    EXPECT_EQ(answer(request(Method::get, "/healthz")).body, "alive\n");
    EXPECT_EQ(answer(request(Method::get, "/readyz")).body, "ready\n");
    EXPECT_EQ(answer(request(Method::get, "/metrics")).status, 401);
    EXPECT_EQ(answer(by_token(Method::get, "/metrics")).status, 403);
    auto owner = request(Method::get, "/metrics");
    owner.header_fields.add("authorization", "Bearer bob");
    EXPECT_EQ(answer(owner).status, 200);
    auto local = request(Method::get, "/metrics");
    local.loopback = true;
    const auto shown = answer(local);
    EXPECT_EQ(shown.status, 200);
    EXPECT_THAT(shown.body, HasSubstr("moothall_requests_total{route=\"GET /readyz\""));
    EXPECT_THAT(shown.body, HasSubstr("moothall_database_bytes "));
    hall->stop(0ms);
    EXPECT_EQ(answer(request(Method::get, "/readyz")).status, 503);
}

TEST_P(Hallway, keeps_its_word_when_many_write_at_once)
{
    std::vector<std::thread> threads;
    std::atomic<int> kept{0};
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&, thread] {
            for (int write = 0; write < 20; ++write) {
                const bool bad = write % 4 == thread % 4;
                const auto status = answer(say(bad ? "throw" : "hello")).status;
                EXPECT_EQ(status, bad ? 500 : 303);
                if (status == 303) ++kept;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(kept, 120);
    EXPECT_EQ(count_notes(), 120);
    EXPECT_TRUE(becomes(after_commits, 120));
}

/// Lets none of those who bring files go on while it is held.
std::mutex pictures;

Result<Prepared> prepare_picture(const Request& request, Context&)
{
    if (request.uploads.empty()) return Prepared::of(0);
    const std::lock_guard wait(pictures);
    return Prepared::of(1);
}

TEST_P(Hallway, nobody_waits_for_those_who_bring_files)
{
    auto& route = hall->router().post("/api/v1/pictures", get_page);
    route.prepare = prepare_picture;
    route.json_only = false;
    std::unique_lock none(pictures);
    std::vector<std::future<int>> bringing;
    for (int i = 0; i < 8; ++i)
        bringing.push_back(std::async(std::launch::async, [&] {
            auto picture = by_token(Method::post, "/api/v1/pictures");
            picture.uploads.push_back({"file", "a.png", "image/png", "bytes"});
            return answer(picture).status;
        }));
    EXPECT_EQ(answer(by_token(Method::post, "/api/v1/pictures")).status, 200);
    none.unlock();
    for (auto& one : bringing) EXPECT_EQ(one.get(), 200);
}

TEST_P(Hallway, listens_and_stops)
{
    hall->start();
    EXPECT_NE(hall->port(), 0);
    EXPECT_EQ(answer(request(Method::get, "/healthz")).status, 200);
    hall->stop(1s);
}

TEST(HallSettings, a_queue_that_is_full_is_told_at_once)
{
    Hooks hooks;
    hooks.organisations = [](store::Transaction&) {
        Organisation organisation;
        organisation.id = northwater;
        return std::vector<std::pair<std::string, Organisation>>{{"localhost", organisation}};
    };
    HallSettings settings;
    settings.workers_queue_max = 0;
    Hall hall(settings, store::open_test_database(store::Engine::sqlite), hooks);
    hall.router().get("/slow", get_page).slow = true;
    Request request;
    request.path_text = "/slow";
    const auto answer = hall.answer(std::move(request));
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(*find_header(answer, "Retry-After"), "1");
}

} // namespace

} // namespace moothall::web
