#include "organise/chat_door.hpp"

#include "base/words.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/time_zone.hpp"

#include <algorithm>
#include <array>

namespace moothall::organise {

namespace {

constexpr std::array<std::pair<Door, std::string_view>, 3> doors{
    {{Door::everybody, "everybody"}, {Door::circles, "circles"}, {Door::nobody, "nobody"}}};

// Pages that are looked at say so each minute; who was there in the last two minutes is there.
constexpr std::chrono::minutes present_for{2};
constexpr std::chrono::seconds presence_written_every{45};

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb)
{
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = viewer.person,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .audience = record::Audience::actor,
                    .concerns = {}});
}

bool share_a_circle(store::Transaction& transaction, const Viewer& viewer, Id person)
{
    auto rows = transaction.query(R"sql(
        SELECT 1 FROM membership a JOIN membership b ON b.org_id = a.org_id AND b.circle_id = a.circle_id
        WHERE a.org_id = ?1 AND b.org_id = ?1 AND a.person_id = ?2 AND b.person_id = ?3 AND a.circle_id <> ?4 )sql",
                                  viewer.organisation, viewer.person, person, viewer.everyone);
    return rows.next();
}

} // namespace

std::string_view to_text(Door door)
{
    for (const auto& [known, text] : doors)
        if (known == door) return text;
    return "everybody";
}

std::optional<Door> door_of(std::string_view text)
{
    return value_of(doors, text);
}

ChatDoor find_door(store::Transaction& transaction, Id organisation, Id person)
{
    ChatDoor door;
    for (const auto& row : transaction.query(R"sql(
             SELECT door, presence, zone, days, from_hour, till_hour FROM chat_door
             WHERE org_id = ?1 AND person_id = ?2 )sql",
                                             organisation, person)) {
        door.door = door_of(row.text(0)).value_or(Door::nobody);
        door.presence = row.truth(1);
        door.zone = row.string(2);
        door.days = row.string(3);
        door.from = static_cast<int>(row.integer(4));
        door.till = static_cast<int>(row.integer(5));
    }
    return door;
}

Result<void> save_door(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, const ChatDoor& door)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!door.zone.empty() && !is_time_zone(door.zone))
        return Refusal::invalid("zone", "Please name a time zone such as Europe/Helsinki.");
    if (door.from < 0 || door.till > 24 || door.from >= door.till)
        return Refusal::invalid("till", "The hours begin before they end, from 0 to 24.");
    if (!std::ranges::is_sorted(door.days, std::ranges::less_equal{}) ||
        !std::ranges::all_of(door.days, [](char day) { return day >= '1' && day <= '7'; }))
        return Refusal::invalid("days", "Days are numbered from 1, Monday, to 7, each once.");
    transaction.execute(R"sql(
        INSERT INTO chat_door (org_id, person_id, door, presence, zone, days, from_hour, till_hour)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (org_id, person_id) DO UPDATE SET door = excluded.door, presence = excluded.presence,
            zone = excluded.zone, days = excluded.days, from_hour = excluded.from_hour, till_hour = excluded.till_hour )sql",
                        viewer.organisation, viewer.person, to_text(door.door), door.presence,
                        door.zone, door.days, door.from, door.till);
    if (!door.presence)
        transaction.execute("DELETE FROM presence WHERE org_id = ?1 AND person_id = ?2",
                            viewer.organisation, viewer.person);
    append_event(transaction, viewer, ids, now, "organise.door_changed");
    return {};
}

std::optional<bool> is_in_hours(const ChatDoor& door, Time now)
{
    if (door.zone.empty()) return {};
    const auto today = local_date(now, door.zone);
    const auto day = std::chrono::weekday{std::chrono::sys_days{today}}.iso_encoding();
    if (door.days.find(static_cast<char>('0' + day)) == std::string::npos) return false;
    const auto end = door.till == 24 ? at_local_hour(today, 23, door.zone) + std::chrono::hours{1}
                                     : at_local_hour(today, door.till, door.zone);
    return now >= at_local_hour(today, door.from, door.zone) && now < end;
}

bool is_blocked(store::Transaction& transaction, Id organisation, Id one, Id other)
{
    auto rows = transaction.query(R"sql(
        SELECT 1 FROM chat_block WHERE org_id = ?1
          AND ((person_id = ?2 AND blocked_id = ?3) OR (person_id = ?3 AND blocked_id = ?2)) )sql",
                                  organisation, one, other);
    return rows.next();
}

