#include "act/act.hpp"
#include "act/author.hpp"
#include "decide/decide.hpp"
#include "hall/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// Aino looks after a customer's circle; Bob works here and is in it, too.
class Agreements : public test::WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        bob = let_in("Bob", "bob@northwater.example");
        carl = let_in("Carl", "carl@elsewhere.example");
        const auto maker = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            const auto company =
                people::create_circle(transaction, hall->ids(), now(), maker,
                                      {.name = "Works", .kind = people::CircleKind::company})
                    .value();
            people::set_role(transaction, organisation.id, company.id, bob.id, Role::member, now());
            circle = people::create_circle(transaction, hall->ids(), now(), maker,
                                           {.name = "The mill",
                                            .kind = people::CircleKind::customer,
                                            .visibility = people::Visibility::closed})
                         .value()
                         .id;
            people::set_role(transaction, organisation.id, circle, aino.id, Role::steward, now());
            people::set_role(transaction, organisation.id, circle, bob.id, Role::member, now());
        });
        her = sign_in_as(aino);
        his = sign_in_as(bob);
    }
    std::string begin(const std::string& words = "We ring before we dig.\n\nYou answer.")
    {
        const auto made = post(her, "/agreements/new",
                               {{"circle", circle.text()},
                                {"title", "Our year 2026"},
                                {"words", words},
                                {"year", "2026"},
                                {"review_on", "2026-11-30"}});
        EXPECT_EQ(made.status, 303) << made.body;
        return header(made, "Location");
    }
    int sign(const people::test::Browser& who, const std::string& path, int version)
    {
        return post(who, path + "/signature", {{"version", std::to_string(version)}}).status;
    }
    act::Commitment promise(const std::string& what)
    {
        const auto viewer = viewer_of(bob);
        return write([&](store::Transaction& transaction) {
            return act::make_commitment(
                       transaction, hall->ids(), now(), viewer,
                       {.what = what, .to = circle, .due = *parse_date("2026-05-20")})
                .value();
        });
    }

    people::Person aino;
    people::Person bob;
    people::Person carl;
    Id circle;
    people::test::Browser her;
    people::test::Browser his;
};
MOOTHALL_ON_EACH_ENGINE(Agreements);

TEST_P(Agreements, are_spoken_about_by_both_sides)
{
    const auto path = begin();
    ASSERT_EQ(post(his, path + "/replies", {{"body", "Shall we say *two* days?"}}).status, 303);
    EXPECT_THAT(get(her, path).body, HasSubstr("<em>two</em>"));
    EXPECT_EQ(post(her, path + "/replies", {{"body", ""}}).status, 422);
    EXPECT_EQ(post(sign_in_as(carl), path + "/replies", {{"body", "I see you"}}).status, 404);
    const auto token = write([&](store::Transaction& transaction) {
        return people::make_api_token(transaction, hall->ids(), now(), organisation.id, aino.id,
                                      "test");
    });
    const auto api = "/api/v1" + path + "/replies";
    EXPECT_EQ(by_token(web::Method::post, token, api, R"({"body":"Three."})").status, 201);
    EXPECT_THAT(by_token(web::Method::get, token, api).body, HasSubstr("Three."));
    // A path of another kind is none.
    const auto id = path.substr(path.rfind('/') + 1);
    EXPECT_EQ(by_token(web::Method::get, token, "/api/v1/voices/" + id + "/replies").status, 404);
    EXPECT_EQ(by_token(web::Method::get, token, "/api/v1/barriers/" + id + "/replies").status, 404);
}

TEST_P(Agreements, are_seen_by_the_circle_and_written_by_its_members)
{
    const auto path = begin();
    EXPECT_THAT(get(his, path).body, HasSubstr("We ring before we dig."));
    EXPECT_THAT(get(his, "/agreements").body, HasSubstr("Our year 2026"));
    const auto stranger = sign_in_as(carl);
    EXPECT_EQ(get(stranger, path).status, 404);
    EXPECT_EQ(get({}, path).status, 404);
    EXPECT_THAT(get(stranger, "/agreements").body, Not(HasSubstr("Our year")));
    EXPECT_EQ(get(stranger, path + "/versions/1").status, 404);
    EXPECT_EQ(sign(stranger, path, 1), 404);
    EXPECT_EQ(post(stranger, "/agreements/new",
                   {{"circle", circle.text()}, {"title", "A"}, {"words", "B"}, {"year", "2026"}})
                  .status,
              404);
    EXPECT_EQ(events("act.agreement_written"), 1);
    const auto kept = post(her, "/agreements/new",
                           {{"circle", circle.text()}, {"words", "Kept words"}, {"year", "2026"}});
    EXPECT_EQ(kept.status, 422);
    EXPECT_THAT(kept.body, HasSubstr("Kept words</textarea>"));
}

TEST_P(Agreements, hold_once_both_sides_signed_the_same_version)
{
    const auto path = begin();
    EXPECT_THAT(get(her, path).body, HasSubstr("Waits to be signed"));
    EXPECT_EQ(sign(her, path, 1), 303);
    EXPECT_EQ(sign(her, path, 1), 409) << "a side signs once";
    EXPECT_THAT(get(her, path).body, HasSubstr("Waits to be signed"));
    EXPECT_EQ(sign(his, path, 1), 303);
    EXPECT_THAT(get(her, path).body, HasSubstr("Agreed by both sides"));
    EXPECT_EQ(events("act.agreement_signed"), 1);
    EXPECT_EQ(events("act.agreement_agreed"), 1);
}

