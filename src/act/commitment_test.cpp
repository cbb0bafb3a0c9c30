#include "act/api.hpp"
#include "act/reminder.hpp"
#include "hear/loop.hpp"
#include "organise/api.hpp"
#include "people/account.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::act {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A house in which people promise: Bob of the company, Aino and Mei, who are customers.
class Promises : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        mei = let_in("Mei Lin", "mei@customer.example");
        team = circle("Billing", people::CircleKind::team, people::Visibility::open);
        join(team, bob);
        village = circle("Lakeside", people::CircleKind::customer, people::Visibility::closed);
        join(village, aino);
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        hear::create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        House::mount(house);
        mount_commitment_api(house.router());
        mount_callout_api(house.router());
        organise::mount_request_api(house.router());
    }

    people::Circle circle(std::string name, people::CircleKind kind, people::Visibility visibility)
    {
        const auto maker = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            people::Circle wanted;
            wanted.name = name;
            wanted.kind = kind;
            wanted.visibility = visibility;
            return people::create_circle(transaction, hall->ids(), now(), maker, wanted).value();
        });
    }
    void join(const people::Circle& into, const people::Person& person)
    {
        const auto steward = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(people::change_role(transaction, hall->ids(), now(), steward, into.id,
                                            person.id, Role::member));
        });
    }
    hear::Voice say(const people::Person& person, std::string title, Id in = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return hear::say_voice(transaction, hall->ids(), now(), viewer,
                                   {.title = title, .circle = in},
                                   hear::render_body(title, {}).value())
                .value();
        });
    }
    Result<Commitment> try_promise(const people::Person& person, const NewCommitment& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return make_commitment(transaction, hall->ids(), now(), viewer, wanted);
        });
    }
    Commitment promise(const people::Person& person, const people::Person& to,
                       std::string_view due = "2026-05-10", Id voice = {})
    {
        return try_promise(person, {.what = "Send the new reading",
                                    .to = to.id,
                                    .due = *parse_date(due),
                                    .voice = voice})
            .value();
    }
    template <class Change>
    Result<Commitment> change(const people::Person& person, Change&& made)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) { return made(transaction, viewer); });
    }
    Result<Commitment> keep(const people::Person& person, Id id)
    {
        return change(person, [&](store::Transaction& transaction, const Viewer& viewer) {
            return keep_commitment(transaction, hall->ids(), now(), viewer, id, "Sent today.");
        });
    }
    Result<Commitment> break_it(const people::Person& person, Id id, std::string why = "No time.")
    {
        return change(person, [&](store::Transaction& transaction, const Viewer& viewer) {
            return break_commitment(transaction, hall->ids(), now(), viewer, id, why);
        });
    }
    Result<Commitment> move(const people::Person& person, Id id, std::string_view due)
    {
        return change(person, [&](store::Transaction& transaction, const Viewer& viewer) {
            return move_commitment(transaction, hall->ids(), now(), viewer, id, *parse_date(due),
                                   "The meter is late.");
        });
    }
    std::int64_t slip()
    {
        return note_overdue(hall->database(), organisation.id, now(), hall->ids());
    }
    KeptRate rate(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read(
            [&](store::Transaction& transaction) { return find_kept_rate(transaction, viewer); });
    }
    CommitmentPage list(const people::Person& person, const CommitmentQuery& query)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return list_commitments(transaction, now(), query, viewer).value();
        });
    }
    hear::Loop loop(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return hear::find_loop(transaction, viewer, voice, {});
        });
    }
    Result<Callout> call_out(const people::Person& person, Id about, std::string title = {},
                             const std::string& body = "Nothing came.")
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return open_callout(transaction, hall->ids(), now(), viewer, {about, title, body},
                                hear::render_body(title, body).value());
        });
    }

    people::Person bob;
    people::Person aino;
    people::Person mei;
    people::Circle team;
    people::Circle village;
};
MOOTHALL_ON_EACH_ENGINE(Promises);

hear::LoopStep step(const hear::Loop& loop, hear::Stage stage)
{
    return loop[static_cast<std::size_t>(stage) - 1];
}

