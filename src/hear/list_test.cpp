#include "hear/hear.hpp"
#include "hear/listing.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

#include <array>

namespace moothall::hear {
namespace {

using testing::HasSubstr;
using testing::Not;

class Lists : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    Result<VoicePage> list(Sort sort, std::string after)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return list_voices(transaction, {.sort = sort, .limit = 2, .after = std::move(after)},
                               viewer);
        });
    }
};

TEST_P(Lists, go_on_from_a_place_that_needs_no_escaping_in_an_address)
{
    const auto viewer = viewer_of(owner);
    for (int i = 0; i < 5; ++i) {
        hall->clock().advance(std::chrono::hours{7});
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(say_voice(transaction, hall->ids(), now(), viewer, {.title = "A bench"},
                                  render_body("A bench", "").value()));
        });
    }
    hall->clock().advance(std::chrono::minutes{1});
    keep_reach(hall->database(), organisation.id, now());
    for (const auto sort : {Sort::trending, Sort::newest, Sort::wanted, Sort::discussed,
                            Sort::pressing, Sort::circles, Sort::rising}) {
        std::string after;
        std::size_t seen = 0;
        do {
            const auto page = list(sort, after).value();
            seen += page.voices.size();
            after = page.next;
            EXPECT_THAT(after, Not(HasSubstr("+"))) << to_text(sort);
        } while (!after.empty());
        EXPECT_EQ(seen, 5U) << to_text(sort);
    }
}

// What each order goes by: people, and each once, also through a merge.
TEST_P(Lists, say_how_far_a_voice_reaches)
{
    const auto viewer = viewer_of(owner);
    const auto jan = let_in("Jan", "jan@example.org");
    const auto writer = viewer_of(jan); // of no circle
    const auto say = [&](const char* title) {
        return write([&](store::Transaction& transaction) {
                   return say_voice(transaction, hall->ids(), now(), writer, {.title = title},
                                    render_body(title, "").value());
               })
            .value()
            .id;
    };
    const auto bench = say("A bench");
    const auto seat = say("A seat");
    const auto lamp = say("A lamp");
    const auto back = [&](const people::Person& person, Id voice, std::string_view matters) {
        const auto her = viewer_of(person);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(give_support(transaction, hall->ids(), now(), her, voice, matters));
        });
    };
    const auto keep = [&] {
        hall->clock().advance(std::chrono::seconds{1});
        while (keep_reach(hall->database(), organisation.id, now()) > 0) {
        }
    };
    const auto first = [&](Sort sort) { return list(sort, {}).value().voices.front(); };

    const auto circle = [&](const char* name, people::CircleKind kind) {
        return write([&](store::Transaction& transaction) {
                   return people::create_circle(transaction, hall->ids(), now(), viewer,
                                                {.name = name, .kind = kind});
               })
            .value()
            .id;
    };
    const auto give_role = [&](Id in, const people::Person& person, Role role) {
        const auto steward = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(
                people::change_role(transaction, hall->ids(), now(), steward, in, person.id, role));
        });
    };
    const auto aino = let_in("Aino", "aino@example.org");
    const auto eva = let_in("Eva", "eva@example.org");
    const auto riverside = circle("Riverside", people::CircleKind::customer);
    const auto hilltop = circle("Hilltop", people::CircleKind::community);
    give_role(riverside, aino, Role::member);
    give_role(hilltop, eva, Role::member);
    back(aino, bench, "vital");
    back(jan, lamp, "important");
    keep();
    EXPECT_EQ(first(Sort::pressing).id, bench);
    EXPECT_EQ(first(Sort::pressing).reach->vital, 1);
    EXPECT_EQ(first(Sort::circles).reach->circles, 1);

    // Through the merge Aino counts once, and Eva's circle is touched as well.
    back(aino, seat, "important");
    back(eva, seat, "important");
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(merge_voice(transaction, hall->ids(), now(), viewer, seat, bench));
    });
    keep();
    const auto whole = first(Sort::circles);
    EXPECT_EQ(whole.id, bench);
    EXPECT_EQ(whole.reach->circles, 2);
    EXPECT_EQ(whole.reach->vital, 1);
    EXPECT_EQ(whole.reach->important, 1) << "to Eva; to Aino it is vital";
    EXPECT_EQ(whole.reach->late, 2);

    // Time alone makes it rise no more.
    hall->clock().advance(std::chrono::weeks{5});
    back(eva, lamp, "nice");
    keep();
    const auto rising = list(Sort::rising, {}).value().voices;
    ASSERT_FALSE(rising.empty());
    EXPECT_EQ(rising.front().reach->late, 1);
    for (const auto& voice : rising)
        if (voice.id == bench) EXPECT_EQ(voice.reach->early, 2);
    // Who leaves a circle no longer brings it.
    give_role(riverside, aino, Role::none);
    keep();
    for (const auto& voice : list(Sort::circles, {}).value().voices)
        if (voice.id == bench) EXPECT_EQ(voice.reach->circles, 1) << "Eva's";
}

