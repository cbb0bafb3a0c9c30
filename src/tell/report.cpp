#include "tell/report.hpp"

#include "act/act.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "write/write.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::tell {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month;
using web::translatable;

constexpr int report_lines_max = 8;    // of heard, themes and coming
constexpr int report_events_max = 300; // looked at for changed, not done and learned
constexpr std::size_t proofs_max = 40;

Date first_day(year_month of)
{
    return of / day{1};
}

Time start_of(Date date)
{
    return Time(sys_days(date));
}

std::optional<int> read_number(std::string_view text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

Period make_period(std::string name, year_month from, months length)
{
    return {std::move(name), first_day(from), first_day(from + length)};
}

std::string two_digits(unsigned number)
{
    return (number < 10 ? "0" : "") + std::to_string(number);
}

Period quarter_of(year_month of)
{
    const auto quarter = (static_cast<unsigned>(of.month()) - 1) / 3;
    return make_period(std::to_string(static_cast<int>(of.year())) + "-Q" +
                           std::to_string(quarter + 1),
                       of.year() / month{quarter * 3 + 1}, months{3});
}

/// What an event proves: the section of the report it stands in, and what it says of its thing.
struct Proof {
    std::vector<ReportLine> Report::* section;
    const char* words;
};

std::optional<Proof> proof_of(std::string_view verb, std::string_view category,
                              std::string_view step)
{
    if (verb == "act.commitment_kept")
        return Proof{&Report::changed, translatable("promised and kept")};
    if (verb == "act.commitment_broken")
        return Proof{&Report::not_done, translatable("promised and not kept")};
    if (verb == "act.commitment_withdrawn")
        return Proof{&Report::not_done, translatable("promised and withdrawn")};
    if (verb == "write.procedure_mended")
        return Proof{&Report::changed, translatable("how we work was mended")};
    if (verb == "write.procedure_retired")
        return Proof{&Report::changed, translatable("how we work was given up, with the reason")};
    if (verb == "decide.decision_closed") {
        if (step == "decide.passed")
            return Proof{&Report::changed, translatable("decided by both sides")};
        return Proof{&Report::not_done, translatable("put to the vote, and did not pass")};
    }
    if (verb == "decide.decision_reviewed") {
        if (step == "decide.held") return Proof{&Report::learned, translatable("it held")};
        if (step == "decide.wrong") return Proof{&Report::learned, translatable("we were wrong")};
        return Proof{&Report::learned, translatable("still unclear")};
    }
    // An official answer: what it came to is the status that the voice has today.
    if (category == "done") return Proof{&Report::changed, translatable("done")};
    if (category == "declined")
        return Proof{&Report::not_done, translatable("declined, with the reason in public")};
    return {};
}

void read_heard(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                Report& report)
{
    const auto from = start_of(query.period.from);
    const auto until = start_of(query.period.until);
    for (const auto& row : transaction.query(
             store::Sql(R"sql( SELECT count(*), count(DISTINCT t.author_id)
                 FROM voice v JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
                 WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.said_us >= ?3 AND v.said_us < ?4
                   AND t.state = 'visible' AND (?5 = 0 OR t.circle_id = ?5)
                   AND (?6 = 0 OR EXISTS (SELECT 1 FROM loop_step l WHERE l.org_id = ?1
                        AND l.thing_id = v.voice_id AND l.stage = 2 AND l.about_id = ?6)) AND )sql") +
                 people::seen,
             viewer.organisation, viewer.person, from, until, query.circle, query.theme)) {
        report.voices = row.integer(0);
        report.people = row.integer(1);
    }
    for (
        const auto& row : transaction.query(
            store::Sql(
                R"sql( SELECT v.voice_id, t.title, v.supporters + v.unattributed + v.unattributed_inherited,
                        v.said_us
                 FROM voice v JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
                 WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.said_us >= ?3 AND v.said_us < ?4
                   AND t.state = 'visible' AND (v.merged_into = 0 OR v.apart > 0)
                   AND (?5 = 0 OR t.circle_id = ?5)
                   AND (?6 = 0 OR EXISTS (SELECT 1 FROM loop_step l WHERE l.org_id = ?1
                        AND l.thing_id = v.voice_id AND l.stage = 2 AND l.about_id = ?6)) AND )sql") +
                people::seen + R"sql(
                 ORDER BY v.supporters + v.unattributed + v.unattributed_inherited DESC, v.voice_id LIMIT ?7 )sql",
            viewer.organisation, viewer.person, from, until, query.circle, query.theme,
            report_lines_max)) {
        ReportLine line;
        line.thing = row.id(0);
        line.kind = "voice";
        line.title = row.string(1);
        line.path = record::path_of("voice", line.thing);
        line.people = row.integer(2) + 1;
        line.at = row.time(3);
        report.heard.push_back(std::move(line));
    }
}

