#include "decide/opinions/opinion_map.hpp"

#include "decide/opinions/small_matrix.hpp"

#include <cmath>
#include <numeric>

namespace moothall::decide::opinions {

double OpinionMap::extremity(std::size_t statement) const
{
    return std::hypot(statements[statement].x, statements[statement].y);
}

void place_people(OpinionMap& map, const CentredVotes& votes, std::span<const std::uint32_t> people)
{
    std::vector<double> axes(votes.columns() * 2);
    for (std::size_t column = 0; column < votes.columns(); ++column)
        for (std::size_t axis = 0; axis < 2; ++axis)
            axes[column * 2 + axis] = map.axes.direction[axis][column];
    std::vector<double> places(votes.rows() * 2);
    votes.multiply<2>(axes, places);
    map.people.assign(people.size(), {});
    for (std::size_t at = 0; at < people.size(); ++at)
        map.people[people[at]] = {votes.scale(at) * places[at * 2],
                                  votes.scale(at) * places[at * 2 + 1]};
}

void place_statements(OpinionMap& map, const CentredVotes& votes, const VoteTable& table)
{
    const double scale = std::sqrt(static_cast<double>(votes.voted_columns()));
    map.statements.assign(table.statements(), {});
    for (std::size_t column = 0; column < table.statements(); ++column) {
        const double pull = scale * (1 - map.centre[column]);
        map.statements[column] = {pull * map.axes.direction[0][column],
                                  pull * map.axes.direction[1][column]};
    }
}

OpinionMap draw_map(const VoteTable& votes, const OpinionMap* before)
{
    const auto people = order_by_votes(votes);
    const CentredVotes centred(votes, people);
    std::vector<std::uint64_t> hashes(votes.statements());
    for (std::size_t at = 0; at < hashes.size(); ++at) hashes[at] = votes.statement_hash(at);

    OpinionMap map;
    map.centre = centred.centre();
    map.axes = before == nullptr ? find_principal_axes(centred, hashes)
                                 : find_principal_axes(centred, hashes, before->axes);
    if (before != nullptr)
        for (std::size_t axis = 0; axis < 2; ++axis) {
            auto& direction = map.axes.direction[axis];
            const auto& old = before->axes.direction[axis];
            if (dot(std::span(direction).first(old.size()), old) < 0)
                for (double& loading : direction) loading = -loading;
        }
    place_people(map, centred, people);
    place_statements(map, centred, votes);
    return map;
}

} // namespace moothall::decide::opinions
