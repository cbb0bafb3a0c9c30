// Following the log: who is told of what. Rules are in rule.cpp, words in notification.cpp.
//
// An event may concern ten thousand people. They are told in pieces, a transaction each, so that
// nobody else waits for the writer; how far it came is kept, so that a restart goes on there.

#include "decide/elector.hpp"
#include "hear/hear.hpp"
#include "jobs/mail.hpp"
#include "people/people.hpp"
#include "record/consumer.hpp"
#include "tell/announcement.hpp"
#include "tell/letter_address.hpp"
#include "tell/notification.hpp"
#include "tell/rule.hpp"
#include "tell/told.hpp"
#include "tell/unsubscribe.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::tell {

namespace {

constexpr int events_told_max = 200; // in one transaction
constexpr int people_told_max = 500; // in one transaction, and one more event's directly addressed
constexpr int voices_max = 500;      // behind one event

struct News {
    Id event;
    std::string verb;
    Id thing;
    Id actor;
    Time at;
};

/// Who hears of an event, and why.
struct Recipient {
    Id person;
    std::string_view reason;
    Id because; // the voice that it came of, of which she is the author or a follower
    bool author_of_voice = false;
};
using Recipients = std::vector<Recipient>;

void add(Recipients& recipients, Id person, Id actor, std::string_view reason, Id because = {},
         bool author_of_voice = false)
{
    if (!person || person == actor) return;
    for (const auto& known : recipients)
        if (known.person == person) return; // the first reason is the nearest one
    recipients.push_back({person, reason, because, author_of_voice});
}

/// What an event is about, beside its thing.
struct Named {
    std::vector<Id> people;
    std::vector<Id> circles;
    std::vector<Id> subjects; // whose followers hear of it: the thing, and the voices behind it
};

Named list_named(store::Transaction& transaction, Id organisation, const News& news,
                 const Rule& rule)
{
    Named named;
    Id subject = news.thing;
    for (const auto& row :
         transaction.query("SELECT subject_id FROM reply WHERE org_id = ?1 AND reply_id = ?2",
                           organisation, news.thing))
        subject = row.id(0);
    named.subjects.push_back(subject);
    for (const auto& row : transaction.query(R"sql(
             SELECT t.thing_id, t.kind FROM event_thing et JOIN thing t ON t.org_id = et.org_id AND t.thing_id = et.thing_id
             WHERE et.org_id = ?1 AND t.org_id = ?1 AND et.event_id = ?2 AND t.thing_id <> ?3
             ORDER BY t.thing_id )sql",
                                             organisation, news.event, news.thing)) {
        if (row.text(1) == "person") named.people.push_back(row.id(0));
        if (row.text(1) == "circle") named.circles.push_back(row.id(0));
        if (row.text(1) == "fact") named.subjects.push_back(row.id(0));
        // Who follows a theme hears of what comes of it as who follows one of its voices does.
        if ((row.text(1) == "voice" || row.text(1) == "theme") &&
            (rule.followers == Followers::outcome || rule.followers == Followers::any))
            named.subjects.push_back(row.id(0));
    }
    // Of an announcement the people of those voices hear of which none was told before.
    if (news.verb == "tell.announcement_published")
        named.subjects = list_voices_told_by(transaction, organisation, news.thing);
    else if (rule.outcome)
        for (const Id voice :
             hear::list_things_through(transaction, organisation, news.thing, voices_max))
            if (std::ranges::find(named.subjects, voice) == named.subjects.end())
                named.subjects.push_back(voice);
    if (rule.followers != Followers::none)
        hear::add_merged(transaction, organisation, named.subjects);
    return named;
}

