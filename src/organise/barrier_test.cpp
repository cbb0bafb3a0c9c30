#include "hear/moderation.hpp"
#include "hear/pages.hpp"
#include "organise/api.hpp"
#include "organise/author.hpp"
#include "organise/barrier.hpp"
#include "organise/pages.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::organise {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Barriers : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        her = sign_in_as(aino);
        steward = sign_in_as(owner);
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        hear::create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        House::mount(house);
        hear::mount_moderation_pages(house.router());
        mount_barrier_pages(house.router());
        mount_barrier_api(house.router());
    }
    Barrier report(const std::string& what)
    {
        const auto viewer = viewer_of(aino);
        return write([&](store::Transaction& transaction) {
            return report_barrier(transaction, hall->ids(), now(), viewer, {.what = what}).value();
        });
    }
    std::string part(const std::string& address)
    {
        const auto viewer = viewer_of(aino);
        return read([&](store::Transaction& transaction) {
            return public_part(transaction, viewer, address);
        });
    }
    std::int64_t note_overdue()
    {
        return note_overdue_barriers(hall->database(), organisation.id, now(), hall->ids());
    }

    people::Person aino;
    people::test::Browser her;
    people::test::Browser steward;
};
MOOTHALL_ON_EACH_ENGINE(Barriers);

TEST_P(Barriers, stand_in_the_register_at_once_with_a_clock)
{
    const auto said = post(her, "/barriers/new",
                           {{"what", "send the reading"},
                            {"kind", "connection"},
                            {"who", "Who has a slow line"},
                            {"page", "/promises?state=kept"}});
    ASSERT_EQ(said.status, 303) << said.body;
    const auto page = get({}, header(said, "Location")).body;
    EXPECT_THAT(page, HasSubstr("send the reading"));
    EXPECT_THAT(page, HasSubstr("Who has a slow line"));
    EXPECT_THAT(page, HasSubstr("href=\"/promises\""));
    EXPECT_THAT(page, HasSubstr("18 May 2026")) << "the day by which it is answered";
    EXPECT_THAT(get({}, "/barriers").body, HasSubstr("send the reading"));
    EXPECT_EQ(events("organise.barrier_reported"), 1);
    EXPECT_EQ(post(her, "/barriers/new", {{"words", "kept"}}).status, 422);
    EXPECT_THAT(post(her, "/barriers/new", {{"words", "kept"}}).body, HasSubstr("kept</textarea>"));
}

TEST_P(Barriers, of_somebody_without_an_account_wait_for_a_steward)
{
    const auto form = get({}, "/barriers/new").body;
    const auto stamp = after(form, "name=\"stamp\" value=\"");
    hall->clock().set(now() + 10s);
    EXPECT_EQ(post({}, "/barriers/new", {{"what", "sign in"}}).status, 409) << "without the mark";
    EXPECT_EQ(
        post({}, "/barriers/new", {{"what", "Pills"}, {"stamp", stamp}, {"website", "x"}}).status,
        303);
    EXPECT_EQ(events("organise.barrier_reported"), 0) << "a program filled it in";
    EXPECT_EQ(post({}, "/barriers/new", {{"what", "sign in"}, {"stamp", stamp}}).status, 303);
    EXPECT_THAT(get({}, "/barriers").body, Not(HasSubstr("sign in</a>")));
    const auto queue = get(steward, "/moderation").body;
    EXPECT_THAT(queue, HasSubstr("sign in"));
    const auto id = after(queue, "href=\"/barriers/");
    EXPECT_EQ(get(her, "/barriers/" + id).status, 404);
    EXPECT_EQ(post(steward, "/things/" + id + "/approval").status, 303);
    EXPECT_THAT(get({}, "/barriers/" + id).body, HasSubstr("Somebody without an account"));
}

TEST_P(Barriers, are_answered_in_the_open_by_a_steward_until_they_are_settled)
{
    const auto barrier = report("send the reading");
    const auto path = barrier.path() + "/answer";
    const people::test::Sent removed{{"state", "removed"}, {"remedy", "The page is small now"}};
    EXPECT_EQ(post(her, path, removed).status, 403);
    EXPECT_EQ(post({}, path, removed).status, 401);
    EXPECT_EQ(post(steward, path, {{"state", "removed"}}).status, 422) << "without a word";
    EXPECT_EQ(post(steward, path, {{"state", "planned"}, {"remedy", "Soon"}}).status, 422)
        << "without a day";
    EXPECT_EQ(
        post(steward, path,
             {{"state", "planned"}, {"remedy", "Soon"}, {"due", "2026-07-01"}, {"who", "Farms"}})
            .status,
        303);
    EXPECT_THAT(get({}, barrier.path()).body, HasSubstr("Farms"));
    EXPECT_EQ(post(steward, path, removed).status, 303);
    EXPECT_EQ(post(steward, path, removed).status, 409) << "once";
    EXPECT_THAT(get({}, "/barriers", {{"state", "removed"}}).body,
                HasSubstr("The page is small now"));
    EXPECT_THAT(get({}, "/barriers").body, Not(HasSubstr("send the reading")));
    EXPECT_EQ(events("organise.barrier_answered"), 2);
}

