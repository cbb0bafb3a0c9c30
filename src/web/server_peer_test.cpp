#include "web/server_answer.hpp"
#include "web/server_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace moothall::web {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Client client(const std::string& peer, const Fields& headers = {})
{
    static const Proxies proxies({"10.0.0.1", "192.168.0.0/16", "::1", "fd00::/8"});
    return client_of(normalised(asio::ip::make_address(peer)), proxies, headers);
}

Fields forwarded(const std::vector<std::string>& lines)
{
    Fields headers;
    for (const auto& line : lines) headers.add("x-forwarded-for", line);
    return headers;
}

TEST(ClientAddress, of_a_direct_connection_is_the_peers)
{
    EXPECT_EQ(client("203.0.113.7", forwarded({"127.0.0.1"})).address, "203.0.113.7");
    EXPECT_EQ(client("::ffff:203.0.113.7").address, "203.0.113.7");
    EXPECT_EQ(client("2001:db8::7").address, "2001:db8::7");
}

TEST(ClientAddress, of_a_proxied_one_is_the_rightmost_that_is_no_proxy)
{
    EXPECT_EQ(client("10.0.0.1", forwarded({"1.1.1.1, 203.0.113.7"})).address, "203.0.113.7");
    EXPECT_EQ(client("10.0.0.1", forwarded({"1.1.1.1", "203.0.113.7 , 192.168.3.4"})).address,
              "203.0.113.7");
    EXPECT_EQ(client("10.0.0.1", forwarded({"203.0.113.7:4711"})).address, "203.0.113.7");
    EXPECT_EQ(client("fd00::2", forwarded({"[2001:db8::7]:4711"})).address, "2001:db8::7");
    EXPECT_EQ(client("::ffff:10.0.0.1", forwarded({"2001:db8::7"})).address, "2001:db8::7");
    EXPECT_EQ(client("10.0.0.1", forwarded({"192.168.3.4"})).address, "192.168.3.4");
    EXPECT_EQ(client("10.0.0.1").address, "10.0.0.1");
}

TEST(ClientAddress, of_a_proxy_that_writes_nonsense_is_the_last_that_made_sense)
{
    EXPECT_EQ(client("10.0.0.1", forwarded({"203.0.113.7, unknown"})).address, "10.0.0.1");
    EXPECT_EQ(client("10.0.0.1", forwarded({"::::::"})).address, "10.0.0.1");
    EXPECT_EQ(client("10.0.0.1", forwarded({""})).address, "10.0.0.1");
    EXPECT_EQ(client("10.0.0.1", forwarded({"203.0.113.7,, 192.168.3.4"})).address, "192.168.3.4");
    EXPECT_EQ(client("10.0.0.1", forwarded({"[::1"})).address, "::1");
}

TEST(Loopback, is_a_direct_connection_from_this_machine)
{
    EXPECT_TRUE(client("127.0.0.1").loopback);
    EXPECT_TRUE(client("::ffff:127.0.0.1").loopback);
    EXPECT_FALSE(client("::1").loopback); // a configured proxy here
    EXPECT_FALSE(client("203.0.113.7").loopback);
    EXPECT_FALSE(client("10.0.0.1", forwarded({"127.0.0.1"})).loopback);
    for (const auto* name :
         {"forwarded", "x-forwarded-for", "x-forwarded-proto", "via", "x-real-ip"}) {
        Fields headers;
        headers.add(name, "1");
        EXPECT_FALSE(client("127.0.0.1", headers).loopback) << name;
    }
}

TEST(Https, is_believed_of_proxies_only)
{
    Fields headers;
    headers.add("x-forwarded-proto", "https");
    EXPECT_TRUE(client("192.168.9.9", headers).secure);
    EXPECT_FALSE(client("203.0.113.7", headers).secure);
    Fields other;
    other.add("x-forwarded-proto", "javascript");
    EXPECT_FALSE(client("10.0.0.1", other).secure);
}

TEST(ProxySettings, are_addresses_or_ranges)
{
    for (const auto* text : {"", "proxy", "10.0.0", "10.0.0.0/33", "::/129", "10.0.0.1:80"})
        EXPECT_THROW(Proxies({text}), std::invalid_argument) << text;
}

