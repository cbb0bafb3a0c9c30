#include "web/csrf.hpp"
#include "web/dress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moothall::web {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Answers : public ::testing::Test {
protected:
    static std::string header(const Response& response, std::string_view name)
    {
        const auto* value = find_header(response, name);
        return value != nullptr ? *value : "";
    }
    Response dressed(Response response, bool signed_in = false, std::string_view csrf = {},
                     std::string_view visitor = {}) const
    {
        dress(response, {.request = request,
                         .organisation = organisation,
                         .signed_in = signed_in,
                         .csrf = csrf,
                         .visitor = visitor});
        return response;
    }

    Organisation organisation;
    Request request;
};

TEST_F(Answers, that_are_pages_load_nothing_from_elsewhere_and_run_nothing_inline)
{
    const auto page = dressed(Response::html("<p>Hello</p>"));
    const auto policy = header(page, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'self'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, HasSubstr("base-uri 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(policy, Not(HasSubstr("data:")));
    EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(page, "Referrer-Policy"), "same-origin");
    EXPECT_EQ(header(page, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header(page, "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_FALSE(header(page, "Permissions-Policy").empty());
}

TEST_F(Answers, that_are_no_pages_run_nothing_at_all)
{
    const auto json = dressed(Response::json("{}"));
    EXPECT_THAT(header(json, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(header(json, "Content-Security-Policy"), HasSubstr("sandbox"));
    EXPECT_THAT(header(json, "Content-Security-Policy"), Not(HasSubstr("unsafe")));
    EXPECT_EQ(header(json, "X-Content-Type-Options"), "nosniff");
}

TEST_F(Answers, keep_what_the_handler_said)
{
    auto asset = Response::text("body {}");
    asset.with("Cache-Control", "public, max-age=31536000, immutable");
    asset = dressed(std::move(asset));
    EXPECT_EQ(header(asset, "cache-control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(header(asset, "Vary"), "");
    EXPECT_EQ(header(asset, "Set-Cookie"), "");
}

TEST_F(Answers, to_those_signed_in_are_kept_nowhere)
{
    const auto page = dressed(Response::html("<p>Hello Ada</p>"), true);
    EXPECT_EQ(header(page, "Cache-Control"), "private, no-store");
    EXPECT_EQ(header(page, "ETag"), "");
}

TEST_F(Answers, to_anybody_are_asked_for_again_and_not_sent_twice)
{
    const auto first = dressed(Response::html("<p>Hello</p>"));
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(header(first, "Cache-Control"), "no-cache");
    const auto tag = header(first, "ETag");
    EXPECT_THAT(tag, HasSubstr("W/\""));

    request.header_fields.add("if-none-match", "\"other\", " + tag);
    const auto second = dressed(Response::html("<p>Hello</p>"));
    EXPECT_EQ(second.status, 304);
    EXPECT_TRUE(second.body.empty());
    EXPECT_EQ(dressed(Response::html("<p>Hello again</p>")).status, 200);
    EXPECT_EQ(dressed(Response::html("<p>Hello</p>"), true).status, 200);
    EXPECT_EQ(dressed(Response::html("<p>Hello</p>", 404)).status, 404);
}

TEST_F(Answers, are_never_called_known_for_a_star)
{
    request.header_fields.add("if-none-match", "*");
    EXPECT_EQ(dressed(Response::html("<p>Hello</p>")).status, 200);
}

TEST_F(Answers, with_a_visitors_form_set_her_cookie_and_have_one_tag_for_all_masks)
{
    const auto visitor = make_visitor();
    const auto page = [&](const std::string& token) {
        return dressed(Response::html("<input name=csrf value=" + token + ">a<b " + token + ">"),
                       false, token, visitor);
    };
    const auto first = page(make_csrf_token(visitor_secret("key", visitor)));
    EXPECT_THAT(header(first, "Set-Cookie"), HasSubstr("visitor=" + visitor));
    EXPECT_EQ(header(first, "Cache-Control"), "private, no-cache");

    request.cookie_fields.add("visitor", visitor);
    const auto second = page(make_csrf_token(visitor_secret("key", visitor)));
    EXPECT_EQ(header(second, "Set-Cookie"), "");
    EXPECT_EQ(header(second, "ETag"), header(first, "ETag"));

    const auto other = make_visitor();
    request.cookie_fields = {};
    const auto token = make_csrf_token(visitor_secret("key", other));
    const auto third =
        dressed(Response::html("<input name=csrf value=" + token + ">a<b " + token + ">"), false,
                token, other);
    EXPECT_NE(header(third, "ETag"), header(first, "ETag"));
}

TEST_F(Answers, without_a_form_set_no_cookie)
{
    const auto visitor = make_visitor();
    const auto token = make_csrf_token(visitor_secret("key", visitor));
    const auto page = dressed(Response::html("<p>Hello</p>"), false, token, visitor);
    EXPECT_EQ(header(page, "Set-Cookie"), "");
}

TEST_F(Answers, that_set_a_cookie_are_kept_nowhere)
{
    auto page = Response::html("<p>Hello</p>");
    page.with("Set-Cookie", "theme=dark");
    EXPECT_EQ(header(dressed(std::move(page)), "Cache-Control"), "private, no-store");
}

TEST_F(Answers, to_a_session_that_ended_forget_its_cookie)
{
    auto page = Response::html("<p>Hello</p>");
    dress(page, {.request = request, .organisation = organisation, .forget_session = true});
    EXPECT_THAT(header(page, "Set-Cookie"), HasSubstr("session=; "));
    EXPECT_THAT(header(page, "Set-Cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(header(page, "Cache-Control"), "private, no-store");
}

} // namespace

} // namespace moothall::web
