#include "sense/test_house.hpp"
#include "sense/theme_figures.hpp"

#include "text/json.hpp"

#include <gmock/gmock.h>

#include <array>
#include <map>

namespace moothall::sense {

namespace {

using namespace test;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class Themes : public SenseHouse {};
MOOTHALL_ON_EACH_ENGINE(Themes);

TEST_P(Themes, people_of_the_company_make_one_and_fill_it)
{
    const auto first = say(aino, "Let me send the meter reading myself");
    const auto second = say(mei, "May I read the meter?");
    support(bob, first);
    const auto theme =
        make(bob, {.title = "  Readings ", .words = "meter, reading, meter"}).value();
    EXPECT_EQ(theme.title, "Readings");
    EXPECT_THAT(theme.words, ElementsAre("meter", "reading"));
    EXPECT_TRUE(theme.path().ends_with("-readings"));
    ASSERT_TRUE(put(bob, theme.id, first));
    ASSERT_TRUE(put(bob, theme.id, second));
    ASSERT_TRUE(put(bob, theme.id, second)); // once more changes nothing
    EXPECT_EQ(events("sense.theme_made"), 1);
    EXPECT_EQ(events("sense.voice_put"), 2);

    const auto seen = look(mei, theme.id).value();
    EXPECT_EQ(seen.figures.voices, 2);
    EXPECT_EQ(seen.figures.people, 3); // two authors, and Bob who said "me too"
    EXPECT_EQ(seen.figures.support, 1);
    EXPECT_EQ(seen.figures.vital, 1);
    EXPECT_THAT(seen.figures.weeks, ElementsAre(2));
    EXPECT_THAT(voices_of(mei, theme.id), UnorderedElementsAre(first, second));
}

TEST_P(Themes, customers_make_none_but_say_where_their_own_voices_belong)
{
    const auto hers = say(aino, "Let me send the meter reading myself");
    const auto anothers = say(mei, "May I read the meter?");
    EXPECT_EQ(make(aino, {.title = "Readings"}).error().reason, Reason::forbidden);
    const auto theme = make(bob, {.title = "Readings", .voices = {hers, anothers}}).value();
    EXPECT_EQ(take_out(aino, theme.id, anothers).error().reason, Reason::forbidden);
    ASSERT_TRUE(take_out(aino, theme.id, hers));
    EXPECT_THAT(voices_of(bob, theme.id), ElementsAre(anothers));
    EXPECT_EQ(put(aino, theme.id, anothers).error().reason, Reason::forbidden);
    ASSERT_TRUE(put(aino, theme.id, hers));
    EXPECT_EQ(look(bob, theme.id).value().figures.voices, 2);
}

TEST_P(Themes, hold_each_voice_once_under_a_lens)
{
    const auto voice = say(aino, "Bills come late");
    const auto bills = make(bob, {.title = "Bills"}).value();
    const auto letters = make(bob, {.title = "Letters"}).value();
    const auto situation =
        make(bob, {.title = "When the bill comes, I want to understand it", .lens = "situation"})
            .value();
    ASSERT_TRUE(put(bob, bills.id, voice));
    ASSERT_TRUE(put(bob, situation.id, voice));
    ASSERT_TRUE(put(bob, letters.id, voice));
    EXPECT_THAT(voices_of(bob, bills.id), IsEmpty());
    EXPECT_THAT(voices_of(bob, letters.id), ElementsAre(voice));
    EXPECT_THAT(voices_of(bob, situation.id), ElementsAre(voice));
    EXPECT_EQ(look(bob, bills.id).value().figures.voices, 0);
    const auto viewer = viewer_of(aino);
    const auto loop = read([&](store::Transaction& transaction) {
        return hear::find_loop(transaction, viewer, voice, {});
    });
    EXPECT_TRUE(loop[1].at.has_value());
}

TEST_P(Themes, count_for_each_viewer_what_she_may_see)
{
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    join(board, bob, Role::member);
    const auto open = say(aino, "Bills come late");
    const auto secret = say(bob, "The bill printer is broken", board);
    const auto theme = make(bob, {.title = "Bills"}).value();
    ASSERT_TRUE(put(bob, theme.id, open));
    ASSERT_TRUE(put(bob, theme.id, secret));
    EXPECT_EQ(look(bob, theme.id).value().figures.voices, 2);
    EXPECT_EQ(look(aino, theme.id).value().figures.voices, 1);
    EXPECT_THAT(voices_of(aino, theme.id), ElementsAre(open));
    const auto page = get(sign_in_as(aino), "/themes/" + theme.id.text()).body;
    EXPECT_THAT(page, Not(HasSubstr("printer")));
    EXPECT_THAT(page, Not(HasSubstr(secret.text())));
    EXPECT_THAT(get(sign_in_as(bob), "/themes/" + theme.id.text()).body, HasSubstr("printer"));
    // What she may not see is refused like what is not there.
    EXPECT_EQ(put(aino, theme.id, secret).error().reason, Reason::not_found);
    EXPECT_EQ(put(aino, theme.id, Id{12345}).error().reason, Reason::not_found);
}

TEST_P(Themes, of_a_closed_circle_are_unknown_to_others)
{
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    join(board, bob, Role::member);
    const auto theme = make(bob, {.title = "Moving house", .circle = board}).value();
    EXPECT_EQ(look(aino, theme.id).error().reason, Reason::not_found);
    const auto unseen = get(sign_in_as(aino), "/themes/" + theme.id.text());
    const auto absent = get(sign_in_as(aino), "/themes/" + Id{12345}.text());
    EXPECT_EQ(unseen.status, 404);
    EXPECT_EQ(unseen.body, absent.body);
    EXPECT_THAT(get(sign_in_as(aino), "/themes").body, Not(HasSubstr("Moving house")));
    EXPECT_THAT(get(sign_in_as(bob), "/themes").body, HasSubstr("Moving house"));
    const auto voice = say(aino, "You are hard to find");
    ASSERT_TRUE(put(bob, theme.id, voice));
    EXPECT_THAT(get(sign_in_as(aino), "/voices", {{"theme", theme.id.text()}}).body,
                Not(HasSubstr("You are hard to find")));
    EXPECT_EQ(read([&](store::Transaction& transaction) {
                  return find_themes_of(transaction, voice, viewer_of(aino)).size();
              }),
              0U);
}

TEST_P(Themes, that_are_merged_go_on_in_the_other)
{
    const auto first = say(aino, "Bills come late");
    const auto second = say(mei, "Invoices never arrive");
    const auto third = say(mei, "Your invoice has no date");
    const auto bills = make(bob, {.title = "Bills", .voices = {first}}).value();
    const auto invoices = make(bob, {.title = "Invoices", .voices = {second, third}}).value();
    ASSERT_TRUE(take_out(bob, bills.id, first));
    ASSERT_TRUE(put(bob, bills.id, first));
    const auto merge = [&](const people::Person& person, Id from, Id into) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return merge_theme(transaction, hall->ids(), now(), viewer, from, into);
        });
    };
    EXPECT_EQ(merge(bob, invoices.id, bills.id).error().reason, Reason::forbidden);
    EXPECT_EQ(merge(owner, invoices.id, invoices.id).error().reason, Reason::invalid);
    const auto merged = merge(owner, invoices.id, bills.id).value();
    EXPECT_EQ(merged.figures.voices, 3);
    EXPECT_EQ(events("sense.theme_merged"), 1);
    EXPECT_THAT(voices_of(aino, bills.id), UnorderedElementsAre(first, second, third));
    EXPECT_EQ(header(get({}, "/themes/" + invoices.id.text()), "Location"),
              "/themes/" + bills.id.text());
    EXPECT_EQ(put(bob, invoices.id, first).error().reason, Reason::conflict);
    EXPECT_EQ(merge(owner, invoices.id, bills.id).error().reason, Reason::conflict);
    EXPECT_THAT(get({}, "/themes").body, Not(HasSubstr("Invoices")));
}

