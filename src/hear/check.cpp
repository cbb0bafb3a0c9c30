#include "hear/check.hpp"

#include "hear/check_store.hpp"
#include "hear/loop.hpp"
#include "hear/merge.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

namespace moothall::hear {

namespace {

/// The voice itself and all that were merged into it: who asked for one of them asked for it.
std::vector<Id> list_meant(store::Transaction& transaction, Id organisation, Id voice)
{
    std::vector<Id> voices{voice};
    add_merged(transaction, organisation, voices);
    return voices;
}

/// An outcome is a voice that was done or declined, or something done for it that she sees.
bool has_outcome(store::Transaction& transaction, const Viewer& viewer, Id voice)
{
    auto rows =
        transaction.query(store::Sql(R"sql(
        SELECT 1 FROM voice v JOIN status s ON s.org_id = v.org_id AND s.status_id = v.status_id
        WHERE v.org_id = ?1 AND s.org_id = ?1 AND v.voice_id = ?3
          AND (s.category IN ('done', 'declined')
               OR EXISTS (SELECT 1 FROM loop_step l
                          CROSS JOIN thing t
                          WHERE l.org_id = ?1 AND t.org_id = ?1 AND l.thing_id IN_IDS(?4) AND l.stage = 5
                            AND t.thing_id = l.about_id AND )sql") +
                              people::seen + "))",
                          viewer.organisation, viewer.person, voice,
                          store::IdList{list_meant(transaction, viewer.organisation, voice)});
    return rows.next();
}

bool asked_for(store::Transaction& transaction, const record::Thing& thing, const Viewer& viewer)
{
    if (!viewer.signed_in()) return false;
    if (thing.author == viewer.person) return true;
    const auto voices = list_meant(transaction, viewer.organisation, thing.id);
    auto rows = transaction.query(R"sql(
        SELECT s.voice_id FROM support s
        WHERE s.org_id = ?1 AND s.person_id = ?2 AND s.voice_id IN_IDS(?3)
        UNION ALL
        SELECT t.thing_id FROM thing t
        WHERE t.org_id = ?1 AND +t.author_id = ?2 AND t.thing_id IN_IDS(?3) )sql",
                                  viewer.organisation, viewer.person, store::IdList{voices});
    return rows.next();
}

Checks read_checks(store::Transaction& transaction, const record::Thing& thing,
                   const Viewer& viewer)
{
    Checks checks;
    for (const auto& row : transaction.query(R"sql(
             SELECT coalesce(sum(helped), 0), count(*) FROM voice_check WHERE org_id = ?1 AND voice_id = ?2 )sql",
                                             viewer.organisation, thing.id)) {
        checks.helped = row.integer(0);
        checks.not_helped = row.integer(1) - row.integer(0);
    }
    if (!viewer.signed_in()) return checks;
    for (const auto& row : transaction.query(R"sql(
             SELECT helped, words FROM voice_check
             WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3 )sql",
                                             viewer.organisation, thing.id, viewer.person)) {
        checks.own = row.truth(0);
        checks.own_words = row.string(1);
    }
    checks.may_say = thing.state == record::State::visible &&
                     asked_for(transaction, thing, viewer) &&
                     has_outcome(transaction, viewer, thing.id);
    return checks;
}

/// The voice that stands for this one.
Id find_standing(store::Transaction& transaction, Id organisation, Id voice)
{
    auto rows = transaction.query(
        "SELECT root_id FROM voice_merge WHERE org_id = ?1 AND voice_id = ?2", organisation, voice);
    return rows.next() ? rows->id(0) : voice;
}

Result<record::Thing> find_voice_thing(store::Transaction& transaction, Id voice,
                                       const Viewer& viewer)
{
    auto thing = people::find_seen(transaction, voice, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "voice") return Refusal::not_found();
    // What came of a merged voice came of the one that stands for it.
    if (const Id root = find_standing(transaction, viewer.organisation, voice); root != voice)
        if (auto standing = people::find_seen(transaction, root, viewer)) return standing;
    return thing;
}

/// Which of the voices that are meant here she said herself.
Id find_own_voice(store::Transaction& transaction, const record::Thing& thing, const Viewer& viewer)
{
    if (thing.author == viewer.person) return thing.id;
    Id own;
    for (const auto& row : transaction.query(
             "SELECT thing_id FROM thing WHERE org_id = ?1 AND author_id = ?2 AND thing_id "
             "IN_IDS(?3) ORDER BY thing_id DESC",
             viewer.organisation, viewer.person,
             store::IdList{list_meant(transaction, viewer.organisation, thing.id)}))
        own = row.id(0);
    return own;
}

} // namespace

void forget_check(store::Transaction& transaction, const Viewer& viewer, Id voice)
{
    const Id standing = find_standing(transaction, viewer.organisation, voice);
    const auto thing = record::find_thing(transaction, viewer.organisation, standing);
    if (!thing || asked_for(transaction, *thing, viewer)) return;
    transaction.execute(
        "DELETE FROM voice_check WHERE org_id = ?1 AND voice_id = ?2 AND person_id = ?3",
        viewer.organisation, standing, viewer.person);
}

Result<Checks> find_checks(store::Transaction& transaction, Id voice, const Viewer& viewer)
{
    const auto thing = find_voice_thing(transaction, voice, viewer);
    if (!thing) return thing.error();
    return read_checks(transaction, *thing, viewer);
}

Result<Checks> check_outcome(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id voice, bool helped, std::string_view words)
{
    const auto thing = find_voice_thing(transaction, voice, viewer);
    if (!thing) return thing.error();
    if (!viewer.signed_in())
        return Refusal::unauthenticated("Please sign in to say whether it helped.");
    if (!asked_for(transaction, *thing, viewer))
        return Refusal::forbidden("Those who asked for it or backed it say whether it helped.");
    if (thing->state != record::State::visible || !has_outcome(transaction, viewer, thing->id))
        return Refusal::conflict("Nothing has come of this voice yet.");
    const auto text = normalise_line(words);
    if (count_characters(text) > check_characters_max)
        return Refusal::invalid("words", "Please say it in at most 2,000 characters.");

    const auto changed =
        transaction.execute(R"sql(
        INSERT INTO voice_check (org_id, voice_id, person_id, helped, words, created_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (org_id, voice_id, person_id)
        DO UPDATE SET helped = excluded.helped, words = excluded.words, created_us = excluded.created_us
        WHERE voice_check.helped <> excluded.helped OR voice_check.words <> excluded.words )sql",
                            viewer.organisation, thing->id, viewer.person, helped, text, now);
    if (changed == 1) {
        if (const Id own = find_own_voice(transaction, *thing, viewer))
            reach_stage(transaction, viewer.organisation, own, Stage::learn, thing->id,
                        helped ? "hear.helped" : "hear.did_not_help", now);
        JsonWriter json;
        json.begin_object().field("helped", helped).end_object();
        record::append(transaction, viewer.organisation, ids,
                       {.verb = "hear.voice_checked",
                        .thing = thing->id,
                        .actor = viewer.person,
                        .circle = thing->circle,
                        .at = now,
                        .data = json.take()});
    }
    return read_checks(transaction, *thing, viewer);
}

} // namespace moothall::hear
