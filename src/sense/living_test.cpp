#include "sense/engine.hpp"
#include "sense/living.hpp"
#include "sense/test_house.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <numeric>

namespace moothall::sense {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

/// Voices 1 …, themes 101 …, and what was found, at random.
struct Case {
    Before before;
    Themes found;
};
Case any_case()
{
    Case made;
    const auto count = *rc::gen::inRange(1, 40);
    const auto themes = *rc::gen::inRange(0, 5);
    const auto groups = *rc::gen::inRange(1, 6);
    for (int i = 0; i < themes; ++i)
        made.before.themes.push_back({Id{101 + i}, *rc::gen::arbitrary<bool>()});
    made.found.themes.resize(static_cast<std::size_t>(groups));
    for (int i = 0; i < count; ++i) {
        const Id voice{1 + i};
        const auto theme = *rc::gen::inRange(0, themes + 1);
        made.before.voices.push_back(voice);
        made.before.theme_of.push_back(theme == 0 ? Id{} : Id{100 + theme});
        made.before.put_by_people.push_back(theme != 0 && *rc::gen::inRange(0, 4) == 0);
        const auto group = *rc::gen::inRange(-1, groups);
        made.found.theme_of.push_back(group);
        if (group >= 0) ++made.found.themes[static_cast<std::size_t>(group)].size;
        if (themes > 0 && *rc::gen::inRange(0, 5) == 0) {
            const Id away{101 + *rc::gen::inRange(0, themes)};
            if (away != made.before.theme_of.back()) made.before.apart.emplace(voice, away);
        }
    }
    return made;
}

std::vector<Id> place_all(const Case& made)
{
    auto themes = themes_of_groups(made.before, made.found);
    std::int64_t next = 1000;
    for (auto& theme : themes)
        if (!theme) theme = Id{next++};
    return placed(made.before, made.found, themes);
}

RC_GTEST_PROP(Living, what_people_said_holds_whatever_the_engine_finds, ())
{
    const auto made = any_case();
    const auto themes = place_all(made);
    for (std::size_t i = 0; i < themes.size(); ++i) {
        if (made.before.put_by_people[i])
            RC_ASSERT(themes[i] == made.before.theme_of[i]);
        else
            RC_ASSERT(!made.before.apart.contains({made.before.voices[i], themes[i]}));
    }
}

RC_GTEST_PROP(Living, an_engines_own_theme_goes_on_in_one_group_at_most, ())
{
    const auto made = any_case();
    const auto themes = themes_of_groups(made.before, made.found);
    for (const auto& theme : made.before.themes)
        if (!theme.by_hand) RC_ASSERT(std::ranges::count(themes, theme.theme) <= 1);
}

RC_GTEST_PROP(Living, the_same_groups_again_change_nothing, ())
{
    auto made = any_case();
    const auto once = place_all(made);
    // As it would be read the next time.
    std::set<Id> standing;
    for (const Id theme : once)
        if (theme) standing.insert(theme);
    for (const auto& theme : made.before.themes) standing.erase(theme.theme);
    for (const Id theme : standing) made.before.themes.push_back({theme, false});
    made.before.theme_of = once;
    auto again = made;
    again.found.theme_of.clear();
    again.found.themes.assign(again.before.themes.size(), {});
    for (const Id theme : once) {
        const auto place = std::ranges::find(again.before.themes, theme, &Standing::theme);
        const bool none = place == again.before.themes.end();
        again.found.theme_of.push_back(
            none ? no_theme : static_cast<std::int32_t>(place - again.before.themes.begin()));
        if (!none) ++again.found.themes[static_cast<std::size_t>(again.found.theme_of.back())].size;
    }
    RC_ASSERT(place_all(again) == once);
}

class LivingThemes : public SenseHouse {
protected:
    void SetUp() override
    {
        SenseHouse::SetUp();
        if (IsSkipped()) return;
        engine = std::make_shared<Engine>(hall->database(), hall->clock(), hall->ids());
        hall->keep(std::make_shared<hear::Finder>(make_finder(engine)));
    }
    void say_many()
    {
        const char* const bills[] = {"My bill is twice what it was last month",
                                     "The invoice is wrong again",
                                     "Why is my water bill so high?",
                                     "I was billed twice for the same month",
                                     "The bill shows a reading nobody made",
                                     "Please explain the fees on my bill",
                                     "My invoice never arrives",
                                     "The bill has the wrong address on it",
                                     "I cannot read your bill",
                                     "Send the bill by e-mail and not on paper"};
        const char* const leaks[] = {"There is a leak in our street",
                                     "Water is leaking from the main pipe",
                                     "The pipe burst under the road",
                                     "A leaking pipe floods the cellar",
                                     "Who repairs a burst pipe at night?",
                                     "The leak on the market square is still there",
                                     "Water runs down the street from a pipe",
                                     "Our cellar is wet because the pipe leaks",
                                     "The burst pipe was mended badly",
                                     "Leaks should be mended within a day"};
        const char* const meters[] = {"Let me send the meter reading myself",
                                      "May I read the meter on my own?",
                                      "Nobody came to read my meter",
                                      "I want to send a photo of my meter",
                                      "The meter reader came when I was away",
                                      "Why must I be home for the meter reading?",
                                      "Our meter is behind a locked gate",
                                      "Take meter readings by telephone",
                                      "The meter shows another number than you",
                                      "Can I enter the reading of my meter online?"};
        for (const auto& titles : {bills, leaks, meters})
            for (int i = 0; i < 10; ++i) said.push_back(say(i % 2 == 0 ? aino : mei, titles[i]));
        hall->clock().advance(std::chrono::seconds{5});
    }
    void run()
    {
        engine->follow(organisation.id);
        const jobs::Job job{.organisation = organisation.id, .kind = std::string(themes_job)};
        engine->find_themes(job);
        hall->clock().advance(std::chrono::seconds{5});
    }
    std::vector<NamedTheme> list(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return list_themes(transaction, "topic", ThemeSort::people, viewer, now());
        });
    }
    Id theme_of(Id voice)
    {
        return read([&](store::Transaction& transaction) {
            const auto found = find_placement(transaction, organisation.id, voice, "topic");
            return found ? found->theme : Id{};
        });
    }

    std::shared_ptr<Engine> engine;
    std::vector<Id> said; // ten of each
};
MOOTHALL_ON_EACH_ENGINE(LivingThemes);

