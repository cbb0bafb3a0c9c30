#include "decide/test_decisions.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace moothall::decide {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using namespace test;

class Decisions : public test::House {};

TEST_P(Decisions, pass_only_when_company_and_customers_both_want_them)
{
    const auto wanted = open_vote(theory());
    for (const auto* person : {&bob, &cleo, &aino, &mei})
        ASSERT_TRUE(say(*person, wanted.id, "yes"));
    ASSERT_TRUE(say(ravi, wanted.id, "no"));
    const auto passed = close(bob, wanted.id).value();
    EXPECT_EQ(passed.outcome, "passed");
    EXPECT_EQ(passed.state, DecisionState::closed);

    const auto unwanted = open_vote(theory());
    for (const auto* person : {&bob, &cleo, &aino}) ASSERT_TRUE(say(*person, unwanted.id, "yes"));
    for (const auto* person : {&mei, &ravi}) ASSERT_TRUE(say(*person, unwanted.id, "no"));
    const auto failed = close(bob, unwanted.id).value();
    EXPECT_EQ(failed.outcome, "failed");
    EXPECT_EQ(failed.why, "threshold");
    EXPECT_EQ(failed.voters, 5);
}

TEST_P(Decisions, fail_below_the_quorum_of_one_electorate)
{
    const auto decision = open_vote(theory());
    for (const auto* person : {&bob, &cleo, &aino}) ASSERT_TRUE(say(*person, decision.id, "yes"));
    const auto failed = close(bob, decision.id).value();
    EXPECT_EQ(failed.outcome, "failed");
    EXPECT_EQ(failed.why, "quorum");
    EXPECT_THAT(failed.result, HasSubstr(R"("missing_for_quorum":1)"));
}

TEST_P(Decisions, people_of_the_company_vote_with_the_company_only)
{
    // The owner is a steward of every circle, and Cleo looks after the customers' one.
    join(customers, cleo);
    const auto decision = open_vote(theory());
    EXPECT_EQ(decision.electorates[0].roll, 3); // Bob, Cleo and the owner
    EXPECT_EQ(decision.electorates[1].roll, 3); // Aino, Mei and Ravi
    EXPECT_EQ(cast(cleo, decision.id, Choice::of_answer("yes"))->ballots.size(), 1U);

    auto alone = theory();
    alone.electorates = {{customers, {1, 2}, {0, 1}}};
    EXPECT_EQ(open_vote(alone).electorates[0].roll, 5); // nobody is to be balanced
}

TEST_P(Decisions, whoever_is_in_two_electorates_votes_on_an_unlinked_ballot_in_each)
{
    const auto village =
        make_circle("Village", people::CircleKind::community, people::Visibility::open);
    join(village, aino);
    auto wanted = theory();
    wanted.electorates = {{customers, {1, 2}, {0, 1}}, {village, {1, 2}, {0, 1}}};
    const auto decision = open_vote(wanted);
    const auto receipt = say(aino, decision.id, "yes").value();
    ASSERT_EQ(receipt.ballots.size(), 2U);
    const auto code = [](const std::string& ballot) {
        return std::string(*Json::parse(ballot)->find("code").string());
    };
    EXPECT_NE(code(receipt.ballots[0]), code(receipt.ballots[1]));
    const auto closed = close(owner, decision.id).value();
    EXPECT_EQ(closed.voters, 1);
    EXPECT_EQ(closed.electorates[0].voters, 1);
    EXPECT_EQ(closed.electorates[1].voters, 1);
}

TEST_P(Decisions, a_changed_mind_counts_once)
{
    const auto decision = open_vote(theory());
    ASSERT_TRUE(say(aino, decision.id, "no"));
    ASSERT_TRUE(say(aino, decision.id, "no"));
    ASSERT_TRUE(say(aino, decision.id, "yes"));
    EXPECT_EQ(look(mei, decision.id).voters, 1);
    EXPECT_EQ(events("decide.vote_cast"), 1);
    EXPECT_EQ(events("decide.vote_changed"), 2);
    const auto closed = close(bob, decision.id).value();
    EXPECT_THAT(closed.result, HasSubstr(R"("yes":1,"no":0,"abstain":0)"));
}

