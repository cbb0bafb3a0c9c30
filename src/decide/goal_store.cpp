#include "decide/goal_store.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "text/place.hpp"

#include <charconv>
#include <limits>
#include <unordered_map>

namespace moothall::decide {

namespace {

constexpr int revisions_shown = 100;

// ?1 the organisation.
constexpr store::SqlLiteral goal_columns = R"sql(
    SELECT g.goal_id, t.title, g.words, g.words_html, g.measure, g.target, g.due, g.position, g.outcome,
           g.why, t.author_id, coalesce(p.name, ''), t.circle_id, c.name, t.created_us, t.changed_us
    FROM goal g JOIN thing t ON t.org_id = g.org_id AND t.thing_id = g.goal_id
    JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
    LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
    WHERE g.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 )sql";

Goal read_goal(const store::Row& row)
{
    Goal goal;
    goal.id = row.id(0);
    goal.title = row.string(1);
    goal.words = row.string(2);
    goal.words_html = SafeHtml::trusted_from_store(row.string(3));
    goal.measure = row.string(4);
    goal.target = row.string(5);
    goal.due = parse_date(row.text(6)).value_or(Date{});
    goal.position = row.integer(7);
    goal.outcome = goal_outcome_of(row.text(8)).value_or(GoalOutcome::none);
    goal.why = row.string(9);
    goal.owner = {row.id(10), row.string(11)};
    goal.circle = row.id(12);
    goal.circle_name = row.string(13);
    goal.created = row.time(14);
    goal.changed = row.time(15);
    return goal;
}

/// Where a page of the list ended: "position.id".
struct Place {
    std::int64_t position = std::numeric_limits<std::int64_t>::min();
    Id goal;
};

std::string cursor_of(const Goal& last)
{
    return std::to_string(last.position) + "." + last.id.text();
}

std::optional<Place> read_place(std::string_view text)
{
    if (text.empty()) return Place{};
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return {};
    Place place;
    const auto number = text.substr(0, dot);
    const auto read = std::from_chars(number.data(), number.data() + number.size(), place.position);
    const auto goal = Id::parse(text.substr(dot + 1));
    if (read.ec != std::errc{} || read.ptr != number.data() + number.size() || !goal) return {};
    place.goal = *goal;
    return place;
}

} // namespace

void save_goal(store::Transaction& transaction, Id organisation, const Goal& goal)
{
    transaction.execute(R"sql(
        INSERT INTO goal (org_id, goal_id, words, words_html, measure, target, due, position, outcome, why)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', '') )sql",
                        organisation, goal.id, goal.words, goal.words_html.html, goal.measure,
                        goal.target, moothall::to_text(goal.due), goal.position);
}

void save_changed_goal(store::Transaction& transaction, Id organisation, const Goal& goal)
{
    transaction.execute(R"sql(
        UPDATE goal SET words = ?3, words_html = ?4, measure = ?5, target = ?6, due = ?7, position = ?8,
            outcome = ?9, why = ?10
        WHERE org_id = ?1 AND goal_id = ?2 )sql",
                        organisation, goal.id, goal.words, goal.words_html.html, goal.measure,
                        goal.target, moothall::to_text(goal.due), goal.position,
                        decide::to_text(goal.outcome), goal.why);
}

void save_goal_revision(store::Transaction& transaction, Id organisation, Id revision,
                        const Goal& before, Id changed_by, Time now)
{
    transaction.execute(R"sql(
        INSERT INTO goal_revision (org_id, goal_id, revision_id, title, words, measure, target, due,
            owner_id, changed_by, changed_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) )sql",
                        organisation, before.id, revision, before.title, before.words,
                        before.measure, before.target, moothall::to_text(before.due),
                        before.owner.id, changed_by, now);
}

std::int64_t last_position(store::Transaction& transaction, Id organisation)
{
    for (const auto& row : transaction.query(
             "SELECT position FROM goal WHERE org_id = ?1 ORDER BY position DESC LIMIT 1",
             organisation))
        return row.integer(0) + 1;
    return 1;
}

