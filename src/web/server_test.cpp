#include "web/server.hpp"

#include "web/log.hpp"
#include "web/server_test_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace moothall::web {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A server whose application answers with what it understood; some paths do something special.
class WebServer : public testing::Test {
protected:
    WebServer()
    {
        settings.port = 0;
        application.body_bytes_max = [](Method, const std::string& path) -> std::size_t {
            if (path == "/throws-early") throw std::runtime_error("no limit");
            return path == "/upload" ? 10'000'000 : 100;
        };
        application.knows_host = [](const std::string& host) {
            return host.starts_with("127.0.0.1") || host == "hall.example";
        };
        application.handle = [this](Request&& request, Answer answer) {
            handle(std::move(request), std::move(answer));
        };
        set_log_sink([this](std::string_view line) {
            const std::lock_guard lock(log_mutex);
            logged.append(line).append("\n");
        });
    }

    ~WebServer() override
    {
        for (auto& thread : threads) thread.join();
        server.reset();
        set_log_sink({});
    }

    void start()
    {
        server = std::make_unique<Server>(settings, application);
        server->start();
    }

    RawClient connect() { return RawClient(server->port()); }
    /// Sends one request on a connection of its own and gives all that comes back.
    std::string ask(const std::string& request)
    {
        auto client = connect();
        client.send(request);
        return client.read_to_end();
    }

    void handle(Request&& request, Answer answer)
    {
        const auto path = request.path_text;
        if (path == "/later") {
            threads.emplace_back([answer = std::move(answer)] {
                std::this_thread::sleep_for(30ms);
                answer(Response::text("later"));
            });
        } else if (path == "/held") {
            held.set_value(std::move(answer));
        } else if (path == "/never") {
            return; // the Answer is destroyed
        } else if (path == "/throws") {
            throw std::runtime_error("a broken handler");
        } else if (path == "/big") {
            Response response;
            response.shared_body = big;
            answer(std::move(response));
        } else if (path == "/events") {
            Response response;
            response.stream = [this](std::shared_ptr<EventStream> line) {
                stream.set_value(std::move(line));
            };
            answer(std::move(response));
        } else {
            answer(Response::text(describe(request)));
        }
    }

    static std::string describe(const Request& request)
    {
        std::string text = request.path_text + " from " + request.remote_address;
        text += request.loopback ? " loopback" : "";
        text += request.secure ? " secure" : "";
        text += " host " + request.host;
        for (const auto& [name, value] : request.form_fields.pairs())
            text += " " + name + "=" + value;
        for (const auto& upload : request.uploads)
            text += " " + upload.file_name + ":" + std::to_string(upload.content.size());
        for (const auto& [name, value] : request.cookie_fields.pairs()) text += " cookie " + name;
        if (!request.body.empty()) text += " body " + std::to_string(request.body.size());
        return text + "\n";
    }

    bool wait_for(const std::function<bool(const ServerFigures&)>& holds) const
    {
        for (int i = 0; i < 500; ++i) {
            if (holds(server->figures())) return true;
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }

    ServerSettings settings;
    Application application;
    std::mutex log_mutex;
    std::string logged;
    std::vector<std::thread> threads;
    std::promise<Answer> held;
    std::promise<std::shared_ptr<EventStream>> stream;
    std::shared_ptr<const std::string> big = std::make_shared<std::string>(6'000'000, 'b');
    std::unique_ptr<Server> server;
};

std::string get(const std::string& path, const std::string& headers = {})
{
    return "GET " + path + " HTTP/1.1\r\nHost: hall.example\r\n" + headers + "\r\n";
}

std::string get_and_close(const std::string& path, const std::string& headers = {})
{
    return get(path, headers + "Connection: close\r\n");
}

std::string post(const std::string& path, const std::string& body, const std::string& headers = {})
{
    return "POST " + path +
           " HTTP/1.1\r\nHost: hall.example\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + headers + "\r\n" + body;
}

TEST_F(WebServer, answers_a_request)
{
    start();
    const auto answer = ask(get_and_close("/caf%C3%A9", "Cookie: a=1; b=2\r\n"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/plain; charset=utf-8\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n\r\n/café from 127.0.0.1 loopback host "
                                  "hall.example cookie a cookie b\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Strict-Transport-Security")));
}