TEST_P(Themes, are_split_and_renamed_by_stewards)
{
    const auto first = say(aino, "Bills come late");
    const auto second = say(mei, "The letter was wet");
    const auto theme = make(bob, {.title = "Paper", .voices = {first, second}}).value();
    const auto split = [&](const people::Person& person, std::vector<Id> voices) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            auto part =
                split_theme(transaction, hall->ids(), now(), viewer, theme.id, "Letters", voices);
            if (!part) throw std::runtime_error("refused"); // as a request would roll it back
            return *part;
        });
    };
    EXPECT_ANY_THROW(split(aino, {second}));
    EXPECT_ANY_THROW(split(owner, {}));
    EXPECT_ANY_THROW(split(owner, {Id{12345}}));
    const auto part = split(owner, {second});
    EXPECT_THAT(voices_of(aino, theme.id), ElementsAre(first));
    EXPECT_THAT(voices_of(aino, part.id), ElementsAre(second));
    EXPECT_EQ(events("sense.theme_split"), 1);

    const auto viewer = viewer_of(owner);
    const auto renamed = write([&](store::Transaction& transaction) {
        return rename_theme(transaction, hall->ids(), now(), viewer, theme.id, {"Bills", {}});
    });
    EXPECT_EQ(renamed.value().title, "Bills");
    EXPECT_EQ(events("sense.theme_renamed"), 1);
    const auto hers = viewer_of(aino);
    EXPECT_EQ(write([&](store::Transaction& transaction) {
                  return rename_theme(transaction, hall->ids(), now(), hers, theme.id,
                                      {"Mine", {}});
              })
                  .error()
                  .reason,
              Reason::forbidden);
}

