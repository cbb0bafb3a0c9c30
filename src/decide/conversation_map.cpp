// Finding the map of a conversation and storing it.
//
// Only people with an account (and those of an imported file) make the map: a browser without an
// account costs nothing, and a hundred of them must not move where a village stands. Visitors are
// put on the finished map by their own votes and counted apart.

#include "decide/conversation_map.hpp"

#include "base/invariant.hpp"
#include "decide/conversation_store.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace moothall::decide {

namespace {

using opinions::Direction;

// Chosen by hand: a group "agrees" when clearly more than half of it does, and two groups differ
// when a third of one would have to change its mind.
constexpr double agreement_min = 0.6;
constexpr double spread_min = 0.33;
constexpr std::size_t shown_max = 5;
constexpr double thousandths = 1000;

double share(std::int64_t votes, std::int64_t seen)
{
    return (static_cast<double>(votes) + 1) / (static_cast<double>(seen) + 2);
}

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

int nearest(const std::vector<opinions::Point>& centres, double x, double y)
{
    int best = -1;
    double least = 0;
    for (std::size_t at = 0; at < centres.size(); ++at) {
        const double distance = std::hypot(centres[at].x - x, centres[at].y - y);
        if (best >= 0 && distance >= least) continue;
        best = static_cast<int>(at);
        least = distance;
    }
    return best;
}

/// The lines of opinion_map.people: participant, x, y, group, 1 for a visitor.
struct StoredPoint {
    Id participant;
    MapPoint point;
};

void write_point(std::string& out, Id participant, const MapPoint& point)
{
    out += std::to_string(participant.value);
    for (const auto number : {static_cast<std::int64_t>(std::llround(point.x * thousandths)),
                              static_cast<std::int64_t>(std::llround(point.y * thousandths)),
                              std::int64_t{point.group}, std::int64_t{point.visitor}}) {
        out += ' ';
        out += std::to_string(number);
    }
    out += '\n';
}

std::vector<StoredPoint> read_points(std::string_view text)
{
    std::vector<StoredPoint> points;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        std::array<std::int64_t, 5> numbers{};
        for (auto& number : numbers) {
            const auto read = std::from_chars(at, end, number);
            invariant(read.ec == std::errc{}, "a stored map can be read");
            at = read.ptr + 1; // the blank, or the line's end
        }
        points.push_back({Id{numbers[0]},
                          {static_cast<double>(numbers[1]) / thousandths,
                           static_cast<double>(numbers[2]) / thousandths,
                           static_cast<int>(numbers[3]), numbers[4] != 0}});
    }
    return points;
}

std::string write_centres(const std::vector<opinions::Group>& groups)
{
    std::string text;
    for (const auto& group : groups)
        text += std::to_string(group.centre.x) + " " + std::to_string(group.centre.y) + "\n";
    return text;
}

std::vector<opinions::Point> read_centres(std::string_view text)
{
    std::vector<opinions::Point> centres;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        opinions::Point centre;
        at = std::from_chars(at, end, centre.x).ptr + 1;
        at = std::from_chars(at, end, centre.y).ptr + 1;
        centres.push_back(centre);
    }
    return centres;
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

// -- what it says ---------------------------------------------------------------------------------

void write_votes(JsonWriter& json, const opinions::Counts& counts)
{
    json.begin_array().value(counts.agree).value(counts.disagree).value(counts.seen).end_array();
}

void write_group(JsonWriter& json, const FoundMap& found, std::size_t group)
{
    const auto& of = found.opinions.groups[group];
    const auto visitors =
        std::ranges::count(found.visitors, static_cast<int>(group), &MapPoint::group);
    json.begin_object().field("size", of.size).field("visitors", visitors);
    json.field("x", of.centre.x).field("y", of.centre.y).key("stands_for").begin_array();
    for (const auto& one : of.represented_by) {
        json.begin_object().field("statement", found.votes.statements[one.statement]);
        json.field("agree", one.direction == Direction::agree).key("here");
        write_votes(json, one.inside);
        json.key("elsewhere");
        write_votes(json, one.outside);
        json.field("repness", one.repness).field("p", one.probability).end_object();
    }
    json.end_array().end_object();
}

using CountsByGroup = std::vector<std::vector<opinions::Counts>>; // [group][statement]

/// The lowest share of any group (or of all) that votes so, 0 when one has hardly seen it.
double lowest_share(const CountsByGroup& counts, std::size_t statement, Direction direction)
{
    constexpr std::int64_t seen_min = 2;
    double lowest = 1;
    for (const auto& group : counts) {
        if (group[statement].seen < seen_min) return 0;
        lowest = std::min(lowest, share(group[statement].of(direction), group[statement].seen));
    }
    return lowest;
}