TEST_P(Agreements, are_signed_anew_by_both_when_they_read_differently)
{
    const auto path = begin();
    sign(her, path, 1);
    sign(his, path, 1);
    const auto edit = [&](const std::string& version) {
        return post(his, path + "/edit",
                    {{"title", "Our year 2026"},
                     {"words", "We ring before we dig.\n\nYou answer within a day."},
                     {"said", "How soon"},
                     {"version", version}})
            .status;
    };
    EXPECT_EQ(edit("1"), 303);
    EXPECT_EQ(edit("1"), 409) << "on an older version";
    const auto page = get(her, path).body;
    EXPECT_THAT(page, HasSubstr("A newer version waits to be signed"));
    EXPECT_THAT(page, HasSubstr("Version 1 holds until both sign this one"));
    EXPECT_EQ(sign(her, path, 1), 409) << "a signature is of the newest version";
    EXPECT_EQ(sign(his, path, 2), 303);
    EXPECT_THAT(get(her, path).body, HasSubstr("A newer version waits to be signed"));
    EXPECT_EQ(sign(her, path, 2), 303);
    EXPECT_THAT(get(her, path).body, HasSubstr("Agreed by both sides"));
    const auto difference = get(her, path + "/versions/2").body;
    EXPECT_THAT(difference, HasSubstr("<ins>"));
    EXPECT_THAT(difference, HasSubstr("How soon"));
}

TEST_P(Agreements, are_signed_for_the_circle_by_its_steward_who_does_not_work_here)
{
    const auto path = begin();
    write([&](store::Transaction& transaction) {
        people::set_role(transaction, organisation.id, circle, carl.id, Role::member, now());
    });
    EXPECT_EQ(sign(sign_in_as(carl), path, 1), 403) << "a member of the circle is not its steward";
    EXPECT_EQ(sign(sign_in_as(owner), path, 1), 303);
    EXPECT_EQ(sign(his, path, 1), 409) << "the owner signed for the company";
}

TEST_P(Agreements, ask_both_sides_once_on_the_day_of_the_review)
{
    begin();
    const auto ask = [&] {
        return act::ask_for_reviews(hall->database(), organisation.id, now(), hall->ids());
    };
    EXPECT_EQ(ask(), 0);
    hall->clock().set(*parse_time("2026-11-30T08:00:00Z"));
    EXPECT_EQ(ask(), 1);
    EXPECT_EQ(ask(), 0);
    EXPECT_EQ(events("act.agreement_review_due"), 1);
}

TEST_P(Agreements, begin_the_next_year_with_what_happened_once)
{
    const auto path = begin();
    EXPECT_EQ(post(her, path + "/next").status, 409) << "nobody has agreed yet";
    sign(her, path, 1);
    sign(his, path, 1);
    const auto kept = promise("Mend the *pump*");
    const auto broken = promise("Paint the door");
    const auto viewer = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(
            act::keep_commitment(transaction, hall->ids(), now(), viewer, kept.id, "It runs"));
        EXPECT_TRUE(
            act::break_commitment(transaction, hall->ids(), now(), viewer, broken.id, "No paint"));
    });
    EXPECT_THAT(get(her, path).body, HasSubstr("Paint the door"));
    const auto begun = post(her, path + "/next");
    ASSERT_EQ(begun.status, 303) << begun.body;
    EXPECT_EQ(post(his, path + "/next").status, 409) << "once";
    const auto next = get(her, header(begun, "Location")).body;
    EXPECT_THAT(next, HasSubstr("Our year 2027"));
    EXPECT_THAT(next, HasSubstr("We ring before we dig."));
    EXPECT_THAT(next, HasSubstr("What happened in 2026"));
    EXPECT_THAT(next, HasSubstr(">Mend the *pump*</a>")) << "a title is text, whatever it holds";
    EXPECT_THAT(next, HasSubstr("not kept: <a"));
    EXPECT_THAT(next, HasSubstr("2027")) << "the review is a year later";
}

TEST_P(Agreements, are_held_against_goals_that_the_reader_sees)
{
    const auto viewer = viewer_of(owner);
    const auto goal = write([&](store::Transaction& transaction) {
        return decide::set_goal(transaction, hall->ids(), now(), viewer,
                                {.title = "No water lost",
                                 .words = {},
                                 .measure = "Leaks a month",
                                 .target = "two",
                                 .due = *parse_date("2026-12-01")},
                                hear::render_body("", "").value())
            .value();
    });
    const auto path = begin();
    EXPECT_THAT(get(her, path + "/edit").body, HasSubstr("No water lost: Leaks a month"));
    EXPECT_EQ(post(her, path + "/edit",
                   {{"title", "Our year 2026"},
                    {"words", "We ring before we dig.\n\nYou answer."},
                    {"link", goal.id.text()},
                    {"version", "1"}})
                  .status,
              303);
    EXPECT_THAT(get(her, path).body, HasSubstr("Leaks a month"));
    EXPECT_THAT(get(her, path).body, HasSubstr("Version 1")) << "the words are the same";
}

TEST_P(Agreements, a_signature_is_in_her_own_data)
{
    const auto path = begin();
    sign(her, path, 1);
    const auto own = read([&](store::Transaction& transaction) {
        JsonWriter json;
        json.begin_object();
        act::write_own_data(transaction, json, organisation.id, aino.id);
        return json.end_object().take();
    });
    EXPECT_THAT(own, HasSubstr("\"side\":\"circle\""));
}

} // namespace
} // namespace moothall::hall
