#include "web/server_head.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace moothall::web {
namespace {

constexpr HeadLimits limits{.bytes_max = 2048, .headers_max = 8, .target_bytes_max = 1024};

struct Outcome {
    HeadParser::State state;
    int status;
    std::size_t bytes;
};

/// Reads `input` in pieces of `piece` bytes.
Outcome read_in_pieces(const std::string& input, std::size_t piece)
{
    HeadParser parser(limits);
    auto state = HeadParser::State::incomplete;
    for (std::size_t have = 0; have < input.size() && state == HeadParser::State::incomplete;) {
        have = std::min(input.size(), have + piece);
        state = parser.read(std::string_view(input).substr(0, have));
    }
    return {state, parser.status(), parser.bytes()};
}

/// The status by which it is refused; 0 when complete, -1 when more is needed.
int status_of(const std::string& input)
{
    const auto whole = read_in_pieces(input, input.size());
    for (const std::size_t piece : {1U, 7U}) {
        const auto pieces = read_in_pieces(input, piece);
        EXPECT_EQ(pieces.state, whole.state) << input;
        EXPECT_EQ(pieces.status, whole.status) << input;
        EXPECT_EQ(pieces.bytes, whole.bytes) << input;
    }
    if (whole.state == HeadParser::State::incomplete) return -1;
    return whole.status;
}

const std::string host_line = "Host: hall.example\r\n";

TEST(RequestHead, what_a_browser_sends_is_read)
{
    const std::string text = "POST /voices?x=1 HTTP/1.1\r\nHOST: Hall.Example:8080\r\nUser-Agent: "
                             "M\xc3\xb6zilla (X; \tY)\r\n"
                             "Content-Length:  12 \t\r\nConnection: Keep-Alive, foo\r\nExpect: "
                             "100-Continue\r\nX-Empty:\r\n\r\n";
    HeadParser parser(limits);
    ASSERT_EQ(parser.read(text + "{\"a\":\"body\"}"), HeadParser::State::complete);
    EXPECT_EQ(parser.bytes(), text.size());
    const auto& head = parser.head();
    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.target, "/voices?x=1");
    EXPECT_EQ(head.host, "hall.example:8080");
    EXPECT_EQ(head.content_length, 12U);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_TRUE(head.expects_continue);
    EXPECT_EQ(head.fields.get("user-agent"), "M\xc3\xb6zilla (X; \tY)");
    EXPECT_TRUE(head.fields.has("x-empty"));
    parser.reset();
    EXPECT_EQ(parser.read("GET / HTTP/1.0\r\n" + host_line + "\r\n"), HeadParser::State::complete);
    EXPECT_TRUE(parser.head().http_1_0);
    EXPECT_FALSE(parser.head().keep_alive);
    EXPECT_FALSE(parser.head().content_length);
}

TEST(RequestHead, a_connection_that_is_to_be_closed_is)
{
    HeadParser parser(limits);
    ASSERT_EQ(parser.read("GET / HTTP/1.1\r\n" + host_line +
                          "Connection: keep-alive\r\nConnection: x , CLOSE\r\n\r\n"),
              HeadParser::State::complete);
    EXPECT_FALSE(parser.head().keep_alive);
}

TEST(RequestHead, part_of_it_is_waited_on)
{
    const auto text = "GET / HTTP/1.1\r\n" + host_line + "\r\n";
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_EQ(status_of(text.substr(0, length)), -1) << length;
    EXPECT_EQ(status_of(text), 0);
}

TEST(RequestHead, a_request_line_has_one_form)
{
    const std::vector<std::pair<std::string, int>> cases = {
        {"", 400},
        {"GET /", 400},
        {"GET / ", 400},
        {"GET  / HTTP/1.1", 400},
        {"GET\t/\tHTTP/1.1", 400},
        {"GET /  HTTP/1.1", 400},
        {"GET / HTTP/1.1 ", 400},
        {" GET / HTTP/1.1", 400},
        {" / HTTP/1.1", 400},
        {"GET /a b HTTP/1.1", 400},
        {"GET: / HTTP/1.1", 400},
        {"G{T / HTTP/1.1", 400},
        {"G\xc3\x89T / HTTP/1.1", 400},
        {"GET /\xc3\xa9 HTTP/1.1", 400},
        {"GET / http/1.1", 400},
        {"GET / HTTPS/1.1", 400},
        {"GET / HTTP/1.10", 400},
        {"GET / HTTP/11", 400},
        {"GET / HTTP/-1.1", 400},
        {"GET / HTTP/2.0", 505},
        {"PRI * HTTP/2.0", 505},
        {"GET / HTTP/1.2", 505},
        {"GET / HTTP/0.9", 505},
        {"HTTP/1.1 200 OK", 400},
        {std::string(40, 'A') + " / HTTP/1.1", 400},
        {"get / HTTP/1.1", 0},
        {"FOO / HTTP/1.1", 0},
        {"SSH-2.0-OpenSSH_9.0", 400},
        {"PROXY TCP4 1.2.3.4 5.6.7.8 1 2", 400},
    };
    for (const auto& [line, status] : cases)
        EXPECT_EQ(status_of(line + "\r\n" + host_line + "\r\n"), status) << line;
}