void count_goal_voices(store::Transaction& transaction, std::vector<Goal>& goals,
                       const Viewer& viewer)
{
    if (goals.empty()) return;
    std::unordered_map<Id, Goal*> by_id;
    std::vector<Id> ids;
    for (auto& goal : goals) {
        by_id.emplace(goal.id, &goal);
        ids.push_back(goal.id);
    }
    // Counted and not kept: there are at most goal_voices_max of each, and what is hidden or closed
    // must not be told by a number.
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT v.goal_id, v.side, count(*) FROM goal_voice v
             JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
             WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.goal_id IN_IDS(?3) AND )sql") +
                               people::seen + " GROUP BY v.goal_id, v.side",
                           viewer.organisation, viewer.person, store::IdList{ids})) {
        auto& goal = *by_id.at(row.id(0));
        (row.text(1) == "for" ? goal.in_favour : goal.against) = row.integer(2);
    }
}

std::optional<PutVoice> find_put_voice(store::Transaction& transaction, Id organisation, Id goal,
                                       Id voice)
{
    for (const auto& row : transaction.query("SELECT side, put_by FROM goal_voice WHERE org_id = "
                                             "?1 AND goal_id = ?2 AND voice_id = "
                                             "?3",
                                             organisation, goal, voice))
        return PutVoice{side_of(row.text(0)).value_or(Side::none), row.id(1)};
    return {};
}

std::int64_t count_put_voices(store::Transaction& transaction, Id organisation, Id goal)
{
    auto rows = transaction.query(
        "SELECT count(*) FROM goal_voice WHERE org_id = ?1 AND goal_id = ?2", organisation, goal);
    rows.next();
    return rows->integer(0);
}

void save_put_voice(store::Transaction& transaction, Id organisation, Id goal, Id voice, Side side,
                    Id put_by, Time now)
{
    transaction.execute(R"sql(
        INSERT INTO goal_voice (org_id, goal_id, voice_id, side, put_by, put_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (org_id, goal_id, voice_id) DO UPDATE
            SET side = excluded.side, put_by = excluded.put_by, put_us = excluded.put_us )sql",
                        organisation, goal, voice, decide::to_text(side), put_by, now);
}

bool delete_put_voice(store::Transaction& transaction, Id organisation, Id goal, Id voice)
{
    return transaction.execute(
               "DELETE FROM goal_voice WHERE org_id = ?1 AND goal_id = ?2 AND voice_id = ?3",
               organisation, goal, voice) == 1;
}

Result<Goal> find_goal(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    if (const auto thing = people::find_seen(transaction, id, viewer); !thing) return thing.error();
    std::vector<Goal> goals;
    for (const auto& row : transaction.query(store::Sql(goal_columns) + " AND g.goal_id = ?2",
                                             viewer.organisation, id))
        goals.push_back(read_goal(row));
    if (goals.empty()) return Refusal::not_found();
    count_goal_voices(transaction, goals, viewer);
    return std::move(goals.front());
}

Result<GoalList> list_goals(store::Transaction& transaction, const GoalQuery& query,
                            const Viewer& viewer)
{
    const auto place = read_place(query.after);
    if (!place) return not_a_place();
    auto sql = store::Sql(goal_columns) +
               " AND (g.position > ?3 OR (g.position = ?3 AND g.goal_id > ?4)) AND ";
    sql += people::seen;
    sql += query.ended ? store::SqlLiteral(" AND g.outcome <> ''")
                       : store::SqlLiteral(" AND g.outcome = ''");
    sql += " ORDER BY g.position, g.goal_id LIMIT ?5";
    GoalList list;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person,
                                             place->position, place->goal, query.limit + 1)) {
        if (std::ssize(list.goals) == query.limit) {
            list.next = cursor_of(list.goals.back());
            break;
        }
        list.goals.push_back(read_goal(row));
    }
    count_goal_voices(transaction, list.goals, viewer);
    return list;
}

