#include "web/server.hpp"
#include "web/server_test_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace moothall::web {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// A server on which every path is a stream of events.
class EventStreams : public testing::Test {
protected:
    EventStreams()
    {
        settings.port = 0;
        application.body_bytes_max = [](Method, const std::string&) -> std::size_t { return 0; };
        application.knows_host = [](const std::string&) { return true; };
        application.handle = [this](Request&&, const Answer& answer) {
            Response response;
            response.stream = [this](std::shared_ptr<EventStream> line) {
                const std::lock_guard lock(mutex);
                lines.push_back(std::move(line));
            };
            answer(std::move(response));
        };
    }

    void start()
    {
        server = std::make_unique<Server>(settings, application);
        server->start();
    }

    RawClient listen()
    {
        RawClient client(server->port());
        client.send("GET /events HTTP/1.1\r\nHost: hall.example\r\n\r\n");
        client.read_until("\r\n\r\n");
        return client;
    }

    std::shared_ptr<EventStream> line(std::size_t index)
    {
        for (int i = 0; i < 500; ++i) {
            {
                const std::lock_guard lock(mutex);
                if (lines.size() > index) return lines[index];
            }
            std::this_thread::sleep_for(10ms);
        }
        return nullptr;
    }

    static bool eventually(const std::function<bool()>& holds)
    {
        for (int i = 0; i < 500; ++i) {
            if (holds()) return true;
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }

    ServerSettings settings;
    Application application;
    std::mutex mutex;
    std::vector<std::shared_ptr<EventStream>> lines;
    std::unique_ptr<Server> server;
};

TEST_F(EventStreams, have_the_headers_that_browsers_and_proxies_need)
{
    start();
    RawClient client(server->port());
    client.send("GET / HTTP/1.1\r\nHost: hall.example\r\n\r\n");
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Type: text/event-stream\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nCache-Control: no-cache\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nX-Accel-Buffering: no\r\n"));
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
}

TEST_F(EventStreams, carry_messages_from_any_thread)
{
    start();
    auto client = listen();
    std::thread([&] {
        EXPECT_TRUE(line(0)->send("changed", "42", "one\ntwo\r\nthree\rfour"));
        EXPECT_TRUE(line(0)->send("", "", ""));
    }).join();
    EXPECT_EQ(
        client.read_until("data: \n\n"),
        "event: changed\nid: 42\ndata: one\ndata: two\ndata: three\ndata: four\n\ndata: \n\n");
    EXPECT_TRUE(line(0)->open());
    EXPECT_EQ(server->figures().streams_open, 1U);
}

TEST_F(EventStreams, are_closed_by_either_side)
{
    start();
    auto first = listen();
    line(0)->send("last", "", "word");
    line(0)->close();
    EXPECT_FALSE(line(0)->send("too", "", "late"));
    EXPECT_EQ(first.read_to_end(), "event: last\ndata: word\n\n");
    {
        const auto second = listen();
        ASSERT_TRUE(line(1));
    }
    EXPECT_TRUE(eventually([&] { return !line(1)->open(); }));
    EXPECT_TRUE(eventually([&] { return server->figures().connections_open == 0; }));
    EXPECT_EQ(server->figures().streams_open, 0U);
}

TEST_F(EventStreams, end_when_the_client_sends_another_request_on_them)
{
    start();
    auto client = listen();
    client.send("GET / HTTP/1.1\r\nHost: hall.example\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return !line(0)->open(); }));
}

TEST_F(EventStreams, drop_a_reader_who_is_too_far_behind)
{
    settings.write_time = 60s;
    start();
    auto client = listen();
    const std::string data(10'000, 'x');
    EXPECT_TRUE(eventually([&] {
        for (int i = 0; i < 100; ++i)
            if (!line(0)->send("changed", "", data)) return true;
        return false;
    }));
    EXPECT_FALSE(line(0)->open());
    EXPECT_TRUE(eventually([&] { return server->figures().connections_open == 0; }));
}

TEST_F(EventStreams, drop_a_reader_who_takes_nothing)
{
    settings.write_time = 200ms;
    start();
    auto client = listen();
    // Fills the buffers of the kernel and then a part of our queue, which is within its limit.
    const std::string data(1000, 'x');
    for (int i = 0; i < 20'000 && server->figures().streams_open == 1; ++i) {
        line(0)->send("changed", "", data);
        std::this_thread::sleep_for(20us);
        if (i % 100 == 99) std::this_thread::sleep_for(1ms);
    }
    EXPECT_TRUE(eventually([&] { return server->figures().streams_open == 0; }));
}

TEST_F(EventStreams, reach_everybody)
{
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 200; ++i) clients.push_back(listen());
    ASSERT_TRUE(line(199));
    for (std::size_t i = 0; i < 200; ++i) EXPECT_TRUE(line(i)->send("changed", "1", "x"));
    for (auto& client : clients)
        EXPECT_EQ(client.read_until("\n\n"), "event: changed\nid: 1\ndata: x\n\n");
}

TEST_F(EventStreams, say_goodbye_when_the_server_stops)
{
    start();
    auto client = listen();
    const auto mine = line(0);
    std::thread stopper([&] { server->stop(5s); });
    EXPECT_THAT(client.read_to_end(), EndsWith("event: bye\ndata: bye\n\n"));
    stopper.join();
    EXPECT_FALSE(mine->open());
    EXPECT_FALSE(mine->send("after", "", "all"));
    server.reset();
    mine->close();
    EXPECT_FALSE(mine->send("after", "", "all"));
}

TEST_F(EventStreams, have_no_body_for_head)
{
    start();
    RawClient client(server->port());
    client.send("HEAD / HTTP/1.1\r\nHost: hall.example\r\n\r\n");
    EXPECT_THAT(client.read_to_end(), EndsWith("\r\nConnection: close\r\n\r\n"));
    EXPECT_TRUE(lines.empty());
}

} // namespace
} // namespace moothall::web