TEST_P(Decisions, tally_and_voters_in_the_record_and_recount_are_the_same_whatever_people_do)
{
    const std::vector<const Person*> people{&bob, &cleo, &aino, &mei, &ravi, &stranger, &owner};
    const std::vector<Method> methods{
        Method::yes_no, Method::consent,      Method::single_choice,    Method::approval,
        Method::score,  Method::ranked_pairs, Method::transferable_vote};
    const auto as_owner = viewer_of(owner);
    const auto is_on_roll = [&](Id decision, const Person& person) {
        return read([&](store::Transaction& transaction) {
            return transaction
                .query("SELECT 1 FROM roll WHERE org_id = ?1 AND decision_id = ?2 AND person_id = "
                       "?3",
                       organisation.id, decision, person.id)
                .next();
        });
    };
    for (unsigned seed = 0; seed < methods.size(); ++seed) {
        std::mt19937 random(seed);
        const auto draw = [&](std::size_t below) { return random() % below; };
        const auto decision = open_vote(theory(methods[seed]));
        const auto options = decision.rules.options.size();
        std::set<Id> voted;
        for (int step = 0; step < 40; ++step) {
            const auto& person = *people[draw(people.size())];
            // The roll changes under the vote, and people leave their circles. Whoever has voted
            // stays on the roll, whatever a steward tries.
            if (draw(5) == 0) {
                std::ignore = hall->database().write([&](store::Transaction& transaction) {
                    return change_roll(transaction, hall->ids(), now(), as_owner, decision.id,
                                       draw(2) == 0 ? company : customers, person.id,
                                       draw(2) == 0 ? RollChange::add : RollChange::strike,
                                       "She moved.");
                });
                if (person.id != bob.id) // he proposes the next one
                    join(draw(2) == 0 ? company : customers, person,
                         draw(2) == 0 ? Role::none : Role::member);
                if (voted.contains(person.id)) {
                    ASSERT_TRUE(is_on_roll(decision.id, person));
                }
            }
            Choice choice;
            switch (methods[seed]) {
            case Method::yes_no:
                choice.answer = std::vector<std::string>{"yes", "no", "abstain"}[draw(3)];
                break;
            case Method::consent:
                choice.answer =
                    std::vector<std::string>{"consent", "stand-aside", "objection"}[draw(3)];
                break;
            case Method::single_choice:
                if (draw(4) > 0) choice.single = draw(options);
                break;
            case Method::approval:
                for (Option option = 0; option < options; ++option)
                    if (draw(2) == 0) choice.approved.push_back(option);
                break;
            case Method::score:
                for (Option option = 0; option < options; ++option)
                    choice.scores.push_back({option, static_cast<std::int32_t>(draw(6))});
                break;
            default:
                for (Option option = 0; option < options; ++option)
                    if (draw(3) > 0) choice.ranking.push_back({option});
            }
            const bool cast_it =
                cast(person, decision.id, choice, "It would flood the cellars.").has_value();
            EXPECT_EQ(cast_it, is_on_roll(decision.id, person));
            if (cast_it) voted.insert(person.id);
            ASSERT_EQ(look(owner, decision.id).voters, std::ssize(voted));
            ASSERT_EQ(voters_in_the_record(decision.id), std::ssize(voted));
        }
        const auto closed = close(bob, decision.id).value();
        const auto box = box_of(decision.id);
        EXPECT_EQ(closed.voters, std::ssize(voted));
        // Whoever is on both rolls has an unlinked ballot in each: the voters are as many people.
        EXPECT_GE(box.ballots.size(), voted.size());
        EXPECT_EQ(closed.electorates[0].voters + closed.electorates[1].voters,
                  std::ssize(box.ballots));
        const auto again = recount(parse_box(to_json(box)).value()).value();
        EXPECT_TRUE(again.agrees()) << to_json(box);
        EXPECT_EQ(events("decide.decision_closed"), static_cast<std::int64_t>(seed) + 1);
    }
}

