#include "hear/moving.hpp"
#include "hear/pages.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hear {
namespace {

using testing::HasSubstr;
using testing::Not;

class Guests : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        steward = sign_in_as(owner);
        her = sign_in_as(aino);
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        House::mount(house);
        people::mount_forum_pages(house.router());
        mount_voice_pages(house.router());
        mount_voice_list_pages(house.router());
        mount_say_pages(house.router());
        mount_story_pages(house.router());
        mount_moderation_pages(house.router());
    }
    void look_at_newcomers()
    {
        write([&](store::Transaction& transaction) {
            transaction.execute(
                "UPDATE circle SET moderation = 'newcomers' WHERE org_id = ?1 AND circle_id = ?2",
                organisation.id, organisation.everyone);
        });
    }
    /// Her story, told on the page; where it stands.
    std::string tell(const std::string& title)
    {
        const auto told =
            post(her, "/stories/new", {{"title", title}, {"body", "It *rained* for a week."}});
        EXPECT_EQ(told.status, 303);
        return header(told, "Location");
    }
    std::string open_forum(const std::string& name)
    {
        const auto opened = post(her, "/forums", {{"name", name}, {"purpose", "Of wells"}});
        EXPECT_EQ(opened.status, 303);
        return header(opened, "Location");
    }
    static std::string id_in(const std::string& path)
    {
        const auto after = path.substr(path.find('/', 1) + 1);
        return after.substr(0, after.find('-'));
    }

    people::Person aino;
    people::test::Browser steward;
    people::test::Browser her;
};

TEST_P(Guests, a_story_stands_in_the_open_as_soon_as_it_is_told)
{
    const auto path = tell("How we dug the well");
    EXPECT_THAT(get({}, path.substr(0, path.find('-'))).body, HasSubstr("<em>rained</em>"));
    EXPECT_THAT(get({}, "/stories").body, HasSubstr("How we dug the well"));
    EXPECT_EQ(events("hear.voice_said"), 1);
}

TEST_P(Guests, a_story_needs_a_title_and_words_and_keeps_what_was_typed)
{
    const auto untitled = post(her, "/stories/new", {{"body", "It rained."}});
    EXPECT_EQ(untitled.status, 422);
    EXPECT_THAT(untitled.body, HasSubstr("It rained."));
    EXPECT_EQ(post(her, "/stories/new", {{"title", "A well"}, {"body", " "}}).status, 422);
    EXPECT_EQ(events("hear.voice_said"), 0);
}

TEST_P(Guests, what_fills_in_the_field_that_people_do_not_see_is_told_that_all_is_well)
{
    const auto filled = post({}, "/stories/new",
                             {{"title", "Watches"},
                              {"body", "Buy them"},
                              {"email", "robot@spam.example"},
                              {"website", "http://spam.example"}});
    EXPECT_EQ(filled.status, 303);
    EXPECT_TRUE(letters().empty());
    const auto at_once =
        post({}, "/stories/new",
             {{"title", "Watches"}, {"body", "Buy them"}, {"email", "robot@spam.example"}});
    EXPECT_EQ(at_once.status, 409) << "without the mark of when the form was shown";
    EXPECT_EQ(events("hear.voice_said"), 0);
}

TEST_P(Guests, a_newcomers_story_waits_where_the_hall_wants_it_and_says_so)
{
    look_at_newcomers();
    EXPECT_THAT(get(her, "/stories/new").body, HasSubstr("A steward looks at what newcomers say"));
    const auto path = tell("How we dug the well");
    EXPECT_THAT(get({}, "/stories").body, Not(HasSubstr("How we dug")));
    EXPECT_EQ(post(steward, "/things/" + id_in(path) + "/approval", {{"trust", "1"}}).status, 303);
    EXPECT_THAT(get({}, "/stories").body, HasSubstr("How we dug"));
    tell("And a second one");
    EXPECT_THAT(get({}, "/stories").body, HasSubstr("And a second one")) << "she is trusted now";
}

TEST_P(Guests, a_steward_moves_a_story_with_a_public_reason)
{
    const auto forum = id_in(open_forum("Wells"));
    const auto path = "/things/" + id_in(tell("How we dug the well")) + "/moving";
    EXPECT_EQ(post(her, path, {{"circle", forum}, {"reason", "Mine"}}).status, 403);
    EXPECT_EQ(post(steward, path, {{"circle", forum}}).status, 422) << "without a reason";
    EXPECT_THAT(get({}, "/stories").body, HasSubstr("How we dug"));
    EXPECT_EQ(post(steward, path, {{"circle", forum}, {"reason", "It is about wells"}}).status,
              303);
    EXPECT_THAT(get({}, "/stories").body, Not(HasSubstr("How we dug")));
    EXPECT_THAT(get({}, "/voices").body, HasSubstr("How we dug"));
    const auto log = get({}, "/moderation/log").body;
    EXPECT_THAT(log, HasSubstr("It is about wells"));
    EXPECT_THAT(log, HasSubstr("Wells"));
    EXPECT_EQ(events("hear.voice_moved"), 1);
    EXPECT_EQ(events("hear.voice_sorted"), 0) << "one act, one event";
}

TEST_P(Guests, nobody_moves_anothers_story_out_of_her_sight_or_without_a_reason)
{
    const auto maker = viewer_of(owner);
    const auto board = write([&](store::Transaction& transaction) {
        return people::create_circle(transaction, hall->ids(), now(), maker,
                                     {.name = "Board", .visibility = people::Visibility::closed})
            .value();
    });
    const auto voice = Id::parse(id_in(tell("How we dug the well"))).value();
    const auto mover = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        const auto moved =
            move_voice(transaction, hall->ids(), now(), mover, voice, board.id, "Secret");
        EXPECT_EQ(moved.error().field, "circle");
        const auto edited =
            edit_voice(transaction, hall->ids(), now(), mover, voice, {.circle = board.id}, {});
        EXPECT_EQ(edited.error().field, "circle") << "nor by the way round";
    });
    EXPECT_THAT(get({}, "/stories").body, HasSubstr("How we dug"));
}

