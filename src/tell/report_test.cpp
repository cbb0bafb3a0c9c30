#include "act/act.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "people/test_house.hpp"
#include "sense/sense.hpp"
#include "tell/atom.hpp"
#include "tell/report.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace moothall::tell {
namespace {

TEST(Periods, are_a_year_a_quarter_or_a_month)
{
    const auto now = *parse_time("2026-11-22T10:00:00Z");
    EXPECT_EQ(read_period("", now)->name, "2026-Q4");
    const auto quarter = read_period("2026-Q1", now).value();
    EXPECT_EQ(to_text(quarter.from), "2026-01-01");
    EXPECT_EQ(to_text(quarter.until), "2026-04-01");
    EXPECT_EQ(period_before(quarter).name, "2025-Q4");
    EXPECT_EQ(to_text(read_period("2026", now)->until), "2027-01-01");
    EXPECT_EQ(period_before(read_period("2026", now).value()).name, "2025");
    EXPECT_EQ(to_text(read_period("2026-12", now)->until), "2027-01-01");
    EXPECT_EQ(period_before(read_period("2026-01", now).value()).name, "2025-12");
    for (const auto* wrong : {"2026-", "2026-Q5", "2026-13", "2026-1", "soon", "0001", "2026-Q11"})
        EXPECT_FALSE(read_period(wrong, now)) << wrong;
    EXPECT_EQ(name_of(quarter, web::Language::of("en")), "January 2026 to March 2026");
}

TEST(Atom, escapes_texts_and_leaves_out_what_xml_cannot_write)
{
    Feed feed;
    feed.id = "http://localhost/report";
    feed.title = "<b>&\"";
    feed.author = "Northwater";
    feed.changed = *parse_time("2026-11-22T10:00:00Z");
    feed.language = "en";
    feed.entries.push_back({"http://localhost/1", "a\x01\x02 b", "http://localhost/1?a=1&b=2", "",
                            *parse_time("2026-11-23T10:00:00Z"), "]]>"});
    const auto atom = to_atom(feed);
    EXPECT_NE(atom.find("<title>&lt;b&gt;&amp;&quot;</title>"), std::string::npos) << atom;
    EXPECT_NE(atom.find("<title>a b</title>"), std::string::npos) << atom;
    EXPECT_NE(atom.find("a=1&amp;b=2"), std::string::npos);
    EXPECT_EQ(atom.find("]]>"), std::string::npos);
    EXPECT_NE(atom.find("<updated>2026-11-23"), std::string::npos) << "the newest entry's";
}

class Reports : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    Id say(const people::Person& person, std::string title, Id circle = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            const hear::NewVoice wanted{.kind = "want", .title = title, .circle = circle};
            return hear::say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                   hear::render_body(wanted.title, {}).value())
                .value()
                .id;
        });
    }
    void answer(Id voice, hear::Category category)
    {
        const auto viewer = viewer_of(owner);
        const auto* reason = category == hear::Category::declined ? "There is no room." : "";
        write([&](store::Transaction& transaction) {
            for (const auto& status : hear::list_statuses(transaction, organisation.id))
                if (status.category == category)
                    std::ignore = hear::answer_officially(transaction, hall->ids(), now(), viewer,
                                                          voice, status.id, reason, {});
        });
    }
    Report report(const people::Person& person, std::string_view period, Id circle = {},
                  Id theme = {})
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return make_report(transaction, {read_period(period, now()).value(), circle, theme},
                               viewer, now());
        });
    }
    Date day_after(int days)
    {
        return Date{std::chrono::floor<std::chrono::days>(now()) + std::chrono::days(days)};
    }
    void pass(std::chrono::days time) { hall->clock().set(now() + time); }
    Id open_circle(std::string name, people::CircleKind kind, people::Visibility visibility)
    {
        const auto olga = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return people::create_circle(
                       transaction, hall->ids(), now(), olga,
                       {.name = std::move(name), .kind = kind, .visibility = visibility})
                .value()
                .id;
        });
    }
    Id make_theme(std::string title, std::vector<Id> voices)
    {
        const auto olga = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return sense::make_theme(transaction, hall->ids(), now(), olga,
                                     {.title = std::move(title), .voices = std::move(voices)})
                .value()
                .id;
        });
    }
    Id promise(std::string what, Id voice)
    {
        const auto olga = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            act::NewCommitment wanted;
            wanted.what = std::move(what);
            wanted.to = organisation.everyone;
            wanted.due = day_after(5);
            wanted.voice = voice;
            return act::make_commitment(transaction, hall->ids(), now(), olga, wanted).value().id;
        });
    }
    /// Proposed and voted on by the owner, and by a customer when there is one, and closed.
    void decide_on(std::string title, const std::vector<Id>& electorates, std::vector<Id> voices,
                   std::string answer = "yes", const people::Person* customer = nullptr)
    {
        const auto olga = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            decide::NewDecision wanted;
            wanted.title = std::move(title);
            wanted.belief = "it helps";
            wanted.beneficiary = "households";
            wanted.measure = "calls";
            wanted.target = "4";
            wanted.review_on = day_after(30);
            for (const auto circle : electorates)
                wanted.electorates.push_back({circle, {1, 2}, {0, 1}});
            wanted.about = std::move(voices);
            wanted.circle = organisation.everyone;
            auto& ids = hall->ids();
            const auto id = decide::propose(transaction, ids, now(), olga, wanted).value().id;
            EXPECT_TRUE(decide::open_voting(transaction, ids, now(), olga, id));
            const auto choice = decide::Choice::of_answer(answer);
            EXPECT_TRUE(decide::cast_vote(transaction, ids, now(), olga, id, choice, {}));
            if (customer != nullptr) {
                const auto other = people::make_viewer(transaction, organisation.id,
                                                       organisation.everyone, customer->id)
                                       .value();
                EXPECT_TRUE(decide::cast_vote(transaction, ids, now(), other, id, choice, {}));
            }
            EXPECT_TRUE(decide::close_voting(transaction, ids, now(), olga, id, "All is said."));
        });
    }
    std::vector<std::string> titles(const ReportLines& lines)
    {
        std::vector<std::string> found;
        for (const auto& line : lines) found.push_back(line.title);
        std::ranges::sort(found);
        return found;
    }
};

