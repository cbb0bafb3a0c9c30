#include "web/hall.hpp"

#include "store/test_database.hpp"
#include "web/cookies.hpp"
#include "web/csrf.hpp"
#include "web/dress.hpp"
#include "web/idempotency.hpp"
#include "web/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

namespace moothall::web {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Id northwater{0x1000};
constexpr Id everyone{0x2000};
constexpr Id ada{0x3000};
constexpr Id bob{0x3001};

/// What handlers leave behind; reset for each test.
std::atomic<int> runs;
std::atomic<int> after_commits;
std::atomic<int> prepared;
std::atomic<int> touched;
std::atomic<bool> news;

void note(Context& context, std::string_view name)
{
    context.transaction.execute("INSERT INTO setting (org_id, name, value) VALUES (?1, ?2, ?3)",
                                context.organisation.id,
                                "test." + context.ids.next(context.now).text(), name);
}

std::int64_t notes(store::Transaction& transaction)
{
    auto rows = transaction.query(
        "SELECT count(*) FROM setting WHERE org_id = ?1 AND name LIKE 'test.%'", northwater);
    return rows.next() ? rows->integer(0) : -1;
}

Response get_page(const Request& request, Context& context)
{
    ++runs;
    return Response::html("<p>" + std::to_string(notes(context.transaction)) + " notes for " +
                          (context.viewer.signed_in() ? context.viewer.person.text() : "nobody") +
                          " at " + std::string(request.path("id")) +
                          "<input name=csrf value=" + context.csrf + ">");
}

Response post_note(const Request& request, Context& context)
{
    ++runs;
    note(context, request.form("text"));
    context.after_commit.emplace_back([] { ++after_commits; });
    const auto text = request.form("text");
    if (text == "refuse") return context.refuse(Refusal::invalid("text", "Not this text."));
    if (text == "throw") throw std::runtime_error("the handler's own mistake");
    if (text == "twice")
        context.transaction.execute("INSERT INTO setting (org_id, name, value) "
                                    "VALUES (?1, 'test.twice', ''), (?1, 'test.twice', '')",
                                    context.organisation.id);
    if (text == "full") throw store::DiskFull("no room");
    if (text == "lost") throw store::Failure("the connection broke");
    return context.show_or_redirect("<p>noted</p>", "/notes");
}

Response post_api_note(const Request& request, Context& context)
{
    ++runs;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Who are you?"));
    note(context, request.body);
    auto response = Response::json("{\"run\":" + std::to_string(runs.load()) + "}", 201);
    response.with("Location", "/api/v1/notes/" + std::to_string(runs.load()));
    response.with("Set-Cookie", "secret=abc");
    if (request.body == "{\"bad\":1}") return context.refuse(Refusal::conflict("Not now."));
    return response;
}

Result<Prepared> prepare_password(const Request& request, Context& context)
{
    ++prepared;
    if (request.form("text") == "weak") return Refusal::invalid("text", "Too weak.");
    return Prepared::of("hash for " + context.viewer.person.text());
}

Response post_password(const Request& /*request*/, Context& context)
{
    ++runs;
    note(context, std::any_cast<std::string>(context.prepared));
    return Response::see_other("/settings");
}

Response get_news(const Request& /*request*/, Context& context)
{
    ++runs;
    if (!news) context.hold = 25s;
    return Response::json(news ? "[1]" : "[]");
}

Response get_throwing(const Request& /*request*/, Context& /*context*/)
{
    throw std::runtime_error("the reader's mistake");
}

/// A hall on a database of its own: Ada and Bob sign in by cookie or token, by name. What stages
/// to the right would bring is three lines each.
class Hallway : public store::EachEngine {
protected:
    void SetUp() override
    {
        store::EachEngine::SetUp();
        if (IsSkipped()) return;
        set_log_sink([this](std::string_view line) {
            const std::lock_guard lock(log_mutex_);
            log_ += line;
        });
        runs = after_commits = prepared = touched = 0;
        news = false;
        HallSettings settings;
        settings.server.port = 0;
        settings.limits.of(Act::report) = {2, 1h};
        hall = std::make_unique<Hall>(settings, open(), hooks());
        auto& router = hall->router();
        router.get("/", get_page);
        router.get("/notes/:id", get_page);
        router.get("/broken", get_throwing);
        router.post("/notes", post_note);
        router.post("/reports", post_note).act = Act::report;
        router.post("/password", post_password).prepare = prepare_password;
        router.post("/preview", get_page).reads_only = true;
        router.get("/api/v1/broken", get_throwing);
        router.get("/api/v1/news", get_news);
        router.post("/api/v1/notes", post_api_note);
        router.post("/api/v1/tokens", post_api_note).keeps_answer = false;
        mount_operations(*hall);
    }
    void TearDown() override
    {
        hall.reset();
        set_log_sink({});
    }

