#include "tell/report.hpp"

#include "act/act.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "hear/listing.hpp"
#include "people/people.hpp"
#include "sense/sense.hpp"
#include "text/json.hpp"
#include "write/write.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace moothall::tell {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month;
using web::translatable;

constexpr std::size_t report_lines_max = 8; // of heard, themes and coming
constexpr std::size_t proofs_max = 40;      // of changed, not done and learned
// Looked at for these: as many as a house of some thousand people does in a quarter. A year of a
// large one has more; it is told so, and not counted.
constexpr int report_events_max = 2000;

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
    ReportLines Report::* section;
    const char* words;
};

/// `outcome` is what the event itself says of how it went, so that an old report stays as it was.
std::optional<Proof> proof_of(std::string_view verb, std::string_view outcome, bool both_sides)
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
        if (outcome == "passed")
            return Proof{&Report::changed, both_sides ? translatable("decided by both sides")
                                                      : translatable("decided")};
        return Proof{&Report::not_done, translatable("put to the vote, and did not pass")};
    }
    if (verb == "decide.decision_reviewed") {
        if (outcome == "held") return Proof{&Report::learned, translatable("it held")};
        if (outcome == "failed") return Proof{&Report::learned, translatable("we were wrong")};
        return Proof{&Report::learned, translatable("still unclear")};
    }
    // An official answer.
    if (outcome == "done") return Proof{&Report::changed, translatable("done")};
    if (outcome == "declined")
        return Proof{&Report::not_done, translatable("declined, with the reason in public")};
    return {};
}

/// What became of a voice, decision or review, by the words of its event.
std::string outcome_of(std::string_view verb, std::string_view data)
{
    const auto json = Json::parse(data);
    if (!json) return {};
    const auto* name = verb == "decide.decision_closed"     ? "outcome"
                       : verb == "decide.decision_reviewed" ? "result"
                                                            : "to";
    return std::string(json->find(name).string().value_or(std::string_view{}));
}

/// The voices of the period: "/voices?from=2026-10-01&until=2026-12-31&circle=…".
std::string path_of_voices(const ReportQuery& query, Id theme)
{
    const auto last = Date{sys_days(query.period.until) - std::chrono::days{1}};
    auto path = "/voices?from=" + to_text(query.period.from) + "&until=" + to_text(last);
    if (query.circle) path += "&circle=" + query.circle.text();
    if (theme) path += "&theme=" + theme.text();
    return path;
}

/// From when on the voices of the period are read: its begin, or what was said so late that no more
/// than `query.voices_max` were said since. So a report costs no more than that, however long the
/// period and however large the hall.
Time read_voices_from(store::Transaction& transaction, const ReportQuery& query,
                      const Viewer& viewer)
{
    const auto from = start_of(query.period.from);
    auto rows = transaction.query(R"sql(
        SELECT said_us FROM voice WHERE org_id = ?1 AND said_us >= ?2 AND said_us < ?3
        ORDER BY said_us DESC LIMIT 1 OFFSET ?4 )sql",
                                  viewer.organisation, from, start_of(query.period.until),
                                  query.voices_max);
    return rows.next() ? rows->time(0) + std::chrono::microseconds{1} : from;
}

