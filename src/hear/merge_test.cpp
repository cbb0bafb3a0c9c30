// Merging as properties: whatever people do in whatever order, every voice counts what a plain
// model counts, and undoing all merges gives back exactly what was.

#include "hear/hear.hpp"
#include "people/test_house.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

namespace moothall::hear {
namespace {

class Merging : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        bob = let_in("Bob", "bob@northwater.example");
        mei = let_in("Mei", "mei@customer.example");
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        create_default_statuses(transaction, own_ids, start, organisation.id);
    }

    Id say(const people::Person& person, std::string title, Id circle = {})
    {
        const auto viewer = viewer_of(person);
        hall->clock().advance(std::chrono::seconds{1});
        return write([&](store::Transaction& transaction) {
            return say_voice(transaction, hall->ids(), now(), viewer,
                             {.kind = "want", .title = title, .circle = circle},
                             render_body(title, "").value())
                .value()
                .id;
        });
    }
    Id reply(const people::Person& person, Id subject, Id parent = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return say_reply(transaction, hall->ids(), now(), viewer, subject,
                             {.body = "Me as well", .parent = parent},
                             render_body("", "Me as well").value())
                .value()
                .id;
        });
    }
    Result<std::int64_t> support(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return give_support(transaction, hall->ids(), now(), viewer, voice, "");
        });
    }
    Result<std::int64_t> withdraw(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return withdraw_support(transaction, hall->ids(), now(), viewer, voice);
        });
    }
    Result<Voice> merge(const people::Person& person, Id voice, Id into)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return merge_voice(transaction, hall->ids(), now(), viewer, voice, into);
        });
    }
    Result<Voice> unmerge(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return unmerge_voice(transaction, hall->ids(), now(), viewer, voice);
        });
    }
    Result<std::int64_t> not_meant(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return take_support_back(transaction, hall->ids(), now(), viewer, voice);
        });
    }
    Voice look(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return find_voice(transaction, voice, viewer).value();
        });
    }
    std::vector<Id> list(const people::Person& person, VoiceQuery query = {})
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            std::vector<Id> found;
            for (const auto& voice : list_voices(transaction, query, viewer).value().voices)
                found.push_back(voice.id);
            std::ranges::sort(found);
            return found;
        });
    }
    std::int64_t counted(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read(
            [&](store::Transaction& transaction) { return count_voices(transaction, viewer).all; });
    }

    people::Person aino;
    people::Person bob;
    people::Person mei;
};

TEST_P(Merging, counts_each_person_once_and_its_undoing_gives_back_what_was)
{
    const auto meter = say(aino, "Let me send the meter reading");
    const auto photo = say(mei, "I want to send a photo of my meter");
    ASSERT_TRUE(support(bob, meter));
    ASSERT_TRUE(support(bob, photo));
    ASSERT_TRUE(support(aino, photo));
    const auto answer = reply(bob, photo);

    const auto whole = merge(owner, photo, meter).value();
    EXPECT_EQ(whole.id, meter);
    EXPECT_EQ(whole.supporters, 2) << "Bob said so twice and counts once";
    EXPECT_EQ(whole.inherited, 1) << "Aino came with the other";
    EXPECT_EQ(whole.replies, 1);
    EXPECT_EQ(whole.branches, 1);
    EXPECT_EQ(look(aino, photo).merged_into, meter);
    EXPECT_TRUE(look(aino, meter).supported);
    EXPECT_FALSE(look(mei, meter).supported);
    EXPECT_EQ(list(aino), std::vector{meter});
    EXPECT_EQ(counted(aino), 1);
    EXPECT_EQ(list(aino, {.query = "photo"}), std::vector{meter}) << "found by the other's words";
    EXPECT_EQ(list(aino, {.person = mei.id}), std::vector{photo}) << "hers is still hers";
    EXPECT_EQ(events("hear.voice_merged"), 1);

    // What is said below a reply that came along goes with it.
    const auto below = reply(aino, meter, answer);
    const auto own = reply(aino, meter);
    EXPECT_EQ(look(aino, meter).replies, 3);

    const auto parted = unmerge(mei, photo).value(); // its author
    EXPECT_EQ(parted.supporters, 2);
    EXPECT_EQ(parted.replies, 2);
    EXPECT_FALSE(parted.merged_into);
    EXPECT_EQ(look(aino, meter).supporters, 1);
    EXPECT_EQ(look(aino, meter).inherited, 0);
    EXPECT_EQ(look(aino, meter).replies, 1);
    EXPECT_EQ(list(aino), (std::vector{meter, photo}));
    EXPECT_EQ(counted(aino), 2);
    const auto viewer = viewer_of(aino);
    read([&](store::Transaction& transaction) {
        EXPECT_EQ(find_reply(transaction, below, viewer).value().subject, photo);
        EXPECT_EQ(find_reply(transaction, own, viewer).value().subject, meter);
        return 0;
    });
}