    static Hooks hooks()
    {
        Hooks made;
        made.identify = [](store::Transaction&, const Organisation& organisation,
                           const Request& request, Time) {
            Identity identity;
            auto name = std::string(read_cookie(request, organisation, session_cookie));
            const auto bearer = request.header("authorization");
            if (bearer.starts_with("Bearer ")) name = bearer.substr(7);
            if (name.empty()) return identity;
            identity.refused = name != "ada" && name != "bob";
            if (identity.refused) return identity;
            auto& viewer = identity.viewer;
            viewer.organisation = organisation.id;
            viewer.person = name == "ada" ? ada : bob;
            viewer.owner = name == "bob";
            if (bearer.empty()) {
                viewer.session = Id{7};
                identity.csrf_secret = "session of " + name;
            } else {
                viewer.api_token = Id{8};
            }
            identity.touch_due = request.query_fields.has("touch");
            return identity;
        };
        made.touch = [](store::Transaction& transaction, const Viewer&, Time) {
            transaction.execute("SELECT 1");
            ++touched;
        };
        made.organisations = [](store::Transaction&) {
            Organisation organisation;
            organisation.id = northwater;
            organisation.everyone = everyone;
            organisation.url = "http://localhost";
            Organisation second = organisation;
            second.id = Id{0x1001};
            second.url = "https://other.example";
            return std::vector<std::pair<std::string, Organisation>>{
                {"other.example", second}, {"Northwater.example", organisation}};
        };
        made.public_circles = [](store::Transaction&, Id) { return std::vector{everyone}; };
        made.error_page = [](const Context& context, int status, std::string_view sentence) {
            return "<h1>" + std::to_string(status) + "</h1>" + std::string(sentence) +
                   (context.viewer.signed_in() ? " Ada" : "");
        };
        return made;
    }

    static Request request(Method method, std::string path)
    {
        Request made;
        made.method = method;
        made.path_text = std::move(path);
        return made;
    }
    /// As Ada's browser would send it.
    static Request from_ada(Method method, std::string path)
    {
        auto made = request(method, std::move(path));
        made.cookie_fields.add("session", "ada");
        if (method == Method::get) return made;
        made.header_fields.add("sec-fetch-site", "same-origin");
        made.form_fields.add("csrf", make_csrf_token("session of ada"));
        return made;
    }
    static Request say(std::string text)
    {
        auto made = from_ada(Method::post, "/notes");
        made.form_fields.add("text", std::move(text));
        return made;
    }
    /// As a program of Ada's would send it.
    static Request by_token(Method method, std::string path, std::string body = {})
    {
        auto made = request(method, std::move(path));
        made.header_fields.add("authorization", "Bearer ada");
        if (!body.empty())
            made.header_fields.add("content-type", "application/json; charset=utf-8");
        made.body = std::move(body);
        return made;
    }

    Response answer(Request given) { return hall->answer(std::move(given)); }
    std::int64_t count_notes() { return hall->database().read(notes); }
    static std::string header(const Response& response, std::string_view name)
    {
        const auto* value = find_header(response, name);
        return value != nullptr ? *value : "";
    }
    std::string logged()
    {
        const std::lock_guard lock(log_mutex_);
        return log_;
    }
    static bool becomes(const std::atomic<int>& value, int wanted)
    {
        for (int look = 0; look < 1000 && value != wanted; ++look)
            std::this_thread::sleep_for(10ms);
        return value == wanted;
    }

