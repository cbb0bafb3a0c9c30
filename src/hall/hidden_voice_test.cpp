#include "hall/test_house.hpp"

#include "tell/notification.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

class HiddenVoices : public WholeHouse {
protected:
    hear::Reply reply(const people::Person& person, Id voice, std::string body)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return hear::say_reply(transaction, hall->ids(), now(), viewer, voice, {.body = body},
                                   hear::render_body({}, body).value())
                .value();
        });
    }
    void hide(Id thing)
    {
        const auto viewer = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(hear::hide(transaction, hall->ids(), now(), viewer, thing, "Not for here"));
        });
    }
    void show_again(Id thing)
    {
        const auto viewer = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(hear::show_again(transaction, hall->ids(), now(), viewer, thing));
        });
    }
};
MOOTHALL_ON_EACH_ENGINE(HiddenVoices);

TEST_P(HiddenVoices, take_along_what_was_said_below_them)
{
    const auto aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
    const auto bob = let_in("Bob Brook", "bob@northwater.example");
    const auto voice = say(aino, "Names of those who owe us");
    const auto said = reply(bob, voice.id, "And their addresses");
    const auto mine = reply(aino, voice.id, "@Bob Brook, no addresses");
    tell::tell_of_events(hall->database(), organisation.id, now() + std::chrono::minutes{1},
                         hall->ids());
    const auto paths = {"/api/v1/replies/" + said.id.text(),
                        "/replies/" + said.id.text() + "/history",
                        "/replies/" + said.id.text() + "/edit"};
    for (const auto& path : paths) EXPECT_NE(get(sign_in_as(bob), path).status, 404) << path;

    hide(voice.id);
    for (const auto& path : paths) {
        const auto unseen = get(sign_in_as(bob), path);
        EXPECT_EQ(unseen.status, 404) << path;
        EXPECT_THAT(unseen.body, Not(HasSubstr("addresses")));
        EXPECT_EQ(get({}, path).status, 404) << path;
    }
    const auto path = "/api/v1/replies/" + said.id.text();
    EXPECT_EQ(get(sign_in_as(aino), path).status, 200); // who said the voice sees its replies
    EXPECT_EQ(get(sign_in_as(owner), path).status, 200);
    EXPECT_THAT(get(sign_in_as(bob), "/notifications").body,
                Not(HasSubstr("Names of those who owe us")));
    EXPECT_THAT(get(sign_in_as(bob), "/api/v1/events").body, Not(HasSubstr(mine.id.text())));

    show_again(voice.id);
    EXPECT_EQ(get(sign_in_as(bob), path).status, 200);
    EXPECT_THAT(get(sign_in_as(bob), "/api/v1/events").body, HasSubstr(mine.id.text()));
}

} // namespace

} // namespace moothall::hall
