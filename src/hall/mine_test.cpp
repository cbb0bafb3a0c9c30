#include "hall/test_house.hpp"

#include "act/act.hpp"

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
