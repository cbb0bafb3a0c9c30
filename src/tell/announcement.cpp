// What an announcement is, who may write and publish it, and which voices it speaks of.

#include "tell/announcement.hpp"

#include "base/invariant.hpp"
#include "people/people.hpp"
#include "text/place.hpp"
#include "text/unicode.hpp"
#include "write/write.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

constexpr int drafts_offered_from_max = 100; // voices that one draft begins with

/// ?1 the organisation, ?2 the viewer.
constexpr store::SqlLiteral announcement_columns = R"sql(
    SELECT a.announcement_id, t.title, g.words, g.words_html, g.version, t.author_id, coalesce(p.name, ''), t.circle_id,
           c.name, t.state, a.published_us, t.created_us, t.changed_us
    FROM announcement a CROSS JOIN thing t CROSS JOIN page g CROSS JOIN circle c
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    WHERE a.org_id = ?1 AND t.org_id = ?1 AND g.org_id = ?1 AND c.org_id = ?1 AND t.thing_id = a.announcement_id
      AND g.page_id = a.announcement_id AND c.circle_id = t.circle_id AND )sql";

Announcement read_announcement(const store::Row& row)
{
    Announcement announcement;
    announcement.id = row.id(0);
    announcement.title = row.string(1);
    announcement.words = row.string(2);
    announcement.words_html = SafeHtml::trusted_from_store(row.string(3));
    announcement.version = row.integer(4);
    announcement.author = {row.id(5), row.string(6)};
    announcement.circle = row.id(7);
    announcement.circle_name = row.string(8);
    announcement.state = record::state_of(row.text(9));
    if (row.integer(10) != 0) announcement.published = row.time(10);
    announcement.created = row.time(11);
    announcement.changed = row.time(12);
    return announcement;
}

/// Fills in the voices that the viewer sees, of all announcements of a list at once.
void read_voices(store::Transaction& transaction, const Viewer& viewer,
                 std::vector<Announcement>& announcements)
{
    std::vector<Id> ids;
    for (const auto& one : announcements) ids.push_back(one.id);
    if (ids.empty()) return;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT v.announcement_id, t.thing_id, t.title FROM announcement_voice v CROSS JOIN thing t
             WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.announcement_id IN_IDS(?3) AND t.thing_id = v.voice_id AND )sql") +
                               people::seen + " ORDER BY v.announcement_id, v.voice_id",
                           viewer.organisation, viewer.person, store::IdList{ids}))
        std::ranges::find(announcements, row.id(0), &Announcement::id)
            ->voices.push_back({row.id(1), row.string(2), record::path_of("voice", row.id(1))});
}

Result<write::PageText> check_announcement(std::string_view title, std::string_view words)
{
    if (normalise_line(words).empty())
        return Refusal::invalid("words", "Please write what changed.");
    return write::check_text(
        {.title = std::string(title), .purpose = {}, .words = std::string(words), .said = {}});
}

/// Each once; refused when not all who read the announcement see them.
Result<std::vector<Id>> check_voices(store::Transaction& transaction, const Viewer& viewer,
                                     Id circle, std::vector<Id> voices)
{
    std::ranges::sort(voices);
    const auto [again, end] = std::ranges::unique(voices);
    voices.erase(again, end);
    if (voices.size() > announced_voices_max)
        return Refusal::invalid("voices", "An announcement speaks of at most 100 voices.");
    if (voices.empty()) return voices;
    std::size_t open = 0;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT count(*) FROM thing t CROSS JOIN circle c
             WHERE t.org_id = ?1 AND c.org_id = ?1 AND t.thing_id IN_IDS(?3) AND t.kind = 'voice' AND t.state = 'visible'
               AND c.circle_id = t.circle_id AND (t.circle_id = ?4 OR c.visibility = 'public') AND )sql") +
                               people::seen,
                           viewer.organisation, viewer.person, store::IdList{voices}, circle))
        open = static_cast<std::size_t>(row.integer(0));
    if (open != voices.size())
        return Refusal::invalid("voices",
                                "Only voices that all see who will read this can stand in it.");
    return voices;
}

void save_voices(store::Transaction& transaction, Id organisation, Id announcement,
                 const std::vector<Id>& voices)
{
    for (const Id voice : voices)
        transaction.execute(R"sql(
            INSERT INTO announcement_voice (org_id, announcement_id, voice_id, told) VALUES (?1, ?2, ?3, 0)
            ON CONFLICT (org_id, announcement_id, voice_id) DO NOTHING )sql",
                            organisation, announcement, voice);
}

