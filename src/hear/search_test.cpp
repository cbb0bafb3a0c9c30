#include "hear/hear.hpp"
#include "hear/search.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hear {
namespace {

using ::testing::ElementsAre;

class Searches : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    Id say(std::string title, std::string body = {})
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            const NewVoice wanted{.title = title, .body = body};
            return say_voice(transaction, hall->ids(), now(), viewer, wanted,
                             render_body(title, body).value())
                .value()
                .id;
        });
    }
    VoicePage find(std::string query, std::optional<Sort> sort, int limit = 30,
                   std::string after = {})
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return list_voices(transaction,
                               {.query = query, .sort = sort, .limit = limit, .after = after},
                               viewer)
                .value();
        });
    }
    static std::vector<Id> ids_of(const VoicePage& page)
    {
        std::vector<Id> ids;
        for (const auto& voice : page.voices) ids.push_back(voice.id);
        return ids;
    }
};

TEST_P(Searches, are_ordered_as_wished_and_by_how_well_they_match_otherwise)
{
    const auto titled = say("The meter", "It is old.");
    const auto wanted = say("Water in the cellar", "The meter stands in it since a week or two.");
    const auto newest = say("A leak in our street", "It runs past the meter and down the hill.");
    say("Nothing of the kind", "A song.");
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto viewer = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        return give_support(transaction, hall->ids(), now(), viewer, wanted, "").value();
    });

    EXPECT_EQ(ids_of(find("meter", std::nullopt)).front(), titled);
    EXPECT_EQ(ids_of(find("meter", Sort::relevance)).front(), titled);
    EXPECT_THAT(ids_of(find("meter", Sort::newest)), ElementsAre(newest, wanted, titled));
    EXPECT_THAT(ids_of(find("meter", Sort::wanted)), ElementsAre(wanted, newest, titled));

    const auto first = find("meter", Sort::wanted, 2);
    EXPECT_THAT(ids_of(first), ElementsAre(wanted, newest));
    const auto second = find("meter", Sort::wanted, 2, first.next);
    EXPECT_THAT(ids_of(second), ElementsAre(titled));
    EXPECT_EQ(second.next, "");
}

TEST_P(Searches, of_one_organisation_are_not_hidden_by_the_flood_of_another)
{
    const auto ours = say("Our meter stands still");
    const auto theirs = write([&](store::Transaction& transaction) {
        auto founded = people::create_organisation(transaction, hall->ids(), now(),
                                                   {.name = "Flood",
                                                    .url = "http://flood.example",
                                                    .owner_email = "owner@flood.example",
                                                    .owner_name = "Flora"})
                           .value();
        create_default_statuses(transaction, hall->ids(), now(), founded.organisation.id);
        const auto viewer = people::make_viewer(transaction, founded.organisation.id,
                                                founded.organisation.everyone, founded.owner.id)
                                .value();
        for (int at = 0; at < 205; ++at) {
            const NewVoice wanted{.title = "A meter of theirs"};
            EXPECT_TRUE(say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                  render_body(wanted.title, wanted.body).value()));
        }
        return viewer;
    });
    EXPECT_THAT(ids_of(find("meter", std::nullopt)), ElementsAre(ours));
    const auto matches = [&](Id organisation_id, Need need) {
        return read([&](store::Transaction& transaction) {
            return search_words(transaction, organisation_id, {"meter", "theirs"}, need);
        });
    };
    ASSERT_EQ(matches(organisation.id, Need::any).size(), 1U);
    EXPECT_EQ(matches(organisation.id, Need::any).front().voice, ours);
    EXPECT_EQ(matches(organisation.id, Need::all).size(), 0U);
    EXPECT_EQ(matches(theirs.organisation, Need::all).size(), 200U);
    for (const auto& match : matches(theirs.organisation, Need::any)) EXPECT_NE(match.voice, ours);
}

TEST_P(Searches, for_a_word_of_more_voices_than_are_looked_at_find_titles_first)
{
    say("A meter long ago");
    const auto titled = say("One meter more");
    for (int at = 0; at < 199; ++at) say("Of something else", "There is a meter in it.");
    const auto found = find("meter", std::nullopt);
    ASSERT_EQ(found.voices.size(), 30U);
    EXPECT_EQ(found.voices.front().id, titled);
}

