#include "hall/test_house.hpp"

#include "text/json.hpp"

#include <gmock/gmock.h>

#include <sodium.h>

namespace moothall::hall {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

class Settings : public WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
        her = sign_in_as(aino);
        olga = sign_in_as(owner);
    }
    bool is_good_token(const std::string& token)
    {
        return by_token(web::Method::get, token, "/api/v1/me").status == 200;
    }

    people::Person aino;
    Browser her;
    Browser olga;
};
MOOTHALL_ON_EACH_ENGINE(Settings);

TEST_P(Settings, show_everybody_what_she_may_set_and_no_more)
{
    EXPECT_EQ(get({}, "/settings").status, 401);
    const auto hers = get(her, "/settings");
    EXPECT_EQ(hers.status, 200);
    EXPECT_THAT(hers.body, HasSubstr("Aino Korhonen"));
    EXPECT_THAT(hers.body, Not(HasSubstr("/settings/organisation")));
    EXPECT_THAT(get(olga, "/settings").body, HasSubstr("/settings/organisation"));
    for (const auto* path :
         {"/settings/organisation", "/settings/people", "/settings/mail", "/settings/jobs",
          "/settings/backup", "/settings/mail/answers", "/settings/files", "/settings/widget",
          "/settings/statuses", "/settings/tags"}) {
        EXPECT_EQ(get(her, path).status, 403) << path;
        EXPECT_EQ(get(olga, path).status, 200) << path;
    }
    for (const auto* path :
         {"/settings/organisation", "/settings/organisation/logo", "/settings/mail",
          "/settings/mail/test", "/settings/mail/answers", "/settings/backup", "/settings/files",
          "/settings/widget", "/settings/widget/secret", "/settings/statuses"})
        EXPECT_EQ(post(her, path, {{"name", "Hers"}}).status, 403) << path;
    EXPECT_EQ(post(her, "/settings/people/" + owner.id.text() + "/deactivation").status, 403);
    EXPECT_EQ(
        post(her, "/settings/people/" + aino.id.text() + "/ownership", {{"owner", "1"}}).status,
        403);
}

