// Merging, and undoing it. What counts where is in tree.cpp.

#include "hear/merge.hpp"

#include "base/invariant.hpp"
#include "hear/tree.hpp"
#include "people/people.hpp"
#include "text/json.hpp"

#include <algorithm>

namespace moothall::hear {

namespace {

std::string facts(std::string_view name, Id value)
{
    JsonWriter json;
    return json.begin_object().field(name, value).end_object().take();
}

/// Two voices that may be merged.
struct Pair {
    record::Thing from;
    record::Thing into;
};

Result<Pair> check_pair(store::Transaction& transaction, const Viewer& viewer, Id voice, Id into)
{
    auto from = people::find_seen(transaction, voice, viewer);
    if (!from) return from.error();
    if (from->kind != "voice") return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_merge(viewer, from->circle))
        return Refusal::forbidden(
            "Stewards of the circle and people of the company may merge its voices.");
    if (voice == into) return Refusal::invalid("into", "A voice is not merged into itself.");
    auto target = people::find_seen(transaction, into, viewer);
    if (!target || target->kind != "voice")
        return Refusal::invalid("into", "There is no such voice that you can see.");
    if (target->circle != from->circle)
        return Refusal::invalid("into", "Only voices of one circle are merged: all who see the one "
                                        "see the other.");
    if (from->state != record::State::visible || target->state != record::State::visible)
        return Refusal::conflict("Only what its whole circle can see is merged.");
    return Pair{*std::move(from), *std::move(target)};
}

constexpr const char* merged_already = "It is merged already. Undo that first.";
constexpr const char* merged_the_other_way =
    "The other voice is merged into this one. Undo that first.";

/// Who both of them count, and all: asked of the rows, as nothing is kept for a pair.
std::int64_t count_together(store::Transaction& transaction, Id organisation, const Tree& from,
                            const Tree& into)
{
    auto voices = into.below(into.root);
    for (const Id voice : from.below(from.root)) voices.push_back(voice);
    auto rows = transaction.query(R"sql(
        SELECT count(DISTINCT s.person_id) FROM support s
        LEFT JOIN voice_merge m ON m.org_id = ?1 AND m.voice_id = s.voice_id
        WHERE s.org_id = ?1 AND s.confirmed = 1 AND s.voice_id IN_IDS(?4)
          AND (s.voice_id = ?3 OR NOT EXISTS
               (SELECT 1 FROM merge_objection o WHERE o.org_id = ?1 AND o.voice_id = s.voice_id
                  AND o.person_id = s.person_id
                  AND o.into_id = CASE WHEN s.voice_id = ?2 THEN ?3 ELSE coalesce(m.into_id, 0) END)) )sql",
                                  organisation, from.root, into.root, store::IdList{voices});
    invariant(rows.next(), "a count has a row");
    return rows->integer(0);
}

/// The voice's own merge is taken away; the counts of those it was merged into follow.
void undo_merge(store::Transaction& transaction, Id organisation, Id voice)
{
    const auto place = lock_voice(transaction, organisation, voice);
    if (!place || !place->merged_into) return;
    lock_voice(transaction, organisation, place->merged_into);
    const auto before = find_tree(transaction, organisation, voice);
    const auto above = before.above(voice);
    auto below = before.below(voice);
    below.erase(below.begin()); // itself
    transaction.execute("DELETE FROM voice_merge WHERE org_id = ?1 AND voice_id = ?2", organisation,
                        voice);
    transaction.execute(
        "UPDATE voice_merge SET root_id = ?2 WHERE org_id = ?1 AND voice_id IN_IDS(?3)",
        organisation, voice, store::IdList{below});
    transaction.execute(
        "UPDATE voice SET merged_into = ?2 WHERE org_id = ?1 AND voice_id IN_IDS(?3)", organisation,
        voice, store::IdList{below});
    transaction.execute(
        "UPDATE voice SET merged_into = 0, apart = 0 WHERE org_id = ?1 AND voice_id = ?2",
        organisation, voice);
    if (place->apart == 0) count_voice_by_id(transaction, organisation, voice, 1);

    std::int64_t replies = 0;
    for (const auto& row : transaction.query(
             "SELECT replies FROM voice WHERE org_id = ?1 AND voice_id = ?2", organisation, voice))
        replies = row.integer(0);
    const auto after = find_tree(transaction, organisation, before.root);
    for (const Id one : above) { // few: a voice that was merged is seldom merged again
        recount_supporters(transaction, organisation, after, one);
        add_to_voice(transaction, organisation, one, 0, 0, -static_cast<int>(replies));
    }
}

