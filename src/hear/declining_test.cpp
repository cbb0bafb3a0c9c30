#include "hear/declining.hpp"
#include "hear/pages.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hear {
namespace {

using testing::HasSubstr;

class Declining : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        write([&](store::Transaction& transaction) {
            transaction.execute(
                "UPDATE circle SET moderation = 'newcomers' WHERE org_id = ?1 AND circle_id = ?2",
                organisation.id, organisation.everyone);
        });
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        House::mount(house);
        mount_voice_pages(house.router());
        mount_say_pages(house.router());
        mount_moderation_pages(house.router());
    }
    Result<Voice> say(const people::Person& person, std::string title)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return say_voice(transaction, hall->ids(), now(), viewer,
                             {.kind = "want", .title = title}, render_body(title, "").value());
        });
    }

    people::Person aino;
};

TEST_P(Declining, keeps_what_was_held_from_all_with_a_public_reason)
{
    const auto held = say(aino, "Buy my watches").value();
    ASSERT_EQ(held.state, record::State::held);
    const auto steward = sign_in_as(owner);
    const auto path = "/things/" + held.id.text() + "/declining";
    EXPECT_THAT(get(steward, "/moderation").body, HasSubstr(path));
    EXPECT_EQ(post(sign_in_as(aino), path, {{"reason", "Spam"}}).status, 403);
    EXPECT_EQ(post(steward, path).status, 422) << "without a reason";
    EXPECT_EQ(post(steward, path, {{"reason", "Advertising"}}).status, 303);
    EXPECT_EQ(post(steward, path, {{"reason", "Advertising"}}).status, 409) << "once";
    EXPECT_EQ(events("hear.thing_declined"), 1);
    const auto approval = "/things/" + held.id.text() + "/approval";
    EXPECT_EQ(post(steward, approval, {{"trust", "1"}}).status, 409) << "it was declined";
    EXPECT_EQ(events("hear.thing_approved"), 0);
    EXPECT_EQ(say(aino, "One more").value().state, record::State::held) << "nor is she trusted";
    EXPECT_THAT(get({}, "/moderation/log").body, HasSubstr("Advertising"));
    EXPECT_THAT(get({}, "/moderation/log").body,
                HasSubstr("a steward looks at what newcomers say before all see it"));
    EXPECT_TRUE(say(aino, "Something else")) << "she may go on speaking";
}

TEST_P(Declining, and_blocking_leaves_its_author_a_guest_until_a_steward_lets_her)
{
    const auto held = say(aino, "Buy my watches").value();
    const auto steward = sign_in_as(owner);
    EXPECT_THAT(get(sign_in_as(aino), "/say").body, HasSubstr("A steward looks at what newcomers"));
    auto path = "/things/" + held.id.text() + "/declining";
    EXPECT_THAT(get(steward, path, {{"block", "yes"}}).body, HasSubstr("?block=yes"));
    const auto viewer = viewer_of(owner);
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return decline(transaction, hall->ids(), now(), viewer, held.id, "Spam", Block::yes);
    }));
    EXPECT_EQ(say(aino, "More watches").error().reason, Reason::forbidden);
    const auto change = [&](const people::Person& who, Role role) {
        const auto by = viewer_of(who);
        return write([&](store::Transaction& transaction) {
            return people::change_role(transaction, hall->ids(), now(), by, organisation.everyone,
                                       aino.id, role);
        });
    };
    EXPECT_FALSE(change(aino, Role::member));
    EXPECT_TRUE(change(owner, Role::member));
    EXPECT_TRUE(say(aino, "I am sorry"));
}

TEST_P(Declining, what_is_held_is_not_published_by_taking_it_back_and_showing_it_again)
{
    const auto held = say(aino, "Buy my watches").value();
    ASSERT_EQ(held.state, record::State::held);
    const auto hers = viewer_of(aino);
    const auto state = [&](Id voice) {
        return read([&](store::Transaction& transaction) {
            return find_voice(transaction, voice, hers).value().state;
        });
    };
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hide(transaction, hall->ids(), now(), hers, held.id, "No, wait"));
    });
    EXPECT_EQ(state(held.id), record::State::hidden);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(show_again(transaction, hall->ids(), now(), hers, held.id));
    });
    EXPECT_EQ(state(held.id), record::State::held);
    EXPECT_EQ(get({}, held.path()).status, 404);

    const auto steward = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hide(transaction, hall->ids(), now(), steward, held.id, "Advertising"));
        EXPECT_TRUE(show_again(transaction, hall->ids(), now(), steward, held.id));
    });
    EXPECT_EQ(state(held.id), record::State::visible) << "a steward has looked at it";
}

TEST_P(Declining, what_a_newcomer_moves_into_a_circle_waits_there_like_what_she_says_there)
{
    const auto maker = viewer_of(owner);
    const auto open_circle = write([&](store::Transaction& transaction) {
        const auto circle =
            people::create_circle(transaction, hall->ids(), now(), maker, {.name = "Open to all"})
                .value()
                .id;
        people::set_role(transaction, organisation.id, circle, aino.id, Role::member, now());
        return circle;
    });
    const auto hers = viewer_of(aino);
    const auto voice = write([&](store::Transaction& transaction) {
        return say_voice(transaction, hall->ids(), now(), hers,
                         {.kind = "want", .title = "A bench", .circle = open_circle},
                         render_body("A bench", "").value())
            .value();
    });
    ASSERT_EQ(voice.state, record::State::visible);
    const auto moved = write([&](store::Transaction& transaction) {
        return edit_voice(transaction, hall->ids(), now(), hers, voice.id,
                          {.circle = organisation.everyone}, {})
            .value();
    });
    EXPECT_EQ(moved.state, record::State::held);
    const auto counted = read([&](store::Transaction& transaction) {
        return transaction
            .query("SELECT 1 FROM thing WHERE org_id = ?1 AND thing_id = ?2 AND state = 'held'",
                   organisation.id, voice.id)
            .next();
    });
    EXPECT_TRUE(counted);
    EXPECT_EQ(get({}, voice.path()).status, 404);
}

MOOTHALL_ON_EACH_ENGINE(Declining);

} // namespace
} // namespace moothall::hear
