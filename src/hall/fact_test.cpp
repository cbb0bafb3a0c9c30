#include "hall/test_house.hpp"
#include "tell/notification.hpp"
#include "write/write.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace moothall::hall {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using write::Checking;
using write::FactSubject;
using write::FactType;

/// A house that keeps facts: Bob and Sara (a steward) serve in the company's circle, Aino and Mei
/// are customers, and Mei is of the mill, a private customer circle.
class Facts : public test::WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        sara = let_in("Sara Steward", "sara@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        mei = let_in("Mei Lin", "mei@mill.example");
        company = open_circle("The company", people::CircleKind::company, people::Visibility::open);
        join(company.id, bob, Role::member);
        join(company.id, sara, Role::steward);
        mill = open_circle("The mill", people::CircleKind::customer, people::Visibility::closed);
        join(mill.id, mei, Role::member);
    }
    people::Circle open_circle(std::string name, people::CircleKind kind,
                               people::Visibility visibility)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return people::create_circle(
                       transaction, hall->ids(), now(), viewer,
                       {.name = std::move(name), .kind = kind, .visibility = visibility})
                .value();
        });
    }
    void join(Id circle, const people::Person& person, Role role)
    {
        write([&](store::Transaction& transaction) {
            people::set_role(transaction, organisation.id, circle, person.id, role, now());
        });
    }
    write::FactKind keep(std::string name, FactType type, bool checked = false,
                         FactSubject about = FactSubject::person)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return write::save_fact_kind(transaction, hall->ids(), now(), viewer,
                                         {.about = about,
                                          .name = std::move(name),
                                          .type = type,
                                          .unit = "m³",
                                          .choices = {"Gas", "Oil"},
                                          .checked = checked})
                .value();
        });
    }
    static write::Saying saying(const write::FactKind& kind, std::string_view value,
                                std::optional<Date> taken_on = {})
    {
        write::Saying said;
        said.value = write::read_fact_value(kind.type, kind.choices, value).value();
        said.taken_on = taken_on;
        return said;
    }
    Result<write::Fact> try_say(const people::Person& person, Id about, const write::FactKind& kind,
                                std::string_view value, std::optional<Date> taken_on = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::say_fact(transaction, hall->ids(), now(), viewer, about, kind.id,
                                   saying(kind, value, taken_on));
        });
    }
    write::Fact say_it(const people::Person& person, Id about, const write::FactKind& kind,
                       std::string_view value, std::optional<Date> taken_on = {})
    {
        return try_say(person, about, kind, value, taken_on).value();
    }
    Result<write::Fact> change(const people::Person& person, const write::Fact& fact,
                               std::string_view value, std::optional<std::int64_t> seen = {})
    {
        const auto viewer = viewer_of(person);
        auto said = saying(fact.kind, value);
        said.seen_version = seen;
        return write([&](store::Transaction& transaction) {
            return write::change_fact(transaction, hall->ids(), now(), viewer, fact.id, said);
        });
    }
    Result<write::Fact> undo(const people::Person& person, Id fact, std::int64_t version)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::undo_fact(transaction, hall->ids(), now(), viewer, fact, version);
        });
    }
    Result<write::Fact> check(const people::Person& person, Id fact, std::int64_t version,
                              write::Verdict verdict, std::string_view reason = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::check_fact(transaction, hall->ids(), now(), viewer, fact, version,
                                     verdict, reason);
        });
    }
    Result<write::Fact> look(const people::Person& person, Id fact)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::find_fact(transaction, fact, viewer);
        });
    }
    std::vector<write::Fact> list(const people::Person& person, const write::FactQuery& query)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::list_facts(transaction, query, viewer).value().facts;
        });
    }
    std::vector<write::FactVersion> history(Id fact)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return write::list_fact_versions(transaction, viewer, fact, {}, 100).value().versions;
        });
    }
    Result<write::FactImport> bring_in(const people::Person& person, std::string_view table,
                                       bool dry_run = false)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) -> Result<write::FactImport> {
            const auto rows = write::read_fact_rows(table);
            if (!rows) return rows.error();
            return write::import_facts(transaction, hall->ids(), now(), viewer, *rows, dry_run);
        });
    }
    std::vector<std::string> news_of(const people::Person& person)
    {
        // What other transactions may still commit is waited for.
        hall->clock().advance(1min);
        while (tell::tell_of_events(hall->database(), organisation.id, now(), hall->ids()) > 0) {
        }
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            std::vector<std::string> verbs;
            for (const auto& one : tell::list_notifications(transaction, viewer, {}, 50))
                verbs.push_back(one.verb);
            return verbs;
        });
    }
    static Reason reason_of(const Result<write::Fact>& refused) { return refused.error().reason; }

    people::Person bob;
    people::Person sara;
    people::Person aino;
    people::Person mei;
    people::Circle company;
    people::Circle mill;
};