Result<Voice> merge_with_event(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id voice, Id into, std::string_view verb)
{
    const auto pair = check_pair(transaction, viewer, voice, into);
    if (!pair) return pair.error();
    // From here on nobody else changes either: two who merge each into the other wait here, and
    // the second is refused.
    const auto place = lock_voice(transaction, viewer.organisation, voice);
    if (!place || place->merged_into) return Refusal::conflict(merged_already);
    auto root = into;
    auto target = lock_voice(transaction, viewer.organisation, into);
    if (target && target->merged_into) {
        root = target->merged_into;
        target = lock_voice(transaction, viewer.organisation, root);
    }
    if (!target || target->merged_into || root == voice)
        return Refusal::conflict(merged_the_other_way);

    const auto made = transaction.execute(R"sql(
        INSERT INTO voice_merge (org_id, voice_id, into_id, root_id, merged_by, merged_us)
        VALUES (?1, ?2, ?3, ?3, ?4, ?5) ON CONFLICT (org_id, voice_id) DO NOTHING )sql",
                                          viewer.organisation, voice, root, viewer.person, now);
    if (made == 0) return Refusal::conflict(merged_already);
    transaction.execute("UPDATE voice_merge SET root_id = ?3 WHERE org_id = ?1 AND root_id = ?2",
                        viewer.organisation, voice, root);
    transaction.execute(R"sql(
        UPDATE voice SET merged_into = ?3 WHERE org_id = ?1 AND voice_id IN
            (SELECT m.voice_id FROM voice_merge m WHERE m.org_id = ?1 AND m.root_id = ?3)
          AND merged_into = ?2 )sql",
                        viewer.organisation, voice, root);
    // Those who once said that this is not what they meant are not asked again.
    transaction.execute(R"sql(
        UPDATE voice SET merged_into = ?3, apart =
            (SELECT count(*) FROM merge_objection o
             JOIN support s ON s.org_id = o.org_id AND s.voice_id = o.voice_id AND s.person_id = o.person_id
             WHERE o.org_id = ?1 AND s.org_id = ?1 AND o.voice_id = ?2 AND o.into_id = ?3 AND s.confirmed = 1)
        WHERE org_id = ?1 AND voice_id = ?2 )sql",
                        viewer.organisation, voice, root);
    const auto merged = load_voice(transaction, voice, viewer);
    invariant(merged.has_value(), "a merged voice is there");
    if (!merged->stands()) count_voice_by_id(transaction, viewer.organisation, voice, -1);
    recount_supporters(transaction, viewer.organisation,
                       find_tree(transaction, viewer.organisation, root), root);
    add_to_voice(transaction, viewer.organisation, root, 0, 0, static_cast<int>(merged->replies));

    transaction.execute(R"sql(
        UPDATE merge_proposal SET state = 'accepted', settled_by = ?4, settled_us = ?5
        WHERE org_id = ?1 AND state = 'open'
          AND ((older_id = ?2 AND newer_id = ?3) OR (older_id = ?3 AND newer_id = ?2)) )sql",
                        viewer.organisation, voice, into, viewer.person, now);
    auto whole = load_voice(transaction, root, viewer);
    invariant(whole.has_value(), "what it was merged into is there");
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = voice,
                    .actor = viewer.person,
                    .circle = pair->from.circle,
                    .at = now,
                    .concerns = {root, merged->author.id, whole->author.id},
                    .data = facts("into", root)});
    return *std::move(whole);
}
} // namespace

bool may_merge(const Viewer& viewer, Id circle)
{
    return viewer.is_steward_of(circle) ||
           (viewer.is_company() && viewer.role_in(circle) >= Role::member);
}

Result<Voice> merge_voice(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id voice, Id into)
{
    return merge_with_event(transaction, ids, now, viewer, voice, into, "hear.voice_merged");
}

Result<Voice> merge_duplicate(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id voice, Id into)
{
    return merge_with_event(transaction, ids, now, viewer, voice, into, "hear.duplicate_imported");
}

Result<Voice> unmerge_voice(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id voice)
{
    const auto found = find_voice(transaction, voice, viewer);
    if (!found) return found.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_merge(viewer, found->circle) && found->author.id != viewer.person)
        return Refusal::forbidden("Its author, stewards of the circle and people of the company "
                                  "may undo a merge.");
    const auto place = lock_voice(transaction, viewer.organisation, voice);
    if (!place || !place->merged_into) return Refusal::conflict("It stands by itself.");
    const Id root = place->merged_into;
    undo_merge(transaction, viewer.organisation, voice);
    Id author_of_root;
    if (const auto thing = record::find_thing(transaction, viewer.organisation, root))
        author_of_root = thing->author;
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "hear.voice_unmerged",
                    .thing = voice,
                    .actor = viewer.person,
                    .circle = found->circle,
                    .at = now,
                    .state = found->state,
                    .concerns = {root, found->author.id, author_of_root},
                    .data = facts("from", root)});
    return *load_voice(transaction, voice, viewer);
}

