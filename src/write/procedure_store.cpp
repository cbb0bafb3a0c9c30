#include "write/procedure_store.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "text/place.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace moothall::write {

namespace {

// ?1 the organisation.
constexpr store::SqlLiteral procedure_columns = R"sql(
    SELECT d.procedure_id, t.title, v.purpose, g.version, t.author_id, coalesce(p.name, ''), t.circle_id, c.name,
           d.state, d.threshold, d.mending_days, d.bypasses, d.due, d.overdue, d.why, d.retired_by,
           coalesce(r.name, ''), d.retired_us, t.created_us, t.changed_us)sql";
constexpr store::SqlLiteral procedure_tables = R"sql(
    FROM procedure d JOIN thing t ON t.org_id = d.org_id AND t.thing_id = d.procedure_id
    JOIN page g ON g.org_id = d.org_id AND g.page_id = d.procedure_id
    JOIN page_version v ON v.org_id = g.org_id AND v.page_id = g.page_id AND v.version = g.version
    JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    LEFT JOIN person r ON r.org_id = ?1 AND r.person_id = d.retired_by
    WHERE d.org_id = ?1 AND t.org_id = ?1 AND g.org_id = ?1 AND v.org_id = ?1 AND c.org_id = ?1 )sql";
constexpr int columns_of_procedure = 20;

// ?1 the organisation, ?2 the viewer. `t` is the bypass, `d` what it went round.
constexpr store::SqlLiteral bypass_columns = R"sql(
    SELECT b.bypass_id, b.procedure_id, b.person_id, coalesce(p.name, ''), b.for_whom, b.for_id, b.why, b.happened,
           b.voice_id, b.version, b.mended_in, t.state, b.logged_us, d.title
    FROM bypass b JOIN thing t ON t.org_id = b.org_id AND t.thing_id = b.bypass_id
    JOIN thing d ON d.org_id = b.org_id AND d.thing_id = b.procedure_id
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = b.person_id
    WHERE b.org_id = ?1 AND t.org_id = ?1 AND d.org_id = ?1 )sql";

Procedure read_procedure(const store::Row& row)
{
    Procedure procedure;
    procedure.id = row.id(0);
    procedure.title = row.string(1);
    procedure.purpose = row.string(2);
    procedure.version = row.integer(3);
    procedure.owner = {row.id(4), row.string(5)};
    procedure.circle = row.id(6);
    procedure.circle_name = row.string(7);
    procedure.state = procedure_state_of(row.text(8)).value_or(ProcedureState::retired);
    procedure.threshold = row.integer(9);
    procedure.mending_days = row.integer(10);
    procedure.bypasses = row.integer(11);
    procedure.due = parse_date(row.text(12));
    procedure.overdue = row.truth(13);
    procedure.why = row.string(14);
    procedure.retired_by = {row.id(15), row.string(16)};
    if (row.integer(17) != 0) procedure.retired = row.time(17);
    procedure.created = row.time(18);
    procedure.changed = row.time(19);
    return procedure;
}

Bypass read_bypass(const store::Row& row)
{
    Bypass bypass;
    bypass.id = row.id(0);
    bypass.procedure = row.id(1);
    bypass.by = {row.id(2), row.string(3)};
    bypass.for_whom = row.string(4);
    bypass.for_one.id = row.id(5);
    bypass.why = row.string(6);
    bypass.happened = row.string(7);
    bypass.voice = row.id(8);
    bypass.version = row.integer(9);
    bypass.mended_in = row.integer(10);
    bypass.hidden = record::state_of(row.text(11)) != record::State::visible;
    bypass.logged = row.time(12);
    bypass.procedure_title = row.string(13);
    return bypass;
}

/// What bypasses name, as far as the viewer may know of it: a closed circle's name, or that a
/// hidden voice is linked, is told to those only who see it.
void name_others(store::Transaction& transaction, const Viewer& viewer,
                 std::vector<Bypass>& bypasses)
{
    std::vector<Id> named;
    for (const auto& bypass : bypasses) {
        if (bypass.for_one.id) named.push_back(bypass.for_one.id);
        if (bypass.voice) named.push_back(bypass.voice);
    }
    if (named.empty()) return;
    struct Known {
        std::string title;
        std::string path;
    };
    std::unordered_map<Id, Known> known;
    for (const auto& row : transaction.query(
             store::Sql("SELECT t.thing_id, t.title, t.kind FROM thing t WHERE t.org_id = ?1 AND "
                        "t.thing_id IN_IDS(?3) AND ") +
                 people::seen,
             viewer.organisation, viewer.person, store::IdList{named}))
        known[row.id(0)] = {row.string(1), record::path_of(row.text(2), row.id(0))};
    for (auto& bypass : bypasses) {
        if (const auto found = known.find(bypass.for_one.id); found != known.end()) {
            bypass.for_one.name = found->second.title;
            bypass.for_path = found->second.path;
        } else {
            bypass.for_one = {};
        }
        if (const auto found = known.find(bypass.voice); found != known.end()) {
            bypass.voice_title = found->second.title;
            bypass.voice_path = found->second.path;
        } else {
            bypass.voice = {};
        }
    }
}

} // namespace