/// Those whom it addresses: few, and told before all others.
Recipients list_addressed(store::Transaction& transaction, Id organisation, const News& news,
                          const Rule& rule, const Named& named)
{
    Recipients recipients;
    // Who asked for it hears of it first, unless she switched that off.
    if (rule.outcome)
        for (const auto& row : transaction.query(R"sql(
                 SELECT t.author_id, t.thing_id FROM thing t
                 JOIN follow f ON f.org_id = t.org_id AND f.thing_id = t.thing_id AND f.person_id = t.author_id
                 WHERE t.org_id = ?1 AND f.org_id = ?1 AND t.kind = 'voice' AND f.outcome = 1
                   AND t.thing_id IN_IDS(?2) ORDER BY t.thing_id )sql",
                                                 organisation, store::IdList{named.subjects}))
            add(recipients, row.id(0), news.actor, "outcome", row.id(1), true);
    // Who raised it asked for an answer, and is told what came of that.
    if (news.verb == "act.callout_answered" || news.verb == "decide.goal_answered")
        for (const auto& row : transaction.query(R"sql(
                 SELECT t.author_id, t.thing_id FROM thing t
                 WHERE t.org_id = ?1 AND t.kind = 'voice' AND t.thing_id IN_IDS(?2) ORDER BY t.thing_id )sql",
                                                 organisation, store::IdList{named.subjects}))
            add(recipients, row.id(0), news.actor, rule.reason, row.id(1), true);
    if (rule.author)
        for (const auto& row :
             transaction.query("SELECT author_id FROM thing WHERE org_id = ?1 AND thing_id = ?2",
                               organisation, news.thing))
            add(recipients, row.id(0), news.actor, rule.reason);
    if (rule.people)
        for (const Id person : named.people) add(recipients, person, news.actor, rule.reason);
    // What waits for a steward is told to those of the circle that sees it.
    if (news.verb == "hear.thing_reported" || news.verb == "write.fact_said")
        for (const auto& row : transaction.query(R"sql(
                 SELECT m.person_id FROM membership m JOIN thing t ON t.org_id = m.org_id AND t.circle_id = m.circle_id
                 WHERE m.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = ?2 AND m.role = 'steward' )sql",
                                                 organisation, news.thing))
            add(recipients, row.id(0), news.actor, rule.reason);
    if (news.verb.starts_with("hear."))
        for (const auto& row :
             transaction.query("SELECT person_id FROM mention WHERE org_id = ?1 AND thing_id = ?2",
                               organisation, news.thing))
            add(recipients, row.id(0), news.actor, "mention");
    return recipients;
}

/// The answer to a call-out or to a question about a goal is told as that, and not as a reply
/// besides; also where it was given as a plain reply, which is noted a moment later.
bool is_answer_to_callout(store::Transaction& transaction, Id organisation, const News& news)
{
    auto rows = transaction.query(R"sql(
        SELECT 1 FROM reply r JOIN callout o ON o.org_id = r.org_id AND o.callout_id = r.subject_id
        WHERE r.org_id = ?1 AND o.org_id = ?1 AND r.reply_id = ?2
          AND (o.answer_id = ?2 OR (o.state = 'open' AND o.called_id = ?3)) )sql",
                                  organisation, news.thing, news.actor);
    return rows.next();
}

/// Who hears of it after those whom it addresses: first whom it was made to, then who follows.
enum class Others : std::uint8_t { members, followers };

/// The next of all others, in the order of their ids after `after`.
Recipients list_others(store::Transaction& transaction, Id organisation, const News& news,
                       const Rule& rule, const Named& named, Others others, Id after)
{
    Recipients recipients;
    if (rule.electors) {
        if (others == Others::followers) return recipients;
        for (const Id person :
             decide::list_electors(transaction, organisation, news.thing, after, people_told_max))
            add(recipients, person, {}, rule.reason);
        return recipients;
    }
    if (news.verb == "hear.reply_said" && is_answer_to_callout(transaction, organisation, news))
        return recipients;
    const bool members = others == Others::members;
    const auto followed =
        members || rule.followers == Followers::none ? std::vector<Id>{} : named.subjects;
    const auto circles = members && rule.members ? named.circles : std::vector<Id>{};
    if (followed.empty() && circles.empty()) return recipients;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT u.person_id, max(u.because_id) FROM
                 (SELECT f.person_id, CASE WHEN f.thing_id = ?6 THEN 0 ELSE f.thing_id END AS because_id
                  FROM follow f
                  LEFT JOIN voice_merge g ON g.org_id = ?1 AND g.voice_id = f.thing_id
                  LEFT JOIN follow w ON w.org_id = ?1 AND w.thing_id = g.root_id AND w.person_id = f.person_id
                  LEFT JOIN merge_objection o ON o.org_id = ?1 AND o.voice_id = g.voice_id AND o.into_id = g.into_id
                      AND o.person_id = f.person_id
                  WHERE f.org_id = ?1 AND f.thing_id IN_IDS(?2) AND f.person_id > ?4
                    AND ((?5 <> 0 AND f.outcome = 1) OR (?5 <> 1 AND f.replies = 1))
                    -- What she chose for the one that stands holds, and "not what I meant", too.
                    AND (f.thing_id = ?6 OR g.voice_id IS NULL
                         OR (o.person_id IS NULL
                             AND (w.person_id IS NULL OR (?5 <> 0 AND w.outcome = 1) OR (?5 <> 1 AND w.replies = 1))))
                  UNION ALL
                  SELECT m.person_id,
                         (SELECT coalesce(max(b.thing_id), 0) FROM follow b
                          WHERE b.org_id = ?1 AND b.person_id = m.person_id AND b.thing_id IN_IDS(?8)
                            AND b.thing_id <> ?6 AND b.outcome = 1) AS because_id
                  FROM membership m
                  WHERE m.org_id = ?1 AND m.circle_id IN_IDS(?3) AND m.person_id > ?4) u
             GROUP BY u.person_id ORDER BY u.person_id LIMIT ?7 )sql",
                           organisation, store::IdList{followed}, store::IdList{circles}, after,
                           rule.followers == Followers::replies   ? 0
                           : rule.followers == Followers::outcome ? 1
                                                                  : 2,
                           news.thing, people_told_max, store::IdList{named.subjects}))
        recipients.push_back({row.id(0), rule.followers == Followers::replies ? "reply" : "outcome",
                              row.id(1), false});
    return recipients;
}

