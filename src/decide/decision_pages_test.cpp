#include "decide/test_decisions.hpp"

#include <gmock/gmock.h>

namespace moothall::decide {
namespace {

using namespace test;
using people::test::Sent;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DecisionPages : public test::House {
protected:
    Sent form(Method method = Method::yes_no)
    {
        return {{"title", "Readings by photo"},
                {"belief", "that photo readings end wrong cut-offs."},
                {"for", "households that are out by day"},
                {"measure", "wrong cut-offs a month"},
                {"target", "from 12 to 4"},
                {"review_on", "2026-09-01"},
                {"method", std::string(to_text(method))},
                {"options", chooses(method) ? "Buses\r\nTrams\r\n\r\nBicycles" : ""},
                {"circle-1", company.text()},
                {"threshold-1", "1/2"},
                {"quorum-1", "50%"},
                {"circle-2", customers.text()},
                {"threshold-2", "1/2"},
                {"quorum-2", "0"}};
    }
    std::string propose_by_form(Method method = Method::yes_no)
    {
        const auto response = post(sign_in_as(bob), "/decisions", form(method));
        EXPECT_EQ(response.status, 303) << response.body;
        return header(response, "Location").substr(0, std::string("/decisions/").size() + 13);
    }
};

TEST_P(DecisionPages, a_theory_is_proposed_voted_on_and_explained)
{
    EXPECT_THAT(get(sign_in_as(bob), "/decisions").body, HasSubstr("No decision here yet"));
    const auto path = propose_by_form();
    const auto page = get(sign_in_as(aino), path).body;
    EXPECT_THAT(page, HasSubstr("<b>that photo readings end wrong cut-offs</b>"));
    EXPECT_THAT(page, HasSubstr("you vote here"));
    EXPECT_THAT(page, HasSubstr("How the votes stand is not shown before the close."));
    for (const auto* person : {&bob, &cleo, &aino, &mei}) {
        const auto voted = post(sign_in_as(*person), path + "/vote", {{"choice", "yes"}});
        EXPECT_EQ(voted.status, 303);
        EXPECT_EQ(header(voted, "Location"), path + "/receipt");
    }
    EXPECT_EQ(post(sign_in_as(ravi), path + "/vote").status, 422);
    EXPECT_EQ(post(sign_in_as(stranger), path + "/vote", {{"choice", "yes"}}).status, 403);
    EXPECT_EQ(post(sign_in_as(ravi), path + "/closing").status, 403);
    EXPECT_EQ(get(sign_in_as(ravi), path + "/receipt").status, 404);
    const auto kept = get(sign_in_as(aino), path + "/receipt/file").body;
    EXPECT_EQ(get(sign_in_as(aino), path + "/box").status, 409);
    const auto unsaid = post(sign_in_as(bob), path + "/closing");
    EXPECT_EQ(unsaid.status, 422);
    EXPECT_THAT(unsaid.body, HasSubstr("say for all to read why voting ends now"));
    EXPECT_EQ(
        post(sign_in_as(bob), path + "/closing", {{"reason", "The shop is <b>shut</b>."}}).status,
        303);
    const auto result = get(test::Browser{}, path).body;
    EXPECT_THAT(result, HasSubstr("It passed: each circle that votes said so"));
    EXPECT_THAT(result, HasSubstr("Voting was closed before its day: The shop is &lt;b&gt;shut"));
    EXPECT_THAT(result, HasSubstr("2 of 3"));
    EXPECT_EQ(get(sign_in_as(aino), path + "/receipt").status, 404);
    const auto check = [&](const std::string& receipt) {
        return post(test::Browser{}, path + "/check", {{"receipt", receipt}});
    };
    // Nobody is signed in, and nothing is kept: the token of the form is all it takes.
    EXPECT_EQ(get(sign_in_as(mei), path + "/check").status, 200);
    const auto found = post(sign_in_as(mei), path + "/check", {{"receipt", kept}});
    EXPECT_THAT(found.body, HasSubstr("It is in the box."));
    EXPECT_EQ(post(sign_in_as(mei), path + "/check", {{"receipt", "nothing"}}).status, 422);
    EXPECT_NE(check(kept).status, 500);
    EXPECT_THAT(get(test::Browser{}, path + "/box").body, HasSubstr(R"("result":{"passed":true)"));
    EXPECT_THAT(get(test::Browser{}, "/decisions", {{"state", "closed"}}).body,
                HasSubstr("Readings by photo"));
    EXPECT_THAT(get(test::Browser{}, "/decisions", {{"state", "voting"}}).body,
                Not(HasSubstr("Readings by photo")));
}

TEST_P(DecisionPages, a_proposal_whose_button_is_pressed_twice_is_made_once)
{
    const auto path = propose_by_form();
    EXPECT_EQ(propose_by_form(), path);
    auto other = form();
    other[1].second = "that they end slow answers";
    EXPECT_NE(header(post(sign_in_as(bob), "/decisions", other), "Location"), path);
}

TEST_P(DecisionPages, a_form_that_is_refused_keeps_what_was_typed)
{
    auto wrong = form();
    wrong[1].second = " ";
    const auto refused = post(sign_in_as(bob), "/decisions", wrong);
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("Say what you believe will come of it."));
    EXPECT_THAT(refused.body, HasSubstr("households that are out by day"));
    EXPECT_EQ(post(sign_in_as(aino), "/decisions", form()).status, 403);
    EXPECT_EQ(post(test::Browser{}, "/decisions", form()).status, 401);
    EXPECT_EQ(get(test::Browser{}, "/decisions/new").status, 401);
    const auto path = propose_by_form();
    const auto argued =
        post(sign_in_as(stranger), path + "/arguments", {{"side", "against"}, {"body", ""}});
    EXPECT_EQ(argued.status, 422);
    const auto withdrawn = post(sign_in_as(bob), path + "/withdrawal", {{"reason", ""}});
    EXPECT_EQ(withdrawn.status, 422);
    EXPECT_THAT(withdrawn.body, HasSubstr("Say why it is taken back"));
}

TEST_P(DecisionPages, may_be_called_wrong_before_their_day)
{
    const auto decision = open_vote(theory());
    for (const auto* person : {&bob, &cleo, &aino, &mei})
        ASSERT_TRUE(say(*person, decision.id, "yes"));
    ASSERT_TRUE(close(bob, decision.id));
    const auto path = look(bob, decision.id).path();
    auto browser = sign_in_as(bob);
    EXPECT_THAT(get(browser, path).body,
                AllOf(HasSubstr("Until then only that we were wrong"), HasSubstr("\"failed\""),
                      Not(HasSubstr("value=\"held\""))));
    const auto refused = post(browser, "/decisions/" + decision.id.text() + "/review",
                              {{"result", "held"}, {"value", "4"}, {"words", "We are sure."}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body,
                AllOf(HasSubstr("The day of the review has not come."), HasSubstr("We are sure.")))
        << "what was typed stays";
    const auto viewer = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(review(transaction, hall->ids(), now(), viewer, decision.id, "failed", "20",
                           "The supplier has no telephones."));
    });
    EXPECT_EQ(look(bob, decision.id).state, DecisionState::reviewed);
}

