// The widget on other sites' pages: who the reader is, what she may do, and where the frame may
// stand.
#include "hall/widget.hpp"

#include "hall/test_house.hpp"
#include "people/oidc.hpp"
#include "people/oidc_token.hpp"
#include "tell/signature.hpp"

#include <gmock/gmock.h>

namespace moothall::hall::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string part_of(const std::string& json)
{
    auto text = tell::to_base64(json);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    std::erase(text, '=');
    return text;
}

std::string sign(const std::string& claims, std::string_view secret = "the secret",
                 const std::string& head = R"({"alg":"HS256","typ":"JWT"})")
{
    const auto text = part_of(head) + "." + part_of(claims);
    return text + "." + people::hmac_base64url(secret, text);
}

class Widget : public WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        set(widget_secret_setting, "the secret");
        set(widget_sites_setting, "https://shop.example\nhttp://localhost:3000\n");
    }
    void set(std::string_view name, std::string_view value)
    {
        write([&](store::Transaction& transaction) {
            people::save_setting(transaction, organisation.id, name, value);
        });
    }
    std::string ends_in(std::chrono::seconds time)
    {
        return "\"exp\":" + std::to_string(std::chrono::floor<std::chrono::seconds>(now() + time)
                                               .time_since_epoch()
                                               .count());
    }
    std::string claims(const std::string& subject, const std::string& more = "")
    {
        return R"({"sub":")" + subject + "\"," + more + ends_in(10min) + "}";
    }
    /// A form of the frame: without any cookie, as where browsers keep those of other sites away.
    web::Response send(std::string path, const Sent& form)
    {
        auto request = make_request(web::Method::post, {}, std::move(path), {});
        for (const auto& [name, value] : form) request.form_fields.add(name, value);
        return hall->answer(std::move(request));
    }
    web::Response identify(const std::string& token)
    {
        return send("/widget/identify", {{"token", token}});
    }
    /// The session in a page of the frame; empty when there is none.
    static std::string session_in(const web::Response& response)
    {
        return after(response.body, "name=\"session\" value=\"");
    }
};
MOOTHALL_ON_EACH_ENGINE(Widget);

TEST_P(Widget, the_frame_stands_on_named_sites_only)
{
    const auto frame = get({}, "/widget");
    EXPECT_EQ(frame.status, 200);
    EXPECT_THAT(header(frame, "Content-Security-Policy"),
                HasSubstr("frame-ancestors https://shop.example http://localhost:3000"));
    EXPECT_THAT(header(frame, "Content-Security-Policy"), HasSubstr("script-src 'self'"));
    EXPECT_EQ(header(frame, "X-Frame-Options"), "");
    EXPECT_EQ(header(get({}, "/voices"), "X-Frame-Options"), "DENY") << "and no other page";
    set(widget_sites_setting, "");
    EXPECT_THAT(header(get({}, "/widget"), "Content-Security-Policy"),
                HasSubstr("frame-ancestors 'none'"));
    const auto script = get({}, "/widget.js");
    EXPECT_EQ(header(script, "Cross-Origin-Resource-Policy"), "cross-origin");
    EXPECT_LE(script.body.size(), 12U * 1024U);
    EXPECT_THAT(script.body, HasSubstr("postMessage"));
}

