#include "tell/sitemap.hpp"

#include "people/people.hpp"
#include "record/consumer.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace moothall::tell {

namespace {

constexpr std::string_view sitemap_follower = "sitemap";
constexpr int events_for_sitemap_max = 5000; // in one transaction
constexpr Id first_of_all{1};

Time last_change(store::Transaction& transaction, Id organisation, Id from)
{
    for (const auto& row : transaction.query(R"sql(
             SELECT coalesce(max(t.changed_us), 0) FROM thing t CROSS JOIN circle c
             WHERE t.org_id = ?1 AND c.org_id = ?1 AND t.thing_id >= ?2 AND t.state = 'visible'
               AND c.circle_id = t.circle_id AND c.visibility = 'public' )sql",
                                             organisation, from))
        return row.time(0);
    return {};
}

void save_part(store::Transaction& transaction, Id organisation, const SitemapPart& part)
{
    transaction.execute(R"sql(
        INSERT INTO sitemap_part (org_id, first_id, changed_us) VALUES (?1, ?2, ?3)
        ON CONFLICT (org_id, first_id) DO UPDATE SET changed_us = excluded.changed_us )sql",
                        organisation, part.first, part.changed);
}

/// Parts that are full get a next one.
void begin_parts(store::Transaction& transaction, Id organisation, std::vector<SitemapPart>& parts,
                 int part_things)
{
    for (;;) {
        Id next;
        for (const auto& row : transaction.query(R"sql(
                 SELECT thing_id FROM thing WHERE org_id = ?1 AND thing_id >= ?2 ORDER BY thing_id LIMIT 1 OFFSET ?3 )sql",
                                                 organisation, parts.back().first, part_things))
            next = row.id(0);
        if (!next) return;
        parts.push_back({next, last_change(transaction, organisation, next)});
        save_part(transaction, organisation, parts.back());
    }
}

} // namespace

std::vector<SitemapPart> list_sitemap_parts(store::Transaction& transaction, Id organisation)
{
    std::vector<SitemapPart> parts;
    for (const auto& row : transaction.query(
             "SELECT first_id, changed_us FROM sitemap_part WHERE org_id = ?1 ORDER BY first_id",
             organisation))
        parts.push_back({row.id(0), row.time(1)});
    if (parts.empty()) parts.push_back({first_of_all, {}});
    return parts;
}

std::vector<SitemapPage> list_sitemap_pages(store::Transaction& transaction, Id organisation,
                                            const SitemapPart& part, Id next)
{
    constexpr Id nobody{};
    const Id until = next ? next : Id{std::numeric_limits<std::int64_t>::max()};
    std::vector<SitemapPage> pages;
    // What was merged leads elsewhere, and people are in no map.
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT t.thing_id, t.kind, t.title, t.changed_us FROM thing t
             WHERE t.org_id = ?1 AND t.thing_id >= ?3 AND t.thing_id < ?4 AND t.state = 'visible'
               AND t.kind IN ('voice', 'theme', 'decision', 'commitment', 'goal', 'procedure', 'document', 'conversation',
                              'announcement', 'project')
               AND NOT EXISTS (SELECT 1 FROM voice_merge m WHERE m.org_id = ?1 AND m.voice_id = t.thing_id)
               AND NOT EXISTS (SELECT 1 FROM theme h WHERE h.org_id = ?1 AND h.theme_id = t.thing_id
                               AND (h.merged_into <> 0 OR h.ended_us <> 0)) AND )sql") +
                               people::seen + " ORDER BY t.thing_id LIMIT ?5",
                           organisation, nobody, part.first, until, sitemap_part_things)) {
        auto path = record::path_of(row.text(1), row.id(0));
        if (const auto tail = slug(row.text(2)); !tail.empty()) path += '-' + tail;
        pages.push_back({std::move(path), row.time(3)});
    }
    return pages;
}

std::int64_t keep_sitemap(store::Database& database, Id organisation, Time now, int part_things)
{
    const Id until = record::first_unsettled(database, now);
    const bool news = database.read([&](store::Transaction& transaction) {
        return record::has_news(transaction, organisation, sitemap_follower, until);
    });
    if (!news) return 0;
    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        auto last = record::lock_consumer(transaction, organisation, sitemap_follower);
        auto parts = list_sitemap_parts(transaction, organisation);
        if (!last) { // the first time: as it stands, and from the log what comes
            parts.front().changed = last_change(transaction, organisation, parts.front().first);
            save_part(transaction, organisation, parts.front());
            begin_parts(transaction, organisation, parts, part_things);
            record::save_consumer(transaction, organisation, sitemap_follower, Id{until.value - 1});
            return 1;
        }
        begin_parts(transaction, organisation, parts, part_things);
        std::map<Id, Time> changed; // by the part's first id
        std::int64_t looked_at = 0;
        for (const auto& row :
             transaction.query(R"sql(
                 SELECT e.event_id, e.thing_id, e.at_us, e.audience, coalesce(c.visibility, '')
                 FROM event e LEFT JOIN circle c ON c.org_id = ?1 AND c.circle_id = e.circle_id
                 WHERE e.org_id = ?1 AND e.event_id > ?2 AND e.event_id < ?3 ORDER BY e.event_id LIMIT ?4 )sql",
                               organisation, last, until, events_for_sitemap_max)) {
            last = row.id(0);
            ++looked_at;
            // When something changed behind closed doors is nobody's business.
            if (row.text(3) != "circle" || row.text(4) != "public") continue;
            const auto after = std::ranges::upper_bound(parts, row.id(1), {}, &SitemapPart::first);
            if (after == parts.begin()) continue;
            auto& time = changed[std::prev(after)->first];
            time = std::max(time, row.time(2));
        }
        for (const auto& [first, time] : changed)
            save_part(transaction, organisation, {first, time});
        record::save_consumer(transaction, organisation, sitemap_follower, last);
        return looked_at;
    });
}

} // namespace moothall::tell