TEST_F(WebServer, answers_what_was_sent_ahead_in_order)
{
    settings.threads = 1;
    start();
    auto client = connect();
    std::string requests;
    for (int i = 0; i < 50; ++i) requests += get("/" + std::to_string(i));
    client.send(requests + get("/later") +
                post("/form", "a=1", "Content-Type: application/x-www-form-urlencoded\r\n") +
                get_and_close("/last") + get("/never-read"));
    const auto answers = client.read_to_end();
    std::size_t at = 0;
    for (int i = 0; i < 50; ++i) {
        at = answers.find("\r\n\r\n/" + std::to_string(i) + " from", at);
        ASSERT_NE(at, std::string::npos) << i;
    }
    at = answers.find("\r\n\r\nlater", at);
    ASSERT_NE(at, std::string::npos);
    at = answers.find(" a=1\n", at);
    ASSERT_NE(at, std::string::npos);
    EXPECT_NE(answers.find("\r\n\r\n/last from", at), std::string::npos);
    EXPECT_EQ(answers.find("never-read"), std::string::npos);
    EXPECT_EQ(server->figures().requests_total, 53U);
}

TEST_F(WebServer, takes_a_request_byte_by_byte)
{
    start();
    auto client = connect();
    for (const char c : post("/slowly", "1234", "Connection: close\r\n"))
        client.send(std::string(1, c));
    EXPECT_THAT(client.read_to_end(), HasSubstr(" body 4\n"));
}

