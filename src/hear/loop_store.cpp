// The rows of the loop: which things reached which stages, and through what.

#include "hear/loop.hpp"

namespace moothall::hear {

void reach_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about,
                 std::string_view verb, Time at, const InHand& in_hand)
{
    transaction.execute(R"sql(
        INSERT INTO loop_step (org_id, thing_id, stage, about_id, verb, at_us, changed_us, by_id, due_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8)
        ON CONFLICT (org_id, thing_id, stage, about_id) DO UPDATE
        SET verb = excluded.verb, changed_us = excluded.changed_us, by_id = excluded.by_id,
            due_us = excluded.due_us )sql",
                        organisation, thing, static_cast<std::int64_t>(stage), about, verb, at,
                        in_hand.by, in_hand.due.value_or(Time{}));
}

void reach_stage(store::Transaction& transaction, Id organisation, const std::vector<Id>& things,
                 Stage stage, Id about, std::string_view verb, Time at, const InHand& in_hand)
{
    for (const auto thing : things)
        reach_stage(transaction, organisation, thing, stage, about, verb, at, in_hand);
}

void move_step(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id from,
               Id to, Time now)
{
    const auto number = static_cast<std::int64_t>(stage);
    transaction.execute(R"sql(
        INSERT INTO loop_step (org_id, thing_id, stage, about_id, verb, at_us, changed_us, by_id, due_us)
        SELECT s.org_id, s.thing_id, s.stage, ?5, s.verb, s.at_us, ?6, s.by_id, s.due_us FROM loop_step s
        WHERE s.org_id = ?1 AND s.thing_id = ?2 AND s.stage = ?3 AND s.about_id = ?4
        ON CONFLICT (org_id, thing_id, stage, about_id) DO UPDATE SET changed_us = excluded.changed_us )sql",
                        organisation, thing, number, from, to, now);
    leave_stage(transaction, organisation, thing, stage, from);
}

bool has_own_clock(store::Transaction& transaction, Id organisation, Id voice)
{
    return transaction
        .query("SELECT 1 FROM loop_step WHERE org_id = ?1 AND thing_id = ?2 AND about_id = ?2 "
               "AND stage = ?3",
               organisation, voice, static_cast<std::int64_t>(Stage::organise))
        .next();
}

void leave_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about)
{
    transaction.execute(R"sql(
        DELETE FROM loop_step WHERE org_id = ?1 AND thing_id = ?2 AND stage = ?3 AND about_id = ?4 )sql",
                        organisation, thing, static_cast<std::int64_t>(stage), about);
}

std::vector<ReachedStage> list_stages(store::Transaction& transaction, Id organisation, Id thing)
{
    std::vector<ReachedStage> reached;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.stage, s.about_id, s.at_us
             FROM loop_step s
             CROSS JOIN thing v
             CROSS JOIN thing a
             CROSS JOIN circle c
             WHERE s.org_id = ?1 AND v.org_id = ?1 AND a.org_id = ?1 AND c.org_id = ?1
               AND s.stage <= 7 AND s.thing_id = ?2 AND v.thing_id = ?2 AND a.thing_id = s.about_id
               AND c.circle_id = a.circle_id
               AND (a.thing_id = ?2
                    OR (a.state = 'visible' AND (a.circle_id = v.circle_id OR c.visibility = 'public')))
             ORDER BY s.at_us, s.about_id )sql",
                                             organisation, thing))
        reached.push_back({static_cast<Stage>(row.integer(0)), row.id(1), row.time(2)});
    return reached;
}

std::vector<Id> list_things_through(store::Transaction& transaction, Id organisation, Id about,
                                    int limit)
{
    std::vector<Id> things;
    for (const auto& row : transaction.query(R"sql(
             SELECT DISTINCT thing_id FROM loop_step WHERE org_id = ?1 AND about_id = ?2
             ORDER BY thing_id LIMIT ?3 )sql",
                                             organisation, about, limit))
        things.push_back(row.id(0));
    return things;
}

} // namespace moothall::hear
