#include "tell/notification.hpp"

#include "jobs/mail.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"

#include <unordered_map>

namespace moothall::tell {

namespace {

constexpr int events_max = 200; // in one transaction

struct News {
    Id event;
    std::string verb;
    Id thing;
    Id actor;
    Time at;
};

/// Who hears of an event, and why. `subject` is the voice that is followed.
struct Recipient {
    Id person;
    std::string reason;
};

using Recipients = std::vector<Recipient>;

void add(Recipients& recipients, Id person, Id actor, std::string_view reason)
{
    if (!person || person == actor) return;
    for (const auto& known : recipients)
        if (known.person == person) return; // the first reason is the nearest one
    recipients.push_back({person, std::string(reason)});
}

void add_mentioned(store::Transaction& transaction, Id organisation, const News& news,
                   Recipients& recipients)
{
    for (const auto& row :
         transaction.query("SELECT person_id FROM mention WHERE org_id = ?1 AND thing_id = ?2",
                           organisation, news.thing))
        add(recipients, row.id(0), news.actor, "mention");
}

enum class Switch : std::uint8_t { replies, outcome };

void add_followers(store::Transaction& transaction, Id organisation, const News& news, Id subject,
                   Switch which, Recipients& recipients)
{
    for (const auto& row : transaction.query(R"sql(
             SELECT person_id, replies, outcome FROM follow WHERE org_id = ?1 AND thing_id = ?2 )sql",
                                             organisation, subject))
        if (row.truth(which == Switch::replies ? 1 : 2))
            add(recipients, row.id(0), news.actor, which == Switch::replies ? "reply" : "outcome");
}

/// The voice that a thing is, or belongs to.
Id subject_of(store::Transaction& transaction, Id organisation, Id thing)
{
    auto rows = transaction.query(
        "SELECT subject_id FROM reply WHERE org_id = ?1 AND reply_id = ?2", organisation, thing);
    return rows.next() ? rows->id(0) : thing;
}

Recipients recipients_of(store::Transaction& transaction, Id organisation, const News& news)
{
    Recipients recipients;
    const auto subject = subject_of(transaction, organisation, news.thing);
    const auto author_of = [&](Id thing) {
        auto rows = transaction.query(
            "SELECT author_id FROM thing WHERE org_id = ?1 AND thing_id = ?2", organisation, thing);
        return rows.next() ? rows->id(0) : Id{};
    };
    if (news.verb == "hear.voice_said" || news.verb == "hear.voice_confirmed" ||
        news.verb == "hear.reply_said" || news.verb == "hear.thing_approved") {
        // On the phone: she is told that somebody wrote in her name.
        add(recipients, author_of(news.thing), news.actor,
            news.verb == "hear.thing_approved" ? "outcome" : "on_behalf");
        add_mentioned(transaction, organisation, news, recipients);
        if (subject != news.thing)
            add_followers(transaction, organisation, news, subject, Switch::replies, recipients);
    } else if (news.verb == "hear.status_changed" || news.verb == "hear.voice_answered" ||
               news.verb == "hear.answer_chosen") {
        add_followers(transaction, organisation, news, subject, Switch::outcome, recipients);
    } else if (news.verb == "hear.thing_hidden" || news.verb == "hear.thing_shown") {
        add(recipients, author_of(news.thing), news.actor, "hidden");
    } else if (news.verb == "hear.voice_edited" || news.verb == "hear.reply_edited") {
        add(recipients, author_of(news.thing), news.actor, "edited");
        add_mentioned(transaction, organisation, news, recipients);
    } else if (news.verb == "hear.thing_reported") {
        for (const auto& row : transaction.query(R"sql(
                 SELECT m.person_id FROM membership m JOIN thing t ON t.org_id = m.org_id AND t.circle_id = m.circle_id
                 WHERE m.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = ?2 AND m.role = 'steward' )sql",
                                                 organisation, news.thing))
            add(recipients, row.id(0), news.actor, "report");
    }
    return recipients;
}