TEST_P(Promises, a_promise_for_a_voice_is_made_to_its_author_and_the_voice_is_with_somebody)
{
    const auto voice = say(aino, "Let me send the reading myself");
    const auto made = try_promise(bob, {.what = "  Add a page\nfor readings ",
                                        .due = *parse_date("2026-05-10"),
                                        .voice = voice.id});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->what, "Add a page for readings");
    EXPECT_EQ(made->to, aino.id);
    EXPECT_EQ(made->to_name, "Aino Virtanen");
    EXPECT_EQ(made->circle, organisation.everyone);
    EXPECT_EQ(made->state, CommitmentState::open);
    EXPECT_EQ(events("act.commitment_made"), 1);
    EXPECT_EQ(step(loop(mei, voice.id), hear::Stage::organise).verb, "act.commitment_made");
    EXPECT_FALSE(step(loop(mei, voice.id), hear::Stage::act).at);
    const auto in_hand = step(loop(mei, voice.id), hear::Stage::organise);
    EXPECT_EQ(in_hand.by.name, "Bob Builder");
    EXPECT_EQ(in_hand.due, parse_time("2026-05-10T00:00:00Z"));

    const auto as_bob = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(move_commitment(transaction, hall->ids(), now(), as_bob, made->id,
                                    *parse_date("2026-05-20"), "The meter is late."));
    });
    EXPECT_EQ(step(loop(mei, voice.id), hear::Stage::organise).due,
              parse_time("2026-05-20T00:00:00Z"));

    ASSERT_TRUE(keep(bob, made->id));
    EXPECT_EQ(step(loop(mei, voice.id), hear::Stage::act).verb, "act.commitment_kept");
    EXPECT_EQ(list(mei, {.state = CommitmentState::kept}).commitments.size(), 1U);
}

TEST_P(Promises, are_made_to_somebody_else)
{
    const auto refused =
        try_promise(bob, {.what = "Walk to work", .to = bob.id, .due = *parse_date("2026-05-10")});
    EXPECT_EQ(refused.error().field, "to");
    const auto own = say(bob, "The stairs are dark");
    const auto made =
        try_promise(bob, {.what = "New lamps", .due = *parse_date("2026-05-10"), .voice = own.id});
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->to_circle) << "for her own voice it is made to those who hear it";
}

TEST_P(Promises, written_down_when_their_day_was_over_are_in_no_rate)
{
    const auto late = promise(bob, mei, "2026-05-01");
    EXPECT_FALSE(late.counted);
    EXPECT_EQ(keep(bob, late.id)->days_late(), 3);
    const auto viewer = viewer_of(mei);
    const auto rate =
        read([&](store::Transaction& transaction) { return find_kept_rate(transaction, viewer); });
    EXPECT_EQ(rate.kept, 0);
    EXPECT_EQ(rate.judged(), 0);
    const auto months = read([&](store::Transaction& transaction) {
        return list_kept_months(transaction, viewer, Id{});
    });
    EXPECT_TRUE(months.empty());
    EXPECT_EQ(rate.apart.kept, 1) << "it stands in the list, so it is counted apart";
}

