#include "act/commitment_store.hpp"

#include "act/kept_rate.hpp"
#include "people/people.hpp"
#include "text/place.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace moothall::act {

namespace {

// ?1 is the organisation. The order of the joins is the order of the walk on SQLite.
constexpr store::SqlLiteral commitment_columns = R"sql(
    SELECT c.commitment_id, t.title, c.person_id, pa.name, c.to_id, c.to_kind, coalesce(pt.name, ''), c.due_us,
           c.state, c.why, c.settled_by, ps.name, c.settled_us, c.voice_id, c.decision_id, c.request_id, t.circle_id,
           t.created_us, t.changed_us, c.callouts, c.counted )sql";
constexpr store::SqlLiteral tables = R"sql(
    FROM commitment c CROSS JOIN thing t
    LEFT JOIN person pa ON pa.org_id = ?1 AND pa.person_id = c.person_id
    LEFT JOIN person pt ON pt.org_id = ?1 AND pt.person_id = c.to_id
    LEFT JOIN person ps ON ps.org_id = ?1 AND ps.person_id = c.settled_by
    WHERE c.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = c.commitment_id )sql";

Commitment read_commitment(const store::Row& row, Time now)
{
    Commitment commitment;
    commitment.id = row.id(0);
    commitment.what = row.string(1);
    commitment.by = {row.id(2), row.string(3)};
    commitment.to = row.id(4);
    commitment.to_circle = row.text(5) == "circle";
    commitment.to_name = row.string(6);
    commitment.due = date_of(row.time(7));
    commitment.state = commitment_state_of(row.text(8)).value_or(CommitmentState::withdrawn);
    commitment.overdue = !commitment.is_settled() && now >= end_of(commitment.due);
    commitment.why = row.string(9);
    commitment.settled_by = {row.id(10), row.string(11)};
    if (row.integer(12) != 0) commitment.settled = row.time(12);
    commitment.voice = row.id(13);
    commitment.decision = row.id(14);
    commitment.request = row.id(15);
    commitment.circle = row.id(16);
    commitment.created = row.time(17);
    commitment.changed = row.time(18);
    commitment.open_callouts = row.integer(19);
    commitment.counted = row.truth(20);
    return commitment;
}

/// Fills in the names of circles, and of what the promises are for, as far as the viewer may know
/// them: two queries for any number of promises.
void complete(store::Transaction& transaction, std::vector<Commitment>& commitments,
              const Viewer& viewer)
{
    std::vector<Id> circles;
    std::vector<Id> things;
    for (const auto& commitment : commitments) {
        circles.push_back(commitment.circle);
        if (commitment.to_circle) circles.push_back(commitment.to);
        for (const Id thing : {commitment.voice, commitment.decision, commitment.request})
            if (thing) things.push_back(thing);
    }
    std::unordered_map<Id, std::string> names;
    if (!circles.empty())
        for (const auto& row :
             transaction.query(R"sql(
                 SELECT c.circle_id, c.name FROM circle c WHERE c.org_id = ?1 AND c.circle_id IN_IDS(?3)
                   AND (c.visibility <> 'private' OR c.circle_id IN (SELECT m.circle_id FROM membership m
                                                                     WHERE m.org_id = ?1 AND m.person_id = ?2)) )sql",
                               viewer.organisation, viewer.person, store::IdList{circles}))
            names[row.id(0)] = row.string(1);
    std::unordered_map<Id, std::string> titles;
    if (!things.empty())
        for (const auto& row : transaction.query(
                 store::Sql("SELECT t.thing_id, t.title FROM thing t WHERE t.org_id = ?1 AND "
                            "t.thing_id IN_IDS(?3) AND ") +
                     people::seen,
                 viewer.organisation, viewer.person, store::IdList{things}))
            titles[row.id(0)] = row.string(1);
    const auto take = [&](Id& thing, std::string* title) {
        const auto found = titles.find(thing);
        if (found == titles.end())
            thing = {};
        else if (title != nullptr)
            *title = found->second;
    };
    for (auto& commitment : commitments) {
        commitment.circle_name = names[commitment.circle];
        if (commitment.to_circle) commitment.to_name = names[commitment.to];
        take(commitment.voice, &commitment.voice_title);
        take(commitment.decision, &commitment.decision_title);
        take(commitment.request, nullptr);
    }
}

bool is_by_due(const CommitmentQuery& query)
{
    return query.running || query.overdue;
}