TEST_P(Facts, a_customer_changes_what_is_known_about_her_and_all_that_was_said_stays)
{
    const auto phone = keep("Phone", FactType::text);
    const auto said = say_it(bob, aino.id, phone, "1234");
    const auto changed = change(aino, said, "5678");
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->shown.value, "5678");
    EXPECT_EQ(changed->shown.said_by.id, aino.id);
    EXPECT_EQ(look(bob, said.id)->shown.value, "5678") << "live at once";
    const auto before = history(said.id);
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before[1].value, "1234");
    EXPECT_EQ(before[1].said_by.name, "Bob Builder");
    EXPECT_FALSE(before[1].stands);
    EXPECT_EQ(events("write.fact_changed"), 2);
    EXPECT_EQ(change(aino, said, "5678")->version, 2) << "saying it again changes nothing";
    EXPECT_EQ(events("write.fact_changed"), 2);
}

TEST_P(Facts, only_she_and_those_who_serve_her_see_it_and_for_others_it_does_not_exist)
{
    const auto phone = keep("Phone", FactType::text);
    const auto fact = say_it(aino, aino.id, phone, "1234");
    for (const auto& person : {aino, bob, sara, owner}) EXPECT_TRUE(look(person, fact.id));
    const auto unseen = look(mei, fact.id);
    ASSERT_FALSE(unseen);
    EXPECT_EQ(unseen.error().sentence, Refusal::not_found().sentence);
    EXPECT_EQ(reason_of(change(mei, fact, "0")), Reason::not_found);
    EXPECT_EQ(reason_of(undo(mei, fact.id, 1)), Reason::not_found);
    EXPECT_EQ(reason_of(check(mei, fact.id, 1, write::Verdict::is_so)), Reason::not_found);
    EXPECT_TRUE(list(mei, {}).empty());
    EXPECT_TRUE(list(mei, {.about = aino.id}).empty());
    EXPECT_EQ(list(bob, {.about = aino.id}).size(), 1U);
    EXPECT_EQ(reason_of(try_say(mei, aino.id, keep("E-mail", FactType::text), "x")),
              Reason::forbidden);
    // Who serves her cannot talk of it where others hear: it has no thread.
    const auto bobs = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        EXPECT_FALSE(hear::say_reply(transaction, hall->ids(), now(), bobs, fact.id,
                                     {.body = "It is 1234"},
                                     hear::render_body({}, "It is 1234").value()));
    });
    // The same by address.
    const auto path = "/facts/" + fact.id.text();
    const auto absent = get(sign_in_as(mei), "/facts/0am4zzzzzzzzz");
    const auto hidden = get(sign_in_as(mei), path);
    EXPECT_EQ(hidden.status, 404);
    EXPECT_EQ(hidden.body.size(), absent.body.size());
    EXPECT_EQ(get({}, path).status, 404);
    EXPECT_EQ(get(sign_in_as(mei), path + ".atom").status, 404);
    EXPECT_THAT(get(sign_in_as(mei), "/people/" + aino.id.text()).body, Not(HasSubstr("1234")));
    EXPECT_THAT(get(sign_in_as(bob), "/people/" + aino.id.text()).body, HasSubstr("1234"));
    EXPECT_THAT(get(sign_in_as(aino), "/people/" + aino.id.text()).body, HasSubstr("1234"));
}

