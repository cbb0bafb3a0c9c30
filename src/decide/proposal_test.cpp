#include "decide/test_decisions.hpp"

#include <gmock/gmock.h>

namespace moothall::decide {
namespace {

using namespace test;
using people::test::Sent;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Proposals : public test::House {
protected:
    Decision proposed(Method method = Method::yes_no)
    {
        return try_propose(bob, theory(method)).value();
    }
    Result<Decision> edit(const Person& person, Id decision, const ProposalChange& change)
    {
        const auto viewer = viewer_of(person);
        // A refusal rolls back, as the web layer has it.
        return write([&](store::Transaction& transaction) {
            return edit_proposal(transaction, hall->ids(), now(), viewer, decision, change);
        });
    }
    std::vector<ProposalRevision> said_before(Id decision)
    {
        const auto viewer = viewer_of(aino);
        return read([&](store::Transaction& transaction) {
            return list_proposal_revisions(transaction, decision, viewer);
        });
    }
    void open(const Person& person, Id decision)
    {
        const auto viewer = viewer_of(person);
        write([&](store::Transaction& transaction) {
            return open_voting(transaction, hall->ids(), now(), viewer, decision).value();
        });
    }
};
MOOTHALL_ON_EACH_ENGINE(Proposals);

TEST_P(Proposals, are_changed_by_their_proposer_until_voting_opens_and_keep_what_they_said)
{
    const auto decision = proposed(Method::single_choice);
    hall->clock().advance(1h);
    const auto changed = edit(bob, decision.id,
                              {.title = "  Readings by photo or by phone ",
                               .target = "from 12 to 2",
                               .options = std::vector<std::string>{"Photo", "", "Phone"}});
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->title, "Readings by photo or by phone");
    EXPECT_EQ(changed->target, "from 12 to 2");
    EXPECT_EQ(changed->belief, decision.belief);
    EXPECT_THAT(changed->rules.options, ElementsAre("Photo", "Phone"));
    const auto before = said_before(decision.id);
    ASSERT_EQ(before.size(), 1U);
    EXPECT_EQ(before[0].title, "Readings by photo");
    EXPECT_EQ(before[0].target, "from 12 to 4");
    EXPECT_EQ(before[0].changed_by.name, "Bob Brook");
    EXPECT_THAT(before[0].options, ElementsAre("Buses", "Trams", "Bicycles"));
    EXPECT_EQ(events("decide.decision_changed"), 1);

    ASSERT_TRUE(edit(bob, decision.id, {.target = "from 12 to 2"})) << "nothing changes";
    EXPECT_EQ(events("decide.decision_changed"), 1);
    EXPECT_EQ(said_before(decision.id).size(), 1U);

    open(owner, decision.id);
    EXPECT_EQ(edit(bob, decision.id, {.title = "Something else"}).error().reason, Reason::conflict);
    EXPECT_EQ(look(aino, decision.id).title, "Readings by photo or by phone");
}

TEST_P(Proposals, are_changed_by_nobody_else_and_stay_whole)
{
    const auto decision = proposed();
    for (const auto* person : {&owner, &cleo, &aino})
        EXPECT_EQ(edit(*person, decision.id, {.title = "Mine"}).error().reason, Reason::forbidden);
    EXPECT_EQ(edit(bob, decision.id, {.title = " "}).error().field, "title");
    EXPECT_EQ(edit(bob, decision.id, {.measure = ""}).error().field, "measure");
    EXPECT_EQ(edit(bob, decision.id, {.review_on = parse_date("2020-01-01")}).error().field,
              "review_on");
    EXPECT_EQ(edit(bob, decision.id, {.closes = now() - 1h}).error().field, "closes_at");
    const auto choosing = proposed(Method::approval);
    EXPECT_EQ(edit(bob, choosing.id, {.options = std::vector<std::string>{"One"}}).error().field,
              "options");
    EXPECT_EQ(events("decide.decision_changed"), 0);
    EXPECT_TRUE(said_before(decision.id).empty());
}

TEST_P(Proposals, have_a_form_that_shows_what_they_say)
{
    const auto decision = proposed(Method::single_choice);
    const auto path = "/decisions/" + decision.id.text();
    EXPECT_EQ(get(test::Browser{}, path + "/edit").status, 401);
    EXPECT_EQ(get(sign_in_as(owner), path + "/edit").status, 403);
    EXPECT_EQ(post(sign_in_as(aino), path + "/edit", {{"title", "Mine"}}).status, 403);
    EXPECT_THAT(get(sign_in_as(owner), path).body, Not(HasSubstr(path + "/edit")));
    const auto her = sign_in_as(bob);
    EXPECT_THAT(get(her, path).body, HasSubstr(path + "/edit"));
    const auto form = get(her, path + "/edit").body;
    EXPECT_THAT(form, HasSubstr("Readings by photo"));
    EXPECT_THAT(form, HasSubstr("Buses\nTrams\nBicycles"));

    Sent sent{{"title", "Readings by photo"},
              {"belief", "that it is quicker"},
              {"for", "all"},
              {"measure", "wrong cut-offs a month"},
              {"target", "from 12 to 4"},
              {"review_on", "2026-09-01"},
              {"options", "Buses\r\nTrams\r\n"},
              {"closes_on", ""}};
    EXPECT_EQ(post(her, path + "/edit", sent).status, 303);
    const auto page = get(sign_in_as(aino), path).body;
    EXPECT_THAT(page, HasSubstr("<b>that it is quicker</b>"));
    EXPECT_THAT(page, HasSubstr("We believe that photo readings end wrong cut-offs, for"));
    EXPECT_THAT(page, HasSubstr("Changed by Bob Brook"));
    sent[1].second = "";
    sent[2].second = "nobody in particular";
    const auto refused = post(her, path + "/edit", sent);
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("nobody in particular"));
    EXPECT_THAT(refused.body, HasSubstr("Say what you believe will come of it."));
    open(bob, decision.id);
    EXPECT_EQ(get(her, path + "/edit").status, 409);
    EXPECT_EQ(post(her, path + "/edit", sent).status, 409);
}

TEST_P(Proposals, keep_the_hour_that_the_form_cannot_say)
{
    auto wanted = theory();
    wanted.closes = parse_time("2026-06-01T15:30:00Z");
    const auto decision = try_propose(bob, wanted).value();
    const auto path = "/decisions/" + decision.id.text() + "/edit";
    EXPECT_THAT(get(sign_in_as(bob), path).body, HasSubstr("2026-06-01"));
    Sent sent{{"title", "Readings by photo"},
              {"belief", "b"},
              {"for", "f"},
              {"measure", "m"},
              {"target", "t"},
              {"review_on", "2026-09-01"},
              {"closes_on", "2026-06-01"}};
    ASSERT_EQ(post(sign_in_as(bob), path, sent).status, 303);
    EXPECT_EQ(look(bob, decision.id).closes, wanted.closes);
    sent.back().second = "2026-06-02";
    ASSERT_EQ(post(sign_in_as(bob), path, sent).status, 303);
    EXPECT_EQ(look(bob, decision.id).closes, *parse_time("2026-06-03T00:00:00Z"));
}

} // namespace
} // namespace moothall::decide
