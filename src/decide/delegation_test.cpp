#include "decide/delegation_pages.hpp"
#include "decide/test_decisions.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <random>
#include <set>

namespace moothall::decide {
namespace {

using namespace test;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Delegations : public test::House {
protected:
    void mount(web::Hall& house) override
    {
        test::House::mount(house);
        mount_delegation_pages(house.router());
        mount_delegation_api(house.router());
    }
    template <class Rule>
    auto as(const Person& person, Rule&& rule)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) { return rule(transaction, viewer); });
    }
    Result<Delegation> offer(const Person& from, const Person& to, Id circle,
                             std::chrono::hours span = 24h * 30)
    {
        return as(from, [&](store::Transaction& transaction, const Viewer& viewer) {
            return hand_over_vote(transaction, hall->ids(), now(), viewer,
                                  {to.id, Topic::circle, circle, now() + span});
        });
    }
    Result<Delegation> accept(const Person& person, Id delegation)
    {
        return as(person, [&](store::Transaction& transaction, const Viewer& viewer) {
            return accept_delegation(transaction, hall->ids(), now(), viewer, delegation);
        });
    }
    Result<void> end(const Person& person, Id delegation)
    {
        return as(person, [&](store::Transaction& transaction, const Viewer& viewer) {
            return end_delegation(transaction, hall->ids(), now(), viewer, delegation);
        });
    }
    Id hand(const Person& from, const Person& to)
    {
        const auto offered = offer(from, to, customers).value();
        EXPECT_TRUE(accept(to, offered.id));
        return offered.id;
    }
    std::optional<HandedVote> handed(const Person& person, Id decision)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return find_handed_vote(
                transaction, find_decision(transaction, decision, viewer).value(), viewer, now());
        });
    }
};

TEST_P(Delegations, count_as_ballots_of_their_own_and_the_recount_agrees)
{
    hand(aino, mei);
    hand(ravi, mei);
    const auto decision = open_vote(theory());
    ASSERT_TRUE(say(bob, decision.id, "yes"));
    ASSERT_TRUE(say(cleo, decision.id, "yes"));
    ASSERT_TRUE(say(mei, decision.id, "yes"));
    const auto closed = close(bob, decision.id).value();
    EXPECT_EQ(closed.voters, 3);
    EXPECT_EQ(closed.electorates[1].voters, 1);
    EXPECT_EQ(closed.electorates[1].delegated, 2);
    EXPECT_EQ(closed.weights, "2");
    EXPECT_EQ(closed.outcome, "passed");
    const auto box = box_of(decision.id);
    EXPECT_THAT(box.ballots, SizeIs(5));
    EXPECT_THAT(std::set<std::string>(box.ballots.begin(), box.ballots.end()), SizeIs(5));
    const auto again = recount(box);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->agrees());
    EXPECT_EQ(voters_in_the_record(decision.id), 3);
    EXPECT_THAT(closed.result, HasSubstr(R"("yes":3)"));
    EXPECT_THAT(get(test::Browser{}, "/decisions/" + decision.id.text()).body,
                HasSubstr("3 people voted. Who cast which ballot was deleted. 2 more ballots were "
                          "cast for others."));
}

TEST_P(Delegations, give_way_to_her_own_vote_and_end_at_any_moment)
{
    const auto first = hand(aino, mei);
    hand(ravi, mei);
    const auto decision = open_vote(theory());
    ASSERT_TRUE(say(mei, decision.id, "yes"));
    ASSERT_TRUE(say(aino, decision.id, "no"));
    EXPECT_FALSE(handed(aino, decision.id));
    EXPECT_TRUE(end(aino, first));
    const auto ended = handed(ravi, decision.id);
    ASSERT_TRUE(ended);
    const auto delegations = as(ravi, [&](store::Transaction& transaction, const Viewer& viewer) {
        return list_delegations(transaction, viewer, now());
    });
    ASSERT_THAT(delegations, SizeIs(1));
    EXPECT_TRUE(end(mei, delegations[0].id)); // the other side may give it back
    const auto closed = close(bob, decision.id).value();
    EXPECT_EQ(closed.electorates[1].delegated, 0);
    EXPECT_EQ(closed.electorates[1].voters, 2);
    EXPECT_EQ(closed.weights, "");
}