void save_procedure(store::Transaction& transaction, Id organisation, const Procedure& procedure)
{
    transaction.execute(R"sql(
        INSERT INTO procedure (org_id, procedure_id, state, threshold, mending_days, bypasses, due, overdue, why,
            retired_by, retired_us)
        VALUES (?1, ?2, 'open', ?3, ?4, 0, '', 0, '', 0, 0) )sql",
                        organisation, procedure.id, procedure.threshold, procedure.mending_days);
}

void save_changed_procedure(store::Transaction& transaction, Id organisation,
                            const Procedure& procedure)
{
    transaction.execute(R"sql(
        UPDATE procedure SET threshold = ?3, mending_days = ?4 WHERE org_id = ?1 AND procedure_id = ?2 )sql",
                        organisation, procedure.id, procedure.threshold, procedure.mending_days);
}

bool begin_anew(store::Transaction& transaction, Id organisation, Id procedure)
{
    return transaction.execute(R"sql(
        UPDATE procedure SET state = 'open', bypasses = 0, due = '', overdue = 0
        WHERE org_id = ?1 AND procedure_id = ?2 AND state <> 'retired' AND (bypasses > 0 OR state = 'to-mend') )sql",
                               organisation, procedure) == 1;
}

bool save_retired(store::Transaction& transaction, Id organisation, Id procedure,
                  std::string_view why, Id by, Time now)
{
    return transaction.execute(R"sql(
        UPDATE procedure SET state = 'retired', due = '', overdue = 0, why = ?3, retired_by = ?4, retired_us = ?5
        WHERE org_id = ?1 AND procedure_id = ?2 AND state <> 'retired' )sql",
                               organisation, procedure, why, by, now) == 1;
}

bool has_bypassed(store::Transaction& transaction, Id organisation, Id procedure, Id person)
{
    auto rows = transaction.query(R"sql(
        SELECT 1 FROM bypass WHERE org_id = ?1 AND procedure_id = ?2 AND person_id = ?3 AND mended_in = 0 LIMIT 1 )sql",
                                  organisation, procedure, person);
    return rows.next();
}

std::optional<std::int64_t> add_bypass(store::Transaction& transaction, Id organisation,
                                       Id procedure, bool counts)
{
    auto rows = transaction.query(R"sql(
        UPDATE procedure SET bypasses = bypasses + ?3
        WHERE org_id = ?1 AND procedure_id = ?2 AND state <> 'retired' RETURNING bypasses )sql",
                                  organisation, procedure, counts);
    if (!rows.next()) return {};
    return rows->integer(0);
}

bool set_due(store::Transaction& transaction, Id organisation, Id procedure, Date due)
{
    return transaction.execute(R"sql(
        UPDATE procedure SET state = 'to-mend', due = ?3 WHERE org_id = ?1 AND procedure_id = ?2 AND state = 'open' )sql",
                               organisation, procedure, moothall::to_text(due)) == 1;
}

std::optional<Procedure> load_procedure(store::Transaction& transaction, Id organisation, Id id)
{
    for (const auto& row :
         transaction.query(store::Sql(procedure_columns) + ", g.words, g.words_html" +
                               procedure_tables + " AND d.procedure_id = ?2",
                           organisation, id)) {
        auto procedure = read_procedure(row);
        procedure.words = row.string(columns_of_procedure);
        procedure.words_html = SafeHtml::trusted_from_store(row.string(columns_of_procedure + 1));
        return procedure;
    }
    return {};
}

Result<Procedure> find_procedure(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "procedure") return Refusal::not_found();
    return *load_procedure(transaction, viewer.organisation, id);
}

Result<ProcedureList> list_procedures(store::Transaction& transaction, const ProcedureQuery& query,
                                      const Viewer& viewer)
{
    const auto after = read_place_in_list<Id>(query.after);
    if (!after) return after.error();
    auto sql = store::Sql(procedure_columns) + procedure_tables +
               " AND (?3 = 0 OR d.procedure_id < ?3) AND (?4 = 0 OR t.circle_id = ?4) AND (?5 = 0 "
               "OR t.author_id = ?5) AND ";
    sql += people::seen;
    if (!query.state)
        sql += " AND d.state IN ('open', 'to-mend')";
    else if (*query.state == ProcedureState::open)
        sql += " AND d.state = 'open'";
    else if (*query.state == ProcedureState::to_mend)
        sql += " AND d.state = 'to-mend'";
    else
        sql += " AND d.state = 'retired'";
    sql += " ORDER BY d.procedure_id DESC LIMIT ?6";
    ProcedureList list;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, *after,
                                             query.circle, query.person, query.limit + 1))
        list.procedures.push_back(read_procedure(row));
    if (list.procedures.size() > static_cast<std::size_t>(query.limit)) {
        list.procedures.pop_back();
        list.next = list.procedures.back().id.text();
    }
    return list;
}