/// Which promises `sql` is to read, among those that the viewer sees: ?3 to ?9, ?13 to ?15.
store::Sql choose(store::Sql sql, const CommitmentQuery& query)
{
    sql += tables;
    // Asked so, and not as "any or this one", one of them walks its own index.
    sql += query.person ? store::SqlLiteral(" AND c.person_id = ?3")
                        : store::SqlLiteral(" AND ?3 = ?3");
    sql += query.to ? store::SqlLiteral(" AND c.to_id = ?4") : store::SqlLiteral(" AND ?4 = ?4");
    sql +=
        query.voice ? store::SqlLiteral(" AND c.voice_id = ?5") : store::SqlLiteral(" AND ?5 = ?5");
    sql += query.decision ? store::SqlLiteral(" AND c.decision_id = ?6")
                          : store::SqlLiteral(" AND ?6 = ?6");
    sql += query.circle ? store::SqlLiteral(" AND (t.circle_id = ?7 OR c.to_id = ?7)")
                        : store::SqlLiteral(" AND ?7 = ?7");
    sql += query.state ? store::SqlLiteral(" AND c.state = ?8") : store::SqlLiteral(" AND ?8 = ?8");
    if (is_by_due(query)) sql += " AND c.settled = 0";
    if (query.for_others)
        sql += " AND (c.to_id <> c.person_id OR c.voice_id <> 0 OR c.decision_id <> 0)";
    if (query.apart) sql += " AND c.counted = 0";
    if (query.not_kept) sql += " AND c.judged_us > 0 AND c.state <> 'kept'";
    sql += query.month ? store::SqlLiteral(" AND c.judged_us >= ?14 AND c.judged_us < ?15")
                       : store::SqlLiteral(" AND ?14 = ?14 AND ?15 = ?15");
    sql += query.overdue ? store::SqlLiteral(" AND c.due_us <= ?9")
                         : store::SqlLiteral(" AND ?9 = ?9");
    if (query.theme) {
        sql += R"sql( AND EXISTS
            (SELECT 1 FROM loop_step p
             JOIN loop_step s ON s.org_id = p.org_id AND s.thing_id = p.thing_id AND s.stage = 2 AND s.about_id = ?13
             JOIN thing t ON t.org_id = p.org_id AND t.thing_id = p.thing_id
             WHERE p.org_id = ?1 AND s.org_id = ?1 AND t.org_id = ?1 AND p.about_id = c.commitment_id AND )sql";
        sql += people::seen;
        sql += ")";
    } else
        sql += " AND ?13 = ?13";
    sql += " AND t.state = 'visible' AND ";
    sql += people::seen;
    return sql;
}

/// Of what she does not see she does not learn either that something was promised for it.
bool sees_sources(store::Transaction& transaction, const CommitmentQuery& query,
                  const Viewer& viewer)
{
    for (const Id about : {query.voice, query.decision})
        if (about && !people::find_seen(transaction, about, viewer)) return false;
    return true;
}

/// The month that was asked for, as ?14 and ?15.
std::pair<Time, Time> span_of(const CommitmentQuery& query)
{
    if (!query.month) return {};
    return {start_of(*query.month), start_of(*query.month + std::chrono::months{1})};
}

struct Cursor {
    std::int64_t due_us = 0;
    Id id;
};

std::optional<Cursor> read_cursor(std::string_view text)
{
    Cursor cursor;
    const auto line = text.rfind('_');
    if (line == std::string_view::npos) return {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + line, cursor.due_us);
    const auto id = Id::parse(text.substr(line + 1));
    if (error != std::errc{} || end != text.data() + line || !id) return {};
    cursor.id = *id;
    return cursor;
}

std::string write_cursor(const Commitment& last, bool by_due)
{
    const auto due = by_due ? start_of(last.due).time_since_epoch().count() : 0;
    return std::to_string(due) + '_' + last.id.text();
}

} // namespace

Time start_of(Date due)
{
    return std::chrono::sys_days{due};
}

Time end_of(Date due)
{
    return start_of(due) + std::chrono::days{1};
}

Date date_of(Time time)
{
    return Date{std::chrono::floor<std::chrono::days>(time)};
}

void save_commitment(store::Transaction& transaction, Id organisation, const Commitment& commitment)
{
    transaction.execute(R"sql(
        INSERT INTO commitment (org_id, commitment_id, person_id, to_id, to_kind, due_us, state, settled, overdue,
            judged_us, why, settled_by, settled_us, voice_id, decision_id, request_id, callouts, counted)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', 0, ?11, 0, '', 0, 0, ?7, ?8, ?9, 0, ?10) )sql",
                        organisation, commitment.id, commitment.by.id, commitment.to,
                        commitment.to_circle ? "circle" : "person", start_of(commitment.due),
                        commitment.voice, commitment.decision, commitment.request,
                        commitment.counted, commitment.overdue);
}