std::vector<Id> list_voices_of(store::Transaction& transaction, Id organisation, Id announcement)
{
    std::vector<Id> voices;
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id FROM announcement_voice WHERE org_id = ?1 AND announcement_id = ?2 ORDER BY voice_id )sql",
                                             organisation, announcement))
        voices.push_back(row.id(0));
    return voices;
}

/// What became of the voices of an announcement.
struct Replaced {
    std::vector<Id> added;
    std::int64_t gone = 0;
};

/// Those that the viewer does not see stay in it, and those whose people were told by it: what is
/// taken out now could come again, and they would hear of it twice. What stands in it already is
/// not asked about again: a voice that was hidden since does not keep anybody from mending a word.
Result<Replaced> replace_voices(store::Transaction& transaction, const Viewer& viewer,
                                const Announcement& before, const std::vector<Id>& wanted)
{
    const auto is_in = [](const std::vector<Id>& ids, Id id) {
        return std::ranges::find(ids, id) != ids.end();
    };
    const auto standing = list_voices_of(transaction, viewer.organisation, before.id);
    std::vector<Id> added;
    std::ranges::copy_if(wanted, std::back_inserter(added),
                         [&](Id id) { return !is_in(standing, id); });
    auto checked = check_voices(transaction, viewer, before.circle, std::move(added));
    if (!checked) return checked.error();
    Replaced replaced{*std::move(checked), 0};
    if (standing.size() + replaced.added.size() > announced_voices_max)
        return Refusal::invalid("voices", "An announcement speaks of at most 100 voices.");
    std::vector<Id> gone;
    for (const auto& voice : before.voices)
        if (!is_in(wanted, voice.id)) gone.push_back(voice.id);
    if (!gone.empty())
        replaced.gone = transaction.execute(R"sql(
            DELETE FROM announcement_voice
            WHERE org_id = ?1 AND announcement_id = ?2 AND voice_id IN_IDS(?3) AND told = 0 )sql",
                                            viewer.organisation, before.id, store::IdList{gone});
    save_voices(transaction, viewer.organisation, before.id, replaced.added);
    return replaced;
}

/// What an announcement speaks of after a change: what its words link to now, and what it spoke of
/// without linking to it.
std::vector<Id> voices_after(const Announcement& before, const AnnouncementChange& change)
{
    auto voices = change.voices.value_or(std::vector<Id>{});
    if (!change.voices) {
        const auto linked = voices_linked_in(before.words);
        for (const auto& voice : before.voices)
            if (std::ranges::find(linked, voice.id) == linked.end()) voices.push_back(voice.id);
    }
    std::ranges::copy(voices_linked_in(change.words.value_or(before.words)),
                      std::back_inserter(voices));
    return voices;
}

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb, const Announcement& announcement,
                  std::vector<Id> concerns = {})
{
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = announcement.id,
                    .actor = viewer.person,
                    .circle = announcement.circle,
                    .at = now,
                    .state = announcement.state,
                    .concerns = std::move(concerns)});
}

Result<Announcement> find_to_change(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto announcement = find_announcement(transaction, id, viewer);
    if (!announcement) return announcement.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_change(*announcement, viewer))
        return Refusal::forbidden("Only who wrote it, and stewards of its circle, may change it.");
    return announcement;
}

} // namespace

std::string Announcement::path() const
{
    auto path = record::path_of("announcement", id);
    if (const auto tail = slug(title); !tail.empty()) path += "-" + tail;
    return path;
}

std::vector<AnnouncedVoice> Announcement::other_voices() const
{
    const auto linked = voices_linked_in(words);
    auto others = voices;
    std::erase_if(others, [&](const AnnouncedVoice& one) {
        return std::ranges::find(linked, one.id) != linked.end();
    });
    return others;
}

bool may_announce(const Viewer& viewer, Id circle)
{
    return viewer.signed_in() && (viewer.is_steward_of(circle) ||
                                  (viewer.is_company() && viewer.role_in(circle) >= Role::member));
}

bool may_change(const Announcement& announcement, const Viewer& viewer)
{
    return viewer.signed_in() &&
           (announcement.author.id == viewer.person || viewer.is_steward_of(announcement.circle));
}

