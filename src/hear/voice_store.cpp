#include "hear/voice_store.hpp"

#include "base/invariant.hpp"
#include "people/people.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace moothall::hear {

double hot(std::int64_t supporters, Time said)
{
    constexpr double week_s = 7.0 * 24 * 3600;
    const auto said_s = static_cast<double>(said.time_since_epoch().count()) / 1e6;
    return std::log10(static_cast<double>(std::max<std::int64_t>(1, supporters))) + said_s / week_s;
}

void count_voice(store::Transaction& transaction, Id organisation, Id voice, const Counted& counted,
                 std::int64_t by)
{
    transaction.execute(R"sql(
        INSERT INTO voice_count (org_id, circle_id, kind, status_id, voices) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, circle_id, kind, status_id)
        DO UPDATE SET voices = voice_count.voices + excluded.voices )sql",
                        organisation, counted.circle, counted.kind, counted.status, by);
    transaction.execute(R"sql(
        INSERT INTO tag_count (org_id, circle_id, tag_id, voices)
        SELECT vt.org_id, ?3, vt.tag_id, ?4 FROM voice_tag vt WHERE vt.org_id = ?1 AND vt.voice_id = ?2
        ON CONFLICT (org_id, circle_id, tag_id)
        DO UPDATE SET voices = tag_count.voices + excluded.voices )sql",
                        organisation, voice, counted.circle, by);
}

void insert_voice(store::Transaction& transaction, Id organisation, const Voice& voice,
                  Id written_by, Id run)
{
    transaction.execute(R"sql(
        INSERT INTO voice (org_id, voice_id, kind, body, body_html, excerpt, language, status_id, written_by,
            supporters, unconfirmed, unattributed, replies, hot, answer_id, official, official_html,
            official_by, official_us, said_us, run_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, ?10, 0, ?11, 0, '', '', 0, 0, ?12, ?13) )sql",
                        organisation, voice.id, voice.kind, voice.body, voice.body_html.html,
                        voice.excerpt, voice.language, voice.status.id, written_by,
                        voice.unattributed, hot(voice.unattributed, voice.created), voice.created,
                        run);
}

void update_voice_text(store::Transaction& transaction, Id organisation, const Voice& voice)
{
    transaction.execute(R"sql(
        UPDATE voice SET kind = ?3, body = ?4, body_html = ?5, excerpt = ?6, language = ?7
        WHERE org_id = ?1 AND voice_id = ?2 )sql",
                        organisation, voice.id, voice.kind, voice.body, voice.body_html.html,
                        voice.excerpt, voice.language);
}

void update_official(store::Transaction& transaction, Id organisation, const Voice& voice)
{
    transaction.execute(R"sql(
        UPDATE voice SET status_id = ?3, official = ?4, official_html = ?5, official_by = ?6, official_us = ?7
        WHERE org_id = ?1 AND voice_id = ?2 )sql",
                        organisation, voice.id, voice.status.id, voice.official,
                        voice.official_html.html, voice.official_by.id, voice.official_at);
}

void count_voice_by_id(store::Transaction& transaction, Id organisation, Id voice, std::int64_t by)
{
    Counted counted;
    for (const auto& row : transaction.query(R"sql(
             SELECT t.circle_id, v.kind, v.status_id FROM voice v
             JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
             WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.voice_id = ?2 AND t.state = 'visible' )sql",
                                             organisation, voice))
        counted = {row.id(0), row.string(1), row.id(2)};
    if (counted.circle) count_voice(transaction, organisation, voice, counted, by);
}

void update_hot(store::Transaction& transaction, Id organisation, Id voice)
{
    std::int64_t backing = 0;
    Time said{};
    {
        auto rows = transaction.query(R"sql(
            SELECT v.supporters + v.unattributed + v.unattributed_inherited, t.created_us FROM voice v
            JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
            WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.voice_id = ?2 )sql",
                                      organisation, voice);
        invariant(rows.next(), "a voice has its thing");
        backing = rows->integer(0);
        said = rows->time(1);
    }
    transaction.execute("UPDATE voice SET hot = ?3 WHERE org_id = ?1 AND voice_id = ?2",
                        organisation, voice, hot(backing, said));
}

std::optional<Place> add_to_voice(store::Transaction& transaction, Id organisation, Id voice,
                                  int supporters, int unconfirmed, int replies)
{
    Place place;
    {
        auto rows = transaction.query(R"sql(
            UPDATE voice SET supporters = supporters + ?3, unconfirmed = unconfirmed + ?4, replies = replies + ?5
            WHERE org_id = ?1 AND voice_id = ?2 RETURNING merged_into, branches, apart )sql",
                                      organisation, voice, supporters, unconfirmed, replies);
        if (!rows.next()) return {}; // a reply to a thing that is no voice
        place = {rows->id(0), rows->integer(1), rows->integer(2)};
    }
    if (supporters != 0) update_hot(transaction, organisation, voice);
    return place;
}