TEST_P(Facts, members_of_a_circle_see_and_change_what_is_known_about_it)
{
    const auto hours = keep("Opening hours", FactType::text, true, FactSubject::circle);
    const auto fact = say_it(mei, mill.id, hours, "8 to 17");
    EXPECT_EQ(fact.shown.checking, Checking::waits);
    EXPECT_TRUE(look(bob, fact.id)) << "who serves";
    EXPECT_EQ(look(bob, fact.id)->about.name, "") << "the name of a private circle is not told";
    EXPECT_EQ(look(mei, fact.id)->about.name, "The mill");
    EXPECT_FALSE(look(aino, fact.id));
    join(mill.id, aino, Role::guest);
    EXPECT_TRUE(look(aino, fact.id)) << "a guest sees what is in it";
    EXPECT_EQ(reason_of(change(aino, fact, "9 to 17")), Reason::forbidden);
    join(mill.id, aino, Role::none);
    EXPECT_FALSE(look(aino, fact.id)) << "at once";
    // The owner is of every circle, and speaks for none of her customers.
    EXPECT_EQ(change(owner, fact, "9 to 17")->shown.checking, Checking::confirmed);
    EXPECT_THAT(get(sign_in_as(mei), "/circles/" + mill.id.text()).body, HasSubstr("9 to 17"));
}

TEST_P(Facts, what_needs_a_check_is_unchecked_until_a_steward_looked_and_once)
{
    const auto area = keep("Area", FactType::number, true);
    auto fact = say_it(aino, aino.id, area, "84,5");
    EXPECT_EQ(fact.shown.checking, Checking::waits);
    EXPECT_TRUE(fact.shown.by_customer);
    EXPECT_EQ(list(sara, {.waiting = true}).size(), 1U);
    EXPECT_TRUE(list(bob, {.waiting = true}).empty()) << "no steward";
    EXPECT_THAT(get(sign_in_as(bob), fact.path()).body,
                HasSubstr("said by the customer, unchecked"));
    EXPECT_EQ(reason_of(check(bob, fact.id, 1, write::Verdict::is_so)), Reason::forbidden);
    EXPECT_EQ(reason_of(check(aino, fact.id, 1, write::Verdict::is_so)), Reason::forbidden);
    EXPECT_EQ(reason_of(check(sara, fact.id, 1, write::Verdict::is_not_so)), Reason::invalid)
        << "without a reason";
    fact = check(sara, fact.id, 1, write::Verdict::is_not_so, "The plan says 48.").value();
    EXPECT_EQ(fact.shown.checking, Checking::denied);
    EXPECT_EQ(reason_of(check(sara, fact.id, 1, write::Verdict::is_so)), Reason::conflict);
    EXPECT_THAT(get(sign_in_as(aino), fact.path()).body, HasSubstr("The plan says 48."));
    EXPECT_TRUE(list(sara, {.waiting = true}).empty());
    // Who says the same again means it, and it is looked at again.
    fact = change(aino, fact, "84.5").value();
    EXPECT_EQ(fact.shown.checking, Checking::waits);
    EXPECT_EQ(reason_of(check(sara, fact.id, 1, write::Verdict::is_so)), Reason::conflict);
    EXPECT_EQ(check(sara, fact.id, 2, write::Verdict::is_so)->shown.checking, Checking::confirmed);
    EXPECT_EQ(events("write.fact_confirmed"), 1);
    EXPECT_EQ(events("write.fact_denied"), 1);
    // What Bob writes down on the phone waits too; what a steward writes is looked at.
    EXPECT_EQ(change(bob, fact, "90")->shown.checking, Checking::waits);
    EXPECT_FALSE(look(bob, fact.id)->shown.by_customer);
    EXPECT_EQ(change(sara, fact, "91")->shown.checking, Checking::confirmed);
}