/// Gives the voices of the period that the viewer sees, without those that were merged into others.
std::vector<Id> read_heard(store::Transaction& transaction, const ReportQuery& query,
                           const Viewer& viewer, Time from, Report& report)
{
    const auto until = start_of(query.period.until);
    std::vector<Id> people;
    std::vector<ReportLine> heard;
    // Counted and chosen in one go; a theme is asked about for each voice only where there is one.
    auto sql = store::Sql(R"sql(
        SELECT v.voice_id, t.author_id, v.merged_into = 0 OR v.apart > 0,
               v.supporters + v.unattributed + v.unattributed_inherited, v.said_us
        FROM voice v CROSS JOIN thing t
        WHERE v.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = v.voice_id AND v.said_us >= ?3 AND v.said_us < ?4
          AND t.state = 'visible' AND (?5 = 0 OR t.circle_id = ?5)
          AND (?6 = 0 OR EXISTS (SELECT 1 FROM loop_step l WHERE l.org_id = ?1
               AND l.thing_id = v.voice_id AND l.stage = 2 AND l.about_id = ?6)) AND )sql");
    sql += people::seen;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, from, until,
                                             query.circle, query.theme)) {
        ++report.voices;
        people.push_back(row.id(1));
        if (!row.truth(2)) continue;
        ReportLine line;
        line.thing = row.id(0);
        line.people = row.integer(3) + 1;
        line.at = row.time(4);
        heard.push_back(std::move(line));
    }
    std::ranges::sort(people);
    report.people = std::ranges::unique(people).begin() - people.begin();
    report.voices_path = path_of_voices(query, query.theme);
    report.heard.more_path = report.voices_path + "&sort=wanted";
    std::vector<Id> standing;
    standing.reserve(heard.size());
    for (const auto& line : heard) standing.push_back(line.thing);
    const auto shown = std::min(heard.size(), report_lines_max);
    std::ranges::partial_sort(heard, heard.begin() + static_cast<std::ptrdiff_t>(shown),
                              [](const ReportLine& one, const ReportLine& other) {
                                  return one.people != other.people ? one.people > other.people
                                                                    : one.thing < other.thing;
                              });
    report.heard.more = std::ssize(heard) - static_cast<std::ptrdiff_t>(shown);
    heard.resize(shown);
    std::vector<Id> ids;
    for (const auto& line : heard) ids.push_back(line.thing);
    std::map<Id, std::string> titles;
    for (const auto& row : transaction.query(
             "SELECT thing_id, title FROM thing WHERE org_id = ?1 AND thing_id IN_IDS(?2)",
             viewer.organisation, store::IdList{ids}))
        titles.emplace(row.id(0), row.string(1));
    for (auto& line : heard) {
        line.kind = "voice";
        line.title = titles[line.thing];
        line.path = record::path_of("voice", line.thing);
        report.heard.push_back(std::move(line));
    }
    return standing;
}

void read_themes(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                 const std::vector<Id>& heard, Time now, Report& report)
{
    if (query.theme || heard.empty()) return;
    // As many as the list of a theme's voices shows: of what was merged, what it was merged into.
    std::map<Id, std::int64_t> said;
    for (const auto& row : transaction.query(R"sql(
             SELECT x.about_id, count(*) FROM
                 (SELECT l.about_id, l.thing_id FROM loop_step l
                  WHERE l.org_id = ?1 AND l.stage = 2 AND l.thing_id IN_IDS(?2)
                  UNION
                  SELECT l.about_id, m.root_id FROM voice_merge m CROSS JOIN loop_step l
                  WHERE m.org_id = ?1 AND m.root_id IN_IDS(?2)
                    AND l.org_id = ?1 AND l.thing_id = m.voice_id AND l.stage = 2) x
             GROUP BY x.about_id )sql",
                                             viewer.organisation, store::IdList{heard}))
        said[row.id(0)] = row.integer(1);
    if (said.empty()) return;
    for (const auto& theme :
         sense::list_themes(transaction, "topic", sense::ThemeSort::people, viewer, now)) {
        const auto voices = said.find(theme.id);
        if (voices == said.end()) continue;
        ReportLine line;
        line.thing = theme.id;
        line.kind = "theme";
        line.title = theme.title;
        line.path = path_of_voices(query, theme.id);
        line.people = voices->second;
        report.themes.push_back(std::move(line));
    }
    std::ranges::sort(report.themes, [](const ReportLine& one, const ReportLine& other) {
        return one.people != other.people ? one.people > other.people : one.thing < other.thing;
    });
    if (report.themes.size() <= report_lines_max) return;
    report.themes.more = static_cast<std::int64_t>(report.themes.size() - report_lines_max);
    report.themes.more_path = "/themes";
    report.themes.resize(report_lines_max);
}