TEST_P(Reports, say_what_was_heard_done_declined_and_is_planned)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto done = say(aino, "Done");
    const auto declined = say(aino, "Declined");
    const auto planned = say(aino, "Planned");
    say(owner, "Only heard");
    answer(done, hear::Category::planned);
    answer(done, hear::Category::done);
    answer(declined, hear::Category::declined);
    answer(planned, hear::Category::planned);
    const auto made = report(aino, "2026-Q2");
    EXPECT_EQ(made.voices, 4);
    EXPECT_EQ(made.people, 2);
    EXPECT_EQ(made.heard.size(), 4U);
    ASSERT_EQ(made.changed.size(), 1U) << "each thing once";
    EXPECT_EQ(made.changed[0].thing, done);
    EXPECT_EQ(made.changed[0].path, "/voices/" + done.text());
    ASSERT_EQ(made.not_done.size(), 1U);
    EXPECT_EQ(made.not_done[0].thing, declined);
    ASSERT_EQ(made.coming.size(), 1U);
    EXPECT_EQ(made.coming[0].thing, planned);

    const auto before = report(aino, "2026-Q1");
    EXPECT_EQ(before.voices, 0);
    EXPECT_TRUE(before.changed.empty());
}

TEST_P(Reports, count_truly_what_is_cut_off_of_what_is_coming)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto shop = open_circle("Shop", people::CircleKind::team, people::Visibility::open);
    std::vector<Id> planned;
    for (int i = 0; i < 11; ++i) {
        promise("Promise " + std::to_string(i), say(aino, "Promised " + std::to_string(i)));
        planned.push_back(say(aino, "Planned " + std::to_string(i)));
        answer(planned.back(), hear::Category::planned);
    }
    answer(say(owner, "Elsewhere", shop), hear::Category::planned);
    const auto all = report(aino, "2026-Q2").coming;
    EXPECT_EQ(all.size(), 16U);
    EXPECT_EQ(all.more, 7) << "three promises, and four of twelve that are planned";
    EXPECT_EQ(all.more_path, "/promises?state=running");
    const auto& english = web::Language::of("en");
    for (const auto& section : sections_of(report(aino, "2026-Q2"), now(), english))
        if (section.title == "What we will do") EXPECT_EQ(section.more, "7 more · All promises");

    const auto there = report(aino, "2026-Q2", shop).coming;
    EXPECT_EQ(there.size(), 1U);
    EXPECT_EQ(there.more, 0);
    const auto theme = make_theme("Meters", planned);
    EXPECT_EQ(report(aino, "2026-Q2", {}, theme).coming.more, 3);

    // What was kept for a voice that is still called planned is done, and not among them.
    const auto kept = promise("Kept", planned.front());
    const auto olga = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(act::keep_commitment(transaction, hall->ids(), now(), olga, kept, ""));
    });
    EXPECT_EQ(report(aino, "2026-Q2").coming.more, 6);
}

