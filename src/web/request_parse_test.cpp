#include "web/request_parse.hpp"

#include "web/response.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace moothall::web {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(RequestTarget, path_and_query_are_decoded)
{
    const auto target = parse_target("/caf%C3%A9/a+b;c?q=a+b%26c&q=%C3%A9&empty=&bare&&x[]=1");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/café/a+b;c");
    EXPECT_EQ(target->query.pairs(),
              (Pairs{{"q", "a b&c"}, {"q", "é"}, {"empty", ""}, {"bare", ""}, {"x[]", "1"}}));
    EXPECT_EQ(target->query.get("q"), "a b&c");
    EXPECT_EQ(target->query.all("q"), (std::vector<std::string_view>{"a b&c", "é"}));
    EXPECT_TRUE(target->query.has("bare"));
    EXPECT_FALSE(target->query.has("absent"));
    EXPECT_EQ(target->authority, "");
}

TEST(RequestTarget, a_slash_at_the_end_stays_for_the_router_to_refuse)
{
    EXPECT_EQ(parse_target("/")->path, "/");
    EXPECT_EQ(parse_target("/voices/")->path, "/voices/");
}

TEST(RequestTarget, the_absolute_form_gives_its_host_and_its_path)
{
    const auto target = parse_target("HTTP://Hall.Example:8080?x=1");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->authority, "hall.example:8080");
    EXPECT_EQ(target->path, "/");
    EXPECT_EQ(target->query.get("x"), "1");
    EXPECT_EQ(target->origin_form, "/?x=1");
    EXPECT_EQ(parse_target("https://[::1]/a?b")->origin_form, "/a?b");
}

TEST(RequestTarget, what_could_mean_two_paths_is_refused)
{
    const std::vector<std::string> bad = {
        "",
        "*",
        "voices",
        "ftp://hall.example/",
        "http://",
        "http:///x",
        "http://a@b/",
        "http://hall.example:x/",
        "//",
        "//evil.example",
        "/a//b",
        "/.",
        "/..",
        "/a/./b",
        "/a/../b",
        "/a/..",
        "/%2e%2e/x",
        "/%2E/x",
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/a\\b",
        "/%00",
        "/%0a",
        "/%1f",
        "/%7f",
        "/%c2%80",
        "/%c2%9f",
        "/%",
        "/%a",
        "/%zz",
        "/%u2215",
        "/%c0%80",
        "/%c0%ae%c0%ae/x",
        "/%ed%a0%80",
        "/%e9",
        "/\xc3\xa9",
        "/a b",
        "/a\tb",
        "/\x7f",
        "/a#b",
        "/\"",
        "/<",
        "/>",
        "/?q=%",
        "/?q=%ff",
        "/?q=%00",
        "/?q=\x01",
    };
    for (const auto& target : bad) EXPECT_FALSE(parse_target(target)) << target;
}

TEST(RequestTarget, a_query_holds_a_limited_number_of_fields)
{
    std::string target = "/?";
    for (std::size_t i = 0; i < query_pairs_max; ++i) target += "a=1&";
    EXPECT_TRUE(parse_target(target));
    EXPECT_FALSE(parse_target(target + "a=1"));
}

TEST(UrlencodedForm, fields_come_in_order_and_none_is_lost)
{
    const auto form = parse_urlencoded("b=1&a=2&b=3&text=l%0D%0Am&sum=a=b", form_pairs_max);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->pairs(),
              (Pairs{{"b", "1"}, {"a", "2"}, {"b", "3"}, {"text", "l\r\nm"}, {"sum", "a=b"}}));
}

TEST(UrlencodedForm, what_is_no_text_is_refused)
{
    for (const auto* text :
         {"a=%", "a=%f", "a=%fg", "%=1", "a=%ff%fe", "a=%c0%af", "a=%00", "%00=a", "a=\xff"})
        EXPECT_FALSE(parse_urlencoded(text, 10)) << text;
    EXPECT_FALSE(parse_urlencoded("a&b&c", 2));
}

TEST(Cookies, pairs_are_read_and_junk_is_left_out)
{
    Fields cookies;
    ASSERT_TRUE(parse_cookies("session=abc; =x;; junk; a b=1; quoted=\"q\"; two=1=2; session=late",
                              cookies));
    EXPECT_EQ(
        cookies.pairs(),
        (Pairs{{"session", "abc"}, {"quoted", "\"q\""}, {"two", "1=2"}, {"session", "late"}}));
    EXPECT_EQ(cookies.get("session"), "abc");
}