TEST_P(Searches, find_other_forms_of_a_word_in_each_language)
{
    const auto english = say("One delivery of the old meter", "It was late, and nobody knew why.");
    const auto french = say("Le compteur de mes chevaux est faux", "Je ne sais pas pourquoi.");
    const auto turkish = say("Evler çok soğuk", "Bunun için bir şey yapılmalı, çok üşüyoruz.");
    const auto finnish = say("Talot ovat kylmiä", "Tälle pitäisi tehdä jotain, koska palelemme.");
    EXPECT_THAT(ids_of(find("deliveries", std::nullopt)), ElementsAre(english));
    EXPECT_THAT(ids_of(find("meters delivered late", std::nullopt)), testing::IsEmpty())
        << "all the words, and a delivery is not what is delivered";
    EXPECT_THAT(ids_of(find("cheval compteurs", std::nullopt)), ElementsAre(french));
    EXPECT_THAT(ids_of(find("evlerde", std::nullopt)), ElementsAre(turkish));
    EXPECT_THAT(ids_of(find("talossa", std::nullopt)), ElementsAre(finnish));
    // A short text is in a language that nobody can tell, and is found all the same.
    const auto brief = say("Faktura");
    const auto shortest = say("Factures");
    EXPECT_THAT(ids_of(find("factures", std::nullopt)), ElementsAre(shortest));
    EXPECT_THAT(ids_of(find("faktura", std::nullopt)), ElementsAre(brief));
}

TEST_P(Searches, find_by_other_forms_what_was_indexed_before_there_were_any)
{
    const auto old = say("One delivery");
    write([&](store::Transaction& transaction) { // as it was left by an earlier program
        if (transaction.engine() == store::Engine::sqlite)
            transaction.execute("UPDATE voice_words SET title = 'one delivery' WHERE rowid = ?1",
                                old);
        else
            transaction.execute(
                "UPDATE voice_words SET words = to_tsvector('simple', 'one delivery') "
                "WHERE org_id = ?1 AND voice_id = ?2",
                organisation.id, old);
    });
    EXPECT_THAT(ids_of(find("deliveries", std::nullopt)), testing::IsEmpty());
    EXPECT_EQ(renew_index(hall->database(), organisation.id), 1);
    EXPECT_THAT(ids_of(find("deliveries", std::nullopt)), ElementsAre(old));
    EXPECT_EQ(renew_index(hall->database(), organisation.id), 0) << "once";
}

TEST_P(Searches, know_the_beginnings_of_many_words)
{
    const auto old = say("The conflagration of last year");
    const auto odd = say("A convolution");
    // More words than are looked up, alphabetically before those that people use.
    for (const char first : {'a', 'b', 'c'})
        for (char last = 'a'; last <= 'h'; ++last)
            say(std::string("The con") + first + last + " of it");
    const auto used = say("Our contracts");
    EXPECT_THAT(ids_of(find("contr", std::nullopt)), ElementsAre(used));
    EXPECT_THAT(ids_of(find("confla", std::nullopt)), ElementsAre(old));
    EXPECT_THAT(ids_of(find("con", std::nullopt, 60)), testing::IsSupersetOf({used, odd, old}));
    EXPECT_THAT(ids_of(find("our contra", std::nullopt)), ElementsAre(used));
    EXPECT_THAT(ids_of(find("conz", std::nullopt)), testing::IsEmpty());
}

TEST_P(Searches, find_what_many_support_among_the_many_that_hold_a_word)
{
    const auto wanted = say("The meter");
    say("A pump");
    for (std::size_t i = 0; i < voices_ranked_max; ++i) say("The meter " + std::to_string(i));
    const auto is_found = [&] {
        const auto page = find("meter", std::nullopt, 100);
        return std::ranges::find(page.voices, wanted, &Voice::id) != page.voices.end();
    };
    EXPECT_FALSE(is_found()) << "it is older than all that are read";
    const auto viewer = viewer_of(let_in("Aino", "aino@customer.example"));
    write([&](store::Transaction& transaction) {
        return give_support(transaction, hall->ids(), now(), viewer, wanted, "").value();
    });
    EXPECT_TRUE(is_found());
    EXPECT_EQ(find("meter", Sort::wanted).voices.front().id, wanted);
    EXPECT_EQ(find("meter", std::nullopt).voices.front().id, wanted) << "as good, and supported";
}

MOOTHALL_ON_EACH_ENGINE(Searches);

} // namespace
} // namespace moothall::hear
