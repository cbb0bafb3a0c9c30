#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "record/record.hpp"
#include "store/database.hpp"

#include <optional>
#include <set>
#include <vector>

/// The one rule of sight. A person sees a thing if its circle is public or she is a member of it.
/// What is about somebody is seen by her (if it is a circle: by its members) and by the members of
/// its circle, however public that is. What is held, hidden or a draft only its author and the
/// stewards of its circle see. What answers another thing is seen by those who see that one, too.
/// Nothing else decides that.
namespace moothall::people {

/// The rule as SQL over `thing t`, with ?1 = the organisation and ?2 = the viewer's person (0 when
/// signed out). Every list, search, count, feed and export puts it into its WHERE. It only sifts:
/// the plus keeps SQLite from walking all things of all circles to find the one that is asked for.
inline constexpr store::SqlLiteral seen = R"sql(
    (((t.about_id = 0
       AND +t.circle_id IN (SELECT sight_c.circle_id FROM circle sight_c
                            WHERE sight_c.org_id = ?1 AND sight_c.visibility = 'public'
                            UNION ALL
                            SELECT sight_m.circle_id FROM membership sight_m
                            WHERE sight_m.org_id = ?1 AND sight_m.person_id = ?2))
      OR (t.about_id <> 0
          AND (t.about_id = ?2
               OR +t.circle_id IN (SELECT sight_r.circle_id FROM membership sight_r
                                   WHERE sight_r.org_id = ?1 AND sight_r.person_id = ?2)
               OR t.about_id IN (SELECT sight_a.circle_id FROM membership sight_a
                                 WHERE sight_a.org_id = ?1 AND sight_a.person_id = ?2))))
     AND (t.state = 'visible'
          OR (t.author_id = ?2 AND ?2 <> 0)
          OR t.circle_id IN (SELECT sight_s.circle_id FROM membership sight_s
                             WHERE sight_s.org_id = ?1 AND sight_s.person_id = ?2
                               AND sight_s.role = 'steward'))
     AND (t.subject_id = 0 OR EXISTS
          (SELECT 1 FROM thing sight_t
           WHERE sight_t.org_id = ?1 AND sight_t.thing_id = t.subject_id
             AND ((sight_t.about_id = 0
                   AND sight_t.circle_id IN (SELECT sight_c.circle_id FROM circle sight_c
                                             WHERE sight_c.org_id = ?1 AND sight_c.visibility = 'public'
                                             UNION ALL
                                             SELECT sight_m.circle_id FROM membership sight_m
                                             WHERE sight_m.org_id = ?1 AND sight_m.person_id = ?2))
                  OR (sight_t.about_id <> 0
                      AND (sight_t.about_id = ?2
                           OR sight_t.circle_id IN (SELECT sight_r.circle_id FROM membership sight_r
                                                    WHERE sight_r.org_id = ?1 AND sight_r.person_id = ?2)
                           OR sight_t.about_id IN (SELECT sight_a.circle_id FROM membership sight_a
                                                   WHERE sight_a.org_id = ?1 AND sight_a.person_id = ?2))))
             AND (sight_t.state = 'visible'
                  OR (sight_t.author_id = ?2 AND ?2 <> 0)
                  OR sight_t.circle_id IN (SELECT sight_s.circle_id FROM membership sight_s
                                           WHERE sight_s.org_id = ?1 AND sight_s.person_id = ?2
                                             AND sight_s.role = 'steward'))))) )sql";

/// The same rule for one thing that is at hand already.
bool may_see(store::Transaction& transaction, const Viewer& viewer, const record::Thing& thing);

/// The thing, if the viewer sees it; refused like what does not exist otherwise.
Result<record::Thing> find_seen(store::Transaction& transaction, Id thing, const Viewer& viewer);

/// Those of the things that the viewer sees: for what names other things beside itself. Asks
/// nothing when there are none.
std::set<Id> list_seen(store::Transaction& transaction, const std::vector<Id>& things,
                       const Viewer& viewer);

} // namespace moothall::people