TEST_P(Decisions, nothing_links_a_person_to_a_ballot_after_the_close)
{
    const auto decision = open_vote(theory());
    const auto receipt = say(aino, decision.id, "no").value();
    ASSERT_TRUE(say(bob, decision.id, "yes"));
    EXPECT_EQ(
        number("SELECT count(*) FROM ballot WHERE org_id = ?1 AND decision_id = ?2", decision.id),
        2);
    ASSERT_TRUE(close(bob, decision.id));
    EXPECT_EQ(
        number("SELECT count(*) FROM ballot WHERE org_id = ?1 AND decision_id = ?2", decision.id),
        0);
    const auto viewer = viewer_of(aino);
    const auto standing = read([&](store::Transaction& transaction) {
        return find_standing(transaction, find_decision(transaction, decision.id, viewer).value(),
                             viewer);
    });
    EXPECT_FALSE(standing.choice);
    EXPECT_TRUE(standing.ballots.empty());
    // The close says in the record how many links it deleted; no event says what was chosen.
    read([&](store::Transaction& transaction) {
        for (const auto& row :
             transaction.query("SELECT verb, data FROM event WHERE org_id = ?1 AND thing_id = ?2",
                               organisation.id, decision.id)) {
            if (row.text(0) == "decide.decision_closed")
                EXPECT_THAT(row.string(1), HasSubstr(R"("links_deleted":2)"));
            else
                EXPECT_THAT(row.string(1), Not(HasSubstr("yes")));
            if (row.text(0) == "decide.vote_cast") EXPECT_EQ(row.text(1), "{}");
        }
    });
}

TEST_P(Decisions, a_receipt_is_checked_against_the_closed_box)
{
    const auto decision = open_vote(theory(Method::approval));
    const auto receipt = cast(aino, decision.id,
                              [] {
                                  Choice choice;
                                  choice.approved = {2, 0};
                                  return choice;
                              }())
                             .value();
    ASSERT_TRUE(cast(mei, decision.id, Choice{}));
    ASSERT_TRUE(cast(bob, decision.id, Choice{}));
    ASSERT_TRUE(close(bob, decision.id));
    const auto viewer = viewer_of(stranger);
    const auto find = [&](std::string_view asked) {
        return read([&](store::Transaction& transaction) {
            return find_inclusion(transaction, decision.id, viewer, asked);
        });
    };
    const auto inclusion = find(receipt.ballots.front()).value();
    EXPECT_EQ(inclusion.ballot, receipt.ballots.front());
    EXPECT_TRUE(receipts::verify(inclusion.receipt));
    EXPECT_EQ(receipts::to_hex(inclusion.receipt.root), look(mei, decision.id).root);
    EXPECT_TRUE(find(receipts::to_hex(receipts::leaf_hash(receipt.ballots.front()))));
    EXPECT_EQ(find(receipt.ballots.front() + " ").error().reason, Reason::not_found);
}

TEST_P(Decisions, the_roll_is_that_of_the_opening_and_each_change_of_it_is_an_event)
{
    const auto decision = open_vote(theory());
    join(customers, stranger);
    EXPECT_EQ(say(stranger, decision.id, "yes").error().reason, Reason::forbidden);
    const auto change = [&](const Person& who, const Person& whom, RollChange what,
                            std::string reason) {
        const auto viewer = viewer_of(who);
        return write([&](store::Transaction& transaction) {
            return change_roll(transaction, hall->ids(), now(), viewer, decision.id, customers,
                               whom.id, what, reason);
        });
    };
    EXPECT_EQ(change(bob, stranger, RollChange::add, "He moved here.").error().reason,
              Reason::forbidden);
    EXPECT_EQ(change(owner, stranger, RollChange::add, " ").error().field, "reason");
    ASSERT_TRUE(change(owner, stranger, RollChange::add, "He moved here."));
    EXPECT_EQ(change(owner, stranger, RollChange::add, "Again.").error().reason, Reason::conflict);
    EXPECT_EQ(look(aino, decision.id).electorates[1].roll, 4);
    ASSERT_TRUE(say(stranger, decision.id, "yes"));
    EXPECT_EQ(change(owner, stranger, RollChange::strike, "A mistake.").error().reason,
              Reason::conflict);
    ASSERT_TRUE(change(owner, ravi, RollChange::strike, "He moved away."));
    EXPECT_EQ(say(ravi, decision.id, "no").error().reason, Reason::forbidden);
    EXPECT_EQ(events("decide.roll_changed"), 2);
    EXPECT_EQ(look(aino, decision.id).electorates[1].roll, 3);
}