    std::unique_ptr<Hall> hall;

private:
    std::mutex log_mutex_;
    std::string log_;
};
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

TEST_P(Hallway, a_repeat_with_the_same_key_gets_the_first_answer)
{
    auto sent = by_token(Method::post, "/api/v1/notes", "{}");
    sent.header_fields.add("idempotency-key", "k 1");
    const auto first = answer(sent);
    EXPECT_EQ(header(first, "Idempotent-Replayed"), "");
    const auto second = answer(sent);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(second.body, first.body);
    EXPECT_EQ(header(second, "Location"), header(first, "Location"));
    EXPECT_EQ(header(second, "Idempotent-Replayed"), "true");
    EXPECT_EQ(header(second, "Set-Cookie"), "");
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(count_notes(), 1);

    auto other = by_token(Method::post, "/api/v1/notes", "{\"other\":1}");
    other.header_fields.add("idempotency-key", "k 1");
    EXPECT_EQ(answer(other).status, 422);
    auto bobs = sent;
    bobs.header_fields = {};
    bobs.header_fields.add("authorization", "Bearer bob");
    bobs.header_fields.add("content-type", "application/json");
    bobs.header_fields.add("idempotency-key", "k 1");
    EXPECT_EQ(header(answer(bobs), "Idempotent-Replayed"), "");
    EXPECT_EQ(count_notes(), 2);
}

TEST_P(Hallway, a_refused_write_frees_its_key)
{
    auto sent = by_token(Method::post, "/api/v1/notes", "{\"bad\":1}");
    sent.header_fields.add("idempotency-key", "k");
    EXPECT_EQ(answer(sent).status, 409);
    sent.body = "{}";
    EXPECT_EQ(answer(sent).status, 201);
}

TEST_P(Hallway, an_answer_with_a_secret_is_not_given_twice)
{
    auto sent = by_token(Method::post, "/api/v1/tokens", "{}");
    sent.header_fields.add("idempotency-key", "k");
    EXPECT_EQ(answer(sent).status, 201);
    const auto again = answer(sent);
    EXPECT_EQ(again.status, 409);
    EXPECT_THAT(again.body, Not(HasSubstr("run")));
    EXPECT_EQ(count_notes(), 1);
}

TEST_P(Hallway, a_key_that_is_no_key_is_refused)
{
    for (const auto& key :
         {std::string(), std::string(256, 'k'), std::string("a\tb"), std::string("é")}) {
        auto sent = by_token(Method::post, "/api/v1/notes", "{}");
        sent.header_fields.add("idempotency-key", key);
        EXPECT_EQ(answer(sent).status, 422) << key;
    }
    EXPECT_EQ(runs, 0);
}

TEST_P(Hallway, many_at_once_with_one_key_are_done_once)
{
    std::vector<std::future<Response>> answers;
    for (int thread = 0; thread < 16; ++thread)
        answers.push_back(std::async(std::launch::async, [&] {
            auto sent = by_token(Method::post, "/api/v1/notes", "{}");
            sent.header_fields.add("idempotency-key", "at once");
            return answer(std::move(sent));
        }));
    int replayed = 0;
    for (auto& one : answers) {
        const auto got = one.get();
        EXPECT_EQ(got.status, 201);
        replayed += header(got, "Idempotent-Replayed") == "true" ? 1 : 0;
    }
    EXPECT_EQ(replayed, 15);
    EXPECT_EQ(count_notes(), 1);
}

TEST_P(Hallway, claims_of_keys_are_dropped_after_two_days)
{
    hall->clock().set(Time{std::chrono::sys_days{std::chrono::year{2026} / 5 / 3}});
    for (int write = 0; write < 5; ++write) {
        auto sent = by_token(Method::post, "/api/v1/notes", "{}");
        sent.header_fields.add("idempotency-key", std::to_string(write));
        EXPECT_EQ(answer(std::move(sent)).status, 201);
    }
    const auto purge = [&](std::int64_t most) {
        return hall->database().write([&](store::Transaction& transaction) {
            return purge_idempotency(transaction, northwater, hall->clock().now(), most);
        });
    };
    EXPECT_EQ(purge(100), 0);
    hall->clock().advance(49h);
    EXPECT_EQ(purge(2), 2);
    EXPECT_EQ(purge(100), 3);
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
    EXPECT_EQ(answer(sent).status, 303);
    EXPECT_EQ(answer(sent).status, 303);
    const auto refused = answer(sent);
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