std::optional<Commitment> load_commitment(store::Transaction& transaction, Time now, Id id,
                                          const Viewer& viewer)
{
    std::vector<Commitment> found;
    for (const auto& row :
         transaction.query(store::Sql(commitment_columns) + tables + " AND c.commitment_id = ?2",
                           viewer.organisation, id))
        found.push_back(read_commitment(row, now));
    if (found.empty()) return {};
    complete(transaction, found, viewer);
    for (const auto& row : transaction.query(R"sql(
             SELECT from_us, to_us, why, at_us FROM commitment_move
             WHERE org_id = ?1 AND commitment_id = ?2 ORDER BY move_id )sql",
                                             viewer.organisation, id))
        found.front().moves.push_back(
            {date_of(row.time(0)), date_of(row.time(1)), row.string(2), row.time(3)});
    return std::move(found.front());
}

std::vector<std::pair<Date, std::int64_t>> count_due_days(store::Transaction& transaction,
                                                          const Viewer& viewer)
{
    std::vector<std::pair<Date, std::int64_t>> days;
    for (const auto& row : transaction.query(
             store::Sql("SELECT c.due_us, count(*) FROM commitment c CROSS JOIN thing t "
                        "WHERE c.org_id = ?1 AND t.org_id = ?1 AND "
                        "t.thing_id = c.commitment_id AND c.person_id = ?2 AND c.settled = 0 AND "
                        "t.state = 'visible' AND ") +
                 people::seen + " GROUP BY c.due_us ORDER BY c.due_us",
             viewer.organisation, viewer.person))
        days.emplace_back(Date{std::chrono::floor<std::chrono::days>(row.time(0))}, row.integer(1));
    return days;
}

Result<CommitmentPage> list_commitments(store::Transaction& transaction, Time now,
                                        const CommitmentQuery& query, const Viewer& viewer)
{
    Cursor cursor;
    if (!query.after.empty()) {
        const auto read = read_cursor(query.after);
        if (!read) return not_a_place();
        cursor = *read;
    }
    if (!sees_sources(transaction, query, viewer)) return CommitmentPage{};
    const bool by_due = is_by_due(query);
    auto sql = choose(store::Sql(commitment_columns), query);
    if (query.after.empty())
        sql += " AND ?10 = ?10 AND ?11 = ?11";
    else
        sql += by_due ? store::SqlLiteral(" AND (c.due_us, c.commitment_id) > (?10, ?11)")
                      : store::SqlLiteral(" AND c.commitment_id < ?11 AND ?10 = ?10");
    sql += by_due ? store::SqlLiteral(" ORDER BY c.due_us, c.commitment_id LIMIT ?12")
                  : store::SqlLiteral(" ORDER BY c.commitment_id DESC LIMIT ?12");

    const auto [from, until] = span_of(query);
    CommitmentPage page;
    for (const auto& row : transaction.query(
             sql, viewer.organisation, viewer.person, query.person, query.to, query.voice,
             query.decision, query.circle, query.state ? to_text(*query.state) : std::string_view{},
             now - std::chrono::days{1}, cursor.due_us, cursor.id, query.limit + 1, query.theme,
             from, until)) {
        if (std::ssize(page.commitments) == query.limit) {
            page.next = write_cursor(page.commitments.back(), by_due);
            break;
        }
        page.commitments.push_back(read_commitment(row, now));
    }
    complete(transaction, page.commitments, viewer);
    return page;
}

std::int64_t count_commitments(store::Transaction& transaction, Time now,
                               const CommitmentQuery& query, const Viewer& viewer)
{
    if (!sees_sources(transaction, query, viewer)) return 0;
    const auto [from, until] = span_of(query);
    auto rows = transaction.query(choose(store::Sql("SELECT count(*) "), query) +
                                      " AND ?10 = ?10 AND ?11 = ?11 AND ?12 = ?12",
                                  viewer.organisation, viewer.person, query.person, query.to,
                                  query.voice, query.decision, query.circle,
                                  query.state ? to_text(*query.state) : std::string_view{},
                                  now - std::chrono::days{1}, 0, Id{}, 0, query.theme, from, until);
    return rows.next() ? rows->integer(0) : 0;
}