/// Those who may see the thing, with their address and language where they want letters at once.
struct LetterReader {
    std::string email; // empty: no letter
    std::string language;
};
std::unordered_map<Id, LetterReader> readers_of(store::Transaction& transaction, Id organisation,
                                                Id thing, const Recipients& recipients)
{
    std::vector<Id> people;
    for (const auto& recipient : recipients) people.push_back(recipient.person);
    std::unordered_map<Id, LetterReader> readers;
    // The rule of people::seen, for many people and one thing.
    for (const auto& row : transaction.query(R"sql(
             SELECT p.person_id, p.email, p.language, p.mail
             FROM person p CROSS JOIN thing t CROSS JOIN circle c
             LEFT JOIN membership m ON m.org_id = ?1 AND m.circle_id = t.circle_id AND m.person_id = p.person_id
             LEFT JOIN membership am ON am.org_id = ?1 AND am.circle_id = t.about_id AND am.person_id = p.person_id
             LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = t.subject_id
             LEFT JOIN circle sc ON sc.org_id = ?1 AND sc.circle_id = s.circle_id
             LEFT JOIN membership sm ON sm.org_id = ?1 AND sm.circle_id = s.circle_id AND sm.person_id = p.person_id
             WHERE p.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND t.thing_id = ?2 AND c.circle_id = t.circle_id
               AND p.person_id IN_IDS(?3) AND p.state = 'active'
               AND ((t.about_id = 0 AND c.visibility = 'public') OR m.role IS NOT NULL OR t.about_id = p.person_id
                    OR am.role IS NOT NULL)
               AND (t.state = 'visible' OR t.author_id = p.person_id OR m.role = 'steward')
               AND (t.subject_id = 0
                    OR (((s.about_id = 0 AND sc.visibility = 'public') OR sm.role IS NOT NULL)
                        AND (s.state = 'visible' OR s.author_id = p.person_id OR sm.role = 'steward'))) )sql",
                                             organisation, thing, store::IdList{people}))
        readers[row.id(0)] = {row.text(3) == "now" ? row.string(1) : std::string(), row.string(2)};
    return readers;
}

/// Everything that telling of one event needs.
struct Telling {
    store::Transaction& transaction;
    Id organisation;
    IdSource& ids;
    Time now;
    const web::Organisation* house;
    std::string secret;   // of the links that end letters, and of addresses to answer to
    bool answers = false; // by e-mail
};

/// What the link of a letter at once ends: the thing that she follows, where that is why she is
/// told, else all letters.
std::string ended_by(const Recipient& recipient, Id thing, bool follows)
{
    if (recipient.because) return recipient.because.text();
    return follows ? thing.text() : std::string(all_letters);
}

