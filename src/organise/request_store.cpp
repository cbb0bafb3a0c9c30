#include "organise/request_store.hpp"

#include "people/people.hpp"
#include "text/place.hpp"

namespace moothall::organise {

namespace {

// ?1 is the organisation, ?2 the viewer; `a` is what it is about.
constexpr store::SqlLiteral request_columns = R"sql(
    SELECT q.request_id, q.about_id, a.kind, a.title, q.asker_id, pk.name, q.person_id, pp.name, q.topic, q.words,
           q.due_us, q.state, q.why, t.circle_id, t.created_us, q.asked_us, q.taken_us, q.ended_us, q.answer_id,
           (SELECT count(*) FROM request_candidate qc WHERE qc.org_id = ?1 AND qc.request_id = q.request_id
                AND qc.person_id = ?2)
    FROM request q CROSS JOIN thing t CROSS JOIN thing a
    LEFT JOIN person pk ON pk.org_id = ?1 AND pk.person_id = q.asker_id
    LEFT JOIN person pp ON pp.org_id = ?1 AND pp.person_id = q.person_id
    WHERE q.org_id = ?1 AND t.org_id = ?1 AND a.org_id = ?1 AND t.thing_id = q.request_id AND a.thing_id = q.about_id )sql";

std::optional<Time> time_or_none(const store::Row& row, int column)
{
    if (row.integer(column) == 0) return {};
    return row.time(column);
}

Request read_request(const store::Row& row)
{
    Request request;
    request.id = row.id(0);
    request.about = row.id(1);
    request.about_kind = row.string(2);
    request.about_title = row.string(3);
    request.about_path = record::path_of(request.about_kind, request.about);
    request.asker = {row.id(4), row.string(5)};
    request.person = {row.id(6), row.string(7)};
    request.topic = row.string(8);
    request.words = row.string(9);
    if (row.integer(10) != 0)
        request.due = Date{std::chrono::floor<std::chrono::days>(row.time(10))};
    request.state = request_state_of(row.text(11)).value_or(RequestState::declined);
    request.why = row.string(12);
    request.circle = row.id(13);
    request.created = row.time(14);
    request.asked = row.time(15);
    request.taken = time_or_none(row, 16);
    request.ended = time_or_none(row, 17);
    request.answer = row.id(18);
    request.candidate = row.integer(19) > 0 && !request.person.id;
    return request;
}

constexpr store::SqlLiteral asked_of_viewer =
    R"sql( AND (q.person_id = ?2 OR (q.person_id = 0 AND q.request_id IN
               (SELECT qm.request_id FROM request_candidate qm WHERE qm.org_id = ?1 AND qm.person_id = ?2))) )sql";

} // namespace

bool sees_into(store::Transaction& transaction, Id organisation, Id circle, Id person)
{
    auto rows = transaction.query(R"sql(
        SELECT 1 FROM circle c WHERE c.org_id = ?1 AND c.circle_id = ?2
          AND (c.visibility = 'public' OR EXISTS (SELECT 1 FROM membership m
               WHERE m.org_id = ?1 AND m.circle_id = ?2 AND m.person_id = ?3)) )sql",
                                  organisation, circle, person);
    return rows.next();
}

bool is_asked_already(store::Transaction& transaction, Id organisation, Id about, Id person)
{
    auto rows = transaction.query(R"sql(
        SELECT 1 FROM request q JOIN thing t ON t.org_id = q.org_id AND t.thing_id = q.request_id
        WHERE q.org_id = ?1 AND t.org_id = ?1 AND q.about_id = ?2 AND q.person_id = ?3 AND q.ended = 0
          AND t.state = 'visible' LIMIT 1 )sql",
                                  organisation, about, person);
    return rows.next();
}

void save_request(store::Transaction& transaction, Id organisation, const Request& request)
{
    const Time due = request.due ? Time{std::chrono::sys_days{*request.due}} : Time{};
    transaction.execute(R"sql(
        INSERT INTO request (org_id, request_id, about_id, person_id, asker_id, topic, words, due_us, state, ended,
            why, asked_us, taken_us, ended_us, answer_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', 0, '', ?9, 0, 0, 0) )sql",
                        organisation, request.id, request.about, request.person.id,
                        request.asker.id, request.topic, request.words, due, request.asked);
}

void save_candidates(store::Transaction& transaction, Id organisation, Id request,
                     const std::vector<Id>& people)
{
    // Five at most.
    for (const Id person : people)
        transaction.execute(R"sql(
            INSERT INTO request_candidate (org_id, request_id, person_id) VALUES (?1, ?2, ?3) )sql",
                            organisation, request, person);
}

std::vector<hear::Someone> list_candidates(store::Transaction& transaction, const Viewer& viewer,
                                           Id request)
{
    std::vector<hear::Someone> people;
    for (const auto& row : transaction.query(R"sql(
             SELECT qc.person_id, p.name FROM request_candidate qc
             JOIN person p ON p.org_id = qc.org_id AND p.person_id = qc.person_id
             WHERE qc.org_id = ?1 AND p.org_id = ?1 AND qc.request_id = ?2 ORDER BY p.name_fold )sql",
                                             viewer.organisation, request))
        people.push_back({row.id(0), row.string(1)});
    return people;
}

