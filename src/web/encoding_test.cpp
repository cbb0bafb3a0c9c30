#include "web/encoding.hpp"

#include "web/dress.hpp"
#include "web/request.hpp"
#include "web/test_hall.hpp"
#include "web/workers.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <future>

namespace moothall::web {

namespace {

using namespace test;
using ::testing::HasSubstr;

std::string gunzip(std::string_view encoded)
{
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string text(1024 * 1024, '\0');
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(encoded.data()));
    stream.avail_in = static_cast<uInt>(encoded.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

std::string many_words()
{
    std::string text;
    for (int at = 0; at < 2000; ++at) text += "the meter of house " + std::to_string(at) + " ";
    return text;
}

TEST(Encodings, what_a_client_wants_is_read_as_it_is_written)
{
    const auto of_both = [](std::string_view header) {
        return choose_encoding(header, {"br", "gzip"});
    };
    EXPECT_EQ(of_both("gzip, deflate, br, zstd"), "br");
    EXPECT_EQ(of_both("gzip"), "gzip");
    EXPECT_EQ(of_both("GZip"), "gzip");
    EXPECT_EQ(of_both("x-gzip"), "gzip");
    EXPECT_EQ(of_both("gzip;q=1.0, br;q=0.5"), "gzip");
    EXPECT_EQ(of_both("gzip ; Q=0.3 , br;q=0"), "gzip");
    EXPECT_EQ(of_both("*"), "br");
    EXPECT_EQ(of_both("br;q=0, *"), "gzip");
    EXPECT_EQ(of_both("gzip;q=0.001"), "gzip");

    EXPECT_EQ(of_both(""), "");
    EXPECT_EQ(of_both("identity"), "");
    EXPECT_EQ(of_both("gzip;q=0"), "");
    EXPECT_EQ(of_both("gzip;q=0.000, br;q=0.0"), "");
    EXPECT_EQ(of_both("*;q=0"), "");
    EXPECT_EQ(of_both("identity, gzip;q=0.5"), "");
    EXPECT_EQ(of_both("gzip;q=many"), "");
    EXPECT_EQ(of_both("gzip;q=9999999, br;q=-1, *;q=0"), "");
    EXPECT_EQ(of_both("gzipped, brotli"), "");
    EXPECT_EQ(of_both(",;q=1,, ;"), "");
    // Unencoded is refused, but nothing of ours is taken: better understood than nothing.
    EXPECT_EQ(of_both("identity;q=0, deflate"), "");
}

TEST(Encodings, only_long_text_is_worth_it)
{
    EXPECT_TRUE(worth_encoding(Response::html(many_words())));
    EXPECT_TRUE(worth_encoding(Response::json(many_words())));
    const auto of_type = [](std::string type) {
        Response response;
        response.body = many_words();
        response.with("Content-Type", std::move(type));
        return response;
    };
    EXPECT_TRUE(worth_encoding(of_type("application/problem+json")));
    EXPECT_TRUE(worth_encoding(of_type("application/atom+xml; charset=utf-8")));
    EXPECT_TRUE(worth_encoding(of_type("text/csv")));
    EXPECT_FALSE(worth_encoding(of_type("application/zip")));
    EXPECT_FALSE(worth_encoding(of_type("image/png")));
    EXPECT_FALSE(worth_encoding(of_type("text/event-stream")));
    EXPECT_FALSE(worth_encoding(Response::html("short")));
    auto stream = Response::html(many_words());
    stream.stream = [](const std::shared_ptr<EventStream>&) {};
    EXPECT_FALSE(worth_encoding(stream));
    EXPECT_FALSE(worth_encoding(of_type("text/html").with("Content-Encoding", "br")));
    EXPECT_FALSE(worth_encoding(of_type("text/html").with("Cache-Control", "no-transform")));
    auto unchanged = Response::html(many_words());
    unchanged.status = 304;
    EXPECT_FALSE(worth_encoding(unchanged));
}

TEST(Encodings, gzip_reads_back_as_it_was_time_and_again)
{
    for (const auto& text :
         {many_words(), std::string(), std::string(100'000, 'a'), many_words()}) {
        auto response = Response::html(text);
        gzip(response);
        EXPECT_EQ(*find_header(response, "Content-Encoding"), "gzip");
        EXPECT_EQ(gunzip(response.body), text);
    }
}

TEST(Encodings, caches_are_told_that_the_encoding_matters)
{
    auto none = Response::html("x");
    vary_by_encoding(none);
    EXPECT_EQ(*find_header(none, "Vary"), "Accept-Encoding");
    auto some = Response::html("x").with("Vary", "Cookie");
    vary_by_encoding(some);
    vary_by_encoding(some);
    EXPECT_EQ(*find_header(some, "Vary"), "Cookie, Accept-Encoding");
}

TEST(Encodings, a_page_of_somebody_signed_in_is_not_encoded_for_another_site)
{
    const auto takes = [](const char* site, bool has_session) {
        Request request;
        request.header_fields.add("accept-encoding", "gzip");
        if (*site != '\0') request.header_fields.add("sec-fetch-site", site);
        return takes_gzip(request, has_session);
    };
    EXPECT_TRUE(takes("same-origin", true));
    EXPECT_TRUE(takes("none", true));
    EXPECT_TRUE(takes("", true));
    EXPECT_TRUE(takes("cross-site", false));
    EXPECT_FALSE(takes("cross-site", true));
    EXPECT_FALSE(takes("same-site", true));
}

TEST(WorkerThreads, know_themselves)
{
    Workers workers(1, 10);
    Workers others(1, 10);
    EXPECT_FALSE(workers.here());
    std::promise<std::pair<bool, bool>> asked;
    workers.post([&] { asked.set_value({workers.here(), others.here()}); });
    EXPECT_EQ(asked.get_future().get(), (std::pair{true, false}));
}

class EncodedHallway : public Hallway {};
MOOTHALL_ON_EACH_ENGINE(EncodedHallway);

TEST_P(EncodedHallway, answers_leave_encoded_for_who_takes_it)
{
    auto plain = answer(from_ada(Method::get, "/long"));
    ASSERT_EQ(plain.status, 200);
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    EXPECT_THAT(header(plain, "Vary"), HasSubstr("Accept-Encoding"));

    auto asked = from_ada(Method::get, "/long");
    asked.header_fields.add("accept-encoding", "gzip, deflate, br");
    const auto encoded = answer(std::move(asked));
    EXPECT_EQ(encoded.status, 200);
    EXPECT_EQ(header(encoded, "Content-Encoding"), "gzip");
    EXPECT_THAT(header(encoded, "Vary"), HasSubstr("Accept-Encoding"));
    EXPECT_LT(encoded.body.size(), plain.body.size() / 2);
    EXPECT_EQ(gunzip(encoded.body), plain.body);

    auto short_one = from_ada(Method::get, "/notes/7");
    short_one.header_fields.add("accept-encoding", "gzip");
    EXPECT_EQ(header(answer(std::move(short_one)), "Content-Encoding"), "");
}

TEST_P(EncodedHallway, a_write_answers_encoded_too)
{
    auto sent = say("long");
    sent.header_fields.add("accept-encoding", "gzip");
    sent.header_fields.add("hx-request", "true");
    const auto encoded = answer(std::move(sent));
    EXPECT_EQ(header(encoded, "Content-Encoding"), "gzip");
    EXPECT_THAT(gunzip(encoded.body), HasSubstr("long note"));
    EXPECT_EQ(count_notes(), 1);
}

} // namespace

} // namespace moothall::web
