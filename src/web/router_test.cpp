#include "web/router.hpp"

#include <gtest/gtest.h>

namespace moothall::web {

namespace {

Response routed(const Request& /*request*/, Context& /*context*/)
{
    return Response::no_content();
}

Response alive(const Request& /*request*/, Hall& /*hall*/)
{
    return Response::no_content();
}

class Routes : public ::testing::Test {
protected:
    Routes()
    {
        router.get("/", routed);
        router.get("/voices", routed);
        router.post("/voices", routed);
        router.get("/voices/new", routed);
        router.get("/voices/:id", routed);
        router.patch("/voices/:voice", routed);
        router.put("/voices/:id/support", routed);
        router.del("/voices/:id/support", routed);
        router.get("/code/:path*", routed);
        router.get("/code/blame/:line", routed);
        router.get_operation("/healthz", alive);
    }

    std::string pattern(Method method, std::string_view path) const
    {
        const auto match = router.find(method, path);
        return match.route != nullptr ? match.route->pattern : "none";
    }

    Router router;
};

TEST_F(Routes, a_segment_of_its_own_wins_over_a_name_and_a_name_over_the_rest)
{
    EXPECT_EQ(pattern(Method::get, "/"), "/");
    EXPECT_EQ(pattern(Method::get, "/voices"), "/voices");
    EXPECT_EQ(pattern(Method::get, "/voices/new"), "/voices/new");
    EXPECT_EQ(pattern(Method::get, "/voices/0abc"), "/voices/:id");
    EXPECT_EQ(pattern(Method::get, "/code/blame/12"), "/code/blame/:line");
    EXPECT_EQ(pattern(Method::get, "/code/blame/12/more"), "/code/:path*");
}

TEST_F(Routes, names_take_what_stands_in_their_place)
{
    EXPECT_EQ(router.find(Method::get, "/voices/0abc").path_fields.get("id"), "0abc");
    EXPECT_EQ(router.find(Method::patch, "/voices/0abc").path_fields.get("voice"), "0abc");
    EXPECT_EQ(router.find(Method::get, "/code/src/web/router.cpp").path_fields.get("path"),
              "src/web/router.cpp");
    EXPECT_EQ(router.find(Method::get, "/code/a//b/").path_fields.get("path"), "a//b/");
}

TEST_F(Routes, what_no_pattern_fits_does_not_exist)
{
    for (const auto* path : {"/voic", "/voices/", "/voices//support", "/voices/a/b", "/code",
                             "/code/", "//", "", "voices", "*"}) {
        const auto match = router.find(Method::get, path);
        EXPECT_EQ(match.route, nullptr) << path;
        EXPECT_EQ(match.allowed, path == std::string_view("/voices//support") ? "" : match.allowed);
    }
    EXPECT_TRUE(router.find(Method::get, "/voices/a/b").allowed.empty());
}

TEST_F(Routes, another_method_is_told_which_there_are)
{
    EXPECT_EQ(router.find(Method::del, "/voices").allowed, "GET, HEAD, POST");
    EXPECT_EQ(router.find(Method::get, "/voices/0abc/support").allowed, "PUT, DELETE");
    EXPECT_EQ(router.find(Method::other, "/").allowed, "GET, HEAD");
    EXPECT_EQ(router.find(Method::post, "/healthz").allowed, "GET, HEAD");
}

TEST_F(Routes, head_goes_where_get_goes)
{
    EXPECT_EQ(pattern(Method::head, "/voices/0abc"), "/voices/:id");
    EXPECT_EQ(pattern(Method::head, "/voices/0abc/support"), "none");
}

TEST_F(Routes, a_narrow_pattern_without_the_method_leaves_it_to_a_wider_one)
{
    EXPECT_EQ(pattern(Method::patch, "/voices/new"), "/voices/:voice");
    EXPECT_EQ(router.find(Method::put, "/voices/new").allowed, "GET, HEAD, PATCH");
}

TEST_F(Routes, a_path_of_many_segments_is_looked_up_at_once)
{
    std::string path;
    for (int segment = 0; segment < 2000; ++segment) path += "/a";
    EXPECT_EQ(pattern(Method::get, path), "none");
    EXPECT_EQ(pattern(Method::get, "/code" + path), "/code/:path*");
}

TEST(RoutesDeathTest, the_same_pattern_twice_is_a_bug)
{
    Router router;
    router.get("/voices/:id", routed);
    router.post("/voices/:voice", routed);
    EXPECT_DEATH(router.get("/voices/:other", routed), "same method and pattern");
    EXPECT_DEATH(router.get("/code/:path*/more", routed), "only the last segment");
    EXPECT_DEATH(router.get("voices", routed), "starts with a slash");
}

} // namespace

} // namespace moothall::web