void save_tags(store::Transaction& transaction, Id organisation, Id voice,
               const std::vector<Tag>& tags)
{
    transaction.execute("DELETE FROM voice_tag WHERE org_id = ?1 AND voice_id = ?2", organisation,
                        voice);
    for (const auto& tag : tags) // ten at most
        transaction.execute(R"sql(
            INSERT INTO voice_tag (org_id, voice_id, tag_id) VALUES (?1, ?2, ?3)
            ON CONFLICT (org_id, voice_id, tag_id) DO NOTHING )sql",
                            organisation, voice, tag.id);
}

void save_mentions(store::Transaction& transaction, Id organisation, Id thing,
                   const std::vector<Id>& people)
{
    transaction.execute("DELETE FROM mention WHERE org_id = ?1 AND thing_id = ?2", organisation,
                        thing);
    for (const Id person : people) // twenty at most
        transaction.execute(R"sql(
            INSERT INTO mention (org_id, thing_id, person_id) VALUES (?1, ?2, ?3)
            ON CONFLICT (org_id, thing_id, person_id) DO NOTHING )sql",
                            organisation, thing, person);
}

void save_revision(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                   Id thing, Id editor, std::string_view title, std::string_view body)
{
    transaction.execute(R"sql(
        INSERT INTO revision (org_id, thing_id, revision_id, editor_id, at_us, title, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) )sql",
                        organisation, thing, ids.next(now), editor, now, title, body);
}

Voice read_voice(const store::Row& row)
{
    Voice voice;
    voice.id = row.id(0);
    voice.kind = row.string(1);
    voice.title = row.string(2);
    voice.excerpt = row.string(3);
    voice.language = row.string(4);
    voice.status.id = row.id(5);
    voice.circle = row.id(6);
    voice.state = record::state_of(row.text(7));
    voice.author.id = row.id(8);
    if (row.id(9) != row.id(8)) voice.written_by.id = row.id(9);
    voice.supporters = row.integer(10);
    voice.unconfirmed = row.integer(11);
    voice.unattributed = row.integer(12);
    voice.replies = row.integer(13);
    voice.answer = row.id(14);
    voice.official_by.id = row.id(15);
    if (row.integer(16) != 0) voice.official_at = row.time(16);
    voice.created = row.time(17);
    voice.changed = row.time(18);
    voice.imported = row.id(19).value != 0;
    voice.inherited = row.integer(20);
    voice.unattributed_inherited = row.integer(21);
    voice.branches = row.integer(22);
    voice.merged_into = row.id(23);
    voice.apart = row.integer(24);
    return voice;
}

namespace {

/// Which of these the viewer backs: herself, or through what was merged into them.
void mark_supported(store::Transaction& transaction, std::unordered_map<Id, Voice*>& by_id,
                    const std::vector<Id>& voices, const Viewer& viewer)
{
    bool merged = false;
    for (const auto& [id, voice] : by_id)
        if (voice->merged_into || voice->branches > 0) merged = true;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT voice_id, matters FROM support
             WHERE org_id = ?1 AND person_id = ?3 AND voice_id IN_IDS(?2) )sql",
                           viewer.organisation, store::IdList{voices}, viewer.person)) {
        by_id.at(row.id(0))->supported = true;
        by_id.at(row.id(0))->matters = row.string(1);
    }
    if (!merged) return;
    for (auto& [id, voice] : by_id)
        if (voice->merged_into) voice->supported = false; // her support counts where it went
    for (const auto& row :
         transaction.query(R"sql(
             SELECT s.voice_id, m.root_id, s.matters, o.person_id IS NOT NULL FROM voice_merge m
             JOIN support s ON s.org_id = m.org_id AND s.voice_id = m.voice_id
             LEFT JOIN merge_objection o ON o.org_id = ?1 AND o.voice_id = m.voice_id AND o.into_id = m.into_id
                 AND o.person_id = s.person_id
             WHERE m.org_id = ?1 AND s.org_id = ?1 AND s.person_id = ?3
               AND (m.root_id IN_IDS(?2) OR m.voice_id IN_IDS(?2)) )sql",
                           viewer.organisation, store::IdList{voices}, viewer.person)) {
        const auto counts_at = by_id.find(row.truth(3) ? row.id(0) : row.id(1));
        if (counts_at == by_id.end() || counts_at->second->supported) continue;
        counts_at->second->supported = true;
        counts_at->second->matters = row.string(2);
    }
}

} // namespace