TEST_P(Promises, stand_in_lists_as_often_as_they_are_counted)
{
    const auto agree = [&](const char* when) {
        const auto all = rate(mei);
        const auto counted = [&](const CommitmentQuery& query) {
            const auto viewer = viewer_of(mei);
            return read([&](store::Transaction& transaction) {
                const auto page = list_commitments(transaction, now(), query, viewer).value();
                EXPECT_EQ(count_commitments(transaction, now(), query, viewer),
                          std::ssize(page.commitments));
                return std::ssize(page.commitments);
            });
        };
        EXPECT_EQ(counted({.running = true}), all.open() + all.apart.open()) << when;
        EXPECT_EQ(counted({.overdue = true}), all.overdue + all.apart.overdue) << when;
        EXPECT_EQ(counted({.state = CommitmentState::kept}), all.kept + all.apart.kept) << when;
        EXPECT_EQ(counted({.state = CommitmentState::broken}), all.broken + all.apart.broken)
            << when;
        EXPECT_EQ(counted({.state = CommitmentState::withdrawn}),
                  all.withdrawn + all.given_up + all.apart.withdrawn)
            << when;
        EXPECT_EQ(counted({.apart = true}), all.apart.all()) << when;
    };
    const auto in_time = promise(bob, mei);
    const auto late = promise(bob, mei, "2026-05-01");
    const auto moved = promise(bob, mei, "2026-05-01");
    const auto broken = promise(bob, mei, "2026-05-01");
    const auto given_up = promise(bob, mei, "2026-05-01");
    EXPECT_EQ(note_overdue(hall->database(), organisation.id, now(), hall->ids()), 0)
        << "what was overdue when it was written is told once, as made";
    EXPECT_EQ(events("act.commitment_overdue"), 0);
    agree("when they are written");
    EXPECT_EQ(rate(mei).apart.overdue, 4);
    EXPECT_EQ(rate(mei).overdue, 0) << "the rate is of the other one";
    ASSERT_TRUE(keep(bob, in_time.id));
    ASSERT_TRUE(keep(bob, late.id));
    ASSERT_TRUE(break_it(bob, broken.id));
    const auto viewer = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(move_commitment(transaction, hall->ids(), now(), viewer, moved.id,
                                    *parse_date("2026-05-20"), "The meter is late."));
        EXPECT_TRUE(withdraw_commitment(transaction, hall->ids(), now(), viewer, given_up.id,
                                        "Not needed."));
    });
    agree("when they ended");
    EXPECT_EQ(rate(mei).judged(), 1);
    EXPECT_EQ(rate(mei).apart.running, 1);
    EXPECT_EQ(rate(mei).apart.all(), 4);
}

TEST_P(Promises, for_a_voice_that_is_not_seen_are_not_found_by_it)
{
    const auto voice = say(aino, "The stairs are dark").id;
    const auto made = promise(bob, aino, "2026-05-10", voice);
    EXPECT_EQ(list(mei, {.voice = voice}).commitments.size(), 1U);
    write([&](store::Transaction& transaction) {
        auto thing = *record::find_thing(transaction, organisation.id, voice);
        thing.state = record::State::hidden;
        record::change_thing(transaction, organisation.id, thing);
    });
    EXPECT_TRUE(list(mei, {.voice = voice}).commitments.empty()) << "nor that there is a voice";
    const auto viewer = viewer_of(mei);
    EXPECT_EQ(read([&](store::Transaction& transaction) {
                  return count_commitments(transaction, now(), {.voice = voice}, viewer);
              }),
              0);
    const auto all = list(mei, {}).commitments;
    ASSERT_EQ(all.size(), 1U) << "the promise itself was made in the open";
    EXPECT_EQ(all[0].id, made.id);
    EXPECT_FALSE(all[0].voice);
    EXPECT_EQ(list(owner, {.voice = voice}).commitments.size(), 1U) << "a steward sees both";
}

TEST_P(Promises, are_called_out_once_in_the_same_words)
{
    const auto made = promise(bob, aino);
    const auto opened = call_out(mei, made.id);
    ASSERT_TRUE(opened);
    EXPECT_EQ(call_out(mei, made.id).error().reason, Reason::conflict);
    EXPECT_EQ(call_out(mei, made.id, {}, "  nothing\n CAME. \n").error().reason, Reason::conflict)
        << "case and white space make no other words";
    EXPECT_EQ(events("act.callout_opened"), 1);
    EXPECT_TRUE(call_out(mei, made.id, "And nobody called")) << "in other words it says more";
    EXPECT_TRUE(call_out(aino, made.id)) << "somebody else says it herself";
    const auto viewer = viewer_of(mei);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(close_callout(transaction, hall->ids(), now(), viewer, opened->id, ""));
    });
    EXPECT_TRUE(call_out(mei, made.id)) << "it was closed, and is so again";
}