TEST_P(LivingThemes, are_found_named_and_counted)
{
    say_many();
    engine->follow(organisation.id);
    const auto waiting = read([&](store::Transaction& transaction) {
        return find_run(transaction, organisation.id).state;
    });
    EXPECT_EQ(waiting, "waiting"); // thirty new voices are enough to look
    run();
    const auto themes = list(aino);
    ASSERT_GE(themes.size(), 2U);
    std::int64_t voices = 0;
    for (const auto& theme : themes) {
        EXPECT_FALSE(theme.title.empty());
        EXPECT_FALSE(theme.words.empty());
        EXPECT_FALSE(theme.by_hand);
        EXPECT_TRUE(theme.typical);
        voices += theme.figures.voices;
    }
    const auto done = read(
        [&](store::Transaction& transaction) { return find_run(transaction, organisation.id); });
    EXPECT_EQ(done.state, "done");
    EXPECT_EQ(done.voices, 30);
    EXPECT_EQ(done.voices - done.unassigned, voices);
    EXPECT_EQ(done.new_voices, 0);
    EXPECT_THAT(done.model, HasSubstr("en-192bg.fmse "));
    EXPECT_THAT(get({}, "/themes").body, HasSubstr(themes.front().path()));
}

TEST_P(LivingThemes, keep_ids_names_and_corrections_over_runs)
{
    say_many();
    run();
    const auto before = list(owner);
    const auto moved = said[25];
    const auto home = theme_of(moved);
    const auto steward = viewer_of(owner);
    const auto& other = before.front().id == home ? before.back() : before.front();
    ASSERT_TRUE(put(owner, other.id, moved));
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return rename_theme(transaction, hall->ids(), now(), steward, other.id, {"Ours", {}});
    }));
    const auto out = said[0] == moved ? said[1] : said[0];
    const auto left = theme_of(out);
    if (left) ASSERT_TRUE(take_out(owner, left, out));
    for (int i = 0; i < 3; ++i) {
        say(mei, "The bill of house number " + std::to_string(i) + " is too high");
        hall->clock().advance(std::chrono::seconds{5});
        run();
        EXPECT_EQ(theme_of(moved), other.id);
        if (left) EXPECT_NE(theme_of(out), left);
        EXPECT_EQ(look(mei, other.id).value().title, "Ours");
    }
    std::set<Id> after;
    for (const auto& theme : list(owner)) after.insert(theme.id);
    EXPECT_TRUE(after.contains(other.id));
}