TEST_P(Widget, who_the_site_names_says_and_backs_and_sees_what_was_answered)
{
    const auto other = say(owner, "Open on Sundays");
    const auto known = identify(sign(claims("7", R"("email":"aino@shop.example","name":"Aino",)")));
    ASSERT_EQ(known.status, 200) << known.body;
    const auto session = session_in(known);
    ASSERT_NE(session, "");
    EXPECT_THAT(known.body, HasSubstr("as Aino"));
    EXPECT_EQ(header(known, "Set-Cookie"), "");

    const auto said =
        send("/widget/voices", {{"session", session}, {"text", "I want bread. Every day."}});
    EXPECT_EQ(said.status, 200) << said.body;
    EXPECT_THAT(said.body, HasSubstr("You were heard"));
    EXPECT_THAT(said.body, HasSubstr("I want bread."));
    EXPECT_EQ(events("hear.voice_said"), 2);
    const auto backed = send("/widget/support", {{"session", session}, {"voice", other.id.text()}});
    EXPECT_THAT(backed.body, HasSubstr("aria-pressed=\"true\""));
    EXPECT_EQ(look_at(owner, other.id).supporters, 1);
    send("/widget/support", {{"session", session}, {"voice", other.id.text()}, {"undo", "yes"}});
    EXPECT_EQ(look_at(owner, other.id).supporters, 0);

    const auto mine = read([&](store::Transaction& transaction) {
        return people::find_identity(transaction, organisation.id, "widget", "7").value();
    });
    hear::VoiceQuery query;
    query.person = mine;
    const auto steward = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        const auto voice = hear::list_voices(transaction, query, steward)->voices.front();
        const auto statuses = hear::list_statuses(transaction, organisation.id);
        ASSERT_TRUE(hear::answer_officially(transaction, hall->ids(), now(), steward, voice.id,
                                            hear::find_status(statuses, "done")->id,
                                            "From *tomorrow* on.",
                                            render_markdown("From *tomorrow* on.").value()));
    });
    const auto again = identify(sign(claims("7")));
    EXPECT_THAT(again.body, HasSubstr("From tomorrow on."));
    EXPECT_THAT(again.body, HasSubstr("as Aino")) << "the same person, by her number alone";
}

TEST_P(Widget, nobody_else_is_believed)
{
    const auto good = claims("7");
    const auto refused = [&](const std::string& token) {
        const auto response = identify(token);
        EXPECT_EQ(session_in(response), "") << token;
        return response.status;
    };
    EXPECT_EQ(refused(sign(good, "another secret")), 401);
    EXPECT_EQ(refused(sign(good, "")), 401);
    EXPECT_EQ(refused(sign(good, "the secret", R"({"alg":"none"})")), 401);
    EXPECT_EQ(refused(sign(good, "the secret", R"({"alg":"RS256"})")), 401);
    EXPECT_EQ(refused(part_of(R"({"alg":"none"})") + "." + part_of(good) + "."), 401);
    EXPECT_EQ(refused(sign(R"({"sub":"7"})")), 401) << "without an end";
    EXPECT_EQ(refused(sign(R"({"sub":"7",)" + ends_in(-2min) + "}")), 401);
    EXPECT_EQ(refused(sign(R"({"sub":"7",)" + ends_in(25h) + "}")), 401) << "too long";
    EXPECT_EQ(refused(sign(R"({"sub":"",)" + ends_in(5min) + "}")), 401);
    EXPECT_EQ(refused(sign(R"({"sub":7,)" + ends_in(5min) + "}")), 401);
    EXPECT_EQ(refused(sign("no json")), 401);
    for (const auto* token : {"", ".", "..", "a.b", "a.b.c", "a.b.c.d"}) refused(token);
    auto changed = sign(good);
    changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(refused(changed), 401);
    set(widget_secret_setting, "");
    EXPECT_EQ(refused(sign(good, "")), 401) << "no secret was made yet";

    // The page around would send the same token once more, and again.
    EXPECT_THAT(get({}, "/widget").body, HasSubstr("data-asks"));
    EXPECT_THAT(identify(sign(good, "another secret")).body, Not(HasSubstr("data-asks")));

    // Sessions: forged, of another's, over, and after the secret was changed.
    set(widget_secret_setting, "the secret");
    const auto session = session_in(identify(sign(good)));
    const auto says = [&](const std::string& with) {
        return send("/widget/voices", {{"session", with}, {"text", "A voice"}}).status;
    };
    EXPECT_EQ(says(""), 401);
    EXPECT_EQ(says(owner.id.text() + session.substr(13)), 401);
    EXPECT_EQ(says(session + "0"), 401);
    EXPECT_EQ(says(session), 200);
    hall->clock().set(now() + 61min);
    EXPECT_EQ(says(session), 401);
    // The frame asks who she is once more, and what she wrote is there still.
    const auto over = send("/widget/voices", {{"session", session}, {"text", "Kept words"}});
    EXPECT_THAT(over.body, AllOf(HasSubstr("data-asks"), HasSubstr("Kept words")));
    EXPECT_THAT(
        send("/widget/identify", {{"token", sign(claims("7"))}, {"text", "Kept words"}}).body,
        HasSubstr("required>\nKept words"));
    const auto newer = session_in(identify(sign(claims("7"))));
    set(widget_secret_setting, "a newer secret");
    EXPECT_EQ(says(newer), 401);
}

