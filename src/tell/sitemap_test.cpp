#include "hear/hear.hpp"
#include "people/test_house.hpp"
#include "tell/sitemap.hpp"

#include <gmock/gmock.h>

namespace moothall::tell {
namespace {

using people::Visibility;
using people::test::Browser;
using ::testing::HasSubstr;
using ::testing::Not;

class Sitemaps : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override { mount_sitemap_pages(house.router()); }
    void pass(std::chrono::seconds time) { hall->clock().set(now() + time); }
    Id say(std::string title, Id circle = {})
    {
        const auto viewer = viewer_of(owner);
        pass(std::chrono::seconds(1));
        return write([&](store::Transaction& transaction) {
            const hear::NewVoice wanted{.kind = "want", .title = title, .circle = circle};
            return hear::say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                   hear::render_body(wanted.title, {}).value())
                .value()
                .id;
        });
    }
    Id open_circle(Visibility visibility)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            people::Circle wanted;
            wanted.name = "Board";
            wanted.visibility = visibility;
            return people::create_circle(transaction, hall->ids(), now(), viewer, wanted)
                .value()
                .id;
        });
    }
    void keep(int part_things = sitemap_part_things)
    {
        pass(std::chrono::seconds(5));
        while (keep_sitemap(hall->database(), organisation.id, now(), part_things) > 0) {
        }
    }
    std::vector<SitemapPart> parts()
    {
        return read([&](store::Transaction& transaction) {
            return list_sitemap_parts(transaction, organisation.id);
        });
    }
};

TEST_P(Sitemaps, name_what_strangers_see_and_nothing_else)
{
    const auto board = open_circle(Visibility::closed);
    const auto open = say("A roof & more");
    const auto secret = say("Behind doors", board);
    EXPECT_THAT(get(Browser{}, "/robots.txt").body,
                HasSubstr("Sitemap: http://localhost/sitemap.xml\n"));
    const auto index = get(Browser{}, "/sitemap.xml");
    EXPECT_THAT(index.body, HasSubstr("<loc>http://localhost/sitemap/lists.xml</loc>"));
    EXPECT_THAT(index.body, HasSubstr("<loc>http://localhost/sitemap/0000000000001.xml</loc>"))
        << "also before the chore came round";
    EXPECT_THAT(get(Browser{}, "/sitemap/lists.xml").body,
                HasSubstr("<loc>http://localhost/changelog</loc>"));
    for (const auto& browser : {Browser{}, sign_in_as(owner)}) {
        const auto part = get(browser, "/sitemap/0000000000001.xml").body;
        EXPECT_THAT(part, HasSubstr("<loc>http://localhost/voices/" + open.text() +
                                    "-a-roof-more</loc><lastmod>2026-05-04T"));
        EXPECT_THAT(part, Not(HasSubstr(secret.text()))) << "whoever asks";
        EXPECT_THAT(part, Not(HasSubstr("/people/")));
    }
    EXPECT_EQ(get(Browser{}, "/sitemap/" + open.text() + ".xml").status, 404) << "no part";
    EXPECT_NE(header(get(Browser{}, "/sitemap/0000000000001.xml"), "ETag"), "");
}

TEST_P(Sitemaps, are_cut_where_a_part_is_full_and_say_when_it_changed)
{
    std::vector<Id> said;
    for (int i = 0; i < 5; ++i) said.push_back(say("Voice " + std::to_string(i)));
    keep(3);
    const auto made = parts();
    ASSERT_GE(made.size(), 2U);
    // All of it stands in one part, each part in a range of its own.
    std::vector<std::string> found;
    read([&](store::Transaction& transaction) {
        for (std::size_t i = 0; i < made.size(); ++i) {
            const auto pages = list_sitemap_pages(transaction, organisation.id, made[i],
                                                  i + 1 < made.size() ? made[i + 1].first : Id{});
            EXPECT_LE(pages.size(), 3U);
            for (const auto& page : pages) found.push_back(page.path);
        }
    });
    ASSERT_EQ(found.size(), 5U);
    EXPECT_EQ(found[4], "/voices/" + said[4].text() + "-voice-4");

    // What comes later changes the last part, and no other.
    const auto board = open_circle(Visibility::closed);
    keep(3);
    const auto before = parts();
    say("Behind doors", board);
    keep(1000);
    EXPECT_EQ(parts().back().changed, before.back().changed) << "when is nobody's business";
    const auto last = say("In the open");
    const auto at = now();
    keep(1000);
    EXPECT_EQ(parts().back().changed, at);
    EXPECT_EQ(parts().front().changed, before.front().changed);
    EXPECT_THAT(get(Browser{}, "/sitemap.xml").body,
                HasSubstr("/sitemap/" + before.back().first.text() + ".xml</loc><lastmod>" +
                          to_rfc3339(at)));
    EXPECT_THAT(get(Browser{}, "/sitemap/" + before.back().first.text() + ".xml").body,
                HasSubstr(last.text()));
}

TEST_P(Sitemaps, of_a_hall_behind_doors_are_not_there)
{
    write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE circle SET visibility = 'private' WHERE org_id = ?1",
                            organisation.id);
    });
    EXPECT_EQ(get(Browser{}, "/robots.txt").body, "User-agent: *\nDisallow: /\n");
    for (const auto* path : {"/sitemap.xml", "/sitemap/lists.xml", "/sitemap/0000000000001.xml"})
        EXPECT_EQ(get(Browser{}, path).status, 404) << path;
}

MOOTHALL_ON_EACH_ENGINE(Sitemaps);

} // namespace
} // namespace moothall::tell
