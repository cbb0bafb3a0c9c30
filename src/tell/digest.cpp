#include "tell/digest.hpp"

#include "jobs/mail.hpp"
#include "people/people.hpp"
#include "record/setting.hpp"
#include "tell/letter_address.hpp"
#include "tell/notification.hpp"
#include "tell/report.hpp"
#include "tell/unsubscribe.hpp"
#include "text/time_zone.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace moothall::tell {

namespace {

using namespace std::chrono;
using web::translatable;

// In one transaction, so that nobody waits long for the writer.
constexpr int digest_people_max = 200;
constexpr int letters_max = 40;
constexpr int reports_max = 10;       // each is made for its reader's own sight
constexpr int letter_lines_max = 200; // in one letter; the page has them all

/// Everything that a piece of a round needs.
struct Round {
    store::Transaction& transaction;
    const web::Organisation& house;
    IdSource& ids;
    Time now;
    std::string_view kind;
    Time due;
    std::string secret;   // of the links that end letters, and of addresses to answer to
    bool answers = false; // by e-mail
};

struct DigestReader {
    Id person;
    std::string email;
    std::string language;
    Id told; // the newest notification that was in a letter of several
    bool has_news = false;
};

const web::Language& language_of(const Round& round, const DigestReader& reader)
{
    return web::Language::of(reader.language.empty() ? round.house.language : reader.language);
}

// -- what a person was told -----------------------------------------------------------------------

/// The parts of a letter, in their order, and the reasons that belong to each.
struct Group {
    const char* title;
    std::array<std::string_view, 8> reasons;
};
constexpr Group groups[] = {
    {translatable("This waits for you"),
     {"asked", "vote", "review", "report", "mention", "goal", "callout"}},
    {translatable("What came of what you said or follow"),
     {"outcome", "answered", "promise", "decision", "request", "on_behalf", "procedure"}},
    {translatable("Replies"), {"reply"}},
    {translatable("What else happened"), {}},
};

std::size_t group_of(std::string_view reason)
{
    for (std::size_t i = 0; i + 1 < std::size(groups); ++i)
        if (std::ranges::find(groups[i].reasons, reason) != groups[i].reasons.end()) return i;
    return std::size(groups) - 1;
}

/// How far back a first letter looks; later ones begin where the last one ended.
microseconds reach_of(std::string_view kind)
{
    return kind == "weekly" ? days(7) : days(1);
}

std::vector<Notification> list_news(const Round& round, const DigestReader& reader)
{
    Viewer viewer;
    viewer.organisation = round.house.id;
    viewer.person = reader.person;
    viewer.everyone = round.house.everyone;
    auto news = list_notifications(round.transaction, viewer, {}, letter_lines_max);
    std::erase_if(news, [&](const Notification& one) {
        return one.read || one.lettered || one.id <= reader.told ||
               one.created < round.due - reach_of(round.kind);
    });
    std::ranges::reverse(news); // as it happened
    return news;
}

/// Where she answers a piece of news; empty: it is none to be answered.
std::string answer_address(const Round& round, Id person, const Notification& one)
{
    if (!round.answers) return {};
    const Id answered = answered_thing(one.thing, one.path, one.because_id);
    if (!answered) return {};
    return answer_name(round.secret, round.house.id, {person, answered}) + '@' +
           mail_domain(round.house);
}

void write_digest(const Round& round, const DigestReader& reader)
{
    const auto news = list_news(round, reader);
    if (news.empty()) return; // she may not see any of it any more
    const auto& language = language_of(round, reader);
    const auto& house = round.house;
    std::vector<std::string> answers;
    jobs::Mail mail;
    mail.to = reader.email;
    mail.subject = language.tn("{1} piece of news for you from {2}",
                               "{1} pieces of news for you "
                               "from {2}",
                               news.size(), house.name);
    for (std::size_t group = 0; group < std::size(groups); ++group) {
        bool first = true;
        for (const auto& one : news) {
            if (group_of(one.reason) != group) continue;
            if (first) mail.text += std::string(language.t(groups[group].title)) + "\n\n";
            first = false;
            mail.text += "* " + sentence_of(one, language) + "\n  " + house.url + one.path + "\n";
            if (const auto address = answer_address(round, reader.person, one); !address.empty()) {
                mail.text += "  " + language.t("To answer: {1}", address) + "\n";
                if (answers.empty() || answers.back() != address) answers.push_back(address);
            }
            mail.text += '\n';
        }
    }
    if (answers.size() == 1) mail.reply_to = answers.front();
    if (answers.size() > 1)
        mail.reply_to =
            answer_name(round.secret, house.id, {reader.person, {}}) + '@' + mail_domain(house);
    mail.unsubscribe_url = unsubscribe_url(house, round.secret, reader.person, all_letters);
    mail.text += "-- \n";
    if (!answers.empty()) {
        mail.text +=
            language.t("You can answer this letter: write below the piece of news that you "
                       "quote, and it stands there under your name.");
        mail.text += '\n';
    }
    mail.text += language.t("You get this because you chose letters of several at {1}. In your "
                            "settings you choose how they come: {2}",
                            house.name, house.url + "/settings");
    mail.text +=
        '\n' + language.t("No such letters any more, with one click: {1}", mail.unsubscribe_url);
    mail.text += '\n';
    jobs::enqueue_mail(round.transaction, round.ids, round.now, house.id, mail);
    round.transaction.execute(R"sql(
        INSERT INTO reader (org_id, person_id, digest_id, report, feed_hash, feed_made_us)
        VALUES (?1, ?2, ?3, 0, '', 0)
        ON CONFLICT (org_id, person_id) DO UPDATE SET digest_id = excluded.digest_id )sql",
                              house.id, reader.person, news.back().id);
}