// What is few is walked by its filter and put in order, what is many along the order: the same
// list.
TEST_P(Lists, are_the_same_whatever_they_are_walked_by)
{
    auto viewer = viewer_of(owner);
    const auto circle = write([&](store::Transaction& transaction) {
                            return people::create_circle(
                                transaction, hall->ids(), now(), viewer,
                                {.name = "Riverside", .kind = people::CircleKind::customer});
                        })
                            .value()
                            .id;
    viewer = viewer_of(owner); // who is of that circle now
    const std::array<std::string, 3> kinds{"want", "question", "story"};
    for (std::size_t i = 0; i < 36; ++i) {
        hall->clock().advance(std::chrono::minutes{i * 37 % 11});
        write([&](store::Transaction& transaction) {
            const auto voice = say_voice(transaction, hall->ids(), now(), viewer,
                                         {.kind = kinds.at(i * i % 3),
                                          .title = "A bench",
                                          .circle = i % 5 < 2 ? circle : Id{},
                                          .tags = {i % 4 == 1 ? "benches" : "lamps"}},
                                         render_body("A bench", "").value());
            ASSERT_TRUE(voice) << voice.error().sentence;
            for (std::size_t reply = 0; reply < i * 7 % 4; ++reply)
                EXPECT_TRUE(say_reply(transaction, hall->ids(), now(), viewer, voice->id,
                                      {.body = "Yes"}, render_body("Yes", "").value()));
        });
    }
    hall->clock().advance(std::chrono::minutes{1});
    while (keep_reach(hall->database(), organisation.id, now()) > 0) {
    }
    const auto benches =
        read([&](store::Transaction& transaction) { return count_tags(transaction, viewer); })
            .back()
            .first;
    EXPECT_EQ(benches.name, "benches");
    std::vector<VoiceQuery> queries;
    for (const auto sort :
         {Sort::trending, Sort::newest, Sort::discussed, Sort::pressing, Sort::mine})
        for (const auto& kind : {std::string{}, kinds[0], kinds[2]})
            for (const Id tag : {Id{}, benches.id})
                for (const Id of : {Id{}, circle})
                    for (const auto category :
                         {std::optional<Category>{}, std::optional{Category::open}})
                        queries.push_back({.kind = kind,
                                           .category = category,
                                           .tag = tag,
                                           .circle = of,
                                           .sort = sort,
                                           .limit = 5});
    const auto lists = [&] {
        std::vector<std::vector<Id>> all;
        for (auto query : queries) {
            query.after.clear();
            auto& one = all.emplace_back();
            do {
                const auto page = read([&](store::Transaction& transaction) {
                                      return list_voices(transaction, query, viewer);
                                  }).value();
                for (const auto& voice : page.voices) {
                    one.push_back(voice.id);
                    EXPECT_TRUE(query.kind.empty() || voice.kind == query.kind);
                    EXPECT_TRUE(!query.circle || voice.circle == query.circle);
                    EXPECT_TRUE(!query.category || voice.status.category == *query.category);
                }
                query.after = page.next;
            } while (!query.after.empty());
        }
        return all;
    };
    const auto few = lists();
    EXPECT_EQ(few.front().size(), 36U);
    write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE voice_count SET voices = voices + 10000 WHERE org_id = ?1",
                            organisation.id);
        transaction.execute("UPDATE tag_count SET voices = voices + 10000 WHERE org_id = ?1",
                            organisation.id);
    });
    EXPECT_EQ(lists(), few);
}

TEST_P(Lists, refuse_a_place_in_a_list_of_another_order)
{
    const auto viewer = viewer_of(owner);
    for (int i = 0; i < 3; ++i)
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(say_voice(transaction, hall->ids(), now(), viewer, {.title = "A bench"},
                                  render_body("A bench", "").value()));
        });
    const auto place = list(Sort::newest, {}).value().next;
    ASSERT_FALSE(place.empty());
    EXPECT_TRUE(list(Sort::newest, place));
    const auto refused = list(Sort::wanted, place);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().sentence, HasSubstr("another order"));
    EXPECT_FALSE(list(Sort::wanted, "wanted_nothing"));
    EXPECT_FALSE(list(Sort::wanted, "1.5e+15_0ak"));
}

MOOTHALL_ON_EACH_ENGINE(Lists);

} // namespace
} // namespace moothall::hear