TEST(Cookies, there_is_a_limit_to_their_number)
{
    Fields cookies;
    std::string header;
    for (int i = 0; i < 900; ++i) header += "a=1;";
    EXPECT_FALSE(parse_cookies(header, cookies));
}

TEST(MediaTypes, type_and_parameters_are_read)
{
    const auto type =
        parse_media_type("Multipart/Form-Data; Boundary=\"a \\\"b\\\" c\"; charset=utf-8");
    ASSERT_TRUE(type);
    EXPECT_EQ(type->name, "multipart/form-data");
    EXPECT_EQ(type->parameters.get("boundary"), "a \"b\" c");
    EXPECT_EQ(type->parameters.get("charset"), "utf-8");
    EXPECT_TRUE(parse_media_type("text/plain;"));
    for (const auto* text :
         {"", "text", "text/", "/plain", "text/pl ain", "text/plain; a", "text/plain; a=\"b",
          "text/plain; a=1; a=2", "text/plain; =1", "text/plain, text/html", "text/plain; a=b c=d"})
        EXPECT_FALSE(parse_media_type(text)) << text;
}

std::string part(const std::string& head, const std::string& content)
{
    return "--x\r\n" + head + "\r\n\r\n" + content + "\r\n";
}

TEST(MultipartForm, fields_and_files_are_read)
{
    const auto body =
        part("Content-Disposition: form-data; name=\"title\"", "Bikes") +
        part("Content-Disposition: form-data; name=\"title\"", "") +
        part("content-disposition: form-data; name=\"pic\"; filename=\"C:\\my \\\"cat\\\".png\"\r\n"
             "Content-Type: image/PNG\r\nX-Other: 1",
             std::string("\x89PNG\0\r\n--y\xff", 11)) +
        part("Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\nContent-Type: "
             "application/octet-stream",
             "") +
        part("Content-Disposition: form-data; name=f; filename*=UTF-8''na%C3%AFve.txt", "x") +
        "--x--\r\n";
    const auto form = parse_multipart(body, "x");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->fields.pairs(), (Pairs{{"title", "Bikes"}, {"title", ""}}));
    ASSERT_EQ(form->uploads.size(), 2U);
    EXPECT_EQ(form->uploads[0].field, "pic");
    EXPECT_EQ(form->uploads[0].file_name, "C:\\my \"cat\".png");
    EXPECT_EQ(form->uploads[0].content_type, "image/png");
    EXPECT_EQ(form->uploads[0].content, std::string("\x89PNG\0\r\n--y\xff", 11));
    EXPECT_EQ(form->uploads[1].file_name, "naïve.txt");
    EXPECT_EQ(form->uploads[1].content_type, "text/plain");
}

TEST(MultipartForm, an_empty_form_is_one)
{
    const auto form = parse_multipart("--x--", "x");
    ASSERT_TRUE(form);
    EXPECT_TRUE(form->fields.pairs().empty());
}

TEST(MultipartForm, what_is_not_written_correctly_is_refused)
{
    const std::string name = "Content-Disposition: form-data; name=a";
    const std::vector<std::string> bad = {
        "",
        "x",
        "--x",
        "--x-",
        "--x--y",
        "--x--\r\n\r\n",
        "--y--",
        "preamble\r\n--x--",
        "\r\n--x--",
        "--x\r\n--x--",
        "--x\r\n\r\n\r\n--x--", // a part without a name
        part(name, "1"),        // never ends
        part(name, "1") + "--x --",
        part(name, "1") + "--xy\r\n",
        part("X: 1", "1") + "--x--",
        part(name + "\r\n" + name, "1") + "--x--",
        part(name + "; name=b", "1") + "--x--",
        part("Content-Disposition: attachment; name=a", "1") + "--x--",
        part("Content-Disposition: form-data", "1") + "--x--",
        part("Content-Disposition form-data; name=a", "1") + "--x--",
        part(name + "\r\n folded: 1", "1") + "--x--",
        part(name + "\r\nContent-Transfer-Encoding: base64", "MQ==") + "--x--",
        part(name + "\r\nContent-Type: text", "1") + "--x--",
        part(name, "\xff") + "--x--",
        part(name, std::string("a\0b", 3)) + "--x--",
        part("Content-Disposition: form-data; name=\"a\tb\"", "1") + "--x--",
        part(name + "; filename=\"a\nb\"", "1") + "--x--",
        part(name + "; filename*=latin1''a", "1") + "--x--",
        part(name + "; filename*=UTF-8''%00", "1") + "--x--",
        part(name + "\r\nX: " + std::string(5000, 'y'), "1") + "--x--",
    };
    for (const auto& body : bad) EXPECT_FALSE(parse_multipart(body, "x")) << body;
    for (const auto& boundary :
         {std::string(), std::string(71, 'x'), std::string("a\""), std::string("a ")})
        EXPECT_FALSE(parse_multipart("--" + boundary + "--", boundary)) << boundary;
}