TEST_P(Facts, nobody_checks_what_is_about_herself)
{
    const auto area = keep("Area", FactType::number, true);
    const auto fact = say_it(sara, sara.id, area, "84");
    EXPECT_EQ(fact.shown.checking, Checking::waits);
    EXPECT_EQ(reason_of(check(sara, fact.id, 1, write::Verdict::is_so)), Reason::forbidden);
    EXPECT_TRUE(check(owner, fact.id, 1, write::Verdict::is_so));
}

TEST_P(Facts, taking_back_is_a_new_version_and_can_be_taken_back)
{
    const auto phone = keep("Phone", FactType::text);
    auto fact = say_it(aino, aino.id, phone, "1");
    fact = change(aino, fact, "2").value();
    EXPECT_EQ(reason_of(undo(aino, fact.id, 1)), Reason::conflict) << "it stands no longer";
    EXPECT_EQ(reason_of(undo(aino, fact.id, 99)), Reason::invalid);
    fact = undo(aino, fact.id, 2).value();
    EXPECT_EQ(fact.shown.value, "1");
    EXPECT_EQ(fact.shown.undoes, 2);
    EXPECT_EQ(reason_of(undo(aino, fact.id, 2)), Reason::conflict) << "once";
    EXPECT_EQ(undo(bob, fact.id, 3)->shown.value, "2");
    EXPECT_EQ(history(fact.id).size(), 4U);
    EXPECT_EQ(events("write.fact_undone"), 2);
    // Of the first there is nothing before: it is not said any more.
    const auto other = say_it(aino, aino.id, keep("E-mail", FactType::text), "a@b.example");
    EXPECT_EQ(undo(aino, other.id, 1)->shown.value, "");
    EXPECT_EQ(say_it(aino, aino.id, other.kind, "c@d.example").id, other.id);
}

TEST_P(Facts, who_writes_on_what_somebody_changed_meanwhile_is_told)
{
    const auto phone = keep("Phone", FactType::text);
    const auto fact = say_it(aino, aino.id, phone, "1");
    ASSERT_TRUE(change(bob, fact, "2", 1));
    EXPECT_EQ(reason_of(change(aino, fact, "3", 1)), Reason::conflict);
    EXPECT_TRUE(change(aino, fact, "3", 2));
    EXPECT_EQ(reason_of(try_say(aino, aino.id, phone, "4")), Reason::conflict) << "it is known";
}

TEST_P(Facts, readings_are_a_series_with_a_note_and_never_refused_for_what_they_say)
{
    const auto meter = keep("Water", FactType::reading);
    const auto day = [](const char* text) { return parse_date(text); };
    auto fact = say_it(aino, aino.id, meter, "100", day("2025-01-01"));
    fact = say_it(aino, aino.id, meter, "200", day("2026-01-01"));
    EXPECT_EQ(fact.readings, 2);
    EXPECT_EQ(fact.shown.value, "200");
    fact = say_it(aino, aino.id, meter, "240", day("2026-02-01"));
    EXPECT_EQ(fact.shown.note.text(), "more:4");
    EXPECT_THAT(get(sign_in_as(aino), fact.path()).body, HasSubstr("About 4 times as much"));
    EXPECT_THAT(get(sign_in_as(aino), fact.path()).body, HasSubstr("<polyline"));
    // One from between does not become the newest; one of the same day replaces it.
    fact = say_it(aino, aino.id, meter, "150", day("2025-07-01"));
    EXPECT_EQ(fact.shown.value, "240");
    EXPECT_EQ(fact.readings, 4);
    fact = say_it(aino, aino.id, meter, "210", day("2026-02-01"));
    EXPECT_EQ(fact.shown.value, "210");
    EXPECT_EQ(fact.readings, 4);
    fact = undo(aino, fact.id, fact.version).value();
    EXPECT_EQ(fact.shown.value, "240") << "what was said of that day before";
    fact = undo(aino, fact.id, 2).value();
    EXPECT_EQ(fact.readings, 3) << "nothing was said of that day before";
    EXPECT_FALSE(try_say(aino, aino.id, meter, "5")) << "a reading has a day";
}

