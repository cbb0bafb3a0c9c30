#include "people/test_house.hpp"

#include "record/record.hpp"

#include <gmock/gmock.h>

namespace moothall::people {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

class Circles : public House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
        bob = let_in("Bob Brook", "bob@northwater.example");
    }
    Circle open_circle(Visibility visibility, Joining joining = Joining::invitation)
    {
        const auto maker = viewer_of(aino);
        return write([&](store::Transaction& transaction) {
            return create_circle(transaction, hall->ids(), now(), maker,
                                 {.name = "Saint-Aubin",
                                  .kind = CircleKind::customer,
                                  .visibility = visibility,
                                  .joining = joining})
                .value();
        });
    }
    /// What is said in a circle, as the rule of sight knows it.
    record::Thing save_thing(Id circle, record::State state, Id author, Id subject = {})
    {
        const record::Thing thing{hall->ids().next(now()),
                                  subject ? "reply" : "voice",
                                  circle,
                                  state,
                                  author,
                                  "Title",
                                  now(),
                                  now(),
                                  subject};
        write([&](store::Transaction& transaction) {
            record::save_thing(transaction, organisation.id, thing);
        });
        return thing;
    }
    bool sees(const Viewer& viewer, const record::Thing& thing)
    {
        return read([&](store::Transaction& transaction) {
            const bool one = find_seen(transaction, thing.id, viewer).has_value();
            EXPECT_EQ(one, may_see(transaction, viewer, thing));
            const auto rule =
                store::Sql("SELECT 1 FROM thing t WHERE t.org_id = ?1 AND t.thing_id = ?3 AND ") +
                seen;
            EXPECT_EQ(one,
                      transaction.query(rule, viewer.organisation, viewer.person, thing.id).next());
            return one;
        });
    }
    Viewer stranger() const
    {
        Viewer viewer;
        viewer.organisation = organisation.id;
        viewer.everyone = organisation.everyone;
        return viewer;
    }
    Result<void> change(const Person& who, Id circle, const Person& whom, Role role)
    {
        const auto viewer = viewer_of(who);
        return write([&](store::Transaction& transaction) {
            return change_role(transaction, hall->ids(), now(), viewer, circle, whom.id, role);
        });
    }
    std::int64_t members(Id circle)
    {
        return read([&](store::Transaction& transaction) {
            return find_circle_by_id(transaction, organisation.id, circle).value().members;
        });
    }

    Person aino;
    Person bob;
};
MOOTHALL_ON_EACH_ENGINE(Circles);

TEST_P(Circles, who_never_confirmed_her_account_stands_in_no_list)
{
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(create_person(transaction, hall->ids(), now(), organisation.id,
                                  organisation.everyone,
                                  {.name = "Ida Imported", .state = PersonState::unconfirmed}));
    });
    const auto viewer = viewer_of(aino);
    const auto shown = read([&](store::Transaction& transaction) {
        return list_members(transaction, organisation.everyone, viewer, "", 10).value();
    });
    std::vector<std::string> names;
    for (const auto& member : shown) names.push_back(member.name);
    EXPECT_THAT(names, ::testing::ElementsAre("Aino Korhonen", "Bob Brook", "Olga Owner"));
}

TEST_P(Circles, a_private_one_is_unknown_to_all_but_its_members)
{
    const auto circle = open_circle(Visibility::closed);
    const auto thing = save_thing(circle.id, record::State::visible, aino.id);
    EXPECT_TRUE(sees(viewer_of(aino), thing));
    EXPECT_TRUE(sees(viewer_of(owner), thing));
    EXPECT_FALSE(sees(viewer_of(bob), thing));
    EXPECT_FALSE(sees(stranger(), thing));
    // Absent and unseen answer in the same way.
    const auto unseen = get(sign_in_as(bob), "/circles/" + circle.id.text());
    const auto absent = get(sign_in_as(bob), "/circles/" + Id{12345}.text());
    EXPECT_EQ(unseen.status, 404);
    EXPECT_EQ(unseen.body, absent.body);
    EXPECT_THAT(get(sign_in_as(bob), "/circles").body, Not(HasSubstr("Saint-Aubin")));
    EXPECT_THAT(get(sign_in_as(aino), "/circles").body, HasSubstr("Saint-Aubin"));

    ASSERT_TRUE(change(aino, circle.id, bob, Role::guest));
    EXPECT_TRUE(sees(viewer_of(bob), thing));
    ASSERT_TRUE(change(aino, circle.id, bob, Role::none));
    EXPECT_FALSE(sees(viewer_of(bob), thing));
}

