#include "hall/test_house.hpp"

#include "hear/lapse.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

class WithoutAccount : public WholeHouse {
protected:
    /// The stamp of a form, some seconds after it was shown.
    std::string wait_with(const std::string& path)
    {
        const auto page = get({}, path).body;
        const auto stamp = after(page, "name=\"stamp\" value=\"");
        EXPECT_FALSE(stamp.empty());
        hall->clock().advance(std::chrono::seconds{5});
        return stamp;
    }
    web::Response speak(const std::string& email, const Sent& more = {})
    {
        Sent form{{"text", "Let me send the reading myself."},
                  {"name", "Aino Korhonen"},
                  {"email", email},
                  {"stamp", wait_with("/say")}};
        form.insert(form.begin(), more.begin(), more.end());
        return post({}, "/say", form);
    }
    web::Response confirm()
    {
        const auto secret = after(letters().back().text, "/confirm?secret=");
        EXPECT_EQ(get({}, "/confirm", {{"secret", secret}}).status, 200); // a scanner's look
        return post({}, "/confirm", {{"secret", secret}});
    }
    std::string listed() { return get({}, "/voices").body; }
};
MOOTHALL_ON_EACH_ENGINE(WithoutAccount);

TEST_P(WithoutAccount, nothing_is_offered_to_strangers_where_only_the_invited_speak)
{
    const auto voice = say(owner, "Bills come late");
    const auto support = "/voices/" + voice.id.text() + "/support";
    EXPECT_THAT(get({}, "/say").body, HasSubstr("No account is needed."));
    EXPECT_THAT(get({}, support).body, HasSubstr("No account is needed."));
    write([&](store::Transaction& transaction) {
        auto closed = organisation;
        closed.sign_up = web::SignUp::by_invitation;
        people::save_organisation(transaction, closed);
    });
    hall->reload_organisations();
    for (const auto& path : {std::string("/say"), support}) {
        const auto page = get({}, path).body;
        EXPECT_THAT(page, Not(HasSubstr("No account is needed."))) << path;
        EXPECT_THAT(page, Not(HasSubstr("name=\"email\""))) << path;
        EXPECT_THAT(page, HasSubstr("/sign-in?back=")) << path;
    }
    EXPECT_THAT(get(sign_in_as(owner), "/say").body, HasSubstr("name=\"text\""));
}

TEST_P(WithoutAccount, what_is_said_waits_until_its_author_confirms_it)
{
    EXPECT_EQ(speak("aino@saint-aubin.example").status, 303);
    EXPECT_EQ(events("hear.voice_said"), 1);
    EXPECT_THAT(listed(), Not(HasSubstr("Let me send")));
    // No steward can vouch for her.
    EXPECT_THAT(get(sign_in_as(owner), "/moderation").body, Not(HasSubstr("Let me send")));

    const auto answer = confirm();
    EXPECT_EQ(answer.status, 303);
    EXPECT_TRUE(is_signed_in({cookie(answer, "session"), {}}));
    EXPECT_THAT(listed(), HasSubstr("Let me send"));
    EXPECT_EQ(events("hear.voice_confirmed"), 1);
    const auto viewer = viewer_of(owner);
    const auto counted = read([&](store::Transaction& transaction) {
        return hear::count_voices(transaction, viewer).all;
    });
    EXPECT_EQ(counted, 1);
    const auto secret = after(letters().back().text, "/confirm?secret=");
    EXPECT_EQ(post({}, "/confirm", {{"secret", secret}}).status, 410);
    EXPECT_EQ(events("hear.voice_confirmed"), 1);
}

TEST_P(WithoutAccount, a_link_opens_no_account_that_was_there_before)
{
    const auto bob = let_in("Bob Brook", "bob@northwater.example");
    EXPECT_EQ(speak(bob.email).status, 303);
    EXPECT_THAT(listed(), Not(HasSubstr("Let me send")));
    const auto answer = confirm();
    EXPECT_EQ(answer.status, 303);
    EXPECT_EQ(cookie(answer, "session"), "");
    EXPECT_THAT(listed(), HasSubstr("Let me send"));
    EXPECT_THAT(listed(), Not(HasSubstr("Aino Korhonen")));
}

TEST_P(WithoutAccount, a_link_ends_after_a_day)
{
    speak("aino@saint-aubin.example");
    const auto secret = after(letters().back().text, "/confirm?secret=");
    hall->clock().advance(std::chrono::hours{25});
    EXPECT_EQ(post({}, "/confirm", {{"secret", secret}}).status, 410);
    EXPECT_THAT(listed(), Not(HasSubstr("Let me send")));
}

TEST_P(WithoutAccount, programs_that_fill_in_forms_are_not_heard)
{
    EXPECT_EQ(speak("aino@saint-aubin.example", {{"website", "https://spam.example"}}).status, 303);
    EXPECT_EQ(events("hear.voice_said"), 0);
    EXPECT_TRUE(letters().empty());
    const auto page = get({}, "/say").body; // and at once
    const Sent form{{"text", "Buy."},
                    {"name", "Spam"},
                    {"email", "spam@spam.example"},
                    {"stamp", after(page, "name=\"stamp\" value=\"")}};
    EXPECT_EQ(post({}, "/say", form).status, 409);
    EXPECT_EQ(speak("aino@saint-aubin.example", {{"stamp", "1.abc"}}).status, 409);
    EXPECT_EQ(speak("no address").status, 422);
    EXPECT_EQ(events("hear.voice_said"), 0);
}

