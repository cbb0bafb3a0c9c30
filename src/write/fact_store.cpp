#include "write/fact_store.hpp"

#include "base/words.hpp"
#include "record/record.hpp"
#include "text/place.hpp"

#include <limits>

namespace moothall::write {

namespace {

constexpr std::pair<Checking, std::string_view> checking_names[] = {
    {Checking::none, "none"},
    {Checking::waits, "waits"},
    {Checking::confirmed, "confirmed"},
    {Checking::denied, "denied"}};

constexpr store::SqlLiteral version_columns = R"sql(
    SELECT v.fact_id, v.version, v.value, v.amount, v.taken_on, v.stands, v.why, v.note, v.said_by,
           coalesce(p.name, ''), v.by_customer, v.undoes, v.said_us, v.checking, v.checked_by, coalesce(w.name, ''),
           v.checked_us, v.reason
    FROM fact_version v
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = v.said_by
    LEFT JOIN person w ON w.org_id = ?1 AND w.person_id = v.checked_by
    WHERE v.org_id = ?1 )sql";
constexpr int columns_of_version = 18;

// ?1 the organisation, ?2 the viewer. `t` is the fact, `s` what it is about: the name of a circle
// that she may not know of is not told, nor that of its place.
constexpr store::SqlLiteral fact_columns = R"sql(
    SELECT v.fact_id, v.version, v.value, v.amount, v.taken_on, v.stands, v.why, v.note, v.said_by,
           coalesce(p.name, ''), v.by_customer, v.undoes, v.said_us, v.checking, v.checked_by, coalesce(w.name, ''),
           v.checked_us, v.reason,
           f.fact_id, f.version, f.readings, f.waits_us, t.about_id, t.changed_us,
           f.about_id, s.kind,
           CASE WHEN s.kind = 'person' THEN s.title
                WHEN s.about_id = ?2 AND ?2 <> 0 THEN s.title
                WHEN s.kind = 'circle' AND EXISTS
                     (SELECT 1 FROM circle n WHERE n.org_id = ?1 AND n.circle_id = s.thing_id AND n.visibility <> 'private')
                THEN s.title
                WHEN EXISTS (SELECT 1 FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2
                               AND m.circle_id IN (CASE WHEN s.kind = 'circle' THEN s.thing_id ELSE s.circle_id END,
                                                   s.about_id))
                THEN s.title ELSE '' END,
           CASE WHEN s.kind = 'place' AND EXISTS
                     (SELECT 1 FROM place q WHERE q.org_id = ?1 AND q.place_id = s.thing_id AND q.removed_us > 0)
                THEN 1 ELSE 0 END, )sql";
constexpr store::SqlLiteral fact_joins = R"sql(
    FROM fact f JOIN thing t ON t.org_id = f.org_id AND t.thing_id = f.fact_id
    JOIN thing s ON s.org_id = f.org_id AND s.thing_id = f.about_id
    JOIN fact_kind k ON k.org_id = f.org_id AND k.kind_id = f.kind_id
    JOIN circle c ON c.org_id = k.org_id AND c.circle_id = k.readers_id )sql";
/// With what is shown of it.
constexpr store::SqlLiteral shown_version = R"sql(
    LEFT JOIN fact_version v ON v.org_id = ?1 AND v.fact_id = f.fact_id AND v.version = f.shown )sql";
/// With all that stands of it: of a meter each reading.
constexpr store::SqlLiteral standing_versions = R"sql(
    JOIN fact_version v ON v.org_id = f.org_id AND v.fact_id = f.fact_id AND v.stands = 1 AND v.value <> '' )sql";
constexpr store::SqlLiteral fact_conditions = R"sql(
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = v.said_by
    LEFT JOIN person w ON w.org_id = ?1 AND w.person_id = v.checked_by
    WHERE f.org_id = ?1 AND t.org_id = ?1 AND s.org_id = ?1 AND k.org_id = ?1 AND c.org_id = ?1 AND )sql";
FactVersion read_version(const store::Row& row)
{
    FactVersion version;
    version.fact = row.id(0);
    version.version = row.integer(1);
    version.value = row.string(2);
    version.amount = row.integer(3);
    version.taken_on = parse_date(row.text(4));
    version.stands = row.truth(5);
    version.why = row.string(6);
    version.note = UsageNote::parse(row.text(7));
    version.said_by = {row.id(8), row.string(9)};
    version.by_customer = row.truth(10);
    version.undoes = row.integer(11);
    version.said = row.time(12);
    version.checking = value_of(checking_names, row.text(13)).value_or(Checking::none);
    version.checked_by = {row.id(14), row.string(15)};
    version.checked = row.time(16);
    version.reason = row.string(17);
    return version;
}