TEST_P(Decisions, consent_passes_when_no_objection_is_open)
{
    auto wanted = theory(Method::consent);
    wanted.electorates = {{customers, {1, 2}, {0, 1}}};
    const auto decision = open_vote(wanted);
    EXPECT_EQ(say(aino, decision.id, "objection").error().field, "reason");
    ASSERT_TRUE(cast(aino, decision.id, Choice::of_answer("objection"), "The cellars flood."));
    ASSERT_TRUE(say(mei, decision.id, "consent"));
    const auto objections = [&] {
        const auto viewer = viewer_of(ravi);
        return read([&](store::Transaction& transaction) {
            return list_objections(transaction,
                                   find_decision(transaction, decision.id, viewer).value(), viewer);
        });
    };
    ASSERT_EQ(objections().size(), 1U);
    EXPECT_EQ(objections()[0].person.name, "Aino Korhonen");
    EXPECT_EQ(objections()[0].reason, "The cellars flood.");
    ASSERT_TRUE(say(aino, decision.id, "stand-aside"));
    EXPECT_TRUE(objections().empty());
    EXPECT_EQ(close(bob, decision.id)->outcome, "passed");

    const auto other = open_vote(wanted);
    ASSERT_TRUE(cast(aino, other.id, Choice::of_answer("objection"), "The cellars flood."));
    ASSERT_TRUE(say(mei, other.id, "consent"));
    EXPECT_EQ(close(bob, other.id)->why, "objection");
}

TEST_P(Decisions, the_reasons_of_somebody_who_is_erased_go_and_her_own_export_holds_no_choice)
{
    const auto decision = open_vote(theory(Method::consent));
    ASSERT_TRUE(cast(aino, decision.id, Choice::of_answer("objection"), "The cellars flood."));
    const auto own = read([&](store::Transaction& transaction) {
        JsonWriter json;
        json.begin_object();
        write_own_data(transaction, json, organisation.id, aino.id);
        return json.end_object().take();
    });
    EXPECT_THAT(own, HasSubstr("The cellars flood."));
    EXPECT_THAT(own, HasSubstr("Readings by photo"));
    EXPECT_THAT(own, Not(HasSubstr("choice")));
    write([&](store::Transaction& transaction) {
        forget_reasons(transaction, organisation.id, aino.id, "Erased by its author");
    });
    const auto viewer = viewer_of(mei);
    const auto objections = read([&](store::Transaction& transaction) {
        return list_objections(transaction, find_decision(transaction, decision.id, viewer).value(),
                               viewer);
    });
    ASSERT_EQ(objections.size(), 1U);
    EXPECT_EQ(objections[0].reason, "Erased by its author");
}

TEST_P(Decisions, electorates_that_choose_differently_decide_nothing)
{
    const auto decision = open_vote(theory(Method::single_choice));
    for (const auto* person : {&bob, &cleo})
        ASSERT_TRUE(cast(*person, decision.id, Choice::of_option(0)));
    for (const auto* person : {&aino, &mei})
        ASSERT_TRUE(cast(*person, decision.id, Choice::of_option(1)));
    EXPECT_EQ(close(bob, decision.id)->why, "disagreement");
}

TEST_P(Decisions, close_once_and_take_no_vote_after_that)
{
    auto wanted = theory();
    wanted.closes = now() + 2h;
    const auto decision = open_vote(wanted);
    ASSERT_TRUE(say(aino, decision.id, "yes"));
    EXPECT_EQ(close(aino, decision.id).error().reason, Reason::forbidden);
    hall->clock().advance(3h);
    EXPECT_EQ(say(mei, decision.id, "yes").error().reason, Reason::conflict);
    tend(hall->database(), organisation.id, now(), hall->ids());
    tend(hall->database(), organisation.id, now(), hall->ids());
    EXPECT_EQ(look(mei, decision.id).state, DecisionState::closed);
    EXPECT_EQ(events("decide.decision_closed"), 1);
    EXPECT_EQ(say(mei, decision.id, "yes").error().reason, Reason::conflict);
    EXPECT_EQ(close(bob, decision.id).error().reason, Reason::conflict);
}