std::optional<Noted> mark_overdue(store::Transaction& transaction, Id organisation, Id commitment,
                                  Date due)
{
    auto rows = transaction.query(R"sql(
        UPDATE commitment SET overdue = 1, judged_us = CASE WHEN judged_us = 0 AND counted = 1 THEN due_us ELSE judged_us END
        WHERE org_id = ?1 AND commitment_id = ?2 AND settled = 0 AND overdue = 0 AND due_us = ?3
        RETURNING judged_us )sql",
                                  organisation, commitment, start_of(due));
    if (!rows.next()) return {};
    return Noted{true, rows->time(0)};
}

std::optional<Renoted> settle(store::Transaction& transaction, Id organisation, Id commitment,
                              CommitmentState state, Id by, std::string_view why, Time now)
{
    Noted before;
    bool counted = true;
    {
        auto rows = transaction.query(R"sql(
            UPDATE commitment SET state = ?3, settled = 1, why = ?4, settled_by = ?5, settled_us = ?6
            WHERE org_id = ?1 AND commitment_id = ?2 AND settled = 0 RETURNING overdue, judged_us, counted )sql",
                                      organisation, commitment, to_text(state), why, by, now);
        if (!rows.next()) return {};
        before = {rows->truth(0), rows->time(1)};
        counted = rows->truth(2);
    }
    auto after = before;
    if (counted && state != CommitmentState::withdrawn && before.judged == Time{}) {
        after.judged = now;
        transaction.execute(
            "UPDATE commitment SET judged_us = ?3 WHERE org_id = ?1 AND commitment_id = ?2",
            organisation, commitment, now);
    }
    return Renoted{before, after};
}

std::optional<Renoted> change_due(store::Transaction& transaction, Id organisation, Id commitment,
                                  Id move, Date from, Date to, std::string_view why, Time now)
{
    Noted before;
    {
        auto rows = transaction.query(R"sql(
            UPDATE commitment SET state = 'moved', due_us = ?4, why = ?5
            WHERE org_id = ?1 AND commitment_id = ?2 AND settled = 0 AND due_us = ?3 RETURNING overdue, judged_us )sql",
                                      organisation, commitment, start_of(from), start_of(to), why);
        if (!rows.next()) return {};
        before = {rows->truth(0), rows->time(1)};
    }
    transaction.execute(
        "UPDATE commitment SET overdue = 0, reminded = 0 WHERE org_id = ?1 AND commitment_id = ?2",
        organisation, commitment);
    transaction.execute(R"sql(
        INSERT INTO commitment_move (org_id, commitment_id, move_id, from_us, to_us, why, at_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) )sql",
                        organisation, commitment, move, start_of(from), start_of(to), why, now);
    return Renoted{before, {false, before.judged}};
}

void add_to_figures(store::Transaction& transaction, Id organisation, Id circle,
                    const Counted& counted, std::int64_t change)
{
    const bool judged = counted.noted.judged != Time{};
    auto figure = std::string(figure_of(counted.state, counted.noted.overdue, judged));
    if (!counted.in_rate) figure.insert(0, "apart_");
    transaction.execute(R"sql(
        INSERT INTO commitment_count (org_id, circle_id, state, commitments) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (org_id, circle_id, state)
        DO UPDATE SET commitments = commitment_count.commitments + excluded.commitments )sql",
                        organisation, circle, figure, change);
    if (!judged) return;
    const bool kept = counted.state == CommitmentState::kept;
    transaction.execute(R"sql(
        INSERT INTO commitment_month (org_id, circle_id, month, kept, not_kept) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, circle_id, month)
        DO UPDATE SET kept = commitment_month.kept + excluded.kept,
                      not_kept = commitment_month.not_kept + excluded.not_kept )sql",
                        organisation, circle, to_rfc3339(counted.noted.judged).substr(0, 7),
                        kept ? change : 0, kept ? 0 : change);
}

std::vector<Id> list_voices_behind(store::Transaction& transaction, Id organisation, Id voice,
                                   Id decision)
{
    std::vector<Id> voices;
    if (voice) voices.push_back(voice);
    if (decision)
        for (const auto& row : transaction.query(R"sql(
                 SELECT s.thing_id FROM loop_step s JOIN voice v ON v.org_id = s.org_id AND v.voice_id = s.thing_id
                 WHERE s.org_id = ?1 AND v.org_id = ?1 AND s.about_id = ?2
                 UNION
                 SELECT da.thing_id FROM decision_about da JOIN voice v ON v.org_id = da.org_id AND v.voice_id = da.thing_id
                 WHERE da.org_id = ?1 AND v.org_id = ?1 AND da.decision_id = ?2 )sql",
                                                 organisation, decision))
            if (row.id(0) != voice) voices.push_back(row.id(0));
    return voices;
}

} // namespace moothall::act
