// Finding the groups of a conversation and storing its map.
//
// Only people with an account (and those of an imported file) make the map: a browser without an
// account costs nothing, and a hundred of them must not move where a village stands. Visitors are
// put on the finished map by their own votes and counted apart.

#include "decide/conversation_map.hpp"
#include "decide/conversation_map_text.hpp"
#include "decide/conversation_store.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numeric>
#include <stdexcept>
#include <unordered_map>

namespace moothall::decide {

namespace {

/// A map as it is written down.
struct FoundMap {
    std::int64_t revision = 0;
    ConversationVotes votes;
    opinions::Opinions opinions;
    std::int64_t columns = 0;
    std::vector<MapPoint> visitors; // parallel to visitor_ids
    std::vector<Id> visitor_ids;
};

std::int64_t count_columns(const opinions::VoteTable& table)
{
    std::vector<std::uint8_t> voted(table.statements(), 0);
    for (std::size_t person = 0; person < table.participants(); ++person)
        for (const auto statement : table.row(person).statements) voted[statement] = 1;
    return std::accumulate(voted.begin(), voted.end(), std::int64_t{0});
}

// -- what it looked like before -------------------------------------------------------------------

struct MapBefore {
    std::unordered_map<Id, std::array<double, 2>> axes; // of statements
    std::unordered_map<Id, int> group_of;               // of participants
};

MapBefore load_before(store::Transaction& transaction, Id organisation, Id conversation)
{
    MapBefore before;
    for (const auto& row : transaction.query(R"sql(
             SELECT people FROM opinion_map WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                                             organisation, conversation))
        for (const auto& one : read_points(row.text(0)))
            if (!one.point.visitor && one.point.group >= 0)
                before.group_of.emplace(one.participant, one.point.group);
    if (before.group_of.empty()) return before;
    for (const auto& row : transaction.query(R"sql(
             SELECT statement_id, axis_x, axis_y FROM statement WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                                             organisation, conversation))
        before.axes.emplace(row.id(0), std::array{row.number(1), row.number(2)});
    return before;
}

/// An axis has no sign of its own, and one vote may turn it: nobody's picture shall flip over.
void keep_signs(FoundMap& found, const MapBefore& before)
{
    auto& map = found.opinions.map;
    for (std::size_t axis = 0; axis < 2; ++axis) {
        auto& direction = map.axes.direction[axis];
        double alike = 0;
        for (std::size_t at = 0; at < direction.size(); ++at)
            if (const auto old = before.axes.find(found.votes.statements[at]);
                old != before.axes.end())
                alike += direction[at] * old->second[axis];
        if (alike >= 0) continue;
        for (double& loading : direction) loading = -loading;
        const auto turn = [axis](opinions::Point& point) { (axis == 0 ? point.x : point.y) *= -1; };
        for (auto& point : map.people) turn(point);
        for (auto& point : map.statements) turn(point);
        for (auto& group : found.opinions.groups) turn(group.centre);
    }
}

/// Groups keep the letter that most of their people had.
void keep_letters(FoundMap& found, const MapBefore& before)
{
    auto& opinions = found.opinions;
    const auto groups = opinions.groups.size();
    if (groups == 0 || before.group_of.empty()) return;
    std::vector<std::tuple<std::int64_t, std::size_t, std::size_t>> shared; // -people, new, old
    std::vector<std::int64_t> counts(groups * groups, 0);
    for (std::size_t at = 0; at < opinions.group_of.size(); ++at) {
        const auto old = before.group_of.find(found.votes.participants[at]);
        if (opinions.group_of[at] < 0 || old == before.group_of.end()) continue;
        if (static_cast<std::size_t>(old->second) >= groups) continue;
        ++counts[static_cast<std::size_t>(opinions.group_of[at]) * groups +
                 static_cast<std::size_t>(old->second)];
    }
    for (std::size_t at = 0; at < counts.size(); ++at)
        shared.emplace_back(-counts[at], at / groups, at % groups);
    std::ranges::sort(shared);
    std::vector<std::size_t> letter(groups, groups);
    std::vector<bool> taken(groups, false);
    for (const auto& [people, fresh, old] : shared)
        if (letter[fresh] == groups && !taken[old]) {
            letter[fresh] = old;
            taken[old] = true;
        }
    std::vector<opinions::Group> renamed(groups);
    for (std::size_t at = 0; at < groups; ++at)
        renamed[letter[at]] = std::move(opinions.groups[at]);
    opinions.groups = std::move(renamed);
    for (auto& group : opinions.group_of)
        if (group >= 0) group = static_cast<std::int32_t>(letter[static_cast<std::size_t>(group)]);
}

// -- finding and storing --------------------------------------------------------------------------

void place_visitors(store::Transaction& transaction, Id organisation, Id conversation,
                    FoundMap& found)
{
    std::unordered_map<Id, std::size_t> index;
    for (std::size_t at = 0; at < found.votes.statements.size(); ++at)
        index.emplace(found.votes.statements[at], at);
    std::vector<opinions::Point> centres;
    for (const auto& group : found.opinions.groups) centres.push_back(group.centre);
    const auto& map = found.opinions.map;
    Id at{};
    double x = 0;
    double y = 0;
    std::int64_t votes = 0;
    const auto finish = [&] {
        if (at && votes >= votes_to_be_placed && !centres.empty()) {
            const double scale =
                std::sqrt(static_cast<double>(found.columns) / static_cast<double>(votes));
            found.visitor_ids.push_back(at);
            found.visitors.push_back(
                {scale * x, scale * y, nearest_group(centres, scale * x, scale * y), true});
        }
        x = y = 0;
        votes = 0;
    };
    for (const auto& row : transaction.query(R"sql(
             SELECT v.participant_id, v.statement_id, v.vote FROM participant p
             JOIN statement_vote v ON v.org_id = p.org_id AND v.conversation_id = p.conversation_id
                                  AND v.participant_id = p.participant_id
             WHERE p.org_id = ?1 AND v.org_id = ?1 AND p.conversation_id = ?2 AND p.visitor <> ''
             ORDER BY v.participant_id )sql",
                                             organisation, conversation)) {
        if (row.id(0) != at) finish();
        at = row.id(0);
        ++votes;
        const auto statement = index.find(row.id(1));
        if (statement == index.end() || found.votes.table.is_moderated_out(statement->second))
            continue;
        const double pull = static_cast<double>(row.integer(2)) - map.centre[statement->second];
        x += pull * map.axes.direction[0][statement->second];
        y += pull * map.axes.direction[1][statement->second];
    }
    finish();
}

/// None when there is nothing to draw yet: that is stored too, so that it is not tried again.
FoundMap look_for_groups(store::Transaction& transaction, Id organisation, Id conversation,
                         const std::stop_token& stopping)
{
    FoundMap found;
    // The revision belongs to the snapshot whose votes are read.
    for (const auto& row : transaction.query(R"sql(
             SELECT revision FROM conversation WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                                             organisation, conversation))
        found.revision = row.integer(0);
    found.votes = load_votes(transaction, organisation, conversation, stopping);
    found.columns = count_columns(found.votes.table);
    // Nobody can have voted often enough to be placed.
    if (found.columns < votes_to_be_placed) {
        found.opinions.group_of.assign(found.votes.table.participants(), -1);
        return found;
    }
    found.opinions = opinions::find_opinions(
        found.votes.table, {.votes_min = static_cast<std::size_t>(votes_to_be_placed)});
    if (stopping.stop_requested()) throw jobs::Interrupted();
    const auto before = load_before(transaction, organisation, conversation);
    keep_signs(found, before);
    keep_letters(found, before);
    place_visitors(transaction, organisation, conversation, found);
    return found;
}

void save_map(store::Transaction& transaction, Id organisation, Id conversation,
              const FoundMap& found, Time now, std::chrono::microseconds cost)
{
    const auto updated = transaction.execute(R"sql(
        UPDATE conversation SET grouped = ?3
        WHERE org_id = ?1 AND conversation_id = ?2 AND grouped < ?3 )sql",
                                             organisation, conversation, found.revision);
    if (updated == 0) return; // another node was faster
    std::string people;
    std::vector<MapPoint> points;
    const auto put = [&](Id participant, const MapPoint& point) {
        write_point(people, participant, point);
        points.push_back(point);
    };
    const auto& map = found.opinions.map;
    for (std::size_t at = 0; at < map.people.size(); ++at)
        if (found.opinions.group_of[at] >= 0)
            put(found.votes.participants[at],
                {map.people[at].x, map.people[at].y, found.opinions.group_of[at], false});
    for (std::size_t at = 0; at < found.visitors.size(); ++at)
        put(found.visitor_ids[at], found.visitors[at]);
    const auto& groups = found.opinions.groups;
    std::vector<opinions::Point> centres;
    for (const auto& group : groups) centres.push_back(group.centre);
    const FoundWords words{found.votes, found.opinions, found.visitors};
    const auto counts = count_votes(words);
    transaction.execute(R"sql(
        INSERT INTO opinion_map (org_id, conversation_id, revision, found_us, cost_us, columns, centres,
            summary, people, votes, drawing)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (org_id, conversation_id) DO UPDATE SET revision = excluded.revision,
            found_us = excluded.found_us, cost_us = excluded.cost_us, columns = excluded.columns,
            centres = excluded.centres, summary = excluded.summary, people = excluded.people,
            votes = excluded.votes, drawing = excluded.drawing )sql",
                        organisation, conversation, found.revision, now, std::int64_t{cost.count()},
                        found.columns, write_centres(groups), write_summary(words, counts), people,
                        write_group_votes(words, counts), to_text(draw_map(points, centres)));
    if (map.centre.empty()) return;
    for (std::size_t at = 0; at < found.votes.statements.size(); ++at)
        transaction.execute(R"sql(
            UPDATE statement SET centre = ?4, axis_x = ?5, axis_y = ?6, extremity = ?7
            WHERE org_id = ?1 AND conversation_id = ?2 AND statement_id = ?3 )sql",
                            organisation, conversation, found.votes.statements[at], map.centre[at],
                            map.axes.direction[0][at], map.axes.direction[1][at],
                            map.extremity(at));
}