TEST_P(Facts, a_table_comes_in_as_a_whole_or_not_at_all)
{
    const auto meter = keep("Water", FactType::reading);
    const auto phone = keep("Phone", FactType::text);
    const auto row = [&](std::string_view rest) {
        return aino.id.text() + "," + std::string(rest);
    };
    const auto bad = bring_in(sara, "about,kind,value,taken_on\n" + row("Water,100,2026-01-01\n") +
                                        row("Water,NaN,2026-02-01\n") + row("Shoe size,44,\n") +
                                        "0am4zzzzzzzzz,Phone,1,\n" + row("Water,1,2096-01-01\n"));
    ASSERT_TRUE(bad);
    ASSERT_EQ(bad->errors.size(), 4U);
    EXPECT_EQ(bad->errors[0].line, 3U);
    EXPECT_EQ(bad->errors[0].refusal.field, "value");
    EXPECT_EQ(bad->errors[1].refusal.field, "kind");
    EXPECT_EQ(bad->errors[2].refusal.field, "about");
    EXPECT_EQ(bad->errors[3].refusal.field, "taken_on");
    EXPECT_TRUE(list(aino, {.mine = true}).empty()) << "nothing came in";
    const auto good = "about,kind,value,taken_on\n" + row("Water,100,2026-01-01\n") +
                      row("water,110.5,2026-02-01\n") + row("Phone,=1+1,\n");
    EXPECT_EQ(bring_in(sara, good, true)->errors.size(), 0U);
    EXPECT_TRUE(list(aino, {.mine = true}).empty()) << "it was a trial";
    const auto came = bring_in(sara, good).value();
    EXPECT_EQ(came.facts, 2);
    EXPECT_EQ(came.readings, 2);
    EXPECT_EQ(list(aino, {.mine = true}).size(), 2U);
    EXPECT_EQ(events("write.facts_imported"), 1);
    EXPECT_EQ(events("write.fact_changed"), 2);
    EXPECT_EQ(bring_in(sara, good)->facts, 0) << "all is known";
    // What goes out comes in again, and a spreadsheet runs none of it.
    const auto table = get(sign_in_as(aino), "/facts.csv").body;
    EXPECT_THAT(table, HasSubstr("110.5"));
    EXPECT_THAT(table, HasSubstr("'=1+1"));
    const auto again = bring_in(sara, table).value();
    EXPECT_EQ(again.rows, 3);
    EXPECT_EQ(again.errors.size() + static_cast<std::size_t>(again.facts), 0U);
    EXPECT_FALSE(bring_in(bob, good)) << "no steward";
    EXPECT_FALSE(bring_in(aino, good)) << "no steward anywhere";
    EXPECT_FALSE(bring_in(sara, "about,value\nx,y\n"));
}

