#include "web/metrics.hpp"

#include "web/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moothall::web {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

Response counted(const Request& /*request*/, Context& /*context*/)
{
    return Response::no_content();
}

TEST(Metrics, count_by_route_and_class_of_status)
{
    Router router;
    auto& asked = router.get("/voices/:id", counted);
    router.get("/never", counted);
    asked.figures->count(200, 300us);
    asked.figures->count(204, 3ms);
    asked.figures->count(404, 9s);
    RouteFigures unmatched;
    unmatched.count(404, 10us);

    MetricsWriter metrics;
    write_route_metrics(metrics, router, unmatched);
    const auto text = metrics.take();
    EXPECT_THAT(text, HasSubstr("# TYPE moothall_requests_total counter\n"));
    EXPECT_THAT(text,
                HasSubstr("moothall_requests_total{route=\"GET /voices/:id\",class=\"2\"} 2\n"));
    EXPECT_THAT(text,
                HasSubstr("moothall_requests_total{route=\"GET /voices/:id\",class=\"4\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("moothall_requests_total{route=\"none\",class=\"4\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("/never")));
}

TEST(Metrics, buckets_hold_all_that_was_quicker)
{
    Router router;
    auto& asked = router.get("/", counted);
    asked.figures->count(200, 250us);
    asked.figures->count(200, 251us);
    asked.figures->count(200, 10s);
    MetricsWriter metrics;
    write_route_metrics(metrics, router, {});
    const auto text = metrics.take();
    const std::string name = "moothall_request_seconds_bucket{route=\"GET /\",le=";
    EXPECT_THAT(text, HasSubstr(name + "\"0.00025\"} 1\n"));
    EXPECT_THAT(text, HasSubstr(name + "\"0.0005\"} 2\n"));
    EXPECT_THAT(text, HasSubstr(name + "\"5\"} 2\n"));
    EXPECT_THAT(text, HasSubstr(name + "\"+Inf\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("moothall_request_seconds_count{route=\"GET /\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("moothall_request_seconds_sum{route=\"GET /\"} 10.000501\n"));
}

TEST(Metrics, labels_cannot_break_out)
{
    EXPECT_EQ(MetricsWriter::label("route", "a\"b\\c\nd"), "route=\"a\\\"b\\\\c d\"");
}

TEST(Metrics, know_this_process)
{
    EXPECT_GT(resident_bytes(), 100'000U);
}

} // namespace

} // namespace moothall::web