TEST_P(Reports, hold_only_what_the_reader_may_see)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto olga = viewer_of(owner);
    const auto inner = write([&](store::Transaction& transaction) {
        return people::create_circle(transaction, hall->ids(), now(), olga,
                                     {.name = "Inner", .visibility = people::Visibility::closed})
            .value();
    });
    const auto secret = say(owner, "Secret", inner.id);
    answer(secret, hear::Category::done);
    EXPECT_EQ(report(owner, "2026").changed.size(), 1U);
    EXPECT_EQ(report(owner, "2026", inner.id).voices, 1);
    const auto hers = report(aino, "2026");
    EXPECT_EQ(hers.voices, 0);
    EXPECT_TRUE(hers.changed.empty());
}

TEST_P(Reports, of_an_old_time_say_what_was_so_then)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto reopened = say(aino, "Reopened later");
    const auto changed = say(aino, "Declined, then done");
    const auto taken_back = say(aino, "Taken back at once");
    answer(reopened, hear::Category::done);
    answer(changed, hear::Category::declined);
    answer(taken_back, hear::Category::done);
    pass(std::chrono::days(2));
    answer(taken_back, hear::Category::planned);
    pass(std::chrono::days(90));
    answer(reopened, hear::Category::planned);
    answer(changed, hear::Category::done);
    using Titles = std::vector<std::string>;
    const auto spring = report(aino, "2026-Q2");
    EXPECT_EQ(titles(spring.changed), Titles{"Reopened later"});
    EXPECT_EQ(titles(spring.not_done), Titles{"Declined, then done"});
    const auto& english = web::Language::of("en");
    EXPECT_EQ(words_of(spring.changed[0], now(), english), "done · 4 May · 1 person");
    const auto summer = report(aino, "2026-Q3");
    EXPECT_EQ(titles(summer.changed), Titles{"Declined, then done"});
    EXPECT_TRUE(summer.not_done.empty());
}

TEST_P(Reports, call_a_decision_that_of_both_sides_only_when_both_voted)
{
    using people::CircleKind;
    using people::Visibility;
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto company = open_circle("Northwater", CircleKind::company, Visibility::open);
    const auto team = open_circle("Meter team", CircleKind::team, Visibility::open);
    const auto tower = open_circle("Tower", CircleKind::customer, Visibility::open);
    write([&](store::Transaction& transaction) {
        people::set_role(transaction, organisation.id, tower, aino.id, Role::member, now());
    });
    decide_on("Of both", {company, tower}, {}, "yes", &aino);
    decide_on("Of the company", {company}, {});
    decide_on("Of two of the company", {company, team}, {});
    decide_on("Voted down", {company}, {}, "no");
    const auto made = report(aino, "2026-Q2");
    std::map<std::string, std::string> words;
    for (const auto* lines : {&made.changed, &made.not_done})
        for (const auto& line : *lines) words[line.title] = line.words;
    EXPECT_EQ(words["Of both"], "decided by both sides");
    EXPECT_EQ(words["Of the company"], "decided");
    EXPECT_EQ(words["Of two of the company"], "decided");
    EXPECT_EQ(words["Voted down"], "put to the vote, and did not pass");
}

TEST_P(Reports, of_a_theme_hold_what_came_of_its_voices_and_what_is_coming)
{
    using people::CircleKind;
    using people::Visibility;
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto company = open_circle("Northwater", CircleKind::company, Visibility::open);
    const auto crew = open_circle("Night crew", CircleKind::team, Visibility::closed);
    const auto late = say(aino, "Late");
    const auto planned = say(aino, "Planned");
    const auto other = say(aino, "Of something else");
    const auto secret = say(owner, "Secret", crew);
    const auto theme = make_theme("Water", {late, planned, secret});
    promise("Mend it", late);
    promise("Mend something else", other);
    answer(planned, hear::Category::planned);
    answer(other, hear::Category::done);
    decide_on("About what is secret", {company}, {secret});
    decide_on("About the late one", {company}, {late});
    pass(std::chrono::days(9));
    using Titles = std::vector<std::string>;
    const auto hers = report(aino, "2026-Q2", {}, theme);
    EXPECT_EQ(hers.voices, 2);
    EXPECT_EQ(titles(hers.coming), (Titles{"Mend it", "Planned"}));
    EXPECT_EQ(hers.coming[0].words, std::string_view("promised, overdue"));
    EXPECT_EQ(titles(hers.changed), Titles{"About the late one"})
        << "no word of what came of a voice that she does not see";
    EXPECT_EQ(titles(report(owner, "2026-Q2", {}, theme).changed),
              (Titles{"About the late one", "About what is secret"}));
    EXPECT_EQ(titles(report(aino, "2026-Q2").coming).size(), 3U) << "without the theme, all";
}