TEST_P(Guests, anybody_opens_a_forum_that_all_read_and_that_she_looks_after)
{
    const auto path = open_forum("Wells");
    EXPECT_THAT(get({}, path).body, HasSubstr("Of wells"));
    EXPECT_THAT(get({}, "/forums").body, HasSubstr("Wells"));
    EXPECT_TRUE(viewer_of(aino).is_steward_of(Id::parse(id_in(path)).value()));
    const auto bob = let_in("Bob", "bob@customer.example");
    EXPECT_EQ(post(sign_in_as(bob), path + "/membership").status, 303) << "the door is open";
    EXPECT_EQ(post(her, "/forums", {{"name", "Wells"}}).status, 422) << "of the same name";
    EXPECT_EQ(post({}, "/forums", {{"name", "Springs"}}).status, 401);
}

TEST_P(Guests, a_steward_of_the_hall_hides_a_forum_with_a_public_reason_and_shows_it_again)
{
    const auto path = open_forum("Watches");
    const auto thing = "/things/" + id_in(path);
    EXPECT_THAT(get(steward, path).body, HasSubstr(thing + "/hiding"));
    const auto bob = let_in("Bob", "bob@customer.example");
    const auto his = sign_in_as(bob);
    EXPECT_EQ(post(his, path + "/membership").status, 303);
    EXPECT_EQ(post(her, thing + "/hiding", {{"reason", "Mine"}}).status, 403);
    EXPECT_EQ(post(steward, thing + "/hiding", {{"reason", "Advertising"}}).status, 303);
    // Who joined it reads what was said, and is told; it does not go on as if it were open.
    const auto talk = [&](const people::test::Browser& browser) {
        return post(browser, "/say", {{"text", "Buy watches."}, {"circle", id_in(path)}}).status;
    };
    EXPECT_THAT(get(his, path).body, HasSubstr("Nobody says anything more here"));
    EXPECT_THAT(get(his, path).body, Not(HasSubstr("Talk here")));
    EXPECT_EQ(talk(his), 403);
    EXPECT_EQ(talk(her), 403) << "nor she who opened it";
    EXPECT_EQ(viewer_of(bob).role_in(Id::parse(id_in(path)).value()), Role::guest);
    EXPECT_EQ(get({}, path).status, 404);
    EXPECT_THAT(get({}, "/forums").body, Not(HasSubstr("Watches")));
    const auto log = get({}, "/moderation/log").body;
    EXPECT_THAT(log, HasSubstr("Advertising"));
    EXPECT_THAT(log, Not(HasSubstr("Watches"))) << "that it was, not what";
    EXPECT_EQ(events("people.circle_hidden"), 1);

    const people::test::Sent open{{"name", "Watches"},
                                  {"kind", "forum"},
                                  {"visibility", "public"},
                                  {"joining", "open"},
                                  {"moderation", "off"}};
    EXPECT_EQ(post(her, path + "/edit", open).status, 403) << "she cannot open it again";
    EXPECT_EQ(get({}, path).status, 404);
    EXPECT_THAT(get(steward, path).body, HasSubstr(thing + "/showing"));
    EXPECT_EQ(post(her, thing + "/showing").status, 403);
    EXPECT_EQ(post(steward, thing + "/showing").status, 303);
    EXPECT_EQ(get({}, path).status, 200);
    EXPECT_EQ(talk(his), 303);
    EXPECT_TRUE(viewer_of(aino).is_steward_of(Id::parse(id_in(path)).value()));
}

TEST_P(Guests, a_newcomers_forum_waits_in_the_queue_where_the_hall_wants_it)
{
    look_at_newcomers();
    EXPECT_THAT(get(her, "/forums").body, HasSubstr("A steward looks at what newcomers open"));
    const auto path = open_forum("Wells");
    EXPECT_EQ(get({}, path).status, 404);
    EXPECT_EQ(get(her, path).status, 200);
    EXPECT_THAT(get(steward, "/moderation").body, HasSubstr("Of wells"));
    EXPECT_EQ(get(steward, path).status, 200) << "she sees what she decides about";
    EXPECT_EQ(post(steward, "/things/" + id_in(path) + "/approval").status, 303);
    EXPECT_EQ(get({}, path).status, 200);
    EXPECT_EQ(events("people.circle_approved"), 1);
    EXPECT_EQ(events("people.circle_hidden"), 0);
}

TEST_P(Guests, the_companys_circles_and_private_ones_are_nobodys_to_hide)
{
    const auto maker = viewer_of(owner);
    const auto made = write([&](store::Transaction& transaction) {
        return std::pair(
            people::create_circle(transaction, hall->ids(), now(), maker,
                                  {.name = "Works", .kind = people::CircleKind::team})
                .value(),
            people::create_circle(transaction, hall->ids(), now(), maker,
                                  {.name = "Board", .visibility = people::Visibility::closed})
                .value());
    });
    for (const auto& circle : {made.first, made.second})
        EXPECT_EQ(
            post(steward, "/things/" + circle.id.text() + "/hiding", {{"reason", "Why"}}).status,
            404);
    EXPECT_EQ(
        post(steward, "/things/" + organisation.everyone.text() + "/hiding", {{"reason", "Why"}})
            .status,
        404);
}

MOOTHALL_ON_EACH_ENGINE(Guests);

} // namespace
} // namespace moothall::hear
