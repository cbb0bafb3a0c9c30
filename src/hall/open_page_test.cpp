#include "decide/decide.hpp"
#include "hall/open_page.hpp"
#include "hall/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// A closed circle of two with its steward, and a stranger.
class OpenPages : public test::WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino Virtanen", "aino@customer.example");
        mei = let_in("Mei Lin", "mei@customer.example");
        const auto maker = viewer_of(aino);
        village = write([&](store::Transaction& transaction) {
            people::Circle wanted;
            wanted.name = "Lakeside";
            wanted.purpose = "Those who live by the lake.";
            wanted.kind = people::CircleKind::customer;
            wanted.visibility = people::Visibility::closed;
            return people::create_circle(transaction, hall->ids(), now(), maker, wanted).value();
        });
        const auto steward = viewer_of(aino);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(people::change_role(transaction, hall->ids(), now(), steward, village.id,
                                            mei.id, Role::member));
        });
        path = "/circles/" + village.id.text() + "/together";
        shown = say_here("The pump is loud");
        kept_inside = say_here("Our dispute about the fence");
    }
    Id say_here(std::string title)
    {
        const auto viewer = viewer_of(aino);
        return write([&](store::Transaction& transaction) {
            return hear::say_voice(transaction, hall->ids(), now(), viewer,
                                   {.title = title, .circle = village.id},
                                   hear::render_body(title, {}).value())
                .value()
                .id;
        });
    }
    web::Response write_page()
    {
        return post(sign_in_as(aino), path,
                    {{"words", "We meet on **Mondays**."}, {"title", shown.text()}});
    }
    /// All of the circle vote, and perhaps Mei objects; or it is closed before the owner has voted.
    void consent(bool objecting, std::string_view closed_early = {})
    {
        const auto viewer = viewer_of(aino);
        const auto decision = read([&](store::Transaction& transaction) {
            return find_open_page(transaction, village.id, viewer)->decision;
        });
        for (const auto& person : {aino, mei, owner}) {
            if (!closed_early.empty() && person.id == owner.id) continue;
            const bool no = objecting && person.id == mei.id;
            EXPECT_LT(post(sign_in_as(person), "/decisions/" + decision.text() + "/vote",
                           {{"choice", no ? "objection" : "consent"},
                            {"reason", no ? "I want my peace." : ""}})
                          .status,
                      400);
        }
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(decide::close_voting(transaction, hall->ids(), now(), viewer, decision,
                                             closed_early));
        });
    }

    people::Person aino;
    people::Person mei;
    people::Circle village;
    std::string path;
    Id shown;
    Id kept_inside;
};

MOOTHALL_ON_EACH_ENGINE(OpenPages);

TEST_P(OpenPages, are_read_by_strangers_once_the_circle_consented_and_hold_what_was_chosen_only)
{
    EXPECT_EQ(get({}, path).status, 404);
    EXPECT_EQ(get(sign_in_as(mei), path).status, 404); // not written yet
    ASSERT_EQ(write_page().status, 303);
    EXPECT_EQ(get({}, path).status, 404);
    EXPECT_EQ(get(sign_in_as(mei), path).status, 200);
    EXPECT_EQ(post(sign_in_as(aino), path + "/opening").status, 409);
    EXPECT_EQ(post(sign_in_as(mei), path + "/asking").status, 403);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    EXPECT_EQ(post(sign_in_as(aino), path + "/opening").status, 409);
    EXPECT_EQ(get({}, path).status, 404);
    consent(false);
    EXPECT_EQ(post(sign_in_as(mei), path + "/name", {{"shown", "yes"}}).status, 303);
    ASSERT_EQ(post(sign_in_as(aino), path + "/opening").status, 303);

    const auto page = get({}, path);
    ASSERT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("Mondays"));
    EXPECT_THAT(page.body, HasSubstr("The pump is loud"));
    EXPECT_THAT(page.body, HasSubstr("Mei Lin"));
    EXPECT_THAT(page.body, Not(HasSubstr("Aino Virtanen")));
    EXPECT_THAT(page.body, Not(HasSubstr("the fence")));
    EXPECT_THAT(get({}, "/together").body, HasSubstr("Lakeside"));
    const auto one = get({}, "/api/v1" + path).body;
    EXPECT_THAT(one, HasSubstr("The pump is loud"));
    EXPECT_EQ(get({}, "/api/v1/open-pages").body, "{\"items\":[" + one + "],\"next\":null}");
    // What is behind a title stays in the circle.
    EXPECT_EQ(get({}, "/voices/" + shown.text()).status, 404);
    EXPECT_EQ(get({}, "/circles/" + village.id.text()).status, 404);
    EXPECT_EQ(events("hall.open_page_opened"), 1);
}

TEST_P(OpenPages, stay_closed_when_somebody_objects)
{
    ASSERT_EQ(write_page().status, 303);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    consent(true);
    EXPECT_EQ(post(sign_in_as(aino), path + "/opening").status, 409);
    EXPECT_EQ(get({}, path).status, 404);
}

TEST_P(OpenPages, stay_closed_when_the_vote_was_cut_short)
{
    ASSERT_EQ(write_page().status, 303);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    consent(false, "Strangers wait for it.");
    EXPECT_EQ(post(sign_in_as(aino), path + "/opening").status, 409);
    EXPECT_EQ(get({}, path).status, 404);
    // Written again, it is asked for anew.
    ASSERT_EQ(write_page().status, 303);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    consent(false);
    EXPECT_EQ(post(sign_in_as(aino), path + "/opening").status, 303);
}