/// What somebody wrote, which a letter brings along: a reply, an official answer, what was done for
/// a promise or why it was not.
std::string text_of(const Telling& telling, const News& news)
{
    for (const auto& row :
         telling.transaction.query(R"sql(
             SELECT r.body FROM reply r WHERE r.org_id = ?1 AND r.reply_id = ?2
             UNION ALL
             SELECT v.official FROM voice v WHERE v.org_id = ?1 AND v.voice_id = ?2 AND v.official_us = ?4
             UNION ALL
             SELECT c.why FROM commitment c WHERE c.org_id = ?1 AND c.commitment_id = ?2
                AND ?3 IN ('act.commitment_kept', 'act.commitment_broken', 'act.commitment_withdrawn',
                           'act.commitment_moved') )sql",
                                   telling.organisation, news.thing, news.verb, news.at))
        return clip(row.text(0), 2000, Ellipsis::shown);
    return {};
}

void write_letter(const Telling& telling, const News& news, const Recipient& recipient,
                  const LetterReader& reader)
{
    auto& transaction = telling.transaction;
    std::vector<Notification> one(1);
    auto& notification = one.front();
    notification.thing = news.thing;
    notification.verb = news.verb;
    notification.reason = recipient.reason;
    notification.because_id = recipient.because;
    Id subject = news.thing;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT coalesce(s.title, t.title), p.name, coalesce(s.kind, t.kind), coalesce(s.thing_id, t.thing_id),
                    e.data
             FROM thing t CROSS JOIN event e LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = ?3
             LEFT JOIN reply r ON r.org_id = ?1 AND r.reply_id = t.thing_id
             LEFT JOIN thing s ON s.org_id = ?1 AND s.thing_id = r.subject_id
             WHERE t.org_id = ?1 AND e.org_id = ?1 AND t.thing_id = ?2 AND e.event_id = ?4 )sql",
                           telling.organisation, news.thing, news.actor, news.event)) {
        notification.title = row.string(0);
        notification.actor = row.string(1);
        notification.path = record::path_of(row.text(2), row.id(3));
        subject = row.id(3);
        notification.facts = row.string(4);
    }
    notification.said = text_of(telling, news);
    explain(transaction, telling.organisation, recipient.person, {recipient.because}, one);
    const auto& house = *telling.house;
    const auto& language =
        web::Language::of(reader.language.empty() ? house.language : reader.language);
    jobs::Mail mail;
    mail.to = reader.email;
    mail.subject = clip(sentence_of(notification, language), 200, Ellipsis::shown);
    mail.text = sentence_of(notification, language) + "\n\n";
    if (!notification.said.empty()) mail.text += notification.said + "\n\n";
    mail.text += house.url + notification.path + "\n\n-- \n";
    mail.text += language.t("You get this because you follow it at {1}. On its page you can stop "
                            "that; in your settings you "
                            "choose whether letters come at once, daily or never: {2}",
                            house.name, house.url + "/settings");
    mail.thread = subject.text();
    if (telling.answers)
        if (const Id answered = answered_thing(news.thing, notification.path, recipient.because)) {
            mail.reply_to =
                answer_name(telling.secret, telling.organisation, {recipient.person, answered}) +
                '@' + mail_domain(house);
            mail.text +=
                '\n' + language.t("You can answer this letter: what you write stands there "
                                  "under your name. ({1})",
                                  mail.reply_to);
        }
    const bool follows = recipient.reason == "reply" || recipient.reason == "outcome";
    mail.unsubscribe_url = unsubscribe_url(house, telling.secret, recipient.person,
                                           ended_by(recipient, subject, follows));
    mail.text +=
        '\n' + language.t("No such letters any more, with one click: {1}", mail.unsubscribe_url);
    mail.text += "\n";
    jobs::enqueue_mail(transaction, telling.ids, telling.now, telling.organisation, mail);
}

void tell(const Telling& telling, const News& news, const Rule& rule, const Recipients& recipients)
{
    if (recipients.empty()) return;
    auto& transaction = telling.transaction;
    const auto readers = readers_of(transaction, telling.organisation, news.thing, recipients);
    for (const auto& recipient : recipients) {
        const auto reader = readers.find(recipient.person);
        if (recipient.person == news.actor || reader == readers.end()) continue;
        const auto made = transaction.execute(R"sql(
            INSERT INTO notification (org_id, person_id, notification_id, event_id, thing_id, reason,
                created_us, read_us, because_id, lettered)
            VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, 0, ?7, ?8)
            ON CONFLICT (org_id, person_id, notification_id) DO NOTHING )sql",
                                              telling.organisation, recipient.person, news.event,
                                              news.thing, recipient.reason, news.at,
                                              recipient.because, !reader->second.email.empty());
        if (made == 0) continue;
        transaction.notify("to:" + telling.organisation.text() + ':' + recipient.person.text() +
                           ":notifications");
        if (recipient.author_of_voice)
            note_told(transaction, telling.organisation, telling.ids, telling.now,
                      recipient.because, rule.outcome ? news.thing : recipient.because);
        if (!reader->second.email.empty() && telling.house != nullptr)
            write_letter(telling, news, recipient, reader->second);
    }
}