Fact read_fact(const store::Row& row, const Viewer& viewer)
{
    int column = columns_of_version;
    Fact fact;
    fact.shown = read_version(row);
    fact.id = row.id(column++);
    fact.version = row.integer(column++);
    fact.readings = row.integer(column++);
    if (const auto since = row.time(column++); since != Time{}) fact.waits_since = since;
    fact.about.keeper = row.id(column++);
    fact.changed = row.time(column++);
    fact.about.id = row.id(column++);
    fact.about.kind = fact_subject_of(row.text(column++)).value_or(FactSubject::person);
    fact.about.name = row.string(column++);
    fact.about.removed = row.truth(column++);
    fact.about.hers = speaks_for(viewer, fact.about.keeper);
    fact.kind = read_fact_kind(row, column);
    fact.may_change =
        !fact.about.removed && (fact.about.hers || serves_in(viewer, fact.kind.readers));
    fact.may_check = !fact.about.hers && viewer.is_steward_of(fact.kind.readers);
    return fact;
}

template <class Rows>
std::optional<FactVersion> first_version(Rows&& rows)
{
    if (!rows.next()) return {};
    return read_version(rows.row());
}

template <class Rows>
std::optional<MeterReading> first_reading(Rows&& rows)
{
    if (!rows.next()) return {};
    const auto day = parse_date(rows->text(0));
    if (!day) return {};
    return MeterReading{std::chrono::sys_days(*day), rows->integer(1)};
}

template <class Rows>
std::vector<FactVersion> read_versions(Rows&& rows)
{
    std::vector<FactVersion> versions;
    for (const auto& row : rows) versions.push_back(read_version(row));
    return versions;
}

} // namespace

std::string_view to_text(Checking checking)
{
    return word_of(checking_names, checking);
}

std::string text_of_day(const std::optional<Date>& day)
{
    return day ? moothall::to_text(*day) : std::string();
}

bool save_fact(store::Transaction& transaction, Id organisation, Id fact, Id kind, Id about)
{
    return transaction.execute(R"sql(
        INSERT INTO fact (org_id, fact_id, kind_id, about_id, version, shown, readings, waits_us)
        VALUES (?1, ?2, ?3, ?4, 0, 0, 0, 0) ON CONFLICT DO NOTHING )sql",
                               organisation, fact, kind, about) == 1;
}

std::optional<Id> find_fact_of_kind(store::Transaction& transaction, Id organisation, Id about,
                                    Id kind)
{
    auto rows = transaction.query(
        "SELECT fact_id FROM fact WHERE org_id = ?1 AND about_id = ?2 AND kind_id = ?3",
        organisation, about, kind);
    if (!rows.next()) return {};
    return rows->id(0);
}

bool take_versions(store::Transaction& transaction, Id organisation, Id fact, std::int64_t before,
                   std::int64_t count)
{
    return transaction.execute("UPDATE fact SET version = version + ?4 WHERE org_id = ?1 AND "
                               "fact_id = ?2 AND version = ?3",
                               organisation, fact, before, count) == 1;
}

void save_version(store::Transaction& transaction, Id organisation, const FactVersion& version,
                  bool first_of_day)
{
    const auto day = text_of_day(version.taken_on);
    if (!first_of_day)
        transaction.execute(R"sql(
        UPDATE fact_version SET stands = 0 WHERE org_id = ?1 AND fact_id = ?2 AND taken_on = ?3 AND stands = 1 )sql",
                            organisation, version.fact, day);
    const bool is_checked = version.checking == Checking::confirmed;
    transaction.execute(
        R"sql(
        INSERT INTO fact_version (org_id, fact_id, version, value, amount, taken_on, stands, why, note, said_by,
            by_customer, undoes, said_us, checking, checked_by, checked_us, reason)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, '') )sql",
        organisation, version.fact, version.version, version.value, version.amount, day,
        version.why, version.note.text(), version.said_by.id, version.by_customer, version.undoes,
        version.said, to_text(version.checking), version.checked_by.id,
        is_checked ? version.said : Time{});
}