void complete(store::Transaction& transaction, std::vector<Voice>& voices, const Viewer& viewer,
              const std::vector<Status>* known, bool brief)
{
    if (voices.empty()) return;
    std::vector<Status> own;
    if (known == nullptr) own = list_statuses(transaction, viewer.organisation);
    const auto& statuses = known == nullptr ? own : *known;
    std::vector<Id> voice_ids;
    std::vector<Id> people;
    std::vector<Id> circles;
    std::unordered_map<Id, Voice*> by_id;
    for (auto& voice : voices) {
        voice_ids.push_back(voice.id);
        by_id.emplace(voice.id, &voice);
        circles.push_back(voice.circle);
        for (const Id person : {voice.author.id, voice.written_by.id, voice.official_by.id})
            if (person) people.push_back(person);
        if (const auto* status = find_status(statuses, voice.status.id)) voice.status = *status;
    }

    for (const auto& row : transaction.query(
             store::Sql(R"sql( SELECT DISTINCT s.thing_id FROM loop_step s CROSS JOIN thing t
                 WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.thing_id IN_IDS(?3) AND s.stage = 5
                   AND s.verb = 'act.commitment_kept' AND t.thing_id = s.about_id AND )sql") +
                 people::seen,
             viewer.organisation, viewer.person, store::IdList{voice_ids}))
        by_id.at(row.id(0))->kept = true;
    if (brief) return;

    std::unordered_map<Id, std::string> names;
    for (const auto& row : transaction.query(
             "SELECT person_id, name FROM person WHERE org_id = ?1 AND person_id IN_IDS(?2)",
             viewer.organisation, store::IdList{people}))
        names.emplace(row.id(0), row.string(1));
    std::unordered_map<Id, std::pair<std::string, bool>> circle_names;
    for (const auto& row : transaction.query(R"sql(
             SELECT circle_id, name, visibility = 'public' FROM circle
             WHERE org_id = ?1 AND circle_id IN_IDS(?2) )sql",
                                             viewer.organisation, store::IdList{circles}))
        circle_names.emplace(row.id(0), std::pair(row.string(1), row.truth(2)));

    for (auto& voice : voices) {
        for (Someone* someone : {&voice.author, &voice.written_by, &voice.official_by})
            if (const auto name = names.find(someone->id); name != names.end())
                someone->name = name->second;
        if (const auto circle = circle_names.find(voice.circle); circle != circle_names.end())
            std::tie(voice.circle_name, voice.circle_is_public) = circle->second;
    }

    for (const auto& row : transaction.query(R"sql(
             SELECT vt.voice_id, g.tag_id, g.name FROM voice_tag vt
             JOIN tag g ON g.org_id = vt.org_id AND g.tag_id = vt.tag_id
             WHERE vt.org_id = ?1 AND g.org_id = ?1 AND vt.voice_id IN_IDS(?2) ORDER BY g.name_fold )sql",
                                             viewer.organisation, store::IdList{voice_ids}))
        by_id.at(row.id(0))->tags.push_back({row.id(1), row.string(2)});

    if (!viewer.signed_in()) return;
    mark_supported(transaction, by_id, voice_ids, viewer);
}

std::optional<Voice> load_voice(store::Transaction& transaction, Id voice, const Viewer& viewer)
{
    std::vector<Voice> found;
    {
        auto rows = transaction.query(store::Sql("SELECT ") + voice_columns + R"sql(
                , v.body, v.body_html, v.official, v.official_html
            FROM voice v JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
            WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.voice_id = ?2 )sql",
                                      viewer.organisation, voice);
        if (!rows.next()) return {};
        found.push_back(read_voice(rows.row()));
        found.front().body = rows->string(voice_column_count);
        found.front().body_html =
            SafeHtml::trusted_from_store(rows->string(voice_column_count + 1));
        found.front().official = rows->string(voice_column_count + 2);
        found.front().official_html =
            SafeHtml::trusted_from_store(rows->string(voice_column_count + 3));
    }
    complete(transaction, found, viewer);
    found.front().files = files::list_files_of(transaction, viewer.organisation, voice);
    return std::move(found.front());
}

void load_files(store::Transaction& transaction, Id organisation, std::vector<Voice>& voices)
{
    std::vector<Id> subjects;
    std::unordered_map<Id, Voice*> by_id;
    for (auto& voice : voices) {
        subjects.push_back(voice.id);
        by_id.emplace(voice.id, &voice);
    }
    for (auto& file : files::list_files(transaction, organisation, subjects))
        if (const auto at = by_id.find(file.thing); at != by_id.end())
            at->second->files.push_back(std::move(file));
}

} // namespace moothall::hear