TEST_P(Circles, of_one_name_there_is_one_as_far_as_its_maker_may_know)
{
    const auto make = [&](const Person& person, Visibility visibility, std::string name) {
        const auto maker = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return create_circle(transaction, hall->ids(), now(), maker,
                                 {.name = name, .visibility = visibility});
        });
    };
    const auto first = make(aino, Visibility::open, "Night buses");
    ASSERT_TRUE(first);
    const auto second = make(bob, Visibility::open, " Night  buses ");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().field, "name");
    ASSERT_TRUE(make(aino, Visibility::closed, "Board"));
    EXPECT_FALSE(make(aino, Visibility::open, "Board"));
    EXPECT_TRUE(make(bob, Visibility::open, "Board")) << "the other is private: he does not know";

    auto other = make(bob, Visibility::open, "Day buses").value();
    const auto his = viewer_of(bob);
    const auto rename = [&](std::string name) {
        return write([&](store::Transaction& transaction) {
            other.name = std::move(name);
            return change_circle(transaction, hall->ids(), now(), his, other);
        });
    };
    EXPECT_FALSE(rename("Night buses"));
    EXPECT_TRUE(rename("Day buses")) << "its own";
    EXPECT_TRUE(rename("Trams"));
}

TEST_P(Circles, what_is_held_or_hidden_only_its_author_and_stewards_see)
{
    for (const auto state : {record::State::held, record::State::hidden, record::State::draft}) {
        const auto thing = save_thing(organisation.everyone, state, aino.id);
        EXPECT_TRUE(sees(viewer_of(aino), thing));
        EXPECT_TRUE(sees(viewer_of(owner), thing));
        EXPECT_FALSE(sees(viewer_of(bob), thing));
        EXPECT_FALSE(sees(stranger(), thing));
        // Nobody's thing is not a stranger's.
        EXPECT_FALSE(sees(stranger(), save_thing(organisation.everyone, state, Id{})));
    }
    EXPECT_TRUE(
        sees(stranger(), save_thing(organisation.everyone, record::State::visible, aino.id)));
}

TEST_P(Circles, what_answers_something_is_seen_by_those_who_see_that_too)
{
    using record::State;
    const auto everyone = organisation.everyone;
    const auto shown = save_thing(everyone, State::visible, aino.id);
    const auto hidden = save_thing(everyone, State::hidden, aino.id);
    const auto of_shown = save_thing(everyone, State::visible, bob.id, shown.id);
    const auto of_hidden = save_thing(everyone, State::visible, bob.id, hidden.id);
    EXPECT_TRUE(sees(stranger(), of_shown));
    EXPECT_TRUE(sees(viewer_of(aino), of_hidden));
    EXPECT_TRUE(sees(viewer_of(owner), of_hidden));
    EXPECT_FALSE(sees(viewer_of(bob), of_hidden)); // though he said it
    EXPECT_FALSE(sees(stranger(), of_hidden));
    // Held by itself it is held, whatever it answers.
    EXPECT_FALSE(sees(viewer_of(aino), save_thing(everyone, State::held, bob.id, shown.id)));
    // What it answers may be in a circle that one is not in.
    const auto inner = save_thing(open_circle(Visibility::closed).id, State::visible, aino.id);
    const auto of_inner = save_thing(everyone, State::visible, bob.id, inner.id);
    EXPECT_TRUE(sees(viewer_of(aino), of_inner));
    EXPECT_FALSE(sees(viewer_of(bob), of_inner));
    EXPECT_FALSE(sees(stranger(), of_inner));
}

TEST_P(Circles, a_listed_one_shows_that_it_exists_but_not_what_is_in_it)
{
    const auto circle = open_circle(Visibility::listed);
    const auto thing = save_thing(circle.id, record::State::visible, aino.id);
    EXPECT_FALSE(sees(viewer_of(bob), thing));
    const auto page = get(sign_in_as(bob), "/circles/" + circle.id.text());
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("Only its members see who is in this circle."));
    EXPECT_THAT(page.body, Not(HasSubstr("Aino Korhonen")));
}