TEST(ConnectionsOfAnAddress, are_counted_up_to_a_limit)
{
    AddressCounts counts;
    const auto key = [](const char* text) {
        return AddressCounts::key_of(asio::ip::make_address(text));
    };
    EXPECT_TRUE(counts.add(key("203.0.113.7"), 2));
    EXPECT_TRUE(counts.add(key("203.0.113.7"), 2));
    EXPECT_FALSE(counts.add(key("203.0.113.7"), 2));
    EXPECT_TRUE(counts.add(key("203.0.113.8"), 2));
    counts.remove(key("203.0.113.7"));
    EXPECT_TRUE(counts.add(key("203.0.113.7"), 2));
    EXPECT_FALSE(counts.add(key("203.0.113.9"), 0));
    // One household has 2^64 addresses.
    EXPECT_EQ(key("2001:db8:0:1::1"), key("2001:db8:0:1:ffff::2"));
    EXPECT_NE(key("2001:db8:0:1::1"), key("2001:db8:0:2::1"));
}

std::string head_of(const Response& response, bool keep_alive = true, bool secure = false)
{
    std::string head;
    write_answer_head(head, response, {"Sun, 06 Nov 1994 08:49:37 GMT", keep_alive, secure});
    return head;
}

TEST(AnswerHead, keeps_what_the_handler_says_and_adds_what_it_did_not)
{
    auto response = Response::html("<p>");
    response.with("cache-control", "public, max-age=60")
        .with("Set-Cookie", "a=1")
        .with("Set-Cookie", "b=2");
    const auto head = head_of(response, false, true);
    EXPECT_THAT(head,
                testing::StartsWith("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\ncache-control: public, max-age=60\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("private")));
    EXPECT_THAT(head, HasSubstr("\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"));
    EXPECT_THAT(
        head,
        HasSubstr("\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nStrict-Transport-Security: max-age=31536000\r\n"));
    EXPECT_THAT(head, EndsWith("\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"));
}

TEST(AnswerHead, says_no_length_where_there_is_no_body)
{
    EXPECT_THAT(head_of(Response::no_content()), Not(HasSubstr("Content-Length")));
    auto unchanged = Response::text("forgotten", 304);
    EXPECT_THAT(head_of(unchanged), Not(HasSubstr("Content-Length")));
    EXPECT_EQ(body_of(unchanged), "");
    EXPECT_THAT(head_of(Response::see_other("/x")), HasSubstr("\r\nLocation: /x\r\n"));
    EXPECT_THAT(head_of(Response::see_other("/x")), HasSubstr("\r\nContent-Length: 0\r\n"));
    EXPECT_THAT(head_of(Response::text("", 507)),
                testing::StartsWith("HTTP/1.1 507 Insufficient Storage\r\n"));
}

TEST(AnswerHead, takes_no_header_that_would_split_it)
{
#ifdef MOOTHALL_ABORT_ON_BUG
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto refused = [](const Response& response) {
        EXPECT_DEATH(head_of(response), "invariant");
    };
#else
    const auto refused = [](const Response& response) { EXPECT_ANY_THROW(head_of(response)); };
#endif
    refused(Response::text("x").with("X", "a\r\nSet-Cookie: b"));
    refused(Response::text("x").with("X\nY", "a"));
    refused(Response::text("x").with("Content-Length", "7"));
    refused(Response::text("x").with("X", std::string("a\0b", 3)));
    refused(Response::text("x", 100));
}

TEST(Dates, are_written_as_http_wants_them)
{
    using std::chrono::sys_seconds;
    EXPECT_EQ(date_text(sys_seconds(std::chrono::seconds(784111777))),
              "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(date_text(sys_seconds(std::chrono::seconds(1709164799))),
              "Wed, 28 Feb 2024 23:59:59 GMT");
    EXPECT_EQ(date_text(sys_seconds(std::chrono::seconds(1709251199))),
              "Thu, 29 Feb 2024 23:59:59 GMT");
}

} // namespace
} // namespace moothall::web
