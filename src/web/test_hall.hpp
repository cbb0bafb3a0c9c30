#pragma once

#include "store/test_database.hpp"
#include "web/cookies.hpp"
#include "web/csrf.hpp"
#include "web/dress.hpp"
#include "web/hall.hpp"
#include "web/log.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

/// A small hall for tests of what happens between the server and a handler.
namespace moothall::web::test {

using namespace std::chrono_literals;

inline constexpr Id northwater{0x1000};
inline constexpr Id everyone{0x2000};
inline constexpr Id ada{0x3000};
inline constexpr Id bob{0x3001};

/// What handlers leave behind; reset for each test.
inline std::atomic<int> runs;
inline std::atomic<int> after_commits;
inline std::atomic<int> prepared;
inline std::atomic<int> touched;
inline std::atomic<bool> news;

inline void note(Context& context, std::string_view name)
{
    context.transaction.execute("INSERT INTO setting (org_id, name, value) VALUES (?1, ?2, ?3)",
                                context.organisation.id,
                                "test." + context.ids.next(context.now).text(), name);
}

inline std::int64_t notes(store::Transaction& transaction)
{
    auto rows = transaction.query(
        "SELECT count(*) FROM setting WHERE org_id = ?1 AND name LIKE 'test.%'", northwater);
    return rows.next() ? rows->integer(0) : -1;
}

inline Response get_page(const Request& request, Context& context)
{
    ++runs;
    return Response::html("<p>" + std::to_string(notes(context.transaction)) + " notes for " +
                          (context.viewer.signed_in() ? context.viewer.person.text() : "nobody") +
                          " at " + std::string(request.path("id")) +
                          "<input name=csrf value=" + context.csrf + ">");
}

inline Response get_long(const Request& /*request*/, Context& /*context*/)
{
    std::string body;
    for (int at = 0; at < 500; ++at) body += "<li>note " + std::to_string(at) + "</li>";
    return Response::html(std::move(body));
}

inline Response post_note(const Request& request, Context& context)
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
    if (text == "doubt") throw store::InDoubt("the connection broke during the commit");
    if (text == "long") {
        std::string fragment = "<p>";
        while (fragment.size() < 3000) fragment += "a long note ";
        return context.show_or_redirect(fragment + "</p>", "/notes");
    }
    return context.show_or_redirect("<p>noted</p>", "/notes");
}

inline Response post_api_note(const Request& request, Context& context)
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

inline Result<Prepared> prepare_password(const Request& request, Context& context)
{
    ++prepared;
    if (request.form("text") == "weak") return Refusal::invalid("text", "Too weak.");
    return Prepared::of("hash for " + context.viewer.person.text());
}

inline Response post_password(const Request& /*request*/, Context& context)
{
    ++runs;
    note(context, std::any_cast<std::string>(context.prepared));
    return Response::see_other("/settings");
}

inline Response get_news(const Request& /*request*/, Context& context)
{
    ++runs;
    if (!news) context.hold = 25s;
    return Response::json(news ? "[1]" : "[]");
}

inline Response get_throwing(const Request& /*request*/, Context& /*context*/)
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
        router.get("/long", get_long);
        router.get("/broken", get_throwing);
        router.post("/notes", post_note);
        router.post("/reports", post_note).act = Act::report;
        router.post("/password", post_password).prepare = prepare_password;
        router.post("/preview", get_page).reads_only = true;
        router.get("/arrival", post_note).writes = true;
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

} // namespace moothall::web::test
