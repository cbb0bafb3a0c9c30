#include "people/newcomer.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::people {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

class SignIn : public House {
protected:
    /// Asks for a code as a new browser, which it gives with the code of the letter.
    std::pair<Browser, std::string> ask(const std::string& email)
    {
        const auto answer = post({}, "/sign-in", {{"email", email}});
        EXPECT_EQ(answer.status, 200);
        Browser browser{{}, cookie(answer, "signing_in")};
        const auto text = letters().back().text;
        const auto code = after(text, "\n\n    ");
        EXPECT_EQ(code.size(), 8U);
        return {browser, code};
    }
    web::Response type(const Browser& browser, const std::string& email, const std::string& code)
    {
        return post(browser, "/sign-in/code", {{"email", email}, {"code", code}});
    }
    static std::string another(std::string code)
    {
        code[0] = code[0] == '9' ? '0' : static_cast<char>(code[0] + 1);
        return code;
    }
};
MOOTHALL_ON_EACH_ENGINE(SignIn);

TEST_P(SignIn, the_code_of_the_letter_opens_a_session_once)
{
    const auto [browser, code] = ask("owner@northwater.example");
    const auto answer = type(browser, "owner@northwater.example", code);
    EXPECT_EQ(answer.status, 303);
    EXPECT_TRUE(is_signed_in({cookie(answer, "session"), {}}));
    EXPECT_EQ(events("people.signed_in"), 1);

    const auto again = type(browser, "owner@northwater.example", code);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(cookie(again, "session"), "");
    EXPECT_EQ(events("people.signed_in"), 1);
}

TEST_P(SignIn, five_wrong_codes_kill_the_right_one)
{
    const auto [browser, code] = ask("owner@northwater.example");
    for (int tries = 0; tries < 5; ++tries)
        EXPECT_EQ(cookie(type(browser, "owner@northwater.example", another(code)), "session"), "");
    EXPECT_EQ(cookie(type(browser, "owner@northwater.example", code), "session"), "");

    const auto [second, fresh] = ask("owner@northwater.example");
    for (int tries = 0; tries < 4; ++tries)
        type(second, "owner@northwater.example", another(fresh));
    EXPECT_NE(cookie(type(second, "owner@northwater.example", fresh), "session"), "");
}

TEST_P(SignIn, a_code_is_worth_nothing_in_another_browser)
{
    const auto [browser, code] = ask("owner@northwater.example");
    EXPECT_EQ(cookie(type({}, "owner@northwater.example", code), "session"), "");
    EXPECT_EQ(cookie(type({{}, make_secret()}, "owner@northwater.example", code), "session"), "");
    EXPECT_NE(cookie(type(browser, "owner@northwater.example", code), "session"), "");
}

TEST_P(SignIn, a_code_ends_after_ten_minutes_and_with_the_next_one)
{
    const auto [browser, code] = ask("owner@northwater.example");
    hall->clock().advance(11min);
    EXPECT_EQ(cookie(type(browser, "owner@northwater.example", code), "session"), "");

    const auto [older, first] = ask("owner@northwater.example");
    const auto [newer, second] = ask("owner@northwater.example");
    EXPECT_EQ(cookie(type(older, "owner@northwater.example", first), "session"), "");
    EXPECT_NE(cookie(type(newer, "owner@northwater.example", second), "session"), "");
}

TEST_P(SignIn, the_page_does_not_tell_who_has_an_account)
{
    write([&](store::Transaction& transaction) {
        auto closed = organisation;
        closed.sign_up = web::SignUp::by_invitation;
        save_organisation(transaction, closed);
    });
    hall->reload_organisations();
    const auto known = post({}, "/sign-in", {{"email", "owner@northwater.example"}});
    const auto unknown = post({}, "/sign-in", {{"email", "nobody@northwater.example"}});
    EXPECT_EQ(known.status, unknown.status);
    ASSERT_EQ(letters().size(), 2U);
    EXPECT_THAT(letters()[0].text, HasSubstr("Your code"));
    EXPECT_THAT(letters()[1].text, HasSubstr("no account"));
    EXPECT_THAT(letters()[1].text, Not(HasSubstr("Your code")));
}

TEST_P(SignIn, somebody_new_comes_in_where_the_house_is_open)
{
    const auto [browser, code] = ask("aino@saint-aubin.example");
    const auto answer = type(browser, "aino@saint-aubin.example", code);
    EXPECT_EQ(answer.status, 303);
    const auto aino = read([&](store::Transaction& transaction) {
        return find_person_by_email(transaction, organisation.id, "AINO@saint-aubin.example");
    });
    ASSERT_TRUE(aino);
    // Nobody is called after her address; she is asked for her name before she goes on.
    EXPECT_THAT(aino->name, ::testing::StartsWith("Newcomer "));
    EXPECT_TRUE(is_nameless(*aino));
    EXPECT_EQ(*web::find_header(answer, "location"), "/sign-in/name?back=%2F");
    const Browser hers{cookie(answer, "session"), {}};
    EXPECT_THAT(get(hers, "/sign-in/name").body, HasSubstr(aino->name));
    EXPECT_EQ(post(hers, "/sign-in/name", {{"name", " "}}).status, 422);
    EXPECT_EQ(post(hers, "/sign-in/name", {{"name", "Aino"}, {"back", "/voices"}}).status, 303);
    EXPECT_EQ(get({}, "/sign-in/name").status, 401);
    const auto named = read([&](store::Transaction& transaction) {
        return find_person_by_id(transaction, organisation.id, aino->id);
    });
    EXPECT_EQ(named->name, "Aino");
    EXPECT_FALSE(is_nameless(*named));
    EXPECT_EQ(viewer_of(*aino).role_in(organisation.everyone), Role::member);
}

TEST_P(SignIn, a_console_link_needs_a_click_and_works_once)
{
    const auto link = write([&](store::Transaction& transaction) {
        return make_sign_in_link(transaction, hall->ids(), now(), organisation, owner.id);
    });
    const auto secret = after(link, "?secret=");
    ASSERT_FALSE(secret.empty());
    // A mail scanner that opens it uses nothing up.
    EXPECT_EQ(get({}, "/sign-in/link", {{"secret", secret}}).status, 200);
    EXPECT_EQ(get({}, "/sign-in/link", {{"secret", secret}}).status, 200);
    const auto answer = post({}, "/sign-in/link", {{"secret", secret}});
    EXPECT_EQ(answer.status, 303);
    EXPECT_TRUE(is_signed_in({cookie(answer, "session"), {}}));
    EXPECT_EQ(post({}, "/sign-in/link", {{"secret", secret}}).status, 410);
    EXPECT_EQ(get({}, "/sign-in/link", {{"secret", secret}}).status, 410);
}

TEST_P(SignIn, a_password_opens_the_account_of_its_address_only)
{
    const auto aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
    const auto hash = hash_password("correct horse battery");
    write([&](store::Transaction& transaction) {
        save_password(transaction, organisation.id, aino.id, hash);
    });
    const auto try_password = [&](const std::string& email, const std::string& password) {
        return cookie(post({}, "/sign-in/password", {{"email", email}, {"password", password}}),
                      "session");
    };
    EXPECT_EQ(try_password("aino@saint-aubin.example", "correct horse"), "");
    EXPECT_EQ(try_password("owner@northwater.example", "correct horse battery"), "");
    EXPECT_EQ(try_password("owner@northwater.example", ""), "");
    EXPECT_TRUE(
        is_signed_in({try_password("Aino@saint-aubin.example", "correct horse battery"), {}}));
}

} // namespace

} // namespace moothall::people