void keep_fact(store::Transaction& transaction, Id organisation, Id fact, FactType type, Time now)
{
    if (type == FactType::reading)
        transaction.execute(R"sql(
            UPDATE fact SET
                shown = coalesce((SELECT v.version FROM fact_version v
                                  WHERE v.org_id = ?1 AND v.fact_id = ?2 AND v.stands = 1 AND v.value <> ''
                                  ORDER BY v.taken_on DESC LIMIT 1), 0),
                waits_us = coalesce((SELECT min(v.said_us) FROM fact_version v
                                     WHERE v.org_id = ?1 AND v.fact_id = ?2 AND v.stands = 1
                                       AND v.checking = 'waits'), 0)
            WHERE org_id = ?1 AND fact_id = ?2 )sql",
                            organisation, fact);
    else
        transaction.execute(R"sql(
            UPDATE fact SET shown = version,
                waits_us = coalesce((SELECT min(v.said_us) FROM fact_version v
                                     WHERE v.org_id = ?1 AND v.fact_id = ?2 AND v.stands = 1
                                       AND v.checking = 'waits'), 0)
            WHERE org_id = ?1 AND fact_id = ?2 )sql",
                            organisation, fact);
    transaction.execute("UPDATE thing SET changed_us = ?3 WHERE org_id = ?1 AND thing_id = ?2",
                        organisation, fact, now);
}

void count_readings(store::Transaction& transaction, Id organisation, Id fact, std::int64_t add)
{
    if (add == 0) return;
    transaction.execute(
        "UPDATE fact SET readings = readings + ?3 WHERE org_id = ?1 AND fact_id = ?2", organisation,
        fact, add);
}

std::optional<FactVersion> find_standing(store::Transaction& transaction, Id organisation, Id fact,
                                         std::string_view day)
{
    return first_version(transaction.query(
        store::Sql(version_columns) + "AND v.fact_id = ?2 AND v.taken_on = ?3 AND v.stands = 1",
        organisation, fact, day));
}

std::optional<FactVersion> find_fact_version(store::Transaction& transaction, Id organisation,
                                             Id fact, std::int64_t version)
{
    return first_version(
        transaction.query(store::Sql(version_columns) + "AND v.fact_id = ?2 AND v.version = ?3",
                          organisation, fact, version));
}

std::optional<FactVersion> find_version_before(store::Transaction& transaction, Id organisation,
                                               const FactVersion& version)
{
    return first_version(transaction.query(store::Sql(version_columns) + R"sql(
            AND v.fact_id = ?2 AND v.version < ?3 AND v.taken_on = ?4 ORDER BY v.version DESC LIMIT 1 )sql",
                                           organisation, version.fact, version.version,
                                           text_of_day(version.taken_on)));
}

std::vector<Id> list_checked_circles(const Viewer& viewer)
{
    std::vector<Id> circles;
    for (const auto& membership : viewer.memberships)
        if (membership.role == Role::steward &&
            (membership.company || membership.circle == viewer.everyone))
            circles.push_back(membership.circle);
    return circles;
}

std::map<std::string, FactVersion> list_standing(store::Transaction& transaction, Id organisation,
                                                 Id fact)
{
    std::map<std::string, FactVersion> standing;
    for (auto& version : read_versions(
             transaction.query(store::Sql(version_columns) + "AND v.fact_id = ?2 AND v.stands = 1",
                               organisation, fact)))
        standing.emplace(text_of_day(version.taken_on), std::move(version));
    return standing;
}

Neighbours find_neighbours(store::Transaction& transaction, Id organisation, Id fact, Date day)
{
    Neighbours found;
    const auto text = moothall::to_text(day);
    found.previous = first_reading(transaction.query(R"sql(
        SELECT v.taken_on, v.amount FROM fact_version v
        WHERE v.org_id = ?1 AND v.fact_id = ?2 AND v.stands = 1 AND v.value <> '' AND v.taken_on < ?3
        ORDER BY v.taken_on DESC LIMIT 1 )sql",
                                                     organisation, fact, text));
    found.next = first_reading(transaction.query(R"sql(
        SELECT v.taken_on, v.amount FROM fact_version v
        WHERE v.org_id = ?1 AND v.fact_id = ?2 AND v.stands = 1 AND v.value <> '' AND v.taken_on > ?3
        ORDER BY v.taken_on LIMIT 1 )sql",
                                                 organisation, fact, text));
    if (!found.previous) return found;
    const auto back =
        moothall::to_text(std::chrono::year_month_day(found.previous->day - year_at_least));
    found.year_back = first_reading(transaction.query(R"sql(
        SELECT v.taken_on, v.amount FROM fact_version v
        WHERE v.org_id = ?1 AND v.fact_id = ?2 AND v.stands = 1 AND v.value <> '' AND v.taken_on <= ?3
        ORDER BY v.taken_on DESC LIMIT 1 )sql",
                                                      organisation, fact, back));
    if (!found.year_back)
        found.year_back = first_reading(transaction.query(R"sql(
            SELECT v.taken_on, v.amount FROM fact_version v
            WHERE v.org_id = ?1 AND v.fact_id = ?2 AND v.stands = 1 AND v.value <> '' AND v.taken_on > ?3
            ORDER BY v.taken_on LIMIT 1 )sql",
                                                          organisation, fact, back));
    return found;
}