TEST_P(Facts, whoever_serves_her_hears_of_it_and_she_hears_what_became_of_it)
{
    const auto area = keep("Area", FactType::number, true);
    const auto phone = keep("Phone", FactType::text);
    const auto fact = say_it(aino, aino.id, area, "84");
    EXPECT_EQ(news_of(sara), (std::vector<std::string>{"write.fact_said"}));
    EXPECT_TRUE(news_of(bob).empty());
    EXPECT_TRUE(news_of(aino).empty()) << "it was herself";
    ASSERT_TRUE(check(sara, fact.id, 1, write::Verdict::is_so));
    EXPECT_EQ(news_of(aino), (std::vector<std::string>{"write.fact_confirmed"}));
    // Bob had it in hand by a form, and hears when she changes it.
    const auto browser = sign_in_as(bob);
    const auto response = post(
        browser, "/facts", {{"about", aino.id.text()}, {"kind", phone.id.text()}, {"value", "1"}});
    ASSERT_EQ(response.status, 303);
    const auto id = list(aino, {.about = aino.id, .kind = phone.id}).at(0).id;
    EXPECT_THAT(news_of(aino), testing::Contains("write.fact_changed"));
    ASSERT_TRUE(change(aino, look(aino, id).value(), "2"));
    EXPECT_EQ(news_of(bob), (std::vector<std::string>{"write.fact_changed"}));
    EXPECT_TRUE(news_of(mei).empty());
}

TEST_P(Facts, with_other_readers_all_that_was_said_is_for_those_at_once)
{
    auto phone = keep("Phone", FactType::text);
    const auto fact = say_it(aino, aino.id, phone, "1234");
    const auto billing =
        open_circle("Billing", people::CircleKind::team, people::Visibility::closed);
    phone.readers = billing.id;
    const auto viewer = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(write::save_fact_kind(transaction, hall->ids(), now(), viewer, phone));
    });
    EXPECT_FALSE(look(bob, fact.id));
    EXPECT_FALSE(look(sara, fact.id));
    EXPECT_TRUE(look(aino, fact.id));
    EXPECT_EQ(look(aino, fact.id)->kind.readers_name, "") << "of a circle that she does not know";
    EXPECT_TRUE(list(bob, {.kind = phone.id}).empty());
    phone.readers = mill.id;
    write([&](store::Transaction& transaction) {
        const auto refused = write::save_fact_kind(transaction, hall->ids(), now(), viewer, phone);
        EXPECT_EQ(refused.error().field, "readers") << "customers do not read of others";
    });
    const auto no_steward = viewer_of(sara);
    write([&](store::Transaction& transaction) {
        const auto refused =
            write::save_fact_kind(transaction, hall->ids(), now(), no_steward, phone);
        EXPECT_EQ(refused.error().reason, Reason::forbidden);
    });
}

