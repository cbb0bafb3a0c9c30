#include "hear/moving.hpp"

#include "hear/moderation.hpp"

namespace moothall::hear {

Result<std::string> check_moving(store::Transaction& transaction, const Viewer& viewer,
                                 const Voice& voice, const people::Circle& to,
                                 std::string_view wanted)
{
    // Moved where its author does not see it, it would be hidden without being called so.
    if (to.visibility != people::Visibility::open &&
        !transaction
             .query("SELECT 1 FROM membership WHERE org_id = ?1 AND circle_id = ?2 AND "
                    "person_id = ?3",
                    viewer.organisation, to.id, voice.author.id)
             .next())
        return Refusal::invalid("circle", "Its author does not see into that circle.");
    return check_reason(wanted);
}

void save_moving(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                 const Moving& moving, std::string_view reason)
{
    transaction.execute(R"sql(
        INSERT INTO moving (org_id, moving_id, thing_id, from_id, to_id, reason, moved_by, moved_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) )sql",
                        viewer.organisation, ids.next(now), moving.thing, moving.from, moving.to,
                        reason, viewer.person, now);
}

Result<Voice> move_voice(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id id, Id to, std::string_view reason)
{
    const auto voice = find_voice(transaction, id, viewer);
    if (!voice) return voice.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_steward_of(voice->circle))
        return Refusal::forbidden("Only a steward of the circle may do this.");
    if (voice->circle == to) return Refusal::invalid("circle", "It is there already.");
    return edit_voice(transaction, ids, now, viewer, id,
                      {.circle = to, .moved_because = std::string(reason)}, {});
}

std::vector<Moved> list_moved(store::Transaction& transaction, const Viewer& viewer, int limit)
{
    std::vector<Moved> moved;
    for (const auto& row : transaction.query(R"sql(
             SELECT f.name, coalesce(c.name, ''), g.reason, g.moved_by, p.name, g.moved_us
             FROM moving g JOIN circle f ON f.org_id = g.org_id AND f.circle_id = g.from_id
             LEFT JOIN circle c ON c.org_id = ?1 AND c.circle_id = g.to_id
               AND (c.visibility <> 'private' OR c.circle_id IN
                    (SELECT k.circle_id FROM membership k WHERE k.org_id = ?1 AND k.person_id = ?2))
             LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = g.moved_by
             WHERE g.org_id = ?1 AND f.org_id = ?1 AND
                 (f.visibility = 'public' OR f.circle_id IN
                  (SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2))
             ORDER BY g.moving_id DESC LIMIT ?3 )sql",
                                             viewer.organisation, viewer.person, limit))
        moved.push_back(
            {row.string(0), row.string(1), row.string(2), {row.id(3), row.string(4)}, row.time(5)});
    return moved;
}

} // namespace moothall::hear
