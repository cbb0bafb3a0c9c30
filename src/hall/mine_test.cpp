#include "hall/test_house.hpp"

#include "act/act.hpp"
#include "organise/organise.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

/// What a person finds of her own, and what the front page says of promises.
class OwnPromises : public WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Brook", "bob@northwater.example");
        aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
    }
    Id promise(std::string what, std::string_view due, Id voice = {})
    {
        const auto viewer = viewer_of(bob);
        return write([&](store::Transaction& transaction) {
            return act::make_commitment(
                       transaction, hall->ids(), now(), viewer,
                       {.what = what, .to = aino.id, .due = *parse_date(due), .voice = voice})
                .value()
                .id;
        });
    }
    void keep(Id promise)
    {
        EXPECT_EQ(post(sign_in_as(bob), "/promises/" + promise.text() + "/keeping",
                       {{"why", "It is there."}})
                      .status,
                  303);
    }

    people::Person bob;
    people::Person aino;
};

TEST_P(OwnPromises, are_her_load_week_by_week)
{
    promise("Send the reading", "2026-05-05"); // in the week of today, 4 May
    promise("Call back", "2026-05-06");
    promise("Mend the page", "2026-05-13");
    const auto mine = get(sign_in_as(bob), "/mine").body;
    const auto load = mine.substr(mine.find("id=\"load\""));
    EXPECT_THAT(load, HasSubstr("Week of 4 May 2026"));
    EXPECT_THAT(load, HasSubstr("2 promises due"));
    EXPECT_THAT(load, HasSubstr("Week of 11 May 2026"));
    EXPECT_THAT(load, HasSubstr("1 promise due"));
    EXPECT_THAT(get(sign_in_as(aino), "/mine").body, Not(HasSubstr("id=\"load\"")))
        << "what others promised her is not her load";
}

TEST_P(OwnPromises, and_what_is_asked_of_her_are_counted_whole_where_the_first_are_shown)
{
    std::vector<Id> voices;
    for (int i = 0; i < 53; ++i) voices.push_back(say(aino, "Voice " + std::to_string(i)).id);
    const auto promising = viewer_of(bob);
    const auto asking = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        for (int i = 0; i < 103; ++i)
            EXPECT_TRUE(act::make_commitment(transaction, hall->ids(), now(), promising,
                                             {.what = "Promise " + std::to_string(i),
                                              .to = aino.id,
                                              .due = *parse_date("2026-05-06")}));
        for (const Id voice : voices)
            EXPECT_TRUE(organise::make_request(
                transaction, hall->ids(), now(), asking,
                {.about = voice, .person = bob.id, .words = "About " + voice.text()}));
    });
    const auto mine = get(sign_in_as(bob), "/mine").body;
    EXPECT_THAT(mine, HasSubstr("What I promised <span class=\"count\">103</span>"));
    EXPECT_THAT(mine, HasSubstr("Asked of me <span class=\"count\">53</span>"));
    EXPECT_THAT(mine, HasSubstr("103 promises due"));
    EXPECT_THAT(mine, HasSubstr("About " + voices.front().text())) << "it has waited longest";
    EXPECT_THAT(mine, Not(HasSubstr("About " + voices.back().text())));
    const auto others = read([&](store::Transaction& transaction) {
        return std::pair{organise::count_asked_of(transaction, asking),
                         act::count_due_days(transaction, asking).size()};
    });
    EXPECT_EQ(others.first, 0);
    EXPECT_EQ(others.second, 0U);
}

TEST_P(OwnPromises, once_kept_lead_a_steward_to_say_so_at_the_voice)
{
    const auto voice = say(aino, "Let me send the reading");
    const auto id = promise("A page for readings", "2026-05-09", voice.id);
    const auto path = "/promises/" + id.text();
    EXPECT_THAT(get(sign_in_as(owner), path).body, Not(HasSubstr("Say that it is done")));
    keep(id);
    EXPECT_THAT(get(sign_in_as(aino), path).body, Not(HasSubstr("Say that it is done")));
    EXPECT_THAT(get(sign_in_as(owner), path).body, HasSubstr("Say that it is done"));
    EXPECT_THAT(get({}, "/voices").body, HasSubstr("a promise was kept"));
    const auto done = read([&](store::Transaction& transaction) {
        for (const auto& status : hear::list_statuses(transaction, organisation.id))
            if (status.category == hear::Category::done) return status.id;
        return Id{};
    });
    EXPECT_EQ(post(sign_in_as(owner), "/voices/" + voice.id.text() + "/official",
                   {{"status", done.text()}, {"reason", "It is there."}})
                  .status,
              303);
    EXPECT_THAT(get(sign_in_as(owner), path).body, Not(HasSubstr("Say that it is done")));
    EXPECT_THAT(get({}, "/voices").body, Not(HasSubstr("a promise was kept")));
}

TEST_P(OwnPromises, kept_late_are_said_to_be_late_wherever_they_are_told)
{
    const auto id = promise("A page for readings", "2026-05-05");
    hall->clock().advance(std::chrono::days{4});
    keep(id);
    EXPECT_THAT(get({}, "/promises/" + id.text()).body, HasSubstr("Kept, 3 days late"));
    EXPECT_THAT(get({}, "/report").body, HasSubstr("3 days late"));
    EXPECT_THAT(get({}, "/").body, HasSubstr("3 days late"));
    EXPECT_THAT(get({}, "/api/v1/commitments/" + id.text()).body, HasSubstr("\"days_late\":3"));
}

MOOTHALL_ON_EACH_ENGINE(OwnPromises);

} // namespace

} // namespace moothall::hall
