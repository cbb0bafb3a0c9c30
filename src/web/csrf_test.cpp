#include "web/cookies.hpp"
#include "web/csrf.hpp"

#include <gtest/gtest.h>

#include <set>

namespace moothall::web {

namespace {

Organisation northwater_by_https()
{
    Organisation organisation;
    organisation.url = "https://hall.example";
    return organisation;
}

class Forms : public ::testing::Test {
protected:
    Forms()
    {
        request.method = Method::post;
        request.host = "hall.example";
        request.secure = true;
    }

    void header(std::string name, std::string value)
    {
        request.header_fields.add(std::move(name), std::move(value));
    }
    bool accepted(std::string_view secret, bool api = false) const
    {
        return check_csrf(request, organisation, secret, "key", api).has_value();
    }

    Organisation organisation = northwater_by_https();
    Request request;
};

TEST(CsrfToken, proves_its_secret_and_no_other)
{
    const auto token = make_csrf_token("ada's session");
    EXPECT_TRUE(is_csrf_token(token, "ada's session"));
    EXPECT_FALSE(is_csrf_token(token, "bob's session"));
    EXPECT_FALSE(is_csrf_token(token, ""));
    EXPECT_FALSE(is_csrf_token("", "ada's session"));
    EXPECT_FALSE(is_csrf_token(std::string(43, '!'), "ada's session"));
    EXPECT_FALSE(is_csrf_token(token + "A", "ada's session"));
}

TEST(CsrfToken, changed_anywhere_proves_nothing)
{
    const auto token = make_csrf_token("ada's session");
    // The last character of 43 carries two bits that decode to nothing, so it is left alone.
    for (std::size_t at = 0; at + 1 < token.size(); ++at) {
        auto changed = token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(is_csrf_token(changed, "ada's session")) << at;
    }
}

TEST(CsrfToken, looks_different_each_time)
{
    std::set<std::string> tokens;
    for (int made = 0; made < 100; ++made) tokens.insert(make_csrf_token("ada's session"));
    EXPECT_EQ(tokens.size(), 100U);
    // Also its second half, which holds the secret, shares nothing from one time to the next.
    std::set<char> characters;
    for (const auto& token : tokens) characters.insert(token[30]);
    EXPECT_GT(characters.size(), 20U);
}

TEST_F(Forms, with_a_session_need_its_token)
{
    header("sec-fetch-site", "same-origin");
    EXPECT_FALSE(accepted("secret"));
    request.form_fields.add("csrf", make_csrf_token("secret"));
    EXPECT_TRUE(accepted("secret"));
}

TEST_F(Forms, of_another_session_are_refused)
{
    header("sec-fetch-site", "same-origin");
    request.form_fields.add("csrf", make_csrf_token("another secret"));
    EXPECT_FALSE(accepted("secret"));
}

TEST_F(Forms, from_another_site_are_refused_whatever_token_they_have)
{
    request.form_fields.add("csrf", make_csrf_token("secret"));
    for (const auto* site : {"cross-site", "same-site", "nonsense"}) {
        auto from_there = request;
        from_there.header_fields.add("sec-fetch-site", site);
        EXPECT_FALSE(check_csrf(from_there, organisation, "secret", "key", false)) << site;
    }
    for (const auto* origin : {"https://evil.example", "null", "https://hall.example.evil.example",
                               "http://hall.example", "https://hall.example:8443", ""}) {
        auto from_there = request;
        from_there.header_fields.add("origin", origin);
        EXPECT_FALSE(check_csrf(from_there, organisation, "secret", "key", false)) << origin;
    }
}

TEST_F(Forms, from_our_own_address_are_taken_however_it_is_written)
{
    for (const auto* origin :
         {"https://hall.example", "https://HALL.example", "https://hall.example:443"}) {
        auto from_here = request;
        from_here.header_fields.add("origin", origin);
        EXPECT_TRUE(check_csrf(from_here, organisation, "", "key", false)) << origin;
    }
    auto behind_proxy = request; // which does not say that it spoke HTTPS
    behind_proxy.secure = false;
    behind_proxy.header_fields.add("origin", "https://hall.example");
    EXPECT_TRUE(check_csrf(behind_proxy, organisation, "", "key", false));
}

TEST_F(Forms, of_old_browsers_go_by_the_token)
{
    EXPECT_FALSE(accepted("secret"));
    request.form_fields.add("csrf", make_csrf_token("secret"));
    EXPECT_TRUE(accepted("secret"));
}

TEST_F(Forms, of_visitors_are_taken_when_the_browser_vouches_for_them)
{
    EXPECT_FALSE(accepted(""));
    auto vouched = request;
    vouched.header_fields.add("sec-fetch-site", "same-origin");
    EXPECT_TRUE(check_csrf(vouched, organisation, "", "key", false));
    auto referred = request;
    referred.header_fields.add("referer", "https://hall.example/sign-in?next=/");
    EXPECT_TRUE(check_csrf(referred, organisation, "", "key", false));
    auto elsewhere = request;
    elsewhere.header_fields.add("referer", "https://evil.example/https://hall.example/");
    EXPECT_FALSE(check_csrf(elsewhere, organisation, "", "key", false));
}

TEST_F(Forms, of_visitors_are_taken_with_the_token_of_their_cookie)
{
    const auto visitor = make_visitor();
    request.cookie_fields.add("__Host-visitor", visitor);
    request.form_fields.add("csrf", make_csrf_token(visitor_secret("key", visitor)));
    EXPECT_TRUE(accepted(""));
}

TEST_F(Forms, of_visitors_are_refused_with_a_cookie_that_we_did_not_sign)
{
    const auto visitor = make_visitor();
    request.cookie_fields.add("__Host-visitor", visitor);
    request.form_fields.add("csrf", make_csrf_token(visitor_secret("another key", visitor)));
    EXPECT_FALSE(accepted(""));
    // Nor with the cookie's own value as the secret, as a planted cookie would allow.
    Request planted = request;
    planted.form_fields = {};
    planted.form_fields.add("csrf", make_csrf_token(visitor));
    EXPECT_FALSE(check_csrf(planted, organisation, "", "key", false));
}

TEST_F(Forms, of_the_api_need_the_header)
{
    request.form_fields.add("csrf", make_csrf_token("secret"));
    EXPECT_FALSE(accepted("secret", true));
    header("x-csrf-token", make_csrf_token("secret"));
    EXPECT_TRUE(accepted("secret", true));
}

TEST_F(Forms, programs_without_cookies_need_nothing)
{
    EXPECT_TRUE(accepted("", true));
    header("sec-fetch-site", "cross-site");
    EXPECT_FALSE(accepted("", true));
}

TEST(Cookies, are_bound_to_the_host_under_https)
{
    const auto organisation = northwater_by_https();
    Request request;
    request.secure = true;
    Response response;
    set_cookie(response, request, organisation, "session", "abc", std::chrono::hours(24));
    EXPECT_EQ(response.headers.back().second,
              "__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=86400");
    clear_cookie(response, request, organisation, "session");
    EXPECT_EQ(response.headers.back().second,
              "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");

    request.cookie_fields.add("session", "planted by plain HTTP");
    EXPECT_EQ(read_cookie(request, organisation, "session"), "");
    request.cookie_fields.add("__Host-session", "ours");
    EXPECT_EQ(read_cookie(request, organisation, "session"), "ours");
}

TEST(Cookies, are_plain_on_the_machine_itself)
{
    const auto organisation = northwater_by_https();
    Request request;
    request.loopback = true;
    Response response;
    set_cookie(response, request, organisation, "session", "abc", std::chrono::seconds(0));
    EXPECT_EQ(response.headers.back().second, "session=abc; Path=/; HttpOnly; SameSite=Lax");
    request.cookie_fields.add("session", "abc");
    EXPECT_EQ(read_cookie(request, organisation, "session"), "abc");

    Request from_proxy; // that forgot to say that the client came by HTTPS
    EXPECT_TRUE(uses_secure_cookies(from_proxy, organisation));
}

TEST(CookiesDeathTest, take_no_value_that_would_end_the_header)
{
    Request request;
    Response response;
    EXPECT_DEATH(set_cookie(response, request, northwater_by_https(), "a", "b; Domain=example",
                            std::chrono::seconds(0)),
                 "no quoting");
}

} // namespace

} // namespace moothall::web