TEST_P(DecisionPages, are_reviewed_when_the_vote_is_over)
{
    auto wanted = theory();
    wanted.closes = now() + 24h * 91;
    EXPECT_EQ(try_propose(bob, wanted).error().field, "review_on");
    wanted.closes = now() + 24h * 90;
    EXPECT_TRUE(try_propose(bob, wanted)) << "on the day on which it ends";
    // Without a time of its own voting lasts two weeks, and no longer than to the review.
    auto soon = theory();
    soon.review_on = Date{std::chrono::floor<std::chrono::days>(now() + 24h * 3)};
    const Time after = std::chrono::sys_days{soon.review_on} + std::chrono::days{1};
    EXPECT_EQ(open_vote(soon).closes, after);
    EXPECT_EQ(open_vote(theory()).closes, now() + 24h * 14);
}

TEST_P(DecisionPages, every_way_of_deciding_has_a_paper_and_a_result)
{
    const std::vector<std::pair<Method, Sent>> papers{
        {Method::consent, {{"choice", "objection"}, {"reason", "The cellars flood."}}},
        {Method::single_choice, {{"choice", "2"}}},
        {Method::approval, {{"approve", "1"}, {"approve", "2"}}},
        {Method::score, {{"option-1", "5"}, {"option-2", "0"}, {"option-3", "2"}}},
        {Method::ranked_pairs, {{"option-1", "2"}, {"option-2", "1"}, {"option-3", "2"}}},
        {Method::transferable_vote, {{"option-1", "2"}, {"option-2", "1"}, {"option-3", "0"}}}};
    for (const auto& [method, paper] : papers) {
        const auto path = propose_by_form(method);
        ASSERT_EQ(post(sign_in_as(aino), path + "/vote", paper).status, 303) << to_text(method);
        const auto before = get(sign_in_as(aino), path).body;
        EXPECT_THAT(before, HasSubstr("Change my vote"));
        EXPECT_THAT(before, ::testing::AnyOf(HasSubstr(" checked"), HasSubstr(" selected")));
        EXPECT_EQ(post(sign_in_as(bob), path + "/vote", paper).status, 303);
        ASSERT_EQ(post(sign_in_as(bob), path + "/closing", {{"reason", "All is said."}}).status,
                  303);
        const auto after = get(sign_in_as(aino), path).body;
        EXPECT_THAT(after, HasSubstr("What came of the vote"));
        if (method == Method::ranked_pairs) EXPECT_THAT(after, HasSubstr("Trams before Buses"));
        if (method == Method::transferable_vote)
            EXPECT_THAT(after, HasSubstr("1 vote is enough to be elected"));
        if (method == Method::consent) EXPECT_THAT(after, HasSubstr("The cellars flood."));
        if (chooses(method)) EXPECT_THAT(after, HasSubstr("Trams"));
    }
    hall->clock().advance(std::chrono::minutes{1}); // what is sent again at once is the same one
    const auto path = propose_by_form(Method::transferable_vote);
    EXPECT_EQ(post(sign_in_as(aino), path + "/vote", {{"option-1", "1"}, {"option-2", "1"}}).status,
              422);
}