TEST_P(Delegations, show_how_it_was_cast_until_the_close_and_only_after_she_said_yes)
{
    const auto decision = open_vote(theory());
    ASSERT_TRUE(say(mei, decision.id, "no"));
    const auto offered = offer(aino, mei, customers).value();
    EXPECT_FALSE(handed(aino, decision.id)); // a vote is not learnt by handing hers on unasked
    EXPECT_EQ(accept(aino, offered.id).error().reason, Reason::forbidden);
    EXPECT_EQ(accept(ravi, offered.id).error().reason, Reason::not_found);
    EXPECT_TRUE(accept(mei, offered.id));
    EXPECT_EQ(accept(mei, offered.id).error().reason, Reason::conflict);
    const auto seen = handed(aino, decision.id);
    ASSERT_TRUE(seen && seen->choice);
    EXPECT_EQ(seen->choice->answer, "no");
    EXPECT_FALSE(handed(ravi, decision.id));
    const auto path = "/decisions/" + decision.id.text();
    EXPECT_THAT(get(sign_in_as(aino), path).body,
                HasSubstr("Mei Lin votes for you here, and voted: No"));
    EXPECT_THAT(get(sign_in_as(mei), path).body, HasSubstr("handed you her vote here"));
    EXPECT_THAT(get(sign_in_as(ravi), path).body, Not(HasSubstr("Mei Lin votes")));
    const auto asked = "/api/v1" + path + "/vote";
    EXPECT_THAT(get(sign_in_as(aino), asked).body,
                AllOf(HasSubstr(R"("name":"Mei Lin","vote":{"choice":"no"}})"),
                      HasSubstr(R"("you_vote_for":0)")));
    EXPECT_THAT(get(sign_in_as(mei), asked).body,
                AllOf(HasSubstr(R"("voted_for_you_by":null)"), HasSubstr(R"("you_vote_for":1)")));
    EXPECT_THAT(get(sign_in_as(ravi), asked).body, HasSubstr(R"("voted_for_you_by":null)"));
    ASSERT_TRUE(close(bob, decision.id));
    EXPECT_FALSE(handed(aino, decision.id));
    EXPECT_THAT(get(sign_in_as(aino), path).body, Not(HasSubstr("votes for you here")));
    EXPECT_THAT(get(test::Browser{}, path).body, HasSubstr("by each who did: 1"));
}

TEST_P(Delegations, make_no_chains_and_no_cycles)
{
    hand(aino, mei);
    hand(mei, ravi);
    hand(ravi, aino);
    // Only Ravi votes: his vote counts for Mei, who handed hers to him, and not for Aino by way of
    // her.
    const auto decision = open_vote(theory());
    ASSERT_TRUE(say(ravi, decision.id, "yes"));
    const auto closed = close(bob, decision.id).value();
    EXPECT_EQ(closed.electorates[1].voters, 1);
    EXPECT_EQ(closed.electorates[1].delegated, 1);
}

TEST_P(Delegations, do_not_reach_over_to_the_other_side_nor_to_herself)
{
    EXPECT_EQ(offer(aino, aino, customers).error().field, "to");
    hand(aino, bob); // of the company: he is on the roll of its own electorate
    const auto decision = open_vote(theory());
    ASSERT_TRUE(say(bob, decision.id, "yes"));
    ASSERT_TRUE(say(mei, decision.id, "no"));
    const auto closed = close(bob, decision.id).value();
    EXPECT_EQ(closed.electorates[1].delegated, 0);
    EXPECT_EQ(offer(aino, mei, customers, 24h * 800).error().field, "until");
}

TEST_P(Delegations, hold_for_their_topic_and_their_time_only)
{
    const auto other =
        make_circle("Village", people::CircleKind::community, people::Visibility::open);
    join(other, aino);
    join(other, mei);
    const auto offered = offer(aino, mei, other).value();
    ASSERT_TRUE(accept(mei, offered.id));
    const auto decision = open_vote(theory());
    ASSERT_TRUE(say(mei, decision.id, "yes"));
    EXPECT_FALSE(handed(aino, decision.id)); // that is the customers' vote, not the village's
    const auto short_lived = offer(ravi, mei, customers, 1h).value();
    ASSERT_TRUE(accept(mei, short_lived.id));
    EXPECT_TRUE(handed(ravi, decision.id));
    hall->clock().advance(2h);
    EXPECT_FALSE(handed(ravi, decision.id));
    const auto closed = close(bob, decision.id).value();
    EXPECT_EQ(closed.electorates[1].delegated, 0);
}