void write_agreed(JsonWriter& json, const FoundMap& found, const CountsByGroup& counts)
{
    std::vector<std::tuple<double, std::size_t, bool>> all;
    for (std::size_t at = 0; at < found.votes.statements.size(); ++at) {
        if (found.votes.table.is_moderated_out(at)) continue;
        for (const auto direction : {Direction::agree, Direction::disagree})
            if (const double least = lowest_share(counts, at, direction); least >= agreement_min)
                all.emplace_back(-least, at, direction == Direction::agree);
    }
    std::ranges::sort(all);
    if (all.size() > shown_max) all.resize(shown_max);
    json.key("agreed").begin_array();
    for (const auto& [least, at, agree] : all)
        json.begin_object()
            .field("statement", found.votes.statements[at])
            .field("agree", agree)
            .field("share", -least)
            .end_object();
    json.end_array();
}

void write_divided(JsonWriter& json, const FoundMap& found, const CountsByGroup& counts)
{
    std::vector<std::pair<double, std::size_t>> all;
    for (std::size_t at = 0; counts.size() > 1 && at < found.votes.statements.size(); ++at) {
        if (found.votes.table.is_moderated_out(at)) continue;
        double least = 1;
        double most = 0;
        for (const auto& group : counts) {
            const double agree = share(group[at].agree, group[at].seen);
            least = std::min(least, agree);
            most = std::max(most, agree);
        }
        if (most - least >= spread_min) all.emplace_back(least - most, at);
    }
    std::ranges::sort(all);
    if (all.size() > shown_max) all.resize(shown_max);
    json.key("divided").begin_array();
    for (const auto& [spread, at] : all)
        json.begin_object()
            .field("statement", found.votes.statements[at])
            .field("spread", -spread)
            .end_object();
    json.end_array();
}

std::string write_summary(const FoundMap& found)
{
    const auto& table = found.votes.table;
    const auto& opinions = found.opinions;
    const auto groups = opinions.groups.size();
    const auto placed = std::ranges::count_if(opinions.group_of, [](auto of) { return of >= 0; });
    JsonWriter json(64 * 1024);
    json.begin_object().field("people", table.participants()).field("placed", placed);
    json.field("visitors_placed", found.visitors.size());
    json.field("silhouette", opinions.silhouette).key("groups").begin_array();
    for (std::size_t group = 0; group < groups; ++group) write_group(json, found, group);
    json.end_array();
    // Without groups all who voted are taken as one, for what all agree on.
    std::vector<std::int32_t> all(table.participants(), 0);
    const auto counts = groups > 0 ? opinions::count_by_group(table, opinions.group_of, groups)
                                   : opinions::count_by_group(table, all, 1);
    write_agreed(json, found, counts);
    write_divided(json, found, counts);
    json.key("votes").begin_array();
    for (std::size_t at = 0; groups > 0 && at < table.statements(); ++at) {
        json.begin_array().value(found.votes.statements[at]);
        for (const auto& group : counts) write_votes(json, group[at]);
        json.end_array();
    }
    return json.end_array().end_object().take();
}

GroupVotes read_group_votes(const Json& json)
{
    return {json.at(0).integer().value_or(0), json.at(1).integer().value_or(0),
            json.at(2).integer().value_or(0)};
}

Id read_statement_id(const Json& json)
{
    return Id::parse(json.string().value_or("")).value_or(Id{});
}

Direction direction_of(const Json& json)
{
    return json.find("agree").boolean().value_or(true) ? Direction::agree : Direction::disagree;
}

