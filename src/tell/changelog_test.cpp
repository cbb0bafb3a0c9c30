#include "hear/hear.hpp"
#include "people/test_house.hpp"
#include "tell/announcement.hpp"
#include "tell/changelog_pages.hpp"
#include "tell/notification.hpp"
#include "write/write.hpp"

#include <gmock/gmock.h>

namespace moothall::tell {
namespace {

using people::CircleKind;
using people::Visibility;
using people::test::Browser;
using ::testing::HasSubstr;
using ::testing::Not;

class Changelog : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        mount_changelog_pages(house.router());
        mount_changelog_api(house.router());
    }
    void pass(std::chrono::seconds time) { hall->clock().set(now() + time); }
    void tell_all()
    {
        pass(std::chrono::seconds(2));
        while (tell_of_events(hall->database(), organisation.id, now(), hall->ids()) > 0) {
        }
    }
    Id say(const people::Person& person, std::string title, Id circle = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            const hear::NewVoice wanted{.kind = "want", .title = title, .circle = circle};
            return hear::say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                   hear::render_body(wanted.title, {}).value())
                .value()
                .id;
        });
    }
    void call_done(Id voice)
    {
        pass(std::chrono::seconds(1));
        const auto viewer = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            const auto statuses = hear::list_statuses(transaction, organisation.id);
            EXPECT_TRUE(hear::answer_officially(transaction, hall->ids(), now(), viewer, voice,
                                                hear::find_status(statuses, "done")->id, {}, {}));
        });
    }
    Id open_circle(std::string name, CircleKind kind, Visibility visibility)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            people::Circle wanted;
            wanted.name = name;
            wanted.kind = kind;
            wanted.visibility = visibility;
            return people::create_circle(transaction, hall->ids(), now(), viewer, wanted)
                .value()
                .id;
        });
    }
    Result<Announcement> draft(const people::Person& person, std::string title, std::string words,
                               std::vector<Id> voices = {}, Id circle = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return draft_announcement(transaction, hall->ids(), now(), viewer,
                                      {title, words, circle, voices},
                                      write::render_words(words).value());
        });
    }
    Result<Announcement> publish(const people::Person& person, Id id)
    {
        pass(std::chrono::seconds(1));
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return publish_announcement(transaction, hall->ids(), now(), viewer, id);
        });
    }
    std::vector<std::string> offered(Id circle = {})
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            std::vector<std::string> titles;
            for (const auto& voice :
                 list_announceable(transaction, circle ? circle : organisation.everyone, viewer))
                titles.push_back(voice.title);
            return titles;
        });
    }
    /// How often she was told of an announcement.
    int told(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            int times = 0;
            for (const auto& one : list_notifications(transaction, viewer, {}, 50))
                times += one.verb == "tell.announcement_published" ? 1 : 0;
            return times;
        });
    }
};

TEST_P(Changelog, begins_with_what_became_done_since_the_newest_one_and_all_may_know)
{
    using Titles = std::vector<std::string>;
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto team = open_circle("Meter team", CircleKind::team, Visibility::closed);
    const auto photo = say(aino, "Send a [photo]");
    const auto secret = say(owner, "Behind doors", team);
    say(aino, "Not done");
    EXPECT_EQ(offered(), Titles{});
    call_done(photo);
    call_done(secret);
    EXPECT_EQ(offered(), Titles{"Send a [photo]"}) << "not what only the team sees";
    EXPECT_EQ(offered(team), (Titles{"Send a [photo]", "Behind doors"}));
    EXPECT_EQ(draft_words({{photo, "Send a [photo]", "/voices/x"}}),
              "- [Send a \\[photo\\]](/voices/x)\n");

    pass(std::chrono::seconds(1));
    const auto first = draft(owner, "May", "Photos work.", {photo});
    ASSERT_TRUE(first);
    const auto late = say(aino, "Done while the draft waited");
    call_done(late);
    EXPECT_EQ(offered(), (Titles{"Send a [photo]", "Done while the draft waited"}));
    ASSERT_TRUE(publish(owner, first->id));
    EXPECT_EQ(offered(), Titles{"Done while the draft waited"});
}