TEST_P(Delegations, keep_the_tally_whatever_people_do)
{
    const std::vector<const Person*> people{&bob, &cleo, &aino, &mei, &ravi, &stranger};
    const auto as_owner = viewer_of(owner);
    std::int64_t opened = 0;
    for (const auto method : {Method::yes_no, Method::consent, Method::single_choice})
        for (unsigned seed = 0; seed < 2; ++seed) {
            std::mt19937 random(seed);
            const auto draw = [&](std::size_t below) { return random() % below; };
            const auto decision = open_vote(theory(method));
            std::set<Id> voted;
            std::vector<Id> given;
            for (int step = 0; step < 30; ++step) {
                const auto& person = *people[draw(people.size())];
                const auto& other = *people[draw(people.size())];
                switch (draw(5)) {
                case 0:
                    if (const auto offered =
                            offer(person, other, draw(2) == 0 ? customers : company)) {
                        given.push_back(offered->id);
                        if (draw(4) > 0) std::ignore = accept(other, offered->id);
                    }
                    break;
                case 1:
                    if (!given.empty()) std::ignore = end(person, given[draw(given.size())]);
                    break;
                case 2:
                    std::ignore = hall->database().write([&](store::Transaction& transaction) {
                        return change_roll(transaction, hall->ids(), now(), as_owner, decision.id,
                                           draw(2) == 0 ? company : customers, person.id,
                                           draw(2) == 0 ? RollChange::add : RollChange::strike,
                                           "She moved.");
                    });
                    break;
                default: {
                    Choice choice;
                    if (method == Method::single_choice)
                        choice.single = draw(3);
                    else if (method == Method::consent)
                        choice.answer = draw(2) == 0 ? "consent" : "objection";
                    else
                        choice.answer = draw(2) == 0 ? "yes" : "no";
                    if (cast(person, decision.id, choice, "It floods.")) voted.insert(person.id);
                }
                }
                ASSERT_EQ(look(owner, decision.id).voters, std::ssize(voted));
                ASSERT_EQ(voters_in_the_record(decision.id), std::ssize(voted));
            }
            ++opened;
            if (seed == 1 && method == Method::consent) { // taken back: nothing is counted
                const auto taken = as(bob, [&](store::Transaction& transaction,
                                               const Viewer& viewer) {
                    return withdraw(transaction, hall->ids(), now(), viewer, decision.id, "No.");
                });
                ASSERT_TRUE(taken);
                EXPECT_EQ(number("SELECT count(*) FROM ballot WHERE org_id = ?1 AND decision_id = "
                                 "?2",
                                 decision.id),
                          0);
                EXPECT_EQ(taken->result, "");
                continue;
            }
            if (seed == 1) hall->clock().advance(24h * 15); // its day, and not before it
            if (seed == 1)
                tend(hall->database(), organisation.id, now(), hall->ids());
            else
                ASSERT_TRUE(close(bob, decision.id));
            const auto closed = look(owner, decision.id);
            ASSERT_FALSE(closed.outcome.empty());
            const auto box = box_of(decision.id);
            std::int64_t own = 0;
            std::int64_t handed_on = 0;
            for (const auto& electorate : closed.electorates) {
                own += electorate.voters;
                handed_on += electorate.delegated;
                EXPECT_LE(electorate.voters + electorate.delegated, electorate.roll);
            }
            EXPECT_EQ(closed.voters, std::ssize(voted));
            EXPECT_GE(own, closed.voters); // who is on both rolls has a ballot in each
            EXPECT_EQ(own + handed_on, std::ssize(box.ballots));
            std::int64_t weights = 0;
            for (const char* at = closed.weights.c_str(); *at != 0;) {
                char* next = nullptr;
                weights += std::strtol(at, &next, 10);
                at = *next == ',' ? next + 1 : next;
            }
            EXPECT_EQ(weights, handed_on);
            EXPECT_TRUE(recount(parse_box(to_json(box)).value()).value().agrees());
        }
    EXPECT_EQ(opened, 6);
    EXPECT_EQ(events("decide.decision_closed"), 5);
}

TEST_P(Delegations, are_seen_by_the_two_of_them_alone)
{
    const auto id = hand(aino, mei);
    EXPECT_THAT(get(sign_in_as(aino), "/delegations").body, HasSubstr("Mei Lin"));
    EXPECT_THAT(get(sign_in_as(mei), "/delegations").body, HasSubstr("Aino Korhonen"));
    EXPECT_THAT(get(sign_in_as(owner), "/delegations").body, Not(HasSubstr("Aino Korhonen")));
    EXPECT_EQ(get(test::Browser{}, "/delegations").status, 401);
    EXPECT_EQ(post(sign_in_as(ravi), "/delegations/" + id.text() + "/end").status, 404);
    EXPECT_THAT(
        get(sign_in_as(aino), "/delegations").body,
        HasSubstr("<optgroup label=\"All that a circle votes on\"><option value=\"circle:"));
    const auto refused = post(sign_in_as(aino), "/delegations",
                              {{"to", "Nobody"}, {"topic", "circle:" + customers.text()}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("value=\"Nobody\""));
    EXPECT_EQ(post(sign_in_as(aino), "/delegations/" + id.text() + "/end").status, 303);
    EXPECT_THAT(get(sign_in_as(mei), "/delegations").body, Not(HasSubstr("Aino Korhonen")));
    as(aino, [&](store::Transaction& transaction, const Viewer&) {
        forget_delegations(transaction, organisation.id, aino.id);
        return 0;
    });
}

MOOTHALL_ON_EACH_ENGINE(Delegations);

} // namespace
} // namespace moothall::decide