Result<std::int64_t> take_support_back(store::Transaction& transaction, IdSource& ids, Time now,
                                       const Viewer& viewer, Id voice)
{
    const auto found = find_voice(transaction, voice, viewer);
    if (!found) return found.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto place = lock_voice(transaction, viewer.organisation, voice);
    if (!place || !place->merged_into) return Refusal::conflict("It stands by itself.");
    const auto before = find_given(transaction, viewer.organisation, voice, viewer.person);
    if (!before.there || !before.confirmed)
        return Refusal::forbidden("You did not say \"me too\" to this voice.");
    if (!before.taken_back) {
        note_taken_back(transaction, viewer.organisation, voice, viewer.person, now);
        auto after = before;
        after.taken_back = true;
        count_given(transaction, viewer.organisation, voice, viewer.person, before, after);
        record::append(transaction, viewer.organisation, ids,
                       {.verb = "hear.support_taken_back",
                        .thing = voice,
                        .actor = viewer.person,
                        .circle = found->circle,
                        .at = now,
                        .state = found->state,
                        .concerns = {place->merged_into}});
    }
    const auto after = load_voice(transaction, voice, viewer);
    invariant(after.has_value(), "a voice stays");
    return after->apart;
}

void stand_alone(store::Transaction& transaction, Id organisation, Id voice)
{
    const auto tree = find_tree(transaction, organisation, voice);
    undo_merge(transaction, organisation, voice);
    for (const auto& branch : tree.branches)
        if (branch.into == voice) undo_merge(transaction, organisation, branch.voice);
}

Result<MergePreview> preview_merge(store::Transaction& transaction, const Viewer& viewer, Id voice,
                                   Id into)
{
    const auto pair = check_pair(transaction, viewer, voice, into);
    if (!pair) return pair.error();
    auto from = load_voice(transaction, voice, viewer);
    auto target = load_voice(transaction, into, viewer);
    if (target && target->merged_into)
        target = load_voice(transaction, target->merged_into, viewer);
    if (!from || from->merged_into) return Refusal::conflict(merged_already);
    if (!target || target->id == voice) return Refusal::conflict(merged_the_other_way);
    MergePreview preview{*std::move(from), *std::move(target)};
    preview.together = count_together(transaction, viewer.organisation,
                                      find_tree(transaction, viewer.organisation, voice),
                                      find_tree(transaction, viewer.organisation, preview.into.id));
    preview.both = preview.from.supporters + preview.into.supporters - preview.together;
    return preview;
}

std::vector<Merged> list_merged(store::Transaction& transaction, Id voice, const Viewer& viewer)
{
    std::vector<Merged> merged;
    for (const auto& row : transaction.query(store::Sql(R"sql(
             SELECT v.voice_id, t.title, v.language, t.author_id, coalesce(p.name, ''), v.supporters - v.apart,
                    v.unattributed + v.unattributed_inherited, v.apart, m.into_id, m.merged_us,
                    s.person_id IS NOT NULL AND o.person_id IS NULL, t.circle_id
             FROM voice_merge m
             JOIN voice v ON v.org_id = m.org_id AND v.voice_id = m.voice_id
             JOIN thing t ON t.org_id = m.org_id AND t.thing_id = m.voice_id
             LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
             LEFT JOIN support s ON s.org_id = ?1 AND s.voice_id = m.voice_id AND s.person_id = ?2 AND s.confirmed = 1
             LEFT JOIN merge_objection o ON o.org_id = ?1 AND o.voice_id = m.voice_id AND o.into_id = m.into_id
                 AND o.person_id = ?2
             WHERE m.org_id = ?1 AND v.org_id = ?1 AND t.org_id = ?1 AND m.root_id = ?3 AND )sql") +
                                                 people::seen + " ORDER BY m.merged_us, m.voice_id",
                                             viewer.organisation, viewer.person, voice)) {
        const Id author = row.id(3);
        merged.push_back({.id = row.id(0),
                          .title = row.string(1),
                          .language = row.string(2),
                          .author = {author, row.string(4)},
                          .supporters = row.integer(5),
                          .unattributed = row.integer(6),
                          .apart = row.integer(7),
                          .into = row.id(8),
                          .since = row.time(9),
                          .backed = row.truth(10),
                          .may_unmerge = may_merge(viewer, row.id(11)) ||
                                         (viewer.signed_in() && author == viewer.person)});
    }
    return merged;
}

std::vector<Id> list_merged_ids(store::Transaction& transaction, Id organisation,
                                const std::vector<Id>& voices)
{
    std::vector<Id> merged;
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id FROM voice_merge WHERE org_id = ?1 AND root_id IN_IDS(?2)
             ORDER BY voice_id )sql",
                                             organisation, store::IdList{voices}))
        merged.push_back(row.id(0));
    return merged;
}

void add_merged(store::Transaction& transaction, Id organisation, std::vector<Id>& voices)
{
    const auto add = [&](Id voice) {
        if (std::ranges::find(voices, voice) == voices.end()) voices.push_back(voice);
    };
    std::vector<Id> roots;
    for (const auto& row : transaction.query(R"sql(
             SELECT DISTINCT root_id FROM voice_merge WHERE org_id = ?1 AND voice_id IN_IDS(?2)
             ORDER BY root_id )sql",
                                             organisation, store::IdList{voices}))
        roots.push_back(row.id(0));
    for (const Id root : roots) add(root);
    for (const Id voice : list_merged_ids(transaction, organisation, voices)) add(voice);
}

} // namespace moothall::hear