TEST(MultipartForm, there_is_a_limit_to_the_parts)
{
    std::string body;
    for (int i = 0; i < 1000; ++i) body += part("Content-Disposition: form-data; name=a", "1");
    EXPECT_TRUE(parse_multipart(body + "--x--", "x"));
    EXPECT_FALSE(
        parse_multipart(body + part("Content-Disposition: form-data; name=a", "1") + "--x--", "x"));
}

TEST(Hosts, names_and_addresses_are_taken)
{
    EXPECT_EQ(parse_host("Hall.Example"), "hall.example");
    EXPECT_EQ(parse_host("127.0.0.1:8080"), "127.0.0.1:8080");
    EXPECT_EQ(parse_host("[::1]:8080"), "[::1]:8080");
    EXPECT_EQ(parse_host("[2001:DB8::1]"), "[2001:db8::1]");
    for (const auto* text :
         {"",         ":80",  "a b",      "a@b", "a/b",    "a:",      "a:x", "a:99999",
          "a:123456", "a:-1", "[::1",     "[]",  "[::1]x", "[::1]80", "[x]", "a,b",
          "a%00",     "a#b",  "\xc3\xa9", "a_b", "a:1:2",  "::1"})
        EXPECT_FALSE(parse_host(text)) << text;
    EXPECT_FALSE(parse_host(std::string(254, 'a')));
}

TEST(Hosts, the_port_of_the_scheme_goes)
{
    EXPECT_EQ(without_default_port("hall.example:80", false), "hall.example");
    EXPECT_EQ(without_default_port("hall.example:443", true), "hall.example");
    EXPECT_EQ(without_default_port("hall.example:443", false), "hall.example:443");
    EXPECT_EQ(without_default_port("hall.example:8080", false), "hall.example:8080");
}

TEST(AcceptEncoding, the_codings_that_the_client_takes_are_found)
{
    struct Case {
        std::string_view value;
        bool brotli;
        bool gzip;
    };
    const std::vector<Case> cases = {
        {"gzip, deflate, br", true, true},
        {"", false, false},
        {"identity", false, false},
        {"gzip;q=0", false, false},
        {"br;q=0.000, gzip;q=0.5", false, true},
        {"*", true, true},
        {"*;q=0, gzip", false, true},
        {"gzip;q=0, *", true, false},
        {"GZIP ; q=1.0", false, true},
        {"gzip;q=9999999999, br;q=-1", false, false},
        {"gzip;q=", false, false},
        {"xgzip", false, false},
        {"gzip;level=1", false, false},
    };
    for (const auto& [value, brotli, gzip] : cases) {
        const auto accepted = parse_accept_encoding(value);
        EXPECT_EQ(accepted.brotli, brotli) << value;
        EXPECT_EQ(accepted.gzip, gzip) << value;
    }
}

TEST(Methods, only_exact_names_count)
{
    EXPECT_EQ(parse_method("DELETE"), Method::del);
    EXPECT_EQ(parse_method("get"), Method::other);
    EXPECT_EQ(parse_method("PROPFIND"), Method::other);
}

TEST(Redirects, lead_only_to_paths_of_this_server)
{
    const auto location = [](const char* to) {
        return Response::see_other(to).headers.at(0).second;
    };
    EXPECT_EQ(location("/voices/1?a=b&c=%20#x"), "/voices/1?a=b&c=%20#x");
    EXPECT_EQ(location("/café au lait"), "/caf%C3%A9%20au%20lait");
    for (const auto* to : {"", "voices", "//evil.example", "/\\evil.example", "\\\\evil.example",
                           "https://evil.example", "javascript:alert(1)", "/\t/evil.example",
                           "/x\r\nX-Injected: 1", "/x\n"})
        EXPECT_EQ(location(to), "/") << to;
}

} // namespace
} // namespace moothall::web
