#include "hear/support.hpp"

#include "hear/voice_store.hpp"
#include "people/people.hpp"

namespace moothall::hear {

namespace {

bool is_matters(std::string_view text)
{
    return text.empty() || text == "nice" || text == "important" || text == "vital";
}

/// The voice's thing, if the viewer may back it.
Result<record::Thing> find_backable(store::Transaction& transaction, const Viewer& viewer, Id voice)
{
    auto thing = people::find_seen(transaction, voice, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "voice") return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to say \"me too\".");
    if (viewer.role_in(thing->circle) < Role::member)
        return Refusal::forbidden(
            "You are not a member of this circle. Join it to back what is said there.");
    if (thing->state != record::State::visible)
        return Refusal::conflict("This voice is not open to everybody at the moment.");
    return thing;
}

std::int64_t count_supporters(store::Transaction& transaction, Id organisation, Id voice)
{
    auto rows = transaction.query(
        "SELECT supporters FROM voice WHERE org_id = ?1 AND voice_id = ?2", organisation, voice);
    return rows.next() ? rows->integer(0) : 0;
}

} // namespace

Result<std::int64_t> give_support(store::Transaction& transaction, IdSource& ids, Time now,
                                  const Viewer& viewer, Id voice, std::string_view matters)
{
    const auto thing = find_backable(transaction, viewer, voice);
    if (!thing) return thing.error();
    if (!is_matters(matters))
        return Refusal::invalid(
            "matters", "It matters as nice, important or vital, or nothing is said of it.");

    const auto given = transaction.execute(R"sql(
        INSERT INTO support (org_id, voice_id, person_id, matters, confirmed, created_us)
        VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT (org_id, voice_id, person_id) DO NOTHING )sql",
                                           viewer.organisation, voice, viewer.person, matters, now);
    bool changed = given == 1;
    if (given == 1) {
        add_to_voice(transaction, viewer.organisation, voice, 1, 0, 0);
    } else {
        // She may have backed it before she had an account: then it was counted apart until now.
        const auto confirmed = transaction.execute(R"sql(
            UPDATE support SET confirmed = 1
            WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3 AND confirmed = 0 )sql",
                                                   viewer.organisation, voice, viewer.person);
        if (confirmed == 1) add_to_voice(transaction, viewer.organisation, voice, 1, -1, 0);
        changed = transaction.execute(R"sql(
            UPDATE support SET matters = ?4
            WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3 AND matters <> ?4 )sql",
                                      viewer.organisation, voice, viewer.person, matters) == 1 ||
                  confirmed == 1;
    }
    if (changed) {
        follow_by_default(transaction, viewer.organisation, voice, viewer.person);
        record::append(transaction, viewer.organisation, ids,
                       {.verb = given == 1 ? "hear.support_given" : "hear.support_changed",
                        .thing = voice,
                        .actor = viewer.person,
                        .circle = thing->circle,
                        .at = now});
    }
    return count_supporters(transaction, viewer.organisation, voice);
}

Result<std::int64_t> withdraw_support(store::Transaction& transaction, IdSource& ids, Time now,
                                      const Viewer& viewer, Id voice)
{
    const auto thing = find_backable(transaction, viewer, voice);
    if (!thing) return thing.error();
    std::int64_t confirmed = -1;
    {
        auto rows = transaction.query(R"sql(
            DELETE FROM support WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3 RETURNING confirmed )sql",
                                      viewer.organisation, voice, viewer.person);
        if (rows.next()) confirmed = rows->integer(0);
    }
    if (confirmed >= 0) {
        const bool was_confirmed = confirmed == 1;
        add_to_voice(transaction, viewer.organisation, voice, was_confirmed ? -1 : 0,
                     was_confirmed ? 0 : -1, 0);
        record::append(transaction, viewer.organisation, ids,
                       {.verb = "hear.support_withdrawn",
                        .thing = voice,
                        .actor = viewer.person,
                        .circle = thing->circle,
                        .at = now});
    }
    return count_supporters(transaction, viewer.organisation, voice);
}

Result<std::vector<Supporter>> list_supporters(store::Transaction& transaction, Id voice,
                                               const Viewer& viewer, int limit)
{
    if (const auto seen = people::find_seen(transaction, voice, viewer); !seen) return seen.error();
    std::vector<Supporter> supporters;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.person_id, p.name, s.matters, s.created_us
             FROM support s JOIN person p ON p.org_id = s.org_id AND p.person_id = s.person_id
             WHERE s.org_id = ?1 AND p.org_id = ?1 AND s.voice_id = ?2 AND s.confirmed = 1
             ORDER BY s.created_us DESC, s.person_id LIMIT ?3 )sql",
                                             viewer.organisation, voice, limit))
        supporters.push_back({{row.id(0), row.string(1)}, row.string(2), row.time(3)});
    return supporters;
}

Follow find_follow(store::Transaction& transaction, Id thing, const Viewer& viewer)
{
    auto rows = transaction.query(R"sql(
        SELECT replies, outcome FROM follow WHERE org_id = ?1 AND thing_id = ?2 AND person_id = ?3 )sql",
                                  viewer.organisation, thing, viewer.person);
    if (!rows.next()) return {};
    return {rows->truth(0), rows->truth(1)};
}

Result<void> change_follow(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id id, Follow follow)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to follow this.");
    transaction.execute(R"sql(
        INSERT INTO follow (org_id, thing_id, person_id, replies, outcome) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, thing_id, person_id)
        DO UPDATE SET replies = excluded.replies, outcome = excluded.outcome )sql",
                        viewer.organisation, id, viewer.person, follow.replies, follow.outcome);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "hear.follow_changed",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = thing->circle,
                    .at = now,
                    .audience = record::Audience::actor});
    return {};
}

void follow_by_default(store::Transaction& transaction, Id organisation, Id thing, Id person)
{
    transaction.execute(R"sql(
        INSERT INTO follow (org_id, thing_id, person_id, replies, outcome) VALUES (?1, ?2, ?3, 1, 1)
        ON CONFLICT (org_id, thing_id, person_id) DO NOTHING )sql",
                        organisation, thing, person);
}

} // namespace moothall::hear