TEST_P(DecisionPages, where_nobody_voted_nothing_is_counted)
{
    for (const auto method : {Method::yes_no, Method::consent, Method::single_choice, Method::score,
                              Method::ranked_pairs, Method::transferable_vote}) {
        const auto path = propose_by_form(method);
        ASSERT_EQ(post(sign_in_as(bob), path + "/closing", {{"reason", "All is said."}}).status,
                  303);
        const auto page = get(test::Browser{}, path).body;
        EXPECT_THAT(page, HasSubstr("It did not pass: nobody voted.")) << to_text(method);
        EXPECT_THAT(page, HasSubstr("Nobody voted here"));
        for (const auto* word : {"Nobody said yes", "enough to be elected", "0 to 0", "<progress",
                                 "With nobody so far"})
            EXPECT_THAT(page, Not(HasSubstr(word))) << to_text(method);
    }
}

TEST_P(DecisionPages, the_rounds_of_a_transferable_vote_add_up_and_say_what_went_where)
{
    auto wanted = theory(Method::transferable_vote);
    wanted.electorates = {{customers, {1, 2}, {0, 1}}};
    const auto decision = open_vote(wanted);
    const auto rank = [&](const Person& person, std::vector<std::vector<Option>> ranking) {
        Choice choice;
        choice.ranking = std::move(ranking);
        ASSERT_TRUE(cast(person, decision.id, choice));
    };
    rank(aino, {{0}});
    rank(mei, {{1}, {0}});
    rank(ravi, {{2}});
    ASSERT_TRUE(close(bob, decision.id));
    const auto page = get(test::Browser{}, "/decisions/" + decision.id.text()).body;
    EXPECT_THAT(page, HasSubstr("1 first place"));
    EXPECT_THAT(page, HasSubstr("With nobody so far"));
    EXPECT_THAT(page, ::testing::AnyOf(HasSubstr("Bicycles: 1 goes to nobody"),
                                       HasSubstr("Trams: 1 goes to Buses"),
                                       HasSubstr("Buses: 1 goes to nobody")));
    EXPECT_THAT(page, HasSubstr("name at least one of the elected"));
    EXPECT_THAT(page, HasSubstr("or all voted alike, everybody can tell"));
}

TEST_P(DecisionPages, arguments_stand_on_two_sides)
{
    const auto path = propose_by_form();
    EXPECT_EQ(post(sign_in_as(aino), path + "/arguments", {{"side", "for"}, {"body", "I am out."}})
                  .status,
              303);
    EXPECT_EQ(
        post(sign_in_as(mei), path + "/arguments", {{"side", ""}, {"body", "A question."}}).status,
        303);
    EXPECT_EQ(
        post(sign_in_as(mei), path + "/arguments", {{"side", "above"}, {"body", "No."}}).status,
        422);
    const auto page = get(test::Browser{}, path).body;
    EXPECT_THAT(page, HasSubstr("I am out."));
    EXPECT_THAT(page, HasSubstr("Nobody has argued against it yet."));
    EXPECT_EQ(events("hear.reply_said"), 2);
}

MOOTHALL_ON_EACH_ENGINE(DecisionPages);

} // namespace
} // namespace moothall::decide