TEST_P(LivingThemes, fill_the_situations_that_people_wrote)
{
    say_many();
    const auto write_down = [&](std::string title) {
        return make(bob, {.title = title, .lens = "situation"}).value().id;
    };
    const auto bill =
        write_down("When a bill comes, I want to understand it, so that I pay what is right");
    const auto leak =
        write_down("When a pipe leaks, I want it repaired at once, so that nothing is flooded");
    EXPECT_EQ(read([&](store::Transaction& transaction) {
                  return find_run(transaction, organisation.id).state;
              }),
              "waiting")
        << "a situation is there to be filled";
    ASSERT_TRUE(put(bob, leak, said[0]));
    run();
    EXPECT_EQ(look(mei, bill).value().figures.voices, std::ssize(voices_of(mei, bill)));
    EXPECT_GE(look(mei, bill).value().figures.voices, 3);
    EXPECT_GE(look(mei, leak).value().figures.voices, 3);
    EXPECT_EQ(look(mei, bill).value().title.substr(0, 11), "When a bill") << "people wrote it";
    const auto filled = voices_of(mei, leak);
    EXPECT_THAT(filled, testing::Contains(said[0])) << "put there by people";
    EXPECT_THAT(filled, Not(testing::Contains(said[20]))) << "it is about meters";

    // What does not belong stays out, whoever looks again.
    const auto out = voices_of(mei, bill).front();
    ASSERT_TRUE(take_out(bob, bill, out));
    run();
    EXPECT_THAT(voices_of(mei, bill), Not(testing::Contains(out)));
    EXPECT_THAT(voices_of(mei, leak), testing::Contains(said[0]));
}

TEST_P(LivingThemes, take_in_a_new_voice_at_once)
{
    say_many();
    run();
    const auto voice = say(mei, "Why is this month's water bill so high?");
    hall->clock().advance(std::chrono::seconds{2});
    engine->follow(organisation.id);
    EXPECT_EQ(theme_of(voice), theme_of(said[2]));
    EXPECT_GE(events("sense.voice_put"), 1);
    const auto odd = say(mei, "zzz qqq");
    hall->clock().advance(std::chrono::seconds{2});
    engine->follow(organisation.id);
    EXPECT_FALSE(theme_of(odd));
}

TEST_P(LivingThemes, never_take_words_from_closed_circles)
{
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    join(board, bob, Role::member);
    say_many();
    std::vector<Id> secrets;
    for (int i = 0; i < 6; ++i)
        secrets.push_back(
            say(bob, "The bill printer Xanadu fails on the bill " + std::to_string(i), board));
    hall->clock().advance(std::chrono::seconds{5});
    run();
    for (const auto* path : {"/themes", "/api/v1/themes"})
        EXPECT_THAT(get(sign_in_as(aino), path).body, Not(HasSubstr("anadu"))) << path;
    for (const auto& theme : list(aino)) {
        const auto page = get(sign_in_as(aino), "/themes/" + theme.id.text()).body;
        EXPECT_THAT(page, Not(HasSubstr("anadu")));
    }
    // They are with their neighbours all the same, for who sees them.
    const auto theme = theme_of(secrets[0]);
    ASSERT_TRUE(theme);
    EXPECT_GT(look(bob, theme).value().figures.voices, look(aino, theme).value().figures.voices);
}

TEST_P(LivingThemes, are_named_anew_when_a_voice_is_hidden)
{
    const auto state = [&] {
        return read([&](store::Transaction& transaction) {
            return find_run(transaction, organisation.id).state;
        });
    };
    for (int i = 0; i < 4; ++i)
        said.push_back(say(mei, "The Xanadu leaflet was wet, copy " + std::to_string(i)));
    say_many();
    run();
    ASSERT_THAT(get({}, "/themes").body, HasSubstr("anadu"));
    const auto steward = viewer_of(owner);
    for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(write([&](store::Transaction& transaction) {
            return hear::hide(transaction, hall->ids(), now(), steward,
                              said[static_cast<std::size_t>(i)], "It names a person.");
        }));
    hall->clock().advance(std::chrono::seconds{5});
    EXPECT_EQ(state(), "done");
    write([&](store::Transaction& transaction) { // it ran above, without a runner that says so
        return transaction.execute("DELETE FROM job WHERE org_id = ?1", organisation.id);
    });
    engine->follow(organisation.id);
    EXPECT_EQ(state(), "waiting");
    run();
    EXPECT_THAT(get({}, "/themes").body, Not(HasSubstr("anadu")));
    EXPECT_THAT(get({}, "/api/v1/themes").body, Not(HasSubstr("anadu")));
}