/// Those of `people` who may see the thing, with their address and language where they want letters
/// at once.
struct Reader {
    std::string email; // empty: no letter
    std::string language;
};
std::unordered_map<Id, Reader> readers_of(store::Transaction& transaction, Id organisation,
                                          Id thing, const Recipients& recipients)
{
    std::vector<Id> people;
    for (const auto& recipient : recipients) people.push_back(recipient.person);
    std::unordered_map<Id, Reader> readers;
    // The rule of people::seen, for many people and one thing.
    for (const auto& row : transaction.query(R"sql(
             SELECT p.person_id, p.email, p.language, p.mail
             FROM person p CROSS JOIN thing t CROSS JOIN circle c
             LEFT JOIN membership m ON m.org_id = ?1 AND m.circle_id = t.circle_id AND m.person_id = p.person_id
             LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = t.subject_id
             LEFT JOIN circle sc ON sc.org_id = ?1 AND sc.circle_id = s.circle_id
             LEFT JOIN membership sm ON sm.org_id = ?1 AND sm.circle_id = s.circle_id AND sm.person_id = p.person_id
             WHERE p.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND t.thing_id = ?2 AND c.circle_id = t.circle_id
               AND p.person_id IN_IDS(?3) AND p.state = 'active'
               AND (c.visibility = 'public' OR m.role IS NOT NULL)
               AND (t.state = 'visible' OR t.author_id = p.person_id OR m.role = 'steward')
               AND (t.subject_id = 0
                    OR ((sc.visibility = 'public' OR sm.role IS NOT NULL)
                        AND (s.state = 'visible' OR s.author_id = p.person_id OR sm.role = 'steward'))) )sql",
                                             organisation, thing, store::IdList{people}))
        readers[row.id(0)] = {row.text(3) == "now" ? row.string(1) : std::string(), row.string(2)};
    return readers;
}

} // namespace

std::string sentence_of(const Notification& notification, const web::Language& language)
{
    const auto who =
        notification.actor.empty() ? std::string(language.t("Somebody")) : notification.actor;
    const auto& reason = notification.reason;
    if (reason == "mention") return language.t("{1} named you in “{2}”.", who, notification.title);
    if (reason == "reply") return language.t("{1} replied to “{2}”.", who, notification.title);
    if (reason == "on_behalf")
        return language.t("{1} wrote “{2}” for you. You can correct it or take it back.", who,
                          notification.title);
    if (reason == "hidden")
        return notification.verb == "hear.thing_shown"
                   ? language.t("{1} showed again what you said in “{2}”.", who, notification.title)
                   : language.t("{1} hid what you said in “{2}”. The reason is public.", who,
                                notification.title);
    if (reason == "edited")
        return language.t("{1} changed “{2}”, which is yours.", who, notification.title);
    if (reason == "report")
        return language.t("{1} reported something in “{2}”.", who, notification.title);
    if (notification.verb == "hear.answer_chosen")
        return language.t("{1} marked an answer to “{2}”.", who, notification.title);
    if (notification.verb == "hear.thing_approved")
        return language.t("What you said in “{2}” can be seen by all now.", who,
                          notification.title);
    return language.t("{1} answered “{2}” officially.", who, notification.title);
}

std::vector<Notification> list_notifications(store::Transaction& transaction, const Viewer& viewer,
                                             Id before, int limit)
{
    std::vector<Notification> notifications;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT n.notification_id, n.thing_id, e.verb, n.reason, pa.name, coalesce(s.title, t.title), n.read_us,
                    n.created_us, coalesce(r.subject_id, n.thing_id)
             FROM notification n CROSS JOIN event e CROSS JOIN thing t
             LEFT JOIN person pa ON pa.org_id = ?1 AND pa.person_id = e.actor_id
             LEFT JOIN reply r ON r.org_id = ?1 AND r.reply_id = n.thing_id
             LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = r.subject_id
             WHERE n.org_id = ?1 AND e.org_id = ?1 AND t.org_id = ?1 AND n.person_id = ?2 AND e.event_id = n.event_id
               AND t.thing_id = n.thing_id AND (?3 = 0 OR n.notification_id < ?3) AND )sql") +
                               people::seen + " ORDER BY n.notification_id DESC LIMIT ?4",
                           viewer.organisation, viewer.person, before, limit)) {
        Notification one{row.id(0),     row.id(1),           row.string(2),
                         row.string(3), row.string(4),       row.string(5),
                         std::string(), row.integer(6) != 0, row.time(7)};
        one.path = "/voices/" + row.id(8).text();
        if (row.id(8) != one.thing) one.path += "#" + one.thing.text();
        notifications.push_back(std::move(one));
    }
    return notifications;
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

