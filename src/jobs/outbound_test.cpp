#include "jobs/outbound.hpp"

#include "text/json.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

namespace moothall::jobs {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A server on a port of its own that reads one head from each connection and says what it is told.
class Canary {
public:
    using Say = std::function<void(int connection, const std::string& head)>;

    explicit Canary(Say say)
        : say_(std::move(say)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* general = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(bind(listener_, general, length), 0);
        EXPECT_EQ(listen(listener_, 16), 0);
        EXPECT_EQ(getsockname(listener_, general, &length), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Canary()
    {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }
    Canary(const Canary&) = delete;
    Canary& operator=(const Canary&) = delete;

    std::string url(std::string path = "/hook") const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    std::string port() const { return std::to_string(port_); }
    int hits() const { return hits_; }

    static void say(int connection, std::string_view text)
    {
        send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    }
    static void say_ok(int connection, const std::string&)
    {
        say(connection,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
    }

private:
    void serve()
    {
        for (;;) {
            const int connection = accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            ++hits_;
            std::string head;
            char byte = 0;
            while (!head.ends_with("\r\n\r\n") && recv(connection, &byte, 1, 0) == 1) head += byte;
            say_(connection, head);
            shutdown(connection, SHUT_RDWR);
            close(connection);
        }
    }

    Say say_;
    int listener_;
    int port_ = 0;
    std::atomic<int> hits_{0};
    std::thread thread_;
};

OutboundCall local_call(std::string url)
{
    return {.url = std::move(url), .private_addresses = PrivateAddresses::allowed};
}

TEST(Outbound, a_call_brings_status_type_and_body)
{
    std::string head;
    const Canary canary([&](int connection, const std::string& read) {
        head = read;
        Canary::say_ok(connection, read);
    });
    auto call = local_call(canary.url("/a?b=c"));
    call.headers = {{"Authorization", "Bearer x"}};
    const auto answer = call_outbound(call);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->content_type, "text/plain");
    EXPECT_EQ(answer->body, "ok");
    EXPECT_THAT(head, StartsWith("GET /a?b=c HTTP/1.1\r\n"));
    EXPECT_THAT(head, HasSubstr("Authorization: Bearer x\r\n"));
}

TEST(Outbound, a_post_carries_its_body)
{
    std::string head;
    const Canary canary([&](int connection, const std::string& read) {
        head = read;
        Canary::say_ok(connection, read);
    });
    auto call = local_call(canary.url());
    call.method = "POST";
    call.body = "a=b";
    ASSERT_TRUE(call_outbound(call));
    EXPECT_THAT(head, StartsWith("POST /hook HTTP/1.1\r\n"));
    EXPECT_THAT(head, HasSubstr("Content-Length: 3\r\n"));
}

TEST(Outbound, none_of_the_known_ways_to_this_machine_reaches_it)
{
    const Canary canary(Canary::say_ok);
    std::ifstream file(MOOTHALL_SOURCE_DIR "/tests/trust/ssrf_cases.json");
    std::stringstream text;
    text << file.rdbuf();
    const auto cases = Json::parse(text.str());
    ASSERT_TRUE(cases);
    int tried = 0;
    for (std::size_t index = 0; index < cases->size(); ++index) {
        const auto one = cases->at(index);
        if (one.find("expect").string() != "deny") continue;
        std::string url(*one.find("url").string());
        // These need a resolver that gives made-up addresses: the test below does that.
        if (url.find("test.example") != std::string::npos) continue;
        if (const auto mark = url.find("{p}"); mark != std::string::npos)
            url.replace(mark, 3, canary.port());
        const auto answer = call_outbound({.url = url, .time_max = 2000ms});
        EXPECT_FALSE(answer) << url;
        if (!answer) {
            EXPECT_EQ(answer.error().field, "url") << url;
        }
        ++tried;
    }
    EXPECT_GT(tried, 150);
    EXPECT_EQ(canary.hits(), 0);
}

TEST(Outbound, a_name_is_judged_by_the_address_that_is_connected_to)
{
    const Canary canary(Canary::say_ok);
    const auto url = "http://hall.example.org:" + canary.port() + "/hook";
    EXPECT_TRUE(check_outbound_url(url, PrivateAddresses::refused));
    for (const auto* address : {"127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254"}) {
        const auto answer = call_outbound({.url = url, .time_max = 2000ms, .address = address});
        ASSERT_FALSE(answer) << address;
        EXPECT_EQ(answer.error().field, "url") << address;
    }
    EXPECT_EQ(canary.hits(), 0);
    // And it is the same call that arrives when it may.
    EXPECT_TRUE(call_outbound(
        {.url = url, .private_addresses = PrivateAddresses::allowed, .address = "127.0.0.1"}));
    EXPECT_EQ(canary.hits(), 1);
}

TEST(Outbound, metadata_is_out_of_reach_even_when_private_addresses_are_not)
{
    for (const auto* url : {"http://169.254.169.254/latest", "http://100.100.100.200/",
                            "http://[fd00:ec2::254]/", "http://168.63.129.16/", "http://0.0.0.0/",
                            "http://224.0.0.1/", "http://[fe80::1]/", "http://[::ffff:10.0.0.1]/"})
        EXPECT_FALSE(check_outbound_url(url, PrivateAddresses::allowed)) << url;
    for (const auto* url : {"http://127.0.0.1:9/", "http://[::1]/", "http://10.0.0.1/",
                            "http://keycloak:8080/realms/a", "http://[fd12::1]/"})
        EXPECT_TRUE(check_outbound_url(url, PrivateAddresses::allowed)) << url;
}

TEST(Outbound, public_addresses_are_told_from_all_others)
{
    for (const auto* address :
         {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "172.15.0.1", "172.32.0.1",
          "223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1"})
        EXPECT_TRUE(is_public_address(address)) << address;
    for (const auto* address :
         {"10.0.0.0", "172.16.0.0", "172.31.255.255", "192.168.1.1", "127.0.0.1", "0.0.0.0",
          "255.255.255.255", "::", "::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::",
          "2001:db8::1", "2001::1", "3fff::1", "fc00::1", "4000::1", "1.1.1", "no address"})
        EXPECT_FALSE(is_public_address(address)) << address;
}

TEST(Outbound, redirects_are_checked_like_first_addresses)
{
    const Canary secret(Canary::say_ok);
    const auto answer_with = [](std::string location) {
        return [location](int connection, const std::string&) {
            Canary::say(connection, "HTTP/1.1 302 Found\r\nLocation: " + location +
                                        "\r\nContent-Length: 0\r\n\r\n");
        };
    };
    const Canary to_metadata(answer_with("http://169.254.169.254/latest"));
    auto call = local_call(to_metadata.url());
    call.redirects_max = 3;
    const auto refused = call_outbound(call);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "url");

    const Canary to_secret(answer_with(secret.url()));
    call.url = to_secret.url();
    EXPECT_EQ(call_outbound(call)->status, 200);
    EXPECT_EQ(secret.hits(), 1);
    call.redirects_max = 0; // then it is an answer like any other
    EXPECT_EQ(call_outbound(call)->status, 302);
    call.redirects_max = 3;
    call.method = "POST";
    EXPECT_EQ(call_outbound(call)->status, 302);
    EXPECT_EQ(secret.hits(), 1);

    const Canary round([&](int connection, const std::string&) {
        Canary::say(connection,
                    "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
    });
    call = local_call(round.url());
    call.redirects_max = 3;
    EXPECT_FALSE(call_outbound(call));
    EXPECT_EQ(round.hits(), 4);
}

TEST(Outbound, a_redirect_to_another_origin_takes_no_headers_along)
{
    std::string head;
    const Canary other([&](int connection, const std::string& read) {
        head = read;
        Canary::say_ok(connection, read);
    });
    const Canary first([&](int connection, const std::string&) {
        Canary::say(connection, "HTTP/1.1 302 Found\r\nLocation: " + other.url() +
                                    "\r\nContent-Length: 0\r\n\r\n");
    });
    auto call = local_call(first.url());
    call.headers = {{"Authorization", "Bearer secret"}};
    call.redirects_max = 1;
    ASSERT_TRUE(call_outbound(call));
    EXPECT_THAT(head, Not(HasSubstr("secret")));
}

TEST(Outbound, too_much_and_too_slow_ends_the_call)
{
    const Canary endless([](int connection, const std::string&) {
        Canary::say(connection, "HTTP/1.1 200 OK\r\n\r\n");
        const std::string much(10'000, 'x');
        for (int times = 0; times < 100; ++times) Canary::say(connection, much);
    });
    auto call = local_call(endless.url());
    call.answer_bytes_max = 50'000;
    const auto large = call_outbound(call);
    ASSERT_FALSE(large);
    EXPECT_THAT(large.error().sentence, HasSubstr("too large"));

    const Canary heads([](int connection, const std::string&) {
        Canary::say(connection, "HTTP/1.1 200 OK\r\n");
        const auto line = "X-A: " + std::string(1000, 'x') + "\r\n";
        for (int times = 0; times < 100; ++times) Canary::say(connection, line);
        Canary::say(connection, "\r\n");
    });
    EXPECT_FALSE(call_outbound(local_call(heads.url())));

    const Canary silent([](int connection, const std::string&) {
        char byte = 0;
        recv(connection, &byte, 1, 0); // until the other side gives up
    });
    call = local_call(silent.url());
    call.time_max = 300ms;
    const auto started = std::chrono::steady_clock::now();
    const auto slow = call_outbound(call);
    ASSERT_FALSE(slow);
    EXPECT_THAT(slow.error().sentence, HasSubstr("in time"));
    EXPECT_LT(std::chrono::steady_clock::now() - started, 2s);
}

TEST(Outbound, a_header_cannot_bring_another_one)
{
    const Canary canary(Canary::say_ok);
    auto call = local_call(canary.url());
    call.headers = {{"X-A", "b\r\nX-Injected: c"}};
    EXPECT_FALSE(call_outbound(call));
    EXPECT_EQ(canary.hits(), 0);
}

TEST(Outbound, a_proxy_of_the_environment_is_not_asked)
{
    const Canary proxy(Canary::say_ok);
    const Canary canary(Canary::say_ok);
    setenv("http_proxy", proxy.url("").c_str(), 1);
    EXPECT_TRUE(call_outbound(local_call(canary.url())));
    unsetenv("http_proxy");
    EXPECT_EQ(proxy.hits(), 0);
    EXPECT_EQ(canary.hits(), 1);
}

} // namespace

} // namespace moothall::jobs