/// What this thread has used up. Not what passed on the wall: a machine that was busy with other
/// things would make a small conversation rest as if it were a large one.
std::chrono::microseconds processor_time()
{
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec});
}

void group_conversation(store::Database& database, const Clock& clock, Id organisation,
                        Id conversation, const std::stop_token& stopping)
{
    const auto began = processor_time();
    const auto found = database.read([&](store::Transaction& transaction) {
        return look_for_groups(transaction, organisation, conversation, stopping);
    });
    const auto cost = processor_time() - began;
    database.write([&](store::Transaction& transaction) {
        save_map(transaction, organisation, conversation, found, clock.now(), cost);
    });
}

} // namespace

ConversationVotes load_votes(store::Transaction& transaction, Id organisation, Id conversation,
                             const std::stop_token& stopping)
{
    ConversationVotes loaded;
    std::unordered_map<Id, std::string> numbers;
    std::unordered_map<std::string, Id> by_number;
    std::vector<std::string> declined;
    for (const auto& row : transaction.query(R"sql(
             SELECT statement_id, number, state FROM statement
             WHERE org_id = ?1 AND conversation_id = ?2 AND state <> 'waiting' ORDER BY number )sql",
                                             organisation, conversation)) {
        auto number = std::to_string(row.integer(1));
        if (row.text(2) == "declined") declined.push_back(number);
        by_number.emplace(number, row.id(0));
        numbers.emplace(row.id(0), std::move(number));
    }
    opinions::VoteTableBuilder builder;
    // Participants go by their ids as numbers, which sort as they came.
    std::string participant;
    Id at{};
    for (const auto& row : transaction.query(R"sql(
             SELECT v.participant_id, v.statement_id, v.vote FROM statement_vote v
             JOIN participant p ON p.org_id = v.org_id AND p.conversation_id = v.conversation_id
                               AND p.participant_id = v.participant_id
             WHERE v.org_id = ?1 AND p.org_id = ?1 AND v.conversation_id = ?2 AND p.visitor = ''
             ORDER BY v.participant_id, v.statement_id )sql",
                                             organisation, conversation)) {
        const auto number = numbers.find(row.id(1));
        if (number == numbers.end()) continue;
        if (row.id(0) != at) {
            if (stopping.stop_requested()) throw jobs::Interrupted();
            at = row.id(0);
            participant = std::to_string(at.value);
        }
        builder.add(participant, number->second, static_cast<opinions::Vote>(row.integer(2)));
    }
    loaded.table = std::move(builder).build();
    for (std::size_t person = 0; person < loaded.table.participants(); ++person) {
        std::int64_t value = 0;
        const auto& text = loaded.table.participant_id(person);
        std::from_chars(text.data(), text.data() + text.size(), value);
        loaded.participants.push_back(Id{value});
    }
    for (std::size_t one = 0; one < loaded.table.statements(); ++one)
        loaded.statements.push_back(by_number.at(loaded.table.statement_id(one)));
    for (const auto& number : declined)
        if (const auto one = loaded.table.find_statement(number)) loaded.table.moderate_out(*one);
    return loaded;
}