TEST_P(Circles, roles_are_given_by_stewards_only)
{
    const auto circle = open_circle(Visibility::open);
    EXPECT_EQ(members(circle.id), 2); // its maker, and the owner
    EXPECT_EQ(change(bob, circle.id, bob, Role::member).error().reason, Reason::forbidden);
    EXPECT_EQ(change(bob, circle.id, aino, Role::guest).error().reason, Reason::forbidden);
    EXPECT_TRUE(change(aino, circle.id, bob, Role::member));
    EXPECT_EQ(members(circle.id), 3);
    EXPECT_EQ(change(bob, circle.id, bob, Role::steward).error().reason, Reason::forbidden);
    EXPECT_TRUE(change(bob, circle.id, bob, Role::none));
    EXPECT_EQ(members(circle.id), 2);
    EXPECT_EQ(events("people.member_joined"), 1);
    EXPECT_EQ(events("people.member_left"), 1);
}

TEST_P(Circles, an_open_one_is_joined_by_a_click_but_only_as_a_member)
{
    const auto circle = open_circle(Visibility::open, Joining::open);
    EXPECT_EQ(change(bob, circle.id, bob, Role::steward).error().reason, Reason::forbidden);
    EXPECT_TRUE(change(bob, circle.id, bob, Role::member));
    EXPECT_EQ(viewer_of(bob).role_in(circle.id), Role::member);
}

TEST_P(Circles, keep_a_steward_and_their_owners)
{
    const auto circle = open_circle(Visibility::open);
    EXPECT_EQ(change(aino, circle.id, owner, Role::member).error().reason, Reason::conflict);
    EXPECT_EQ(change(owner, circle.id, owner, Role::none).error().reason, Reason::conflict);
    EXPECT_TRUE(change(aino, circle.id, aino, Role::member)); // the owner is one, still
    write([&](store::Transaction& transaction) { // as it was before somebody owned the house
        auto person = owner;
        person.owner = false;
        save_person(transaction, organisation.id, person, now());
    });
    EXPECT_EQ(change(owner, circle.id, owner, Role::member).error().reason, Reason::conflict);
    EXPECT_EQ(change(owner, organisation.everyone, aino, Role::none).error().reason,
              Reason::forbidden);
}

class Invitations : public Circles {
protected:
    std::string invite(const std::string& address)
    {
        const auto answer =
            post(sign_in_as(owner), "/circles/" + organisation.everyone.text() + "/invitations",
                 {{"emails", address}, {"role", "member"}});
        EXPECT_EQ(answer.status, 200);
        return after(letters().back().text, "?secret=");
    }
};
MOOTHALL_ON_EACH_ENGINE(Invitations);

TEST_P(Invitations, make_an_account_once)
{
    const auto secret = invite("mei@saint-aubin.example");
    ASSERT_FALSE(secret.empty());
    EXPECT_EQ(get({}, "/invitation", {{"secret", secret}}).status, 200);
    const auto in = post({}, "/invitation", {{"secret", secret}, {"name", "Mei Lin"}});
    EXPECT_EQ(in.status, 303);
    EXPECT_TRUE(is_signed_in({cookie(in, "session"), {}}));
    EXPECT_EQ(post({}, "/invitation", {{"secret", secret}, {"name", "Mallory"}}).status, 410);
    const auto mei = read([&](store::Transaction& transaction) {
        return find_person_by_email(transaction, organisation.id, "mei@saint-aubin.example");
    });
    ASSERT_TRUE(mei);
    EXPECT_EQ(mei->name, "Mei Lin");
}

TEST_P(Invitations, never_open_an_account_that_exists)
{
    const auto secret = invite(bob.email);
    const auto answer = post({}, "/invitation", {{"secret", secret}, {"name", "Mallory"}});
    EXPECT_EQ(cookie(answer, "session"), "");
    EXPECT_THAT(header(answer, "Location"), HasSubstr("/sign-in"));
    const auto after_it = read([&](store::Transaction& transaction) {
        return find_person_by_id(transaction, organisation.id, bob.id);
    });
    EXPECT_EQ(after_it->name, "Bob Brook");
}

TEST_P(Invitations, are_for_stewards_to_give)
{
    EXPECT_EQ(post(sign_in_as(bob), "/circles/" + organisation.everyone.text() + "/invitations",
                   {{"emails", "x@saint-aubin.example"}, {"role", "member"}})
                  .status,
              403);
    EXPECT_TRUE(letters().empty());
}

} // namespace

} // namespace moothall::people