std::vector<DigestReader> list_readers_of_digests(const Round& round, Id after)
{
    std::vector<DigestReader> readers;
    for (const auto& row :
         round.transaction.query(R"sql(
             SELECT p.person_id, coalesce(p.email, ''), p.language, coalesce(r.digest_id, 0),
                    p.state = 'active' AND coalesce(p.email, '') <> '' AND EXISTS
                        (SELECT 1 FROM notification n
                         WHERE n.org_id = ?1 AND n.person_id = p.person_id AND n.read_us = 0
                           AND n.notification_id > coalesce(r.digest_id, 0) AND n.lettered = 0
                           AND n.created_us >= ?4)
             FROM person p LEFT JOIN reader r ON r.org_id = ?1 AND r.person_id = p.person_id
             WHERE p.org_id = ?1 AND p.mail = ?2 AND p.mail <> 'now' AND p.mail <> 'never' AND p.person_id > ?3
             ORDER BY p.person_id LIMIT ?5 )sql",
                                 round.house.id, round.kind, after,
                                 round.due - reach_of(round.kind), digest_people_max))
        readers.push_back({row.id(0), row.string(1), row.string(2), row.id(3), row.truth(4)});
    return readers;
}

// -- the report -----------------------------------------------------------------------------------

std::vector<DigestReader> list_readers_of_reports(const Round& round, Id after)
{
    std::vector<DigestReader> readers;
    for (const auto& row : round.transaction.query(R"sql(
             SELECT p.person_id, coalesce(p.email, ''), p.language, p.state = 'active' AND coalesce(p.email, '') <> ''
             FROM reader r JOIN person p ON p.org_id = r.org_id AND p.person_id = r.person_id
             WHERE r.org_id = ?1 AND p.org_id = ?1 AND r.report = 1 AND r.person_id > ?2
             ORDER BY r.person_id LIMIT ?3 )sql",
                                                   round.house.id, after, reports_max))
        readers.push_back({row.id(0), row.string(1), row.string(2), {}, row.truth(3)});
    return readers;
}

void write_report(const Round& round, const DigestReader& reader, const LetterTimes& times)
{
    const auto& house = round.house;
    const auto viewer =
        people::make_viewer(round.transaction, house.id, house.everyone, reader.person);
    if (!viewer) return;
    const auto today = local_date(round.due, times.zone);
    const year_month before = today.year() / today.month() - months{1};
    const Time inside = sys_days(before / day{15});
    auto name = to_text(Date(before / day{1}));
    name.resize(7); // 2026-10
    const auto period = read_period(name, inside);
    if (!period) return;
    const ReportQuery query{*period, {}, {}};
    const auto report = make_report(round.transaction, query, *viewer, round.now);
    const auto& language = language_of(round, reader);
    jobs::Mail mail;
    mail.to = reader.email;
    mail.subject = house.name + ": " +
                   std::string(language.t("What we heard, what we changed, what we will do")) +
                   ", " + name_of(*period, language);
    mail.text = name_of(*period, language) + "\n" + lead_of(report, language) + "\n\n";
    for (const auto& section : sections_of(report, round.now, language)) {
        mail.text += section.title + "\n\n";
        if (section.lines.empty()) mail.text += section.nothing + "\n\n";
        for (const auto& line : section.lines)
            mail.text += "* " + line.title + (line.words.empty() ? "" : " (" + line.words + ")") +
                         "\n  " + house.url + line.path + "\n\n";
        if (!section.more.empty())
            mail.text += section.more +
                         (section.more_path.empty() ? "" : "\n  " + house.url + section.more_path) +
                         "\n\n";
    }
    mail.text += house.url + "/report?period=" + period->name + "\n\n";
    mail.unsubscribe_url = unsubscribe_url(house, round.secret, reader.person, report_letters);
    mail.text += "-- \n";
    mail.text +=
        language.t("You get this because you chose the monthly report of {1}.", house.name);
    mail.text +=
        '\n' + language.t("No such letters any more, with one click: {1}", mail.unsubscribe_url);
    mail.text += '\n';
    jobs::enqueue_mail(round.transaction, round.ids, round.now, house.id, mail);
}