TEST_P(Facts, a_place_is_seen_by_whose_it_is_and_by_those_who_serve_her)
{
    const auto meter = keep("Water", FactType::reading, false, FactSubject::place);
    const auto place_of = [&](const people::Person& person, Id keeper) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::make_place(transaction, hall->ids(), now(), viewer, keeper,
                                     "Summer house");
        });
    };
    const auto place = place_of(aino, aino.id).value();
    EXPECT_EQ(place_of(aino, aino.id).error().field, "name") << "there is one already";
    EXPECT_EQ(place_of(mei, aino.id).error().reason, Reason::forbidden);
    EXPECT_TRUE(place_of(mei, mill.id));
    const auto fact = say_it(aino, place.id, meter, "5", parse_date("2026-05-01"));
    EXPECT_TRUE(look(bob, fact.id));
    EXPECT_FALSE(look(mei, fact.id));
    EXPECT_EQ(get(sign_in_as(mei), place.path()).status, 404);
    EXPECT_THAT(get(sign_in_as(bob), place.path()).body, HasSubstr("Summer house"));
    EXPECT_EQ(list(aino, {.mine = true}).size(), 1U);
    EXPECT_EQ(reason_of(try_say(aino, aino.id, meter, "5", parse_date("2026-05-01"))),
              Reason::invalid)
        << "it is kept of places";

    // Removed with a reason it leaves the lists; what was known stays, and nothing more is said.
    const auto gone = place.path() + "/removal";
    const auto her = sign_in_as(aino);
    EXPECT_EQ(post(sign_in_as(mei), gone, {{"why", "Mine"}}).status, 404);
    // Sara said something there, and Bob follows it.
    say_it(sara, place.id, meter, "5.5", parse_date("2026-05-01"));
    const auto bobs = viewer_of(bob);
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(hear::change_follow(transaction, hall->ids(), now(), bobs, fact.id,
                                        {.replies = false, .outcome = true}));
    });
    EXPECT_EQ(post(her, gone, {{"why", " "}}).status, 422);
    EXPECT_EQ(post(her, gone, {{"why", "Sold to a cousin"}}).status, 303);
    EXPECT_EQ(post(her, gone, {{"why", "Sold"}}).status, 409) << "once";
    EXPECT_EQ(events("write.place_removed"), 1);
    EXPECT_THAT(news_of(sara), testing::Contains("write.place_removed"));
    EXPECT_THAT(news_of(bob), testing::Contains("write.place_removed"));
    EXPECT_THAT(news_of(aino), Not(testing::Contains("write.place_removed"))) << "it was herself";
    EXPECT_THAT(news_of(mei), Not(testing::Contains("write.place_removed")));
    const auto rename = [&](std::string name) {
        const auto viewer = viewer_of(aino);
        return write([&](store::Transaction& transaction) {
            return write::rename_place(transaction, hall->ids(), now(), viewer, place.id, name);
        });
    };
    EXPECT_EQ(rename("Winter house").error().reason, Reason::conflict);
    EXPECT_EQ(rename("Summer house").error().reason, Reason::conflict);
    EXPECT_EQ(post(her, place.path(), {{"name", "Winter house"}}).status, 409);
    EXPECT_THAT(get(sign_in_as(bob), place.path()).body, HasSubstr("Sold to a cousin"));
    EXPECT_THAT(get(sign_in_as(bob), fact.path()).body, HasSubstr("5"));
    EXPECT_EQ(list(aino, {.mine = true}).size(), 0U);
    EXPECT_EQ(reason_of(try_say(aino, place.id, meter, "6", parse_date("2026-05-02"))),
              Reason::conflict);
    EXPECT_TRUE(place_of(aino, aino.id)) << "the name is free";
    EXPECT_EQ(post(her, gone, {{"undo", "yes"}}).status, 409) << "but then it is taken";
    const auto second = read([&](store::Transaction& transaction) {
        return write::list_places(transaction, aino.id, viewer_of(aino)).at(0).path();
    });
    EXPECT_EQ(post(her, second + "/removal", {{"why", "Twice"}}).status, 303);
    EXPECT_EQ(post(her, gone, {{"undo", "yes"}}).status, 303);
    EXPECT_EQ(events("write.place_restored"), 1);
    EXPECT_THAT(news_of(sara), testing::Contains("write.place_restored"));
    EXPECT_EQ(list(aino, {.mine = true}).size(), 1U);
    EXPECT_TRUE(try_say(aino, place.id, meter, "6", parse_date("2026-05-02")));
}