Result<Announcement> draft_announcement(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer, const NewAnnouncement& wanted,
                                        const SafeHtml& html)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto circle =
        people::find_circle(transaction, wanted.circle ? wanted.circle : viewer.everyone, viewer);
    if (!circle || (circle->visibility != people::Visibility::open && circle->mine == Role::none))
        return Refusal::invalid("circle", "There is no such circle that you can see.");
    if (!may_announce(viewer, circle->id))
        return Refusal::forbidden("What changed is told by the stewards of a circle, and by those "
                                  "of its members who work here.");
    const auto text = check_announcement(wanted.title, wanted.words);
    if (!text) return text.error();
    auto about = wanted.voices;
    std::ranges::copy(voices_linked_in(wanted.words), std::back_inserter(about));
    const auto voices = check_voices(transaction, viewer, circle->id, std::move(about));
    if (!voices) return voices.error();
    const Id id = ids.next(now);
    record::save_thing(transaction, viewer.organisation,
                       {.id = id,
                        .kind = "announcement",
                        .circle = circle->id,
                        .state = record::State::draft,
                        .author = viewer.person,
                        .title = text->title,
                        .created = now,
                        .changed = now});
    write::save_page(transaction, viewer.organisation, id, *text, html, viewer.person, now);
    transaction.execute(
        "INSERT INTO announcement (org_id, announcement_id, published_us) VALUES (?1, ?2, 0)",
        viewer.organisation, id);
    save_voices(transaction, viewer.organisation, id, *voices);
    auto announcement = find_announcement(transaction, id, viewer);
    invariant(announcement.has_value(), "who drafts an announcement sees it");
    append_event(transaction, viewer, ids, now, "tell.announcement_drafted", *announcement);
    return announcement;
}

Result<Announcement> change_announcement(store::Transaction& transaction, IdSource& ids, Time now,
                                         const Viewer& viewer, Id id,
                                         const AnnouncementChange& change,
                                         const std::optional<SafeHtml>& html)
{
    const auto before = find_to_change(transaction, id, viewer);
    if (!before) return before.error();
    const auto text = check_announcement(change.title.value_or(before->title),
                                         change.words.value_or(before->words));
    if (!text) return text.error();
    const bool rewritten = text->title != before->title || text->words != before->words;
    const auto replaced =
        replace_voices(transaction, viewer, *before, voices_after(*before, change));
    if (!replaced) return replaced.error();
    if (!rewritten && replaced->added.empty() && replaced->gone == 0) return before;
    if (rewritten && !write::save_version(transaction, viewer.organisation, id, before->version,
                                          *text, html.value_or(before->words_html),
                                          write::Mends::no, viewer.person, now))
        return Refusal::conflict("Somebody else has changed it meanwhile. Look at the newest "
                                 "version, then write yours anew.");
    auto thing = record::find_thing(transaction, viewer.organisation, id);
    invariant(thing.has_value(), "an announcement is a thing");
    thing->title = text->title;
    thing->changed = now;
    record::change_thing(transaction, viewer.organisation, *thing);
    append_event(transaction, viewer, ids, now, "tell.announcement_changed", *before,
                 before->published ? replaced->added : std::vector<Id>{});
    return find_announcement(transaction, id, viewer);
}

Result<Announcement> publish_announcement(store::Transaction& transaction, IdSource& ids, Time now,
                                          const Viewer& viewer, Id id)
{
    auto announcement = find_to_change(transaction, id, viewer);
    if (!announcement) return announcement.error();
    if (announcement->published) return Refusal::conflict("It is published already.");
    // What was hidden or moved to a closed circle since the draft is not told of.
    const auto voices = list_voices_of(transaction, viewer.organisation, id);
    if (const auto open = check_voices(transaction, viewer, announcement->circle, voices); !open)
        return open.error();
    const auto published = transaction.execute(R"sql(
        UPDATE announcement SET published_us = ?3
        WHERE org_id = ?1 AND announcement_id = ?2 AND published_us = 0 )sql",
                                               viewer.organisation, id, now);
    if (published == 0) return Refusal::conflict("It is published already.");
    transaction.execute(R"sql(
        UPDATE announcement_voice SET told = 1
        WHERE org_id = ?1 AND announcement_id = ?2
          AND voice_id NOT IN (SELECT o.voice_id FROM announcement_voice o
                               WHERE o.org_id = ?1 AND o.voice_id IN_IDS(?3) AND o.told = 1) )sql",
                        viewer.organisation, id, store::IdList{voices});
    auto thing = record::find_thing(transaction, viewer.organisation, id);
    invariant(thing.has_value(), "an announcement is a thing");
    thing->state = announcement->state = record::State::visible;
    thing->changed = now;
    record::change_thing(transaction, viewer.organisation, *thing);
    append_event(transaction, viewer, ids, now, "tell.announcement_published", *announcement,
                 voices);
    return find_announcement(transaction, id, viewer);
}