TEST_P(Changelog, tells_the_people_of_its_voices_once_and_never_again)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    const auto photo = say(aino, "Send a photo");
    const auto letter = say(aino, "Send a letter");
    const auto other = say(selim, "Something else");
    const auto supporter = viewer_of(selim);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hear::give_support(transaction, hall->ids(), now(), supporter, photo, "vital"));
    });
    const auto may =
        draft(owner, "May", "Photos work: see [it](/voices/" + photo.text() + ").", {letter});
    ASSERT_TRUE(may);
    EXPECT_EQ(may->voices.size(), 2U) << "given, and linked to";
    tell_all();
    EXPECT_EQ(told(aino), 0) << "a draft is no news";
    ASSERT_TRUE(publish(owner, may->id));
    EXPECT_EQ(publish(owner, may->id).error().reason, Reason::conflict);
    tell_all();
    EXPECT_EQ(told(aino), 1) << "one announcement, one notice, however many of her voices";
    EXPECT_EQ(told(selim), 1);
    EXPECT_EQ(events("tell.announcement_published"), 1);
    const auto asker = viewer_of(aino);
    const auto loop = read([&](store::Transaction& transaction) {
        return hear::find_loop(transaction, asker, photo, {});
    });
    const auto& step = loop[static_cast<std::size_t>(hear::Stage::tell) - 1];
    ASSERT_TRUE(step.at);
    EXPECT_EQ(step.about, may->id);
    EXPECT_EQ(step.path, "/changelog/" + may->id.text());

    const auto june = draft(owner, "June", "And more.", {photo, other});
    ASSERT_TRUE(june);
    ASSERT_TRUE(publish(owner, june->id));
    tell_all();
    EXPECT_EQ(told(aino), 1) << "of this voice she was told in May";
    EXPECT_EQ(told(selim), 2) << "of something else";
    // What is written into it later is read by who reads it, and told to nobody.
    const auto writer = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        const auto changed =
            change_announcement(transaction, hall->ids(), now(), writer, june->id,
                                {.title = {}, .words = "And still more.", .voices = {}},
                                write::render_words("And still more.").value());
        ASSERT_TRUE(changed);
        EXPECT_EQ(changed->version, 2);
        EXPECT_EQ(changed->voices.size(), 2U);
    });
    tell_all();
    EXPECT_EQ(told(aino) + told(selim), 3);
}

TEST_P(Changelog, names_no_voice_that_its_readers_may_not_see)
{
    const auto team = open_circle("Meter team", CircleKind::team, Visibility::closed);
    const auto secret = say(owner, "Behind doors", team);
    const auto refused = draft(owner, "May", "See /voices/" + secret.text());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "voices");
    const auto inside = draft(owner, "May", "See /voices/" + secret.text(), {}, team);
    ASSERT_TRUE(inside);
    ASSERT_TRUE(publish(owner, inside->id));
    EXPECT_EQ(get(Browser{}, "/changelog/" + inside->id.text()).status, 404);
    EXPECT_THAT(get(Browser{}, "/changelog").body, Not(HasSubstr(inside->id.text())));
    EXPECT_THAT(get(Browser{}, "/changelog.atom").body, Not(HasSubstr("May")));
    EXPECT_THAT(get(sign_in_as(owner), "/changelog.atom").body, HasSubstr("May"));
}

TEST_P(Changelog, is_mended_also_when_a_voice_in_it_was_hidden_since)
{
    const auto mei = let_in("Mei", "mei@northwater.example");
    const auto company = open_circle("Northwater", CircleKind::company, Visibility::open);
    write([&](store::Transaction& transaction) {
        people::set_role(transaction, organisation.id, company, mei.id, Role::member, now());
    });
    const auto voice = say(owner, "Send a photo");
    const auto words = "Photos for [them](/voices/" + voice.text() + ")";
    const auto made = draft(mei, "May", words);
    ASSERT_TRUE(made);
    ASSERT_TRUE(publish(mei, made->id));
    const auto steward = viewer_of(owner);
    const auto author = viewer_of(mei);
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(hear::hide(transaction, hall->ids(), now(), steward, voice, "Not so"));
        for (const auto& viewer : {steward, author}) {
            const auto better = words + " and " + viewer.person.text();
            const auto changed =
                change_announcement(transaction, hall->ids(), now(), viewer, made->id,
                                    {.words = better}, write::render_words(better).value());
            ASSERT_TRUE(changed);
            EXPECT_EQ(changed->voices.size(), viewer.person == owner.id ? 1U : 0U);
        }
    });
    EXPECT_THAT(get(Browser{}, "/changelog/" + made->id.text()).body,
                Not(HasSubstr("Send a photo")));
}

