// A budget shared from the first project to each voter's own account, on both engines.

#include "decide/budget.hpp"
#include "decide/budget_file.hpp"
#include "decide/shares/pabulib.hpp"
#include "decide/test_decisions.hpp"
#include "jobs/runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moothall::decide {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using namespace test;

class Budgets : public test::House {
protected:
    NewDecision budget_theory(shares::BallotKind ballot = shares::BallotKind::approval)
    {
        auto wanted = theory(Method::equal_shares);
        wanted.title = "The square";
        wanted.electorates = {{company, {0, 1}, {0, 1}}, {customers, {0, 1}, {0, 1}}};
        wanted.options.clear();
        wanted.budget.amount = 100'000;
        wanted.budget.unit = "€";
        wanted.budget.ballot = ballot;
        wanted.budget.points = 10;
        wanted.ties = TieRule::by_lot;
        return wanted;
    }
    Result<Project> add(const Person& person, Id decision, std::string title, std::int64_t cost)
    {
        const auto viewer = viewer_of(person);
        NewProject wanted;
        wanted.title = std::move(title);
        wanted.cost = cost;
        std::optional<Result<Project>> answer;
        write([&](store::Transaction& transaction) {
            answer.emplace(
                propose_project(transaction, hall->ids(), now(), viewer, decision, wanted));
            return 0;
        });
        return *std::move(answer);
    }
    /// Bench 400, Trees 600, Fountain 1,000 and a free one; voting is open.
    Decision open_budget(shares::BallotKind ballot = shares::BallotKind::approval)
    {
        const auto proposed = try_propose(bob, budget_theory(ballot)).value();
        EXPECT_TRUE(add(aino, proposed.id, "Bench", 40'000));
        EXPECT_TRUE(add(mei, proposed.id, "Trees", 60'000));
        EXPECT_TRUE(add(bob, proposed.id, "Fountain", 100'000));
        EXPECT_TRUE(add(bob, proposed.id, "A name for the square", 0));
        return open(proposed.id).value();
    }
    Result<Decision> open(Id decision)
    {
        const auto viewer = viewer_of(bob);
        return write([&](store::Transaction& transaction) {
            return open_voting(transaction, hall->ids(), now(), viewer, decision);
        });
    }
    Choice approve(std::vector<Option> options)
    {
        Choice choice;
        choice.approved = std::move(options);
        return choice;
    }
    /// What the server does in the background after a close.
    void explain(Id decision)
    {
        ask_for_explanations(hall->database(), organisation.id, now(), hall->ids());
        ask_for_explanations(hall->database(), organisation.id, now(), hall->ids());
        EXPECT_EQ(number("SELECT count(*) FROM job WHERE org_id = ?1 AND once_key = "
                         "'decide.explanation ' || ?2",
                         decision),
                  1);
        jobs::Runner runner(hall->database(), hall->clock(), [](auto, auto) {});
        runner.on(std::string(explanation_job),
                  [&](const jobs::Job& job) { explain_budget(hall->database(), job); });
        EXPECT_GE(runner.run_due(), 1U);
    }
    Json result_of(Id decision) { return Json::parse(look(bob, decision).result).value(); }
    std::vector<std::string> texts(const Json& list)
    {
        std::vector<std::string> found;
        for (std::size_t at = 0; at < list.size(); ++at)
            found.emplace_back(list.at(at).string().value_or(""));
        return found;
    }
};

TEST_P(Budgets, is_shared_among_all_who_vote_and_each_finds_her_share_by_her_receipt)
{
    const auto decision = open_budget();
    EXPECT_THAT(look(bob, decision.id).rules.options, ElementsAre("1", "2", "3", "4"));
    // The company's two want the fountain, the customers' three the bench and trees.
    EXPECT_TRUE(cast(bob, decision.id, approve({2})));
    EXPECT_TRUE(cast(cleo, decision.id, approve({2})));
    const auto receipt = cast(aino, decision.id, approve({0, 1}));
    ASSERT_TRUE(receipt);
    EXPECT_TRUE(cast(mei, decision.id, approve({0, 1})));
    EXPECT_TRUE(cast(ravi, decision.id, approve({0})));
    ASSERT_TRUE(close(bob, decision.id));

    const auto closed = look(bob, decision.id);
    EXPECT_EQ(closed.outcome, "passed");
    const auto result = result_of(decision.id);
    const auto budget = result.find("budget");
    EXPECT_EQ(budget.find("share").string(), "434"); // 200, and what was added on paper
    EXPECT_THAT(texts(budget.find("equal_shares").find("selected")), ElementsAre("1", "2"));
    // The fourth costs nothing, and nobody wants it.
    EXPECT_THAT(texts(budget.find("free")), IsEmpty());
    EXPECT_THAT(texts(budget.find("unwanted_free")), ElementsAre("4"));
    EXPECT_EQ(budget.find("lost").at(0).find("project").string(), "3");

    // What paid for the bench adds up to its cost.
    const auto paid = budget.find("rounds").at(0).find("paid_by");
    EXPECT_NEAR(*paid.at(0).number() + *paid.at(1).number(), 400, 0.011);

    const auto ballot = read_ballot(closed.rules, decision.id.text(), receipt->ballots.front());
    const auto share = share_of_voter(closed.rules, result, ballot->choice);
    ASSERT_TRUE(share);
    ASSERT_THAT(share->payments, SizeIs(2));
    EXPECT_EQ(share->payments[0].others, 2);
    EXPECT_EQ(share->payments[1].others, 1);
    EXPECT_NEAR(static_cast<double>(share->payments[0].cents), 13'333, 1);
    EXPECT_EQ(share->added_cents, 23'400);
    EXPECT_EQ(share->paid_cents + share->left_cents, share->cents);
    EXPECT_EQ(share->cents,
              share->payments[0].cents + share->payments[1].cents + share->left_cents);

    const auto again = recount(box_of(decision.id));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->agrees()) << again->result << "\n" << closed.result;
    const auto from_file = parse_box(to_json(box_of(decision.id)));
    ASSERT_TRUE(from_file);
    EXPECT_TRUE(recount(*from_file)->agrees());
    EXPECT_EQ(voters_in_the_record(decision.id), 5);
}

TEST_P(Budgets, what_is_free_is_chosen_as_soon_as_somebody_wants_it)
{
    const auto decision = open_budget();
    EXPECT_TRUE(cast(bob, decision.id, approve({3})));
    EXPECT_TRUE(cast(aino, decision.id, approve({0})));
    ASSERT_TRUE(close(bob, decision.id));
    const auto budget = result_of(decision.id).find("budget");
    EXPECT_THAT(texts(budget.find("free")), ElementsAre("4"));
    EXPECT_EQ(budget.find("unwanted_free").size(), 0U);
    for (const auto* rule : {"equal_shares", "greedy", "most_votes"}) {
        EXPECT_EQ(budget.find(rule).find("voters_with_any").integer(), 2) << rule;
        EXPECT_EQ(texts(budget.find(rule).find("selected")).back(), "4") << rule;
    }
    // The file says the same, and so does whoever counts it.
    const auto viewer = viewer_of(owner);
    const auto file = read([&](store::Transaction& transaction) {
        return write_budget_file(transaction, decision.id, viewer);
    });
    ASSERT_TRUE(file);
    EXPECT_THAT(*file, HasSubstr("so selected: 4"));
    const auto reading = shares::read_pabulib(*file);
    ASSERT_TRUE(reading.election);
    EXPECT_EQ(reading.details.project_values[3][0], "1");
    const auto counted =
        shares::equal_shares(*reading.election, budget_options(box_of(decision.id).rules, 0));
    EXPECT_NE(std::ranges::find(counted.selected, 3U), counted.selected.end());

    // What was closed before, when all that is free was in, recounts as it was told.
    auto box = box_of(decision.id);
    box.rules.budget.all_free_are_in = true;
    box.result =
        to_json(box.rules, count_box(box.rules, box.decision, box.ballots, box.root).value());
    EXPECT_THAT(box.result, Not(HasSubstr("unwanted_free")));
    box.rules.budget.all_free_are_in = false;
    EXPECT_TRUE(recount(box)->agrees());
}

TEST_P(Budgets, tells_losers_what_they_would_have_needed_and_it_is_true)
{
    const auto decision = open_budget();
    for (const auto* person : {&aino, &mei, &ravi})
        EXPECT_TRUE(cast(*person, decision.id, approve({0, 1})));
    EXPECT_TRUE(cast(bob, decision.id, approve({2})));
    ASSERT_TRUE(close(bob, decision.id));
    EXPECT_FALSE(look(bob, decision.id).explained);
    // A program that ends does not wait for it.
    std::stop_source ends;
    ends.request_stop();
    EXPECT_THROW(
        explain_budget(hall->database(),
                       {organisation.id, Id{1}, std::string(explanation_job),
                        R"({"decision":")" + decision.id.text() + R"("})", 1, ends.get_token()}),
        jobs::Interrupted);
    EXPECT_FALSE(look(bob, decision.id).explained);
    explain(decision.id);
    EXPECT_TRUE(look(bob, decision.id).explained);
    const auto viewer = viewer_of(stranger);
    const auto needs = read([&](store::Transaction& transaction) {
        return list_needs(transaction, decision.id, viewer);
    });
    ASSERT_THAT(needs, SizeIs(1));
    EXPECT_EQ(needs.front().number, 3);
    ASSERT_TRUE(needs.front().votes);
    // With so many more votes for the fountain alone it does win.
    const auto box = box_of(decision.id);
    std::vector<Ballot> ballots;
    for (const auto& text : box.ballots)
        ballots.push_back(read_ballot(box.rules, box.decision, text).value());
    const auto wins = [&](std::int64_t more) {
        auto with = ballots;
        for (std::int64_t at = 0; at < more; ++at) with.push_back({1, approve({2})});
        const auto outcome = shares::equal_shares(make_election(box.rules, with),
                                                  budget_options(box.rules, lot_of(box.root)));
        return std::ranges::find(outcome.selected, 2U) != outcome.selected.end();
    };
    EXPECT_TRUE(wins(*needs.front().votes));
    EXPECT_FALSE(wins(*needs.front().votes - 1));
}

TEST_P(Budgets, a_blank_ballot_counts_for_the_quorum_and_has_no_share)
{
    const auto decision = open_budget();
    EXPECT_TRUE(cast(aino, decision.id, approve({0})));
    EXPECT_TRUE(cast(bob, decision.id, approve({})));
    ASSERT_TRUE(close(bob, decision.id));
    const auto result = result_of(decision.id);
    EXPECT_EQ(result.find("budget").find("voters").integer(), 1);
    EXPECT_EQ(result.find("electorates").at(0).find("ballots").integer(), 1);
    EXPECT_TRUE(recount(box_of(decision.id))->agrees());
}

TEST_P(Budgets, points_are_counted_and_cannot_be_given_twice)
{
    const auto decision = open_budget(shares::BallotKind::points);
    Choice choice;
    choice.scores = {{0, 6}, {1, 5}};
    EXPECT_FALSE(cast(aino, decision.id, choice));
    choice.scores = {{0, 6}, {1, 4}};
    EXPECT_TRUE(cast(aino, decision.id, choice));
    choice.scores = {{2, 10}};
    EXPECT_TRUE(cast(bob, decision.id, choice));
    ASSERT_TRUE(close(bob, decision.id));
    EXPECT_TRUE(recount(box_of(decision.id))->agrees());
}

TEST_P(Budgets, a_ranking_of_one_project_is_refused_because_it_would_be_worth_nothing)
{
    const auto decision = open_budget(shares::BallotKind::ranking);
    Choice choice;
    choice.ranking = {{0}};
    EXPECT_FALSE(cast(aino, decision.id, choice));
    choice.ranking = {{0}, {1}};
    EXPECT_TRUE(cast(aino, decision.id, choice));
    ASSERT_TRUE(close(bob, decision.id));
    EXPECT_THAT(texts(result_of(decision.id).find("budget").find("equal_shares").find("selected")),
                Contains("1"));
    EXPECT_TRUE(recount(box_of(decision.id))->agrees());
}

TEST_P(Budgets, projects_stay_as_they_are_once_the_vote_is_open)
{
    const auto proposed = try_propose(bob, budget_theory()).value();
    EXPECT_FALSE(open(proposed.id)) << "there is no project to vote on";
    EXPECT_FALSE(add(stranger, proposed.id, "A casino", 10'000));
    EXPECT_FALSE(add(aino, proposed.id, "A castle", 100'001)) << "more than there is";
    const auto bench = add(aino, proposed.id, "Bench", 40'000).value();
    const auto trees = add(mei, proposed.id, "Trees", 60'000).value();
    const auto leader = viewer_of(bob);
    const auto judge = [&](const Viewer& viewer, Id project, std::string_view reason) {
        std::optional<Result<Project>> answer;
        write([&](store::Transaction& transaction) {
            answer.emplace(judge_project(transaction, hall->ids(), now(), viewer, project,
                                         Judgement::declined, reason));
            return 0;
        });
        return *std::move(answer);
    };
    EXPECT_FALSE(judge(leader, trees.id, "")) << "a public reason is due";
    EXPECT_FALSE(judge(viewer_of(mei), trees.id, "Mine")) << "only who leads it";
    EXPECT_TRUE(judge(leader, trees.id, "The pipes lie there."));
    ASSERT_TRUE(open(proposed.id));
    EXPECT_THAT(look(bob, proposed.id).rules.budget.names, ElementsAre("Bench"));
    EXPECT_FALSE(add(aino, proposed.id, "Too late", 10'000));
    EXPECT_FALSE(judge(leader, bench.id, "Too late")) << "it stands on ballots";
    EXPECT_EQ(number("SELECT count(*) FROM event WHERE org_id = ?1 AND thing_id = ?2 AND verb = "
                     "'decide.project_declined'",
                     trees.id),
              1);
}

TEST_P(Budgets, who_is_in_two_circles_has_one_share)
{
    join(customers, cleo); // of the company, too
    const auto friends = make_circle("Friends of the square", people::CircleKind::community,
                                     people::Visibility::open);
    join(friends, aino);
    auto wanted = budget_theory();
    wanted.electorates = {{customers, {0, 1}, {0, 1}}, {friends, {0, 1}, {0, 1}}};
    const auto proposed = try_propose(owner, wanted).value();
    EXPECT_TRUE(add(aino, proposed.id, "Bench", 40'000));
    const auto viewer = viewer_of(owner);
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return open_voting(transaction, hall->ids(), now(), viewer, proposed.id);
    }));
    const auto receipt = cast(aino, proposed.id, approve({0}));
    ASSERT_TRUE(receipt);
    EXPECT_THAT(receipt->ballots, SizeIs(1));
}

TEST_P(Budgets, a_file_goes_out_and_comes_in_with_the_same_result)
{
    const auto decision = open_budget();
    EXPECT_TRUE(cast(bob, decision.id, approve({2, 3})));
    EXPECT_TRUE(cast(aino, decision.id, approve({0, 1})));
    EXPECT_TRUE(cast(mei, decision.id, approve({0})));
    const auto viewer = viewer_of(owner);
    const auto before = read([&](store::Transaction& transaction) {
        return write_budget_file(transaction, decision.id, viewer);
    });
    EXPECT_FALSE(before) << "not before the close";
    ASSERT_TRUE(close(bob, decision.id));
    const auto text = read([&](store::Transaction& transaction) {
        return write_budget_file(transaction, decision.id, viewer);
    });
    ASSERT_TRUE(text);
    const auto reading = shares::read_pabulib(*text);
    ASSERT_FALSE(reading.problem) << reading.problem->text();
    EXPECT_EQ(reading.election->voter_count(), 3U);

    BudgetFile file;
    file.text = *text;
    file.theory = budget_theory();
    file.circle = customers;
    const auto imported = write([&](store::Transaction& transaction) {
        return import_budget(transaction, hall->ids(), now(), viewer, file);
    });
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->state, DecisionState::closed);
    EXPECT_EQ(texts(result_of(imported->id).find("budget").find("equal_shares").find("selected")),
              texts(result_of(decision.id).find("budget").find("equal_shares").find("selected")));
    EXPECT_TRUE(recount(box_of(imported->id))->agrees());

    file.text = "META\nkey;value\nbudget;ten\n";
    std::optional<Result<Decision>> refused;
    write([&](store::Transaction& transaction) {
        refused.emplace(import_budget(transaction, hall->ids(), now(), viewer, file));
        return 0;
    });
    EXPECT_FALSE(*refused);
    EXPECT_EQ(refused->error().field, "file");
}

TEST_P(Budgets, say_where_the_rule_of_ties_had_a_say_and_the_order_of_the_lot)
{
    const auto proposed = try_propose(bob, budget_theory()).value();
    for (const auto* title : {"Pond", "Statue", "Swing"})
        EXPECT_TRUE(add(aino, proposed.id, title, 60'000));
    EXPECT_TRUE(add(aino, proposed.id, "Sandpit", 30'000));
    const auto decision = open(proposed.id).value();
    for (const auto* person : {&aino, &mei})
        EXPECT_TRUE(cast(*person, decision.id, approve({0, 1, 2, 3})));
    ASSERT_TRUE(close(bob, decision.id));

    // Four have two votes each: the cheaper one goes first, and the lot orders the other three, of
    // which the money buys one.
    const auto ties = result_of(decision.id).find("budget").find("ties");
    ASSERT_EQ(ties.size(), 1U);
    const auto order = texts(ties.at(0).find("lot"));
    EXPECT_THAT(order, testing::UnorderedElementsAre("1", "2", "3"));
    EXPECT_EQ(order.front(), ties.at(0).find("project").string());
    const auto lot = lot_of(box_of(decision.id).root);
    EXPECT_TRUE(std::ranges::is_sorted(
        order, {}, [&](const std::string& id) { return shares::lot_of(id, lot); }));

    const std::map<std::string, std::string> titles{{"1", "Pond"}, {"2", "Statue"}, {"3", "Swing"}};
    const auto page = get(sign_in_as(mei), "/decisions/" + decision.id.text()).body;
    EXPECT_THAT(page, HasSubstr("Options were equal, and the rule of ties had a say: Where two "
                                "projects are equal, the cheaper one goes first"));
    EXPECT_THAT(page,
                HasSubstr(titles.at(order[0]) + " was bought, and not " + titles.at(order[1]) +
                          " and " + titles.at(order[2]) + ". The lot&#39;s order: "));

    // A box that was closed before ties were told of is still what its ballots say.
    auto box = box_of(decision.id);
    EXPECT_TRUE(recount(box)->agrees());
    const auto at = box.result.find(",\"ties\":[");
    ASSERT_NE(at, std::string::npos);
    box.result.erase(at, box.result.find("}]", at) + 2 - at);
    EXPECT_TRUE(recount(box)->agrees()) << box.result;
    box.result.insert(at, ",\"ties\":[]");
    EXPECT_FALSE(recount(box)->agrees());

    // Where all that is equal is bought, the rule had nothing to say.
    const auto other = open_budget();
    for (const auto* person : {&aino, &mei}) EXPECT_TRUE(cast(*person, other.id, approve({0, 1})));
    ASSERT_TRUE(close(bob, other.id));
    EXPECT_FALSE(result_of(other.id).find("budget").find("ties"));
    EXPECT_THAT(get(sign_in_as(mei), "/decisions/" + other.id.text()).body,
                Not(HasSubstr("Options were equal")));
}

TEST_P(Budgets, a_file_tells_of_its_winners_and_of_others_than_a_count_here_gives)
{
    // Twelve projects, so that numbers are written with two digits.
    std::string text = "META\nkey;value\ndescription;The square\ncountry;X\nunit;X\n"
                       "num_projects;12\nnum_votes;2\nbudget;100\nvote_type;approval\n"
                       "rule;greedy\nPROJECTS\nproject_id;cost;name;selected\n";
    for (int at = 10; at < 22; ++at)
        text += std::to_string(at) + ";50;Bench " + std::to_string(at) + ";" +
                (at < 12 ? "1" : "0") + "\n";
    text += "VOTES\nvoter_id;vote\na;10,11\nb;10,11\n";
    const auto token = write([&](store::Transaction& transaction) {
        return people::make_api_token(transaction, hall->ids(), now(), organisation.id, owner.id,
                                      "test");
    });
    const auto import = [&](const std::string& file, web::Response& page) {
        page = post(sign_in_as(owner), "/budgets/import",
                    {{"text", file}, {"circle", customers.text()}, {"votes", "counted"}});
        EXPECT_EQ(page.status, 303) << page.body;
        const auto answer = by_token(web::Method::post, token, "/api/v1/budgets/import",
                                     JsonWriter()
                                         .begin_object()
                                         .field("text", file)
                                         .field("circle", customers)
                                         .end_object()
                                         .take());
        EXPECT_EQ(answer.status, 201) << answer.body;
        return Json::parse(answer.body).value();
    };
    web::Response page;
    auto imported = import(text, page);
    EXPECT_EQ(cookie(page, "notice"), "") << "the same winners are no news";
    EXPECT_EQ(imported.find("other_winners").size(), 0U);
    EXPECT_EQ(imported.find("other_winners").kind(), Json::Kind::array);

    // Out again, the file names the winners of the count.
    const auto viewer = viewer_of(owner);
    const auto out = read([&](store::Transaction& transaction) {
        return write_budget_file(transaction, *Id::parse(*imported.find("id").string()), viewer);
    });
    EXPECT_THAT(*out, HasSubstr("\n01;50;Bench 10;1\n02;50;Bench 11;1\n03;50;Bench 12;0\n"));

    const auto put = [&](const char* from, const char* to) {
        text.replace(text.find(from), std::string_view(from).size(), to);
    };
    put("11;50;Bench 11;1", "11;50;Bench 11;0");
    put("12;50;Bench 12;0", "12;50;Bench 12;1");
    imported = import(text, page);
    const auto others = imported.find("other_winners");
    ASSERT_EQ(others.size(), 2U);
    EXPECT_EQ(others.at(1).find("number").string(), "03");
    EXPECT_EQ(others.at(1).find("title").string(), "Bench 12");
    // The notice waits in a cookie, where all but letters and digits is written as _ and a number.
    EXPECT_THAT(cookie(page, "notice"), HasSubstr("other_20winners"));
    EXPECT_THAT(cookie(page, "notice"), HasSubstr("Bench_2010_20and_20Bench_2012"));
}

TEST_P(Budgets, the_page_says_everything_and_the_share_only_to_who_holds_the_receipt)
{
    const auto decision = open_budget();
    const auto path = "/decisions/" + decision.id.text();
    const auto browser = sign_in_as(aino);
    const auto before = get(browser, path).body;
    EXPECT_THAT(before, HasSubstr("A name for the square"));
    EXPECT_THAT(before, HasSubstr("€1,000"));
    EXPECT_THAT(before, HasSubstr("the cheaper one goes first"));
    const auto voted =
        post(browser, path + "/vote", {{"approve", "1"}, {"approve", "2"}, {"keep", "yes"}});
    EXPECT_EQ(voted.status, 303) << voted.body;
    const auto leaf = cookie(voted, "ballot-" + decision.id.text() + "-" + aino.id.text());
    EXPECT_THAT(leaf, SizeIs(64));
    EXPECT_THAT(get(browser, path).body,
                HasSubstr("data-sum-cost data-before=\"€\" data-after=\"\">€1,000</b>"));
    EXPECT_EQ(get(browser, path + "/share").status, 409);
    EXPECT_TRUE(cast(bob, decision.id, approve({2})));
    ASSERT_TRUE(close(bob, decision.id));
    const auto after = get(sign_in_as(mei), path).body;
    EXPECT_THAT(after, HasSubstr("<svg class=\"flow\""));
    EXPECT_THAT(after, HasSubstr("Most votes for the money"));
    EXPECT_THAT(after, Not(HasSubstr("Your share was")));
    const auto share = post(browser, path + "/share", {{"receipt", leaf}}).body;
    EXPECT_THAT(share, HasSubstr("Your share was"));
    EXPECT_THAT(share, HasSubstr("You alone paid for it."));
    EXPECT_EQ(post(browser, path + "/share", {{"receipt", std::string(64, '0')}}).status, 422);
    EXPECT_EQ(get(browser, path + "/ballots.pb").status, 200);
}

MOOTHALL_ON_EACH_ENGINE(Budgets);

} // namespace
} // namespace moothall::decide