TEST_P(Facts, ten_thousand_readings_are_paged_and_drawn)
{
    const auto meter = keep("Water", FactType::reading);
    std::string table = "about,kind,taken_on,value\n";
    const std::chrono::sys_days first{std::chrono::year{1990} / 1 / 1};
    for (int i = 0; i < 10'000; ++i)
        table += aino.id.text() + ",Water," + to_text(Date(first + std::chrono::days{i})) + ',' +
                 std::to_string(i) + '\n';
    EXPECT_EQ(bring_in(sara, table)->readings, 10'000);
    const auto fact = list(aino, {.mine = true}).at(0);
    EXPECT_EQ(fact.readings, 10'000);
    EXPECT_EQ(fact.shown.value, "9999");
    const auto page = get(sign_in_as(aino), fact.path());
    EXPECT_EQ(page.status, 200);
    EXPECT_LT(page.body.size(), 60'000U);
    EXPECT_THAT(page.body, HasSubstr("10,000 readings"));
    EXPECT_EQ(get(sign_in_as(aino), fact.path(), {{"after", "1995-01-01"}}).status, 200);
    EXPECT_FALSE(bring_in(sara, table + aino.id.text() + ",Water,2026-01-01,1\n"))
        << "a line too many";
}

TEST_P(Facts, she_takes_her_facts_along_and_with_her_they_are_gone)
{
    const auto phone = keep("Phone", FactType::text, true);
    const auto meter = keep("Water", FactType::reading, false, FactSubject::place);
    const auto hours = keep("Hours", FactType::text, false, FactSubject::circle);
    const auto viewer = viewer_of(aino);
    const auto place = write([&](store::Transaction& transaction) {
        return write::make_place(transaction, hall->ids(), now(), viewer, aino.id, "Numbat house")
            .value();
    });
    const auto fact = say_it(aino, aino.id, phone, "A walrus");
    ASSERT_TRUE(change(bob, fact, "A narwhal"));
    say_it(aino, place.id, meter, "4711", parse_date("2026-05-01"));
    join(mill.id, aino, Role::member);
    const auto of_mill = say_it(aino, mill.id, hours, "8 to 17");
    const auto browser = sign_in_as(aino);
    const auto own = get(browser, "/settings/export").body;
    for (const auto* word : {"A walrus", "A narwhal", "4711", "Numbat house", "8 to 17"})
        EXPECT_THAT(own, HasSubstr(word));
    EXPECT_EQ(post(browser, "/settings/erasure", {{"name", aino.name}, {"texts", "stay"}}).status,
              303);
    for (const auto& person : {bob, sara, owner}) {
        EXPECT_FALSE(look(person, fact.id));
        EXPECT_EQ(get(sign_in_as(person), place.path()).status, 404);
    }
    EXPECT_EQ(look(mei, of_mill.id)->shown.value, "8 to 17") << "the mill's stays";
    EXPECT_EQ(look(mei, of_mill.id)->shown.said_by.name, "");
    const auto left = read([&](store::Transaction& transaction) {
        std::string found;
        for (const auto& row :
             transaction.query("SELECT value FROM fact_version WHERE org_id = ?1", organisation.id))
            found += row.string(0) + '\n';
        for (const auto& row :
             transaction.query("SELECT title FROM thing WHERE org_id = ?1", organisation.id))
            found += row.string(0) + '\n';
        return found;
    });
    for (const auto* word : {"walrus", "narwhal", "4711", "Numbat"})
        EXPECT_THAT(left, Not(HasSubstr(word)));
}

TEST_P(Facts, forms_refuse_what_cannot_be_and_keep_what_was_written)
{
    const auto area = keep("Area", FactType::number);
    const auto fact = say_it(aino, aino.id, area, "84");
    const auto browser = sign_in_as(aino);
    for (const auto* wrong :
         {"NaN", "1e999", "99999999999999999999", "<script>alert(1)</script>"}) {
        const auto refused =
            post(browser, fact.path(), {{"value", wrong}, {"why", "I measured"}, {"version", "1"}});
        EXPECT_EQ(refused.status, 422) << wrong;
        EXPECT_THAT(refused.body, HasSubstr("I measured"));
        EXPECT_THAT(refused.body, Not(HasSubstr("<script>alert(1)")));
    }
    EXPECT_EQ(look(aino, fact.id)->shown.value, "84");
    EXPECT_EQ(post(browser, fact.path(), {{"value", "85"}, {"version", "1"}}).status, 303);
    EXPECT_EQ(post(browser, fact.path(), {{"value", "86"}, {"version", "1"}}).status, 409);
    EXPECT_EQ(post(browser, fact.path() + "/undoing", {{"version", "2"}}).status, 303);
    EXPECT_EQ(look(aino, fact.id)->shown.value, "84");
}

MOOTHALL_ON_EACH_ENGINE(Facts);

} // namespace

} // namespace moothall::hall
