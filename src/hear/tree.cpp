#include "hear/tree.hpp"

#include "hear/voice_store.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::hear {

namespace {

using GivenTo = std::unordered_map<Id, Given>;

/// Whether a person counts at one voice, and how.
struct Counts {
    bool confirmed = false;   // among its supporters
    bool unconfirmed = false; // has not confirmed any of it
    bool own = false;         // backs it itself
};

Counts counts_at(const Tree& tree, Id voice, const GivenTo& given)
{
    Counts counts;
    bool waits = false;
    for (const Id one : tree.below(voice)) {
        const auto found = given.find(one);
        if (found == given.end() || !found->second.there) continue;
        if (one != voice && found->second.taken_back) continue;
        if (!found->second.confirmed) {
            waits = true;
            continue;
        }
        counts.confirmed = true;
        if (one == voice) counts.own = true;
    }
    counts.unconfirmed = waits && !counts.confirmed;
    return counts;
}

constexpr int step(bool before, bool after)
{
    return (after ? 1 : 0) - (before ? 1 : 0);
}

/// How a person's count at a voice changed.
struct Change {
    int supporters = 0;
    int unconfirmed = 0;
    int inherited = 0;
};
Change change_of(const Counts& before, const Counts& after)
{
    return {step(before.confirmed, after.confirmed), step(before.unconfirmed, after.unconfirmed),
            step(before.confirmed && !before.own, after.confirmed && !after.own)};
}

GivenTo list_given(store::Transaction& transaction, Id organisation, const Tree& tree, Id person)
{
    GivenTo given;
    const auto voices = tree.voices();
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, confirmed FROM support
             WHERE org_id = ?1 AND person_id = ?2 AND voice_id IN_IDS(?3) )sql",
                                             organisation, person, store::IdList{voices}))
        given[row.id(0)] = {true, row.truth(1), false};
    for (const auto& row : transaction.query(R"sql(
             SELECT o.voice_id FROM merge_objection o
             JOIN voice_merge m ON m.org_id = o.org_id AND m.voice_id = o.voice_id AND m.into_id = o.into_id
             WHERE o.org_id = ?1 AND m.org_id = ?1 AND o.person_id = ?2 AND o.voice_id IN_IDS(?3) )sql",
                                             organisation, person, store::IdList{voices}))
        if (const auto found = given.find(row.id(0)); found != given.end())
            found->second.taken_back = true;
    return given;
}

std::optional<Place> add(store::Transaction& transaction, Id organisation, Id voice,
                         const Change& change)
{
    if (change.inherited != 0)
        transaction.execute(
            "UPDATE voice SET inherited = inherited + ?3 WHERE org_id = ?1 AND voice_id = ?2",
            organisation, voice, change.inherited);
    return add_to_voice(transaction, organisation, voice, change.supporters, change.unconfirmed, 0);
}

} // namespace

std::vector<Id> Tree::voices() const
{
    std::vector<Id> all{root};
    for (const auto& branch : branches) all.push_back(branch.voice);
    return all;
}

std::vector<Id> Tree::above(Id voice) const
{
    std::vector<Id> path;
    for (auto at = std::ranges::find(branches, voice, &Branch::voice); at != branches.end();
         at = std::ranges::find(branches, at->into, &Branch::voice))
        path.push_back(at->into);
    return path;
}

std::vector<Id> Tree::below(Id voice) const
{
    std::vector<Id> all{voice};
    for (std::size_t at = 0; at < all.size(); ++at)
        for (const auto& branch : branches)
            if (branch.into == all[at]) all.push_back(branch.voice);
    return all;
}

Tree find_tree(store::Transaction& transaction, Id organisation, Id voice)
{
    Tree tree{voice, {}};
    for (const auto& row :
         transaction.query("SELECT root_id FROM voice_merge WHERE org_id = ?1 AND voice_id = ?2",
                           organisation, voice))
        tree.root = row.id(0);
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, into_id FROM voice_merge WHERE org_id = ?1 AND root_id = ?2
             ORDER BY merged_us, voice_id )sql",
                                             organisation, tree.root))
        tree.branches.push_back({row.id(0), row.id(1)});
    return tree;
}

std::optional<Place> lock_voice(store::Transaction& transaction, Id organisation, Id voice)
{
    auto rows = transaction.query(R"sql(
        UPDATE voice SET branches = branches WHERE org_id = ?1 AND voice_id = ?2
        RETURNING merged_into, branches, apart )sql",
                                  organisation, voice);
    if (!rows.next()) return {};
    return Place{rows->id(0), rows->integer(1), rows->integer(2)};
}

Given find_given(store::Transaction& transaction, Id organisation, Id voice, Id person)
{
    const auto given = list_given(transaction, organisation, Tree{voice, {}}, person);
    const auto found = given.find(voice);
    return found == given.end() ? Given{} : found->second;
}

