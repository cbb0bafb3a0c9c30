#include "hear/support.hpp"

#include "hear/check_store.hpp"
#include "hear/listing.hpp"
#include "hear/tree.hpp"
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

/// How many back a voice: where it was merged, those of the one that stands for it.
std::int64_t count_supporters(store::Transaction& transaction, Id organisation, Id voice)
{
    auto rows = transaction.query(R"sql(
        SELECT CASE WHEN v.merged_into <> 0 AND v.apart > 0 THEN v.apart ELSE coalesce(r.supporters, v.supporters) END
        FROM voice v LEFT JOIN voice r ON r.org_id = ?1 AND r.voice_id = v.merged_into
        WHERE v.org_id = ?1 AND v.voice_id = ?2 )sql",
                                  organisation, voice);
    return rows.next() ? rows->integer(0) : 0;
}

Place find_place(store::Transaction& transaction, Id organisation, Id voice)
{
    auto rows = transaction.query(
        "SELECT merged_into, branches, apart FROM voice WHERE org_id = ?1 AND voice_id = ?2",
        organisation, voice);
    if (!rows.next()) return {};
    return {rows->id(0), rows->integer(1), rows->integer(2)};
}

bool stands_again(const Place& place)
{
    return place.merged_into && place.apart > 0;
}

} // namespace

bool remove_support(store::Transaction& transaction, Id organisation, Id voice, Id person)
{
    const auto before = find_given(transaction, organisation, voice, person);
    if (!before.there) return false;
    transaction.execute(
        "DELETE FROM support WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3", organisation,
        voice, person);
    transaction.execute(
        "DELETE FROM merge_objection WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3",
        organisation, voice, person);
    count_given(transaction, organisation, voice, person, before, {});
    return true;
}