Result<Announcement> find_announcement(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    std::vector<Announcement> found;
    for (const auto& row : transaction.query(store::Sql(announcement_columns) + people::seen +
                                                 " AND a.announcement_id = ?3",
                                             viewer.organisation, viewer.person, id))
        found.push_back(read_announcement(row));
    if (found.empty()) return Refusal::not_found();
    read_voices(transaction, viewer, found);
    return std::move(found.front());
}

Result<AnnouncementList> list_announcements(store::Transaction& transaction,
                                            const AnnouncementQuery& query, const Viewer& viewer)
{
    const auto place = read_place_in_list<Id>(query.after);
    if (!place) return place.error();
    const Id after = *place;
    AnnouncementList list;
    auto& found = list.announcements;
    // By the time of publication; a draft by that of its making, which is in its id.
    for (const auto& row :
         transaction.query(store::Sql(announcement_columns) + people::seen + R"sql(
             AND (?3 = 0 OR t.circle_id = ?3)
             AND ((?4 = 1 AND a.published_us = 0) OR (?4 = 0 AND a.published_us > 0 AND t.state = 'visible'))
             AND (?5 = 0 OR (a.published_us, a.announcement_id) <
                  (SELECT l.published_us, l.announcement_id FROM announcement l
                   WHERE l.org_id = ?1 AND l.announcement_id = ?5))
             ORDER BY a.published_us DESC, a.announcement_id DESC LIMIT ?6 )sql",
                           viewer.organisation, viewer.person, query.circle, query.drafts, after,
                           query.limit + 1))
        found.push_back(read_announcement(row));
    if (found.size() > static_cast<std::size_t>(query.limit)) {
        found.pop_back();
        list.next = found.back().id.text();
    }
    read_voices(transaction, viewer, found);
    return list;
}

std::vector<AnnouncedVoice> list_announceable(store::Transaction& transaction, Id circle,
                                              const Viewer& viewer)
{
    Time since{};
    for (const auto& row : transaction.query(R"sql(
             SELECT t.created_us FROM announcement a CROSS JOIN thing t
             WHERE a.org_id = ?1 AND t.org_id = ?1 AND a.published_us > 0 AND t.thing_id = a.announcement_id
               AND t.circle_id = ?2
             ORDER BY a.published_us DESC, a.announcement_id DESC LIMIT 1 )sql",
                                             viewer.organisation, circle))
        since = row.time(0);
    std::vector<AnnouncedVoice> voices;
    for (const auto& row : transaction.query(
             store::Sql(R"sql(
             SELECT t.thing_id, t.title FROM loop_step l CROSS JOIN thing t CROSS JOIN circle c
             WHERE l.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND l.verb = 'hear.done' AND l.changed_us > ?3
               AND t.thing_id = l.thing_id AND t.state = 'visible' AND c.circle_id = t.circle_id
               AND (t.circle_id = ?4 OR c.visibility = 'public')
               AND NOT EXISTS (SELECT 1 FROM announcement_voice o
                               WHERE o.org_id = ?1 AND o.voice_id = t.thing_id AND o.told = 1) AND )sql") +
                 people::seen + " ORDER BY l.changed_us, l.thing_id LIMIT ?5",
             viewer.organisation, viewer.person, since, circle, drafts_offered_from_max))
        voices.push_back({row.id(0), row.string(1), record::path_of("voice", row.id(0))});
    return voices;
}

std::string draft_words(const std::vector<AnnouncedVoice>& voices)
{
    std::string words;
    for (const auto& voice : voices) {
        words += "- [";
        for (const char c : voice.title) {
            if (c == '[' || c == ']' || c == '\\') words += '\\';
            words += c;
        }
        words += "](" + voice.path + ")\n";
    }
    return words;
}

std::vector<Id> voices_linked_in(std::string_view words)
{
    constexpr std::string_view folder = "/voices/";
    constexpr std::size_t id_length = 13;
    std::vector<Id> voices;
    for (auto at = words.find(folder); at != std::string_view::npos;
         at = words.find(folder, at + folder.size()))
        if (const auto id = Id::parse(words.substr(at + folder.size(), id_length));
            id && std::ranges::find(voices, *id) == voices.end())
            voices.push_back(*id);
    return voices;
}

std::vector<Id> list_voices_told_by(store::Transaction& transaction, Id organisation,
                                    Id announcement)
{
    std::vector<Id> voices;
    for (const auto& row :
         transaction.query("SELECT voice_id FROM announcement_voice WHERE org_id = ?1 AND "
                           "announcement_id = ?2 AND told = 1 ORDER BY voice_id",
                           organisation, announcement))
        voices.push_back(row.id(0));
    return voices;
}

} // namespace moothall::tell