bool note_taken_back(store::Transaction& transaction, Id organisation, Id voice, Id person,
                     Time now)
{
    return transaction.execute(R"sql(
        INSERT INTO merge_objection (org_id, voice_id, into_id, person_id, created_us)
        SELECT m.org_id, m.voice_id, m.into_id, ?3, ?4 FROM voice_merge m
        WHERE m.org_id = ?1 AND m.voice_id = ?2
        ON CONFLICT (org_id, voice_id, into_id, person_id) DO NOTHING )sql",
                               organisation, voice, person, now) == 1;
}

void count_given(store::Transaction& transaction, Id organisation, Id voice, Id person,
                 const Given& before, const Given& after)
{
    const Tree alone{voice, {}};
    const auto plain = change_of(counts_at(alone, voice, {{voice, before}}),
                                 counts_at(alone, voice, {{voice, after}}));
    // Most voices were never merged: one statement, which tells whether this one was.
    const auto place = add(transaction, organisation, voice, plain);
    if (!place || (!place->merged_into && place->branches == 0)) return;

    if (place->merged_into) lock_voice(transaction, organisation, place->merged_into);
    const auto tree = find_tree(transaction, organisation, voice);
    auto given_after = list_given(transaction, organisation, tree, person);
    given_after[voice] = after;
    auto given_before = given_after;
    given_before[voice] = before;

    auto right =
        change_of(counts_at(tree, voice, given_before), counts_at(tree, voice, given_after));
    right.supporters -= plain.supporters;
    right.unconfirmed -= plain.unconfirmed;
    right.inherited -= plain.inherited;
    add(transaction, organisation, voice, right);
    for (const Id one : tree.above(voice))
        add(transaction, organisation, one,
            change_of(counts_at(tree, one, given_before), counts_at(tree, one, given_after)));

    const auto apart = [](const Given& given) {
        return given.there && given.confirmed && given.taken_back;
    };
    if (const auto by = step(apart(before), apart(after)); by != 0 && place->merged_into) {
        transaction.execute(
            "UPDATE voice SET apart = apart + ?3 WHERE org_id = ?1 AND voice_id = ?2", organisation,
            voice, by);
        // With the first it stands again, with the last it is not needed any more.
        const bool stood = place->apart > 0;
        const bool stands = place->apart + by > 0;
        if (stood != stands) count_voice_by_id(transaction, organisation, voice, stands ? 1 : -1);
    }
}

void recount_supporters(store::Transaction& transaction, Id organisation, const Tree& tree,
                        Id voice)
{
    const auto below = tree.below(voice);
    std::int64_t supporters = 0;
    std::int64_t own = 0;
    std::int64_t all = 0;
    for (const auto& row : transaction.query(R"sql(
             SELECT count(DISTINCT CASE WHEN s.confirmed = 1 THEN s.person_id END),
                    count(DISTINCT CASE WHEN s.confirmed = 1 AND s.voice_id = ?2 THEN s.person_id END),
                    count(DISTINCT s.person_id)
             FROM support s WHERE s.org_id = ?1 AND s.voice_id IN_IDS(?3)
               AND (s.voice_id = ?2 OR NOT EXISTS
                    (SELECT 1 FROM merge_objection o
                     JOIN voice_merge m ON m.org_id = o.org_id AND m.voice_id = o.voice_id AND m.into_id = o.into_id
                     WHERE o.org_id = ?1 AND m.org_id = ?1 AND o.voice_id = s.voice_id
                       AND o.person_id = s.person_id)) )sql",
                                             organisation, voice, store::IdList{below})) {
        supporters = row.integer(0);
        own = row.integer(1);
        all = row.integer(2);
    }
    std::int64_t unattributed = 0;
    for (const auto& row : transaction.query(R"sql(
             SELECT coalesce(sum(unattributed), 0) FROM voice
             WHERE org_id = ?1 AND voice_id <> ?2 AND voice_id IN_IDS(?3) )sql",
                                             organisation, voice, store::IdList{below}))
        unattributed = row.integer(0);
    transaction.execute(R"sql(
        UPDATE voice SET supporters = ?3, unconfirmed = ?4, inherited = ?5, unattributed_inherited = ?6,
            branches = ?7 WHERE org_id = ?1 AND voice_id = ?2 )sql",
                        organisation, voice, supporters, all - supporters, supporters - own,
                        unattributed, std::ssize(below) - 1);
    update_hot(transaction, organisation, voice);
}

void count_reply(store::Transaction& transaction, Id organisation, Id voice, int by)
{
    const auto place = add_to_voice(transaction, organisation, voice, 0, 0, by);
    if (!place || !place->merged_into) return;
    lock_voice(transaction, organisation, place->merged_into);
    for (const Id one : find_tree(transaction, organisation, voice).above(voice))
        add_to_voice(transaction, organisation, one, 0, 0, by);
}

} // namespace moothall::hear
