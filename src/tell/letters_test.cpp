#include "hear/hear.hpp"
#include "people/test_house.hpp"
#include "tell/digest.hpp"
#include "tell/feed_pages.hpp"
#include "tell/notification.hpp"
#include "tell/reader.hpp"
#include "tell/unsubscribe.hpp"

#include <gmock/gmock.h>

#include <set>

namespace moothall::tell {
namespace {

using people::test::Browser;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Rounds, are_due_at_an_hour_of_the_clocks_where_the_organisation_is)
{
    const LetterTimes helsinki{"Europe/Helsinki", 7};
    const auto newest = [&](std::string_view kind, std::string_view now) {
        return to_rfc3339(newest_round(kind, *parse_time(now), helsinki));
    };
    // In May it is 7 in Helsinki when it is 4 in Greenwich. 4 May 2026 is a Monday.
    EXPECT_EQ(newest("daily", "2026-05-05T03:59:00Z"), "2026-05-04T04:00:00.000Z");
    EXPECT_EQ(newest("daily", "2026-05-05T04:00:00Z"), "2026-05-05T04:00:00.000Z");
    EXPECT_EQ(newest("weekly", "2026-05-04T03:00:00Z"), "2026-04-27T04:00:00.000Z");
    EXPECT_EQ(newest("weekly", "2026-05-09T12:00:00Z"), "2026-05-04T04:00:00.000Z");
    EXPECT_EQ(newest("report", "2026-05-09T12:00:00Z"), "2026-05-01T04:00:00.000Z");
    EXPECT_EQ(newest("report", "2026-05-01T03:00:00Z"), "2026-04-01T04:00:00.000Z");
}

class Letters : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        mount_unsubscribe_pages(house.router());
        mount_feed_pages(house.router());
    }
    void come(std::string_view time) { hall->clock().set(*parse_time(time)); }
    void tell_all()
    {
        hall->clock().set(now() + std::chrono::seconds(2));
        while (tell_of_events(hall->database(), organisation.id, now(), hall->ids()) > 0) {
        }
    }
    int send_all()
    {
        int rounds = 0;
        while (send_rounds(hall->database(), organisation.id, now(), hall->ids()) > 0) ++rounds;
        return rounds;
    }
    void choose_mail(const people::Person& person, std::string how)
    {
        const auto viewer = viewer_of(person);
        write([&](store::Transaction& transaction) {
            people::PersonChange change;
            change.mail = how;
            return people::change_person(transaction, hall->ids(), now(), viewer, change)
                .has_value();
        });
    }
    Id say(const people::Person& person, std::string title)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            const hear::NewVoice wanted{.kind = "want", .title = title};
            return hear::say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                   hear::render_body(wanted.title, {}).value())
                .value()
                .id;
        });
    }
    void reply(const people::Person& person, Id voice, std::string body)
    {
        const auto viewer = viewer_of(person);
        write([&](store::Transaction& transaction) {
            const hear::NewReply wanted{.body = body};
            EXPECT_TRUE(hear::say_reply(transaction, hall->ids(), now(), viewer, voice, wanted,
                                        hear::render_body({}, body).value()));
        });
    }
    std::string path_of_link(const jobs::Mail& mail)
    {
        EXPECT_TRUE(mail.unsubscribe_url.starts_with(organisation.url)) << mail.unsubscribe_url;
        return mail.unsubscribe_url.substr(organisation.url.size());
    }
    web::Response one_click(const std::string& path)
    {
        web::Request request;
        request.method = web::Method::post;
        request.path_text = path;
        request.form_fields.add("List-Unsubscribe", "One-Click");
        return hall->answer(std::move(request));
    }
    std::string mail_of(const people::Person& person)
    {
        return read([&](store::Transaction& transaction) {
            return people::find_person_by_id(transaction, organisation.id, person.id)->mail;
        });
    }
};

TEST_P(Letters, of_several_come_once_a_day_with_what_is_new_and_not_at_all_when_nothing_is)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    choose_mail(aino, "daily");
    EXPECT_EQ(send_all(), 0) << "a new hall owes nobody the letters of this morning";
    come("2026-05-04T09:00:00Z");
    const auto voice = say(aino, "Let me send the reading");
    come("2026-05-04T10:00:00Z");
    reply(selim, voice, "So would I");
    reply(selim, voice, "And photos");
    tell_all();
    EXPECT_EQ(send_all(), 0) << "not before the hour";
    EXPECT_TRUE(letters().empty());

    come("2026-05-05T07:00:01Z");
    EXPECT_GT(send_all(), 0);
    ASSERT_EQ(letters().size(), 1U);
    const auto letter = letters()[0];
    EXPECT_EQ(letter.to, "aino@customer.example");
    EXPECT_THAT(letter.subject, HasSubstr("2 pieces of news"));
    EXPECT_THAT(letter.text, HasSubstr("Replies\n\n* Selim replied to “Let me send the reading”."));
    EXPECT_THAT(letter.text, HasSubstr("http://localhost/voices/" + voice.text()));
    EXPECT_THAT(letter.unsubscribe_url, HasSubstr("/all/"));

    EXPECT_EQ(send_all(), 0) << "the round is done";
    come("2026-05-06T07:00:01Z");
    send_all();
    EXPECT_EQ(letters().size(), 1U) << "nothing new, no letter";
    come("2026-05-06T08:00:00Z");
    reply(selim, voice, "Still");
    tell_all();
    come("2026-05-07T09:00:00Z");
    send_all();
    ASSERT_EQ(letters().size(), 2U);
    EXPECT_THAT(letters()[1].subject, HasSubstr("1 piece of news"));
}