TEST_P(Promises, of_who_leaves_are_withdrawn_and_she_is_not_called_out)
{
    const auto one = promise(bob, mei);
    const auto leaver = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        withdraw_of_leaver(transaction, hall->ids(), now(), leaver, "Who promised it has left.");
        people::forget_person(transaction, organisation.id, bob, now());
    });
    const auto viewer = viewer_of(mei);
    const auto seen = read([&](store::Transaction& transaction) {
        return find_commitment(transaction, now(), one.id, viewer).value();
    });
    EXPECT_EQ(seen.state, CommitmentState::withdrawn);
    EXPECT_EQ(seen.why, "Who promised it has left.");
    EXPECT_EQ(events("act.commitment_withdrawn"), 1);
    const auto refused = write([&](store::Transaction& transaction) {
        return open_callout(transaction, hall->ids(), now(), viewer, {one.id, "", "Nothing came"},
                            hear::render_body("", "Nothing came").value());
    });
    EXPECT_EQ(refused.error().reason, Reason::conflict);
}

TEST_P(Promises, only_who_promised_keeps_and_only_once)
{
    const auto made = promise(bob, aino);
    EXPECT_EQ(keep(aino, made.id).error().reason, Reason::forbidden);
    EXPECT_EQ(keep(owner, made.id).error().reason, Reason::forbidden);
    ASSERT_TRUE(keep(bob, made.id));
    EXPECT_EQ(keep(bob, made.id).error().reason, Reason::conflict);
    EXPECT_EQ(break_it(bob, made.id).error().reason, Reason::conflict);
    // That it is settled is said before the form is looked at.
    EXPECT_EQ(break_it(bob, made.id, "").error().reason, Reason::conflict);
    EXPECT_EQ(move(bob, made.id, "2020-01-01").error().reason, Reason::conflict);
    EXPECT_EQ(events("act.commitment_kept"), 1);
    EXPECT_EQ(rate(mei).kept, 1);
    EXPECT_EQ(rate(mei).running, 0);
}

TEST_P(Promises, a_slip_is_told_once_and_a_steward_may_then_say_that_it_is_broken)
{
    const auto made = promise(bob, aino, "2026-05-05");
    EXPECT_EQ(break_it(owner, made.id).error().reason, Reason::forbidden);
    hall->clock().advance(24h);
    EXPECT_EQ(slip(), 0) << "the last day counts to its end";
    hall->clock().advance(24h);
    EXPECT_EQ(slip(), 1);
    EXPECT_EQ(slip(), 0);
    EXPECT_EQ(events("act.commitment_overdue"), 1);
    EXPECT_EQ(rate(mei).overdue, 1);
    EXPECT_EQ(*rate(mei).share(), 0.0);
    EXPECT_EQ(list(mei, {.overdue = true}).commitments.size(), 1U);

    EXPECT_EQ(break_it(aino, made.id).error().reason, Reason::forbidden);
    EXPECT_EQ(break_it(owner, made.id, "  ").error().field, "why");
    const auto broken = break_it(owner, made.id);
    ASSERT_TRUE(broken);
    EXPECT_EQ(broken->settled_by.id, owner.id);
    EXPECT_EQ(rate(mei).overdue, 0);
    EXPECT_EQ(rate(mei).broken, 1);
}

TEST_P(Promises, that_are_given_up_when_their_day_is_over_count_as_not_kept)
{
    const auto give_up = [&](Id id) {
        return change(bob, [&](store::Transaction& transaction, const Viewer& viewer) {
            return withdraw_commitment(transaction, hall->ids(), now(), viewer, id,
                                       "There is no money.");
        });
    };
    ASSERT_TRUE(keep(bob, promise(bob, aino).id));
    ASSERT_TRUE(give_up(promise(bob, aino).id));
    EXPECT_EQ(rate(mei).withdrawn, 1);
    EXPECT_EQ(*rate(mei).share(), 1.0) << "in time it counts neither way";

    const auto late = promise(bob, aino, "2026-05-05");
    hall->clock().advance(48h);
    EXPECT_EQ(slip(), 1);
    EXPECT_EQ(*rate(mei).share(), 0.5);
    ASSERT_TRUE(give_up(late.id));
    EXPECT_EQ(rate(mei).overdue, 0);
    EXPECT_EQ(rate(mei).given_up, 1);
    EXPECT_EQ(*rate(mei).share(), 0.5);
}