TEST(RequestHead, characters_that_end_lines_for_some_are_refused_at_once)
{
    for (const auto* text : {"GET / HTTP/1.1\n", "GET /\r HTTP/1.1", "\x16\x03\x01", "GET\x0b/",
                             "GET /\x1b", "GET /\x7f", "G\x08"})
        EXPECT_EQ(status_of(text), 400) << text;
    EXPECT_EQ(status_of(std::string("GE\0T", 4)), 400);
    for (const auto* line : {"X: a\nY: b", "X: a\rb", "X: \x01", "X: \x7f", "X\x0b: a"})
        EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host_line + line + "\r\n\r\n"), 400) << line;
}

TEST(RequestHead, a_header_has_one_form)
{
    for (const auto* line :
         {"X : y", "X", ": y", " X: y", "\tX: y", "X: a\r\n b", "X Y: a", "X(): a", "\"X\": a",
          "X\t: a", "X\xc3\xa9: a", "X: \xff\xfe", "X: \xc0\xaf", "X: \xed\xa0\x80"})
        EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host_line + line + "\r\n\r\n"), 400) << line;
}

TEST(RequestHead, the_length_of_a_body_is_said_in_one_way)
{
    for (const auto* value :
         {"", "+5", "-1", "0x10", "5 5", "5.0", "1e1", "abc", "05", "00", "0,0", "5, 5", "5;",
          "\"5\"", "5_0", "9999999999999999999", "18446744073709551616", "\xd9\xa5", "\xb2"})
        EXPECT_EQ(
            status_of("POST / HTTP/1.1\r\n" + host_line + "Content-Length: " + value + "\r\n\r\n"),
            400)
            << value;
    for (const auto* lines : {"Content-Length: 5\r\nContent-Length: 5\r\n",
                              "Content-Length: 0\r\nCONTENT-LENGTH: 44\r\n"})
        EXPECT_EQ(status_of("POST / HTTP/1.1\r\n" + host_line + lines + "\r\n"), 400) << lines;
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\n" + host_line + "Content-Length: 0\r\n\r\n"), 0);
    EXPECT_EQ(
        status_of("POST / HTTP/1.1\r\n" + host_line + "Content-Length: 999999999999999999\r\n\r\n"),
        0);
}

TEST(RequestHead, any_transfer_encoding_is_refused)
{
    for (const auto* value : {"chunked", "xchunked", "identity", "", "gzip, chunked"}) {
        const auto line = std::string("transfer-encoding: ") + value + "\r\n";
        EXPECT_EQ(status_of("POST / HTTP/1.1\r\n" + host_line + line + "\r\n"), 411) << value;
        EXPECT_EQ(status_of("POST / HTTP/1.1\r\n" + host_line + line + "Content-Length: 5\r\n\r\n"),
                  400)
            << value;
        EXPECT_EQ(
            status_of("POST / HTTP/1.1\r\n" + host_line + "Content-Length: 5\r\n" + line + "\r\n"),
            400)
            << value;
    }
}

TEST(RequestHead, there_is_exactly_one_host)
{
    for (const auto* lines :
         {"", "Host:\r\n", "Host: a\r\nHost: a\r\n", "Host: a\r\nhost: b\r\n", "Host: a, b\r\n",
          "Host: a@b\r\n", "Host: a/x\r\n", "Host: a:99999999\r\n", "Host: [::1\r\n"})
        EXPECT_EQ(status_of(std::string("GET / HTTP/1.1\r\n") + lines + "\r\n"), 400) << lines;
}

TEST(RequestHead, what_decides_who_one_is_comes_once)
{
    for (const auto* name : {"Authorization", "Content-Type", "Origin", "Idempotency-Key"}) {
        const auto line = std::string(name) + ": x\r\n";
        EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host_line + line + "\r\n"), 0) << name;
        EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host_line + line + line + "\r\n"), 400) << name;
    }
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host_line + "Cookie: a=1\r\nCookie: b=2\r\n\r\n"),
              0);
}

TEST(RequestHead, an_unknown_expectation_is_refused)
{
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host_line + "Expect: 200-maybe\r\n\r\n"), 417);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + host_line + "Expect: 100-continue, foo\r\n\r\n"),
              417);
}

TEST(RequestHead, sizes_are_limited_before_the_end_has_come)
{
    EXPECT_EQ(status_of("GET /" + std::string(1100, 'a')), 414);
    EXPECT_EQ(status_of("GET /" + std::string(1024, 'a') + " HTTP/1.1\r\n"), 414);
    EXPECT_EQ(status_of("GET /" + std::string(1023, 'a') + " HTTP/1.1\r\n" + host_line + "\r\n"),
              0);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nX: " + std::string(2100, 'a')), 431);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + std::string(2100, 'X')), 431);
    std::string headers = host_line;
    for (int i = 0; i < 7; ++i) headers += "X: y\r\n";
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + headers + "\r\n"), 0);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + headers + "X: y\r\n\r\n"), 431);
}

} // namespace
} // namespace moothall::web