TEST_P(Reports, count_a_themes_voices_by_the_day_and_open_the_list_of_them)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    pass(std::chrono::days(57));
    const auto june = say(aino, "On the last of June"); // a Tuesday
    pass(std::chrono::days(1));
    const auto july = say(aino, "On the first of July");
    const auto again = say(aino, "On the first of July, again");
    const auto theme = make_theme("Water", {june, july, again});
    const auto olga = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hear::merge_voice(transaction, hall->ids(), now(), olga, again, july));
    });
    for (const auto& [quarter, from, until] : {std::array{"2026-Q2", "2026-04-01", "2026-06-30"},
                                               std::array{"2026-Q3", "2026-07-01", "2026-09-30"}}) {
        const auto made = report(aino, quarter);
        ASSERT_EQ(made.themes.size(), 1U) << quarter;
        EXPECT_EQ(made.themes[0].people, 1) << quarter << ": what was merged is one";
        EXPECT_EQ(made.themes[0].path, std::string("/voices?from=") + from + "&until=" + until +
                                           "&theme=" + theme.text());
        hear::VoiceQuery behind;
        behind.from = std::chrono::sys_days(*parse_date(from));
        behind.until = std::chrono::sys_days(*parse_date(until)) + std::chrono::days(1);
        behind.about = theme;
        const auto viewer = viewer_of(aino);
        EXPECT_EQ(read([&](store::Transaction& transaction) {
                      return hear::list_voices(transaction, behind, viewer).value().voices.size();
                  }),
                  1U);
    }
}

TEST_P(Reports, say_how_many_lines_they_leave_out)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    for (int i = 0; i < 43; ++i)
        answer(say(aino, "Want " + std::to_string(i)), hear::Category::declined);
    const auto made = report(aino, "2026-Q2");
    EXPECT_EQ(made.not_done.size(), 40U);
    EXPECT_EQ(made.not_done.more, 3);
    EXPECT_EQ(made.heard.size() + static_cast<std::size_t>(made.heard.more), 43U);
    EXPECT_FALSE(made.cut);
    const auto sections = sections_of(made, now(), web::Language::of("en"));
    const auto heard = std::ranges::find(sections, "What we heard", &ReportSection::title);
    ASSERT_NE(heard, sections.end());
    EXPECT_EQ(heard->more, "35 more");
    EXPECT_EQ(heard->more_path, "/voices?from=2026-04-01&until=2026-06-30&sort=wanted");
    const auto not_done = std::ranges::find(sections, "What we did not do", &ReportSection::title);
    ASSERT_NE(not_done, sections.end());
    EXPECT_EQ(not_done->more, "3 more");
}

TEST_P(Reports, of_a_large_hall_look_at_the_latest_voices_and_say_so)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto first = say(aino, "The pump is loud");
    for (const auto* title : {"The bill is late", "The lake is green", "Read meters twice"}) {
        pass(std::chrono::days{1});
        say(aino, title);
    }
    const auto of_voices = [&](int most) {
        const auto viewer = viewer_of(aino);
        return read([&](store::Transaction& transaction) {
            const ReportQuery query{.period = read_period("2026", now()).value(),
                                    .voices_max = most};
            return make_report(transaction, query, viewer, now());
        });
    };
    const auto all = of_voices(4);
    EXPECT_EQ(all.voices, 4);
    EXPECT_EQ(all.people, 1);
    EXPECT_FALSE(all.cut);
    EXPECT_EQ(all.heard.front().thing, first) << "of equals the one that was said first";
    const auto some = of_voices(3);
    EXPECT_EQ(some.voices, 3);
    EXPECT_TRUE(some.cut);
    EXPECT_EQ(some.heard.size(), 3U);
    EXPECT_EQ(lead_of(some, web::Language::of("en")), "≥ 3 voices, ≥ 1 person spoke.");
}

TEST_P(Reports, lead_on_to_the_promises_of_the_same_circle_and_theme)
{
    const auto village =
        open_circle("Village", people::CircleKind::customer, people::Visibility::open);
    const auto voice = say(owner, "A longer shift", village);
    const auto theme = make_theme("Shifts", {voice});
    for (int i = 0; i < 9; ++i) promise("Ask shift " + std::to_string(i), voice);
    const auto path_of_all = [&](Id circle, Id of_theme) {
        return report(owner, "2026-Q2", circle, of_theme).coming.more_path;
    };
    EXPECT_EQ(path_of_all({}, {}), "/promises?state=running");
    EXPECT_EQ(path_of_all(village, {}), "/promises?state=running&circle=" + village.text());
    EXPECT_EQ(path_of_all(village, theme),
              "/promises?state=running&circle=" + village.text() + "&theme=" + theme.text());
}

MOOTHALL_ON_EACH_ENGINE(Reports);

} // namespace
} // namespace moothall::tell