TEST_P(Barriers, are_spoken_about_below_them)
{
    const auto barrier = report("send the reading");
    const auto path = barrier.path();
    EXPECT_THAT(get({}, path).body, Not(HasSubstr("reply-form")));
    EXPECT_EQ(post({}, path + "/replies", {{"body", "Me too"}}).status, 401);
    const auto said = post(her, path + "/replies", {{"body", "On my *telephone*, too"}});
    ASSERT_EQ(said.status, 303) << said.body;
    const auto at = header(said, "Location");
    EXPECT_EQ(at.substr(0, at.find('#')), path);
    const auto reply = at.substr(at.find('#') + 1);
    EXPECT_THAT(get({}, path).body, HasSubstr("<em>telephone</em>"));
    EXPECT_THAT(get(steward, path, {{"parent", reply}}).body, HasSubstr("You answer Aino."));
    EXPECT_EQ(
        post(steward, path + "/replies", {{"body", "We look at it"}, {"parent", reply}}).status,
        303);
    EXPECT_THAT(get({}, path).body, HasSubstr("depth-1"));
    const auto empty = post(her, path + "/replies", {{"body", " "}, {"parent", reply}});
    EXPECT_EQ(empty.status, 422);
    EXPECT_THAT(empty.body, HasSubstr("Please write something first."));
    EXPECT_EQ(events("hear.reply_said"), 2);
    // Hidden with its barrier, and alone.
    EXPECT_EQ(post(steward, "/things/" + reply + "/hiding", {{"reason", "a test"}}).status, 303);
    EXPECT_THAT(get({}, path).body, Not(HasSubstr("<em>telephone</em>")));
    EXPECT_EQ(get({}, "/voices/" + barrier.id.text()).status, 404);
}

TEST_P(Barriers, that_nobody_answers_in_time_are_told_of_once_for_each_day)
{
    const auto barrier = report("send the reading");
    hall->clock().set(now() + 14 * 24h);
    EXPECT_EQ(note_overdue(), 0) << "the last day counts to its end";
    hall->clock().set(now() + 24h);
    EXPECT_EQ(note_overdue(), 1);
    EXPECT_EQ(note_overdue(), 0);
    EXPECT_THAT(get({}, "/barriers").body, HasSubstr("Overdue"));
    EXPECT_EQ(post(steward, barrier.path() + "/answer",
                   {{"state", "planned"}, {"remedy", "Soon"}, {"due", "2026-06-01"}})
                  .status,
              303);
    EXPECT_THAT(get({}, "/barriers").body, Not(HasSubstr("Overdue")));
    hall->clock().set(*parse_time("2026-06-02T08:00:00Z"));
    EXPECT_EQ(note_overdue(), 1) << "not removed as planned";
    EXPECT_EQ(events("organise.barrier_overdue"), 2);
}

TEST_P(Barriers, name_no_page_that_strangers_do_not_see)
{
    const auto maker = viewer_of(owner);
    const auto [open, closed] = write([&](store::Transaction& transaction) {
        const auto board =
            people::create_circle(transaction, hall->ids(), now(), maker,
                                  {.name = "Board", .visibility = people::Visibility::closed})
                .value();
        const auto inside =
            people::make_viewer(transaction, organisation.id, organisation.everyone, owner.id)
                .value();
        const auto say = [&](Id circle) {
            return hear::say_voice(transaction, hall->ids(), now(), inside,
                                   {.title = "A secret", .circle = circle},
                                   hear::render_body("A secret", "").value())
                .value();
        };
        return std::pair(say({}), say(board.id));
    });
    EXPECT_EQ(part(open.path() + "/edit?x=1"), "/voices/" + open.id.text()) << "no title";
    EXPECT_EQ(part(closed.path()), "/voices");
    EXPECT_EQ(part("/feeds/0123456789abcdef.atom"), "/feeds");
    EXPECT_EQ(part("/?secret"), "/");
    EXPECT_EQ(part("https://elsewhere.example/"), "");
    EXPECT_EQ(part("//elsewhere.example/"), "/");
    EXPECT_EQ(part("javascript:alert(1)"), "");
    EXPECT_EQ(part("/UPPER/x"), "");
}

TEST_P(Barriers, are_listed_by_the_api_page_by_page)
{
    report("one");
    report("two");
    const auto viewer = viewer_of(aino);
    read([&](store::Transaction& transaction) {
        const auto first = list_barriers(transaction, {.limit = 1}, viewer).value();
        EXPECT_EQ(first.barriers.front().what, "two");
        const auto second =
            list_barriers(transaction, {.limit = 1, .after = first.next}, viewer).value();
        EXPECT_EQ(second.barriers.front().what, "one");
        EXPECT_EQ(second.next, "");
        EXPECT_EQ(list_barriers(transaction, {.after = "?"}, viewer).error().field, "after");
    });
    EXPECT_EQ(get({}, "/api/v1/barriers", {{"state", "mended"}}).status, 422);
    EXPECT_THAT(get({}, "/api/v1/barriers", {{"state", "open"}}).body, HasSubstr("\"two\""));
}

TEST_P(Barriers, are_in_her_own_data_and_emptied_when_she_wishes)
{
    const auto barrier = report("send the reading");
    const auto own = read([&](store::Transaction& transaction) {
        JsonWriter json;
        json.begin_object();
        write_own_data(transaction, json, organisation.id, aino.id);
        return json.end_object().take();
    });
    EXPECT_THAT(own, HasSubstr("send the reading"));
    write([&](store::Transaction& transaction) {
        forget_author(transaction, organisation.id, aino.id, hear::Texts::emptied, "Erased");
    });
    EXPECT_THAT(get({}, barrier.path()).body, Not(HasSubstr("send the reading")));
}

} // namespace
} // namespace moothall::organise