void read_summary(const Json& json, ConversationMap& map)
{
    map.people = json.find("people").integer().value_or(0);
    map.placed = json.find("placed").integer().value_or(0);
    map.visitors_placed = json.find("visitors_placed").integer().value_or(0);
    map.silhouette = json.find("silhouette").number().value_or(0);
    const auto each = [&](const char* key, const auto& read) {
        const auto list = json.find(key);
        for (std::size_t at = 0; at < list.size(); ++at) read(list.at(at));
    };
    each("groups", [&](const Json& one) {
        OpinionGroup group;
        group.size = one.find("size").integer().value_or(0);
        group.visitors = one.find("visitors").integer().value_or(0);
        group.x = one.find("x").number().value_or(0);
        group.y = one.find("y").number().value_or(0);
        const auto stands_for = one.find("stands_for");
        for (std::size_t at = 0; at < stands_for.size(); ++at) {
            const auto of = stands_for.at(at);
            group.stands_for.push_back({.statement = read_statement_id(of.find("statement")),
                                        .direction = direction_of(of),
                                        .here = read_group_votes(of.find("here")),
                                        .elsewhere = read_group_votes(of.find("elsewhere")),
                                        .repness = of.find("repness").number().value_or(0),
                                        .probability = of.find("p").number().value_or(0)});
        }
        map.groups.push_back(std::move(group));
    });
    each("agreed", [&](const Json& one) {
        map.agreed.push_back({read_statement_id(one.find("statement")), direction_of(one),
                              one.find("share").number().value_or(0)});
    });
    each("divided", [&](const Json& one) {
        map.divided.push_back(
            {read_statement_id(one.find("statement")), one.find("spread").number().value_or(0)});
    });
    each("votes", [&](const Json& one) {
        std::vector<GroupVotes> by_group;
        for (std::size_t at = 1; at < one.size(); ++at)
            by_group.push_back(read_group_votes(one.at(at)));
        map.votes.emplace_back(read_statement_id(one.at(0)), std::move(by_group));
    });
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
                {scale * x, scale * y, nearest(centres, scale * x, scale * y), true});
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
                         std::int64_t revision)
{
    FoundMap found;
    found.revision = revision;
    found.votes = load_votes(transaction, organisation, conversation);
    found.columns = count_columns(found.votes.table);
    // Nobody can have voted often enough to be placed.
    if (found.columns < votes_to_be_placed) {
        found.opinions.group_of.assign(found.votes.table.participants(), -1);
        return found;
    }
    found.opinions = opinions::find_opinions(
        found.votes.table, {.votes_min = static_cast<std::size_t>(votes_to_be_placed)});
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
    const auto& map = found.opinions.map;
    for (std::size_t at = 0; at < map.people.size(); ++at)
        if (found.opinions.group_of[at] >= 0)
            write_point(people, found.votes.participants[at],
                        {map.people[at].x, map.people[at].y, found.opinions.group_of[at], false});
    for (std::size_t at = 0; at < found.visitors.size(); ++at)
        write_point(people, found.visitor_ids[at], found.visitors[at]);
    transaction.execute(R"sql(
        INSERT INTO opinion_map (org_id, conversation_id, revision, found_us, cost_us, columns, centres,
            summary, people)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (org_id, conversation_id) DO UPDATE SET revision = excluded.revision,
            found_us = excluded.found_us, cost_us = excluded.cost_us, columns = excluded.columns,
            centres = excluded.centres, summary = excluded.summary, people = excluded.people )sql",
                        organisation, conversation, found.revision, now, std::int64_t{cost.count()},
                        found.columns, write_centres(found.opinions.groups), write_summary(found),
                        people);
    if (map.centre.empty()) return;
    for (std::size_t at = 0; at < found.votes.statements.size(); ++at)
        transaction.execute(R"sql(
            UPDATE statement SET centre = ?4, axis_x = ?5, axis_y = ?6, extremity = ?7
            WHERE org_id = ?1 AND conversation_id = ?2 AND statement_id = ?3 )sql",
                            organisation, conversation, found.votes.statements[at], map.centre[at],
                            map.axes.direction[0][at], map.axes.direction[1][at],
                            map.extremity(at));
}

} // namespace

const std::vector<GroupVotes>* ConversationMap::votes_of(Id statement) const
{
    const auto at =
        std::ranges::find(votes, statement, &std::pair<Id, std::vector<GroupVotes>>::first);
    return at == votes.end() ? nullptr : &at->second;
}

ConversationVotes load_votes(store::Transaction& transaction, Id organisation, Id conversation)
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

OpinionStanding place_participant(store::Transaction& transaction, Id organisation, Id conversation,
                                  Id participant)
{
    OpinionStanding standing;
    double x = 0;
    double y = 0;
    for (const auto& row : transaction.query(R"sql(
             SELECT v.vote, s.centre, s.axis_x, s.axis_y, s.state FROM statement_vote v
             JOIN statement s ON s.org_id = v.org_id AND s.conversation_id = v.conversation_id
                             AND s.statement_id = v.statement_id
             WHERE v.org_id = ?1 AND s.org_id = ?1 AND v.conversation_id = ?2 AND v.participant_id = ?3 )sql",
                                             organisation, conversation, participant)) {
        ++standing.votes;
        if (row.text(4) != "shown") continue;
        ++standing.voted;
        const double pull = static_cast<double>(row.integer(0)) - row.number(1);
        x += pull * row.number(2);
        y += pull * row.number(3);
    }
    if (standing.votes < votes_to_be_placed) return standing;
    for (const auto& row : transaction.query(R"sql(
             SELECT columns, centres FROM opinion_map WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                                             organisation, conversation)) {
        const auto centres = read_centres(row.text(1));
        if (centres.empty()) break;
        const double scale =
            std::sqrt(static_cast<double>(row.integer(0)) / static_cast<double>(standing.votes));
        standing.placed = true;
        standing.x = scale * x;
        standing.y = scale * y;
        standing.group = nearest(centres, standing.x, standing.y);
    }
    return standing;
}