TEST_P(Merging, chains_lead_to_their_end_in_one_hop)
{
    const auto first = say(aino, "One");
    const auto second = say(aino, "Two");
    const auto third = say(aino, "Three");
    ASSERT_TRUE(support(aino, first));
    ASSERT_TRUE(support(bob, second));
    ASSERT_TRUE(merge(owner, first, second));
    ASSERT_TRUE(merge(owner, second, third));
    EXPECT_EQ(look(aino, first).merged_into, third);
    EXPECT_EQ(look(aino, third).supporters, 2);
    EXPECT_EQ(look(aino, third).branches, 2);
    EXPECT_EQ(merge(owner, third, first).error().reason, Reason::conflict) << "no ring";
    EXPECT_EQ(merge(owner, first, third).error().reason, Reason::conflict) << "merged already";
    ASSERT_TRUE(unmerge(owner, second));
    EXPECT_EQ(look(aino, first).merged_into, second) << "what it brought goes along";
    EXPECT_EQ(look(aino, third).supporters, 0);
    EXPECT_EQ(look(aino, second).supporters, 2);
    EXPECT_EQ(unmerge(owner, second).error().reason, Reason::conflict);
}

TEST_P(Merging, lets_each_supporter_say_that_she_meant_something_else)
{
    const auto meter = say(aino, "Let me send the meter reading");
    const auto photo = say(mei, "I want to send a photo of my meter");
    ASSERT_TRUE(support(bob, photo));
    ASSERT_TRUE(support(aino, photo));
    ASSERT_TRUE(merge(owner, photo, meter));
    EXPECT_EQ(not_meant(mei, photo).error().reason, Reason::forbidden) << "she did not back it";
    EXPECT_EQ(not_meant(bob, photo).value(), 1);
    EXPECT_EQ(not_meant(bob, photo).value(), 1) << "twice is once";
    EXPECT_EQ(look(aino, meter).supporters, 1);
    EXPECT_EQ(look(aino, photo).backing(), 1);
    EXPECT_TRUE(look(bob, photo).supported);
    EXPECT_FALSE(look(bob, meter).supported);
    EXPECT_EQ(list(aino), (std::vector{meter, photo})) << "it stands again, for Bob";
    EXPECT_EQ(counted(aino), 2);

    // Merged once more, she is not asked again.
    ASSERT_TRUE(unmerge(owner, photo));
    EXPECT_EQ(look(aino, photo).supporters, 2);
    ASSERT_TRUE(merge(owner, photo, meter));
    EXPECT_EQ(look(aino, meter).supporters, 1);
    EXPECT_EQ(look(aino, photo).backing(), 1);
    // With nobody left for whom it stands, it is not needed any more.
    ASSERT_TRUE(withdraw(bob, photo));
    EXPECT_EQ(list(aino), std::vector{meter});
    EXPECT_EQ(counted(aino), 1);
}

// Who does not see what a reply answers is not told of that either.
TEST_P(Merging, names_no_hidden_reply_above_another)
{
    const auto meter = say(aino, "Let me send the meter reading");
    const auto hidden = reply(mei, meter);
    const auto below = reply(bob, meter, hidden);
    const auto steward = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hide(transaction, hall->ids(), now(), steward, hidden, "Spam"));
    });
    const auto named_to = [&](const people::Person& person) {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            const auto one = find_reply(transaction, below, viewer).value().parent;
            const auto list = list_replies(transaction, meter, viewer, {}, 10).value();
            EXPECT_EQ(list.replies.back().parent, one);
            return one;
        });
    };
    EXPECT_EQ(named_to(owner), hidden);
    EXPECT_EQ(named_to(mei), hidden) << "hers";
    EXPECT_EQ(named_to(aino), Id{});
}

