#include "hall/test_house.hpp"

#include "act/act.hpp"
#include "organise/organise.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

/// Promises, call-outs and requests that a steward hides.
class HiddenPromises : public WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Brook", "bob@northwater.example");
        aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
        promise = promise_of(bob, "Name all who owe us");
    }
    Id promise_of(const people::Person& person, std::string what)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return act::make_commitment(
                       transaction, hall->ids(), now(), viewer,
                       {.what = what, .to = aino.id, .due = *parse_date("2026-05-10")})
                .value()
                .id;
        });
    }
    Id call_out(const people::Person& person, Id about)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return act::open_callout(transaction, hall->ids(), now(), viewer,
                                     {about, "Bob lives in Dock Street 7", "Go there."},
                                     hear::render_body({}, "Go there.").value())
                .value()
                .id;
        });
    }
    int hide(const people::Person& person, Id thing, std::string reason = "Not for all to read")
    {
        return post(sign_in_as(person), "/things/" + thing.text() + "/hiding", {{"reason", reason}})
            .status;
    }
    int show_again(const people::Person& person, Id thing)
    {
        return post(sign_in_as(person), "/things/" + thing.text() + "/showing").status;
    }
    act::KeptRate rate()
    {
        const auto viewer = viewer_of(aino);
        return read([&](store::Transaction& transaction) {
            return act::find_kept_rate(transaction, viewer);
        });
    }
    std::int64_t open_callouts()
    {
        const auto viewer = viewer_of(aino);
        return read([&](store::Transaction& transaction) {
            return act::find_commitment(transaction, now(), promise, viewer)->open_callouts;
        });
    }

    people::Person bob;
    people::Person aino;
    Id promise;
};
MOOTHALL_ON_EACH_ENGINE(HiddenPromises);

TEST_P(HiddenPromises, are_in_no_list_and_no_number_and_the_reason_is_public)
{
    const auto path = "/promises/" + promise.text();
    EXPECT_THAT(get(sign_in_as(aino), path).body, HasSubstr("/report"));
    EXPECT_THAT(get(sign_in_as(aino), path).body, Not(HasSubstr("/hiding")));
    EXPECT_THAT(get(sign_in_as(owner), path).body, HasSubstr("/hiding"));
    EXPECT_EQ(hide(aino, promise), 403);
    EXPECT_EQ(hide(bob, promise), 403) << "he withdraws it, with a reason";
    EXPECT_EQ(hide(owner, promise, " "), 422);
    EXPECT_EQ(rate().running, 1);
    ASSERT_EQ(hide(owner, promise), 303);

    EXPECT_EQ(get(sign_in_as(aino), path).status, 404);
    EXPECT_EQ(get(Browser{}, path).status, 404);
    EXPECT_EQ(get(sign_in_as(bob), path).status, 200);
    EXPECT_THAT(get(sign_in_as(owner), path).body, HasSubstr("Not for all to read"));
    EXPECT_EQ(rate().running, 0);
    const auto log = get(Browser{}, "/moderation/log").body;
    EXPECT_THAT(log, HasSubstr("Not for all to read"));
    EXPECT_THAT(log, HasSubstr("Promise"));
    EXPECT_THAT(log, Not(HasSubstr("Name all who owe us")));
    EXPECT_THAT(get(Browser{}, "/promises").body, Not(HasSubstr("Name all who owe us")));

    // It slips, and is kept, unseen: nobody is told, and no number changes.
    hall->clock().advance(std::chrono::hours{24 * 20});
    EXPECT_EQ(act::note_overdue(hall->database(), organisation.id, now(), hall->ids()), 0);
    ASSERT_EQ(show_again(owner, promise), 303);
    EXPECT_EQ(rate().running, 1);
    EXPECT_EQ(act::note_overdue(hall->database(), organisation.id, now(), hall->ids()), 1);
    ASSERT_EQ(hide(owner, promise), 303);
    EXPECT_EQ(rate().overdue, 0);
    ASSERT_EQ(post(sign_in_as(bob), path + "/keeping", {{"why", ""}}).status, 303);
    EXPECT_EQ(rate().kept, 0);
    ASSERT_EQ(show_again(owner, promise), 303);
    EXPECT_EQ(rate().kept, 1);
    EXPECT_EQ(rate().overdue, 0);
    EXPECT_EQ(get(sign_in_as(aino), path).status, 200);
}

TEST_P(HiddenPromises, are_not_hidden_by_the_steward_who_promised)
{
    const auto own = promise_of(owner, "Pay what we owe");
    EXPECT_EQ(hide(owner, own), 403);
    EXPECT_EQ(get(Browser{}, "/promises/" + own.text()).status, 200);
}

TEST_P(HiddenPromises, count_a_hidden_call_out_no_more_and_whom_it_calls_does_not_hide_it)
{
    const auto callout = call_out(aino, promise);
    EXPECT_EQ(open_callouts(), 1);
    ASSERT_EQ(hide(owner, callout), 303);
    EXPECT_EQ(open_callouts(), 0);
    EXPECT_THAT(get(sign_in_as(bob), "/promises/" + promise.text()).body,
                Not(HasSubstr("Dock Street")));
    ASSERT_EQ(show_again(owner, callout), 303);
    EXPECT_EQ(open_callouts(), 1);
    ASSERT_EQ(hide(owner, callout), 303);
    // Closed while it is hidden: it was counted no more, and is not taken away twice.
    EXPECT_EQ(
        post(sign_in_as(aino), "/callouts/" + callout.text() + "/closing", {{"why", ""}}).status,
        303);
    EXPECT_EQ(open_callouts(), 0);
    ASSERT_EQ(show_again(owner, callout), 303);
    EXPECT_EQ(open_callouts(), 0);

    const auto against_her = call_out(aino, promise_of(owner, "Pay what we owe"));
    EXPECT_EQ(hide(owner, against_her), 403);
}

TEST_P(HiddenPromises, requests_go_too_and_who_asked_may_take_hers_back)
{
    const auto voice = say(aino, "The bill is wrong");
    const auto as_aino = viewer_of(aino);
    const auto ask = [&] {
        return write([&](store::Transaction& transaction) {
            return organise::make_request(
                transaction, hall->ids(), now(), as_aino,
                {.about = voice.id, .person = bob.id, .words = "You know what you did"});
        });
    };
    const auto request = ask();
    ASSERT_TRUE(request);
    const auto path = "/requests/" + request->id.text();
    EXPECT_EQ(hide(bob, request->id), 403);
    ASSERT_EQ(hide(owner, request->id), 303);
    EXPECT_EQ(get(sign_in_as(bob), path).status, 404);
    EXPECT_THAT(get(sign_in_as(bob), "/mine").body, Not(HasSubstr("You know what you did")));
    EXPECT_THAT(get(sign_in_as(aino), path).body, HasSubstr("Not for all to read"));
    EXPECT_EQ(show_again(aino, request->id), 403);
    const auto again = ask();
    ASSERT_TRUE(again) << "he is asked by nothing that is seen";
    ASSERT_EQ(hide(aino, again->id, "I found out"), 303);
    EXPECT_EQ(events("hear.thing_taken_back"), 1);
    EXPECT_EQ(show_again(aino, again->id), 303);
    EXPECT_EQ(get(sign_in_as(bob), "/requests/" + again->id.text()).status, 200);
}

} // namespace

} // namespace moothall::hall