namespace {

void write_letter(store::Transaction& transaction, Id organisation, IdSource& ids, Time now,
                  const News& news, const std::string& reason, const Reader& reader,
                  const web::Organisation& house)
{
    Notification notification;
    notification.verb = news.verb;
    notification.reason = reason;
    const auto subject = subject_of(transaction, organisation, news.thing);
    for (const auto& row : transaction.query(R"sql(
             SELECT t.title, p.name FROM thing t LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = ?3
             WHERE t.org_id = ?1 AND t.thing_id = ?2 )sql",
                                             organisation, subject, news.actor)) {
        notification.title = row.string(0);
        notification.actor = row.string(1);
    }
    std::string said;
    for (const auto& row :
         transaction.query("SELECT body FROM reply WHERE org_id = ?1 AND reply_id = ?2",
                           organisation, news.thing))
        said = clip(row.text(0), 2000, Ellipsis::shown);
    const auto& language =
        web::Language::of(reader.language.empty() ? house.language : reader.language);
    jobs::Mail mail;
    mail.to = reader.email;
    mail.subject = sentence_of(notification, language);
    mail.text = mail.subject + "\n\n";
    if (!said.empty()) mail.text += said + "\n\n";
    mail.text += house.url + "/voices/" + subject.text() + "\n\n-- \n";
    mail.text += language.t("You get this because you follow it at {1}. On its page you can stop "
                            "that; in your settings you "
                            "choose whether letters come at once, daily or never: {2}",
                            house.name, house.url + "/settings");
    mail.text += "\n";
    jobs::enqueue_mail(transaction, ids, now, organisation, mail);
}

} // namespace

std::int64_t tell_of_events(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    // Transactions of other nodes may commit a little after younger ones: the last second waits.
    constexpr std::chrono::milliseconds settling{500};
    const Id until = IdSource().next(now - settling);
    const auto waiting = database.read([&](store::Transaction& transaction) {
        auto rows = transaction.query(R"sql(
            SELECT 1 FROM event WHERE org_id = ?1 AND event_id < ?2 AND event_id >
                coalesce((SELECT c.event_id FROM consumer c WHERE c.org_id = ?1 AND c.name = 'tell'), 0) LIMIT 1 )sql",
                                      organisation, until);
        return rows.next();
    });
    if (!waiting) return 0;

    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        // The row is the lock: a second node waits here and then finds nothing left.
        transaction.execute(R"sql(
            INSERT INTO consumer (org_id, name, event_id) VALUES (?1, 'tell', 0)
            ON CONFLICT (org_id, name) DO UPDATE SET event_id = consumer.event_id )sql",
                            organisation);
        Id last;
        for (const auto& row : transaction.query(
                 "SELECT event_id FROM consumer WHERE org_id = ?1 AND name = 'tell'", organisation))
            last = row.id(0);
        std::vector<News> news;
        for (const auto& row : transaction.query(R"sql(
                 SELECT event_id, verb, thing_id, actor_id, at_us FROM event
                 WHERE org_id = ?1 AND event_id > ?2 AND event_id < ?3 ORDER BY event_id LIMIT ?4 )sql",
                                                 organisation, last, until, events_max))
            news.push_back({row.id(0), row.string(1), row.id(2), row.id(3), row.time(4)});
        if (news.empty()) return 0;
        const auto house = people::find_organisation(transaction, organisation);
        for (const auto& one : news) {
            // What is old was brought in by an import or a restore: it is no news.
            constexpr std::chrono::hours fresh{48};
            if (!one.verb.starts_with("hear.") || one.at < now - fresh) continue;
            const auto recipients = recipients_of(transaction, organisation, one);
            if (recipients.empty()) continue;
            const auto readers = readers_of(transaction, organisation, one.thing, recipients);
            for (const auto& recipient : recipients) {
                const auto reader = readers.find(recipient.person);
                if (reader == readers.end()) continue;
                const auto made = transaction.execute(R"sql(
                    INSERT INTO notification (org_id, person_id, notification_id, event_id, thing_id, reason,
                        created_us, read_us)
                    VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, 0)
                    ON CONFLICT (org_id, person_id, notification_id) DO NOTHING )sql",
                                                      organisation, recipient.person, one.event,
                                                      one.thing, recipient.reason, one.at);
                if (made == 0) continue;
                transaction.notify("to:" + organisation.text() + ':' + recipient.person.text() +
                                   ":notifications");
                if (!reader->second.email.empty() && house)
                    write_letter(transaction, organisation, ids, now, one, recipient.reason,
                                 reader->second, *house);
            }
        }
        transaction.execute("UPDATE consumer SET event_id = ?2 WHERE org_id = ?1 AND name = 'tell'",
                            organisation, news.back().event);
        return static_cast<std::int64_t>(news.size());
    });
}

void forget_reader(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("DELETE FROM notification WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
}

} // namespace moothall::tell
