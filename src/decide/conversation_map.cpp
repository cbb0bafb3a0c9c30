// What is read of a conversation's map, and where somebody stands on it.

#include "decide/conversation_map.hpp"

#include "base/invariant.hpp"
#include "decide/conversation_map_text.hpp"
#include "decide/conversation_store.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace moothall::decide {

int nearest_group(const std::vector<opinions::Point>& centres, double x, double y)
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
        standing.group = nearest_group(centres, standing.x, standing.y);
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
    const auto columns = [points] {
        switch (points) {
        case Points::drawn:
            return store::SqlLiteral("SELECT revision, found_us, summary, '', drawing");
        case Points::read:
            return store::SqlLiteral("SELECT revision, found_us, summary, people, ''");
        case Points::left_out:
            break;
        }
        return store::SqlLiteral("SELECT revision, found_us, summary, '', ''");
    };
    const auto sql =
        store::Sql(columns()) + " FROM opinion_map WHERE org_id = ?1 AND conversation_id = ?2";
    std::vector<StoredPoint> stored;
    for (const auto& row : transaction.query(sql, organisation, conversation)) {
        map.revision = row.integer(0);
        map.found = row.time(1);
        const auto summary = Json::parse(row.text(2));
        invariant(summary.has_value(), "a stored map can be read");
        read_summary(*summary, map);
        stored = read_points(row.text(3));
        map.drawing = read_drawing(row.text(4));
    }
    if (points != Points::read || map.groups.empty()) return map;
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

VotesByGroup find_votes_by_group(store::Transaction& transaction, Id organisation, Id conversation)
{
    for (const auto& row : transaction.query(R"sql(
             SELECT votes FROM opinion_map WHERE org_id = ?1 AND conversation_id = ?2 )sql",
                                             organisation, conversation))
        if (const auto votes = Json::parse(row.text(0))) return read_group_votes(*votes);
    return {};
}

} // namespace moothall::decide