TEST_P(OpenPages, are_closed_at_any_time_and_written_anew_need_consent_anew)
{
    ASSERT_EQ(write_page().status, 303);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    consent(false);
    // Written anew after the vote: what the circle consented to is not what stands there.
    ASSERT_EQ(write_page().status, 303);
    EXPECT_EQ(post(sign_in_as(aino), path + "/opening").status, 409);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    consent(false);
    ASSERT_EQ(post(sign_in_as(aino), path + "/opening").status, 303);
    EXPECT_EQ(write_page().status, 409);
    EXPECT_EQ(post(sign_in_as(mei), path + "/closing").status, 403);
    ASSERT_EQ(post(sign_in_as(aino), path + "/closing").status, 303);
    EXPECT_EQ(get({}, path).status, 404);
    EXPECT_THAT(get({}, "/together").body, Not(HasSubstr("Lakeside")));
}

TEST_P(OpenPages, ask_no_longer_than_the_vote_runs)
{
    ASSERT_EQ(write_page().status, 303);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    EXPECT_THAT(get(sign_in_as(aino), path).body, HasSubstr("Voting is open until 18 May 2026"));
    EXPECT_EQ(end_asking(hall->database(), organisation.id, now(), hall->ids()), 0);
    // Nobody cares to vote: it ends by itself, and may be asked anew.
    hall->clock().advance(24h * 15);
    decide::tend(hall->database(), organisation.id, now(), hall->ids());
    EXPECT_EQ(end_asking(hall->database(), organisation.id, now(), hall->ids()), 1);
    EXPECT_EQ(end_asking(hall->database(), organisation.id, now(), hall->ids()), 0);
    EXPECT_EQ(events("hall.open_page_not_consented"), 1);
    EXPECT_THAT(get(sign_in_as(aino), path).body, HasSubstr("Only the circle sees it"));
    EXPECT_EQ(get({}, path).status, 404);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    consent(false);
    EXPECT_EQ(end_asking(hall->database(), organisation.id, now(), hall->ids()), 0);
    EXPECT_EQ(post(sign_in_as(aino), path + "/opening").status, 303);
}

TEST_P(OpenPages, are_not_asked_about_from_the_moment_that_the_vote_is_withdrawn)
{
    ASSERT_EQ(write_page().status, 303);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    const auto viewer = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        const auto page = find_open_page(transaction, village.id, viewer).value();
        EXPECT_TRUE(decide::withdraw(transaction, hall->ids(), now(), viewer, page.decision,
                                     "It is harvest."));
    });
    EXPECT_THAT(get(sign_in_as(aino), path).body, HasSubstr("Only the circle sees it"));
    EXPECT_THAT(get(sign_in_as(aino), "/api/v1" + path).body,
                AllOf(HasSubstr("\"state\":\"written\""), HasSubstr("\"decision\":null")));
    // It may be asked anew before the chore comes by, which then finds nothing to end.
    EXPECT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    EXPECT_EQ(end_asking(hall->database(), organisation.id, now(), hall->ids()), 0);
    EXPECT_EQ(events("hall.open_page_not_consented"), 0);
}

TEST_P(OpenPages, may_be_asked_about_no_more)
{
    const auto votes = [&](std::string_view state) {
        return read([&](store::Transaction& transaction) {
            auto rows =
                transaction.query("SELECT count(*) FROM decision WHERE org_id = ?1 AND state = ?2",
                                  organisation.id, state);
            return rows.next() ? rows->integer(0) : 0;
        });
    };
    ASSERT_EQ(write_page().status, 303);
    EXPECT_EQ(post(sign_in_as(aino), path + "/withdrawal", {{"reason", "No"}}).status, 409);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    EXPECT_EQ(post(sign_in_as(mei), path + "/withdrawal", {{"reason", "No"}}).status, 403);
    EXPECT_EQ(post(sign_in_as(aino), path + "/withdrawal", {{"reason", " "}}).status, 422);
    EXPECT_EQ(votes("voting"), 1);
    ASSERT_EQ(post(sign_in_as(aino), path + "/withdrawal", {{"reason", "It is harvest."}}).status,
              303);
    EXPECT_EQ(votes("withdrawn"), 1);
    EXPECT_EQ(events("hall.open_page_asking_withdrawn"), 1);
    // Written anew while the circle is asked: nobody votes on what stands there no more.
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    ASSERT_EQ(write_page().status, 303);
    EXPECT_EQ(votes("withdrawn"), 2);
    EXPECT_EQ(votes("voting"), 0);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    EXPECT_EQ(votes("voting"), 1);
    const auto asked = get(sign_in_as(aino), "/api/v1" + path).body;
    EXPECT_THAT(asked, HasSubstr("\"decision\":\""));
    ASSERT_EQ(post(sign_in_as(aino), path + "/withdrawal", {{"reason", "It is winter."}}).status,
              303);
    EXPECT_THAT(get(sign_in_as(aino), "/api/v1" + path).body, HasSubstr("\"decision\":null"));
}

TEST_P(OpenPages, name_nothing_of_another_circle_and_no_title_that_was_hidden)
{
    const auto elsewhere = say(mei, "Said in the open");
    EXPECT_EQ(
        post(sign_in_as(aino), path, {{"words", "Words"}, {"title", elsewhere.id.text()}}).status,
        422);
    ASSERT_EQ(write_page().status, 303);
    ASSERT_EQ(post(sign_in_as(aino), path + "/asking").status, 303);
    consent(false);
    ASSERT_EQ(post(sign_in_as(aino), path + "/opening").status, 303);
    const auto viewer = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        auto thing = record::find_thing(transaction, organisation.id, shown);
        thing->state = record::State::hidden;
        record::change_thing(transaction, organisation.id, *thing);
    });
    EXPECT_THAT(get({}, path).body, Not(HasSubstr("The pump is loud")));
}

} // namespace

} // namespace moothall::hall