TEST_P(Merging, shows_nothing_across_circles_and_what_is_hidden_stands_alone)
{
    const auto closed = write([&](store::Transaction& transaction) {
        const auto maker =
            people::make_viewer(transaction, organisation.id, organisation.everyone, owner.id)
                .value();
        const auto circle = people::create_circle(transaction, hall->ids(), now(), maker,
                                                  {.name = "Board",
                                                   .kind = people::CircleKind::community,
                                                   .visibility = people::Visibility::closed})
                                .value()
                                .id;
        people::set_role(transaction, organisation.id, circle, mei.id, Role::member, now());
        return circle;
    });
    const auto open = say(aino, "Open");
    const auto secret = say(mei, "Secret", closed);
    EXPECT_EQ(merge(owner, open, secret).error().reason, Reason::invalid);
    EXPECT_EQ(merge(owner, secret, open).error().reason, Reason::invalid);
    EXPECT_EQ(merge(bob, secret, open).error().reason, Reason::not_found);
    EXPECT_EQ(merge(bob, open, secret).error().reason, Reason::forbidden);

    const auto other = say(mei, "Open as well");
    ASSERT_TRUE(support(bob, other));
    ASSERT_TRUE(merge(owner, other, open));
    const auto viewer = viewer_of(owner);
    const auto into_closed = write([&](store::Transaction& transaction) {
        return edit_voice(transaction, hall->ids(), now(), viewer, open, {.circle = closed}, {});
    });
    EXPECT_EQ(into_closed.error().reason, Reason::conflict);
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return hide(transaction, hall->ids(), now(), viewer, open, "Spam");
    }));
    EXPECT_EQ(list(aino), std::vector{other}) << "it stands by itself";
    EXPECT_EQ(look(aino, other).supporters, 1);
    EXPECT_EQ(merge(owner, other, open).error().reason, Reason::conflict);
}

/// What ought to be, counted in the plainest way.
struct Model {
    std::map<Id, Id> into;
    std::set<std::pair<Id, Id>> given;           // voice, person
    std::set<std::tuple<Id, Id, Id>> taken_back; // voice, into, person
    std::map<Id, int> replies;

    Id root(Id voice) const
    {
        while (into.contains(voice)) voice = into.at(voice);
        return voice;
    }
    bool counts_at(Id voice, Id person, Id at) const
    {
        for (Id one = voice; one != at; one = into.at(one)) {
            if (!into.contains(one)) return false;
            if (one == voice && taken_back.contains({voice, into.at(voice), person})) return false;
        }
        return true;
    }
    std::set<Id> supporters(Id at) const
    {
        std::set<Id> people;
        for (const auto& [voice, person] : given)
            if (counts_at(voice, person, at)) people.insert(person);
        return people;
    }
    std::set<Id> own(Id at) const
    {
        std::set<Id> people;
        for (const auto& [voice, person] : given)
            if (voice == at) people.insert(person);
        return people;
    }
    bool is_below(Id voice, Id at) const
    {
        for (; voice != at; voice = into.at(voice))
            if (!into.contains(voice)) return false;
        return true;
    }
    int all_replies(Id at) const
    {
        int count = 0;
        for (const auto& [voice, own_count] : replies)
            if (is_below(voice, at)) count += own_count;
        return count;
    }
    int apart(Id voice) const
    {
        if (!into.contains(voice)) return 0;
        int count = 0;
        for (const auto& [one, person] : given)
            if (one == voice && taken_back.contains({voice, into.at(voice), person})) ++count;
        return count;
    }
    bool stands(Id voice) const { return !into.contains(voice) || apart(voice) > 0; }

    void give(Id voice, Id person)
    {
        if (into.contains(voice) && apart(voice) > 0)
            taken_back.insert({voice, into.at(voice), person});
        given.insert({voice, person});
    }
    void remove(Id voice, Id person)
    {
        given.erase({voice, person});
        std::erase_if(taken_back, [&](const auto& one) {
            return std::get<0>(one) == voice && std::get<2>(one) == person;
        });
    }
    void withdraw(Id at, Id person)
    {
        if (into.contains(at) && apart(at) > 0) {
            if (taken_back.contains({at, into.at(at), person})) remove(at, person);
            return;
        }
        std::vector<Id> voices;
        for (const auto& [voice, one] : given)
            if (one == person &&
                (voice == at ||
                 (is_below(voice, at) && !taken_back.contains({voice, into.at(voice), person}))))
                voices.push_back(voice);
        for (const Id voice : voices) remove(voice, person);
    }
};