std::vector<GoalRevision> list_goal_revisions(store::Transaction& transaction, Id goal,
                                              const Viewer& viewer)
{
    std::vector<GoalRevision> revisions;
    for (const auto& row : transaction.query(R"sql(
             SELECT r.title, r.words, r.measure, r.target, r.due, r.owner_id, coalesce(po.name, ''),
                    r.changed_by, coalesce(pc.name, ''), r.changed_us
             FROM goal_revision r
             LEFT JOIN person po ON po.org_id = ?1 AND po.person_id = r.owner_id
             LEFT JOIN person pc ON pc.org_id = ?1 AND pc.person_id = r.changed_by
             WHERE r.org_id = ?1 AND r.goal_id = ?2 ORDER BY r.revision_id DESC LIMIT ?3 )sql",
                                             viewer.organisation, goal, revisions_shown))
        revisions.push_back({.title = row.string(0),
                             .words = row.string(1),
                             .measure = row.string(2),
                             .target = row.string(3),
                             .due = parse_date(row.text(4)).value_or(Date{}),
                             .owner = {row.id(5), row.string(6)},
                             .changed_by = {row.id(7), row.string(8)},
                             .changed = row.time(9)});
    return revisions;
}

std::vector<GoalVoice> list_goal_voices(store::Transaction& transaction, const Goal& goal,
                                        const Viewer& viewer)
{
    std::vector<GoalVoice> voices;
    for (const auto& row :
         transaction.query(store::Sql(R"sql(
             SELECT l.voice_id, t.title, t.author_id, coalesce(p.name, ''), l.side, v.supporters, l.put_by
             FROM goal_voice l JOIN thing t ON t.org_id = l.org_id AND t.thing_id = l.voice_id
             JOIN voice v ON v.org_id = l.org_id AND v.voice_id = l.voice_id
             LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
             WHERE l.org_id = ?1 AND t.org_id = ?1 AND v.org_id = ?1 AND l.goal_id = ?3 AND )sql") +
                               people::seen + " ORDER BY v.supporters DESC, l.voice_id",
                           viewer.organisation, viewer.person, goal.id)) {
        const Id author = row.id(2);
        const bool mine =
            viewer.signed_in() && (author == viewer.person || row.id(6) == viewer.person);
        voices.push_back({.id = row.id(0),
                          .title = row.string(1),
                          .path = record::path_of("voice", row.id(0)),
                          .author = {author, row.string(3)},
                          .side = side_of(row.text(4)).value_or(Side::none),
                          .supporters = row.integer(5),
                          .may_take_out = mine || (viewer.is_steward_of(goal.circle) &&
                                                   goal.owner.id != viewer.person)});
    }
    return voices;
}

void write_own_goals(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("goals").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT g.goal_id, t.title, g.words, g.measure, g.target, g.due, t.created_us
             FROM goal g JOIN thing t ON t.org_id = g.org_id AND t.thing_id = g.goal_id
             WHERE g.org_id = ?1 AND t.org_id = ?1 AND t.author_id = ?2 ORDER BY g.goal_id )sql",
                                             organisation, person)) {
        json.begin_object().field("id", row.id(0)).field("title", row.text(1));
        json.field("words", row.text(2)).field("measure", row.text(3));
        json.field("target", row.text(4)).field("due", row.text(5));
        json.field("created_at", row.time(6)).end_object();
    }
    json.end_array().key("goal_voices").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT goal_id, voice_id, side, put_us FROM goal_voice WHERE org_id = ?1 AND put_by = ?2
             ORDER BY goal_id, voice_id )sql",
                                             organisation, person)) {
        json.begin_object().field("goal", row.id(0)).field("voice", row.id(1));
        json.field("side", row.text(2)).field("at", row.time(3)).end_object();
    }
    json.end_array();
}

} // namespace moothall::decide