TEST_P(Decisions, closed_before_their_day_say_why_unless_all_have_voted)
{
    const auto close_with = [&](Id decision, std::string reason) {
        const auto viewer = viewer_of(bob);
        return write([&](store::Transaction& transaction) {
            return close_voting(transaction, hall->ids(), now(), viewer, decision, reason);
        });
    };
    const auto early = open_vote(theory());
    ASSERT_TRUE(say(bob, early.id, "yes"));
    EXPECT_EQ(close_with(early.id, " ").error().field, "reason");
    EXPECT_EQ(look(mei, early.id).state, DecisionState::voting);
    EXPECT_EQ(close_with(early.id, "The supplier wants an answer today.")->early_reason,
              "The supplier wants an answer today.");

    const auto whole = open_vote(theory());
    for (const auto* person : {&owner, &bob, &cleo, &aino, &mei, &ravi})
        ASSERT_TRUE(say(*person, whole.id, "yes"));
    EXPECT_EQ(close_with(whole.id, "")->early_reason, "");
}

TEST_P(Decisions, taken_back_need_a_reason_and_destroy_the_ballots)
{
    const auto decision = open_vote(theory());
    ASSERT_TRUE(say(aino, decision.id, "yes"));
    const auto take_back = [&](const Person& person, std::string reason) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return withdraw(transaction, hall->ids(), now(), viewer, decision.id, reason);
        });
    };
    EXPECT_EQ(take_back(aino, "I don't like it.").error().reason, Reason::forbidden);
    EXPECT_EQ(take_back(bob, "").error().field, "reason");
    const auto gone = take_back(bob, "The supplier went under.").value();
    EXPECT_EQ(gone.state, DecisionState::withdrawn);
    EXPECT_EQ(gone.withdrawal, "The supplier went under.");
    EXPECT_EQ(
        number("SELECT count(*) FROM ballot WHERE org_id = ?1 AND decision_id = ?2", decision.id),
        0);
    EXPECT_EQ(take_back(bob, "Again.").error().reason, Reason::conflict);
}

TEST_P(Decisions, that_did_not_pass_are_not_held_against_their_measure)
{
    const auto decision = open_vote(theory());
    for (const auto* person : {&bob, &cleo, &aino, &mei})
        ASSERT_TRUE(say(*person, decision.id, "no"));
    EXPECT_EQ(close(bob, decision.id)->outcome, "failed");
    hall->clock().advance(24h * 91);
    tend(hall->database(), organisation.id, now(), hall->ids());
    EXPECT_EQ(events("decide.review_due"), 0);
    const auto viewer = viewer_of(bob);
    const auto reviewed = write([&](store::Transaction& transaction) {
        return review(transaction, hall->ids(), now(), viewer, decision.id, "held", "4",
                      "Nothing was tried.");
    });
    ASSERT_FALSE(reviewed);
    EXPECT_EQ(reviewed.error().reason, Reason::conflict);
}