bool save_verdict(store::Transaction& transaction, Id organisation, Id fact, std::int64_t version,
                  Checking checking, Id by, Time now, std::string_view reason)
{
    return transaction.execute(R"sql(
        UPDATE fact_version SET checking = ?4, checked_by = ?5, checked_us = ?6, reason = ?7
        WHERE org_id = ?1 AND fact_id = ?2 AND version = ?3 AND stands = 1 AND checking = 'waits' )sql",
                               organisation, fact, version, to_text(checking), by, now,
                               reason) == 1;
}

Result<Fact> find_fact(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto rows = transaction.query(store::Sql(fact_columns) + fact_kind_columns + fact_joins +
                                      shown_version + fact_conditions + people::seen +
                                      " AND f.fact_id = ?3",
                                  viewer.organisation, viewer.person, id);
    if (!rows.next()) return Refusal::not_found();
    return read_fact(rows.row(), viewer);
}

namespace {

template <class Rows>
FactList read_list(Rows&& rows, const Viewer& viewer)
{
    FactList list;
    for (const auto& row : rows) list.facts.push_back(read_fact(row, viewer));
    return list;
}

/// Cuts what was read with one more than asked for.
template <class PlaceOf>
void cut_list(FactList& list, int limit, PlaceOf&& place_of)
{
    if (std::ssize(list.facts) <= limit) return;
    list.facts.resize(static_cast<std::size_t>(limit));
    list.next = place_of(list.facts.back());
}

/// Those that wait for a check by her: the oldest first.
Result<FactList> list_to_check(store::Transaction& transaction, const FactQuery& query,
                               const Viewer& viewer)
{
    const auto after = read_place_in_list<WholePlace>(query.after);
    if (!after) return after.error();
    const auto circles = list_checked_circles(viewer);
    if (circles.empty()) return FactList{};
    auto list =
        read_list(transaction.query(store::Sql(fact_columns) + fact_kind_columns + fact_joins +
                                        shown_version + fact_conditions + people::seen + R"sql(
                 AND f.waits_us > 0 AND (f.waits_us, f.fact_id) > (?3, ?4) AND k.readers_id IN_IDS(?5)
                 AND t.about_id <> ?2 ORDER BY f.waits_us, f.fact_id LIMIT ?6 )sql",
                                    viewer.organisation, viewer.person, after->value, after->id,
                                    store::IdList{circles}, query.limit + 1),
                  viewer);
    cut_list(list, query.limit, [](const Fact& fact) {
        return WholePlace{fact.waits_since->time_since_epoch().count(), fact.id}.text();
    });
    return list;
}

} // namespace

Result<FactList> list_facts(store::Transaction& transaction, const FactQuery& query,
                            const Viewer& viewer)
{
    if (query.waiting) return list_to_check(transaction, query, viewer);
    // Who serves nobody has her own to list: she would walk through all to find those.
    const bool mine = query.mine || (!query.about && !viewer.is_company() && !viewer.owner);
    Id before{std::numeric_limits<std::int64_t>::max()};
    if (!query.after.empty()) {
        const auto place = Id::parse(query.after);
        if (!place) return not_a_place();
        before = *place;
    }
    const auto facts = store::Sql(fact_columns) + fact_kind_columns + fact_joins + shown_version +
                       fact_conditions + people::seen;
    FactList list;
    if (mine || query.about) {
        const auto abouts =
            query.about ? std::vector<Id>{query.about} : list_abouts_of(transaction, viewer);
        // The plus keeps SQLite from walking through all facts in the order of their ids.
        list = read_list(transaction.query(facts + R"sql(
                             AND f.about_id IN_IDS(?5) AND +f.fact_id < ?3 AND (?4 = 0 OR f.kind_id = ?4)
                             ORDER BY +f.fact_id DESC LIMIT ?6 )sql",
                                           viewer.organisation, viewer.person, before, query.kind,
                                           store::IdList{abouts}, query.limit + 1),
                         viewer);
    } else if (query.kind) {
        list = read_list(transaction.query(facts + R"sql(
                             AND f.kind_id = ?4 AND f.fact_id < ?3 ORDER BY f.fact_id DESC LIMIT ?5 )sql",
                                           viewer.organisation, viewer.person, before, query.kind,
                                           query.limit + 1),
                         viewer);
    } else {
        list = read_list(transaction.query(facts + R"sql(
                             AND f.fact_id < ?3 ORDER BY f.fact_id DESC LIMIT ?4 )sql",
                                           viewer.organisation, viewer.person, before,
                                           query.limit + 1),
                         viewer);
    }
    cut_list(list, query.limit, [](const Fact& fact) { return fact.id.text(); });
    return list;
}