TEST_P(Widget, the_secret_opens_no_account_of_the_company)
{
    const auto token = sign(claims("1", R"("email":"owner@northwater.example",)"));
    const auto refused = identify(token);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(session_in(refused), "");
    EXPECT_THAT(refused.body, HasSubstr("may do more than this page can vouch for"));
    // Nor one that became an owner's afterwards.
    const auto session = session_in(identify(sign(claims("8", R"("email":"new@shop.example",)"))));
    write([&](store::Transaction& transaction) {
        auto person =
            *people::find_person_by_email(transaction, organisation.id, "new@shop.example");
        person.owner = true;
        people::save_person(transaction, organisation.id, person, now());
    });
    EXPECT_EQ(send("/widget/voices", {{"session", session}, {"text", "A voice"}}).status, 401);
    EXPECT_EQ(identify(sign(claims("8"))).status, 403);
}

TEST_P(Widget, a_cookie_opens_nothing_in_it)
{
    auto request = make_request(web::Method::post, sign_in_as(owner), "/widget/voices", {});
    request.form_fields.add("text", "Said by another site");
    EXPECT_EQ(hall->answer(std::move(request)).status, 401);
    EXPECT_THAT(get(sign_in_as(owner), "/widget").body, Not(HasSubstr("name=\"session\"")));
    EXPECT_EQ(events("hear.voice_said"), 0);
}

TEST_P(Widget, speaks_the_language_of_the_page_around_it)
{
    auto request = make_request(web::Method::get, {}, "/widget", {{"language", "fi"}});
    EXPECT_THAT(hall->answer(std::move(request)).body, HasSubstr("<html lang=\"fi\">"));
    EXPECT_THAT(send("/widget/identify", {{"token", sign(claims("7"))}, {"language", "tr"}}).body,
                HasSubstr("<html lang=\"tr\">"));
    EXPECT_THAT(send("/widget/identify", {{"token", "x"}, {"language", "\"><script>"}}).body,
                HasSubstr("<html lang=\"en\">"));
}

TEST_P(Widget, an_owner_names_sites_and_makes_the_secret)
{
    const auto olga = sign_in_as(owner);
    EXPECT_THAT(get(olga, "/settings/widget").body, HasSubstr("/widget.js"));
    EXPECT_EQ(
        post(olga, "/settings/widget", {{"sites", "https://Shop.example/\nhttps://b.example"}})
            .status,
        303);
    read([&](store::Transaction& transaction) {
        EXPECT_THAT(find_widget_sites(transaction, organisation.id),
                    ElementsAre("https://shop.example", "https://b.example"));
    });
    for (const auto* site :
         {"*", "https://*.example", "shop.example", "javascript:alert(1)", "https://a.example/b",
          "https://a.example; script-src *", "http://a.example", "https://", "'self'", "data:"})
        EXPECT_EQ(post(olga, "/settings/widget", {{"sites", site}}).status, 422) << site;
    const auto made = post(olga, "/settings/widget/secret");
    EXPECT_EQ(made.status, 200);
    const auto secret = read([&](store::Transaction& transaction) {
        return people::find_setting(transaction, organisation.id, widget_secret_setting);
    });
    EXPECT_EQ(secret.size(), 32U);
    EXPECT_THAT(made.body, HasSubstr(secret));
    EXPECT_THAT(get(olga, "/settings/widget").body, Not(HasSubstr(secret))) << "shown once";
}

} // namespace
} // namespace moothall::hall::test