TEST_P(Decisions, their_owner_is_asked_once_and_being_wrong_is_a_result)
{
    const auto said = [&] {
        const auto viewer = viewer_of(aino);
        return write([&](store::Transaction& transaction) {
            return hear::say_voice(transaction, hall->ids(), now(), viewer,
                                   {.kind = "want", .title = "Let me send the reading"},
                                   hear::render_body("Let me send the reading", "").value())
                .value();
        });
    }();
    auto wanted = theory();
    wanted.about = {said.id};
    const auto decision = open_vote(wanted);
    for (const auto* person : {&bob, &cleo, &aino, &mei})
        ASSERT_TRUE(say(*person, decision.id, "yes"));
    ASSERT_TRUE(close(bob, decision.id));
    tend(hall->database(), organisation.id, now(), hall->ids());
    EXPECT_EQ(events("decide.review_due"), 0);

    const auto hold = [&](const Person& person, std::string result, std::string value) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return review(transaction, hall->ids(), now(), viewer, decision.id, result, value,
                          "Photos help those who have a telephone.");
        });
    };
    for (const auto* early : {"held", "unclear"})
        EXPECT_EQ(hold(bob, early, "4").error().field, "result") << "its day has not come";
    hall->clock().advance(24h * 91);
    tend(hall->database(), organisation.id, now(), hall->ids());
    tend(hall->database(), organisation.id, now(), hall->ids());
    EXPECT_EQ(events("decide.review_due"), 1);
    EXPECT_EQ(hold(aino, "held", "4").error().reason, Reason::forbidden);
    EXPECT_EQ(hold(bob, "perhaps", "4").error().field, "result");
    EXPECT_EQ(hold(bob, "failed", "").error().field, "value");
    EXPECT_EQ(hold(bob, "unclear", "8")->review_result, "unclear");
    const auto reviewed = hold(bob, "failed", "11").value();
    EXPECT_EQ(reviewed.state, DecisionState::reviewed);
    EXPECT_EQ(reviewed.review_value, "11");
    EXPECT_EQ(hold(bob, "held", "4").error().reason, Reason::conflict);
    EXPECT_EQ(hold(bob, "held", "").error().reason, Reason::conflict)
        << "that it is said is told before the form is looked at";

    const auto viewer = viewer_of(aino);
    const auto loop = read([&](store::Transaction& transaction) {
        return hear::find_loop(transaction, viewer, said.id, {});
    });
    EXPECT_EQ(loop[2].verb, "decide.passed");
    EXPECT_EQ(loop[2].about, decision.id);
    EXPECT_EQ(loop[6].verb, "decide.wrong");
}

TEST_P(Decisions, are_proposed_by_the_company_or_by_stewards_of_all_who_vote)
{
    EXPECT_EQ(try_propose(aino, theory()).error().reason, Reason::forbidden);
    join(customers, aino, Role::steward);
    EXPECT_EQ(try_propose(aino, theory()).error().reason, Reason::forbidden);
    auto own = theory();
    own.electorates = {{customers, {1, 2}, {0, 1}}};
    EXPECT_TRUE(try_propose(aino, own));
    EXPECT_TRUE(try_propose(bob, theory()));
    const auto closed =
        make_circle("Board", people::CircleKind::company, people::Visibility::closed);
    auto unseen = theory();
    unseen.electorates.push_back({closed, {1, 2}, {0, 1}});
    EXPECT_EQ(try_propose(bob, unseen).error().field, "electorates");
}

TEST_P(Decisions, say_everything_a_theory_needs)
{
    const auto field_of = [&](auto change) {
        auto wanted = theory(Method::single_choice);
        change(wanted);
        const auto refused = try_propose(bob, wanted);
        return refused ? std::string("accepted") : refused.error().field;
    };
    EXPECT_EQ(field_of([](NewDecision&) {}), "accepted");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.title = "  "; }), "title");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.belief = ""; }), "belief");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.beneficiary = ""; }), "for");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.measure = ""; }), "measure");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.target = ""; }), "target");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.options = {"One"}; }), "options");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.options = {"One", "One "}; }), "options");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.places = 2; }), "places");
    EXPECT_EQ(field_of([](NewDecision& wanted) { wanted.electorates.clear(); }), "electorates");
    EXPECT_EQ(field_of([](NewDecision& wanted) {
                  wanted.electorates.push_back(wanted.electorates.front());
              }),
              "electorates");
    EXPECT_EQ(field_of([&](NewDecision& wanted) { wanted.closes = now(); }), "closes_at");
    EXPECT_EQ(field_of([&](NewDecision& wanted) {
                  wanted.review_on = Date{std::chrono::floor<std::chrono::days>(now() - 48h)};
              }),
              "review_on");
    EXPECT_EQ(field_of([&](NewDecision& wanted) { wanted.about = {company}; }), "voices");
}