std::vector<Fact> list_facts_about(store::Transaction& transaction, Id about, const Viewer& viewer)
{
    constexpr int facts_max = 200; // as many as there are kinds
    return read_list(transaction.query(store::Sql(fact_columns) + fact_kind_columns + fact_joins +
                                           shown_version + fact_conditions + people::seen + R"sql(
                     AND f.about_id = ?3 ORDER BY k.position, k.name_fold LIMIT ?4 )sql",
                                       viewer.organisation, viewer.person, about, facts_max),
                     viewer)
        .facts;
}

std::vector<Fact> list_fact_lines(store::Transaction& transaction, const Viewer& viewer, Id kind,
                                  int limit)
{
    const auto lines = store::Sql(fact_columns) + fact_kind_columns + fact_joins +
                       standing_versions + fact_conditions + people::seen;
    if (kind)
        return read_list(transaction.query(lines + R"sql(
                             AND f.kind_id = ?3 ORDER BY f.fact_id, v.taken_on LIMIT ?4 )sql",
                                           viewer.organisation, viewer.person, kind, limit),
                         viewer)
            .facts;
    const auto abouts = list_abouts_of(transaction, viewer);
    return read_list(transaction.query(lines + R"sql(
                         AND f.about_id IN_IDS(?3) ORDER BY f.about_id, f.fact_id, v.taken_on LIMIT ?4 )sql",
                                       viewer.organisation, viewer.person, store::IdList{abouts},
                                       limit),
                     viewer)
        .facts;
}

Result<FactVersions> list_fact_versions(store::Transaction& transaction, const Viewer& viewer,
                                        Id fact, std::string_view after, int limit)
{
    const auto place = read_place_in_list<WholePlace>(after);
    if (!place) return place.error();
    FactVersions list;
    list.versions =
        read_versions(transaction.query(store::Sql(version_columns) + R"sql(
            AND v.fact_id = ?2 AND (?3 = 0 OR v.version < ?3) ORDER BY v.version DESC LIMIT ?4 )sql",
                                        viewer.organisation, fact, place->value, limit + 1));
    if (std::ssize(list.versions) > limit) {
        list.versions.resize(static_cast<std::size_t>(limit));
        list.next = WholePlace{list.versions.back().version, fact}.text();
    }
    return list;
}

Result<FactVersions> list_readings(store::Transaction& transaction, const Viewer& viewer, Id fact,
                                   std::string_view after, int limit)
{
    if (!after.empty() && !parse_date(after)) return not_a_place();
    FactVersions list;
    list.versions = read_versions(transaction.query(store::Sql(version_columns) + R"sql(
            AND v.fact_id = ?2 AND v.stands = 1 AND v.value <> '' AND (?3 = '' OR v.taken_on < ?3)
            ORDER BY v.taken_on DESC LIMIT ?4 )sql",
                                                    viewer.organisation, fact, after, limit + 1));
    if (std::ssize(list.versions) > limit) {
        list.versions.resize(static_cast<std::size_t>(limit));
        list.next = text_of_day(list.versions.back().taken_on);
    }
    return list;
}

std::vector<FactVersion> list_waiting(store::Transaction& transaction, const Viewer& viewer,
                                      Id fact, int limit)
{
    return read_versions(transaction.query(store::Sql(version_columns) + R"sql(
            AND v.fact_id = ?2 AND v.stands = 1 AND v.checking = 'waits' ORDER BY v.said_us LIMIT ?3 )sql",
                                           viewer.organisation, fact, limit));
}

} // namespace moothall::write