TEST_P(LivingThemes, are_named_anew_when_a_voice_goes_where_few_see_it)
{
    const auto state = [&] {
        return read([&](store::Transaction& transaction) {
            return find_run(transaction, organisation.id).state;
        });
    };
    const auto forget_job = [&] { // it ran, without a runner that says so
        write([&](store::Transaction& transaction) {
            return transaction.execute("DELETE FROM job WHERE org_id = ?1", organisation.id);
        });
    };
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    const auto yard = open_circle("Yard", people::CircleKind::team, people::Visibility::open);
    join(board, mei, Role::member);
    join(yard, mei, Role::member);
    for (int i = 0; i < 4; ++i)
        said.push_back(say(mei, "The Xanadu leaflet was wet, copy " + std::to_string(i)));
    for (int i = 0; i < 4; ++i)
        said.push_back(say(mei, "The gate Zanzibar is locked, day " + std::to_string(i), yard));
    say_many();
    run();
    ASSERT_THAT(get({}, "/themes").body, AllOf(HasSubstr("anadu"), HasSubstr("anzibar")));

    const auto steward = viewer_of(owner);
    for (std::size_t i = 0; i < 4; ++i)
        ASSERT_TRUE(write([&](store::Transaction& transaction) {
            return hear::edit_voice(transaction, hall->ids(), now(), steward, said[i],
                                    {.circle = board, .moved_because = "It names a supplier."}, {});
        }));
    hall->clock().advance(std::chrono::seconds{5});
    forget_job();
    engine->follow(organisation.id);
    EXPECT_EQ(state(), "waiting");
    run();
    EXPECT_THAT(get({}, "/themes").body, AllOf(Not(HasSubstr("anadu")), HasSubstr("anzibar")));

    forget_job();
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        auto circle = people::find_circle(transaction, yard, steward).value();
        circle.visibility = people::Visibility::closed;
        return people::change_circle(transaction, hall->ids(), now(), steward, circle);
    }));
    hall->clock().advance(std::chrono::seconds{5});
    engine->follow(organisation.id);
    EXPECT_EQ(state(), "waiting");
    run();
    EXPECT_THAT(get({}, "/themes").body, Not(HasSubstr("anzibar")));

    // What is in closed circles for long brings no run about.
    forget_job();
    const auto author = viewer_of(mei);
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return hear::edit_voice(transaction, hall->ids(), now(), author, said[0],
                                {.title = "The Xanadu leaflet was dry"}, {});
    }));
    hall->clock().advance(std::chrono::seconds{5});
    engine->follow(organisation.id);
    EXPECT_EQ(state(), "done");
}

TEST_P(LivingThemes, obey_what_people_do_while_the_engine_looks)
{
    say_many();
    run();
    const auto bills = theme_of(said[2]);
    const auto leaks = theme_of(said[12]);
    ASSERT_TRUE(bills && leaks && bills != leaks);
    const auto fresh = say(mei, "Why is my water bill so high this month?");
    hall->clock().advance(std::chrono::seconds{5});
    // One theme is merged into the other after the engine read what there is.
    write([&](store::Transaction& transaction) {
        transaction.execute("CREATE TABLE merged_meanwhile (was BIGINT, into_id BIGINT)");
        transaction.execute("INSERT INTO merged_meanwhile VALUES (?1, ?2)", bills, leaks);
        if (transaction.engine() == store::Engine::sqlite)
            transaction.execute(R"sql(
                CREATE TRIGGER meanwhile AFTER UPDATE ON theme_run WHEN new.step = 'reading' BEGIN
                    UPDATE theme SET merged_into = (SELECT into_id FROM merged_meanwhile)
                    WHERE theme_id = (SELECT was FROM merged_meanwhile);
                    UPDATE thing SET changed_us = changed_us + 1
                    WHERE thing_id = (SELECT was FROM merged_meanwhile);
                END )sql");
        else
            transaction.execute(R"sql(
                CREATE RULE meanwhile AS ON UPDATE TO theme_run WHERE new.step = 'reading' DO ALSO
                   (UPDATE theme SET merged_into = (SELECT into_id FROM merged_meanwhile)
                    WHERE theme_id = (SELECT was FROM merged_meanwhile);
                    UPDATE thing SET changed_us = changed_us + 1
                    WHERE thing_id = (SELECT was FROM merged_meanwhile)) )sql");
    });
    engine->find_themes({.organisation = organisation.id, .kind = std::string(themes_job)});
    write([&](store::Transaction& transaction) { // tests share a database
        if (transaction.engine() == store::Engine::sqlite)
            transaction.execute("DROP TRIGGER meanwhile");
        else
            transaction.execute("DROP RULE meanwhile ON theme_run");
        transaction.execute("DROP TABLE merged_meanwhile");
    });
    EXPECT_EQ(theme_of(fresh), leaks) << bills.text() << ' ' << leaks.text();
}