TEST_P(WithoutAccount, a_me_too_is_counted_apart_until_it_is_confirmed)
{
    const auto voice = say(owner, "Bills come late");
    const auto path = "/voices/" + voice.id.text() + "/support";
    const auto back = [&] {
        return post({}, path + "/letter",
                    {{"email", "aino@saint-aubin.example"}, {"stamp", wait_with(path)}})
            .status;
    };
    EXPECT_EQ(back(), 303);
    EXPECT_EQ(look_at(owner, voice.id).supporters, 0);
    EXPECT_EQ(look_at(owner, voice.id).unconfirmed, 1);
    EXPECT_EQ(back(), 303); // another letter, not another voice
    EXPECT_EQ(look_at(owner, voice.id).unconfirmed, 1);
    EXPECT_EQ(confirm().status, 303);
    EXPECT_EQ(look_at(owner, voice.id).supporters, 1);
    EXPECT_EQ(look_at(owner, voice.id).unconfirmed, 0);
    EXPECT_EQ(events("hear.support_given"), 1);
}

TEST_P(WithoutAccount, a_me_too_reaches_only_what_everybody_sees)
{
    const auto board = post(sign_in_as(owner), "/circles/new",
                            {{"name", "Board"}, {"kind", "team"}, {"visibility", "private"}});
    const auto circle = *Id::parse(header(board, "Location").substr(9));
    const auto viewer = viewer_of(owner);
    const auto voice = write([&](store::Transaction& transaction) {
        return hear::say_voice(transaction, hall->ids(), now(), viewer,
                               {.title = "A secret", .circle = circle},
                               hear::render_body("A secret", "").value())
            .value();
    });
    const auto stamp = wait_with("/say");
    EXPECT_EQ(post({}, "/voices/" + voice.id.text() + "/support/letter",
                   {{"email", "aino@saint-aubin.example"}, {"stamp", stamp}})
                  .status,
              404);
    EXPECT_TRUE(letters().empty());
}

TEST_P(WithoutAccount, what_nobody_confirms_is_taken_away_after_a_month)
{
    const auto voice = say(owner, "Bills come late");
    const auto path = "/voices/" + voice.id.text() + "/support";
    const auto back = [&](const std::string& email) {
        return post({}, path + "/letter", {{"email", email}, {"stamp", wait_with(path)}}).status;
    };
    EXPECT_EQ(speak("aino@saint-aubin.example").status, 303);
    EXPECT_EQ(back("aino@saint-aubin.example"), 303);
    EXPECT_EQ(back("jean@saint-aubin.example"), 303);
    EXPECT_EQ(confirm().status, 303); // only Jean
    const auto take_away = [&] {
        return write([&](store::Transaction& transaction) {
            return hear::take_away_unconfirmed(transaction, hall->ids(), now(), organisation.id,
                                               "Never confirmed", 100);
        });
    };
    hall->clock().advance(std::chrono::hours{24 * 29});
    const auto early = take_away();
    EXPECT_EQ(early.voices + early.supports + early.people, 0);

    hall->clock().advance(std::chrono::hours{24 + 1});
    const auto lapsed = take_away();
    EXPECT_EQ(lapsed.voices, 1);
    EXPECT_EQ(lapsed.supports, 1);
    EXPECT_EQ(lapsed.people, 1);
    EXPECT_EQ(events("hear.voice_lapsed"), 1);
    EXPECT_EQ(look_at(owner, voice.id).supporters, 1);
    EXPECT_EQ(look_at(owner, voice.id).unconfirmed, 0);
    // Neither her words nor her address are anywhere, and no steward can let the voice in.
    read([&](store::Transaction& transaction) {
        EXPECT_FALSE(transaction
                         .query("SELECT 1 FROM person WHERE org_id = ?1 AND email_fold = ?2",
                                organisation.id, "aino@saint-aubin.example")
                         .next());
        EXPECT_FALSE(
            transaction
                .query("SELECT 1 FROM voice WHERE org_id = ?1 AND body <> ''", organisation.id)
                .next());
        EXPECT_FALSE(transaction
                         .query("SELECT 1 FROM thing WHERE org_id = ?1 AND title LIKE 'Let me%'",
                                organisation.id)
                         .next());
        EXPECT_TRUE(
            people::find_person_by_email(transaction, organisation.id, "jean@saint-aubin.example"));
    });
    EXPECT_THAT(get(sign_in_as(owner), "/moderation").body, Not(HasSubstr("Never confirmed")));
    const auto again = take_away();
    EXPECT_EQ(again.voices + again.supports + again.people, 0);
}

} // namespace

} // namespace moothall::hall