constexpr std::string_view follower = "tell";
constexpr std::string_view follower_person = "tell.person";
constexpr std::string_view follower_others = "tell.others";

/// How far the log was told: the last event that all have heard of, and in the next one the last
/// person (1: those it addresses were told; 0: nobody yet) of those of the others whose turn it is.
struct LogProgress {
    Id event;
    Id person;
    Others others = Others::members;
};

LogProgress lock_progress(store::Transaction& transaction, Id organisation)
{
    LogProgress progress{record::lock_consumer(transaction, organisation, follower), {}};
    for (const auto& row : transaction.query(
             "SELECT name, event_id FROM consumer WHERE org_id = ?1 AND name IN (?2, ?3)",
             organisation, follower_person, follower_others)) {
        if (row.text(0) == follower_person)
            progress.person = row.id(1);
        else if (row.id(1))
            progress.others = Others::followers;
    }
    return progress;
}

void save_progress(store::Transaction& transaction, Id organisation, const LogProgress& progress)
{
    record::save_consumer(transaction, organisation, follower, progress.event);
    record::save_consumer(transaction, organisation, follower_person, progress.person);
    record::save_consumer(transaction, organisation, follower_others,
                          Id{progress.others == Others::followers ? 1 : 0});
}

} // namespace

std::int64_t tell_of_events(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    // What is old was brought in by an import or a restore: it is no news.
    constexpr std::chrono::hours fresh{48};
    constexpr Id addressed{1};
    const Id until = record::first_unsettled(database, now);
    const auto waiting = database.read([&](store::Transaction& transaction) {
        return record::has_news(transaction, organisation, follower, until);
    });
    if (!waiting) return 0;

    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        auto progress = lock_progress(transaction, organisation);
        std::vector<News> waiting_news;
        for (const auto& row :
             transaction.query(R"sql(
                 SELECT event_id, verb, thing_id, actor_id, at_us FROM event
                 WHERE org_id = ?1 AND event_id > ?2 AND event_id < ?3 ORDER BY event_id LIMIT ?4 )sql",
                               organisation, progress.event, until, events_told_max))
            waiting_news.push_back({row.id(0), row.string(1), row.id(2), row.id(3), row.time(4)});
        const auto house = people::find_organisation(transaction, organisation);
        const Telling telling{transaction,
                              organisation,
                              ids,
                              now,
                              house ? &*house : nullptr,
                              unsubscribe_secret(transaction, organisation),
                              takes_answers(transaction, organisation)};
        std::int64_t done = 0;
        int people = 0;
        for (const auto& news : waiting_news) {
            const auto* rule = find_rule(news.verb);
            if (rule != nullptr && news.at >= now - fresh) {
                const auto named = list_named(transaction, organisation, news, *rule);
                if (!progress.person) {
                    const auto first =
                        list_addressed(transaction, organisation, news, *rule, named);
                    tell(telling, news, *rule, first);
                    people += static_cast<int>(first.size());
                    progress.person = addressed;
                }
                while (progress.person && people < people_told_max) {
                    const auto others = list_others(transaction, organisation, news, *rule, named,
                                                    progress.others, progress.person);
                    tell(telling, news, *rule, others);
                    people += static_cast<int>(others.size());
                    if (others.size() == people_told_max) {
                        progress.person = others.back().person;
                    } else if (progress.others == Others::members) {
                        progress.others = Others::followers;
                        progress.person = addressed;
                    } else {
                        progress.person = {};
                    }
                }
                if (progress.person) break; // the others next time
            }
            progress = {.event = news.event, .person = {}};
            ++done;
        }
        save_progress(transaction, organisation, progress);
        return done + people;
    });
}

} // namespace moothall::tell