Result<std::int64_t> give_support(store::Transaction& transaction, IdSource& ids, Time now,
                                  const Viewer& viewer, Id voice, std::string_view matters)
{
    const auto thing = find_backable(transaction, viewer, voice);
    if (!thing) return thing.error();
    if (!is_matters(matters))
        return Refusal::invalid(
            "matters", "It matters as nice, important or vital, or nothing is said of it.");

    const auto place = find_place(transaction, viewer.organisation, voice);
    const bool apart = stands_again(place);
    const auto before = place.merged_into
                            ? find_given(transaction, viewer.organisation, voice, viewer.person)
                            : Given{};
    const auto given = transaction.execute(R"sql(
        INSERT INTO support (org_id, voice_id, person_id, matters, confirmed, created_us)
        VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT (org_id, voice_id, person_id) DO NOTHING )sql",
                                           viewer.organisation, voice, viewer.person, matters, now);
    // Who backs a voice that stands again beside what it was merged into backs that one alone.
    const bool taken_back =
        apart && note_taken_back(transaction, viewer.organisation, voice, viewer.person, now);
    const Given after{true, true, taken_back || before.taken_back};
    bool changed = given == 1 || taken_back;
    if (given == 1) {
        count_given(transaction, viewer.organisation, voice, viewer.person, {}, after);
    } else {
        // She may have backed it before she had an account: then it was counted apart until now.
        const auto confirmed = transaction.execute(R"sql(
            UPDATE support SET confirmed = 1
            WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3 AND confirmed = 0 )sql",
                                                   viewer.organisation, voice, viewer.person);
        if (confirmed == 1 || taken_back)
            count_given(transaction, viewer.organisation, voice, viewer.person,
                        {true, confirmed == 0, before.taken_back}, after);
        changed = transaction.execute(R"sql(
            UPDATE support SET matters = ?4
            WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3 AND matters <> ?4 )sql",
                                      viewer.organisation, voice, viewer.person, matters) == 1 ||
                  confirmed == 1 || changed;
    }
    if (changed) {
        // Counting waits for whoever holds the voice on another connection of PostgreSQL: it may
        // have been taken back or hidden meanwhile, and is backed by nobody then.
        if (const auto still = find_backable(transaction, viewer, voice); !still)
            return still.error();
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
    const auto place = find_place(transaction, viewer.organisation, voice);
    bool withdrawn = false;
    if (stands_again(place)) {
        // Who did not take it back backs what it was merged into: that is not withdrawn here.
        if (find_given(transaction, viewer.organisation, voice, viewer.person).taken_back)
            withdrawn = remove_support(transaction, viewer.organisation, voice, viewer.person);
    } else {
        // What she gave to a voice that was merged into it is the same "me too".
        std::vector<Id> given{voice};
        if (place.branches > 0)
            given = find_tree(transaction, viewer.organisation, voice).below(voice);
        for (const Id one : given) {
            if (one != voice &&
                find_given(transaction, viewer.organisation, one, viewer.person).taken_back)
                continue;
            if (remove_support(transaction, viewer.organisation, one, viewer.person))
                withdrawn = true;
        }
    }
    if (withdrawn) {
        forget_check(transaction, viewer, voice);
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
    return list_supporters_after(transaction, voice, viewer, {}, limit);
}

Result<std::vector<Supporter>> list_supporters_after(store::Transaction& transaction, Id voice,
                                                     const Viewer& viewer, const WholePlace& after,
                                                     int limit)
{
    if (const auto seen = people::find_seen(transaction, voice, viewer); !seen) return seen.error();
    const auto place = find_place(transaction, viewer.organisation, voice);
    std::vector<Id> given{voice};
    if (place.branches > 0 && !stands_again(place))
        given = find_tree(transaction, viewer.organisation, voice).below(voice);
    std::vector<Supporter> supporters;
    // Once each, with how much it matters at most and since when at first; ?5: only those who took
    // it back from what it was merged into.
    for (const auto& row : transaction.query(R"sql(
             SELECT s.person_id, p.name,
                    max(CASE s.matters WHEN 'vital' THEN 3 WHEN 'important' THEN 2 WHEN 'nice' THEN 1 ELSE 0 END),
                    min(s.created_us), min(CASE WHEN s.voice_id = ?2 THEN 0 ELSE s.voice_id END)
             FROM support s JOIN person p ON p.org_id = s.org_id AND p.person_id = s.person_id
             LEFT JOIN voice_merge m ON m.org_id = ?1 AND m.voice_id = s.voice_id
             LEFT JOIN merge_objection o ON o.org_id = ?1 AND o.voice_id = m.voice_id AND o.into_id = m.into_id
                 AND o.person_id = s.person_id
             WHERE s.org_id = ?1 AND p.org_id = ?1 AND s.voice_id IN_IDS(?3) AND s.confirmed = 1
               AND ((?5 = 0 AND (s.voice_id = ?2 OR o.person_id IS NULL)) OR (?5 = 1 AND o.person_id IS NOT NULL))
             GROUP BY s.person_id, p.name
             HAVING ?7 = 0 OR min(s.created_us) < ?6 OR (min(s.created_us) = ?6 AND s.person_id > ?7)
             ORDER BY min(s.created_us) DESC, s.person_id LIMIT ?4 )sql",
                                             viewer.organisation, voice, store::IdList{given},
                                             limit, stands_again(place), after.value, after.id)) {
        static constexpr std::string_view matters[] = {"", "nice", "important", "vital"};
        supporters.push_back({{row.id(0), row.string(1)},
                              std::string(matters[static_cast<std::size_t>(row.integer(2))]),
                              row.time(3),
                              row.id(4)});
    }
    return supporters;
}

WholePlace place_of(const Supporter& supporter)
{
    return {supporter.since.time_since_epoch().count(), supporter.person.id};
}

Follow find_follow(store::Transaction& transaction, Id thing, const Viewer& viewer)
{
    // What she chose for the thing itself; otherwise what she follows that was merged into it.
    auto rows = transaction.query(R"sql(
        SELECT f.replies, f.outcome FROM follow f
        WHERE f.org_id = ?1 AND f.person_id = ?3
          AND f.thing_id IN (SELECT ?2 UNION ALL
                             SELECT g.voice_id FROM voice_merge g WHERE g.org_id = ?1 AND g.root_id = ?2)
        ORDER BY CASE WHEN f.thing_id = ?2 THEN 0 ELSE 1 END, f.outcome DESC, f.replies DESC LIMIT 1 )sql",
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