TEST_P(Promises, who_promised_is_reminded_before_the_day_and_on_it_once_each)
{
    const auto reminded = [&] {
        return remind(hall->database(), organisation.id, now(), hall->ids());
    };
    const auto made = promise(bob, aino, "2026-05-10");
    promise(bob, aino, "2026-05-05"); // tomorrow: she knows
    EXPECT_EQ(reminded(), 0);
    hall->clock().advance(24h * 4); // two days before, in the morning
    EXPECT_EQ(events("act.commitment_due"), 0);
    EXPECT_EQ(reminded(), 1);
    EXPECT_EQ(reminded(), 0);
    EXPECT_EQ(events("act.commitment_due_soon"), 1);
    ASSERT_TRUE(move(bob, made.id, "2026-05-14"));
    hall->clock().advance(24h * 2); // the day that does not hold any more
    EXPECT_EQ(reminded(), 0);
    hall->clock().advance(24h * 2);
    EXPECT_EQ(reminded(), 1) << "before the new day";
    hall->clock().advance(24h * 2);
    EXPECT_EQ(reminded(), 1) << "on the new day";
    EXPECT_EQ(reminded(), 0);
    EXPECT_EQ(events("act.commitment_due_soon"), 2);
    EXPECT_EQ(events("act.commitment_due"), 1);
    const auto kept = promise(bob, aino, "2026-06-20");
    hall->clock().advance(24h);
    ASSERT_TRUE(keep(bob, kept.id));
    hall->clock().advance(24h * 60);
    EXPECT_EQ(reminded(), 0) << "what is kept, and what is over";
}

TEST_P(Promises, another_day_keeps_the_old_one_visible)
{
    const auto made = promise(bob, aino, "2026-05-05");
    hall->clock().advance(72h);
    ASSERT_EQ(slip(), 1);
    EXPECT_EQ(move(bob, made.id, "2026-05-06").error().field, "due") << "it has passed";
    const auto moved = move(bob, made.id, "2026-05-20");
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->state, CommitmentState::moved);
    EXPECT_FALSE(moved->overdue);
    ASSERT_EQ(moved->moves.size(), 1U);
    EXPECT_EQ(moothall::to_text(moved->moves[0].from), "2026-05-05");
    EXPECT_EQ(moved->moves[0].why, "The meter is late.");
    EXPECT_EQ(rate(mei).moved_late, 1);
    EXPECT_EQ(rate(mei).overdue, 0);
    EXPECT_EQ(*rate(mei).share(), 0.0) << "another day does not undo the one that was over";
    hall->clock().advance(24h * 30);
    EXPECT_EQ(slip(), 1) << "the new day slips too";
    EXPECT_TRUE(keep(bob, made.id));
    EXPECT_EQ(*rate(mei).share(), 1.0);
}

TEST_P(Promises, customers_promise_too_and_a_closed_circle_keeps_its_promises_to_itself)
{
    const auto made = try_promise(
        aino,
        {.what = "Read the meters ourselves", .to = village.id, .due = *parse_date("2026-06-01")});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->circle, village.id);
    EXPECT_TRUE(made->to_circle);
    EXPECT_EQ(made->to_name, "Lakeside");
    EXPECT_TRUE(list(mei, {}).commitments.empty());
    EXPECT_EQ(rate(mei).running, 0) << "what one may not see is not counted either";
    EXPECT_EQ(keep(mei, made->id).error().reason, Reason::not_found);
    EXPECT_EQ(try_promise(mei, {.what = "Help", .to = village.id, .due = *parse_date("2026-06-01")})
                  .error()
                  .field,
              "to");
    // Mei does not see a promise that would stand in the village.
    const auto voice = say(aino, "Our own pump", village.id);
    EXPECT_EQ(
        try_promise(
            aino,
            {.what = "Help", .to = mei.id, .due = *parse_date("2026-06-01"), .voice = voice.id})
            .error()
            .field,
        "to");
    EXPECT_EQ(
        try_promise(mei, {.what = "Help", .due = *parse_date("2026-06-01"), .voice = voice.id})
            .error()
            .field,
        "voice");
}