std::vector<Procedure> list_to_mend(store::Transaction& transaction, Id person,
                                    const Viewer& viewer, int limit)
{
    std::vector<Procedure> procedures;
    for (const auto& row :
         transaction.query(store::Sql(procedure_columns) + procedure_tables +
                               " AND d.state = 'to-mend' AND (?3 = 0 OR t.author_id = ?3) AND " +
                               people::seen + " ORDER BY d.due, d.procedure_id LIMIT ?4",
                           viewer.organisation, viewer.person, person, limit))
        procedures.push_back(read_procedure(row));
    return procedures;
}

// -- bypasses -------------------------------------------------------------------------------------

void save_bypass(store::Transaction& transaction, Id organisation, const Bypass& bypass)
{
    transaction.execute(R"sql(
        INSERT INTO bypass (org_id, bypass_id, procedure_id, person_id, version, for_whom, for_id, why, happened,
            voice_id, logged_us, mended_in)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0) )sql",
                        organisation, bypass.id, bypass.procedure, bypass.by.id, bypass.version,
                        bypass.for_whom, bypass.for_one.id, bypass.why, bypass.happened,
                        bypass.voice, bypass.logged);
}

Unanswered list_unanswered(store::Transaction& transaction, Id organisation, Id procedure)
{
    Unanswered unanswered;
    for (const auto& row : transaction.query(R"sql(
             SELECT b.person_id, b.voice_id FROM bypass b
             WHERE b.org_id = ?1 AND b.procedure_id = ?2 AND b.mended_in = 0 ORDER BY b.bypass_id )sql",
                                             organisation, procedure)) {
        const Id person = row.id(0);
        const Id voice = row.id(1);
        if (std::ranges::find(unanswered.people, person) == unanswered.people.end())
            unanswered.people.push_back(person);
        if (voice && std::ranges::find(unanswered.voices, voice) == unanswered.voices.end())
            unanswered.voices.push_back(voice);
    }
    return unanswered;
}

void answer_bypasses(store::Transaction& transaction, Id organisation, Id procedure,
                     std::int64_t version)
{
    transaction.execute("UPDATE bypass SET mended_in = ?3 WHERE org_id = ?1 AND procedure_id = ?2 "
                        "AND mended_in = 0",
                        organisation, procedure, version);
}

Result<BypassList> list_bypasses(store::Transaction& transaction, Id procedure,
                                 const Viewer& viewer, std::string_view after_text, int limit)
{
    const auto after = read_place_in_list<Id>(after_text);
    if (!after) return after.error();
    BypassList list;
    for (const auto& row :
         transaction.query(store::Sql(bypass_columns) +
                               " AND b.procedure_id = ?3 AND (?4 = 0 OR b.bypass_id < ?4) AND " +
                               people::seen + " ORDER BY b.bypass_id DESC LIMIT ?5",
                           viewer.organisation, viewer.person, procedure, *after, limit + 1))
        list.bypasses.push_back(read_bypass(row));
    if (list.bypasses.size() > static_cast<std::size_t>(limit)) {
        list.bypasses.pop_back();
        list.next = list.bypasses.back().id.text();
    }
    name_others(transaction, viewer, list.bypasses);
    return list;
}

std::vector<Bypass> list_bypasses_of_voice(store::Transaction& transaction, Id voice,
                                           const Viewer& viewer, int limit)
{
    std::vector<Bypass> bypasses;
    for (const auto& row :
         transaction.query(store::Sql(bypass_columns) + " AND b.voice_id = ?3 AND " + people::seen +
                               " ORDER BY b.bypass_id DESC LIMIT ?4",
                           viewer.organisation, viewer.person, voice, limit))
        bypasses.push_back(read_bypass(row));
    name_others(transaction, viewer, bypasses);
    return bypasses;
}

void count_bypass(store::Transaction& transaction, Id organisation, Id bypass, std::int64_t add)
{
    transaction.execute(R"sql(
        UPDATE procedure SET bypasses = bypasses + ?3
        WHERE org_id = ?1 AND procedure_id IN
            (SELECT b.procedure_id FROM bypass b WHERE b.org_id = ?1 AND b.bypass_id = ?2 AND b.mended_in = 0) )sql",
                        organisation, bypass, add);
}

} // namespace moothall::write