TEST_P(Letters, of_several_tell_nothing_twice_that_a_letter_at_once_told)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    send_all();
    const auto voice = say(aino, "Let me send the reading");
    reply(selim, voice, "So would I");
    tell_all();
    ASSERT_EQ(letters().size(), 1U);
    EXPECT_THAT(letters()[0].unsubscribe_url, HasSubstr("/" + voice.text() + "/"))
        << "ends the thing that is followed";
    choose_mail(aino, "daily");
    come("2026-05-05T07:00:01Z");
    send_all();
    EXPECT_EQ(letters().size(), 1U);
}

TEST_P(Letters, go_on_after_a_stop_and_reach_each_reader_once)
{
    const auto voice = say(owner, "Everybody wants this");
    write([&](store::Transaction& transaction) {
        for (int i = 0; i < 230; ++i) {
            const auto name = "person" + std::to_string(i);
            const auto person =
                people::create_person(transaction, hall->ids(), now(), organisation.id,
                                      organisation.everyone,
                                      {.name = name, .email = name + "@customer.example"})
                    .value();
            transaction.execute(
                "UPDATE person SET mail = 'daily' WHERE org_id = ?1 AND person_id = ?2",
                organisation.id, person.id);
            hear::follow_by_default(transaction, organisation.id, voice, person.id);
        }
    });
    send_all();
    come("2026-05-04T10:00:00Z");
    reply(owner, voice, "Soon");
    tell_all();
    come("2026-05-05T07:00:01Z");
    ASSERT_GT(send_rounds(hall->database(), organisation.id, now(), hall->ids()), 0);
    const auto before = letters().size();
    EXPECT_GT(before, 0U);
    EXPECT_LT(before, 230U) << "in pieces";
    EXPECT_GE(send_all(), 5);
    std::set<std::string> readers;
    for (const auto& letter : letters()) readers.insert(letter.to);
    EXPECT_EQ(letters().size(), 230U);
    EXPECT_EQ(readers.size(), 230U);
}

TEST_P(Letters, end_by_one_click_signed_out_and_a_look_ends_nothing)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    const auto voice = say(aino, "Let me send the reading");
    reply(selim, voice, "So would I");
    tell_all();
    ASSERT_EQ(letters().size(), 1U);
    const auto path = path_of_link(letters()[0]);

    const auto looked = get(Browser{}, path);
    EXPECT_EQ(looked.status, 200);
    EXPECT_THAT(looked.body, HasSubstr("Let me send the reading"));
    const auto follow = [&] {
        const auto viewer = viewer_of(aino);
        return read([&](store::Transaction& transaction) {
            return hear::find_follow(transaction, voice, viewer);
        });
    };
    EXPECT_TRUE(follow().outcome) << "looking changed nothing";
    EXPECT_EQ(events("hear.follow_changed"), 0);

    const auto done = one_click(path);
    EXPECT_EQ(done.status, 200);
    EXPECT_THAT(done.body, HasSubstr("any more"));
    EXPECT_FALSE(follow().outcome);
    EXPECT_FALSE(follow().replies);
    EXPECT_EQ(one_click(path).status, 200) << "twice is as good";
    EXPECT_EQ(events("hear.follow_changed"), 1) << "and one event";
}

TEST_P(Letters, all_end_by_their_link_and_no_other_link_is_good)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto secret = write([&](store::Transaction& transaction) {
        return unsubscribe_secret(transaction, organisation.id);
    });
    const auto path = [&](Id person, std::string_view what) {
        return unsubscribe_url(organisation, secret, person, what).substr(organisation.url.size());
    };
    auto forged = path(aino.id, all_letters);
    forged.back() = forged.back() == '0' ? '1' : '0';
    EXPECT_EQ(one_click(forged).status, 404);
    // The proof of one link under another's name.
    const auto all = path(aino.id, all_letters);
    const auto proof = all.substr(all.rfind('/'));
    EXPECT_EQ(one_click("/unsubscribe/" + owner.id.text() + "/all" + proof).status, 404);
    EXPECT_EQ(one_click("/unsubscribe/" + aino.id.text() + "/report" + proof).status, 404);
    EXPECT_EQ(get(Browser{}, forged).status, 404);
    EXPECT_EQ(mail_of(aino), "now");

    EXPECT_EQ(one_click(all).status, 200);
    EXPECT_EQ(mail_of(aino), "never");
    EXPECT_EQ(mail_of(owner), "now");
}

