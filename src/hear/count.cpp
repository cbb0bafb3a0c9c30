// How many voices there are, by kind, status, circle and tag: kept figures, so that a page of a
// large hall costs what it does in a small one.

#include "hear/listing.hpp"
#include "people/people.hpp"

#include <algorithm>
#include <ranges>

namespace moothall::hear {

VoiceCounts count_voices(store::Transaction& transaction, const Viewer& viewer)
{
    VoiceCounts counts;
    const auto add = [](auto& list, const auto& key, std::int64_t by) {
        const auto found = std::ranges::find(
            list, key, [](const auto& entry) -> const auto& { return entry.first; });
        if (found == list.end())
            list.emplace_back(key, by);
        else
            found->second += by;
    };
    // The same circles as in people::seen, for what is visible.
    for (const auto& row : transaction.query(R"sql(
             SELECT n.circle_id, n.kind, n.status_id, n.voices FROM voice_count n
             WHERE n.org_id = ?1 AND n.voices > 0 AND n.circle_id IN
                 (SELECT c.circle_id FROM circle c WHERE c.org_id = ?1 AND c.visibility = 'public'
                  UNION ALL
                  SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)
             ORDER BY n.circle_id, n.kind, n.status_id )sql",
                                             viewer.organisation, viewer.person)) {
        counts.all += row.integer(3);
        add(counts.circles, row.id(0), row.integer(3));
        add(counts.kinds, row.string(1), row.integer(3));
        add(counts.statuses, row.id(2), row.integer(3));
    }
    return counts;
}

std::vector<std::pair<Tag, std::int64_t>> count_tags(store::Transaction& transaction,
                                                     const Viewer& viewer)
{
    constexpr int most_used = 12;
    return count_tags_after(transaction, viewer, {}, most_used);
}

std::vector<std::pair<Tag, std::int64_t>> count_tags_after(store::Transaction& transaction,
                                                           const Viewer& viewer,
                                                           const WholePlace& after, int limit)
{
    std::vector<std::pair<Tag, std::int64_t>> tags;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT g.tag_id, g.name, c.voices FROM
                 (SELECT n.tag_id, sum(n.voices) AS voices FROM tag_count n
                  WHERE n.org_id = ?1 AND n.circle_id IN
                      (SELECT c.circle_id FROM circle c WHERE c.org_id = ?1 AND c.visibility = 'public'
                       UNION ALL
                       SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)
                  GROUP BY n.tag_id
                  HAVING sum(n.voices) > 0
                     AND (?5 = 0 OR sum(n.voices) < ?4 OR (sum(n.voices) = ?4 AND n.tag_id > ?5))
                  ORDER BY sum(n.voices) DESC, n.tag_id LIMIT ?3) c
             JOIN tag g ON g.org_id = ?1 AND g.tag_id = c.tag_id
             WHERE g.org_id = ?1
             ORDER BY c.voices DESC, g.tag_id )sql",
                           viewer.organisation, viewer.person, limit, after.value, after.id))
        tags.emplace_back(Tag{row.id(0), row.string(1)}, row.integer(2));
    return tags;
}

} // namespace moothall::hear