TEST_P(Decisions, about_a_theme_stand_on_the_loop_line_of_its_voices)
{
    const auto viewer = viewer_of(aino);
    const auto [voice, theme] = write([&](store::Transaction& transaction) {
        const auto said = hear::say_voice(transaction, hall->ids(), now(), viewer,
                                          {.title = "Nobody read my meter"},
                                          hear::render_body("Nobody read my meter", {}).value())
                              .value()
                              .id;
        const auto of = hall->ids().next(now());
        record::save_thing(transaction, organisation.id,
                           {.id = of,
                            .kind = "theme",
                            .circle = organisation.everyone,
                            .author = owner.id,
                            .title = "Readings",
                            .created = now(),
                            .changed = now()});
        hear::reach_stage(transaction, organisation.id, said, hear::Stage::sense, of,
                          "sense.theme_made", now());
        return std::pair{said, of};
    });
    auto wanted = theory();
    wanted.about = {theme};
    const auto decision = open_vote(wanted);
    ASSERT_TRUE(say(bob, decision.id, "yes"));
    ASSERT_TRUE(say(mei, decision.id, "yes"));
    ASSERT_TRUE(close(bob, decision.id));
    const auto loop = read([&](store::Transaction& transaction) {
        return hear::find_loop(transaction, viewer, voice, {});
    });
    EXPECT_EQ(loop[static_cast<std::size_t>(hear::Stage::decide) - 1].about, decision.id);
}

TEST_P(Decisions, of_one_closed_circle_are_seen_by_its_members_only)
{
    const auto closed =
        make_circle("Board", people::CircleKind::company, people::Visibility::closed);
    join(closed, bob);
    auto wanted = theory();
    wanted.electorates = {{closed, {1, 2}, {0, 1}}};
    const auto decision = open_vote(wanted);
    const auto viewer = viewer_of(cleo);
    read([&](store::Transaction& transaction) {
        EXPECT_EQ(find_decision(transaction, decision.id, viewer).error().reason,
                  Reason::not_found);
        EXPECT_TRUE(list_decisions(transaction, {}, viewer)->decisions.empty());
        EXPECT_TRUE(count_decisions(transaction, viewer).empty());
    });
    EXPECT_EQ(say(cleo, decision.id, "yes").error().reason, Reason::not_found);
    wanted.electorates.push_back({customers, {1, 2}, {0, 1}});
    wanted.circle = closed;
    EXPECT_EQ(try_propose(bob, wanted).error().field, "circle");
    // What two circles decide together is public; the private one's name stays its members'.
    wanted.circle = {};
    const auto both = open_vote(wanted);
    EXPECT_EQ(look(aino, both.id).electorates[0].circle_name, "");
    EXPECT_EQ(look(bob, both.id).electorates[0].circle_name, "Board");
}

TEST_P(Decisions, are_listed_newest_first_by_state_and_circle)
{
    std::vector<Id> made;
    for (int number = 0; number < 5; ++number) {
        made.push_back(open_vote(theory()).id);
        hall->clock().advance(1s);
    }
    ASSERT_TRUE(close(bob, made[0]));
    const auto viewer = viewer_of(aino);
    read([&](store::Transaction& transaction) {
        DecisionQuery query;
        query.limit = 3;
        const auto first = list_decisions(transaction, query, viewer).value();
        ASSERT_EQ(first.decisions.size(), 3U);
        EXPECT_EQ(first.decisions[0].id, made[4]);
        query.after = first.next;
        const auto second = list_decisions(transaction, query, viewer).value();
        ASSERT_EQ(second.decisions.size(), 2U);
        EXPECT_TRUE(second.next.empty());
        query = {};
        query.state = DecisionState::closed;
        EXPECT_EQ(list_decisions(transaction, query, viewer)->decisions.size(), 1U);
        query = {};
        query.circle = customers;
        EXPECT_EQ(list_decisions(transaction, query, viewer)->decisions.size(), 5U);
        query.circle = viewer.everyone;
        EXPECT_TRUE(list_decisions(transaction, query, viewer)->decisions.empty());
        query = {};
        query.after = "nonsense";
        EXPECT_EQ(list_decisions(transaction, query, viewer).error().field, "after");
    });
}

MOOTHALL_ON_EACH_ENGINE(Decisions);

} // namespace
} // namespace moothall::decide
