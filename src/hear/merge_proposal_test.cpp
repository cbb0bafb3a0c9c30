// Proposals to merge, and the pages and routes of merging.

#include "hear/api.hpp"
#include "hear/hear.hpp"
#include "hear/merge_pages.hpp"
#include "people/test_house.hpp"
#include "text/json.hpp"

#include <gmock/gmock.h>

namespace moothall::hear {
namespace {

using testing::HasSubstr;
using testing::Not;

class MergeProposals : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        mei = let_in("Mei", "mei@customer.example");
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        House::mount(house);
        mount_voice_pages(house.router());
        mount_voice_api(house.router());
        mount_merge_pages(house.router());
        mount_merge_api(house.router());
    }
    Id say(const people::Person& person, std::string title, std::string kind = "want")
    {
        const auto viewer = viewer_of(person);
        hall->clock().advance(std::chrono::seconds{1});
        return write([&](store::Transaction& transaction) {
            return say_voice(transaction, hall->ids(), now(), viewer,
                             {.kind = kind, .title = title}, render_body(title, "").value())
                .value()
                .id;
        });
    }
    /// As if the engine found all that was said near.
    std::int64_t look_for(const std::vector<Id>& near)
    {
        return find_proposals(hall->database(), hall->ids(), now(), organisation.id,
                              [&](Id, Id, std::string_view, std::string_view, std::size_t) {
                                  auto found = std::optional(std::vector<std::pair<Id, double>>{});
                                  for (const Id voice : near) found->emplace_back(voice, 0.9);
                                  return found;
                              });
    }
    std::vector<Proposal> proposals(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return list_proposals(transaction, viewer, {}, 10).value().proposals;
        });
    }

    people::Person aino;
    people::Person mei;
};

TEST_P(MergeProposals, name_a_pair_once_with_its_reason_and_never_again_when_dismissed)
{
    const auto older = say(aino, "Send the meter reading myself");
    const auto newer = say(mei, "Send the reading of my meter");
    const auto thanks = say(mei, "Thanks for the meter", "thanks");
    EXPECT_EQ(look_for({older, newer, thanks}), 2);
    const auto found = proposals(owner);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].older.id, older);
    EXPECT_EQ(found[0].newer.id, newer);
    EXPECT_THAT(found[0].words, testing::Contains("meter"));
    EXPECT_EQ(events("hear.merge_proposed"), 1);
    EXPECT_EQ(look_for({older, newer}), 0) << "nothing was said since";

    const auto browser = sign_in_as(owner);
    const auto page = get(browser, "/merging");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("Send the reading of my meter"));
    EXPECT_EQ(get(sign_in_as(mei), "/merging").status, 403);
    const auto path = "/merging/" + found[0].id.text();
    EXPECT_EQ(post(sign_in_as(mei), path + "/dismissal").status, 404);
    EXPECT_EQ(post(browser, path + "/dismissal").status, 303);
    EXPECT_EQ(post(browser, path + "/dismissal").status, 404);
    EXPECT_EQ(events("hear.merge_dismissed"), 1);
    const auto third = say(aino, "The meter reading once more");
    look_for({older, newer, third});
    for (const auto& one : proposals(owner))
        EXPECT_TRUE(one.newer.id == third) << "the dismissed pair stays away";
    EXPECT_EQ(proposals(owner).size(), 2U);
}