TEST_P(Themes, are_made_and_filled_on_pages)
{
    const auto voice = say(aino, "Bills come late");
    const auto browser = sign_in_as(bob);
    EXPECT_THAT(get({}, "/themes").body, HasSubstr("No theme yet"));
    EXPECT_EQ(get(sign_in_as(aino), "/themes/new").status, 403);
    const auto refused = post(browser, "/themes/new", {{"title", " "}, {"words", "paper"}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("value=\"paper\""));
    const auto made = post(browser, "/themes/new", {{"title", "Bills & <letters>"}});
    ASSERT_EQ(made.status, 303);
    const auto path = header(made, "Location");
    const auto id = path.substr(8, 13);
    EXPECT_EQ(post(browser, "/themes/" + id + "/voices",
                   {{"voice", "http://localhost/voices/" + voice.text() + "-bills-come-late#x"}})
                  .status,
              303);
    const auto page = get({}, path).body;
    EXPECT_THAT(page, HasSubstr("Bills come late"));
    EXPECT_THAT(page, HasSubstr("Bills &amp; &lt;letters&gt;"));
    EXPECT_THAT(get({}, "/themes").body, HasSubstr("Bills &amp; &lt;letters&gt;"));
    EXPECT_THAT(get({}, "/voices", {{"theme", id}}).body, HasSubstr("Bills come late"));
    EXPECT_EQ(post(browser, "/themes/" + id + "/voices", {{"voice", "nothing"}}).status, 422);
    EXPECT_EQ(post({}, "/themes/" + id + "/removals", {{"voice", voice.text()}}).status, 401);
    EXPECT_EQ(
        post(sign_in_as(aino), "/themes/" + id + "/removals", {{"voice", voice.text()}}).status,
        303);
    EXPECT_THAT(get({}, path).body, HasSubstr("No voice has been put into it yet"));
    EXPECT_EQ(post(sign_in_as(aino), "/voices/" + voice.text() + "/theme", {{"theme", id}}).status,
              303);
    EXPECT_EQ(look(aino, *Id::parse(id)).value().figures.voices, 1);
    for (const auto* form : {"/edit", "/merging", "/splitting"}) {
        EXPECT_EQ(get(browser, "/themes/" + id + form).status, 200) << form;
        EXPECT_EQ(get(sign_in_as(aino), "/themes/" + id + form).status, 403) << form;
    }
    EXPECT_EQ(post(browser, "/themes/" + id + "/follow").status, 303);
    EXPECT_THAT(get(browser, path).body, HasSubstr("Stop following"));
}

TEST_P(Themes, are_seen_through_two_lenses_at_once)
{
    const auto voice = say(aino, "Bills come late", {}, "question");
    const auto theme = make(bob, {.title = "Bills", .voices = {voice}}).value();
    constexpr std::array lenses{"topic",     "situation", "circle", "customer",
                                "community", "kind",      "time"};
    for (const auto* lens : lenses)
        for (const auto* by : lenses)
            EXPECT_EQ(get({}, "/themes", {{"lens", lens}, {"by", by}}).status, 200) << lens << by;
    EXPECT_EQ(get({}, "/themes", {{"lens", "kind"}, {"by", "nothing"}}).status, 200);
    const auto page = get({}, "/themes", {{"lens", "kind"}, {"by", "topic"}}).body;
    EXPECT_THAT(page, HasSubstr("/voices?kind=question&amp;theme=" + theme.id.text()));
    const auto by_month = get({}, "/themes", {{"lens", "topic"}, {"by", "time"}}).body;
    EXPECT_THAT(by_month, HasSubstr("from=2026-05-01&amp;until=2026-05-31"));
    EXPECT_THAT(get({}, "/voices", {{"from", "2026-05-01"}, {"until", "2026-05-31"}}).body,
                HasSubstr("Bills come late"));
    EXPECT_THAT(get({}, "/voices", {{"until", "2026-04-30"}}).body,
                Not(HasSubstr("Bills come late")));
}

TEST_P(Themes, are_seen_as_customers_and_as_communities_see_them)
{
    const auto works = open_circle("Works", people::CircleKind::customer, people::Visibility::open);
    const auto town = open_circle("Town", people::CircleKind::community, people::Visibility::open);
    join(works, aino, Role::member);
    join(town, mei, Role::member);
    make(bob, {.title = "Bills",
               .voices = {say(aino, "Bills come late", works), say(mei, "Wrong bills", town),
                          say(bob, "Bills on paper", meter_team)}})
        .value();
    const auto rows_of = [&](const char* lens) {
        const auto page = get({}, "/themes", {{"lens", lens}, {"by", "topic"}}).body;
        return page.substr(std::min(page.size(), page.find("<table")));
    };
    EXPECT_THAT(rows_of("customer"),
                AllOf(HasSubstr("Works"), Not(HasSubstr("Town")), Not(HasSubstr("Meter team"))));
    EXPECT_THAT(rows_of("community"), AllOf(HasSubstr("Town"), Not(HasSubstr("Works"))));
    EXPECT_THAT(rows_of("circle"), AllOf(HasSubstr("Town"), HasSubstr("Meter team")));
    const auto listed = get({}, "/api/v1/themes", {{"lens", "customer"}}).body;
    EXPECT_THAT(listed, AllOf(HasSubstr("Works"), Not(HasSubstr("Town"))));
}

TEST_P(Themes, tell_in_each_cell_what_rises_and_what_falls)
{
    using std::chrono::days;
    std::vector<Id> voices;
    for (int i = 0; i < 4; ++i)
        voices.push_back(say(aino, "The bill is wrong " + std::to_string(i), {}, "question"));
    for (int i = 0; i < 2; ++i)
        voices.push_back(say(aino, "A bill by e-mail " + std::to_string(i), {}, "challenge"));
    hall->clock().advance(days{125}); // more than three months
    for (int i = 0; i < 3; ++i)
        voices.push_back(say(aino, "Bill me twice a year " + std::to_string(i), {}, "want"));
    const auto theme = make(bob, {.title = "Bills", .voices = voices}).value();
    const auto page = get({}, "/themes", {{"lens", "topic"}, {"by", "kind"}}).body;
    const auto cell = [&](const std::string& kind) {
        const auto begin = page.find("theme=" + theme.id.text() + "&amp;kind=" + kind);
        return begin == std::string::npos ? std::string()
                                          : page.substr(begin, page.find("</td>", begin) - begin);
    };
    EXPECT_THAT(cell("want"), HasSubstr("rising"));
    EXPECT_THAT(cell("question"), HasSubstr("falling"));
    ASSERT_THAT(cell("challenge"), HasSubstr(">2<"));
    EXPECT_THAT(cell("challenge"), Not(HasSubstr("falling"))) << "two voices say nothing";
    const auto said =
        Json::parse(get({}, "/api/v1/themes/table", {{"lens", "topic"}, {"by", "kind"}}).body)
            .value();
    const auto row = said.find("rows").at(0);
    EXPECT_EQ(row.find("title").string(), "Bills");
    EXPECT_EQ(row.find("voices").integer(), 9);
    std::map<std::string, std::string> trends;
    for (std::size_t i = 0; i < said.find("columns").size(); ++i)
        trends.emplace(*said.find("columns").at(i).string(),
                       *row.find("cells").at(i).find("trend").string());
    EXPECT_THAT(trends, UnorderedElementsAre(testing::Pair("Want", "rising"),
                                             testing::Pair("Question", "falling"),
                                             testing::Pair("Challenge", "")));
    for (const auto& [lens, by] : {std::pair("topic", "topic"), std::pair("topic", "situation"),
                                   std::pair("topic", "mood"), std::pair("", "topic")})
        EXPECT_EQ(get({}, "/api/v1/themes/table", {{"lens", lens}, {"by", by}}).status, 422);
    // Where the months are columns they are the trend.
    EXPECT_THAT(get({}, "/themes", {{"lens", "topic"}, {"by", "time"}}).body,
                Not(HasSubstr("rising")));
}

TEST_P(Themes, stand_in_the_order_asked_for_and_say_why)
{
    const auto works = open_circle("Works", people::CircleKind::customer, people::Visibility::open);
    const auto town = open_circle("Town", people::CircleKind::community, people::Visibility::open);
    join(works, aino, Role::member);
    join(town, mei, Role::member);
    const auto old = say(bob, "The bill is wrong");
    const auto older = say(bob, "The bill is wrong again");
    hall->clock().advance(std::chrono::days{50});
    const auto late = say(aino, "The pipe leaks");
    support(mei, late);
    const auto vital = say(bob, "Let me read the meter");
    const auto third = say(mei, "Read it for me");
    const auto bills = make(bob, {.title = "Bills", .voices = {old, older}}).value().id;
    const auto leaks = make(bob, {.title = "Leaks", .voices = {late}}).value().id;
    const auto meters = make(bob, {.title = "Meters", .voices = {vital, third}}).value().id;
    support(let_in("Ines", "ines@example.org"), vital);
    support(mei, vital);
    write([&](store::Transaction& transaction) {
        refresh_figures(transaction, organisation.id, {bills, leaks, meters});
    });
    struct Wanted {
        const char* sort;
        Id first;
        const char* why;
    };
    for (const auto& [sort, first, why] :
         {Wanted{"people", meters, "3 people speak of it"},
          Wanted{"rising", meters, "2 voices in four weeks, 0 in the twelve before"},
          Wanted{"pressing", meters, "vital to 2, important to 0"},
          Wanted{"circles", leaks, "people of 2 circles"}, Wanted{"newest", meters, ""}}) {
        const auto page = get({}, "/themes", {{"sort", sort}}).body;
        const auto listed = page.substr(page.find("<ol class=\"rows\">"));
        EXPECT_EQ(after(listed, "href=\"/themes/").substr(0, 13), first.text()) << sort;
        EXPECT_THAT(listed, HasSubstr(why)) << sort;
        EXPECT_THAT(get({}, "/api/v1/themes", {{"sort", sort}, {"limit", "1"}}).body,
                    HasSubstr(first.text()))
            << sort;
    }
    EXPECT_EQ(get({}, "/api/v1/themes", {{"sort", "loudest"}}).status, 422);
}

TEST_P(Themes, come_by_what_their_circles_pay_for_those_who_may_know)
{
    const auto works = open_circle("Works", people::CircleKind::customer, people::Visibility::open);
    const auto town = open_circle("Town", people::CircleKind::community, people::Visibility::open);
    join(works, aino, Role::member);
    join(town, mei, Role::member);
    const auto rich = make(bob, {.title = "Leaks", .voices = {say(aino, "A pipe leaks")}}).value();
    const auto poor =
        make(bob, {.title = "Bills", .voices = {say(mei, "A bill is wrong")}}).value();
    make(bob, {.title = "Nobody's"}).value();
    EXPECT_THAT(get(sign_in_as(bob), "/themes").body, Not(HasSubstr("Best-paying")));
    hall->keep(std::make_shared<Revenues>(
        Revenues{[&](store::Transaction&, const Viewer& viewer) -> std::map<Id, std::int64_t> {
            if (!viewer.is_company()) return {};
            return {{works, 1'200'000}, {town, 50'000}};
        }}));
    const auto page = get(sign_in_as(bob), "/themes", {{"sort", "paying"}}).body;
    EXPECT_THAT(page, HasSubstr("Best-paying"));
    EXPECT_LT(page.find(rich.path()), page.find(poor.path()));
    EXPECT_THAT(page, HasSubstr("its circles pay 12,000 a year"));
    const auto bobs = token_of(bob);
    EXPECT_THAT(
        by_token(web::Method::get, bobs, "/api/v1/themes", {}, {{"sort", "paying"}, {"limit", "1"}})
            .body,
        HasSubstr(rich.id.text()));
    // Others see neither the order nor a figure.
    const auto hers = get(sign_in_as(aino), "/themes", {{"sort", "paying"}}).body;
    EXPECT_THAT(hers, Not(HasSubstr("Best-paying")));
    EXPECT_THAT(hers, Not(HasSubstr("12,000")));
    EXPECT_LT(hers.find(poor.path()), hers.find(rich.path())) << "the newest first, as ever";
}

TEST_P(Themes, are_made_and_filled_by_the_api)
{
    const auto voice = say(aino, "Bills come late");
    const auto bobs = token_of(bob);
    const auto made = by_token(web::Method::post, bobs, "/api/v1/themes",
                               R"({"title":"Bills","keywords":["late","bill"]})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto path = header(made, "Location");
    EXPECT_THAT(made.body, HasSubstr(R"("keywords":["late","bill"])"));
    EXPECT_EQ(by_token(web::Method::put, bobs, path + "/voices/" + voice.text()).status, 200);
    EXPECT_THAT(by_token(web::Method::get, bobs, path).body, HasSubstr(R"("voices":1)"));
    const auto listed = by_token(web::Method::get, bobs, "/api/v1/themes").body;
    EXPECT_THAT(listed, HasSubstr(R"("title":"Bills")"));
    EXPECT_THAT(listed, HasSubstr(R"("next":null)"));
    EXPECT_THAT(by_token(web::Method::patch, bobs, path, R"({"title":"Late bills"})").body,
                HasSubstr("Late bills"));
    EXPECT_EQ(by_token(web::Method::patch, bobs, path, R"({"title":7})").status, 422);
    EXPECT_EQ(by_token(web::Method::del, bobs, path + "/voices/" + voice.text()).status, 200);
    EXPECT_EQ(by_token(web::Method::put, bobs, path + "/voices/" + Id{12345}.text()).status, 404);
    EXPECT_EQ(
        by_token(web::Method::post, token_of(aino), "/api/v1/themes", R"({"title":"X"})").status,
        403);
    EXPECT_EQ(by_token(web::Method::post, bobs, "/api/v1/themes", R"({"title":""})").status, 422);
}

} // namespace

} // namespace moothall::sense