TEST_P(Merging, in_any_order_counts_as_a_plain_model_does_and_gives_back_what_was)
{
    constexpr int rounds = 6;
    constexpr int steps = 70;
    const std::array people{aino, bob, mei, let_in("Tom", "tom@customer.example")};
    for (int round = 0; round < rounds; ++round) {
        std::mt19937 chance(static_cast<unsigned>(round) + 11);
        const auto one_of = [&](std::size_t count) {
            return std::uniform_int_distribution<std::size_t>(0, count - 1)(chance);
        };
        Model model;
        std::vector<Id> voices;
        for (int at = 0; at < 5; ++at)
            voices.push_back(say(people[one_of(people.size())], "Voice " + std::to_string(at)));
        const auto agrees = [&](int step, std::size_t act) {
            std::vector<Id> standing;
            for (const Id id : voices) {
                const auto voice = look(aino, id);
                const auto where = "round " + std::to_string(round) + ", step " +
                                   std::to_string(step) + ", act " + std::to_string(act) +
                                   ", voice " + voice.title;
                const auto supporters = model.supporters(id);
                EXPECT_EQ(voice.supporters, std::ssize(supporters)) << where;
                EXPECT_EQ(voice.inherited, std::ssize(supporters) - std::ssize(model.own(id)))
                    << where;
                EXPECT_EQ(voice.apart, model.apart(id)) << where;
                EXPECT_EQ(voice.replies, model.all_replies(id)) << where;
                const Id root = model.root(id);
                EXPECT_EQ(voice.merged_into, root == id ? Id{} : root) << where;
                if (model.stands(id)) standing.push_back(id);
                if (!model.into.contains(id)) {
                    EXPECT_EQ(voice.supported, supporters.contains(aino.id)) << where;
                    const auto viewer = viewer_of(aino);
                    const auto listed = read([&](store::Transaction& transaction) {
                        return list_supporters(transaction, id, viewer, 100).value().size();
                    });
                    EXPECT_EQ(listed, supporters.size()) << where;
                }
            }
            std::ranges::sort(standing);
            auto listed = list(aino, {.limit = 100});
            std::erase_if(listed,
                          [&](Id id) { return std::ranges::find(voices, id) == voices.end(); });
            EXPECT_EQ(listed, standing) << "step " << step;
        };
        for (int step = 0; step < steps && !HasFailure(); ++step) {
            const auto& person = people[one_of(people.size())];
            const Id voice = voices[one_of(voices.size())];
            const Id other = voices[one_of(voices.size())];
            const auto act = one_of(9);
            if (act <= 2) {
                ASSERT_TRUE(support(person, voice));
                model.give(voice, person.id);
            } else if (act == 3) {
                ASSERT_TRUE(withdraw(person, voice));
                model.withdraw(voice, person.id);
            } else if (act <= 5) {
                const auto viewer = viewer_of(owner);
                const auto preview = read([&](store::Transaction& transaction) {
                    return preview_merge(transaction, viewer, voice, other);
                });
                const auto merged = merge(owner, voice, other);
                EXPECT_EQ(preview.has_value(), merged.has_value());
                const Id root = model.root(other);
                const bool may = !model.into.contains(voice) && root != voice;
                ASSERT_EQ(merged.has_value(), may);
                if (may) {
                    model.into[voice] = root;
                    EXPECT_EQ(preview->together, merged->supporters);
                }
            } else if (act == 6) {
                ASSERT_EQ(unmerge(owner, voice).has_value(), model.into.contains(voice));
                model.into.erase(voice);
            } else if (act == 7) {
                const bool may =
                    model.into.contains(voice) && model.given.contains({voice, person.id});
                ASSERT_EQ(not_meant(person, voice).has_value(), may);
                if (may) model.taken_back.insert({voice, model.into[voice], person.id});
            } else {
                reply(person, voice);
                ++model.replies[voice];
            }
            agrees(step, act);
        }
        std::ranges::shuffle(voices, chance);
        for (const Id voice : voices)
            if (model.into.contains(voice)) {
                ASSERT_TRUE(unmerge(owner, voice));
                model.into.erase(voice);
            }
        agrees(steps, 99);
        for (const Id voice : voices) {
            const auto after = look(aino, voice);
            EXPECT_EQ(after.supporters, std::ssize(model.own(voice))) << "exactly what was";
            EXPECT_EQ(after.inherited, 0);
            EXPECT_EQ(after.branches, 0);
            EXPECT_EQ(after.replies, model.replies[voice]);
        }
    }
}

MOOTHALL_ON_EACH_ENGINE(Merging);

} // namespace
} // namespace moothall::hear