/// Voices of a theme said within the period, by the weeks that are kept.
std::int64_t said_within(const sense::ThemeFigures& figures, const Period& period)
{
    std::int64_t voices = 0;
    for (std::size_t i = 0; i < figures.weeks.size(); ++i) {
        const auto week = sense::start_of_week(figures.weeks_from + static_cast<std::int64_t>(i));
        if (week >= start_of(period.from) && week < start_of(period.until))
            voices += figures.weeks[i];
    }
    return voices;
}

void read_themes(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                 Time now, Report& report)
{
    if (query.circle || query.theme) return; // themes are counted over all circles
    for (const auto& theme :
         sense::list_themes(transaction, "topic", sense::ThemeSort::people, viewer, now)) {
        ReportLine line;
        line.thing = theme.id;
        line.kind = "theme";
        line.title = theme.title;
        line.path = theme.path();
        line.people = said_within(theme.figures, query.period);
        if (line.people > 0) report.themes.push_back(std::move(line));
    }
    std::ranges::sort(report.themes, [](const ReportLine& one, const ReportLine& other) {
        return one.people != other.people ? one.people > other.people : one.thing < other.thing;
    });
    if (report.themes.size() > report_lines_max) report.themes.resize(report_lines_max);
}

void read_proofs(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                 Report& report)
{
    const auto from = IdSource().next(start_of(query.period.from));
    const auto until = IdSource().next(start_of(query.period.until));
    std::vector<Id> known;
    for (const auto& row : transaction.query(
             store::Sql(
                 R"sql( SELECT t.thing_id, t.kind, t.title, e.verb, e.at_us, s.category, l.verb,
                    coalesce(v.supporters + v.unattributed + 1, 0)
                 FROM event e JOIN thing t ON t.org_id = e.org_id AND t.thing_id = e.thing_id
                 LEFT JOIN voice v ON v.org_id = ?1 AND v.voice_id = t.thing_id
                 LEFT JOIN status s ON s.org_id = ?1 AND s.status_id = v.status_id
                 LEFT JOIN loop_step l ON l.org_id = ?1 AND l.thing_id = t.thing_id AND l.about_id = t.thing_id
                     AND l.stage = CASE e.verb WHEN 'decide.decision_closed' THEN 3 ELSE 7 END
                 WHERE e.org_id = ?1 AND t.org_id = ?1 AND e.event_id >= ?3 AND e.event_id < ?4
                   AND e.verb IN ('act.commitment_kept', 'act.commitment_broken', 'act.commitment_withdrawn',
                                  'decide.decision_closed', 'decide.decision_reviewed',
                                  'hear.status_changed', 'hear.voice_answered', 'write.procedure_mended',
                                  'write.procedure_retired')
                   AND (?5 = 0 OR t.circle_id = ?5)
                   AND (?6 = 0 OR EXISTS
                        (SELECT 1 FROM event_thing et JOIN loop_step th ON th.org_id = et.org_id AND th.thing_id = et.thing_id
                         WHERE et.org_id = ?1 AND th.org_id = ?1 AND et.event_id = e.event_id
                           AND th.stage = 2 AND th.about_id = ?6)) AND )sql") +
                 people::seen + " ORDER BY e.event_id DESC LIMIT ?7",
             viewer.organisation, viewer.person, from, until, query.circle, query.theme,
             report_events_max)) {
        const auto proof = proof_of(row.text(3), row.text(5), row.text(6));
        if (!proof) continue;
        auto& section = report.*(proof->section);
        if (section.size() >= proofs_max ||
            std::ranges::find(section, row.id(0), &ReportLine::thing) != section.end())
            continue; // the latest word on a thing counts
        ReportLine line;
        line.thing = row.id(0);
        line.kind = row.string(1);
        line.title = row.string(2);
        line.path = record::path_of(line.kind, line.thing);
        line.words = proof->words;
        line.at = row.time(4);
        line.people = row.integer(7);
        section.push_back(std::move(line));
    }
}