void read_proofs(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                 Report& report)
{
    const auto from = IdSource().next(start_of(query.period.from));
    const auto until = IdSource().next(start_of(query.period.until));
    // Of a theme: what concerns it, or a voice in it that the viewer sees.
    auto sql = store::Sql(
        R"sql( SELECT t.thing_id, t.kind, t.title, e.verb, e.at_us, e.data,
                      coalesce(v.supporters + v.unattributed + 1, 0),
                      CASE WHEN e.verb = 'decide.decision_closed' THEN
                          (SELECT count(DISTINCT CASE WHEN c.kind IN ('company', 'team') THEN 1 ELSE 2 END)
                           FROM electorate x JOIN circle c ON c.org_id = x.org_id AND c.circle_id = x.circle_id
                           WHERE x.org_id = ?1 AND c.org_id = ?1 AND x.decision_id = t.thing_id) ELSE 0 END,
                      coalesce(k.due_us, 0),
                      CASE WHEN e.verb = 'act.commitment_kept' THEN
                          (SELECT coalesce(min(m.from_us), 0) FROM commitment_move m
                           WHERE m.org_id = ?1 AND m.commitment_id = t.thing_id) ELSE 0 END
               FROM event e JOIN thing t ON t.org_id = e.org_id AND t.thing_id = e.thing_id
               LEFT JOIN commitment k ON k.org_id = ?1 AND k.commitment_id = t.thing_id
               LEFT JOIN voice v ON v.org_id = ?1 AND v.voice_id = t.thing_id
               WHERE e.org_id = ?1 AND t.org_id = ?1 AND e.event_id >= ?3 AND e.event_id < ?4
                 AND e.verb IN ('act.commitment_kept', 'act.commitment_broken', 'act.commitment_withdrawn',
                                'decide.decision_closed', 'decide.decision_reviewed',
                                'hear.status_changed', 'hear.voice_answered', 'write.procedure_mended',
                                'write.procedure_retired')
                 -- What somebody promised to herself alone is her own affair.
                 AND (k.commitment_id IS NULL OR k.to_id <> k.person_id OR k.voice_id <> 0 OR k.decision_id <> 0)
                 AND (?5 = 0 OR t.circle_id = ?5) AND )sql");
    sql += people::seen;
    if (query.theme) {
        sql += R"sql( AND EXISTS
            (SELECT 1 FROM event_thing et
             LEFT JOIN loop_step th ON th.org_id = ?1 AND th.thing_id = et.thing_id AND th.stage = 2 AND th.about_id = ?6
             LEFT JOIN thing t ON t.org_id = ?1 AND t.thing_id = th.thing_id
             WHERE et.org_id = ?1 AND et.event_id = e.event_id
               AND (et.thing_id = ?6 OR )sql";
        sql += people::seen;
        sql += "))";
    } else
        sql += " AND ?6 = ?6";
    sql += " ORDER BY e.event_id DESC LIMIT ?7";
    // The latest word on a thing counts, also one that takes back what was said before. A decision
    // has two: how it closed, and what was learned from it.
    std::set<std::pair<Id, bool>> known;
    int looked_at = 0;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, from, until,
                                             query.circle, query.theme, report_events_max)) {
        if (++looked_at == report_events_max) report.cut = true;
        const auto verb = row.text(3);
        if (!known.emplace(row.id(0), verb == "decide.decision_reviewed").second) continue;
        const auto proof = proof_of(verb, outcome_of(verb, row.text(5)), row.integer(7) > 1);
        if (!proof) continue;
        auto& section = report.*(proof->section);
        if (section.size() >= proofs_max) {
            ++section.more;
            continue;
        }
        ReportLine line;
        line.thing = row.id(0);
        line.kind = row.string(1);
        line.title = row.string(2);
        line.path = record::path_of(line.kind, line.thing);
        line.words = proof->words;
        line.at = row.time(4);
        line.people = row.integer(6);
        if (verb == "act.commitment_kept") {
            line.days_late = std::chrono::floor<std::chrono::days>(line.at - row.time(8)).count();
            if (row.integer(9) != 0)
                line.first_due = Date{std::chrono::floor<std::chrono::days>(row.time(9))};
        }
        section.push_back(std::move(line));
    }
}

