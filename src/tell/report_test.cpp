#include "hear/hear.hpp"
#include "people/test_house.hpp"
#include "tell/atom.hpp"
#include "tell/report.hpp"

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
        write([&](store::Transaction& transaction) {
            for (const auto& status : hear::list_statuses(transaction, organisation.id))
                if (status.category == category)
                    std::ignore = hear::answer_officially(transaction, hall->ids(), now(), viewer,
                                                          voice, status.id, "", {});
        });
    }
    Report report(const people::Person& person, std::string_view period, Id circle = {})
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return make_report(transaction, {read_period(period, now()).value(), circle, {}},
                               viewer, now());
        });
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

MOOTHALL_ON_EACH_ENGINE(Reports);

} // namespace
} // namespace moothall::tell