void read_coming(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                 Time now, Report& report)
{
    if (query.theme) return; // promises and votes are for voices, not for themes
    act::CommitmentQuery promises;
    promises.running = true;
    promises.circle = query.circle;
    promises.limit = report_lines_max;
    if (const auto page = act::list_commitments(transaction, now, promises, viewer))
        for (const auto& commitment : page->commitments) {
            ReportLine line;
            line.thing = commitment.id;
            line.kind = "commitment";
            line.title = commitment.what;
            line.path = commitment.path();
            line.words =
                commitment.overdue ? translatable("promised, overdue") : translatable("promised");
            line.at = commitment.created;
            line.due = commitment.due;
            report.coming.push_back(std::move(line));
        }
    for (const auto& procedure : write::list_to_mend(transaction, {}, viewer, report_lines_max)) {
        if (query.circle && procedure.circle != query.circle) continue;
        ReportLine line;
        line.thing = procedure.id;
        line.kind = "procedure";
        line.title = procedure.title;
        line.path = procedure.path();
        line.words = procedure.overdue ? translatable("to be mended, overdue")
                                       : translatable("to be mended");
        line.at = procedure.changed;
        line.due = procedure.due;
        report.coming.push_back(std::move(line));
    }
    for (const auto category : {hear::Category::started, hear::Category::planned}) {
        hear::VoiceQuery voices;
        voices.category = category;
        voices.circle = query.circle;
        voices.sort = hear::Sort::wanted;
        voices.limit = report_lines_max;
        const auto page = hear::list_voices(transaction, voices, viewer);
        if (!page) continue;
        for (const auto& voice : page->voices) {
            ReportLine line;
            line.thing = voice.id;
            line.kind = "voice";
            line.title = voice.title;
            line.path = voice.path();
            line.words = category == hear::Category::started ? translatable("started")
                                                             : translatable("planned");
            line.at = voice.changed;
            line.people = voice.backing() + 1;
            report.coming.push_back(std::move(line));
        }
    }
}

} // namespace

Result<Period> read_period(std::string_view text, Time now)
{
    const auto today = Date{std::chrono::floor<std::chrono::days>(now)};
    if (text.empty()) return quarter_of(today.year() / today.month());
    const auto refused = Refusal::invalid(
        "period", "A period is a year, quarter or month: 2026, 2026-Q4 or 2026-11.");
    const auto year_number = read_number(text.substr(0, 4));
    if (!year_number || *year_number < 1970 || *year_number > 9999) return refused;
    const year of{*year_number};
    if (text.size() == 4) return make_period(std::string(text), of / month{1}, months{12});
    if (text.size() != 7 || text[4] != '-') return refused;
    if (text[5] == 'Q' && text[6] >= '1' && text[6] <= '4')
        return quarter_of(of / month{static_cast<unsigned>(text[6] - '1') * 3 + 1});
    const auto month_number = read_number(text.substr(5));
    if (!month_number || *month_number < 1 || *month_number > 12) return refused;
    return make_period(std::string(text), of / month{static_cast<unsigned>(*month_number)},
                       months{1});
}

std::string name_of(const Period& period, const web::Language& language)
{
    const auto last = Date{sys_days(period.until) - std::chrono::days{1}};
    const auto first_month = language.month(period.from);
    const auto last_month = language.month(last);
    return first_month == last_month ? first_month
                                     : language.t("{1} to {2}", first_month, last_month);
}

Period period_before(const Period& period)
{
    const auto from = period.from.year() / period.from.month();
    const auto until = period.until.year() / period.until.month();
    const auto length = until - from;
    const auto start = from - length;
    if (length == months{12})
        return make_period(std::to_string(static_cast<int>(start.year())), start, length);
    if (length == months{3}) return quarter_of(start);
    return make_period(std::to_string(static_cast<int>(start.year())) + '-' +
                           two_digits(static_cast<unsigned>(start.month())),
                       start, length);
}

Report make_report(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                   Time now)
{
    Report report;
    read_heard(transaction, query, viewer, report);
    read_themes(transaction, query, viewer, now, report);
    read_proofs(transaction, query, viewer, report);
    read_coming(transaction, query, viewer, now, report);
    return report;
}

} // namespace moothall::tell