OpinionStanding find_place(store::Transaction& transaction, Id organisation, Id conversation,
                           Id participant)
{
    auto standing = place_participant(transaction, organisation, conversation, participant);
    if (!standing.placed) return standing;
    for (const auto& row : transaction.query(R"sql(
             SELECT m.people FROM opinion_map m
             JOIN participant p ON p.org_id = m.org_id AND p.conversation_id = m.conversation_id
             WHERE m.org_id = ?1 AND p.org_id = ?1 AND m.conversation_id = ?2 AND p.participant_id = ?3
               AND p.revision <= m.revision )sql",
                                             organisation, conversation, participant)) {
        const auto text = row.text(0);
        const auto name = std::to_string(participant.value) + " ";
        auto at = text.starts_with(name) ? 0 : text.find("\n" + name);
        if (at == std::string_view::npos) break;
        if (at > 0) ++at;
        const auto line = text.substr(at, text.find('\n', at) + 1 - at);
        const auto found = read_points(line).front().point;
        standing.x = found.x;
        standing.y = found.y;
        standing.group = found.group;
    }
    return standing;
}

ConversationMap find_map(store::Transaction& transaction, Id organisation, Id conversation,
                         Points points)
{
    ConversationMap map;
    const auto sql =
        store::Sql(points == Points::read
                       ? store::SqlLiteral("SELECT revision, found_us, summary, people")
                       : store::SqlLiteral("SELECT revision, found_us, summary, ''")) +
        " FROM opinion_map WHERE org_id = ?1 AND conversation_id = ?2";
    std::vector<StoredPoint> stored;
    for (const auto& row : transaction.query(sql, organisation, conversation)) {
        map.revision = row.integer(0);
        map.found = row.time(1);
        const auto summary = Json::parse(row.text(2));
        invariant(summary.has_value(), "a stored map can be read");
        read_summary(*summary, map);
        stored = read_points(row.text(3));
    }
    if (points == Points::left_out || map.groups.empty()) return map;
    // Who voted since the map was found stands where her votes put her on it.
    std::unordered_map<Id, MapPoint> moved;
    for (const auto& row : transaction.query(R"sql(
             SELECT participant_id, x, y, opinion_group, visitor FROM participant
             WHERE org_id = ?1 AND conversation_id = ?2 AND revision > ?3 AND opinion_group >= 0 )sql",
                                             organisation, conversation, map.revision))
        moved.emplace(row.id(0), MapPoint{row.number(1), row.number(2),
                                          static_cast<int>(row.integer(3)), !row.text(4).empty()});
    map.points.reserve(stored.size() + moved.size());
    for (const auto& one : stored) {
        const auto found = moved.find(one.participant);
        map.points.push_back(found == moved.end() ? one.point : found->second);
        if (found != moved.end()) moved.erase(found);
    }
    for (const auto& row : moved)
        if (static_cast<std::size_t>(row.second.group) < map.groups.size())
            map.points.push_back(row.second);
    map.visitors_placed = std::ranges::count(map.points, true, &MapPoint::visitor);
    map.placed = std::ssize(map.points) - map.visitors_placed;
    return map;
}

int group_opinions(store::Database& database, Id organisation, const Clock& clock)
{
    constexpr int at_once = 20;
    constexpr std::int64_t rest = 30; // times as long as it took
    std::vector<Id> due;
    const auto now = clock.now();
    database.read([&](store::Transaction& transaction) {
        for (const auto& row : transaction.query(R"sql(
                 SELECT c.conversation_id FROM conversation c
                 LEFT JOIN opinion_map m ON m.org_id = ?1 AND m.conversation_id = c.conversation_id
                 WHERE c.org_id = ?1 AND c.revision <> c.grouped
                   AND coalesce(m.found_us, 0) + ?4 * coalesce(m.cost_us, 0) <= ?3
                 ORDER BY c.conversation_id LIMIT ?2 )sql",
                                                 organisation, at_once, now, rest))
            due.push_back(row.id(0));
    });
    for (const Id conversation : due) {
        const auto began = std::chrono::steady_clock::now();
        const auto found = database.read([&](store::Transaction& transaction) {
            // The revision belongs to the snapshot whose votes are read.
            std::int64_t revision = 0;
            for (const auto& row : transaction.query(R"sql(
                     SELECT revision FROM conversation WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                                                     organisation, conversation))
                revision = row.integer(0);
            return look_for_groups(transaction, organisation, conversation, revision);
        });
        const auto cost = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - began);
        database.write([&](store::Transaction& transaction) {
            save_map(transaction, organisation, conversation, found, clock.now(), cost);
        });
    }
    return static_cast<int>(due.size());
}

} // namespace moothall::decide