TEST_P(LivingThemes, stand_for_what_people_put_there)
{
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    join(board, bob, Role::member);
    const auto secret = say(bob, "What the bills cost us is nobody's business", board);
    say_many();
    run();
    const auto bills = theme_of(said[2]);
    const auto leaks = theme_of(said[12]);
    ASSERT_TRUE(bills && leaks && bills != leaks);
    ASSERT_TRUE(put(bob, bills, secret));
    for (const Id voice : said) ASSERT_TRUE(put(owner, leaks, voice));
    run();
    EXPECT_EQ(theme_of(secret), bills);
    EXPECT_FALSE(look(bob, bills).value().ended);
    EXPECT_EQ(look(bob, bills).value().title, "…") << "named by none of what all see";
    EXPECT_EQ(look(bob, bills).value().figures.voices, 1);
}

TEST_P(LivingThemes, find_what_was_said_before_and_what_is_meant)
{
    say_many();
    engine->follow(organisation.id);
    const auto similar =
        get({}, "/api/v1/voices/similar", {{"text", "I would like to read my own meter"}}).body;
    EXPECT_THAT(similar, HasSubstr("May I read the meter on my own?"));
    // In other words, and with a slip of the finger.
    EXPECT_THAT(get({}, "/api/v1/voices", {{"query", "invoce"}}).body, HasSubstr("invoice"));
    EXPECT_THAT(get({}, "/api/v1/voices", {{"query", "leaky pipes"}}).body, HasSubstr("leak"));
    // Closed circles stay closed.
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    join(board, bob, Role::member);
    say(bob, "Read the meter of the mayor yourself", board);
    hall->clock().advance(std::chrono::seconds{2});
    engine->follow(organisation.id);
    EXPECT_THAT(
        get(sign_in_as(aino), "/api/v1/voices/similar", {{"text", "read the meter of the mayor"}})
            .body,
        Not(HasSubstr("mayor")));
    EXPECT_THAT(
        get(sign_in_as(bob), "/api/v1/voices/similar", {{"text", "read the meter of the mayor"}})
            .body,
        HasSubstr("mayor"));
}

TEST_P(LivingThemes, are_searched_with_slips_of_the_finger)
{
    say(aino, "How do I verify my identity?");
    say(mei, "I want to send a photo of my meter");
    hall->clock().advance(std::chrono::seconds{5});
    engine->follow(organisation.id);
    EXPECT_THAT(get({}, "/api/v1/voices", {{"query", "verfy identiy"}}).body,
                HasSubstr("verify my identity"));
    EXPECT_THAT(get({}, "/api/v1/voices", {{"query", "verfy identiy"}, {"kind", "idea"}}).body,
                Not(HasSubstr("verify my identity")));
}

TEST_P(LivingThemes, are_searched_across_languages)
{
    const char* const french[] = {"Le tuyau fuit dans notre rue",
                                  "Ma facture est trop chère",
                                  "Où puis-je changer mon mot de passe ?",
                                  "Personne ne répond au téléphone",
                                  "Envoyez la facture par courriel",
                                  "La pression est trop faible le matin",
                                  "Qui relève mon compteur cette année ?",
                                  "Je voudrais payer par carte",
                                  "L'eau a un goût de chlore",
                                  "Merci pour votre aide rapide"};
    const char* const english[] = {
        "There is a leak in our street", "My bill is far too high", "Nobody came to read my meter",
        "The water tastes of chlorine in the morning", "Send the bill by e-mail and not on paper"};
    engine->follow(organisation.id); // nobody has said anything, in whatever language
    for (const auto* title : french) say(aino, title);
    for (const auto* title : english) say(mei, title);
    hall->clock().advance(std::chrono::seconds{5});
    engine->follow(organisation.id);
    const auto found = get({}, "/api/v1/voices", {{"query", "How do I change my password?"}}).body;
    EXPECT_THAT(found, HasSubstr("changer mon mot de passe"));
    // Nothing holds all of these words, or means just that: what comes nearest is better than none.
    EXPECT_THAT(get({}, "/api/v1/voices", {{"query", "purple bill for elephants"}}).body,
                HasSubstr("Send the bill by e-mail"));
    EXPECT_THAT(get({}, "/api/v1/voices", {{"query", "qqqqzzzz"}}).body, HasSubstr("\"items\":[]"));
}

