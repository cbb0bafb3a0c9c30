#include "act/act.hpp"
#include "hear/hear.hpp"
#include "organise/organise.hpp"
#include "people/test_house.hpp"
#include "tell/feed_pages.hpp"
#include "tell/icalendar.hpp"
#include "tell/reader.hpp"

#include <gmock/gmock.h>

namespace moothall::tell {
namespace {

using people::Visibility;
using people::test::Browser;
using ::testing::HasSubstr;
using ::testing::Not;

/// The lines as a reader puts them together again (RFC 5545, section 3.1).
std::vector<std::string> unfolded(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find("\r\n");
        EXPECT_NE(end, std::string_view::npos) << "each line ends in CRLF";
        EXPECT_LE(end, 75U) << "octets, without its end";
        const auto line = text.substr(0, end);
        EXPECT_EQ(line.find('\n'), std::string_view::npos);
        if (line.starts_with(' '))
            lines.back() += line.substr(1);
        else
            lines.emplace_back(line);
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return lines;
}

TEST(Icalendar, folds_and_escapes_as_the_standard_says)
{
    Calendar calendar{"Kesä, 2026", "https://hall.example/calendar.ics", "fi", {}};
    std::string title = "a;b,c\\d\ne\x01";
    for (int i = 0; i < 60; ++i) title += "ää€";
    calendar.entries.push_back({"0abc-due@hall", *parse_date("2026-12-01"), title, "", "https://x/",
                                *parse_time("2026-11-23T10:11:12.5Z")});
    calendar.entries.push_back({"0abd-closes@hall", *parse_time("2026-12-01T08:30:00Z"), "Vote", "",
                                "https://y/", *parse_time("2026-11-23T10:11:12Z")});
    const auto text = to_icalendar(calendar);
    const auto lines = unfolded(text);
    EXPECT_EQ(lines.front(), "BEGIN:VCALENDAR");
    EXPECT_EQ(lines.back(), "END:VCALENDAR");
    EXPECT_THAT(lines, testing::Contains("NAME;LANGUAGE=fi:Kesä\\, 2026"));
    EXPECT_THAT(lines, testing::Contains("DTSTART;VALUE=DATE:20261201"));
    EXPECT_THAT(lines, testing::Contains("DTSTART:20261201T083000Z"));
    EXPECT_THAT(lines, testing::Contains("DTSTAMP:20261123T101112Z"));
    EXPECT_THAT(lines, testing::Contains(testing::StartsWith("SUMMARY:a\\;b\\,c\\\\d\\neää€")));
    // No character is cut in two: each folded piece is whole UTF-8.
    for (std::size_t at = text.find("\r\n "); at != std::string::npos;
         at = text.find("\r\n ", at + 3))
        EXPECT_NE(static_cast<unsigned char>(text[at + 3]) & 0xC0U, 0x80U);
}

class Calendars : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override { mount_calendar_pages(house.router()); }
    Id promise(std::string what, std::string_view due, Id to)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            act::NewCommitment wanted;
            wanted.what = what;
            wanted.to = to;
            wanted.due = *parse_date(due);
            return act::make_commitment(transaction, hall->ids(), now(), viewer, wanted).value().id;
        });
    }
};

TEST_P(Calendars, show_strangers_what_they_see_and_a_person_what_she_sees)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto viewer = viewer_of(owner);
    const auto board = write([&](store::Transaction& transaction) {
        people::Circle wanted;
        wanted.name = "Board";
        wanted.visibility = Visibility::closed;
        return people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value().id;
    });
    const auto roof = promise("A roof; with gutters", "2026-06-01", organisation.everyone);
    const auto secret = promise("Behind doors", "2026-06-02", board);
    const auto agreed = [&](std::string title, Id circle) {
        const auto member = viewer_of(owner); // of what was opened meanwhile
        return write([&](store::Transaction& transaction) {
            return act::write_agreement(transaction, hall->ids(), now(), member,
                                        {.title = title,
                                         .words = "As good neighbours.",
                                         .circle = circle,
                                         .year = 2026,
                                         .review = parse_date("2026-09-01"),
                                         .links = {}},
                                        write::render_words("As good neighbours.").value())
                .value()
                .id;
        });
    };
    const auto village = write([&](store::Transaction& transaction) {
        people::Circle wanted;
        wanted.name = "Village";
        return people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value().id;
    });
    const auto together = agreed("Together", village);
    const auto between = agreed("Between us", board);
    const auto barrier = write([&](store::Transaction& transaction) {
        return organise::report_barrier(transaction, hall->ids(), now(), viewer,
                                        {.what = "Send the reading",
                                         .kind = organise::BarrierKind::connection,
                                         .words = {},
                                         .who = {},
                                         .page = {}})
            .value()
            .id;
    });
    const auto open = get(Browser{}, "/calendar.ics");
    EXPECT_EQ(header(open, "Content-Type"), "text/calendar; charset=utf-8");
    const auto lines = unfolded(open.body);
    EXPECT_THAT(lines, testing::Contains("UID:" + roof.text() + "-due@" + organisation.id.text() +
                                         ".moothall"));
    EXPECT_THAT(lines, testing::Contains("DTSTART;VALUE=DATE:20260601"));
    EXPECT_THAT(lines, testing::Contains("SUMMARY:Promised for today: A roof\\; with gutters"));
    EXPECT_THAT(open.body, Not(HasSubstr("Behind doors")));
    EXPECT_THAT(lines, testing::Contains("SUMMARY:Both sides look at it again: Together"));
    EXPECT_THAT(lines, testing::Contains("DTSTART;VALUE=DATE:20260901"));
    EXPECT_THAT(lines,
                testing::Contains("URL:" + organisation.url + "/agreements/" + together.text()));
    EXPECT_THAT(open.body, Not(HasSubstr("Between us")));
    EXPECT_THAT(lines,
                testing::Contains("URL:" + organisation.url + "/barriers/" + barrier.text()));
    EXPECT_NE(header(open, "ETag"), "");
    EXPECT_EQ(get(Browser{}, "/calendar.ics").body, open.body) << "byte for byte";

    const auto address = [&](const people::Person& person) {
        const auto reader = viewer_of(person);
        return "/feeds/" + write([&](store::Transaction& transaction) {
                   return make_feed(transaction, hall->ids(), now(), reader).value();
               }) +
               ".ics";
    };
    const auto hers = address(aino);
    EXPECT_THAT(get(Browser{}, hers).body, Not(HasSubstr(secret.text())));
    const auto owners = get(Browser{}, address(owner));
    EXPECT_THAT(owners.body, HasSubstr(secret.text()));
    EXPECT_THAT(owners.body, HasSubstr(between.text()));
    EXPECT_EQ(header(owners, "X-Robots-Tag"), "noindex");
    const auto leaving = viewer_of(aino);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(end_feed(transaction, hall->ids(), now(), leaving));
    });
    EXPECT_EQ(get(Browser{}, hers).status, 404) << "the secret has ended";
}

MOOTHALL_ON_EACH_ENGINE(Calendars);

} // namespace
} // namespace moothall::tell