TEST_P(Letters, bring_the_report_to_who_chose_it_on_the_first_of_the_month)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto viewer = viewer_of(aino);
    say(aino, "Let me send the reading");
    write([&](store::Transaction& transaction) {
        return choose_report(transaction, hall->ids(), now(), viewer, true).has_value();
    });
    send_all();
    come("2026-05-31T12:00:00Z");
    send_all();
    EXPECT_TRUE(letters().empty());
    come("2026-06-01T07:00:00Z");
    send_all();
    ASSERT_EQ(letters().size(), 1U);
    EXPECT_THAT(letters()[0].subject, HasSubstr("May 2026"));
    EXPECT_THAT(letters()[0].text, HasSubstr("Let me send the reading"));
    EXPECT_THAT(letters()[0].text, HasSubstr("http://localhost/report?period=2026-05"));

    EXPECT_EQ(one_click(path_of_link(letters()[0])).status, 200);
    come("2026-07-01T07:00:00Z");
    send_all();
    EXPECT_EQ(letters().size(), 1U);
    EXPECT_EQ(events("tell.report_letter_chosen"), 2);
}

TEST_P(Letters, are_beside_a_feed_whose_address_ends_when_she_says_so)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto selim = let_in("Selim", "selim@customer.example");
    const auto viewer = viewer_of(aino);
    const auto voice = say(aino, "Let me <b>send</b> the reading");
    reply(selim, voice, "So would I");
    tell_all();
    const auto make = [&] {
        return write([&](store::Transaction& transaction) {
            return make_feed(transaction, hall->ids(), now(), viewer).value();
        });
    };
    const auto secret = make();
    const auto feed = get(Browser{}, "/feeds/" + secret + ".atom");
    EXPECT_EQ(feed.status, 200);
    EXPECT_THAT(header(feed, "Content-Type"), HasSubstr("application/atom+xml"));
    EXPECT_THAT(feed.body, HasSubstr("Let me &lt;b&gt;send"));
    EXPECT_THAT(header(feed, "Cache-Control"), HasSubstr("no-store"));

    const auto newer = make();
    EXPECT_EQ(get(Browser{}, "/feeds/" + secret + ".atom").status, 404);
    EXPECT_EQ(get(Browser{}, "/feeds/" + newer + ".atom").status, 200);
    write([&](store::Transaction& transaction) {
        return end_feed(transaction, hall->ids(), now(), viewer).has_value();
    });
    EXPECT_EQ(get(Browser{}, "/feeds/" + newer + ".atom").status, 404);
    EXPECT_EQ(get(Browser{}, "/feeds/.atom").status, 404);
}

TEST_P(Letters, are_beside_public_feeds_that_show_a_stranger_what_is_public)
{
    const auto open = say(owner, "In the open");
    const auto closed = write([&](store::Transaction& transaction) {
        const auto viewer =
            people::make_viewer(transaction, organisation.id, organisation.everyone, owner.id)
                .value();
        const auto circle =
            people::create_circle(transaction, hall->ids(), now(), viewer,
                                  {.name = "Board", .visibility = people::Visibility::closed})
                .value();
        const auto member =
            people::make_viewer(transaction, organisation.id, organisation.everyone, owner.id)
                .value();
        const hear::NewVoice wanted{.kind = "want", .title = "Behind doors", .circle = circle.id};
        return hear::say_voice(transaction, hall->ids(), now(), member, wanted,
                               hear::render_body(wanted.title, {}).value())
            .value()
            .id;
    });
    const auto list = get(Browser{}, "/voices.atom");
    EXPECT_EQ(list.status, 200);
    EXPECT_THAT(list.body, HasSubstr("In the open"));
    EXPECT_THAT(list.body, Not(HasSubstr("Behind doors")));
    EXPECT_EQ(get(Browser{}, "/voices/" + open.text() + ".atom").status, 200);
    EXPECT_EQ(get(Browser{}, "/voices/" + closed.text() + ".atom").status, 404);
    EXPECT_EQ(get(sign_in_as(owner), "/voices/" + closed.text() + ".atom").status, 200);
    EXPECT_EQ(get(Browser{}, "/decisions.atom").status, 200);
    EXPECT_EQ(get(Browser{}, "/promises.atom").status, 200);
}

MOOTHALL_ON_EACH_ENGINE(Letters);

} // namespace
} // namespace moothall::tell