TEST_P(Settings, a_person_changes_what_is_hers)
{
    EXPECT_EQ(post(her, "/settings",
                   {{"name", "Aino K."},
                    {"about", "Reads meters."},
                    {"language", "fr"},
                    {"theme", "dark"},
                    {"mail", "daily"}})
                  .status,
              303);
    const auto page = get(her, "/settings").body;
    EXPECT_THAT(page, HasSubstr("value=\"Aino K.\""));
    EXPECT_THAT(page, HasSubstr("lang=\"fr\""));
    EXPECT_THAT(page, HasSubstr("data-theme=\"dark\""));
    EXPECT_THAT(page, HasSubstr("data-shortcuts=\"off\""));
    const auto refused = post(her, "/settings", {{"name", " "}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("name-error"));
    EXPECT_EQ(events("people.person_changed"), 1);
}

TEST_P(Settings, a_new_password_ends_the_other_sessions)
{
    const auto phone = sign_in_as(aino);
    EXPECT_EQ(post(her, "/settings/security/password", {{"password", "short"}}).status, 422);
    EXPECT_EQ(
        post(her, "/settings/security/password", {{"password", "correct horse battery"}}).status,
        303);
    EXPECT_TRUE(is_signed_in(her));
    EXPECT_FALSE(is_signed_in(phone));
    EXPECT_TRUE(is_signed_in(olga));

    // From now on she has to know it to change it.
    const auto wrong = post(her, "/settings/security/password",
                            {{"current", "wrong"}, {"password", "another long one"}});
    EXPECT_EQ(wrong.status, 422);
    EXPECT_THAT(wrong.body, HasSubstr("current-error"));
    EXPECT_THAT(wrong.body, Not(HasSubstr("another long one")));
    EXPECT_EQ(post(her, "/settings/security/password",
                   {{"current", "correct horse battery"}, {"password", "another long one"}})
                  .status,
              303);
    EXPECT_NE(cookie(post({}, "/sign-in/password",
                          {{"email", aino.email}, {"password", "another long one"}}),
                     "session"),
              "");
    EXPECT_EQ(events("people.password_changed"), 2);
}

TEST_P(Settings, sessions_end_one_by_one_or_all_others_and_only_ones_own)
{
    const auto phone = sign_in_as(aino);
    const auto desk = sign_in_as(aino);
    const auto sessions = read([&](store::Transaction& transaction) {
        return people::list_sessions(transaction, organisation.id, owner.id, now());
    });
    ASSERT_EQ(sessions.size(), 1U);
    EXPECT_EQ(post(her, "/settings/security/sessions/" + sessions[0].id.text() + "/end").status,
              404);
    EXPECT_TRUE(is_signed_in(olga));
    const auto page = get(her, "/settings/security").body;
    const auto phone_id = after(page, "/settings/security/sessions/").substr(0, 13);
    EXPECT_EQ(post(her, "/settings/security/sessions/" + phone_id + "/end").status, 303);
    EXPECT_NE(is_signed_in(phone), is_signed_in(desk));
    EXPECT_EQ(post(her, "/settings/security/sessions/end").status, 303);
    EXPECT_FALSE(is_signed_in(phone));
    EXPECT_FALSE(is_signed_in(desk));
    EXPECT_TRUE(is_signed_in(her));
    EXPECT_EQ(get(desk, "/settings").status, 401);
}

TEST_P(Settings, a_token_is_shown_once_and_ends_at_once)
{
    const auto made = post(her, "/settings/security/tokens", {{"name", "meter script"}});
    EXPECT_EQ(made.status, 200);
    const auto token = "moot_" + after(made.body, "moot_").substr(0, 32);
    EXPECT_TRUE(is_good_token(token));
    const auto page = get(her, "/settings/security").body;
    EXPECT_THAT(page, HasSubstr("meter script"));
    EXPECT_THAT(page, Not(HasSubstr(token)));
    const auto id = after(page, "/settings/security/tokens/").substr(0, 13);
    EXPECT_EQ(post(olga, "/settings/security/tokens/" + id + "/end").status, 404);
    EXPECT_TRUE(is_good_token(token));
    EXPECT_EQ(post(her, "/settings/security/tokens/" + id + "/end").status, 303);
    EXPECT_FALSE(is_good_token(token));
    EXPECT_EQ(post(her, "/settings/security/tokens", {{"name", ""}}).status, 422);
}

TEST_P(Settings, a_program_lists_makes_and_ends_tokens)
{
    const auto first = write([&](store::Transaction& transaction) {
        return people::make_api_token(transaction, hall->ids(), now(), organisation.id, aino.id,
                                      "first");
    });
    const auto made =
        by_token(web::Method::post, first, "/api/v1/me/tokens", R"({"name":"second"})");
    ASSERT_EQ(made.status, 201);
    const auto json = Json::parse(made.body).value();
    const std::string second(json.find("token").string().value_or(""));
    EXPECT_TRUE(is_good_token(second));
    const auto listed = by_token(web::Method::get, first, "/api/v1/me/tokens").body;
    EXPECT_THAT(listed, HasSubstr("\"second\""));
    EXPECT_THAT(listed, Not(HasSubstr(second)));
    EXPECT_EQ(by_token(web::Method::del, first, header(made, "Location")).status, 204);
    EXPECT_FALSE(is_good_token(second));
    EXPECT_EQ(by_token(web::Method::del, first, header(made, "Location")).status, 404);
    EXPECT_EQ(by_token(web::Method::del, first, "/api/v1/me/sessions").status, 204);
    EXPECT_FALSE(is_signed_in(her));
    EXPECT_EQ(by_token(web::Method::get, "", "/api/v1/me/tokens").status, 401);
}

TEST_P(Settings, a_closed_account_is_closed_at_once_and_opens_again)
{
    const auto token = write([&](store::Transaction& transaction) {
        return people::make_api_token(transaction, hall->ids(), now(), organisation.id, aino.id,
                                      "script");
    });
    EXPECT_EQ(post(olga, "/settings/people/" + aino.id.text() + "/deactivation").status, 303);
    EXPECT_FALSE(is_signed_in(her));
    EXPECT_FALSE(is_good_token(token));
    EXPECT_EQ(get(her, "/settings").status, 401);
    EXPECT_EQ(events("people.person_deactivated"), 1);
    // No code brings her in either.
    post({}, "/sign-in", {{"email", aino.email}});
    EXPECT_THAT(letters().back().text, Not(HasSubstr("Your code")));
    EXPECT_THAT(get(olga, "/settings/people", {{"query", aino.email}}).body, HasSubstr("Closed"));

    EXPECT_EQ(post(olga, "/settings/people/" + aino.id.text() + "/reactivation").status, 303);
    EXPECT_FALSE(is_good_token(token));
    EXPECT_TRUE(is_signed_in(sign_in_as(aino)));
}

TEST_P(Settings, an_owner_is_left_and_is_steward_everywhere)
{
    const auto closed = post(olga, "/circles/new",
                             {{"name", "Board"}, {"kind", "team"}, {"visibility", "private"}});
    ASSERT_EQ(closed.status, 303);
    const auto board = *Id::parse(header(closed, "Location").substr(9));
    const auto own = "/settings/people/" + owner.id.text();
    post(olga, own + "/deactivation");
    post(olga, own + "/ownership");
    EXPECT_TRUE(viewer_of(owner).owner);
    EXPECT_TRUE(is_signed_in(olga));

    EXPECT_THAT(get(olga, "/settings/people").body, HasSubstr("<summary>Make an owner</summary>"))
        << "not by one press";
    post(olga, "/settings/people/" + aino.id.text() + "/ownership", {{"owner", "1"}});
    EXPECT_TRUE(viewer_of(aino).owner);
    EXPECT_TRUE(viewer_of(aino).is_steward_of(board));
    EXPECT_TRUE(viewer_of(aino).is_hall_steward());
    post(her, own + "/ownership");
    EXPECT_FALSE(viewer_of(owner).owner);
    EXPECT_EQ(viewer_of(owner).role_in(board), Role::member);
    EXPECT_EQ(get(olga, "/settings/people").status, 403);
    EXPECT_EQ(events("people.owner_made"), 1);
    EXPECT_EQ(events("people.owner_unmade"), 1);
}

TEST_P(Settings, the_organisation_is_called_and_looks_as_its_owner_says)
{
    EXPECT_EQ(post(olga, "/settings/organisation",
                   {{"name", "Northwater Ltd"},
                    {"accent", "#0f6b5c"},
                    {"language", "fr"},
                    {"sign_up", "by_domain"},
                    {"domains", "northwater.example, @Saint-Aubin.example"}})
                  .status,
              303);
    const auto saved = read([&](store::Transaction& transaction) {
        return people::find_organisation(transaction, organisation.id).value();
    });
    EXPECT_EQ(saved.name, "Northwater Ltd");
    EXPECT_EQ(saved.accent, "#0f6b5c");
    EXPECT_TRUE(people::may_sign_up(saved, "new@saint-aubin.example"));
    EXPECT_FALSE(people::may_sign_up(saved, "new@elsewhere.example"));
    EXPECT_EQ(post(olga, "/settings/organisation",
                   {{"name", "N"}, {"accent", "red;}"}, {"language", "fr"}, {"sign_up", "open"}})
                  .status,
              422);
    EXPECT_EQ(post(olga, "/settings/organisation",
                   {{"name", "N"}, {"language", "fr"}, {"sign_up", "by_domain"}})
                  .status,
              422);
}

/// The smallest picture: one black pixel.
std::string one_pixel()
{
    constexpr std::string_view hex =
        "89504e470d0a1a0a0000000d4948445200000001000000010100000000376ef9240000000a49444154789c63"
        "6000000002000148afa4710000000049454e44ae426082";
    std::string bytes(hex.size() / 2, '\0');
    std::size_t length = 0;
    sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(),
                   hex.size(), nullptr, &length, nullptr);
    return bytes;
}