Result<void> may_write_to(store::Transaction& transaction, const Viewer& viewer, Id id)
{
    if (!viewer.signed_in())
        return Refusal::unauthenticated("Please sign in to write to somebody.");
    const auto person = people::find_person(transaction, id, viewer);
    if (!person) return person.error();
    const auto closed = Refusal::forbidden("One cannot write to this person.");
    if (person->state != people::PersonState::active || id == viewer.person) return closed;
    if (is_blocked(transaction, viewer.organisation, viewer.person, id)) return closed;
    switch (find_door(transaction, viewer.organisation, id).door) {
    case Door::everybody:
        return {};
    case Door::circles:
        if (share_a_circle(transaction, viewer, id)) return {};
        return closed;
    case Door::nobody:
        break;
    }
    return closed;
}

Result<void> set_block(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id id, bool blocked)
{
    const auto person = people::find_person(transaction, id, viewer);
    if (!person || person->state == people::PersonState::erased) return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (id == viewer.person) return Refusal::invalid("person", "You cannot block yourself.");
    const auto changed =
        blocked ? transaction.execute(R"sql(
            INSERT INTO chat_block (org_id, person_id, blocked_id, since_us) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (org_id, person_id, blocked_id) DO NOTHING )sql",
                                      viewer.organisation, viewer.person, id, now)
                : transaction.execute("DELETE FROM chat_block WHERE org_id = ?1 AND person_id = ?2 "
                                      "AND blocked_id = ?3",
                                      viewer.organisation, viewer.person, id);
    if (changed > 0) append_event(transaction, viewer, ids, now, "organise.door_changed");
    return {};
}

std::vector<std::pair<Id, std::string>> list_blocked(store::Transaction& transaction,
                                                     const Viewer& viewer)
{
    std::vector<std::pair<Id, std::string>> people;
    for (const auto& row : transaction.query(R"sql(
             SELECT b.blocked_id, p.name FROM chat_block b JOIN person p ON p.org_id = b.org_id AND p.person_id = b.blocked_id
             WHERE b.org_id = ?1 AND p.org_id = ?1 AND b.person_id = ?2 ORDER BY p.name_fold LIMIT 200 )sql",
                                             viewer.organisation, viewer.person))
        people.emplace_back(row.id(0), row.string(1));
    return people;
}

void note_presence(store::Transaction& transaction, Id organisation, const std::vector<Id>& people,
                   Time now)
{
    if (people.empty()) return;
    transaction.execute(R"sql(
        INSERT INTO presence (org_id, person_id, seen_us)
        SELECT p.org_id, p.person_id, ?3 FROM person p
        WHERE p.org_id = ?1 AND p.person_id IN_IDS(?2)
          AND NOT EXISTS (SELECT 1 FROM chat_door d WHERE d.org_id = ?1 AND d.person_id = p.person_id AND d.presence = 0)
          AND NOT EXISTS (SELECT 1 FROM presence s WHERE s.org_id = ?1 AND s.person_id = p.person_id AND s.seen_us > ?4)
        ON CONFLICT (org_id, person_id) DO UPDATE SET seen_us = excluded.seen_us )sql",
                        organisation, store::IdList{people}, now, now - presence_written_every);
}

std::vector<Id> list_present(store::Transaction& transaction, const Viewer& viewer,
                             const std::vector<Id>& people, Time now)
{
    std::vector<Id> present;
    if (people.empty() || !viewer.signed_in()) return present;
    // Whom she may write to, as may_write_to() says for one.
    for (const auto& row :
         transaction.query(R"sql(
             SELECT s.person_id FROM presence s
             LEFT JOIN chat_door d ON d.org_id = ?1 AND d.person_id = s.person_id
             WHERE s.org_id = ?1 AND s.person_id IN_IDS(?3) AND s.seen_us > ?4
               AND coalesce(d.presence, 1) = 1
               AND (coalesce(d.door, 'everybody') = 'everybody' OR (d.door = 'circles' AND EXISTS
                    (SELECT 1 FROM membership a JOIN membership b ON b.org_id = a.org_id AND b.circle_id = a.circle_id
                     WHERE a.org_id = ?1 AND b.org_id = ?1 AND a.person_id = ?2 AND b.person_id = s.person_id
                       AND a.circle_id <> ?5)))
               AND NOT EXISTS (SELECT 1 FROM chat_block k WHERE k.org_id = ?1
                   AND ((k.person_id = ?2 AND k.blocked_id = s.person_id)
                        OR (k.person_id = s.person_id AND k.blocked_id = ?2))) )sql",
                           viewer.organisation, viewer.person, store::IdList{people},
                           now - present_for, viewer.everyone))
        present.push_back(row.id(0));
    return present;
}

} // namespace moothall::organise