std::optional<Request> load_request(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    for (const auto& row : transaction.query(store::Sql(request_columns) + " AND q.request_id = ?3",
                                             viewer.organisation, viewer.person, id))
        return read_request(row);
    return {};
}

bool save_taken(store::Transaction& transaction, const Viewer& viewer, Id request, Time now)
{
    return transaction.execute(R"sql(
        UPDATE request SET state = 'taken', person_id = ?3, taken_us = ?4
        WHERE org_id = ?1 AND request_id = ?2 AND state = 'open' AND (person_id = 0 OR person_id = ?3) )sql",
                               viewer.organisation, request, viewer.person, now) == 1;
}

bool save_passed_on(store::Transaction& transaction, const Viewer& viewer, const Request& request,
                    Id to, std::string_view why, Time now)
{
    return transaction.execute(R"sql(
        UPDATE request SET state = 'open', person_id = ?3, why = ?4, asked_us = ?5, taken_us = 0
        WHERE org_id = ?1 AND request_id = ?2 AND ended = 0 AND person_id = ?6 )sql",
                               viewer.organisation, request.id, to, why, now,
                               request.person.id) == 1;
}

bool save_ended(store::Transaction& transaction, Id organisation, const Request& request,
                RequestState state, std::string_view why, Id answer, Time now)
{
    return transaction.execute(R"sql(
        UPDATE request SET state = ?3, ended = 1, why = ?4, answer_id = ?5, ended_us = ?6
        WHERE org_id = ?1 AND request_id = ?2 AND ended = 0 AND person_id = ?7 )sql",
                               organisation, request.id, to_text(state), why, answer, now,
                               request.person.id) == 1;
}

bool save_answered(store::Transaction& transaction, const Viewer& viewer, const Request& request,
                   Id answer, Time now)
{
    return transaction.execute(R"sql(
        UPDATE request SET state = 'answered', ended = 1, person_id = ?3, answer_id = ?4, ended_us = ?5
        WHERE org_id = ?1 AND request_id = ?2 AND ended = 0 AND person_id = ?6 )sql",
                               viewer.organisation, request.id, viewer.person, answer, now,
                               request.person.id) == 1;
}

bool step_aside(store::Transaction& transaction, const Viewer& viewer, Id request)
{
    return transaction.execute(R"sql(
        DELETE FROM request_candidate WHERE org_id = ?1 AND request_id = ?2 AND person_id = ?3 )sql",
                               viewer.organisation, request, viewer.person) == 1;
}

std::int64_t count_asked_of(store::Transaction& transaction, const Viewer& viewer)
{
    auto rows = transaction.query(
        store::Sql("SELECT count(*) FROM request q CROSS JOIN thing t WHERE q.org_id = ?1 AND "
                   "t.org_id = ?1 AND t.thing_id = q.request_id") +
            asked_of_viewer + " AND q.ended = 0 AND t.state = 'visible' AND " + people::seen,
        viewer.organisation, viewer.person);
    rows.next();
    return rows->integer(0);
}

Result<RequestPage> list_requests(store::Transaction& transaction, const RequestQuery& query,
                                  const Viewer& viewer)
{
    const auto place = read_place_in_list<Id>(query.after);
    if (!place) return place.error();
    const Id before = *place;
    RequestPage page;
    if (query.box != Box::all && !viewer.signed_in()) return page;
    auto sql = store::Sql(request_columns);
    switch (query.box) {
    case Box::all:
        break;
    case Box::asked_of_me:
        sql += asked_of_viewer;
        break;
    case Box::asked_by_me:
        sql += " AND q.asker_id = ?2";
        break;
    case Box::my_circles:
        sql += R"sql( AND q.ended = 0 AND t.circle_id IN
                     (SELECT mc.circle_id FROM membership mc WHERE mc.org_id = ?1 AND mc.person_id = ?2) )sql";
        break;
    }
    if (query.open_only) sql += " AND q.ended = 0";
    sql += query.state ? store::SqlLiteral(" AND q.state = ?3") : store::SqlLiteral(" AND ?3 = ?3");
    sql +=
        query.about ? store::SqlLiteral(" AND q.about_id = ?4") : store::SqlLiteral(" AND ?4 = ?4");
    sql += query.person ? store::SqlLiteral(" AND (q.person_id = ?7 OR q.asker_id = ?7)")
                        : store::SqlLiteral(" AND ?7 = ?7");
    if (!before)
        sql += " AND ?5 = ?5";
    else
        sql += query.oldest_first ? store::SqlLiteral(" AND q.request_id > ?5")
                                  : store::SqlLiteral(" AND q.request_id < ?5");
    sql += " AND t.state = 'visible' AND ";
    sql += people::seen;
    sql += query.oldest_first ? store::SqlLiteral(" ORDER BY q.request_id LIMIT ?6")
                              : store::SqlLiteral(" ORDER BY q.request_id DESC LIMIT ?6");
    for (const auto& row :
         transaction.query(sql, viewer.organisation, viewer.person,
                           query.state ? to_text(*query.state) : std::string_view{}, query.about,
                           before, query.limit + 1, query.person)) {
        if (std::ssize(page.requests) == query.limit) {
            page.next = page.requests.back().id.text();
            break;
        }
        page.requests.push_back(read_request(row));
    }
    return page;
}

} // namespace moothall::organise
