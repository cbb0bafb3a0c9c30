#include "tell/notification.hpp"

#include "people/people.hpp"
#include "tell/letter_received.hpp"
#include "tell/reader.hpp"

#include <unordered_map>

namespace moothall::tell {

namespace {

/// Where news of a verb leads when it is not to the page of its thing.
std::string_view place_of(std::string_view verb)
{
    return verb == "tell.webhook_switched_off" ? "/settings/webhooks" : "";
}

} // namespace

std::vector<Notification> list_notifications(store::Transaction& transaction, const Viewer& viewer,
                                             Id before, int limit)
{
    std::vector<Notification> notifications;
    std::vector<Id> reasons;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT n.notification_id, n.thing_id, e.verb, n.reason, pa.name, coalesce(s.title, t.title), n.read_us,
                    n.created_us, coalesce(s.thing_id, t.thing_id), coalesce(s.kind, t.kind), n.because_id, n.lettered,
                    e.data
             FROM notification n CROSS JOIN event e CROSS JOIN thing t
             LEFT JOIN person pa ON pa.org_id = ?1 AND pa.person_id = e.actor_id
             LEFT JOIN reply r ON r.org_id = ?1 AND r.reply_id = n.thing_id
             LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = r.subject_id
             WHERE n.org_id = ?1 AND e.org_id = ?1 AND t.org_id = ?1 AND n.person_id = ?2 AND e.event_id = n.event_id
               AND t.thing_id = n.thing_id AND (?3 = 0 OR n.notification_id < ?3) AND )sql") +
                               people::seen + " ORDER BY n.notification_id DESC LIMIT ?4",
                           viewer.organisation, viewer.person, before, limit)) {
        Notification one;
        one.id = row.id(0);
        one.thing = row.id(1);
        one.verb = row.string(2);
        one.reason = row.string(3);
        one.actor = row.string(4);
        one.title = row.string(5);
        one.read = row.integer(6) != 0;
        one.created = row.time(7);
        one.path = record::path_of(row.text(9), row.id(8));
        if (row.id(8) != one.thing) one.path += "#" + one.thing.text();
        if (const auto place = place_of(one.verb); !place.empty()) one.path = place;
        one.because_id = row.id(10);
        one.lettered = row.truth(11);
        one.facts = row.string(12);
        if (one.because_id) reasons.push_back(one.because_id);
        notifications.push_back(std::move(one));
    }
    explain(transaction, viewer.organisation, viewer.person, reasons, notifications);
    return notifications;
}

void explain(store::Transaction& transaction, Id organisation, Id person,
             const std::vector<Id>& reasons, std::vector<Notification>& notifications)
{
    if (reasons.empty()) return;
    for (const auto& row :
         transaction.query(store::Sql(R"sql( SELECT t.thing_id, t.title, t.created_us, t.author_id,
                    EXISTS (SELECT 1 FROM support sp
                            WHERE sp.org_id = ?1 AND sp.voice_id = t.thing_id AND sp.person_id = ?2)
                 FROM thing t WHERE t.org_id = ?1 AND t.thing_id IN_IDS(?3) AND )sql") +
                               people::seen,
                           organisation, person, store::IdList{reasons}))
        for (auto& one : notifications) {
            if (one.because_id != row.id(0)) continue;
            one.hers = row.id(3) == person;
            one.asks = one.hers || row.truth(4);
            if (one.asks && asks_whether_it_helped(one))
                one.path = record::path_of("voice", row.id(0)) + "#check";
            one.because_said = row.time(2);
            if (row.id(0) == one.thing) continue; // its title is in the sentence already
            one.because = row.string(1);
        }
}

std::int64_t count_unread(store::Transaction& transaction, const Viewer& viewer)
{
    auto rows = transaction.query(R"sql(
        SELECT count(*) FROM (SELECT 1 FROM notification
                              WHERE org_id = ?1 AND person_id = ?2 AND read_us = 0 LIMIT 100) few )sql",
                                  viewer.organisation, viewer.person);
    return rows.next() ? rows->integer(0) : 0;
}

void mark_read(store::Transaction& transaction, const Viewer& viewer, Id notification, Time now)
{
    transaction.execute(R"sql(
        UPDATE notification SET read_us = ?4
        WHERE org_id = ?1 AND person_id = ?2 AND read_us = 0 AND (?3 = 0 OR notification_id = ?3) )sql",
                        viewer.organisation, viewer.person, notification, now);
}

void forget_reader(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("DELETE FROM notification WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
    forget_reader_choice(transaction, organisation, person);
    forget_letters_received(transaction, organisation, person);
}

} // namespace moothall::tell