TEST_P(Changelog, is_written_by_the_company_and_read_by_all)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto mei = let_in("Mei", "mei@northwater.example");
    const auto company = open_circle("Northwater", CircleKind::company, Visibility::open);
    write([&](store::Transaction& transaction) {
        people::set_role(transaction, organisation.id, company, mei.id, Role::member, now());
    });
    const auto hers = sign_in_as(mei);
    const auto voice = say(aino, "Send a photo");
    call_done(voice);
    EXPECT_EQ(post(sign_in_as(aino), "/changelog", {{"title", "A"}, {"words", "B"}}).status, 403);
    EXPECT_THAT(get(hers, "/changelog/new").body, HasSubstr("/voices/" + voice.text()));
    const auto empty = post(hers, "/changelog", {{"title", "May"}, {"words", " "}});
    EXPECT_EQ(empty.status, 422);
    EXPECT_THAT(empty.body, HasSubstr("value=\"May\"")) << "the form keeps what was typed";

    const auto made = post(hers, "/changelog",
                           {{"title", "May"},
                            {"words", "**Photos** of [hers](/voices/" + voice.text() + ")"},
                            {"then", "draft"}});
    ASSERT_EQ(made.status, 303);
    const auto path = header(made, "Location");
    EXPECT_EQ(get(Browser{}, path).status, 404) << "a draft";
    EXPECT_EQ(get(sign_in_as(aino), path).status, 404);
    EXPECT_THAT(get(hers, "/changelog").body, HasSubstr(path));
    const auto id = path.substr(0, path.find('-', 12));
    ASSERT_EQ(post(hers, id + "/publication").status, 303);
    EXPECT_EQ(post(hers, id + "/publication").status, 409);
    const auto page = get(Browser{}, path);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("<strong>Photos</strong>"));
    EXPECT_THAT(page.body, HasSubstr("href=\"/voices/" + voice.text()));
    EXPECT_THAT(page.body, HasSubstr("/changelog.atom"));
    const auto feed = get(Browser{}, "/changelog.atom");
    EXPECT_THAT(feed.body, HasSubstr("type=\"html\""));
    EXPECT_NE(header(feed, "ETag"), "");
    EXPECT_NE(header(feed, "Last-Modified"), "");
    EXPECT_EQ(post(sign_in_as(aino), id, {{"title", "Mine"}, {"words", "B"}}).status, 403);
    EXPECT_EQ(post(hers, id, {{"title", "June"}, {"words", "No more."}}).status, 303);
    EXPECT_THAT(get(Browser{}, id).body, HasSubstr("June"));
}

TEST_P(Changelog, is_there_for_programs)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino, "Send a photo");
    call_done(voice);
    const auto token = write([&](store::Transaction& transaction) {
        return people::make_api_token(transaction, hall->ids(), now(), organisation.id, owner.id,
                                      "a program");
    });
    const auto offer = by_token(web::Method::get, token, "/api/v1/changelog/offer");
    EXPECT_THAT(offer.body, HasSubstr(voice.text()));
    const auto made = by_token(web::Method::post, token, "/api/v1/changelog",
                               R"({"title":"May","words":"Photos","voices":[")" + voice.text() +
                                   R"("],"publish":true})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_THAT(made.body, HasSubstr("\"published_at\":\"2026"));
    const auto path = header(made, "Location");
    EXPECT_THAT(by_token(web::Method::get, token, path).body, HasSubstr(voice.text()));
    EXPECT_EQ(by_token(web::Method::post, token, path + "/publish").status, 409);
    EXPECT_THAT(by_token(web::Method::patch, token, path, R"({"title":"June"})").body,
                HasSubstr("\"title\":\"June\""));
    EXPECT_THAT(get(Browser{}, "/api/v1/changelog").body, HasSubstr("June"));
    EXPECT_THAT(
        by_token(web::Method::get, token, "/api/v1/changelog", {}, {{"state", "draft"}}).body,
        Not(HasSubstr("June")));
}

MOOTHALL_ON_EACH_ENGINE(Changelog);

} // namespace
} // namespace moothall::tell