TEST_F(WebServer, answers_head_without_a_body)
{
    start();
    auto client = connect();
    client.send("HEAD /big HTTP/1.1\r\nHost: hall.example\r\n\r\n" + get_and_close("/next"));
    const auto answers = client.read_to_end();
    EXPECT_THAT(answers, HasSubstr("\r\nContent-Length: 6000000\r\n"));
    EXPECT_THAT(answers, HasSubstr("\r\n\r\nHTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answers, HasSubstr("/next from"));
}

TEST_F(WebServer, closes_after_a_request_of_http_1_0)
{
    start();
    const auto answer =
        ask("GET / HTTP/1.0\r\nHost: hall.example\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
}

TEST_F(WebServer, sends_a_large_answer_whole)
{
    start();
    const auto answer = ask(get_and_close("/big"));
    const auto body = answer.find("\r\n\r\n") + 4;
    EXPECT_EQ(answer.size() - body, big->size());
    EXPECT_EQ(answer.substr(body), *big);
}

TEST_F(WebServer, reads_forms_and_files)
{
    start();
    EXPECT_THAT(ask(post("/f", "a=1+2&a=%C3%A9",
                         "Content-Type: application/x-www-form-urlencoded; "
                         "charset=UTF-8\r\nConnection: close\r\n")),
                HasSubstr(" a=1 2 a=é\n"));
    const std::string file(1'000'000, '\xff');
    const auto form = "--x\r\nContent-Disposition: form-data; name=t\r\n\r\nBikes\r\n--x\r\n"
                      "Content-Disposition: form-data; name=f; filename=\"a.bin\"\r\n\r\n" +
                      file + "\r\n--x--\r\n";
    EXPECT_THAT(ask(post("/upload", form,
                         "Content-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n")),
                HasSubstr(" t=Bikes a.bin:1000000\n"));
    EXPECT_THAT(ask(post("/f", "a=%ff", "Content-Type: application/x-www-form-urlencoded\r\n")),
                StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask(post("/f", "a=1",
                         "Content-Type: application/x-www-form-urlencoded; charset=latin1\r\n")),
                StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask(post("/f", "--x", "Content-Type: multipart/form-data; boundary=x\r\n")),
                StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask(post("/f", "x", "Content-Type: nonsense\r\n")), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask(post("/f", "x", "Content-Encoding: gzip\r\n")), StartsWith("HTTP/1.1 415 "));
}

TEST_F(WebServer, tells_a_client_to_go_on_with_its_body)
{
    start();
    auto client = connect();
    client.send("POST /p HTTP/1.1\r\nHost: hall.example\r\nContent-Length: 3\r\nExpect: "
                "100-continue\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    EXPECT_THAT(client.read_to_end(), HasSubstr(" body 3\n"));
}

TEST_F(WebServer, refuses_a_body_before_it_is_sent)
{
    start();
    const auto head = [](const std::string& length) {
        return "POST /p HTTP/1.1\r\nHost: hall.example\r\nExpect: "
               "100-continue\r\nContent-Length: " +
               length + "\r\n\r\n";
    };
    for (const auto* length : {"101", "99999999999", "999999999999999999"}) {
        const auto answer = ask(head(length));
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 ")) << length;
        EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
    }
    // Who sends it all the same can still read why.
    EXPECT_THAT(ask(post("/p", std::string(3'000'000, 'x'))), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(ask(post("/p", std::string(100, 'x'), "Connection: close\r\n")),
                HasSubstr(" body 100\n"));
}

TEST_F(WebServer, after_a_mistake_in_the_framing_nothing_more_is_read)
{
    start();
    const std::string host = "Host: hall.example\r\n";
    const std::vector<std::pair<std::string, int>> cases = {
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\n" + host + "\n", 400},
        {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"POST / HTTP/1.1\r\n" + host + "\r\n", 411},
        {"PUT / HTTP/1.1\r\n" + host + "\r\n", 411},
        {"PATCH / HTTP/1.1\r\n" + host + "\r\n", 411},
        {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
        {"POST / HTTP/1.1\r\n" + host +
             "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
         400},
        {"GET / HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc", 400},
        {"TRACE / HTTP/1.1\r\n" + host + "\r\n", 405},
        {"CONNECT hall.example:443 HTTP/1.1\r\n" + host + "\r\n", 405},
        {"OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 405},
        {"GET * HTTP/1.1\r\n" + host + "\r\n", 400},
        {"GET http://evil.example/ HTTP/1.1\r\n" + host + "\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
        {"GET /a//b HTTP/1.1\r\n" + host + "\r\n", 400},
        {"GET /?a=%00 HTTP/1.1\r\n" + host + "\r\n", 400},
        {"GET / HTTP/1.1\r\n" + host + "Expect: cake\r\n\r\n", 417},
        {"GET / HTTP/1.1\r\n" + host + "X: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
        {"GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\n" + host + "\r\n", 414},
    };
    for (const auto& [request, status] : cases) {
        const auto answer = ask(request + get("/smuggled"));
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(status) + " ")) << request;
        EXPECT_THAT(answer, Not(HasSubstr("smuggled"))) << request;
        EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n")) << request;
    }
    EXPECT_THAT(ask("TRACE / HTTP/1.1\r\n" + host + "\r\n"),
                HasSubstr("\r\nAllow: GET, HEAD, POST, "));
    EXPECT_THAT(ask(get_and_close("/still-here")), HasSubstr("/still-here from"));
}

TEST_F(WebServer, tells_clients_of_the_api_in_their_own_format)
{
    start();
    const auto answer = ask("POST /api/v1/voices HTTP/1.1\r\nHost: hall.example\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: application/problem+json\r\n"));
    EXPECT_THAT(
        answer,
        HasSubstr(
            "\r\n\r\n{\"type\":\"about:blank\",\"title\":\"Length Required\",\"status\":411,"));
}

TEST_F(WebServer, takes_the_absolute_form_for_its_own_host)
{
    start();
    EXPECT_THAT(ask("GET http://hall.example/x HTTP/1.1\r\nHost: hall.example\r\nConnection: "
                    "close\r\n\r\n"),
                HasSubstr("\r\n\r\n/x from"));
}

TEST_F(WebServer, leaves_unknown_methods_to_the_application)
{
    Method seen = Method::get;
    application.handle = [&](Request&& request, const Answer& answer) {
        seen = request.method;
        answer(Response::text("no", 405).with("Allow", "GET"));
    };
    start();
    EXPECT_THAT(ask("PROPFIND / HTTP/1.1\r\nHost: hall.example\r\nConnection: close\r\n\r\n"),
                StartsWith("HTTP/1.1 405 "));
    EXPECT_EQ(seen, Method::other);
}

TEST_F(WebServer, believes_only_configured_proxies)
{
    const std::string headers =
        "X-Forwarded-For: 9.9.9.9, 203.0.113.7\r\nX-Forwarded-Proto: https\r\n";
    start();
    const auto direct = ask(get_and_close("/", headers));
    EXPECT_THAT(direct, HasSubstr("/ from 127.0.0.1 host hall.example\n"));
    settings.proxies = {"127.0.0.0/8"};
    start();
    const auto proxied = ask(get_and_close("/", headers));
    EXPECT_THAT(proxied, HasSubstr("/ from 203.0.113.7 secure host hall.example\n"));
    EXPECT_THAT(proxied, HasSubstr("\r\nStrict-Transport-Security: max-age="));
    EXPECT_THAT(ask(get_and_close("/")), HasSubstr("/ from 127.0.0.1 host hall.example\n"));
}

TEST_F(WebServer, gives_an_answer_from_another_thread)
{
    start();
    EXPECT_THAT(ask(get_and_close("/later")), HasSubstr("\r\n\r\nlater"));
}

TEST_F(WebServer, an_answer_for_a_client_that_left_is_dropped)
{
    start();
    auto waiting = held.get_future();
    {
        auto client = connect();
        client.send(get("/held"));
        waiting.wait();
    }
    waiting.get()(Response::text("too late"));
    EXPECT_THAT(ask(get_and_close("/next")), HasSubstr("/next from"));
    EXPECT_TRUE(wait_for([](const auto& figures) { return figures.connections_open == 0; }));
}

TEST_F(WebServer, an_answer_after_the_servers_end_is_dropped)
{
    start();
    auto client = connect();
    client.send(get("/held"));
    auto answer = held.get_future().get();
    server.reset();
    answer(Response::text("too late"));
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(WebServer, a_broken_handler_costs_one_request)
{
    start();
    for (const auto* path : {"/throws", "/never"}) {
        auto client = connect();
        client.send(get(path) + get_and_close("/next"));
        const auto answer = client.read_to_end();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 ")) << path;
        EXPECT_THAT(answer, HasSubstr("Its number is ")) << path;
        EXPECT_THAT(answer, HasSubstr("/next from")) << path;
        EXPECT_THAT(answer, Not(HasSubstr("broken"))) << path;
    }
    const std::lock_guard lock(log_mutex);
    EXPECT_THAT(logged, HasSubstr("a broken handler"));
}

TEST_F(WebServer, what_breaks_outside_of_the_handler_costs_one_connection)
{
    start();
    EXPECT_EQ(ask(post("/throws-early", "x")), "");
    EXPECT_THAT(ask(get_and_close("/next")), HasSubstr("/next from"));
    const std::lock_guard lock(log_mutex);
    EXPECT_THAT(logged, HasSubstr("no limit"));
}

TEST_F(WebServer, cuts_off_who_is_slow)
{
    settings.head_time = 300ms;
    settings.body_idle_time = 300ms;
    settings.idle_time = 300ms;
    settings.write_time = 300ms;
    start();
    const auto begun = std::chrono::steady_clock::now();
    auto silent = connect();
    auto head = connect();
    head.send("GET / HTTP/1.1\r\n");
    auto body = connect();
    body.send("POST / HTTP/1.1\r\nHost: hall.example\r\nContent-Length: 90\r\n\r\n");
    auto idle = connect();
    idle.send(get("/"));
    auto reader = connect();
    reader.send(get("/big"));
    // A byte now and then is not enough.
    for (int i = 0; i < 8; ++i) {
        std::this_thread::sleep_for(50ms);
        head.try_send("x");
        body.try_send("x");
    }
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_THAT(head.read_to_end(), StartsWith("HTTP/1.1 408 "));
    EXPECT_THAT(body.read_to_end(), StartsWith("HTTP/1.1 408 "));
    EXPECT_THAT(idle.read_to_end(), HasSubstr("\r\n\r\n/ from"));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    // Only the reader may still be there; it is gone without having read anything.
    EXPECT_TRUE(wait_for([](const auto& figures) { return figures.connections_open == 0; }));
    EXPECT_LT(server->figures().bytes_out, big->size());
}

TEST_F(WebServer, bears_with_who_is_steady)
{
    settings.body_idle_time = 600ms;
    settings.write_time = 600ms;
    start();
    auto sender = connect();
    const std::string body(4000, 'x');
    const auto request = post("/upload", body, "Connection: close\r\n");
    for (std::size_t at = 0; at < request.size(); at += 400) {
        sender.send(request.substr(at, 400));
        std::this_thread::sleep_for(100ms);
    }
    EXPECT_THAT(sender.read_to_end(), HasSubstr(" body 4000\n"));
    auto reader = connect();
    reader.send(get_and_close("/big"));
    std::size_t bytes = 0;
    for (int i = 0; i < 10; ++i) {
        std::this_thread::sleep_for(100ms);
        bytes += reader.read_some(65536).size();
    }
    bytes += reader.read_to_end().size();
    EXPECT_GT(bytes, big->size());
}

TEST_F(WebServer, newcomers_push_out_who_sends_nothing)
{
    settings.threads = 1;
    settings.connections_max = 5;
    start();
    std::vector<RawClient> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(connect());
        EXPECT_THAT(ask(get_and_close("/honest")), HasSubstr("/honest from"));
    }
    const auto figures = server->figures();
    EXPECT_LE(figures.connections_open, 5U);
    EXPECT_GE(figures.connections_evicted, 15U);
    EXPECT_EQ(silent.front().read_to_end(), "");
}

TEST_F(WebServer, when_all_are_at_work_a_newcomer_is_turned_away)
{
    settings.threads = 1;
    settings.connections_max = 1;
    start();
    auto busy = connect();
    busy.send(get("/held"));
    auto answer = held.get_future().get();
    EXPECT_EQ(ask(get_and_close("/")), "");
    answer(Response::text("done"));
    EXPECT_THAT(busy.read_until("done"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(WebServer, does_not_share_its_port)
{
    start();
    ServerSettings same = settings;
    same.port = server->port();
    Server second(same, application);
    EXPECT_ANY_THROW(second.start());
}

TEST_F(WebServer, refuses_settings_that_mean_nothing)
{
    settings.proxies = {"the proxy"};
    EXPECT_THROW(Server(settings, application), std::invalid_argument);
}

TEST_F(WebServer, serves_many_at_once)
{
    start();
    std::vector<std::thread> clients;
    std::atomic<int> good = 0;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([this, &good] {
            auto client = connect();
            for (int j = 0; j < 200; ++j) {
                client.send(get("/x"));
                if (client.read_until("hall.example\n").starts_with("HTTP/1.1 200")) ++good;
            }
        });
    for (auto& client : clients) client.join();
    EXPECT_EQ(good, 1600);
    EXPECT_EQ(server->figures().requests_total, 1600U);
}

TEST_F(WebServer, lets_a_running_request_finish_when_it_stops)
{
    start();
    auto running = connect();
    running.send(get("/held"));
    auto answer = held.get_future().get();
    auto idle = connect();
    idle.send(get("/"));
    idle.read_until("hall.example\n");
    std::thread stopper([this] { server->stop(5s); });
    EXPECT_EQ(idle.read_to_end(), "");
    answer(Response::text("done"));
    EXPECT_THAT(running.read_to_end(), HasSubstr("\r\nConnection: close\r\n\r\ndone"));
    stopper.join();
}

TEST_F(WebServer, does_not_wait_for_ever_when_it_stops)
{
    start();
    auto running = connect();
    running.send(get("/held"));
    auto answer = held.get_future().get();
    server->stop(50ms);
    EXPECT_EQ(running.read_to_end(), "");
}

} // namespace
} // namespace moothall::web