TEST_P(Promises, a_list_goes_on_where_it_ended)
{
    for (const auto* due : {"2026-05-12", "2026-05-10", "2026-05-11", "2026-05-10"})
        promise(bob, aino, due);
    std::vector<std::string> days;
    CommitmentQuery query{.running = true, .person = bob.id, .limit = 2};
    do {
        const auto page = list(mei, query);
        for (const auto& one : page.commitments) days.push_back(moothall::to_text(one.due));
        query.after = page.next;
    } while (!query.after.empty());
    EXPECT_THAT(days, testing::ElementsAre("2026-05-10", "2026-05-10", "2026-05-11", "2026-05-12"));
}

TEST_P(Promises, a_call_out_is_answered_by_who_promised_and_closed_by_who_raised_it)
{
    const auto made = promise(bob, aino, "2026-05-05");
    const auto opened = call_out(mei, made.id);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->called.id, bob.id);
    EXPECT_THAT(opened->title, HasSubstr("Send the new reading"));
    EXPECT_EQ(events("act.callout_opened"), 1);
    EXPECT_EQ(list(aino, {}).commitments[0].open_callouts, 1);

    const auto words = hear::render_body({}, "I forgot. Tomorrow.").value();
    const auto answer_as = [&](const people::Person& person) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return answer_callout(transaction, hall->ids(), now(), viewer, opened->id,
                                  "I forgot. Tomorrow.", words);
        });
    };
    const auto close_as = [&](const people::Person& person, std::string why) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return close_callout(transaction, hall->ids(), now(), viewer, opened->id, why);
        });
    };
    EXPECT_EQ(answer_as(aino).error().reason, Reason::forbidden);
    ASSERT_TRUE(answer_as(bob));
    EXPECT_EQ(answer_as(bob).error().reason, Reason::conflict);
    EXPECT_EQ(close_as(bob, "Done").error().reason, Reason::forbidden);
    EXPECT_EQ(close_as(owner, " ").error().field, "why");
    const auto closed = close_as(mei, {});
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->state, CalloutState::closed);
    EXPECT_EQ(close_as(mei, {}).error().reason, Reason::conflict);
    EXPECT_EQ(list(aino, {}).commitments[0].open_callouts, 0);
}

TEST_P(Promises, a_call_out_cannot_be_made_something_else)
{
    const auto made = promise(bob, aino, "2026-05-05");
    const auto opened = call_out(mei, made.id);
    ASSERT_TRUE(opened);
    const auto other = say(aino, "Another want");
    const auto viewer = viewer_of(owner);
    const auto merged = write([&](store::Transaction& transaction) {
        return hear::merge_voice(transaction, hall->ids(), now(), viewer, opened->id, other.id);
    });
    EXPECT_EQ(merged.error().reason, Reason::conflict);
    const auto renamed = write([&](store::Transaction& transaction) {
        return hear::edit_voice(transaction, hall->ids(), now(), viewer, opened->id,
                                {.kind = "thanks"}, {});
    });
    EXPECT_EQ(renamed.error().reason, Reason::conflict);
    const auto answered = write([&](store::Transaction& transaction) {
        const auto done =
            hear::find_status(hear::list_statuses(transaction, organisation.id), "done")->id;
        return hear::answer_officially(transaction, hall->ids(), now(), viewer, opened->id, done,
                                       "Done", {});
    });
    EXPECT_EQ(answered.error().reason, Reason::conflict);
}

TEST_P(Promises, a_reply_of_who_is_called_answers_wherever_it_is_written)
{
    const auto made = promise(bob, aino, "2026-05-05");
    const auto opened = call_out(aino, made.id, "Where is it?");
    ASSERT_TRUE(opened);
    for (const auto* person : {&mei, &bob}) {
        const auto viewer = viewer_of(*person);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(hear::say_reply(transaction, hall->ids(), now(), viewer, opened->id,
                                        {.body = "Tomorrow."},
                                        hear::render_body({}, "Tomorrow.").value()));
        });
    }
    hall->clock().advance(2s);
    EXPECT_EQ(note_callout_answers(hall->database(), organisation.id, now(), hall->ids()), 2);
    EXPECT_EQ(note_callout_answers(hall->database(), organisation.id, now(), hall->ids()), 0);
    EXPECT_EQ(events("act.callout_answered"), 1);
}

} // namespace

} // namespace moothall::act