// -- how far a round came -------------------------------------------------------------------------

struct RoundProgress {
    Time due;
    Id person; // the last one who was looked at
    bool done = false;
};

std::optional<RoundProgress> find_progress(store::Transaction& transaction, Id organisation,
                                           std::string_view kind)
{
    auto rows = transaction.query("SELECT due_us, person_id, done FROM digest "
                                  "WHERE org_id = ?1 AND kind = ?2",
                                  organisation, kind);
    if (!rows.next()) return {};
    return RoundProgress{rows->time(0), rows->id(1), rows->truth(2)};
}

/// Writes the row, which is the lock too: a second node waits here and goes on where the first
/// stopped.
void save_progress(store::Transaction& transaction, Id organisation, std::string_view kind,
                   const RoundProgress& progress)
{
    transaction.execute(R"sql(
        INSERT INTO digest (org_id, kind, due_us, person_id, done) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, kind) DO UPDATE
        SET due_us = excluded.due_us, person_id = excluded.person_id, done = excluded.done )sql",
                        organisation, kind, progress.due, progress.person, progress.done);
}

void lock_progress(store::Transaction& transaction, Id organisation, std::string_view kind)
{
    transaction.execute("UPDATE digest SET person_id = person_id WHERE org_id = ?1 AND kind = ?2",
                        organisation, kind);
}

/// Goes through the next of the readers; gives how many, and notes the last.
std::int64_t go_on(const Round& round, const LetterTimes& times, RoundProgress& progress)
{
    const bool report = round.kind == "report";
    const auto readers = report ? list_readers_of_reports(round, progress.person)
                                : list_readers_of_digests(round, progress.person);
    std::int64_t looked_at = 0;
    int letters = 0;
    for (const auto& reader : readers) {
        if (letters >= letters_max) break;
        ++looked_at;
        progress.person = reader.person;
        if (!reader.has_news) continue;
        ++letters;
        if (report)
            write_report(round, reader, times);
        else
            write_digest(round, reader);
    }
    progress.done = readers.empty();
    return looked_at;
}

std::int64_t send_round(store::Database& database, Id organisation, std::string_view kind, Time now,
                        IdSource& ids)
{
    struct Standing {
        LetterTimes times;
        std::optional<RoundProgress> progress;
    };
    const auto standing = database.read([&](store::Transaction& transaction) {
        return Standing{find_letter_times(transaction, organisation),
                        find_progress(transaction, organisation, kind)};
    });
    const auto due = newest_round(kind, now, standing.times);
    if (standing.progress && standing.progress->due >= due && standing.progress->done) return 0;

    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        lock_progress(transaction, organisation, kind);
        auto progress = find_progress(transaction, organisation, kind);
        const auto house = people::find_organisation(transaction, organisation);
        if (!house) return 0;
        if (!progress) {
            // A new hall owes nobody the letters of this morning.
            save_progress(transaction, organisation, kind, {due, {}, true});
            return 0;
        }
        if (progress->due < due) progress = RoundProgress{due, {}, false};
        if (progress->done) return 0;
        const Round round{transaction,
                          *house,
                          ids,
                          now,
                          kind,
                          due,
                          unsubscribe_secret(transaction, organisation),
                          takes_answers(transaction, organisation)};
        const auto looked_at = go_on(round, standing.times, *progress);
        save_progress(transaction, organisation, kind, *progress);
        return looked_at;
    });
}

} // namespace

LetterTimes find_letter_times(store::Transaction& transaction, Id organisation)
{
    LetterTimes times;
    const auto zone = record::find_setting(transaction, organisation, zone_setting);
    if (is_time_zone(zone)) times.zone = zone;
    const auto hour = record::find_setting(transaction, organisation, hour_setting);
    int number = 0;
    const auto [end, error] = std::from_chars(hour.data(), hour.data() + hour.size(), number);
    if (error == std::errc{} && end == hour.data() + hour.size() && number >= 0 && number <= 23)
        times.hour = number;
    return times;
}

Time newest_round(std::string_view kind, Time now, const LetterTimes& times)
{
    const auto today = sys_days(local_date(now, times.zone));
    const auto at = [&](sys_days date) {
        return at_local_hour(Date(date), times.hour, times.zone);
    };
    if (kind == "report") {
        const Date date(today);
        const year_month month = date.year() / date.month();
        const auto first = at(sys_days(month / day{1}));
        return first <= now ? first : at(sys_days((month - months{1}) / day{1}));
    }
    const auto back = kind == "weekly" ? weekday(today) - Monday : days{0};
    const auto newest = at(today - back);
    return newest <= now ? newest : at(today - back - (kind == "weekly" ? days{7} : days{1}));
}

std::int64_t send_rounds(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    std::int64_t looked_at = 0;
    for (const std::string_view kind : {"daily", "weekly", "report"})
        looked_at += send_round(database, organisation, kind, now, ids);
    return looked_at;
}

} // namespace moothall::tell