TEST_P(Settings, a_logo_is_a_picture_by_what_it_holds)
{
    const auto upload = [&](std::string content) {
        web::Request request;
        request.method = web::Method::post;
        request.path_text = "/settings/organisation/logo";
        request.cookie_fields.add("session", olga.session);
        request.header_fields.add("sec-fetch-site", "same-origin");
        request.form_fields.add("csrf", web::make_csrf_token(olga.session));
        request.uploads.push_back({"logo", "logo.png", "image/png", std::move(content)});
        return hall->answer(std::move(request)).status;
    };
    EXPECT_EQ(get({}, "/logo.png").status, 404);
    EXPECT_EQ(upload("<svg onload=alert(1)>"), 422);
    EXPECT_EQ(upload(one_pixel() + "<script>"), 422);
    EXPECT_EQ(upload(one_pixel().substr(0, 40)), 422);
    EXPECT_EQ(upload(std::string(100'001, 'x')), 422);
    EXPECT_EQ(upload(one_pixel()), 303);
    const auto logo = get({}, "/logo.png");
    EXPECT_EQ(logo.status, 200);
    EXPECT_EQ(header(logo, "Content-Type"), "image/png");
    EXPECT_EQ(logo.body, one_pixel());
    EXPECT_EQ(post(olga, "/settings/organisation/logo", {{"remove", "1"}}).status, 303);
    EXPECT_EQ(get({}, "/logo.png").status, 404);
}

TEST_P(Settings, the_mail_password_is_never_shown_and_does_not_move_to_another_server)
{
    const auto save = [&](const std::string& server, const std::string& password) {
        return post(olga, "/settings/mail",
                    {{"server", server},
                     {"user", "moothall"},
                     {"password", password},
                     {"from", "hall@northwater.example"}})
            .status;
    };
    const auto stored = [&] {
        return read([&](store::Transaction& transaction) {
            return jobs::find_mail_settings(transaction, organisation.id).password;
        });
    };
    EXPECT_THAT(get(olga, "/settings/mail").body, HasSubstr("/nonexistent/mail/new"));
    EXPECT_EQ(save("smtps://mail.example:465", "a mail secret"), 303);
    EXPECT_EQ(stored(), "a mail secret");
    EXPECT_THAT(get(olga, "/settings/mail").body, Not(HasSubstr("a mail secret")));
    EXPECT_EQ(save("smtps://mail.example:465", ""), 303);
    EXPECT_EQ(stored(), "a mail secret");
    EXPECT_EQ(save("smtps://elsewhere.example:465", ""), 303);
    EXPECT_EQ(stored(), "");
    EXPECT_EQ(save("file:///etc/passwd", ""), 422);
    EXPECT_EQ(save("smtp://mail.example:99999", ""), 422);
    EXPECT_EQ(save("smtp://mail.example:0", ""), 422);
    EXPECT_EQ(save("smtp://[2001:db8::1]:25", ""), 303);
    EXPECT_EQ(save("smtp://[2001:db8::1]", ""), 303);
    EXPECT_THAT(get(olga, "/settings/jobs").body, Not(HasSubstr("mail.send")));
    EXPECT_EQ(post(olga, "/settings/mail/test").status, 303);
    EXPECT_EQ(letters().back().to, owner.email);
}

TEST_P(Settings, statuses_and_tags_are_the_stewards)
{
    EXPECT_EQ(post(olga, "/settings/statuses", {{"name", "In the field"}, {"category", "started"}})
                  .status,
              303);
    const auto statuses = read([&](store::Transaction& transaction) {
        return hear::list_statuses(transaction, organisation.id);
    });
    const auto* made = hear::find_status(statuses, "In the field");
    ASSERT_NE(made, nullptr);
    const auto path = "/settings/statuses/" + made->id.text();
    EXPECT_EQ(
        post(olga, path, {{"name", "In the ground"}, {"category", "started"}, {"position", "5"}})
            .status,
        303);
    EXPECT_THAT(get(olga, "/settings/statuses").body, HasSubstr("In the ground"));
    EXPECT_EQ(post(olga, path + "/removal").status, 303);
    EXPECT_THAT(get(olga, "/settings/statuses").body, Not(HasSubstr("In the ground")));
    const auto* open = hear::find_status(statuses, "open");
    const auto refused = post(olga, "/settings/statuses/" + open->id.text() + "/removal");
    EXPECT_EQ(refused.status, 409);
    EXPECT_THAT(refused.body, HasSubstr("One status stays open"));
    EXPECT_THAT(get(olga, "/settings/tags").body, HasSubstr("There are no tags yet"));
}

TEST_P(Settings, backups_are_made_as_often_as_the_owner_says)
{
    EXPECT_EQ(post(olga, "/settings/backup", {{"schedule", "weekly"}, {"keep", "4"}}).status, 303);
    read([&](store::Transaction& transaction) {
        EXPECT_EQ(people::find_setting(transaction, organisation.id, "backup.schedule"), "weekly");
        EXPECT_EQ(people::find_setting(transaction, organisation.id, "backup.keep"), "4");
    });
    EXPECT_EQ(post(olga, "/settings/backup", {{"schedule", "weekly"}, {"keep", "0"}}).status, 422);
    EXPECT_EQ(post(olga, "/settings/backup", {{"schedule", "always"}, {"keep", "4"}}).status, 422);
}

TEST_P(Settings, owners_say_how_much_people_may_attach)
{
    EXPECT_THAT(get(olga, "/settings/files").body, HasSubstr("0 files are kept here"));
    EXPECT_EQ(
        post(olga, "/settings/files", {{"file", "5"}, {"person", "50"}, {"all", "500"}}).status,
        303);
    read([&](store::Transaction& transaction) {
        EXPECT_EQ(files::find_allowed(transaction, organisation.id).file_bytes_max, 5'000'000);
        EXPECT_EQ(files::find_allowed(transaction, organisation.id).all_bytes_max, 500'000'000);
    });
    for (const auto* file : {"-1", "26", "", "x", "1e3", "99999999999999999999"})
        EXPECT_EQ(
            post(olga, "/settings/files", {{"file", file}, {"person", "5"}, {"all", "5"}}).status,
            422)
            << file;
}

} // namespace

} // namespace moothall::hall