TEST_P(LivingThemes, raise_a_signal_when_something_is_suddenly_spoken_of)
{
    // A quiet season, and then the record shop's customers.
    const char* const usual[] = {"The bill is wrong", "A pipe leaks", "Read my meter",
                                 "The water is brown", "Nobody answers the telephone"};
    for (int day = 0; day < 70; ++day) {
        hall->clock().advance(std::chrono::hours{24});
        say(aino, std::string(usual[day % 5]) + " in house " + std::to_string(day));
        if (day < 66) continue;
        for (int i = 0; i < 3; ++i)
            say(i == 0 ? bob : mei,
                "Customers bring back opened records, number " + std::to_string(day * 3 + i), {},
                "signal");
    }
    hall->clock().advance(std::chrono::seconds{5});
    engine->follow(organisation.id);
    engine->look_for_signals(organisation.id);
    engine->look_for_signals(organisation.id); // the same day: nothing new
    EXPECT_EQ(events("sense.signal_raised"), 1);
    const auto page = get({}, "/signals").body;
    EXPECT_THAT(page, HasSubstr("opened records"));
    EXPECT_THAT(page, HasSubstr("Bob Brook"));
    EXPECT_THAT(page, HasSubstr("How do our customers need us to change?"));
    const auto path = "/signals/" + after(page, "href=\"/signals/");
    EXPECT_EQ(get({}, path).status, 200);
    EXPECT_EQ(post({}, path + "/aside", {{"reason", "no"}}).status, 401);
    EXPECT_EQ(post(sign_in_as(aino), path + "/aside", {{"reason", "no"}}).status, 403);
    EXPECT_EQ(post(sign_in_as(bob), path + "/aside", {{"reason", " "}}).status, 422);
    EXPECT_EQ(post(sign_in_as(bob), path + "/aside", {{"reason", "A <b>trade fair</b>"}}).status,
              303);
    EXPECT_THAT(get({}, path).body, HasSubstr("A &lt;b&gt;trade fair"));
    EXPECT_EQ(post(sign_in_as(bob), path + "/aside", {{"reason", "again"}}).status, 409);
    EXPECT_EQ(events("sense.signal_set_aside"), 1);
    EXPECT_EQ(get({}, "/api/v1/signals").status, 200);
}

TEST_P(LivingThemes, raise_a_signal_when_a_circle_suddenly_says_much_about_many_things)
{
    const auto works =
        open_circle("The Works", people::CircleKind::customer, people::Visibility::open);
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    join(works, mei, Role::member);
    join(board, bob, Role::member);
    const char* const many[] = {
        "The bill is wrong",           "A pipe leaks in the yard",  "Read our meter at night",
        "The water is brown",          "Nobody picks up the phone", "Where can I park the lorry?",
        "The gate was locked at noon", "Send a plumber on Monday",  "Which pump do you advise?",
        "Thanks for the quick help",   "My password was refused",   "Train our new colleagues"};
    for (int day = 0; day < 70; ++day) {
        hall->clock().advance(std::chrono::hours{24});
        say(aino, std::string(many[day % 12]) + " in house " + std::to_string(day));
        if (day < 64) continue;
        say(mei, many[2 * (day - 64) % 12], works);
        say(mei, many[(2 * (day - 64) + 1) % 12], works);
        say(bob, many[2 * (day - 64) % 12], board);
        say(bob, many[(2 * (day - 64) + 1) % 12], board);
    }
    hall->clock().advance(std::chrono::seconds{5});
    engine->follow(organisation.id);
    engine->look_for_signals(organisation.id);
    EXPECT_EQ(events("sense.signal_raised"), 1);
    EXPECT_THAT(get({}, "/signals").body, HasSubstr("The Works"));
    EXPECT_THAT(get(sign_in_as(bob), "/signals").body, Not(HasSubstr("Board")))
        << "signals are for everybody, so closed circles raise none";
}

} // namespace

} // namespace moothall::sense