/// The procedures to be mended of which a bypass tells of a voice in the theme.
std::set<Id> list_bypassed(store::Transaction& transaction, const Viewer& viewer, Id theme)
{
    std::set<Id> procedures;
    for (const auto& row : transaction.query(store::Sql(R"sql( SELECT DISTINCT b.procedure_id
                 FROM procedure d
                 JOIN bypass b ON b.org_id = d.org_id AND b.procedure_id = d.procedure_id
                 JOIN loop_step l ON l.org_id = b.org_id AND l.thing_id = b.voice_id AND l.stage = 2 AND l.about_id = ?3
                 JOIN thing t ON t.org_id = b.org_id AND t.thing_id = b.voice_id
                 WHERE d.org_id = ?1 AND b.org_id = ?1 AND l.org_id = ?1 AND t.org_id = ?1
                   AND d.state = 'to-mend' AND )sql") +
                                                 people::seen,
                                             viewer.organisation, viewer.person, theme))
        procedures.insert(row.id(0));
    return procedures;
}

/// Takes the first lines of a kind, and counts all of them when there are more.
void add_promises(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                  Time now, Report& report)
{
    act::CommitmentQuery promises;
    promises.running = true;
    promises.circle = query.circle;
    promises.theme = query.theme;
    promises.limit = static_cast<int>(report_lines_max);
    const auto page = act::list_commitments(transaction, now, promises, viewer);
    if (!page) return;
    if (!page->next.empty()) {
        report.coming.more_path = "/promises?state=running";
        if (query.circle) report.coming.more_path += "&circle=" + query.circle.text();
        if (query.theme) report.coming.more_path += "&theme=" + query.theme.text();
        report.coming.more += act::count_commitments(transaction, now, promises, viewer) -
                              std::ssize(page->commitments);
    }
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
}

void add_to_mend(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                 Report& report)
{
    // More than a house has to mend at a time, so that what is of the circle or theme is among
    // them.
    constexpr int to_mend_max = 1000;
    const auto of_theme =
        query.theme ? list_bypassed(transaction, viewer, query.theme) : std::set<Id>{};
    std::size_t shown = 0;
    for (const auto& procedure : write::list_to_mend(transaction, {}, viewer, to_mend_max)) {
        if (query.circle && procedure.circle != query.circle) continue;
        if (query.theme && !of_theme.contains(procedure.id)) continue;
        if (++shown > report_lines_max) {
            ++report.coming.more;
            continue;
        }
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
}

void add_planned(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                 Report& report)
{
    const auto statuses = hear::list_statuses(transaction, viewer.organisation);
    for (const auto category : {hear::Category::started, hear::Category::planned}) {
        hear::VoiceQuery voices;
        voices.statuses = &statuses;
        voices.category = category;
        voices.circle = query.circle;
        voices.about = query.theme;
        voices.sort = hear::Sort::wanted;
        voices.limit = static_cast<int>(report_lines_max);
        const auto page = hear::list_voices(transaction, voices, viewer);
        if (!page) continue;
        std::int64_t shown = 0;
        for (const auto& voice : page->voices) {
            if (voice.kept) continue; // it is among what we changed
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
            ++shown;
        }
        if (!page->next.empty())
            report.coming.more += hear::count_to_do(transaction, voices, viewer) - shown;
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
    const auto from = read_voices_from(transaction, query, viewer);
    report.voices_cut = from > start_of(query.period.from);
    report.cut = report.voices_cut;
    const auto heard = read_heard(transaction, query, viewer, from, report);
    read_themes(transaction, query, viewer, heard, now, report);
    read_proofs(transaction, query, viewer, report);
    // What is promised is so today, and says nothing of a time that is long over. The letter of a
    // month comes just after its end.
    report.over = now >= start_of(query.period.until) + std::chrono::days{7};
    if (report.over) return report;
    add_promises(transaction, query, viewer, now, report);
    add_to_mend(transaction, query, viewer, report);
    add_planned(transaction, query, viewer, report);
    return report;
}

} // namespace moothall::tell