TEST_P(MergeProposals, ask_for_more_likeness_where_no_word_tells)
{
    const auto anchor = say(aino, "Send the meter reading myself");
    const auto with_a_word = say(mei, "The reading, sent by me");
    const auto without = say(mei, "Let me do that by hand");
    double score = 0;
    const auto look_at = [&](Id voice) {
        // Each as if it had just been said.
        write([&](store::Transaction& transaction) {
            return transaction.execute(
                "DELETE FROM consumer WHERE org_id = ?1 AND name = 'merging'", organisation.id);
        });
        find_proposals(
            hall->database(), hall->ids(), now(), organisation.id,
            [&](Id, Id, std::string_view title, std::string_view,
                std::size_t) -> std::optional<std::vector<std::pair<Id, double>>> {
                if (title != "Send the meter reading myself")
                    return std::vector<std::pair<Id, double>>{};
                return std::vector{std::pair(voice, score)};
            },
            [](std::string_view word) { return word == "the" || word == "myself"; });
        return proposals(owner).size();
    };
    score = 0.79;
    EXPECT_EQ(look_at(with_a_word), 0U);
    score = 0.89;
    EXPECT_EQ(look_at(without), 0U) << "near, but no word that both use";
    EXPECT_EQ(look_at(with_a_word), 1U);
    EXPECT_EQ(proposals(owner)[0].words, std::vector<std::string>{"reading"});
    score = 0.91;
    EXPECT_EQ(look_at(without), 2U) << "so near that words need not tell";
    EXPECT_TRUE(proposals(owner)[0].words.empty());
    EXPECT_TRUE(anchor);
}

TEST_P(MergeProposals, are_accepted_by_merging)
{
    const auto older = say(aino, "Send the meter reading myself");
    const auto newer = say(mei, "Send the reading of my meter");
    look_for({older, newer});
    const auto found = proposals(owner);
    ASSERT_EQ(found.size(), 1U);
    const auto browser = sign_in_as(owner);
    EXPECT_EQ(post(browser, "/merging/" + found[0].id.text() + "/acceptance").status, 303);
    EXPECT_TRUE(proposals(owner).empty());
    EXPECT_EQ(events("hear.voice_merged"), 1);
    const auto led = get(browser, "/voices/" + newer.text());
    EXPECT_EQ(led.status, 303);
    EXPECT_EQ(header(led, "Location"), "/voices/" + older.text() + "?from=" + newer.text());
    const auto whole = get(browser, "/voices/" + older.text(), {{"from", newer.text()}});
    EXPECT_THAT(whole.body, HasSubstr("Send the reading of my meter"));
    EXPECT_THAT(whole.body, HasSubstr("Mei")) << "the co-author";
    const auto alone = get(browser, "/voices/" + newer.text(), {{"alone", "yes"}});
    EXPECT_EQ(alone.status, 200);
    EXPECT_THAT(alone.body, HasSubstr("Here it stands as it was said"));

    EXPECT_EQ(post(sign_in_as(aino), "/voices/" + newer.text() + "/unmerging").status, 403);
    EXPECT_EQ(post(sign_in_as(mei), "/voices/" + newer.text() + "/unmerging").status, 303);
    EXPECT_EQ(get(browser, "/voices/" + newer.text()).status, 200);
}

TEST_P(MergeProposals, show_what_will_be_before_they_are_taken)
{
    const auto older = say(aino, "Send the meter reading myself");
    const auto newer = say(mei, "A photo of the meter");
    for (const auto* person : {&aino, &mei}) {
        const auto viewer = viewer_of(*person);
        write([&](store::Transaction& transaction) {
            return give_support(transaction, hall->ids(), now(), viewer, newer, "").value();
        });
    }
    const auto viewer = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        return give_support(transaction, hall->ids(), now(), viewer, older, "").value();
    });
    const auto browser = sign_in_as(owner);
    const auto dialog = "/voices/" + newer.text() + "/merging";
    const auto page = get(browser, dialog, {{"into", older.text()}});
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("1 + 2 people = 2"));
    EXPECT_THAT(page.body, HasSubstr("1 person backs both and counts once."));
    EXPECT_THAT(get(browser, dialog, {{"query", "reading"}}).body,
                HasSubstr("Send the meter reading myself"));
    EXPECT_EQ(get(sign_in_as(mei), dialog).status, 403);
    EXPECT_EQ(get({}, dialog).status, 401) << "sign in first";
    EXPECT_EQ(post(browser, dialog, {{"into", newer.text()}}).status, 422);
    EXPECT_EQ(post(browser, dialog, {{"into", older.text()}}).status, 303);
    EXPECT_EQ(post(browser, dialog, {{"into", older.text()}}).status, 409);
}

MOOTHALL_ON_EACH_ENGINE(MergeProposals);

} // namespace
} // namespace moothall::hear