int group_opinions(store::Database& database, Id organisation, const Clock& clock, IdSource& ids)
{
    constexpr int at_once = 20;
    constexpr std::int64_t rest = 30;           // times as long as it took
    constexpr std::int64_t votes_max = 100'000; // that others may wait for: some 50 ms
    std::vector<Id> soon;
    std::vector<Id> slowly;
    const auto now = clock.now();
    database.read([&](store::Transaction& transaction) {
        for (const auto& row : transaction.query(R"sql(
                 SELECT c.conversation_id, c.votes + c.visitor_votes FROM conversation c
                 LEFT JOIN opinion_map m ON m.org_id = ?1 AND m.conversation_id = c.conversation_id
                 WHERE c.org_id = ?1 AND c.revision <> c.grouped
                   AND coalesce(m.found_us, 0) + ?4 * coalesce(m.cost_us, 0) <= ?3
                 ORDER BY c.conversation_id LIMIT ?2 )sql",
                                                 organisation, at_once, now, rest))
            (row.integer(1) <= votes_max ? soon : slowly).push_back(row.id(0));
    });
    for (const Id conversation : soon)
        group_conversation(database, clock, organisation, conversation, {});
    for (const Id conversation : slowly)
        database.write([&](store::Transaction& transaction) {
            jobs::enqueue(transaction, ids, now, organisation,
                          {.kind = grouping_job,
                           .payload = JsonWriter()
                                          .begin_object()
                                          .field("conversation", conversation)
                                          .end_object()
                                          .take(),
                           .run_at = now,
                           .once_key = "decide.grouping " + std::to_string(conversation.value)});
        });
    return static_cast<int>(soon.size() + slowly.size());
}

void group_conversation(store::Database& database, const Clock& clock, const jobs::Job& job)
{
    const auto payload = Json::parse(job.payload);
    const auto conversation =
        payload ? Id::parse(payload->find("conversation").string().value_or("")) : std::nullopt;
    if (!conversation) throw std::runtime_error("the job names no conversation");
    group_conversation(database, clock, job.organisation, *conversation, job.stopping);
}

} // namespace moothall::decide
