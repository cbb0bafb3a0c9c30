#pragma once

#include "decide/conversation_map.hpp"

#include <string>
#include <string_view>
#include <vector>

/// How a map is written down in opinion_map, and read again.
namespace moothall::decide {

/// The lines of opinion_map.people: participant, x, y, group, 1 for a visitor.
struct StoredPoint {
    Id participant;
    MapPoint point;
};
void write_point(std::string& out, Id participant, const MapPoint& point);
std::vector<StoredPoint> read_points(std::string_view text);

/// opinion_map.centres: a line for each group.
std::string write_centres(const std::vector<opinions::Group>& groups);
std::vector<opinions::Point> read_centres(std::string_view text);

/// What was found of the votes, as far as it is stored in words and numbers.
struct FoundWords {
    const ConversationVotes& votes;
    const opinions::Opinions& opinions;
    const std::vector<MapPoint>& visitors;
};
/// By group, or of all as one when there are no groups, and by statement.
using CountsByGroup = std::vector<std::vector<opinions::Counts>>;
CountsByGroup count_votes(const FoundWords& found);
/// opinion_map.summary.
std::string write_summary(const FoundWords& found, const CountsByGroup& counts);
void read_summary(const Json& json, ConversationMap& map);
/// opinion_map.votes: of every statement; empty when there are no groups.
std::string write_group_votes(const FoundWords& found, const CountsByGroup& counts);
VotesByGroup read_group_votes(const Json& json);

} // namespace moothall::decide
